/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_FORMAT_H__
#define __GST_ZC_FORMAT_H__

#include "gstzcdefs.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * gst_zc_format_from_v4l2:
 * @fourcc: a V4L2_PIX_FMT_* code, for planes in one memory or in several
 *
 * The one place that knows which V4L2 code is which format
 * (Documentation/userspace-api/media/v4l/pixfmt.rst). V4L2 names packed RGB by
 * memory order and DRM by register order, so equal names are not equal
 * formats; GstVideoFormat is what both are compared by. Old names that leave
 * open whether there is alpha (V4L2_PIX_FMT_RGB32) are formats without, except
 * V4L2_PIX_FMT_YUV32: there is no GstVideoFormat like AYUV without alpha.
 *
 * Any thread.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN if there is none
 *
 * Since: 0.2
 */
GST_ZC_API GstVideoFormat gst_zc_format_from_v4l2 (guint32 fourcc);

/**
 * gst_zc_format_to_v4l2:
 * @format: a format
 * @separate_planes: whether each plane is a memory of its own
 *
 * Where V4L2 has several names for a format this is the one that is not
 * deprecated; drivers may list only another.
 *
 * Any thread.
 *
 * Returns: the V4L2_PIX_FMT_* code, or 0 if V4L2 has none
 *
 * Since: 0.2
 */
GST_ZC_API guint32 gst_zc_format_to_v4l2 (
    GstVideoFormat format, gboolean separate_planes);

/**
 * gst_zc_format_v4l2_n_memories:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * What the multi-planar API calls planes: v4l2_pix_format_mplane.num_planes.
 * More than one are one for each plane (the "M" formats, and the tiled ones
 * like them).
 *
 * Any thread.
 *
 * Returns: in how many memories a picture lies, 0 if the code is unknown
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_format_v4l2_n_memories (guint32 fourcc);

/**
 * gst_zc_format_from_drm:
 * @fourcc: a DRM_FORMAT_* code
 * @modifier: its modifier, 0 if linear
 *
 * Knows what libgstvideo does, and the codes that it leaves out
 * (include/uapi/drm/drm_fourcc.h). The modifiers that libgstvideo knows are
 * known from GStreamer 1.26 on.
 *
 * Any thread.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN if there is none
 *
 * Since: 0.2
 */
GST_ZC_API GstVideoFormat gst_zc_format_from_drm (
    guint32 fourcc, guint64 modifier);

/**
 * gst_zc_format_to_drm:
 * @format: a format
 * @modifier: (out) (optional): the modifier that makes the code this format,
 *   DRM_FORMAT_MOD_INVALID if there is no code
 *
 * The other way. A format of tiles is one DRM code with a modifier.
 *
 * Any thread.
 *
 * Returns: the DRM_FORMAT_* code, or 0 if DRM has none
 *
 * Since: 0.2
 */
GST_ZC_API guint32 gst_zc_format_to_drm (
    GstVideoFormat format, guint64 *modifier);

/**
 * gst_zc_format_nth:
 * @n: an index, from 0
 *
 * Walks through the formats of the table, each once: those for which V4L2 or
 * DRM have a code.
 *
 * Any thread.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN after the last
 *
 * Since: 0.2
 */
GST_ZC_API GstVideoFormat gst_zc_format_nth (guint n);

/**
 * gst_zc_format_get_n_planes:
 * @format: a format
 *
 * Any thread.
 *
 * Returns: how many planes it has, or 0 if nothing can be said of where its
 *   pixels lie: DMA_DRM, encoded and paletted formats
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_format_get_n_planes (GstVideoFormat format);

/**
 * gst_zc_format_get_subsampling:
 * @format: a format
 * @plane: index of a plane
 * @horizontal: (out) (optional): pixels of a line that share a sample: 1, 2, 4
 * @vertical: (out) (optional): lines that share a line of samples: 1, 2, 4
 *
 * Packed 4:2:2 (YUY2) has a luma sample for each pixel in its one plane, and
 * counts as 1 by 1.
 *
 * Any thread.
 *
 * Returns: %FALSE if there is no such plane
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_format_get_subsampling (
    GstVideoFormat format, guint plane, guint *horizontal, guint *vertical);

/**
 * gst_zc_format_get_tile:
 * @format: a format
 * @plane: index of a plane
 * @row_bytes: (out) (optional): bytes of one line of a tile
 * @lines: (out) (optional): lines of a tile
 *
 * Any thread.
 *
 * Returns: %FALSE if the plane lies in lines, not in tiles
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_format_get_tile (
    GstVideoFormat format, guint plane, guint *row_bytes, guint *lines);

/**
 * gst_zc_format_get_row_bytes:
 * @format: a format
 * @plane: index of a plane
 * @width: pixels of a line of the picture
 *
 * The least that a stride can be. Where samples are packed over bytes (NV15)
 * or lie in tiles, it is what libgstvideo takes.
 *
 * Any thread.
 *
 * Returns: the bytes of one line of @plane without padding, 0 if there is no
 *   such plane or they are more than %G_MAXINT
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_format_get_row_bytes (
    GstVideoFormat format, guint plane, guint width);

/**
 * gst_zc_format_get_rows:
 * @format: a format
 * @plane: index of a plane
 * @height: lines of the picture
 *
 * Any thread.
 *
 * Returns: the lines of @plane, rounded up, 0 if there is no such plane
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_format_get_rows (
    GstVideoFormat format, guint plane, guint height);

/**
 * gst_zc_format_get_linked_stride:
 * @format: a format
 * @plane: index of a plane
 * @stride: bytes from a line of the first plane to the next
 *
 * V4L2 tells the stride of the first plane alone where all lie in one memory:
 * "the number of padding pixels at the end of the chroma lines is identical to
 * the padding of the luma lines" (pixfmt-yuv-planar.rst). What does not divide
 * is rounded up.
 *
 * Any thread.
 *
 * Returns: the stride of @plane, 0 if there is no such plane, if it lies in
 *   tiles, or if either stride is more than %G_MAXINT
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_format_get_linked_stride (
    GstVideoFormat format, guint plane, guint stride);

G_END_DECLS

#endif /* __GST_ZC_FORMAT_H__ */
