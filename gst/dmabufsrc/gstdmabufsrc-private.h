/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_PRIVATE_H__
#define __GST_DMABUF_SRC_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufsrcbalance.h"
#include "gstdmabufsrccamera.h"
#include "gstdmabufsrcerror.h"
#include "gstdmabufsrcways.h"

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);

typedef struct {
  guint64 frames;
  guint64 dropped;
  guint64 broken;
  guint64 copies;
  guint64 bytes_copied;
  GstZcV4l2Counts slots; /* of streams that have ended */
} GstDmabufSrcStats;

/* What to do with frames that the driver marks as broken. */
typedef enum {
  GST_DMABUF_SRC_ON_ERROR_SKIP,
  GST_DMABUF_SRC_ON_ERROR_FLAG,
  GST_DMABUF_SRC_ON_ERROR_STOP,
} GstDmabufSrcOnError;

typedef struct _GstDmabufSrc {
  GstPushSrc parent;

  GstDmabufSrcCamera camera; /* open from READY on */
  GstDmabufSrcBalance balance;

  /* Of the streaming thread. */
  gboolean plain_only; /* downstream takes no GstVideoMeta */
  gboolean expect_any; /* the next sequence number starts anew */
  guint32 next_sequence;

  GstBufferPool *copy_pool;

  /* From decide_allocation to stop. Written by the streaming thread under the
   * object lock, read under it by others. */
  GstDmabufSrcStream *stream;

  /* The object lock guards what follows. */
  gboolean flushing;  /* between unlock and unlock_stop */
  gchar *device_name; /* the properties */
  gint device_fd;     /* the application's, -1 for none */
  GstDmabufSrcIoMode io_mode;
  guint min_buffers;
  guint max_buffers;
  GstDmabufSrcOnError on_error;
  gchar *refused; /* ways that were tried before the one that is taken */
  GstStructure *controls; /* the property */
  GstDmabufSrcStats stats;
  guint n_buffers;
  GstClockTime frame_duration;
  guint32 buffer_flags; /* of the running queue */
  gint64 resumed_ns;    /* CLOCK_MONOTONIC: frames before it are stale */
} GstDmabufSrc;

typedef struct {
  GstPushSrcClass parent;
} GstDmabufSrcClass;

#define GST_DMABUF_SRC(obj) ((GstDmabufSrc *) (obj))

/* --- gstdmabufsrcnegotiation.c: which caps ---------------------------- */

GstCaps *gst_dmabuf_src_get_caps (GstBaseSrc *src, GstCaps *filter);
GstCaps *gst_dmabuf_src_fixate (GstBaseSrc *src, GstCaps *caps);
gboolean gst_dmabuf_src_negotiate (GstBaseSrc *src);
gboolean gst_dmabuf_src_set_caps (GstBaseSrc *src, GstCaps *caps);

/* --- gstdmabufsrcallocation.c: which way, and its buffers --------------- */

/* Ends the running stream, if there is one, and sets the next. */
void gst_dmabuf_src_take_stream (
    GstDmabufSrc *self, GstDmabufSrcStream *stream);
gboolean gst_dmabuf_src_decide_allocation (GstBaseSrc *src, GstQuery *query);
void gst_dmabuf_src_set_flushing (GstDmabufSrc *self, gboolean flushing);

/* --- gstdmabufsrcframes.c: frame by frame ------------------------------ */

GstFlowReturn gst_dmabuf_src_create (GstPushSrc *src, GstBuffer **buffer);

/* --- gstdmabufsrccopy.c: for peers that need plain lines --------------- */

/* Whether @buffer lies in memory as the caps alone imply. */
gboolean gst_dmabuf_src_is_plain (GstDmabufSrc *self, GstBuffer *buffer);

/* Replaces @buffer by a plain copy, and says so once. */
GstFlowReturn gst_dmabuf_src_copy (GstDmabufSrc *self, GstBuffer **buffer);
void gst_dmabuf_src_end_copies (GstDmabufSrc *self);

/* --- gstdmabufsrcstamp.c: times and sequence numbers -------------------- */

/* Captured before the pipeline (re)started, and waiting since. */
gboolean gst_dmabuf_src_is_stale (
    GstDmabufSrc *self, const struct zc_v4l2_frame *frame);
void gst_dmabuf_src_stamp (
    GstDmabufSrc *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame);
gboolean gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_PRIVATE_H__ */
