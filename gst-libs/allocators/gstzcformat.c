/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcformat.h"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

/* Linux 6.14 */
#ifndef V4L2_PIX_FMT_NV15
#define V4L2_PIX_FMT_NV15 v4l2_fourcc ('N', 'V', '1', '5')
#endif
#ifndef V4L2_PIX_FMT_NV20
#define V4L2_PIX_FMT_NV20 v4l2_fourcc ('N', 'V', '2', '0')
#endif

typedef struct {
  GstVideoFormat format;
  guint32 v4l2;          /* all planes in one memory, or 0 */
  guint32 v4l2_separate; /* a memory for each plane, or 0 */
  guint32 v4l2_old;      /* a deprecated name of the first, or 0 */
  guint32 drm;           /* where libgstvideo has none yet; or 0 */
  guint64 modifier;      /* that goes with it */
} FormatRow;

/* Documentation/userspace-api/media/v4l/pixfmt.rst and drm_fourcc.h against
 * video-format.h. Planes, sub-sampling and tiles are libgstvideo's to tell, and
 * so are the DRM codes that it knows. */
static const FormatRow formats[] = {
  /* semi-planar */
  { GST_VIDEO_FORMAT_NV12, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV12M },
  { GST_VIDEO_FORMAT_NV21, V4L2_PIX_FMT_NV21, V4L2_PIX_FMT_NV21M },
  { GST_VIDEO_FORMAT_NV16, V4L2_PIX_FMT_NV16, V4L2_PIX_FMT_NV16M },
  { GST_VIDEO_FORMAT_NV61, V4L2_PIX_FMT_NV61, V4L2_PIX_FMT_NV61M },
  { GST_VIDEO_FORMAT_NV24, V4L2_PIX_FMT_NV24 },
  { GST_VIDEO_FORMAT_NV12_10LE40, V4L2_PIX_FMT_NV15 },
  { GST_VIDEO_FORMAT_P010_10LE, V4L2_PIX_FMT_P010 },
  { GST_VIDEO_FORMAT_P012_LE, V4L2_PIX_FMT_P012, V4L2_PIX_FMT_P012M },
  { GST_VIDEO_FORMAT_P016_LE, .drm = DRM_FORMAT_P016 },
#if GST_CHECK_VERSION(1, 28, 0)
  { GST_VIDEO_FORMAT_NV16_10LE40, V4L2_PIX_FMT_NV20 },
#endif

  /* planar */
  { GST_VIDEO_FORMAT_I420, V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUV420M },
  { GST_VIDEO_FORMAT_YV12, V4L2_PIX_FMT_YVU420, V4L2_PIX_FMT_YVU420M },
  { GST_VIDEO_FORMAT_Y42B, V4L2_PIX_FMT_YUV422P, V4L2_PIX_FMT_YUV422M },
  { GST_VIDEO_FORMAT_Y444, 0, V4L2_PIX_FMT_YUV444M },
  { GST_VIDEO_FORMAT_Y41B, V4L2_PIX_FMT_YUV411P },
  { GST_VIDEO_FORMAT_YUV9, V4L2_PIX_FMT_YUV410 },
  { GST_VIDEO_FORMAT_YVU9, V4L2_PIX_FMT_YVU410 },
#if GST_CHECK_VERSION(1, 28, 0)
  { GST_VIDEO_FORMAT_I420_10LE },
  { GST_VIDEO_FORMAT_I422_10LE },
  { GST_VIDEO_FORMAT_Y444_10LE },
  { GST_VIDEO_FORMAT_I420_12LE },
  { GST_VIDEO_FORMAT_I422_12LE },
  { GST_VIDEO_FORMAT_Y444_12LE },
  { GST_VIDEO_FORMAT_Y444_16LE },
#endif

  /* packed YUV */
  { GST_VIDEO_FORMAT_YUY2, V4L2_PIX_FMT_YUYV },
  { GST_VIDEO_FORMAT_YVYU, V4L2_PIX_FMT_YVYU },
  { GST_VIDEO_FORMAT_UYVY, V4L2_PIX_FMT_UYVY },
  { GST_VIDEO_FORMAT_VYUY, V4L2_PIX_FMT_VYUY },
  { GST_VIDEO_FORMAT_Y210, V4L2_PIX_FMT_Y210 },
  { GST_VIDEO_FORMAT_Y212_LE, V4L2_PIX_FMT_Y212 },
#if GST_CHECK_VERSION(1, 26, 0)
  { GST_VIDEO_FORMAT_Y216_LE, V4L2_PIX_FMT_Y216, .drm = DRM_FORMAT_Y216 },
  { GST_VIDEO_FORMAT_Y416_LE, .drm = DRM_FORMAT_Y416 },
#endif
  { GST_VIDEO_FORMAT_v308, V4L2_PIX_FMT_YUV24, .drm = DRM_FORMAT_VUY888 },
  { GST_VIDEO_FORMAT_AYUV, V4L2_PIX_FMT_AYUV32,
      .v4l2_old = V4L2_PIX_FMT_YUV32 },
  { GST_VIDEO_FORMAT_VUYA, V4L2_PIX_FMT_VUYA32 },
  { GST_VIDEO_FORMAT_Y410 },
  { GST_VIDEO_FORMAT_Y412_LE },

  /* RGB: V4L2 names bytes in memory from 24 bits on, words before and again
   * with 30 bits; DRM names words, GStreamer bytes except with 15 and 16 bits
   */
  { GST_VIDEO_FORMAT_BGRx, V4L2_PIX_FMT_XBGR32,
      .v4l2_old = V4L2_PIX_FMT_BGR32 },
  { GST_VIDEO_FORMAT_BGRA, V4L2_PIX_FMT_ABGR32 },
  { GST_VIDEO_FORMAT_xRGB, V4L2_PIX_FMT_XRGB32,
      .v4l2_old = V4L2_PIX_FMT_RGB32 },
  { GST_VIDEO_FORMAT_ARGB, V4L2_PIX_FMT_ARGB32 },
  { GST_VIDEO_FORMAT_RGBx, V4L2_PIX_FMT_RGBX32 },
  { GST_VIDEO_FORMAT_RGBA, V4L2_PIX_FMT_RGBA32 },
  { GST_VIDEO_FORMAT_xBGR, V4L2_PIX_FMT_BGRX32 },
  { GST_VIDEO_FORMAT_ABGR, V4L2_PIX_FMT_BGRA32 },
  { GST_VIDEO_FORMAT_RGB, V4L2_PIX_FMT_RGB24 },
  { GST_VIDEO_FORMAT_BGR, V4L2_PIX_FMT_BGR24 },
  { GST_VIDEO_FORMAT_RGB16, V4L2_PIX_FMT_RGB565 },
  { GST_VIDEO_FORMAT_BGR16 },
  { GST_VIDEO_FORMAT_RGB15, V4L2_PIX_FMT_XRGB555,
      .v4l2_old = V4L2_PIX_FMT_RGB555 },
  { GST_VIDEO_FORMAT_BGR15, V4L2_PIX_FMT_XBGR555, .drm = DRM_FORMAT_XBGR1555 },
  { GST_VIDEO_FORMAT_BGR10A2_LE, V4L2_PIX_FMT_ARGB2101010 },
  { GST_VIDEO_FORMAT_RGB10A2_LE, .drm = DRM_FORMAT_ABGR2101010 },
#if GST_CHECK_VERSION(1, 28, 0)
  { GST_VIDEO_FORMAT_BGR10x2_LE, .drm = DRM_FORMAT_XRGB2101010 },
  { GST_VIDEO_FORMAT_RGB10x2_LE, .drm = DRM_FORMAT_XBGR2101010 },
#endif
  { GST_VIDEO_FORMAT_BGRA64_LE, .drm = DRM_FORMAT_ARGB16161616 },
  { GST_VIDEO_FORMAT_RGBA64_LE, .drm = DRM_FORMAT_ABGR16161616 },

  /* grey */
  { GST_VIDEO_FORMAT_GRAY8, V4L2_PIX_FMT_GREY },
  { GST_VIDEO_FORMAT_GRAY16_LE, V4L2_PIX_FMT_Y16 },
  { GST_VIDEO_FORMAT_GRAY16_BE, V4L2_PIX_FMT_Y16_BE },
#if GST_CHECK_VERSION(1, 26, 0)
  { GST_VIDEO_FORMAT_GRAY10_LE16, V4L2_PIX_FMT_Y10, .drm = DRM_FORMAT_R10 },
#endif

  /* tiles */
  { GST_VIDEO_FORMAT_NV12_4L4, V4L2_PIX_FMT_NV12_4L4 },
  { GST_VIDEO_FORMAT_NV12_10LE40_4L4, V4L2_PIX_FMT_NV15_4L4 },
  { GST_VIDEO_FORMAT_NV12_32L32, V4L2_PIX_FMT_NV12_32L32,
      .drm = DRM_FORMAT_NV12, .modifier = DRM_FORMAT_MOD_ALLWINNER_TILED },
  { GST_VIDEO_FORMAT_NV12_8L128, V4L2_PIX_FMT_NV12_8L128,
      V4L2_PIX_FMT_NV12M_8L128 },
  { GST_VIDEO_FORMAT_NV12_10BE_8L128, V4L2_PIX_FMT_NV12_10BE_8L128,
      V4L2_PIX_FMT_NV12M_10BE_8L128 },
  { GST_VIDEO_FORMAT_NV12_64Z32, 0, V4L2_PIX_FMT_NV12MT },
  { GST_VIDEO_FORMAT_NV12_16L32S, 0, V4L2_PIX_FMT_MM21 },
  { GST_VIDEO_FORMAT_MT2110T, 0, V4L2_PIX_FMT_MT2110T },
  { GST_VIDEO_FORMAT_MT2110R, 0, V4L2_PIX_FMT_MT2110R },
};

