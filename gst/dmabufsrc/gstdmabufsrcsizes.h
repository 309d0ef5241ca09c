/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_SIZES_H__
#define __GST_DMABUF_SRC_SIZES_H__

#include "gstdmabufsrcfields.h"

#include "gst-libs/v4l2/gstzcv4l2sizes.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstDmabufSrcSize:
 * @range: the sizes, in lines of a frame
 * @rates: of @rates_width by @rates_height, unset if the driver does not tell
 * @modes: how the lines of a frame come, once it was asked for
 *
 * A picture size of a format, or a range of them where the driver scales.
 */
typedef struct {
  GstZcV4l2Size range;
  guint32 rates_width;
  guint32 rates_height;
  GValue rates;
  gboolean have_modes;
  GstDmabufSrcModes modes;
} GstDmabufSrcSize;

/**
 * gst_dmabuf_src_sizes_new:
 *
 * Asks the driver for the sizes of a format; one without the enumeration has
 * the one that is set.
 *
 * Returns: (transfer full): an array of #GstDmabufSrcSize, the largest first
 */
GArray *gst_dmabuf_src_sizes_new (
    const struct zc_v4l2_device *device, guint32 fourcc);

/**
 * gst_dmabuf_src_size_get_rates:
 *
 * The rates of one picture of a size, which the driver is asked for once;
 * those of the last one are kept.
 *
 * Returns: (transfer none) (nullable): a list or range of fractions, the
 *   fastest first; %NULL if nobody knows
 */
const GValue *gst_dmabuf_src_size_get_rates (GstDmabufSrcSize *size,
    const struct zc_v4l2_device *device, guint32 fourcc, guint32 width,
    guint32 height);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_SIZES_H__ */
