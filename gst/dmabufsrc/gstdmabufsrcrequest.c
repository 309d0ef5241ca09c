/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcrequest.h"

#include "gstdmabufsrcfields.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/v4l2/gstzcv4l2coded.h"
#include "gst-libs/v4l2/gstzcv4l2colorimetry.h"

#include <errno.h>

#define CSC_FLAGS                                               \
  (V4L2_FMT_FLAG_CSC_COLORSPACE | V4L2_FMT_FLAG_CSC_XFER_FUNC | \
      V4L2_FMT_FLAG_CSC_YCBCR_ENC | V4L2_FMT_FLAG_CSC_QUANTIZATION)

static gboolean
is_rgb (GstVideoFormat format)
{
  return GST_VIDEO_FORMAT_INFO_IS_RGB (gst_video_format_get_info (format));
}

static gboolean
has_colours (const struct zc_v4l2_format *answer, const gchar *name,
    const GstDmabufSrcFormat *format)
{
  GstVideoColorimetry wanted;

  return gst_video_colorimetry_from_string (&wanted, name) &&
         gst_zc_v4l2_colorimetry_is (answer, &wanted, is_rgb (format->format));
}

/* Asks the driver to convert: %TRUE if it does, @picture being what to ask for
 * then and @answer what comes. */
static gboolean
convert_colours (const struct zc_v4l2_device *device,
    const GstDmabufSrcFormat *format, struct zc_v4l2_format *picture,
    struct zc_v4l2_format *answer, const gchar *name)
{
  struct zc_v4l2_format wish = *picture, converted;
  GstVideoColorimetry wanted;

  if (!(format->flags & CSC_FLAGS) ||
      !gst_video_colorimetry_from_string (&wanted, name) ||
      !gst_zc_v4l2_colorimetry_wish (&wish, &wanted, is_rgb (format->format)))
    return FALSE;

  wish.flags |= V4L2_PIX_FMT_FLAG_SET_CSC;
  converted = wish;
  if (zc_v4l2_format_try (device, &converted) < 0 ||
      !has_colours (&converted, name, format))
    return FALSE;
  *picture = wish;
  *answer = converted;
  return TRUE;
}

static void
append_string (GValue *list, const gchar *text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  gst_value_list_append_and_take_value (list, &value);
}

/* The @i-th of a list, or what stands for a list of one. */
static const gchar *
nth_name (const GValue *names, guint i)
{
  if (GST_VALUE_HOLDS_LIST (names)) {
    if (i >= gst_value_list_get_size (names))
      return NULL;
    names = gst_value_list_get_value (names, i);
  } else if (i > 0) {
    return NULL;
  }
  return G_VALUE_HOLDS_STRING (names) ? g_value_get_string (names) : NULL;
}

gboolean
gst_dmabuf_src_request_colours (const struct zc_v4l2_device *device,
    const GstDmabufSrcFormat *format, const struct zc_v4l2_format *picture,
    const GValue *names, GValue *given)
{
  struct zc_v4l2_format answer = *picture;
  const gchar *name;

  if (zc_v4l2_format_try (device, &answer) < 0)
    return FALSE;
  g_value_init (given, GST_TYPE_LIST);
  for (guint i = 0; (name = nth_name (names, i)); i++) {
    struct zc_v4l2_format wish = *picture, converted;

    if (has_colours (&answer, name, format) ||
        convert_colours (device, format, &wish, &converted, name))
      append_string (given, name);
  }
  if (gst_value_list_get_size (given) > 0)
    return TRUE;
  g_value_unset (given);
  return FALSE;
}

/* A driver whose interlaced frames begin with the other field is asked for the
 * right ones by name. */
