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
 * @broken: (out): frames that the driver marked as broken, given back to it
 * @error: (out): negative errno of the device if acquiring failed, else 0
 *
 * Passed to gst_buffer_pool_acquire_buffer() to learn more than the buffer.
 */
typedef struct {
  GstBufferPoolAcquireParams parent;
  struct zc_v4l2_frame frame;
  guint broken;
  gint error;
} GstZcV4l2AcquireParams;

/**
 * gst_zc_v4l2_pool_new:
 * @device: an open device with @format set; must outlive the shutdown
 * @format: what the device made of the format
 * @info: the same as GStreamer sees it
 * @layout: where the planes lie
 *
 * A pool whose buffers the device fills: acquiring waits for the next frame,
 * dropping the last reference queues the buffer again, active is streaming.
 * The number of buffers is the minimum of the configuration.
 *
 * Returns: (transfer full): the pool
 */
GstBufferPool *gst_zc_v4l2_pool_new (const struct zc_v4l2_device *device,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    const GstZcLayout *layout);

/**
 * gst_zc_v4l2_pool_shutdown:
 *
 * Stops streaming now, whoever still holds buffers: deactivating alone waits
 * for them. They stay valid, and are freed where they are dropped.
 */
void gst_zc_v4l2_pool_shutdown (GstZcV4l2Pool *pool);

/* The V4L2_BUF_FLAG_* of the queue, 0 if it does not run. */
__u32 gst_zc_v4l2_pool_get_flags (GstZcV4l2Pool *pool);

/* How many buffers the driver gave, 0 if it does not run. */
guint gst_zc_v4l2_pool_get_count (GstZcV4l2Pool *pool);

/**
 * gst_zc_v4l2_pool_get_error:
 * @step: (out): the call that failed
 *
 * Returns: why activating failed, as negative errno
 */
gint gst_zc_v4l2_pool_get_error (GstZcV4l2Pool *pool, const gchar **step);

G_END_DECLS

#endif /* __GST_ZC_V4L2_POOL_H__ */
