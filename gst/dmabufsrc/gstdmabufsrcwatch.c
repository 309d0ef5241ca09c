/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcwatch.h"

#include "gst-libs/v4l2/v4l2-find.h"

#include <gst/gst.h>
#include <gudev/gudev.h>
#include <stdlib.h>

GST_DEBUG_CATEGORY_STATIC (gst_dmabuf_src_watch_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_watch_debug

struct _GstDmabufSrcWatch {
  const GstDmabufSrcWatchFuncs *funcs;
  gpointer data;

  GThread *thread;
  GMainContext *context; /* of the thread */
  GMainLoop *loop;

  GMutex lock; /* guards ready */
  GCond is_ready;
  gboolean ready;
};

static void
on_uevent (GUdevClient *client, const gchar *action, GUdevDevice *device,
    gpointer data)
{
  GstDmabufSrcWatch *self = data;
  const gchar *path = g_udev_device_get_device_file (device);

  (void) client;
  GST_DEBUG ("udev: %s %s", action, path ? path : "without a node");
  if (!path || !g_str_has_prefix (path, "/dev/video"))
    return;
  if (g_str_equal (action, "add"))
    self->funcs->added (path, self->data);
  else if (g_str_equal (action, "remove"))
    self->funcs->removed (path, self->data);
}

static void
tell_what_is_there (GstDmabufSrcWatch *self)
{
  struct zc_v4l2_node *nodes;
  gint n = zc_v4l2_node_list (&nodes);

  for (gint i = 0; i < n; i++)
    self->funcs->added (nodes[i].path, self->data);
  free (nodes);
}

static void
set_ready (GstDmabufSrcWatch *self)
{
  g_mutex_lock (&self->lock);
  self->ready = TRUE;
  g_cond_signal (&self->is_ready);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_dmabuf_src_watch_is_told (void)
{
  return g_file_test ("/run/udev/control", G_FILE_TEST_EXISTS);
}

/* The client tells in the context that it is made in. It is there before the
 * nodes are listed: what comes in between is not missed. */
static gpointer
watch_thread (gpointer data)
{
  static const gchar *subsystems[] = { "video4linux", NULL };
  GstDmabufSrcWatch *self = data;
  GUdevClient *client;

  g_main_context_push_thread_default (self->context);
  client = g_udev_client_new (subsystems);
  g_signal_connect (client, "uevent", G_CALLBACK (on_uevent), self);
  if (!gst_dmabuf_src_watch_is_told ())
    GST_INFO ("udev does not run here: cameras that come or go are not told");

  tell_what_is_there (self);
  set_ready (self);
  g_main_loop_run (self->loop);

  g_signal_handlers_disconnect_by_data (client, self);
  g_object_unref (client);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

GstDmabufSrcWatch *
gst_dmabuf_src_watch_new (const GstDmabufSrcWatchFuncs *funcs, gpointer data)
{
  GstDmabufSrcWatch *self = g_new0 (GstDmabufSrcWatch, 1);

  GST_DEBUG_CATEGORY_INIT (gst_dmabuf_src_watch_debug, "dmabufsrcwatch", 0,
      "V4L2 nodes that come and go");

  self->funcs = funcs;
  self->data = data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->is_ready);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("dmabufsrc-watch", watch_thread, self);

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
gst_dmabuf_src_watch_free (GstDmabufSrcWatch *self)
{
  GSource *source = g_idle_source_new ();

  /* By the loop itself: before it runs, quitting it does nothing. */
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
