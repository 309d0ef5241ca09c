/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a decoder makes: from the format that the device tells to a stream of
 * pictures (dev-decoder.rst, Capture Setup). */

#include "gstdmabufcodecannounce.h"
#include "gstdmabufdec-private.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"
#include "gst-libs/v4l2/gstzcv4l2layout.h"
#include "gst-libs/v4l2/v4l2-control.h"
#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* One on its way, one that the device can go on with meanwhile. */
#define SPARE 2

/* That downstream may keep, if it does not say. */
#define KEPT 2

static GstFlowReturn
fail (GstDmabufDec *self, const gchar *step, gint error)
{
  gst_dmabuf_codec_error_streaming (
      GST_ELEMENT (self), self->codec.device->path, step, error);
  return GST_FLOW_ERROR;
}

/* --- what is seen ------------------------------------------------------- */

/* Devices code whole blocks of up to 64 lines and columns; those that do not
 * tell what is seen of them leave that to who knows it. */
static gboolean
is_padded (guint coded, gint seen)
{
  return seen > 0 && (guint) seen <= coded && coded - (guint) seen < 64;
}

static struct v4l2_rect
guess_visible (
    const struct zc_v4l2_format *format, const GstVideoInfo *upstream)
{
  struct v4l2_rect rect = { 0, 0, format->width, format->height };

  if (is_padded (format->width, GST_VIDEO_INFO_WIDTH (upstream)) &&
      is_padded (format->height, GST_VIDEO_INFO_HEIGHT (upstream))) {
    rect.width = (guint) GST_VIDEO_INFO_WIDTH (upstream);
    rect.height = (guint) GST_VIDEO_INFO_HEIGHT (upstream);
  }
  return rect;
}

static gboolean
lies_within (const struct v4l2_rect *rect, const struct zc_v4l2_format *format)
{
  return rect->left >= 0 && rect->top >= 0 && rect->width > 0 &&
         rect->height > 0 && rect->width <= format->width &&
         rect->height <= format->height &&
         (guint) rect->left <= format->width - rect->width &&
         (guint) rect->top <= format->height - rect->height;
}

static struct v4l2_rect
read_visible (GstDmabufDec *self, const struct zc_v4l2_format *format)
{
  const struct zc_v4l2_device *device = self->codec.device;
  struct v4l2_rect rect;

  if (zc_v4l2_selection_get (
          device, device->capture_type, V4L2_SEL_TGT_COMPOSE, &rect) == 0 &&
      lies_within (&rect, format))
    return rect;
  return guess_visible (format, &self->input->info);
}

/* --- the format --------------------------------------------------------- */

/* FORMAT has what the driver would take, and gets what it has taken. */
static gint
set_format (GstDmabufDec *self, struct zc_v4l2_format *format, guint32 fourcc)
{
  if (format->fourcc == fourcc)
    return 0;
  format->fourcc = fourcc;
  format->n_memory_planes = gst_zc_format_v4l2_n_memories (fourcc);
  for (guint i = 0; i < VIDEO_MAX_PLANES; i++)
    format->plane[i].stride = format->plane[i].size = 0;
  if (zc_v4l2_format_set (self->codec.device, format) < 0 ||
      format->fourcc != fourcc)
    return -EPROTO;
  return 0;
}

/* As the base class, which knows the rate and the shape of pixels from
 * upstream. */
static gboolean
set_output_state (
    GstDmabufDec *self, GstVideoFormat format, GstVideoInterlaceMode mode)
{
  GstDmabufDecPictures *pictures = &self->pictures;
  GstVideoCodecState *state = gst_video_decoder_set_interlaced_output_state (
      GST_VIDEO_DECODER (self), format, mode, pictures->visible.width,
      pictures->visible.height, self->input);

  if (!state)
    return FALSE;
  gst_zc_v4l2_colorimetry (&state->info.colorimetry, &pictures->format,
      GST_VIDEO_INFO_IS_RGB (&state->info));
  pictures->info = state->info;
  gst_caps_take (&state->caps,
      gst_dmabuf_dec_make_caps (&state->info, pictures->is_dmabuf));
  gst_video_codec_state_unref (state);
  return TRUE;
}

/* Where the picture begins at 0, 0 the rest is padding, else a margin. */
static void
set_whole (GstDmabufDecPictures *pictures)
{
  pictures->whole = pictures->info;
  if (pictures->visible.left == 0 && pictures->visible.top == 0)
    return;
  gst_video_info_set_interlaced_format (&pictures->whole,
      GST_VIDEO_INFO_FORMAT (&pictures->info),
      GST_VIDEO_INFO_INTERLACE_MODE (&pictures->info), pictures->format.width,
      pictures->format.height);
}

