/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_CONTROLS_H__
#define __GST_DMABUF_SRC_CONTROLS_H__

#include "gstdmabufsrc-private.h"

G_BEGIN_DECLS

/*
 * The properties "controls" and "device-controls". From any thread, without a
 * lock; what cannot be set becomes a warning message, which names what can.
 */

/* Remembers @controls (may be %NULL), and sets them if the device is open. */
void gst_dmabuf_src_set_controls (
    GstDmabufSrc *self, const GstStructure *controls);

/* Sets what is remembered; whoever opens the device calls it afterwards. */
void gst_dmabuf_src_apply_controls (GstDmabufSrc *self);

/* As gst_zc_v4l2_controls_describe(); %NULL while the device is closed. */
GstStructure *gst_dmabuf_src_describe_controls (GstDmabufSrc *self);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_CONTROLS_H__ */
