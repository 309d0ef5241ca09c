/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-dmabufdec
 * @title: dmabufdec
 * @short_description: decodes video with a V4L2 device, without a copy
 *
 * dmabufdec decodes by a memory-to-memory device of V4L2 that parses the stream
 * itself (the kernel's "Memory-to-Memory Stateful Video Decoder Interface").
 * The device is the first that decodes what upstream gives into what downstream
 * takes, unless one is named (device). Devices are looked for when the element
 * leaves NULL.
 *
 * Pictures are dma-bufs of the device's memory, which go to a display or an
 * encoder as they are; tiled ones are DMA_DRM with their modifier. Downstream
 * that takes system memory gets the same memory mapped. What the device makes
 * larger than the picture is told by GstVideoMeta, and by GstVideoCropMeta
 * where the picture does not begin at its corner; pictures are copied where
 * downstream does not take that, and where it keeps all buffers there can be.
 * Either is told by a warning and counted in stats. The format is the first
 * that downstream takes of those that have the samples of the stream.
 *
 * When the stream changes its size, the pictures before come out, then caps of
 * the new size. A frame that cannot be decoded is left out; max-errors says how
 * many in a row end the stream.
 *
 * The latency is that of a frame, and of as many more as are seen to be shown
 * after later ones. Video of single fields (V4L2_FIELD_ALTERNATE) is refused.
 *
 * No player takes it by itself: its rank is none. To have decodebin, decodebin3
 * and playbin prefer it, set GST_PLUGIN_FEATURE_RANK=dmabufdec:MAX in the
 * environment, or call gst_plugin_feature_set_rank(); what no device decodes
 * they leave to others.
 *
 * With #dmabufdec:copy-policy at forbid, pictures that would have to be copied
 * are an error with the reason; coded frames, which are small, are copied all
 * the same. How frames come in and leave is told by the element message
 * "zerocopy" too. Producers that ask whether their memory will do
 * (`GstZcImportQuery`) are answered by trying.
 *
 * ## Statistics
 *
 * #dmabufdec:stats counts since the element left NULL:
 *
 * * frames: pictures that came out
 * * dropped: frames of which none came
 * * copies, bytes-copied: coded frames and pictures that the CPU copied, and
 * how much that was
 * * pictures-copied: how many of them were pictures
 * * input: how frames come into the device: dmabuf-import, userptr or copy
 * * input-refused: why not by better ways, or "none"
 * * buffers: that the device has for pictures now
 * * starved: how often it had none to go on with
 * * device: the one in use, or "none"
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 filesrc location=a.mkv ! matroskademux ! h264parse \
 *     ! dmabufdec ! dmabufsink
 * gst-launch-1.0 dmabufsrc ! dmabufenc ! dmabufdec ! dmabufsink
 * ]|
 */

#include "gstdmabufdec.h"

#include "gstdmabufdec-private.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"
#include "gst-libs/v4l2/v4l2-event.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* Frames that the device may have: one in work, one that waits. */
#define DEPTH 2

typedef struct {
  GstVideoDecoderClass parent;
} GstDmabufDecClass;

static GType gst_dmabuf_dec_get_type (void);
G_DEFINE_TYPE (GstDmabufDec, gst_dmabuf_dec, GST_TYPE_VIDEO_DECODER)
GST_ELEMENT_REGISTER_DEFINE (
    dmabufdec, "dmabufdec", GST_RANK_NONE, gst_dmabuf_dec_get_type ())

/* --- caps --------------------------------------------------------------- */

static GstCaps *
coded_template (void)
{
  GstCaps *caps = gst_caps_new_empty ();
  guint32 fourcc;

  for (guint i = 0; (fourcc = gst_zc_v4l2_coded_nth (i)); i++) {
    GstCaps *one = gst_zc_v4l2_coded_to_decoder_caps (fourcc);

    if (one)
      caps = gst_caps_merge (caps, one);
  }
  return caps;
}

/* What downstream takes, of any size: which that is the stream says, and how
 * much of it is seen. (transfer full) (nullable) */
static GstCaps *
get_allowed (GstDmabufDec *self)
{
  GstCaps *caps = gst_pad_get_allowed_caps (GST_VIDEO_DECODER_SRC_PAD (self));

  if (!caps)
    return NULL;
  caps = gst_caps_make_writable (caps);
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    gst_structure_remove_fields (
        gst_caps_get_structure (caps, i), "width", "height", NULL);
  return caps;
}

