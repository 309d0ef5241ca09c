/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkgeometry.h"

#include <drm_mode.h>

/* What 16.16 can tell. */
#define MAX_SIZE 65535

/* --- orientation ------------------------------------------------------- */

/* Which axis of the screen an axis of the framebuffer runs along, and whether
 * from its far end. All eight orientations are told so. */
typedef struct {
  gboolean swapped;
  gboolean x_reversed, y_reversed;
} Turn;

static Turn
get_turn (GstVideoOrientationMethod orientation)
{
  switch (orientation) {
    case GST_VIDEO_ORIENTATION_90R:
      return (Turn) { TRUE, FALSE, TRUE };
    case GST_VIDEO_ORIENTATION_180:
      return (Turn) { FALSE, TRUE, TRUE };
    case GST_VIDEO_ORIENTATION_90L:
      return (Turn) { TRUE, TRUE, FALSE };
    case GST_VIDEO_ORIENTATION_HORIZ:
      return (Turn) { FALSE, TRUE, FALSE };
    case GST_VIDEO_ORIENTATION_VERT:
      return (Turn) { FALSE, FALSE, TRUE };
    case GST_VIDEO_ORIENTATION_UL_LR:
      return (Turn) { TRUE, FALSE, FALSE };
    case GST_VIDEO_ORIENTATION_UR_LL:
      return (Turn) { TRUE, TRUE, TRUE };
    default:
      return (Turn) { FALSE, FALSE, FALSE };
  }
}

guint
gst_dmabuf_sink_geometry_rotation (
    GstVideoOrientationMethod orientation, guint supported)
{
  Turn turn = get_turn (orientation);
  /* A quarter to the left alone makes the x axis run upwards. */
  guint flip_x = turn.x_reversed != turn.swapped ? DRM_MODE_REFLECT_X : 0;
  guint flip_y = turn.y_reversed ? DRM_MODE_REFLECT_Y : 0;
  guint first = (turn.swapped ? DRM_MODE_ROTATE_90 : DRM_MODE_ROTATE_0) |
                flip_x | flip_y;
  guint second = (turn.swapped ? DRM_MODE_ROTATE_270 : DRM_MODE_ROTATE_180) |
                 ((flip_x | flip_y) ^ DRM_MODE_REFLECT_MASK);

  /* Without reflections, if that can be: more hardware has it. */
  if (flip_x && flip_y) {
    guint third = first;

    first = second;
    second = third;
  }
  if ((first & supported) == first)
    return first;
  return (second & supported) == second ? second : 0;
}

/* --- one axis ---------------------------------------------------------- */

/* The pixels on each axis that share a chroma sample; in interlaced frames
 * lines of one field do. Layouts that only the driver knows are taken for the
 * coarsest usual. */
static void
get_alignment (const GstVideoInfo *info, guint *x, guint *y)
{
  const GstVideoFormatInfo *format = info->finfo;
  guint w_sub = 0, h_sub = 0;

  if (!format || format->n_components == 0)
    w_sub = h_sub = 1;
  else
    for (guint i = 0; i < format->n_components; i++) {
      w_sub = MAX (w_sub, format->w_sub[i]);
      h_sub = MAX (h_sub, format->h_sub[i]);
    }
  *x = 1u << w_sub;
  *y = 1u << h_sub;
  if (GST_VIDEO_INFO_IS_INTERLACED (info))
    *y *= 2;
}

static gint64
round_down (gint64 value, gint64 unit)
{
  return value - value % unit;
}

static gint64
round_up (gint64 value, gint64 unit)
{
  return round_down (value + unit - 1, unit);
}

/* Pixels from the side of the first one to VALUE on the screen. */
static gint64
from_start (const GstDmabufSinkAxis *axis, gint64 value)
{
  return axis->reversed ? axis->to + axis->to_length - value : value - axis->to;
}

