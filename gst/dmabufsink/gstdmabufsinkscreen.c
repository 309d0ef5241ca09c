/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkscreen.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzcpool.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* Besides the one on the screen and the one being flipped to. */
#define FRAMES_WAITING 1

/* --- open and close ---------------------------------------------------- */

static GstZcKmsCard *
open_card (
    const gchar *device, const gchar *connector, gchar **path, gint *error)
{
  gchar found[64];

  *path = NULL;
  *error = 0;
  if (device && device[0] == '/') {
    *path = g_strdup (device);
  } else {
    *error = zc_kms_device_find (found, sizeof (found), device, connector);
    if (*error == 0)
      *path = g_strdup (found);
  }
  return *error == 0 ? gst_zc_kms_card_open (*path, error) : NULL;
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

  if (zc_kms_fb_new_black (
          self->card->device, mode->hdisplay, mode->vdisplay, &black) < 0)
    return FALSE;
  wish.part[ZC_KMS_VIDEO].fb = black;
  wish.part[ZC_KMS_VIDEO].look = zc_kms_look_of (black, half);
  ret = zc_kms_layer_test (self->layer, &wish);
  zc_kms_fb_unref (black);
  return ret == 0;
}

static const struct zc_kms_layer_events no_events;

GstDmabufSinkScreen *
gst_dmabuf_sink_screen_open (
    const gchar *device, const gchar *connector, gchar **path, gint *error)
{
  GstDmabufSinkScreen *self = g_new0 (GstDmabufSinkScreen, 1);

  self->card = open_card (device, connector, path, error);
  if (self->card)
    *error = zc_kms_output_get (&self->output, self->card->device, connector);
  if (*error == 0)
    *error = gst_dmabuf_sink_screen_activate (self, &no_events, NULL);
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
  zc_kms_output_put (self->output);
  if (self->card)
    gst_zc_kms_card_unref (self->card);
  g_free (self);
}

gint
gst_dmabuf_sink_screen_activate (GstDmabufSinkScreen *self,
    const struct zc_kms_layer_events *events, gpointer data)
{
  gint ret = zc_kms_output_activate (self->output);

  if (ret < 0)
    return ret;
  ret = zc_kms_layer_new (
      &self->layer, self->output, FRAMES_WAITING, FALSE, events, data);
  if (ret < 0)
    zc_kms_output_deactivate (self->output);
  return ret;
}

gint
gst_dmabuf_sink_screen_deactivate (GstDmabufSinkScreen *self)
{
  gint ret, restored;

  ret = zc_kms_layer_hide (self->layer);
  g_clear_pointer (&self->layer, zc_kms_layer_free);
  restored = zc_kms_output_deactivate (self->output);
  return ret < 0 ? ret : restored;
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

/* --- caps -------------------------------------------------------------- */

static void
append_string (GValue *list, const gchar *string)
{
  GValue value = G_VALUE_INIT;

  if (!string)
    return;
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, string);
  gst_value_list_append_and_take_value (list, &value);
}

static gboolean
seen_before (
    struct zc_kms_output *output, guint plane, const struct zc_kms_format *f)
{
  for (guint i = 0; i < plane; i++)
    if (zc_kms_plane_has_format (&output->planes[i], f->fourcc, f->modifier))
      return TRUE;
  return FALSE;
}

static void
append_format (GValue *dmabuf, GValue *system, const struct zc_kms_format *f)
{
  g_autofree gchar *name = gst_video_dma_drm_fourcc_to_string (
      f->fourcc, f->modifier);
  GstVideoFormat format = gst_zc_format_from_drm (f->fourcc, f->modifier);

  append_string (dmabuf, name);
  if (f->modifier == DRM_FORMAT_MOD_LINEAR &&
      format != GST_VIDEO_FORMAT_UNKNOWN)
    append_string (system, gst_video_format_to_string (format));
}

/* Without scaling nothing larger than the largest mode can be shown. */
static void
set_sizes (GstDmabufSinkScreen *self, GstCaps *caps)
{
  struct zc_kms_device *device = self->card->device;
  gint width = MIN (device->max_width, G_MAXINT);
  gint height = MIN (device->max_height, G_MAXINT);
  const struct zc_kms_connector *connector = &self->output->connector;
  const drmModeModeInfo *largest = &connector->modes[0];

  for (guint i = 1; i < connector->n_modes; i++) {
    const drmModeModeInfo *mode = &connector->modes[i];

    if (mode->hdisplay * mode->vdisplay > largest->hdisplay * largest->vdisplay)
      largest = mode;
  }
  if (!self->can_scale) {
    width = MIN (width, largest->hdisplay);
    height = MIN (height, largest->vdisplay);
  }
  gst_caps_set_simple (caps, "width", GST_TYPE_INT_RANGE,
      MAX (1, device->min_width), MAX (2, width), "height", GST_TYPE_INT_RANGE,
      MAX (1, device->min_height), MAX (2, height), "framerate",
      GST_TYPE_FRACTION_RANGE, 0, 1, G_MAXINT, 1, NULL);
}

