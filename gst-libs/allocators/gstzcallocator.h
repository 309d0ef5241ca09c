/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_ALLOCATOR_H__
#define __GST_ZC_ALLOCATOR_H__

#include "gstzcheap.h"

#include <gst/allocators/allocators.h>

G_BEGIN_DECLS

#define GST_TYPE_ZC_ALLOCATOR (gst_zc_allocator_get_type ())
GST_ZC_API G_DECLARE_FINAL_TYPE (
    GstZcAllocator, gst_zc_allocator, GST, ZC_ALLOCATOR, GstDmaBufAllocator)

    /**
     * GstZcWrapFlags:
     * @GST_ZC_WRAP_NONE: the memory takes the descriptor over
     * @GST_ZC_WRAP_DONT_CLOSE: the descriptor stays the caller's, who keeps it
     * open as long as the memory lives
     *
     * What becomes of a descriptor that is wrapped.
     *
     * Since: 0.2
     */
    typedef enum { /*< flags >*/
      GST_ZC_WRAP_NONE = 0,
      GST_ZC_WRAP_DONT_CLOSE = 1 << 0,
    } GstZcWrapFlags;

GST_ZC_API GstAllocator *gst_zc_allocator_new (GstZcHeap *heap);
GST_ZC_API GstZcHeap *gst_zc_allocator_get_heap (GstZcAllocator *allocator);
GST_ZC_API GstMemory *gst_zc_allocator_alloc (
    GstZcAllocator *allocator, gsize size, GError **error);
GST_ZC_API GstMemory *gst_zc_allocator_wrap_fd (GstZcAllocator *allocator,
    gint fd, gsize size, GstZcWrapFlags flags, GError **error);
GST_ZC_API GstMemory *gst_zc_allocator_wrap (
    GstZcAllocator *allocator, GstMemory *memory, GError **error);

G_END_DECLS

#endif /* __GST_ZC_ALLOCATOR_H__ */
