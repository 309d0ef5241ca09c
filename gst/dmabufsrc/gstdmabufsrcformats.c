/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcformats.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-input.h"

#include <gst/allocators/allocators.h>

/* No driver has more; it bounds one that never ends its enumeration. */
#define MAX_ENTRIES 1024

typedef struct {
  guint32 width[2]; /* smallest and largest: equal if discrete */
  guint32 height[2];
  guint32 width_step;
  guint32 height_step;
  gboolean have_rates;
  GValue rates; /* unset if the driver does not tell */
} Size;

typedef struct {
  guint32 fourcc;
  GstVideoFormat format;
  GArray *sizes; /* NULL until asked for */
} Format;

struct _GstDmabufSrcFormats {
  const struct zc_v4l2_device *device;
  GArray *formats;
};

static void
size_clear (gpointer data)
{
  Size *size = data;

  if (G_IS_VALUE (&size->rates))
    g_value_unset (&size->rates);
}

static void
format_clear (gpointer data)
{
  Format *format = data;

  g_clear_pointer (&format->sizes, g_array_unref);
}

static Format *
find_format (GstDmabufSrcFormats *self, GstVideoFormat format)
{
  for (guint i = 0; i < self->formats->len; i++) {
    Format *f = &g_array_index (self->formats, Format, i);

    if (f->format == format)
      return f;
  }
  return NULL;
}

/* One entry for each format; with all planes in one memory if the driver
 * offers both, which everybody downstream can take, and by the name that says
 * whether there is alpha. */
static void
add_format (GstDmabufSrcFormats *self, const struct v4l2_fmtdesc *desc)
{
  GstVideoFormat format = gst_zc_format_from_v4l2 (desc->pixelformat);
  Format *known;

  if (format == GST_VIDEO_FORMAT_UNKNOWN ||
      desc->flags & V4L2_FMT_FLAG_EMULATED)
    return;

  known = find_format (self, format);
  if (!known) {
    Format f = { desc->pixelformat, format, NULL };

    g_array_append_val (self->formats, f);
  } else if (gst_zc_format_v4l2_n_memories (known->fourcc) > 1 ||
             desc->pixelformat == gst_zc_format_to_v4l2 (format, FALSE)) {
    known->fourcc = desc->pixelformat;
  }
}

GstDmabufSrcFormats *
gst_dmabuf_src_formats_new (const struct zc_v4l2_device *device)
{
  GstDmabufSrcFormats *self = g_new0 (GstDmabufSrcFormats, 1);
  struct v4l2_fmtdesc desc;

  self->device = device;
  self->formats = g_array_new (FALSE, FALSE, sizeof (Format));
  g_array_set_clear_func (self->formats, format_clear);

  for (guint i = 0; i < MAX_ENTRIES; i++) {
    if (zc_v4l2_enum_format (device, i, &desc) < 0)
      break;
    add_format (self, &desc);
  }
  return self;
}

void
gst_dmabuf_src_formats_free (GstDmabufSrcFormats *self)
{
  g_array_unref (self->formats);
  g_free (self);
}

static Size
size_from_kernel (const struct v4l2_frmsizeenum *kernel)
{
  const struct v4l2_frmsize_stepwise *range = &kernel->stepwise;
  guint32 w = kernel->discrete.width, h = kernel->discrete.height;

  if (kernel->type == V4L2_FRMSIZE_TYPE_DISCRETE)
    return (Size) { .width = { w, w }, .height = { h, h } };
  return (Size) {
    .width = { range->min_width, range->max_width },
    .height = { range->min_height, range->max_height },
    .width_step = MAX (range->step_width, 1),
    .height_step = MAX (range->step_height, 1),
  };
}

static gint
larger_first (gconstpointer a, gconstpointer b)
{
  const Size *x = a, *y = b;
  guint64 area_x = (guint64) x->width[1] * x->height[1];
  guint64 area_y = (guint64) y->width[1] * y->height[1];

  return area_x < area_y ? 1 : area_x > area_y ? -1 : 0;
}

