/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_ANNOUNCE_H__
#define __GST_DMABUF_CODEC_ANNOUNCE_H__

#include "gstdmabufcodec.h"

G_BEGIN_DECLS

/**
 * gst_dmabuf_codec_announce:
 * @caps: what the device makes
 * @copied: (nullable): why the element copies it; %NULL if it does not
 *
 * When CAPTURE has started: asks downstream whether it can take what the device
 * makes where it is, and says how frames leave (GST_ZC_MESSAGE_NAME). Only the
 * thread that started it.
 *
 * Returns: %FALSE if somebody would have to copy it and that is forbidden, with
 *   an error message
 */
gboolean gst_dmabuf_codec_announce (
    GstDmabufCodec *codec, GstCaps *caps, const gchar *copied);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_ANNOUNCE_H__ */
