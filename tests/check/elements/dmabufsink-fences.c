/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sinks on one display, of which one has frames that are drawn late. */
#include "../helpers/runner.h"
#include "../helpers/stage.h"
#include "../helpers/swsync.h"

#include "gst-libs/allocators/gstzcmemory.h"

#include <string.h>
#include <unistd.h>

#define CAPS "video/x-raw,format=BGRx,width=320,height=240,framerate=30/1"

static struct stage stage;
static struct sink slow, quick;
static struct golden_picture shown[2];
static GstBufferPool *pool;
static int timeline;

/* Memory that the sink offers. */
static GstBufferPool *
get_pool (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstStructure *config;
  GstBufferPool *offered;
  guint size;

  fail_unless (gst_pad_peer_query (slow.harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &offered, &size, NULL, NULL);
  gst_query_unref (query);
  config = gst_buffer_pool_get_config (offered);
  gst_buffer_pool_config_set_params (config, caps, size, 6, 6);
  fail_unless (gst_buffer_pool_set_config (offered, config));
  fail_unless (gst_buffer_pool_set_active (offered, TRUE));
  return offered;
}

static void
set_up_with (const char *properties)
{
  g_autofree gchar *all = g_strconcat (
      "render-rectangle=<0,0,320,240> ", properties, NULL);

  timeline = swsync_timeline ();
  stage_open (&stage, 1);
  stage_add (&stage, &slow, all, CAPS);
  stage_add (&stage, &quick, "render-rectangle=<320,240,320,240>", CAPS);
  pool = get_pool ();
}

static void
set_up (void)
{
  set_up_with ("");
}

static void
tear_down (void)
{
  sink_close (&quick);
  sink_close (&slow);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  stage_close (&stage);
  close (timeline);
}

static void
push (struct sink *sink, guint32 seed)
{
  gboolean is_slow = sink == &slow;
  GstBuffer *buffer;

  shown[!is_slow] = stage_draw (
      &stage, &sink->info, seed, is_slow ? 0 : 320, is_slow ? 0 : 240, &buffer);
  sink_push (sink, buffer);
}

/* Noise in memory of the sink's, and how it is to look. */
static GstBuffer *
draw (guint32 seed, struct golden_picture *picture)
{
  GstBuffer *buffer, *drawn;
  GstVideoFrame in, out;

  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  *picture = stage_draw (&stage, &slow.info, seed, 0, 0, &drawn);
  fail_unless (gst_video_frame_map (&in, &slow.info, drawn, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&out, &slow.info, buffer, GST_MAP_WRITE));
  fail_unless (gst_video_frame_copy (&out, &in));
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
  gst_buffer_unref (drawn);
  return buffer;
}

/* Which a device draws until the timeline gets there. Returns how it looks
 * then. */
static GstBuffer *
draw_late (guint32 seed, unsigned when, struct golden_picture *picture)
{
  GstBuffer *buffer = draw (seed, picture);
  int fence = swsync_fence (timeline, when);

  fail_unless (gst_zc_memory_import_fence (
      gst_buffer_peek_memory (buffer, 0), fence, GST_MAP_WRITE, NULL));
  close (fence);
  return buffer;
}

static void
push_late (guint32 seed, unsigned when, struct golden_picture *picture)
{
  sink_push (&slow, draw_late (seed, when, picture));
}

static void
show_both (void)
{
  push (&slow, 1);
  push (&quick, 2);
  stage_wait (&stage, shown, 2);
}

static void
no_errors (struct sink *sink)
{
  g_autofree gchar *error = sink_take_error (sink);

  fail_if (error, "%s", error);
}

/* Whoever shares the display is not stopped by it, and shows its newest when
 * the fence is signalled. */
GST_START_TEST (a_frame_that_is_drawn_late_ends_nobody)
{
  set_up ();
  show_both ();
  push_late (3, 1, &shown[0]);
  for (guint i = 0; i < 20; i++) {
    push (&quick, 10 + i);
    g_usleep (20000);
  }
  no_errors (&quick);
  swsync_advance (timeline, 1);
  stage_wait (&stage, shown, 2);
  push (&slow, 4);
  push (&quick, 5);
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

/* Each of them, beside the last of the other. */
GST_START_TEST (others_are_seen_while_one_is_drawn)
{
  struct golden_picture late;

  set_up ();
  show_both ();
  push_late (3, 1, &late);
  for (guint i = 0; i < 10; i++) {
    push (&quick, 10 + i);
    stage_wait (&stage, shown, 2);
  }
  fail_unless_equals_uint64 (sink_get_stat (&quick, "frames"), 11);
  fail_unless_equals_uint64 (sink_get_stat (&quick, "fenced"), 0);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 1);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "fenced"), 1);
  swsync_advance (timeline, 1);
  shown[0] = late;
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

