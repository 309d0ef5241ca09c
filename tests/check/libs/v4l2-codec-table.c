/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/gstzcv4l2coded.h"

#include <linux/videodev2.h>

GST_START_TEST (every_compressed_code_has_a_codec)
{
  guint32 fourcc;

  for (guint i = 0; (fourcc = gst_zc_v4l2_coded_nth (i)); i++)
    fail_unless ((gst_zc_v4l2_coded_get_codec (fourcc) != NULL) ==
                 (gst_zc_v4l2_coded_get_bits (fourcc) == 0));
  fail_unless (gst_zc_v4l2_coded_get_codec (V4L2_PIX_FMT_NV12) == NULL);
}
GST_END_TEST;

static void
assert_decoder (guint32 fourcc, const char *text)
{
  g_autoptr (GstCaps) got = gst_zc_v4l2_coded_to_decoder_caps (fourcc);
  g_autoptr (GstCaps) wanted = gst_caps_from_string (text);

  fail_unless (gst_caps_is_equal (got, wanted), "%s", text);
}

GST_START_TEST (decoders_ask_for_whole_frames)
{
  assert_decoder (
      V4L2_PIX_FMT_H264, "video/x-h264,stream-format=byte-stream,alignment=au");
  assert_decoder (V4L2_PIX_FMT_MPEG2,
      "video/mpeg,mpegversion=2,systemstream=(boolean)false,"
      "parsed=(boolean)true");
  assert_decoder (
      V4L2_PIX_FMT_H263, "video/x-h263,variant=itu,parsed=(boolean)true");
  assert_decoder (V4L2_PIX_FMT_FWHT, "video/x-fwht");
  fail_if (gst_zc_v4l2_coded_to_decoder_caps (V4L2_PIX_FMT_SRGGB8));
  fail_if (gst_zc_v4l2_coded_to_decoder_caps (V4L2_PIX_FMT_NV12));
}
GST_END_TEST;

/* Each, by the kernel's names. */
static const struct {
  guint32 fourcc;
  GstZcV4l2MenuKind kind;
  guint value;
  const char *name;
} entries[] = {
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_1_0,
      "1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_1B,
      "1b" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_1_1,
      "1.1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_1_2,
      "1.2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_1_3,
      "1.3" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_2_0,
      "2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_2_1,
      "2.1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_2_2,
      "2.2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_3_0,
      "3" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_3_1,
      "3.1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_3_2,
      "3.2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_4_0,
      "4" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_4_1,
      "4.1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_4_2,
      "4.2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_5_0,
      "5" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_5_1,
      "5.1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_5_2,
      "5.2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_6_0,
      "6" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_6_1,
      "6.1" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_H264_LEVEL_6_2,
      "6.2" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_1,
      "1" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_2,
      "2" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_2_1,
      "2.1" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_3,
      "3" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_3_1,
      "3.1" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_4,
      "4" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_4_1,
      "4.1" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_5,
      "5" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_5_1,
      "5.1" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_5_2,
      "5.2" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_6,
      "6" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_6_1,
      "6.1" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_HEVC_LEVEL_6_2,
      "6.2" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_1_0,
      "1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_1_1,
      "1.1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_2_0,
      "2" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_2_1,
      "2.1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_3_0,
      "3" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_3_1,
      "3.1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_4_0,
      "4" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_4_1,
      "4.1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_5_0,
      "5" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_5_1,
      "5.1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_5_2,
      "5.2" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_6_0,
      "6" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_6_1,
      "6.1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_VP9_LEVEL_6_2,
      "6.2" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_0,
      "0" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_0B,
      "0b" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_1,
      "1" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_2,
      "2" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_3,
      "3" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_3B,
      "3b" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_4,
      "4" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG4_LEVEL_5,
      "5" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_LEVEL, V4L2_MPEG_VIDEO_MPEG2_LEVEL_LOW,
      "low" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_LEVEL,
      V4L2_MPEG_VIDEO_MPEG2_LEVEL_MAIN, "main" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_LEVEL,
      V4L2_MPEG_VIDEO_MPEG2_LEVEL_HIGH_1440, "high-1440" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_LEVEL,
      V4L2_MPEG_VIDEO_MPEG2_LEVEL_HIGH, "high" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_BASELINE, "baseline" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE,
      "constrained-baseline" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_MAIN, "main" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_EXTENDED, "extended" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH, "high" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_10, "high-10" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_422, "high-4:2:2" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_444_PREDICTIVE, "high-4:4:4" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_10_INTRA, "high-10-intra" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_422_INTRA, "high-4:2:2-intra" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_444_INTRA, "high-4:4:4-intra" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_CAVLC_444_INTRA, "cavlc-4:4:4-intra" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_SCALABLE_BASELINE, "scalable-baseline" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_SCALABLE_HIGH, "scalable-high" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_SCALABLE_HIGH_INTRA, "scalable-high-intra" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_STEREO_HIGH, "stereo-high" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_MULTIVIEW_HIGH, "multiview-high" },
  { V4L2_PIX_FMT_H264, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_HIGH, "constrained-high" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN, "main" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN_STILL_PICTURE, "main-still-picture" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN_10, "main-10" },
  { V4L2_PIX_FMT_VP8, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP8_PROFILE_0,
      "0" },
  { V4L2_PIX_FMT_VP8, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP8_PROFILE_1,
      "1" },
  { V4L2_PIX_FMT_VP8, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP8_PROFILE_2,
      "2" },
  { V4L2_PIX_FMT_VP8, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP8_PROFILE_3,
      "3" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP9_PROFILE_0,
      "0" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP9_PROFILE_1,
      "1" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP9_PROFILE_2,
      "2" },
  { V4L2_PIX_FMT_VP9, GST_ZC_V4L2_MENU_PROFILE, V4L2_MPEG_VIDEO_VP9_PROFILE_3,
      "3" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG2_PROFILE_SIMPLE, "simple" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG2_PROFILE_MAIN, "main" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG2_PROFILE_SNR_SCALABLE, "snr" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG2_PROFILE_SPATIALLY_SCALABLE, "spatial" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG2_PROFILE_HIGH, "high" },
  { V4L2_PIX_FMT_MPEG2, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG2_PROFILE_MULTIVIEW, "multiview" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG4_PROFILE_SIMPLE, "simple" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG4_PROFILE_ADVANCED_SIMPLE, "advanced-simple" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG4_PROFILE_CORE, "core" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG4_PROFILE_SIMPLE_SCALABLE, "simple-scalable" },
  { V4L2_PIX_FMT_MPEG4, GST_ZC_V4L2_MENU_PROFILE,
      V4L2_MPEG_VIDEO_MPEG4_PROFILE_ADVANCED_CODING_EFFICIENCY,
      "advanced-coding-efficiency" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_TIER, V4L2_MPEG_VIDEO_HEVC_TIER_MAIN,
      "main" },
  { V4L2_PIX_FMT_HEVC, GST_ZC_V4L2_MENU_TIER, V4L2_MPEG_VIDEO_HEVC_TIER_HIGH,
      "high" },
};

