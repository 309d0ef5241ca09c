/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_STREAM_H__
#define __GST_DMABUF_SRC_STREAM_H__

#include "gst-libs/v4l2/gstzcv4l2pool.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcStream:
 * @way: how frames move
 * @path: what that is called in the statistics; static
 * @slots: the buffers of the driver's queue
 * @pool: where buffers come from: the driver's own, or whose memory it fills
 * @is_theirs: whether the pool is downstream's
 *
 * A camera that streams, from when its way was found until it is shut down.
 * Reference counted; what is above does not change. One thread pulls, any may
 * do the rest.
 */
typedef struct {
  const GstZcV4l2Way *way;
  const gchar *path;
  GstZcV4l2Slots *slots;
  GstBufferPool *pool;
  gboolean is_theirs;

  /*< private >*/
  guint depth;
  GPtrArray *aside; /* buffers that the driver refused; of who pulls */
  gint left_out;    /* atomic: how many those are */
} GstDmabufSrcStream;

/* @slots and @pool are taken over. @depth is for ways that take buffers: how
 * many the driver should have. */
GstDmabufSrcStream *gst_dmabuf_src_stream_new (const GstZcV4l2Way *way,
    const gchar *path, GstZcV4l2Slots *slots, GstBufferPool *pool,
    gboolean is_theirs, guint depth);
GstDmabufSrcStream *gst_dmabuf_src_stream_ref (GstDmabufSrcStream *stream);
void gst_dmabuf_src_stream_unref (GstDmabufSrcStream *stream);

/* When it returns nothing uses the device any more. */
void gst_dmabuf_src_stream_shutdown (GstDmabufSrcStream *stream);

/* Makes a pull return with -ECANCELED, now and until it is told otherwise. */
void gst_dmabuf_src_stream_set_flushing (
    GstDmabufSrcStream *stream, gboolean flushing);

/**
 * gst_dmabuf_src_stream_pull:
 * @buffer: (out) (transfer full): the frame, which may be marked as broken
 * @frame: (out): what the kernel says of it
 * @step: (out): the call that failed
 *
 * Gives the driver all buffers that can be had, and waits for the next frame.
 *
 * Returns: 0, 1 if the device has an event instead, -ECANCELED while flushing,
 *   or a negative errno
 */
gint gst_dmabuf_src_stream_pull (GstDmabufSrcStream *stream, GstBuffer **buffer,
    struct zc_v4l2_frame *frame, const gchar **step);

/* Buffers of the pool that the driver refused, and that are not used again. */
guint gst_dmabuf_src_stream_get_left_out (GstDmabufSrcStream *stream);

/* Another @count buffers, where they are the driver's own. */
void gst_dmabuf_src_stream_grow (GstDmabufSrcStream *stream, guint count);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_STREAM_H__ */
