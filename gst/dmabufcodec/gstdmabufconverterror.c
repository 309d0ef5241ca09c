/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconverterror.h"

#include "gstdmabufcodecerror.h"

/* As gst-launch has it. */
static const gchar *
name_of (GstVideoOrientationMethod method)
{
  g_autoptr (GTypeClass)
      klass = g_type_class_ref (GST_TYPE_VIDEO_ORIENTATION_METHOD);
  const GEnumValue *value = g_enum_get_value (
      G_ENUM_CLASS (klass), (gint) method);

  return value ? value->value_nick : "unknown";
}

void
gst_dmabuf_convert_error_turn (GstElement *element, const gchar *path,
    GstVideoOrientationMethod method, const gchar *reason, gint error)
{
  GST_ELEMENT_ERROR (element, STREAM, NOT_IMPLEMENTED,
      ("%s cannot turn the picture as is wanted.", path),
      ("video-direction=%s: %s: %s (errno %d). \"v4l2-ctl -d %s -L\" shows "
       "what "
       "it has; another device (property device) may do.",
          name_of (method), reason, g_strerror (-error), -error, path));
}

void
gst_dmabuf_convert_error_crop (
    GstElement *element, const gchar *path, const gchar *format)
{
  GST_ELEMENT_ERROR (element, STREAM, NOT_IMPLEMENTED,
      ("Frames of %s cannot be cropped.", format),
      ("%s does not crop itself, and of this format no part can be cut out "
       "otherwise. Another format, or an element before this one that crops, "
       "may do.",
          path));
}

void
gst_dmabuf_convert_warn_crop (
    GstElement *element, const gchar *path, gint error)
{
  g_autofree gchar *reason = g_strdup_printf (
      "they are to be cropped, and it does not do that itself "
      "(VIDIOC_S_SELECTION, V4L2_SEL_TGT_CROP of OUTPUT: %s, errno %d)",
      g_strerror (-error), -error);

  gst_dmabuf_codec_warn_copies (element, path, reason);
}

void
gst_dmabuf_convert_warn_colours (GstElement *element, const gchar *path,
    const GstVideoColorimetry *made, const GstVideoColorimetry *promised)
{
  g_autofree gchar *is = gst_video_colorimetry_to_string (made);
  g_autofree gchar *wanted = gst_video_colorimetry_to_string (promised);

  GST_ELEMENT_WARNING (element, STREAM, FORMAT,
      ("Colours of %s may be a little off.", path),
      ("It makes %s of them, where caps say %s: range or matrix differ. "
       "colorimetry in the caps behind this element may be set to the former.",
          is, wanted));
}
