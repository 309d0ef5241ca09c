/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_USER_HEAP_H__
#define __GST_ZC_USER_HEAP_H__

#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * GstZcUserMemory:
 * @GST_ZC_USER_MEMORY_ANONYMOUS: pages of this process alone
 * @GST_ZC_USER_MEMORY_MEMFD: pages of a memfd, whose descriptor can be passed
 *   on (gst_is_fd_memory()); mapped for reading and writing all its life
 * @GST_ZC_USER_MEMORY_HUGEPAGES: of 2 MiB, for fewer TLB misses: reserved ones
 *   (hugetlb) if there are enough, otherwise transparent ones if the kernel
 *   has any, otherwise ordinary ones; which is said in the log
 *
 * What user memory is made of.
 *
 * Since: 0.2
 */
typedef enum { /*< flags >*/
  GST_ZC_USER_MEMORY_ANONYMOUS = 0,
  GST_ZC_USER_MEMORY_MEMFD = 1 << 0,
  GST_ZC_USER_MEMORY_HUGEPAGES = 1 << 1,
} GstZcUserMemory;

#define GST_TYPE_ZC_USER_MEMORY (gst_zc_user_memory_get_type ())
GST_ZC_API GType gst_zc_user_memory_get_type (void);

/**
 * gst_zc_heap_new_user: (constructor)
 * @memory: what to make it of
 *
 * Memory of this process for V4L2_MEMORY_USERPTR
 * (Documentation/userspace-api/media/v4l/userp.rst): anonymous pages and memfds
 * are what the kernel pins for devices, whereas it refuses most mappings of
 * dma-bufs (EFAULT). Memory begins at a page and is whole pages long (maxsize),
 * so that nothing else shares pages or cache lines with what a device writes.
 * It is scattered: a device without IOMMU refuses it. Made by
 * gst_zc_heap_alloc() only, with the size that was asked for.
 *
 * Returns: (transfer full): the heap
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_new_user (GstZcUserMemory memory);

G_END_DECLS

#endif /* __GST_ZC_USER_HEAP_H__ */
