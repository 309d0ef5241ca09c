/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-dmabufconvert
 * @title: dmabufconvert
 * @short_description: scales, crops, turns and converts video with a V4L2
 *   device, without a copy
 *
 * dmabufconvert has a memory-to-memory device of V4L2 make other pictures of
 * pictures: of another size, format or colorimetry, mirrored or turned
 * (video-direction), and of a part of them (#GstVideoCropMeta). What is to be
 * made is what downstream takes; size, shape and format are kept where they can
 * be. The device is the first that makes the one of the other, unless one is
 * named (device). Devices are looked for when the element leaves NULL. Where
 * nothing is to be done frames pass as they are, and no device is open.
 *
 * Frames are read where they are: dma-bufs are imported, and memory of the
 * process is handed over by address where it begins at a page. Upstream is
 * offered memory that is laid out as the device wants it. What comes out is
 * memory of the device, as dma-bufs. What cannot be read so is copied, once,
 * and so are frames with padding for elements downstream that do not take
 * #GstVideoMeta, and those after which the device had no buffer left, because
 * downstream keeps all it can have; this is told by a warning and counted in
 * stats. Each frame is waited for: none stays in the device.
 *
 * A part of a picture is cut out by the device if it can (selection of its
 * OUTPUT queue). Upstream is told that it may leave cropping to this element
 * only then; of frames that come with a #GstVideoCropMeta all the same the part
 * is copied.
 *
 * Pictures are turned by the controls of the device (V4L2_CID_HFLIP,
 * V4L2_CID_VFLIP, V4L2_CID_ROTATE). A direction that it cannot do is an error.
 * So are the two diagonals: the kernel does not say in which order devices
 * mirror and turn.
 *
 * With #dmabufconvert:copy-policy at forbid, pictures that would have to be
 * copied are an error with the reason. How frames come in and leave is told by
 * the element message "zerocopy" too. Producers that ask whether their memory
 * will do (`GstZcImportQuery`) are answered by trying.
 *
 * ## Statistics
 *
 * #dmabufconvert:stats counts since the element left NULL:
 *
 * * frames: that the device converted
 * * dropped: frames that the device could not do
 * * copies, bytes-copied: frames that the CPU copied for the device, and how
 *   much that was
 * * copies-out, bytes-copied-out: the same for downstream
 * * input: how frames come into the device: dmabuf-import, userptr or copy
 * * input-refused: why not by better ways, or "none"
 * * crop: what cut the last part out: device, copy or none
 * * device: the one in use, or "none"
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 dmabufsrc ! dmabufconvert ! video/x-raw,width=640,height=360 \
 *     ! dmabufsink
 * gst-launch-1.0 dmabufsrc ! dmabufconvert video-direction=90r ! dmabufsink
 * ]|
 */

#include "gstdmabufconvert.h"

#include "gstdmabufconvert-private.h"

#include "gst-libs/allocators/gstzccaps.h"

#include "gst-libs/v4l2/v4l2-selection.h"

#include <gst/allocators/allocators.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

typedef struct {
  GstBaseTransformClass parent;
} GstDmabufConvertClass;

static GType gst_dmabuf_convert_get_type (void);
G_DEFINE_TYPE_WITH_CODE (GstDmabufConvert, gst_dmabuf_convert,
    GST_TYPE_BASE_TRANSFORM,
    G_IMPLEMENT_INTERFACE (GST_TYPE_VIDEO_DIRECTION, NULL))
GST_ELEMENT_REGISTER_DEFINE (dmabufconvert, "dmabufconvert", GST_RANK_NONE,
    gst_dmabuf_convert_get_type ())

enum {
  PROP_VIDEO_DIRECTION = GST_DMABUF_CODEC_PROP_LAST,
};

/* --- the direction ------------------------------------------------------ */

