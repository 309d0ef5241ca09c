/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/check/gstharness.h>

#define N_FRAMES 10
#define START_OF_FRAME 1
#define END_OF_FRAME 0

/* Ten a second: what the scheduler does is little beside a frame. */
#define SLOW "video/x-raw,format=BGRx,width=320,height=180,framerate=10/1"
#define SLOW_FRAME (GST_SECOND / 10)
#define FAST "video/x-raw,format=BGRx,width=320,height=180,framerate=60/1"
#define FAST_FRAME (GST_SECOND / 60)

/* Two clocks are not read at once. */
#define ABOUT (SLOW_FRAME / 4)

static GstHarness *
play (GstClock *clock, const char *caps)
{
  GstHarness *harness = pipeline_harness ("dmabufsrc io-mode=dmabuf-export");

  if (clock)
    gst_element_set_clock (harness->element, clock);
  else
    gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, caps);
  gst_harness_play (harness);
  return harness;
}

static GstStructure *
get_stats (GstHarness *harness)
{
  GstStructure *stats = NULL;

  g_object_get (harness->element, "stats", &stats, NULL);
  return stats;
}

static guint64
get_stat (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = get_stats (harness);
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

static GstReferenceTimestampMeta *
find_device_time (GstBuffer *buffer)
{
  g_autoptr (GstCaps)
      reference = gst_caps_new_empty_simple ("timestamp/x-system-monotonic");

  return gst_buffer_get_reference_timestamp_meta (buffer, reference);
}

static GstClockTime
get_device_time (GstBuffer *buffer)
{
  GstReferenceTimestampMeta *meta = find_device_time (buffer);

  fail_unless (meta != NULL);
  return meta->timestamp;
}

static void
assert_about (GstClockTime time, GstClockTime truth)
{
  fail_unless (ABS (GST_CLOCK_DIFF (time, truth)) < (GstClockTimeDiff) ABOUT,
      "%" GST_TIME_FORMAT " is not about %" GST_TIME_FORMAT,
      GST_TIME_ARGS (time), GST_TIME_ARGS (truth));
}

/* When the buffer is from, by the clock of the pipeline. */
static GstClockTime
get_time (GstHarness *harness, GstBuffer *buffer)
{
  return GST_BUFFER_PTS (buffer) + gst_element_get_base_time (harness->element);
}

GST_START_TEST (a_frame_is_from_when_it_started)
{
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, START_OF_FRAME);
  harness = play (NULL, SLOW);
  for (guint i = 0; i < N_FRAMES; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    assert_about (get_time (harness, buffer), get_device_time (buffer));
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* But for the first, which would have begun before the pipeline. */
GST_START_TEST (a_stamp_of_its_end_is_a_frame_later)
{
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, END_OF_FRAME);
  harness = play (NULL, SLOW);
  gst_buffer_unref (gst_harness_pull (harness));
  for (guint i = 0; i < N_FRAMES; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    assert_about (
        get_time (harness, buffer) + SLOW_FRAME, get_device_time (buffer));
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

static GstPadProbeReturn
hold_up_once (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  (void) info;
  (void) data;
  g_usleep (GST_TIME_AS_USECONDS (3 * SLOW_FRAME));
  return GST_PAD_PROBE_REMOVE;
}

GST_START_TEST (a_frame_that_had_to_wait_is_as_old)
{
  g_autoptr (GstPad) pad = NULL;
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, START_OF_FRAME);
  harness = play (NULL, SLOW);
  gst_buffer_unref (gst_harness_pull (harness));
  pad = gst_element_get_static_pad (harness->element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, hold_up_once, NULL, NULL);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    assert_about (get_time (harness, buffer), get_device_time (buffer));
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
assert_stamps (int source, const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, source);
  harness = play (NULL, FAST);
  gst_buffer_unref (gst_harness_pull (harness));
  stats = get_stats (harness);
  fail_unless_equals_string (gst_structure_get_string (stats, "stamps"), name);
  gst_harness_teardown (harness);
}

GST_START_TEST (what_is_stamped_is_told)
{
  assert_stamps (START_OF_FRAME, "start-of-exposure");
  assert_stamps (END_OF_FRAME, "end-of-frame");
}
GST_END_TEST;

/* So that none is allocated for a frame. */
GST_START_TEST (the_device_time_stays_with_the_buffer)
{
  GstHarness *harness = play (NULL, FAST);
  g_autoptr (GHashTable) metas = g_hash_table_new (NULL, NULL);
  GstClockTime last = 0;
  guint again = 0;

  for (guint i = 0; i < 3 * N_FRAMES; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    GstReferenceTimestampMeta *meta = find_device_time (buffer), *before;

    fail_unless_equals_int (
        gst_buffer_get_n_meta (buffer, GST_REFERENCE_TIMESTAMP_META_API_TYPE),
        1);
    fail_unless (meta->timestamp > last);
    last = meta->timestamp;
    before = g_hash_table_lookup (metas, buffer);
    fail_unless (before == NULL || before == meta);
    again += before != NULL;
    g_hash_table_insert (metas, buffer, meta);
  }
  fail_unless (again > N_FRAMES);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Of each of so many: not in the future, and after the one before. */
static void
assert_rising (GstHarness *harness, GstClock *clock, guint n)
{
  GstClockTime last = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    fail_unless (GST_BUFFER_PTS_IS_VALID (buffer));
    fail_unless (get_time (harness, buffer) <= gst_clock_get_time (clock));
    fail_unless (i == 0 || GST_BUFFER_PTS (buffer) > last);
    last = GST_BUFFER_PTS (buffer);
  }
}

/* All are; and the run goes on. */
GST_START_TEST (stamps_of_far_ahead_are_not_believed)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  g_autoptr (GstBuffer) buffer = NULL;
  GstHarness *harness;

  vivid_set (VIVID_TIME_WRAP, 2);
  harness = play (NULL, SLOW);
  assert_rising (harness, clock, N_FRAMES);
  buffer = gst_harness_pull (harness);
  fail_unless (find_device_time (buffer) == NULL);
  fail_unless (
      get_time (harness, buffer) + 3 * SLOW_FRAME > gst_clock_get_time (clock));
  fail_unless (get_stat (harness, "bad-stamps") > N_FRAMES);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (numbers_go_on_where_the_drivers_wrap)
{
  GstHarness *harness;
  guint64 begin = 0, last = 0;
  guint n = 0;

  vivid_set (VIVID_SEQUENCE_WRAP, 1);
  harness = play (NULL, FAST);
  while (last <= (guint64) G_MAXUINT32 + N_FRAMES) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    guint64 number = GST_BUFFER_OFFSET (buffer);

    fail_unless_equals_int (
        GST_BUFFER_IS_DISCONT (buffer), n == 0 || number > last + 1);
    if (n == 0)
      begin = number;
    last = number;
    n++;
  }
  fail_unless (begin < G_MAXUINT32);
  /* some may have been lost since */
  fail_unless (get_stat (harness, "dropped") >= last - begin + 1 - n);
  fail_unless (get_stat (harness, "dropped") < 10 * n);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* --- clocks ------------------------------------------------------------- */

/* What the clock said when the kernel's said that. */
static GstClockTime
translate (GstClock *clock, GstClockTime time)
{
  GstClockTime kernel = g_get_monotonic_time () * 1000;

  return gst_clock_get_time (clock) - (kernel - time);
}

GST_START_TEST (times_are_right_by_the_time_of_day)
{
  g_autoptr (GstClock) clock = g_object_new (
      GST_TYPE_SYSTEM_CLOCK, "clock-type", GST_CLOCK_TYPE_REALTIME, NULL);
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, START_OF_FRAME);
  harness = play (clock, SLOW);
  for (guint i = 0; i < N_FRAMES; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    assert_about (get_time (harness, buffer),
        translate (clock, get_device_time (buffer)));
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* It runs at double speed, and from elsewhere. */
GST_START_TEST (times_are_right_by_a_clock_that_is_slaved)
{
  g_autoptr (GstClock) clock = g_object_new (GST_TYPE_SYSTEM_CLOCK, NULL);
  GstClockTime start = gst_clock_get_internal_time (clock);
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, START_OF_FRAME);
  gst_clock_set_calibration (clock, start, 5000 * GST_SECOND, 2, 1);
  harness = play (clock, SLOW);
  for (guint i = 0; i < N_FRAMES; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
    GstClockTime then = 5000 * GST_SECOND +
                        2 * (get_device_time (buffer) - start);

    assert_about (get_time (harness, buffer), then);
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (times_rise_by_a_clock_that_stands_still)
{
  GstHarness *harness = gst_harness_new ("dmabufsrc");
  GstClockTime last = 0;

  gst_harness_set_time (harness, 1000 * GST_SECOND);
  gst_harness_set_sink_caps_str (harness, SLOW);
  gst_harness_play (harness);
  for (guint i = 0; i < N_FRAMES; i++) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);

    assert_about (GST_BUFFER_PTS (buffer), 1000 * GST_SECOND);
    fail_unless (GST_BUFFER_PTS (buffer) > last);
    last = GST_BUFFER_PTS (buffer);
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (a_new_clock_is_followed)
{
  g_autoptr (GstClock) old = gst_system_clock_obtain ();
  g_autoptr (GstClock) new = g_object_new (
      GST_TYPE_SYSTEM_CLOCK, "clock-type", GST_CLOCK_TYPE_REALTIME, NULL);
  GstHarness *harness = play (NULL, FAST);

  assert_rising (harness, old, N_FRAMES);
  gst_element_set_state (harness->element, GST_STATE_PAUSED);
  gst_element_set_clock (harness->element, new);
  gst_element_set_base_time (harness->element, gst_clock_get_time (new));
  /* those that were made before */
  while (gst_harness_buffers_in_queue (harness) > 0)
    gst_buffer_unref (gst_harness_pull (harness));
  gst_element_set_state (harness->element, GST_STATE_PLAYING);
  gst_buffer_unref (gst_harness_pull (harness));
  assert_rising (harness, new, N_FRAMES);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* --- latency ------------------------------------------------------------ */

static void
assert_latency (GstElement *src, GstClockTime frame, guint n_buffers)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime min, max;
  gboolean live;

  fail_unless (gst_element_query (src, query));
  gst_query_parse_latency (query, &live, &min, &max);
  fail_unless (live);
  fail_unless_equals_uint64 (min, frame);
  fail_unless_equals_uint64 (max, frame * n_buffers);
}

static guint
get_n_buffers (GstElement *src)
{
  g_autoptr (GstStructure) stats = NULL;
  guint n = 0;

  g_object_get (src, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "buffers", &n) && n > 0);
  return n;
}

static void
assert_latency_of (int source)
{
  GstHarness *harness;

  vivid_set (VIVID_STAMP_SOURCE, source);
  harness = play (NULL, FAST);
  gst_buffer_unref (gst_harness_pull (harness));
  assert_latency (
      harness->element, FAST_FRAME, get_n_buffers (harness->element));
  gst_harness_teardown (harness);
}

GST_START_TEST (a_frame_is_one_frame_old_to_as_many_as_buffers)
{
  assert_latency_of (START_OF_FRAME);
  assert_latency_of (END_OF_FRAME);
}
GST_END_TEST;

GST_START_TEST (without_a_stream_latency_is_not_known)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstElement *pipeline = pipeline_new ("dmabufsrc name=src ! fakesink");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");

  pipeline_set_state (pipeline, GST_STATE_READY);
  fail_if (gst_element_query (src, query));
  pipeline_free (pipeline);
}
GST_END_TEST;

static void
set_filter (GstElement *pipeline, const char *text)
{
  g_autoptr (GstElement) filter = pipeline_get (pipeline, "filter");
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_object_set (filter, "caps", caps, NULL);
}

static guint
count_messages (GstElement *pipeline, GstMessageType type, GstObject *src)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, type))) {
    n += GST_MESSAGE_SRC (message) == src;
    gst_message_unref (message);
  }
  return n;
}

