/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_STAMPS_H__
#define __GST_DMABUF_SRC_STAMPS_H__

#include "gst-libs/v4l2/v4l2-queue.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstDmabufSrcStamps:
 *
 * What a driver says of each frame's time and number, judged and made into a
 * running time and a gap. Each frame is judged by itself: one bad stamp costs
 * that frame its exact time and nothing else.
 *
 * The time of a frame is when its capture began, whichever end of it the
 * driver stamps: so a frame's PTS and duration enclose what it shows, and
 * devices that stamp the start (SOE) and the end (EOF) agree. Hence every
 * frame is one duration old when it is whole.
 *
 * The kernel's flags alone tell the clock of a stamp (videodev2.h,
 * V4L2_BUF_FLAG_TIMESTAMP_MASK): MONOTONIC is CLOCK_MONOTONIC; UNKNOWN and
 * COPY say nothing, and the frame is taken to end when it arrives.
 *
 * A stamp of CLOCK_MONOTONIC is believed if it is newer than the last that was
 * believed, and at most one duration ahead: some drivers stamp the end of the
 * frame when it begins. Else the frame is placed one duration after its
 * predecessor, or where it arrives if that comes first or the predecessor had
 * no good stamp either.
 *
 * All times are in nanoseconds, those called _ns of CLOCK_MONOTONIC. One
 * thread at a time; no memory, no locks, no errors. To be zeroed, and then
 * told of a stream by gst_dmabuf_src_stamps_start().
 */
typedef struct {
  GstClockTime duration; /* of a frame, 0 if not known */

  gint64 newest_ns;   /* the last stamp that was believed */
  gint64 captured_ns; /* when the last frame began */
  gboolean steady;    /* the last frame had a good stamp */

  guint32 next;     /* the sequence number that is expected */
  guint64 number;   /* the last one, without its wrap */
  gboolean fresh;   /* no number is expected */
  gboolean forgive; /* what is missing is not lost */

  GstClockTime running_time; /* of the last frame */
  gboolean running;          /* there was one */
} GstDmabufSrcStamps;

typedef enum {
  GST_DMABUF_SRC_STAMP_GOOD,    /* the driver's */
  GST_DMABUF_SRC_STAMP_ARRIVAL, /* the driver has none */
  GST_DMABUF_SRC_STAMP_BAD,     /* the driver's is not believed */
} GstDmabufSrcStampKind;

/**
 * GstDmabufSrcStamp:
 * @kind: where @captured_ns comes from
 * @captured_ns: when the capture of the frame began; never in the future
 * @number: the driver's sequence number; goes on where that wraps
 * @lost: how many frames are missing before this one
 * @discont: it may not follow upon the frame before
 */
typedef struct {
  GstDmabufSrcStampKind kind;
  gint64 captured_ns;
  guint64 number;
  guint32 lost;
  gboolean discont;
} GstDmabufSrcStamp;

/**
 * gst_dmabuf_src_stamps_start:
 * @duration: of a frame, or GST_CLOCK_TIME_NONE
 * @now_ns: when the stream started, to a second
 *
 * A stream begins: sequence numbers start anew. Running times go on.
 */
void gst_dmabuf_src_stamps_start (
    GstDmabufSrcStamps *stamps, GstClockTime duration, gint64 now_ns);

/* @n frames were taken from the device and are known not to come. */
void gst_dmabuf_src_stamps_skip (GstDmabufSrcStamps *stamps, guint32 n);

/**
 * gst_dmabuf_src_stamps_is_stale:
 * @resumed_ns: when the pipeline last began to run
 *
 * Returns: whether the frame was whole before that, by a good stamp. It is
 *   counted then, and what is missing before the next one is not lost.
 */
gboolean gst_dmabuf_src_stamps_is_stale (GstDmabufSrcStamps *stamps,
    const struct zc_v4l2_frame *frame, gint64 resumed_ns);

/**
 * gst_dmabuf_src_stamps_judge:
 * @now_ns: the time, read after the frame was taken
 * @resumed_ns: when the pipeline last began to run; a capture that began
 *   before is said to begin then
 * @stamp: (out): what is made of it
 */
void gst_dmabuf_src_stamps_judge (GstDmabufSrcStamps *stamps,
    const struct zc_v4l2_frame *frame, gint64 now_ns, gint64 resumed_ns,
    GstDmabufSrcStamp *stamp);

/**
 * gst_dmabuf_src_stamps_get_running_time:
 * @age: of a frame: how long ago its capture began
 * @now: the running time now, by any clock
 *
 * Returns: the running time of a frame, later than that of every frame before,
 *   by a nanosecond if need be
 */
GstClockTime gst_dmabuf_src_stamps_get_running_time (
    GstDmabufSrcStamps *stamps, GstClockTime age, GstClockTime now);

/**
 * gst_dmabuf_src_stamps_change_clock:
 * @now: the running time now, by the new clock or base time
 *
 * If it began anew the running times of frames do so, too.
 */
void gst_dmabuf_src_stamps_change_clock (
    GstDmabufSrcStamps *stamps, GstClockTime now);

/**
 * gst_dmabuf_src_stamps_get_latency:
 * @duration: of a frame, or GST_CLOCK_TIME_NONE
 * @n_buffers: how many the device can fill before it must drop frames
 * @min: (out): the age of a frame that is just whole; 0 if not known
 * @max: (out): the age of the first frame when all buffers are full, or
 *   GST_CLOCK_TIME_NONE if not known
 */
void gst_dmabuf_src_stamps_get_latency (GstClockTime duration, guint n_buffers,
    GstClockTime *min, GstClockTime *max);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_STAMPS_H__ */
