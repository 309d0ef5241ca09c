/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_COLORIMETRY_H__
#define __GST_ZC_V4L2_COLORIMETRY_H__

#include "v4l2-format.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * gst_zc_v4l2_colorimetry:
 * @colorimetry: (out): what the driver says, defaults resolved
 * @format: a format as the driver set or tried it
 * @is_rgb: whether its pixels are RGB
 *
 * Rests on Documentation/userspace-api/media/v4l/colorspaces-details.rst.
 *
 * Returns: %FALSE if the driver says nothing
 */
gboolean gst_zc_v4l2_colorimetry (GstVideoColorimetry *colorimetry,
    const struct zc_v4l2_format *format, gboolean is_rgb);

G_END_DECLS

#endif /* __GST_ZC_V4L2_COLORIMETRY_H__ */
