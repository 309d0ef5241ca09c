/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

static GstCaps *
template_caps (GstDmabufSrc *self, GstCaps *filter)
{
  GstCaps *all = gst_pad_get_pad_template_caps (GST_BASE_SRC_PAD (self)), *caps;

  if (!filter)
    return all;
  caps = gst_caps_intersect_full (filter, all, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref (all);
  return caps;
}

GstCaps *
gst_dmabuf_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = gst_dmabuf_src_camera_get_caps (&self->camera, filter);

  return caps ? caps : template_caps (self, filter);
}

typedef struct {
  guint width;
  guint height;
} Size;

/* How far the best picture of @s is from @wanted, in pixels. */
static guint64
distance_to (const GstStructure *s, const Size *wanted)
{
  GstStructure *copy = gst_structure_copy (s);
  gint64 wanted_area = (gint64) wanted->width * wanted->height;
  gint width = 0, height = 0;

  gst_structure_fixate_field_nearest_int (copy, "width", (gint) wanted->width);
  gst_structure_fixate_field_nearest_int (
      copy, "height", (gint) wanted->height);
  gst_structure_get_int (copy, "width", &width);
  gst_structure_get_int (copy, "height", &height);
  gst_structure_free (copy);
  return (guint64) ABS ((gint64) width * height - wanted_area);
}

/* The structure with the best picture, among those with the same kind of
 * memory as the first. */
static guint
best_structure (GstCaps *caps, const Size *wanted)
{
  GstCapsFeatures *features = gst_caps_get_features (caps, 0);
  guint best = 0;

  for (guint i = 1; i < gst_caps_get_size (caps); i++)
    if (gst_caps_features_is_equal (
            gst_caps_get_features (caps, i), features) &&
        distance_to (gst_caps_get_structure (caps, i), wanted) <
            distance_to (gst_caps_get_structure (caps, best), wanted))
      best = i;
  return best;
}

GstCaps *
gst_dmabuf_src_fixate (GstBaseSrc *src, GstCaps *caps)
{
  Size wanted = { G_MAXINT, G_MAXINT }; /* the largest */
  GstCaps *best;
  GstStructure *s;

  gst_dmabuf_src_input_prefer_size (
      GST_DMABUF_SRC (src), &wanted.width, &wanted.height);
  best = gst_caps_copy_nth (caps, best_structure (caps, &wanted));
  s = gst_caps_get_structure (best, 0);
  gst_caps_unref (caps);
  gst_structure_fixate_field_nearest_int (s, "width", (gint) wanted.width);
  gst_structure_fixate_field_nearest_int (s, "height", (gint) wanted.height);
  if (gst_structure_has_field (s, "framerate"))
    gst_structure_fixate_field_nearest_fraction (s, "framerate", G_MAXINT, 1);
  return gst_caps_fixate (best);
}

/* What the peer takes of the formats alone comes first, so that the driver is
 * asked for the sizes and rates of those only. */
static GstCaps *
gst_dmabuf_src_find_caps (GstDmabufSrc *self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  GstCaps *coarse, *peer, *caps;

  coarse = gst_dmabuf_src_camera_get_coarse_caps (&self->camera);
  peer = gst_pad_peer_query_caps (pad, coarse);
  caps = gst_dmabuf_src_camera_get_caps (&self->camera, peer);

  if (gst_caps_is_empty (caps)) {
    gst_caps_unref (peer);
    peer = gst_pad_peer_query_caps (pad, NULL);
    gst_dmabuf_src_error_no_common_caps (
        GST_ELEMENT (self), self->camera.device->path, coarse, peer);
    gst_clear_caps (&caps);
  }
  gst_caps_unref (peer);
  gst_caps_unref (coarse);
  return caps;
}

/* The base class does not set caps that the pad has already; the device needs
 * them all the same if it was left without. */
static gboolean
gst_dmabuf_src_apply_caps (GstDmabufSrc *self, GstCaps *caps)
{
  GstBaseSrc *src = GST_BASE_SRC (self);
  GstCaps *current = gst_pad_get_current_caps (GST_BASE_SRC_PAD (src));
  gboolean same = current && gst_caps_is_equal (caps, current);

  gst_clear_caps (&current);
  if (!same)
    return gst_base_src_set_caps (src, caps);
  return self->stream || gst_dmabuf_src_set_caps (src, caps);
}

gboolean
gst_dmabuf_src_negotiate (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = NULL;
  gboolean ok;

  if (gst_dmabuf_src_input_renew (self))
    caps = gst_dmabuf_src_find_caps (self);
  if (!caps)
    return FALSE;

  caps = gst_dmabuf_src_fixate (src, caps);
  if (!gst_structure_has_field (
          gst_caps_get_structure (caps, 0), "colorimetry"))
    caps = gst_dmabuf_src_camera_add_colorimetry (&self->camera, caps);
  ok = gst_dmabuf_src_apply_caps (self, caps);
  gst_caps_unref (caps);
  return ok;
}

/* No buffers may exist while the format is set. */
gboolean
gst_dmabuf_src_set_caps (GstBaseSrc *src, GstCaps *caps)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  gst_dmabuf_src_take_stream (self, NULL);
  if (!gst_dmabuf_src_camera_configure (
          &self->camera, GST_ELEMENT (self), caps))
    return FALSE;
  gst_dmabuf_src_crop_apply (self);
  return TRUE;
}
