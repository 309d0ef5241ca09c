/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_POOL_H__
#define __GST_ZC_V4L2_POOL_H__

#include "gstzcv4l2slots.h"

G_BEGIN_DECLS

#define GST_TYPE_ZC_V4L2_POOL (gst_zc_v4l2_pool_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcV4l2Pool, gst_zc_v4l2_pool, GST, ZC_V4L2_POOL, GstBufferPool)

/**
 * GstZcV4l2AcquireParams:
 * @parent: what every pool takes
 * @frame: (out): what the kernel says of the buffer
 * @error: (out): negative errno of the device if acquiring failed; 1 if the
 *   device has an event instead (%GST_FLOW_CUSTOM_SUCCESS); else 0
 *
 * Passed to gst_buffer_pool_acquire_buffer() to learn more than the buffer.
 */
typedef struct {
  GstBufferPoolAcquireParams parent;
  struct zc_v4l2_frame frame;
  gint error;
} GstZcV4l2AcquireParams;

/**
 * gst_zc_v4l2_pool_new:
 * @slots: (transfer full): slots of the driver's own memory, allocated and
 *   streaming
 * @caps: what is in them
 * @size: bytes of a buffer
 * @count: how many there are at first
 *
 * A pool whose buffers the device fills: acquiring waits for the next frame,
 * dropping the last reference queues the buffer again. Frames that the driver
 * marks as broken are acquired too (V4L2_BUF_FLAG_ERROR).
 *
 * Returns: (transfer full): the pool, configured for @caps
 */
GstBufferPool *gst_zc_v4l2_pool_new (
    GstZcV4l2Slots *slots, GstCaps *caps, guint size, guint count);

/**
 * gst_zc_v4l2_pool_shutdown:
 *
 * Stops streaming now, whoever still holds buffers: deactivating alone waits
 * for them. They stay valid, and are freed where they are dropped.
 */
void gst_zc_v4l2_pool_shutdown (GstZcV4l2Pool *pool);

G_END_DECLS

#endif /* __GST_ZC_V4L2_POOL_H__ */
