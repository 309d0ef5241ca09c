/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

static GstDmabufSinkStyle
get_style (GstDmabufSink *self)
{
  GstDmabufSinkStyle style;

  GST_OBJECT_LOCK (self);
  style = gst_dmabuf_sink_settings_get_style (&self->settings);
  GST_OBJECT_UNLOCK (self);
  return style;
}

/* The part of its memory that a frame is. */
static GstVideoRectangle
crop_of (GstDmabufSink *self, GstBuffer *buffer)
{
  const GstVideoCropMeta *meta = gst_buffer_get_video_crop_meta (buffer);

  if (!meta)
    return (GstVideoRectangle) { 0, 0, GST_VIDEO_INFO_WIDTH (&self->info),
      GST_VIDEO_INFO_HEIGHT (&self->info) };
  return (GstVideoRectangle) { meta->x, meta->y, meta->width, meta->height };
}

static GstDmabufSinkPicture
picture_of (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop)
{
  return (GstDmabufSinkPicture) {
    .fb = { frame->fb[ZC_KMS_VIDEO], frame->fb[ZC_KMS_OVERLAY] },
    .info = self->info,
    .color = self->color,
    .crop = *crop,
    .text = self->overlay.rectangle,
  };
}

static gboolean
same (const GstVideoRectangle *a, const GstVideoRectangle *b)
{
  return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h;
}

static void
warn_refused (GstDmabufSink *self, const gchar *reason)
{
  GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
      ("The picture is not shown as it was asked for: %s.", reason),
      ("The display on %s cannot do it for this format and size; all else is "
       "done.",
          self->card_path));
}

/* How the picture is shown now. Whether there is something of what was asked
 * for that the display cannot do, and that was not told yet. */
static gboolean
note_placed (GstDmabufSink *self, GstDmabufSinkPlan *plan)
{
  const GstVideoRectangle *to = &plan->geometry.destination;
  gchar monitor[ZC_KMS_OUTPUT_NAME_SIZE], mode[ZC_KMS_MODE_NAME_SIZE];
  gboolean is_news;

  *plan = gst_dmabuf_sink_screen_get_plan (self->screen);
  zc_kms_output_describe (self->screen->output, monitor, sizeof (monitor));
  zc_kms_mode_name (&plan->wish.setup.mode, mode, sizeof (mode));
  GST_INFO_OBJECT (self, "%s: %dx%d at %d,%d in mode %s", monitor, to->w, to->h,
      to->x, to->y, mode);

  GST_OBJECT_LOCK (self);
  g_strlcpy (self->stats.monitor, monitor, sizeof (self->stats.monitor));
  g_strlcpy (self->stats.mode, mode, sizeof (self->stats.mode));
  is_news = plan->refused && plan->refused != self->stats.refused;
  self->stats.refused = plan->refused;
  GST_OBJECT_UNLOCK (self);
  return is_news;
}

static void
tell_placed (GstDmabufSink *self)
{
  GstDmabufSinkPlan plan;
  gboolean is_news = note_placed (self, &plan);

  /* it may just have missed a refresh */
  self->tolerance_ns = 2 * gst_util_uint64_scale_int (GST_SECOND, 1000,
                               zc_kms_mode_refresh_mhz (&plan.wish.setup.mode));
  GST_INFO_OBJECT (self, "on plane %u",
      zc_kms_layer_get_plane (self->screen->layer, ZC_KMS_VIDEO)->id);
  if (is_news)
    warn_refused (self, plan.refused);
}

static gint
place (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop, gchar **reasons)
{
  const GstDmabufSinkPicture picture = picture_of (self, frame, crop);
  GstDmabufSinkStyle style;

  /* first: what changes from now on is for the next frame */
  g_atomic_int_set (&self->restyled, FALSE);
  style = get_style (self);
  return gst_dmabuf_sink_screen_place (
      self->screen, &picture, &style, frame, reasons);
}

/* How long a seat may take to tell that it has taken the display away: it does
 * that first, and this process may be busy. */
#define SEAT_TIMEOUT_NS (2 * G_GINT64_CONSTANT (1000000000))

