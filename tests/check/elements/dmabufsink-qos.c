/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

/* What upstream hears of frames that are late: ts-offset makes them so. */

#define LATE "ts-offset=-100000000"

static struct {
  gint n; /* atomic */
  GMutex lock;
  GstClockTimeDiff diff; /* of the last */
  gdouble proportion;
} told;

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  (void) pad;
  (void) data;
  if (GST_EVENT_TYPE (event) != GST_EVENT_QOS)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&told.lock);
  gst_event_parse_qos (event, NULL, &told.proportion, &told.diff, NULL);
  g_mutex_unlock (&told.lock);
  g_atomic_int_inc (&told.n);
  return GST_PAD_PROBE_OK;
}

static GstElement *
play_from (const char *source, const char *properties)
{
  g_autofree char *text = g_strdup_printf (
      "%s ! video/x-raw,format=BGRx,width=640,height=480,framerate=30/1 ! "
      "dmabufsink name=sink %s",
      source, properties);
  GstElement *pipeline = pipeline_new (text);
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_event, NULL, NULL);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static GstElement *
play (const char *properties)
{
  return play_from ("videotestsrc is-live=true", properties);
}

static guint64
count (GstElement *pipeline, const char *field)
{
  return pipeline_get_stat (pipeline, "sink", field);
}

/* QoS messages that wait on the bus. */
static guint
count_messages (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_QOS))) {
    gint64 jitter;

    gst_message_parse_qos_values (message, &jitter, NULL, NULL);
    fail_unless (jitter > (gint64) (50 * GST_MSECOND));
    gst_message_unref (message);
    n++;
  }
  return n;
}

GST_START_TEST (frames_on_time_are_no_news)
{
  GstElement *pipeline = play ("");
  gint before;

  pipeline_wait_buffers (pipeline, "sink", 5);
  before = g_atomic_int_get (&told.n);
  pipeline_wait_buffers (pipeline, "sink", 30);
  /* a busy machine may make a frame late, but not many */
  fail_unless (g_atomic_int_get (&told.n) - before < 10);
  fail_unless (count (pipeline, "frames") > 20);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (late_frames_are_dropped_and_told)
{
  GstElement *pipeline = play (LATE);

  pipeline_wait_buffers (pipeline, "sink", 20);
  fail_unless (count (pipeline, "dropped") > 10);
  fail_unless (g_atomic_int_get (&told.n) > 10);
  g_mutex_lock (&told.lock);
  fail_unless (told.diff > (gint64) (50 * GST_MSECOND));
  fail_unless (told.proportion > 1.);
  g_mutex_unlock (&told.lock);
  fail_unless (count_messages (pipeline) > 10);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (of_late_frames_one_a_second_is_shown)
{
  GstElement *pipeline = play (LATE);
  guint64 frames;

  pipeline_wait_buffers (pipeline, "sink", 75);
  frames = count (pipeline, "frames");
  fail_unless (frames >= 2 && frames <= 5, "%" G_GUINT64_FORMAT, frames);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (who_wants_no_qos_gets_none)
{
  GstElement *pipeline = play (LATE " qos=false");

  pipeline_wait_buffers (pipeline, "sink", 20);
  fail_unless (count (pipeline, "dropped") > 10);
  fail_unless_equals_int (g_atomic_int_get (&told.n), 0);
  fail_unless_equals_int (count_messages (pipeline), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (without_a_limit_late_frames_are_shown)
{
  GstElement *pipeline = play (LATE " max-lateness=-1");

  pipeline_wait_buffers (pipeline, "sink", 20);
  fail_unless (count (pipeline, "frames") > 10);
  fail_unless (g_atomic_int_get (&told.n) > 10);
  fail_unless_equals_int (count_messages (pipeline), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (frames_in_time_again_are_told_once)
{
  GstElement *pipeline = play (LATE " max-lateness=-1");
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");

  pipeline_wait_buffers (pipeline, "sink", 10);
  g_object_set (sink, "ts-offset", G_GINT64_CONSTANT (0), NULL);
  pipeline_wait_buffers (pipeline, "sink", 10);
  g_mutex_lock (&told.lock);
  fail_unless (told.diff < (gint64) (50 * GST_MSECOND));
  g_mutex_unlock (&told.lock);
  fail_unless (g_atomic_int_get (&told.n) < 20);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* A second early was asked for, and they are less than that. */
GST_START_TEST (frames_before_their_time_may_be_late)
{
  GstElement *pipeline = play_from (
      "videotestsrc ! identity sleep-time=10000", "ts-offset=-1000000000");

  pipeline_wait_buffers (pipeline, "sink", 25);
  fail_unless (count (pipeline, "dropped") > 15);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (who_does_not_synchronize_is_never_late)
{
  GstElement *pipeline = play (LATE " sync=false");

  pipeline_wait_buffers (pipeline, "sink", 20);
  fail_unless (count (pipeline, "frames") > 10);
  fail_unless (g_atomic_int_get (&told.n) < 5);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (frames_on_time_are_no_news),
    RUNNER_TEST (late_frames_are_dropped_and_told),
    RUNNER_TEST (of_late_frames_one_a_second_is_shown),
    RUNNER_TEST (who_wants_no_qos_gets_none),
    RUNNER_TEST (without_a_limit_late_frames_are_shown),
    RUNNER_TEST (frames_in_time_again_are_told_once),
    RUNNER_TEST (frames_before_their_time_may_be_late),
    RUNNER_TEST (who_does_not_synchronize_is_never_late))
