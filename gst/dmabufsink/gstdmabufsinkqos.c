/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

/*
 * What is late, and telling upstream. Base class has all of this too, but sends
 * an event with every frame, on time or not, which costs as much as everything
 * that the sink does with it. Here upstream hears of frames that are late, and
 * once that they no longer are. Frames are counted over pauses and flushes.
 */

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* If all frames are late, one a second is shown all the same. */
#define MAX_DARK GST_SECOND

/* FALSE if nobody knows. It is negative if ts-offset shows frames early. */
static gboolean
get_age (GstDmabufSink *self, GstClockTime running, gint64 *age)
{
  GstElement *element = GST_ELEMENT (self);
  GstClock *clock = gst_element_get_clock (element);
  gboolean known = clock && GST_STATE (self) == GST_STATE_PLAYING &&
                   GST_CLOCK_TIME_IS_VALID (running);

  if (known)
    *age = gst_clock_get_time (clock) - running -
           gst_element_get_base_time (element);
  gst_clear_object (&clock);
  return known;
}

/* When a frame of that age was to be shown, which is when it was captured and
 * what the pipeline takes for granted. */
static gint64
delay_of (GstBaseSink *sink)
{
  return gst_base_sink_get_latency (sink) + gst_base_sink_get_ts_offset (sink) -
         gst_base_sink_get_render_delay (sink);
}

GstDmabufSinkTiming
gst_dmabuf_sink_time (GstDmabufSink *self, GstBuffer *buffer)
{
  GstBaseSink *sink = GST_BASE_SINK (self);
  GstDmabufSinkTiming timing = { 0 };
  gint64 age;

  timing.running = gst_segment_to_running_time (
      &sink->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  if (!get_age (self, timing.running, &age))
    return timing;
  timing.now_ns = g_get_monotonic_time () * 1000;
  timing.captured_ns = timing.now_ns - age;
  if (gst_base_sink_get_sync (sink))
    timing.late_ns = age - delay_of (sink);
  return timing;
}

static void
post_dropped (
    GstDmabufSink *self, GstBuffer *buffer, const GstDmabufSinkTiming *timing)
{
  GstBaseSink *sink = GST_BASE_SINK (self);
  GstClockTime stream = gst_segment_to_stream_time (
      &sink->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  GstMessage *message;
  guint64 frames, dropped;

  GST_OBJECT_LOCK (self);
  frames = self->stats.frames;
  dropped = self->stats.late;
  GST_OBJECT_UNLOCK (self);
  message = gst_message_new_qos (GST_OBJECT (self), sink->sync, timing->running,
      stream, GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer));
  gst_message_set_qos_values (message, timing->late_ns, 1., 1000000);
  gst_message_set_qos_stats (message, GST_FORMAT_BUFFERS, frames, dropped);
  gst_element_post_message (GST_ELEMENT (self), message);
}

/* How much slower upstream should be: 1 if it need not. */
static gdouble
proportion_of (GstBuffer *buffer, gint64 late_ns)
{
  GstClockTime duration = GST_BUFFER_DURATION (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (duration) || duration == 0 || late_ns <= 0)
    return 1.;
  return MIN (2., 1. + (gdouble) late_ns / duration);
}

static void
tell_upstream (
    GstDmabufSink *self, GstBuffer *buffer, const GstDmabufSinkTiming *timing)
{
  gboolean late = timing->late_ns > 0;

  gst_pad_push_event (GST_BASE_SINK_PAD (self),
      gst_event_new_qos (late ? GST_QOS_TYPE_UNDERFLOW : GST_QOS_TYPE_OVERFLOW,
          proportion_of (buffer, timing->late_ns), timing->late_ns,
          timing->running));
}

void
gst_dmabuf_sink_tell_qos (
    GstDmabufSink *self, GstBuffer *buffer, const GstDmabufSinkTiming *timing)
{
  GstDmabufSinkTiming seen = *timing;
  gboolean wanted, late;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.qos;
  if (GST_BASE_SINK (self)->sync) /* else frames come as fast as they can */
    seen.late_ns = MAX (seen.late_ns, self->flip_late_ns);
  GST_OBJECT_UNLOCK (self);
  late = seen.late_ns > self->tolerance_ns;
  if (wanted && GST_CLOCK_TIME_IS_VALID (seen.running) &&
      (late || self->told_late))
    tell_upstream (self, buffer, &seen);
  self->told_late = late;
}

gboolean
gst_dmabuf_sink_is_too_late (
    GstDmabufSink *self, const GstDmabufSinkTiming *timing)
{
  gint64 limit;

  GST_OBJECT_LOCK (self);
  limit = self->settings.max_lateness;
  GST_OBJECT_UNLOCK (self);
  if (limit < 0 || timing->late_ns <= limit ||
      timing->now_ns - self->last_shown_ns > (gint64) MAX_DARK) {
    self->last_shown_ns = timing->now_ns;
    return FALSE;
  }
  return TRUE;
}

GstFlowReturn
gst_dmabuf_sink_drop_late (
    GstDmabufSink *self, GstBuffer *buffer, const GstDmabufSinkTiming *timing)
{
  gboolean wanted;

  GST_OBJECT_LOCK (self);
  self->stats.late++;
  wanted = self->settings.qos;
  GST_OBJECT_UNLOCK (self);
  GST_DEBUG_OBJECT (self, "dropped, %" GST_STIME_FORMAT " late",
      GST_STIME_ARGS (timing->late_ns));
  if (wanted)
    post_dropped (self, buffer, timing);
  gst_dmabuf_sink_tell_qos (self, buffer, timing);
  return GST_BASE_SINK_FLOW_DROPPED;
}

/* --- what was shown while pausing --------------------------------------- */

static gboolean
is_shown (GstDmabufSink *self, GstBuffer *buffer)
{
  return gst_dmabuf_sink_is_newest (self, buffer) ||
         gst_dmabuf_sink_copier_did_last (&self->copier, buffer);
}

/* A frame that cannot be shown now is as good as any to pause with: the base
 * class would never get to its state without. It comes again, and is counted
 * then. */
static GstFlowReturn
forgive (GstDmabufSink *self)
{
  self->prerolled = FALSE;
  GST_OBJECT_LOCK (self);
  self->stats.late--;
  GST_OBJECT_UNLOCK (self);
  return GST_FLOW_OK;
}

GstFlowReturn
gst_dmabuf_sink_preroll (GstBaseSink *sink, GstBuffer *buffer)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstFlowReturn flow;

  flow = GST_BASE_SINK_CLASS (g_type_class_peek (GST_TYPE_VIDEO_SINK))
             ->preroll (sink, buffer);
  if (flow == GST_BASE_SINK_FLOW_DROPPED)
    return forgive (self);
  self->prerolled = flow == GST_FLOW_OK && is_shown (self, buffer);
  return flow;
}

gboolean
gst_dmabuf_sink_was_prerolled (GstDmabufSink *self, GstBuffer *buffer)
{
  gboolean again = self->prerolled && is_shown (self, buffer);

  self->prerolled = FALSE;
  return again;
}