static const FormatRow *
row_of_v4l2 (guint32 fourcc)
{
  if (fourcc == 0)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].v4l2 == fourcc || formats[i].v4l2_separate == fourcc ||
        formats[i].v4l2_old == fourcc)
      return &formats[i];
  return NULL;
}

static const FormatRow *
row_of_format (GstVideoFormat format)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].format == format)
      return &formats[i];
  return NULL;
}

GstVideoFormat
gst_zc_format_from_v4l2 (guint32 fourcc)
{
  const FormatRow *row = row_of_v4l2 (fourcc);

  return row ? row->format : GST_VIDEO_FORMAT_UNKNOWN;
}

guint32
gst_zc_format_to_v4l2 (GstVideoFormat format, gboolean separate_planes)
{
  const FormatRow *row = row_of_format (format);

  if (!row)
    return 0;
  return separate_planes ? row->v4l2_separate : row->v4l2;
}

guint
gst_zc_format_v4l2_n_memories (guint32 fourcc)
{
  const FormatRow *row = row_of_v4l2 (fourcc);

  if (!row)
    return 0;
  return row->v4l2_separate == fourcc ? gst_zc_format_get_n_planes (row->format)
                                      : 1;
}

#if GST_CHECK_VERSION(1, 26, 0)
static GstVideoFormat
libgstvideo_from_drm (guint32 fourcc, guint64 modifier)
{
  return gst_video_dma_drm_format_to_gst_format (fourcc, modifier);
}