GstDmabufConvertTurn
gst_dmabuf_convert_get_turn (GstDmabufConvert *self)
{
  GstDmabufConvertTurn turn;

  GST_OBJECT_LOCK (self);
  turn.method = self->method == GST_VIDEO_ORIENTATION_AUTO ? self->tagged
                                                           : self->method;
  GST_OBJECT_UNLOCK (self);
  return turn;
}

static void
set_method (GstDmabufConvert *self, GstVideoOrientationMethod method)
{
  GST_OBJECT_LOCK (self);
  if (method == GST_VIDEO_ORIENTATION_CUSTOM)
    method = GST_VIDEO_ORIENTATION_IDENTITY;
  self->method = method;
  GST_OBJECT_UNLOCK (self);
}

/* The tags of a stream count more than those of all of them. */
static void
note_tag (GstDmabufConvert *self, GstVideoOrientationMethod method,
    gboolean by_stream)
{
  GST_OBJECT_LOCK (self);
  if (by_stream || !self->tagged_by_stream) {
    self->tagged = method;
    self->tagged_by_stream = by_stream;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
forget_tag (GstDmabufConvert *self)
{
  GST_OBJECT_LOCK (self);
  self->tagged = GST_VIDEO_ORIENTATION_IDENTITY;
  self->tagged_by_stream = FALSE;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
is_auto (GstDmabufConvert *self)
{
  gboolean is;

  GST_OBJECT_LOCK (self);
  is = self->method == GST_VIDEO_ORIENTATION_AUTO;
  GST_OBJECT_UNLOCK (self);
  return is;
}

/* Downstream need not turn again what is turned here. (transfer full) */
static GstEvent *
take_tag (GstDmabufConvert *self, GstEvent *event)
{
  GstVideoOrientationMethod method;
  GstTagList *tags, *others;
  GstEvent *upright;

  gst_event_parse_tag (event, &tags);
  if (!gst_video_orientation_from_tag (tags, &method))
    return event;
  note_tag (
      self, method, gst_tag_list_get_scope (tags) == GST_TAG_SCOPE_STREAM);
  if (!is_auto (self))
    return event;
  others = gst_tag_list_copy (tags);
  gst_tag_list_add (others, GST_TAG_MERGE_REPLACE, GST_TAG_IMAGE_ORIENTATION,
      "rotate-0", NULL);
  upright = gst_event_new_tag (others);
  gst_event_set_seqnum (upright, gst_event_get_seqnum (event));
  gst_event_unref (event);
  return upright;
}

/* --- nothing to be done ------------------------------------------------- */

/* Frames pass until something is to be done with them. */
static void
set_passing (GstDmabufConvert *self, gboolean passes)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);

  if (passes && self->codec.device) {
    gst_dmabuf_convert_stop (self);
    gst_dmabuf_codec_leave (&self->codec);
    self->is_ready = FALSE;
  }
  if (passes != gst_base_transform_is_passthrough (trans))
    GST_INFO_OBJECT (self, "frames %s", passes ? "pass" : "are converted");
  gst_base_transform_set_passthrough (trans, passes);
}

static void
read_needs (GstDmabufConvert *self, GstQuery *query)
{
  GstDmabufConvertNeeds needs = { 0 };
  GstCapsFeatures *features = gst_caps_get_features (
      self->caps[GST_DMABUF_CODEC_OUT], 0);

  /* dma-bufs are of no use to who does not ask where the planes are */
  needs.with_meta = gst_caps_features_contains (
                        features, GST_CAPS_FEATURE_MEMORY_DMABUF) ||
                    gst_query_find_allocation_meta (
                        query, GST_VIDEO_META_API_TYPE, NULL);
  needs.with_crop = gst_query_find_allocation_meta (
      query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (
        query, 0, NULL, NULL, &needs.buffers, NULL);
  self->needs = needs;
  self->has_asked = TRUE;
}

static void
ask_downstream (GstDmabufConvert *self)
{
  GstQuery *query;

  if (self->has_asked)
    return;
  query = gst_query_new_allocation (self->caps[GST_DMABUF_CODEC_OUT], FALSE);
  if (!gst_pad_peer_query (GST_BASE_TRANSFORM_SRC_PAD (self), query))
    GST_DEBUG_OBJECT (self, "downstream does not say what it needs");
  read_needs (self, query);
  gst_query_unref (query);
}

/* Of the same caps and upright: whether a part is to be cut out that downstream
 * would show all of. */
static gboolean
needs_cropping (GstDmabufConvert *self, GstBuffer *frame)
{
  if (!gst_buffer_get_video_crop_meta (frame) || !self->is_known ||
      gst_dmabuf_convert_view_of (self, frame).part.w == 0)
    return FALSE;
  ask_downstream (self);
  return !self->needs.with_crop;
}

static void
update_turn (GstDmabufConvert *self)
{
  const GstDmabufConvertTurn turn = gst_dmabuf_convert_get_turn (self);

  if (turn.method == self->turn.method)
    return;
  self->turn = turn;
  self->is_ready = FALSE;
  gst_dmabuf_convert_stop (self);
  gst_base_transform_reconfigure_src (GST_BASE_TRANSFORM (self));
}

static void
gst_dmabuf_convert_before_transform (GstBaseTransform *trans, GstBuffer *frame)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);

  update_turn (self);
  if (self->is_same)
    set_passing (self, gst_dmabuf_convert_turn_is_none (self->turn) &&
                           !needs_cropping (self, frame));
}

