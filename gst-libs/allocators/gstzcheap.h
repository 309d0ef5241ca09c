/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_HEAP_H__
#define __GST_ZC_HEAP_H__

#include "gstzcerror.h"

G_BEGIN_DECLS

/**
 * GstZcHeapFlags:
 * @GST_ZC_HEAP_DMABUF: its memory is dma-bufs, which devices can import;
 *   without it, memory for the CPU and for V4L2_MEMORY_USERPTR
 * @GST_ZC_HEAP_CONTIGUOUS: physically contiguous, for devices without IOMMU
 * @GST_ZC_HEAP_CACHED: the CPU reads it at full speed
 * @GST_ZC_HEAP_MAPPABLE: the CPU can map it
 * @GST_ZC_HEAP_SCANOUT: made for the display of the card it belongs to
 *
 * What the memory of a heap is like. What is not known is not set.
 *
 * Since: 0.2
 */
typedef enum { /*< flags >*/
  GST_ZC_HEAP_DMABUF = 1 << 0,
  GST_ZC_HEAP_CONTIGUOUS = 1 << 1,
  GST_ZC_HEAP_CACHED = 1 << 2,
  GST_ZC_HEAP_MAPPABLE = 1 << 3,
  GST_ZC_HEAP_SCANOUT = 1 << 4,
} GstZcHeapFlags;

#define GST_TYPE_ZC_HEAP (gst_zc_heap_get_type ())
GST_ZC_API
G_DECLARE_DERIVABLE_TYPE (GstZcHeap, gst_zc_heap, GST, ZC_HEAP, GObject)

/**
 * GstZcHeapClass:
 * @check: whether it can be used now; sets the error with the cause and cure
 * @export: makes a dma-buf of at least @size bytes and tells its real size
 * @alloc: makes memory that is no dma-buf; one of the two is %NULL
 *
 * Where memory comes from: a small interface so that all exporters look alike.
 * All of it may be called from any thread.
 *
 * Since: 0.2
 */
struct _GstZcHeapClass {
  GObjectClass parent_class;

  gboolean (*check) (GstZcHeap *heap, GError **error);
  gint (*export) (GstZcHeap *heap, gsize size, gsize *actual, GError **error);
  GstMemory *(*alloc) (GstZcHeap *heap, gsize size, GError **error);

  gpointer _gst_reserved[GST_PADDING];
};

GST_ZC_API const gchar *gst_zc_heap_get_name (GstZcHeap *heap);
GST_ZC_API const gchar *gst_zc_heap_get_path (GstZcHeap *heap);
GST_ZC_API GstZcHeapFlags gst_zc_heap_get_flags (GstZcHeap *heap);
GST_ZC_API gsize gst_zc_heap_get_max_size (GstZcHeap *heap);
GST_ZC_API gboolean gst_zc_heap_check (GstZcHeap *heap, GError **error);
GST_ZC_API gint gst_zc_heap_export (
    GstZcHeap *heap, gsize size, gsize *actual, GError **error);
GST_ZC_API GstMemory *gst_zc_heap_alloc (
    GstZcHeap *heap, gsize size, GError **error);

G_END_DECLS

#endif /* __GST_ZC_HEAP_H__ */
