/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

static gboolean
has_monotonic_stamp (const struct zc_v4l2_frame *frame)
{
  return (frame->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) ==
         V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
}

/* Running time of the frame: now, less the age that the kernel's stamp gives
 * it. A stamp in the future makes it no younger than now (vivid's lie up to a
 * frame ahead); one of an unknown clock says nothing. */
static GstClockTime
gst_dmabuf_src_running_time (
    GstDmabufSrc *self, const struct zc_v4l2_frame *frame)
{
  GstClock *clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime now, base = gst_element_get_base_time (GST_ELEMENT (self));
  gint64 age = 0;

  if (!clock)
    return GST_CLOCK_TIME_NONE;

  now = gst_clock_get_time (clock);
  gst_object_unref (clock);
  if (has_monotonic_stamp (frame))
    age = g_get_monotonic_time () * 1000 - frame->timestamp_ns;

  now -= MIN (base, now);
  return now - CLAMP (age, 0, (gint64) now);
}

void
gst_dmabuf_src_stamp (
    GstDmabufSrc *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  guint32 lost = 0;

  if (!self->expect_any)
    lost = frame->sequence - self->next_sequence;
  if (lost > G_MAXINT32) /* the counter went backwards: it was reset */
    lost = 0;
  if (self->expect_any || lost > 0)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (lost > 0 && self->stats.dropped == 0)
    GST_WARNING_OBJECT (self,
        "%s: %u frames lost; from now on they are only counted",
        self->camera.device->path, lost);
  self->expect_any = FALSE;
  self->next_sequence = frame->sequence + 1;

  GST_BUFFER_PTS (buffer) = gst_dmabuf_src_running_time (self, frame);
  GST_BUFFER_DURATION (buffer) = self->frame_duration;
  GST_BUFFER_OFFSET (buffer) = frame->sequence;
  GST_BUFFER_OFFSET_END (buffer) = (guint64) frame->sequence + 1;

  GST_OBJECT_LOCK (self);
  self->stats.frames++;
  self->stats.dropped += lost;
  GST_OBJECT_UNLOCK (self);
}

/* Captured before the pipeline (re)started, and waiting since. */
gboolean
gst_dmabuf_src_is_stale (GstDmabufSrc *self, const struct zc_v4l2_frame *frame)
{
  gboolean stale;

  GST_OBJECT_LOCK (self);
  stale = has_monotonic_stamp (frame) && frame->timestamp_ns < self->resumed_ns;
  GST_OBJECT_UNLOCK (self);
  return stale;
}

/* A stamp from the start of a frame makes it one frame old when it is whole;
 * one from its end makes it new. */
gboolean
gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query)
{
  GstClockTime frame, min;
  guint n_buffers;

  GST_OBJECT_LOCK (self);
  n_buffers = self->stream ? self->n_buffers : 0;
  frame = self->frame_duration;
  min = (self->buffer_flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) ==
                V4L2_BUF_FLAG_TSTAMP_SRC_SOE
            ? frame
            : 0;
  GST_OBJECT_UNLOCK (self);

  if (n_buffers == 0 || !GST_CLOCK_TIME_IS_VALID (frame))
    return FALSE;
  gst_query_set_latency (query, TRUE, min, frame * n_buffers);
  return TRUE;
}
