/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkplan.h"

#include "gst-libs/kms/kms-mode.h"

#include <drm_mode.h>
#include <errno.h>
#include <string.h>

/* One search. */
typedef struct {
  struct zc_kms_layer *layer;
  GstDmabufSinkUnscaled *unscaled;
  const GstDmabufSinkPicture *picture;
  GstDmabufSinkStyle style;
  GstDmabufSinkPlan *plan;
  GString *reasons;
  struct zc_kms_monitor monitor;
  struct zc_kms_setup setup; /* without its mode */
  gboolean leads;            /* the setup is ours to choose */
  const gchar *refused;      /* interned, NULL if nothing is */
} Search;

/* Says what is not as it was asked for, beside what was said already. */
static void
refuse (Search *self, const gchar *what)
{
  g_autofree gchar *both = NULL;

  if (!self->refused) {
    self->refused = g_intern_string (what);
  } else if (!strstr (self->refused, what)) {
    both = g_strconcat (self->refused, "; ", what, NULL);
    self->refused = g_intern_string (both);
  }
}

/* --- one try ----------------------------------------------------------- */

static guint
supported_rotation (const struct zc_kms_output *output)
{
  guint64 mask = 0;

  if (zc_kms_property_mask (output->device,
          output->planes[0].property[ZC_KMS_PLANE_ROTATION], &mask) < 0)
    return DRM_MODE_ROTATE_0;
  return mask;
}

static struct zc_kms_look
make_look (const Search *self, const GstDmabufSinkSource *source,
    const GstVideoRectangle *to)
{
  return (struct zc_kms_look) {
    .source = { source->x, source->y, source->w, source->h },
    .destination = { to->x, to->y, to->w, to->h },
    .rotation = gst_dmabuf_sink_geometry_rotation (
        self->style.orientation, supported_rotation (self->layer->output)),
    .alpha = self->style.alpha * ZC_KMS_ALPHA_OPAQUE + 0.5,
  };
}

static GstDmabufSinkView
make_view (const Search *self, const drmModeModeInfo *mode, gboolean scaled)
{
  const struct zc_kms_fb *fb = self->picture->fb[ZC_KMS_VIDEO];
  GstDmabufSinkView view = {
    .info = &self->picture->info,
    .width = fb->image.width,
    .height = fb->image.height,
    .crop = self->picture->crop,
    .orientation = self->style.orientation,
    .screen_width = mode->hdisplay,
    .screen_height = mode->vdisplay,
    .force_aspect_ratio = self->style.force_aspect_ratio,
    .render = self->style.render,
    .can_scale = scaled,
  };

  zc_kms_mode_pixel_aspect (mode, self->monitor.width_mm,
      self->monitor.height_mm, &view.screen_par_n, &view.screen_par_d);
  return view;
}

static void
build_text (Search *self)
{
  struct zc_kms_wish *wish = &self->plan->wish;
  GstVideoRectangle to;
  GstDmabufSinkSource source;

  wish->part[ZC_KMS_OVERLAY].fb = self->picture->fb[ZC_KMS_OVERLAY];
  if (!wish->part[ZC_KMS_OVERLAY].fb)
    return;
  if (gst_dmabuf_sink_geometry_place (
          &self->plan->geometry, &self->picture->text, &source, &to))
    wish->part[ZC_KMS_OVERLAY].look = make_look (self, &source, &to);
  else
    wish->part[ZC_KMS_OVERLAY].fb = NULL; /* cut off with the picture */
}

static gint
build (Search *self, const drmModeModeInfo *mode, const GstDmabufSinkView *view)
{
  GstDmabufSinkPlan *plan = self->plan;
  struct zc_kms_look *look = &plan->wish.part[ZC_KMS_VIDEO].look;

  if (!gst_dmabuf_sink_geometry_compute (view, &plan->geometry))
    return -ENODATA;
  plan->wish.zpos = self->style.zpos;
  plan->wish.setup = self->setup;
  plan->wish.setup.mode = *mode;
  plan->wish.part[ZC_KMS_VIDEO].fb = self->picture->fb[ZC_KMS_VIDEO];
  *look = make_look (self, &plan->geometry.source, &plan->geometry.destination);
  if (look->rotation == 0)
    return -ENOTSUP;
  look->color_encoding = self->picture->color.encoding;
  look->color_range = self->picture->color.range;
  build_text (self);
  return 0;
}

/* Once each: it may be tried again without something of the style. */
static void
add_reason (Search *self, const gchar *reason)
{
  if (strstr (self->reasons->str, reason))
    return;
  if (self->reasons->len)
    g_string_append (self->reasons, "; ");
  g_string_append (self->reasons, reason);
}

