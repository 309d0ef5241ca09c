/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcreconnect.h"

#include "gstdmabufsrc-private.h"
#include "gstdmabufsrccontrols.h"

#include "gst-libs/udev/gstzcwatch.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* How often to look where nobody tells of nodes that come. */
#define INTERVAL (1 * G_TIME_SPAN_SECOND)

GType
gst_dmabuf_src_on_disconnect_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_DMABUF_SRC_ON_DISCONNECT_ERROR, "Stop with an error", "error" },
    { GST_DMABUF_SRC_ON_DISCONNECT_EOS, "End the stream", "eos" },
    { GST_DMABUF_SRC_ON_DISCONNECT_WAIT,
        "Wait for the same device, and go on with it", "wait" },
    { 0, NULL, NULL },
  };
  static GType type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSrcOnDisconnect", values));
  return type;
}

void
gst_dmabuf_src_reconnect_init (GstDmabufSrcReconnect *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

void
gst_dmabuf_src_reconnect_clear (GstDmabufSrcReconnect *self)
{
  g_clear_pointer (&self->path, g_free);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
}

void
gst_dmabuf_src_reconnect_note (GstDmabufSrc *self, gboolean by_descriptor)
{
  const struct zc_v4l2_device *device = self->camera.device;
  GstDmabufSrcReconnect *reconnect = &self->reconnect;

  zc_v4l2_identity_get (
      &reconnect->identity, device->path, &device->capability);
  g_free (reconnect->path);
  reconnect->path = g_strdup (device->path);
  reconnect->by_descriptor = by_descriptor;
}

static void
set_waiting (GstDmabufSrc *self, gboolean waiting)
{
  GST_OBJECT_LOCK (self);
  self->reconnect.waiting = waiting;
  GST_OBJECT_UNLOCK (self);
}

void
gst_dmabuf_src_reconnect_start (GstDmabufSrc *self)
{
  self->reconnect.lost = FALSE;
  GST_OBJECT_LOCK (self);
  self->reconnect.waiting = FALSE;
  self->reconnect.count = 0;
  GST_OBJECT_UNLOCK (self);
}

void
gst_dmabuf_src_reconnect_set_flushing (GstDmabufSrc *self, gboolean flushing)
{
  GstDmabufSrcReconnect *reconnect = &self->reconnect;

  g_mutex_lock (&reconnect->lock);
  reconnect->flushing = flushing;
  g_cond_signal (&reconnect->changed);
  g_mutex_unlock (&reconnect->lock);
}

const gchar *
gst_dmabuf_src_reconnect_get_state (const GstDmabufSrcReconnect *reconnect)
{
  return reconnect->waiting ? "waiting" : "connected";
}

/* --- whether it is gone ------------------------------------------------- */

/* It may be seen by other errors than its own: the kernel ends a stream before
 * it takes the node away, or after. */
gboolean
gst_dmabuf_src_reconnect_is_gone (GstDmabufSrc *self, gint error)
{
  struct v4l2_capability capability;

  return error == -ENODEV || !self->camera.device ||
         zc_v4l2_device_ioctl (
             self->camera.device, VIDIOC_QUERYCAP, &capability) == -ENODEV;
}

void
gst_dmabuf_src_reconnect_try (GstDmabufSrc *self)
{
  g_atomic_pointer_set (&self->reconnect.trying, g_thread_self ());
}

gboolean
gst_dmabuf_src_reconnect_tried (GstDmabufSrc *self, gboolean worked)
{
  gboolean lost = !worked && gst_dmabuf_src_reconnect_is_gone (self, 0);

  g_atomic_pointer_set (&self->reconnect.trying, NULL);
  if (!lost)
    return worked;
  GST_INFO_OBJECT (self, "%s is gone", self->reconnect.path);
  gst_dmabuf_src_take_stream (self, NULL);
  self->reconnect.lost = TRUE;
  return TRUE;
}

gboolean
gst_dmabuf_src_reconnect_is_lost (const GstDmabufSrc *self)
{
  return self->reconnect.lost;
}

gboolean
gst_dmabuf_src_reconnect_hides (GstDmabufSrc *self, GstMessage *message)
{
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR ||
      g_atomic_pointer_get (&self->reconnect.trying) != g_thread_self () ||
      !gst_dmabuf_src_reconnect_is_gone (self, 0))
    return FALSE;
  GST_INFO_OBJECT (
      self, "unplugged meanwhile: %" GST_PTR_FORMAT, (void *) message);
  return TRUE;
}

/* --- waiting ------------------------------------------------------------ */

/* The driver stops before memory that it may still write into is let go. */
static void
leave (GstDmabufSrc *self)
{
  gint ret = 0;

  g_mutex_lock (&self->camera.lock);
  if (self->camera.device)
    ret = zc_v4l2_device_abandon (self->camera.device);
  g_mutex_unlock (&self->camera.lock);
  if (ret < 0)
    GST_WARNING_OBJECT (self, "%s cannot be let go at once: %s",
        self->reconnect.path, g_strerror (-ret));
  gst_dmabuf_src_take_stream (self, NULL);
  gst_dmabuf_src_camera_close (&self->camera);
}