GST_START_TEST (entries_are_called_as_parsers_call_them)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    const GstZcV4l2Menu *menu =
        &gst_zc_v4l2_coded_get_codec (entries[i].fourcc)->menu[entries[i].kind];

    fail_unless (entries[i].value < gst_zc_v4l2_menu_count (menu));
    fail_unless_equals_string (menu->names[entries[i].value], entries[i].name);
  }
}
GST_END_TEST;

/* 2.0 to 7.3, four of each. */
GST_START_TEST (levels_of_av1_are_in_fours)
{
  const GstZcV4l2Menu *menu = &gst_zc_v4l2_coded_get_codec (
      v4l2_fourcc ('A', 'V', '0', '1'))
                                   ->menu[GST_ZC_V4L2_MENU_LEVEL];

  fail_unless_equals_int (gst_zc_v4l2_menu_count (menu), 24);
  for (guint i = 0; i < 24; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u.%u", 2 + i / 4, i % 4);

    fail_unless_equals_string (menu->names[i], name);
  }
}
GST_END_TEST;

/* Each level that has limits is an entry; MPEG-4's are of two profiles. */
GST_START_TEST (levels_with_limits_are_entries)
{
  static const GstZcV4l2Load nothing = { .fps_d = 1 };
  static const struct {
    guint32 fourcc;
    guint n;
  } codecs[] = {
    { V4L2_PIX_FMT_H264, 20 },
    { V4L2_PIX_FMT_HEVC, 13 },
    { V4L2_PIX_FMT_VP9, 14 },
    { v4l2_fourcc ('A', 'V', '0', '1'), 14 },
    { V4L2_PIX_FMT_MPEG2, 4 },
    { V4L2_PIX_FMT_MPEG4, 8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    const GstZcV4l2Codec *codec = gst_zc_v4l2_coded_get_codec (
        codecs[i].fourcc);
    const gchar *const *name = codec->menu[GST_ZC_V4L2_MENU_LEVEL].names;
    guint n = 0;

    for (; *name; name++)
      n += gst_zc_v4l2_levels_fit (codec->levels, *name, NULL, FALSE, &nothing);
    fail_unless (n == codecs[i].n, "%s: %u", codec->name, n);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (every_compressed_code_has_a_codec),
    RUNNER_TEST (decoders_ask_for_whole_frames),
    RUNNER_TEST (entries_are_called_as_parsers_call_them),
    RUNNER_TEST (levels_of_av1_are_in_fours),
    RUNNER_TEST (levels_with_limits_are_entries))
