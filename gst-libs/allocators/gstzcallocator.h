/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_ALLOCATOR_H__
#define __GST_ZC_ALLOCATOR_H__

#include "gstzcheap.h"

#include <gst/allocators/allocators.h>

G_BEGIN_DECLS

#define GST_TYPE_ZC_ALLOCATOR (gst_zc_allocator_get_type ())

/**
 * GstZcAllocator:
 *
 * Makes dma-buf memory that every element takes for a #GstDmaBufAllocator's,
 * with CPU access that is right: one mapping for each dma-buf that stays until
 * the last memory of it goes; DMA_BUF_IOCTL_SYNC around all users together,
 * whatever their order; an access that the exporter refuses fails the map;
 * fences are waited for with a timeout. See gst_zc_memory_begin_access().
 *
 * Asking for fences is a system call. Memory that was wrapped asks each time,
 * unless it was with %GST_ZC_WRAP_UNFENCED; of that, and of memory from a heap,
 * the first accesses ask, and all from when a fence was met. After them a map
 * and its unmap are the two calls of the bracket. A fence that then still comes
 * without gst_zc_memory_import_fence() is waited for by START, without timeout.
 *
 * Parts made by gst_memory_share() use the mapping of the whole, and are
 * read-only. Copies are made in the allocator's heap if it has one.
 *
 * An unmap of another address, or memory that is freed while mapped, is a
 * critical warning and a leak: nothing is unmapped under its user. All of it
 * may be used from any thread.
 *
 * Since: 0.2
 */
GST_ZC_API
G_DECLARE_FINAL_TYPE (
    GstZcAllocator, gst_zc_allocator, GST, ZC_ALLOCATOR, GstDmaBufAllocator)

/**
 * GstZcAllocator:heap:
 *
 * Where memory is allocated; %NULL (the default): it wraps only.
 *
 * Since: 0.2
 */

/**
 * GstZcAllocator:fence-timeout:
 *
 * How long mapping waits for devices that still use the memory, in nanoseconds:
 * %GST_ZC_DEFAULT_TIMEOUT by default, %GST_CLOCK_TIME_NONE for ever.
 *
 * Since: 0.2
 */

/**
 * GstZcWrapFlags:
 * @GST_ZC_WRAP_NONE: the memory takes the descriptor over
 * @GST_ZC_WRAP_DONT_CLOSE: the descriptor stays the caller's, who keeps it open
 *   as long as the memory lives
 * @GST_ZC_WRAP_UNFENCED: devices that write into it attach no fences (V4L2 does
 *   not, GPUs do), so that access by the CPU need not ask for them each time.
 *   The first accesses ask all the same, and all from when a fence was met;
 *   those of gst_zc_memory_import_fence() are known anyway
 *
 * How a descriptor is wrapped.
 *
 * Since: 0.2
 */
typedef enum { /*< flags >*/
  GST_ZC_WRAP_NONE = 0,
  GST_ZC_WRAP_DONT_CLOSE = 1 << 0,
  GST_ZC_WRAP_UNFENCED = 1 << 1,
} GstZcWrapFlags;

#define GST_TYPE_ZC_WRAP_FLAGS (gst_zc_wrap_flags_get_type ())
GST_ZC_API GType gst_zc_wrap_flags_get_type (void);

/**
 * gst_zc_allocator_new:
 * @heap: (nullable): where gst_zc_allocator_alloc() takes memory from; %NULL to
 *   wrap only
 *
 * Returns: (transfer full): an allocator
 *
 * Since: 0.2
 */
GST_ZC_API GstAllocator *gst_zc_allocator_new (GstZcHeap *heap);

/**
 * gst_zc_allocator_get_heap:
 * @allocator: an allocator
 *
 * Returns: (transfer none) (nullable): its heap
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_allocator_get_heap (GstZcAllocator *allocator);

/**
 * gst_zc_allocator_alloc:
 * @allocator: an allocator with a heap
 * @size: in bytes, more than 0
 * @error: why there is none
 *
 * What gst_allocator_alloc() does, with a reason when it fails. The memory has
 * @size bytes; its maximum is what the heap gave, whole pages.
 *
 * Returns: (transfer full) (nullable): memory of the heap; its content is the
 *   heap's (zero, for those of the kernel); %GST_ZC_ERROR_NOT_SUPPORTED without
 *   heap, otherwise the error of gst_zc_heap_export()
 *
 * Since: 0.2
 */
GST_ZC_API GstMemory *gst_zc_allocator_alloc (
    GstZcAllocator *allocator, gsize size, GError **error);

/**
 * gst_zc_allocator_wrap_fd:
 * @allocator: an allocator, with a heap or without
 * @fd: a dma-buf
 * @size: in bytes, no more than it has; 0 for all of it
 * @flags: how it is wrapped
 * @error: why it cannot be
 *
 * Returns: (transfer full) (nullable): memory of the dma-buf; or %NULL with
 *   @fd still the caller's: %GST_ZC_ERROR_NOT_DMABUF,
 *   %GST_ZC_ERROR_TOO_LARGE, or the errno of fstatfs(), fstat() or lseek()
 *
 * Since: 0.2
 */
GST_ZC_API GstMemory *gst_zc_allocator_wrap_fd (GstZcAllocator *allocator,
    gint fd, gsize size, GstZcWrapFlags flags, GError **error);

/**
 * gst_zc_allocator_wrap:
 * @allocator: an allocator, with a heap or without
 * @memory: (transfer none): dma-buf memory of any allocator
 * @error: why it cannot be wrapped
 *
 * Gives dma-buf memory of another element the CPU access of this allocator:
 * the same bytes, offset and size, the descriptor of @memory, which is kept.
 *
 * Returns: (transfer full) (nullable): memory of this kind; @memory itself if
 *   it is one already; %NULL with an error as gst_zc_allocator_wrap_fd()
 *
 * Since: 0.2
 */
GST_ZC_API GstMemory *gst_zc_allocator_wrap (
    GstZcAllocator *allocator, GstMemory *memory, GError **error);

/**
 * gst_zc_allocator_wrap_buffer:
 * @allocator: an allocator, with a heap or without
 * @buffer: (transfer none): a buffer
 * @error: why it cannot be wrapped
 *
 * A buffer with the same content, flags, times and metas as @buffer, which it
 * keeps, and each dma-buf wrapped as by gst_zc_allocator_wrap(), so that
 * gst_video_frame_map() and others have correct CPU access to frames from any
 * element. Other memory is shared as it is.
 *
 * Returns: (transfer full) (nullable): the buffer; @buffer itself if nothing in
 *   it needs wrapping; %NULL with an error as gst_zc_allocator_wrap_fd()
 *
 * Since: 0.2
 */
GST_ZC_API GstBuffer *gst_zc_allocator_wrap_buffer (
    GstZcAllocator *allocator, GstBuffer *buffer, GError **error);

/**
 * gst_zc_is_memory:
 * @memory: any memory
 *
 * Returns: whether @memory is of a #GstZcAllocator
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_is_memory (GstMemory *memory);

G_END_DECLS

#endif /* __GST_ZC_ALLOCATOR_H__ */