static void
look_again (GstDmabufSrcReconnect *self)
{
  g_mutex_lock (&self->lock);
  self->look = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_added (const gchar *path, gpointer data)
{
  (void) path;
  look_again (data);
}

static GstZcWatch *
watch_new (GstDmabufSrcReconnect *self)
{
  static const GstZcWatchFuncs funcs = { .added = on_added };

  return gst_zc_watch_is_told ()
             ? gst_zc_watch_new ("video4linux", "/dev/video", &funcs, self)
             : NULL;
}

/* Until there is reason to look; FALSE when flushing. */
static gboolean
wait_for_change (GstDmabufSrcReconnect *self, gboolean is_told)
{
  gint64 until = g_get_monotonic_time () + INTERVAL;
  gboolean go_on;

  g_mutex_lock (&self->lock);
  while (!self->look && !self->flushing)
    if (is_told)
      g_cond_wait (&self->changed, &self->lock);
    else if (!g_cond_wait_until (&self->changed, &self->lock, until))
      self->look = TRUE;
  self->look = FALSE;
  go_on = !self->flushing;
  g_mutex_unlock (&self->lock);
  return go_on;
}

static gboolean
is_flushing (GstDmabufSrcReconnect *self)
{
  gboolean flushing;

  g_mutex_lock (&self->lock);
  flushing = self->flushing;
  g_mutex_unlock (&self->lock);
  return flushing;
}

/* Opens it and sets what is set before formats are asked for. */
static gboolean
reopen (GstDmabufSrc *self, const gchar *path)
{
  const struct zc_v4l2_device *device;
  struct zc_v4l2_identity now;

  if (!gst_dmabuf_src_camera_open (&self->camera, GST_ELEMENT (self), path, -1))
    return FALSE;
  device = self->camera.device;
  zc_v4l2_identity_get (&now, device->path, &device->capability);
  if (!zc_v4l2_identity_is_same (&self->reconnect.identity, &now)) {
    gst_dmabuf_src_camera_close (&self->camera);
    return FALSE;
  }
  if (!gst_dmabuf_src_input_open (self))
    return FALSE;
  gst_dmabuf_src_apply_controls (self);
  g_free (self->reconnect.path);
  self->reconnect.path = g_strdup (path);
  return TRUE;
}

/* GST_FLOW_CUSTOM_SUCCESS when it streams, GST_FLOW_CUSTOM_SUCCESS_1 if it is
 * gone again. */
static GstFlowReturn
go_on (GstDmabufSrc *self, const gchar *path)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  gboolean opened;

  self->reconnect.lost = FALSE;
  gst_dmabuf_src_reconnect_try (self);
  opened = reopen (self, path);
  if (!gst_dmabuf_src_reconnect_tried (self, opened))
    return GST_FLOW_ERROR;
  if (!self->reconnect.lost && !gst_base_src_negotiate (GST_BASE_SRC (self)))
    return GST_PAD_IS_FLUSHING (pad) ? GST_FLOW_FLUSHING
                                     : GST_FLOW_NOT_NEGOTIATED;
  return self->stream ? GST_FLOW_CUSTOM_SUCCESS : GST_FLOW_CUSTOM_SUCCESS_1;
}

static void
tell_back (GstDmabufSrc *self)
{
  GST_OBJECT_LOCK (self);
  self->reconnect.waiting = FALSE;
  self->reconnect.count++;
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_src_tell_plugged (GST_ELEMENT (self), self->reconnect.path);
}

/* As long as it takes. A node that is found but cannot be opened is tried
 * again without being told. */
static GstFlowReturn
find_it (GstDmabufSrc *self, gboolean is_told)
{
  gchar path[PATH_MAX];
  GstFlowReturn flow;

  while (wait_for_change (&self->reconnect, is_told)) {
    if (zc_v4l2_identity_find (&self->reconnect.identity, path, sizeof (path)) <
        0)
      continue;
    GST_INFO_OBJECT (self, "%s is there again: %s", self->reconnect.path, path);
    flow = go_on (self, path);
    if (flow != GST_FLOW_CUSTOM_SUCCESS_1)
      return flow;
    leave (self);
    is_told = FALSE;
  }
  return GST_FLOW_FLUSHING;
}

static GstFlowReturn
wait_for_it (GstDmabufSrc *self)
{
  GstDmabufSrcReconnect *reconnect = &self->reconnect;
  GstZcWatch *watch;
  GstFlowReturn flow;

  leave (self);
  if (!reconnect->waiting) {
    set_waiting (self, TRUE);
    gst_dmabuf_src_warn_unplugged (GST_ELEMENT (self), reconnect->path, FALSE);
  }
  if (is_flushing (reconnect))
    return GST_FLOW_FLUSHING;

  watch = watch_new (reconnect);
  look_again (reconnect);
  flow = find_it (self, watch != NULL);
  gst_zc_watch_free (watch);
  if (flow == GST_FLOW_CUSTOM_SUCCESS)
    tell_back (self);
  return flow;
}

GstFlowReturn
gst_dmabuf_src_reconnect (GstDmabufSrc *self)
{
  GstDmabufSrcReconnect *reconnect = &self->reconnect;
  GstDmabufSrcOnDisconnect mode;

  GST_OBJECT_LOCK (self);
  mode = reconnect->mode;
  GST_OBJECT_UNLOCK (self);

  switch (mode) {
    case GST_DMABUF_SRC_ON_DISCONNECT_EOS:
      leave (self);
      gst_dmabuf_src_warn_unplugged (GST_ELEMENT (self), reconnect->path, TRUE);
      return GST_FLOW_EOS;
    case GST_DMABUF_SRC_ON_DISCONNECT_WAIT:
      if (!reconnect->by_descriptor)
        return wait_for_it (self);
      leave (self);
      gst_dmabuf_src_error_cannot_wait (GST_ELEMENT (self), reconnect->path);
      return GST_FLOW_ERROR;
    default:
      leave (self);
      gst_dmabuf_src_error_streaming (
          GST_ELEMENT (self), reconnect->path, "", -ENODEV);
      return GST_FLOW_ERROR;
  }
}
