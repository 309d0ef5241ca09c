/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_CACHE_H__
#define __GST_ZC_CACHE_H__

#include "gstzcerror.h"

G_BEGIN_DECLS

/**
 * GstZcCache:
 *
 * What a device has made of dma-bufs, framebuffers for example, by their
 * identity: memories of the same dma-buf share one entry, and the entry dies
 * with the last memory. A frame seen before is found without a system call.
 * All of it may be used from any thread.
 *
 * Since: 0.2
 */
typedef struct _GstZcCache GstZcCache;

/**
 * gst_zc_cache_new: (skip)
 * @destroy: (nullable): frees a value; called without locks held, in the thread
 *   that dropped the last memory
 *
 * Returns: (transfer full): a cache, to be freed with gst_zc_cache_free()
 *
 * Since: 0.2
 */
GST_ZC_API GstZcCache *gst_zc_cache_new (GDestroyNotify destroy);

/**
 * gst_zc_cache_free: (skip)
 * @cache: (nullable) (transfer full): a cache
 *
 * Frees the cache and all its values, though their memories live on. An entry
 * whose memory goes at this very moment in another thread is freed there, and
 * maybe after this returns.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_cache_free (GstZcCache *cache);

/**
 * gst_zc_cache_lookup: (skip)
 * @cache: a cache
 * @memory: memory of any kind
 *
 * Returns: (nullable): the value of the dma-buf, valid as long as the caller
 *   holds @memory and nobody removes it; %NULL if there is none, or @memory is
 *   no dma-buf
 *
 * Since: 0.2
 */
GST_ZC_API gpointer gst_zc_cache_lookup (GstZcCache *cache, GstMemory *memory);

/**
 * gst_zc_cache_insert: (skip)
 * @cache: a cache
 * @memory: dma-buf memory of any allocator
 * @value: (transfer full): not %NULL
 * @error: why it cannot be
 *
 * Remembers @value for the dma-buf. What was there before is freed.
 *
 * Returns: %FALSE with %GST_ZC_ERROR_NOT_DMABUF or an errno; @value is then
 *   still the caller's
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_cache_insert (
    GstZcCache *cache, GstMemory *memory, gpointer value, GError **error);

/**
 * gst_zc_cache_steal: (skip)
 * @cache: a cache
 * @memory: memory of any kind
 *
 * Forgets the entry of the dma-buf.
 *
 * Returns: (transfer full) (nullable): its value, not freed
 *
 * Since: 0.2
 */
GST_ZC_API gpointer gst_zc_cache_steal (GstZcCache *cache, GstMemory *memory);

/**
 * gst_zc_cache_get_size: (skip)
 * @cache: a cache
 *
 * Returns: how many dma-bufs it has values for
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_cache_get_size (GstZcCache *cache);

G_END_DECLS

#endif /* __GST_ZC_CACHE_H__ */
