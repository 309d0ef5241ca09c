/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcheap.h"

#include "gstzcallocator.h"

G_DEFINE_ABSTRACT_TYPE (GstZcHeap, gst_zc_heap, G_TYPE_OBJECT)

static void
gst_zc_heap_class_init (GstZcHeapClass *klass)
{
  (void) klass;
}

static void
gst_zc_heap_init (GstZcHeap *self)
{
  (void) self;
}

GstZcHeapFlags
gst_zc_heap_get_flags (GstZcHeap *heap)
{
  return GST_ZC_HEAP_GET_CLASS (heap)->export ? GST_ZC_HEAP_DMABUF : 0;
}

gint
gst_zc_heap_export (GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  return GST_ZC_HEAP_GET_CLASS (heap)->export (heap, size, actual, error);
}

GstMemory *
gst_zc_heap_alloc (GstZcHeap *heap, gsize size, GError **error)
{
  return GST_ZC_HEAP_GET_CLASS (heap)->alloc (heap, size, error);
}
