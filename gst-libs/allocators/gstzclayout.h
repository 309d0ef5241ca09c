/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_LAYOUT_H__
#define __GST_ZC_LAYOUT_H__

#include "gstzcdefs.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstZcLayout:
 * @n_planes: how many planes the format has
 * @offset: bytes from the start of the buffer to each plane
 * @stride: bytes from a line to the next, per plane
 * @size: bytes of all planes, rows of padding included
 *
 * Where the pixels of a linear frame lie.
 */
typedef struct {
  guint n_planes;
  gsize offset[GST_VIDEO_MAX_PLANES];
  gint stride[GST_VIDEO_MAX_PLANES];
  gsize size;
} GstZcLayout;

/**
 * gst_zc_layout_init:
 * @layout: (out): the layout to fill
 * @format: a linear format
 * @stride: bytes a line of the first plane
 * @coded_height: lines that the first plane has in memory, padding included
 *
 * Lays the planes out one after another, as V4L2 does for formats with one
 * memory plane (Documentation/userspace-api/media/v4l/pixfmt-v4l2.rst,
 * bytesperline) and as a KMS framebuffer over one buffer needs it.
 *
 * Returns: %FALSE if the values are hostile: nothing fits, or it overflows
 */
GST_ZC_API gboolean gst_zc_layout_init (GstZcLayout *layout,
    GstVideoFormat format, guint stride, guint coded_height);

/**
 * gst_zc_layout_plane_size:
 * @format: a linear format
 * @plane: index of a plane
 * @stride: bytes a line of that plane
 * @coded_height: lines of the first plane, padding included
 *
 * Returns: the bytes of one plane, or 0 if they overflow
 */
GST_ZC_API gsize gst_zc_layout_plane_size (
    GstVideoFormat format, guint plane, guint stride, guint coded_height);

G_END_DECLS

#endif /* __GST_ZC_LAYOUT_H__ */
