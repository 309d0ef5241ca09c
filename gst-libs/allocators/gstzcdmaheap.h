/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_DMA_HEAP_H__
#define __GST_ZC_DMA_HEAP_H__

#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * gst_zc_heap_new_dma_heap: (constructor)
 * @name: the name of a heap below /dev/dma_heap
 *
 * One of the kernel's own heaps
 * (Documentation/userspace-api/dma-buf-heaps.rst). What its memory is like the
 * kernel says by the name alone:
 *
 * - names with "cma" or "contiguous", and those that begin with "reserved" or
 *   "default-pool", give contiguous memory: "default_cma_region" (since Linux
 *   6.17), "linux,cma", "reserved"
 * - names with "system" are scattered pages, those of vendors too
 * - of all others, which vendors name as they like, or after a node of the
 *   device tree, it is not known: %GST_ZC_HEAP_CONTIGUOUS is not set
 * - names with "uncached" are not cached, all others are
 * - names with "protected", "restricted" or "secure" have what neither the CPU
 *   nor an ordinary device can reach: %GST_ZC_HEAP_BY_NAME_ONLY and not
 *   %GST_ZC_HEAP_MAPPABLE
 * - "incoherent", a heap for tests, is contiguous and
 *   %GST_ZC_HEAP_BY_NAME_ONLY
 *
 * A symbolic link stands for the heap it leads to. The heap need not be there:
 * gst_zc_heap_check() tells.
 *
 * Returns: (transfer full): the heap
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_new_dma_heap (const gchar *name);

G_END_DECLS

#endif /* __GST_ZC_DMA_HEAP_H__ */
