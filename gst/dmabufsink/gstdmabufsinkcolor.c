/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkcolor.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

/* --- what the pixels are ----------------------------------------------- */

/* A format with the colours of @fourcc: some codes only say how they are
 * sampled, their tiles the rest; GStreamer before 1.28 has none of 10 bits
 * without alpha; and others differ in the order of their planes alone. */
static GstVideoFormat
sampling_of (guint32 fourcc)
{
  switch (fourcc) {
    case DRM_FORMAT_YUV420_8BIT:
      return GST_VIDEO_FORMAT_I420;
    case DRM_FORMAT_YUV420_10BIT:
      return GST_VIDEO_FORMAT_I420_10LE;
    case DRM_FORMAT_NV42:
    case DRM_FORMAT_YVU444:
      return GST_VIDEO_FORMAT_Y444;
    case DRM_FORMAT_YVU422:
      return GST_VIDEO_FORMAT_Y42B;
    case DRM_FORMAT_YVU411:
      return GST_VIDEO_FORMAT_Y41B;
    case DRM_FORMAT_XRGB2101010:
    case DRM_FORMAT_XBGR2101010:
      return GST_VIDEO_FORMAT_BGR10A2_LE;
    default:
      return gst_zc_format_from_drm (fourcc, DRM_FORMAT_MOD_LINEAR);
  }
}

/* The format of @info; where its tiles have none, that of its pixels in lines,
 * whose colours are the same. */
static const GstVideoFormatInfo *
get_format (const GstVideoInfo *info, const GstCaps *caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  const gchar *name = gst_structure_get_string (s, "drm-format");
  guint64 modifier;

  if (GST_VIDEO_INFO_FORMAT (info) != GST_VIDEO_FORMAT_DMA_DRM || !name)
    return info->finfo;
  return gst_video_format_get_info (
      sampling_of (gst_video_dma_drm_fourcc_from_string (name, &modifier)));
}

static guint
get_bits (const GstVideoFormatInfo *format)
{
  guint bits = 8;

  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (format); i++)
    bits = MAX (bits, GST_VIDEO_FORMAT_INFO_DEPTH (format, i));
  return bits;
}

/* --- how they are decoded ---------------------------------------------- */

/* What GStreamer takes for granted of pictures of that size. */
static GstVideoColorMatrix
guess_matrix (const GstVideoInfo *info)
{
  GstVideoInfo usual;

  if (GST_VIDEO_INFO_COLORIMETRY (info).primaries ==
      GST_VIDEO_COLOR_PRIMARIES_BT2020)
    return GST_VIDEO_COLOR_MATRIX_BT2020;
  if (!gst_video_info_set_format (&usual, GST_VIDEO_FORMAT_NV12,
          GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info)))
    return GST_VIDEO_COLOR_MATRIX_BT601;
  return GST_VIDEO_INFO_COLORIMETRY (&usual).matrix;
}

static const gchar *
name_encoding (const GstVideoInfo *info)
{
  GstVideoColorMatrix matrix = GST_VIDEO_INFO_COLORIMETRY (info).matrix;

  if (matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN ||
      matrix == GST_VIDEO_COLOR_MATRIX_RGB)
    matrix = guess_matrix (info);
  switch (matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT709:
    case GST_VIDEO_COLOR_MATRIX_SMPTE240M:
      return "ITU-R BT.709 YCbCr";
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      return "ITU-R BT.2020 YCbCr";
    default:
      return "ITU-R BT.601 YCbCr";
  }
}

static const gchar *
name_range (const GstVideoInfo *info)
{
  return GST_VIDEO_INFO_COLORIMETRY (info).range == GST_VIDEO_COLOR_RANGE_0_255
             ? "YCbCr full range"
             : "YCbCr limited range";
}

static enum zc_kms_gamut
get_gamut (const GstVideoInfo *info)
{
  switch (GST_VIDEO_INFO_COLORIMETRY (info).primaries) {
    case GST_VIDEO_COLOR_PRIMARIES_BT2020:
      return ZC_KMS_GAMUT_BT2020;
    case GST_VIDEO_COLOR_PRIMARIES_SMPTERP431:
      return ZC_KMS_GAMUT_P3_DCI;
    case GST_VIDEO_COLOR_PRIMARIES_SMPTEEG432:
      return ZC_KMS_GAMUT_P3_D65;
    default:
      return ZC_KMS_GAMUT_DEFAULT;
  }
}

/* --- light ------------------------------------------------------------- */

static void
ignore (GstDmabufSinkColor *color, const GstCaps *caps, const gchar *field)
{
  GST_WARNING ("ignoring %s, which makes no sense, of %" GST_PTR_FORMAT, field,
      (gpointer) caps);
  if (!color->ignored)
    color->ignored = field;
}

