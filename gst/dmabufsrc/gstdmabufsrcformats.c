/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcformats.h"

#include "gstdmabufsrcsizes.h"
#include "gstdmabufsrcrequest.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/v4l2-format.h"

#include <gst/allocators/allocators.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* No driver has more; it bounds one that never ends its enumeration. */
#define MAX_ENTRIES 1024

static const GstDmabufSrcModes all_modes[] = { GST_DMABUF_SRC_PROGRESSIVE,
  GST_DMABUF_SRC_INTERLEAVED, GST_DMABUF_SRC_ALTERNATE };

typedef struct {
  GstDmabufSrcFormat entry;
  GArray *sizes; /* NULL until asked for */
  gboolean progressive;
} Format;

struct _GstDmabufSrcFormats {
  const struct zc_v4l2_device *device;
  GArray *formats;
  struct zc_v4l2_format now;
};

static void
format_clear (gpointer data)
{
  Format *format = data;

  g_clear_pointer (&format->sizes, g_array_unref);
}

static gboolean
is_coded (const Format *format)
{
  return format->entry.format == GST_VIDEO_FORMAT_ENCODED;
}

/* Of codes with the same meaning one is enough. */
static Format *
find_same (GstDmabufSrcFormats *self, const GstDmabufSrcFormat *entry)
{
  g_autoptr (GstCaps) caps = gst_zc_v4l2_coded_to_caps (entry->fourcc);

  for (guint i = 0; i < self->formats->len; i++) {
    Format *f = &g_array_index (self->formats, Format, i);

    if (f->entry.format == entry->format &&
        (!caps || gst_zc_v4l2_coded_is (
                      f->entry.fourcc, gst_caps_get_structure (caps, 0))))
      return f;
  }
  return NULL;
}

/* Raw video with all planes in one memory if the driver offers both, which
 * everybody downstream can take, and by the name that says whether there is
 * alpha. */
static gboolean
is_better (const GstDmabufSrcFormat *entry, const GstDmabufSrcFormat *known)
{
  return entry->format != GST_VIDEO_FORMAT_ENCODED &&
         (gst_zc_format_v4l2_n_memories (known->fourcc) > 1 ||
             entry->fourcc == gst_zc_format_to_v4l2 (entry->format, FALSE));
}

