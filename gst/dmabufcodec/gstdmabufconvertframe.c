/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvert-private.h"

#include "gstdmabufcodecannounce.h"
#include "gstdmabufconverterror.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2layout.h"

#include <errno.h>

/*
 * One frame after the other: in, and out again.
 */

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* Frames that downstream may keep besides what it says it keeps: one in its
 * hands, one on the way, and one for the device to write. */
#define SPARE 3

void
gst_dmabuf_convert_stop (GstDmabufConvert *self)
{
  gst_dmabuf_codec_stop (&self->codec);
  self->is_stale = FALSE;
}

/* --- the part that is to be seen ---------------------------------------- */

GstDmabufConvertView
gst_dmabuf_convert_view_of (GstDmabufConvert *self, GstBuffer *frame)
{
  const GstVideoInfo *info = &self->info[GST_DMABUF_CODEC_IN];
  const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (frame);
  const GstVideoMeta *meta = gst_buffer_get_video_meta (frame);
  GstDmabufConvertView view = { .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info) };
  guint width, height;

  if (!crop)
    return view;
  width = meta ? meta->width : (guint) view.width;
  height = meta ? meta->height : (guint) view.height;
  if (crop->x >= width || crop->y >= height || crop->width == 0 ||
      crop->height == 0)
    return view;
  if (crop->x == 0 && crop->y == 0 && crop->width >= width &&
      crop->height >= height)
    return view;
  view.width = (gint) width;
  view.height = (gint) height;
  view.part = (GstVideoRectangle) { (gint) crop->x, (gint) crop->y,
    (gint) MIN (crop->width, width - crop->x),
    (gint) MIN (crop->height, height - crop->y) };
  return view;
}

/* Where component C begins in its plane at a pixel; pixels that share a sample
 * begin where it does. */
static gsize
offset_of (const GstVideoFormatInfo *finfo, guint c, gint stride,
    const GstVideoRectangle *part)
{
  gint x = part->x >> finfo->w_sub[c], y = part->y >> finfo->h_sub[c];

  return (gsize) y * (gsize) stride +
         (gsize) x * (gsize) finfo->pixel_stride[c];
}

/* A whole group of pixels that share samples, so that planes stay together. */
static GstVideoRectangle
whole_groups (const GstVideoFormatInfo *finfo, GstVideoRectangle part)
{
  for (guint c = 0; c < finfo->n_components; c++) {
    part.x &= -(1 << finfo->w_sub[c]);
    part.y &= -(1 << finfo->h_sub[c]);
  }
  return part;
}

static gboolean
can_shift (const GstVideoFormatInfo *finfo)
{
  return !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo) &&
         !GST_VIDEO_FORMAT_INFO_IS_TILED (finfo) &&
         !GST_VIDEO_FORMAT_INFO_IS_COMPLEX (finfo) &&
         finfo->pixel_stride[0] > 0;
}

/* The same memory, described as the part alone: (transfer full) (nullable) */
static GstBuffer *
shift (GstDmabufConvert *self, GstBuffer *frame)
{
  const GstVideoInfo *info = &self->info[GST_DMABUF_CODEC_IN];
  const GstVideoFormatInfo *finfo = info->finfo;
  const GstVideoMeta *meta = gst_buffer_get_video_meta (frame);
  const GstVideoRectangle part = whole_groups (finfo, self->view.part);
  gsize offset[GST_VIDEO_MAX_PLANES];
  gint stride[GST_VIDEO_MAX_PLANES];
  GstBuffer *shifted;

  if (!can_shift (finfo))
    return NULL;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    offset[i] = meta ? meta->offset[i] : info->offset[i];
    stride[i] = meta ? meta->stride[i] : info->stride[i];
  }
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    gint components[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (finfo, i, components);
    offset[i] += offset_of (finfo, (guint) components[0], stride[i], &part);
  }
  shifted = gst_buffer_new ();
  gst_buffer_copy_into (shifted, frame, GST_BUFFER_COPY_MEMORY, 0, -1);
  gst_buffer_add_parent_buffer_meta (shifted, frame);
  gst_buffer_add_video_meta_full (shifted, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), (guint) part.w, (guint) part.h,
      GST_VIDEO_INFO_N_PLANES (info), offset, stride);
  return shifted;
}

/* What the device is given: (transfer full) (nullable) */
static GstBuffer *
prepare (GstDmabufConvert *self, GstBuffer *frame)
{
  GstBuffer *shifted;

  if (!self->shifts)
    return gst_buffer_ref (frame);
  shifted = shift (self, frame);
  if (!shifted)
    gst_dmabuf_convert_error_crop (GST_ELEMENT (self), self->codec.device->path,
        GST_VIDEO_INFO_NAME (&self->info[GST_DMABUF_CODEC_IN]));
  return shifted;
}

/* --- in ----------------------------------------------------------------- */

