/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkcaps.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <gst/allocators/allocators.h>

/* The same again, with text that comes beside the picture. Who asks for
 * nothing gets what is first: no text. */
static GstCaps *
with_text (GstCaps *caps)
{
  GstCaps *more = gst_caps_copy (caps);

  for (guint i = 0; i < gst_caps_get_size (more); i++) {
    GstCapsFeatures *features = gst_caps_get_features (more, i);

    gst_caps_features_add (
        features, GST_CAPS_FEATURE_META_GST_VIDEO_OVERLAY_COMPOSITION);
  }
  gst_caps_append (caps, more);
  return caps;
}

static void
append_string (GValue *list, const gchar *string)
{
  GValue value = G_VALUE_INIT;

  if (!string)
    return;
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, string);
  gst_value_list_append_and_take_value (list, &value);
}

/* Those whose fields lie in one frame, line by line. */
static void
set_interlacing (GstCaps *caps)
{
  static const GstVideoInterlaceMode modes[] = {
    GST_VIDEO_INTERLACE_MODE_PROGRESSIVE,
    GST_VIDEO_INTERLACE_MODE_INTERLEAVED,
    GST_VIDEO_INTERLACE_MODE_MIXED,
  };
  GValue list = G_VALUE_INIT;

  g_value_init (&list, GST_TYPE_LIST);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    append_string (&list, gst_video_interlace_mode_to_string (modes[i]));
  gst_caps_set_value (caps, "interlace-mode", &list);
  g_value_unset (&list);
}

GstCaps *
gst_dmabuf_sink_caps_template (void)
{
  GstCaps *caps = gst_zc_caps_template ();

  set_interlacing (caps);
  return with_text (caps);
}

/* Caps that do not say how they are interlaced are progressive, and no subset
 * of caps that do. */
gboolean
gst_dmabuf_sink_caps_accept (GstCaps *offered, GstCaps *caps)
{
  g_autoptr (GstCaps) whole = gst_caps_copy (caps);

  for (guint i = 0; i < gst_caps_get_size (whole); i++) {
    GstStructure *s = gst_caps_get_structure (whole, i);

    if (!gst_structure_has_field (s, "interlace-mode"))
      gst_structure_set (
          s, "interlace-mode", G_TYPE_STRING, "progressive", NULL);
  }
  return gst_caps_is_subset (whole, offered);
}

static gboolean
seen_before (const struct zc_kms_output *output, guint plane,
    const struct zc_kms_format *f)
{
  for (guint i = 0; i < plane; i++)
    if (zc_kms_plane_has_format (&output->planes[i], f->fourcc, f->modifier))
      return TRUE;
  return FALSE;
}

static void
append_format (GValue *dmabuf, GValue *system, const struct zc_kms_format *f)
{
  g_autofree gchar *name = gst_video_dma_drm_fourcc_to_string (
      f->fourcc, f->modifier);
  GstVideoFormat format = gst_zc_format_from_drm (f->fourcc, f->modifier);

  append_string (dmabuf, name);
  if (f->modifier == DRM_FORMAT_MOD_LINEAR &&
      format != GST_VIDEO_FORMAT_UNKNOWN)
    append_string (system, gst_video_format_to_string (format));
}

/* Without scaling nothing larger than the largest mode can be shown. */
static void
set_sizes (struct zc_kms_output *output, gboolean can_scale, GstCaps *caps)
{
  const struct zc_kms_device *device = output->device;
  gint width = MIN (device->max_width, G_MAXINT);
  gint height = MIN (device->max_height, G_MAXINT);
  struct zc_kms_monitor monitor;
  gint mode_width = 0, mode_height = 0;

  zc_kms_output_get_monitor (output, &monitor);
  for (guint i = 0; i < monitor.n_modes; i++) {
    mode_width = MAX (mode_width, monitor.modes[i].hdisplay);
    mode_height = MAX (mode_height, monitor.modes[i].vdisplay);
  }
  if (!can_scale) {
    width = MIN (width, mode_width);
    height = MIN (height, mode_height);
  }
  gst_caps_set_simple (caps, "width", GST_TYPE_INT_RANGE,
      MAX (1, device->min_width), MAX (2, width), "height", GST_TYPE_INT_RANGE,
      MAX (1, device->min_height), MAX (2, height), "framerate",
      GST_TYPE_FRACTION_RANGE, 0, 1, G_MAXINT, 1, NULL);
}

GstCaps *
gst_dmabuf_sink_caps_of (struct zc_kms_output *output, gboolean can_scale)
{
  GstCaps *caps = gst_caps_new_simple (
      "video/x-raw", "format", G_TYPE_STRING, "DMA_DRM", NULL);
  GstCaps *plain = gst_caps_new_empty_simple ("video/x-raw");
  GValue dmabuf = G_VALUE_INIT, system = G_VALUE_INIT;

  g_value_init (&dmabuf, GST_TYPE_LIST);
  g_value_init (&system, GST_TYPE_LIST);
  for (guint i = 0; i < output->n_planes; i++) {
    const struct zc_kms_plane *plane = &output->planes[i];

    for (guint j = 0; j < plane->n_formats; j++)
      if (!seen_before (output, i, &plane->formats[j]))
        append_format (&dmabuf, &system, &plane->formats[j]);
  }
  gst_caps_set_features_simple (
      caps, gst_caps_features_new_single (GST_CAPS_FEATURE_MEMORY_DMABUF));
  gst_caps_set_value (caps, "drm-format", &dmabuf);
  if (gst_value_list_get_size (&system) > 0)
    gst_caps_set_value (plain, "format", &system);
  else
    g_clear_pointer (&plain, gst_caps_unref);
  g_value_unset (&dmabuf);
  g_value_unset (&system);

  if (plain)
    gst_caps_append (caps, plain);
  set_sizes (output, can_scale, caps);
  set_interlacing (caps);
  return with_text (caps);
}
