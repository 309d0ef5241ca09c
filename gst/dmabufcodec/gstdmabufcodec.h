/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_H__
#define __GST_DMABUF_CODEC_H__

#include "gstdmabufcodecinput.h"
#include "gstdmabufcodecoffers.h"
#include "gstdmabufcodecoutput.h"

#include "gst-libs/v4l2/gstzcv4l2controls.h"

G_BEGIN_DECLS

/**
 * GstDmabufCodec:
 * @job: what the element does with a device
 * @offers: what devices can do; from open to close
 * @choice: what is done by which of them, once caps are known; changed with the
 *   lock held
 * @device: that device, %NULL until then
 * @controls: of it
 * @input: its OUTPUT queue
 * @output: its CAPTURE queue
 *
 * A memory-to-memory device as encoder, decoder and converter use it. What is
 * above is for the streaming thread.
 */
typedef struct {
  enum zc_v4l2_job job;
  GstDmabufCodecOffers *offers;
  GstDmabufCodecChoice choice;
  struct zc_v4l2_device *device;
  GstZcV4l2Controls *controls;
  GstDmabufCodecInput input;
  GstDmabufCodecOutput output;

  /*< private >*/
  GstElement *element; /* whose messages they are; not a reference */
  gint forbids;        /* atomic: pictures may not be copied */

  /* Guards what follows, and device, controls and offers where others read
   * them; held while they change, and while controls are set and read, which
   * takes its time: frames do without it. Taken before the element's object
   * lock. */
  GMutex lock;
  gboolean stops;       /* the device is to be told that no more comes */
  gboolean stopped;     /* it has been, since CAPTURE was set up */
  gboolean starts;      /* CAPTURE is being set up: who does so tells it */
  gchar *name;          /* of the device, by the user */
  GstStructure *wanted; /* controls, by the user */

  /* Guards what follows; nothing is done under it but to interrupt who
   * waits. */
  GMutex frame_lock;
  GCond changed;
  guint inside;    /* frames that went in and have not come out */
  gboolean ended;  /* the last one has come out, or no more will */
  gboolean drains; /* the last one has gone in, until the stop */
  gboolean flushing;
  guint64 frames;
  guint64 dropped;
} GstDmabufCodec;

void gst_dmabuf_codec_init (
    GstDmabufCodec *codec, GstElement *element, enum zc_v4l2_job job);
void gst_dmabuf_codec_clear (GstDmabufCodec *codec);

/* The only device to look at, by the next opening: its path, link, name or bus;
 * NULL is all of them. Any thread. */
void gst_dmabuf_codec_set_name (GstDmabufCodec *codec, const gchar *name);

/* Looks for devices that do the job. What goes wrong is an error message, here
 * and below. */
gboolean gst_dmabuf_codec_open (GstDmabufCodec *codec);
void gst_dmabuf_codec_close (GstDmabufCodec *codec);

/* As gst_dmabuf_codec_offers_get_caps(); %NULL while closed. Any thread. */
GstCaps *gst_dmabuf_codec_get_caps (
    GstDmabufCodec *codec, GstDmabufCodecEnd end, GstCaps *other);

/* Opens the first device that makes what is in @out of what is in @in, if it is
 * not open. Nothing may stream. */
gboolean gst_dmabuf_codec_choose (
    GstDmabufCodec *codec, GstCaps *in, GstCaps *out);

/* Ends both streams and opens the device anew: a decoder that has seen a stream
 * need not tell the format of the next (dev-decoder.rst, Seek). */
gboolean gst_dmabuf_codec_reopen (GstDmabufCodec *codec);

/* Closes that device, until one is chosen again. Nothing may stream. */
void gst_dmabuf_codec_leave (GstDmabufCodec *codec);

/* The "controls" property: what is wanted is set on the open device, now and
 * whenever one is opened and gst_dmabuf_codec_apply_controls() is called; what
 * cannot be had is a warning. Any thread. */
void gst_dmabuf_codec_set_controls (
    GstDmabufCodec *codec, const GstStructure *controls);
void gst_dmabuf_codec_apply_controls (GstDmabufCodec *codec);
GstStructure *gst_dmabuf_codec_get_controls (GstDmabufCodec *codec);

/* What the open device has: (transfer full) (nullable). Any thread. */
GstStructure *gst_dmabuf_codec_describe_controls (GstDmabufCodec *codec);

/* The path of the open device, else the name that was set; to be freed. Any
 * thread. */