static GstFlowReturn
set_pictures (GstDmabufDec *self)
{
  GstDmabufDecPictures *pictures = &self->pictures;
  const struct zc_v4l2_device *device = self->codec.device;
  GstVideoInterlaceMode mode;
  guint32 fourcc;
  gint ret = zc_v4l2_format_get (
      device, device->capture_type, &pictures->format);

  if (ret < 0)
    return fail (self, "VIDIOC_G_FMT", ret);
  pictures->visible = read_visible (self, &pictures->format);
  if (!gst_dmabuf_dec_choose_format (self, &pictures->format,
          &pictures->visible, &fourcc, &pictures->is_dmabuf))
    return GST_FLOW_NOT_NEGOTIATED;
  ret = set_format (self, &pictures->format, fourcc);
  if (ret < 0) {
    gst_dmabuf_codec_error_set_format (GST_ELEMENT (self), device->path,
        "VIDIOC_S_FMT", &pictures->format, ret);
    return GST_FLOW_ERROR;
  }
  if (!gst_dmabuf_dec_field_to_mode (pictures->format.field, &mode)) {
    gst_dmabuf_codec_error_fields (
        GST_ELEMENT (self), device->path, pictures->format.field);
    return GST_FLOW_ERROR;
  }
  if (!set_output_state (self, gst_zc_format_from_v4l2 (fourcc), mode))
    return GST_FLOW_NOT_NEGOTIATED;
  set_whole (pictures);
  return GST_FLOW_OK;
}

/* --- downstream --------------------------------------------------------- */

/* The base class wants a pool to take buffers from, and does not take any: they
 * come from the device. Downstream's own would get memory for nothing. */
static void
set_pool (GstQuery *query, GstCaps *caps)
{
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, 1, 0, 0);
  gst_buffer_pool_set_config (pool, config);
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  gst_query_add_allocation_pool (query, pool, 1, 0, 0);
  gst_object_unref (pool);
}

