/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* The inputs of the device in this order. It has no scaler: the size is that
 * of the signal. */
enum { WEBCAM, TV, S_VIDEO, HDMI };

/* What comes in at HDMI before the element looks. */
static void
set_hdmi_signal (enum vivid_signal signal, const char *timings)
{
  vivid_choose_input (HDMI);
  if (timings)
    vivid_set_by_name (VIVID_TIMINGS, timings);
  vivid_set (VIVID_TIMINGS_SIGNAL, signal);
}

static void
change_hdmi_signal (const char *timings)
{
  vivid_set_by_name (VIVID_TIMINGS, timings);
  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_CHOSEN);
}

static v4l2_std_id
get_standard (void)
{
  v4l2_std_id id = 0;
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_G_STD, &id), 0);
  close (fd);
  return id;
}

static GstElement *
open_source (const char *properties)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc name=src %s ! fakesink name=sink", properties);
  GstElement *pipeline = pipeline_new (text);

  pipeline_set_state (pipeline, GST_STATE_READY);
  return pipeline;
}

static GstElement *
play_source (const char *properties)
{
  GstElement *pipeline = open_source (properties);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  return pipeline;
}

static void
assert_cannot_open (
    const char *properties, gint code, const char *message, const char *cure)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc %s ! fakesink", properties);
  GstElement *pipeline = pipeline_new (text);
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = NULL;

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  error = pipeline_wait_error (pipeline, &debug);
  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, code), "%s", error->message);
  fail_unless (strstr (error->message, message) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, vivid_path ()) != NULL);
  fail_unless (strstr (debug, cure) != NULL, "%s", debug);
  pipeline_free (pipeline);
}

static void
get_size (GstElement *pipeline, gint *width, gint *height)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *s = gst_caps_get_structure (caps, 0);

  fail_unless (gst_structure_get_int (s, "width", width));
  fail_unless (gst_structure_get_int (s, "height", height));
}

static void
assert_size (GstElement *pipeline, gint width, gint height)
{
  gint w, h;

  get_size (pipeline, &w, &h);
  fail_unless (w == width && h == height, "%dx%d", w, h);
}

/* Frames flow until they have that size. */
static void
wait_size (GstElement *pipeline, gint width, gint height)
{
  gint w = 0, h = 0;

  for (guint i = 0; i < 100 && (w != width || h != height); i++) {
    pipeline_wait_buffers (pipeline, "sink", 1);
    get_size (pipeline, &w, &h);
  }
  fail_unless (w == width && h == height, "%dx%d", w, h);
}

static void
assert_signal (GstElement *pipeline, const char *signal)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (src, "stats", &stats, NULL);
  fail_unless_equals_string (
      gst_structure_get_string (stats, "signal"), signal);
}

static void
assert_text (gchar *text, const char *words)
{
  fail_unless (strstr (text, words) != NULL, "%s", text);
  fail_unless (strstr (text, vivid_path ()) != NULL, "%s", text);
  fail_unless (strstr (text, "HDMI") != NULL, "%s", text);
  g_free (text);
}

/* --- inputs and standards ------------------------------------------------ */

