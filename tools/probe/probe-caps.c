/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-caps.h"

#include "gst-libs/allocators/gstzcformat.h"

GArray *
probe_formats_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (GstVideoFormat));
}

gboolean
probe_formats_have (const GArray *formats, GstVideoFormat format)
{
  for (guint i = 0; i < formats->len; i++)
    if (g_array_index (formats, GstVideoFormat, i) == format)
      return TRUE;
  return FALSE;
}

void
probe_formats_add (GArray *formats, GstVideoFormat format)
{
  if (format != GST_VIDEO_FORMAT_UNKNOWN &&
      format != GST_VIDEO_FORMAT_DMA_DRM &&
      !probe_formats_have (formats, format))
    g_array_append_val (formats, format);
}

static GstVideoFormat
format_of_drm (const gchar *name)
{
  guint64 modifier;
  guint32 fourcc = gst_video_dma_drm_fourcc_from_string (name, &modifier);

  return fourcc ? gst_zc_format_from_drm (fourcc, modifier)
                : GST_VIDEO_FORMAT_UNKNOWN;
}

static void
add_name (GArray *formats, const GValue *value, gboolean is_drm)
{
  const gchar *name = g_value_get_string (value);

  probe_formats_add (formats,
      is_drm ? format_of_drm (name) : gst_video_format_from_string (name));
}

/* One name or a list of them. */
static void
add_names (GArray *formats, const GValue *value, gboolean is_drm)
{
  if (value && G_VALUE_HOLDS_STRING (value))
    add_name (formats, value, is_drm);
  if (value && GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      add_name (formats, gst_value_list_get_value (value, i), is_drm);
}

void
probe_formats_add_caps (GArray *formats, const GstCaps *caps)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *s = gst_caps_get_structure (caps, i);

    if (!gst_structure_has_name (s, "video/x-raw"))
      continue;
    add_names (formats, gst_structure_get_value (s, "drm-format"), TRUE);
    add_names (formats, gst_structure_get_value (s, "format"), FALSE);
  }
}

gchar *
probe_formats_to_string (const GArray *formats)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < formats->len; i++)
    g_string_append_printf (text, "%s%s", i ? " " : "",
        gst_video_format_to_string (
            g_array_index (formats, GstVideoFormat, i)));
  return g_string_free (text, FALSE);
}

static void
append (GstCaps *caps, GstStructure *s, gboolean is_dmabuf, guint width,
    guint height)
{
  if (width > 0)
    gst_structure_set (s, "width", G_TYPE_INT, (gint) width, "height",
        G_TYPE_INT, (gint) height, NULL);
  gst_caps_append_structure_full (caps, s,
      is_dmabuf ? gst_caps_features_new_single_static_str ("memory:DMABuf")
                : NULL);
}

GstCaps *
probe_caps_new (
    GstVideoFormat format, guint width, guint height, gboolean for_cpu)
{
  GstCaps *caps = gst_caps_new_empty ();
  guint64 modifier;
  guint32 fourcc = gst_zc_format_to_drm (format, &modifier);

  if (fourcc && !for_cpu) {
    g_autofree gchar *name = gst_video_dma_drm_fourcc_to_string (
        fourcc, modifier);

    append (caps,
        gst_structure_new ("video/x-raw", "format", G_TYPE_STRING, "DMA_DRM",
            "drm-format", G_TYPE_STRING, name, NULL),
        TRUE, width, height);
  }
  append (caps,
      gst_structure_new ("video/x-raw", "format", G_TYPE_STRING,
          gst_video_format_to_string (format), NULL),
      FALSE, width, height);
  return caps;
}

static void
append_field (GString *text, const GstStructure *s, const gchar *name)
{
  const GValue *value = gst_structure_get_value (s, name);
  g_autofree gchar *string = value ? gst_value_serialize (value) : NULL;

  if (string)
    g_string_append_printf (text, ",%s=%s", name, string);
}

gchar *
probe_caps_to_shell (const GstCaps *caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gboolean is_dmabuf = gst_caps_features_contains (
      gst_caps_get_features (caps, 0), "memory:DMABuf");
  g_autoptr (GString) text = g_string_new (gst_structure_get_name (s));

  if (is_dmabuf)
    g_string_append (text, "(memory:DMABuf)");
  append_field (text, s, "format");
  append_field (text, s, "drm-format");
  append_field (text, s, "width");
  append_field (text, s, "height");
  return g_shell_quote (text->str);
}
