/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_PRIVATE_H__
#define __GST_DMABUF_SRC_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufsrcbalance.h"
#include "gstdmabufsrccamera.h"
#include "gstdmabufsrccrop.h"
#include "gstdmabufsrcerror.h"
#include "gstdmabufsrcinput.h"
#include "gstdmabufsrcreconnect.h"
#include "gstdmabufsrcstamps.h"
#include "gstdmabufsrcways.h"

#include "gst-libs/allocators/gstzccopypolicy.h"

#include <gst/base/gstpushsrc.h>
#include <stdatomic.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);

typedef struct {
  guint64 frames;
  guint64 dropped;
  guint64 broken;
  guint64 bad_stamps;
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
  GstDmabufSrcInput input;
  GstDmabufSrcCrop crop;
  GstDmabufSrcReconnect reconnect;

  /* Of the streaming thread. */
  gboolean plain_only; /* downstream takes no GstVideoMeta */
  GstDmabufSrcStamps stamps;
  GstClock *clock; /* what running times are by; a reference */
  GstClockTimeDiff base_time;

  GstBufferPool *copy_pool;

  /* From decide_allocation to stop. Written by the streaming thread under the
   * object lock, read under it by others. */
  GstDmabufSrcStream *stream;

  GThread *pausing; /* atomic: who takes it from PLAYING to PAUSED now */

  /* The object lock guards what follows. */
  gboolean flushing;  /* between unlock and unlock_stop */
  gchar *device_name; /* the properties */
  gint device_fd;     /* the application's, -1 for none */
  GstDmabufSrcIoMode io_mode;
  guint min_buffers;
  guint max_buffers;
  GstDmabufSrcOnError on_error;
  GstZcCopyPolicy copy_policy;
  guint64 copies_before; /* the stream that runs */
  gchar *refused;        /* ways that were tried before the one that is taken */
  GstStructure *controls; /* the property */
  GstDmabufSrcStats stats;
  guint n_buffers;
  GstClockTime frame_duration;
  GstClockTime min_latency; /* as it was announced */
  GstClockTime max_latency;
  guint32 buffer_flags; /* of the running queue */

  _Atomic gint64 resumed_ns; /* CLOCK_MONOTONIC: frames before it are stale */
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

/* Leaves out what follows the picture of a plain @buffer. */
void gst_dmabuf_src_trim (GstDmabufSrc *self, GstBuffer *buffer);

/* Replaces @buffer by a plain copy, and says so once. */
GstFlowReturn gst_dmabuf_src_copy (GstDmabufSrc *self, GstBuffer **buffer);
void gst_dmabuf_src_end_copies (GstDmabufSrc *self);

/* --- gstdmabufsrctime.c: times and sequence numbers --------------------- */

/* When the element starts and stops. */
void gst_dmabuf_src_reset_time (GstDmabufSrc *self);

/* The pipeline is about to run: what was captured before is stale. */
void gst_dmabuf_src_resume_time (GstDmabufSrc *self);

/* A stream was started, whose number of buffers is known. FLAGS are those of
 * its buffers (V4L2_BUF_FLAG_*), DURATION that of a frame, or
 * GST_CLOCK_TIME_NONE. Of the streaming thread, as all that follows but the
 * queries. */
void gst_dmabuf_src_start_stamps (
    GstDmabufSrc *self, __u32 flags, GstClockTime duration);

/* Tells the pipeline of its latency if that is new: for a stream that starts,
 * or has more buffers than before. */
void gst_dmabuf_src_announce_latency (GstDmabufSrc *self);

/* Captured before the pipeline (re)started, and waiting since. A frame that is
 * not is to be stamped next. */
gboolean gst_dmabuf_src_is_stale (
    GstDmabufSrc *self, const struct zc_v4l2_frame *frame);

/* Gives the buffer all that is known of its time and number, and tells of
 * frames that are missing before it. */
void gst_dmabuf_src_stamp (
    GstDmabufSrc *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame);

/* The driver's stamp, if FROM has it. */
void gst_dmabuf_src_copy_device_time (GstBuffer *to, GstBuffer *from);

/* Queries, of any thread. What buffers with such flags are stamped with:
 * "start-of-exposure", "end-of-frame" or "arrival". */
const gchar *gst_dmabuf_src_get_stamp_name (__u32 flags);
gboolean gst_dmabuf_src_answer_latency (GstDmabufSrc *self, GstQuery *query);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_PRIVATE_H__ */
