/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzclayout.h"

static guint
plane_rows (const GstVideoFormatInfo *finfo, guint plane, guint height)
{
  gint components[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (finfo, plane, components);
  return GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, components[0], height);
}

static gboolean
is_sane (const GstVideoFormatInfo *finfo, guint stride, guint height)
{
  return finfo && finfo->n_planes > 0 &&
         !GST_VIDEO_FORMAT_INFO_IS_TILED (finfo) && stride > 0 && height > 0 &&
         stride <= G_MAXINT / 4 && height <= G_MAXINT / 4;
}

gsize
gst_zc_layout_plane_size (
    GstVideoFormat format, guint plane, guint stride, guint coded_height)
{
  const GstVideoFormatInfo *finfo = gst_video_format_get_info (format);
  gsize size;

  if (!is_sane (finfo, stride, coded_height) || plane >= finfo->n_planes)
    return 0;
  if (!g_size_checked_mul (
          &size, stride, plane_rows (finfo, plane, coded_height)))
    return 0;
  return size;
}

gboolean
gst_zc_layout_init (GstZcLayout *layout, GstVideoFormat format, guint stride,
    guint coded_height)
{
  const GstVideoFormatInfo *finfo = gst_video_format_get_info (format);

  *layout = (GstZcLayout) { 0 };
  if (!is_sane (finfo, stride, coded_height))
    return FALSE;

  layout->n_planes = finfo->n_planes;
  for (guint i = 0; i < finfo->n_planes; i++) {
    gint s = gst_video_format_info_extrapolate_stride (finfo, i, stride);
    gsize size = gst_zc_layout_plane_size (format, i, s, coded_height);

    layout->stride[i] = s;
    layout->offset[i] = layout->size;
    if (size == 0 || !g_size_checked_add (&layout->size, layout->size, size))
      return FALSE;
  }
  return TRUE;
}
