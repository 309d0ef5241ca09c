/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-dmabufenc
 * @title: dmabufenc
 * @short_description: encodes video with a V4L2 device, without a copy
 *
 * dmabufenc encodes by a memory-to-memory device of V4L2 that keeps its state
 * itself (the kernel's "Memory-to-Memory Stateful Video Encoder Interface").
 * The codec is what downstream takes; the device is the first that makes it of
 * the video, unless one is named (device).
 *
 * Frames are read where they are: dma-bufs are imported, and memory of the
 * process is handed over by address where it begins at a page. Upstream is
 * offered memory that is laid out as the device wants it, with its padding.
 * What cannot be read so is copied, once, which is told by a warning and
 * counted in stats. What was read goes back to where it came from at once.
 * Coded frames are dma-bufs, too.
 *
 * With #dmabufenc:copy-policy at forbid, pictures that would have to be copied
 * are an error with the reason; coded frames, which are small, are copied all
 * the same. How frames come in and leave is told by the element message
 * "zerocopy" too. Producers that ask whether their memory will do
 * (`GstZcImportQuery`) are answered by trying.
 *
 * Profile, tier and level are negotiated with downstream; the level is the
 * least that size, rate and bitrate need. The other settings are left to the
 * driver unless they are set. #dmabufenc:device-settings tells which of them
 * the device in use has, and their ranges; what it does not have is a warning,
 * and left out. Most can be changed while frames flow; b-frames counts from the
 * next stream (after caps, the end or a flush).
 *
 * A device that reorders frames (b-frames) is given as many at once as it
 * needs.
 *
 * Coded frames are memory of the device's, of which there is more as long as
 * the driver has any. Where downstream keeps all of it, a muxer that waits for
 * another stream for example, coded frames are copied into memory of the
 * process, so that the device goes on.
 *
 * ## Choosing it by itself
 *
 * Elements that look for an encoder (encodebin, camerabin) do not take it,
 * because its rank is NONE. GST_PLUGIN_FEATURE_RANK=dmabufenc:MAX in the
 * environment, or gst_plugin_feature_set_rank() in a program, puts it first.
 *
 * ## Statistics
 *
 * #dmabufenc:stats counts since the element left NULL:
 *
 * * frames: that were coded
 * * dropped: frames that the device could not do, or left out (frame-skip)
 * * copies, bytes-copied: frames that the CPU copied, and how much that was
 * * coded-copies: coded frames that were copied, because downstream keeps all
 *   buffers that the device can have
 * * fields: "woven" of interlaced video, both into one picture; else "none"
 * * input: how frames come into the device: dmabuf-import, userptr or copy
 * * input-refused: why not by better ways, or "none"
 * * device: the one in use, or "none"
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 dmabufsrc ! dmabufenc ! matroskamux ! filesink location=a.mkv
 * gst-launch-1.0 dmabufsrc ! tee name=t ! dmabufsink \
 *     t. ! queue ! dmabufenc ! fakesink
 * ]|
 */

#include "gstdmabufenc.h"

#include "gstdmabufenc-private.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

typedef struct {
  GstVideoEncoderClass parent;
} GstDmabufEncClass;

static GType gst_dmabuf_enc_get_type (void);
G_DEFINE_TYPE (GstDmabufEnc, gst_dmabuf_enc, GST_TYPE_VIDEO_ENCODER)
GST_ELEMENT_REGISTER_DEFINE (
    dmabufenc, "dmabufenc", GST_RANK_NONE, gst_dmabuf_enc_get_type ())

enum {
  PROP_DEVICE_SETTINGS = GST_DMABUF_CODEC_PROP_LAST,
  PROP_SETTINGS, /* the first of them */
};

/* --- caps --------------------------------------------------------------- */

static GstCaps *
coded_template (void)
{
  GstCaps *caps = gst_caps_new_empty ();
  guint32 fourcc;

  for (guint i = 0; (fourcc = gst_zc_v4l2_coded_nth (i)); i++)
    if (gst_zc_v4l2_coded_get_bits (fourcc) == 0)
      caps = gst_caps_merge (caps, gst_zc_v4l2_coded_to_caps (fourcc));
  return caps;
}

