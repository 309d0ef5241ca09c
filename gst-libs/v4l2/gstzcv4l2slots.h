/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_SLOTS_H__
#define __GST_ZC_V4L2_SLOTS_H__

#include "v4l2-format.h"
#include "v4l2-queue.h"

#include "../allocators/gstzclayout.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstZcV4l2Way:
 *
 * A way to move frames through a queue: whose memory it is, and how the kernel
 * is told. Two hand out memory of the driver's: each slot has a GstBuffer for
 * good, which goes back to the driver as soon as it and all its memories are
 * home, whichever way they come: with the buffer, or one by one after somebody
 * kept a memory longer than the buffer. Two take memory of others: a slot
 * keeps the memory it knows, so that the kernel attaches or pins it once, and
 * forgets it before that memory is freed.
 */
typedef struct _GstZcV4l2Way GstZcV4l2Way;

/* MMAP and EXPBUF: dma-bufs of the driver's memory. */
extern const GstZcV4l2Way gst_zc_v4l2_way_export;
/* MMAP: the driver's memory mapped into this process, cached by the CPU where
 * the driver can (V4L2_MEMORY_FLAG_NON_COHERENT). */
extern const GstZcV4l2Way gst_zc_v4l2_way_mmap;
/* DMABUF: dma-bufs of others. */
extern const GstZcV4l2Way gst_zc_v4l2_way_import;
/* USERPTR: pages of this process (contract of
 * Documentation/userspace-api/media/v4l/userp.rst). */
extern const GstZcV4l2Way gst_zc_v4l2_way_userptr;

/* What it is called in properties, statistics and the log. */
const gchar *gst_zc_v4l2_way_get_name (const GstZcV4l2Way *way);

/* Whether buffers come from others, by gst_zc_v4l2_slots_push(). */
gboolean gst_zc_v4l2_way_takes_buffers (const GstZcV4l2Way *way);

/**
 * GstZcV4l2Slots:
 *
 * The buffers of a queue: one slot for each vb2 index.
 *
 * Reference counted, because memories that are still outside outlive the
 * stream, its queue and the element: once gst_zc_v4l2_slots_shutdown() has
 * run they are freed where they are dropped. All functions may be called from
 * any thread; pull by one at a time, and push by one at a time.
 */
typedef struct _GstZcV4l2Slots GstZcV4l2Slots;

/**
 * GstZcV4l2Counts:
 * @slots: indices that there are
 * @queued: those that the driver has
 * @attached: how often an index was given other memory than before
 * @refused: how often more slots were wanted and not had
 * @starved: how often the driver had no buffer to fill when a frame was waited
 *   for
 */
typedef struct {
  guint slots;
  guint queued;
  guint64 attached;
  guint64 refused;
  guint64 starved;
} GstZcV4l2Counts;

/**
 * gst_zc_v4l2_slots_new:
 * @way: how frames are moved
 * @device: an open device with @format set; must outlive the shutdown
 * @type: which of its queues
 * @format: what the device made of the format
 * @info: the same as GStreamer sees it
 * @layout: where the planes lie, over all memories of a buffer; with no planes
 *   for formats that are bytes
 * @max: how many slots there may be; 0 for as many as the driver can
 *
 * Returns: (transfer full): slots without buffers
 */
GstZcV4l2Slots *gst_zc_v4l2_slots_new (const GstZcV4l2Way *way,
    const struct zc_v4l2_device *device, enum v4l2_buf_type type,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    const GstZcLayout *layout, guint max);

/**
 * gst_zc_v4l2_slots_alloc:
 * @count: (inout): how many buffers, asked for and got
 * @step: (out): the call that failed
 *
 * Gets indices from the driver. The driver's own memory is handed to it at
 * once.
 *
 * Returns: 0, or the negative errno of @step
 */
int gst_zc_v4l2_slots_alloc (
    GstZcV4l2Slots *slots, guint *count, const gchar **step);

/* Starts streaming: 0 or negative errno of VIDIOC_STREAMON. */
int gst_zc_v4l2_slots_start (GstZcV4l2Slots *slots);

/**
 * gst_zc_v4l2_slots_shutdown:
 *
 * Stops streaming and gives all buffers back to the kernel. When it returns
 * nothing uses the device any more. May be called more than once.
 */
void gst_zc_v4l2_slots_shutdown (GstZcV4l2Slots *slots);