/* A driver without the enumeration has one size: the one that is set. */
static void
add_current_size (GstDmabufSrcFormats *self, GArray *sizes)
{
  struct zc_v4l2_format now;
  Size size = { 0 };

  if (zc_v4l2_format_get (self->device, &now) < 0)
    return;
  size.width[0] = size.width[1] = now.width;
  size.height[0] = size.height[1] = now.height;
  g_array_append_val (sizes, size);
}

static GArray *
get_sizes (GstDmabufSrcFormats *self, Format *format)
{
  struct v4l2_frmsizeenum kernel;

  if (format->sizes)
    return format->sizes;

  format->sizes = g_array_new (FALSE, FALSE, sizeof (Size));
  g_array_set_clear_func (format->sizes, size_clear);
  for (guint i = 0; i < MAX_ENTRIES; i++) {
    Size size;

    if (zc_v4l2_enum_size (self->device, format->fourcc, i, &kernel) < 0)
      break;
    size = size_from_kernel (&kernel);
    g_array_append_val (format->sizes, size);
    if (kernel.type != V4L2_FRMSIZE_TYPE_DISCRETE)
      break;
  }
  if (format->sizes->len == 0)
    add_current_size (self, format->sizes);
  g_array_sort (format->sizes, larger_first);
  return format->sizes;
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
  g_value_init (rates, GST_TYPE_FRACTION_RANGE);
  gst_value_set_fraction_range_full (rates, range->max.denominator,
      range->max.numerator, range->min.denominator, range->min.numerator);
}

/* A driver without the enumeration has one rate, which it tells if it can. */
static void
add_current_rate (GstDmabufSrcFormats *self, GArray *intervals)
{
  struct v4l2_fract interval;

  if ((zc_v4l2_interval_get (self->device, &interval) == 0 &&
          is_interval (&interval)) ||
      (zc_v4l2_input_interval (self->device, &interval) == 0 &&
          is_interval (&interval)))
    g_array_append_val (intervals, interval);
}

/* The rates of the largest picture that @size stands for. */
static const GValue *
get_rates (GstDmabufSrcFormats *self, const Format *format, Size *size)
{
  g_autoptr (GArray) intervals = NULL;
  struct v4l2_frmivalenum kernel;

  if (size->have_rates)
    return G_IS_VALUE (&size->rates) ? &size->rates : NULL;

  size->have_rates = TRUE;
  intervals = g_array_new (FALSE, FALSE, sizeof (struct v4l2_fract));
  for (guint i = 0; i < MAX_ENTRIES; i++) {
    if (zc_v4l2_enum_interval (self->device, format->fourcc, size->width[1],
            size->height[1], i, &kernel) < 0)
      break;
    if (kernel.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
      set_rate_range (&size->rates, &kernel.stepwise);
      break;
    }
    if (is_interval (&kernel.discrete))
      g_array_append_val (intervals, kernel.discrete);
  }
  if (intervals->len == 0 && !G_IS_VALUE (&size->rates))
    add_current_rate (self, intervals);
  if (intervals->len > 0)
    set_rate_list (&size->rates, intervals);
  return G_IS_VALUE (&size->rates) ? &size->rates : NULL;
}

static void
set_dimension (
    GstCaps *caps, const gchar *name, const guint32 bounds[2], guint32 step)
{
  gint min = MIN (bounds[0], G_MAXINT), max = MIN (bounds[1], G_MAXINT);
  GValue value = G_VALUE_INIT;

  if (step > 1)
    max -= (max - min) % step;
  if (min >= max) {
    gst_caps_set_simple (caps, name, G_TYPE_INT, max, NULL);
    return;
  }
  g_value_init (&value, GST_TYPE_INT_RANGE);
  if (step > 1 && min % step == 0)
    gst_value_set_int_range_step (&value, min, max, step);
  else
    gst_value_set_int_range (&value, min, max);
  gst_caps_set_value (caps, name, &value);
  g_value_unset (&value);
}

