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
 * needed: the list of formats at once; the sizes of a format, how its fields
 * come, the rates of a size and colours that somebody asks for when caps that
 * are still possible name them, each only once. Used under a lock of the
 * caller's.
 */
typedef struct _GstDmabufSrcFormats GstDmabufSrcFormats;

/**
 * GstDmabufSrcFormat:
 * @fourcc: the V4L2_PIX_FMT_* code
 * @flags: V4L2_FMT_FLAG_*
 * @format: the same to GStreamer; %GST_VIDEO_FORMAT_ENCODED if it is no raw
 *   video (gstzcv4l2coded.h)
 *
 * An entry of the list.
 */
typedef struct {
  guint32 fourcc;
  guint32 flags;
  GstVideoFormat format;
} GstDmabufSrcFormat;

/* @device must outlive the formats. */
GstDmabufSrcFormats *gst_dmabuf_src_formats_new (
    const struct zc_v4l2_device *device);
void gst_dmabuf_src_formats_free (GstDmabufSrcFormats *formats);

/* What the element can deliver with any device: (transfer full) */
GstCaps *gst_dmabuf_src_formats_template (void);

/* Formats alone, sizes and rates left open; asks the driver only what is set
 * now. */
GstCaps *gst_dmabuf_src_formats_get_coarse_caps (GstDmabufSrcFormats *formats);

/* All formats and sizes, rates left open: (transfer full). */
GstCaps *gst_dmabuf_src_formats_get_sizes (GstDmabufSrcFormats *formats);

/**
 * gst_dmabuf_src_formats_get_caps:
 * @filter: (nullable): what is still acceptable, %NULL for anything
 *
 * Where the size is a range and @filter leaves it open, so is the rate: it
 * depends on the size. Colorimetry is there only where @filter names it.
 *
 * Returns: (transfer full): the caps that intersect @filter, dma-bufs first,
 *   then other raw video, then what is coded; within each in the driver's order
 *   of formats and the largest size first
 */
GstCaps *gst_dmabuf_src_formats_get_caps (
    GstDmabufSrcFormats *formats, GstCaps *filter);

/* The size that is set now, of a frame; 0 by 0 if the driver does not tell. As
 * of the last gst_dmabuf_src_formats_get_coarse_caps(). */
void gst_dmabuf_src_formats_get_size (
    GstDmabufSrcFormats *formats, guint *width, guint *height);

/* The entry for fixed caps, %NULL if the device does not have it. */
const GstDmabufSrcFormat *gst_dmabuf_src_formats_find (
    GstDmabufSrcFormats *formats, const GstCaps *caps);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_FORMATS_H__ */
