/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/threads.h"
#include "convert.h"

/* States, flushes and changes in the middle of a stream. */

#define RGB "video/x-raw,format=RGB,framerate=30/1,width="
#define SMALL RGB "64,height=48"
#define LARGE RGB "160,height=120"

/* Longer than a test waits for what must not take long. */
#define SLOW "controls=\"c,transaction_time_msec=3000\""
#define SHORT_US 1500000

static void
assert_like (GstHarness *harness, GstBuffer *made, guint n, gboolean hflip)
{
  GstBuffer *given = convert_picture (harness, n);
  GstVideoInfo before = convert_info_in (harness);
  GstVideoInfo after = convert_info_out (harness);

  convert_assert_like_vim2m (made, &after, given, &before, NULL, hflip, FALSE);
  gst_buffer_unref (given);
  gst_buffer_unref (made);
}

GST_START_TEST (two_hundred_starts_leave_nothing)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=2 ! " LARGE " ! dmabufconvert " CONVERT_FAST
      " ! " SMALL " ! fakesink");
  unsigned fds = 0;
  guint threads = 0;

  for (guint i = 0; i < 200; i++) {
    pipeline_run (pipeline);
    pipeline_set_state (pipeline, GST_STATE_NULL);
    if (i == 10) {
      fds = fds_count ();
      threads = threads_count (NULL);
    }
  }
  fail_unless_equals_int (fds_settle (fds), fds);
  /* GLib keeps a few that have nothing to do */
  fail_unless (threads_count (NULL) <= threads + 2, "%u, not %u threads",
      threads_count (NULL), threads);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- changes ------------------------------------------------------------ */

GST_START_TEST (other_caps_in_the_middle_of_a_stream)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  static const char *in[] = { RGB "96,height=64", SMALL,
    "video/x-raw,format=BGR,framerate=30/1,width=320,height=240", LARGE,
    SMALL };

  assert_like (harness, convert_one (harness, 0), 0, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (in); i++) {
    gst_harness_set_src_caps_str (harness, in[i]);
    assert_like (harness, convert_one (harness, i), i, FALSE);
  }
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (other_caps_downstream_in_the_middle_of_a_stream)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);

  assert_like (harness, convert_one (harness, 0), 0, FALSE);
  gst_harness_set_sink_caps_str (harness, RGB "96,height=64");
  assert_like (harness, convert_one (harness, 1), 1, FALSE);
  fail_unless_equals_int (convert_info_out (harness).width, 96);
  convert_free (harness);
}
GST_END_TEST;

/* More than a device can have: an encoder that looks ahead, for example. */
GST_START_TEST (downstream_may_keep_what_it_likes)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  GstBuffer *kept[80];

  for (guint n = 0; n < G_N_ELEMENTS (kept); n++)
    kept[n] = convert_one (harness, n);
  for (guint n = 0; n < G_N_ELEMENTS (kept); n++)
    assert_like (harness, kept[n], n, FALSE);
  fail_unless (convert_stat (harness, "copies-out") > 0);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_frame_that_is_kept_outlives_its_caps)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  GstBuffer *given = convert_picture (harness, 5);
  GstBuffer *kept = convert_one (harness, 5);
  GstVideoInfo before = convert_info_in (harness);
  GstVideoInfo after = convert_info_out (harness);

  gst_harness_set_src_caps_str (harness, RGB "96,height=64");
  gst_buffer_unref (convert_one (harness, 1));
  convert_assert_like_vim2m (kept, &after, given, &before, NULL, FALSE, FALSE);
  gst_buffer_unref (given);
  gst_buffer_unref (kept);
  convert_free (harness);
}
GST_END_TEST;

/* Turning begins and ends between two frames. */
GST_START_TEST (the_direction_changes_while_frames_flow)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, SMALL);

  for (guint i = 0; i < 6; i++) {
    gst_util_set_object_arg (G_OBJECT (harness->element), "video-direction",
        i % 2 ? "horiz" : "identity");
    assert_like (harness, convert_one (harness, i), i, i % 2);
  }
  fail_unless_equals_uint64 (convert_stat (harness, "frames"), 3);
  convert_free (harness);
}
GST_END_TEST;

/* --- tags --------------------------------------------------------------- */

static void
push_orientation (GstHarness *harness, const char *orientation)
{
  gst_harness_push_event (
      harness, gst_event_new_tag (gst_tag_list_new (GST_TAG_IMAGE_ORIENTATION,
                   orientation, GST_TAG_TITLE, "it", NULL)));
}

static gchar *
pull_orientation (GstHarness *harness)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (harness))) {
    gchar *orientation = NULL;
    GstTagList *tags;

    if (GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
      gst_event_parse_tag (event, &tags);
      gst_tag_list_get_string (tags, GST_TAG_IMAGE_ORIENTATION, &orientation);
    }
    gst_event_unref (event);
    if (orientation)
      return orientation;
  }
  return NULL;
}

GST_START_TEST (auto_follows_the_tag_and_says_that_it_is_done)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST " video-direction=auto", SMALL, SMALL);
  g_autofree gchar *told = NULL;

  assert_like (harness, convert_one (harness, 0), 0, FALSE);
  push_orientation (harness, "flip-rotate-0");
  assert_like (harness, convert_one (harness, 1), 1, TRUE);
  told = pull_orientation (harness);
  fail_unless_equals_string (told, "rotate-0");
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (without_auto_the_tag_goes_downstream)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, SMALL);
  g_autofree gchar *told = NULL;

  push_orientation (harness, "flip-rotate-0");
  assert_like (harness, convert_one (harness, 1), 1, FALSE);
  told = pull_orientation (harness);
  fail_unless_equals_string (told, "flip-rotate-0");
  convert_free (harness);
}
GST_END_TEST;