static GstCaps *
gst_dmabuf_dec_getcaps (GstVideoDecoder *decoder, GstCaps *filter)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);
  g_autoptr (GstCaps) allowed = get_allowed (self);
  g_autoptr (GstCaps) caps = gst_dmabuf_codec_get_caps (
      &self->codec, GST_DMABUF_CODEC_IN, allowed);

  return gst_video_decoder_proxy_getcaps (decoder, caps, filter);
}

/* What no device decodes others may: players ask before they take one. What
 * downstream does not take is an error that says so, later. */
static gboolean
accepts (GstDmabufDec *self, GstCaps *caps)
{
  GstPad *pad = GST_VIDEO_DECODER_SINK_PAD (self);
  g_autoptr (GstCaps) all = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) ours = gst_dmabuf_codec_get_caps (
      &self->codec, GST_DMABUF_CODEC_IN, NULL);

  return gst_caps_is_subset (caps, all) &&
         (!ours || gst_caps_can_intersect (caps, ours));
}

static gboolean
gst_dmabuf_dec_sink_query (GstVideoDecoder *decoder, GstQuery *query)
{
  GstCaps *caps;

  if (gst_dmabuf_codec_input_answer (
          &GST_DMABUF_DEC (decoder)->codec.input, query))
    return FALSE; /* as that question is answered */
  if (GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    return GST_VIDEO_DECODER_CLASS (gst_dmabuf_dec_parent_class)
        ->sink_query (decoder, query);
  gst_query_parse_accept_caps (query, &caps);
  gst_query_set_accept_caps_result (
      query, accepts (GST_DMABUF_DEC (decoder), caps));
  return TRUE;
}

/* --- a stream ----------------------------------------------------------- */

static void
set_draining (GstDmabufDec *self, gboolean draining)
{
  GST_OBJECT_LOCK (self);
  self->draining = draining;
  GST_OBJECT_UNLOCK (self);
  if (draining) {
    gst_dmabuf_codec_output_wake (&self->codec.output);
    gst_dmabuf_dec_mind_silence (self);
  }
}

/* Ends a stream, with what is still inside. */
static void
end_stream (GstDmabufDec *self, gboolean drains)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);

  GST_VIDEO_DECODER_STREAM_UNLOCK (decoder);
  if (drains && gst_dmabuf_codec_input_is_streaming (&self->codec.input) &&
      gst_dmabuf_dec_get_flow (self) == GST_FLOW_OK) {
    set_draining (self, TRUE);
    gst_dmabuf_codec_drain (&self->codec);
  }
  gst_dmabuf_codec_interrupt (&self->codec);
  gst_pad_stop_task (GST_VIDEO_DECODER_SRC_PAD (decoder));
  gst_dmabuf_codec_stop (&self->codec);
  set_draining (self, FALSE);
  GST_VIDEO_DECODER_STREAM_LOCK (decoder);
}

/* The same, for who goes on or ends: frames that have not come out will not. */
static GstFlowReturn
drain (GstDmabufDec *self)
{
  GstFlowReturn flow;

  end_stream (self, TRUE);
  flow = gst_dmabuf_dec_get_flow (self);
  gst_dmabuf_dec_end_frames (self, flow);
  gst_dmabuf_dec_set_flow (self, GST_FLOW_OK);
  return flow;
}

static guint32
usual_room (const GstVideoInfo *upstream)
{
  return gst_zc_v4l2_coded_get_room ((guint) GST_VIDEO_INFO_WIDTH (upstream),
      (guint) GST_VIDEO_INFO_HEIGHT (upstream));
}

/* dev-decoder.rst, Initialization: the coded format, with room for frames of
 * SIZE bytes. */
static gboolean
set_coded (GstDmabufDec *self, gsize size)
{
  const GstVideoInfo *upstream = &self->input->info;
  struct zc_v4l2_format wish = {
    .fourcc = self->codec.choice.fourcc[GST_DMABUF_CODEC_IN],
    .width = (guint) GST_VIDEO_INFO_WIDTH (upstream),
    .height = (guint) GST_VIDEO_INFO_HEIGHT (upstream),
    .field = V4L2_FIELD_ANY,
    .n_memory_planes = 1,
  };
  GstVideoInfo info;
  gint ret;

  /* the device tells it of pictures whose stream does not say */
  gst_zc_v4l2_colorimetry_wish (&wish, &upstream->colorimetry, FALSE);
  wish.plane[0].size = (guint32) MIN (size, G_MAXUINT32);
  gst_video_info_set_format (
      &info, GST_VIDEO_FORMAT_ENCODED, wish.width, wish.height);
  ret = gst_dmabuf_codec_input_configure (
      &self->codec.input, self->codec.device, &wish, &info, DEPTH);
  if (ret < 0)
    gst_dmabuf_codec_error_set_format (GST_ELEMENT (self),
        self->codec.device->path, "VIDIOC_S_FMT", &wish, ret);
  return ret == 0;
}