static gboolean
has_field (const GstCaps *caps, const gchar *field)
{
  return gst_structure_has_field (gst_caps_get_structure (caps, 0), field);
}

static enum zc_kms_eotf
get_eotf (const GstVideoInfo *info)
{
  switch (GST_VIDEO_INFO_COLORIMETRY (info).transfer) {
    case GST_VIDEO_TRANSFER_SMPTE2084:
      return ZC_KMS_EOTF_PQ;
    case GST_VIDEO_TRANSFER_ARIB_STD_B67:
      return ZC_KMS_EOTF_HLG;
    default:
      return ZC_KMS_EOTF_SDR;
  }
}

/* Coordinates go up to 1.0; a screen has more light than dark. All 0 means
 * that nobody knows. */
static gboolean
is_sensible (const GstVideoMasteringDisplayInfo *screen)
{
  const guint16 one = 50000;

  for (guint i = 0; i < G_N_ELEMENTS (screen->display_primaries); i++)
    if (screen->display_primaries[i].x > one ||
        screen->display_primaries[i].y > one)
      return FALSE;
  return screen->white_point.x <= one && screen->white_point.y <= one &&
         (screen->max_display_mastering_luminance >
                 screen->min_display_mastering_luminance ||
             screen->min_display_mastering_luminance == 0);
}

/* The kernel's coordinates and luminances have the units of GStreamer's. */
static void
read_screen (GstDmabufSinkColor *color, const GstCaps *caps)
{
  const gchar *field = "mastering-display-info";
  struct zc_kms_hdr *hdr = &color->hdr;
  GstVideoMasteringDisplayInfo screen;

  if (!has_field (caps, field))
    return;
  if (!gst_video_mastering_display_info_from_caps (&screen, caps) ||
      !is_sensible (&screen)) {
    ignore (color, caps, field);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (hdr->primaries); i++) {
    hdr->primaries[i].x = screen.display_primaries[i].x;
    hdr->primaries[i].y = screen.display_primaries[i].y;
  }
  hdr->white.x = screen.white_point.x;
  hdr->white.y = screen.white_point.y;
  hdr->max_luminance = screen.max_display_mastering_luminance;
  hdr->min_luminance = screen.min_display_mastering_luminance;
}

static void
read_levels (GstDmabufSinkColor *color, const GstCaps *caps)
{
  const gchar *field = "content-light-level";
  GstVideoContentLightLevel levels;

  if (!has_field (caps, field))
    return;
  if (!gst_video_content_light_level_from_caps (&levels, caps)) {
    ignore (color, caps, field);
    return;
  }
  color->hdr.max_cll = levels.max_content_light_level;
  color->hdr.max_fall = levels.max_frame_average_light_level;
}

static void
check_colorimetry (GstDmabufSinkColor *color, const GstCaps *caps)
{
  const gchar *name = gst_structure_get_string (
      gst_caps_get_structure (caps, 0), "colorimetry");
  GstVideoColorimetry ignored;

  if (name && !gst_video_colorimetry_from_string (&ignored, name))
    ignore (color, caps, "colorimetry");
}

/* --- all of it --------------------------------------------------------- */

void
gst_dmabuf_sink_color_init (
    GstDmabufSinkColor *color, const GstVideoInfo *info, const GstCaps *caps)
{
  const GstVideoFormatInfo *format = get_format (info, caps);

  memset (color, 0, sizeof (*color));
  color->bits = get_bits (format);
  if (GST_VIDEO_FORMAT_INFO_IS_YUV (format)) {
    color->encoding = name_encoding (info);
    color->range = name_range (info);
  }
  color->gamut = get_gamut (info);
  check_colorimetry (color, caps);

  color->hdr.eotf = get_eotf (info);
  if (color->hdr.eotf != ZC_KMS_EOTF_SDR) {
    read_screen (color, caps);
    read_levels (color, caps);
  }
  GST_DEBUG ("%s, %s, gamut %d, EOTF %d, %u bits",
      color->encoding ? color->encoding : "RGB",
      color->range ? color->range : "as it is", color->gamut, color->hdr.eotf,
      color->bits);
}

gboolean
gst_dmabuf_sink_color_is_equal (
    const GstDmabufSinkColor *a, const GstDmabufSinkColor *b)
{
  struct hdr_output_metadata light_a, light_b;

  zc_kms_hdr_metadata (&a->hdr, &light_a);
  zc_kms_hdr_metadata (&b->hdr, &light_b);
  return g_strcmp0 (a->encoding, b->encoding) == 0 &&
         g_strcmp0 (a->range, b->range) == 0 && a->gamut == b->gamut &&
         a->bits == b->bits &&
         memcmp (&light_a, &light_b, sizeof (light_a)) == 0;
}