/* --- interruptions ------------------------------------------------------ */

static gpointer
push_one (gpointer data)
{
  GstHarness *harness = data;

  return GINT_TO_POINTER (
      gst_harness_push (harness, convert_picture (harness, 0)) + 1000);
}

static GstFlowReturn
join (GThread *thread, gint64 since)
{
  gint flow = GPOINTER_TO_INT (g_thread_join (thread)) - 1000;

  fail_unless (
      g_get_monotonic_time () - since < SHORT_US, "it waited for the device");
  return flow;
}

static void
flush (GstHarness *harness)
{
  gst_harness_push_event (harness, gst_event_new_flush_start ());
}

static void
end_flush (GstHarness *harness)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

static void
set_time (GstHarness *harness, const char *controls)
{
  GstStructure *s = gst_structure_from_string (controls, NULL);

  g_object_set (harness->element, "controls", s, NULL);
  gst_structure_free (s);
}

GST_START_TEST (a_flush_ends_the_wait_for_the_device)
{
  GstHarness *harness = convert_new (SLOW, SMALL, LARGE);
  GThread *thread = g_thread_new ("push", push_one, harness);
  gint64 start;

  g_usleep (300000); /* in the device by now */
  start = g_get_monotonic_time ();
  flush (harness);
  fail_unless_equals_int (join (thread, start), GST_FLOW_FLUSHING);
  set_time (harness, "c,transaction_time_msec=1");
  end_flush (harness);
  for (guint n = 0; n < 5; n++)
    assert_like (harness, convert_one (harness, n), n, FALSE);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_flush_lets_go_of_what_is_in_the_device)
{
  GstHarness *harness = convert_new (SLOW, SMALL, LARGE);
  GstBuffer *given = convert_picture (harness, 0);
  GThread *thread;

  gst_harness_set_src_caps_str (harness, SMALL);
  thread = g_thread_new ("push", push_one, harness);
  g_usleep (300000);
  flush (harness);
  g_thread_join (thread);
  end_flush (harness);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  gst_buffer_unref (given);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_flush_before_between_and_after_frames)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);

  for (guint n = 0; n < 20; n++) {
    flush (harness);
    end_flush (harness);
    assert_like (harness, convert_one (harness, n), n, FALSE);
    if (n % 3 == 0)
      assert_like (harness, convert_one (harness, n + 1), n + 1, FALSE);
  }
  gst_harness_push_event (harness, gst_event_new_eos ());
  flush (harness);
  end_flush (harness);
  assert_like (harness, convert_one (harness, 3), 3, FALSE);
  convert_free (harness);
}
GST_END_TEST;

/* The driver itself ends no transaction early. */
GST_START_TEST (stopping_ends_the_wait_for_the_device)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc ! " SMALL " ! dmabufconvert name=convert " SLOW " ! " LARGE
      " ! fakesink async=false");

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep (300000);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "convert", "frames"), 0);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

GST_START_TEST (controls_change_while_frames_flow)
{
  GstHarness *harness = convert_new (
      "controls=c,transaction_time_msec=400", SMALL, LARGE);
  gint64 start = g_get_monotonic_time ();

  gst_buffer_unref (convert_one (harness, 0));
  fail_unless (g_get_monotonic_time () - start > 300000);
  set_time (harness, "c,transaction_time_msec=1");
  start = g_get_monotonic_time ();
  gst_buffer_unref (convert_one (harness, 0));
  fail_unless (g_get_monotonic_time () - start < 200000);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (pointing_is_told_where_it_was_on_what_came_in)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST " video-direction=horiz", SMALL, LARGE);
  GstEvent *event;
  gdouble x, y;

  gst_buffer_unref (convert_one (harness, 0));
  gst_harness_push_upstream_event (
      harness, gst_event_new_navigation (
                   gst_structure_new ("application/x-gst-navigation", "event",
                       G_TYPE_STRING, "mouse-move", "pointer_x", G_TYPE_DOUBLE,
                       40.0, "pointer_y", G_TYPE_DOUBLE, 30.0, NULL)));
  while ((event = gst_harness_try_pull_upstream_event (harness)) &&
         GST_EVENT_TYPE (event) != GST_EVENT_NAVIGATION)
    gst_event_unref (event);
  fail_unless (event != NULL);
  fail_unless (gst_navigation_event_get_coordinates (event, &x, &y));
  fail_unless_equals_float (x, 48.0);
  fail_unless_equals_float (y, 12.0);
  gst_event_unref (event);
  convert_free (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (two_hundred_starts_leave_nothing),
    RUNNER_TEST (other_caps_in_the_middle_of_a_stream),
    RUNNER_TEST (other_caps_downstream_in_the_middle_of_a_stream),
    RUNNER_TEST (downstream_may_keep_what_it_likes),
    RUNNER_TEST (a_frame_that_is_kept_outlives_its_caps),
    RUNNER_TEST (the_direction_changes_while_frames_flow),
    RUNNER_TEST (auto_follows_the_tag_and_says_that_it_is_done),
    RUNNER_TEST (without_auto_the_tag_goes_downstream),
    RUNNER_TEST (a_flush_ends_the_wait_for_the_device),
    RUNNER_TEST (a_flush_lets_go_of_what_is_in_the_device),
    RUNNER_TEST (a_flush_before_between_and_after_frames),
    RUNNER_TEST (stopping_ends_the_wait_for_the_device),
    RUNNER_TEST (controls_change_while_frames_flow),
    RUNNER_TEST (pointing_is_told_where_it_was_on_what_came_in))