/* Where VALUE on the screen is in the framebuffer, in 16.16. */
static gint64
to_source (const GstDmabufSinkAxis *axis, gint64 value)
{
  return axis->from * 65536 +
         (gint64) gst_util_uint64_scale_round ((guint64) axis->length << 16,
             from_start (axis, value), axis->to_length);
}

static gint64
round_nearest (gint64 value, gint64 unit)
{
  return round_down (value + unit / 2, unit);
}

/* Takes both edges to whole groups of pixels inside, at least one apart. */
static void
snap (const GstDmabufSinkAxis *axis, gint64 *start, gint64 *end)
{
  gint64 unit = (gint64) axis->align << 16;
  gint64 first = round_up (axis->from << 16, unit);
  gint64 last = round_down ((axis->from + axis->length) << 16, unit);

  if (first >= last)
    return;
  *start = CLAMP (round_nearest (*start, unit), first, last - unit);
  *end = CLAMP (round_nearest (*end, unit), *start + unit, last);
}

/* What the plane reads of the axis. */
static void
read_source (const GstDmabufSinkAxis *axis, gboolean whole_pixels,
    guint32 *position, guint32 *size)
{
  gint64 start = to_source (axis, axis->reversed ? axis->high : axis->low);
  gint64 end = to_source (axis, axis->reversed ? axis->low : axis->high);

  if (whole_pixels)
    snap (axis, &start, &end);
  /* Enlarged beyond what 16.16 can tell, it is still something. */
  if (end == start && start > axis->from << 16)
    start--;
  else if (end == start)
    end++;
  *position = start;
  *size = end - start;
}

/* Keeps what is visible between LOW and HIGH. */
static gboolean
clip (GstDmabufSinkAxis *axis, gint64 low, gint64 high)
{
  axis->low = MAX (axis->to, low);
  axis->high = MIN (axis->to + axis->to_length, high);
  return axis->low < axis->high;
}

/* Unscaled, in the middle of [FROM, TO), of which no more is visible than
 * [LOW, HIGH). */
static gboolean
centre_axis (GstDmabufSinkAxis *axis, gint64 from, gint64 to, gint64 low,
    gint64 high, gboolean whole_pixels)
{
  gint64 first = round_up (axis->from, axis->align), cut, shift;

  axis->skipped = first - axis->from;
  axis->length -= axis->skipped;
  axis->from = first;
  if (axis->length <= 0)
    return FALSE;
  axis->to_length = axis->length;
  /* Down also where it is larger, and that is negative. */
  axis->to = from + ((to - from - axis->length) >> 1);

  low = MAX (low, from);
  high = MIN (high, to);
  if (!clip (axis, low, high))
    return FALSE;
  cut = from_start (axis, axis->reversed ? axis->high : axis->low);
  shift = cut % axis->align;
  axis->to += axis->reversed ? -shift : shift;
  if (!clip (axis, low, high))
    return FALSE;

  if (whole_pixels && axis->reversed)
    axis->low += (axis->high - axis->low) % axis->align;
  else if (whole_pixels)
    axis->high -= (axis->high - axis->low) % axis->align;
  return axis->low < axis->high;
}

/* --- the picture ------------------------------------------------------- */

/* The part [POSITION, POSITION + SIZE) of WHOLE, or all of it. */
static gboolean
crop_axis (GstDmabufSinkAxis *axis, gboolean all, gint position, gint size,
    gint64 whole)
{
  gint64 start = all ? 0 : MAX (position, 0);
  gint64 end = all ? whole : MIN ((gint64) position + size, whole);

  axis->from = start;
  axis->length = end - start;
  return start < end && whole <= MAX_SIZE;
}

static gboolean
crop_picture (const GstDmabufSinkView *view, GstDmabufSinkGeometry *geometry)
{
  const GstVideoRectangle *crop = &view->crop;
  guint width = view->width ? view->width : (guint) view->info->width;
  guint height = view->height ? view->height : (guint) view->info->height;
  gboolean all = crop->w <= 0 || crop->h <= 0;

  return crop_axis (&geometry->x, all, crop->x, crop->w, width) &&
         crop_axis (&geometry->y, all, crop->y, crop->h, height);
}

