/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_OUTPUT_H__
#define __GST_DMABUF_CODEC_OUTPUT_H__

#include "gst-libs/v4l2/gstzcv4l2pool.h"

G_BEGIN_DECLS

/**
 * GstDmabufCodecOutput:
 * @device: the open device, %NULL unless it streams
 * @format: the format of its CAPTURE queue
 * @info: what frames are; %GST_VIDEO_FORMAT_ENCODED for coded ones
 * @layout: how a frame lies in the device's buffers
 *
 * The CAPTURE queue of a memory-to-memory device: frames in memory of the
 * device's, as dma-bufs, which goes back to it when downstream drops them. One
 * thread starts, pulls and stops; any may interrupt it.
 */
typedef struct {
  const struct zc_v4l2_device *device;
  struct zc_v4l2_format format;
  GstVideoInfo info;
  GstZcLayout layout;

  /*< private >*/
  guint low; /* buffers that the device needs to go on */

  GMutex lock; /* guards what follows; nothing is done under it but to
                * interrupt who waits */
  GstBufferPool *pool;
  GstZcV4l2Slots *slots; /* of the pool */
  struct zc_v4l2_queue watch;
  gboolean watches; /* there is one */
  gboolean flushing;
  guint64 starved; /* in streams that have ended */
} GstDmabufCodecOutput;

void gst_dmabuf_codec_output_init (GstDmabufCodecOutput *output);
void gst_dmabuf_codec_output_clear (GstDmabufCodecOutput *output);

/**
 * gst_dmabuf_codec_output_watch:
 * @device: must outlive it until gst_dmabuf_codec_output_unwatch()
 *
 * For decoders, which tell by an event what CAPTURE is to be: from now on
 * events can be waited for without its buffers.
 *
 * Returns: 0, or negative errno
 */
gint gst_dmabuf_codec_output_watch (
    GstDmabufCodecOutput *output, const struct zc_v4l2_device *device);
void gst_dmabuf_codec_output_unwatch (GstDmabufCodecOutput *output);

/* Waits for an event: 1, -ETIMEDOUT after @timeout_ms, which is -1 for ever, 0
 * after a wake, -ECANCELED while flushing, or another negative errno. */
gint gst_dmabuf_codec_output_wait_for_event (
    GstDmabufCodecOutput *output, gint timeout_ms);

/* Makes that wait return. Any thread. */
void gst_dmabuf_codec_output_wake (GstDmabufCodecOutput *output);

/**
 * gst_dmabuf_codec_output_start:
 * @device: must outlive it until gst_dmabuf_codec_output_stop(); with the
 *   format of CAPTURE set
 * @info: what frames are
 * @caps: the same
 * @count: how many buffers to have
 * @step: (out): the call that failed
 *
 * Gets buffers, and starts the stream.
 *
 * Returns: 0, or the negative errno of @step
 */
gint gst_dmabuf_codec_output_start (GstDmabufCodecOutput *output,
    const struct zc_v4l2_device *device, const GstVideoInfo *info,
    GstCaps *caps, guint count, const gchar **step);

/* The device stops making frames while it has fewer buffers than @count, which
 * is 0 after a start: pulls get more if others keep too many. */
void gst_dmabuf_codec_output_set_low (
    GstDmabufCodecOutput *output, guint count);

/* Whether the device has as many, and one at least: who pulls. */
gboolean gst_dmabuf_codec_output_can_go_on (GstDmabufCodecOutput *output);

/* Whether the device is left with less than that, and cannot have more: who
 * pulls had better give back what was pulled. */
gboolean gst_dmabuf_codec_output_is_scarce (GstDmabufCodecOutput *output);

/* How many buffers there are. Any thread. */
guint gst_dmabuf_codec_output_get_n_buffers (GstDmabufCodecOutput *output);

/* Counts begin anew. Any thread. */
void gst_dmabuf_codec_output_reset_stats (GstDmabufCodecOutput *output);

/* Adds "buffers" and "starved" to @stats. Any thread. */
void gst_dmabuf_codec_output_get_stats (
    GstDmabufCodecOutput *output, GstStructure *stats);

gboolean gst_dmabuf_codec_output_is_streaming (GstDmabufCodecOutput *output);

/**
 * gst_dmabuf_codec_output_pull:
 * @buffer: (out) (transfer full): what the device has made
 * @frame: (out): what the kernel says of it
 *
 * Waits for the next.
 *
 * Returns: 0, 1 if the device has an event instead, -EPIPE after the last one,
 *   -ECANCELED while flushing, -ETIMEDOUT if that was asked for, or the errno
 *   of the device
 */
gint gst_dmabuf_codec_output_pull (GstDmabufCodecOutput *output,
    GstBuffer **buffer, struct zc_v4l2_frame *frame);

/* How long a pull waits before it returns -ETIMEDOUT, one that waits already
 * too: for ever after a start. Any thread. */
void gst_dmabuf_codec_output_set_timeout (
    GstDmabufCodecOutput *output, gint timeout_ms);

/* Makes a pull that waits return, and later ones too until it is undone. Any
 * thread. */
void gst_dmabuf_codec_output_set_flushing (
    GstDmabufCodecOutput *output, gboolean flushing);

/* The same, until the stop. Any thread. */
void gst_dmabuf_codec_output_interrupt (GstDmabufCodecOutput *output);

/* Ends the stream. Frames that are outside stay valid. */
void gst_dmabuf_codec_output_stop (GstDmabufCodecOutput *output);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_OUTPUT_H__ */
