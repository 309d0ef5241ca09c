/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_LAYOUT_H__
#define __GST_ZC_V4L2_LAYOUT_H__

#include "v4l2-format.h"

#include "../allocators/gstzclayout.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Where pixels lie in the buffers of a driver: from its format to a layout, and
 * back. With all planes in one memory a driver tells the stride of the first
 * (Documentation/userspace-api/media/v4l/pixfmt-v4l2.rst, bytesperline). Any
 * thread.
 */

/**
 * gst_zc_v4l2_layout_init:
 * @layout: (out): how frames lie; without planes if they are coded: as many
 *   bytes as the driver can need
 * @format: what the driver made of a format; of more lines than @info where the
 *   device codes whole blocks
 * @info: the visible picture, or %GST_VIDEO_FORMAT_ENCODED
 * @error: why there is no such layout; may stay unset if the driver's buffers
 *   are too small for its own strides
 *
 * Returns: whether there is one
 */
gboolean gst_zc_v4l2_layout_init (GstZcLayout *layout,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    GError **error);

/**
 * gst_zc_v4l2_layout_wish:
 * @layout: where somebody has the planes
 * @format: (inout): gets strides and sizes to ask the driver for
 *
 * Whether the driver can is seen in what it makes of that.
 */
void gst_zc_v4l2_layout_wish (
    const GstZcLayout *layout, struct zc_v4l2_format *format);

/**
 * gst_zc_v4l2_layout_demand:
 * @layout: of gst_zc_v4l2_layout_init()
 * @format: what it is of
 * @constraints: (out): what memory must be like that the device uses
 */
void gst_zc_v4l2_layout_demand (const GstZcLayout *layout,
    const struct zc_v4l2_format *format, GstZcConstraints *constraints);

/* Whether those who know nothing but caps, of which INFO is, find planes and
 * lines there. */
gboolean gst_zc_v4l2_layout_is_plain (
    const GstZcLayout *layout, const GstVideoInfo *info);

G_END_DECLS

#endif /* __GST_ZC_V4L2_LAYOUT_H__ */
