/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcformat.h"

#include <linux/videodev2.h>

typedef struct {
  GstVideoFormat format;
  guint32 v4l2;          /* all planes in one memory */
  guint32 v4l2_separate; /* a memory for each plane, or 0 */
} FormatRow;

/* Documentation/userspace-api/media/v4l/pixfmt.rst against video-format.h */
static const FormatRow formats[] = {
  { GST_VIDEO_FORMAT_NV12, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV12M },
  { GST_VIDEO_FORMAT_NV21, V4L2_PIX_FMT_NV21, V4L2_PIX_FMT_NV21M },
  { GST_VIDEO_FORMAT_NV16, V4L2_PIX_FMT_NV16, V4L2_PIX_FMT_NV16M },
  { GST_VIDEO_FORMAT_NV61, V4L2_PIX_FMT_NV61, V4L2_PIX_FMT_NV61M },
  { GST_VIDEO_FORMAT_NV24, V4L2_PIX_FMT_NV24, 0 },
  { GST_VIDEO_FORMAT_I420, V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUV420M },
  { GST_VIDEO_FORMAT_YV12, V4L2_PIX_FMT_YVU420, V4L2_PIX_FMT_YVU420M },
  { GST_VIDEO_FORMAT_Y42B, V4L2_PIX_FMT_YUV422P, V4L2_PIX_FMT_YUV422M },
  { GST_VIDEO_FORMAT_YUY2, V4L2_PIX_FMT_YUYV, 0 },
  { GST_VIDEO_FORMAT_YVYU, V4L2_PIX_FMT_YVYU, 0 },
  { GST_VIDEO_FORMAT_UYVY, V4L2_PIX_FMT_UYVY, 0 },
  { GST_VIDEO_FORMAT_VYUY, V4L2_PIX_FMT_VYUY, 0 },
  { GST_VIDEO_FORMAT_BGRx, V4L2_PIX_FMT_XBGR32, 0 },
  { GST_VIDEO_FORMAT_BGRA, V4L2_PIX_FMT_ABGR32, 0 },
  { GST_VIDEO_FORMAT_xRGB, V4L2_PIX_FMT_XRGB32, 0 },
  { GST_VIDEO_FORMAT_ARGB, V4L2_PIX_FMT_ARGB32, 0 },
  { GST_VIDEO_FORMAT_RGBx, V4L2_PIX_FMT_RGBX32, 0 },
  { GST_VIDEO_FORMAT_RGBA, V4L2_PIX_FMT_RGBA32, 0 },
  { GST_VIDEO_FORMAT_xBGR, V4L2_PIX_FMT_BGRX32, 0 },
  { GST_VIDEO_FORMAT_ABGR, V4L2_PIX_FMT_BGRA32, 0 },
  { GST_VIDEO_FORMAT_RGB, V4L2_PIX_FMT_RGB24, 0 },
  { GST_VIDEO_FORMAT_BGR, V4L2_PIX_FMT_BGR24, 0 },
  { GST_VIDEO_FORMAT_RGB16, V4L2_PIX_FMT_RGB565, 0 },
  { GST_VIDEO_FORMAT_GRAY8, V4L2_PIX_FMT_GREY, 0 },
};

static const FormatRow *
row_of_v4l2 (guint32 fourcc)
{
  if (fourcc == 0)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].v4l2 == fourcc || formats[i].v4l2_separate == fourcc)
      return &formats[i];
  return NULL;
}

GstVideoFormat
gst_zc_format_from_v4l2 (guint32 fourcc)
{
  const FormatRow *row = row_of_v4l2 (fourcc);

  return row ? row->format : GST_VIDEO_FORMAT_UNKNOWN;
}

gboolean
gst_zc_format_v4l2_separate_planes (guint32 fourcc)
{
  const FormatRow *row = row_of_v4l2 (fourcc);

  return row && row->v4l2_separate == fourcc;
}

GstVideoFormat
gst_zc_format_nth (guint n)
{
  return n < G_N_ELEMENTS (formats) ? formats[n].format
                                    : GST_VIDEO_FORMAT_UNKNOWN;
}
