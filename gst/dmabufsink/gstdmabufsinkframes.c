/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink-private.h"
#include "gstdmabufsinkcaps.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* --- what the layer tells, mostly from the card's thread --------------- */

static void
on_flipped (const struct zc_kms_frame *frame, int64_t time_ns, void *data)
{
  GstDmabufSink *self = data;

  GST_OBJECT_LOCK (self);
  self->stats.frames++;
  self->flip_late_ns = 0;
  if (frame->captured_ns > 0) {
    latency_histogram_add (
        &self->stats.latency, MAX (0, time_ns - frame->captured_ns));
    self->flip_late_ns = time_ns - frame->due_ns;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
drop (const struct zc_kms_frame *frame)
{
  for (guint i = 0; i < ZC_KMS_N_PARTS; i++)
    if (frame->owner[i])
      gst_buffer_unref (frame->owner[i]);
}

static void
on_released (const struct zc_kms_frame *frame, bool shown, void *data)
{
  GstDmabufSink *self = data;

  if (!shown) {
    GST_OBJECT_LOCK (self);
    self->stats.replaced++;
    GST_OBJECT_UNLOCK (self);
  }
  drop (frame);
}

const struct zc_kms_layer_events gst_dmabuf_sink_frame_events = {
  .flipped = on_flipped,
  .released = on_released,
};

/* --- memory that can be scanned out ------------------------------------ */

static gboolean
is_linear (GstDmabufSink *self)
{
  return self->modifier == DRM_FORMAT_MOD_LINEAR &&
         gst_zc_format_from_drm (self->fourcc, self->modifier) ==
             GST_VIDEO_INFO_FORMAT (&self->info);
}

static struct zc_kms_fb *
find_fb (GstDmabufSink *self, GstBuffer *buffer, gint *error)
{
  struct zc_kms_fb *fb;
  gboolean imported;

  fb = gst_dmabuf_sink_fbs_get (self->fbs, buffer, &self->info, self->fourcc,
      self->modifier, &imported, error);
  if (imported) {
    GST_OBJECT_LOCK (self);
    self->stats.imports++;
    if (!self->stats.path)
      self->stats.path = gst_dmabuf_sink_screen_made (self->screen, buffer)
                             ? "scanout-pool"
                             : "dmabuf-import";
    GST_OBJECT_UNLOCK (self);
  }
  return fb;
}

/* A copy of @buffer in scanout memory, or NULL. */
static GstBuffer *
copy_frame (GstDmabufSink *self, GstBuffer *buffer)
{
  GstBuffer *copy = gst_dmabuf_sink_copier_copy (&self->copier, buffer);

  if (!copy)
    return NULL;
  GST_OBJECT_LOCK (self);
  self->stats.copies++;
  self->stats.bytes_copied += GST_VIDEO_INFO_SIZE (&self->copier.info);
  self->stats.path = "copy";
  GST_OBJECT_UNLOCK (self);
  return copy;
}

/* ERROR is why there is no framebuffer of a copy, if there is a copy. */
static GstFlowReturn
copy_failed (GstDmabufSink *self, gint error)
{
  if (gst_dmabuf_sink_copier_is_flushing (&self->copier))
    return GST_FLOW_FLUSHING;
  gst_dmabuf_sink_error_copy (
      GST_ELEMENT (self), self->card_path, self->copier.error, error);
  return GST_FLOW_ERROR;
}

/* The frame's memory, or a copy in memory that the display can scan out: a
 * reference to it in @frame. */
static GstFlowReturn
bring (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  gint error = 0;

  frame->fb[ZC_KMS_VIDEO] = find_fb (self, buffer, &error);
  if (frame->fb[ZC_KMS_VIDEO]) {
    frame->owner[ZC_KMS_VIDEO] = gst_buffer_ref (buffer);
    return GST_FLOW_OK;
  }
  if (!is_linear (self)) {
    gst_dmabuf_sink_error_import (GST_ELEMENT (self), self->card_path, error);
    return GST_FLOW_ERROR;
  }
  if (self->stats.copies == 0)
    gst_dmabuf_sink_warn_copies (GST_ELEMENT (self), self->card_path, error);
  frame->owner[ZC_KMS_VIDEO] = copy_frame (self, buffer);
  if (frame->owner[ZC_KMS_VIDEO])
    frame->fb[ZC_KMS_VIDEO] = find_fb (
        self, frame->owner[ZC_KMS_VIDEO], &error);
  if (frame->fb[ZC_KMS_VIDEO])
    return GST_FLOW_OK;
  return copy_failed (self, error);
}

/* --- text -------------------------------------------------------------- */

/* Text that no plane is left for, drawn into a copy of the frame. */
static GstFlowReturn
blend (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  g_autoptr (GError) error = NULL;
  GstBuffer *copy = frame->owner[ZC_KMS_VIDEO];
  guint64 bytes = 0;
  gint ret = 0;

  if (copy == buffer) {
    copy = copy_frame (self, buffer);
    if (!copy)
      return copy_failed (self, 0);
    gst_buffer_unref (buffer);
    frame->owner[ZC_KMS_VIDEO] = copy;
    frame->fb[ZC_KMS_VIDEO] = find_fb (self, copy, &ret);
    if (ret < 0)
      return copy_failed (self, ret);
  }
  if (!gst_dmabuf_sink_overlay_blend (
          self->copier.allocator, buffer, copy, &self->info, &bytes, &error))
    GST_WARNING_OBJECT (self, "text is missing: %s", error->message);
  GST_OBJECT_LOCK (self);
  self->stats.blends++;
  self->stats.bytes_blended += bytes;
  GST_OBJECT_UNLOCK (self);
  return GST_FLOW_OK;
}

static void
use_cpu_for_text (GstDmabufSink *self, const gchar *reason)
{
  if (!self->text_is_drawn)
    GST_ELEMENT_WARNING (self, RESOURCE, NO_SPACE_LEFT,
        ("Text is drawn into the picture by the CPU."),
        ("%s has no plane left for it: %s. Each frame with text is copied; "
         "fewer sinks on the display, or text drawn before the sink, cost "
         "less.",
            self->card_path, reason));
  self->text_is_drawn = TRUE;
}

static gboolean
has_text (GstBuffer *buffer)
{
  return gst_buffer_get_video_overlay_composition_meta (buffer) != NULL;
}

/* The text of a frame as a picture of its own, if it has some. */
static GstFlowReturn
add_text (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame)
{
  struct zc_kms_fb *fb;
  gboolean imported;
  gint error;

  if (!has_text (buffer) && !self->overlay.buffer)
    return GST_FLOW_OK;
  if (self->text_is_drawn)
    return has_text (buffer) ? blend (self, buffer, frame) : GST_FLOW_OK;
  if (!gst_dmabuf_sink_overlay_update (&self->overlay, buffer)) {
    if (!g_error_matches (self->overlay.error, GST_ZC_ERROR, GST_ZC_ERROR_BUSY))
      use_cpu_for_text (self, self->overlay.error->message);
    return blend (self, buffer, frame);
  }
  if (!self->overlay.buffer)
    return GST_FLOW_OK;
  fb = gst_dmabuf_sink_fbs_get (self->fbs, self->overlay.buffer,
      &self->overlay.info, DRM_FORMAT_ARGB8888, DRM_FORMAT_MOD_LINEAR,
      &imported, &error);
  if (!fb) {
    use_cpu_for_text (self, g_strerror (-error));
    return blend (self, buffer, frame);
  }
  frame->fb[ZC_KMS_OVERLAY] = fb;
  frame->owner[ZC_KMS_OVERLAY] = gst_buffer_ref (self->overlay.buffer);
  GST_OBJECT_LOCK (self);
  self->stats.texts = self->overlay.drawn;
  GST_OBJECT_UNLOCK (self);
  return GST_FLOW_OK;
}

/* --- placing ----------------------------------------------------------- */

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

/* What a display was asked for and cannot do, once. */
static void
tell_refused (GstDmabufSink *self, const GstDmabufSinkPlan *plan)
{
  gboolean is_news;

  GST_OBJECT_LOCK (self);
  is_news = plan->refused && plan->refused != self->stats.refused;
  self->stats.refused = plan->refused;
  zc_kms_mode_name (
      &plan->wish.setup.mode, self->stats.mode, sizeof (self->stats.mode));
  GST_OBJECT_UNLOCK (self);
  if (is_news)
    warn_refused (self, plan->refused);
}

static void
tell_placed (GstDmabufSink *self)
{
  const GstDmabufSinkPlan plan = gst_dmabuf_sink_screen_get_plan (self->screen);
  const GstVideoRectangle *to = &plan.geometry.destination;
  const drmModeModeInfo *mode = &plan.wish.setup.mode;

  /* it may just have missed a refresh */
  self->tolerance_ns = 2 * gst_util_uint64_scale_int (GST_SECOND, 1000,
                               zc_kms_mode_refresh_mhz (mode));
  tell_refused (self, &plan);
  GST_INFO_OBJECT (self, "%s: %dx%d at %d,%d in mode %s on plane %u",
      self->screen->output->connector.name, to->w, to->h, to->x, to->y,
      self->stats.mode,
      zc_kms_layer_get_plane (self->screen->layer, ZC_KMS_VIDEO)->id);
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

/* A frame that came just as the display was given to another session. */
static gboolean
is_lost (GstDmabufSink *self, gint error)
{
  return error == -EACCES && g_atomic_int_get (&self->is_away);
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

static GstFlowReturn
show_next (GstDmabufSink *self, const struct zc_kms_frame *frame)
{
  struct zc_kms_layer *layer = self->screen->layer;
  gint ret = zc_kms_layer_show (layer, frame);

  if (layer->wants_async && !self->stats.waiting &&
      !zc_kms_layer_is_async (layer))
    tell_waiting (self);
  if (ret == 0 || is_lost (self, ret))
    return GST_FLOW_OK;
  gst_dmabuf_sink_error_show (GST_ELEMENT (self), self->card_path, ret);
  return GST_FLOW_ERROR;
}

/* Whether the frame can be shown where the one before is: ERROR is of the
 * style, not of the display. */
static gboolean
can_stay (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop, gint error)
{
  return error != -EACCES && error != -ENODEV && error != -ETIMEDOUT &&
         !self->place && same (crop, &self->crop) &&
         (!frame->fb[ZC_KMS_OVERLAY] ||
             same (&self->overlay.rectangle, &self->text));
}

/* Of a style that cannot be had, like a rectangle that is off the screen: that
 * is no reason to end the stream. */
static GstFlowReturn
stay (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const gchar *reasons, gint error)
{
  GST_OBJECT_LOCK (self);
  self->stats.refused = "the style that was set last";
  GST_OBJECT_UNLOCK (self);
  GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
      ("The picture stays as it is: it cannot be shown as was asked for."),
      ("%s: %s.", self->card_path,
          reasons && reasons[0] ? reasons : g_strerror (-error)));
  return show_next (self, frame);
}

static void
placed (GstDmabufSink *self, const struct zc_kms_frame *frame,
    const GstVideoRectangle *crop)
{
  self->place = FALSE;
  self->crop = *crop;
  /* without text there is no plane for it yet */
  self->text = frame->fb[ZC_KMS_OVERLAY] ? self->overlay.rectangle
                                         : (GstVideoRectangle) { 0 };
  tell_placed (self);
}

/* A frame that is to look otherwise than the one before; it is taken. */
static GstFlowReturn
show_anew (GstDmabufSink *self, GstBuffer *buffer, struct zc_kms_frame *frame,
    const GstVideoRectangle *crop)
{
  g_autofree gchar *reasons = NULL;
  gint ret = place (self, frame, crop, &reasons);

  if (ret < 0 && can_stay (self, frame, crop, ret))
    return stay (self, frame, reasons, ret);
  if (ret < 0 && frame->fb[ZC_KMS_OVERLAY]) {
    use_cpu_for_text (self, g_strerror (-ret));
    gst_clear_buffer ((GstBuffer **) &frame->owner[ZC_KMS_OVERLAY]);
    frame->fb[ZC_KMS_OVERLAY] = NULL;
    if (blend (self, buffer, frame) != GST_FLOW_OK) {
      drop (frame);
      return GST_FLOW_ERROR;
    }
    g_clear_pointer (&reasons, g_free);
    ret = place (self, frame, crop, &reasons);
  }
  if (ret < 0) {
    gst_dmabuf_sink_error_place (
        GST_ELEMENT (self), self->card_path, crop->w, crop->h, reasons, ret);
    drop (frame);
    return GST_FLOW_ERROR;
  }
  placed (self, frame, crop);
  return GST_FLOW_OK;
}

/* --- frames ------------------------------------------------------------ */

gboolean
gst_dmabuf_sink_is_newest (GstDmabufSink *self, GstBuffer *buffer)
{
  return !self->place && zc_kms_layer_has_newest (self->screen->layer, buffer);
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

static GstFlowReturn
show (GstDmabufSink *self, GstBuffer *buffer)
{
  GstVideoRectangle crop = crop_of (self, buffer);
  struct zc_kms_frame frame = { 0 };
  GstDmabufSinkTiming timing;
  GstFlowReturn flow;

  if (gst_dmabuf_sink_was_prerolled (self, buffer) ||
      gst_dmabuf_sink_is_newest (self, buffer))
    return GST_FLOW_OK;
  timing = gst_dmabuf_sink_time (self, buffer);
  if (gst_dmabuf_sink_is_too_late (self, &timing))
    return gst_dmabuf_sink_drop_late (self, buffer, &timing);

  flow = bring (self, buffer, &frame);
  if (flow == GST_FLOW_OK)
    flow = add_text (self, buffer, &frame);
  if (flow != GST_FLOW_OK) {
    drop (&frame);
    return flow;
  }
  frame.captured_ns = timing.captured_ns;
  frame.due_ns = timing.now_ns - timing.late_ns;
  gst_dmabuf_sink_tell_qos (self, buffer, &timing);
  if (!looks_new (self, &frame, &crop))
    return show_next (self, &frame);
  return show_anew (self, buffer, &frame, &crop);
}

/* Without a monitor, as the user wishes. */
static GstFlowReturn
miss_monitor (GstDmabufSink *self)
{
  GstDmabufSinkOnDisconnect wish;

  GST_OBJECT_LOCK (self);
  wish = self->settings.on_disconnect;
  self->stats.late += wish == GST_DMABUF_SINK_ON_DISCONNECT_DROP;
  GST_OBJECT_UNLOCK (self);
  switch (wish) {
    case GST_DMABUF_SINK_ON_DISCONNECT_WAIT:
      return gst_dmabuf_sink_plug_wait (&self->plug) ? GST_FLOW_OK
                                                     : GST_FLOW_FLUSHING;
    case GST_DMABUF_SINK_ON_DISCONNECT_DROP:
      return GST_BASE_SINK_FLOW_DROPPED;
    default:
      gst_dmabuf_sink_error_unplugged (GST_ELEMENT (self),
          self->screen->output->connector.name, self->card_path);
      return GST_FLOW_ERROR;
  }
}

static GstFlowReturn
drop_while_away (GstDmabufSink *self)
{
  GST_OBJECT_LOCK (self);
  self->stats.late++;
  GST_OBJECT_UNLOCK (self);
  return GST_BASE_SINK_FLOW_DROPPED;
}

/* Who is interrupted waits until the pipeline goes on, and then tries again. */
GstFlowReturn
gst_dmabuf_sink_show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  GstDmabufSink *self = GST_DMABUF_SINK (sink);
  GstFlowReturn flow;

  do {
    flow = GST_FLOW_OK;
    if (g_atomic_int_get (&self->is_away))
      flow = drop_while_away (self);
    else if (!gst_dmabuf_sink_plug_is_connected (&self->plug))
      flow = miss_monitor (self);
    if (flow == GST_FLOW_OK)
      flow = show (self, buffer);
    if (flow != GST_FLOW_FLUSHING)
      return flow;
    flow = gst_base_sink_wait_preroll (GST_BASE_SINK (sink));
  } while (flow == GST_FLOW_OK);
  return flow;
}

/* --- before and between frames ----------------------------------------- */

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

  if (is_linear (self))
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
  gint ret = 0;

  g_atomic_int_set (&self->restyled, TRUE);
  g_mutex_lock (&self->screen_lock);
  if (self->screen)
    ret = gst_dmabuf_sink_screen_restyle (self->screen, &style, &reasons);
  g_mutex_unlock (&self->screen_lock);
  if (ret < 0)
    GST_WARNING_OBJECT (self,
        "what is shown stays as it is, it cannot be shown as asked for: %s",
        reasons ? reasons : g_strerror (-ret));
}

/* The caps are those of the monitor. */
static void
refresh_caps (GstDmabufSink *self)
{
  GstCaps *caps = gst_dmabuf_sink_caps_of (
      self->screen->output, self->screen->can_scale);
  gboolean differ;

  GST_OBJECT_LOCK (self);
  differ = self->caps && !gst_caps_is_equal (caps, self->caps);
  if (self->caps)
    gst_caps_replace (&self->caps, caps);
  GST_OBJECT_UNLOCK (self);
  gst_caps_unref (caps);
  if (differ)
    gst_pad_push_event (GST_BASE_SINK_PAD (self), gst_event_new_reconfigure ());
}

void
gst_dmabuf_sink_plugged (gboolean is_connected, gpointer data)
{
  GstDmabufSink *self = data;
  const gchar *name = self->screen->output->connector.name;

  if (is_connected) {
    GST_INFO_OBJECT (self, "a monitor is connected to %s", name);
    refresh_caps (self);
    gst_dmabuf_sink_restyle (self);
  } else {
    GST_WARNING_OBJECT (self, "the monitor on %s was unplugged", name);
  }
}

/* --- the seat ---------------------------------------------------------- */

static void
on_enabled (void *data)
{
  GstDmabufSink *self = data;

  GST_INFO_OBJECT (self, "the display is ours again");
  g_atomic_int_set (&self->is_away, FALSE);
  zc_kms_output_forget (self->screen->output);
  gst_dmabuf_sink_restyle (self);
}

static void
on_disabled (void *data)
{
  GstDmabufSink *self = data;

  GST_INFO_OBJECT (self, "another session has the display: frames are dropped");
  g_atomic_int_set (&self->is_away, TRUE);
}

static void
on_lost (int error, void *data)
{
  GST_WARNING_OBJECT (data, "the seat is gone: %s", g_strerror (-error));
}

static const struct zc_kms_seat_funcs seat_funcs = {
  .enabled = on_enabled,
  .disabled = on_disabled,
  .lost = on_lost,
};

void
gst_dmabuf_sink_listen_to_seat (GstDmabufSink *self)
{
  gboolean is_ours = gst_zc_kms_card_listen (
      self->screen->card, &seat_funcs, self);

  g_atomic_int_set (&self->is_away, !is_ours);
}

void
gst_dmabuf_sink_leave_seat (GstDmabufSink *self)
{
  gst_zc_kms_card_unlisten (self->screen->card, &seat_funcs, self);
}
