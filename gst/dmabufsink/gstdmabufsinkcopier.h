/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_COPIER_H__
#define __GST_DMABUF_SINK_COPIER_H__

#include "gst-libs/allocators/gstzcallocator.h"
#include "gst-libs/kms/gstzckmscard.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSinkCopier:
 * @info: the video that is copied: what its memory holds, which may be more
 *   than is to be seen
 * @allocator: wraps what is to be read
 * @error: (nullable): why there was no copy or memory last time
 *
 * Brings frames that a display cannot scan out into memory that it can. Used
 * by one thread at a time; any may interrupt it.
 */
typedef struct {
  GstZcKmsCard *card;
  GstVideoInfo info;
  GstZcAllocator *allocator;
  GError *error;

  /*< private >*/
  GstVideoInfo
      caps;    /* of the stream, which INFO is unless a frame holds more */
  GMutex lock; /* guards what follows; nothing is done under it but to
                * interrupt the pool */
  GstBufferPool *pool; /* NULL until needed */
  gboolean flushing;

  /* The frame that was copied last: only compared, with its time, because a
   * buffer that is used again is another frame. */
  const GstBuffer *last;
  GstClockTime last_pts;
} GstDmabufSinkCopier;

void gst_dmabuf_sink_copier_init (GstDmabufSinkCopier *copier);
void gst_dmabuf_sink_copier_finish (GstDmabufSinkCopier *copier);

/* While flushing, there is no memory, and whoever waits for some returns. Any
 * thread. */
void gst_dmabuf_sink_copier_set_flushing (
    GstDmabufSinkCopier *copier, gboolean flushing);
gboolean gst_dmabuf_sink_copier_is_flushing (GstDmabufSinkCopier *copier);

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
