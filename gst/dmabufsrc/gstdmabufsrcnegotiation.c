/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc-private.h"

#include <gst/allocators/allocators.h>

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

static GstDmabufSrcIoMode
get_io_mode (GstDmabufSrc *self)
{
  GstDmabufSrcIoMode mode;

  GST_OBJECT_LOCK (self);
  mode = self->io_mode;
  GST_OBJECT_UNLOCK (self);
  return mode;
}

static gboolean
is_not_dmabuf (GstCapsFeatures *features, GstStructure *s, gpointer data)
{
  (void) s;
  (void) data;
  return !gst_caps_features_contains (features, GST_CAPS_FEATURE_MEMORY_DMABUF);
}

/* What an io-mode that was chosen by hand cannot make is not offered. */
static GstCaps *
as_io_mode_allows (GstDmabufSrc *self, GstCaps *caps)
{
  if (gst_dmabuf_src_io_mode_has_dmabufs (get_io_mode (self)) &&
      !gst_dmabuf_src_camera_is_emulated (&self->camera))
    return caps;
  caps = gst_caps_make_writable (caps);
  gst_caps_filter_and_map_in_place (caps, is_not_dmabuf, NULL);
  return caps;
}

GstCaps *
gst_dmabuf_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *caps = gst_dmabuf_src_camera_get_caps (&self->camera, filter);

  return caps ? as_io_mode_allows (self, caps) : template_caps (self, filter);
}

/* A driver that scales has a size of its own, which is set now; its largest one
 * would be none that anybody meant. */
static void
fixate_size (GstDmabufSrc *self, GstStructure *s)
{
  guint now_width = 0, now_height = 0;
  gint width = 0, height = 0;

  if (gst_structure_get_int (s, "width", &width) &&
      gst_structure_get_int (s, "height", &height))
    return;
  gst_dmabuf_src_camera_get_size (&self->camera, &now_width, &now_height);
  gst_dmabuf_src_input_prefer_size (self, &now_width, &now_height);
  if (now_width == 0 || now_height == 0)
    now_width = now_height = G_MAXINT;

  if (gst_structure_get_int (s, "height", &height)) /* keep the shape */
    now_width = (guint) gst_util_uint64_scale (
        now_width, (guint64) height, now_height);
  gst_structure_fixate_field_nearest_int (
      s, "width", (gint) MIN (now_width, G_MAXINT));
  if (gst_structure_get_int (s, "width", &width) && height == 0)
    now_height = (guint) gst_util_uint64_scale (
        now_height, (guint64) width, now_width);
  gst_structure_fixate_field_nearest_int (
      s, "height", (gint) MIN (now_height, G_MAXINT));
}

static guint64
area (GstDmabufSrc *self, const GstStructure *s)
{
  GstStructure *copy = gst_structure_copy (s);
  gint width = 0, height = 0;

  fixate_size (self, copy);
  gst_structure_get_int (copy, "width", &width);
  gst_structure_get_int (copy, "height", &height);
  gst_structure_free (copy);
  return (guint64) width * (guint64) height;
}

/* Frames a second. */
static gdouble
fastest_rate (const GstStructure *s)
{
  GstStructure *copy = gst_structure_copy (s);
  gdouble rate = 0;
  gint n, d;

  if (gst_structure_has_field (copy, "framerate"))
    gst_structure_fixate_field_nearest_fraction (
        copy, "framerate", G_MAXINT, 1);
  if (gst_structure_get_fraction (copy, "framerate", &n, &d) && d > 0)
    rate = (gdouble) n / d;
  gst_structure_free (copy);
  return rate;
}

/* The same kind of memory, and both raw video or both not. */
static gboolean
same_kind (const GstCaps *caps, guint a, guint b)
{
  return gst_caps_features_is_equal (gst_caps_get_features (caps, a),
             gst_caps_get_features (caps, b)) &&
         gst_structure_has_name (
             gst_caps_get_structure (caps, a), "video/x-raw") ==
             gst_structure_has_name (
                 gst_caps_get_structure (caps, b), "video/x-raw");
}

/* Of those that are of the kind of the first: the largest, then the fastest,
 * then the first. */
static guint
best_structure (GstDmabufSrc *self, const GstCaps *caps)
{
  guint best = 0;

  for (guint i = 1; i < gst_caps_get_size (caps); i++) {
    const GstStructure *s = gst_caps_get_structure (caps, i);
    const GstStructure *b = gst_caps_get_structure (caps, best);
    guint64 ours = area (self, s), theirs = area (self, b);

    if (same_kind (caps, 0, i) &&
        (ours > theirs ||
            (ours == theirs && fastest_rate (s) > fastest_rate (b))))
      best = i;
  }
  return best;
}

GstCaps *
gst_dmabuf_src_fixate (GstBaseSrc *src, GstCaps *caps)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);
  GstCaps *best = gst_caps_copy_nth (caps, best_structure (self, caps));
  GstStructure *s = gst_caps_get_structure (best, 0);

  gst_caps_unref (caps);
  fixate_size (self, s);
  if (gst_structure_has_field (s, "framerate"))
    gst_structure_fixate_field_nearest_fraction (s, "framerate", G_MAXINT, 1);
  return gst_caps_fixate (best);
}

/* The @index-th of @caps as fixed caps that the driver will keep, %NULL if it
 * does not. What only it knows is asked for before the rest is fixed. */
