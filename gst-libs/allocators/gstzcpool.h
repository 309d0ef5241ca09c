/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_POOL_H__
#define __GST_ZC_POOL_H__

#include "gstzcconstraints.h"
#include "gstzcheap.h"
#include "gstzclayout.h"

G_BEGIN_DECLS

#define GST_TYPE_ZC_POOL (gst_zc_pool_get_type ())

/**
 * GstZcPool:
 *
 * A pool of frames in memory of a #GstZcHeap, for any element or application.
 *
 * Raw video is laid out as the constraints in the configuration, the option
 * %GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT and the heap's driver together
 * demand, and each buffer has a #GstVideoMeta that says how; all planes in one
 * memory, or each in its own if the constraints say so. The configuration is
 * completed with the size and padding that came out. Other caps are so many
 * bytes.
 *
 * A buffer that comes back is given out again once the fences of displays and
 * GPUs that still use it are signalled. Acquiring waits for them, until
 * #GstZcPool:fence-timeout has passed (an error) or the pool is flushed;
 * %GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT does not wait (%GST_FLOW_EOS).
 *
 * Buffers that are outside when the pool is deactivated stay valid; they are
 * freed when they are dropped. For other caps meanwhile make another pool:
 * GstBufferPool cannot be configured while buffers are outside.
 *
 * Threads are those of #GstBufferPool.
 *
 * Since: 0.2
 */
GST_ZC_API
G_DECLARE_FINAL_TYPE (GstZcPool, gst_zc_pool, GST, ZC_POOL, GstBufferPool)

/**
 * GstZcPool:heap:
 *
 * Where its memory comes from.
 *
 * Since: 0.2
 */

/**
 * GstZcPool:fence-timeout:
 *
 * How long acquiring a buffer waits for devices that still use it, in
 * nanoseconds: %GST_ZC_DEFAULT_TIMEOUT by default, %GST_CLOCK_TIME_NONE for
 * ever.
 *
 * Since: 0.2
 */

/**
 * gst_zc_pool_new:
 * @heap: where memory comes from
 *
 * Returns: (transfer full): a pool, to be configured
 *
 * Since: 0.2
 */
GST_ZC_API GstBufferPool *gst_zc_pool_new (GstZcHeap *heap);

/**
 * gst_zc_pool_new_for_caps:
 * @heap: where memory comes from
 * @caps: fixed raw video
 * @constraints: (nullable): the demands of all who will use the memory, merged
 * @min: buffers to have from the start
 * @max: how many there may be; 0 for as many as are needed
 * @error: why there is no such pool
 *
 * For those who understand #GstVideoMeta.
 *
 * Returns: (transfer full) (nullable): a pool, configured and not yet active;
 *   %NULL if the heap or its driver cannot do what is demanded
 *
 * Since: 0.2
 */
GST_ZC_API GstBufferPool *gst_zc_pool_new_for_caps (GstZcHeap *heap,
    GstCaps *caps, const GstZcConstraints *constraints, guint min, guint max,
    GError **error);

/**
 * gst_zc_pool_config_set_constraints:
 * @config: a configuration of the pool, from gst_buffer_pool_get_config()
 * @constraints: (nullable): the demands of all who will use the memory, merged;
 *   %NULL for none
 *
 * What frames must be like, to be set with gst_buffer_pool_set_config(), which
 * fails (and logs why) if it cannot be.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_pool_config_set_constraints (
    GstStructure *config, const GstZcConstraints *constraints);

/**
 * gst_zc_pool_config_get_constraints:
 * @config: a configuration of the pool
 * @constraints: (out caller-allocates): what frames must be like
 *
 * Returns: %FALSE, with no demands, if there are none
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_pool_config_get_constraints (
    const GstStructure *config, GstZcConstraints *constraints);

/**
 * gst_zc_pool_get_heap:
 * @pool: a pool
 *
 * Returns: (transfer none): where its memory comes from
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_pool_get_heap (GstZcPool *pool);

/**
 * gst_zc_pool_steal_error:
 * @pool: a pool
 *
 * What gst_buffer_pool_set_active() and gst_buffer_pool_acquire_buffer() have
 * no words for: why the last buffer could not be had. It is told once, and in
 * the log (zcpool). Safe from any thread.
 *
 * Returns: (transfer full) (nullable): the error of the heap or of waiting for
 *   fences; %NULL if nothing failed since the last question
 *
 * Since: 0.2
 */
GST_ZC_API GError *gst_zc_pool_steal_error (GstZcPool *pool);

/**
 * gst_zc_pool_get_layout:
 * @pool: a pool
 * @layout: (out caller-allocates): how its frames lie in memory
 *
 * Returns: %FALSE if it is not configured for raw video
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_pool_get_layout (
    GstZcPool *pool, GstZcLayout *layout);

/**
 * gst_zc_pool_propose:
 * @query: an allocation query, in GstBaseSinkClass.propose_allocation() or its
 *   like
 * @heap: where the memory should come from
 * @constraints: (nullable): what the caller's device demands
 * @min: how many buffers the caller keeps
 * @max: how many there may be; 0 for as many as are needed
 * @error: why nothing is offered: the query's caps are fixed to nothing, or the
 *   demands cannot be met
 *
 * The consumer's answer: a pool over @heap if one is asked for, how many
 * buffers, an allocator of the heap, and that GstVideoMeta is understood.
 *
 * Returns: %FALSE with the query left alone
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_pool_propose (GstQuery *query, GstZcHeap *heap,
    const GstZcConstraints *constraints, guint min, guint max, GError **error);

/**
 * gst_zc_pool_decide:
 * @query: an allocation query that was answered, in
 *   GstBaseSrcClass.decide_allocation() or its like
 * @heap: (nullable): where memory comes from if downstream offers none; %NULL
 *   to take an offer or nothing (%GST_ZC_ERROR_NOT_FOUND)
 * @constraints: (nullable): what the caller's device demands
 * @min: how many buffers the caller keeps
 * @error: why there is no pool
 *
 * The producer's decision: the first pool that downstream offered, that takes
 * the caller's demands on top of downstream's, and that gives dma-bufs (tried
 * with a real buffer); else one over @heap. It is configured for the caps and
 * with the buffers both sides keep. Without GstVideoMeta downstream, frames are
 * laid out as the caps imply, or it is an error. The pool and its size are
 * written into @query, which is what the base classes use. The log (zcpool)
 * says why an offer was not taken.
 *
 * Returns: (transfer full) (nullable): the pool, configured and not yet active
 *
 * Since: 0.2
 */
GST_ZC_API GstBufferPool *gst_zc_pool_decide (GstQuery *query, GstZcHeap *heap,
    const GstZcConstraints *constraints, guint min, GError **error);

G_END_DECLS

#endif /* __GST_ZC_POOL_H__ */
