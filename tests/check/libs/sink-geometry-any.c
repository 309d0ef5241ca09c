/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst/dmabufsink/gstdmabufsinkgeometry.h"

#include <math.h>

/*
 * What holds for any picture, screen and rectangle: tried on many.
 */

static GstVideoInfo
make_info (const char *format, guint width, guint height, guint n, guint d)
{
  GstVideoInfo info;

  gst_video_info_set_format (
      &info, gst_video_format_from_string (format), width, height);
  info.par_n = n;
  info.par_d = d;
  return info;
}

static void
assert_near (gdouble value, gdouble expected, gdouble distance)
{
  fail_unless (
      fabs (value - expected) <= distance, "%.9g, not %.9g", value, expected);
}

static GRand *any;

static gint
pick (gint low, gint high)
{
  return g_rand_int_range (any, low, high + 1);
}

static gboolean
is_swapped (const GstDmabufSinkView *view)
{
  return view->orientation == GST_VIDEO_ORIENTATION_90R ||
         view->orientation == GST_VIDEO_ORIENTATION_90L ||
         view->orientation >= GST_VIDEO_ORIENTATION_UL_LR;
}

static void
make_any (GstVideoInfo *info, GstDmabufSinkView *view)
{
  static const char *const formats[] = { "BGRx", "NV12", "YUY2", "Y444",
    "Y42B" };

  *info = make_info (formats[pick (0, 4)], pick (8, 4096), pick (8, 4096),
      pick (1, 64), pick (1, 64));
  *view = (GstDmabufSinkView) {
    .info = info,
    .crop = { 0, 0, info->width, info->height },
    .orientation = pick (0, 7),
    .screen_width = pick (1, 4096),
    .screen_height = pick (1, 4096),
    .screen_par_n = pick (1, 64),
    .screen_par_d = pick (1, 64),
    .force_aspect_ratio = pick (0, 1),
    .render = { pick (-2000, 3000), pick (-2000, 3000), pick (1, 5000),
        pick (1, 5000) },
    .can_scale = pick (0, 1),
    .whole_pixels = pick (0, 1),
  };
  if (pick (0, 1)) {
    view->crop.x = pick (0, info->width - 4);
    view->crop.y = pick (0, info->height - 4);
    view->crop.w = pick (4, info->width - view->crop.x);
    view->crop.h = pick (4, info->height - view->crop.y);
  }
}

#define TRIES 100000

/* Calls CHECK for many of which something is visible. */
static void
for_any (
    void (*check) (const GstDmabufSinkView *, const GstDmabufSinkGeometry *))
{
  guint visible = 0;

  any = g_rand_new_with_seed (1);
  for (guint i = 0; i < TRIES; i++) {
    GstVideoInfo info;
    GstDmabufSinkView view;
    GstDmabufSinkGeometry geometry;

    make_any (&info, &view);
    if (!gst_dmabuf_sink_geometry_compute (&view, &geometry))
      continue;
    visible++;
    check (&view, &geometry);
  }
  fail_unless (visible > TRIES / 8);
  g_rand_free (any);
}

static void
check_destination (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  const GstVideoRectangle *d = &geometry->destination;
  const GstVideoRectangle *r = &view->render;

  fail_unless (d->w > 0 && d->h > 0);
  fail_unless (d->x >= MAX (0, r->x) && d->y >= MAX (0, r->y));
  fail_unless (d->x + d->w <= MIN ((gint) view->screen_width, r->x + r->w));
  fail_unless (d->y + d->h <= MIN ((gint) view->screen_height, r->y + r->h));
}

GST_START_TEST (the_destination_is_always_on_the_screen)
{
  for_any (check_destination);
}
GST_END_TEST;

static void
check_source (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  const GstDmabufSinkSource *s = &geometry->source;
  const GstVideoRectangle *c = &view->crop;

  fail_unless (s->w > 0 && s->h > 0);
  fail_unless (s->x >= (guint) c->x << 16 && s->y >= (guint) c->y << 16);
  fail_unless (s->x + s->w <= (guint) (c->x + c->w) << 16);
  fail_unless (s->y + s->h <= (guint) (c->y + c->h) << 16);
}

GST_START_TEST (the_source_is_always_within_the_crop)
{
  for_any (check_source);
}
GST_END_TEST;

static void
check_unscaled (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  const GstDmabufSinkSource *s = &geometry->source;
  const GstVideoRectangle *d = &geometry->destination;
  const GstVideoFormatInfo *format = view->info->finfo;

  if (view->can_scale)
    return;
  fail_unless_equals_int (s->w, (is_swapped (view) ? d->h : d->w) << 16);
  fail_unless_equals_int (s->h, (is_swapped (view) ? d->w : d->h) << 16);
  for (guint i = 0; i < format->n_components; i++) {
    fail_unless_equals_int (s->x % (1 << (16 + format->w_sub[i])), 0);
    fail_unless_equals_int (s->y % (1 << (16 + format->h_sub[i])), 0);
  }
}