static gboolean
gst_dmabuf_dec_set_format (GstVideoDecoder *decoder, GstVideoCodecState *state)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);
  g_autoptr (GstCaps) allowed = get_allowed (self);

  drain (self);
  g_clear_pointer (&self->input, gst_video_codec_state_unref);
  self->input = gst_video_codec_state_ref (state);
  if (!gst_dmabuf_codec_choose (&self->codec, state->caps, allowed))
    return FALSE;
  if (self->used && !gst_dmabuf_codec_reopen (&self->codec))
    return FALSE;
  self->used = FALSE;
  return set_coded (self, usual_room (&state->info));
}

static gboolean
fits (GstDmabufDec *self, GstBuffer *buffer)
{
  return gst_buffer_get_size (buffer) <= self->codec.input.format.plane[0].size;
}

/* The room in a dma-buf, which the device takes only if that is for any frame:
 * what its exporter thinks of the largest. 0 for other memory. */
static gsize
room_of (GstBuffer *buffer)
{
  GstMemory *memory = gst_buffer_n_memory (buffer) == 1
                          ? gst_buffer_peek_memory (buffer, 0)
                          : NULL;

  return memory && gst_is_dmabuf_memory (memory) ? memory->maxsize : 0;
}

/* There is a price to a frame that has none, which others will follow: all that
 * the device remembers of those before. */
static gboolean
make_room (GstDmabufDec *self, GstBuffer *buffer)
{
  gsize room = room_of (buffer);

  if (!fits (self, buffer))
    return set_coded (self, MAX (room, 2 * gst_buffer_get_size (buffer)));
  if (room > 0 && room < self->codec.input.format.plane[0].size)
    return set_coded (self, room);
  return TRUE;
}

/* Whether the driver says that the stream may change its size. */
static gboolean
follows_changes (GstDmabufDec *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  const guint32 fourcc = self->codec.choice.fourcc[GST_DMABUF_CODEC_IN];
  struct v4l2_fmtdesc desc = { 0 };

  for (guint i = 0; desc.pixelformat != fourcc; i++)
    if (zc_v4l2_enum_format (device, device->output_type, i, &desc) < 0)
      return TRUE;
  return desc.flags & V4L2_FMT_FLAG_DYN_RESOLUTION;
}

static void
watch (GstDmabufDec *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  gint ret = zc_v4l2_event_subscribe_stream (device);

  if (ret == 0)
    ret = gst_dmabuf_codec_output_watch (&self->codec.output, device);
  self->tells_formats = ret == 0;
  self->tells_surely = follows_changes (self);
  self->changed = self->unsaid = FALSE;
  self->fruitless = 0;
  if (ret < 0)
    GST_INFO_OBJECT (self, "%s does not tell of formats: %s", device->path,
        g_strerror (-ret));
}

/* Before the first frame. */
static gboolean
begin_stream (GstDmabufDec *self, GstBuffer *buffer)
{
  if (self->used && (!gst_dmabuf_codec_reopen (&self->codec) ||
                        !set_coded (self, usual_room (&self->input->info))))
    return FALSE;
  self->used = TRUE;
  if (!make_room (self, buffer))
    return FALSE;
  gst_dmabuf_codec_apply_controls (&self->codec);
  watch (self);
  return TRUE;
}

static gboolean
start_thread (GstDmabufDec *self)
{
  return gst_pad_start_task (
      GST_VIDEO_DECODER_SRC_PAD (self), gst_dmabuf_dec_give_frames, self, NULL);
}

/* --- frames ------------------------------------------------------------- */

static gboolean
is_layout_meta (GstBuffer *buffer, GstMeta **meta, gpointer data)
{
  gboolean *others = data;

  (void) buffer;
  *others = (*meta)->info->api != GST_VIDEO_META_API_TYPE;
  return !*others;
}

