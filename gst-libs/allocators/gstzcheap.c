/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcheap.h"

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
