/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_INPUT_PRIVATE_H__
#define __GST_DMABUF_CODEC_INPUT_PRIVATE_H__

/* What the files of the OUTPUT queue share: how frames lie in memory, in
 * gstdmabufcodecinputlayout.c. For the thread that pushes. */

#include "gstdmabufcodecinput.h"

G_BEGIN_DECLS

gboolean gst_dmabuf_codec_input_is_coded (const GstDmabufCodecInput *self);

/**
 * gst_dmabuf_codec_input_set_format:
 * @wish: what to ask the device for; it must have no buffers
 *
 * Returns: 0, or negative errno: either way @self has what is in force
 */
gint gst_dmabuf_codec_input_set_format (
    GstDmabufCodecInput *self, const struct zc_v4l2_format *wish);

/**
 * gst_dmabuf_codec_input_fault_of_layout:
 * @buffer: the first frame, in whose way the device is asked to read frames
 *
 * Returns: (transfer full) (nullable): %NULL if it does, or why not
 */
gchar *gst_dmabuf_codec_input_fault_of_layout (
    GstDmabufCodecInput *self, GstBuffer *buffer);

/* What is wrong with the memory of a frame for a way, whatever its layout:
 * static; %NULL if nothing is. */
const gchar *gst_dmabuf_codec_input_fault_of_memory (
    const GstZcV4l2Way *way, GstBuffer *buffer);

/* Whether a frame lies as the device reads it now, without asking anybody. */
gboolean gst_dmabuf_codec_input_lies_well (
    const GstDmabufCodecInput *self, GstBuffer *buffer);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_INPUT_PRIVATE_H__ */