GST_START_TEST (unscaled_it_always_begins_with_a_group)
{
  for_any (check_unscaled);
}
GST_END_TEST;

/* Of the whole picture, before it is cut. */
static void
check_aspect (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  gboolean swapped = is_swapped (view);
  gdouble w = swapped ? geometry->y.to_length : geometry->x.to_length;
  gdouble h = swapped ? geometry->x.to_length : geometry->y.to_length;
  gdouble par = (gdouble) view->info->par_n / view->info->par_d;
  gdouble across = view->crop.w * par, down = view->crop.h, exact;

  if (!view->can_scale || !view->force_aspect_ratio)
    return;
  exact = (swapped ? down / across : across / down) * view->screen_par_d /
          view->screen_par_n;
  fail_unless (w == view->render.w || h == view->render.h);
  fail_unless (fabs (w - h * exact) <= 1 || fabs (h - w / exact) <= 1,
      "%gx%g is not %g:1", w, h, exact);
}

GST_START_TEST (proportions_are_always_kept_to_a_pixel)
{
  for_any (check_aspect);
}
GST_END_TEST;

static void
check_points (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  const GstVideoRectangle *d = &geometry->destination;
  gdouble x = d->x + g_rand_double (any) * d->w;
  gdouble y = d->y + g_rand_double (any) * d->h;

  fail_unless (gst_dmabuf_sink_geometry_to_video (geometry, &x, &y));
  fail_unless (x >= 0 && x <= view->crop.w);
  fail_unless (y >= 0 && y <= view->crop.h);
}

GST_START_TEST (points_always_lie_in_the_video)
{
  for_any (check_points);
}
GST_END_TEST;

/* The corners of the destination are those of the source. */
static void
check_corners (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  const GstDmabufSinkSource *s = &geometry->source;
  const GstVideoRectangle *d = &geometry->destination;
  gdouble x[2] = { d->x, d->x + d->w }, y[2] = { d->y, d->y + d->h };

  if (view->whole_pixels)
    return;
  for (guint i = 0; i < 2; i++) {
    gst_dmabuf_sink_geometry_to_video (geometry, &x[i], &y[i]);
    x[i] += view->crop.x;
    y[i] += view->crop.y;
  }
  assert_near (MIN (x[0], x[1]), s->x / 65536., 1 / 65536.);
  assert_near (MIN (y[0], y[1]), s->y / 65536., 1 / 65536.);
  assert_near (MAX (x[0], x[1]), ((gdouble) s->x + s->w) / 65536., 1 / 65536.);
  assert_near (MAX (y[0], y[1]), ((gdouble) s->y + s->h) / 65536., 1 / 65536.);
}

GST_START_TEST (both_rectangles_always_show_the_same)
{
  for_any (check_corners);
}
GST_END_TEST;

static void
check_text (
    const GstDmabufSinkView *view, const GstDmabufSinkGeometry *geometry)
{
  GstVideoRectangle part = { pick (0, view->crop.w - 1),
    pick (0, view->crop.h - 1), 0, 0 };
  const GstVideoRectangle *v = &geometry->destination;
  GstDmabufSinkSource s;
  GstVideoRectangle d;

  part.w = pick (1, view->crop.w - part.x);
  part.h = pick (1, view->crop.h - part.y);
  if (!gst_dmabuf_sink_geometry_place (geometry, &part, &s, &d))
    return;
  fail_unless (d.w > 0 && d.h > 0 && d.x >= v->x && d.y >= v->y);
  fail_unless (d.x + d.w <= v->x + v->w && d.y + d.h <= v->y + v->h);
  fail_unless (s.w > 0 && s.x + s.w <= (guint) part.w << 16);
  fail_unless (s.h > 0 && s.y + s.h <= (guint) part.h << 16);
  if (!view->can_scale)
    fail_unless_equals_int (s.w, (is_swapped (view) ? d.h : d.w) << 16);
}

GST_START_TEST (text_is_always_within_the_video)
{
  for_any (check_text);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (the_destination_is_always_on_the_screen),
    RUNNER_TEST (the_source_is_always_within_the_crop),
    RUNNER_TEST (unscaled_it_always_begins_with_a_group),
    RUNNER_TEST (proportions_are_always_kept_to_a_pixel),
    RUNNER_TEST (points_always_lie_in_the_video),
    RUNNER_TEST (both_rectangles_always_show_the_same),
    RUNNER_TEST (text_is_always_within_the_video))
