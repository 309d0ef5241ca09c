/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_SLOTS_H__
#define __GST_ZC_V4L2_SLOTS_H__

#include "v4l2-format.h"
#include "v4l2-queue.h"

#include "../allocators/gstzclayout.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstZcV4l2Slots:
 *
 * The buffers of a streaming queue: one slot for each vb2 index, with the
 * GstBuffer and the dma-buf memories that stand for it. A slot goes back to
 * the driver as soon as its buffer and all its memories are home, whichever
 * way they come: with the buffer, or one by one after somebody kept a memory
 * longer than the buffer.
 *
 * Reference counted, because memories that are still outside outlive the
 * stream, its queue and the element: once gst_zc_v4l2_slots_shutdown() has
 * run they are freed where they are dropped. All functions may be called from
 * any thread.
 */
typedef struct _GstZcV4l2Slots GstZcV4l2Slots;

/**
 * gst_zc_v4l2_slots_start:
 * @slots: (out) (transfer full): the running slots
 * @device: an open device with @format set; must outlive the shutdown
 * @format: what the device made of the format
 * @info: the same as GStreamer sees it
 * @layout: where the planes lie, over all memories of a buffer
 * @count: (inout): how many buffers, asked for and got
 *
 * Allocates, exports and queues the buffers and starts streaming.
 *
 * Returns: 0, or the negative errno of the step that failed: @step says which
 */
int gst_zc_v4l2_slots_start (GstZcV4l2Slots **slots,
    const struct zc_v4l2_device *device, const struct zc_v4l2_format *format,
    const GstVideoInfo *info, const GstZcLayout *layout, guint *count,
    const gchar **step);

/**
 * gst_zc_v4l2_slots_shutdown:
 *
 * Stops streaming and gives all buffers back to the kernel. When it returns
 * nothing uses the device any more. May be called more than once.
 */
void gst_zc_v4l2_slots_shutdown (GstZcV4l2Slots *slots);

void gst_zc_v4l2_slots_unref (GstZcV4l2Slots *slots);

/**
 * gst_zc_v4l2_slots_pull:
 * @buffer: (out) (transfer full): the filled buffer, without timestamps
 * @frame: (out): what the kernel says of it
 *
 * Waits for the next frame. Frames that the driver marks as broken are
 * queued again and counted in @broken.
 *
 * Returns: 0, -ECANCELED after gst_zc_v4l2_slots_cancel(), or the errno of
 *   the device
 */
int gst_zc_v4l2_slots_pull (GstZcV4l2Slots *slots, GstBuffer **buffer,
    struct zc_v4l2_frame *frame, guint *broken);

/**
 * gst_zc_v4l2_slots_put:
 * @buffer: (transfer full): a buffer from gst_zc_v4l2_slots_pull()
 *
 * Takes a buffer back, and gives it to the driver at once if nobody else
 * holds its memory.
 */
void gst_zc_v4l2_slots_put (GstZcV4l2Slots *slots, GstBuffer *buffer);

/* Makes a waiting pull return, and later ones too until resume. */
void gst_zc_v4l2_slots_cancel (GstZcV4l2Slots *slots);
void gst_zc_v4l2_slots_resume (GstZcV4l2Slots *slots);

/* The V4L2_BUF_FLAG_* of the queue: its clock, and what its stamps mean. */
__u32 gst_zc_v4l2_slots_get_flags (GstZcV4l2Slots *slots);

G_END_DECLS

#endif /* __GST_ZC_V4L2_SLOTS_H__ */
