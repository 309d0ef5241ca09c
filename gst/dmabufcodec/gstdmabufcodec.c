/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodec.h"

#include "gstdmabufcodecerror.h"

#include <errno.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);
#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* The kernel counts in microseconds: what else stands there does not come
 * back. */
#define NS_PER_NUMBER 1000

void
gst_dmabuf_codec_init (
    GstDmabufCodec *self, GstElement *element, enum zc_v4l2_job job)
{
  self->element = element;
  self->job = job;
  g_mutex_init (&self->lock);
  g_mutex_init (&self->frame_lock);
  g_cond_init (&self->changed);
  gst_dmabuf_codec_input_init (&self->input, element, &self->forbids);
  gst_dmabuf_codec_output_init (&self->output);
}

void
gst_dmabuf_codec_clear (GstDmabufCodec *self)
{
  gst_dmabuf_codec_close (self);
  gst_dmabuf_codec_output_clear (&self->output);
  gst_dmabuf_codec_input_clear (&self->input);
  g_clear_pointer (&self->wanted, gst_structure_free);
  g_free (self->name);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->frame_lock);
  g_mutex_clear (&self->lock);
}

/* --- devices ------------------------------------------------------------ */

void
gst_dmabuf_codec_set_name (GstDmabufCodec *self, const gchar *name)
{
  g_mutex_lock (&self->lock);
  g_free (self->name);
  self->name = g_strdup (name);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_dmabuf_codec_open (GstDmabufCodec *self)
{
  g_autofree gchar *path = NULL, *name = NULL;
  GstDmabufCodecOffers *offers;
  gint error;

  g_mutex_lock (&self->lock);
  name = g_strdup (self->name);
  g_mutex_unlock (&self->lock);
  offers = gst_dmabuf_codec_offers_new (self->job, name, &path, &error);
  if (!offers) {
    gst_dmabuf_codec_error_open (self->element, self->job, name, path, error);
    return FALSE;
  }
  g_mutex_lock (&self->lock);
  self->offers = offers;
  g_mutex_unlock (&self->lock);
  g_mutex_lock (&self->frame_lock);
  self->frames = self->dropped = 0;
  g_mutex_unlock (&self->frame_lock);
  gst_dmabuf_codec_input_reset_stats (&self->input);
  gst_dmabuf_codec_output_reset_stats (&self->output);
  return TRUE;
}

void
gst_dmabuf_codec_leave (GstDmabufCodec *self)
{
  gst_dmabuf_codec_stop (self);
  gst_dmabuf_codec_input_leave (&self->input);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->controls, gst_zc_v4l2_controls_free);
  g_clear_pointer (&self->device, zc_v4l2_device_close);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_close (GstDmabufCodec *self)
{
  gst_dmabuf_codec_leave (self);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->offers, gst_dmabuf_codec_offers_free);
  g_mutex_unlock (&self->lock);
}

GstCaps *
gst_dmabuf_codec_get_caps (
    GstDmabufCodec *self, GstDmabufCodecEnd end, GstCaps *other)
{
  GstCaps *caps = NULL;

  g_mutex_lock (&self->lock);
  if (self->offers)
    caps = gst_dmabuf_codec_offers_get_caps (self->offers, end, other);
  g_mutex_unlock (&self->lock);
  return caps;
}

static gboolean
open_device (GstDmabufCodec *self, const gchar *path)
{
  struct zc_v4l2_device *device;
  gint ret = zc_v4l2_device_open_m2m (&device, path);

  if (ret < 0) {
    gst_dmabuf_codec_error_open (self->element, self->job, path, path, ret);
    return FALSE;
  }
  g_mutex_lock (&self->lock);
  self->device = device;
  self->controls = gst_zc_v4l2_controls_new (device);
  g_mutex_unlock (&self->lock);
  GST_INFO_OBJECT (self->element, "%s: %s (%s), driver %s", path,
      device->capability.card, device->capability.bus_info,
      device->capability.driver);
  return TRUE;
}

gboolean
gst_dmabuf_codec_choose (GstDmabufCodec *self, GstCaps *in, GstCaps *out)
{
  GstDmabufCodecChoice choice;
  gboolean is_open;

  if (!gst_dmabuf_codec_offers_choose (self->offers, in, out, &choice)) {
    gst_dmabuf_codec_error_no_device (self->element, self->job, in, out);
    return FALSE;
  }
  is_open = self->device && g_str_equal (self->device->path, choice.path);
  if (!is_open)
    gst_dmabuf_codec_leave (self);
  g_mutex_lock (&self->lock);
  self->choice = choice;
  g_mutex_unlock (&self->lock);
  if (is_open)
    return TRUE;
  return open_device (self, choice.path);
}

gboolean
gst_dmabuf_codec_reopen (GstDmabufCodec *self)
{
  gst_dmabuf_codec_leave (self);
  return open_device (self, self->choice.path);
}

gchar *
gst_dmabuf_codec_get_path (GstDmabufCodec *self)
{
  gchar *path;

  g_mutex_lock (&self->lock);
  path = g_strdup (self->device ? self->device->path : self->name);
  g_mutex_unlock (&self->lock);
  return path;
}