static void
explain (Search *self, const drmModeModeInfo *mode, gint error)
{
  const GstVideoRectangle *to = &self->plan->geometry.destination;
  gchar name[ZC_KMS_MODE_NAME_SIZE];
  g_autofree gchar *reason = NULL;

  zc_kms_mode_name (mode, name, sizeof (name));
  if (error == -ENODATA)
    reason = g_strdup_printf (
        "in mode %s nothing would be visible (render-rectangle)", name);
  else
    reason = g_strdup_printf ("%dx%d at %d,%d in mode %s: %s", to->w, to->h,
        to->x, to->y, name,
        error == -ENOTSUP ? "it cannot be turned so" : g_strerror (-error));
  add_reason (self, reason);
}

/* --- what was refused before ------------------------------------------- */

static gboolean
is_scaled (const struct zc_kms_look *look)
{
  const gboolean sideways = look->rotation &
                            (DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_270);
  const guint64 width = sideways ? look->source.h : look->source.w;
  const guint64 height = sideways ? look->source.w : look->source.h;

  return width != (guint64) look->destination.w << 16 ||
         height != (guint64) look->destination.h << 16;
}

static gboolean
same_size (const struct zc_kms_look *a, const struct zc_kms_look *b)
{
  return a->source.w == b->source.w && a->source.h == b->source.h &&
         a->destination.w == b->destination.w &&
         a->destination.h == b->destination.h && a->rotation == b->rotation &&
         a->alpha == b->alpha && a->color_encoding == b->color_encoding &&
         a->color_range == b->color_range;
}

static gboolean
same_setup (const struct zc_kms_setup *a, const struct zc_kms_setup *b)
{
  return zc_kms_mode_same_timing (&a->mode, &b->mode) &&
         a->variable_refresh == b->variable_refresh &&
         zc_kms_signal_equal (&a->signal, &b->signal);
}

/* Whether a refusal is one of scaling: others on the display, and text, may be
 * the reason else, and may go. */
static gboolean
is_for_scaling (const Search *self)
{
  const struct zc_kms_wish *wish = &self->plan->wish;

  return is_scaled (&wish->part[ZC_KMS_VIDEO].look) &&
         !wish->part[ZC_KMS_OVERLAY].fb && zc_kms_layer_is_alone (self->layer);
}

/* What the hardware says of the plan; not asked if it said so before. */
static gint
test (Search *self)
{
  const struct zc_kms_wish *wish = &self->plan->wish;
  const struct zc_kms_image *image = &wish->part[ZC_KMS_VIDEO].fb->image;
  const struct zc_kms_look *look = &wish->part[ZC_KMS_VIDEO].look;
  GstDmabufSinkUnscaled *known = self->unscaled;
  gint ret;

  if (!is_for_scaling (self))
    return zc_kms_layer_test (self->layer, wish);
  if (known->error < 0 && known->fourcc == image->fourcc &&
      known->modifier == image->modifier && same_size (look, &known->look) &&
      same_setup (&wish->setup, &known->setup))
    return known->error;
  ret = zc_kms_layer_test (self->layer, wish);
  if (ret == -EINVAL || ret == -ERANGE)
    *known = (GstDmabufSinkUnscaled) { ret, image->fourcc, image->modifier,
      wish->setup, *look };
  return ret;
}

static gint
try_mode (Search *self, const drmModeModeInfo *mode, gboolean scaled)
{
  GstDmabufSinkView view;
  gint ret = -ERANGE;

  if (!mode)
    return ret;
  view = make_view (self, mode, scaled);
  for (guint whole = 0; whole <= (guint) scaled && ret < 0; whole++) {
    view.whole_pixels = whole;
    ret = build (self, mode, &view);
    if (ret == 0)
      ret = test (self);
  }
  if (ret < 0)
    explain (self, mode, ret);
  return ret;
}

/* --- modes ------------------------------------------------------------- */

static struct zc_kms_mode_video
video_of (const Search *self)
{
  const GstVideoInfo *info = &self->picture->info;
  struct zc_kms_mode_video video = { .width = self->picture->crop.w,
    .height = self->picture->crop.h };

  if (GST_VIDEO_INFO_FPS_D (info) > 0)
    video.rate_mhz = gst_util_uint64_scale_int (
        1000, GST_VIDEO_INFO_FPS_N (info), GST_VIDEO_INFO_FPS_D (info));
  return video;
}

static const drmModeModeInfo *
choose (const Search *self, const struct zc_kms_mode_request *request,
    const drmModeModeInfo *current)
{
  const struct zc_kms_mode_video video = video_of (self);

  return zc_kms_mode_choose (
      self->monitor.modes, self->monitor.n_modes, request, &video, current);
}