/* The frame keeps what is told beside its bytes; these go back to upstream as
 * soon as the device has read them. Returns them: (transfer full). */
static GstBuffer *
steal_coded (GstDmabufDec *self, GstVideoCodecFrame *frame)
{
  GstBuffer *coded = frame->input_buffer;
  gboolean has_others = FALSE;

  gst_buffer_foreach_meta (coded, is_layout_meta, &has_others);
  if (has_others) {
    frame->input_buffer = gst_buffer_new ();
    gst_buffer_copy_into (frame->input_buffer, coded,
        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS |
            GST_BUFFER_COPY_META,
        0, -1);
  } else {
    frame->input_buffer = gst_buffer_ref (self->nothing);
  }
  return coded;
}

static GstFlowReturn
refuse (GstDmabufDec *self, gint error)
{
  g_autofree gchar *refused = NULL;
  GstFlowReturn flow;

  if (error == -ECANCELED) {
    flow = gst_dmabuf_dec_get_flow (self);
    return flow == GST_FLOW_OK ? GST_FLOW_FLUSHING : flow;
  }
  refused = gst_dmabuf_codec_input_get_refused (&self->codec.input);
  gst_dmabuf_codec_error_push (
      GST_ELEMENT (self), self->codec.device->path, refused, error);
  return GST_FLOW_ERROR;
}

/* The base class's lock is not held while the device has no room. */
static GstFlowReturn
push (GstDmabufDec *self, GstVideoCodecFrame *frame)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);
  GstBuffer *coded = steal_coded (self, frame);
  gint ret;

  GST_VIDEO_DECODER_STREAM_UNLOCK (decoder);
  ret = gst_dmabuf_codec_push (&self->codec, coded, frame->system_frame_number);
  gst_buffer_unref (coded);
  GST_VIDEO_DECODER_STREAM_LOCK (decoder);
  return ret < 0 ? refuse (self, ret) : GST_FLOW_OK;
}

/* A frame that is larger than frames were thought to be. */
static GstFlowReturn
grow (GstDmabufDec *self, GstBuffer *buffer)
{
  GST_INFO_OBJECT (self, "a frame of %" G_GSIZE_FORMAT " bytes, for %u",
      gst_buffer_get_size (buffer), self->codec.input.format.plane[0].size);
  end_stream (self, TRUE);
  return gst_dmabuf_dec_get_flow (self);
}

/* The device does not take frames of that size at all. */
static GstFlowReturn
leave_out (GstDmabufDec *self, GstVideoCodecFrame *frame)
{
  GstFlowReturn flow = GST_FLOW_OK;

  GST_VIDEO_DECODER_ERROR (self, 1, STREAM, DECODE,
      ("A frame is too large for %s, and left out.", self->codec.device->path),
      ("It has %" G_GSIZE_FORMAT " bytes, and the driver takes %u at most.",
          gst_buffer_get_size (frame->input_buffer),
          self->codec.input.format.plane[0].size),
      flow);
  gst_dmabuf_codec_count_skipped (&self->codec);
  gst_video_decoder_drop_frame (
      GST_VIDEO_DECODER (self), gst_video_codec_frame_ref (frame));
  return flow;
}

static GstFlowReturn
begin (GstDmabufDec *self, GstVideoCodecFrame *frame)
{
  GstFlowReturn flow;

  gst_dmabuf_dec_add_headers (self, &frame->input_buffer);
  if (!begin_stream (self, frame->input_buffer))
    return GST_FLOW_ERROR;
  if (!fits (self, frame->input_buffer))
    return leave_out (self, frame);
  flow = push (self, frame);
  if (flow == GST_FLOW_OK && !start_thread (self))
    flow = GST_FLOW_ERROR;
  return flow;
}

static GstFlowReturn
decode (GstDmabufDec *self, GstVideoCodecFrame *frame)
{
  GstDmabufCodecInput *input = &self->codec.input;
  GstFlowReturn flow = gst_dmabuf_dec_get_flow (self);

  if (flow == GST_FLOW_OK && gst_dmabuf_codec_input_is_streaming (input) &&
      !fits (self, frame->input_buffer))
    flow = grow (self, frame->input_buffer);
  if (flow != GST_FLOW_OK)
    return flow;
  return gst_dmabuf_codec_input_is_streaming (input) ? push (self, frame)
                                                     : begin (self, frame);
}