/* --- caps --------------------------------------------------------------- */

static gboolean
parse_caps (GstDmabufConvert *self, GstCaps *in, GstCaps *out)
{
  GstCaps *caps[] = { in, out };
  gboolean ok = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (caps); i++) {
    guint32 fourcc;
    guint64 modifier;

    gst_caps_replace (&self->caps[i], caps[i]);
    gst_video_info_init (&self->info[i]);
    ok &= gst_zc_caps_parse (caps[i], &self->info[i], &fourcc, &modifier) &&
          GST_VIDEO_INFO_FORMAT (&self->info[i]) != GST_VIDEO_FORMAT_DMA_DRM;
  }
  return ok;
}

static void
note_sizes (GstDmabufConvert *self)
{
  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->info); i++) {
    self->width[i] = GST_VIDEO_INFO_WIDTH (&self->info[i]);
    self->height[i] = GST_VIDEO_INFO_HEIGHT (&self->info[i]);
  }
  GST_OBJECT_UNLOCK (self);
}

/* Whether they mean the same, though those that come out may say more. */
static gboolean
is_same (GstDmabufConvert *self, GstCaps *in, GstCaps *out)
{
  const GstVideoInfo *a = &self->info[GST_DMABUF_CODEC_IN];
  const GstVideoInfo *b = &self->info[GST_DMABUF_CODEC_OUT];

  if (gst_caps_is_equal (in, out))
    return TRUE;
  return self->is_known && gst_caps_is_subset (out, in) &&
         a->par_n * b->par_d == b->par_n * a->par_d &&
         gst_video_colorimetry_is_equal (&a->colorimetry, &b->colorimetry);
}

static gboolean
gst_dmabuf_convert_set_caps (GstBaseTransform *trans, GstCaps *in, GstCaps *out)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);
  GstDmabufConvertView all = { 0 };

  gst_dmabuf_convert_stop (self);
  self->is_known = parse_caps (self, in, out);
  gst_dmabuf_codec_copies_start (
      &self->copies, &self->info[GST_DMABUF_CODEC_OUT], out);
  self->is_same = is_same (self, in, out);
  note_sizes (self);
  self->has_asked = FALSE;
  self->turn = gst_dmabuf_convert_get_turn (self);
  if (self->is_same && gst_dmabuf_convert_turn_is_none (self->turn)) {
    set_passing (self, TRUE);
    return TRUE;
  }
  self->is_ready = FALSE;
  set_passing (self, FALSE);
  all.width = GST_VIDEO_INFO_WIDTH (&self->info[GST_DMABUF_CODEC_IN]);
  all.height = GST_VIDEO_INFO_HEIGHT (&self->info[GST_DMABUF_CODEC_IN]);
  return self->is_known && gst_dmabuf_convert_set_up (self, &all);
}

