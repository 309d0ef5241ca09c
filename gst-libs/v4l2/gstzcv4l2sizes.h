/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_SIZES_H__
#define __GST_ZC_V4L2_SIZES_H__

#include "v4l2-format.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstZcV4l2Size:
 * @width: the smallest and the largest, equal if there is one
 * @height: likewise
 * @width_step: pixels from a width to the next
 * @height_step: lines from a height to the next
 *
 * A picture size of a format, or a range of them.
 */
typedef struct {
  guint32 width[2];
  guint32 height[2];
  guint32 width_step;
  guint32 height_step;
} GstZcV4l2Size;

/**
 * gst_zc_v4l2_sizes_new:
 *
 * Asks a driver for the sizes of a format (VIDIOC_ENUM_FRAMESIZES). Any thread.
 *
 * Returns: (transfer full): an array of #GstZcV4l2Size, the largest first;
 *   empty if the driver does not tell
 */
GArray *gst_zc_v4l2_sizes_new (
    const struct zc_v4l2_device *device, guint32 fourcc);

/* Sets width and height of @s, as values or ranges. */
void gst_zc_v4l2_size_to_structure (const GstZcV4l2Size *size, GstStructure *s);

G_END_DECLS

#endif /* __GST_ZC_V4L2_SIZES_H__ */
