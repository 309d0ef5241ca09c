/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_FORMAT_H__
#define __GST_ZC_FORMAT_H__

#include "gstzcdefs.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * gst_zc_format_from_v4l2:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * The one place that knows which V4L2 code is which format; the DRM codes are
 * libgstvideo's (gst_video_dma_drm_fourcc_from_format()). V4L2 names packed
 * RGB by memory order and DRM by register order, so equal names are not equal
 * formats; GstVideoFormat is what both are compared by.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN if there is none
 */
GST_ZC_API GstVideoFormat gst_zc_format_from_v4l2 (guint32 fourcc);

/**
 * gst_zc_format_v4l2_separate_planes:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * Returns: whether each plane of @fourcc is a memory of its own (the "M"
 *   formats of the multi-planar API)
 */
GST_ZC_API gboolean gst_zc_format_v4l2_separate_planes (guint32 fourcc);

/**
 * gst_zc_format_nth:
 * @n: an index, from 0
 *
 * Walks through the formats of the table, each once.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN after the last
 */
GST_ZC_API GstVideoFormat gst_zc_format_nth (guint n);

G_END_DECLS

#endif /* __GST_ZC_FORMAT_H__ */
