/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which of a decoder's formats comes out, and its caps. */

#include "gstdmabufdec-private.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"

#include <gst/allocators/allocators.h>

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

typedef struct {
  guint32 fourcc;
  GstVideoFormat format;
} Format;

/* --- what there is ------------------------------------------------------ */

/* Several codes can be one format: that with all planes in one memory is what
 * everybody can use. */
static void
add_code (GArray *formats, guint32 fourcc)
{
  Format new = { fourcc, gst_zc_format_from_v4l2 (fourcc) };

  if (new.format == GST_VIDEO_FORMAT_UNKNOWN)
    return;
  for (guint i = 0; i < formats->len; i++) {
    Format *known = &g_array_index (formats, Format, i);

    if (known->format != new.format)
      continue;
    if (gst_zc_format_v4l2_n_memories (known->fourcc) > 1 &&
        gst_zc_format_v4l2_n_memories (fourcc) == 1)
      known->fourcc = fourcc;
    return;
  }
  g_array_append_val (formats, new);
}

/* What the driver has now comes first. */
static GArray *
list_formats (const struct zc_v4l2_device *device, guint32 current)
{
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (Format));
  struct v4l2_fmtdesc desc;

  add_code (formats, current);
  for (guint i = 0;
      zc_v4l2_enum_format (device, device->capture_type, i, &desc) == 0; i++)
    add_code (formats, desc.pixelformat);
  return formats;
}

/* There are drivers that list what they would have to convert to, and then do
 * not; others lose colour or bits by it. */
static gboolean
has_same_samples (GstVideoFormat a, GstVideoFormat b)
{
  const GstVideoFormatInfo *one = gst_video_format_get_info (a);
  const GstVideoFormatInfo *other = gst_video_format_get_info (b);
  const guint kind = GST_VIDEO_FORMAT_FLAG_YUV | GST_VIDEO_FORMAT_FLAG_RGB |
                     GST_VIDEO_FORMAT_FLAG_GRAY | GST_VIDEO_FORMAT_FLAG_ALPHA;

  if ((one->flags & kind) != (other->flags & kind) ||
      one->n_components != other->n_components)
    return FALSE;
  for (guint i = 0; i < one->n_components; i++)
    if (one->depth[i] != other->depth[i] || one->w_sub[i] != other->w_sub[i] ||
        one->h_sub[i] != other->h_sub[i])
      return FALSE;
  return TRUE;
}

/* --- caps --------------------------------------------------------------- */

static GstCaps *
caps_of_format (GstVideoFormat format)
{
  guint64 modifier;
  guint32 drm = gst_zc_format_to_drm (format, &modifier);

  return gst_zc_caps_for_format (drm, modifier, format);
}

static gboolean
is_dmabuf_caps (const GstCaps *caps, guint i)
{
  return gst_caps_features_contains (
      gst_caps_get_features (caps, i), GST_CAPS_FEATURE_MEMORY_DMABUF);
}

static void
append_name (GValue *list, const GstCaps *caps, guint i, const gchar *field)
{
  gst_value_list_append_value (
      list, gst_structure_get_value (gst_caps_get_structure (caps, i), field));
}

/* Of those that have the samples of the stream, or of the others. */
static void
list_names (GArray *formats, GstVideoFormat stream, gboolean same,
    GValue *codes, GValue *names)
{
  for (guint i = 0; i < formats->len; i++) {
    GstVideoFormat format = g_array_index (formats, Format, i).format;
    g_autoptr (GstCaps) caps = NULL;

    if (has_same_samples (format, stream) != same)
      continue;
    caps = caps_of_format (format);
    for (guint j = 0; j < gst_caps_get_size (caps); j++)
      if (is_dmabuf_caps (caps, j))
        append_name (codes, caps, j, "drm-format");
      else
        append_name (names, caps, j, "format");
  }
}

static void
append (GstCaps *caps, const gchar *field, const GValue *list,
    const struct v4l2_rect *visible, gboolean is_dmabuf)
{
  GstStructure *s = gst_structure_new ("video/x-raw", "width", G_TYPE_INT,
      (gint) visible->width, "height", G_TYPE_INT, (gint) visible->height,
      NULL);

  if (is_dmabuf)
    gst_structure_set (s, "format", G_TYPE_STRING, "DMA_DRM", NULL);
  gst_structure_set_value (s, field, list);
  gst_caps_append_structure_full (caps, s,
      is_dmabuf ? gst_caps_features_new_single (GST_CAPS_FEATURE_MEMORY_DMABUF)
                : NULL);
}

/* Dma-bufs first. As lists, so that downstream's order counts within them. */
static GstCaps *
offer (GArray *formats, GstVideoFormat stream, gboolean same,
    const struct v4l2_rect *visible)
{
  GstCaps *caps = gst_caps_new_empty ();
  GValue codes = G_VALUE_INIT, names = G_VALUE_INIT;

  g_value_init (&codes, GST_TYPE_LIST);
  g_value_init (&names, GST_TYPE_LIST);
  list_names (formats, stream, same, &codes, &names);
  if (gst_value_list_get_size (&codes) > 0)
    append (caps, "drm-format", &codes, visible, TRUE);
  if (gst_value_list_get_size (&names) > 0)
    append (caps, "format", &names, visible, FALSE);
  g_value_unset (&codes);
  g_value_unset (&names);
  return caps;
}

