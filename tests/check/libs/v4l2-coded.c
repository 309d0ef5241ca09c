/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"

#include <linux/videodev2.h>

static void
assert_caps (guint32 fourcc, const char *text)
{
  g_autoptr (GstCaps) got = gst_zc_v4l2_coded_to_caps (fourcc);
  g_autoptr (GstCaps) wanted = gst_caps_from_string (text);

  fail_unless (got != NULL, "%s", text);
  fail_unless (gst_caps_is_equal (got, wanted), "%s", text);
}

GST_START_TEST (compressed_formats_have_the_caps_of_their_parsers)
{
  assert_caps (V4L2_PIX_FMT_MJPEG, "image/jpeg");
  assert_caps (V4L2_PIX_FMT_JPEG, "image/jpeg");
  assert_caps (
      V4L2_PIX_FMT_H264, "video/x-h264,stream-format=byte-stream,alignment=au");
  assert_caps (
      V4L2_PIX_FMT_H264_NO_SC, "video/x-h264,stream-format=avc,alignment=au");
  assert_caps (
      V4L2_PIX_FMT_HEVC, "video/x-h265,stream-format=byte-stream,alignment=au");
  assert_caps (V4L2_PIX_FMT_VP8, "video/x-vp8");
  assert_caps (V4L2_PIX_FMT_VP9, "video/x-vp9");
  assert_caps (V4L2_PIX_FMT_MPEG2,
      "video/mpeg,mpegversion=2,systemstream=(boolean)false");
  assert_caps (V4L2_PIX_FMT_FWHT, "video/x-fwht");
}
GST_END_TEST;

GST_START_TEST (mosaics_are_named_by_their_first_pixels)
{
  assert_caps (V4L2_PIX_FMT_SBGGR8, "video/x-bayer,format=bggr");
  assert_caps (V4L2_PIX_FMT_SGRBG8, "video/x-bayer,format=grbg");
  assert_caps (V4L2_PIX_FMT_SRGGB10, "video/x-bayer,format=rggb10le");
  assert_caps (V4L2_PIX_FMT_SGBRG12, "video/x-bayer,format=gbrg12le");
  assert_caps (V4L2_PIX_FMT_SBGGR14, "video/x-bayer,format=bggr14le");
  assert_caps (V4L2_PIX_FMT_SRGGB16, "video/x-bayer,format=rggb16le");
}
GST_END_TEST;

GST_START_TEST (packed_mosaics_have_no_name)
{
  fail_if (gst_zc_v4l2_coded_to_caps (V4L2_PIX_FMT_SRGGB10P));
  fail_if (gst_zc_v4l2_coded_to_caps (V4L2_PIX_FMT_SRGGB12P));
}
GST_END_TEST;

GST_START_TEST (every_code_is_there_once_and_is_not_raw)
{
  guint32 fourcc, other;

  for (guint i = 0; (fourcc = gst_zc_v4l2_coded_nth (i)); i++) {
    g_autoptr (GstCaps) caps = gst_zc_v4l2_coded_to_caps (fourcc);

    fail_unless (caps && gst_caps_get_size (caps) == 1);
    fail_unless (
        gst_zc_v4l2_coded_is (fourcc, gst_caps_get_structure (caps, 0)));
    fail_unless_equals_int (
        gst_zc_format_from_v4l2 (fourcc), GST_VIDEO_FORMAT_UNKNOWN);
    for (guint j = 0; (other = gst_zc_v4l2_coded_nth (j)); j++)
      fail_unless (i == j || other != fourcc);
  }
}
GST_END_TEST;

GST_START_TEST (raw_video_is_not_in_the_table)
{
  g_autoptr (GstCaps) raw = gst_caps_new_empty_simple ("video/x-raw");

  fail_if (gst_zc_v4l2_coded_to_caps (V4L2_PIX_FMT_NV12));
  fail_if (gst_zc_v4l2_coded_is (
      V4L2_PIX_FMT_NV12, gst_caps_get_structure (raw, 0)));
  fail_unless_equals_int (gst_zc_v4l2_coded_get_bits (V4L2_PIX_FMT_NV12), 0);
}
GST_END_TEST;

GST_START_TEST (what_somebody_accepts_finds_its_code)
{
  g_autoptr (GstCaps)
      avc = gst_caps_from_string ("video/x-h264,stream-format=avc,width=640");
  const GstStructure *s = gst_caps_get_structure (avc, 0);

  fail_unless (gst_zc_v4l2_coded_is (V4L2_PIX_FMT_H264_NO_SC, s));
  fail_if (gst_zc_v4l2_coded_is (V4L2_PIX_FMT_H264, s));
  fail_if (gst_zc_v4l2_coded_is (V4L2_PIX_FMT_HEVC, s));
}
GST_END_TEST;

/* As bayer2rgb and rgb2bayer have it. */
GST_START_TEST (lines_of_mosaics_are_multiples_of_four)
{
  fail_unless_equals_int (
      gst_zc_v4l2_coded_get_stride (V4L2_PIX_FMT_SRGGB8, 641), 644);
  fail_unless_equals_int (
      gst_zc_v4l2_coded_get_stride (V4L2_PIX_FMT_SRGGB10, 641), 1284);
  fail_unless_equals_int (
      gst_zc_v4l2_coded_get_stride (V4L2_PIX_FMT_MJPEG, 641), 0);
  fail_unless_equals_int (
      gst_zc_v4l2_coded_get_stride (V4L2_PIX_FMT_SRGGB10, G_MAXUINT), 0);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (compressed_formats_have_the_caps_of_their_parsers),
    RUNNER_TEST (mosaics_are_named_by_their_first_pixels),
    RUNNER_TEST (packed_mosaics_have_no_name),
    RUNNER_TEST (every_code_is_there_once_and_is_not_raw),
    RUNNER_TEST (raw_video_is_not_in_the_table),
    RUNNER_TEST (what_somebody_accepts_finds_its_code),
    RUNNER_TEST (lines_of_mosaics_are_multiples_of_four))
