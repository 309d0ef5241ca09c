/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2codec.h"

#include <linux/videodev2.h>

#ifndef V4L2_CID_MPEG_VIDEO_AV1_PROFILE /* Linux 6.5 */
#define V4L2_CID_MPEG_VIDEO_AV1_PROFILE (V4L2_CID_CODEC_BASE + 655)
#define V4L2_CID_MPEG_VIDEO_AV1_LEVEL (V4L2_CID_CODEC_BASE + 656)
#endif

/* The names are those of GStreamer's parsers, in the order of the enumerations
 * in linux/v4l2-controls.h. */
#define NAMES(...)       \
  (const gchar *const[]) \
  {                      \
    __VA_ARGS__, NULL    \
  }

#define BIT(n) (G_GUINT64_CONSTANT (1) << (n))

const GstZcV4l2Codec gst_zc_v4l2_codec_h264 = {
  .name = "H.264",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_H264_PROFILE,
        NAMES ("baseline", "constrained-baseline", "main", "extended", "high",
            "high-10", "high-4:2:2", "high-4:4:4", "high-10-intra",
            "high-4:2:2-intra", "high-4:4:4-intra", "cavlc-4:4:4-intra",
            "scalable-baseline", "scalable-high", "scalable-high-intra",
            "stereo-high", "multiview-high", "constrained-high") },
    [GST_ZC_V4L2_MENU_LEVEL] = { V4L2_CID_MPEG_VIDEO_H264_LEVEL,
        NAMES ("1", "1b", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3", "3.1",
            "3.2", "4", "4.1", "4.2", "5", "5.1", "5.2", "6", "6.1", "6.2") },
  },
  .control = {
    [GST_ZC_V4L2_CODEC_PERIOD] = V4L2_CID_MPEG_VIDEO_H264_I_PERIOD,
    [GST_ZC_V4L2_CODEC_BUFFER] = V4L2_CID_MPEG_VIDEO_H264_CPB_SIZE,
    [GST_ZC_V4L2_CODEC_QP_I] = V4L2_CID_MPEG_VIDEO_H264_I_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_P] = V4L2_CID_MPEG_VIDEO_H264_P_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_B] = V4L2_CID_MPEG_VIDEO_H264_B_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_MIN] = V4L2_CID_MPEG_VIDEO_H264_MIN_QP,
    [GST_ZC_V4L2_CODEC_QP_MAX] = V4L2_CID_MPEG_VIDEO_H264_MAX_QP,
  },
  .deep_profiles = BIT (V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_10) |
                   BIT (V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_422) |
                   BIT (V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_444_PREDICTIVE) |
                   BIT (V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_10_INTRA) |
                   BIT (V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_422_INTRA) |
                   BIT (V4L2_MPEG_VIDEO_H264_PROFILE_HIGH_444_INTRA) |
                   BIT (V4L2_MPEG_VIDEO_H264_PROFILE_CAVLC_444_INTRA),
  .levels = &gst_zc_v4l2_levels_h264,
};

const GstZcV4l2Codec gst_zc_v4l2_codec_hevc = {
  .name = "HEVC",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_HEVC_PROFILE,
        NAMES ("main", "main-still-picture", "main-10") },
    [GST_ZC_V4L2_MENU_TIER] = { V4L2_CID_MPEG_VIDEO_HEVC_TIER,
        NAMES ("main", "high") },
    [GST_ZC_V4L2_MENU_LEVEL] = { V4L2_CID_MPEG_VIDEO_HEVC_LEVEL,
        NAMES ("1", "2", "2.1", "3", "3.1", "4", "4.1", "5", "5.1", "5.2", "6",
            "6.1", "6.2") },
  },
  .control = {
    [GST_ZC_V4L2_CODEC_QP_I] = V4L2_CID_MPEG_VIDEO_HEVC_I_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_P] = V4L2_CID_MPEG_VIDEO_HEVC_P_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_B] = V4L2_CID_MPEG_VIDEO_HEVC_B_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_MIN] = V4L2_CID_MPEG_VIDEO_HEVC_MIN_QP,
    [GST_ZC_V4L2_CODEC_QP_MAX] = V4L2_CID_MPEG_VIDEO_HEVC_MAX_QP,
  },
  .deep_profiles = BIT (V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN_10),
  .levels = &gst_zc_v4l2_levels_hevc,
};

#define VPX_CONTROLS                                               \
  {                                                                \
    [GST_ZC_V4L2_CODEC_QP_I] = V4L2_CID_MPEG_VIDEO_VPX_I_FRAME_QP, \
    [GST_ZC_V4L2_CODEC_QP_P] = V4L2_CID_MPEG_VIDEO_VPX_P_FRAME_QP, \
    [GST_ZC_V4L2_CODEC_QP_MIN] = V4L2_CID_MPEG_VIDEO_VPX_MIN_QP,   \
    [GST_ZC_V4L2_CODEC_QP_MAX] = V4L2_CID_MPEG_VIDEO_VPX_MAX_QP,   \
  }

const GstZcV4l2Codec gst_zc_v4l2_codec_vp8 = {
  .name = "VP8",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_VP8_PROFILE,
        NAMES ("0", "1", "2", "3") },
  },
  .control = VPX_CONTROLS,
};

