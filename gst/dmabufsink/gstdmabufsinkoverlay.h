/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_OVERLAY_H__
#define __GST_DMABUF_SINK_OVERLAY_H__

#include "gst-libs/allocators/gstzcallocator.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* On its way back, on the screen, in the flip that is under way, two that wait
 * for the next, and the one that is drawn. They are made when they are needed.
 */
#define GST_DMABUF_SINK_OVERLAY_BUFFERS 6

/**
 * GstDmabufSinkOverlay:
 * @buffer: (nullable): the text in scanout memory, DRM_FORMAT_ARGB8888 with
 *   premultiplied alpha; %NULL if there is nothing to show
 * @rectangle: the part of the video that it lies over, in pixels of the video
 *   (of its crop). Its pixels are as large, from the top left corner of @buffer
 *   on; what else is in @buffer is undefined
 * @info: the whole of @buffer
 * @error: (nullable): why there is no picture, after a failure
 * @drawn: how many pictures were drawn, of all videos
 *
 * Subtitles and other text of frames (GstVideoOverlayCompositionMeta), as a
 * picture for a plane of its own. All rectangles of a frame are merged into
 * one: there are few planes, and mostly there are one or two rectangles, close
 * to each other. It has the size of what they cover, not of the video.
 *
 * Used by one thread at a time, the one that shows frames. Who shows @buffer
 * holds a reference until it is off the screen, and may drop it in any thread:
 * only buffers that nobody holds are drawn into.
 */
typedef struct {
  GstBuffer *buffer;
  GstVideoRectangle rectangle;
  GstVideoInfo info;
  GError *error;
  guint64 drawn;

  /*< private >*/
  GstZcHeap *heap;
  GstBufferPool *pool; /* NULL until needed */
  gint width, height;  /* of the video */
  GPtrArray *shown;    /* compositions; held, they cannot be changed */
  gboolean again;      /* whether to try the same again after a failure */
} GstDmabufSinkOverlay;

/**
 * gst_dmabuf_sink_overlay_setup:
 * @overlay: zeros, or set up before
 * @heap: (nullable): memory that the display can scan out, %NULL if there is
 *   none
 * @width: of the video: its caps, which is its crop
 * @height: likewise
 *
 * Starts anew for another video.
 */
void gst_dmabuf_sink_overlay_setup (
    GstDmabufSinkOverlay *overlay, GstZcHeap *heap, gint width, gint height);

/* Frees what it has. Buffers that are shown stay valid. */
void gst_dmabuf_sink_overlay_clear (GstDmabufSinkOverlay *overlay);

/**
 * gst_dmabuf_sink_overlay_update:
 * @overlay: set up
 * @frame: the frame that is to be shown
 *
 * Makes @buffer and @rectangle what belongs to @frame. Nothing is drawn while
 * the text stays: that is known by sequence numbers, one comparison for each
 * GstVideoOverlayCompositionMeta. New text may allocate.
 *
 * Returns: %FALSE if there is no memory or all buffers are shown, with @error
 *   set: the text is to be blended by the CPU. The same text is tried again
 *   only in the second case (%GST_ZC_ERROR_BUSY)
 */
gboolean gst_dmabuf_sink_overlay_update (
    GstDmabufSinkOverlay *overlay, GstBuffer *frame);

/**
 * gst_dmabuf_sink_overlay_blend:
 * @allocator: maps dma-bufs
 * @frame: what the text is taken from
 * @target: the picture to draw it into, writable, of the size of the video: a
 *   copy of @frame, which others may read
 * @info: the video
 * @bytes: (out): how many bytes of @target were touched, each of them read and
 *   written
 * @error: why @target has not all of the text
 *
 * The other way: by the CPU, into the picture. The pixels are those of
 * gst_video_overlay_composition_blend(), which scales text for each frame anew,
 * and forgets there that it is premultiplied. Any thread.
 *
 * Returns: whether it was drawn; also if there is none, in 0 bytes
 */
gboolean gst_dmabuf_sink_overlay_blend (GstZcAllocator *allocator,
    GstBuffer *frame, GstBuffer *target, const GstVideoInfo *info,
    guint64 *bytes, GError **error);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_OVERLAY_H__ */