static GstCaps *
gst_dmabuf_enc_getcaps (GstVideoEncoder *encoder, GstCaps *filter)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);
  g_autoptr (GstCaps)
      allowed = gst_pad_get_allowed_caps (GST_VIDEO_ENCODER_SRC_PAD (encoder));
  g_autoptr (GstCaps) caps = gst_dmabuf_codec_get_caps (
      &self->codec, GST_DMABUF_CODEC_IN, allowed);

  return gst_video_encoder_proxy_getcaps (encoder, caps, filter);
}

/* What can come out, as downstream has it: profile and level are chosen by its
 * words. (transfer full) */
static GstCaps *
list_outputs (GstDmabufEnc *self, GstCaps *in)
{
  GstPad *pad = GST_VIDEO_ENCODER_SRC_PAD (self);
  g_autoptr (GstCaps)
      ours = gst_dmabuf_codec_get_caps (&self->codec, GST_DMABUF_CODEC_OUT, in);
  g_autoptr (GstCaps) theirs = gst_pad_peer_query_caps (pad, ours);

  return theirs
             ? gst_caps_intersect_full (theirs, ours, GST_CAPS_INTERSECT_FIRST)
             : gst_caps_ref (ours);
}

/* Where frames are reordered the first ones are decoded before time begins:
 * that begins later, then. What has begun goes on: the base class would count
 * from the next frame, in a segment that downstream has already. */
#define LATER (1000 * 60 * 60 * GST_SECOND)

static void
set_least_time (GstDmabufEnc *self)
{
  GstClockTime least = g_atomic_int_get (&self->reorders) > 0
                           ? LATER
                           : GST_CLOCK_TIME_NONE;

  if (least == self->least_time || self->has_begun)
    return;
  self->least_time = least;
  gst_video_encoder_set_min_pts (GST_VIDEO_ENCODER (self), least);
}

static void
set_times (GstDmabufEnc *self, const GstVideoInfo *info)
{
  GstVideoEncoder *encoder = GST_VIDEO_ENCODER (self);
  guint reorders = (guint) g_atomic_int_get (&self->reorders);
  GstClockTime latency;

  self->duration = GST_VIDEO_INFO_FPS_N (info) > 0
                       ? gst_util_uint64_scale (GST_SECOND,
                             GST_VIDEO_INFO_FPS_D (info),
                             GST_VIDEO_INFO_FPS_N (info))
                       : 0;
  latency = (1 + reorders) * self->duration;
  gst_video_encoder_set_latency (encoder, latency, latency);
  set_least_time (self);
}

void
gst_dmabuf_enc_follow_settings (GstDmabufEnc *self)
{
  if (self->streams || !self->state || self->refused ||
      !g_atomic_int_get (&self->has_changed))
    return;
  gst_dmabuf_enc_learn_order (self);
  set_times (self, &self->codec.input.info);
}

static void
adopt_caps (GstDmabufEnc *self, GstCaps *caps, GstCaps *coded,
    GstVideoCodecState *state)
{
  gst_caps_replace (&self->refused, NULL);
  gst_caps_replace (&self->caps, caps);
  gst_video_codec_state_unref (gst_video_encoder_set_output_state (
      GST_VIDEO_ENCODER (self), gst_caps_fixate (coded), state));
}

/* @state need not be of @caps, but for their format. */
static gboolean
set_caps (GstDmabufEnc *self, GstCaps *caps, GstVideoCodecState *state)
{
  guint32 drm_fourcc;
  guint64 modifier;
  GstVideoInfo info;
  GstCaps *all, *coded;

  /* upstream sends them again, and has been told */
  if (self->refused && gst_caps_is_equal (self->refused, caps))
    return FALSE;
  gst_dmabuf_enc_drain (self);
  gst_dmabuf_enc_set_flow (self, GST_FLOW_OK);
  if (!gst_zc_caps_parse (caps, &info, &drm_fourcc, &modifier))
    return FALSE;
  all = list_outputs (self, caps);
  if (gst_caps_is_empty (all)) {
    gst_caps_unref (all);
    return FALSE;
  }
  coded = gst_dmabuf_enc_configure (self, &info, caps, all);
  if (!coded) {
    gst_caps_replace (&self->refused, caps);
    return FALSE;
  }
  set_times (self, &info);
  adopt_caps (self, caps, coded, state);
  return TRUE;
}