/* A frame that came just as the display was given to another session. */
static gboolean
is_lost (GstDmabufSink *self, gint error)
{
  gint64 now;

  if (error != -EACCES)
    return FALSE;
  if (g_atomic_int_get (&self->is_away))
    return TRUE;
  if (!gst_zc_kms_card_is_of_seat (self->screen->card))
    return FALSE;
  now = zc_kms_now_ns ();
  if (self->lost_since_ns == 0)
    self->lost_since_ns = now;
  return now - self->lost_since_ns < SEAT_TIMEOUT_NS;
}

/* Frames that were to be shown at once have to wait, which is known from the
 * first on. */
static void
tell_waiting (GstDmabufSink *self)
{
  static const gchar reason[] = "it cannot be shown before a refresh";

  GST_OBJECT_LOCK (self);
  self->stats.waiting = reason;
  GST_OBJECT_UNLOCK (self);
  warn_refused (self, reason);
}

/* Whoever draws the frames has not done so for a second. */
static void
tell_late (GstDmabufSink *self)
{
  gchar fence[ZC_KMS_FENCE_TEXT_SIZE];

  if (zc_kms_layer_describe_fence (self->screen->layer, fence, sizeof (fence)))
    gst_dmabuf_sink_warn_late (GST_ELEMENT (self), self->card_path, fence);
}

static GstFlowReturn
show_next (GstDmabufSink *self, const struct zc_kms_frame *frame)
{
  struct zc_kms_layer *layer = self->screen->layer;
  gint ret = zc_kms_layer_show (layer, frame);

  if (ret == -ETIME) {
    tell_late (self);
    return GST_FLOW_OK;
  }
  if (layer->wants_async && !self->stats.waiting &&
      !zc_kms_layer_is_async (layer))
    tell_waiting (self);
  if (ret == 0)
    self->lost_since_ns = 0;
  if (ret == 0 || is_lost (self, ret))
    return GST_FLOW_OK;
  gst_dmabuf_sink_error_show (GST_ELEMENT (self), self->card_path, ret);
  return GST_FLOW_ERROR;
}

/* Whether ERROR is of the style, not of the display. */
static gboolean
is_of_style (gint error)
{
  return error < 0 && error != -EACCES && error != -ENODEV &&
         error != -ETIMEDOUT;
}

/* Whether the frame can be shown where the one before is. */
static gboolean
can_stay (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop, gint error)
{
  return is_of_style (error) && !self->place && same (crop, &self->crop) &&
         (!frame->fb[ZC_KMS_OVERLAY] ||
             same (&self->overlay.rectangle, &self->text));
}

/* Of a style that cannot be had, like a rectangle that is off the screen: that
 * is no reason to end the stream. Once, by whoever finds it first: the thread
 * that sets the style, or the next frame. */
static void
tell_kept (GstDmabufSink *self, const gchar *reasons, gint error)
{
  gboolean is_news;

  GST_OBJECT_LOCK (self);
  is_news = !self->told_kept;
  self->told_kept = TRUE;
  self->stats.refused = "the style that was set last";
  GST_OBJECT_UNLOCK (self);
  if (is_news)
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
        ("The picture stays as it is: it cannot be shown as was asked for."),
        ("%s: %s.", self->card_path,
            reasons && reasons[0] ? reasons : g_strerror (-error)));
}

static GstFlowReturn
stay (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const gchar *reasons, gint error)
{
  tell_kept (self, reasons, error);
  return show_next (self, frame);
}

static void
placed (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop)
{
  self->place = FALSE;
  self->lost_since_ns = 0;
  self->crop = *crop;
  /* without text there is no plane for it yet */
  self->text = frame->fb[ZC_KMS_OVERLAY] ? self->overlay.rectangle
                                         : (GstVideoRectangle) { 0 };
  tell_placed (self);
}

/* A frame that is to look otherwise than the one before. */
static GstFlowReturn
show_anew (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame,
    const GstVideoRectangle *crop)
{
  g_autofree gchar *reasons = NULL;
  gint ret = place (self, frame, crop, &reasons);

  if (ret < 0 && can_stay (self, frame, crop, ret))
    return stay (self, frame, reasons, ret);
  if (ret < 0 && frame->fb[ZC_KMS_OVERLAY]) {
    gst_dmabuf_sink_use_cpu_for_text (self, g_strerror (-ret));
    gst_clear_buffer ((GstBuffer **) &frame->owner[ZC_KMS_OVERLAY]);
    frame->fb[ZC_KMS_OVERLAY] = NULL;
    if (gst_dmabuf_sink_blend_text (self, buffer, frame) != GST_FLOW_OK) {
      gst_dmabuf_sink_drop_frame (frame);
      return GST_FLOW_ERROR;
    }
    g_clear_pointer (&reasons, g_free);
    ret = place (self, frame, crop, &reasons);
  }
  if (ret == 0) {
    placed (self, frame, crop);
    return GST_FLOW_OK;
  }
  gst_dmabuf_sink_drop_frame (frame);
  if (is_lost (self, ret))
    return gst_dmabuf_sink_drop_while_away (self);
  gst_dmabuf_sink_error_place (
      GST_ELEMENT (self), self->card_path, crop->w, crop->h, reasons, ret);
  return GST_FLOW_ERROR;
}

