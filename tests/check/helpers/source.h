/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SOURCE_H
#define SOURCE_H

#include "gst-libs/allocators/zerocopy.h"

#include <gst/check/gstharness.h>

/*
 * A camera before a peer that answers the allocation query as told: whose
 * memory frames are in, and that the picture is right.
 */

#define SOURCE_SIZE ",width=640,height=480,framerate=30/1"
#define SOURCE_RAW "video/x-raw,format=BGRx" SOURCE_SIZE
#define SOURCE_DMABUF \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24" SOURCE_SIZE

/* What downstream of the source offers; source_end() takes it back. */
struct source_offer {
  GstBufferPool *pool; /* for SOURCE_RAW */
  guint min, max;
  gboolean with_meta;
  guint size;   /* without a pool: of the buffers that it needs */
  gint n_asked; /* how often it was asked for; atomic */
};
extern struct source_offer source_offer;

/* Offers a pool of frames from HEAP, MAX (0: any number) at most, and takes
 * GstVideoMeta. */
void source_offer_heap (GstZcHeap *heap, guint max);

/* A vivid camera in this io-mode, before a peer as SOURCE_OFFER says; still
 * bars, white and then yellow. More properties may follow the mode. */
GstHarness *source_play (const char *mode, const char *caps);

/* Frees it; no dma-buf may be open then. */
void source_end (GstHarness *harness);

guint64 source_get_stat (GstHarness *harness, const char *field);

/* That frames come this way, and none was copied. */
void source_assert_path (GstHarness *harness, const char *path);

/* That a way was tried and not taken, with these words in the reason. */
void source_assert_refused (
    GstHarness *harness, const char *way, const char *why);

/* That the first way that was tried worked. */
void source_assert_unrefused (GstHarness *harness);

/* White on the left of a picture of SOURCE_RAW, as the camera drew it. */
void source_assert_picture (GstBuffer *buffer);

/* Pulls frames, all good ones, and gives each back at once. */
void source_assert_frames (GstHarness *harness, guint n);

#endif
