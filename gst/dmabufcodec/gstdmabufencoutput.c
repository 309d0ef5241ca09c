/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecannounce.h"
#include "gstdmabufenc-private.h"

#include "gst-libs/v4l2/v4l2-event.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* Coded frames that downstream may keep while the device goes on, before it
 * needs more buffers. */
#define SPARE 4

/* Buffers that the device needs: one that it fills, and one that waits. */
#define ENOUGH 2

/* How much later than its turn a frame may come where they are reordered: the
 * numbers of frames that the device leaves out count, too. */
#define PATIENCE 32

/* --- how it goes -------------------------------------------------------- */

void
gst_dmabuf_enc_set_flow (GstDmabufEnc *self, GstFlowReturn flow)
{
  GST_OBJECT_LOCK (self);
  self->flow = flow;
  GST_OBJECT_UNLOCK (self);
}

GstFlowReturn
gst_dmabuf_enc_get_flow (GstDmabufEnc *self)
{
  GstFlowReturn flow;

  GST_OBJECT_LOCK (self);
  flow = self->flow;
  GST_OBJECT_UNLOCK (self);
  return flow;
}

gboolean
gst_dmabuf_enc_fail (GstDmabufEnc *self)
{
  gboolean is_first;

  GST_OBJECT_LOCK (self);
  is_first = self->flow != GST_FLOW_ERROR;
  self->flow = GST_FLOW_ERROR;
  GST_OBJECT_UNLOCK (self);
  return is_first;
}

/* --- times of decoding -------------------------------------------------- */

void
gst_dmabuf_enc_note_time (GstDmabufEnc *self, const GstVideoCodecFrame *frame)
{
  if (g_atomic_int_get (&self->reorders) > 0)
    gst_queue_array_push_tail_struct (self->times, (gpointer) &frame->pts);
}

/* The times of frames in the order in which they are shown, so much earlier
 * that none is shown before it is decoded. The base class would have each frame
 * decoded when the oldest one is shown that is inside. */
static GstClockTime
take_time (GstDmabufEnc *self)
{
  GstClockTime delay = (GstClockTime) g_atomic_int_get (&self->reorders) *
                       self->duration;
  const GstClockTime *time;
  GstClockTime taken = GST_CLOCK_TIME_NONE;

  GST_VIDEO_ENCODER_STREAM_LOCK (self);
  time = gst_queue_array_pop_head_struct (self->times);
  if (time && GST_CLOCK_TIME_IS_VALID (*time))
    taken = *time > delay ? *time - delay : 0;
  GST_VIDEO_ENCODER_STREAM_UNLOCK (self);
  return taken;
}

/* --- frames that do not come -------------------------------------------- */

/* Without a buffer the base class takes a frame for dropped. Takes @frame. */
static GstFlowReturn
drop (GstDmabufEnc *self, GstVideoCodecFrame *frame)
{
  take_time (self);
  return gst_video_encoder_finish_frame (GST_VIDEO_ENCODER (self), frame);
}

#define ALL G_MAXUINT64

/* Those that went in before @number. A driver says nothing of frames that it
 * leaves out. */
static GstFlowReturn
drop_older (GstDmabufEnc *self, guint64 number)
{
  GstVideoEncoder *encoder = GST_VIDEO_ENCODER (self);
  GstFlowReturn flow = GST_FLOW_OK;
  GstVideoCodecFrame *frame;

  while (flow == GST_FLOW_OK &&
         (frame = gst_video_encoder_get_oldest_frame (encoder))) {
    if (frame->system_frame_number >= number) {
      gst_video_codec_frame_unref (frame);
      break;
    }
    GST_LOG_OBJECT (self, "frame %u was left out", frame->system_frame_number);
    gst_dmabuf_codec_count_lost (&self->codec, TRUE);
    flow = drop (self, frame);
  }
  return flow;
}

/* Those that cannot come any more once @number has. */
static GstFlowReturn
drop_overdue (GstDmabufEnc *self, guint32 number)
{
  guint reorders = (guint) g_atomic_int_get (&self->reorders);

  if (reorders > 0)
    number -= MIN (number, reorders + PATIENCE);
  return drop_older (self, number);
}

/* --- the source pad's thread -------------------------------------------- */

static void
note_copy (GstDmabufEnc *self)
{
  gboolean is_first;

  GST_OBJECT_LOCK (self);
  is_first = self->coded_copies++ == 0;
  GST_OBJECT_UNLOCK (self);
  if (is_first)
    GST_WARNING_OBJECT (self,
        "downstream keeps all coded frames that %s has memory for: they are "
        "copied",
        self->codec.device->path);
}