/* --- controls ----------------------------------------------------------- */

void
gst_dmabuf_codec_apply_controls (GstDmabufCodec *self)
{
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *path = NULL;

  g_mutex_lock (&self->lock);
  if (self->device && self->wanted) {
    path = g_strdup (self->device->path);
    g_array_unref (
        gst_zc_v4l2_controls_apply (self->controls, self->wanted, complaints));
  }
  g_mutex_unlock (&self->lock);
  if (complaints->len > 0)
    gst_dmabuf_codec_warn_settings (self->element, path, complaints);
}

void
gst_dmabuf_codec_set_controls (
    GstDmabufCodec *self, const GstStructure *controls)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->wanted, gst_structure_free);
  self->wanted = controls ? gst_structure_copy (controls) : NULL;
  g_mutex_unlock (&self->lock);
  gst_dmabuf_codec_apply_controls (self);
}

GstStructure *
gst_dmabuf_codec_get_controls (GstDmabufCodec *self)
{
  GstStructure *controls;

  g_mutex_lock (&self->lock);
  controls = self->wanted ? gst_structure_copy (self->wanted) : NULL;
  g_mutex_unlock (&self->lock);
  return controls;
}

GstStructure *
gst_dmabuf_codec_describe_controls (GstDmabufCodec *self)
{
  GstStructure *controls = NULL;

  g_mutex_lock (&self->lock);
  if (self->device)
    controls = gst_zc_v4l2_controls_describe (
        self->controls, "device-controls");
  g_mutex_unlock (&self->lock);
  return controls;
}

/* --- frames ------------------------------------------------------------- */

void
gst_dmabuf_codec_wait_for_room (GstDmabufCodec *self)
{
  gst_dmabuf_codec_input_wait_for_room (&self->input);
}

gint
gst_dmabuf_codec_push (GstDmabufCodec *self, GstBuffer *buffer, guint32 number)
{
  const struct zc_v4l2_stamp stamp = {
    .timestamp_ns = (gint64) number * NS_PER_NUMBER,
  };
  gint ret;

  g_mutex_lock (&self->frame_lock);
  self->inside++; /* it may come out before the call returns */
  g_mutex_unlock (&self->frame_lock);
  ret = gst_dmabuf_codec_input_push (&self->input, buffer, &stamp);
  if (ret == 0)
    return 0;
  g_mutex_lock (&self->frame_lock);
  self->inside--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->frame_lock);
  return ret;
}

static void
note_frame (GstDmabufCodec *self)
{
  g_mutex_lock (&self->frame_lock);
  if (self->inside > 0)
    self->inside--;
  self->frames++;
  if (self->drains)
    g_cond_broadcast (&self->changed); /* else nobody waits */
  g_mutex_unlock (&self->frame_lock);
}

gint
gst_dmabuf_codec_pull_frame (GstDmabufCodec *self, GstBuffer **buffer,
    guint32 *number, struct zc_v4l2_frame *frame)
{
  gint ret = gst_dmabuf_codec_output_pull (&self->output, buffer, frame);

  if (ret != 0) {
    *buffer = NULL;
    return ret;
  }
  *number = (guint32) (frame->timestamp_ns / NS_PER_NUMBER);
  /* the last one may be a mark without contents */
  if (frame->flags & V4L2_BUF_FLAG_LAST && frame->plane[0].bytes_used == 0) {
    gst_clear_buffer (buffer);
    return -EPIPE;
  }
  note_frame (self);
  return 0;
}

gint
gst_dmabuf_codec_pull (
    GstDmabufCodec *self, GstBuffer **buffer, guint32 *number, guint32 *flags)
{
  struct zc_v4l2_frame frame;
  gint ret = gst_dmabuf_codec_pull_frame (self, buffer, number, &frame);

  if (ret == 0)
    *flags = frame.flags;
  else if (ret == -EPIPE)
    gst_dmabuf_codec_note_end (self);
  return ret;
}

void
gst_dmabuf_codec_note_end (GstDmabufCodec *self)
{
  g_mutex_lock (&self->frame_lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->frame_lock);
}

void
gst_dmabuf_codec_give_up (GstDmabufCodec *self)
{
  gst_dmabuf_codec_note_end (self);
  gst_dmabuf_codec_input_fail (&self->input, -EPIPE);
}

void
gst_dmabuf_codec_interrupt_pull (GstDmabufCodec *self)
{
  gst_dmabuf_codec_output_interrupt (&self->output);
}

gboolean
gst_dmabuf_codec_is_draining (GstDmabufCodec *self)
{
  gboolean drains;

  g_mutex_lock (&self->frame_lock);
  drains = self->drains;
  g_mutex_unlock (&self->frame_lock);
  return drains;
}

gboolean
gst_dmabuf_codec_is_empty (GstDmabufCodec *self)
{
  gboolean is_empty;

  g_mutex_lock (&self->frame_lock);
  is_empty = self->inside == 0;
  g_mutex_unlock (&self->frame_lock);
  return is_empty;
}

