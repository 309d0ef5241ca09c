/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"
#include "gstdmabufsinkcaps.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* What becomes of frames without a monitor, or while another session has the
 * display. */

/* Without a monitor, as the user wishes. */
GstFlowReturn
gst_dmabuf_sink_miss_monitor (GstDmabufSink *self)
{
  GstDmabufSinkOnDisconnect wish;

  GST_OBJECT_LOCK (self);
  wish = self->settings.on_disconnect;
  self->stats.late += wish == GST_DMABUF_SINK_ON_DISCONNECT_DROP;
  GST_OBJECT_UNLOCK (self);
  switch (wish) {
    case GST_DMABUF_SINK_ON_DISCONNECT_WAIT:
      return gst_dmabuf_sink_plug_wait (&self->plug) ? GST_FLOW_OK
                                                     : GST_FLOW_FLUSHING;
    case GST_DMABUF_SINK_ON_DISCONNECT_DROP:
      return GST_BASE_SINK_FLOW_DROPPED;
    default:
      gst_dmabuf_sink_error_unplugged (GST_ELEMENT (self),
          self->screen->output->connector.name, self->card_path);
      return GST_FLOW_ERROR;
  }
}

GstFlowReturn
gst_dmabuf_sink_drop_while_away (GstDmabufSink *self)
{
  GST_OBJECT_LOCK (self);
  self->stats.late++;
  GST_OBJECT_UNLOCK (self);
  return GST_BASE_SINK_FLOW_DROPPED;
}

/* The caps are those of the monitor. */
static void
refresh_caps (GstDmabufSink *self)
{
  GstCaps *caps = gst_dmabuf_sink_caps_of (
      self->screen->output, self->screen->can_scale);
  gboolean differ;

  GST_OBJECT_LOCK (self);
  differ = self->caps && !gst_caps_is_equal (caps, self->caps);
  if (self->caps)
    gst_caps_replace (&self->caps, caps);
  self->told_kept = FALSE; /* of another monitor */
  GST_OBJECT_UNLOCK (self);
  gst_caps_unref (caps);
  if (differ)
    gst_pad_push_event (GST_BASE_SINK_PAD (self), gst_event_new_reconfigure ());
}

void
gst_dmabuf_sink_plugged (gboolean is_connected, gpointer data)
{
  GstDmabufSink *self = data;
  gchar name[ZC_KMS_OUTPUT_NAME_SIZE];

  zc_kms_output_describe (self->screen->output, name, sizeof (name));
  if (is_connected) {
    GST_INFO_OBJECT (self, "a monitor is connected: %s", name);
    refresh_caps (self);
    gst_dmabuf_sink_restyle (self);
  } else {
    GST_WARNING_OBJECT (self, "the monitor on %s was unplugged", name);
  }
}

/* --- the seat ---------------------------------------------------------- */

static void
on_enabled (void *data)
{
  GstDmabufSink *self = data;

  GST_INFO_OBJECT (self, "the display is ours again");
  g_atomic_int_set (&self->is_away, FALSE);
  zc_kms_output_forget (self->screen->output);
  gst_dmabuf_sink_restyle (self);
}

static void
on_disabled (void *data)
{
  GstDmabufSink *self = data;

  GST_INFO_OBJECT (self, "another session has the display: frames are dropped");
  g_atomic_int_set (&self->is_away, TRUE);
}

static void
on_lost (int error, void *data)
{
  GST_WARNING_OBJECT (data, "the seat is gone: %s", g_strerror (-error));
}

static const struct zc_kms_seat_funcs seat_funcs = {
  .enabled = on_enabled,
  .disabled = on_disabled,
  .lost = on_lost,
};

void
gst_dmabuf_sink_listen_to_seat (GstDmabufSink *self)
{
  g_atomic_int_set (&self->is_away, FALSE);
  gst_zc_kms_card_listen (self->screen->card, &seat_funcs, self);
}

void
gst_dmabuf_sink_leave_seat (GstDmabufSink *self)
{
  gst_zc_kms_card_unlisten (self->screen->card, &seat_funcs, self);
}