static void
add_format (GstDmabufSrcFormats *self, const struct v4l2_fmtdesc *desc)
{
  Format format = {
    .entry = {
      .fourcc = desc->pixelformat,
      .flags = desc->flags,
      .format = gst_zc_format_from_v4l2 (desc->pixelformat),
    },
  };
  g_autoptr (GstCaps) coded = gst_zc_v4l2_coded_to_caps (desc->pixelformat);
  Format *known;

  if (coded)
    format.entry.format = GST_VIDEO_FORMAT_ENCODED;
  if (format.entry.format == GST_VIDEO_FORMAT_UNKNOWN ||
      (desc->flags & V4L2_FMT_FLAG_EMULATED && !self->device->emulated))
    return;

  known = find_same (self, &format.entry);
  if (!known)
    g_array_append_val (self->formats, format);
  else if (is_better (&format.entry, &known->entry))
    known->entry = format.entry;
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
    if (zc_v4l2_enum_format (device, 0, i, &desc) < 0)
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

static gboolean
possible (GstCaps *caps, GstCaps *filter)
{
  return !filter || gst_caps_can_intersect (caps, filter);
}

/* DMABuf caps come first. */
static GstCaps *
format_caps (const GstDmabufSrcFormat *format)
{
  guint64 modifier;
  guint32 fourcc;

  if (format->format == GST_VIDEO_FORMAT_ENCODED)
    return gst_zc_v4l2_coded_to_caps (format->fourcc);
  fourcc = gst_zc_format_to_drm (format->format, &modifier);
  return gst_zc_caps_for_format (fourcc, modifier, format->format);
}

/* The caps of one mode, (transfer full). */
static GstCaps *
with_mode (GstCaps *caps, GstDmabufSrcModes mode)
{
  caps = gst_caps_copy (caps);
  gst_dmabuf_src_mode_to_caps (mode, caps);
  return caps;
}

/* Of a range one picture stands for all: the one that is set, or else the
 * largest. */
static void
typical_size (GstDmabufSrcFormats *self, const GstDmabufSrcSize *size,
    guint32 *width, guint32 *height)
{
  guint now_width, now_height;

  gst_dmabuf_src_formats_get_size (self, &now_width, &now_height);
  *width = size->range.width[1];
  *height = size->range.height[1];
  if (now_width >= size->range.width[0] && now_width <= size->range.width[1] &&
      now_height >= size->range.height[0] &&
      now_height <= size->range.height[1]) {
    *width = now_width;
    *height = now_height;
  }
}

/* A driver that has fields has them in its largest picture: where that is
 * progressive the smaller ones are not asked for. */
static GstDmabufSrcModes
get_modes (GstDmabufSrcFormats *self, Format *format, GstDmabufSrcSize *size)
{
  gboolean largest = size ==
                     &g_array_index (format->sizes, GstDmabufSrcSize, 0);
  guint32 width, height;

  if (format->progressive)
    return GST_DMABUF_SRC_PROGRESSIVE;
  if (!size->have_modes) {
    typical_size (self, size, &width, &height);
    size->modes = gst_dmabuf_src_modes_ask (
        self->device, format->entry.fourcc, width, height);
    size->have_modes = TRUE;
    format->progressive = largest && size->modes == GST_DMABUF_SRC_PROGRESSIVE;
  }
  return size->modes;
}

/* What both say; %NULL if they contradict each other. */
static GstStructure *
restrict_field (GstStructure *s, const gchar *field, const GValue *value)
{
  GstStructure *one = gst_structure_new_empty (gst_structure_get_name (s)),
               *both;

  gst_structure_set_value (one, field, value);
  both = gst_structure_intersect (s, one);
  gst_structure_free (one);
  gst_structure_free (s);
  return both;
}

static GstStructure *
add_rates (GstDmabufSrcFormats *self, Format *format, GstDmabufSrcSize *size,
    GstStructure *s)
{
  GValue open = G_VALUE_INIT;
  const GValue *rates = NULL;
  gint width, height;

  if (gst_structure_get_int (s, "width", &width) &&
      gst_structure_get_int (s, "height", &height)) {
    rates = gst_dmabuf_src_size_get_rates (size, self->device,
        format->entry.fourcc, (guint32) width, (guint32) height);
    if (rates)
      return restrict_field (s, "framerate", rates);
    g_value_init (&open, GST_TYPE_FRACTION); /* variable: nobody knows */
    gst_value_set_fraction (&open, 0, 1);
  } else {
    g_value_init (&open, GST_TYPE_FRACTION_RANGE);
    gst_value_set_fraction_range_full (&open, 0, 1, G_MAXINT, 1);
  }
  s = restrict_field (s, "framerate", &open);
  g_value_unset (&open);
  return s;
}

/* Those of the colours in @s that the driver gives, %NULL if none. */
static GstStructure *
restrict_colours (GstDmabufSrcFormats *self, Format *format,
    GstDmabufSrcSize *size, GstDmabufSrcModes mode, GstStructure *s)
{
  struct zc_v4l2_format wish = { .fourcc = format->entry.fourcc,
    .field = gst_dmabuf_src_mode_to_field (mode) };
  GValue colours = G_VALUE_INIT;
  gint width, height;

  if (is_coded (format) || !gst_structure_has_field (s, "colorimetry"))
    return s;
  typical_size (self, size, &wish.width, &wish.height);
  if (gst_structure_get_int (s, "width", &width) &&
      gst_structure_get_int (s, "height", &height)) {
    wish.width = (guint32) width;
    wish.height = (guint32) height;
  }
  if (mode == GST_DMABUF_SRC_ALTERNATE)
    wish.height /= 2;

  if (gst_dmabuf_src_request_colours (self->device, &format->entry, &wish,
          gst_structure_get_value (s, "colorimetry"), &colours)) {
    gst_structure_take_value (s, "colorimetry", &colours);
    return s;
  }
  gst_structure_free (s);
  return NULL;
}

/* Appends what is left of @sized, sized caps of one mode. */
static void
append_possible (GstDmabufSrcFormats *self, Format *format,
    GstDmabufSrcSize *size, GstDmabufSrcModes mode, GstCaps *sized,
    GstCaps *filter, GstCaps *caps)
{
  g_autoptr (GstCaps) both = filter ? gst_caps_intersect_full (sized, filter,
                                          GST_CAPS_INTERSECT_FIRST)
                                    : gst_caps_ref (sized);

  for (guint i = 0; i < gst_caps_get_size (both); i++) {
    GstStructure *s = gst_structure_copy (gst_caps_get_structure (both, i));

    s = add_rates (self, format, size, s);
    if (s)
      s = restrict_colours (self, format, size, mode, s);
    if (s)
      gst_caps_append_structure_full (
          caps, s, gst_caps_features_copy (gst_caps_get_features (both, i)));
  }
}

/* Appends all modes of @size, the driver not being asked which it has if none
 * of them is possible. */
static void
append_modes (GstDmabufSrcFormats *self, Format *format, GstDmabufSrcSize *size,
    GstCaps *sized, GstCaps *filter, GstCaps *caps)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_modes); i++) {
    g_autoptr (GstCaps) one = with_mode (sized, all_modes[i]);

    if (possible (one, filter) && get_modes (self, format, size) & all_modes[i])
      append_possible (self, format, size, all_modes[i], one, filter, caps);
  }
}

