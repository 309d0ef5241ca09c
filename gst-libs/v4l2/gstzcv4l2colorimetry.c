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

static GstVideoTransferFunction
transfer (const struct zc_v4l2_format *format)
{
  __u32 function = format->transfer_function;

  if (function == V4L2_XFER_FUNC_DEFAULT)
    function = V4L2_MAP_XFER_FUNC_DEFAULT (format->colorspace);
  switch (function) {
    case V4L2_XFER_FUNC_709:
      return GST_VIDEO_TRANSFER_BT709;
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
