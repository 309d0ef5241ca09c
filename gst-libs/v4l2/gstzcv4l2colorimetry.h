/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_COLORIMETRY_H__
#define __GST_ZC_V4L2_COLORIMETRY_H__

#include "v4l2-format.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Colorimetry in the kernel's words and in GStreamer's. Rests on
 * Documentation/userspace-api/media/v4l/colorspaces-details.rst. Any thread.
 */

/**
 * gst_zc_v4l2_colorimetry:
 * @colorimetry: (out): what the driver says, defaults resolved
 * @format: a format as the driver set or tried it
 * @is_rgb: whether its pixels are RGB
 *
 * Returns: %FALSE if the driver says nothing
 */
gboolean gst_zc_v4l2_colorimetry (GstVideoColorimetry *colorimetry,
    const struct zc_v4l2_format *format, gboolean is_rgb);

/**
 * gst_zc_v4l2_colorimetry_wish:
 * @format: (inout): gets colorspace, encoding, quantization and transfer
 *   function; nothing else of it changes
 * @colorimetry: what is wanted of it
 * @is_rgb: whether its pixels are RGB
 *
 * The other way. What @colorimetry leaves open is left to the driver.
 *
 * Returns: %FALSE, @format being left alone, if V4L2 has no words for it
 */
gboolean gst_zc_v4l2_colorimetry_wish (struct zc_v4l2_format *format,
    const GstVideoColorimetry *colorimetry, gboolean is_rgb);

/**
 * gst_zc_v4l2_colorimetry_is:
 * @format: a format as the driver set or tried it
 * @colorimetry: what somebody wants
 * @is_rgb: whether its pixels are RGB
 *
 * Transfer functions of other names that are the same count as such, as in
 * gst_video_transfer_function_is_equivalent().
 *
 * Returns: whether the driver delivers it
 */
gboolean gst_zc_v4l2_colorimetry_is (const struct zc_v4l2_format *format,
    const GstVideoColorimetry *colorimetry, gboolean is_rgb);

G_END_DECLS

#endif /* __GST_ZC_V4L2_COLORIMETRY_H__ */