static GstFlowReturn
refuse (GstDmabufConvert *self, gint error)
{
  g_autofree gchar *refused = NULL;

  if (error == -ECANCELED)
    return GST_FLOW_FLUSHING;
  refused = gst_dmabuf_codec_input_get_refused (&self->codec.input);
  gst_dmabuf_codec_error_push (
      GST_ELEMENT (self), self->codec.device->path, refused, error);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
push (GstDmabufConvert *self, GstBuffer *frame)
{
  GstBuffer *given = prepare (self, frame);
  gint ret;

  if (!given)
    return GST_FLOW_ERROR;
  ret = gst_dmabuf_codec_push (&self->codec, given, ++self->number);
  gst_buffer_unref (given);
  return ret < 0 ? refuse (self, ret) : GST_FLOW_OK;
}

/* --- out ---------------------------------------------------------------- */

static GstFlowReturn
fail (GstDmabufConvert *self, const gchar *step, gint error)
{
  gst_dmabuf_codec_error_streaming (
      GST_ELEMENT (self), self->codec.device->path, step, error);
  return GST_FLOW_ERROR;
}

/* For who reads where caps say. */
static gboolean
is_padded (const GstDmabufConvert *self)
{
  return !self->needs.with_meta &&
         !gst_zc_v4l2_layout_is_plain (
             &self->codec.output.layout, &self->info[GST_DMABUF_CODEC_OUT]);
}

/* After the first frame went in, because OUTPUT may have changed for it. */
static GstFlowReturn
start_output (GstDmabufConvert *self)
{
  GstDmabufCodecOutput *output = &self->codec.output;
  const gchar *step;
  gint ret;

  if (gst_dmabuf_codec_output_is_streaming (output))
    return GST_FLOW_OK;
  ret = gst_dmabuf_convert_set_output (self, &step);
  if (ret == 0)
    ret = gst_dmabuf_codec_output_start (output, self->codec.device,
        &self->info[GST_DMABUF_CODEC_OUT], self->caps[GST_DMABUF_CODEC_OUT],
        self->needs.buffers + SPARE, &step);
  if (ret < 0)
    return fail (self, step, ret);
  return gst_dmabuf_codec_announce (&self->codec,
             self->caps[GST_DMABUF_CODEC_OUT],
             is_padded (self) ? GST_DMABUF_CODEC_COPIES_PADDED : NULL)
             ? GST_FLOW_OK
             : GST_FLOW_ERROR;
}

/* Of the frame that was pushed last, and is the only one inside. Drivers may
 * leave the time of what they could not do as it was, and old ones copy none.
 */
static gboolean
is_ours (const GstDmabufConvert *self, guint32 number, guint flags)
{
  return number == self->number || flags & V4L2_BUF_FLAG_ERROR ||
         (flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_COPY;
}

/* What is made of the frame that was pushed last. */
static GstFlowReturn
pull (GstDmabufConvert *self, GstBuffer **result)
{
  guint32 number = 0, flags = 0;
  gint ret;

  for (;;) {
    ret = gst_dmabuf_codec_pull (&self->codec, result, &number, &flags);
    if (ret == 0 && is_ours (self, number, flags))
      break;
    if (ret == 0)
      gst_clear_buffer (result);
    if (ret < 0)
      return ret == -ECANCELED ? GST_FLOW_FLUSHING
                               : fail (self, "VIDIOC_DQBUF", ret);
  }
  if (!(flags & V4L2_BUF_FLAG_ERROR))
    return GST_FLOW_OK;
  gst_dmabuf_codec_warn_broken (GST_ELEMENT (self), self->codec.device->path);
  gst_dmabuf_codec_count_dropped (&self->codec);
  gst_clear_buffer (result);
  return GST_BASE_TRANSFORM_FLOW_DROPPED;
}

/* --- for who reads where caps say --------------------------------------- */

static GstFlowReturn
replace (GstDmabufConvert *self, GstBuffer **result, const gchar *reason)
{
  const GstVideoInfo *info = &self->info[GST_DMABUF_CODEC_OUT];
  const struct v4l2_rect all = {
    .width = (guint) GST_VIDEO_INFO_WIDTH (info),
    .height = (guint) GST_VIDEO_INFO_HEIGHT (info),
  };

  return gst_dmabuf_codec_copies_replace (
      &self->copies, result, info, &all, self->codec.device->path, reason);
}

/* Takes the place of @result with a copy, if downstream needs one, or the
 * device the buffer: it would wait for one for ever. */
static GstFlowReturn
make_fit (GstDmabufConvert *self, GstBuffer **result)
{
  GstFlowReturn flow = GST_FLOW_OK;

  if (is_padded (self))
    flow = replace (self, result, GST_DMABUF_CODEC_COPIES_PADDED);
  else if (gst_dmabuf_codec_output_is_scarce (&self->codec.output))
    flow = replace (self, result, GST_DMABUF_CODEC_COPIES_KEPT);
  if (flow == GST_FLOW_OK)
    return flow;
  gst_clear_buffer (result);
  return flow == GST_FLOW_ERROR ? fail (self, "mapping a frame", -EIO)
                                : GST_FLOW_ERROR;
}

/* --- one frame ---------------------------------------------------------- */

GstFlowReturn
gst_dmabuf_convert_frame (
    GstDmabufConvert *self, GstBuffer *frame, GstBuffer **result)
{
  const GstDmabufConvertView view = gst_dmabuf_convert_view_of (self, frame);
  GstFlowReturn flow;

  *result = NULL;
  if (self->is_stale)
    gst_dmabuf_convert_stop (self);
  if (!gst_dmabuf_convert_set_up (self, &view))
    return GST_FLOW_ERROR;
  flow = push (self, frame);
  if (flow == GST_FLOW_OK)
    flow = start_output (self);
  if (flow == GST_FLOW_OK)
    flow = pull (self, result);
  self->is_stale = flow != GST_FLOW_OK &&
                   flow != GST_BASE_TRANSFORM_FLOW_DROPPED;
  return flow == GST_FLOW_OK ? make_fit (self, result) : flow;
}