/* The largest size of the proportions N : D within W x H. In integers, where
 * gst_video_center_rect() divides as double and cuts off: that loses a pixel
 * of some exact sizes, and its sums overflow at the ends of gint. */
static void
fit (guint n, guint d, gint64 *w, gint64 *h)
{
  if ((guint64) *w * d > (guint64) *h * n)
    *w = MAX (1, gst_util_uint64_scale_round (*h, n, d));
  else
    *h = MAX (1, gst_util_uint64_scale_round (*w, d, n));
}

/* The picture's size on the screen, as it is turned, within W x H. */
static void
keep_aspect_ratio (const GstDmabufSinkView *view,
    const GstDmabufSinkGeometry *geometry, gboolean swapped, gint64 *w,
    gint64 *h)
{
  guint par_n = MAX (GST_VIDEO_INFO_PAR_N (view->info), 0);
  guint par_d = MAX (GST_VIDEO_INFO_PAR_D (view->info), 0);
  gboolean screen = view->screen_par_n > 0 && view->screen_par_d > 0;
  guint width = swapped ? geometry->y.length : geometry->x.length;
  guint height = swapped ? geometry->x.length : geometry->y.length;
  guint n, d;

  if (par_n == 0 || par_d == 0)
    par_n = par_d = 1;
  if (!gst_video_calculate_display_ratio (&n, &d, width, height,
          swapped ? par_d : par_n, swapped ? par_n : par_d,
          screen ? view->screen_par_n : 1, screen ? view->screen_par_d : 1)) {
    n = width;
    d = height;
  }
  fit (n, d, w, h);
}

static void
put (GstDmabufSinkAxis *axis, gint64 position, gint64 size)
{
  axis->to = position;
  axis->to_length = size;
}

typedef struct {
  gint64 x, y, w, h;
} Area;

static gboolean
scale (const GstDmabufSinkView *view, GstDmabufSinkGeometry *geometry,
    const Area *area)
{
  gboolean swapped = get_turn (view->orientation).swapped;
  GstDmabufSinkAxis *across = swapped ? &geometry->y : &geometry->x;
  GstDmabufSinkAxis *down = swapped ? &geometry->x : &geometry->y;
  gint64 w = area->w, h = area->h;

  if (view->force_aspect_ratio)
    keep_aspect_ratio (view, geometry, swapped, &w, &h);
  put (across, area->x + (area->w - w) / 2, w);
  put (down, area->y + (area->h - h) / 2, h);
  return clip (across, 0, view->screen_width) &&
         clip (down, 0, view->screen_height);
}

static gboolean
centre (const GstDmabufSinkView *view, GstDmabufSinkGeometry *geometry,
    const Area *area)
{
  gboolean swapped = get_turn (view->orientation).swapped;

  return centre_axis (swapped ? &geometry->y : &geometry->x, area->x,
             area->x + area->w, 0, view->screen_width, view->whole_pixels) &&
         centre_axis (swapped ? &geometry->x : &geometry->y, area->y,
             area->y + area->h, 0, view->screen_height, view->whole_pixels);
}

static void
set_rectangles (const GstDmabufSinkAxis *x, const GstDmabufSinkAxis *y,
    gboolean swapped, gboolean whole_pixels, GstDmabufSinkSource *source,
    GstVideoRectangle *destination)
{
  const GstDmabufSinkAxis *across = swapped ? y : x;
  const GstDmabufSinkAxis *down = swapped ? x : y;

  read_source (x, whole_pixels, &source->x, &source->w);
  read_source (y, whole_pixels, &source->y, &source->h);
  destination->x = across->low;
  destination->y = down->low;
  destination->w = across->high - across->low;
  destination->h = down->high - down->low;
}

