/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcstamps.h"

/* A frame may begin before the stream does, and that is known roughly only. */
#define EARLIEST (1 * GST_SECOND)

void
gst_dmabuf_src_stamps_start (
    GstDmabufSrcStamps *self, GstClockTime duration, gint64 now_ns)
{
  self->duration = GST_CLOCK_TIME_IS_VALID (duration) ? duration : 0;
  self->newest_ns = MAX (0, now_ns - (gint64) EARLIEST);
  self->steady = FALSE;
  self->fresh = TRUE;
  self->forgive = FALSE;
}

void
gst_dmabuf_src_stamps_skip (GstDmabufSrcStamps *self, guint32 n)
{
  self->next += n;
  self->number += n;
}

/* Returns how many frames are missing before that of the number. */
static guint32
count (GstDmabufSrcStamps *self, guint32 sequence, gboolean *discont)
{
  guint32 lost = sequence - self->next;

  *discont = self->fresh || self->forgive;
  if (G_LIKELY (lost == 0 && !self->fresh)) {
    self->number++;
  } else if (self->fresh) {
    self->number = sequence;
    lost = 0;
  } else if (lost == G_MAXUINT32) {
    /* the second field of a frame, or a driver that does not count */
    lost = 0;
  } else if (lost > G_MAXINT32) {
    /* backwards: the counter was reset */
    self->number++;
    *discont = TRUE;
    lost = 0;
  } else {
    self->number += 1 + (guint64) lost;
    *discont = TRUE;
  }
  if (self->forgive)
    lost = 0;
  self->fresh = FALSE;
  self->forgive = FALSE;
  self->next = sequence + 1;
  return lost;
}

static gboolean
has_clock (const struct zc_v4l2_frame *frame)
{
  return (frame->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) ==
         V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
}

static gboolean
is_of_start (const struct zc_v4l2_frame *frame)
{
  return (frame->flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) ==
         V4L2_BUF_FLAG_TSTAMP_SRC_SOE;
}

gboolean
gst_dmabuf_src_stamps_is_stale (GstDmabufSrcStamps *self,
    const struct zc_v4l2_frame *frame, gint64 resumed_ns)
{
  gboolean discont;

  if (G_LIKELY (frame->timestamp_ns >= resumed_ns) || !has_clock (frame) ||
      frame->timestamp_ns <= self->newest_ns)
    return FALSE;

  self->newest_ns = frame->timestamp_ns;
  self->steady = FALSE;
  count (self, frame->sequence, &discont);
  self->forgive = TRUE;
  return TRUE;
}

/* When a frame without a good stamp began. */
static gint64
stand_in (const GstDmabufSrcStamps *self, gint64 arrived_ns, guint32 lost)
{
  gint64 duration = self->duration;
  gint64 latest = arrived_ns - duration, behind = latest - self->captured_ns;

  if (!self->steady || duration == 0 || behind / duration < (gint64) lost + 1)
    return latest;
  return self->captured_ns + ((gint64) lost + 1) * duration;
}

void
gst_dmabuf_src_stamps_judge (GstDmabufSrcStamps *self,
    const struct zc_v4l2_frame *frame, gint64 now_ns, gint64 resumed_ns,
    GstDmabufSrcStamp *stamp)
{
  gint64 captured = frame->timestamp_ns, duration = self->duration;

  stamp->lost = count (self, frame->sequence, &stamp->discont);
  stamp->number = self->number;

  if (G_UNLIKELY (!has_clock (frame))) {
    stamp->kind = GST_DMABUF_SRC_STAMP_ARRIVAL;
    captured = now_ns - duration;
  } else if (G_LIKELY (
                 captured > self->newest_ns && captured <= now_ns + duration)) {
    stamp->kind = GST_DMABUF_SRC_STAMP_GOOD;
    self->newest_ns = captured;
    if (!is_of_start (frame))
      captured -= duration;
  } else {
    stamp->kind = GST_DMABUF_SRC_STAMP_BAD;
    captured = stand_in (self, now_ns, stamp->lost);
  }
  self->steady = stamp->kind == GST_DMABUF_SRC_STAMP_GOOD;

  captured = MAX (captured, resumed_ns);
  stamp->captured_ns = self->captured_ns = MIN (captured, now_ns);
}

GstClockTime
gst_dmabuf_src_stamps_get_running_time (
    GstDmabufSrcStamps *self, GstClockTime age, GstClockTime now)
{
  GstClockTime time = now > age ? now - age : 0;

  if (G_UNLIKELY (self->running && time <= self->running_time))
    time = self->running_time + 1;
  self->running = TRUE;
  self->running_time = time;
  return time;
}

void
gst_dmabuf_src_stamps_change_clock (GstDmabufSrcStamps *self, GstClockTime now)
{
  if (self->running_time > now)
    self->running = FALSE;
}

void
gst_dmabuf_src_stamps_get_latency (GstClockTime duration, guint n_buffers,
    GstClockTime *min, GstClockTime *max)
{
  gboolean known = GST_CLOCK_TIME_IS_VALID (duration);

  *min = known ? duration : 0;
  *max = known ? duration * n_buffers : GST_CLOCK_TIME_NONE;
}