static gint
try_field_order (GstDmabufSrcRequest *self, const struct zc_v4l2_device *device)
{
  GstVideoFieldOrder wanted = GST_VIDEO_INFO_FIELD_ORDER (&self->info);
  gint ret;

  self->answer = self->format;
  ret = zc_v4l2_format_try (device, &self->answer);
  if (ret < 0 || self->format.field != V4L2_FIELD_INTERLACED ||
      wanted == GST_VIDEO_FIELD_ORDER_UNKNOWN ||
      gst_dmabuf_src_field_order (device, self->answer.field) == wanted)
    return ret;

  self->format.field = wanted == GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST
                           ? V4L2_FIELD_INTERLACED_TB
                           : V4L2_FIELD_INTERLACED_BT;
  self->answer = self->format;
  return zc_v4l2_format_try (device, &self->answer);
}

static void
init_coded (GstDmabufSrcRequest *self)
{
  gboolean mosaic = gst_zc_v4l2_coded_get_bits (self->format.fourcc) > 0;

  self->format.field = mosaic ? V4L2_FIELD_NONE : V4L2_FIELD_ANY;
  self->format.plane[0].stride = gst_zc_v4l2_coded_get_stride (
      self->format.fourcc, self->format.width);
  self->format.n_memory_planes = 1;
}

static gboolean
init_raw (GstDmabufSrcRequest *self)
{
  GstDmabufSrcModes mode = gst_dmabuf_src_mode_from_info (&self->info);

  if (mode == 0)
    return FALSE;
  self->format.field = gst_dmabuf_src_mode_to_field (mode);
  self->format.height = GST_VIDEO_INFO_FIELD_HEIGHT (&self->info);
  self->format.n_memory_planes = MAX (
      gst_zc_format_v4l2_n_memories (self->format.fourcc), 1);
  /* as long as who knows no GstVideoMeta takes them to be: a wish only */
  if (self->format.n_memory_planes == 1)
    self->format.plane[0].stride = (guint32) GST_VIDEO_INFO_PLANE_STRIDE (
        &self->info, 0);
  return TRUE;
}

static gboolean
parse (
    GstVideoInfo *info, const GstDmabufSrcFormat *format, const GstCaps *caps)
{
  guint32 drm_fourcc;
  guint64 modifier;

  if (format->format == GST_VIDEO_FORMAT_ENCODED)
    return gst_video_info_from_caps (info, caps);
  return gst_zc_caps_parse (caps, info, &drm_fourcc, &modifier);
}

gint
gst_dmabuf_src_request_init (GstDmabufSrcRequest *self,
    const struct zc_v4l2_device *device, const GstDmabufSrcFormat *format,
    const GstCaps *caps)
{
  const gchar *colours = gst_structure_get_string (
      gst_caps_get_structure (caps, 0), "colorimetry");
  gint ret;

  if (!parse (&self->info, format, caps))
    return -EINVAL;
  self->format = (struct zc_v4l2_format) {
    .fourcc = format->fourcc,
    .width = GST_VIDEO_INFO_WIDTH (&self->info),
    .height = GST_VIDEO_INFO_HEIGHT (&self->info),
  };
  if (format->format == GST_VIDEO_FORMAT_ENCODED)
    init_coded (self);
  else if (!init_raw (self))
    return -EINVAL;

  ret = try_field_order (self, device);
  if (ret == 0 && colours && format->format != GST_VIDEO_FORMAT_ENCODED &&
      !has_colours (&self->answer, colours, format))
    convert_colours (device, format, &self->format, &self->answer, colours);
  return ret;
}

gboolean
gst_dmabuf_src_request_is_met (
    const GstDmabufSrcRequest *self, const struct zc_v4l2_format *answer)
{
  const struct zc_v4l2_format *wish = &self->format;
  gboolean mosaic = gst_zc_v4l2_coded_get_bits (wish->fourcc) > 0;

  if (answer->fourcc != wish->fourcc || answer->width != wish->width ||
      answer->height != wish->height ||
      answer->n_memory_planes != wish->n_memory_planes)
    return FALSE;
  if (mosaic && answer->plane[0].stride != wish->plane[0].stride)
    return FALSE;
  return wish->field == V4L2_FIELD_ANY ||
         gst_dmabuf_src_mode_is (
             mosaic ? GST_DMABUF_SRC_PROGRESSIVE
                    : gst_dmabuf_src_mode_from_info (&self->info),
             answer->field);
}