/* Modes are for a connector's user to choose from. */
static void
explain_no_mode (Search *self)
{
  gchar screen[ZC_KMS_OUTPUT_NAME_SIZE], names[1024];
  g_autofree gchar *reason = NULL;

  zc_kms_output_describe (self->layer->output, screen, sizeof (screen));
  zc_kms_mode_names (
      self->monitor.modes, self->monitor.n_modes, names, sizeof (names));
  reason = g_strdup_printf (
      "%s; %s has %s", self->style.mode_wrong, screen, names);
  add_reason (self, reason);
}

static void
explain_missing (Search *self)
{
  const struct zc_kms_mode_request *asked = &self->style.mode;
  gchar screen[ZC_KMS_OUTPUT_NAME_SIZE], names[1024], rate[16] = "";
  g_autofree gchar *reason = NULL;

  zc_kms_output_describe (self->layer->output, screen, sizeof (screen));
  if (asked->rate_mhz > 0)
    g_snprintf (rate, sizeof (rate), "@%u.%03u", asked->rate_mhz / 1000,
        asked->rate_mhz % 1000);
  reason = g_strdup_printf ("%s has no mode %ux%u%s%s, but %s", screen,
      asked->width, asked->height, asked->interlaced ? "i" : "", rate,
      zc_kms_mode_names (
          self->monitor.modes, self->monitor.n_modes, names, sizeof (names)));
  add_reason (self, reason);
}

static gint
try_asked (Search *self, const drmModeModeInfo *current)
{
  const drmModeModeInfo *mode = choose (self, &self->style.mode, current);
  gint ret;

  if (!mode) {
    explain_missing (self);
    return -ESRCH;
  }
  ret = try_mode (self, mode, TRUE);
  return ret < 0 ? try_mode (self, mode, FALSE) : ret;
}

static gint
try_usual (Search *self, const drmModeModeInfo *current)
{
  static const struct zc_kms_mode_request match = { .kind = ZC_KMS_MODE_MATCH };
  const struct zc_kms_mode_video video = video_of (self);
  const drmModeModeInfo *matching = choose (self, &match, current);
  gboolean exact = matching && matching->hdisplay == video.width &&
                   matching->vdisplay == video.height;
  gboolean fits = current->hdisplay >= video.width &&
                  current->vdisplay >= video.height;
  gint ret = try_mode (self, current, TRUE);

  if (ret < 0 && exact)
    ret = try_mode (self, matching, FALSE);
  if (ret < 0 && !(fits && self->style.render.w <= 0 && exact))
    ret = try_mode (self, fits ? current : matching, FALSE);
  return ret;
}

/* Whether the mode would do by its name. */
static gboolean
is_asked_for (const Search *self, const drmModeModeInfo *mode)
{
  const drmModeModeInfo *asked = choose (self, &self->style.mode, mode);

  return asked && zc_kms_mode_same_timing (asked, mode);
}

static gint
try_modes (Search *self)
{
  const drmModeModeInfo current = zc_kms_output_current_mode (
      self->layer->output);
  gint ret;

  if (self->style.mode_wrong[0]) {
    explain_no_mode (self);
    return -ESRCH;
  }
  if (!zc_kms_layer_is_alone (self->layer)) {
    if (self->style.has_mode && !is_asked_for (self, &current))
      refuse (self, "another sink shows on the display, which keeps its mode");
    ret = try_mode (self, &current, TRUE);
    return ret < 0 ? try_mode (self, &current, FALSE) : ret;
  }
  return self->style.has_mode ? try_asked (self, &current)
                              : try_usual (self, &current);
}

/* --- all --------------------------------------------------------------- */

/* The display is driven as another sink wishes, who was there before. */
static void
follow (Search *self, const struct zc_kms_signal *own)
{
  struct zc_kms_signal like_ours = *own;

  if (!zc_kms_output_get_setup (self->layer->output, &self->setup))
    self->setup = (struct zc_kms_setup) { 0 };
  like_ours.bits = self->setup.signal.bits;
  if (!zc_kms_signal_equal (&like_ours, &self->setup.signal))
    refuse (self, "another sink shows on the display, which keeps its colours");
  if (self->style.variable_refresh && self->monitor.can_vary &&
      !self->setup.variable_refresh)
    refuse (self, "another sink shows on the display, which keeps its refresh");
}

/* How the screen is to be driven: as it is if another was there before, else so
 * that the video's colours are seen. What the monitor would not show is not
 * asked for. */
static void
choose_setup (Search *self)
{
  const GstDmabufSinkColor *color = &self->picture->color;
  struct zc_kms_output *output = self->layer->output;
  struct zc_kms_signal signal = { color->hdr, color->gamut, color->bits };
  const gchar *why = zc_kms_output_fit (output, &signal);
  g_autofree gchar *text = NULL;

  if (why) {
    text = g_strconcat ("the monitor ", why, NULL);
    refuse (self, text);
  }
  self->leads = zc_kms_layer_leads (self->layer);
  if (self->leads)
    self->setup = (struct zc_kms_setup) {
      .variable_refresh = self->style.variable_refresh &&
                          self->monitor.can_vary,
      .signal = signal,
    };
  else
    follow (self, &signal);
  if (self->style.variable_refresh && !self->monitor.can_vary)
    refuse (self, "it cannot refresh at a variable rate");
}

