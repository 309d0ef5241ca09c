/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzccaps.h"

#include "gstzcformat.h"

#include <drm_fourcc.h>
#include <gst/allocators/allocators.h>

static GstCaps *
dmabuf_caps (guint32 fourcc, guint64 modifier)
{
  g_autofree gchar *name = NULL;
  GstCaps *caps;

  /* either is a critical warning to libgstvideo */
  if (fourcc == DRM_FORMAT_INVALID || modifier == DRM_FORMAT_MOD_INVALID)
    return gst_caps_new_empty ();
  name = gst_video_dma_drm_fourcc_to_string (fourcc, modifier);
  if (!name)
    return gst_caps_new_empty ();

  caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "DMA_DRM",
      "drm-format", G_TYPE_STRING, name, NULL);
  gst_caps_set_features_simple (
      caps, gst_caps_features_new_single (GST_CAPS_FEATURE_MEMORY_DMABUF));
  return caps;
}

GstCaps *
gst_zc_caps_for_format (guint32 fourcc, guint64 modifier, GstVideoFormat format)
{
  GstCaps *caps = dmabuf_caps (fourcc, modifier);

  /* GStreamer has names for some tiles, too. */
  if (format != GST_VIDEO_FORMAT_UNKNOWN &&
      (fourcc == DRM_FORMAT_INVALID ||
          gst_zc_format_from_drm (fourcc, modifier) == format))
    gst_caps_append (
        caps, gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
                  gst_video_format_to_string (format), NULL));
  return caps;
}

/* libgstvideo leaves DMA_DRM where it does not know the code. */
static gboolean
set_format (GstVideoInfo *info, GstVideoFormat format)
{
  GstVideoInfo named;

  if (format == GST_VIDEO_FORMAT_UNKNOWN ||
      !gst_video_info_set_interlaced_format (&named, format,
          GST_VIDEO_INFO_INTERLACE_MODE (info), GST_VIDEO_INFO_WIDTH (info),
          GST_VIDEO_INFO_HEIGHT (info)))
    return FALSE;
  info->finfo = named.finfo;
  info->size = named.size;
  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
    info->offset[i] = named.offset[i];
    info->stride[i] = named.stride[i];
  }
  return TRUE;
}

gboolean
gst_zc_caps_parse (
    const GstCaps *caps, GstVideoInfo *info, guint32 *fourcc, guint64 *modifier)
{
  GstVideoInfoDmaDrm drm;

  if (!gst_video_is_dma_drm_caps (caps)) {
    if (!gst_video_info_from_caps (info, caps))
      return FALSE;
    *fourcc = gst_zc_format_to_drm (GST_VIDEO_INFO_FORMAT (info), modifier);
    if (*fourcc == 0)
      *modifier = DRM_FORMAT_MOD_LINEAR;
    return TRUE;
  }

  if (!gst_video_info_dma_drm_from_caps (&drm, caps))
    return FALSE;
  *fourcc = drm.drm_fourcc;
  *modifier = drm.drm_modifier;
  if (gst_video_info_dma_drm_to_video_info (&drm, info))
    return TRUE;

  /* Tiled or compressed: nobody can say where its pixels lie, but it can be
   * passed on whole. */
  *info = drm.vinfo;
  set_format (info, gst_zc_format_from_drm (*fourcc, *modifier));
  return TRUE;
}

GstCaps *
gst_zc_caps_template (void)
{
  GstCaps *caps = gst_caps_new_simple (
      "video/x-raw", "format", G_TYPE_STRING, "DMA_DRM", NULL);
  GstCaps *system = gst_caps_new_empty_simple ("video/x-raw");
  GValue formats = G_VALUE_INIT;
  GstVideoFormat format;

  gst_caps_set_features_simple (
      caps, gst_caps_features_new_single (GST_CAPS_FEATURE_MEMORY_DMABUF));

  g_value_init (&formats, GST_TYPE_LIST);
  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    GValue name = G_VALUE_INIT;

    g_value_init (&name, G_TYPE_STRING);
    g_value_set_static_string (&name, gst_video_format_to_string (format));
    gst_value_list_append_and_take_value (&formats, &name);
  }
  gst_caps_set_value (system, "format", &formats);
  g_value_unset (&formats);
  gst_caps_append (caps, system);

  gst_caps_set_simple (caps, "width", GST_TYPE_INT_RANGE, 1, G_MAXINT, "height",
      GST_TYPE_INT_RANGE, 1, G_MAXINT, "framerate", GST_TYPE_FRACTION_RANGE, 0,
      1, G_MAXINT, 1, NULL);
  return caps;
}
