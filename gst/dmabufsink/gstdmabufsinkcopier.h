/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_COPIER_H__
#define __GST_DMABUF_SINK_COPIER_H__

#include "gst-libs/allocators/gstzcallocator.h"
#include "gst-libs/kms/gstzckmscard.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSinkCopier:
 *
 * Brings frames that a display cannot scan out into memory that it can. Used
 * by one thread at a time.
 */
typedef struct {
  GstZcKmsCard *card;
  GstVideoInfo info;
  GstZcAllocator *allocator; /* wraps what is to be read */
  GstBufferPool *pool;       /* NULL until needed */

  GError *error; /* why there was no copy or memory last time */

  /* The frame that was copied last: only compared, with its time, because a
   * buffer that is used again is another frame. */
  const GstBuffer *last;
  GstClockTime last_pts;
} GstDmabufSinkCopier;

/* Starts anew for another video; @card must outlive its use. */
void gst_dmabuf_sink_copier_setup (
    GstDmabufSinkCopier *copier, GstZcKmsCard *card, const GstVideoInfo *info);
void gst_dmabuf_sink_copier_clear (GstDmabufSinkCopier *copier);

/* Returns: (transfer full) (nullable): scanout memory for a frame of the
 *   video, %NULL if there is none */
GstBuffer *gst_dmabuf_sink_copier_acquire (GstDmabufSinkCopier *copier);

/* Returns: (transfer full) (nullable): @frame in scanout memory, %NULL if it
 *   or the memory cannot be mapped */
GstBuffer *gst_dmabuf_sink_copier_copy (
    GstDmabufSinkCopier *copier, GstBuffer *frame);

/* Whether @frame is what was copied last. */
gboolean gst_dmabuf_sink_copier_did_last (
    const GstDmabufSinkCopier *copier, const GstBuffer *frame);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_COPIER_H__ */