static GArray *
get_sizes (GstDmabufSrcFormats *self, Format *format)
{
  if (!format->sizes)
    format->sizes = gst_dmabuf_src_sizes_new (
        self->device, format->entry.fourcc);
  return format->sizes;
}

static void
set_size (GstCaps *caps, const GstDmabufSrcSize *size)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    gst_zc_v4l2_size_to_structure (
        &size->range, gst_caps_get_structure (caps, i));
}

static void
append_sizes (GstDmabufSrcFormats *self, Format *format, GstCaps *coarse,
    GstCaps *filter, GstCaps *caps)
{
  GArray *sizes = get_sizes (self, format);

  for (guint i = 0; i < sizes->len; i++) {
    GstDmabufSrcSize *size = &g_array_index (sizes, GstDmabufSrcSize, i);
    g_autoptr (GstCaps) sized = gst_caps_copy (coarse);

    set_size (sized, size);
    if (is_coded (format))
      append_possible (self, format, size, 0, sized, filter, caps);
    else
      append_modes (self, format, size, sized, filter, caps);
  }
}

static gboolean
any_mode_possible (const Format *format, GstCaps *coarse, GstCaps *filter)
{
  g_autoptr (GstCaps) alternate = NULL;

  if (possible (coarse, filter))
    return TRUE;
  if (is_coded (format))
    return FALSE;
  alternate = with_mode (coarse, GST_DMABUF_SRC_ALTERNATE);
  return possible (alternate, filter);
}

static guint
rank (const GstCaps *caps, guint index)
{
  if (!gst_structure_has_name (
          gst_caps_get_structure (caps, index), "video/x-raw"))
    return 2;
  return gst_caps_features_contains (gst_caps_get_features (caps, index),
             GST_CAPS_FEATURE_MEMORY_DMABUF)
             ? 0
             : 1;
}

