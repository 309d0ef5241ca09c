/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_INPUT_H__
#define __GST_DMABUF_CODEC_INPUT_H__

#include "gstdmabufcodeccopier.h"

#include "gst-libs/allocators/gstzcrefusals.h"
#include "gst-libs/v4l2/gstzcv4l2slots.h"

G_BEGIN_DECLS

/**
 * GstDmabufCodecInput:
 * @device: the open device, %NULL until it is configured
 * @format: the format of its OUTPUT queue, as it is set
 * @info: what frames are; %GST_VIDEO_FORMAT_ENCODED for coded ones
 * @layout: how a frame lies in the device's buffers
 *
 * The OUTPUT queue of a memory-to-memory device: takes frames from upstream,
 * where they are if the device can read them there, and lets go of each as soon
 * as the device has read it, by a thread of its own. One thread configures and
 * pushes; any may interrupt it and ask for counts.
 */
typedef struct {
  const struct zc_v4l2_device *device;
  struct zc_v4l2_format format;
  GstVideoInfo info;
  GstZcLayout layout;

  /*< private >*/
  GstElement *element; /* whose messages they are; not a reference */
  const gint *forbids;
  struct zc_v4l2_format wish;
  struct v4l2_rect visible; /* without a size: all of it */
  gboolean warned;          /* of copies, of this video */

  /* From the first frame to the stop. */
  const struct _GstDmabufCodecWay *way;
  GstDmabufCodecCopier copier;
  GstZcV4l2Slots *slots;
  GThread *thread;
  gboolean is_plain;  /* the caps imply where the device's planes lie */
  gboolean no_direct; /* the device has refused a frame where it was */

  /* Guards device, format and slots for who asks about memory in another
   * thread, which only tries to take it: held over system calls. Taken before
   * the next. */
  GMutex setup;

  /* Guards what follows; no call is made with it held. */
  GMutex lock;
  GCond changed;
  guint depth;   /* frames that the device may have */
  guint queued;  /* frames that it has, or is about to be given */
  gint given;    /* those that it has; less than none for a moment, where one
                  * has come back before its push has returned */
  guint waiting; /* threads that wait for a change of these */
  gboolean ends;
  gboolean flushing;
  gint error;             /* of the device, for the next push */
  const gchar *path;      /* how frames come into the device */
  GstZcRefusals *refused; /* the better ways; changed by who pushes alone */
} GstDmabufCodecInput;

/* @forbids, which is atomic and outlives @input, is whether pictures may not be
 * copied. */
void gst_dmabuf_codec_input_init (
    GstDmabufCodecInput *input, GstElement *element, const gint *forbids);
void gst_dmabuf_codec_input_clear (GstDmabufCodecInput *input);

/**
 * gst_dmabuf_codec_input_configure:
 * @device: must outlive it until gst_dmabuf_codec_input_stop(); without buffers
 * @wish: what to ask the device for: code, size, colours
 * @info: what frames are
 * @depth: how many frames the device may have at once
 *
 * Sets the format of OUTPUT. A device that works in whole blocks makes the
 * picture larger, of which the visible part is then set as its crop.
 *
 * Returns: 0, or negative errno: -EPROTO if the device makes another format of
 *   it, which @input has then
 */
gint gst_dmabuf_codec_input_configure (GstDmabufCodecInput *input,
    const struct zc_v4l2_device *device, const struct zc_v4l2_format *wish,
    const GstVideoInfo *info, guint depth);

/**
 * gst_dmabuf_codec_input_set_visible:
 * @visible: (nullable): the part of the picture that is used, in pixels; %NULL
 *   for all, which it is at first
 *
 * For the next gst_dmabuf_codec_input_configure(), which fails if the device
 * has another part or none.
 */
void gst_dmabuf_codec_input_set_visible (
    GstDmabufCodecInput *input, const struct v4l2_rect *visible);

/* Answers an allocation query with memory that the device reads without a
 * copy, laid out as it wants to have it. FALSE, with the query left alone, if
 * there is none. */
gboolean gst_dmabuf_codec_input_propose (
    GstDmabufCodecInput *input, GstQuery *query);

/**
 * gst_dmabuf_codec_input_push:
 * @buffer: a frame, in any memory
 * @stamp: what goes with it to CAPTURE
 *
 * Hands a frame to the device, after waiting until it has less than it may. The
 * first one decides how that is done, and starts the stream: what it changes of
 * the format is to be asked for again for CAPTURE.
 *
 * Returns: 0, -ECANCELED while flushing, -EXDEV if it would have to be copied
 *   and that is forbidden, or the negative errno of what failed: no way is
 *   left, or the device is gone
 */
gint gst_dmabuf_codec_input_push (GstDmabufCodecInput *input, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp);

/* Another @depth than that of gst_dmabuf_codec_input_configure(). Any
 * thread. */
void gst_dmabuf_codec_input_set_depth (GstDmabufCodecInput *input, guint depth);

/* Makes a push that waits return @error, and later ones too until the next
 * start. Any thread. */
void gst_dmabuf_codec_input_fail (GstDmabufCodecInput *input, gint error);

/* What a push returns that has nothing to do with its frame: 0, or the negative
 * errno of the device, or of gst_dmabuf_codec_input_fail(). Any thread. */
gint gst_dmabuf_codec_input_get_error (GstDmabufCodecInput *input);

/* Waits until the device has less than it may, or it makes no sense. */
void gst_dmabuf_codec_input_wait_for_room (GstDmabufCodecInput *input);

/* Whether the device has read all that it was given. */
gboolean gst_dmabuf_codec_input_is_empty (GstDmabufCodecInput *input);

gboolean gst_dmabuf_codec_input_is_streaming (GstDmabufCodecInput *input);

/* Waits until the device has all that was pushed: what others still draw into
 * goes there later. */
void gst_dmabuf_codec_input_submit (GstDmabufCodecInput *input);

/* Makes a push that waits return, and later ones too until it is undone. Any
 * thread. */
void gst_dmabuf_codec_input_set_flushing (
    GstDmabufCodecInput *input, gboolean flushing);

/* Ends the stream: all frames are let go. The format stays. */
void gst_dmabuf_codec_input_stop (GstDmabufCodecInput *input);

/* The same, and the device is not used any more, until the next
 * gst_dmabuf_codec_input_configure(). */
void gst_dmabuf_codec_input_leave (GstDmabufCodecInput *input);

/* Answers a producer that asks whether its memory can be read where it is
 * (GstZcImportQuery), if @query is that: whether it is. Any thread. */
gboolean gst_dmabuf_codec_input_answer (
    GstDmabufCodecInput *input, GstQuery *query);

/* Counts begin anew. Any thread. */
void gst_dmabuf_codec_input_reset_stats (GstDmabufCodecInput *input);

/* Adds "input" (how frames come in), "input-refused" (why not by better ways)
 * and what was copied to @stats. Any thread. */
void gst_dmabuf_codec_input_get_stats (
    GstDmabufCodecInput *input, GstStructure *stats);

/* Why frames do not come in by better ways, or not at all: to be freed. */
gchar *gst_dmabuf_codec_input_get_refused (GstDmabufCodecInput *input);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_INPUT_H__ */
