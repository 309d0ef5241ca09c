/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufenc-private.h"

#include "gst-libs/v4l2/v4l2-control.h"

#include <errno.h>

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
load_of (GstDmabufEnc *self, const GstZcV4l2EncoderSettings *settings,
    const GstVideoInfo *info)
{
  return (GstZcV4l2Load) {
    .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info),
    .fps_n = GST_VIDEO_INFO_FPS_N (info),
    .fps_d = MAX (GST_VIDEO_INFO_FPS_D (info), 1),
    .bitrate = gst_zc_v4l2_encoder_settings_get_peak (
        settings, self->codec.device),
    .depth = GST_VIDEO_INFO_COMP_DEPTH (info, 0),
  };
}

static void
warn_of_choice (GstDmabufEnc *self, const GstZcV4l2GradeChoice *choice)
{
  const gchar *path = self->codec.device->path;

  if (choice->exceeded)
    GST_ELEMENT_WARNING (self, STREAM, ENCODE,
        ("The video is more than the highest level of %s allows.", path),
        ("Size, rate and bitrate go beyond it; a decoder may refuse it."));
  if (choice->shallow)
    GST_ELEMENT_WARNING (self, STREAM, ENCODE,
        ("%s codes samples with fewer bits than the video has.", path),
        ("It has no profile for more than 8 bits that downstream takes, or "
         "another is set."));
}

/* What was chosen, on the device. */
static gint
set_choice (GstDmabufEnc *self, const GstZcV4l2GradeChoice *choice)
{
  GstZcV4l2MenuKind failed;
  gint ret;

  warn_of_choice (self, choice);
  ret = gst_zc_v4l2_grades_set (
      &self->grades, self->codec.device, choice, &failed);
  if (ret < 0)
    gst_dmabuf_codec_error_grade (GST_ELEMENT (self), self->codec.device->path,
        gst_zc_v4l2_menu_get_field (failed), ret);
  return ret;
}

static void
warn_of_user (GstDmabufEnc *self, const gchar *name)
{
  GST_ELEMENT_WARNING (self, STREAM, ENCODE,
      ("Downstream does not take the %s that was set.", name),
      ("It is encoded all the same."));
}

/* -EAGAIN: downstream may take something else that can be had. */
static gint
choose (GstDmabufEnc *self, const GstVideoInfo *info, GstStructure *coded,
    gboolean is_last, GstZcV4l2GradeChoice *choice)
{
  GstZcV4l2EncoderSettings settings;
  GstZcV4l2Load load;
  const gchar *refused;

  copy_settings (self, &settings);
  refused = gst_zc_v4l2_encoder_settings_restrict (&settings, coded);
  load = load_of (self, &settings, info);
  gst_zc_v4l2_encoder_settings_clear (&settings);
  if (refused && !is_last)
    return -EAGAIN;
  if (refused)
    warn_of_user (self, refused);
  if (gst_zc_v4l2_grades_choose (&self->grades, coded, &load, choice))
    return 0;
  if (!is_last)
    return -EAGAIN;
  gst_dmabuf_codec_error_no_grade (
      GST_ELEMENT (self), self->codec.device->path, coded);
  return -EINVAL;
}

gint
gst_dmabuf_enc_set_grades (GstDmabufEnc *self, const GstVideoInfo *info,
    GstStructure *coded, gboolean is_last)
{
  GstZcV4l2GradeChoice choice;
  gint ret = gst_zc_v4l2_grades_read (
      &self->grades, self->codec.device, coded_fourcc (self));

  if (ret < 0) {
    gst_dmabuf_codec_error_streaming (
        GST_ELEMENT (self), self->codec.device->path, "VIDIOC_QUERYMENU", ret);
    return ret;
  }
  ret = choose (self, info, coded, is_last, &choice);
  if (ret == 0)
    ret = set_choice (self, &choice);
  if (ret == 0)
    gst_zc_v4l2_grades_tell (&self->grades, coded);
  return ret;
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
  }
  g_mutex_unlock (&self->codec.lock);
  gst_zc_v4l2_encoder_settings_clear (&settings);
  complain (self, path, complaints);
  g_atomic_int_set (&self->has_changed, TRUE);
  if (g_rec_mutex_trylock (&GST_VIDEO_ENCODER (self)->stream_lock)) {
    gst_dmabuf_enc_follow_settings (self);
    GST_VIDEO_ENCODER_STREAM_UNLOCK (self);
  }
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

static gboolean
separates_headers (const struct zc_v4l2_device *device)
{
  struct v4l2_ext_control value = { .id = V4L2_CID_MPEG_VIDEO_HEADER_MODE };

  return zc_v4l2_control_get (device, &value, 1) == 0 &&
         value.value == V4L2_MPEG_VIDEO_HEADER_MODE_SEPARATE;
}

/* Before a frame that others lie between comes out, these have to be there. */
static void
learn_order (GstDmabufEnc *self)
{
  const struct zc_v4l2_device *device = self->codec.device;
  guint between = read_number (device, V4L2_CID_MPEG_VIDEO_B_FRAMES);
  guint needed = read_number (device, V4L2_CID_MIN_BUFFERS_FOR_OUTPUT);
  guint depth = MAX (GST_DMABUF_ENC_DEPTH, needed);

  if (between > 0)
    depth = MAX (depth, between + GST_DMABUF_ENC_DEPTH);
  g_atomic_int_set (&self->reorders, (gint) between);
  g_atomic_int_set (&self->has_headers, separates_headers (device));
  g_atomic_int_set (&self->has_period,
      gst_zc_v4l2_encoder_settings_get_control (GST_ZC_V4L2_SETTING_GOP_SIZE,
          self->codec.controls, coded_fourcc (self)) != 0);
  gst_dmabuf_codec_input_set_depth (&self->codec.input, depth);
}

void
gst_dmabuf_enc_learn_order (GstDmabufEnc *self)
{
  g_atomic_int_set (&self->has_changed, FALSE);
  g_mutex_lock (&self->codec.lock);
  if (self->codec.device)
    learn_order (self);
  g_mutex_unlock (&self->codec.lock);
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
