/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkscreen.h"

#include "gst-libs/allocators/gstzcpool.h"

#include <errno.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* --- open and close ---------------------------------------------------- */

static GstZcKmsCard *
open_card (const GstDmabufSinkSettings *settings, gchar **path, gint *error,
    gint *seat_error)
{
  gchar found[64];

  *error = *seat_error = 0;
  if (settings->fd >= 0) {
    *path = g_strdup_printf ("fd %d", settings->fd);
    return gst_zc_kms_card_open_fd (settings->fd, error);
  }
  if (settings->device && settings->device[0] == '/') {
    *path = g_strdup (settings->device);
    return gst_zc_kms_card_open_by (*path, settings->seat, error, seat_error);
  }
  *path = NULL;
  *error = zc_kms_access_find (found, sizeof (found), settings->device,
      settings->connector, settings->seat, seat_error);
  if (*error < 0)
    return NULL;
  *path = g_strdup (found);
  return gst_zc_kms_card_open_by (*path, settings->seat, error, seat_error);
}

/* Asks the hardware whether a plane takes a picture at half its size. */
static gboolean
probe_scaling (GstDmabufSinkScreen *self)
{
  struct zc_kms_wish wish = {
    .setup.mode = zc_kms_output_current_mode (self->output),
  };
  const drmModeModeInfo *mode = &wish.setup.mode;
  struct zc_kms_rect half = { 0, 0, mode->hdisplay / 2, mode->vdisplay / 2 };
  struct zc_kms_fb *black;
  gint ret;

  zc_kms_output_get_setup (self->output, &wish.setup);
  if (zc_kms_fb_new_black (
          self->card->device, mode->hdisplay, mode->vdisplay, &black) < 0)
    return FALSE;
  wish.part[ZC_KMS_VIDEO].fb = black;
  wish.part[ZC_KMS_VIDEO].look = zc_kms_look_of (black, half);
  ret = zc_kms_layer_test (self->layer, &wish);
  zc_kms_fb_unref (black);
  return ret == 0;
}

static void
keep_picture (GstDmabufSinkScreen *self, const GstDmabufSinkPicture *picture)
{
  for (guint i = 0; i < ZC_KMS_N_PARTS; i++) {
    struct zc_kms_fb *old = self->picture.fb[i];

    if (picture && picture->fb[i])
      zc_kms_fb_ref (picture->fb[i]);
    zc_kms_fb_unref (old);
  }
  self->picture = picture ? *picture : (GstDmabufSinkPicture) { 0 };
}

static const struct zc_kms_layer_events no_events;

GstDmabufSinkScreen *
gst_dmabuf_sink_screen_open (const GstDmabufSinkSettings *settings,
    gchar **path, gint *error, gint *seat_error)
{
  GstDmabufSinkScreen *self = g_new0 (GstDmabufSinkScreen, 1);

  g_mutex_init (&self->lock);
  self->card = open_card (settings, path, error, seat_error);
  if (self->card)
    *error = zc_kms_output_get (
        &self->output, self->card->device, settings->connector);
  if (*error == 0)
    *error = gst_dmabuf_sink_screen_activate (
        self, GST_DMABUF_SINK_PRESENT_LOW_LATENCY, &no_events, NULL);
  if (*error < 0) {
    gst_dmabuf_sink_screen_close (self);
    return NULL;
  }
  self->can_scale = probe_scaling (self);
  gst_dmabuf_sink_screen_deactivate (self);
  return self;
}

void
gst_dmabuf_sink_screen_close (GstDmabufSinkScreen *self)
{
  g_mutex_clear (&self->lock);
  zc_kms_output_put (self->output);
  if (self->card)
    gst_zc_kms_card_unref (self->card);
  g_free (self);
}

gint
gst_dmabuf_sink_screen_activate (GstDmabufSinkScreen *self,
    GstDmabufSinkPresentMode mode, const struct zc_kms_layer_events *events,
    gpointer data)
{
  guint depth = gst_dmabuf_sink_screen_waiting (mode);
  gint ret = zc_kms_output_activate (self->output);
  struct zc_kms_layer *layer;

  if (ret < 0)
    return ret;
  ret = zc_kms_layer_new (&layer, self->output, depth,
      mode == GST_DMABUF_SINK_PRESENT_IMMEDIATE, events, data);
  if (ret < 0)
    zc_kms_output_deactivate (self->output);
  g_mutex_lock (&self->lock);
  self->layer = layer;
  g_mutex_unlock (&self->lock);
  return ret;
}

gint
gst_dmabuf_sink_screen_deactivate (GstDmabufSinkScreen *self)
{
  struct zc_kms_layer *layer;
  gint ret, restored;

  g_mutex_lock (&self->lock);
  layer = g_steal_pointer (&self->layer);
  keep_picture (self, NULL);
  g_mutex_unlock (&self->lock);
  if (!layer)
    return 0;
  ret = zc_kms_layer_hide (layer);
  zc_kms_layer_free (layer);
  restored = zc_kms_output_deactivate (self->output);
  return ret < 0 ? ret : restored;
}

guint
gst_dmabuf_sink_screen_waiting (GstDmabufSinkPresentMode mode)
{
  return mode == GST_DMABUF_SINK_PRESENT_SMOOTH ? 2 : 1;
}

/* --- memory ------------------------------------------------------------ */

gboolean
gst_dmabuf_sink_screen_propose (
    GstDmabufSinkScreen *self, GstQuery *query, guint min)
{
  g_autoptr (GError) error = NULL;

  if (!self->card->heap)
    return FALSE;
  if (gst_zc_pool_propose (query, self->card->heap, NULL, min, 0, &error))
    return TRUE;
  GST_WARNING ("no memory to draw into: %s", error->message);
  return FALSE;
}