GST_START_TEST (an_input_is_chosen_by_its_name_in_any_case)
{
  GstElement *pipeline = open_source ("input=\"hdmi 000-0\"");

  fail_unless_equals_int (vivid_get_input (), HDMI);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (an_input_is_chosen_by_its_number)
{
  GstElement *pipeline = play_source ("input=3");

  fail_unless_equals_int (vivid_get_input (), HDMI);
  assert_size (pipeline, 1280, 720);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_input_stays_if_none_is_named)
{
  GstElement *pipeline;

  vivid_choose_input (HDMI);
  pipeline = play_source ("");
  fail_unless_equals_int (vivid_get_input (), HDMI);
  assert_size (pipeline, 1280, 720);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (an_unknown_input_lists_those_that_exist)
{
  assert_cannot_open ("input=antenna", GST_RESOURCE_ERROR_SETTINGS,
      "no input \"antenna\"", "3: \"HDMI 000-0\"");
  assert_cannot_open ("input=4", GST_RESOURCE_ERROR_SETTINGS, "no input \"4\"",
      "0: \"Webcam 000-0\"");
  fail_unless_equals_int (vivid_get_input (), WEBCAM);
}
GST_END_TEST;

GST_START_TEST (an_input_cannot_change_under_another_program)
{
  int fd = vivid_occupy ();

  assert_cannot_open (
      "input=3", GST_RESOURCE_ERROR_BUSY, "in use", "VIDIOC_S_INPUT");
  close (fd);
}
GST_END_TEST;

GST_START_TEST (after_a_refused_input_it_can_be_opened)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src input=antenna ! fakesink name=sink");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  unsigned fds;

  gst_element_set_state (pipeline, GST_STATE_READY);
  g_error_free (pipeline_wait_error (pipeline, NULL));
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fds = fds_count ();
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (fds_count (), fds);

  g_object_set (src, "input", "3", NULL);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_norm_is_set)
{
  GstElement *pipeline = open_source ("input=1 norm=pal-bg");

  fail_unless (get_standard () == V4L2_STD_PAL_BG);
  pipeline_free (pipeline);

  pipeline = open_source ("norm=NTSC-M");
  fail_unless (get_standard () == V4L2_STD_NTSC_M);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (an_unknown_norm_lists_those_that_exist)
{
  assert_cannot_open ("input=1 norm=1080p", GST_RESOURCE_ERROR_SETTINGS,
      "no norm \"1080p\"", "PAL-BG");
}
GST_END_TEST;

GST_START_TEST (a_norm_needs_an_analogue_input)
{
  assert_cannot_open ("input=3 norm=PAL", GST_RESOURCE_ERROR_SETTINGS,
      "no norm \"PAL\"", "none to choose from");
}
GST_END_TEST;

GST_START_TEST (the_standard_of_the_signal_is_set)
{
  GstElement *pipeline;

  vivid_choose_input (TV);
  vivid_set_by_name (VIVID_STANDARD, "NTSC-M-JP");
  vivid_set (VIVID_STANDARD_SIGNAL, VIVID_CHOSEN);
  fail_if (get_standard () == V4L2_STD_NTSC_M_JP);
  pipeline = open_source ("");
  fail_unless (get_standard () == V4L2_STD_NTSC_M_JP);
  assert_signal (pipeline, "ok");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_norm_that_is_given_is_kept)
{
  GstElement *pipeline;

  vivid_choose_input (TV);
  vivid_set_by_name (VIVID_STANDARD, "NTSC-M-JP");
  vivid_set (VIVID_STANDARD_SIGNAL, VIVID_CHOSEN);
  pipeline = open_source ("norm=PAL");
  fail_unless (get_standard () == V4L2_STD_PAL);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (television_without_a_signal_is_a_warning)
{
  GstElement *pipeline;
  g_autofree gchar *text = NULL;

  vivid_choose_input (S_VIDEO);
  vivid_set (VIVID_STANDARD_SIGNAL, VIVID_NO_SIGNAL);
  pipeline = open_source ("");
  text = pipeline_wait_warning (pipeline);
  fail_unless (strstr (text, "No signal") != NULL, "%s", text);
  fail_unless (strstr (text, "S-Video") != NULL, "%s", text);
  assert_signal (pipeline, "none");
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- the signal at the start ---------------------------------------------- */

GST_START_TEST (the_size_is_that_of_the_signal)
{
  GstElement *pipeline;

  set_hdmi_signal (VIVID_CHOSEN, "1920x1080p60");
  pipeline = play_source ("");
  assert_size (pipeline, 1920, 1080);
  assert_signal (pipeline, "ok");
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

static void
assert_starts_with (
    enum vivid_signal signal, const char *name, const char *words)
{
  GstElement *pipeline;

  set_hdmi_signal (signal, NULL);
  pipeline = play_source ("");
  assert_text (pipeline_wait_warning (pipeline), words);
  assert_signal (pipeline, name);
  assert_size (pipeline, 1280, 720);
  pipeline_wait_buffers (pipeline, "sink", 3);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}

GST_START_TEST (no_signal_is_a_warning_and_frames_flow)
{
  assert_starts_with (VIVID_NO_SIGNAL, "none", "No signal");
}
GST_END_TEST;

GST_START_TEST (an_unstable_signal_is_a_warning_and_frames_flow)
{
  assert_starts_with (VIVID_NO_LOCK, "no-lock", "No usable signal");
}
GST_END_TEST;

GST_START_TEST (too_much_of_a_signal_is_a_warning_and_frames_flow)
{
  assert_starts_with (VIVID_OUT_OF_RANGE, "out-of-range", "No usable signal");
}
GST_END_TEST;

GST_START_TEST (a_camera_has_always_a_signal)
{
  GstElement *pipeline = play_source ("");

  assert_signal (pipeline, "ok");
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- the signal while frames flow ----------------------------------------- */

GST_START_TEST (caps_follow_the_signal)
{
  GstElement *pipeline = play_source ("input=3");

  assert_size (pipeline, 1280, 720);
  change_hdmi_signal ("1920x1080p60");
  wait_size (pipeline, 1920, 1080);
  pipeline_wait_buffers (pipeline, "sink", 3);
  change_hdmi_signal ("720x480p59");
  wait_size (pipeline, 720, 480);
  pipeline_wait_buffers (pipeline, "sink", 3);

  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

static void
get_rate (GstElement *pipeline, gint *n, gint *d)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  fail_unless (gst_structure_get_fraction (
      gst_caps_get_structure (caps, 0), "framerate", n, d));
}

GST_START_TEST (the_rate_follows_the_signal)
{
  GstElement *pipeline = play_source ("input=3");
  gint n = 0, d;

  change_hdmi_signal ("1280x720p25");
  for (guint i = 0; i < 100 && n != 25; i++) {
    pipeline_wait_buffers (pipeline, "sink", 1);
    get_rate (pipeline, &n, &d);
  }
  fail_unless (n == 25 && d == 1, "%d/%d", n, d);
  assert_size (pipeline, 1280, 720);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (following_leaves_no_descriptor)
{
  GstElement *pipeline = play_source ("input=3");
  unsigned fds = 0;

  for (guint i = 0; i < 10; i++) {
    change_hdmi_signal ("1920x1080p60");
    wait_size (pipeline, 1920, 1080);
    change_hdmi_signal ("1280x720p60");
    wait_size (pipeline, 1280, 720);
    if (i == 0)
      fds = fds_count ();
  }
  fail_unless (fds_count () <= fds + 2); /* a frame may be on its way */
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_lost_signal_is_one_warning)
{
  GstElement *pipeline = play_source ("input=3");

  pipeline_assert_no_warning (pipeline);
  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_NO_SIGNAL);
  assert_text (pipeline_wait_warning (pipeline), "Signal lost");
  assert_signal (pipeline, "none");

  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_NO_LOCK);
  pipeline_wait_buffers (pipeline, "sink", 3);
  assert_signal (pipeline, "no-lock");
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_signal_that_is_back_is_told)
{
  GstElement *pipeline = play_source ("input=3");

  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_NO_SIGNAL);
  g_free (pipeline_wait_warning (pipeline));
  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_CURRENT);
  assert_text (pipeline_wait_info (pipeline), "back");
  assert_signal (pipeline, "ok");
  pipeline_wait_buffers (pipeline, "sink", 3);
  assert_size (pipeline, 1280, 720);

  /* and lost again is told again */
  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_NO_SIGNAL);
  assert_text (pipeline_wait_warning (pipeline), "Signal lost");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_signal_may_come_back_as_another)
{
  GstElement *pipeline = play_source ("input=3");

  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_NO_SIGNAL);
  g_free (pipeline_wait_warning (pipeline));
  change_hdmi_signal ("1920x1080p60");
  assert_text (pipeline_wait_info (pipeline), "back");
  wait_size (pipeline, 1920, 1080);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_signal_that_comes_after_the_start_is_followed)
{
  GstElement *pipeline;

  set_hdmi_signal (VIVID_NO_SIGNAL, NULL);
  pipeline = play_source ("");
  g_free (pipeline_wait_warning (pipeline));
  change_hdmi_signal ("1920x1080p60");
  assert_text (pipeline_wait_info (pipeline), "back");
  wait_size (pipeline, 1920, 1080);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_signal_that_downstream_cannot_take_is_an_error)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src input=3 ! video/x-raw(ANY),width=1280 "
      "! fakesink name=sink");
  GError *error;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  change_hdmi_signal ("1920x1080p60");
  error = pipeline_wait_error (pipeline, NULL);
  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  g_error_free (error);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

