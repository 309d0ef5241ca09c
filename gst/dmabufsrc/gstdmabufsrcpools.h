/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_POOLS_H__
#define __GST_DMABUF_SRC_POOLS_H__

#include "gstdmabufsrccamera.h"

#include "gst-libs/allocators/gstzcconstraints.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcWish:
 * @camera: whose frames they are
 * @pad: where they leave
 * @query: the answered allocation query
 * @min: buffers that downstream keeps
 * @depth: buffers that the driver should have
 * @max: how many there may be; 0 for any number
 * @size: bytes that a buffer must have at least, of downstream that offers none
 *   of its own; 0 if it does not say
 * @may_copy: somebody may copy frames
 * @constraints: (nullable): what downstream demands of a heap's memory
 *
 * What a pool is wanted for.
 */
typedef struct {
  GstDmabufSrcCamera *camera;
  GstPad *pad;
  GstQuery *query;
  guint min;
  guint depth;
  guint max;
  guint size;
  gboolean may_copy;
  const GstZcConstraints *constraints;
} GstDmabufSrcWish;

/*
 * Pools whose memory the camera can write into. Each returns an active pool
 * (transfer full), or NULL with the reason in words (transfer full). The
 * query is left as it is.
 */

/* Dma-bufs of downstream's: scanout buffers, an encoder's input. */
GstBufferPool *gst_dmabuf_src_pool_offered_dmabufs (
    const GstDmabufSrcWish *wish, gchar **reason);

/* Dma-bufs of the heap that serves best, and of one that is contiguous. */
GstBufferPool *gst_dmabuf_src_pool_heap (
    const GstDmabufSrcWish *wish, gchar **reason);
GstBufferPool *gst_dmabuf_src_pool_contiguous_heap (
    const GstDmabufSrcWish *wish, gchar **reason);

/* Plain memory of downstream's, and pages of our own. */
GstBufferPool *gst_dmabuf_src_pool_offered_pages (
    const GstDmabufSrcWish *wish, gchar **reason);
GstBufferPool *gst_dmabuf_src_pool_pages (
    const GstDmabufSrcWish *wish, gchar **reason);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_POOLS_H__ */
