/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/gstzcv4l2level.h"

/* The values are those of the specifications' own tables and examples, written
 * down here once more. */

static const gchar *
least (const GstZcV4l2Levels *levels, const gchar *profile, guint width,
    guint height, gint fps, guint64 bitrate)
{
  const GstZcV4l2Load load = { width, height, fps, 1, bitrate };

  return gst_zc_v4l2_levels_least (levels, profile, FALSE, &load);
}

#define H264(w, h, fps) least (&gst_zc_v4l2_levels_h264, "main", w, h, fps, 0)

/* Rec. ITU-T H.264, Table A-6: the frame rates that levels have at sizes. */
GST_START_TEST (h264_levels_by_size_and_rate)
{
  fail_unless_equals_string (H264 (128, 96, 30), "1");
  fail_unless_equals_string (H264 (176, 144, 15), "1");
  fail_unless_equals_string (H264 (176, 144, 30), "1.1");
  fail_unless_equals_string (H264 (352, 288, 15), "1.2");
  fail_unless_equals_string (H264 (352, 288, 30), "1.3");
  fail_unless_equals_string (H264 (352, 576, 25), "2.1");
  fail_unless_equals_string (H264 (720, 480, 30), "3");
  fail_unless_equals_string (H264 (720, 576, 25), "3");
  fail_unless_equals_string (H264 (1280, 720, 30), "3.1");
  fail_unless_equals_string (H264 (1280, 720, 60), "3.2");
  fail_unless_equals_string (H264 (1920, 1080, 30), "4");
  fail_unless_equals_string (H264 (1920, 1080, 60), "4.2");
  fail_unless_equals_string (H264 (2560, 1920, 30), "5");
  fail_unless_equals_string (H264 (3840, 2160, 30), "5.1");
  fail_unless_equals_string (H264 (3840, 2160, 60), "5.2");
  fail_unless_equals_string (H264 (7680, 4320, 30), "6");
  fail_unless_equals_string (H264 (7680, 4320, 60), "6.1");
  fail_unless_equals_string (H264 (7680, 4320, 120), "6.2");
}
GST_END_TEST;

/* Rec. ITU-T H.264, Tables. */
GST_START_TEST (h264_levels_by_bits)
{
  const GstZcV4l2Levels *levels = &gst_zc_v4l2_levels_h264;

  fail_unless_equals_string (
      least (levels, "main", 1920, 1080, 30, 20000000), "4");
  fail_unless_equals_string (
      least (levels, "main", 1920, 1080, 30, 20000001), "4.1");
  fail_unless_equals_string (
      least (levels, "high", 1920, 1080, 30, 25000000), "4");
  fail_unless_equals_string (
      least (levels, "high", 1920, 1080, 30, 25000001), "4.1");
  fail_unless_equals_string (
      least (levels, "high-10", 1920, 1080, 30, 60000000), "4");
  fail_unless_equals_string (
      least (levels, "high-4:2:2", 1920, 1080, 30, 80000000), "4");
  fail_unless_equals_string (least (levels, "main", 176, 144, 15, 64000), "1");
  fail_unless_equals_string (
      least (levels, "main", 176, 144, 15, 128000), "1b");
}
GST_END_TEST;

/* 1x1 macroblock more than Sqrt (MaxFS * 8) allows. */
GST_START_TEST (h264_pictures_are_not_too_long)
{
  fail_unless_equals_string (H264 (4096, 16, 1), "4"); /* 256^2 <= 8 * 8192 */
  fail_unless_equals_string (H264 (4112, 16, 1), "4.2");
  fail_unless_equals_string (H264 (16, 4096, 1), "4");
}
GST_END_TEST;

#define HEVC(w, h, fps) least (&gst_zc_v4l2_levels_hevc, "main", w, h, fps, 0)

/* Rec. ITU-T H.265, Table A.11: the picture rates that levels have. */
GST_START_TEST (hevc_levels_by_size_and_rate)
{
  fail_unless_equals_string (HEVC (176, 144, 15), "1");
  fail_unless_equals_string (HEVC (352, 288, 30), "2");
  fail_unless_equals_string (HEVC (640, 360, 30), "2.1");
  fail_unless_equals_string (HEVC (960, 540, 30), "3");
  fail_unless_equals_string (HEVC (1280, 720, 36), "3.1");
  fail_unless_equals_string (HEVC (1920, 1080, 30), "4");
  fail_unless_equals_string (HEVC (1920, 1080, 60), "4.1");
  fail_unless_equals_string (HEVC (3840, 2160, 30), "5");
  fail_unless_equals_string (HEVC (3840, 2160, 60), "5.1");
  fail_unless_equals_string (HEVC (3840, 2160, 120), "5.2");
  fail_unless_equals_string (HEVC (7680, 4320, 30), "6");
  fail_unless_equals_string (HEVC (7680, 4320, 120), "6.2");
}
GST_END_TEST;

