/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvert-private.h"
#include "gstdmabufconverterror.h"

#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"
#include "gst-libs/v4l2/v4l2-selection.h"

#include <errno.h>

/*
 * The device, set up for what the caps, the part of the picture and the turn
 * want of it.
 */

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* Each frame is waited for: there is one at a time. */
#define DEPTH 1

static gboolean
has_part (const GstDmabufConvertView *view)
{
  return view->part.w > 0;
}

static void
set_crop_stat (GstDmabufConvert *self, const gchar *how)
{
  GST_OBJECT_LOCK (self);
  self->crop = how;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
refuse (GstDmabufConvert *self, const gchar *step,
    const struct zc_v4l2_format *format, gint error)
{
  gst_dmabuf_codec_error_set_format (
      GST_ELEMENT (self), self->codec.device->path, step, format, error);
  return FALSE;
}

static struct zc_v4l2_format
wish_for (
    GstDmabufConvert *self, GstDmabufCodecEnd end, gint width, gint height)
{
  const GstVideoInfo *info = &self->info[end];
  struct zc_v4l2_format wish = {
    .fourcc = self->codec.choice.fourcc[end],
    .width = (guint) width,
    .height = (guint) height,
    .field = V4L2_FIELD_NONE,
    .n_memory_planes = 1,
  };

  gst_zc_v4l2_colorimetry_wish (
      &wish, &info->colorimetry, GST_VIDEO_INFO_IS_RGB (info));
  return wish;
}

/* --- what goes in ------------------------------------------------------- */

/* The same video in pictures of another size. */
static GstVideoInfo
info_of_size (const GstVideoInfo *video, gint width, gint height)
{
  GstVideoInfo info = *video;

  if (width == GST_VIDEO_INFO_WIDTH (video) &&
      height == GST_VIDEO_INFO_HEIGHT (video))
    return info;
  gst_video_info_set_format (
      &info, GST_VIDEO_INFO_FORMAT (video), (guint) width, (guint) height);
  info.colorimetry = video->colorimetry;
  info.chroma_site = video->chroma_site;
  return info;
}

/* Words that say what goes without saying are left out: drivers take those of
 * OUTPUT for CAPTURE too, and the full range of RGB is no promise for the YUV
 * that is made of it. */
static void
leave_out_defaults (struct zc_v4l2_format *format, gboolean is_rgb)
{
  if (format->quantization == (guint) V4L2_MAP_QUANTIZATION_DEFAULT (is_rgb,
                                  format->colorspace, format->ycbcr_encoding))
    format->quantization = V4L2_QUANTIZATION_DEFAULT;
  if (format->ycbcr_encoding ==
      (guint) V4L2_MAP_YCBCR_ENC_DEFAULT (format->colorspace))
    format->ycbcr_encoding = V4L2_YCBCR_ENC_DEFAULT;
}

static gint
set_input (GstDmabufConvert *self, gint width, gint height,
    struct zc_v4l2_format *wish)
{
  GstVideoInfo info = info_of_size (
      &self->info[GST_DMABUF_CODEC_IN], width, height);

  *wish = wish_for (self, GST_DMABUF_CODEC_IN, width, height);
  leave_out_defaults (wish, GST_VIDEO_INFO_IS_RGB (&info));
  return gst_dmabuf_codec_input_configure (
      &self->codec.input, self->codec.device, wish, &info, DEPTH);
}

/* The device reads the whole picture, and uses a part. */
static gint
set_input_with_crop (GstDmabufConvert *self, const GstDmabufConvertView *view)
{
  const struct v4l2_rect part = {
    .left = view->part.x,
    .top = view->part.y,
    .width = (guint) view->part.w,
    .height = (guint) view->part.h,
  };
  const struct zc_v4l2_device *device = self->codec.device;
  struct zc_v4l2_format wish;
  struct v4l2_rect rect;
  gint ret = zc_v4l2_selection_get (
      device, device->output_type, V4L2_SEL_TGT_CROP, &rect);

  if (ret < 0)
    return ret;
  gst_dmabuf_codec_input_set_visible (&self->codec.input, &part);
  return set_input (self, view->width, view->height, &wish);
}

static gboolean
set_input_part (GstDmabufConvert *self, const GstDmabufConvertView *view)
{
  struct zc_v4l2_format wish;
  gint ret = set_input_with_crop (self, view);

  set_crop_stat (self, "device");
  if (ret == 0)
    return TRUE;
  gst_dmabuf_convert_warn_crop (
      GST_ELEMENT (self), self->codec.device->path, ret);
  set_crop_stat (self, "copy");
  gst_dmabuf_codec_input_set_visible (&self->codec.input, NULL);
  self->shifts = TRUE;
  ret = set_input (self, view->part.w, view->part.h, &wish);
  return ret == 0 || refuse (self, "VIDIOC_S_FMT", &wish, ret);
}

static gboolean
set_input_view (GstDmabufConvert *self, const GstDmabufConvertView *view)
{
  struct zc_v4l2_format wish;
  gint ret;

  self->shifts = FALSE;
  gst_dmabuf_codec_input_set_visible (&self->codec.input, NULL);
  if (has_part (view))
    return set_input_part (self, view);
  set_crop_stat (self, "none");
  ret = set_input (self, view->width, view->height, &wish);
  return ret == 0 || refuse (self, "VIDIOC_S_FMT", &wish, ret);
}

/* --- what comes out ----------------------------------------------------- */

/* A device that works in whole blocks makes CAPTURE larger: the picture goes
 * into a part of it. Without that it would be scaled to all of it. */
static gint
set_compose (const struct zc_v4l2_device *device,
    const struct zc_v4l2_format *format, const GstVideoInfo *info)
{
  const struct v4l2_rect wanted = {
    .width = (guint) GST_VIDEO_INFO_WIDTH (info),
    .height = (guint) GST_VIDEO_INFO_HEIGHT (info),
  };
  struct v4l2_rect rect = wanted;
  gint ret;

  if (format->width < wanted.width || format->height < wanted.height)
    return -EPROTO;
  ret = zc_v4l2_selection_set (
      device, device->capture_type, V4L2_SEL_TGT_COMPOSE, 0, &rect);
  if (ret == 0 && zc_v4l2_rect_is_equal (&rect, &wanted))
    return 0;
  if (format->width == wanted.width && format->height == wanted.height &&
      (ret < 0 && zc_v4l2_selection_is_missing (ret)))
    return 0;
  return ret < 0 ? ret : -EPROTO;
}

gint
gst_dmabuf_convert_set_output (GstDmabufConvert *self, const gchar **step)
{
  const GstVideoInfo *info = &self->info[GST_DMABUF_CODEC_OUT];
  struct zc_v4l2_format format = wish_for (self, GST_DMABUF_CODEC_OUT,
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
  const guint32 wanted = format.fourcc;
  gint ret;

  *step = "VIDIOC_S_FMT";
  format.type = self->codec.device->capture_type;
  format.flags = V4L2_PIX_FMT_FLAG_SET_CSC;
  ret = zc_v4l2_format_set (self->codec.device, &format);
  if (ret < 0)
    return ret;
  if (format.fourcc != wanted)
    return -EPROTO;
  *step = "VIDIOC_S_SELECTION";
  return set_compose (self->codec.device, &format, info);
}

static gboolean
set_output (GstDmabufConvert *self)
{
  const GstVideoInfo *info = &self->info[GST_DMABUF_CODEC_OUT];
  const gchar *step;
  gint ret = gst_dmabuf_convert_set_output (self, &step);
  struct zc_v4l2_format wish = wish_for (self, GST_DMABUF_CODEC_OUT,
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));

  return ret == 0 || refuse (self, step, &wish, ret);
}

/* The matrix and the range that the device converts with, which caps promise
 * to downstream. */
static void
check_colours (GstDmabufConvert *self)
{
  const GstVideoInfo *info = &self->info[GST_DMABUF_CODEC_OUT];
  const struct zc_v4l2_device *device = self->codec.device;
  struct zc_v4l2_format format;
  GstVideoColorimetry is;

  if (zc_v4l2_format_get (device, device->capture_type, &format) < 0 ||
      !gst_zc_v4l2_colorimetry (&is, &format, GST_VIDEO_INFO_IS_RGB (info)) ||
      (is.matrix == info->colorimetry.matrix &&
          is.range == info->colorimetry.range))
    return;
  gst_dmabuf_convert_warn_colours (
      GST_ELEMENT (self), device->path, &is, &info->colorimetry);
}

/* --- turning ------------------------------------------------------------ */

static gboolean
set_turn (GstDmabufConvert *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  const gchar *reason;
  gint ret;

  g_mutex_lock (&self->codec.lock);
  ret = gst_dmabuf_convert_turn_set (
      self->turn, device, self->codec.controls, &reason);
  g_mutex_unlock (&self->codec.lock);
  if (ret == 0)
    return TRUE;
  gst_dmabuf_convert_error_turn (
      GST_ELEMENT (self), device->path, self->turn.method, reason, ret);
  return FALSE;
}

/* --- all of it ---------------------------------------------------------- */

static gboolean
is_set_up (GstDmabufConvert *self, const GstDmabufConvertView *view)
{
  return self->is_ready && memcmp (view, &self->view, sizeof (*view)) == 0;
}

/* Another part of the same pictures: devices may do that while they stream. */
static gboolean
move_part (GstDmabufConvert *self, const GstDmabufConvertView *view)
{
  const struct v4l2_rect part = {
    .left = view->part.x,
    .top = view->part.y,
    .width = (guint) view->part.w,
    .height = (guint) view->part.h,
  };
  const struct zc_v4l2_device *device = self->codec.device;
  struct v4l2_rect rect = part;

  if (!self->is_ready || !has_part (view) || !has_part (&self->view) ||
      view->width != self->view.width || view->height != self->view.height)
    return FALSE;
  if (self->shifts)
    return view->part.w == self->view.part.w &&
           view->part.h == self->view.part.h;
  if (zc_v4l2_selection_set (
          device, device->output_type, V4L2_SEL_TGT_CROP, 0, &rect) < 0)
    return FALSE;
  gst_dmabuf_codec_input_set_visible (&self->codec.input, &part);
  return zc_v4l2_rect_is_equal (&rect, &part);
}

gboolean
gst_dmabuf_convert_set_up (
    GstDmabufConvert *self, const GstDmabufConvertView *view)
{
  if (is_set_up (self, view))
    return TRUE;
  if (!move_part (self, view)) {
    gst_dmabuf_convert_stop (self);
    self->is_ready = FALSE;
    /* controls may change what formats there are */
    if (!gst_dmabuf_codec_choose (&self->codec, self->caps[GST_DMABUF_CODEC_IN],
            self->caps[GST_DMABUF_CODEC_OUT]) ||
        !set_input_view (self, view) || !set_turn (self) || !set_output (self))
      return FALSE;
    gst_dmabuf_codec_apply_controls (&self->codec);
    check_colours (self);
  }
  self->view = *view;
  self->is_ready = TRUE;
  return TRUE;
}