gboolean
gst_dmabuf_sink_geometry_compute (
    const GstDmabufSinkView *view, GstDmabufSinkGeometry *geometry)
{
  const GstVideoRectangle *render = &view->render;
  Turn turn = get_turn (view->orientation);
  Area area = { 0, 0, view->screen_width, view->screen_height };

  *geometry = (GstDmabufSinkGeometry) {
    .orientation = view->orientation,
    .x.reversed = turn.x_reversed,
    .y.reversed = turn.y_reversed,
    .whole_pixels = view->whole_pixels,
  };
  get_alignment (view->info, &geometry->x.align, &geometry->y.align);
  if (turn.swapped && view->whole_pixels) /* i915 wants the same of both then */
    geometry->x.align = geometry->y.align = MAX (
        geometry->x.align, geometry->y.align);

  if (render->w > 0 && render->h > 0)
    area = (Area) { render->x, render->y, render->w, render->h };
  if (area.w == 0 || area.h == 0 || !crop_picture (view, geometry))
    return FALSE;
  if (!(view->can_scale ? scale : centre) (view, geometry, &area))
    return FALSE;
  set_rectangles (&geometry->x, &geometry->y, turn.swapped, view->whole_pixels,
      &geometry->source, &geometry->destination);
  return TRUE;
}

/* --- what lies on it --------------------------------------------------- */

/* Where pixel VALUE of the crop begins on the screen, to the nearest. */
static gint64
edge_to_screen (const GstDmabufSinkAxis *axis, gint64 value)
{
  gint64 twice = 2 * (value - axis->skipped) * axis->to_length + axis->length;
  gint64 unit = 2 * axis->length;
  gint64 pixels = twice >= 0 ? twice / unit : -((-twice + unit - 1) / unit);

  return axis->reversed ? axis->to + axis->to_length - pixels
                        : axis->to + pixels;
}

static gboolean
place_axis (const GstDmabufSinkAxis *video, gint position, gint size,
    GstDmabufSinkAxis *axis)
{
  gint64 start = edge_to_screen (video, position);
  gint64 end = edge_to_screen (video, (gint64) position + size);

  *axis = (GstDmabufSinkAxis) {
    .length = size,
    .to = MIN (start, end),
    .to_length = ABS (end - start),
    .reversed = video->reversed,
    .align = 1,
  };
  return size > 0 && clip (axis, video->low, video->high);
}

gboolean
gst_dmabuf_sink_geometry_place (const GstDmabufSinkGeometry *geometry,
    const GstVideoRectangle *part, GstDmabufSinkSource *source,
    GstVideoRectangle *destination)
{
  GstDmabufSinkAxis x, y;

  if (!place_axis (&geometry->x, part->x, part->w, &x) ||
      !place_axis (&geometry->y, part->y, part->h, &y))
    return FALSE;
  set_rectangles (&x, &y, get_turn (geometry->orientation).swapped,
      geometry->whole_pixels, source, destination);
  return TRUE;
}

/* --- points ------------------------------------------------------------ */

static gboolean
point_to_video (const GstDmabufSinkAxis *axis, gdouble *value)
{
  gdouble on = CLAMP (*value, (gdouble) axis->low, (gdouble) axis->high);
  gboolean inside = *value >= axis->low && *value < axis->high;
  gdouble distance = axis->reversed ? axis->to + axis->to_length - on
                                    : on - axis->to;

  *value = axis->skipped + distance * axis->length / axis->to_length;
  return inside;
}

gboolean
gst_dmabuf_sink_geometry_to_video (
    const GstDmabufSinkGeometry *geometry, gdouble *x, gdouble *y)
{
  gboolean swapped = get_turn (geometry->orientation).swapped;
  gdouble along_x = swapped ? *y : *x;
  gdouble along_y = swapped ? *x : *y;
  gboolean inside_x = point_to_video (&geometry->x, &along_x);
  gboolean inside_y = point_to_video (&geometry->y, &along_y);

  *x = along_x;
  *y = along_y;
  return inside_x && inside_y;
}