static gboolean
gst_dmabuf_enc_set_format (GstVideoEncoder *encoder, GstVideoCodecState *state)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  if (!set_caps (self, state->caps, state))
    return FALSE;
  g_clear_pointer (&self->state, gst_video_codec_state_unref);
  self->state = gst_video_codec_state_ref (state);
  return TRUE;
}

static gboolean
is_other_drm_format (GstCaps *a, GstCaps *b)
{
  return gst_video_is_dma_drm_caps (a) && gst_video_is_dma_drm_caps (b) &&
         g_strcmp0 (gst_structure_get_string (
                        gst_caps_get_structure (a, 0), "drm-format"),
             gst_structure_get_string (
                 gst_caps_get_structure (b, 0), "drm-format")) != 0;
}

/* The base class takes one format of dma-bufs for another of the same size, and
 * after caps that were refused those before them for what the device is still
 * set to. */
static gboolean
take_caps (GstDmabufEnc *self, GstEvent *event)
{
  GstVideoEncoder *encoder = GST_VIDEO_ENCODER (self);
  g_autoptr (GstCaps) caps = NULL;
  gboolean ok;

  gst_event_parse_caps (event, &caps);
  gst_caps_ref (caps);
  ok = GST_VIDEO_ENCODER_CLASS (gst_dmabuf_enc_parent_class)
           ->sink_event (encoder, event);
  GST_VIDEO_ENCODER_STREAM_LOCK (encoder);
  if (ok && self->state &&
      (self->refused || is_other_drm_format (self->caps, caps)))
    ok = set_caps (self, caps, self->state);
  GST_VIDEO_ENCODER_STREAM_UNLOCK (encoder);
  return ok;
}

/* The base class would offer memory of the process in any case. */
static gboolean
gst_dmabuf_enc_propose_allocation (GstVideoEncoder *encoder, GstQuery *query)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  if (!gst_dmabuf_codec_input_propose (&self->codec.input, query))
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

/* --- frames ------------------------------------------------------------- */

/* Whether it tells something that is not of the memory of the picture. */
static gboolean
is_beside (const GstMeta *meta)
{
  return meta->info->api != GST_VIDEO_META_API_TYPE &&
         !gst_meta_api_type_has_tag (meta->info->api,
             g_quark_from_static_string (GST_META_TAG_MEMORY_REFERENCE_STR));
}

static gboolean
note_beside (GstBuffer *buffer, GstMeta **meta, gpointer data)
{
  gboolean *others = data;

  (void) buffer;
  *others = is_beside (*meta);
  return !*others;
}

static gboolean
keep_beside (GstBuffer *buffer, GstMeta **meta, gpointer data)
{
  (void) buffer;
  (void) data;
  if (!is_beside (*meta))
    *meta = NULL;
  return TRUE;
}

/* The frame keeps what is told beside the picture, not the picture: that goes
 * back as soon as the device has read it. Returns that: (transfer full). */
static GstBuffer *
steal_picture (GstDmabufEnc *self, GstVideoCodecFrame *frame)
{
  GstBuffer *picture = frame->input_buffer;
  gboolean has_others = FALSE;

  gst_buffer_foreach_meta (picture, note_beside, &has_others);
  if (has_others) {
    frame->input_buffer = gst_buffer_new ();
    gst_buffer_copy_into (frame->input_buffer, picture,
        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS |
            GST_BUFFER_COPY_META,
        0, -1);
    gst_buffer_foreach_meta (frame->input_buffer, keep_beside, NULL);
  } else {
    frame->input_buffer = gst_buffer_ref (self->nothing);
  }
  return picture;
}

/* The first frame is a key frame anyway. */
static gboolean
must_force_key (GstDmabufEnc *self, const GstVideoCodecFrame *frame)
{
  return GST_VIDEO_CODEC_FRAME_IS_FORCE_KEYFRAME (frame) &&
         gst_dmabuf_codec_input_is_streaming (&self->codec.input);
}

/* The base class's lock is not held while the device has no room. */
static gint
push (GstDmabufEnc *self, GstVideoCodecFrame *frame)
{
  GstVideoEncoder *encoder = GST_VIDEO_ENCODER (self);
  GstBuffer *picture = steal_picture (self, frame);
  gint ret;

  gst_dmabuf_enc_note_time (self, frame);
  self->streams = self->used = self->has_begun = TRUE;
  GST_VIDEO_ENCODER_STREAM_UNLOCK (encoder);
  if (must_force_key (self, frame)) {
    gst_dmabuf_codec_wait_for_room (&self->codec);
    gst_dmabuf_enc_force_key (self);
  }
  ret = gst_dmabuf_codec_push (
      &self->codec, picture, frame->system_frame_number);
  gst_buffer_unref (picture);
  GST_VIDEO_ENCODER_STREAM_LOCK (encoder);
  return ret;
}