/* Sets a field, unless it is there and says otherwise. */
static gboolean
tell (GstStructure *s, const gchar *field, const GValue *truth)
{
  const GValue *there = gst_structure_get_value (s, field);

  if (there && !gst_value_intersect (NULL, there, truth))
    return FALSE;
  gst_structure_set_value (s, field, truth);
  return TRUE;
}

static gboolean
tell_string (GstStructure *s, const gchar *field, const gchar *text)
{
  GValue value = G_VALUE_INIT;
  gboolean ok;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  ok = tell (s, field, &value);
  g_value_unset (&value);
  return ok;
}

/* Names that mean the same stay as somebody wanted them. */
static gboolean
describe_colours (const GstDmabufSrcRequest *self, GstStructure *s)
{
  const gchar *wanted = gst_structure_get_string (s, "colorimetry");
  gboolean rgb = GST_VIDEO_INFO_IS_RGB (&self->info);
  g_autofree gchar *name = NULL;
  GstVideoColorimetry colours;

  if (wanted)
    return gst_video_colorimetry_from_string (&colours, wanted) &&
           gst_zc_v4l2_colorimetry_is (&self->answer, &colours, rgb);
  if (gst_zc_v4l2_colorimetry (&colours, &self->answer, rgb))
    name = gst_video_colorimetry_to_string (&colours);
  return !name || tell_string (s, "colorimetry", name);
}

static gboolean
describe_fields (const GstDmabufSrcRequest *self,
    const struct zc_v4l2_device *device, GstStructure *s)
{
  GstVideoFieldOrder order;

  if (GST_VIDEO_INFO_INTERLACE_MODE (&self->info) !=
      GST_VIDEO_INTERLACE_MODE_INTERLEAVED)
    return TRUE;
  order = gst_dmabuf_src_field_order (device, self->answer.field);
  return order == GST_VIDEO_FIELD_ORDER_UNKNOWN ||
         tell_string (
             s, "field-order", gst_video_field_order_to_string (order));
}

/* Square unless the driver says otherwise, which those of standard television
 * do: a picture of another size shows the same scene. */
static gboolean
describe_pixels (const GstDmabufSrcRequest *self,
    const struct zc_v4l2_device *device, GstStructure *s)
{
  struct v4l2_fract aspect = { 1, 1 };
  struct v4l2_rect full = { 0 };
  GValue value = G_VALUE_INIT;
  gint n = 1, d = 1;
  gboolean ok;

  if (zc_v4l2_pixel_aspect_get (device, &aspect, &full) == 0 &&
      aspect.numerator != aspect.denominator && full.width > 0 &&
      full.height > 0 &&
      (!gst_util_fraction_multiply ((gint) aspect.numerator,
           (gint) aspect.denominator, (gint) full.width,
           GST_VIDEO_INFO_WIDTH (&self->info), &n, &d) ||
          !gst_util_fraction_multiply (n, d,
              GST_VIDEO_INFO_HEIGHT (&self->info), (gint) full.height, &n, &d)))
    return TRUE;
  if (n == d && !gst_structure_has_field (s, "pixel-aspect-ratio"))
    return TRUE;

  g_value_init (&value, GST_TYPE_FRACTION);
  gst_value_set_fraction (&value, n, d);
  ok = tell (s, "pixel-aspect-ratio", &value);
  g_value_unset (&value);
  return ok;
}

gboolean
gst_dmabuf_src_request_describe (const GstDmabufSrcRequest *self,
    const struct zc_v4l2_device *device, GstStructure *s)
{
  if (GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_ENCODED)
    return TRUE;
  return describe_colours (self, s) && describe_fields (self, device, s) &&
         describe_pixels (self, device, s);
}
