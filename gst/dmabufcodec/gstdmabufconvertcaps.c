/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvert-private.h"
#include "gstdmabufconvertformat.h"
#include "gstdmabufconvertsize.h"

#include "gst-libs/allocators/gstzccaps.h"

/*
 * What can become of what: the same, if it is not turned, and what a device
 * makes of it.
 */

#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* What changes with the format, the size or the memory. */
static const gchar *const changing[] = { "format", "drm-format", "width",
  "height", "pixel-aspect-ratio", "colorimetry", "chroma-site" };

static gboolean
is_changing (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (changing); i++)
    if (g_str_equal (name, changing[i]))
      return TRUE;
  return FALSE;
}

static gboolean
copy_field (GQuark name, const GValue *value, gpointer data)
{
  if (!is_changing (g_quark_to_string (name)))
    gst_structure_id_set_value (data, name, value);
  return TRUE;
}

/* A device that scales or turns does not know of fields. */
static gboolean
can_be_progressive (const GstStructure *s)
{
  const GValue *mode = gst_structure_get_value (s, "interlace-mode");
  GValue progressive = G_VALUE_INIT;
  gboolean can;

  if (!mode)
    return TRUE;
  g_value_init (&progressive, G_TYPE_STRING);
  g_value_set_static_string (&progressive, "progressive");
  can = gst_value_can_intersect (mode, &progressive);
  g_value_unset (&progressive);
  return can;
}

/* What devices have at @end for what is in structure @n of @caps. */
static GstCaps *
device_caps (
    GstDmabufConvert *self, GstDmabufCodecEnd end, GstCaps *caps, guint n)
{
  g_autoptr (GstCaps) one = gst_caps_copy_nth (caps, n);
  GstStructure *s = gst_caps_get_structure (one, 0);
  GstCaps *other;

  if (!can_be_progressive (s))
    return gst_caps_new_empty ();
  if (gst_structure_has_field (s, "interlace-mode"))
    gst_structure_set (s, "interlace-mode", G_TYPE_STRING, "progressive", NULL);
  other = gst_dmabuf_codec_get_caps (&self->codec, end, one);
  other = other ? gst_caps_make_writable (other) : gst_zc_caps_template ();
  for (guint i = 0; i < gst_caps_get_size (other); i++) {
    GstStructure *o = gst_caps_get_structure (other, i);

    gst_structure_foreach (s, copy_field, o);
    if (gst_structure_has_field (s, "pixel-aspect-ratio"))
      gst_structure_set (o, "pixel-aspect-ratio", GST_TYPE_FRACTION_RANGE, 1,
          G_MAXINT, G_MAXINT, 1, NULL);
  }
  return other;
}

GstCaps *
gst_dmabuf_convert_transform_caps (GstBaseTransform *trans,
    GstPadDirection direction, GstCaps *caps, GstCaps *filter)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);
  const GstDmabufConvertTurn turn = gst_dmabuf_convert_get_turn (self);
  GstDmabufCodecEnd end = direction == GST_PAD_SINK ? GST_DMABUF_CODEC_OUT
                                                    : GST_DMABUF_CODEC_IN;
  GstCaps *all = gst_dmabuf_convert_turn_is_none (turn) ? gst_caps_copy (caps)
                                                        : gst_caps_new_empty ();

  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    all = gst_caps_merge (all, device_caps (self, end, caps, i));
  if (filter) {
    GstCaps *both = gst_caps_intersect_full (
        filter, all, GST_CAPS_INTERSECT_FIRST);

    gst_caps_unref (all);
    all = both;
  }
  GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT " becomes %" GST_PTR_FORMAT,
      (gpointer) caps, (gpointer) all);
  return all;
}

/* --- fixation ----------------------------------------------------------- */

/* The same, if that is taken and nothing is turned: (nullable) */
static GstCaps *
keep_all (GstDmabufConvertTurn turn, GstCaps *caps, GstCaps *othercaps)
{
  GstCaps *both;

  if (!gst_dmabuf_convert_turn_is_none (turn))
    return NULL;
  both = gst_caps_intersect_full (othercaps, caps, GST_CAPS_INTERSECT_FIRST);
  if (!gst_caps_is_empty (both))
    return gst_caps_fixate (gst_caps_truncate (both));
  gst_caps_unref (both);
  return NULL;
}

GstCaps *
gst_dmabuf_convert_fixate_caps (GstBaseTransform *trans,
    GstPadDirection direction, GstCaps *caps, GstCaps *othercaps)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);
  const GstDmabufConvertTurn turn = gst_dmabuf_convert_get_turn (self);
  const GstStructure *from = gst_caps_get_structure (caps, 0);
  GstCaps *result = keep_all (turn, caps, othercaps);

  (void) direction;
  if (!result) {
    result = gst_dmabuf_convert_choose_format (caps, othercaps);
    gst_dmabuf_convert_fixate_size (gst_caps_get_structure (result, 0), from,
        gst_dmabuf_convert_turn_swaps (turn));
    result = gst_caps_fixate (result);
    if (direction == GST_PAD_SINK)
      gst_dmabuf_convert_carry_colours (caps, result);
  }
  gst_caps_unref (othercaps);
  GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT " becomes %" GST_PTR_FORMAT,
      (gpointer) caps, (gpointer) result);
  return result;
}
