/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_HEAP_H__
#define __GST_ZC_V4L2_HEAP_H__

#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * gst_zc_heap_new_v4l2: (constructor)
 * @device: a video node, like "/dev/video0": capture, output or mem2mem
 *
 * A video device as the maker of memory, without streaming: for memory that
 * suits this device where no dma-heap does. Each allocation opens it, makes one
 * buffer of its format as it is set now (VIDIOC_CREATE_BUFS, or VIDIOC_REQBUFS
 * where there is none, or none for that format), exports that once, and lets it
 * go; the dma-buf outlives it
 * (Documentation/userspace-api/media/v4l/vidioc-expbuf.rst).
 *
 * The buffer has at least the format's sizeimage bytes, since no driver makes
 * smaller ones; larger ones are the driver's choice. Formats must have one
 * memory plane. The device must not be in use: %GST_ZC_ERROR_BUSY. Whether the
 * memory is contiguous or cached is not known. The heap need not be there:
 * gst_zc_heap_check() tells. gst_zc_heap_list() leaves video devices alone,
 * because opening wakes some of them.
 *
 * Returns: (transfer full): the heap
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_new_v4l2 (const gchar *device);

G_END_DECLS

#endif /* __GST_ZC_V4L2_HEAP_H__ */