/* The buffer itself, unless the device needs it at once. Takes @buffer. */
static GstBuffer *
spare (GstDmabufEnc *self, GstBuffer *buffer)
{
  GstBuffer *copy;
  GstMapInfo map;

  if (!gst_dmabuf_codec_output_is_scarce (&self->codec.output))
    return buffer;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_WARNING_OBJECT (self, "a coded frame cannot be copied");
    return buffer;
  }
  copy = gst_buffer_new_memdup (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  note_copy (self);
  return copy;
}

/* There are drivers that do not mark key frames. Even so the first is one,
 * those are that were asked for, and all are where nothing lies between. */
static gboolean
is_key (GstDmabufEnc *self, const GstVideoCodecFrame *frame, guint32 flags)
{
  gboolean is_first = self->is_first;

  self->is_first = FALSE;
  if (is_first)
    self->tells_keys = (flags & V4L2_BUF_FLAG_KEYFRAME) != 0;
  if (self->tells_keys)
    return (flags & V4L2_BUF_FLAG_KEYFRAME) != 0;
  return is_first || !g_atomic_int_get (&self->has_period) ||
         (GST_VIDEO_CODEC_FRAME_IS_FORCE_KEYFRAME (frame) &&
             g_atomic_int_get (&self->forces_key));
}

static void
note_broken (GstDmabufEnc *self, guint32 number)
{
  const gchar *path = self->codec.device->path;

  gst_dmabuf_codec_count_dropped (&self->codec);
  GST_WARNING_OBJECT (self, "%s could not do frame %u", path, number);
  if (!self->told_broken)
    gst_dmabuf_codec_warn_broken (GST_ELEMENT (self), path);
  self->told_broken = TRUE;
}

/* They come before the first frame, and say that they are none of any kind. */
static gboolean
are_headers (GstDmabufEnc *self, guint32 flags)
{
  const guint32 frames = V4L2_BUF_FLAG_KEYFRAME | V4L2_BUF_FLAG_PFRAME |
                         V4L2_BUF_FLAG_BFRAME | V4L2_BUF_FLAG_ERROR;

  return self->is_first && !self->told_headers && !(flags & frames) &&
         g_atomic_int_get (&self->has_headers);
}

/* The base class keeps them: not memory that the device needs. Takes
 * @buffer. */
static void
take_headers (GstDmabufEnc *self, GstBuffer *buffer)
{
  GstBuffer *copy = gst_buffer_copy_deep (buffer);

  self->told_headers = TRUE;
  gst_dmabuf_codec_count_none (&self->codec);
  gst_buffer_unref (buffer);
  if (!copy) {
    GST_WARNING_OBJECT (self, "the headers cannot be copied, and are left out");
    return;
  }
  GST_BUFFER_FLAG_SET (copy, GST_BUFFER_FLAG_HEADER);
  gst_video_encoder_set_headers (
      GST_VIDEO_ENCODER (self), g_list_append (NULL, copy));
}

