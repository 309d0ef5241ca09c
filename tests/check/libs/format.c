/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

/* What the kernel's documentation says of how pixels lie in memory, written
 * down again here by hand: V4L2 code, DRM code, GStreamer's name. */
static const struct {
  guint32 v4l2;
  guint32 drm;
  GstVideoFormat format;
} by_memory_order[] = {
  { V4L2_PIX_FMT_XBGR32, DRM_FORMAT_XRGB8888, GST_VIDEO_FORMAT_BGRx },
  { V4L2_PIX_FMT_ABGR32, DRM_FORMAT_ARGB8888, GST_VIDEO_FORMAT_BGRA },
  { V4L2_PIX_FMT_RGBX32, DRM_FORMAT_XBGR8888, GST_VIDEO_FORMAT_RGBx },
  { V4L2_PIX_FMT_RGBA32, DRM_FORMAT_ABGR8888, GST_VIDEO_FORMAT_RGBA },
  { V4L2_PIX_FMT_XRGB32, DRM_FORMAT_BGRX8888, GST_VIDEO_FORMAT_xRGB },
  { V4L2_PIX_FMT_ARGB32, DRM_FORMAT_BGRA8888, GST_VIDEO_FORMAT_ARGB },
  { V4L2_PIX_FMT_BGRX32, DRM_FORMAT_RGBX8888, GST_VIDEO_FORMAT_xBGR },
  { V4L2_PIX_FMT_BGRA32, DRM_FORMAT_RGBA8888, GST_VIDEO_FORMAT_ABGR },
  { V4L2_PIX_FMT_RGB24, DRM_FORMAT_BGR888, GST_VIDEO_FORMAT_RGB },
  { V4L2_PIX_FMT_BGR24, DRM_FORMAT_RGB888, GST_VIDEO_FORMAT_BGR },
  { V4L2_PIX_FMT_RGB565, DRM_FORMAT_RGB565, GST_VIDEO_FORMAT_RGB16 },
  { V4L2_PIX_FMT_YUYV, DRM_FORMAT_YUYV, GST_VIDEO_FORMAT_YUY2 },
  { V4L2_PIX_FMT_UYVY, DRM_FORMAT_UYVY, GST_VIDEO_FORMAT_UYVY },
  { V4L2_PIX_FMT_YVYU, DRM_FORMAT_YVYU, GST_VIDEO_FORMAT_YVYU },
  { V4L2_PIX_FMT_NV12, DRM_FORMAT_NV12, GST_VIDEO_FORMAT_NV12 },
  { V4L2_PIX_FMT_NV21, DRM_FORMAT_NV21, GST_VIDEO_FORMAT_NV21 },
  { V4L2_PIX_FMT_NV16, DRM_FORMAT_NV16, GST_VIDEO_FORMAT_NV16 },
  { V4L2_PIX_FMT_NV61, DRM_FORMAT_NV61, GST_VIDEO_FORMAT_NV61 },
  { V4L2_PIX_FMT_YUV420, DRM_FORMAT_YUV420, GST_VIDEO_FORMAT_I420 },
  { V4L2_PIX_FMT_YVU420, DRM_FORMAT_YVU420, GST_VIDEO_FORMAT_YV12 },
  { V4L2_PIX_FMT_YUV422P, DRM_FORMAT_YUV422, GST_VIDEO_FORMAT_Y42B },
};

GST_START_TEST (codes_agree_by_memory_order)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_memory_order); i++) {
    GstVideoFormat format = gst_zc_format_from_v4l2 (by_memory_order[i].v4l2);

    fail_unless (format == by_memory_order[i].format, "row %u: %s", i,
        gst_video_format_to_string (format));
    fail_unless (
        gst_video_dma_drm_fourcc_from_format (format) == by_memory_order[i].drm,
        "row %u: libgstvideo has another DRM code for %s", i,
        gst_video_format_to_string (format));
  }
}
GST_END_TEST;

GST_START_TEST (every_format_is_there_once)
{
  GstVideoFormat format, other;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    fail_unless (gst_video_format_get_info (format) != NULL);
    for (guint j = 0; j < i; j++) {
      other = gst_zc_format_nth (j);
      fail_if (other == format, "rows %u and %u are both %s", j, i,
          gst_video_format_to_string (format));
    }
  }
  fail_unless (gst_zc_format_nth (0) != GST_VIDEO_FORMAT_UNKNOWN);
  fail_unless (gst_zc_format_nth (G_MAXUINT) == GST_VIDEO_FORMAT_UNKNOWN);
}
GST_END_TEST;

GST_START_TEST (separate_planes_are_told_apart)
{
  static const guint32 pairs[][2] = {
    { V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV12M },
    { V4L2_PIX_FMT_NV21, V4L2_PIX_FMT_NV21M },
    { V4L2_PIX_FMT_NV16, V4L2_PIX_FMT_NV16M },
    { V4L2_PIX_FMT_NV61, V4L2_PIX_FMT_NV61M },
    { V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUV420M },
    { V4L2_PIX_FMT_YVU420, V4L2_PIX_FMT_YVU420M },
    { V4L2_PIX_FMT_YUV422P, V4L2_PIX_FMT_YUV422M },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    fail_unless_equals_int (gst_zc_format_from_v4l2 (pairs[i][0]),
        gst_zc_format_from_v4l2 (pairs[i][1]));
    fail_if (gst_zc_format_v4l2_separate_planes (pairs[i][0]));
    fail_unless (gst_zc_format_v4l2_separate_planes (pairs[i][1]));
  }
}
GST_END_TEST;

GST_START_TEST (unknown_codes_are_unknown)
{
  static const guint32 codes[] = { 0, G_MAXUINT32, V4L2_PIX_FMT_MJPEG,
    V4L2_PIX_FMT_H264 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    fail_unless_equals_int (
        gst_zc_format_from_v4l2 (codes[i]), GST_VIDEO_FORMAT_UNKNOWN);
    fail_if (gst_zc_format_v4l2_separate_planes (codes[i]));
  }
}
GST_END_TEST;

GST_START_TEST (displays_have_codes_for_all_but_grey)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    guint32 drm = gst_video_dma_drm_fourcc_from_format (format);

    if (format == GST_VIDEO_FORMAT_GRAY8 || format == GST_VIDEO_FORMAT_VYUY)
      continue;
    fail_unless (drm != 0, "%s", gst_video_format_to_string (format));
    fail_unless_equals_int (gst_video_dma_drm_fourcc_to_format (drm), format);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (codes_agree_by_memory_order),
    RUNNER_TEST (every_format_is_there_once),
    RUNNER_TEST (separate_planes_are_told_apart),
    RUNNER_TEST (unknown_codes_are_unknown),
    RUNNER_TEST (displays_have_codes_for_all_but_grey))
