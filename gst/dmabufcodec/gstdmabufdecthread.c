/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The thread of the source pad: waits for the format of a stream, then for its
 * pictures, then for the next format (dev-decoder.rst, Initialization,
 * Decoding, Dynamic Resolution Change, Drain). */

#include "gstdmabufdec-private.h"

#include "gst-libs/v4l2/v4l2-event.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* While a stream ends of which no format is known: how often it is looked for,
 * and when the device will not tell one any more. Firmware may look at frames
 * long after the driver has copied them. */
#define LOOK_MS 20
#define MAX_LOOKS 100
#define MAX_IDLE_LOOKS 25

/* How long a format is waited for that the device may not tell. */
#define FORMAT_MS 500

/* While the end of a stream or of a format is waited for: how often is looked
 * whether it has come unsaid, and when it has; the end of a stream with
 * pictures missing and without. Slow devices take their time for a picture. */
#define SILENCE_MS 100
#define CHANGE_SILENCES 10
#define END_SILENCES 50
#define FULL_END_SILENCES 5

/* Changes of the format, without a picture between, that make no sense. */
#define MAX_FRUITLESS 8

/* Frames that a device may have before it gives the first of them: more than
 * any codec keeps for their order. */
#define MAX_ORDER 64

void
gst_dmabuf_dec_set_flow (GstDmabufDec *self, GstFlowReturn flow)
{
  GST_OBJECT_LOCK (self);
  self->flow = flow;
  GST_OBJECT_UNLOCK (self);
}

GstFlowReturn
gst_dmabuf_dec_get_flow (GstDmabufDec *self)
{
  GstFlowReturn flow;

  GST_OBJECT_LOCK (self);
  flow = self->flow;
  GST_OBJECT_UNLOCK (self);
  return flow;
}

static gboolean
is_draining (GstDmabufDec *self)
{
  gboolean draining;

  GST_OBJECT_LOCK (self);
  draining = self->draining;
  GST_OBJECT_UNLOCK (self);
  return draining;
}

/* --- the end ------------------------------------------------------------ */

/* All that went in has come out. */
static void
end (GstDmabufDec *self)
{
  gst_pad_pause_task (GST_VIDEO_DECODER_SRC_PAD (self));
  gst_dmabuf_codec_note_end (&self->codec);
}

void
gst_dmabuf_dec_mind_silence (GstDmabufDec *self)
{
  gst_dmabuf_codec_output_set_timeout (&self->codec.output, SILENCE_MS);
}

/* Nobody takes what comes out. */
static void
break_off (GstDmabufDec *self, GstFlowReturn flow)
{
  GST_DEBUG_OBJECT (self, "ends: %s", gst_flow_get_name (flow));
  gst_dmabuf_dec_set_flow (self, flow);
  gst_pad_pause_task (GST_VIDEO_DECODER_SRC_PAD (self));
  gst_dmabuf_codec_interrupt (&self->codec);
  gst_dmabuf_codec_note_end (&self->codec);
}

static void
fail (GstDmabufDec *self, const gchar *step, gint error)
{
  if (error == -ECANCELED) {
    break_off (self, GST_FLOW_FLUSHING);
    return;
  }
  gst_dmabuf_codec_error_streaming (
      GST_ELEMENT (self), self->codec.device->path, step, error);
  break_off (self, GST_FLOW_ERROR);
}

/* --- formats ------------------------------------------------------------ */

static gint
take_events (GstDmabufDec *self)
{
  struct v4l2_event event;
  gint ret;

  while ((ret = zc_v4l2_event_take (self->codec.device, &event)) == 0)
    if (zc_v4l2_event_is_stream_change (&event)) {
      GST_DEBUG_OBJECT (self, "the stream has another format");
      self->changed = TRUE;
    }
  return ret == -ENODEV ? ret : 0;
}

/* Drivers that do not follow changes may tell the first format as little,
 * though they have the event: coda does not if the first frame has all that it
 * needs, which it reads before it streams. They have it of OUTPUT. */