static gboolean
possible (GstCaps *caps, GstCaps *filter)
{
  return !filter || gst_caps_can_intersect (caps, filter);
}

static GstCaps *
format_coarse_caps (const Format *format)
{
  guint64 modifier;
  guint32 fourcc = gst_zc_format_to_drm (format->format, &modifier);

  return gst_zc_caps_for_format (fourcc, modifier, format->format);
}

static void
append_sizes (GstDmabufSrcFormats *self, Format *format, GstCaps *coarse,
    GstCaps *filter, GstCaps *caps)
{
  GArray *sizes = get_sizes (self, format);

  for (guint i = 0; i < sizes->len; i++) {
    Size *size = &g_array_index (sizes, Size, i);
    GstCaps *sized = gst_caps_copy (coarse);
    const GValue *rates;

    set_dimension (sized, "width", size->width, size->width_step);
    set_dimension (sized, "height", size->height, size->height_step);
    if (!possible (sized, filter)) {
      gst_caps_unref (sized);
      continue;
    }
    rates = get_rates (self, format, size);
    if (rates)
      gst_caps_set_value (sized, "framerate", rates);
    else /* variable: nobody knows */
      gst_caps_set_simple (sized, "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
    gst_caps_append (caps, sized);
  }
}

/* Moves what is for dma-bufs to the front, keeping the order otherwise. */
static GstCaps *
dmabuf_first (GstCaps *caps)
{
  GstCaps *front = gst_caps_new_empty (), *back = gst_caps_new_empty ();

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    gboolean dmabuf = gst_caps_features_contains (
        gst_caps_get_features (caps, i), GST_CAPS_FEATURE_MEMORY_DMABUF);

    gst_caps_append (dmabuf ? front : back, gst_caps_copy_nth (caps, i));
  }
  gst_caps_unref (caps);
  gst_caps_append (front, back);
  return front;
}

GstCaps *
gst_dmabuf_src_formats_get_coarse_caps (GstDmabufSrcFormats *self)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < self->formats->len; i++)
    gst_caps_append (
        caps, format_coarse_caps (&g_array_index (self->formats, Format, i)));
  return dmabuf_first (caps);
}

GstCaps *
gst_dmabuf_src_formats_get_caps (GstDmabufSrcFormats *self, GstCaps *filter)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < self->formats->len; i++) {
    Format *format = &g_array_index (self->formats, Format, i);
    GstCaps *coarse = format_coarse_caps (format);

    if (possible (coarse, filter))
      append_sizes (self, format, coarse, filter, caps);
    gst_caps_unref (coarse);
  }

  caps = dmabuf_first (caps);
  if (filter) {
    GstCaps *both = gst_caps_intersect_full (
        caps, filter, GST_CAPS_INTERSECT_FIRST);

    gst_caps_unref (caps);
    caps = both;
  }
  return caps;
}

GstCaps *
gst_dmabuf_src_formats_get_sizes (GstDmabufSrcFormats *self)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < self->formats->len; i++) {
    Format *format = &g_array_index (self->formats, Format, i);
    GArray *sizes = get_sizes (self, format);

    for (guint j = 0; j < sizes->len; j++) {
      const Size *size = &g_array_index (sizes, Size, j);
      GstCaps *sized = format_coarse_caps (format);

      set_dimension (sized, "width", size->width, size->width_step);
      set_dimension (sized, "height", size->height, size->height_step);
      gst_caps_append (caps, sized);
    }
  }
  return dmabuf_first (caps);
}

guint32
gst_dmabuf_src_formats_get_fourcc (
    GstDmabufSrcFormats *self, GstVideoFormat format)
{
  const Format *f = find_format (self, format);

  return f ? f->fourcc : 0;
}
