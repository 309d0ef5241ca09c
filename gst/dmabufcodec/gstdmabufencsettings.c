/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufenc-private.h"

#include "gst-libs/v4l2/v4l2-control.h"

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

static guint32
coded_fourcc (GstDmabufEnc *self)
{
  return self->codec.choice.fourcc[GST_DMABUF_CODEC_OUT];
}

static void
copy_settings (GstDmabufEnc *self, GstZcV4l2EncoderSettings *copy)
{
  GST_OBJECT_LOCK (self);
  gst_zc_v4l2_encoder_settings_copy (&self->settings, copy);
  GST_OBJECT_UNLOCK (self);
}

static void
complain (GstDmabufEnc *self, const gchar *path, const GPtrArray *complaints)
{
  if (complaints->len > 0)
    gst_dmabuf_codec_warn_settings (GST_ELEMENT (self), path, complaints);
}

/* --- profile, tier and level -------------------------------------------- */

static GstZcV4l2Load
load_of (const GstZcV4l2EncoderSettings *settings, const GstVideoInfo *info)
{
  gint bitrate = MAX (settings->number[GST_ZC_V4L2_SETTING_BITRATE],
      settings->number[GST_ZC_V4L2_SETTING_PEAK_BITRATE]);

  return (GstZcV4l2Load) {
    .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info),
    .fps_n = GST_VIDEO_INFO_FPS_N (info),
    .fps_d = MAX (GST_VIDEO_INFO_FPS_D (info), 1),
    .bitrate = MAX (bitrate, 0),
    .depth = GST_VIDEO_INFO_COMP_DEPTH (info, 0),
  };
}

/* What was chosen, on the device. */
static gboolean
set_choice (GstDmabufEnc *self, const GstZcV4l2GradeChoice *choice)
{
  const gchar *path = self->codec.device->path;
  GstZcV4l2MenuKind failed;
  gint ret;

  if (choice->exceeded)
    GST_ELEMENT_WARNING (self, STREAM, ENCODE,
        ("The video is more than the highest level of %s allows.", path),
        ("Size, rate and bitrate go beyond it; a decoder may refuse it."));
  ret = gst_zc_v4l2_grades_set (
      &self->grades, self->codec.device, choice, &failed);
  if (ret == 0)
    return TRUE;
  gst_dmabuf_codec_error_grade (
      GST_ELEMENT (self), path, gst_zc_v4l2_menu_get_field (failed), ret);
  return FALSE;
}

static void
restrict_to_user (GstDmabufEnc *self, const GstZcV4l2EncoderSettings *settings,
    GstStructure *s)
{
  const gchar *name = gst_zc_v4l2_encoder_settings_restrict (settings, s);

  if (name)
    GST_ELEMENT_WARNING (self, STREAM, ENCODE,
        ("Downstream does not take the %s that was set.", name),
        ("It is encoded all the same."));
}

gboolean
gst_dmabuf_enc_set_grades (
    GstDmabufEnc *self, const GstVideoInfo *info, GstStructure *coded)
{
  const gchar *path = self->codec.device->path;
  GstZcV4l2EncoderSettings settings;
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Load load;
  gint ret;

  ret = gst_zc_v4l2_grades_read (
      &self->grades, self->codec.device, coded_fourcc (self));
  if (ret < 0) {
    gst_dmabuf_codec_error_streaming (
        GST_ELEMENT (self), path, "VIDIOC_QUERYMENU", ret);
    return FALSE;
  }
  copy_settings (self, &settings);
  restrict_to_user (self, &settings, coded);
  load = load_of (&settings, info);
  gst_zc_v4l2_encoder_settings_clear (&settings);
  if (!gst_zc_v4l2_grades_choose (&self->grades, coded, &load, &choice)) {
    gst_dmabuf_codec_error_no_grade (GST_ELEMENT (self), path, coded);
    return FALSE;
  }
  if (!set_choice (self, &choice))
    return FALSE;
  gst_zc_v4l2_grades_tell (&self->grades, coded);
  return TRUE;
}