static gboolean
go_without_format (GstDmabufDec *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  struct zc_v4l2_format format;

  if (self->tells_surely ||
      zc_v4l2_format_get (device, device->capture_type, &format) < 0)
    return FALSE;
  GST_INFO_OBJECT (self, "%s has told no format", device->path);
  self->tells_formats = FALSE;
  return TRUE;
}

/* A stream that ends without a format: the device has read all, and says
 * nothing of it. Before the end there is none if all the time has been WAITED
 * that drivers have which need not tell one. */
static gint
look_for_format (GstDmabufDec *self, gboolean waited, guint *looks)
{
  gboolean draining = is_draining (self);
  gboolean is_empty = gst_dmabuf_codec_input_is_empty (&self->codec.input);
  gint ret = take_events (self);

  if (ret < 0 || self->changed)
    return ret;
  if (draining)
    waited = ++*looks >= (is_empty ? MAX_IDLE_LOOKS : MAX_LOOKS);
  if (!waited || go_without_format (self) || !draining)
    return 0;
  GST_WARNING_OBJECT (
      self, "%s found no picture in the stream", self->codec.device->path);
  return -EPIPE;
}

static gint
choose_timeout (GstDmabufDec *self)
{
  if (is_draining (self))
    return LOOK_MS;
  return self->tells_surely ? -1 : FORMAT_MS;
}

static gint
wait_for_format (GstDmabufDec *self)
{
  guint looks = 0;
  gint ret = 0;

  while (ret == 0 && self->tells_formats && !self->changed) {
    gint timeout = choose_timeout (self);

    ret = gst_dmabuf_codec_output_wait_for_event (&self->codec.output, timeout);
    if (ret >= 0 || ret == -ETIMEDOUT)
      ret = look_for_format (
          self, ret == -ETIMEDOUT && timeout == FORMAT_MS, &looks);
  }
  return ret;
}

static void
start (GstDmabufDec *self)
{
  GstFlowReturn flow;
  gint ret = wait_for_format (self);

  if (ret == -EPIPE) {
    end (self);
    return;
  }
  if (ret < 0) {
    fail (self, "VIDIOC_DQEVENT", ret);
    return;
  }
  self->changed = FALSE;
  self->silence = 0;
  gst_dmabuf_codec_begin_setup (&self->codec, self->unsaid);
  self->unsaid = FALSE;
  flow = gst_dmabuf_dec_start_pictures (self);
  if (flow != GST_FLOW_OK) {
    break_off (self, flow);
    return;
  }
  gst_dmabuf_codec_end_setup (&self->codec);
  if (is_draining (self))
    gst_dmabuf_dec_mind_silence (self);
}

/* The last picture of a format has come: of a stream that ends, or goes on in
 * another format. */
static void
go_on (GstDmabufDec *self)
{
  gint ret = take_events (self);

  if (ret < 0) {
    fail (self, "VIDIOC_DQEVENT", ret);
  } else if (!self->changed && is_draining (self)) {
    end (self);
  } else if (++self->fruitless > MAX_FRUITLESS) {
    fail (self, "VIDIOC_DQBUF (the format changes, and no picture comes)",
        -EPROTO);
  } else {
    self->changed = TRUE;
    gst_dmabuf_codec_output_stop (&self->codec.output);
  }
}

/* --- silence ------------------------------------------------------------ */

/* Not all drivers say which picture is the last (mtk-jpeg), and some without
 * the command give none of what they cannot decode (rcar_jpu). */
static gboolean
may_have_ended (GstDmabufDec *self)
{
  return is_draining (self) &&
         gst_dmabuf_codec_input_is_empty (&self->codec.input);
}

/* Some drivers give all pictures of the old format, and nothing more until
 * CAPTURE is stopped: without a last one (mt8173, mtk-jpeg). The frame that
 * changes it they keep. */