/* Leaves out something of the signal that the driver may not have, in the order
 * of kms-hdr.h. */
static gboolean
concede_signal (Search *self)
{
  struct zc_kms_signal *signal = &self->setup.signal;

  if (!self->leads)
    return FALSE;
  if (signal->bits > 0) {
    signal->bits = 0;
    refuse (self, "the link cannot have more bits");
  } else if (signal->gamut != ZC_KMS_GAMUT_DEFAULT) {
    signal->gamut = ZC_KMS_GAMUT_DEFAULT;
    refuse (self, "the link cannot tell of other colours");
  } else if (signal->hdr.eotf != ZC_KMS_EOTF_SDR) {
    signal->hdr = (struct zc_kms_hdr) { 0 };
    refuse (self, "the link cannot tell of HDR");
  } else {
    return FALSE;
  }
  return TRUE;
}

/* Leaves out something of the style that the hardware may not have. */
static gboolean
concede_style (Search *self)
{
  GstDmabufSinkStyle *style = &self->style;

  if (style->alpha < 1.) {
    style->alpha = 1.;
    refuse (self, "it cannot be translucent");
  } else if (style->orientation != GST_VIDEO_ORIENTATION_IDENTITY) {
    style->orientation = GST_VIDEO_ORIENTATION_IDENTITY;
    refuse (self, "it cannot be turned");
  } else {
    return FALSE;
  }
  return TRUE;
}

/* Whether the hardware said no, which something else may mend. */
static gboolean
is_of_hardware (gint error)
{
  return error < 0 && error != -EACCES && error != -ENODATA &&
         error != -ENOTSUP && error != -ESRCH;
}

/* In one style. If no signal helps, it was not for the signal. */
static gint
try_signals (Search *self)
{
  const struct zc_kms_setup whole = self->setup;
  const gchar *refused = self->refused;
  gint ret = try_modes (self);
  gsize length = self->reasons->len;

  while (is_of_hardware (ret) && concede_signal (self))
    ret = try_modes (self);
  g_string_truncate (self->reasons, length); /* those of all of it will do */
  if (ret < 0) {
    self->setup = whole;
    self->refused = refused;
  }
  return ret;
}

static gint
try_styles (Search *self)
{
  gint ret = try_signals (self);

  while (ret < 0 && ret != -EACCES && ret != -ESRCH && concede_style (self))
    ret = try_signals (self);
  return ret;
}

/* Applications may turn pictures in ways of their own, which no plane knows. */
static void
choose_turn (Search *self)
{
  if (self->style.orientation != GST_VIDEO_ORIENTATION_CUSTOM)
    return;
  self->style.orientation = GST_VIDEO_ORIENTATION_IDENTITY;
  refuse (self, "rotate-method=custom does not say how to turn it");
}

gint
gst_dmabuf_sink_plan_find (GstDmabufSinkPlan *plan, struct zc_kms_layer *layer,
    GstDmabufSinkUnscaled *unscaled, const GstDmabufSinkPicture *picture,
    const GstDmabufSinkStyle *style, gchar **reasons)
{
  Search search = {
    .layer = layer,
    .unscaled = unscaled,
    .picture = picture,
    .style = *style,
    .plan = plan,
    .reasons = g_string_new (NULL),
  };
  gint ret;

  *plan = (GstDmabufSinkPlan) { 0 };
  zc_kms_output_get_monitor (layer->output, &search.monitor);
  choose_setup (&search);
  choose_turn (&search);
  ret = try_styles (&search);
  *reasons = g_string_free (search.reasons, FALSE);
  plan->refused = search.refused;
  plan->width = picture->fb[ZC_KMS_VIDEO]->image.width;
  plan->height = picture->fb[ZC_KMS_VIDEO]->image.height;
  plan->crop = picture->crop;
  return ret;
}

static gboolean
same_rectangle (const GstVideoRectangle *a, const GstVideoRectangle *b)
{
  return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h;
}

gboolean
gst_dmabuf_sink_plan_suits (
    const GstDmabufSinkPlan *plan, const GstDmabufSinkPicture *picture)
{
  const struct zc_kms_image *image = &picture->fb[ZC_KMS_VIDEO]->image;

  return !picture->fb[ZC_KMS_OVERLAY] && image->width == plan->width &&
         image->height == plan->height &&
         same_rectangle (&picture->crop, &plan->crop);
}
