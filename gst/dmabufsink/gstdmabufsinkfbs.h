/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_FBS_H__
#define __GST_DMABUF_SINK_FBS_H__

#include "gst-libs/kms/gstzckmscard.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSinkFbs:
 *
 * The framebuffers of a card by the dma-bufs they lie in, so that a frame
 * seen before costs no system call. A framebuffer goes with the last memory of
 * its dma-buf. Safe to use from any thread.
 */
typedef struct _GstDmabufSinkFbs GstDmabufSinkFbs;

GstDmabufSinkFbs *gst_dmabuf_sink_fbs_new (GstZcKmsCard *card);

/* Closes all framebuffers now, even if their memories live on. */
void gst_dmabuf_sink_fbs_close (GstDmabufSinkFbs *fbs);

/**
 * gst_dmabuf_sink_fbs_get:
 * @buffer: a frame
 * @info: its video, used if the buffer has no GstVideoMeta
 * @imported: (out): whether the framebuffer is new
 *
 * Returns: (nullable): the framebuffer, valid as long as the memory of
 *   @buffer; or %NULL with @error as negative errno: -EMEDIUMTYPE if the
 *   memory is no dma-buf, else why it cannot be imported, which is remembered
 *   unless it may pass
 */
struct zc_kms_fb *gst_dmabuf_sink_fbs_get (GstDmabufSinkFbs *fbs,
    GstBuffer *buffer, const GstVideoInfo *info, guint32 fourcc,
    guint64 modifier, gboolean *imported, gint *error);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_FBS_H__ */