gboolean
gst_dmabuf_codec_is_flushing (GstDmabufCodec *self)
{
  gboolean flushing;

  g_mutex_lock (&self->frame_lock);
  flushing = self->flushing;
  g_mutex_unlock (&self->frame_lock);
  return flushing;
}

void
gst_dmabuf_codec_count_dropped (GstDmabufCodec *self)
{
  g_mutex_lock (&self->frame_lock);
  self->dropped++;
  self->frames--;
  g_mutex_unlock (&self->frame_lock);
}

void
gst_dmabuf_codec_count_none (GstDmabufCodec *self)
{
  g_mutex_lock (&self->frame_lock);
  self->frames--;
  self->inside++;
  g_mutex_unlock (&self->frame_lock);
}

void
gst_dmabuf_codec_count_skipped (GstDmabufCodec *self)
{
  g_mutex_lock (&self->frame_lock);
  self->dropped++;
  g_mutex_unlock (&self->frame_lock);
}

void
gst_dmabuf_codec_count_lost (GstDmabufCodec *self, gboolean is_missed)
{
  g_mutex_lock (&self->frame_lock);
  if (is_missed)
    self->dropped++;
  if (self->inside > 0)
    self->inside--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->frame_lock);
}

/* With the lock held, so that it is done once. */
static gint
tell_end (GstDmabufCodec *self)
{
  gint ret;

  if (!self->stops || self->stopped || self->starts)
    return 0;
  ret = zc_v4l2_codec_stop (self->device, self->job);
  if (ret == -EBUSY) /* it drains already, or still */
    ret = 0;
  self->stopped = ret == 0;
  if (ret < 0)
    GST_WARNING_OBJECT (self->element, "%s cannot be told to end: %s",
        self->device->path, g_strerror (-ret));
  return ret;
}

static gint
begin_end (GstDmabufCodec *self)
{
  gint ret;

  g_mutex_lock (&self->lock);
  self->stops = TRUE;
  ret = tell_end (self);
  g_mutex_unlock (&self->lock);
  return ret;
}

void
gst_dmabuf_codec_begin_setup (GstDmabufCodec *self, gboolean keeps)
{
  g_mutex_lock (&self->lock);
  self->starts = TRUE;
  self->stopped = self->stopped && keeps;
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_end_setup (GstDmabufCodec *self)
{
  g_mutex_lock (&self->lock);
  self->starts = FALSE;
  tell_end (self);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_drain (GstDmabufCodec *self)
{
  gboolean has_command = zc_v4l2_codec_has_command (self->device, self->job);
  gint ret = 0;

  g_mutex_lock (&self->frame_lock);
  self->drains = TRUE;
  g_mutex_unlock (&self->frame_lock);
  gst_dmabuf_codec_input_submit (&self->input);
  if (has_command)
    ret = begin_end (self);
  g_mutex_lock (&self->frame_lock);
  while (!self->ended && !self->flushing && ret == 0 &&
         (has_command || self->inside > 0))
    g_cond_wait (&self->changed, &self->frame_lock);
  g_mutex_unlock (&self->frame_lock);
}

void
gst_dmabuf_codec_set_flushing (GstDmabufCodec *self, gboolean flushing)
{
  g_mutex_lock (&self->frame_lock);
  self->flushing = flushing;
  g_cond_broadcast (&self->changed);
  gst_dmabuf_codec_input_set_flushing (&self->input, flushing);
  gst_dmabuf_codec_output_set_flushing (&self->output, flushing);
  g_mutex_unlock (&self->frame_lock);
}

void
gst_dmabuf_codec_interrupt (GstDmabufCodec *self)
{
  gst_dmabuf_codec_input_set_flushing (&self->input, TRUE);
  gst_dmabuf_codec_output_set_flushing (&self->output, TRUE);
}

void
gst_dmabuf_codec_stop (GstDmabufCodec *self)
{
  gst_dmabuf_codec_input_stop (&self->input);
  gst_dmabuf_codec_output_stop (&self->output);
  gst_dmabuf_codec_output_unwatch (&self->output);
  g_mutex_lock (&self->lock);
  self->stops = self->stopped = self->starts = FALSE;
  g_mutex_unlock (&self->lock);
  g_mutex_lock (&self->frame_lock);
  gst_dmabuf_codec_input_set_flushing (&self->input, self->flushing);
  gst_dmabuf_codec_output_set_flushing (&self->output, self->flushing);
  self->inside = 0;
  self->ended = self->drains = FALSE;
  g_mutex_unlock (&self->frame_lock);
}

GstStructure *
gst_dmabuf_codec_get_stats (GstDmabufCodec *self, const gchar *name)
{
  GstStructure *stats = gst_structure_new_empty (name);

  g_mutex_lock (&self->frame_lock);
  gst_structure_set (stats, "frames", G_TYPE_UINT64, self->frames, "dropped",
      G_TYPE_UINT64, self->dropped, NULL);
  g_mutex_unlock (&self->frame_lock);
  g_mutex_lock (&self->lock);
  gst_structure_set (stats, "device", G_TYPE_STRING,
      self->device ? self->device->path : "none", NULL);
  g_mutex_unlock (&self->lock);
  gst_dmabuf_codec_input_get_stats (&self->input, stats);
  return stats;
}