gchar *gst_dmabuf_codec_get_path (GstDmabufCodec *codec);

/* Waits until the next push need not. */
void gst_dmabuf_codec_wait_for_room (GstDmabufCodec *codec);

/**
 * gst_dmabuf_codec_push:
 * @buffer: a frame
 * @number: given back with what is made of it
 *
 * Waits until the device has room. Neither the stream lock of the base class
 * nor any other may be held.
 *
 * Returns: 0, or as gst_dmabuf_codec_input_push()
 */
gint gst_dmabuf_codec_push (
    GstDmabufCodec *codec, GstBuffer *buffer, guint32 number);

/**
 * gst_dmabuf_codec_pull:
 * @buffer: (out) (transfer full): what has been made, or %NULL
 * @number: (out): which frame it was made of
 * @flags: (out): V4L2_BUF_FLAG_*, of which _ERROR says that it is no good
 *
 * For the thread of the source pad.
 *
 * Returns: 0; 1 if the device has an event; -EPIPE after the last frame, which
 *   is noted; -ECANCELED while flushing; or another negative errno
 */
gint gst_dmabuf_codec_pull (
    GstDmabufCodec *codec, GstBuffer **buffer, guint32 *number, guint32 *flags);

/* The same with all that the kernel says of it; the end is not noted. */
gint gst_dmabuf_codec_pull_frame (GstDmabufCodec *codec, GstBuffer **buffer,
    guint32 *number, struct zc_v4l2_frame *frame);

/* No more frames will come out: who drains need not wait. */
void gst_dmabuf_codec_note_end (GstDmabufCodec *codec);

/* The same before the end: nobody pulls any more. Pushes return -EPIPE, those
 * that wait too, until the next start. Any thread. */
void gst_dmabuf_codec_give_up (GstDmabufCodec *codec);

/* Makes a pull return -ECANCELED, and all that follow, until the stop. Any
 * thread. */
void gst_dmabuf_codec_interrupt_pull (GstDmabufCodec *codec);

gboolean gst_dmabuf_codec_is_flushing (GstDmabufCodec *codec);

/* Whether the last frame is to come out: from the beginning of
 * gst_dmabuf_codec_drain() to the stop. Any thread. */
gboolean gst_dmabuf_codec_is_draining (GstDmabufCodec *codec);

/* Whether as many frames have come out as went in. Any thread. */
gboolean gst_dmabuf_codec_is_empty (GstDmabufCodec *codec);

/* Has the device make all that is inside, and waits until that has been pulled.
 * Without the stream lock. */
void gst_dmabuf_codec_drain (GstDmabufCodec *codec);

/* CAPTURE is about to be set up, and has been: a drain that begins meanwhile
 * tells the device afterwards, and one that has told it does so again, unless
 * @keeps: the device keeps what it was told. For decoders: drivers may bear no
 * second STOP (mt8173), and may forget one while CAPTURE does not stream.
 * gst_dmabuf_codec_stop() ends it, too. */
void gst_dmabuf_codec_begin_setup (GstDmabufCodec *codec, gboolean keeps);
void gst_dmabuf_codec_end_setup (GstDmabufCodec *codec);

/* Interrupts whoever waits. Any thread. */
void gst_dmabuf_codec_set_flushing (GstDmabufCodec *codec, gboolean flushing);

/* Pushes and pulls fail from now on, those that wait as well, until both
 * streams are ended: nobody takes what the device makes. Any thread. */
void gst_dmabuf_codec_interrupt (GstDmabufCodec *codec);

/* Ends both streams. No other thread may pull or push. */
void gst_dmabuf_codec_stop (GstDmabufCodec *codec);

/* "frames", "dropped" and what the input counts: (transfer full). */
GstStructure *gst_dmabuf_codec_get_stats (
    GstDmabufCodec *codec, const gchar *name);

/* A frame that was pulled is not passed on. */
void gst_dmabuf_codec_count_dropped (GstDmabufCodec *codec);

/* What was pulled is no frame: that is still to come. */
void gst_dmabuf_codec_count_none (GstDmabufCodec *codec);

/* A frame is not pushed. */
void gst_dmabuf_codec_count_skipped (GstDmabufCodec *codec);

/* A frame that went in will not come out, which was to if @is_missed. */
void gst_dmabuf_codec_count_lost (GstDmabufCodec *codec, gboolean is_missed);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_H__ */
