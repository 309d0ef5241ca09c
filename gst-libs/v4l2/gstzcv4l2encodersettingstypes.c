/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2encodersettingstypes.h"

#include <linux/videodev2.h>

#define DRIVER { -1, "As the driver has it", "driver" }

static GType
get_type (gsize *type, const gchar *name, const GEnumValue *values)
{
  if (g_once_init_enter (type))
    g_once_init_leave (type, g_enum_register_static (name, values));
  return *type;
}

GType
gst_zc_v4l2_rate_control_get_type (void)
{
  static const GEnumValue values[] = {
    DRIVER,
    { V4L2_MPEG_VIDEO_BITRATE_MODE_VBR,
        "The bitrate is an average, peak-bitrate the most", "variable" },
    { V4L2_MPEG_VIDEO_BITRATE_MODE_CBR, "The bitrate is kept", "constant" },
    { V4L2_MPEG_VIDEO_BITRATE_MODE_CQ,
        "The quality is kept, whatever bits it takes", "constant-quality" },
    { GST_ZC_V4L2_RATE_FIXED_QP,
        "Quantization is that of qp-i, qp-p and qp-b, whatever bits it takes",
        "fixed-qp" },
    { 0, NULL, NULL },
  };
  static gsize type;

  return get_type (&type, "GstZcV4l2RateControl", values);
}

GType
gst_zc_v4l2_header_mode_get_type (void)
{
  static const GEnumValue values[] = {
    DRIVER,
    { V4L2_MPEG_VIDEO_HEADER_MODE_SEPARATE,
        "The stream's headers are a buffer of their own", "separate" },
    { V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME,
        "They are in one buffer with the first frame", "joined" },
    { 0, NULL, NULL },
  };
  static gsize type;

  return get_type (&type, "GstZcV4l2HeaderMode", values);
}

GType
gst_zc_v4l2_frame_skip_get_type (void)
{
  static const GEnumValue values[] = {
    DRIVER,
    { V4L2_MPEG_VIDEO_FRAME_SKIP_MODE_DISABLED, "Every frame is coded",
        "disabled" },
    { V4L2_MPEG_VIDEO_FRAME_SKIP_MODE_LEVEL_LIMIT,
        "Frames are left out that exceed the level's bits", "level-limit" },
    { V4L2_MPEG_VIDEO_FRAME_SKIP_MODE_BUF_LIMIT,
        "Frames are left out that exceed buffer-size", "buffer-limit" },
    { 0, NULL, NULL },
  };
  static gsize type;

  return get_type (&type, "GstZcV4l2FrameSkip", values);
}

GType
gst_zc_v4l2_switch_get_type (void)
{
  static const GEnumValue values[] = {
    DRIVER,
    { FALSE, "No", "false" },
    { TRUE, "Yes", "true" },
    { 0, NULL, NULL },
  };
  static gsize type;

  return get_type (&type, "GstZcV4l2Switch", values);
}