/* Whatever is drawn first. */
GST_START_TEST (late_frames_are_shown_in_their_order)
{
  struct golden_picture pictures[3];

  set_up_with ("present-mode=smooth");
  show_both ();
  push_late (3, 1, &pictures[0]);
  sink_push (&slow, draw (4, &pictures[1]));
  push_late (5, 2, &pictures[2]);
  g_usleep (50000);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 1);

  swsync_advance (timeline, 1);
  shown[0] = pictures[1];
  stage_wait (&stage, shown, 2);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 3);
  swsync_advance (timeline, 1);
  shown[0] = pictures[2];
  stage_wait (&stage, shown, 2);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 4);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "dropped"), 0);
  tear_down ();
}
GST_END_TEST;

/* As a GPU does that is given the next before it is done with the last. */
GST_START_TEST (a_device_that_is_always_late_is_seen)
{
  struct golden_picture pictures[6];

  set_up ();
  show_both ();
  push_late (3, 1, &pictures[0]);
  for (guint i = 1; i < 6; i++) {
    push_late (3 + i, 1 + i, &pictures[i]);
    swsync_advance (timeline, 1);
    shown[0] = pictures[i - 1];
    stage_wait (&stage, shown, 2);
  }
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 6);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "dropped"), 0);
  tear_down ();
}
GST_END_TEST;

/* The stream goes on. */
GST_START_TEST (a_fence_that_takes_long_is_a_warning_with_its_name)
{
  g_autofree gchar *warning = NULL, *more = NULL;
  struct golden_picture late;

  set_up ();
  show_both ();
  push_late (3, 1, &late);
  for (guint i = 0; i < 13; i++) {
    sink_push (&slow, draw (10 + i, &shown[0]));
    push (&quick, 30 + i);
    g_usleep (100000);
  }
  warning = sink_take_warning (&slow);
  fail_unless (warning && strstr (warning, "sw_sync"), "%s", warning);
  fail_unless (strstr (warning, "/dev/dri/card"));
  more = sink_take_warning (&slow);
  fail_if (more, "%s", more);
  no_errors (&slow);
  no_errors (&quick);
  swsync_advance (timeline, 1);
  stage_wait (&stage, shown, 2);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 3);
  tear_down ();
}
GST_END_TEST;

/* A claim that had to wait takes a second. */
static void
assert_quick (gint64 since_us)
{
  fail_unless (g_get_monotonic_time () - since_us < 900 * 1000);
}