GstZcV4l2Slots *gst_zc_v4l2_slots_ref (GstZcV4l2Slots *slots);
void gst_zc_v4l2_slots_unref (GstZcV4l2Slots *slots);

/**
 * gst_zc_v4l2_slots_push:
 * @buffer: (transfer full): with as many memories as the format has planes of
 *   memory, each as large as the driver needs, and writable if the device
 *   captures; on errors it stays the caller's
 * @stamp: (nullable): what goes with the frame, of an output queue; a zero one
 *   if NULL
 * @reason: (out): why not, in words; static
 *
 * Hands memory of others to the driver. It is bound to the slot that knows it,
 * to a new one, or in place of what was used least recently. Devices that
 * still use it are waited for: by the next pull, not here.
 *
 * Returns: 0, or a negative errno: -EMEDIUMTYPE for memory of another kind
 *   than the way takes, -EMSGSIZE for more bytes than fit, -ENOBUFS if the
 * driver has all slots, or what VIDIOC_QBUF gave
 */
int gst_zc_v4l2_slots_push (GstZcV4l2Slots *slots, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp, const gchar **reason);

/**
 * gst_zc_v4l2_slots_pull:
 * @buffer: (out) (transfer full): the filled buffer, without timestamps
 * @frame: (out): what the kernel says of it; V4L2_BUF_FLAG_ERROR included
 *
 * Waits for the next frame. Where the driver runs dry because others hold
 * its buffers, more are made if it can.
 *
 * Returns: 0, 1 if the device has an event instead, -ENOBUFS if the driver has
 *   no buffer to fill, or none to read and will not say when it has, and only
 *   the caller can push one, -ECANCELED after gst_zc_v4l2_slots_cancel(), or
 *   the errno of the device
 */
int gst_zc_v4l2_slots_pull (
    GstZcV4l2Slots *slots, GstBuffer **buffer, struct zc_v4l2_frame *frame);

/* How long a pull waits before it returns -ETIMEDOUT, in milliseconds; -1, for
 * ever, unless it is set. One that waits already is held to it once it is
 * woken. */
void gst_zc_v4l2_slots_set_timeout (GstZcV4l2Slots *slots, gint timeout_ms);

/* Has a pull that waits begin its wait anew. */
void gst_zc_v4l2_slots_wake (GstZcV4l2Slots *slots);

/**
 * gst_zc_v4l2_slots_put:
 * @buffer: (transfer full): a buffer from gst_zc_v4l2_slots_pull(), of memory
 *   of the driver's
 *
 * Takes a buffer back, and gives it to the driver at once if nobody else
 * holds or uses its memory.
 */
void gst_zc_v4l2_slots_put (GstZcV4l2Slots *slots, GstBuffer *buffer);

/* Adds a slot of the driver's own memory, while streaming too: 0 or negative
 * errno. */
int gst_zc_v4l2_slots_grow (GstZcV4l2Slots *slots);

/* Makes a waiting pull return, and later ones too until resume. */
void gst_zc_v4l2_slots_cancel (GstZcV4l2Slots *slots);
void gst_zc_v4l2_slots_resume (GstZcV4l2Slots *slots);

/* The V4L2_BUF_FLAG_* of the queue: its clock, and what its stamps mean; known
 * after alloc. */
__u32 gst_zc_v4l2_slots_get_flags (GstZcV4l2Slots *slots);

/* Whether the driver's memory was granted as memory that the CPU caches and
 * the kernel keeps coherent; known after alloc. */
gboolean gst_zc_v4l2_slots_are_cached (GstZcV4l2Slots *slots);

/* How many buffers the driver has now, or will once nobody uses them. */
guint gst_zc_v4l2_slots_get_queued (GstZcV4l2Slots *slots);

/* How many of them others still use: a pull gives them to the driver when they
 * are free. */
guint gst_zc_v4l2_slots_get_fenced (GstZcV4l2Slots *slots);

/* (transfer full) (nullable): the memory of a buffer that the driver has, in a
 * buffer of its own, to ask others what they think of such memory: not to be
 * written to, nor kept. */
GstBuffer *gst_zc_v4l2_slots_sample (GstZcV4l2Slots *slots);

void gst_zc_v4l2_slots_get_counts (
    GstZcV4l2Slots *slots, GstZcV4l2Counts *counts);

G_END_DECLS

#endif /* __GST_ZC_V4L2_SLOTS_H__ */