gboolean
gst_dmabuf_sink_screen_made (GstDmabufSinkScreen *self, GstBuffer *buffer)
{
  return GST_IS_ZC_POOL (buffer->pool) &&
         gst_zc_pool_get_heap (GST_ZC_POOL (buffer->pool)) == self->card->heap;
}

/* --- showing ----------------------------------------------------------- */

gint
gst_dmabuf_sink_screen_prepare (GstDmabufSinkScreen *self,
    const GstDmabufSinkPicture *picture, const GstDmabufSinkStyle *style,
    gchar **reasons)
{
  gint ret;

  g_mutex_lock (&self->lock);
  self->unscaled = (GstDmabufSinkUnscaled) { 0 };
  ret = gst_dmabuf_sink_plan_find (
      &self->plan, self->layer, &self->unscaled, picture, style, reasons);
  if (ret == 0)
    ret = zc_kms_layer_light (self->layer, &self->plan.wish.setup);
  self->is_prepared = ret == 0;
  g_mutex_unlock (&self->lock);
  return ret;
}

gint
gst_dmabuf_sink_screen_test (GstDmabufSinkScreen *self, struct zc_kms_fb *fb)
{
  gint ret = 0;

  g_mutex_lock (&self->lock);
  if (self->layer && self->plan.width == fb->image.width &&
      self->plan.height == fb->image.height) {
    struct zc_kms_wish wish = self->plan.wish;

    wish.part[ZC_KMS_VIDEO].fb = fb;
    wish.part[ZC_KMS_OVERLAY].fb = NULL;
    ret = zc_kms_layer_test (self->layer, &wish);
  }
  g_mutex_unlock (&self->lock);
  return ret;
}

/* With the lock held: in the best way. Another sink may just have changed how
 * the display is driven. */
static gint
find_and_place (GstDmabufSinkScreen *self, const GstDmabufSinkPicture *picture,
    const GstDmabufSinkStyle *style, const struct zc_kms_frame *frame,
    GstDmabufSinkPlan *plan, gchar **reasons)
{
  gint ret = -EAGAIN;

  for (guint tries = 0; tries < 3 && ret == -EAGAIN; tries++) {
    g_clear_pointer (reasons, g_free);
    ret = gst_dmabuf_sink_plan_find (
        plan, self->layer, &self->unscaled, picture, style, reasons);
    if (ret == 0)
      ret = zc_kms_layer_place (self->layer, &plan->wish, frame);
  }
  return ret;
}

/* With the lock held: as prepared. */
static gint
place_prepared (GstDmabufSinkScreen *self, const struct zc_kms_frame *frame)
{
  struct zc_kms_wish wish = self->plan.wish;

  wish.part[ZC_KMS_VIDEO].fb = frame->fb[ZC_KMS_VIDEO];
  return zc_kms_layer_place (self->layer, &wish, frame);
}

gint
gst_dmabuf_sink_screen_place (GstDmabufSinkScreen *self,
    const GstDmabufSinkPicture *picture, const GstDmabufSinkStyle *style,
    const struct zc_kms_frame *frame, gchar **reasons)
{
  GstDmabufSinkPlan plan;
  gint ret = -EAGAIN;

  *reasons = NULL;
  g_mutex_lock (&self->lock);
  if (self->is_prepared && zc_kms_layer_leads (self->layer) &&
      gst_dmabuf_sink_plan_suits (&self->plan, picture)) {
    plan = self->plan;
    ret = place_prepared (self, frame);
  }
  self->is_prepared = FALSE;
  if (ret < 0)
    ret = find_and_place (self, picture, style, frame, &plan, reasons);
  if (ret == 0) {
    self->plan = plan;
    keep_picture (self, picture);
  }
  g_mutex_unlock (&self->lock);
  return ret;
}

void
gst_dmabuf_sink_screen_flush (GstDmabufSinkScreen *self)
{
  g_mutex_lock (&self->lock);
  if (self->layer)
    zc_kms_layer_flush (self->layer);
  g_mutex_unlock (&self->lock);
}

gint
gst_dmabuf_sink_screen_restyle (
    GstDmabufSinkScreen *self, const GstDmabufSinkStyle *style, gchar **reasons)
{
  GstDmabufSinkPlan plan;
  gint ret = 0;

  *reasons = NULL;
  g_mutex_lock (&self->lock);
  self->is_prepared = FALSE; /* in another style */
  if (self->layer && self->picture.fb[ZC_KMS_VIDEO]) {
    ret = find_and_place (self, &self->picture, style, NULL, &plan, reasons);
    if (ret == 0) {
      self->plan = plan;
      ret = 1;
    }
  }
  g_mutex_unlock (&self->lock);
  return ret;
}

gboolean
gst_dmabuf_sink_screen_to_video (
    GstDmabufSinkScreen *self, gdouble *x, gdouble *y)
{
  gboolean is_shown;

  g_mutex_lock (&self->lock);
  is_shown = self->picture.fb[ZC_KMS_VIDEO] != NULL;
  if (is_shown)
    gst_dmabuf_sink_geometry_to_video (&self->plan.geometry, x, y);
  g_mutex_unlock (&self->lock);
  return is_shown;
}

GstDmabufSinkPlan
gst_dmabuf_sink_screen_get_plan (GstDmabufSinkScreen *self)
{
  GstDmabufSinkPlan plan;

  g_mutex_lock (&self->lock);
  plan = self->plan;
  g_mutex_unlock (&self->lock);
  return plan;
}
