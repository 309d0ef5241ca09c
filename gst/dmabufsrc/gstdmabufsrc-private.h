/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_PRIVATE_H__
#define __GST_DMABUF_SRC_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufsrccamera.h"
#include "gstdmabufsrcerror.h"

#include "gst-libs/v4l2/gstzcv4l2pool.h"

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);

typedef struct {
  guint64 frames;
  guint64 dropped;
  guint64 broken;
  guint64 copies;
  guint64 bytes_copied;
} GstDmabufSrcStats;

typedef struct {
  GstPushSrc parent;

  GstDmabufSrcCamera camera; /* open from READY on */

  /* Of the streaming thread. */
  gboolean plain_only; /* downstream takes no GstVideoMeta */
  gboolean expect_any; /* the next sequence number starts anew */
  guint32 next_sequence;

  /* From set_caps to stop. Written by the streaming thread under the object
   * lock, read under it by others. */
  GstZcV4l2Pool *pool;

  /* The object lock guards what follows. */
  gboolean flushing;  /* between unlock and unlock_stop */
  gchar *device_path; /* the property */
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

/* --- gstdmabufsrcstream.c: buffers and frames -------------------------- */

/* Ends the running stream, if there is one, and sets the next. */
void gst_dmabuf_src_take_pool (GstDmabufSrc *self, GstZcV4l2Pool *pool);
gboolean gst_dmabuf_src_decide_allocation (GstBaseSrc *src, GstQuery *query);
GstFlowReturn gst_dmabuf_src_create (GstPushSrc *src, GstBuffer **buffer);
void gst_dmabuf_src_set_flushing (GstDmabufSrc *self, gboolean flushing);

/* --- gstdmabufsrcstamp.c: times and sequence numbers -------------------- */

/* Captured before the pipeline (re)started, and waiting since. */
gboolean gst_dmabuf_src_is_stale (
    GstDmabufSrc *self, const struct zc_v4l2_frame *frame);
void gst_dmabuf_src_stamp (
    GstDmabufSrc *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame);
gboolean gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_PRIVATE_H__ */
