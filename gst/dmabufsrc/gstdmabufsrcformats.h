/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_FORMATS_H__
#define __GST_DMABUF_SRC_FORMATS_H__

#include "gst-libs/v4l2/v4l2-device.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSrcFormats:
 *
 * What a capture device can deliver, asked for no earlier and no more than
 * needed: the list of formats at once, the sizes of a format and the rates of
 * a size when caps that are still possible name them, each only once. Used
 * under a lock of the caller's.
 */
typedef struct _GstDmabufSrcFormats GstDmabufSrcFormats;

/* @device must outlive the formats. */
GstDmabufSrcFormats *gst_dmabuf_src_formats_new (
    const struct zc_v4l2_device *device);
void gst_dmabuf_src_formats_free (GstDmabufSrcFormats *formats);

/* Formats alone, sizes and rates left open; asks the driver nothing. */
GstCaps *gst_dmabuf_src_formats_get_coarse_caps (GstDmabufSrcFormats *formats);

/* All formats and sizes, rates left open: (transfer full). */
GstCaps *gst_dmabuf_src_formats_get_sizes (GstDmabufSrcFormats *formats);

/**
 * gst_dmabuf_src_formats_get_caps:
 * @filter: (nullable): what is still acceptable, %NULL for anything
 *
 * Returns: (transfer full): the caps that intersect @filter, dma-bufs first,
 *   within each in the driver's order of formats and the largest size first
 */
GstCaps *gst_dmabuf_src_formats_get_caps (
    GstDmabufSrcFormats *formats, GstCaps *filter);

/* The V4L2 code for a format, 0 if the device does not have it. */
guint32 gst_dmabuf_src_formats_get_fourcc (
    GstDmabufSrcFormats *formats, GstVideoFormat format);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_FORMATS_H__ */