/* The device has stopped, or does not take this frame. */
static void
tell_error (GstDmabufEnc *self, gint error)
{
  const gchar *path = self->codec.device->path;
  g_autofree gchar *refused = NULL;

  if (!gst_dmabuf_enc_fail (self))
    return;
  if (gst_dmabuf_codec_input_get_error (&self->codec.input) < 0) {
    gst_dmabuf_codec_error_streaming (
        GST_ELEMENT (self), path, "VIDIOC_DQBUF", error);
    return;
  }
  refused = gst_dmabuf_codec_input_get_refused (&self->codec.input);
  gst_dmabuf_codec_error_push (GST_ELEMENT (self), path, refused, error);
}

/* What the thread of the source pad met comes first: it is why there is no
 * room. */
static GstFlowReturn
refuse (GstDmabufEnc *self, gint error)
{
  GstFlowReturn flow = gst_dmabuf_enc_get_flow (self);

  if (flow != GST_FLOW_OK)
    return flow;
  if (error == -ECANCELED)
    return GST_FLOW_FLUSHING;
  tell_error (self, error);
  return GST_FLOW_ERROR;
}

/* How it goes; once somebody is there again, it is tried again. */
static GstFlowReturn
get_flow (GstDmabufEnc *self)
{
  GstFlowReturn flow = gst_dmabuf_enc_get_flow (self);

  if (flow != GST_FLOW_NOT_LINKED ||
      !g_atomic_int_compare_and_exchange (&self->relinked, TRUE, FALSE))
    return flow;
  gst_dmabuf_enc_end_output (self);
  gst_dmabuf_enc_set_flow (self, GST_FLOW_OK);
  return GST_FLOW_OK;
}

static GstFlowReturn
encode (GstDmabufEnc *self, GstVideoCodecFrame *frame)
{
  gint ret;

  if (self->used && !self->streams && !gst_dmabuf_enc_configure_again (self)) {
    gst_dmabuf_enc_set_flow (self, GST_FLOW_ERROR);
    return GST_FLOW_ERROR;
  }
  ret = push (self, frame);
  if (ret < 0)
    return refuse (self, ret);
  return gst_dmabuf_codec_output_is_streaming (&self->codec.output)
             ? GST_FLOW_OK
             : gst_dmabuf_enc_start_output (self);
}

static GstFlowReturn
gst_dmabuf_enc_handle_frame (
    GstVideoEncoder *encoder, GstVideoCodecFrame *frame)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);
  GstFlowReturn flow = get_flow (self);

  if (flow == GST_FLOW_OK)
    flow = encode (self, frame);
  if (flow == GST_FLOW_OK)
    gst_video_codec_frame_unref (frame);
  else /* without its picture, which upstream may need */
    gst_video_encoder_finish_frame (encoder, frame);
  return flow;
}

static GstFlowReturn
gst_dmabuf_enc_finish (GstVideoEncoder *encoder)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);
  GstFlowReturn flow = gst_dmabuf_enc_drain (self);

  gst_dmabuf_enc_set_flow (self, GST_FLOW_OK);
  gst_dmabuf_enc_follow_settings (self);
  return flow;
}

static gboolean
gst_dmabuf_enc_flush (GstVideoEncoder *encoder)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  gst_dmabuf_enc_end_output (self);
  gst_dmabuf_enc_set_flow (self, GST_FLOW_OK);
  gst_dmabuf_enc_follow_settings (self);
  return TRUE;
}

static gboolean
gst_dmabuf_enc_sink_query (GstVideoEncoder *encoder, GstQuery *query)
{
  if (gst_dmabuf_codec_input_answer (
          &GST_DMABUF_ENC (encoder)->codec.input, query))
    return FALSE; /* as that question is answered */
  return GST_VIDEO_ENCODER_CLASS (gst_dmabuf_enc_parent_class)
      ->sink_query (encoder, query);
}