GstCaps *
gst_dmabuf_sink_screen_get_caps (GstDmabufSinkScreen *self)
{
  GstCaps *caps = gst_caps_new_simple (
      "video/x-raw", "format", G_TYPE_STRING, "DMA_DRM", NULL);
  GstCaps *plain = gst_caps_new_empty_simple ("video/x-raw");
  GValue dmabuf = G_VALUE_INIT, system = G_VALUE_INIT;

  g_value_init (&dmabuf, GST_TYPE_LIST);
  g_value_init (&system, GST_TYPE_LIST);
  for (guint i = 0; i < self->output->n_planes; i++) {
    const struct zc_kms_plane *plane = &self->output->planes[i];

    for (guint j = 0; j < plane->n_formats; j++)
      if (!seen_before (self->output, i, &plane->formats[j]))
        append_format (&dmabuf, &system, &plane->formats[j]);
  }
  gst_caps_set_features_simple (
      caps, gst_caps_features_new_single (GST_CAPS_FEATURE_MEMORY_DMABUF));
  gst_caps_set_value (caps, "drm-format", &dmabuf);
  if (gst_value_list_get_size (&system) > 0)
    gst_caps_set_value (plain, "format", &system);
  else
    g_clear_pointer (&plain, gst_caps_unref);
  g_value_unset (&dmabuf);
  g_value_unset (&system);

  if (plain)
    gst_caps_append (caps, plain);
  set_sizes (self, caps);
  return caps;
}

/* --- placing a picture ------------------------------------------------- */

static const gchar *
color_encoding (const GstVideoInfo *info)
{
  if (!GST_VIDEO_INFO_IS_YUV (info))
    return NULL;
  switch (GST_VIDEO_INFO_COLORIMETRY (info).matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT709:
      return "ITU-R BT.709 YCbCr";
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      return "ITU-R BT.2020 YCbCr";
    default:
      return "ITU-R BT.601 YCbCr";
  }
}

static const gchar *
color_range (const GstVideoInfo *info)
{
  if (!GST_VIDEO_INFO_IS_YUV (info))
    return NULL;
  return GST_VIDEO_INFO_COLORIMETRY (info).range == GST_VIDEO_COLOR_RANGE_0_255
             ? "YCbCr full range"
             : "YCbCr limited range";
}

/* The largest rectangle of the picture's display aspect ratio, or the picture
 * as it is, in the middle of the mode. */
static struct zc_kms_rect
center (const struct zc_kms_fb *fb, const GstVideoInfo *info,
    const drmModeModeInfo *mode, gboolean scaled)
{
  GstVideoRectangle from = { 0, 0, fb->image.width, fb->image.height };
  GstVideoRectangle screen = { 0, 0, mode->hdisplay, mode->vdisplay };
  GstVideoRectangle to;

  if (scaled && GST_VIDEO_INFO_PAR_N (info) > 0)
    from.w = gst_util_uint64_scale_int (
        from.w, GST_VIDEO_INFO_PAR_N (info), GST_VIDEO_INFO_PAR_D (info));
  gst_video_center_rect (&from, &screen, &to, scaled);
  return (struct zc_kms_rect) { to.x, to.y, to.w, to.h };
}

static void
explain (GString *reasons, const struct zc_kms_wish *wish, gint error)
{
  const struct zc_kms_rect *to = &wish->part[ZC_KMS_VIDEO].look.destination;

  g_string_append_printf (reasons, "%s%ux%u at %d,%d in mode %s: %s (errno %d)",
      reasons->len ? "; " : "", to->w, to->h, to->x, to->y,
      wish->setup.mode.name, g_strerror (-error), -error);
}

static gint
try_mode (GstDmabufSinkScreen *self, struct zc_kms_wish *wish,
    const GstVideoInfo *info, const drmModeModeInfo *mode, gboolean scaled,
    GString *reasons)
{
  struct zc_kms_fb *fb = wish->part[ZC_KMS_VIDEO].fb;
  struct zc_kms_look *look = &wish->part[ZC_KMS_VIDEO].look;
  gint ret;

  if (!mode)
    return -ERANGE;
  wish->setup.mode = *mode;
  *look = zc_kms_look_of (fb, center (fb, info, mode, scaled));
  look->color_encoding = color_encoding (info);
  look->color_range = color_range (info);
  ret = zc_kms_layer_test (self->layer, wish);
  if (ret < 0)
    explain (reasons, wish, ret);
  return ret;
}

gint
gst_dmabuf_sink_screen_plan (GstDmabufSinkScreen *self, struct zc_kms_fb *fb,
    const GstVideoInfo *info, gchar **reasons)
{
  drmModeModeInfo current = zc_kms_output_current_mode (self->output);
  guint32 w = fb->image.width, h = fb->image.height, rate = 0;
  gboolean fits = current.hdisplay >= w && current.vdisplay >= h;
  GString *why = g_string_new (NULL);
  struct zc_kms_wish wish = { .part[ZC_KMS_VIDEO].fb = fb };
  gint ret;

  if (GST_VIDEO_INFO_FPS_D (info) > 0)
    rate = gst_util_uint64_scale_int (
        1000, GST_VIDEO_INFO_FPS_N (info), GST_VIDEO_INFO_FPS_D (info));

  ret = try_mode (self, &wish, info, &current, TRUE, why);
  if (ret < 0)
    ret = try_mode (self, &wish, info,
        zc_kms_output_find_mode (self->output, w, h, rate, true), FALSE, why);
  if (ret < 0)
    ret = try_mode (self, &wish, info,
        fits ? &current
             : zc_kms_output_find_mode (self->output, w, h, rate, false),
        FALSE, why);

  *reasons = g_string_free (why, FALSE);
  self->wish = wish;
  self->wish.part[ZC_KMS_VIDEO].fb = NULL; /* each picture brings its own */
  return ret;
}

gint
gst_dmabuf_sink_screen_light (GstDmabufSinkScreen *self)
{
  return zc_kms_layer_light (self->layer, &self->wish.setup);
}

gint
gst_dmabuf_sink_screen_place (
    GstDmabufSinkScreen *self, const struct zc_kms_frame *frame)
{
  struct zc_kms_wish wish = self->wish;

  for (guint i = 0; i < ZC_KMS_N_PARTS; i++)
    wish.part[i].fb = frame->fb[i];
  return zc_kms_layer_place (self->layer, &wish, frame);
}
