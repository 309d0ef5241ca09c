/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2sizes.h"

/* No driver has more; it bounds one that never ends its enumeration. */
#define MAX_ENTRIES 1024

static GstZcV4l2Size
size_from_kernel (const struct v4l2_frmsizeenum *kernel)
{
  const struct v4l2_frmsize_stepwise *range = &kernel->stepwise;
  guint32 w = kernel->discrete.width, h = kernel->discrete.height;

  if (kernel->type == V4L2_FRMSIZE_TYPE_DISCRETE)
    return (GstZcV4l2Size) { .width = { w, w }, .height = { h, h } };
  return (GstZcV4l2Size) {
    .width = { range->min_width, range->max_width },
    .height = { range->min_height, range->max_height },
    .width_step = MAX (range->step_width, 1),
    .height_step = MAX (range->step_height, 1),
  };
}

static gint
larger_first (gconstpointer a, gconstpointer b)
{
  const GstZcV4l2Size *x = a, *y = b;
  guint64 area_x = (guint64) x->width[1] * x->height[1];
  guint64 area_y = (guint64) y->width[1] * y->height[1];

  return area_x < area_y ? 1 : area_x > area_y ? -1 : 0;
}

GArray *
gst_zc_v4l2_sizes_new (const struct zc_v4l2_device *device, guint32 fourcc)
{
  GArray *sizes = g_array_new (FALSE, FALSE, sizeof (GstZcV4l2Size));
  struct v4l2_frmsizeenum kernel;

  for (guint i = 0; i < MAX_ENTRIES; i++) {
    GstZcV4l2Size size;

    if (zc_v4l2_enum_size (device, fourcc, i, &kernel) < 0)
      break;
    size = size_from_kernel (&kernel);
    g_array_append_val (sizes, size);
    if (kernel.type != V4L2_FRMSIZE_TYPE_DISCRETE)
      break;
  }
  g_array_sort (sizes, larger_first);
  return sizes;
}

static void
set_dimension (
    GstStructure *s, const gchar *name, const guint32 bounds[2], guint32 step)
{
  gint min = MIN (bounds[0], G_MAXINT), max = MIN (bounds[1], G_MAXINT);
  GValue value = G_VALUE_INIT;

  if (step > 1)
    max -= (max - min) % step;
  if (min >= max) {
    gst_structure_set (s, name, G_TYPE_INT, max, NULL);
    return;
  }
  g_value_init (&value, GST_TYPE_INT_RANGE);
  if (step > 1 && min % step == 0)
    gst_value_set_int_range_step (&value, min, max, step);
  else
    gst_value_set_int_range (&value, min, max);
  gst_structure_set_value (s, name, &value);
  g_value_unset (&value);
}

void
gst_zc_v4l2_size_to_structure (const GstZcV4l2Size *size, GstStructure *s)
{
  set_dimension (s, "width", size->width, size->width_step);
  set_dimension (s, "height", size->height, size->height_step);
}
