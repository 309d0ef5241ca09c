/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_COLOR_H__
#define __GST_DMABUF_SINK_COLOR_H__

#include "gst-libs/kms/kms-hdr.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSinkColor:
 * @encoding: (nullable): the plane's COLOR_ENCODING, %NULL if the video is not
 *   YCbCr and there is nothing to decode
 * @range: (nullable): the plane's COLOR_RANGE, %NULL likewise
 * @gamut: which colours its primaries are, for the connector's Colorspace
 * @hdr: its light, for the connector's HDR_OUTPUT_METADATA; all 0 for SDR
 * @bits: of its largest component, at least 8, for the connector's max bpc
 * @ignored: (nullable): which field of the caps was there and made no sense,
 *   for `stats`; it is in the log too
 *
 * What the display must know of a video's colours. All strings are static, so
 * it may be copied and dropped at will.
 */
typedef struct {
  const gchar *encoding;
  const gchar *range;
  enum zc_kms_gamut gamut;
  struct zc_kms_hdr hdr;
  guint bits;
  const gchar *ignored;
} GstDmabufSinkColor;

/**
 * gst_dmabuf_sink_color_init:
 * @color: what is filled
 * @info: the video, as gst_zc_caps_parse() has it
 * @caps: its caps: colorimetry, mastering-display-info, content-light-level
 *
 * What caps leave open is as GStreamer has it: the matrix is BT.601 up to 576
 * lines and BT.709 above, and YCbCr has the limited range. Matrices that
 * kernels have no name for are the nearest that they have. Light other than SDR
 * is that of the transfer functions smpte2084 (PQ) and arib-std-b67 (HLG); what
 * caps say of the mastering screen counts with these alone.
 *
 * Any thread.
 */
void gst_dmabuf_sink_color_init (
    GstDmabufSinkColor *color, const GstVideoInfo *info, const GstCaps *caps);

/**
 * gst_dmabuf_sink_color_is_equal:
 * @a: colours
 * @b: other colours
 *
 * Any thread.
 *
 * Returns: whether they ask the same of the kernel: what is too small for its
 *   units makes no difference, nor does what was ignored
 */
gboolean gst_dmabuf_sink_color_is_equal (
    const GstDmabufSinkColor *a, const GstDmabufSinkColor *b);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_COLOR_H__ */