const GstZcV4l2Codec gst_zc_v4l2_codec_vp9 = {
  .name = "VP9",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_VP9_PROFILE,
        NAMES ("0", "1", "2", "3") },
    [GST_ZC_V4L2_MENU_LEVEL] = { V4L2_CID_MPEG_VIDEO_VP9_LEVEL,
        NAMES ("1", "1.1", "2", "2.1", "3", "3.1", "4", "4.1", "5", "5.1",
            "5.2", "6", "6.1", "6.2") },
  },
  .control = VPX_CONTROLS,
  .deep_profiles = BIT (V4L2_MPEG_VIDEO_VP9_PROFILE_2) |
                   BIT (V4L2_MPEG_VIDEO_VP9_PROFILE_3),
  .levels = &gst_zc_v4l2_levels_vp9,
};

const GstZcV4l2Codec gst_zc_v4l2_codec_av1 = {
  .name = "AV1",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_AV1_PROFILE,
        NAMES ("main", "high", "professional") },
    [GST_ZC_V4L2_MENU_LEVEL] = { V4L2_CID_MPEG_VIDEO_AV1_LEVEL,
        NAMES ("2.0", "2.1", "2.2", "2.3", "3.0", "3.1", "3.2", "3.3", "4.0",
            "4.1", "4.2", "4.3", "5.0", "5.1", "5.2", "5.3", "6.0", "6.1",
            "6.2", "6.3", "7.0", "7.1", "7.2", "7.3") },
  },
  .deep_profiles = BIT (0) | BIT (1) | BIT (2), /* each */
  .levels = &gst_zc_v4l2_levels_av1,
};

const GstZcV4l2Codec gst_zc_v4l2_codec_mpeg1 = { .name = "MPEG-1" };

const GstZcV4l2Codec gst_zc_v4l2_codec_mpeg2 = {
  .name = "MPEG-2",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_MPEG2_PROFILE,
        NAMES ("simple", "main", "snr", "spatial", "high", "multiview") },
    [GST_ZC_V4L2_MENU_LEVEL] = { V4L2_CID_MPEG_VIDEO_MPEG2_LEVEL,
        NAMES ("low", "main", "high-1440", "high") },
  },
  .levels = &gst_zc_v4l2_levels_mpeg2,
};

const GstZcV4l2Codec gst_zc_v4l2_codec_mpeg4 = {
  .name = "MPEG-4",
  .menu = {
    [GST_ZC_V4L2_MENU_PROFILE] = { V4L2_CID_MPEG_VIDEO_MPEG4_PROFILE,
        NAMES ("simple", "advanced-simple", "core", "simple-scalable",
            "advanced-coding-efficiency") },
    [GST_ZC_V4L2_MENU_LEVEL] = { V4L2_CID_MPEG_VIDEO_MPEG4_LEVEL,
        NAMES ("0", "0b", "1", "2", "3", "3b", "4", "5") },
  },
  .control = {
    [GST_ZC_V4L2_CODEC_QP_I] = V4L2_CID_MPEG_VIDEO_MPEG4_I_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_P] = V4L2_CID_MPEG_VIDEO_MPEG4_P_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_B] = V4L2_CID_MPEG_VIDEO_MPEG4_B_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_MIN] = V4L2_CID_MPEG_VIDEO_MPEG4_MIN_QP,
    [GST_ZC_V4L2_CODEC_QP_MAX] = V4L2_CID_MPEG_VIDEO_MPEG4_MAX_QP,
  },
  .levels = &gst_zc_v4l2_levels_mpeg4,
};

const GstZcV4l2Codec gst_zc_v4l2_codec_h263 = {
  .name = "H.263",
  .control = {
    [GST_ZC_V4L2_CODEC_QP_I] = V4L2_CID_MPEG_VIDEO_H263_I_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_P] = V4L2_CID_MPEG_VIDEO_H263_P_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_B] = V4L2_CID_MPEG_VIDEO_H263_B_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_MIN] = V4L2_CID_MPEG_VIDEO_H263_MIN_QP,
    [GST_ZC_V4L2_CODEC_QP_MAX] = V4L2_CID_MPEG_VIDEO_H263_MAX_QP,
  },
};

const GstZcV4l2Codec gst_zc_v4l2_codec_jpeg = {
  .name = "JPEG",
  .control = {
    [GST_ZC_V4L2_CODEC_QUALITY] = V4L2_CID_JPEG_COMPRESSION_QUALITY,
  },
};

const GstZcV4l2Codec gst_zc_v4l2_codec_fwht = {
  .name = "FWHT",
  .control = {
    [GST_ZC_V4L2_CODEC_QP_I] = V4L2_CID_FWHT_I_FRAME_QP,
    [GST_ZC_V4L2_CODEC_QP_P] = V4L2_CID_FWHT_P_FRAME_QP,
  },
};

const gchar *
gst_zc_v4l2_menu_get_field (GstZcV4l2MenuKind kind)
{
  static const gchar *const fields[GST_ZC_V4L2_N_MENUS] = { "profile", "tier",
    "level" };

  return fields[kind];
}

guint
gst_zc_v4l2_menu_count (const GstZcV4l2Menu *menu)
{
  return menu->id ? g_strv_length ((gchar **) menu->names) : 0;
}
