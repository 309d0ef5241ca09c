/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_POOL_PRIVATE_H__
#define __GST_ZC_POOL_PRIVATE_H__

#include "gstzcpool.h"

/* What the buffers of a pool are like. */
typedef struct {
  GstZcLayout layout; /* of no planes for what is no raw video */
  gsize size;         /* bytes of a buffer */
  gsize padding;      /* and after it, where there is no layout */

  /* what DRM_IOCTL_MODE_CREATE_DUMB is asked for to get such lines */
  guint picture_width;
  guint picture_bits;
} GstZcPoolPlan;

/* What CONFIG comes to in memory of HEAP; completes CONFIG with it. */
gboolean gst_zc_pool_plan (
    GstZcPoolPlan *plan, GstZcHeap *heap, GstStructure *config, GError **error);

/* As gst_buffer_pool_set_config(), with the reason when it fails. */
gboolean gst_zc_pool_configure (
    GstZcPool *pool, GstStructure *config, GError **error);

/* Whether the heap lays pictures out by itself: bytes alone will not do. */
gboolean gst_zc_heap_knows_pictures (GstZcHeap *heap);

#endif /* __GST_ZC_POOL_PRIVATE_H__ */
