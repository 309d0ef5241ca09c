/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkplug.h"

#include <stdlib.h>
#include <xf86drm.h>

GType
gst_dmabuf_sink_on_disconnect_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_DMABUF_SINK_ON_DISCONNECT_ERROR, "Post an error and stop", "error" },
    { GST_DMABUF_SINK_ON_DISCONNECT_WAIT,
        "Hold the stream until a monitor is connected again", "wait" },
    { GST_DMABUF_SINK_ON_DISCONNECT_DROP,
        "Drop frames until a monitor is connected again", "drop" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSinkOnDisconnect", values));
  return type;
}

void
gst_dmabuf_sink_plug_init (GstDmabufSinkPlug *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

void
gst_dmabuf_sink_plug_clear (GstDmabufSinkPlug *self)
{
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
}

static void
on_changed (const gchar *path, const GstZcWatchChange *change, gpointer data)
{
  GstDmabufSinkPlug *self = data;
  gboolean is_connected, is_ours;

  is_ours = change->connector == 0 ||
            change->connector == self->output->connector_id;
  if (!change->is_hotplug || !is_ours || !g_str_equal (path, self->path))
    return;
  is_connected = zc_kms_output_probe (self->output) == 0;
  g_mutex_lock (&self->lock);
  self->is_unplugged = !is_connected;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  self->changed (is_connected, self->data);
}

static const GstZcWatchFuncs watch_funcs = { .changed = on_changed };

/* What udev calls the card, also if it came as a descriptor. */
static gchar *
node_of (const struct zc_kms_output *output, const gchar *path)
{
  char *name = NULL;
  gchar *node;

  if (path[0] != '/')
    name = drmGetDeviceNameFromFd2 (output->device->fd);
  node = g_strdup (name ? name : path);
  free (name);
  return node;
}

void
gst_dmabuf_sink_plug_start (GstDmabufSinkPlug *self,
    struct zc_kms_output *output, const gchar *path,
    void (*changed) (gboolean is_connected, gpointer data), gpointer data)
{
  self->output = output;
  self->path = node_of (output, path);
  self->changed = changed;
  self->data = data;
  self->is_unplugged = FALSE;
  if (gst_zc_watch_is_told ())
    self->watch = gst_zc_watch_new ("drm", "/dev/dri/card", &watch_funcs, self);
}

void
gst_dmabuf_sink_plug_stop (GstDmabufSinkPlug *self)
{
  g_clear_pointer (&self->watch, gst_zc_watch_free);
  g_clear_pointer (&self->path, g_free);
}

gboolean
gst_dmabuf_sink_plug_is_connected (GstDmabufSinkPlug *self)
{
  gboolean is_unplugged;

  g_mutex_lock (&self->lock);
  is_unplugged = self->is_unplugged;
  g_mutex_unlock (&self->lock);
  return !is_unplugged;
}

gboolean
gst_dmabuf_sink_plug_wait (GstDmabufSinkPlug *self)
{
  gboolean is_connected;

  g_mutex_lock (&self->lock);
  while (self->is_unplugged && !self->is_interrupted)
    g_cond_wait (&self->cond, &self->lock);
  is_connected = !self->is_unplugged;
  g_mutex_unlock (&self->lock);
  return is_connected;
}

void
gst_dmabuf_sink_plug_interrupt (
    GstDmabufSinkPlug *self, gboolean is_interrupted)
{
  g_mutex_lock (&self->lock);
  self->is_interrupted = is_interrupted;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}