/* --- settings and controls ---------------------------------------------- */

void
gst_dmabuf_enc_apply_settings (GstDmabufEnc *self)
{
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *path = NULL;
  GstZcV4l2EncoderSettings settings;

  g_mutex_lock (&self->codec.lock);
  copy_settings (self, &settings);
  if (self->codec.device) {
    path = g_strdup (self->codec.device->path);
    g_array_unref (gst_zc_v4l2_encoder_settings_apply (
        &settings, self->codec.controls, coded_fourcc (self), complaints));
  }
  g_mutex_unlock (&self->codec.lock);
  gst_zc_v4l2_encoder_settings_clear (&settings);
  complain (self, path, complaints);
}

void
gst_dmabuf_enc_apply_setting (GstDmabufEnc *self, guint n)
{
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *path = NULL;
  GstZcV4l2EncoderSettings settings;

  g_mutex_lock (&self->codec.lock);
  copy_settings (self, &settings);
  if (self->codec.device) {
    path = g_strdup (self->codec.device->path);
    g_array_unref (gst_zc_v4l2_encoder_settings_apply_one (
        &settings, n, self->codec.controls, coded_fourcc (self), complaints));
    gst_dmabuf_enc_learn_order (self);
  }
  g_mutex_unlock (&self->codec.lock);
  gst_zc_v4l2_encoder_settings_clear (&settings);
  complain (self, path, complaints);
}

GstStructure *
gst_dmabuf_enc_describe_settings (GstDmabufEnc *self)
{
  GstStructure *settings = NULL;

  g_mutex_lock (&self->codec.lock);
  if (self->codec.device)
    settings = gst_zc_v4l2_encoder_settings_describe (
        self->codec.controls, coded_fourcc (self), "device-settings");
  g_mutex_unlock (&self->codec.lock);
  return settings;
}

/* --- the order of frames ------------------------------------------------ */

/* 0 if the device has no such control. */
static guint
read_number (const struct zc_v4l2_device *device, guint32 id)
{
  struct v4l2_ext_control value = { .id = id };

  if (zc_v4l2_control_get (device, &value, 1) < 0)
    return 0;
  return (guint) MAX (value.value, 0);
}

/* Before a frame that others lie between comes out, these have to be there. */
void
gst_dmabuf_enc_learn_order (GstDmabufEnc *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  guint between = read_number (device, V4L2_CID_MPEG_VIDEO_B_FRAMES);
  guint needed = read_number (device, V4L2_CID_MIN_BUFFERS_FOR_OUTPUT);
  guint depth = MAX (GST_DMABUF_ENC_DEPTH, needed);

  if (between > 0)
    depth = MAX (depth, between + GST_DMABUF_ENC_DEPTH);
  g_atomic_int_set (&self->reorders, (gint) between);
  g_atomic_int_set (&self->has_period,
      gst_zc_v4l2_encoder_settings_get_control (GST_ZC_V4L2_SETTING_GOP_SIZE,
          self->codec.controls, coded_fourcc (self)) != 0);
  gst_dmabuf_codec_input_set_depth (&self->codec.input, depth);
}

/* --- key frames --------------------------------------------------------- */

void
gst_dmabuf_enc_force_key (GstDmabufEnc *self)
{
  const gchar *path = self->codec.device->path;
  gint ret;

  if (g_strcmp0 (self->cannot_force_key, path) == 0)
    return;
  ret = gst_zc_v4l2_encoder_force_key_frame (self->codec.device);
  g_atomic_int_set (&self->forces_key, ret == 0);
  if (ret == 0)
    return;
  g_free (self->cannot_force_key);
  self->cannot_force_key = g_strdup (path);
  GST_ELEMENT_WARNING (self, STREAM, ENCODE,
      ("%s makes no key frames by request.", path),
      ("V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME: %s (errno %d). A smaller gop-size "
       "makes them come more often.",
          g_strerror (-ret), -ret));
}
