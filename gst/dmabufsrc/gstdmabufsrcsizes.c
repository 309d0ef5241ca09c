/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcsizes.h"

#include "gst-libs/v4l2/v4l2-input.h"

/* No driver has more; it bounds one that never ends its enumeration. */
#define MAX_ENTRIES 1024

static void
size_clear (gpointer data)
{
  GstDmabufSrcSize *size = data;

  if (G_IS_VALUE (&size->rates))
    g_value_unset (&size->rates);
}

/* A driver without the enumeration has one size: the one that is set. */
static void
add_current_size (const struct zc_v4l2_device *device, GArray *sizes)
{
  struct zc_v4l2_format now = { 0 };
  GstDmabufSrcSize size = { 0 };

  if (zc_v4l2_format_get (device, 0, &now) < 0)
    return;
  size.range.width[0] = size.range.width[1] = now.width;
  size.range.height[0] = size.range.height[1] = gst_dmabuf_src_frame_height (
      &now);
  g_array_append_val (sizes, size);
}

GArray *
gst_dmabuf_src_sizes_new (const struct zc_v4l2_device *device, guint32 fourcc)
{
  g_autoptr (GArray) ranges = gst_zc_v4l2_sizes_new (device, fourcc);
  GArray *sizes = g_array_new (FALSE, FALSE, sizeof (GstDmabufSrcSize));

  g_array_set_clear_func (sizes, size_clear);
  for (guint i = 0; i < ranges->len; i++) {
    GstDmabufSrcSize size = {
      .range = g_array_index (ranges, GstZcV4l2Size, i),
    };

    g_array_append_val (sizes, size);
  }
  if (sizes->len == 0)
    add_current_size (device, sizes);
  return sizes;
}

static gboolean
is_interval (const struct v4l2_fract *f)
{
  return f->numerator > 0 && f->numerator <= G_MAXINT && f->denominator > 0 &&
         f->denominator <= G_MAXINT;
}

static gint
shorter_first (gconstpointer a, gconstpointer b)
{
  const struct v4l2_fract *x = a, *y = b;
  guint64 left = (guint64) x->numerator * y->denominator;
  guint64 right = (guint64) y->numerator * x->denominator;

  return left < right ? -1 : left > right ? 1 : 0;
}

/* Intervals as rates, the fastest first. */
static void
set_rate_list (GValue *rates, GArray *intervals)
{
  g_array_sort (intervals, shorter_first);
  g_value_init (rates, GST_TYPE_LIST);
  for (guint i = 0; i < intervals->len; i++) {
    const struct v4l2_fract *f = &g_array_index (
        intervals, struct v4l2_fract, i);
    GValue rate = G_VALUE_INIT;

    g_value_init (&rate, GST_TYPE_FRACTION);
    gst_value_set_fraction (&rate, f->denominator, f->numerator);
    gst_value_list_append_and_take_value (rates, &rate);
  }
}

static void
set_rate_range (GValue *rates, const struct v4l2_frmival_stepwise *range)
{
  if (!is_interval (&range->min) || !is_interval (&range->max))
    return;
  if (shorter_first (&range->min, &range->max) >= 0) { /* no range at all */
    g_value_init (rates, GST_TYPE_FRACTION);
    gst_value_set_fraction (
        rates, range->min.denominator, range->min.numerator);
    return;
  }
  g_value_init (rates, GST_TYPE_FRACTION_RANGE);
  gst_value_set_fraction_range_full (rates, range->max.denominator,
      range->max.numerator, range->min.denominator, range->min.numerator);
}

/* A driver without the enumeration has one rate, which it tells if it can. */
static void
add_current_rate (const struct zc_v4l2_device *device, GArray *intervals)
{
  struct v4l2_fract interval;

  if ((zc_v4l2_interval_get (device, 0, &interval) == 0 &&
          is_interval (&interval)) ||
      (zc_v4l2_input_interval (device, &interval) == 0 &&
          is_interval (&interval)))
    g_array_append_val (intervals, interval);
}

static void
ask_rates (
    GstDmabufSrcSize *size, const struct zc_v4l2_device *device, guint32 fourcc)
{
  g_autoptr (GArray)
      intervals = g_array_new (FALSE, FALSE, sizeof (struct v4l2_fract));
  struct v4l2_frmivalenum kernel;

  for (guint i = 0; i < MAX_ENTRIES; i++) {
    if (zc_v4l2_enum_interval (device, fourcc, size->rates_width,
            size->rates_height, i, &kernel) < 0)
      break;
    if (kernel.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
      set_rate_range (&size->rates, &kernel.stepwise);
      break;
    }
    if (is_interval (&kernel.discrete))
      g_array_append_val (intervals, kernel.discrete);
  }
  if (intervals->len == 0 && !G_IS_VALUE (&size->rates))
    add_current_rate (device, intervals);
  if (intervals->len > 0)
    set_rate_list (&size->rates, intervals);
}

const GValue *
gst_dmabuf_src_size_get_rates (GstDmabufSrcSize *size,
    const struct zc_v4l2_device *device, guint32 fourcc, guint32 width,
    guint32 height)
{
  if (size->rates_width != width || size->rates_height != height) {
    size_clear (size);
    size->rates_width = width;
    size->rates_height = height;
    ask_rates (size, device, fourcc);
  }
  return G_IS_VALUE (&size->rates) ? &size->rates : NULL;
}
