/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2colorimetry.h"

static GstVideoColorPrimaries
primaries (__u32 colorspace)
{
  switch (colorspace) {
    case V4L2_COLORSPACE_SMPTE170M:
      return GST_VIDEO_COLOR_PRIMARIES_SMPTE170M;
    case V4L2_COLORSPACE_SMPTE240M:
      return GST_VIDEO_COLOR_PRIMARIES_SMPTE240M;
    case V4L2_COLORSPACE_REC709:
    case V4L2_COLORSPACE_SRGB:
    case V4L2_COLORSPACE_JPEG:
      return GST_VIDEO_COLOR_PRIMARIES_BT709;
    case V4L2_COLORSPACE_470_SYSTEM_M:
      return GST_VIDEO_COLOR_PRIMARIES_BT470M;
    case V4L2_COLORSPACE_470_SYSTEM_BG:
      return GST_VIDEO_COLOR_PRIMARIES_BT470BG;
    case V4L2_COLORSPACE_OPRGB:
      return GST_VIDEO_COLOR_PRIMARIES_ADOBERGB;
    case V4L2_COLORSPACE_BT2020:
      return GST_VIDEO_COLOR_PRIMARIES_BT2020;
    case V4L2_COLORSPACE_DCI_P3:
      return GST_VIDEO_COLOR_PRIMARIES_SMPTERP431;
    default:
      return GST_VIDEO_COLOR_PRIMARIES_UNKNOWN;
  }
}

static GstVideoColorMatrix
matrix (const struct zc_v4l2_format *format)
{
  __u32 encoding = format->ycbcr_encoding;

  if (encoding == V4L2_YCBCR_ENC_DEFAULT)
    encoding = V4L2_MAP_YCBCR_ENC_DEFAULT (format->colorspace);
  switch (encoding) {
    case V4L2_YCBCR_ENC_601:
    case V4L2_YCBCR_ENC_XV601:
      return GST_VIDEO_COLOR_MATRIX_BT601;
    case V4L2_YCBCR_ENC_709:
    case V4L2_YCBCR_ENC_XV709:
      return GST_VIDEO_COLOR_MATRIX_BT709;
    case V4L2_YCBCR_ENC_BT2020:
    case V4L2_YCBCR_ENC_BT2020_CONST_LUM:
      return GST_VIDEO_COLOR_MATRIX_BT2020;
    case V4L2_YCBCR_ENC_SMPTE240M:
      return GST_VIDEO_COLOR_MATRIX_SMPTE240M;
    default:
      return GST_VIDEO_COLOR_MATRIX_UNKNOWN;
  }
}

static GstVideoColorRange
range (const struct zc_v4l2_format *format, gboolean is_rgb)
{
  __u32 quantization = format->quantization;

  if (quantization == V4L2_QUANTIZATION_DEFAULT)
    quantization = V4L2_MAP_QUANTIZATION_DEFAULT (
        is_rgb, format->colorspace, format->ycbcr_encoding);
  return quantization == V4L2_QUANTIZATION_FULL_RANGE
             ? GST_VIDEO_COLOR_RANGE_0_255
             : GST_VIDEO_COLOR_RANGE_16_235;
}

/* One function, which has a name in each standard that uses it. */
static GstVideoTransferFunction
transfer_709 (__u32 colorspace)
{
  switch (colorspace) {
    case V4L2_COLORSPACE_SMPTE170M:
      return GST_VIDEO_TRANSFER_BT601;
    case V4L2_COLORSPACE_BT2020:
      return GST_VIDEO_TRANSFER_BT2020_10;
    default:
      return GST_VIDEO_TRANSFER_BT709;
  }
}

static GstVideoTransferFunction
transfer (const struct zc_v4l2_format *format)
{
  __u32 function = format->transfer_function;

  if (function == V4L2_XFER_FUNC_DEFAULT)
    function = V4L2_MAP_XFER_FUNC_DEFAULT (format->colorspace);
  switch (function) {
    case V4L2_XFER_FUNC_709:
      return transfer_709 (format->colorspace);
    case V4L2_XFER_FUNC_SRGB:
      return GST_VIDEO_TRANSFER_SRGB;
    case V4L2_XFER_FUNC_OPRGB:
      return GST_VIDEO_TRANSFER_ADOBERGB;
    case V4L2_XFER_FUNC_SMPTE240M:
      return GST_VIDEO_TRANSFER_SMPTE240M;
    case V4L2_XFER_FUNC_NONE:
      return GST_VIDEO_TRANSFER_GAMMA10;
    case V4L2_XFER_FUNC_SMPTE2084:
      return GST_VIDEO_TRANSFER_SMPTE2084;
    default:
      return GST_VIDEO_TRANSFER_UNKNOWN;
  }
}

gboolean
gst_zc_v4l2_colorimetry (GstVideoColorimetry *colorimetry,
    const struct zc_v4l2_format *format, gboolean is_rgb)
{
  if (format->colorspace == V4L2_COLORSPACE_DEFAULT)
    return FALSE;

  colorimetry->primaries = primaries (format->colorspace);
  colorimetry->transfer = transfer (format);
  colorimetry->range = range (format, is_rgb);
  colorimetry->matrix = is_rgb ? GST_VIDEO_COLOR_MATRIX_RGB : matrix (format);
  return TRUE;
}

/* The three with the primaries of BT.709 differ in what they imply of the
 * rest, which is always said. */
