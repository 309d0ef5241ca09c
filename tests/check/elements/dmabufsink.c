/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

#define VGA "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define TESTSRC "videotestsrc pattern=ball ! " VGA " ! dmabufsink name=sink"

GST_START_TEST (hundred_openings_leave_no_descriptor)
{
  GstElement *sink = gst_element_factory_make ("dmabufsink", NULL);
  unsigned fds = 0;

  for (guint i = 0; i < 100; i++) {
    fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_READY),
        GST_STATE_CHANGE_SUCCESS);
    fail_unless_equals_int (
        gst_element_set_state (sink, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    if (i == 0)
      fds = fds_count ();
    fail_unless_equals_int (fds_count (), fds);
  }
  gst_object_unref (sink);
}
GST_END_TEST;

GST_START_TEST (twenty_starts_leave_no_descriptor)
{
  GstElement *pipeline = pipeline_new (TESTSRC);
  unsigned fds = 0, dmabufs = dmabufs_count ();

  for (guint i = 0; i < 20; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_set_state (pipeline, GST_STATE_NULL);
    if (i == 0)
      fds = fds_count ();
    fail_unless_equals_int (fds_count (), fds);
    fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (producers_draw_into_scanout_memory)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=10 ! " VGA " ! dmabufsink name=sink");

  pipeline_run (pipeline);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "bytes-copied"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "frames") +
          pipeline_get_stat (pipeline, "sink", "dropped"),
      10);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* What was there before is there afterwards. */
static void
run_between (struct display_state *before, struct display_state *during,
    struct display_state *after, struct display *display)
{
  GstElement *pipeline = pipeline_new (TESTSRC);

  display_read (display, before);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  display_read (display, during);
  pipeline_free (pipeline);
  display_read (display, after);
}

GST_START_TEST (a_dark_display_is_dark_again)
{
  struct display display;
  struct display_state before, during, after;

  display_open (&display);
  display_drop_master (&display);
  run_between (&before, &during, &after, &display);

  fail_if (before.lit);
  fail_unless (during.lit);
  fail_unless_equals_int (during.width, 640);
  fail_unless_equals_int (during.n_planes_on, 1);
  fail_if (after.lit);
  fail_unless_equals_int (after.n_planes_on, 0);
  display_close (&display);
}
GST_END_TEST;

GST_START_TEST (a_lit_display_shows_its_old_picture_again)
{
  struct display display;
  struct display_state before, during, after;
  uint32_t fb;

  display_open (&display);
  fb = display_make_picture (&display, 1280, 720, 0x336699);
  display_light (&display, fb, 1280, 720);
  display_drop_master (&display);
  run_between (&before, &during, &after, &display);

  fail_unless_equals_int (before.width, 1280);
  fail_unless (during.lit);
  fail_if (during.primary_fb == fb);
  fail_unless (after.lit);
  fail_unless_equals_int (after.width, 1280);
  fail_unless_equals_int (after.height, 720);
  fail_unless_equals_int (after.primary_fb, fb);
  fail_unless_equals_int (after.n_planes_on, before.n_planes_on);
  display_close (&display);
}
GST_END_TEST;

/* Framebuffers die with the program that made them. */
GST_START_TEST (a_picture_that_is_gone_leaves_the_display_dark)
{
  GstElement *pipeline = pipeline_new (TESTSRC);
  struct display owner, watcher;
  struct display_state state;

  display_open (&owner);
  display_light (
      &owner, display_make_picture (&owner, 1280, 720, 0x336699), 1280, 720);
  display_drop_master (&owner);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  display_close (&owner);
  pipeline_free (pipeline);

  display_open (&watcher);
  display_read (&watcher, &state);
  fail_if (state.lit);
  fail_unless_equals_int (state.n_planes_on, 0);
  display_close (&watcher);
}
GST_END_TEST;

GST_START_TEST (others_can_use_the_display_afterwards)
{
  GstElement *pipeline = pipeline_new (TESTSRC);
  struct display display;

  display_open (&display);
  display_drop_master (&display);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  display_become_master (&display);
  display_drop_master (&display);

  /* and the sink after them */
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_free (pipeline);
  display_close (&display);
}
GST_END_TEST;

static void
assert_mode (const char *size, uint32_t width, uint32_t height)
{
  g_autofree char *text = g_strdup_printf (
      "videotestsrc ! video/x-raw,format=BGRx,framerate=30/1,%s ! dmabufsink",
      size);
  GstElement *pipeline = pipeline_new (text);
  struct display display;
  struct display_state state;

  display_open (&display);
  display_drop_master (&display);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  display_read (&display, &state);
  fail_unless_equals_int (state.width, width);
  fail_unless_equals_int (state.height, height);
  pipeline_free (pipeline);
  display_close (&display);
}

GST_START_TEST (the_mode_of_exactly_the_size_is_set)
{
  assert_mode ("width=800,height=600", 800, 600);
  assert_mode ("width=1280,height=720", 1280, 720);
}
GST_END_TEST;

