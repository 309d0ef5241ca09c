/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

/*
 * Frames that basesink drops because they are late, counted so that each frame
 * is either shown or dropped, over pauses and flushes too. A frame that was
 * shown while pausing comes again when playing, if it is not late then: in that
 * case basesink calls it dropped, though it was seen.
 */

guint64
gst_dmabuf_sink_count_late (GstDmabufSink *self)
{
  GstStructure *s = gst_base_sink_get_stats (GST_BASE_SINK (self));
  guint64 late = 0;

  gst_structure_get_uint64 (s, "dropped", &late);
  gst_structure_free (s);
  return late;
}

void
gst_dmabuf_sink_keep_late (GstDmabufSink *self, guint64 late)
{
  if (gst_dmabuf_sink_count_late (self) >= late)
    return;
  GST_OBJECT_LOCK (self);
  self->stats.late += late;
  GST_OBJECT_UNLOCK (self);
}

/* With the object lock held. */
static gboolean
is_preroll_late (GstDmabufSink *self, guint64 late_now)
{
  return self->prerolled && self->stats.late + late_now > self->late_before;
}

guint64
gst_dmabuf_sink_sum_late (GstDmabufSink *self, guint64 late_now)
{
  return late_now + self->stats.late - self->stats.late_but_seen -
         is_preroll_late (self, late_now);
}

void
gst_dmabuf_sink_forget_preroll (GstDmabufSink *self)
{
  guint64 late_now = gst_dmabuf_sink_count_late (self);

  GST_OBJECT_LOCK (self);
  self->stats.late_but_seen += is_preroll_late (self, late_now);
  self->prerolled = FALSE;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
is_shown (GstDmabufSink *self, GstBuffer *buffer)
{
  return gst_dmabuf_sink_is_newest (self, buffer) ||
         gst_dmabuf_sink_copier_did_last (&self->copier, buffer);
}

GstFlowReturn
gst_dmabuf_sink_preroll (GstBaseSink *sink, GstBuffer *buffer)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstFlowReturn flow;
  guint64 late_now;
  gboolean shown;

  flow = GST_BASE_SINK_CLASS (g_type_class_peek (GST_TYPE_VIDEO_SINK))
             ->preroll (sink, buffer);
  late_now = gst_dmabuf_sink_count_late (self);
  shown = flow == GST_FLOW_OK && is_shown (self, buffer);

  GST_OBJECT_LOCK (self);
  self->prerolled = shown;
  self->late_before = self->stats.late + late_now;
  GST_OBJECT_UNLOCK (self);
  return flow;
}

gboolean
gst_dmabuf_sink_was_prerolled (GstDmabufSink *self, GstBuffer *buffer)
{
  gboolean again;
  guint64 late_now;

  if (!self->prerolled)
    return FALSE;
  again = is_shown (self, buffer);
  late_now = gst_dmabuf_sink_count_late (self);

  GST_OBJECT_LOCK (self);
  if (!again && is_preroll_late (self, late_now))
    self->stats.late_but_seen++;
  self->prerolled = FALSE;
  GST_OBJECT_UNLOCK (self);
  return again;
}