static void
begin_segment (GstDmabufEnc *self)
{
  GST_VIDEO_ENCODER_STREAM_LOCK (self);
  self->has_begun = FALSE;
  set_least_time (self);
  GST_VIDEO_ENCODER_STREAM_UNLOCK (self);
}

static gboolean
gst_dmabuf_enc_sink_event (GstVideoEncoder *encoder, GstEvent *event)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    gst_dmabuf_codec_set_flushing (&self->codec, TRUE);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    gst_dmabuf_codec_set_flushing (&self->codec, FALSE);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    return take_caps (self, event);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    begin_segment (self);
  return GST_VIDEO_ENCODER_CLASS (gst_dmabuf_enc_parent_class)
      ->sink_event (encoder, event);
}

static gboolean
gst_dmabuf_enc_src_event (GstVideoEncoder *encoder, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE)
    g_atomic_int_set (&GST_DMABUF_ENC (encoder)->relinked, TRUE);
  return GST_VIDEO_ENCODER_CLASS (gst_dmabuf_enc_parent_class)
      ->src_event (encoder, event);
}

/* --- states ------------------------------------------------------------- */

static gboolean
gst_dmabuf_enc_open (GstVideoEncoder *encoder)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  GST_OBJECT_LOCK (self);
  self->coded_copies = 0;
  self->is_woven = FALSE;
  GST_OBJECT_UNLOCK (self);
  return gst_dmabuf_codec_open (&self->codec);
}

static gboolean
gst_dmabuf_enc_close (GstVideoEncoder *encoder)
{
  gst_dmabuf_codec_close (&GST_DMABUF_ENC (encoder)->codec);
  return TRUE;
}

static gboolean
gst_dmabuf_enc_start (GstVideoEncoder *encoder)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  gst_dmabuf_enc_set_flow (self, GST_FLOW_OK);
  gst_caps_replace (&self->refused, NULL);
  gst_dmabuf_codec_set_flushing (&self->codec, FALSE);
  return TRUE;
}

static gboolean
gst_dmabuf_enc_stop (GstVideoEncoder *encoder)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (encoder);

  gst_dmabuf_enc_end_streams (self);
  GST_VIDEO_ENCODER_STREAM_LOCK (encoder);
  gst_queue_array_clear (self->times);
  self->streams = FALSE;
  g_clear_pointer (&self->state, gst_video_codec_state_unref);
  GST_VIDEO_ENCODER_STREAM_UNLOCK (encoder);
  return TRUE;
}

/* Threads that wait for the device must leave before pads can be stopped. */
static GstStateChangeReturn
gst_dmabuf_enc_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_dmabuf_codec_set_flushing (&GST_DMABUF_ENC (element)->codec, TRUE);
  return GST_ELEMENT_CLASS (gst_dmabuf_enc_parent_class)
      ->change_state (element, transition);
}

/* --- properties --------------------------------------------------------- */

static void
set_setting (GstDmabufEnc *self, guint n, const GValue *value)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = gst_zc_v4l2_encoder_settings_set (&self->settings, n, value);
  GST_OBJECT_UNLOCK (self);
  if (changed)
    gst_dmabuf_enc_apply_setting (self, n);
}

