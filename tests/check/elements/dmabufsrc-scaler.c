/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/negotiated.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/video/video.h>
#include <linux/v4l2-dv-timings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* vivid as an HDMI receiver: it scales what arrives to any size up to a
 * sixteenfold 4K, and has one rate, that of the signal (720p60). */

static void
assert_size (const GstCaps *caps, gint width, gint height)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint w, h;

  fail_unless (gst_structure_get_int (s, "width", &w));
  fail_unless (gst_structure_get_int (s, "height", &h));
  fail_unless_equals_int (w, width);
  fail_unless_equals_int (h, height);
}

GST_START_TEST (the_size_of_the_signal_is_taken)
{
  g_autoptr (GstCaps) caps = negotiated_caps ("dmabufsrc", "video/x-raw");

  assert_size (caps, 1280, 720);
}
GST_END_TEST;

GST_START_TEST (a_width_alone_keeps_the_shape)
{
  g_autoptr (GstCaps)
      caps = negotiated_caps ("dmabufsrc", "video/x-raw,width=640");

  assert_size (caps, 640, 360);
}
GST_END_TEST;

GST_START_TEST (a_height_alone_keeps_the_shape)
{
  g_autoptr (GstCaps)
      caps = negotiated_caps ("dmabufsrc", "video/x-raw,height=1080");

  assert_size (caps, 1920, 1080);
}
GST_END_TEST;

GST_START_TEST (any_size_can_be_asked_for)
{
  g_autoptr (GstCaps)
      caps = negotiated_caps ("dmabufsrc", "video/x-raw,width=500,height=500");

  assert_size (caps, 500, 500);
}
GST_END_TEST;

GST_START_TEST (the_rate_is_that_of_the_signal)
{
  g_autoptr (GstCaps) caps = negotiated_caps ("dmabufsrc", "video/x-raw");
  gint n, d;

  fail_unless (gst_structure_get_fraction (
      gst_caps_get_structure (caps, 0), "framerate", &n, &d));
  fail_unless_equals_int (n, 60);
  fail_unless_equals_int (d, 1);
}
GST_END_TEST;

/* The rate of a range of sizes is open until one is chosen. */
GST_START_TEST (another_rate_is_no_common_caps)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! video/x-raw,framerate=25/1 ! fakesink");
  GError *error = pipeline_run_to_error (pipeline, NULL);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_query_without_a_size_has_the_range)
{
  g_autoptr (GstCaps)
      caps = negotiated_query ("dmabufsrc", "video/x-raw,format=YUY2");
  const GstStructure *s = gst_caps_get_structure (caps, 0);

  fail_unless_equals_int (gst_caps_get_size (caps), 1);
  fail_unless (
      GST_VALUE_HOLDS_INT_RANGE (gst_structure_get_value (s, "width")));
  fail_unless (GST_VALUE_HOLDS_FRACTION_RANGE (
      gst_structure_get_value (s, "framerate")));
}
GST_END_TEST;

GST_START_TEST (pixels_of_a_digital_signal_are_square)
{
  g_autoptr (GstCaps)
      caps = negotiated_caps ("dmabufsrc", "video/x-raw,width=640,height=480");

  fail_if (gst_structure_has_field (
      gst_caps_get_structure (caps, 0), "pixel-aspect-ratio"));
}
GST_END_TEST;

static void
receive_1080i50 (void)
{
  struct v4l2_dv_timings timings = V4L2_DV_BT_CEA_1920X1080I50;
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_S_DV_TIMINGS, &timings), 0);
  close (fd);
}

GST_START_TEST (an_interlaced_signal_comes_in_fields)
{
  g_autoptr (GstCaps) caps = NULL;
  const GstStructure *s;
  gint n, d;

  receive_1080i50 ();
  caps = negotiated_caps ("dmabufsrc", "video/x-raw(format:Interlaced)");
  assert_size (caps, 1920, 1080);
  s = gst_caps_get_structure (caps, 0);
  fail_unless_equals_string (
      gst_structure_get_string (s, "interlace-mode"), "alternate");
  fail_unless (gst_structure_get_fraction (s, "framerate", &n, &d));
  fail_unless_equals_int (n, 25 * d); /* frames, not fields */
}
GST_END_TEST;

GST_START_TEST (an_interlaced_signal_is_no_whole_frames)
{
  GstElement *pipeline;
  GError *error;

  receive_1080i50 ();
  pipeline = pipeline_new ("dmabufsrc ! video/x-raw ! fakesink");
  error = pipeline_run_to_error (pipeline, NULL);
  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (the_size_of_the_signal_is_taken),
    RUNNER_TEST (a_width_alone_keeps_the_shape),
    RUNNER_TEST (a_height_alone_keeps_the_shape),
    RUNNER_TEST (any_size_can_be_asked_for),
    RUNNER_TEST (the_rate_is_that_of_the_signal),
    RUNNER_TEST (another_rate_is_no_common_caps),
    RUNNER_TEST (a_query_without_a_size_has_the_range),
    RUNNER_TEST (pixels_of_a_digital_signal_are_square),
    RUNNER_TEST (an_interlaced_signal_comes_in_fields),
    RUNNER_TEST (an_interlaced_signal_is_no_whole_frames))