GST_START_TEST (a_new_latency_is_announced)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src io-mode=dmabuf-export ! capsfilter name=filter ! "
      "fakesink name=sink");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");

  set_filter (pipeline, FAST);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 3);
  fail_unless_equals_int (
      count_messages (pipeline, GST_MESSAGE_LATENCY, GST_OBJECT (src)), 1);
  assert_latency (src, FAST_FRAME, get_n_buffers (src));

  set_filter (pipeline, SLOW);
  pipeline_wait_buffers (pipeline, "sink", 5);
  fail_unless_equals_int (
      count_messages (pipeline, GST_MESSAGE_LATENCY, GST_OBJECT (src)), 1);
  assert_latency (src, SLOW_FRAME, get_n_buffers (src));
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- gaps --------------------------------------------------------------- */

typedef struct {
  guint64 next;
  guint64 lost;
  guint gaps;
  GstClockTime end[30]; /* of each gap */
  gint frames;          /* atomic; what precedes is written before */
} Gaps;

static GstPadProbeReturn
count_gap (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Gaps *gaps = data;

  (void) pad;
  if (g_atomic_int_get (&gaps->frames) > 0 &&
      GST_BUFFER_OFFSET (buffer) > gaps->next) {
    gaps->end[gaps->gaps++] = GST_BUFFER_PTS (buffer);
    gaps->lost += GST_BUFFER_OFFSET (buffer) - gaps->next;
  }
  gaps->next = GST_BUFFER_OFFSET_END (buffer);
  g_atomic_int_inc (&gaps->frames);
  return GST_PAD_PROBE_OK;
}

