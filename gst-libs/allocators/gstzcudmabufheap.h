/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_UDMABUF_HEAP_H__
#define __GST_ZC_UDMABUF_HEAP_H__

#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * gst_zc_heap_new_udmabuf: (constructor)
 *
 * Ordinary pages of a memfd that /dev/udmabuf makes a dma-buf of
 * (drivers/dma-buf/udmabuf.c): scattered, cached, on any kernel with
 * CONFIG_UDMABUF. The memfd is sealed against shrinking, as the kernel demands,
 * is not asked for huge pages, and is closed: the dma-buf holds its pages.
 *
 * Linux 6.12 shows importers wrong pixels of larger pages. The kernel makes
 * such pages unasked where /sys/kernel/mm/transparent_hugepage/shmem_enabled is
 * "always", "within_size" or "force", of which the log warns; "advise" and
 * "never" are safe.
 *
 * One dma-buf can have so many MiB as the module's parameter size_limit_mb says
 * when the heap is made, or 64 if that cannot be read.
 *
 * Returns: (transfer full): the heap
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_new_udmabuf (void);

G_END_DECLS

#endif /* __GST_ZC_UDMABUF_HEAP_H__ */
