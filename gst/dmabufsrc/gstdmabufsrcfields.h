/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_FIELDS_H__
#define __GST_DMABUF_SRC_FIELDS_H__

#include "gst-libs/v4l2/v4l2-format.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * How the lines of a frame come, in the kernel's words (field-order.rst) and in
 * GStreamer's: whole frames (progressive), both fields in one buffer line by
 * line (interleaved), or each in a buffer of its own (alternate). What only the
 * kernel has words for is not offered: one field alone for each frame, and two
 * fields one behind the other in a buffer.
 */
typedef enum {
  GST_DMABUF_SRC_PROGRESSIVE = 1 << 0,
  GST_DMABUF_SRC_INTERLEAVED = 1 << 1,
  GST_DMABUF_SRC_ALTERNATE = 1 << 2,
} GstDmabufSrcModes;

/**
 * gst_dmabuf_src_modes_ask:
 * @fourcc: a format
 * @width: pixels of a line
 * @height: lines of a frame
 *
 * Asks the driver by trying: once if it is progressive and nothing else.
 *
 * Returns: all modes that it has for such a picture, 0 if none
 */
GstDmabufSrcModes gst_dmabuf_src_modes_ask (const struct zc_v4l2_device *device,
    guint32 fourcc, guint32 width, guint32 height);

/* Sets the interlace-mode of raw caps that are not alternate yet. */
void gst_dmabuf_src_mode_to_caps (GstDmabufSrcModes mode, GstCaps *caps);

/**
 * gst_dmabuf_src_mode_from_info:
 *
 * Returns: the mode of fixed caps, 0 if it is none of these
 */
GstDmabufSrcModes gst_dmabuf_src_mode_from_info (const GstVideoInfo *info);

/* V4L2_FIELD_* to ask for. */
guint32 gst_dmabuf_src_mode_to_field (GstDmabufSrcModes mode);

/* Whether a driver that answered @field does @mode. */
gboolean gst_dmabuf_src_mode_is (GstDmabufSrcModes mode, guint32 field);

/* Lines of a frame, of what the driver calls the height of a picture. */
guint32 gst_dmabuf_src_frame_height (const struct zc_v4l2_format *format);

/**
 * gst_dmabuf_src_field_order:
 * @field: V4L2_FIELD_* of an interleaved format
 *
 * Of V4L2_FIELD_INTERLACED the television standard decides: the bottom field
 * is the older one with 525 lines, the top field with 625 (field-order.rst).
 *
 * Returns: which field comes first, or unknown
 */
GstVideoFieldOrder gst_dmabuf_src_field_order (
    const struct zc_v4l2_device *device, guint32 field);

/**
 * gst_dmabuf_src_mark_field:
 * @info: the video as it is configured
 * @field: V4L2_FIELD_* of this buffer
 *
 * Says on @buffer what only it knows: which field comes first, or which it is.
 * Does nothing if @info is progressive. Of the streaming thread; costs no call.
 */
void gst_dmabuf_src_mark_field (
    GstBuffer *buffer, const GstVideoInfo *info, guint32 field);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_FIELDS_H__ */
