/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"

static gchar *
name_of (const struct zc_v4l2_format *format, gboolean is_rgb)
{
  GstVideoColorimetry colours;

  fail_unless (gst_zc_v4l2_colorimetry (&colours, format, is_rgb));
  return gst_video_colorimetry_to_string (&colours);
}

static void
assert_name (__u32 colorspace, gboolean is_rgb, const char *name)
{
  g_autofree gchar *got = name_of (
      &(struct zc_v4l2_format) { .colorspace = colorspace }, is_rgb);

  fail_unless_equals_string (got, name);
}

/* So that they intersect what others write. */
GST_START_TEST (the_usual_colours_have_their_usual_names)
{
  assert_name (V4L2_COLORSPACE_SMPTE170M, FALSE, "bt601");
  assert_name (V4L2_COLORSPACE_REC709, FALSE, "bt709");
  assert_name (V4L2_COLORSPACE_SMPTE240M, FALSE, "smpte240m");
  assert_name (V4L2_COLORSPACE_BT2020, FALSE, "bt2020-10");
  assert_name (V4L2_COLORSPACE_SRGB, TRUE, "sRGB");
}
GST_END_TEST;

GST_START_TEST (no_colorspace_is_no_colorimetry)
{
  GstVideoColorimetry colours;

  fail_if (gst_zc_v4l2_colorimetry (
      &colours, &(struct zc_v4l2_format) { 0 }, FALSE));
}
GST_END_TEST;

GST_START_TEST (what_is_wished_for_is_read_back)
{
  static const char *const names[] = { "bt601", "bt709", "smpte240m",
    "bt2020-10", "bt2020", "1:3:5:1", "1:4:5:1", "2:4:7:1", "2:4:5:2",
    "2:4:5:3", "2:4:1:1", "2:6:14:7" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    struct zc_v4l2_format format = { .fourcc = V4L2_PIX_FMT_NV12 };
    GstVideoColorimetry wanted;

    fail_unless (gst_video_colorimetry_from_string (&wanted, names[i]));
    fail_unless (
        gst_zc_v4l2_colorimetry_wish (&format, &wanted, FALSE), "%s", names[i]);
    fail_unless (
        gst_zc_v4l2_colorimetry_is (&format, &wanted, FALSE), "%s", names[i]);
    fail_unless_equals_int (format.fourcc, V4L2_PIX_FMT_NV12);
  }
}
GST_END_TEST;

GST_START_TEST (rgb_has_no_encoding)
{
  struct zc_v4l2_format format = { .ycbcr_encoding = V4L2_YCBCR_ENC_709 };
  GstVideoColorimetry wanted;

  gst_video_colorimetry_from_string (&wanted, "sRGB");
  fail_unless (gst_zc_v4l2_colorimetry_wish (&format, &wanted, TRUE));
  fail_unless_equals_int (format.ycbcr_encoding, V4L2_YCBCR_ENC_DEFAULT);
  fail_unless_equals_int (format.colorspace, V4L2_COLORSPACE_SRGB);
  fail_unless (gst_zc_v4l2_colorimetry_is (&format, &wanted, TRUE));

  gst_video_colorimetry_from_string (&wanted, "bt709");
  fail_if (gst_zc_v4l2_colorimetry_wish (&format, &wanted, TRUE));
  gst_video_colorimetry_from_string (&wanted, "sRGB");
  fail_if (gst_zc_v4l2_colorimetry_wish (&format, &wanted, FALSE));
}
GST_END_TEST;

/* FCC matrix, film, log. */
GST_START_TEST (what_v4l2_has_no_words_for_is_refused)
{
  static const char *const names[] = { "2:2:5:1", "2:3:5:6", "2:3:9:1" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    struct zc_v4l2_format format = { .colorspace = V4L2_COLORSPACE_SRGB };
    GstVideoColorimetry wanted;

    gst_video_colorimetry_from_string (&wanted, names[i]);
    fail_if (
        gst_zc_v4l2_colorimetry_wish (&format, &wanted, FALSE), "%s", names[i]);
    fail_unless_equals_int (format.colorspace, V4L2_COLORSPACE_SRGB);
  }
}
GST_END_TEST;

GST_START_TEST (each_part_counts)
{
  static const char *const others[] = { "1:3:5:1", "2:4:5:1", "2:3:7:1",
    "2:3:5:4" };
  const struct zc_v4l2_format format = { .colorspace = V4L2_COLORSPACE_REC709 };
  GstVideoColorimetry wanted;

  gst_video_colorimetry_from_string (&wanted, "bt709");
  fail_unless (gst_zc_v4l2_colorimetry_is (&format, &wanted, FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    gst_video_colorimetry_from_string (&wanted, others[i]);
    fail_if (
        gst_zc_v4l2_colorimetry_is (&format, &wanted, FALSE), "%s", others[i]);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_left_open_may_be_anything)
{
  const struct zc_v4l2_format format = { .colorspace = V4L2_COLORSPACE_REC709 };
  const GstVideoColorimetry open = { .range = GST_VIDEO_COLOR_RANGE_16_235 };

  fail_unless (gst_zc_v4l2_colorimetry_is (&format, &open, FALSE));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (the_usual_colours_have_their_usual_names),
    RUNNER_TEST (no_colorspace_is_no_colorimetry),
    RUNNER_TEST (what_is_wished_for_is_read_back),
    RUNNER_TEST (rgb_has_no_encoding),
    RUNNER_TEST (what_v4l2_has_no_words_for_is_refused),
    RUNNER_TEST (each_part_counts),
    RUNNER_TEST (what_is_left_open_may_be_anything))
