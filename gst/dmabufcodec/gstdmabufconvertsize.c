/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvertsize.h"

/* What is kept: the shape of the picture as it is shown, width by height. */
typedef struct {
  gint width;
  gint height;
  gint par_n;
  gint par_d;
  gint dar_n;
  gint dar_d;
} Shape;

static gboolean
read_shape (Shape *shape, const GstStructure *from, gboolean swaps)
{
  const gchar *width = swaps ? "height" : "width";
  const gchar *height = swaps ? "width" : "height";
  gint n = 1, d = 1;

  if (!gst_structure_get_int (from, width, &shape->width) ||
      !gst_structure_get_int (from, height, &shape->height) ||
      shape->width <= 0 || shape->height <= 0)
    return FALSE;
  gst_structure_get_fraction (from, "pixel-aspect-ratio", &n, &d);
  shape->par_n = swaps ? d : n;
  shape->par_d = swaps ? n : d;
  return gst_util_fraction_multiply (shape->width, shape->height, shape->par_n,
      shape->par_d, &shape->dar_n, &shape->dar_d);
}

/* --- one dimension ------------------------------------------------------ */

static gint
nearest_in_range (const GValue *range, gint wanted)
{
  gint min = gst_value_get_int_range_min (range);
  gint max = gst_value_get_int_range_max (range);
  gint step = gst_value_get_int_range_step (range);

  wanted = CLAMP (wanted, min, max);
  if (step <= 1)
    return wanted;
  wanted = (wanted + step / 2) / step * step;
  return wanted > max ? wanted - step : wanted;
}

static gint nearest (const GValue *value, gint wanted);

static gint
nearest_in_list (const GValue *list, gint wanted)
{
  gint best = wanted, distance = G_MAXINT;

  for (guint i = 0; i < gst_value_list_get_size (list); i++) {
    gint one = nearest (gst_value_list_get_value (list, i), wanted);

    if (ABS (one - wanted) < distance) {
      best = one;
      distance = ABS (one - wanted);
    }
  }
  return best;
}

/* The value that is nearest to what is wanted; without a value anything goes.
 */
static gint
nearest (const GValue *value, gint wanted)
{
  if (!value)
    return wanted;
  if (G_VALUE_HOLDS_INT (value))
    return g_value_get_int (value);
  if (GST_VALUE_HOLDS_INT_RANGE (value))
    return nearest_in_range (value, wanted);
  if (GST_VALUE_HOLDS_LIST (value) && gst_value_list_get_size (value) > 0)
    return nearest_in_list (value, wanted);
  return wanted;
}

static gint
choose (const GstStructure *to, const gchar *field, gint wanted)
{
  return nearest (gst_structure_get_value (to, field), wanted);
}

static gint
scale (gint value, guint64 n, guint64 d)
{
  return (gint) MIN (
      gst_util_uint64_scale_round ((guint64) MAX (value, 1), MAX (n, 1), d),
      G_MAXINT);
}

/* --- all of it ---------------------------------------------------------- */

static gboolean
has_one_value (const GstStructure *to, const gchar *field)
{
  const GValue *value = gst_structure_get_value (to, field);

  return value && G_VALUE_HOLDS_INT (value);
}

/* Pixels of the shape that is nearest to N by D; of @to, where it says. */
static void
choose_pixel (GstStructure *to, gint n, gint d)
{
  if (gst_structure_has_field (to, "pixel-aspect-ratio"))
    gst_structure_fixate_field_nearest_fraction (
        to, "pixel-aspect-ratio", n, d);
  else if (n != d)
    gst_structure_set (to, "pixel-aspect-ratio", GST_TYPE_FRACTION, n, d, NULL);
}

static void
get_pixel (const GstStructure *to, gint *n, gint *d)
{
  *n = *d = 1;
  gst_structure_get_fraction (to, "pixel-aspect-ratio", n, d);
}

/* The size for pixels of N by D. */
static void
choose_size (
    const GstStructure *to, const Shape *shape, gint n, gint d, gint size[2])
{
  /* height * dar = width * par */
  const guint64 up = (guint64) shape->dar_n * (guint64) d;
  const guint64 down = (guint64) shape->dar_d * (guint64) n;
  gint wanted;

  if (has_one_value (to, "height") && !has_one_value (to, "width")) {
    size[1] = choose (to, "height", shape->height);
    size[0] = choose (to, "width", scale (size[1], up, down));
    return;
  }
  size[0] = choose (to, "width", shape->width);
  wanted = scale (size[0], down, up);
  size[1] = choose (to, "height", wanted);
  if (size[1] != wanted && !has_one_value (to, "width"))
    size[0] = choose (to, "width", scale (size[1], up, down));
}

/* What makes up for a size that has not the shape. */
static void
correct_pixel (GstStructure *to, const Shape *shape, const gint size[2])
{
  gint n, d;

  if (gst_util_fraction_multiply (
          shape->dar_n, shape->dar_d, size[1], size[0], &n, &d))
    choose_pixel (to, n, d);
}

void
gst_dmabuf_convert_fixate_size (
    GstStructure *to, const GstStructure *from, gboolean swaps)
{
  GstStructure *trial;
  Shape shape;
  gint size[2], n, d;

  if (!read_shape (&shape, from, swaps))
    return;
  trial = gst_structure_copy (to);
  choose_pixel (trial, shape.par_n, shape.par_d);
  get_pixel (trial, &n, &d);
  gst_structure_free (trial);
  choose_size (to, &shape, n, d, size);
  gst_structure_set (
      to, "width", G_TYPE_INT, size[0], "height", G_TYPE_INT, size[1], NULL);
  correct_pixel (to, &shape, size);
}