static GstFlowReturn
skip (GstDmabufDec *self, GstVideoCodecFrame *frame)
{
  GST_INFO_OBJECT (self, "frame %u has no bytes", frame->system_frame_number);
  gst_dmabuf_codec_count_skipped (&self->codec);
  return gst_video_decoder_drop_frame (GST_VIDEO_DECODER (self), frame);
}

static GstFlowReturn
gst_dmabuf_dec_handle_frame (
    GstVideoDecoder *decoder, GstVideoCodecFrame *frame)
{
  GstFlowReturn flow;

  /* to drivers no bytes would be as many as there is room, or the end */
  if (gst_buffer_get_size (frame->input_buffer) == 0)
    return skip (GST_DMABUF_DEC (decoder), frame);
  flow = decode (GST_DMABUF_DEC (decoder), frame);

  /* what did not go in does not come out */
  if (flow != GST_FLOW_OK)
    gst_video_decoder_release_frame (decoder, frame);
  else
    gst_video_codec_frame_unref (frame);
  return flow;
}

static GstFlowReturn
gst_dmabuf_dec_drain (GstVideoDecoder *decoder)
{
  return drain (GST_DMABUF_DEC (decoder));
}

/* Backwards the base class does so between groups of pictures, too: what is
 * inside then was to be seen before. */
static gboolean
gst_dmabuf_dec_flush (GstVideoDecoder *decoder)
{
  drain (GST_DMABUF_DEC (decoder));
  return TRUE;
}

/* The base class forgets segments that have not come out: no picture may, from
 * here on. */
static void
end_flush (GstDmabufDec *self)
{
  gst_dmabuf_codec_interrupt (&self->codec);
  gst_pad_stop_task (GST_VIDEO_DECODER_SRC_PAD (self));
  gst_dmabuf_codec_stop (&self->codec);
  gst_dmabuf_codec_set_flushing (&self->codec, FALSE);
  gst_dmabuf_dec_set_flow (self, GST_FLOW_FLUSHING);
}

static gboolean
gst_dmabuf_dec_sink_event (GstVideoDecoder *decoder, GstEvent *event)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    gst_dmabuf_codec_set_flushing (&self->codec, TRUE);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    end_flush (self);
  return GST_VIDEO_DECODER_CLASS (gst_dmabuf_dec_parent_class)
      ->sink_event (decoder, event);
}

/* --- states ------------------------------------------------------------- */

static gboolean
gst_dmabuf_dec_open (GstVideoDecoder *decoder)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);

  gst_dmabuf_codec_copies_reset_stats (&self->copies);
  return gst_dmabuf_codec_open (&self->codec);
}

static gboolean
gst_dmabuf_dec_close (GstVideoDecoder *decoder)
{
  gst_dmabuf_codec_close (&GST_DMABUF_DEC (decoder)->codec);
  return TRUE;
}

static gboolean
gst_dmabuf_dec_start (GstVideoDecoder *decoder)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);

  gst_dmabuf_dec_set_flow (self, GST_FLOW_OK);
  gst_dmabuf_codec_set_flushing (&self->codec, FALSE);
  self->disorder = 0;
  return TRUE;
}

static gboolean
gst_dmabuf_dec_stop (GstVideoDecoder *decoder)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);

  gst_pad_stop_task (GST_VIDEO_DECODER_SRC_PAD (decoder));
  gst_dmabuf_codec_stop (&self->codec);
  gst_dmabuf_codec_copies_stop (&self->copies);
  g_clear_pointer (&self->input, gst_video_codec_state_unref);
  return TRUE;
}

/* Threads that wait for the device must leave before pads can be stopped. */
static GstStateChangeReturn
gst_dmabuf_dec_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_dmabuf_codec_set_flushing (&GST_DMABUF_DEC (element)->codec, TRUE);
  return GST_ELEMENT_CLASS (gst_dmabuf_dec_parent_class)
      ->change_state (element, transition);
}

/* --- properties --------------------------------------------------------- */