static void
assert_qos (GstMessage *message, GstClockTime end, guint64 *dropped)
{
  guint64 running, stream, time, duration, processed, all;
  gint64 jitter;
  gdouble proportion;
  GstFormat format;
  gboolean live;
  gint quality;

  gst_message_parse_qos (message, &live, &running, &stream, &time, &duration);
  gst_message_parse_qos_values (message, &jitter, &proportion, &quality);
  gst_message_parse_qos_stats (message, &format, &processed, &all);
  fail_unless (live);
  fail_unless_equals_uint64 (running, time);
  fail_unless_equals_uint64 (stream, time);
  fail_unless_equals_int (jitter, 0);
  fail_unless_equals_int (format, GST_FORMAT_BUFFERS);
  fail_unless (processed > 0);
  fail_unless (all > *dropped);
  /* from where the first of them would be */
  fail_unless_equals_uint64 (time + duration, end);
  fail_unless (time == 0 || duration == (all - *dropped) * FAST_FRAME);
  *dropped = all;
}

static void
assert_a_message_a_gap (GstElement *pipeline, Gaps *gaps)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint64 dropped = 0;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_QOS))) {
    if (g_str_has_prefix (GST_OBJECT_NAME (GST_MESSAGE_SRC (message)), "src")) {
      fail_unless (n < gaps->gaps);
      assert_qos (message, gaps->end[n++], &dropped);
    }
    gst_message_unref (message);
  }
  fail_unless_equals_int (n, gaps->gaps);
  fail_unless_equals_uint64 (dropped, gaps->lost);
}