GST_START_TEST (a_stop_does_not_wait_for_the_fence)
{
  struct golden_picture late;
  gint64 begin;

  set_up ();
  show_both ();
  push_late (3, 1, &late);
  begin = g_get_monotonic_time ();
  fail_unless_equals_int (
      gst_element_set_state (slow.harness->element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  assert_quick (begin);
  push (&quick, 4);
  stage_wait (&stage, &shown[1], 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flush_does_not_wait_for_the_fence)
{
  struct golden_picture late;
  GstSegment segment;
  gint64 begin;

  set_up ();
  show_both ();
  push_late (3, 1, &late);
  begin = g_get_monotonic_time ();
  fail_unless (
      gst_harness_push_event (slow.harness, gst_event_new_flush_start ()));
  fail_unless (
      gst_harness_push_event (slow.harness, gst_event_new_flush_stop (TRUE)));
  assert_quick (begin);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (
      gst_harness_push_event (slow.harness, gst_event_new_segment (&segment)));
  push (&slow, 4);
  push (&quick, 5);
  stage_wait (&stage, shown, 2);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 2);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "dropped"), 1);

  swsync_advance (timeline, 1);
  g_usleep (50000);
  fail_unless_equals_uint64 (sink_get_stat (&slow, "frames"), 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (others_move_while_one_is_drawn)
{
  struct golden_picture late;
  gint64 begin;

  set_up ();
  show_both ();
  push_late (3, 1, &late);
  begin = g_get_monotonic_time ();
  sink_set_rectangle (&quick, 320, 0, 320, 240);
  assert_quick (begin);
  push (&quick, 4);
  shown[1].y = 0;
  stage_wait (&stage, shown, 2);
  swsync_advance (timeline, 1);
  shown[0] = late;
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

static gpointer
push_one (gpointer buffer)
{
  return GINT_TO_POINTER (gst_harness_push (slow.harness, buffer));
}

/* Elsewhere than the one before. */
static GThread *
push_moved (struct golden_picture *late)
{
  GstBuffer *buffer = draw_late (3, 1, late);

  sink_set_rectangle (&slow, 0, 240, 320, 240);
  return g_thread_new ("push", push_one, buffer);
}

/* Its plane changes, with those of others. */
GST_START_TEST (a_frame_that_looks_new_is_shown_when_it_is_drawn)
{
  struct golden_picture late;
  GThread *thread;

  set_up ();
  show_both ();
  thread = push_moved (&late);
  shown[0].y = 240;
  for (guint i = 0; i < 5; i++) {
    push (&quick, 10 + i);
    stage_wait (&stage, shown, 2);
  }
  swsync_advance (timeline, 1);
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_OK);
  shown[0] = late;
  shown[0].y = 240;
  stage_wait (&stage, shown, 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_stop_interrupts_a_frame_that_looks_new)
{
  struct golden_picture late;
  GThread *thread;
  gint64 begin;

  set_up ();
  show_both ();
  thread = push_moved (&late);
  g_usleep (100000);
  begin = g_get_monotonic_time ();
  gst_element_set_state (slow.harness->element, GST_STATE_READY);
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  assert_quick (begin);
  push (&quick, 4);
  stage_wait (&stage, &shown[1], 1);
  tear_down ();
}
GST_END_TEST;

/* Long enough to say why. */
GST_START_TEST (a_first_frame_that_is_drawn_long_is_a_warning)
{
  g_autofree gchar *warning = NULL;
  struct golden_picture late;
  GThread *thread;

  set_up ();
  show_both ();
  thread = push_moved (&late);
  g_usleep (1200000);
  warning = sink_take_warning (&slow);
  fail_unless (warning && strstr (warning, "sw_sync"), "%s", warning);
  swsync_advance (timeline, 1);
  g_thread_join (thread);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (a_frame_that_is_drawn_late_ends_nobody),
    RUNNER_TEST (others_are_seen_while_one_is_drawn),
    RUNNER_TEST (late_frames_are_shown_in_their_order),
    RUNNER_TEST (a_device_that_is_always_late_is_seen),
    RUNNER_TEST (a_fence_that_takes_long_is_a_warning_with_its_name),
    RUNNER_TEST (a_stop_does_not_wait_for_the_fence),
    RUNNER_TEST (a_flush_does_not_wait_for_the_fence),
    RUNNER_TEST (others_move_while_one_is_drawn),
    RUNNER_TEST (a_frame_that_looks_new_is_shown_when_it_is_drawn),
    RUNNER_TEST (a_stop_interrupts_a_frame_that_looks_new),
    RUNNER_TEST (a_first_frame_that_is_drawn_long_is_a_warning))