GST_START_TEST (the_smallest_mode_that_holds_the_picture_is_set)
{
  /* larger than the preferred mode, 1024x768 */
  assert_mode ("width=1270,height=710", 1280, 720);
}
GST_END_TEST;

GST_START_TEST (what_no_mode_holds_is_refused_with_its_caps)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc ! video/x-raw,width=8000,height=6000 ! dmabufsink");
  GError *error = pipeline_run_to_error (pipeline, NULL);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED) ||
          g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION) ||
          g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT),
      "%s", error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_preroll_picture_counts_once)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=1 ! " VGA " ! dmabufsink name=sink");

  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  pipeline_run (pipeline);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "frames"), 1);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "dropped"), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* It was shown while paused, and comes too late when it is its turn: once is
 * what it was shown, and it was not dropped. */
GST_START_TEST (a_preroll_picture_that_is_late_counts_once)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=3 ! " VGA " ! dmabufsink name=sink");
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  /* half a second later than it is */
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (
      pipeline, gst_clock_get_time (clock) - GST_SECOND / 2);
  pipeline_run (pipeline);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "frames") +
          pipeline_get_stat (pipeline, "sink", "dropped"),
      3);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_flushing_seek_goes_on)
{
  GstElement *pipeline = pipeline_new (TESTSRC);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 5; i++) {
    pipeline_wait_buffers (pipeline, "sink", 3);
    fail_unless (gst_element_seek_simple (
        pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, i * GST_SECOND));
  }
  pipeline_wait_buffers (pipeline, "sink", 3);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (pauses_and_resumes)
{
  GstElement *pipeline = pipeline_new (TESTSRC);
  struct display display;
  struct display_state state;

  display_open (&display);
  display_drop_master (&display);
  for (guint i = 0; i < 5; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_wait_buffers (pipeline, "sink", 3);
    pipeline_set_state (pipeline, GST_STATE_PAUSED);
    display_read (&display, &state);
    fail_unless (state.lit && state.primary_fb != 0);
  }
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  pipeline_free (pipeline);
  display_close (&display);
}
GST_END_TEST;

GST_START_TEST (ends_with_the_stream)
{
  GstElement *pipeline = pipeline_new (TESTSRC);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 3);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  pipeline_wait_eos (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (two_pipelines_one_after_the_other)
{
  for (guint i = 0; i < 2; i++) {
    GstElement *pipeline = pipeline_new (
        "videotestsrc num-buffers=5 ! " VGA " ! dmabufsink name=sink");

    pipeline_run (pipeline);
    fail_unless (pipeline_get_stat (pipeline, "sink", "frames") > 0);
    pipeline_free (pipeline);
  }
}
GST_END_TEST;

GST_START_TEST (device_and_connector_can_be_named)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=2 ! " VGA
      " ! dmabufsink device=vkms connector=Virtual-1");

  pipeline_run (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* Two cards of one driver. */
GST_START_TEST (a_card_can_be_named_by_its_bus)
{
  struct vkms *vkms = vkms_new ("second", &(struct vkms_shape) { 0 });
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=2 ! " VGA " ! dmabufsink device=second");
  GstElement *other = pipeline_new (
      "videotestsrc ! dmabufsink name=sink device=pci:third");
  g_autoptr (GError) error = NULL;
  struct display first;

  /* nobody else can be master of the card that is not meant */
  display_open (&first);
  display_become_master (&first);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
  display_close (&first);
  error = pipeline_run_to_error (other, NULL);
  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND));
  pipeline_free (other);
  vkms_remove (vkms);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (hundred_openings_leave_no_descriptor),
    RUNNER_TEST (twenty_starts_leave_no_descriptor),
    RUNNER_TEST (producers_draw_into_scanout_memory),
    RUNNER_TEST (a_dark_display_is_dark_again),
    RUNNER_TEST (a_lit_display_shows_its_old_picture_again),
    RUNNER_TEST (a_picture_that_is_gone_leaves_the_display_dark),
    RUNNER_TEST (others_can_use_the_display_afterwards),
    RUNNER_TEST (the_mode_of_exactly_the_size_is_set),
    RUNNER_TEST (the_smallest_mode_that_holds_the_picture_is_set),
    RUNNER_TEST (what_no_mode_holds_is_refused_with_its_caps),
    RUNNER_TEST (a_preroll_picture_counts_once),
    RUNNER_TEST (a_preroll_picture_that_is_late_counts_once),
    RUNNER_TEST (a_flushing_seek_goes_on), RUNNER_TEST (pauses_and_resumes),
    RUNNER_TEST (ends_with_the_stream),
    RUNNER_TEST (two_pipelines_one_after_the_other),
    RUNNER_TEST (device_and_connector_can_be_named),
    RUNNER_TEST (a_card_can_be_named_by_its_bus))