/* Rec. ITU-T H.265, Table A.9. */
GST_START_TEST (hevc_tiers_have_their_bits)
{
  const GstZcV4l2Levels *levels = &gst_zc_v4l2_levels_hevc;
  GstZcV4l2Load load = { 1920, 1080, 30, 1, 12000000 };

  fail_unless (gst_zc_v4l2_levels_fit (levels, "4", "main", FALSE, &load));
  load.bitrate = 12000001;
  fail_if (gst_zc_v4l2_levels_fit (levels, "4", "main", FALSE, &load));
  fail_unless (gst_zc_v4l2_levels_fit (levels, "4", "main", TRUE, &load));
  load.bitrate = 30000001;
  fail_if (gst_zc_v4l2_levels_fit (levels, "4", "main", TRUE, &load));

  /* below level 4 there is no high tier */
  load = (GstZcV4l2Load) { 176, 144, 15, 1, 0 };
  fail_unless_equals_string (
      gst_zc_v4l2_levels_least (levels, "main", TRUE, &load), "4");
}
GST_END_TEST;

#define VP9(w, h, fps) least (&gst_zc_v4l2_levels_vp9, "0", w, h, fps, 0)

/* The examples on webmproject.org/vp9/levels. */
GST_START_TEST (vp9_levels_by_size_and_rate)
{
  fail_unless_equals_string (VP9 (256, 144, 15), "1");
  fail_unless_equals_string (VP9 (384, 192, 30), "1.1");
  fail_unless_equals_string (VP9 (480, 256, 30), "2");
  fail_unless_equals_string (VP9 (640, 384, 30), "2.1");
  fail_unless_equals_string (VP9 (1080, 512, 30), "3");
  fail_unless_equals_string (VP9 (1280, 768, 30), "3.1");
  fail_unless_equals_string (VP9 (2048, 1088, 30), "4");
  fail_unless_equals_string (VP9 (2048, 1088, 60), "4.1");
  fail_unless_equals_string (VP9 (4096, 2176, 30), "5");
  fail_unless_equals_string (VP9 (4096, 2176, 60), "5.1");
  fail_unless_equals_string (VP9 (4096, 2176, 120), "5.2");
  fail_unless_equals_string (VP9 (8192, 4352, 30), "6");
  fail_unless_equals_string (VP9 (8192, 4352, 60), "6.1");
  fail_unless_equals_string (VP9 (8192, 4352, 120), "6.2");
}
GST_END_TEST;

#define AV1(w, h, fps) least (&gst_zc_v4l2_levels_av1, "main", w, h, fps, 0)

/* The examples of A.3 in AV1's specification. */
GST_START_TEST (av1_levels_by_size_and_rate)
{
  fail_unless_equals_string (AV1 (426, 240, 30), "2.0");
  fail_unless_equals_string (AV1 (640, 360, 30), "2.1");
  fail_unless_equals_string (AV1 (854, 480, 30), "3.0");
  fail_unless_equals_string (AV1 (1280, 720, 30), "3.1");
  fail_unless_equals_string (AV1 (1920, 1080, 30), "4.0");
  fail_unless_equals_string (AV1 (1920, 1080, 60), "4.1");
  fail_unless_equals_string (AV1 (3840, 2160, 30), "5.0");
  fail_unless_equals_string (AV1 (3840, 2160, 60), "5.1");
  fail_unless_equals_string (AV1 (3840, 2160, 120), "5.2");
  fail_unless_equals_string (AV1 (7680, 4320, 30), "6.0");
  fail_unless_equals_string (AV1 (7680, 4320, 60), "6.1");
  fail_unless_equals_string (AV1 (7680, 4320, 120), "6.2");
}
GST_END_TEST;

