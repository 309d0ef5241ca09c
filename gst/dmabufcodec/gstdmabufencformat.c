/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufenc-private.h"

#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

static struct zc_v4l2_format
wish_for (const GstVideoInfo *info, guint32 fourcc)
{
  struct zc_v4l2_format wish = {
    .fourcc = fourcc,
    .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info),
    .field = V4L2_FIELD_NONE,
    .n_memory_planes = 1,
  };

  gst_zc_v4l2_colorimetry_wish (
      &wish, &info->colorimetry, GST_VIDEO_INFO_IS_RGB (info));
  return wish;
}

/* dev-encoder.rst, Initialization: the coded format first. */
static gboolean
set_coded (GstDmabufEnc *self, const GstVideoInfo *info)
{
  const struct zc_v4l2_device *device = self->codec.device;
  struct zc_v4l2_format coded = {
    .type = device->capture_type,
    .fourcc = self->codec.choice.fourcc[GST_DMABUF_CODEC_OUT],
    .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info),
    .n_memory_planes = 1,
    .plane[0].size = gst_zc_v4l2_coded_get_room (
        GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info)),
  };
  const guint32 wanted = coded.fourcc;
  gint ret = zc_v4l2_format_set (device, &coded);

  if (ret == 0 && coded.fourcc != wanted)
    ret = -EPROTO;
  if (ret < 0)
    gst_dmabuf_codec_error_set_format (
        GST_ELEMENT (self), device->path, "VIDIOC_S_FMT", &coded, ret);
  return ret == 0;
}

/* Both fields are woven into one picture: no driver that is known codes them
 * apart, though some repeat the V4L2_FIELD_* that they are asked for. */
static void
note_fields (GstDmabufEnc *self, const GstVideoInfo *info)
{
  gboolean is_woven = GST_VIDEO_INFO_IS_INTERLACED (info), is_told;

  GST_OBJECT_LOCK (self);
  is_told = self->is_woven;
  self->is_woven = is_woven;
  GST_OBJECT_UNLOCK (self);
  if (is_woven && !is_told)
    GST_WARNING_OBJECT (self,
        "%s codes no fields: both are woven into one picture. A deinterlacer "
        "before it makes pictures of them",
        self->codec.device->path);
}

static gboolean
set_raw (GstDmabufEnc *self, const GstVideoInfo *info)
{
  struct zc_v4l2_format wish = wish_for (
      info, self->codec.choice.fourcc[GST_DMABUF_CODEC_IN]);
  gint ret = gst_dmabuf_codec_input_configure (&self->codec.input,
      self->codec.device, &wish, info, GST_DMABUF_ENC_DEPTH);

  if (ret < 0)
    gst_dmabuf_codec_error_set_format (GST_ELEMENT (self),
        self->codec.device->path, "VIDIOC_S_FMT", &wish, ret);
  else
    note_fields (self, info);
  return ret == 0;
}

/* For the control of the bitrate; who has no rate need not be told. */
static void
set_rate (GstDmabufEnc *self, const GstVideoInfo *info)
{
  const struct zc_v4l2_device *device = self->codec.device;
  struct v4l2_fract interval = { GST_VIDEO_INFO_FPS_D (info),
    GST_VIDEO_INFO_FPS_N (info) };
  gint ret;

  if (interval.numerator == 0 || interval.denominator == 0)
    return;
  ret = zc_v4l2_interval_set (device, device->output_type, &interval);
  if (ret < 0)
    GST_INFO_OBJECT (self, "%s need not know the frame rate: %s", device->path,
        g_strerror (-ret));
}

/* A device that has coded a stream is opened anew: drivers differ in what it
 * takes to begin another, and some have no way (wave5 stays at the end of the
 * first, mtk-vcodec forgets its formats, venus what it is given before
 * STREAMON).
 */
static gboolean
renew (GstDmabufEnc *self)
{
  if (!self->used)
    return TRUE;
  self->used = FALSE;
  return gst_dmabuf_codec_reopen (&self->codec);
}

/* dev-encoder.rst, Initialization: formats, the rate, then controls, which
 * depend on them. Returns 0; -EAGAIN if something else is to be tried; or
 * another negative errno, with an error message. */
static gint
configure (GstDmabufEnc *self, const GstVideoInfo *info, GstCaps *in,
    GstCaps *coded, gboolean is_last)
{
  gint ret;

  if (!gst_dmabuf_codec_choose (&self->codec, in, coded) || !renew (self) ||
      !set_coded (self, info) || !set_raw (self, info))
    return -EINVAL;
  set_rate (self, info);
  ret = gst_dmabuf_enc_set_grades (
      self, info, gst_caps_get_structure (coded, 0), is_last);
  if (ret < 0)
    return ret;
  gst_dmabuf_enc_apply_settings (self);
  gst_dmabuf_codec_apply_controls (&self->codec);
  gst_dmabuf_enc_learn_order (self);
  return 0;
}

GstCaps *
gst_dmabuf_enc_configure (
    GstDmabufEnc *self, const GstVideoInfo *info, GstCaps *in, GstCaps *all)
{
  const guint n = gst_caps_get_size (all);
  GstCaps *coded = NULL;
  gint ret = -EAGAIN;

  for (guint i = 0; i <= n && ret == -EAGAIN; i++) {
    gst_caps_replace (&coded, NULL);
    coded = gst_caps_copy_nth (all, i % n);
    ret = configure (self, info, in, coded, i == n);
  }
  gst_caps_unref (all);
  if (ret < 0)
    gst_clear_caps (&coded);
  else
    gst_caps_replace (&self->coded, coded); /* those go with self->caps */
  return coded;
}

gboolean
gst_dmabuf_enc_configure_again (GstDmabufEnc *self)
{
  const GstVideoInfo info = self->codec.input.info;
  g_autoptr (GstCaps) coded = gst_caps_copy (self->coded);

  return configure (self, &info, self->caps, coded, TRUE) == 0;
}
