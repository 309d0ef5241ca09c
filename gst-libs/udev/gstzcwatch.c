/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcwatch.h"

#include "config.h"

#ifdef HAVE_GUDEV

#include <gst/gst.h>
#include <gudev/gudev.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (gst_zc_watch_debug);
#define GST_CAT_DEFAULT gst_zc_watch_debug

struct _GstZcWatch {
  const gchar *subsystem, *prefix;
  const GstZcWatchFuncs *funcs;
  gpointer data;

  GThread *thread;
  GMainContext *context; /* of the thread */
  GMainLoop *loop;

  GMutex lock; /* guards ready */
  GCond is_ready;
  gboolean ready;
};

/* Of each device: its connectors have no node. */
static gboolean
is_meant (GstZcWatch *self, const gchar *path)
{
  return path && g_str_has_prefix (path, self->prefix);
}

static void
tell_changed (GstZcWatch *self, const gchar *path, GUdevDevice *device)
{
  GstZcWatchChange change = {
    .is_hotplug = g_udev_device_get_property_as_boolean (device, "HOTPLUG"),
    .connector = g_udev_device_get_property_as_int (device, "CONNECTOR"),
    .property = g_udev_device_get_property_as_int (device, "PROPERTY"),
  };

  if (self->funcs->changed)
    self->funcs->changed (path, &change, self->data);
}

static void
on_uevent (GUdevClient *client, const gchar *action, GUdevDevice *device,
    gpointer data)
{
  GstZcWatch *self = data;
  const gchar *path = g_udev_device_get_device_file (device);

  (void) client;
  GST_DEBUG ("udev: %s %s", action, path ? path : "without a node");
  if (!is_meant (self, path))
    return;
  if (g_str_equal (action, "add") && self->funcs->added)
    self->funcs->added (path, self->data);
  else if (g_str_equal (action, "remove") && self->funcs->removed)
    self->funcs->removed (path, self->data);
  else if (g_str_equal (action, "change"))
    tell_changed (self, path, device);
}

static gint
compare_nodes (gconstpointer a, gconstpointer b)
{
  const gchar *x = g_udev_device_get_device_file ((GUdevDevice *) a);
  const gchar *y = g_udev_device_get_device_file ((GUdevDevice *) b);

  return x && y ? strverscmp (x, y) : !x - !y;
}

/* From sysfs: udev need not run for that. */
static void
tell_what_is_there (GstZcWatch *self, GUdevClient *client)
{
  GList *devices = g_udev_client_query_by_subsystem (client, self->subsystem);

  devices = g_list_sort (devices, compare_nodes);
  for (GList *l = devices; l; l = l->next) {
    const gchar *path = g_udev_device_get_device_file (l->data);

    if (is_meant (self, path) && self->funcs->added)
      self->funcs->added (path, self->data);
  }
  g_list_free_full (devices, g_object_unref);
}

static void
set_ready (GstZcWatch *self)
{
  g_mutex_lock (&self->lock);
  self->ready = TRUE;
  g_cond_signal (&self->is_ready);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_zc_watch_is_told (void)
{
  return g_file_test ("/run/udev/control", G_FILE_TEST_EXISTS);
}

/* The client tells in the context that it is made in. It is there before the
 * nodes are listed: what comes in between is not missed. */
static gpointer
watch_thread (gpointer data)
{
  GstZcWatch *self = data;
  const gchar *subsystems[] = { self->subsystem, NULL };
  GUdevClient *client;

  g_main_context_push_thread_default (self->context);
  client = g_udev_client_new (subsystems);
  g_signal_connect (client, "uevent", G_CALLBACK (on_uevent), self);
  if (!gst_zc_watch_is_told ())
    GST_INFO ("udev does not run here: devices that come or go are not told");

  tell_what_is_there (self, client);
  set_ready (self);
  g_main_loop_run (self->loop);

  g_signal_handlers_disconnect_by_data (client, self);
  g_object_unref (client);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

GstZcWatch *
gst_zc_watch_new (const gchar *subsystem, const gchar *prefix,
    const GstZcWatchFuncs *funcs, gpointer data)
{
  GstZcWatch *self = g_new0 (GstZcWatch, 1);

  GST_DEBUG_CATEGORY_INIT (
      gst_zc_watch_debug, "zcwatch", 0, "device nodes that come and go");

  self->subsystem = subsystem;
  self->prefix = prefix;
  self->funcs = funcs;
  self->data = data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->is_ready);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("zc-watch", watch_thread, self);

  g_mutex_lock (&self->lock);
  while (!self->ready)
    g_cond_wait (&self->is_ready, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
gst_zc_watch_free (GstZcWatch *self)
{
  GSource *source;

  if (!self)
    return;
  /* By the loop itself: before it runs, quitting it does nothing. */
  source = g_idle_source_new ();
  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_source_unref (source);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_cond_clear (&self->is_ready);
  g_mutex_clear (&self->lock);
  g_free (self);
}

#else /* HAVE_GUDEV */

GstZcWatch *
gst_zc_watch_new (const gchar *subsystem, const gchar *prefix,
    const GstZcWatchFuncs *funcs, gpointer data)
{
  (void) subsystem;
  (void) prefix;
  (void) funcs;
  (void) data;
  return NULL;
}

gboolean
gst_zc_watch_is_told (void)
{
  return FALSE;
}

void
gst_zc_watch_free (GstZcWatch *self)
{
  (void) self;
}

#endif