GST_START_TEST (frames_that_are_kept_outlive_the_change)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc input=3 ! queue max-size-buffers=3 ! fakesink name=sink "
      "enable-last-sample=true");
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstSample) kept = NULL;
  GstMapInfo map;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  g_object_get (sink, "last-sample", &kept, NULL);
  change_hdmi_signal ("1920x1080p60");
  wait_size (pipeline, 1920, 1080);
  fail_unless (
      gst_buffer_map (gst_sample_get_buffer (kept), &map, GST_MAP_READ));
  fail_unless (map.size >= 1280 * 720 * 2);
  gst_buffer_unmap (gst_sample_get_buffer (kept), &map);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (an_input_is_chosen_by_its_name_in_any_case),
    RUNNER_TEST (an_input_is_chosen_by_its_number),
    RUNNER_TEST (the_input_stays_if_none_is_named),
    RUNNER_TEST (an_unknown_input_lists_those_that_exist),
    RUNNER_TEST (an_input_cannot_change_under_another_program),
    RUNNER_TEST (after_a_refused_input_it_can_be_opened),
    RUNNER_TEST (a_norm_is_set),
    RUNNER_TEST (an_unknown_norm_lists_those_that_exist),
    RUNNER_TEST (a_norm_needs_an_analogue_input),
    RUNNER_TEST (the_standard_of_the_signal_is_set),
    RUNNER_TEST (a_norm_that_is_given_is_kept),
    RUNNER_TEST (television_without_a_signal_is_a_warning),
    RUNNER_TEST (the_size_is_that_of_the_signal),
    RUNNER_TEST (no_signal_is_a_warning_and_frames_flow),
    RUNNER_TEST (an_unstable_signal_is_a_warning_and_frames_flow),
    RUNNER_TEST (too_much_of_a_signal_is_a_warning_and_frames_flow),
    RUNNER_TEST (a_camera_has_always_a_signal),
    RUNNER_TEST (caps_follow_the_signal),
    RUNNER_TEST (the_rate_follows_the_signal),
    RUNNER_TEST (following_leaves_no_descriptor),
    RUNNER_TEST (a_lost_signal_is_one_warning),
    RUNNER_TEST (a_signal_that_is_back_is_told),
    RUNNER_TEST (a_signal_may_come_back_as_another),
    RUNNER_TEST (a_signal_that_comes_after_the_start_is_followed),
    RUNNER_TEST (a_signal_that_downstream_cannot_take_is_an_error),
    RUNNER_TEST (frames_that_are_kept_outlive_the_change))