static void
gst_dmabuf_enc_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (object);

  if (id >= PROP_SETTINGS)
    set_setting (self, id - PROP_SETTINGS, value);
  else if (!gst_dmabuf_codec_set_property (&self->codec, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
get_setting (GstDmabufEnc *self, guint n, GValue *value)
{
  GST_OBJECT_LOCK (self);
  gst_zc_v4l2_encoder_settings_get (&self->settings, n, value);
  GST_OBJECT_UNLOCK (self);
}

static GstStructure *
get_stats (GstDmabufEnc *self)
{
  GstStructure *stats = gst_dmabuf_codec_get_stats (
      &self->codec, "dmabufenc-stats");

  GST_OBJECT_LOCK (self);
  gst_structure_set (stats, "coded-copies", G_TYPE_UINT64, self->coded_copies,
      "fields", G_TYPE_STRING, self->is_woven ? "woven" : "none", NULL);
  GST_OBJECT_UNLOCK (self);
  return stats;
}

static void
gst_dmabuf_enc_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (object);

  if (id == GST_DMABUF_CODEC_PROP_STATS)
    g_value_take_boxed (value, get_stats (self));
  else if (id == PROP_DEVICE_SETTINGS)
    g_value_take_boxed (value, gst_dmabuf_enc_describe_settings (self));
  else if (id >= PROP_SETTINGS)
    get_setting (self, id - PROP_SETTINGS, value);
  else if (!gst_dmabuf_codec_get_property (&self->codec, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_dmabuf_enc_finalize (GObject *object)
{
  GstDmabufEnc *self = GST_DMABUF_ENC (object);

  gst_dmabuf_codec_clear (&self->codec);
  gst_clear_buffer (&self->nothing);
  gst_queue_array_free (self->times);
  gst_caps_replace (&self->caps, NULL);
  gst_caps_replace (&self->coded, NULL);
  gst_caps_replace (&self->refused, NULL);
  g_free (self->cannot_force_key);
  gst_zc_v4l2_encoder_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_dmabuf_enc_parent_class)->finalize (object);
}

static void
gst_dmabuf_enc_init (GstDmabufEnc *self)
{
  self->nothing = gst_buffer_new ();
  self->least_time = GST_CLOCK_TIME_NONE;
  self->times = gst_queue_array_new_for_struct (sizeof (GstClockTime), 16);
  gst_zc_v4l2_encoder_settings_init (&self->settings);
  gst_dmabuf_codec_init (&self->codec, GST_ELEMENT (self), ZC_V4L2_JOB_ENCODE);
}

static void
install_properties (GObjectClass *klass)
{
  gst_dmabuf_codec_install_properties (klass,
      "The encoder: its path, a link below /dev/v4l, or the name or bus of "
      "its card; none means the first that makes what downstream takes; "
      "tells the one in use; read when leaving NULL (default: none)",
      "Controls of the device by name, for what is no property of its own, "
      "such as c,h264_8x8_transform_enable=1; they come after the others "
      "(default: none)",
      "Counts since the start: frames coded and dropped, copies (frames) "
      "and bytes-copied by the CPU, coded-copies (frames), fields (woven, of "
      "interlaced video), how frames come into the device (input), "
      "why not by better ways (input-refused), and the device");
  g_object_class_install_property (klass, PROP_DEVICE_SETTINGS,
      g_param_spec_boxed ("device-settings", "Device settings",
          "Which of the properties the device in use has, with their ranges",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gst_zc_v4l2_encoder_settings_install (klass, PROP_SETTINGS);
}

static void
gst_dmabuf_enc_class_init (GstDmabufEncClass *klass)
{
  GstVideoEncoderClass *encoder = GST_VIDEO_ENCODER_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GObjectClass *object = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_codec_debug, "dmabufcodec", 0, "V4L2 mem2mem devices");
  object->set_property = gst_dmabuf_enc_set_property;
  object->get_property = gst_dmabuf_enc_get_property;
  object->finalize = gst_dmabuf_enc_finalize;
  install_properties (object);

  element->change_state = gst_dmabuf_enc_change_state;
  gst_element_class_set_static_metadata (element, "Zero-copy V4L2 encoder",
      "Codec/Encoder/Video/Hardware",
      "Encodes video with a V4L2 memory-to-memory device, without copying it",
      "The gst-dmabuf developers");
  gst_dmabuf_codec_add_pad_template (
      element, "sink", GST_PAD_SINK, gst_zc_caps_template ());
  gst_dmabuf_codec_add_pad_template (
      element, "src", GST_PAD_SRC, coded_template ());

  encoder->open = gst_dmabuf_enc_open;
  encoder->close = gst_dmabuf_enc_close;
  encoder->start = gst_dmabuf_enc_start;
  encoder->stop = gst_dmabuf_enc_stop;
  encoder->getcaps = gst_dmabuf_enc_getcaps;
  encoder->set_format = gst_dmabuf_enc_set_format;
  encoder->propose_allocation = gst_dmabuf_enc_propose_allocation;
  encoder->handle_frame = gst_dmabuf_enc_handle_frame;
  encoder->finish = gst_dmabuf_enc_finish;
  encoder->flush = gst_dmabuf_enc_flush;
  encoder->sink_event = gst_dmabuf_enc_sink_event;
  encoder->src_event = gst_dmabuf_enc_src_event;
  encoder->sink_query = gst_dmabuf_enc_sink_query;
}
