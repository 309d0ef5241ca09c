/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvertformat.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"

#include <gst/allocators/allocators.h>

/* What a conversion costs, in the order of what hurts. */
enum {
  LOSS_ORDER = 1,      /* other places of the same samples */
  LOSS_COLORSPACE = 2, /* there and back rounds */
  LOSS_DEPTH_UP = 4,
  LOSS_CHROMA_UP = 8,
  LOSS_ALPHA_UP = 16,
  LOSS_CHROMA = 64,
  LOSS_DEPTH = 128,
  LOSS_ALPHA = 256,
  LOSS_COLOR = 512,
  LOSS_UNKNOWN = 4096,
};

#define COLORS                                             \
  (GST_VIDEO_FORMAT_FLAG_YUV | GST_VIDEO_FORMAT_FLAG_RGB | \
      GST_VIDEO_FORMAT_FLAG_GRAY)

static guint
loss_of_sampling (const GstVideoFormatInfo *from, const GstVideoFormatInfo *to)
{
  guint before = from->w_sub[1] + from->h_sub[1];
  guint after = to->w_sub[1] + to->h_sub[1];

  return after > before   ? LOSS_CHROMA * (after - before)
         : after < before ? LOSS_CHROMA_UP
                          : 0;
}

static guint
loss_of_depth (const GstVideoFormatInfo *from, const GstVideoFormatInfo *to)
{
  guint before = from->depth[0], after = to->depth[0];

  return after < before ? LOSS_DEPTH : after > before ? LOSS_DEPTH_UP : 0;
}

static guint
loss_of_format (GstVideoFormat from_format, GstVideoFormat to_format)
{
  const GstVideoFormatInfo *from = gst_video_format_get_info (from_format);
  const GstVideoFormatInfo *to = gst_video_format_get_info (to_format);
  guint loss = LOSS_ORDER;

  if (from_format == to_format && from_format != GST_VIDEO_FORMAT_UNKNOWN)
    return 0;
  if (!from || !to || from_format == GST_VIDEO_FORMAT_UNKNOWN ||
      to_format == GST_VIDEO_FORMAT_UNKNOWN)
    return LOSS_UNKNOWN;
  if ((from->flags & COLORS) != (to->flags & COLORS))
    loss += GST_VIDEO_FORMAT_INFO_IS_GRAY (to) ? LOSS_COLOR : LOSS_COLORSPACE;
  if (GST_VIDEO_FORMAT_INFO_HAS_ALPHA (from) !=
      GST_VIDEO_FORMAT_INFO_HAS_ALPHA (to))
    loss += GST_VIDEO_FORMAT_INFO_HAS_ALPHA (from) ? LOSS_ALPHA : LOSS_ALPHA_UP;
  return loss + loss_of_sampling (from, to) + loss_of_depth (from, to);
}

/* --- a choice of caps --------------------------------------------------- */

static const gchar *
field_of (GstCaps *caps, guint n)
{
  return gst_caps_features_contains (
             gst_caps_get_features (caps, n), GST_CAPS_FEATURE_MEMORY_DMABUF)
             ? "drm-format"
             : "format";
}

static GstVideoFormat
format_of (const gchar *field, const GValue *value)
{
  const gchar *name;
  guint64 modifier;
  guint32 fourcc;

  if (!value || !G_VALUE_HOLDS_STRING (value))
    return GST_VIDEO_FORMAT_UNKNOWN;
  name = g_value_get_string (value);
  if (g_str_equal (field, "format"))
    return gst_video_format_from_string (name);
  fourcc = gst_video_dma_drm_fourcc_from_string (name, &modifier);
  return gst_zc_format_from_drm (fourcc, modifier);
}

typedef struct {
  GstVideoFormat from;
  guint loss;
  guint structure;
  const GValue *value; /* of the field, NULL: as it is */
} Best;

static void
weigh (Best *best, guint structure, const gchar *field, const GValue *value)
{
  guint loss = loss_of_format (best->from, format_of (field, value));

  if (loss < best->loss) {
    best->loss = loss;
    best->structure = structure;
    best->value = value;
  }
}

static void
weigh_all (Best *best, GstCaps *choice, guint n)
{
  const gchar *field = field_of (choice, n);
  const GValue *value = gst_structure_get_value (
      gst_caps_get_structure (choice, n), field);

  if (!value || !GST_VALUE_HOLDS_LIST (value)) {
    weigh (best, n, field, value);
    return;
  }
  for (guint i = 0; i < gst_value_list_get_size (value); i++)
    weigh (best, n, field, gst_value_list_get_value (value, i));
}

GstCaps *
gst_dmabuf_convert_choose_format (GstCaps *from, GstCaps *choice)
{
  const gchar *field = field_of (from, 0);
  Best best = {
    .from = format_of (field,
        gst_structure_get_value (gst_caps_get_structure (from, 0), field)),
    .loss = G_MAXUINT,
  };
  GstCaps *result;

  for (guint i = 0; i < gst_caps_get_size (choice); i++)
    weigh_all (&best, choice, i);
  result = gst_caps_copy_nth (choice, best.structure);
  if (best.value)
    gst_structure_set_value (gst_caps_get_structure (result, 0),
        field_of (choice, best.structure), best.value);
  return result;
}

/* --- colours ------------------------------------------------------------ */

static gboolean
is_same_kind (const GstVideoInfo *a, const GstVideoInfo *b)
{
  return (a->finfo->flags & COLORS) == (b->finfo->flags & COLORS);
}

static gboolean
is_same_sampling (const GstVideoInfo *a, const GstVideoInfo *b)
{
  return a->finfo->w_sub[1] == b->finfo->w_sub[1] &&
         a->finfo->h_sub[1] == b->finfo->h_sub[1];
}

static void
carry_colorimetry (
    const GstVideoInfo *from, const GstVideoInfo *to, GstCaps *caps)
{
  GstVideoColorimetry colorimetry = to->colorimetry;
  g_autofree gchar *text = NULL;

  if (is_same_kind (from, to))
    colorimetry = from->colorimetry;
  colorimetry.primaries = from->colorimetry.primaries;
  colorimetry.transfer = from->colorimetry.transfer;
  text = gst_video_colorimetry_to_string (&colorimetry);
  if (text)
    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, text, NULL);
}

void
gst_dmabuf_convert_carry_colours (GstCaps *from, GstCaps *to)
{
  const GstStructure *before = gst_caps_get_structure (from, 0);
  const GstStructure *after = gst_caps_get_structure (to, 0);
  const GValue *site = gst_structure_get_value (before, "chroma-site");
  GstVideoInfo in, out;
  guint64 modifier;
  guint32 fourcc;

  if (!gst_zc_caps_parse (from, &in, &fourcc, &modifier) ||
      !gst_zc_caps_parse (to, &out, &fourcc, &modifier))
    return;
  if (!gst_structure_has_field (after, "colorimetry") &&
      gst_structure_has_field (before, "colorimetry"))
    carry_colorimetry (&in, &out, to);
  if (!gst_structure_has_field (after, "chroma-site") && site &&
      GST_VIDEO_INFO_IS_YUV (&out) && is_same_sampling (&in, &out))
    gst_caps_set_value (to, "chroma-site", site);
}