static GstCaps *
settle (GstDmabufSrc *self, GstCaps *caps, guint index)
{
  GstCaps *sized = gst_caps_copy_nth (caps, index), *one;

  fixate_size (self, gst_caps_get_structure (sized, 0));
  one = gst_dmabuf_src_camera_get_caps (&self->camera, sized);
  gst_caps_unref (sized);
  if (!one || gst_caps_is_empty (one)) {
    gst_clear_caps (&one);
    return NULL;
  }

  one = gst_caps_truncate (one);
  gst_structure_fixate_field_nearest_fraction (
      gst_caps_get_structure (one, 0), "framerate", G_MAXINT, 1);
  gst_structure_fixate_field (gst_caps_get_structure (one, 0), "colorimetry");
  gst_structure_fixate_field (gst_caps_get_structure (one, 0), "field-order");
  one = gst_dmabuf_src_camera_complete (&self->camera, one);
  return one ? gst_caps_fixate (one) : NULL;
}

/* The best of @caps that the driver keeps, %NULL if it keeps none. */
static GstCaps *
choose (GstDmabufSrc *self, const GstCaps *possible)
{
  GstCaps *left = gst_caps_copy (possible), *caps = NULL;

  while (!caps && !gst_caps_is_empty (left)) {
    guint best = best_structure (self, left);

    caps = settle (self, left, best);
    gst_caps_remove_structure (left, best);
  }
  gst_caps_unref (left);
  return caps;
}

/* What the peer takes of the formats alone comes first, so that the driver is
 * asked for the sizes and rates of those only. */
static GstCaps *
find_caps (GstDmabufSrc *self)
{
  GstCaps *coarse, *peer, *caps, *chosen;

  coarse = as_io_mode_allows (
      self, gst_dmabuf_src_camera_get_coarse_caps (&self->camera));
  peer = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (self), coarse);
  caps = gst_dmabuf_src_camera_get_caps (&self->camera, peer);
  chosen = choose (self, caps);
  gst_caps_unref (caps);
  gst_caps_unref (peer);
  gst_caps_unref (coarse);
  return chosen;
}

static void
error_no_caps (GstDmabufSrc *self)
{
  GstCaps *coarse = as_io_mode_allows (
      self, gst_dmabuf_src_camera_get_coarse_caps (&self->camera));
  GstCaps *peer = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (self), NULL);

  gst_dmabuf_src_error_no_common_caps (
      GST_ELEMENT (self), self->camera.device->path, coarse, peer);
  gst_caps_unref (peer);
  gst_caps_unref (coarse);
}

/* No buffers may exist then. */
static gint
set_emulated (GstDmabufSrc *self, gboolean emulated)
{
  if (self->camera.device->emulated == emulated)
    return 0;
  gst_dmabuf_src_take_stream (self, NULL);
  return gst_dmabuf_src_camera_emulate (&self->camera, emulated);
}

/* What the driver cannot do libv4l2 may convert, with the CPU: only if nothing
 * of the driver's will do. */
static GstCaps *
find_converted_caps (GstDmabufSrc *self)
{
  GstCaps *caps = NULL;

  if (get_io_mode (self) != GST_DMABUF_SRC_IO_MODE_AUTO)
    return NULL;
  if (set_emulated (self, TRUE) == 0)
    caps = find_caps (self);
  if (caps)
    gst_dmabuf_src_warn_converted (
        GST_ELEMENT (self), self->camera.device->path, caps);
  else
    set_emulated (self, FALSE);
  return caps;
}

/* What libv4l2 makes now, if that still will do: a stream is not ended for
 * nothing. */
static GstCaps *
still_converted_caps (GstDmabufSrc *self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  GstCaps *caps = NULL;

  if (self->camera.device->emulated && self->stream &&
      get_io_mode (self) == GST_DMABUF_SRC_IO_MODE_AUTO)
    caps = gst_pad_get_current_caps (pad);
  if (caps && !gst_pad_peer_query_accept_caps (pad, caps))
    gst_clear_caps (&caps);
  return caps;
}

static GstCaps *
gst_dmabuf_src_find_caps (GstDmabufSrc *self)
{
  gboolean emulated = get_io_mode (self) == GST_DMABUF_SRC_IO_MODE_LIBV4L2;
  GstCaps *caps = still_converted_caps (self);
  gint ret;

  if (caps)
    return caps;
  ret = set_emulated (self, emulated);
  if (ret < 0) {
    gst_dmabuf_src_error_no_libv4l2 (
        GST_ELEMENT (self), self->camera.device->path, ret);
    return NULL;
  }
  caps = find_caps (self);
  if (!caps)
    caps = find_converted_caps (self);
  if (!caps)
    error_no_caps (self);
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

static gboolean
negotiate (GstDmabufSrc *self)
{
  GstCaps *caps = NULL;
  gboolean ok;

  if (gst_dmabuf_src_input_renew (self))
    caps = gst_dmabuf_src_find_caps (self);
  if (!caps)
    return FALSE;

  ok = gst_dmabuf_src_apply_caps (self, caps);
  gst_caps_unref (caps);
  return ok;
}

gboolean
gst_dmabuf_src_negotiate (GstBaseSrc *src)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (src);

  gst_dmabuf_src_reconnect_try (self);
  return gst_dmabuf_src_reconnect_tried (
      self, self->camera.device && negotiate (self));
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
