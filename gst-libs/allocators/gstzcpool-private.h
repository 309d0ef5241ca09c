/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_POOL_PRIVATE_H__
#define __GST_ZC_POOL_PRIVATE_H__

#include "gstzcpool.h"

/* As gst_buffer_pool_set_config(), with the reason when it fails. */
gboolean gst_zc_pool_configure (
    GstZcPool *pool, GstStructure *config, GError **error);

/* Whether the heap lays pictures out by itself: bytes alone will not do. */
gboolean gst_zc_heap_knows_pictures (GstZcHeap *heap);

#endif /* __GST_ZC_POOL_PRIVATE_H__ */
