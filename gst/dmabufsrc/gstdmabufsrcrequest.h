/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_REQUEST_H__
#define __GST_DMABUF_SRC_REQUEST_H__

#include "gstdmabufsrcformats.h"

#include "gst-libs/v4l2/v4l2-format.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcRequest:
 * @info: the video that fixed caps describe
 * @format: what to ask the driver for
 * @answer: what it makes of that (VIDIOC_TRY_FMT)
 *
 * What a driver must be asked for to deliver what caps say. What the colours
 * mean, and which field comes first, only the driver knows, and only of a whole
 * format: it is asked by trying, and asked to convert where it has said that it
 * can.
 */
typedef struct {
  GstVideoInfo info;
  struct zc_v4l2_format format;
  struct zc_v4l2_format answer;
} GstDmabufSrcRequest;

/**
 * gst_dmabuf_src_request_init:
 * @caps: fixed caps, perhaps without colorimetry and field order
 * @format: the entry for them
 *
 * Returns: 0, -EINVAL if @caps make no sense, or the errno of VIDIOC_TRY_FMT;
 *   whether the answer is what was asked for gst_dmabuf_src_request_is_met()
 * says
 */
gint gst_dmabuf_src_request_init (GstDmabufSrcRequest *request,
    const struct zc_v4l2_device *device, const GstDmabufSrcFormat *format,
    const GstCaps *caps);

/**
 * gst_dmabuf_src_request_is_met:
 * @answer: of VIDIOC_TRY_FMT or VIDIOC_S_FMT
 *
 * Returns: whether the picture is the one that was asked for, colours aside
 */
gboolean gst_dmabuf_src_request_is_met (
    const GstDmabufSrcRequest *request, const struct zc_v4l2_format *answer);

/**
 * gst_dmabuf_src_request_describe:
 * @s: (inout): the structure of the caps
 *
 * Adds colorimetry, field order and the shape of pixels, as the driver has
 * them.
 *
 * Returns: %FALSE if @s says otherwise
 */
gboolean gst_dmabuf_src_request_describe (const GstDmabufSrcRequest *request,
    const struct zc_v4l2_device *device, GstStructure *s);

/**
 * gst_dmabuf_src_request_colours:
 * @format: a raw format
 * @picture: what else is asked of the driver
 * @names: colorimetry that somebody accepts: a string or a list
 * @given: (out): the same in the same order, without what the driver does not
 *   give
 *
 * Returns: %FALSE if nothing is left
 */
gboolean gst_dmabuf_src_request_colours (const struct zc_v4l2_device *device,
    const GstDmabufSrcFormat *format, const struct zc_v4l2_format *picture,
    const GValue *names, GValue *given);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_REQUEST_H__ */