static void
gst_dmabuf_dec_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstDmabufDec *self = GST_DMABUF_DEC (object);

  if (!gst_dmabuf_codec_set_property (&self->codec, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static guint64
get_number (const GstStructure *stats, const gchar *field)
{
  guint64 value = 0;

  gst_structure_get_uint64 (stats, field, &value);
  return value;
}

static GstStructure *
get_stats (GstDmabufDec *self)
{
  GstStructure *stats = gst_dmabuf_codec_get_stats (
      &self->codec, "dmabufdec-stats");
  guint64 copies = get_number (stats, "copies");
  guint64 bytes = get_number (stats, "bytes-copied");
  guint64 pictures, of_pictures;

  gst_dmabuf_codec_output_get_stats (&self->codec.output, stats);
  gst_dmabuf_codec_copies_get_stats (&self->copies, &pictures, &of_pictures);
  gst_structure_set (stats, "copies", G_TYPE_UINT64, copies + pictures,
      "bytes-copied", G_TYPE_UINT64, bytes + of_pictures, "pictures-copied",
      G_TYPE_UINT64, pictures, NULL);
  return stats;
}

static void
gst_dmabuf_dec_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstDmabufDec *self = GST_DMABUF_DEC (object);

  if (id == GST_DMABUF_CODEC_PROP_STATS)
    g_value_take_boxed (value, get_stats (self));
  else if (!gst_dmabuf_codec_get_property (&self->codec, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_dmabuf_dec_finalize (GObject *object)
{
  GstDmabufDec *self = GST_DMABUF_DEC (object);

  gst_dmabuf_codec_clear (&self->codec);
  gst_clear_buffer (&self->nothing);
  G_OBJECT_CLASS (gst_dmabuf_dec_parent_class)->finalize (object);
}

static void
gst_dmabuf_dec_init (GstDmabufDec *self)
{
  GstVideoDecoder *decoder = GST_VIDEO_DECODER (self);

  self->nothing = gst_buffer_new ();
  gst_dmabuf_codec_init (&self->codec, GST_ELEMENT (self), ZC_V4L2_JOB_DECODE);
  gst_dmabuf_codec_copies_init (
      &self->copies, GST_ELEMENT (self), &self->codec.forbids);
  gst_video_decoder_set_packetized (decoder, TRUE);
  gst_video_decoder_set_needs_format (decoder, TRUE);
}

static void
install_properties (GObjectClass *klass)
{
  gst_dmabuf_codec_install_properties (klass,
      "The decoder: its path, a link below /dev/v4l, or the name or bus of "
      "its card; none means the first that decodes the stream; tells the "
      "one in use; read when leaving NULL (default: none)",
      "Controls of the device by name, such as "
      "c,display_delay_enable=1,display_delay=0 (default: none)",
      "Counts since the start: frames that came out and dropped ones, "
      "copies (frames) and bytes-copied by the CPU, of which "
      "pictures-copied came out, how frames come into the device (input), "
      "why not by better ways (input-refused), buffers for pictures, how "
      "often it starved for one, and the device");
}

static void
gst_dmabuf_dec_class_init (GstDmabufDecClass *klass)
{
  GstVideoDecoderClass *decoder = GST_VIDEO_DECODER_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GObjectClass *object = G_OBJECT_CLASS (klass);

  object->set_property = gst_dmabuf_dec_set_property;
  object->get_property = gst_dmabuf_dec_get_property;
  object->finalize = gst_dmabuf_dec_finalize;
  install_properties (object);

  element->change_state = gst_dmabuf_dec_change_state;
  gst_element_class_set_static_metadata (element, "Zero-copy V4L2 decoder",
      "Codec/Decoder/Video/Hardware",
      "Decodes video with a V4L2 memory-to-memory device, without copying it",
      "The gst-dmabuf developers");
  gst_dmabuf_codec_add_pad_template (
      element, "sink", GST_PAD_SINK, coded_template ());
  gst_dmabuf_codec_add_pad_template (
      element, "src", GST_PAD_SRC, gst_zc_caps_template ());

  decoder->open = gst_dmabuf_dec_open;
  decoder->close = gst_dmabuf_dec_close;
  decoder->start = gst_dmabuf_dec_start;
  decoder->stop = gst_dmabuf_dec_stop;
  decoder->getcaps = gst_dmabuf_dec_getcaps;
  decoder->set_format = gst_dmabuf_dec_set_format;
  decoder->decide_allocation = gst_dmabuf_dec_decide_allocation;
  decoder->handle_frame = gst_dmabuf_dec_handle_frame;
  decoder->finish = gst_dmabuf_dec_drain;
  decoder->drain = gst_dmabuf_dec_drain;
  decoder->flush = gst_dmabuf_dec_flush;
  decoder->sink_event = gst_dmabuf_dec_sink_event;
  decoder->sink_query = gst_dmabuf_dec_sink_query;
}