GST_START_TEST (mpeg2_levels_by_size_and_rate)
{
  const GstZcV4l2Levels *levels = &gst_zc_v4l2_levels_mpeg2;

  fail_unless_equals_string (least (levels, "main", 352, 288, 30, 0), "low");
  fail_unless_equals_string (least (levels, "main", 720, 576, 25, 0), "main");
  fail_unless_equals_string (
      least (levels, "main", 1440, 1080, 30, 0), "high-1440");
  fail_unless_equals_string (least (levels, "main", 1920, 1080, 30, 0), "high");
  fail_unless (least (levels, "main", 1920, 1080, 60, 0) == NULL);
  fail_unless_equals_string (
      least (levels, "main", 720, 576, 25, 15000001), "high-1440");
}
GST_END_TEST;

/* Rec. ITU-T H.262, Table 8-11: 30 frames a second at the most in low and
 * main. */
GST_START_TEST (mpeg2_levels_by_rate_alone)
{
  const GstZcV4l2Levels *levels = &gst_zc_v4l2_levels_mpeg2;

  fail_unless_equals_string (least (levels, "main", 352, 240, 30, 0), "low");
  fail_unless_equals_string (least (levels, "main", 176, 144, 30, 0), "low");
  fail_unless_equals_string (
      least (levels, "main", 176, 144, 50, 0), "high-1440");
  fail_unless_equals_string (
      least (levels, "main", 352, 288, 50, 0), "high-1440");
  fail_unless_equals_string (
      least (levels, "main", 1280, 720, 50, 0), "high-1440");
  fail_unless_equals_string (least (levels, "main", 1280, 720, 60, 0), "high");
  fail_unless (least (levels, "main", 352, 288, 100, 0) == NULL);
}
GST_END_TEST;

GST_START_TEST (mpeg4_levels_are_those_of_the_profile)
{
  const GstZcV4l2Levels *levels = &gst_zc_v4l2_levels_mpeg4;

  fail_unless_equals_string (least (levels, "simple", 176, 144, 15, 0), "0");
  fail_unless_equals_string (least (levels, "simple", 352, 288, 30, 0), "3");
  fail_unless_equals_string (
      least (levels, "advanced-simple", 352, 288, 30, 768001), "3b");
  fail_unless_equals_string (
      least (levels, "advanced-simple", 720, 576, 25, 0), "5");
}
GST_END_TEST;

GST_START_TEST (what_is_unknown_asks_for_nothing)
{
  fail_unless_equals_string (H264 (1920, 1080, 0), "4");
  fail_unless_equals_string (HEVC (3840, 2160, 0), "5");
}
GST_END_TEST;

GST_START_TEST (rates_are_fractions)
{
  GstZcV4l2Load load = { 1280, 720, 30000, 1001, 0 };

  fail_unless_equals_string (
      gst_zc_v4l2_levels_least (&gst_zc_v4l2_levels_h264, NULL, FALSE, &load),
      "3.1");
  load.fps_n = 30001;
  load.fps_d = 1000;
  fail_unless_equals_string (
      gst_zc_v4l2_levels_least (&gst_zc_v4l2_levels_h264, NULL, FALSE, &load),
      "3.2");
}
GST_END_TEST;

GST_START_TEST (what_is_too_much_has_no_level)
{
  fail_unless (H264 (16384, 8704, 120) == NULL);
  fail_unless (
      least (&gst_zc_v4l2_levels_h264, "main", 64, 64, 1, G_MAXUINT64) == NULL);
  fail_unless (H264 (G_MAXUINT, G_MAXUINT, G_MAXINT) == NULL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (h264_levels_by_size_and_rate),
    RUNNER_TEST (h264_levels_by_bits),
    RUNNER_TEST (h264_pictures_are_not_too_long),
    RUNNER_TEST (hevc_levels_by_size_and_rate),
    RUNNER_TEST (hevc_tiers_have_their_bits),
    RUNNER_TEST (vp9_levels_by_size_and_rate),
    RUNNER_TEST (av1_levels_by_size_and_rate),
    RUNNER_TEST (mpeg2_levels_by_size_and_rate),
    RUNNER_TEST (mpeg2_levels_by_rate_alone),
    RUNNER_TEST (mpeg4_levels_are_those_of_the_profile),
    RUNNER_TEST (what_is_unknown_asks_for_nothing),
    RUNNER_TEST (rates_are_fractions),
    RUNNER_TEST (what_is_too_much_has_no_level))