/* --- memory ------------------------------------------------------------- */

static gboolean
can_crop (GstDmabufConvert *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  struct v4l2_rect rect;

  return device && zc_v4l2_selection_get (device, device->output_type,
                       V4L2_SEL_TGT_CROP, &rect) == 0;
}

static gboolean
gst_dmabuf_convert_propose_allocation (
    GstBaseTransform *trans, GstQuery *decided, GstQuery *query)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);

  if (!decided)
    return GST_BASE_TRANSFORM_CLASS (gst_dmabuf_convert_parent_class)
        ->propose_allocation (trans, decided, query);
  if (!gst_dmabuf_codec_input_propose (&self->codec.input, query))
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  if (can_crop (self))
    gst_query_add_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  return TRUE;
}

/* Memory is the device's, whatever is offered. */
static gboolean
gst_dmabuf_convert_decide_allocation (GstBaseTransform *trans, GstQuery *query)
{
  read_needs (GST_DMABUF_CONVERT (trans), query);
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

/* --- frames ------------------------------------------------------------- */

static GstFlowReturn
gst_dmabuf_convert_prepare_output_buffer (
    GstBaseTransform *trans, GstBuffer *frame, GstBuffer **result)
{
  GstBaseTransformClass *klass = GST_BASE_TRANSFORM_GET_CLASS (trans);
  GstFlowReturn flow;

  if (gst_base_transform_is_passthrough (trans))
    return GST_BASE_TRANSFORM_CLASS (gst_dmabuf_convert_parent_class)
        ->prepare_output_buffer (trans, frame, result);
  flow = gst_dmabuf_convert_frame (GST_DMABUF_CONVERT (trans), frame, result);
  if (flow == GST_FLOW_OK && !klass->copy_metadata (trans, frame, *result))
    GST_WARNING_OBJECT (trans, "the times of a frame are lost");
  return flow;
}

/* It is there by now. */
static GstFlowReturn
gst_dmabuf_convert_transform (
    GstBaseTransform *trans, GstBuffer *frame, GstBuffer *result)
{
  (void) trans;
  (void) frame;
  (void) result;
  return GST_FLOW_OK;
}

/* --- events ------------------------------------------------------------- */

/* Who passes frames on asks the next. */
static gboolean
gst_dmabuf_convert_query (
    GstBaseTransform *trans, GstPadDirection direction, GstQuery *query)
{
  if (direction == GST_PAD_SINK && !gst_base_transform_is_passthrough (trans) &&
      gst_dmabuf_codec_input_answer (
          &GST_DMABUF_CONVERT (trans)->codec.input, query))
    return FALSE; /* as that question is answered */
  return GST_BASE_TRANSFORM_CLASS (gst_dmabuf_convert_parent_class)
      ->query (trans, direction, query);
}

static gboolean
gst_dmabuf_convert_sink_event (GstBaseTransform *trans, GstEvent *event)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      gst_dmabuf_codec_set_flushing (&self->codec, TRUE);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_dmabuf_convert_stop (self);
      gst_dmabuf_codec_set_flushing (&self->codec, FALSE);
      break;
    case GST_EVENT_STREAM_START:
      forget_tag (self);
      break;
    case GST_EVENT_TAG:
      event = take_tag (self, event);
      break;
    default:
      break;
  }
  return GST_BASE_TRANSFORM_CLASS (gst_dmabuf_convert_parent_class)
      ->sink_event (trans, event);
}

