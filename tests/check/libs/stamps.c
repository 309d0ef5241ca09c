/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst/dmabufsrc/gstdmabufsrcstamps.h"

/* The stream starts at START; frames are FRAME long. A stamp of the end of a
 * frame comes with the frame; one of its start a frame before. */
#define START (100 * (gint64) GST_SECOND)
#define FRAME (40 * (gint64) GST_MSECOND)
#define MS ((gint64) GST_MSECOND)

#define MONOTONIC V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC
#define SOE (MONOTONIC | V4L2_BUF_FLAG_TSTAMP_SRC_SOE)
#define EOF_ (MONOTONIC | V4L2_BUF_FLAG_TSTAMP_SRC_EOF)

#define GOOD GST_DMABUF_SRC_STAMP_GOOD
#define BAD GST_DMABUF_SRC_STAMP_BAD
#define ARRIVAL GST_DMABUF_SRC_STAMP_ARRIVAL

static GstDmabufSrcStamps
started (GstClockTime duration)
{
  GstDmabufSrcStamps stamps = { 0 };

  gst_dmabuf_src_stamps_start (&stamps, duration, START);
  return stamps;
}

/* One frame, with the times relative to START. */
typedef struct {
  __u32 flags;
  gint64 stamp;
  gint64 now;
  GstDmabufSrcStampKind kind;
  gint64 captured;
  __u32 sequence;
} Frame;

static void
assert_frames (
    GstDmabufSrcStamps *stamps, const Frame *frames, guint n, gint64 resumed)
{
  for (guint i = 0; i < n; i++) {
    const Frame *f = &frames[i];
    struct zc_v4l2_frame frame = {
      .flags = f->flags,
      .sequence = f->sequence,
      .timestamp_ns = START + f->stamp,
    };
    GstDmabufSrcStamp stamp;

    gst_dmabuf_src_stamps_judge (
        stamps, &frame, START + f->now, START + resumed, &stamp);
    fail_unless (
        stamp.kind == f->kind, "frame %u is of kind %d", i, stamp.kind);
    fail_unless (stamp.captured_ns == START + f->captured,
        "frame %u is of %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, i,
        stamp.captured_ns - START, f->captured);
  }
}

#define ASSERT_FRAMES(stamps, frames, resumed) \
  assert_frames (stamps, frames, G_N_ELEMENTS (frames), resumed)