/* Dma-bufs, other raw video, what is coded; the order is kept otherwise. */
static GstCaps *
in_order (GstCaps *caps)
{
  GstCaps *ordered = gst_caps_new_empty ();

  for (guint r = 0; r <= 2; r++)
    for (guint i = 0; i < gst_caps_get_size (caps); i++)
      if (rank (caps, i) == r)
        gst_caps_append (ordered, gst_caps_copy_nth (caps, i));
  gst_caps_unref (caps);
  return ordered;
}

void
gst_dmabuf_src_formats_get_size (
    GstDmabufSrcFormats *self, guint *width, guint *height)
{
  *width = self->now.width;
  *height = gst_dmabuf_src_frame_height (&self->now);
}

GstCaps *
gst_dmabuf_src_formats_get_coarse_caps (GstDmabufSrcFormats *self)
{
  GstCaps *caps = gst_caps_new_empty ();

  self->now = (struct zc_v4l2_format) { 0 };
  if (zc_v4l2_format_get (self->device, 0, &self->now) < 0)
    GST_INFO ("%s: VIDIOC_G_FMT fails: it is not known which size is set",
        self->device->path);

  for (guint i = 0; i < self->formats->len; i++) {
    const Format *format = &g_array_index (self->formats, Format, i);
    GstCaps *coarse = format_caps (&format->entry);

    /* who never shows fields need not list everything twice */
    if (!is_coded (format) && self->now.field != V4L2_FIELD_NONE)
      gst_caps_append (caps, with_mode (coarse, GST_DMABUF_SRC_ALTERNATE));
    gst_caps_append (caps, coarse);
  }
  return in_order (caps);
}

GstCaps *
gst_dmabuf_src_formats_get_caps (GstDmabufSrcFormats *self, GstCaps *filter)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < self->formats->len; i++) {
    Format *format = &g_array_index (self->formats, Format, i);
    g_autoptr (GstCaps) coarse = format_caps (&format->entry);

    if (any_mode_possible (format, coarse, filter))
      append_sizes (self, format, coarse, filter, caps);
  }
  return in_order (caps);
}

const GstDmabufSrcFormat *
gst_dmabuf_src_formats_find (GstDmabufSrcFormats *self, const GstCaps *caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gboolean raw = gst_structure_has_name (s, "video/x-raw");
  guint32 drm_fourcc;
  guint64 modifier;
  GstVideoInfo info;

  if (raw && !gst_zc_caps_parse (caps, &info, &drm_fourcc, &modifier))
    return NULL;
  for (guint i = 0; i < self->formats->len; i++) {
    const Format *f = &g_array_index (self->formats, Format, i);

    if (raw ? f->entry.format == GST_VIDEO_INFO_FORMAT (&info)
            : gst_zc_v4l2_coded_is (f->entry.fourcc, s))
      return &f->entry;
  }
  return NULL;
}

static void
append_alternate_template (GstCaps *caps)
{
  GstCaps *alternate = gst_caps_copy (caps);

  gst_dmabuf_src_mode_to_caps (GST_DMABUF_SRC_ALTERNATE, alternate);
  gst_caps_append (caps, alternate);
}

GstCaps *
gst_dmabuf_src_formats_template (void)
{
  GstCaps *caps = gst_zc_caps_template (), *coded = gst_caps_new_empty ();
  guint32 fourcc;

  append_alternate_template (caps);
  for (guint i = 0; (fourcc = gst_zc_v4l2_coded_nth (i)); i++)
    coded = gst_caps_merge (coded, gst_zc_v4l2_coded_to_caps (fourcc));
  gst_caps_set_simple (coded, "width", GST_TYPE_INT_RANGE, 1, G_MAXINT,
      "height", GST_TYPE_INT_RANGE, 1, G_MAXINT, "framerate",
      GST_TYPE_FRACTION_RANGE, 0, 1, G_MAXINT, 1, NULL);
  gst_caps_append (caps, coded);
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
      GstCaps *sized = format_caps (&format->entry);

      set_size (sized, &g_array_index (sizes, GstDmabufSrcSize, j));
      gst_caps_append (caps, sized);
    }
  }
  return in_order (caps);
}