gboolean
gst_dmabuf_dec_decide_allocation (GstVideoDecoder *decoder, GstQuery *query)
{
  GstDmabufDec *self = GST_DMABUF_DEC (decoder);
  GstDmabufDecDownstream downstream = { .kept = KEPT };
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  downstream.takes_meta = gst_query_find_allocation_meta (
      query, GST_VIDEO_META_API_TYPE, NULL);
  downstream.takes_crop = gst_query_find_allocation_meta (
      query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (
        query, 0, NULL, NULL, &downstream.kept, NULL);
  downstream.kept = MAX (downstream.kept, KEPT);
  set_pool (query, caps);
  GST_OBJECT_LOCK (self);
  self->downstream = downstream;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static GstDmabufDecDownstream
get_downstream (GstDmabufDec *self)
{
  GstDmabufDecDownstream downstream;

  GST_OBJECT_LOCK (self);
  downstream = self->downstream;
  GST_OBJECT_UNLOCK (self);
  return downstream;
}

static GstFlowReturn
negotiate (GstDmabufDec *self)
{
  GstPad *pad = GST_VIDEO_DECODER_SRC_PAD (self);

  if (gst_video_decoder_negotiate (GST_VIDEO_DECODER (self)))
    return GST_FLOW_OK;
  if (GST_PAD_IS_FLUSHING (pad))
    return GST_FLOW_FLUSHING;
  GST_ELEMENT_ERROR (self, CORE, NEGOTIATION,
      ("What follows refused pictures of %ux%u.", self->pictures.visible.width,
          self->pictures.visible.height),
      ("It had said that it takes their format: its own messages may say "
       "why."));
  return GST_FLOW_NOT_NEGOTIATED;
}

/* --- buffers ------------------------------------------------------------ */

/* Few drivers do without them. */
static guint
read_min_buffers (GstDmabufDec *self)
{
  struct v4l2_ext_control control = { .id = V4L2_CID_MIN_BUFFERS_FOR_CAPTURE };

  if (zc_v4l2_control_get (self->codec.device, &control, 1) < 0)
    return 1;
  return (guint) CLAMP (control.value, 1, VIDEO_MAX_FRAME);
}

/* A frame is worked on while the next comes; what is shown out of order waits
 * for as many others. The device may hold back more: as many as it has. */
void
gst_dmabuf_dec_set_latency (GstDmabufDec *self)
{
  const GstVideoInfo *info = &self->pictures.info;
  const guint least = self->disorder + 1;
  GstClockTime frame;

  if (GST_VIDEO_INFO_FPS_N (info) <= 0)
    return;
  frame = gst_util_uint64_scale (
      GST_SECOND, GST_VIDEO_INFO_FPS_D (info), GST_VIDEO_INFO_FPS_N (info));
  gst_video_decoder_set_latency (GST_VIDEO_DECODER (self), frame * least,
      frame * MAX (least, self->min_buffers));
}

/* NULL if downstream finds the picture in BUFFER. */
static const gchar *
fault_of (GstDmabufDec *self)
{
  const GstDmabufDecPictures *pictures = &self->pictures;
  GstDmabufDecDownstream downstream;

  if (pictures->is_plain)
    return NULL;
  downstream = get_downstream (self);
  if (!downstream.takes_meta)
    return GST_DMABUF_CODEC_COPIES_PADDED;
  if ((pictures->visible.left || pictures->visible.top) &&
      !downstream.takes_crop)
    return GST_DMABUF_CODEC_COPIES_CROPPED;
  return NULL;
}

GstFlowReturn
gst_dmabuf_dec_start_pictures (GstDmabufDec *self)
{
  GstDmabufDecPictures *pictures = &self->pictures;
  GstDmabufCodecOutput *output = &self->codec.output;
  g_autoptr (GstCaps) caps = NULL;
  const gchar *step = NULL;
  GstFlowReturn flow;
  guint min_buffers;
  gint ret;

  flow = set_pictures (self);
  if (flow == GST_FLOW_OK)
    flow = negotiate (self);
  if (flow != GST_FLOW_OK)
    return flow;
  min_buffers = self->min_buffers = read_min_buffers (self);
  gst_dmabuf_dec_set_latency (self);
  caps = gst_dmabuf_dec_make_caps (&pictures->info, pictures->is_dmabuf);
  gst_dmabuf_codec_copies_start (&self->copies, &pictures->info, caps);
  ret = gst_dmabuf_codec_output_start (output, self->codec.device,
      &pictures->whole, caps, min_buffers + get_downstream (self).kept + SPARE,
      &step);
  if (ret < 0)
    return fail (self, step, ret);
  gst_dmabuf_codec_output_set_low (output, min_buffers);
  pictures->is_plain = gst_zc_v4l2_layout_is_plain (
                           &output->layout, &pictures->info) &&
                       pictures->visible.left == 0 &&
                       pictures->visible.top == 0;
  GST_INFO_OBJECT (self,
      "%ux%u at %d,%d of %ux%u, %" GST_FOURCC_FORMAT ", %u buffers at least",
      pictures->visible.width, pictures->visible.height, pictures->visible.left,
      pictures->visible.top, output->format.width, output->format.height,
      GST_FOURCC_ARGS (output->format.fourcc), min_buffers);
  return gst_dmabuf_codec_announce (&self->codec, caps, fault_of (self))
             ? GST_FLOW_OK
             : GST_FLOW_ERROR;
}

/* --- each picture ------------------------------------------------------- */

/* Buffers keep it over their pool. */
static void
add_crop (GstBuffer *buffer, const struct v4l2_rect *visible)
{
  GstVideoCropMeta *meta = gst_buffer_get_video_crop_meta (buffer);

  if (!meta)
    meta = gst_buffer_add_video_crop_meta (buffer);
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
  meta->x = (guint) visible->left;
  meta->y = (guint) visible->top;
  meta->width = visible->width;
  meta->height = visible->height;
}

/* Who knows plain lines alone counts on the size that the caps imply. */
static void
trim (const GstDmabufDecPictures *pictures, GstBuffer *buffer)
{
  gsize size = GST_VIDEO_INFO_SIZE (&pictures->info);

  if (pictures->is_plain && !pictures->is_dmabuf &&
      gst_buffer_get_size (buffer) > size)
    gst_buffer_set_size (buffer, (gssize) size);
}

static GstFlowReturn
replace (GstDmabufDec *self, GstBuffer **buffer, const gchar *reason)
{
  return gst_dmabuf_codec_copies_replace (&self->copies, buffer,
      &self->pictures.whole, &self->pictures.visible, self->codec.device->path,
      reason);
}

static GstFlowReturn
copy (GstDmabufDec *self, GstBuffer **buffer, const gchar *fault)
{
  GstFlowReturn flow = replace (self, buffer, fault);

  if (flow == GST_FLOW_ERROR)
    GST_ELEMENT_ERROR (self, RESOURCE, READ,
        ("A picture of %s cannot be read.", self->codec.device->path),
        ("%s; mapping its memory failed, or there is no other: the log has the "
         "reason.",
            fault));
  return flow;
}

/* It might wait for its buffers for ever. If there is nowhere to copy to, it
 * has to. */
static GstFlowReturn
spare (GstDmabufDec *self, GstBuffer **buffer)
{
  GstFlowReturn flow = GST_FLOW_OK;

  if (gst_dmabuf_codec_output_is_scarce (&self->codec.output))
    flow = replace (self, buffer, GST_DMABUF_CODEC_COPIES_KEPT);
  if (flow != GST_FLOW_ERROR)
    return flow;
  GST_LOG_OBJECT (self, "the device has to wait for its buffers");
  return GST_FLOW_OK;
}

GstFlowReturn
gst_dmabuf_dec_finish_picture (
    GstDmabufDec *self, GstBuffer **buffer, const struct zc_v4l2_frame *frame)
{
  const GstDmabufDecPictures *pictures = &self->pictures;
  const gchar *fault = fault_of (self);

  GST_BUFFER_FLAG_UNSET (
      *buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF);
  GST_BUFFER_FLAG_SET (
      *buffer, gst_dmabuf_dec_field_to_flags (frame->field,
                   (guint) GST_VIDEO_INFO_HEIGHT (&pictures->info)));
  if (fault)
    return copy (self, buffer, fault);
  if (pictures->visible.left || pictures->visible.top)
    add_crop (*buffer, &pictures->visible);
  trim (pictures, *buffer);
  return spare (self, buffer);
}