/* Where on what came in somebody points who sees what came out. Any thread. */
static GstEvent *
point_back (GstDmabufConvert *self, GstEvent *event)
{
  const GstDmabufConvertTurn turn = gst_dmabuf_convert_get_turn (self);
  gint width[2], height[2];
  gdouble x, y;

  GST_OBJECT_LOCK (self);
  memcpy (width, self->width, sizeof (width));
  memcpy (height, self->height, sizeof (height));
  GST_OBJECT_UNLOCK (self);
  if (width[GST_DMABUF_CODEC_OUT] == 0 || height[GST_DMABUF_CODEC_OUT] == 0 ||
      !gst_navigation_event_get_coordinates (event, &x, &y))
    return event;
  x /= width[GST_DMABUF_CODEC_OUT];
  y /= height[GST_DMABUF_CODEC_OUT];
  gst_dmabuf_convert_turn_back (turn, &x, &y);
  event = gst_event_make_writable (event);
  gst_navigation_event_set_coordinates (
      event, x * width[GST_DMABUF_CODEC_IN], y * height[GST_DMABUF_CODEC_IN]);
  return event;
}

static gboolean
gst_dmabuf_convert_src_event (GstBaseTransform *trans, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_NAVIGATION)
    event = point_back (GST_DMABUF_CONVERT (trans), event);
  return GST_BASE_TRANSFORM_CLASS (gst_dmabuf_convert_parent_class)
      ->src_event (trans, event);
}

/* --- states ------------------------------------------------------------- */

static gboolean
gst_dmabuf_convert_start (GstBaseTransform *trans)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);

  self->is_ready = FALSE;
  forget_tag (self);
  gst_dmabuf_codec_set_flushing (&self->codec, FALSE);
  return TRUE;
}

static gboolean
gst_dmabuf_convert_stop_streaming (GstBaseTransform *trans)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);

  gst_dmabuf_convert_stop (self);
  gst_dmabuf_codec_copies_stop (&self->copies);
  gst_clear_caps (&self->caps[GST_DMABUF_CODEC_IN]);
  gst_clear_caps (&self->caps[GST_DMABUF_CODEC_OUT]);
  self->is_ready = self->is_same = FALSE;
  return TRUE;
}

static gboolean
open_devices (GstDmabufConvert *self)
{
  GST_OBJECT_LOCK (self);
  self->crop = "none";
  GST_OBJECT_UNLOCK (self);
  gst_dmabuf_codec_copies_reset_stats (&self->copies);
  return gst_dmabuf_codec_open (&self->codec);
}

/* A thread that waits for the device must leave before pads can be stopped. */
static GstStateChangeReturn
gst_dmabuf_convert_change_state (GstElement *element, GstStateChange transition)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !open_devices (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_dmabuf_codec_set_flushing (&self->codec, TRUE);
  ret = GST_ELEMENT_CLASS (gst_dmabuf_convert_parent_class)
            ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    gst_dmabuf_codec_close (&self->codec);
  return ret;
}

/* --- properties --------------------------------------------------------- */

