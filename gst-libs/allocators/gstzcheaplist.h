/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_HEAP_LIST_H__
#define __GST_ZC_HEAP_LIST_H__

#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * gst_zc_heap_list:
 *
 * The heaps of this machine, the better ones first:
 *
 * 1. /dev/dma_heap/ by name: made for this, and able to give larger pieces
 *    than single pages
 * 2. /dev/udmabuf: ordinary pages, limited in size, swept together one by one
 * 3. the cards in /dev/dri, for their dumb buffers: drivers may make them slow
 *    to read, and they bind a card
 * 4. memory of this process, which is no dma-buf
 *
 * Those that exist but cannot be used, be it for want of permission or because
 * a card has no dumb buffers, are listed too: gst_zc_heap_check() tells why and
 * what to do. Listing opens no device, because that wakes cards and cameras;
 * what video devices can do is not known without: make their heaps by
 * gst_zc_heap_new_v4l2(). Any thread.
 *
 * Returns: (transfer full) (element-type GstZcHeap): the heaps, of which there
 *   is at least one; free with g_list_free_full() and g_object_unref()
 *
 * Since: 0.2
 */
GST_ZC_API GList *gst_zc_heap_list (void);

G_END_DECLS

#endif /* __GST_ZC_HEAP_LIST_H__ */
