/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_CODED_H__
#define __GST_ZC_V4L2_CODED_H__

#include "gstzcv4l2codec.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What V4L2 devices deliver and take besides raw video: compressed formats
 * (Documentation/userspace-api/media/v4l/pixfmt-compressed.rst) and the mosaics
 * of sensors (pixfmt-bayer.rst). The one place that knows which code has which
 * caps. To us they are bytes without planes. Any thread.
 */

/**
 * gst_zc_v4l2_coded_nth:
 * @n: an index, from 0
 *
 * Walks through the table, the better code first where caps have several.
 *
 * Returns: the V4L2_PIX_FMT_* code, or 0 after the last
 */
guint32 gst_zc_v4l2_coded_nth (guint n);

/**
 * gst_zc_v4l2_coded_to_caps:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * Returns: (transfer full) (nullable): its caps, without size and rate; %NULL
 *   if it is not in the table: raw video is not
 */
GstCaps *gst_zc_v4l2_coded_to_caps (guint32 fourcc);

/**
 * gst_zc_v4l2_coded_to_decoder_caps:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * What encoders put out is gst_zc_v4l2_coded_to_caps(); decoders may ask for
 * more, since each buffer must have a whole frame.
 *
 * Returns: (transfer full) (nullable): the caps of a decoder's input, without
 *   size and rate; %NULL if it is not compressed, or not in the table
 */
GstCaps *gst_zc_v4l2_coded_to_decoder_caps (guint32 fourcc);

/**
 * gst_zc_v4l2_coded_get_codec:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * Returns: (nullable): the codec; %NULL if it is not compressed, or not in the
 *   table
 */
const GstZcV4l2Codec *gst_zc_v4l2_coded_get_codec (guint32 fourcc);

/**
 * gst_zc_v4l2_coded_is:
 * @fourcc: a V4L2_PIX_FMT_* code
 * @s: what somebody accepts
 *
 * Which code of those that a device lists: several can have the same caps.
 *
 * Returns: whether @fourcc is such
 */
gboolean gst_zc_v4l2_coded_is (guint32 fourcc, const GstStructure *s);

/**
 * gst_zc_v4l2_coded_get_bits:
 * @fourcc: a V4L2_PIX_FMT_* code
 *
 * Returns: the bits that a pixel of a mosaic takes in memory, 8 or 16; 0 if it
 *   is compressed, or not in the table
 */
guint gst_zc_v4l2_coded_get_bits (guint32 fourcc);

/**
 * gst_zc_v4l2_coded_get_stride:
 * @fourcc: a V4L2_PIX_FMT_* code
 * @width: pixels of a line
 *
 * Caps of mosaics say nothing of lines: everybody takes them to be multiples of
 * four bytes, without further padding.
 *
 * Returns: bytes from a line to the next; 0 if there are no lines
 */
guint gst_zc_v4l2_coded_get_stride (guint32 fourcc, guint width);

/**
 * gst_zc_v4l2_coded_get_room:
 * @width: pixels of a line
 * @height: lines of a picture
 *
 * Half of a picture of 12 bits a pixel: no frame that is worth coding has more.
 * Drivers have no opinion of their own as a rule: some take what is asked for,
 * even nothing, some refuse to be asked for nothing.
 *
 * Returns: bytes to ask for, for a coded frame
 */
guint32 gst_zc_v4l2_coded_get_room (guint width, guint height);

G_END_DECLS

#endif /* __GST_ZC_V4L2_CODED_H__ */
