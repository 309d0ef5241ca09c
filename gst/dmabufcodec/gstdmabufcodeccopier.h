/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_COPIER_H__
#define __GST_DMABUF_CODEC_COPIER_H__

#include "gst-libs/allocators/zerocopy.h"
#include "gst-libs/v4l2/v4l2-format.h"

G_BEGIN_DECLS

/**
 * GstDmabufCodecCopier:
 *
 * Brings frames that a device cannot read where they are into memory that it
 * can. Used by one thread at a time; any may ask for what was copied.
 */
typedef struct {
  /*< private >*/
  GstVideoInfo info;
  GstZcAllocator *allocator; /* wraps what is to be read */
  GstBufferPool *pool;       /* NULL until the start */
  GError *error;             /* why there is no pool */

  GMutex lock; /* guards what follows; nothing is done under it */
  guint64 copies;
  guint64 bytes;
} GstDmabufCodecCopier;

void gst_dmabuf_codec_copier_init (GstDmabufCodecCopier *copier);
void gst_dmabuf_codec_copier_clear (GstDmabufCodecCopier *copier);

/* From now on copies are of @heap, laid out as @layout and @format of the
 * device say. */
void gst_dmabuf_codec_copier_start (GstDmabufCodecCopier *copier,
    GstZcHeap *heap, const GstZcLayout *layout,
    const struct zc_v4l2_format *format, const GstVideoInfo *info);
void gst_dmabuf_codec_copier_stop (GstDmabufCodecCopier *copier);

/* (transfer full) (nullable): @frame in such memory; %NULL with @error. */
GstBuffer *gst_dmabuf_codec_copier_copy (
    GstDmabufCodecCopier *copier, GstBuffer *frame, GError **error);

gboolean gst_dmabuf_codec_copier_is_started (
    const GstDmabufCodecCopier *copier);

/* Counts begin anew. Any thread. */
void gst_dmabuf_codec_copier_reset_stats (GstDmabufCodecCopier *copier);

/* Adds "copies" (frames) and "bytes-copied" to @stats. Any thread. */
void gst_dmabuf_codec_copier_get_stats (
    GstDmabufCodecCopier *copier, GstStructure *stats);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_COPIER_H__ */