static gboolean
looks_new (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop)
{
  return self->place || g_atomic_int_get (&self->restyled) ||
         !same (crop, &self->crop) ||
         (frame->fb[ZC_KMS_OVERLAY] &&
             !same (&self->overlay.rectangle, &self->text));
}

GstFlowReturn
gst_dmabuf_sink_place_frame (
    GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  const GstVideoRectangle crop = crop_of (self, buffer);
  GstFlowReturn flow;

  if (!looks_new (self, frame, &crop)) {
    gst_dmabuf_sink_find_fence (self, frame);
    return show_next (self, frame);
  }
  /* or all that is shown would wait for it: planes change in one commit */
  flow = gst_dmabuf_sink_wait_until_drawn (self, frame);
  if (flow == GST_FLOW_OK)
    return show_anew (self, buffer, frame, &crop);
  gst_dmabuf_sink_drop_frame (frame);
  return flow;
}

static gboolean
prepare_with (GstDmabufSink *self, struct zc_kms_fb *fb)
{
  const struct zc_kms_frame frame = { .fb = { fb } };
  const GstVideoRectangle all = { 0, 0, fb->image.width, fb->image.height };
  const GstDmabufSinkPicture picture = picture_of (self, &frame, &all);
  const GstDmabufSinkStyle style = get_style (self);
  g_autofree gchar *reasons = NULL;
  gint ret;

  ret = gst_dmabuf_sink_screen_prepare (
      self->screen, &picture, &style, &reasons);
  if (reasons[0])
    GST_INFO_OBJECT (self, "tried in vain: %s", reasons);
  if (ret < 0)
    gst_dmabuf_sink_error_place (GST_ELEMENT (self), self->card_path,
        fb->image.width, fb->image.height, reasons, ret);
  return ret == 0;
}

gboolean
gst_dmabuf_sink_prepare (GstDmabufSink *self)
{
  struct zc_kms_fb *fb = NULL;
  GstBuffer *buffer = NULL;
  gboolean imported, ok = TRUE;
  gint error;

  if (gst_dmabuf_sink_is_linear (self))
    buffer = gst_dmabuf_sink_copier_acquire (&self->copier);
  if (buffer)
    fb = gst_dmabuf_sink_fbs_get (self->fbs, buffer, &self->info, self->fourcc,
        self->modifier, &imported, &error);
  if (fb)
    ok = prepare_with (self, fb);
  gst_clear_buffer (&buffer);
  /* It is only needed again if frames must be copied. */
  gst_dmabuf_sink_copier_setup (&self->copier, self->screen->card, &self->info);
  return ok;
}

void
gst_dmabuf_sink_restyle (GstDmabufSink *self)
{
  GstDmabufSinkStyle style = get_style (self);
  g_autofree gchar *reasons = NULL;
  gboolean is_news = FALSE;
  GstDmabufSinkPlan plan;
  gint ret = 0;

  g_atomic_int_set (&self->restyled, TRUE);
  g_mutex_lock (&self->screen_lock);
  if (self->screen)
    ret = gst_dmabuf_sink_screen_restyle (self->screen, &style, &reasons);
  if (ret > 0)
    is_news = note_placed (self, &plan);
  g_mutex_unlock (&self->screen_lock);
  if (is_news)
    warn_refused (self, plan.refused);
  else if (is_of_style (ret) && gst_dmabuf_sink_plug_is_connected (&self->plug))
    tell_kept (self, reasons, ret);
  else if (ret < 0)
    GST_WARNING_OBJECT (self,
        "the picture cannot be shown in another style: %s", g_strerror (-ret));
}
