/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

static gint64
monotonic_ns (void)
{
  return g_get_monotonic_time () * 1000;
}

/* --- streams, and what latency they have ------------------------------- */

const gchar *
gst_dmabuf_src_get_stamp_name (__u32 flags)
{
  if ((flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) !=
      V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
    return "arrival";
  return (flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK) == V4L2_BUF_FLAG_TSTAMP_SRC_SOE
             ? "start-of-exposure"
             : "end-of-frame";
}

void
gst_dmabuf_src_announce_latency (GstDmabufSrc *self)
{
  GstClockTime min, max;
  gboolean changed;

  GST_OBJECT_LOCK (self);
  gst_dmabuf_src_stamps_get_latency (
      self->frame_duration, self->n_buffers, &min, &max);
  changed = min != self->min_latency || max != self->max_latency;
  self->min_latency = min;
  self->max_latency = max;
  GST_OBJECT_UNLOCK (self);

  if (!changed)
    return;
  GST_DEBUG_OBJECT (self, "latency: %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
      GST_TIME_ARGS (min), GST_TIME_ARGS (max));
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

void
gst_dmabuf_src_start_stamps (
    GstDmabufSrc *self, __u32 flags, GstClockTime duration)
{
  const gchar *path = self->camera.device->path;

  gst_dmabuf_src_stamps_start (&self->stamps, duration, monotonic_ns ());
  GST_OBJECT_LOCK (self);
  self->frame_duration = duration;
  self->buffer_flags = flags;
  GST_OBJECT_UNLOCK (self);

  if ((flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) ==
      V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
    GST_INFO_OBJECT (self, "%s: stamps are of %s", path,
        gst_dmabuf_src_get_stamp_name (flags));
  else
    GST_WARNING_OBJECT (self,
        "%s: the driver's stamps are not of CLOCK_MONOTONIC (flags 0x%x): "
        "frames have the time of their arrival",
        path, flags & V4L2_BUF_FLAG_TIMESTAMP_MASK);
  if (!GST_CLOCK_TIME_IS_VALID (duration))
    GST_INFO_OBJECT (self,
        "%s: the rate is not known: latency is not either, and times are those "
        "of the stamps, whichever end of the frame they mark",
        path);
  gst_dmabuf_src_announce_latency (self);
}

void
gst_dmabuf_src_reset_time (GstDmabufSrc *self)
{
  gst_clear_object (&self->clock);
  self->stamps = (GstDmabufSrcStamps) { 0 };
  GST_OBJECT_LOCK (self);
  self->frame_duration = GST_CLOCK_TIME_NONE;
  self->min_latency = self->max_latency = GST_CLOCK_TIME_NONE;
  GST_OBJECT_UNLOCK (self);
}

gboolean
gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query)
{
  GstClockTime min, max;
  gboolean runs;

  GST_OBJECT_LOCK (self);
  runs = (self->stream || self->reconnect.waiting) && self->n_buffers > 0;
  gst_dmabuf_src_stamps_get_latency (
      self->frame_duration, self->n_buffers, &min, &max);
  GST_OBJECT_UNLOCK (self);

  if (runs)
    gst_query_set_latency (query, TRUE, min, max);
  return runs;
}

/* --- the device's own time --------------------------------------------- */

static GstCaps *
get_reference (void)
{
  static GstCaps *reference = NULL;

  if (g_once_init_enter (&reference)) {
    GstCaps *caps = gst_caps_new_empty_simple ("timestamp/x-system-monotonic");

    GST_MINI_OBJECT_FLAG_SET (caps, GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
    g_once_init_leave (&reference, caps);
  }
  return reference;
}

static GstReferenceTimestampMeta *
find_device_time (GstBuffer *buffer)
{
  const GstMetaInfo *info = GST_REFERENCE_TIMESTAMP_META_INFO;
  GstCaps *reference = get_reference ();
  gpointer state = NULL;
  GstMeta *meta;

  while ((meta = gst_buffer_iterate_meta (buffer, &state)))
    if (meta->info == info &&
        ((GstReferenceTimestampMeta *) meta)->reference == reference)
      return (GstReferenceTimestampMeta *) meta;
  return NULL;
}

/* It stays with the buffer, which comes again. */
static void
set_device_time (GstBuffer *buffer, GstClockTime time)
{
  GstReferenceTimestampMeta *meta = find_device_time (buffer);

  if (G_LIKELY (meta)) {
    meta->timestamp = time;
    return;
  }
  meta = gst_buffer_add_reference_timestamp_meta (
      buffer, get_reference (), time, GST_CLOCK_TIME_NONE);
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
}

static void
remove_device_time (GstBuffer *buffer)
{
  GstReferenceTimestampMeta *meta = find_device_time (buffer);

  if (meta)
    gst_buffer_remove_meta (buffer, (GstMeta *) meta);
}

void
gst_dmabuf_src_copy_device_time (GstBuffer *to, GstBuffer *from)
{
  GstReferenceTimestampMeta *meta = find_device_time (from);

  if (meta)
    gst_buffer_add_reference_timestamp_meta (
        to, meta->reference, meta->timestamp, meta->duration);
}

/* --- frames ------------------------------------------------------------ */

void
gst_dmabuf_src_resume_time (GstDmabufSrc *self)
{
  atomic_store (&self->resumed_ns, monotonic_ns ());
}

gboolean
gst_dmabuf_src_is_stale (GstDmabufSrc *self, const struct zc_v4l2_frame *frame)
{
  return gst_dmabuf_src_stamps_is_stale (
      &self->stamps, frame, atomic_load (&self->resumed_ns));
}

static GstClockTime
to_running_time (const GstDmabufSrc *self, GstClockTime time)
{
  GstClockTime base_time = self->base_time;

  return time > base_time ? time - base_time : 0;
}

/* The clock that is kept is the streaming thread's, so that a frame takes no
 * reference; the element's may go at any time. */
static void
gst_dmabuf_src_change_clock (GstDmabufSrc *self)
{
  GstClock *clock = gst_element_get_clock (GST_ELEMENT (self));

  gst_clear_object (&self->clock);
  self->clock = clock;
  self->base_time = gst_element_get_base_time (GST_ELEMENT (self));
  if (clock)
    gst_dmabuf_src_stamps_change_clock (
        &self->stamps, to_running_time (self, gst_clock_get_time (clock)));
}

/* Of the frames that are missing before the buffer. */
static void
gst_dmabuf_src_report_loss (
    GstDmabufSrc *self, GstBuffer *buffer, guint32 lost, guint64 frames)
{
  const GstSegment *segment = &GST_BASE_SRC (self)->segment;
  GstClockTime time = GST_BUFFER_PTS (buffer), missing = GST_CLOCK_TIME_NONE;
  GstMessage *message;
  guint64 dropped;

  GST_OBJECT_LOCK (self);
  dropped = self->stats.dropped += lost;
  GST_OBJECT_UNLOCK (self);
  if (dropped == lost)
    GST_WARNING_OBJECT (self,
        "%s: %u frames lost; from now on they are only counted, and told by "
        "QoS messages",
        self->camera.device->path, lost);
  if (GST_BUFFER_DURATION_IS_VALID (buffer) && GST_CLOCK_TIME_IS_VALID (time)) {
    missing = MIN (time, lost * GST_BUFFER_DURATION (buffer));
    time -= missing;
  }
  message = gst_message_new_qos (GST_OBJECT (self), TRUE,
      gst_segment_to_running_time (segment, GST_FORMAT_TIME, time),
      gst_segment_to_stream_time (segment, GST_FORMAT_TIME, time), time,
      missing);
  gst_message_set_qos_values (message, 0, 1.0, 1000000);
  gst_message_set_qos_stats (message, GST_FORMAT_BUFFERS, frames, dropped);
  gst_element_post_message (GST_ELEMENT (self), message);
}

static void
gst_dmabuf_src_report_bad (GstDmabufSrc *self,
    const struct zc_v4l2_frame *frame, const GstDmabufSrcStamp *stamp)
{
  gboolean first = self->stats.bad_stamps == 0;

  GST_OBJECT_LOCK (self);
  self->stats.bad_stamps++;
  GST_OBJECT_UNLOCK (self);
  if (first)
    GST_WARNING_OBJECT (self,
        "%s: frame %" G_GUINT64_FORMAT " is stamped %" G_GINT64_FORMAT
        " ns and cannot be from then; it is taken to be from %" G_GINT64_FORMAT
        "; from now on such stamps are only counted",
        self->camera.device->path, stamp->number, frame->timestamp_ns,
        stamp->captured_ns);
}

/* Any clock will do: the age of the frame is measured by the kernel's, and
 * taken from what the pipeline's says at the same moment. That of the system is
 * read like any other: anybody may slave it or change its type, and nobody
 * tells. */
void
gst_dmabuf_src_stamp (
    GstDmabufSrc *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  GstClockTime time = GST_CLOCK_TIME_NONE;
  GstDmabufSrcStamp stamp;
  guint64 frames;
  gboolean same;
  gint64 now;

  GST_OBJECT_LOCK (self);
  same = self->clock == GST_ELEMENT_CLOCK (self) &&
         self->base_time == GST_ELEMENT_CAST (self)->base_time;
  frames = self->stats.frames++;
  GST_OBJECT_UNLOCK (self);
  if (G_UNLIKELY (!same))
    gst_dmabuf_src_change_clock (self);

  now = monotonic_ns ();
  if (G_LIKELY (self->clock))
    time = gst_clock_get_time (self->clock);
  gst_dmabuf_src_stamps_judge (
      &self->stamps, frame, now, atomic_load (&self->resumed_ns), &stamp);
  if (G_LIKELY (self->clock))
    time = gst_dmabuf_src_stamps_get_running_time (
        &self->stamps, now - stamp.captured_ns, to_running_time (self, time));

  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DURATION (buffer) = self->frame_duration;
  GST_BUFFER_OFFSET (buffer) = stamp.number;
  GST_BUFFER_OFFSET_END (buffer) = stamp.number + 1;
  if (stamp.discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);

  if (G_LIKELY (stamp.kind == GST_DMABUF_SRC_STAMP_GOOD))
    set_device_time (buffer, frame->timestamp_ns);
  else
    remove_device_time (buffer);
  if (stamp.kind == GST_DMABUF_SRC_STAMP_BAD)
    gst_dmabuf_src_report_bad (self, frame, &stamp);
  if (stamp.lost > 0)
    gst_dmabuf_src_report_loss (self, buffer, stamp.lost, frames);
}