static guint32
libgstvideo_to_drm (GstVideoFormat format, guint64 *modifier)
{
  return gst_video_dma_drm_format_from_gst_format (format, modifier);
}
#else
static guint32
libgstvideo_to_drm (GstVideoFormat format, guint64 *modifier)
{
  *modifier = DRM_FORMAT_MOD_LINEAR;
  if (gst_zc_format_get_tile (format, 0, NULL, NULL))
    return DRM_FORMAT_INVALID;
  return gst_video_dma_drm_fourcc_from_format (format);
}

/* gst_video_dma_drm_fourcc_to_format() may answer with tiles. */
static GstVideoFormat
libgstvideo_from_drm (guint32 fourcc, guint64 modifier)
{
  guint64 linear;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (modifier == DRM_FORMAT_MOD_LINEAR &&
        libgstvideo_to_drm (formats[i].format, &linear) == fourcc)
      return formats[i].format;
  return GST_VIDEO_FORMAT_UNKNOWN;
}
#endif

GstVideoFormat
gst_zc_format_from_drm (guint32 fourcc, guint64 modifier)
{
  GstVideoFormat format;

  if (fourcc == DRM_FORMAT_INVALID || modifier == DRM_FORMAT_MOD_INVALID)
    return GST_VIDEO_FORMAT_UNKNOWN;

  format = libgstvideo_from_drm (fourcc, modifier);
  if (format != GST_VIDEO_FORMAT_UNKNOWN)
    return format;
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].drm == fourcc && formats[i].modifier == modifier)
      return formats[i].format;
  return GST_VIDEO_FORMAT_UNKNOWN;
}

guint32
gst_zc_format_to_drm (GstVideoFormat format, guint64 *modifier)
{
  const FormatRow *row = row_of_format (format);
  guint64 ours = DRM_FORMAT_MOD_INVALID;
  guint32 fourcc = DRM_FORMAT_INVALID;

  /* what is in no table of libgstvideo is a critical warning to it */
  if (gst_zc_format_get_n_planes (format) > 0)
    fourcc = libgstvideo_to_drm (format, &ours);
  if (fourcc == DRM_FORMAT_INVALID && row && row->drm) {
    fourcc = row->drm;
    ours = row->modifier;
  }
  if (modifier)
    *modifier = fourcc == DRM_FORMAT_INVALID ? DRM_FORMAT_MOD_INVALID : ours;
  return fourcc;
}

