/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

#include "gst-libs/allocators/gstzcmemory.h"

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* Called by the layer, mostly from the card's thread. */

static void
on_flipped (const struct zc_kms_frame *frame, int64_t time_ns, void *data)
{
  GstDmabufSink *self = data;

  GST_OBJECT_LOCK (self);
  self->stats.frames++;
  self->flip_late_ns = 0;
  if (frame->captured_ns > 0) {
    latency_histogram_add (
        &self->stats.latency, MAX (0, time_ns - frame->captured_ns));
    self->flip_late_ns = time_ns - frame->due_ns;
  }
  GST_OBJECT_UNLOCK (self);
}

void
gst_dmabuf_sink_drop_frame (const struct zc_kms_frame *frame)
{
  for (guint i = 0; i < ZC_KMS_N_PARTS; i++)
    if (frame->owner[i])
      gst_buffer_unref (frame->owner[i]);
}

static void
on_released (const struct zc_kms_frame *frame, bool shown, void *data)
{
  GstDmabufSink *self = data;

  if (!shown) {
    GST_OBJECT_LOCK (self);
    self->stats.replaced++;
    GST_OBJECT_UNLOCK (self);
  }
  gst_dmabuf_sink_drop_frame (frame);
}

/* All who write there wait for the display, which reads until the flip. */
static gboolean
attach_fence (GstBuffer *buffer, gint fence, GError **error)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++)
    if (!gst_zc_memory_import_fence (
            gst_buffer_peek_memory (buffer, i), fence, GST_MAP_READ, error))
      return FALSE;
  return TRUE;
}

static void
refuse_fences (GstDmabufSink *self, GError *error)
{
  gboolean is_first;

  GST_OBJECT_LOCK (self);
  is_first = !self->refuses_fences;
  self->refuses_fences = TRUE;
  GST_OBJECT_UNLOCK (self);
  if (is_first)
    gst_dmabuf_sink_warn_fences (GST_ELEMENT (self), self->card_path, error);
  g_error_free (error);
}

static bool
on_fenced (const struct zc_kms_frame *frame, int fence, void *data)
{
  GstDmabufSink *self = data;
  GError *error = NULL;

  for (guint i = 0; i < ZC_KMS_N_PARTS && !error; i++)
    if (frame->owner[i])
      attach_fence (frame->owner[i], fence, &error);
  if (error) {
    refuse_fences (self, error);
    return false;
  }
  GST_OBJECT_LOCK (self);
  self->stats.early++;
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_sink_drop_frame (frame);
  return true;
}

static void
restyle_now (GstElement *element, gpointer data)
{
  (void) data;
  gst_dmabuf_sink_restyle (GST_DMABUF_SINK (element));
}

/* Another sink has gone, whose colours and refresh the display had. Not at
 * once: the caller holds what it takes. */
static void
on_leads (void *data)
{
  gst_element_call_async (GST_ELEMENT (data), restyle_now, NULL, NULL);
}

const struct zc_kms_layer_events gst_dmabuf_sink_frame_events = {
  .flipped = on_flipped,
  .released = on_released,
  .leads = on_leads,
};

const struct zc_kms_layer_events gst_dmabuf_sink_early_events = {
  .flipped = on_flipped,
  .released = on_released,
  .fenced = on_fenced,
  .leads = on_leads,
};

gboolean
gst_dmabuf_sink_is_newest (GstDmabufSink *self, GstBuffer *buffer)
{
  return !self->place && zc_kms_layer_has_newest (self->screen->layer, buffer);
}

static GstFlowReturn
show (GstDmabufSink *self, GstBuffer *buffer)
{
  struct zc_kms_frame frame = { 0 };
  GstDmabufSinkTiming timing;
  GstFlowReturn flow;

  if (gst_dmabuf_sink_was_prerolled (self, buffer) ||
      gst_dmabuf_sink_is_newest (self, buffer))
    return GST_FLOW_OK;
  timing = gst_dmabuf_sink_time (self, buffer);
  if (gst_dmabuf_sink_is_too_late (self, &timing))
    return gst_dmabuf_sink_drop_late (self, buffer, &timing);

  flow = gst_dmabuf_sink_bring (self, buffer, &frame);
  if (flow == GST_FLOW_OK)
    flow = gst_dmabuf_sink_add_text (self, buffer, &frame);
  if (flow != GST_FLOW_OK) {
    gst_dmabuf_sink_drop_frame (&frame);
    return flow;
  }
  frame.captured_ns = timing.captured_ns;
  frame.due_ns = timing.now_ns - timing.late_ns;
  gst_dmabuf_sink_tell_qos (self, buffer, &timing);
  return gst_dmabuf_sink_place_frame (self, buffer, &frame);
}

/* Who is interrupted waits until the pipeline goes on, and then tries again. */
GstFlowReturn
gst_dmabuf_sink_show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstFlowReturn flow;

  do {
    flow = GST_FLOW_OK;
    if (g_atomic_int_get (&self->is_away))
      flow = gst_dmabuf_sink_drop_while_away (self);
    else if (!gst_dmabuf_sink_plug_is_connected (&self->plug))
      flow = gst_dmabuf_sink_miss_monitor (self);
    if (flow == GST_FLOW_OK)
      flow = show (self, buffer);
    if (flow != GST_FLOW_FLUSHING)
      return flow;
    flow = gst_base_sink_wait_preroll (GST_BASE_SINK (sink));
  } while (flow == GST_FLOW_OK);
  return flow;
}
