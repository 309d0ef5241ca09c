/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/negotiated.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/video/video.h>

/* What colours mean, told and asked for; vivid converts them (CSC). */

/* The colorimetry that comes out where downstream demands so much. */
static gchar *
colours_with (const char *demand)
{
  g_autofree char *caps = g_strdup_printf (
      "video/x-raw,format=YUY2,width=640,height=480%s", demand);
  g_autoptr (GstCaps) got = negotiated_caps ("dmabufsrc", caps);

  return g_strdup (gst_structure_get_string (
      gst_caps_get_structure (got, 0), "colorimetry"));
}

GST_START_TEST (colours_are_told_as_the_driver_has_them)
{
  g_autofree gchar *name = colours_with ("");
  GstVideoColorimetry colours;

  /* sRGB in YCbCr of BT.601, limited: what the driver's defaults stand for */
  fail_unless (gst_video_colorimetry_from_string (&colours, name));
  fail_unless_equals_int (colours.primaries, GST_VIDEO_COLOR_PRIMARIES_BT709);
  fail_unless_equals_int (colours.transfer, GST_VIDEO_TRANSFER_SRGB);
  fail_unless_equals_int (colours.matrix, GST_VIDEO_COLOR_MATRIX_BT601);
  fail_unless_equals_int (colours.range, GST_VIDEO_COLOR_RANGE_16_235);
}
GST_END_TEST;

GST_START_TEST (colours_that_downstream_asks_for_are_made)
{
  g_autofree gchar *name = colours_with (",colorimetry=bt709");
  struct v4l2_format format;

  fail_unless_equals_string (name, "bt709");
  vivid_get_format (&format);
  fail_unless_equals_int (format.fmt.pix.colorspace, V4L2_COLORSPACE_REC709);
  fail_unless_equals_int (format.fmt.pix.ycbcr_enc, V4L2_YCBCR_ENC_709);
  fail_unless_equals_int (format.fmt.pix.xfer_func, V4L2_XFER_FUNC_709);
  fail_unless_equals_int (
      format.fmt.pix.quantization, V4L2_QUANTIZATION_LIM_RANGE);
}
GST_END_TEST;

GST_START_TEST (full_range_is_made)
{
  g_autofree gchar *name = colours_with (",colorimetry=1:3:5:1");
  struct v4l2_format format;

  fail_unless_equals_string (name, "1:3:5:1");
  vivid_get_format (&format);
  fail_unless_equals_int (
      format.fmt.pix.quantization, V4L2_QUANTIZATION_FULL_RANGE);
}
GST_END_TEST;

/* An output of V4L2 lists all that it has heard of, and means the first. */
GST_START_TEST (colours_that_downstream_names_first_are_taken_first)
{
  g_autofree gchar *native = colours_with ("");
  g_autofree gchar *demand = g_strdup_printf (
      ",colorimetry={(string)bt2020,(string)%s}", native);
  g_autofree gchar *name = colours_with (demand);

  fail_unless_equals_string (name, "bt2020");
}
GST_END_TEST;

GST_START_TEST (colours_that_v4l2_lacks_are_passed_over)
{
  g_autofree gchar *name = colours_with (
      ",colorimetry={(string)1:2:5:8,(string)bt709}");

  fail_unless_equals_string (name, "bt709"); /* 2 is the matrix of FCC */
}
GST_END_TEST;

GST_START_TEST (colours_that_nobody_makes_are_no_common_caps)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! capsfilter caps=video/x-raw,colorimetry=1:2:5:8 ! fakesink");
  GError *error = pipeline_run_to_error (pipeline, NULL);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_query_is_answered_with_colours_that_the_driver_makes)
{
  g_autoptr (GstCaps) caps = negotiated_query ("dmabufsrc",
      "video/x-raw,format=YUY2,width=640,height=480,"
      "colorimetry={(string)1:2:5:8,(string)bt709}");
  const GstStructure *s;

  fail_unless_equals_int (gst_caps_get_size (caps), 1);
  s = gst_caps_get_structure (caps, 0);
  fail_unless (gst_structure_has_field (s, "colorimetry"));
  {
    const GValue *v = gst_structure_get_value (s, "colorimetry");

    fail_unless_equals_int (gst_value_list_get_size (v), 1);
    fail_unless_equals_string (
        g_value_get_string (gst_value_list_get_value (v, 0)), "bt709");
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (colours_are_told_as_the_driver_has_them),
    RUNNER_TEST (colours_that_downstream_asks_for_are_made),
    RUNNER_TEST (full_range_is_made),
    RUNNER_TEST (colours_that_downstream_names_first_are_taken_first),
    RUNNER_TEST (colours_that_v4l2_lacks_are_passed_over),
    RUNNER_TEST (colours_that_nobody_makes_are_no_common_caps),
    RUNNER_TEST (a_query_is_answered_with_colours_that_the_driver_makes))