GstVideoFormat
gst_zc_format_nth (guint n)
{
  return n < G_N_ELEMENTS (formats) ? formats[n].format
                                    : GST_VIDEO_FORMAT_UNKNOWN;
}

static const GstVideoFormatInfo *
get_info (GstVideoFormat format)
{
  const GstVideoFormatInfo *info;

  if (format <= GST_VIDEO_FORMAT_ENCODED || format == GST_VIDEO_FORMAT_DMA_DRM)
    return NULL;
  info = gst_video_format_get_info (format);
  return info && !(info->flags & GST_VIDEO_FORMAT_FLAG_PALETTE) ? info : NULL;
}

/* The components of a plane, n of them; 0 if there is no such plane. */
static guint
get_components (const GstVideoFormatInfo *info, guint plane, gint *components)
{
  guint n = 0;

  if (!info || plane >= info->n_planes)
    return 0;
  gst_video_format_info_component (info, plane, components);
  while (n < GST_VIDEO_MAX_COMPONENTS && components[n] >= 0)
    n++;
  return n;
}

guint
gst_zc_format_get_n_planes (GstVideoFormat format)
{
  const GstVideoFormatInfo *info = get_info (format);

  return info ? info->n_planes : 0;
}

gboolean
gst_zc_format_get_subsampling (
    GstVideoFormat format, guint plane, guint *horizontal, guint *vertical)
{
  const GstVideoFormatInfo *info = get_info (format);
  gint components[GST_VIDEO_MAX_COMPONENTS];

  if (get_components (info, plane, components) == 0)
    return FALSE;
  if (horizontal)
    *horizontal = 1u << info->w_sub[components[0]];
  if (vertical)
    *vertical = 1u << info->h_sub[components[0]];
  return TRUE;
}

gboolean
gst_zc_format_get_tile (
    GstVideoFormat format, guint plane, guint *row_bytes, guint *lines)
{
  const GstVideoFormatInfo *info = get_info (format);

  if (!info || plane >= info->n_planes ||
      !GST_VIDEO_FORMAT_INFO_IS_TILED (info))
    return FALSE;
  if (row_bytes)
    *row_bytes = GST_VIDEO_FORMAT_INFO_TILE_STRIDE (info, plane);
  if (lines)
    *lines = GST_VIDEO_FORMAT_INFO_TILE_HEIGHT (info, plane);
  return TRUE;
}

/* Samples that share bytes, or tiles. */
static guint
libgstvideo_row_bytes (GstVideoFormat format, guint plane, guint width)
{
  GstVideoInfo info;
  guint tile;

  if (width > G_MAXINT || !gst_video_info_set_format (&info, format, width, 1))
    return 0;
  if (gst_zc_format_get_tile (format, plane, &tile, NULL))
    return tile * GST_VIDEO_TILE_X_TILES (info.stride[plane]);
  return info.stride[plane];
}

guint
gst_zc_format_get_row_bytes (GstVideoFormat format, guint plane, guint width)
{
  const GstVideoFormatInfo *info = get_info (format);
  gint components[GST_VIDEO_MAX_COMPONENTS];
  guint n = get_components (info, plane, components);
  guint64 bytes = 0;

  for (guint i = 0; i < n; i++) {
    guint64 per_sample = info->pixel_stride[components[i]];
    guint sub = info->w_sub[components[i]];
    guint64 samples = ((guint64) width + (1u << sub) - 1) >> sub;

    if (per_sample == 0 || GST_VIDEO_FORMAT_INFO_IS_TILED (info))
      return libgstvideo_row_bytes (format, plane, width);
    bytes = MAX (bytes, samples * per_sample);
  }
  return bytes <= G_MAXINT ? bytes : 0;
}

guint
gst_zc_format_get_rows (GstVideoFormat format, guint plane, guint height)
{
  guint vertical;

  if (!gst_zc_format_get_subsampling (format, plane, NULL, &vertical))
    return 0;
  return ((guint64) height + vertical - 1) / vertical;
}

guint
gst_zc_format_get_linked_stride (
    GstVideoFormat format, guint plane, guint stride)
{
  const GstVideoFormatInfo *info = get_info (format);
  gint components[GST_VIDEO_MAX_COMPONENTS];
  guint n = get_components (info, plane, components);
  guint64 linked = stride;

  if (n == 0 || stride > G_MAXINT || GST_VIDEO_FORMAT_INFO_IS_TILED (info))
    return 0;
  if (plane > 0) {
    guint sub = info->w_sub[components[0]];

    linked = (linked * n + (1u << sub) - 1) >> sub;
  }
  return linked <= G_MAXINT ? linked : 0;
}