static gboolean
may_have_changed (GstDmabufDec *self)
{
  return self->changed && !gst_dmabuf_codec_input_is_empty (&self->codec.input);
}

static void
end_unsaid (GstDmabufDec *self)
{
  GST_WARNING_OBJECT (self, "%s has read all, and does not tell the end",
      self->codec.device->path);
  end (self);
}

/* No picture has come, and the device has buffers for one. */
static void
sit_out (GstDmabufDec *self)
{
  const gboolean is_full = gst_dmabuf_codec_is_empty (&self->codec);

  self->silence++;
  if (may_have_ended (self)) {
    if (self->silence >= (is_full ? FULL_END_SILENCES : END_SILENCES))
      end_unsaid (self);
  } else if (self->silence >= CHANGE_SILENCES) {
    GST_INFO_OBJECT (self, "%s waits for the new format to be set up",
        self->codec.device->path);
    self->unsaid = TRUE;
    go_on (self);
  }
}

static void
note_silence (GstDmabufDec *self)
{
  if ((may_have_ended (self) || may_have_changed (self)) &&
      gst_dmabuf_codec_output_can_go_on (&self->codec.output))
    sit_out (self);
  else
    self->silence = 0;
}

/* --- pictures ----------------------------------------------------------- */

/* Which is shown first: negative if FRAME is, 0 if nobody knows. */
static gint
compare (const GstVideoCodecFrame *frame, const GstVideoCodecFrame *other)
{
  if (!GST_CLOCK_TIME_IS_VALID (frame->pts) ||
      !GST_CLOCK_TIME_IS_VALID (other->pts))
    return 0;
  return frame->pts <= other->pts ? -1 : 1;
}

/* Of frames that are shown before another none can come any more. Times may
 * begin anew without a word. */
static gboolean
is_past (const GstVideoCodecFrame *frame, const GstVideoCodecFrame *shown)
{
  const guint32 age = shown->system_frame_number - frame->system_frame_number;

  return age > 0 && age <= G_MAXINT32 &&
         (age > MAX_ORDER || compare (frame, shown) < 0);
}

/* The base class counts times on from what is dropped: not from one that would
 * be shown later than what comes next. */
static void
drop (GstDmabufDec *self, GstVideoCodecFrame *frame, gboolean in_order)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);

  GST_INFO_OBJECT (self, "no picture of frame %u", frame->system_frame_number);
  gst_dmabuf_codec_count_lost (
      &self->codec, !GST_VIDEO_CODEC_FRAME_IS_DECODE_ONLY (frame));
  if (GST_VIDEO_CODEC_FRAME_IS_DECODE_ONLY (frame) || !in_order)
    gst_video_decoder_release_frame (decoder, frame);
  else
    gst_video_decoder_drop_frame (decoder, frame);
}

/* Frames that are hidden or could not be decoded, in the order in which they
 * came. What is behind one that is still to come waits for that. */
static void
drop_past (GstDmabufDec *self, const GstVideoCodecFrame *shown)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);
  GstVideoCodecFrame *frame;

  while ((frame = gst_video_decoder_get_oldest_frame (decoder))) {
    if (!is_past (frame, shown)) {
      gst_video_codec_frame_unref (frame);
      return;
    }
    drop (self, frame, compare (frame, shown) <= 0);
  }
}

/* How many frames went in before SHOWN, and are shown after it. */
static guint
count_overtaken (GstDmabufDec *self, const GstVideoCodecFrame *shown)
{
  GList *frames = gst_video_decoder_get_frames (GST_VIDEO_DECODER (self));
  guint n = 0;

  for (GList *l = frames; l && ((GstVideoCodecFrame *) l->data) != shown;
      l = l->next)
    n += compare (l->data, shown) > 0;
  g_list_free_full (frames, (GDestroyNotify) gst_video_codec_frame_unref);
  return n;
}