static void
run_with_gaps (int percent, Gaps *gaps)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src num-buffers=30 ! " FAST
      " ! fakesink name=sink sync=false");

  vivid_set (VIVID_PERCENT_DROPPED, percent);
  pipeline_probe (pipeline, "sink", count_gap, gaps);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  while (g_atomic_int_get (&gaps->frames) < 30)
    g_usleep (10000);
  assert_a_message_a_gap (pipeline, gaps);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "src", "dropped"), gaps->lost);
  pipeline_free (pipeline);
}

GST_START_TEST (each_gap_is_told_once)
{
  Gaps gaps = { 0 };

  run_with_gaps (50, &gaps);
  fail_unless (gaps.gaps > 0);
}
GST_END_TEST;

GST_START_TEST (without_a_gap_nothing_is_told)
{
  Gaps gaps = { 0 };

  run_with_gaps (0, &gaps);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_frame_is_from_when_it_started),
    RUNNER_TEST (a_stamp_of_its_end_is_a_frame_later),
    RUNNER_TEST (a_frame_that_had_to_wait_is_as_old),
    RUNNER_TEST (what_is_stamped_is_told),
    RUNNER_TEST (the_device_time_stays_with_the_buffer),
    RUNNER_TEST (stamps_of_far_ahead_are_not_believed),
    RUNNER_TEST (numbers_go_on_where_the_drivers_wrap),
    RUNNER_TEST (times_are_right_by_the_time_of_day),
    RUNNER_TEST (times_are_right_by_a_clock_that_is_slaved),
    RUNNER_TEST (times_rise_by_a_clock_that_stands_still),
    RUNNER_TEST (a_new_clock_is_followed),
    RUNNER_TEST (a_frame_is_one_frame_old_to_as_many_as_buffers),
    RUNNER_TEST (without_a_stream_latency_is_not_known),
    RUNNER_TEST (a_new_latency_is_announced),
    RUNNER_TEST (each_gap_is_told_once),
    RUNNER_TEST (without_a_gap_nothing_is_told))