static gboolean
to_colorspace (__u32 *colorspace, const GstVideoColorimetry *colorimetry)
{
  switch (colorimetry->primaries) {
    case GST_VIDEO_COLOR_PRIMARIES_BT709:
      *colorspace = colorimetry->transfer == GST_VIDEO_TRANSFER_SRGB
                        ? V4L2_COLORSPACE_SRGB
                        : V4L2_COLORSPACE_REC709;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_SMPTE170M:
      *colorspace = V4L2_COLORSPACE_SMPTE170M;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_SMPTE240M:
      *colorspace = V4L2_COLORSPACE_SMPTE240M;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_BT470M:
      *colorspace = V4L2_COLORSPACE_470_SYSTEM_M;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_BT470BG:
      *colorspace = V4L2_COLORSPACE_470_SYSTEM_BG;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_ADOBERGB:
      *colorspace = V4L2_COLORSPACE_OPRGB;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_BT2020:
      *colorspace = V4L2_COLORSPACE_BT2020;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_SMPTERP431:
      *colorspace = V4L2_COLORSPACE_DCI_P3;
      return TRUE;
    case GST_VIDEO_COLOR_PRIMARIES_UNKNOWN:
      *colorspace = V4L2_COLORSPACE_DEFAULT;
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
to_encoding (__u32 *encoding, GstVideoColorMatrix matrix)
{
  switch (matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT601:
      *encoding = V4L2_YCBCR_ENC_601;
      return TRUE;
    case GST_VIDEO_COLOR_MATRIX_BT709:
      *encoding = V4L2_YCBCR_ENC_709;
      return TRUE;
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      *encoding = V4L2_YCBCR_ENC_BT2020;
      return TRUE;
    case GST_VIDEO_COLOR_MATRIX_SMPTE240M:
      *encoding = V4L2_YCBCR_ENC_SMPTE240M;
      return TRUE;
    case GST_VIDEO_COLOR_MATRIX_UNKNOWN:
      *encoding = V4L2_YCBCR_ENC_DEFAULT;
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
to_function (__u32 *function, GstVideoTransferFunction transfer)
{
  switch (transfer) {
    case GST_VIDEO_TRANSFER_BT709:
    case GST_VIDEO_TRANSFER_BT601:
    case GST_VIDEO_TRANSFER_BT2020_10:
    case GST_VIDEO_TRANSFER_BT2020_12:
      *function = V4L2_XFER_FUNC_709;
      return TRUE;
    case GST_VIDEO_TRANSFER_SRGB:
      *function = V4L2_XFER_FUNC_SRGB;
      return TRUE;
    case GST_VIDEO_TRANSFER_ADOBERGB:
      *function = V4L2_XFER_FUNC_OPRGB;
      return TRUE;
    case GST_VIDEO_TRANSFER_SMPTE240M:
      *function = V4L2_XFER_FUNC_SMPTE240M;
      return TRUE;
    case GST_VIDEO_TRANSFER_GAMMA10:
      *function = V4L2_XFER_FUNC_NONE;
      return TRUE;
    case GST_VIDEO_TRANSFER_SMPTE2084:
      *function = V4L2_XFER_FUNC_SMPTE2084;
      return TRUE;
    case GST_VIDEO_TRANSFER_UNKNOWN:
      *function = V4L2_XFER_FUNC_DEFAULT;
      return TRUE;
    default:
      return FALSE;
  }
}

static __u32
to_quantization (GstVideoColorRange range)
{
  switch (range) {
    case GST_VIDEO_COLOR_RANGE_0_255:
      return V4L2_QUANTIZATION_FULL_RANGE;
    case GST_VIDEO_COLOR_RANGE_16_235:
      return V4L2_QUANTIZATION_LIM_RANGE;
    default:
      return V4L2_QUANTIZATION_DEFAULT;
  }
}

gboolean
gst_zc_v4l2_colorimetry_wish (struct zc_v4l2_format *format,
    const GstVideoColorimetry *colorimetry, gboolean is_rgb)
{
  gboolean has_rgb_matrix = colorimetry->matrix == GST_VIDEO_COLOR_MATRIX_RGB;
  GstVideoColorMatrix matrix = is_rgb ? GST_VIDEO_COLOR_MATRIX_UNKNOWN
                                      : colorimetry->matrix;
  __u32 colorspace, encoding, function;

  if (is_rgb && !has_rgb_matrix &&
      colorimetry->matrix != GST_VIDEO_COLOR_MATRIX_UNKNOWN)
    return FALSE;
  if (!to_colorspace (&colorspace, colorimetry) ||
      !to_encoding (&encoding, matrix) ||
      !to_function (&function, colorimetry->transfer))
    return FALSE;

  format->colorspace = colorspace;
  format->ycbcr_encoding = encoding;
  format->transfer_function = function;
  format->quantization = to_quantization (colorimetry->range);
  return TRUE;
}

/* A function that is used with eight and with ten bits is the same with both
 * (gst_video_transfer_function_is_equivalent()). */
static gboolean
same_transfer (GstVideoTransferFunction a, GstVideoTransferFunction b)
{
  __u32 x, y;

  return a == b || (to_function (&x, a) && to_function (&y, b) && x == y);
}

gboolean
gst_zc_v4l2_colorimetry_is (const struct zc_v4l2_format *format,
    const GstVideoColorimetry *colorimetry, gboolean is_rgb)
{
  GstVideoColorimetry is;

  return gst_zc_v4l2_colorimetry (&is, format, is_rgb) &&
         (colorimetry->primaries == GST_VIDEO_COLOR_PRIMARIES_UNKNOWN ||
             is.primaries == colorimetry->primaries) &&
         (colorimetry->matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN ||
             is.matrix == colorimetry->matrix) &&
         (colorimetry->range == GST_VIDEO_COLOR_RANGE_UNKNOWN ||
             is.range == colorimetry->range) &&
         (colorimetry->transfer == GST_VIDEO_TRANSFER_UNKNOWN ||
             same_transfer (is.transfer, colorimetry->transfer));
}