/* The order of a stream is not known before it is seen. */
static void
note_order (GstDmabufDec *self, const GstVideoCodecFrame *shown)
{
  GstVideoCodecFrame *oldest = gst_video_decoder_get_oldest_frame (
      GST_VIDEO_DECODER (self));
  guint32 span = shown->system_frame_number - oldest->system_frame_number;
  guint overtaken = span > self->disorder ? count_overtaken (self, shown) : 0;

  gst_video_codec_frame_unref (oldest);
  if (overtaken <= self->disorder)
    return;
  self->disorder = overtaken;
  gst_dmabuf_dec_set_latency (self);
}

void
gst_dmabuf_dec_end_frames (GstDmabufDec *self, GstFlowReturn flow)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);
  GstVideoCodecFrame *frame;

  while ((frame = gst_video_decoder_get_oldest_frame (decoder)))
    if (flow == GST_FLOW_OK)
      drop (self, frame, TRUE);
    else
      gst_video_decoder_release_frame (decoder, frame);
}

/* Takes @frame and @buffer. The bus is told, and it is an error once there are
 * as many as "max-errors" allows. */
static GstFlowReturn
drop_broken (GstDmabufDec *self, GstVideoCodecFrame *frame, GstBuffer *buffer)
{
  GstFlowReturn flow = GST_FLOW_OK;

  gst_buffer_unref (buffer);
  gst_dmabuf_codec_count_dropped (&self->codec);
  gst_video_decoder_drop_frame (GST_VIDEO_DECODER (self), frame);
  GST_VIDEO_DECODER_ERROR (self, 1, STREAM, DECODE,
      ("%s could not decode a frame, which is left out.",
          self->codec.device->path),
      ("V4L2_BUF_FLAG_ERROR: its data are damaged, or a frame that it refers "
       "to is missing."),
      flow);
  return flow;
}

/* Takes @buffer. */
static GstFlowReturn
give (GstDmabufDec *self, GstBuffer *buffer, guint32 number,
    const struct zc_v4l2_frame *info)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);
  GstVideoCodecFrame *frame = gst_video_decoder_get_frame (
      decoder, (gint) number);
  GstFlowReturn flow;

  if (!frame) {
    GST_WARNING_OBJECT (self, "a picture of no frame (%u)", number);
    gst_dmabuf_codec_count_dropped (&self->codec);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  drop_past (self, frame);
  if (info->flags & V4L2_BUF_FLAG_ERROR)
    return drop_broken (self, frame, buffer);
  self->fruitless = 0;
  note_order (self, frame);
  flow = gst_dmabuf_dec_finish_picture (self, &buffer, info);
  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    gst_video_decoder_release_frame (decoder, frame);
    return flow;
  }
  if (info->flags & V4L2_BUF_FLAG_KEYFRAME)
    GST_VIDEO_CODEC_FRAME_SET_SYNC_POINT (frame);
  frame->output_buffer = buffer;
  return gst_video_decoder_finish_frame (decoder, frame);
}

static void
pull (GstDmabufDec *self)
{
  struct zc_v4l2_frame info;
  guint32 number = 0;
  GstBuffer *buffer;
  GstFlowReturn flow;
  gint ret = gst_dmabuf_codec_pull_frame (
      &self->codec, &buffer, &number, &info);

  if (ret == 0) {
    self->silence = 0;
    flow = give (self, buffer, number, &info);
    if (flow != GST_FLOW_OK)
      break_off (self, flow);
    return;
  }
  if (ret == 1) {
    ret = take_events (self);
    if (self->changed)
      gst_dmabuf_dec_mind_silence (self);
  }
  if (ret == -EPIPE)
    go_on (self);
  else if (ret == -ETIMEDOUT)
    note_silence (self);
  else if (ret < 0)
    fail (self, "VIDIOC_DQBUF", ret);
}

void
gst_dmabuf_dec_give_frames (gpointer data)
{
  GstDmabufDec *self = data;

  if (gst_dmabuf_codec_output_is_streaming (&self->codec.output))
    pull (self);
  else
    start (self);
}