GST_START_TEST (a_stamp_of_the_start_is_the_time_of_the_frame)
{
  static const Frame frames[] = {
    { SOE, 1 * MS, 42 * MS, GOOD, 1 * MS, 0 },
    { SOE, 41 * MS, 90 * MS, GOOD, 41 * MS, 1 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

GST_START_TEST (a_stamp_of_the_end_is_a_frame_late)
{
  static const Frame frames[] = {
    { EOF_, 41 * MS, 42 * MS, GOOD, 1 * MS, 0 },
    { EOF_, 81 * MS, 90 * MS, GOOD, 41 * MS, 1 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

GST_START_TEST (without_a_rate_a_frame_is_of_its_stamp)
{
  static const Frame frames[] = {
    { SOE, 1 * MS, 42 * MS, GOOD, 1 * MS, 0 },
    { EOF_, 81 * MS, 90 * MS, GOOD, 81 * MS, 1 },
    { EOF_, 141 * MS, 140 * MS, BAD, 140 * MS, 2 },
    { MONOTONIC, 0, 150 * MS, BAD, 150 * MS, 3 },
    { 0, 0, 170 * MS, ARRIVAL, 170 * MS, 4 },
  };
  GstDmabufSrcStamps stamps = started (GST_CLOCK_TIME_NONE);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

GST_START_TEST (an_unknown_clock_says_nothing)
{
  static const Frame frames[] = {
    { V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN, 41 * MS, 50 * MS, ARRIVAL, 10 * MS, 0 },
    { V4L2_BUF_FLAG_TIMESTAMP_COPY, 81 * MS, 95 * MS, ARRIVAL, 55 * MS, 1 },
    { V4L2_BUF_FLAG_TSTAMP_SRC_SOE, 82 * MS, 99 * MS, ARRIVAL, 59 * MS, 2 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

/* vivid stamps the end when the frame begins. */
GST_START_TEST (a_stamp_up_to_a_frame_ahead_is_believed)
{
  static const Frame ends[] = {
    { EOF_, 36 * MS, 0 * MS, GOOD, -4 * MS, 0 },
    { EOF_, 80 * MS, 40 * MS, GOOD, 40 * MS, 1 },
  };
  static const Frame starts[] = {
    { SOE, 36 * MS, 0 * MS, GOOD, 0 * MS, 0 },
    { SOE, 80 * MS, 40 * MS, GOOD, 40 * MS, 1 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, ends, -FRAME);
  stamps = started (FRAME);
  ASSERT_FRAMES (&stamps, starts, -FRAME);
}
GST_END_TEST;

/* Whatever is wrong with the third of five. */
GST_START_TEST (one_bad_stamp_costs_one_frame)
{
  static const gint64 bad[] = {
    -START,             /* zero */
    -START - 1,         /* negative */
    -START + 5 * MS,    /* far back */
    -1000 * MS,         /* not after the first that can be */
    40 * MS,            /* back by a frame */
    80 * MS,            /* the same again */
    163 * MS,           /* ahead by more than a frame */
    3600 * 1000 * MS,   /* far ahead */
    G_MAXINT64 - START, /* as far as can be */
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    Frame frames[] = {
      { EOF_, 40 * MS, 42 * MS, GOOD, 0 * MS, 0 },
      { EOF_, 80 * MS, 82 * MS, GOOD, 40 * MS, 1 },
      { EOF_, bad[i], 122 * MS, BAD, 80 * MS, 2 },
      { EOF_, 160 * MS, 162 * MS, GOOD, 120 * MS, 3 },
      { EOF_, 200 * MS, 202 * MS, GOOD, 160 * MS, 4 },
    };
    GstDmabufSrcStamps stamps = started (FRAME);

    ASSERT_FRAMES (&stamps, frames, -FRAME);
  }
}
GST_END_TEST;

GST_START_TEST (a_bad_stamp_after_a_gap_is_as_much_later)
{
  static const Frame frames[] = {
    { EOF_, 40 * MS, 42 * MS, GOOD, 0 * MS, 0 },
    { EOF_, -START, 230 * MS, BAD, 160 * MS, 4 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

/* The gap says more than the clock allows; and more than numbers can hold. */
GST_START_TEST (a_bad_stamp_is_never_after_its_arrival)
{
  static const Frame frames[] = {
    { EOF_, 40 * MS, 42 * MS, GOOD, 0 * MS, 0 },
    { EOF_, -START, 122 * MS, BAD, 82 * MS, 4 },
    { EOF_, 160 * MS, 162 * MS, GOOD, 120 * MS, 5 },
    { EOF_, -START, 202 * MS, BAD, 162 * MS, G_MAXINT32 },
  };
  static const Frame early[] = {
    { EOF_, 40 * MS, 42 * MS, GOOD, 0 * MS, 0 },
    { EOF_, -START, 75 * MS, BAD, 35 * MS, 1 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
  stamps = started (FRAME);
  ASSERT_FRAMES (&stamps, early, -FRAME);
}
GST_END_TEST;

/* The rate that was promised would lead them astray. */
GST_START_TEST (bad_stamps_in_a_row_are_of_their_arrival)
{
  static const Frame frames[] = {
    { EOF_, 40 * MS, 42 * MS, GOOD, 0 * MS, 0 },
    { EOF_, -START, 142 * MS, BAD, 40 * MS, 1 },
    { EOF_, -START, 242 * MS, BAD, 202 * MS, 2 },
    { EOF_, -START, 342 * MS, BAD, 302 * MS, 3 },
    { EOF_, 440 * MS, 442 * MS, GOOD, 400 * MS, 4 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

GST_START_TEST (the_first_stamp_may_be_bad)
{
  static const Frame frames[] = {
    { EOF_, -1000 * MS, 42 * MS, BAD, 2 * MS, 0 },
    { EOF_, 80 * MS, 82 * MS, GOOD, 40 * MS, 1 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

GST_START_TEST (a_frame_may_begin_shortly_before_the_stream)
{
  static const Frame frames[] = { { SOE, -30 * MS, 10 * MS, GOOD, -30 * MS } };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, -FRAME);
}
GST_END_TEST;

GST_START_TEST (nothing_begins_before_the_pipeline_runs)
{
  static const Frame frames[] = {
    { EOF_, 110 * MS, 112 * MS, GOOD, 100 * MS, 0 },
    { EOF_, 150 * MS, 152 * MS, GOOD, 110 * MS, 1 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_FRAMES (&stamps, frames, 100 * MS);
}
GST_END_TEST;

static gboolean
is_stale (GstDmabufSrcStamps *stamps, __u32 flags, gint64 stamp, gint64 resumed)
{
  struct zc_v4l2_frame frame = {
    .flags = flags, .timestamp_ns = START + stamp, .sequence = 7
  };

  return gst_dmabuf_src_stamps_is_stale (stamps, &frame, START + resumed);
}

GST_START_TEST (what_was_whole_before_the_pipeline_ran_is_stale)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_unless (is_stale (&stamps, EOF_, 99 * MS, 100 * MS));
  fail_if (is_stale (&stamps, EOF_, 100 * MS, 100 * MS));
  fail_if (is_stale (&stamps, EOF_, 3600 * 1000 * MS, 100 * MS));
}
GST_END_TEST;

GST_START_TEST (a_bad_stamp_makes_no_frame_stale)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_if (is_stale (&stamps, EOF_, -START, 100 * MS));
  fail_if (is_stale (&stamps, EOF_, -1000 * MS, 100 * MS));
  fail_if (is_stale (&stamps, 0, 50 * MS, 100 * MS));
  fail_unless (is_stale (&stamps, EOF_, 50 * MS, 100 * MS));
  fail_if (is_stale (&stamps, EOF_, 50 * MS, 100 * MS));
}
GST_END_TEST;

/* --- numbers ------------------------------------------------------------ */

typedef struct {
  __u32 sequence;
  guint32 lost;
  gboolean discont;
  guint64 number;
} Number;

static void
assert_numbers (GstDmabufSrcStamps *stamps, const Number *numbers, guint n)
{
  for (guint i = 0; i < n; i++) {
    struct zc_v4l2_frame frame = { .sequence = numbers[i].sequence };
    GstDmabufSrcStamp stamp;

    gst_dmabuf_src_stamps_judge (stamps, &frame, START, 0, &stamp);
    fail_unless (
        stamp.lost == numbers[i].lost, "frame %u: %u lost", i, stamp.lost);
    fail_unless (
        stamp.discont == numbers[i].discont, "frame %u: %d", i, stamp.discont);
    fail_unless (stamp.number == numbers[i].number,
        "frame %u is number %" G_GUINT64_FORMAT, i, stamp.number);
  }
}

#define ASSERT_NUMBERS(stamps, numbers) \
  assert_numbers (stamps, numbers, G_N_ELEMENTS (numbers))

GST_START_TEST (a_stream_may_begin_with_any_number)
{
  static const Number numbers[] = { { 1000, 0, TRUE, 1000 },
    { 1001, 0, FALSE, 1001 } };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, numbers);
  gst_dmabuf_src_stamps_start (&stamps, FRAME, START);
  ASSERT_NUMBERS (&stamps, numbers);
}
GST_END_TEST;

GST_START_TEST (missing_numbers_are_lost)
{
  static const Number numbers[] = {
    { 0, 0, TRUE, 0 },
    { 1, 0, FALSE, 1 },
    { 3, 1, TRUE, 3 },
    { 4, 0, FALSE, 4 },
    { 104, 99, TRUE, 104 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, numbers);
}
GST_END_TEST;

GST_START_TEST (a_counter_that_wraps_is_no_gap)
{
  static const Number numbers[] = {
    { G_MAXUINT32 - 1, 0, TRUE, G_MAXUINT32 - 1 },
    { G_MAXUINT32, 0, FALSE, G_MAXUINT32 },
    { 0, 0, FALSE, G_GUINT64_CONSTANT (0x100000000) },
    { 1, 0, FALSE, G_GUINT64_CONSTANT (0x100000001) },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, numbers);
}
GST_END_TEST;

GST_START_TEST (frames_lost_at_the_wrap_are_counted)
{
  static const Number numbers[] = {
    { G_MAXUINT32 - 1, 0, TRUE, G_MAXUINT32 - 1 },
    { 1, 2, TRUE, G_GUINT64_CONSTANT (0x100000001) },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, numbers);
}
GST_END_TEST;

GST_START_TEST (a_counter_that_is_reset_is_no_gap)
{
  static const Number numbers[] = {
    { 1000, 0, TRUE, 1000 },
    { 0, 0, TRUE, 1001 },
    { 1, 0, FALSE, 1002 },
    { 0xffffff80, 0, TRUE, 1003 },
    { 0xffffff81, 0, FALSE, 1004 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, numbers);
}
GST_END_TEST;

/* Two fields have the number of their frame; some drivers do not count. */
GST_START_TEST (the_same_number_again_is_no_gap)
{
  static const Number numbers[] = {
    { 0, 0, TRUE, 0 },
    { 0, 0, FALSE, 0 },
    { 1, 0, FALSE, 1 },
    { 1, 0, FALSE, 1 },
    { 3, 1, TRUE, 3 },
  };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, numbers);
}
GST_END_TEST;

GST_START_TEST (frames_that_are_known_not_to_come_are_not_lost)
{
  static const Number before[] = { { 0, 0, TRUE, 0 } };
  static const Number after[] = { { 3, 0, FALSE, 3 }, { 5, 1, TRUE, 5 } };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, before);
  gst_dmabuf_src_stamps_skip (&stamps, 2);
  ASSERT_NUMBERS (&stamps, after);
}
GST_END_TEST;

GST_START_TEST (what_is_missing_after_a_stale_frame_is_not_lost)
{
  static const Number before[] = { { 3, 0, TRUE, 3 } };
  static const Number after[] = { { 100, 0, TRUE, 100 },
    { 101, 0, FALSE, 101 } };
  GstDmabufSrcStamps stamps = started (FRAME);

  ASSERT_NUMBERS (&stamps, before);
  fail_unless (is_stale (&stamps, EOF_, 50 * MS, 100 * MS));
  ASSERT_NUMBERS (&stamps, after);
}
GST_END_TEST;

/* --- running times ------------------------------------------------------ */

static GstClockTime
time_of (GstDmabufSrcStamps *stamps, gint64 age, gint64 now)
{
  return gst_dmabuf_src_stamps_get_running_time (stamps, age, now);
}

GST_START_TEST (running_time_is_now_less_the_age)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_unless_equals_uint64 (time_of (&stamps, 40 * MS, 100 * MS), 60 * MS);
  fail_unless_equals_uint64 (time_of (&stamps, 0, 100 * MS), 100 * MS);
}
GST_END_TEST;

GST_START_TEST (nothing_is_before_the_first_running_time)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_unless_equals_uint64 (time_of (&stamps, 40 * MS, 30 * MS), 0);
}
GST_END_TEST;

GST_START_TEST (running_times_always_rise)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_unless_equals_uint64 (time_of (&stamps, 0, 100), 100);
  fail_unless_equals_uint64 (time_of (&stamps, 0, 100), 101);
  fail_unless_equals_uint64 (time_of (&stamps, 50, 100), 102);
  gst_dmabuf_src_stamps_start (&stamps, FRAME, START);
  fail_unless_equals_uint64 (time_of (&stamps, 50, 100), 103);
  fail_unless_equals_uint64 (time_of (&stamps, 0, 200), 200);
}
GST_END_TEST;

GST_START_TEST (a_clock_that_goes_on_keeps_them_rising)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_unless_equals_uint64 (time_of (&stamps, 0, 100), 100);
  gst_dmabuf_src_stamps_change_clock (&stamps, 100);
  fail_unless_equals_uint64 (time_of (&stamps, 10, 100), 101);
}
GST_END_TEST;

GST_START_TEST (a_clock_that_begins_anew_lets_them_begin_anew)
{
  GstDmabufSrcStamps stamps = started (FRAME);

  fail_unless_equals_uint64 (time_of (&stamps, 0, 100), 100);
  gst_dmabuf_src_stamps_change_clock (&stamps, 20);
  fail_unless_equals_uint64 (time_of (&stamps, 10, 20), 10);
}
GST_END_TEST;

GST_START_TEST (latency_is_a_frame_to_all_buffers)
{
  GstClockTime min, max;

  gst_dmabuf_src_stamps_get_latency (FRAME, 5, &min, &max);
  fail_unless_equals_uint64 (min, FRAME);
  fail_unless_equals_uint64 (max, 5 * FRAME);
}
GST_END_TEST;

GST_START_TEST (without_a_rate_latency_has_no_bounds)
{
  GstClockTime min, max;

  gst_dmabuf_src_stamps_get_latency (GST_CLOCK_TIME_NONE, 5, &min, &max);
  fail_unless_equals_uint64 (min, 0);
  fail_unless_equals_uint64 (max, GST_CLOCK_TIME_NONE);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_stamp_of_the_start_is_the_time_of_the_frame),
    RUNNER_TEST (a_stamp_of_the_end_is_a_frame_late),
    RUNNER_TEST (without_a_rate_a_frame_is_of_its_stamp),
    RUNNER_TEST (an_unknown_clock_says_nothing),
    RUNNER_TEST (a_stamp_up_to_a_frame_ahead_is_believed),
    RUNNER_TEST (one_bad_stamp_costs_one_frame),
    RUNNER_TEST (a_bad_stamp_after_a_gap_is_as_much_later),
    RUNNER_TEST (a_bad_stamp_is_never_after_its_arrival),
    RUNNER_TEST (bad_stamps_in_a_row_are_of_their_arrival),
    RUNNER_TEST (the_first_stamp_may_be_bad),
    RUNNER_TEST (a_frame_may_begin_shortly_before_the_stream),
    RUNNER_TEST (nothing_begins_before_the_pipeline_runs),
    RUNNER_TEST (what_was_whole_before_the_pipeline_ran_is_stale),
    RUNNER_TEST (a_bad_stamp_makes_no_frame_stale),
    RUNNER_TEST (a_stream_may_begin_with_any_number),
    RUNNER_TEST (missing_numbers_are_lost),
    RUNNER_TEST (a_counter_that_wraps_is_no_gap),
    RUNNER_TEST (frames_lost_at_the_wrap_are_counted),
    RUNNER_TEST (a_counter_that_is_reset_is_no_gap),
    RUNNER_TEST (the_same_number_again_is_no_gap),
    RUNNER_TEST (frames_that_are_known_not_to_come_are_not_lost),
    RUNNER_TEST (what_is_missing_after_a_stale_frame_is_not_lost),
    RUNNER_TEST (running_time_is_now_less_the_age),
    RUNNER_TEST (nothing_is_before_the_first_running_time),
    RUNNER_TEST (running_times_always_rise),
    RUNNER_TEST (a_clock_that_goes_on_keeps_them_rising),
    RUNNER_TEST (a_clock_that_begins_anew_lets_them_begin_anew),
    RUNNER_TEST (latency_is_a_frame_to_all_buffers),
    RUNNER_TEST (without_a_rate_latency_has_no_bounds))