/* (transfer full) (nullable). Without a filter, whose order would be the
 * answer's. */
static GstCaps *
ask (GstDmabufDec *self, GstCaps *ours)
{
  GstPad *pad = GST_VIDEO_DECODER_SRC_PAD (self);
  g_autoptr (GstCaps) theirs = gst_pad_peer_query_caps (pad, NULL);
  GstCaps *both = gst_caps_intersect_full (
      theirs, ours, GST_CAPS_INTERSECT_FIRST);

  GST_DEBUG_OBJECT (self, "offered %" GST_PTR_FORMAT ", taken %" GST_PTR_FORMAT,
      (gpointer) ours, (gpointer) both);
  if (!gst_caps_is_empty (both))
    return gst_caps_fixate (both);
  gst_caps_unref (both);
  return NULL;
}

static GstCaps *
negotiate (GstDmabufDec *self, GArray *formats, GstVideoFormat stream,
    const struct v4l2_rect *visible)
{
  for (gint same = 1; same >= 0; same--) {
    g_autoptr (GstCaps) ours = offer (formats, stream, same, visible);
    GstCaps *caps = gst_caps_is_empty (ours) ? NULL : ask (self, ours);

    if (caps)
      return caps;
  }
  return NULL;
}

static guint32
find_code (GArray *formats, GstCaps *caps)
{
  for (guint i = 0; i < formats->len; i++) {
    const Format *format = &g_array_index (formats, Format, i);
    g_autoptr (GstCaps) all = caps_of_format (format->format);

    if (gst_caps_can_intersect (all, caps))
      return format->fourcc;
  }
  return 0;
}

static void
refuse (GstDmabufDec *self)
{
  GstPad *pad = GST_VIDEO_DECODER_SRC_PAD (self);
  g_autoptr (GstCaps) theirs = gst_pad_peer_query_caps (pad, NULL);

  gst_dmabuf_codec_error_no_device (
      GST_ELEMENT (self), self->codec.job, self->input->caps, theirs);
}

gboolean
gst_dmabuf_dec_choose_format (GstDmabufDec *self,
    const struct zc_v4l2_format *current, const struct v4l2_rect *visible,
    guint32 *fourcc, gboolean *is_dmabuf)
{
  g_autoptr (GArray)
      formats = list_formats (self->codec.device, current->fourcc);
  GstVideoFormat stream = gst_zc_format_from_v4l2 (current->fourcc);
  g_autoptr (GstCaps) caps = NULL;

  if (stream == GST_VIDEO_FORMAT_UNKNOWN && formats->len > 0)
    stream = g_array_index (formats, Format, 0).format;
  caps = negotiate (self, formats, stream, visible);
  if (!caps) {
    refuse (self);
    return FALSE;
  }
  *fourcc = find_code (formats, caps);
  *is_dmabuf = is_dmabuf_caps (caps, 0);
  return TRUE;
}

GstCaps *
gst_dmabuf_dec_make_caps (const GstVideoInfo *info, gboolean is_dmabuf)
{
  GstCaps *caps = gst_video_info_to_caps (info);
  g_autoptr (GstCaps) named = caps_of_format (GST_VIDEO_INFO_FORMAT (info));
  GstStructure *s;

  if (!caps || !is_dmabuf)
    return caps;
  s = gst_caps_get_structure (named, 0);
  gst_caps_set_features_simple (
      caps, gst_caps_features_new_single (GST_CAPS_FEATURE_MEMORY_DMABUF));
  gst_caps_set_simple (caps, "format", G_TYPE_STRING, "DMA_DRM", "drm-format",
      G_TYPE_STRING, gst_structure_get_string (s, "drm-format"), NULL);
  return caps;
}

/* --- fields ------------------------------------------------------------- */

gboolean
gst_dmabuf_dec_field_to_mode (guint32 field, GstVideoInterlaceMode *mode)
{
  switch (field) {
    case V4L2_FIELD_ANY:
    case V4L2_FIELD_NONE:
      *mode = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
      return TRUE;
    case V4L2_FIELD_INTERLACED:
    case V4L2_FIELD_INTERLACED_TB:
    case V4L2_FIELD_INTERLACED_BT:
      *mode = GST_VIDEO_INTERLACE_MODE_MIXED;
      return TRUE;
    default:
      return FALSE;
  }
}

/* Television of 525 lines, of which 480 or 486 are seen, begins with the bottom
 * field (kernel: field-order.rst, V4L2_FIELD_INTERLACED). */
static gboolean
begins_at_bottom (guint height)
{
  return height == 480 || height == 486;
}

guint
gst_dmabuf_dec_field_to_flags (guint32 field, guint height)
{
  switch (field) {
    case V4L2_FIELD_INTERLACED_TB:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF;
    case V4L2_FIELD_INTERLACED_BT:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED;
    case V4L2_FIELD_INTERLACED:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED |
             (begins_at_bottom (height) ? 0 : GST_VIDEO_BUFFER_FLAG_TFF);
    default:
      return 0;
  }
}
