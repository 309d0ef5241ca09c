/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CONVERT_FORMAT_H__
#define __GST_DMABUF_CONVERT_FORMAT_H__

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * gst_dmabuf_convert_choose_format:
 * @from: fixed caps
 * @choice: what @from can become
 *
 * The format that loses least of @from, itself above all, and of those that
 * lose as much the first. Any thread.
 *
 * Returns: (transfer full): one structure of @choice with that format
 */
GstCaps *gst_dmabuf_convert_choose_format (GstCaps *from, GstCaps *choice);

/**
 * gst_dmabuf_convert_carry_colours:
 * @from: fixed caps
 * @to: (inout): fixed caps of what becomes of it
 *
 * Gives @to the colorimetry of @from, where it has none of its own: between
 * RGB and YUV the primaries and the transfer function, with the matrix and the
 * range that are usual there. The siting of chroma stays with its sampling.
 */
void gst_dmabuf_convert_carry_colours (GstCaps *from, GstCaps *to);

G_END_DECLS

#endif /* __GST_DMABUF_CONVERT_FORMAT_H__ */