/* Takes @buffer. */
static GstFlowReturn
finish_frame (
    GstDmabufEnc *self, GstBuffer *buffer, guint32 number, guint32 flags)
{
  GstVideoEncoder *encoder = GST_VIDEO_ENCODER (self);
  GstVideoCodecFrame *frame = gst_video_encoder_get_frame (
      encoder, (gint) number);

  if (flags & V4L2_BUF_FLAG_ERROR) {
    gst_buffer_unref (buffer);
    note_broken (self, number);
    return frame ? drop (self, frame) : GST_FLOW_OK;
  }
  if (!frame) {
    GST_WARNING_OBJECT (self, "a coded frame of none (%u)", number);
    gst_dmabuf_codec_count_dropped (&self->codec);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  if (gst_buffer_get_size (buffer) == 0) {
    GST_LOG_OBJECT (self, "frame %u was left out", number);
    gst_dmabuf_codec_count_dropped (&self->codec);
    gst_buffer_unref (buffer);
    return drop (self, frame);
  }
  if (is_key (self, frame, flags))
    GST_VIDEO_CODEC_FRAME_SET_SYNC_POINT (frame);
  frame->dts = take_time (self);
  frame->output_buffer = spare (self, buffer);
  return gst_video_encoder_finish_frame (encoder, frame);
}

static void
end_thread (GstDmabufEnc *self, GstFlowReturn flow)
{
  GST_OBJECT_LOCK (self);
  if (self->flow == GST_FLOW_OK)
    self->flow = flow;
  GST_OBJECT_UNLOCK (self);
  GST_DEBUG_OBJECT (self, "no more frames: %s", gst_flow_get_name (flow));
  gst_dmabuf_codec_give_up (&self->codec);
  gst_pad_pause_task (GST_VIDEO_ENCODER_SRC_PAD (self));
}

static GstFlowReturn
flow_of (GstDmabufEnc *self, gint error)
{
  /* of an end that nobody asked for, what is missing must not go unnoticed */
  if (error == -EPIPE && gst_dmabuf_codec_is_draining (&self->codec))
    return GST_FLOW_EOS;
  if (error == -ECANCELED)
    return GST_FLOW_FLUSHING;
  if (gst_dmabuf_enc_fail (self))
    gst_dmabuf_codec_error_streaming (
        GST_ELEMENT (self), self->codec.device->path, "VIDIOC_DQBUF", error);
  return GST_FLOW_ERROR;
}

/* None is asked for; one that nobody took would be told again at once. */
static void
take_event (GstDmabufEnc *self)
{
  struct v4l2_event event;

  if (zc_v4l2_event_take (self->codec.device, &event) == 0)
    GST_LOG_OBJECT (self, "an event of type %u", event.type);
}

static void
give_frames (gpointer data)
{
  GstDmabufEnc *self = data;
  GstFlowReturn flow = GST_FLOW_OK;
  guint32 number = 0, flags = 0;
  GstBuffer *buffer;
  gint ret = gst_dmabuf_codec_pull (&self->codec, &buffer, &number, &flags);

  if (ret == 0 && are_headers (self, flags)) {
    take_headers (self, buffer);
  } else if (ret == 0) {
    flow = drop_overdue (self, number);
    if (flow == GST_FLOW_OK)
      flow = finish_frame (self, buffer, number, flags);
    else
      gst_buffer_unref (buffer);
  } else if (ret < 0) {
    flow = flow_of (self, ret);
  } else {
    take_event (self);
  }
  if (flow != GST_FLOW_OK)
    end_thread (self, flow);
}

/* --- start and end ------------------------------------------------------ */

static gint
start_capture (GstDmabufEnc *self, const gchar **step)
{
  GstDmabufCodec *codec = &self->codec;
  GstVideoCodecState *output = gst_video_encoder_get_output_state (
      GST_VIDEO_ENCODER (self));
  GstVideoInfo info;
  gint ret;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_ENCODED,
      GST_VIDEO_INFO_WIDTH (&codec->input.info),
      GST_VIDEO_INFO_HEIGHT (&codec->input.info));
  ret = gst_dmabuf_codec_output_start (&codec->output, codec->device, &info,
      output->caps, GST_DMABUF_ENC_DEPTH + SPARE, step);
  if (ret == 0) {
    gst_dmabuf_codec_output_set_low (&codec->output, ENOUGH);
    gst_dmabuf_codec_announce (codec, output->caps, NULL);
  }
  gst_video_codec_state_unref (output);
  return ret;
}

GstFlowReturn
gst_dmabuf_enc_start_output (GstDmabufEnc *self)
{
  const gchar *step = NULL;
  gint ret = start_capture (self, &step);

  if (ret < 0) {
    if (gst_dmabuf_enc_fail (self))
      gst_dmabuf_codec_error_streaming (
          GST_ELEMENT (self), self->codec.device->path, step, ret);
    return GST_FLOW_ERROR;
  }
  self->is_first = TRUE;
  self->told_headers = FALSE;
  self->told_broken = FALSE;
  /* it is refused only while the pad is flushing */
  return gst_pad_start_task (
             GST_VIDEO_ENCODER_SRC_PAD (self), give_frames, self, NULL)
             ? GST_FLOW_OK
             : GST_FLOW_FLUSHING;
}

void
gst_dmabuf_enc_end_streams (GstDmabufEnc *self)
{
  gst_dmabuf_codec_interrupt_pull (&self->codec);
  gst_pad_stop_task (GST_VIDEO_ENCODER_SRC_PAD (self));
  gst_dmabuf_codec_stop (&self->codec);
}

void
gst_dmabuf_enc_end_output (GstDmabufEnc *self)
{
  GST_VIDEO_ENCODER_STREAM_UNLOCK (self);
  gst_dmabuf_enc_end_streams (self);
  GST_VIDEO_ENCODER_STREAM_LOCK (self);
  gst_queue_array_clear (self->times);
  self->streams = FALSE;
}

GstFlowReturn
gst_dmabuf_enc_drain (GstDmabufEnc *self)
{
  GstFlowReturn flow = gst_dmabuf_enc_get_flow (self);

  GST_VIDEO_ENCODER_STREAM_UNLOCK (self);
  if (gst_dmabuf_codec_output_is_streaming (&self->codec.output) &&
      flow == GST_FLOW_OK)
    gst_dmabuf_codec_drain (&self->codec);
  gst_dmabuf_enc_end_streams (self);
  GST_VIDEO_ENCODER_STREAM_LOCK (self);

  flow = gst_dmabuf_enc_get_flow (self);
  /* who was interrupted at the end has done its work */
  if (flow == GST_FLOW_EOS || (flow == GST_FLOW_FLUSHING &&
                                  !gst_dmabuf_codec_is_flushing (&self->codec)))
    flow = GST_FLOW_OK;
  if (flow == GST_FLOW_OK)
    flow = drop_older (self, ALL);
  gst_queue_array_clear (self->times);
  self->streams = FALSE;
  return flow;
}