static void
gst_dmabuf_convert_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (object);

  if (id == PROP_VIDEO_DIRECTION)
    set_method (self, g_value_get_enum (value));
  else if (!gst_dmabuf_codec_set_property (&self->codec, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static GstStructure *
get_stats (GstDmabufConvert *self)
{
  GstStructure *stats = gst_dmabuf_codec_get_stats (
      &self->codec, "dmabufconvert-stats");
  guint64 frames, bytes;

  gst_dmabuf_codec_copies_get_stats (&self->copies, &frames, &bytes);
  GST_OBJECT_LOCK (self);
  gst_structure_set (stats, "copies-out", G_TYPE_UINT64, frames,
      "bytes-copied-out", G_TYPE_UINT64, bytes, "crop", G_TYPE_STRING,
      self->crop, NULL);
  GST_OBJECT_UNLOCK (self);
  return stats;
}

static GstVideoOrientationMethod
get_method (GstDmabufConvert *self)
{
  GstVideoOrientationMethod method;

  GST_OBJECT_LOCK (self);
  method = self->method;
  GST_OBJECT_UNLOCK (self);
  return method;
}

static void
gst_dmabuf_convert_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (object);

  if (id == GST_DMABUF_CODEC_PROP_STATS)
    g_value_take_boxed (value, get_stats (self));
  else if (id == PROP_VIDEO_DIRECTION)
    g_value_set_enum (value, get_method (self));
  else if (!gst_dmabuf_codec_get_property (&self->codec, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_dmabuf_convert_finalize (GObject *object)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (object);

  gst_dmabuf_codec_clear (&self->codec);
  G_OBJECT_CLASS (gst_dmabuf_convert_parent_class)->finalize (object);
}

static void
gst_dmabuf_convert_init (GstDmabufConvert *self)
{
  self->crop = "none";
  gst_dmabuf_codec_init (&self->codec, GST_ELEMENT (self), ZC_V4L2_JOB_CONVERT);
  gst_dmabuf_codec_copies_init (
      &self->copies, GST_ELEMENT (self), &self->codec.forbids);
  gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (self), TRUE);
}

static void
install_properties (GObjectClass *klass)
{
  gst_dmabuf_codec_install_properties (klass,
      "The converter: its path, a link below /dev/v4l, or the name or bus "
      "of its card; none means the first that makes what downstream takes; "
      "tells the one in use; read when leaving NULL (default: none)",
      "Controls of the device by name, such as c,brightness=10; they come "
      "after those of video-direction (default: none)",
      "Counts since the start: frames converted and dropped, copies "
      "(frames) and bytes-copied by the CPU for the device, copies-out and "
      "bytes-copied-out for downstream, how frames come into the device "
      "(input), why not by better ways (input-refused), what crops them "
      "(crop), and the device");
  g_object_class_override_property (
      klass, PROP_VIDEO_DIRECTION, "video-direction");
}

static void
gst_dmabuf_convert_class_init (GstDmabufConvertClass *klass)
{
  GstBaseTransformClass *trans = GST_BASE_TRANSFORM_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GObjectClass *object = G_OBJECT_CLASS (klass);

  object->set_property = gst_dmabuf_convert_set_property;
  object->get_property = gst_dmabuf_convert_get_property;
  object->finalize = gst_dmabuf_convert_finalize;
  install_properties (object);

  element->change_state = gst_dmabuf_convert_change_state;
  gst_element_class_set_static_metadata (element, "Zero-copy V4L2 converter",
      "Filter/Converter/Video/Scaler/Effect/Hardware",
      "Scales, crops, turns and converts video with a V4L2 memory-to-memory "
      "device, without copying it",
      "The gst-dmabuf developers");
  gst_dmabuf_codec_add_pad_template (
      element, "sink", GST_PAD_SINK, gst_zc_caps_template ());
  gst_dmabuf_codec_add_pad_template (
      element, "src", GST_PAD_SRC, gst_zc_caps_template ());

  trans->start = gst_dmabuf_convert_start;
  trans->stop = gst_dmabuf_convert_stop_streaming;
  trans->transform_caps = gst_dmabuf_convert_transform_caps;
  trans->fixate_caps = gst_dmabuf_convert_fixate_caps;
  trans->set_caps = gst_dmabuf_convert_set_caps;
  trans->propose_allocation = gst_dmabuf_convert_propose_allocation;
  trans->decide_allocation = gst_dmabuf_convert_decide_allocation;
  trans->before_transform = gst_dmabuf_convert_before_transform;
  trans->prepare_output_buffer = gst_dmabuf_convert_prepare_output_buffer;
  trans->transform = gst_dmabuf_convert_transform;
  trans->transform_meta = gst_dmabuf_convert_transform_meta;
  trans->query = gst_dmabuf_convert_query;
  trans->sink_event = gst_dmabuf_convert_sink_event;
  trans->src_event = gst_dmabuf_convert_src_event;
}
