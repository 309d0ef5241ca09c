/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

/* The kernel's own words. */
#define VIDEODEV2 "/usr/include/linux/videodev2.h"

/* What the kernel's documentation says of how pixels lie in memory, written
 * down again here by hand: V4L2 code, DRM code, GStreamer's name. */
static const struct {
  guint32 v4l2;
  guint32 drm;
  GstVideoFormat format;
} by_memory_order[] = {
  { V4L2_PIX_FMT_XBGR32, DRM_FORMAT_XRGB8888, GST_VIDEO_FORMAT_BGRx },
  { V4L2_PIX_FMT_ABGR32, DRM_FORMAT_ARGB8888, GST_VIDEO_FORMAT_BGRA },
  { V4L2_PIX_FMT_RGBX32, DRM_FORMAT_XBGR8888, GST_VIDEO_FORMAT_RGBx },
  { V4L2_PIX_FMT_RGBA32, DRM_FORMAT_ABGR8888, GST_VIDEO_FORMAT_RGBA },
  { V4L2_PIX_FMT_XRGB32, DRM_FORMAT_BGRX8888, GST_VIDEO_FORMAT_xRGB },
  { V4L2_PIX_FMT_ARGB32, DRM_FORMAT_BGRA8888, GST_VIDEO_FORMAT_ARGB },
  { V4L2_PIX_FMT_BGRX32, DRM_FORMAT_RGBX8888, GST_VIDEO_FORMAT_xBGR },
  { V4L2_PIX_FMT_BGRA32, DRM_FORMAT_RGBA8888, GST_VIDEO_FORMAT_ABGR },
  { V4L2_PIX_FMT_RGB24, DRM_FORMAT_BGR888, GST_VIDEO_FORMAT_RGB },
  { V4L2_PIX_FMT_BGR24, DRM_FORMAT_RGB888, GST_VIDEO_FORMAT_BGR },
  { V4L2_PIX_FMT_RGB565, DRM_FORMAT_RGB565, GST_VIDEO_FORMAT_RGB16 },
  { V4L2_PIX_FMT_XRGB555, DRM_FORMAT_XRGB1555, GST_VIDEO_FORMAT_RGB15 },
  { V4L2_PIX_FMT_XBGR555, DRM_FORMAT_XBGR1555, GST_VIDEO_FORMAT_BGR15 },
  { V4L2_PIX_FMT_ARGB2101010, DRM_FORMAT_ARGB2101010,
      GST_VIDEO_FORMAT_BGR10A2_LE },
  { V4L2_PIX_FMT_YUYV, DRM_FORMAT_YUYV, GST_VIDEO_FORMAT_YUY2 },
  { V4L2_PIX_FMT_UYVY, DRM_FORMAT_UYVY, GST_VIDEO_FORMAT_UYVY },
  { V4L2_PIX_FMT_YVYU, DRM_FORMAT_YVYU, GST_VIDEO_FORMAT_YVYU },
  { V4L2_PIX_FMT_VYUY, DRM_FORMAT_VYUY, GST_VIDEO_FORMAT_VYUY },
  { V4L2_PIX_FMT_Y210, DRM_FORMAT_Y210, GST_VIDEO_FORMAT_Y210 },
  { V4L2_PIX_FMT_Y212, DRM_FORMAT_Y212, GST_VIDEO_FORMAT_Y212_LE },
#if GST_CHECK_VERSION(1, 26, 0)
  { V4L2_PIX_FMT_Y216, DRM_FORMAT_Y216, GST_VIDEO_FORMAT_Y216_LE },
  { V4L2_PIX_FMT_GREY, DRM_FORMAT_R8, GST_VIDEO_FORMAT_GRAY8 },
  { V4L2_PIX_FMT_Y10, DRM_FORMAT_R10, GST_VIDEO_FORMAT_GRAY10_LE16 },
  { V4L2_PIX_FMT_Y16, DRM_FORMAT_R16, GST_VIDEO_FORMAT_GRAY16_LE },
#endif
  { V4L2_PIX_FMT_YUV24, DRM_FORMAT_VUY888, GST_VIDEO_FORMAT_v308 },
  { V4L2_PIX_FMT_VUYA32, DRM_FORMAT_AYUV, GST_VIDEO_FORMAT_VUYA },
  { V4L2_PIX_FMT_NV12, DRM_FORMAT_NV12, GST_VIDEO_FORMAT_NV12 },
  { V4L2_PIX_FMT_NV21, DRM_FORMAT_NV21, GST_VIDEO_FORMAT_NV21 },
  { V4L2_PIX_FMT_NV16, DRM_FORMAT_NV16, GST_VIDEO_FORMAT_NV16 },
  { V4L2_PIX_FMT_NV61, DRM_FORMAT_NV61, GST_VIDEO_FORMAT_NV61 },
  { V4L2_PIX_FMT_NV24, DRM_FORMAT_NV24, GST_VIDEO_FORMAT_NV24 },
  { V4L2_PIX_FMT_P010, DRM_FORMAT_P010, GST_VIDEO_FORMAT_P010_10LE },
  { V4L2_PIX_FMT_P012, DRM_FORMAT_P012, GST_VIDEO_FORMAT_P012_LE },
  { V4L2_PIX_FMT_P012M, DRM_FORMAT_P012, GST_VIDEO_FORMAT_P012_LE },
  { v4l2_fourcc ('N', 'V', '1', '5'), DRM_FORMAT_NV15,
      GST_VIDEO_FORMAT_NV12_10LE40 },
#if GST_CHECK_VERSION(1, 28, 0)
  { v4l2_fourcc ('N', 'V', '2', '0'), DRM_FORMAT_NV20,
      GST_VIDEO_FORMAT_NV16_10LE40 },
#endif
  { V4L2_PIX_FMT_YUV420, DRM_FORMAT_YUV420, GST_VIDEO_FORMAT_I420 },
  { V4L2_PIX_FMT_YVU420, DRM_FORMAT_YVU420, GST_VIDEO_FORMAT_YV12 },
  { V4L2_PIX_FMT_YUV422P, DRM_FORMAT_YUV422, GST_VIDEO_FORMAT_Y42B },
  { V4L2_PIX_FMT_YUV444M, DRM_FORMAT_YUV444, GST_VIDEO_FORMAT_Y444 },
  { V4L2_PIX_FMT_YUV411P, DRM_FORMAT_YUV411, GST_VIDEO_FORMAT_Y41B },
  { V4L2_PIX_FMT_YUV410, DRM_FORMAT_YUV410, GST_VIDEO_FORMAT_YUV9 },
  { V4L2_PIX_FMT_YVU410, DRM_FORMAT_YVU410, GST_VIDEO_FORMAT_YVU9 },
};

GST_START_TEST (codes_agree_by_memory_order)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_memory_order); i++) {
    GstVideoFormat format = gst_zc_format_from_v4l2 (by_memory_order[i].v4l2);
    guint64 modifier;

    fail_unless (format == by_memory_order[i].format, "row %u: %s", i,
        gst_video_format_to_string (format));
    fail_unless (
        gst_zc_format_to_drm (format, &modifier) == by_memory_order[i].drm,
        "row %u: another DRM code for %s", i,
        gst_video_format_to_string (format));
    fail_unless (modifier == DRM_FORMAT_MOD_LINEAR);
    fail_unless (gst_zc_format_from_drm (by_memory_order[i].drm, 0) == format,
        "row %u", i);
  }
}
GST_END_TEST;

/* The same of tiles (pixfmt-yuv-planar.rst): bytes of a line of a tile, lines
 * of a tile of luma and of one of chroma. */
static const struct {
  guint32 v4l2;
  GstVideoFormat format;
  guint row_bytes, lines[2];
} tiles[] = {
  { V4L2_PIX_FMT_NV12_4L4, GST_VIDEO_FORMAT_NV12_4L4, 4, { 4, 4 } },
  { V4L2_PIX_FMT_NV15_4L4, GST_VIDEO_FORMAT_NV12_10LE40_4L4, 5, { 4, 4 } },
  { V4L2_PIX_FMT_NV12_32L32, GST_VIDEO_FORMAT_NV12_32L32, 32, { 32, 32 } },
  { V4L2_PIX_FMT_NV12_8L128, GST_VIDEO_FORMAT_NV12_8L128, 8, { 128, 128 } },
  { V4L2_PIX_FMT_NV12M_8L128, GST_VIDEO_FORMAT_NV12_8L128, 8, { 128, 128 } },
  { V4L2_PIX_FMT_NV12_10BE_8L128, GST_VIDEO_FORMAT_NV12_10BE_8L128, 8,
      { 128, 128 } },
  { V4L2_PIX_FMT_NV12M_10BE_8L128, GST_VIDEO_FORMAT_NV12_10BE_8L128, 8,
      { 128, 128 } },
  { V4L2_PIX_FMT_NV12MT, GST_VIDEO_FORMAT_NV12_64Z32, 64, { 32, 32 } },
  { V4L2_PIX_FMT_MM21, GST_VIDEO_FORMAT_NV12_16L32S, 16, { 32, 16 } },
  { V4L2_PIX_FMT_MT2110T, GST_VIDEO_FORMAT_MT2110T, 20, { 32, 16 } },
  { V4L2_PIX_FMT_MT2110R, GST_VIDEO_FORMAT_MT2110R, 20, { 32, 16 } },
};

GST_START_TEST (tiles_are_those_that_the_kernel_documents)
{
  GstVideoFormat format;
  guint bytes, lines;

  for (guint i = 0; i < G_N_ELEMENTS (tiles); i++) {
    format = gst_zc_format_from_v4l2 (tiles[i].v4l2);
    fail_unless (format == tiles[i].format, "row %u: %s", i,
        gst_video_format_to_string (format));
    for (guint p = 0; p < 2; p++) {
      fail_unless (gst_zc_format_get_tile (format, p, &bytes, &lines));
      fail_unless (bytes == tiles[i].row_bytes, "row %u: %u", i, bytes);
      fail_unless (lines == tiles[i].lines[p], "row %u: %u", i, lines);
    }
  }
  /* no row of the table is without an expectation */
  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    guint n = 0;

    for (guint j = 0; j < G_N_ELEMENTS (tiles); j++)
      n += tiles[j].format == format;
    fail_unless ((n > 0) == gst_zc_format_get_tile (format, 0, NULL, NULL),
        "%s", gst_video_format_to_string (format));
  }
}
GST_END_TEST;

/* drm_fourcc.h: "the luminance samples are disposed in tiles representing 32x32
 * pixels and the chrominance samples in tiles representing 32x64 pixels", which
 * are 32 lines of 32 bytes both; and V4L2_PIX_FMT_NV12_32L32 has another name,
 * V4L2_PIX_FMT_SUNXI_TILED_NV12. libgstvideo has no modifier for it. */
GST_START_TEST (tiles_of_32_by_32_are_allwinners)
{
  guint64 modifier;

  fail_unless_equals_int (V4L2_PIX_FMT_SUNXI_TILED_NV12,
      gst_zc_format_to_v4l2 (GST_VIDEO_FORMAT_NV12_32L32, FALSE));
  fail_unless_equals_int (
      gst_zc_format_to_drm (GST_VIDEO_FORMAT_NV12_32L32, &modifier),
      DRM_FORMAT_NV12);
  fail_unless_equals_uint64 (modifier, DRM_FORMAT_MOD_ALLWINNER_TILED);
  fail_unless_equals_int (
      gst_zc_format_from_drm (DRM_FORMAT_NV12, DRM_FORMAT_MOD_ALLWINNER_TILED),
      GST_VIDEO_FORMAT_NV12_32L32);
  fail_unless_equals_int (
      gst_zc_format_from_drm (DRM_FORMAT_NV21, DRM_FORMAT_MOD_ALLWINNER_TILED),
      GST_VIDEO_FORMAT_UNKNOWN);
  /* others are linear alone */
  fail_unless_equals_int (
      gst_zc_format_from_drm (DRM_FORMAT_P016, DRM_FORMAT_MOD_ALLWINNER_TILED),
      GST_VIDEO_FORMAT_UNKNOWN);
}
GST_END_TEST;

/* Bytes as the kernel's documents draw them, unpacked by libgstvideo: pure
 * colours where V4L2 and DRM put them. */
static const struct {
  GstVideoFormat format;
  guint8 bytes[8];
  guint8 first[4]; /* alpha, red or luma, green or U, blue or V */
} pixels[] = {
  { GST_VIDEO_FORMAT_RGB16, { 0x00, 0xf8 }, { 255, 255, 0, 0 } },
  { GST_VIDEO_FORMAT_BGR16, { 0x00, 0xf8 }, { 255, 0, 0, 255 } },
  { GST_VIDEO_FORMAT_RGB15, { 0x00, 0x7c }, { 255, 255, 0, 0 } },
  { GST_VIDEO_FORMAT_BGR15, { 0x00, 0x7c }, { 255, 0, 0, 255 } },
  { GST_VIDEO_FORMAT_BGR10A2_LE, { 0xff, 0x03, 0, 0xc0 }, { 192, 0, 0, 255 } },
  { GST_VIDEO_FORMAT_RGB10A2_LE, { 0xff, 0x03, 0, 0xc0 }, { 192, 255, 0, 0 } },
  { GST_VIDEO_FORMAT_BGRA64_LE, { 0, 0x11, 0, 0x22, 0, 0x33, 0, 0x44 },
      { 0x44, 0x33, 0x22, 0x11 } },
  { GST_VIDEO_FORMAT_RGBA64_LE, { 0, 0x11, 0, 0x22, 0, 0x33, 0, 0x44 },
      { 0x44, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_v308, { 0x11, 0x22, 0x33 }, { 255, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_AYUV, { 0x44, 0x11, 0x22, 0x33 },
      { 0x44, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_VUYA, { 0x33, 0x22, 0x11, 0x44 },
      { 0x44, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_Y210, { 0, 0x11, 0, 0x22, 0, 0x55, 0, 0x33 },
      { 255, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_Y212_LE, { 0, 0x11, 0, 0x22, 0, 0x55, 0, 0x33 },
      { 255, 0x11, 0x22, 0x33 } },
#if GST_CHECK_VERSION(1, 26, 0)
  { GST_VIDEO_FORMAT_Y216_LE, { 0, 0x11, 0, 0x22, 0, 0x55, 0, 0x33 },
      { 255, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_Y416_LE, { 0, 0x22, 0, 0x11, 0, 0x33, 0, 0x44 },
      { 0x44, 0x11, 0x22, 0x33 } },
  { GST_VIDEO_FORMAT_GRAY10_LE16, { 0xff, 0x03 }, { 255, 255, 128, 128 } },
#endif
  { GST_VIDEO_FORMAT_GRAY16_LE, { 0x00, 0x11 }, { 255, 0x11, 128, 128 } },
  { GST_VIDEO_FORMAT_GRAY16_BE, { 0x11, 0x00 }, { 255, 0x11, 128, 128 } },
};

GST_START_TEST (bits_lie_where_the_kernel_puts_them)
{
  for (guint i = 0; i < G_N_ELEMENTS (pixels); i++) {
    const GstVideoFormatInfo *info = gst_video_format_get_info (
        pixels[i].format);
    guint deep = GST_VIDEO_FORMAT_INFO_BITS (
                     gst_video_format_get_info (info->unpack_format)) > 8;
    guint8 line[64] = { 0 }, unpacked[128] = { 0 };
    gpointer data[GST_VIDEO_MAX_PLANES] = { line };
    gint stride[GST_VIDEO_MAX_PLANES] = { sizeof (line) };

    memcpy (line, pixels[i].bytes, sizeof (pixels[i].bytes));
    info->unpack_func (
        info, GST_VIDEO_PACK_FLAG_NONE, unpacked, data, stride, 0, 0, 2);
    for (guint c = 0; c < 4; c++) {
      guint8 got = deep ? unpacked[2 * c + 1] : unpacked[c];

      fail_unless (got == pixels[i].first[c], "%s: component %u is %u",
          info->name, c, got);
    }
  }
}
GST_END_TEST;

GST_START_TEST (every_format_is_there_once)
{
  GstVideoFormat format, other;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    fail_unless (gst_video_format_get_info (format) != NULL);
    for (guint j = 0; j < i; j++) {
      other = gst_zc_format_nth (j);
      fail_if (other == format, "rows %u and %u are both %s", j, i,
          gst_video_format_to_string (format));
    }
  }
  fail_unless (gst_zc_format_nth (0) != GST_VIDEO_FORMAT_UNKNOWN);
  fail_unless (gst_zc_format_nth (G_MAXUINT) == GST_VIDEO_FORMAT_UNKNOWN);
}
GST_END_TEST;

GST_START_TEST (separate_planes_are_told_apart)
{
  static const guint32 pairs[][3] = {
    { V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV12M, 2 },
    { V4L2_PIX_FMT_NV21, V4L2_PIX_FMT_NV21M, 2 },
    { V4L2_PIX_FMT_NV16, V4L2_PIX_FMT_NV16M, 2 },
    { V4L2_PIX_FMT_NV61, V4L2_PIX_FMT_NV61M, 2 },
    { V4L2_PIX_FMT_P012, V4L2_PIX_FMT_P012M, 2 },
    { V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YUV420M, 3 },
    { V4L2_PIX_FMT_YVU420, V4L2_PIX_FMT_YVU420M, 3 },
    { V4L2_PIX_FMT_YUV422P, V4L2_PIX_FMT_YUV422M, 3 },
    { V4L2_PIX_FMT_NV12_8L128, V4L2_PIX_FMT_NV12M_8L128, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    fail_unless_equals_int (gst_zc_format_from_v4l2 (pairs[i][0]),
        gst_zc_format_from_v4l2 (pairs[i][1]));
    fail_unless_equals_int (gst_zc_format_v4l2_n_memories (pairs[i][0]), 1);
    fail_unless_equals_int (
        gst_zc_format_v4l2_n_memories (pairs[i][1]), pairs[i][2]);
  }
}
GST_END_TEST;

GST_START_TEST (codes_lead_back_to_themselves)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    const char *name = gst_video_format_to_string (format);
    guint32 one = gst_zc_format_to_v4l2 (format, FALSE);
    guint32 separate = gst_zc_format_to_v4l2 (format, TRUE);
    guint64 modifier = 1;
    guint32 drm = gst_zc_format_to_drm (format, &modifier);

    fail_unless (one || separate || drm, "%s is known to nobody", name);
    fail_if (one && gst_zc_format_from_v4l2 (one) != format, "%s", name);
    fail_if (one && gst_zc_format_v4l2_n_memories (one) != 1, "%s", name);
    fail_if (
        separate && gst_zc_format_from_v4l2 (separate) != format, "%s", name);
    fail_if (
        separate && gst_zc_format_v4l2_n_memories (separate) < 2, "%s", name);
    fail_if (
        drm && gst_zc_format_from_drm (drm, modifier) != format, "%s", name);
    fail_if (!drm && modifier != DRM_FORMAT_MOD_INVALID, "%s", name);
  }
}
GST_END_TEST;

GST_START_TEST (old_names_are_the_formats_without_alpha)
{
  static const guint32 old[][2] = {
    { V4L2_PIX_FMT_RGB32, V4L2_PIX_FMT_XRGB32 },
    { V4L2_PIX_FMT_BGR32, V4L2_PIX_FMT_XBGR32 },
    { V4L2_PIX_FMT_RGB555, V4L2_PIX_FMT_XRGB555 },
    /* the exception: XYUV32 is no GstVideoFormat */
    { V4L2_PIX_FMT_YUV32, V4L2_PIX_FMT_AYUV32 },
  };

  fail_unless_equals_int (
      gst_zc_format_from_v4l2 (V4L2_PIX_FMT_XYUV32), GST_VIDEO_FORMAT_UNKNOWN);
  fail_unless_equals_int (
      gst_zc_format_from_v4l2 (V4L2_PIX_FMT_AYUV32), GST_VIDEO_FORMAT_AYUV);

  for (guint i = 0; i < G_N_ELEMENTS (old); i++) {
    GstVideoFormat format = gst_zc_format_from_v4l2 (old[i][0]);

    fail_unless (format != GST_VIDEO_FORMAT_UNKNOWN);
    fail_unless_equals_int (gst_zc_format_to_v4l2 (format, FALSE), old[i][1]);
    fail_unless_equals_int (gst_zc_format_v4l2_n_memories (old[i][0]), 1);
  }
}
GST_END_TEST;

GST_START_TEST (unknown_codes_are_unknown)
{
  static const guint32 codes[] = { 0, G_MAXUINT32, V4L2_PIX_FMT_MJPEG,
    V4L2_PIX_FMT_H264, V4L2_PIX_FMT_SBGGR8, V4L2_PIX_FMT_YUV444,
    V4L2_PIX_FMT_RGB565X, V4L2_PIX_FMT_ARGB555 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    fail_unless_equals_int (
        gst_zc_format_from_v4l2 (codes[i]), GST_VIDEO_FORMAT_UNKNOWN);
    fail_unless_equals_int (gst_zc_format_v4l2_n_memories (codes[i]), 0);
  }
  fail_unless_equals_int (
      gst_zc_format_to_v4l2 (GST_VIDEO_FORMAT_UNKNOWN, FALSE), 0);
  fail_unless_equals_int (
      gst_zc_format_from_drm (0, 0), GST_VIDEO_FORMAT_UNKNOWN);
  fail_unless_equals_int (
      gst_zc_format_from_drm (DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_INVALID),
      GST_VIDEO_FORMAT_UNKNOWN);
  fail_unless_equals_int (
      gst_zc_format_to_drm (GST_VIDEO_FORMAT_UNKNOWN, NULL), 0);
}
GST_END_TEST;

/* A newer libgstvideo that learns a code of ours must mean the same by it. */
GST_START_TEST (drm_codes_are_those_of_libgstvideo)
{
  GstVideoFormat format;
  guint n = 0;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    guint32 theirs = gst_video_dma_drm_fourcc_from_format (format);

    if (theirs == 0)
      continue;
    fail_unless_equals_int (gst_zc_format_to_drm (format, NULL), theirs);
    fail_unless_equals_int (gst_zc_format_from_drm (theirs, 0), format);
    n++;
  }
  fail_unless (n > 20, "%u", n);
}
GST_END_TEST;

static gboolean
in_table (GstVideoFormat wanted)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++)
    if (format == wanted)
      return TRUE;
  return FALSE;
}

GST_START_TEST (what_libgstvideo_shows_to_displays_is_in_the_table)
{
  /* the last that this test knows of: later ones are no fault */
  for (gint i = GST_VIDEO_FORMAT_I420; i <= GST_VIDEO_FORMAT_RBGA; i++) {
    if (i == GST_VIDEO_FORMAT_DMA_DRM)
      continue;
    fail_if (gst_zc_format_to_drm (i, NULL) && !in_table (i), "%s",
        gst_video_format_to_string (i));
  }
}
GST_END_TEST;

GST_START_TEST (only_these_have_no_code_for_displays)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    if (format == GST_VIDEO_FORMAT_AYUV ||
        format == GST_VIDEO_FORMAT_NV12_8L128 ||
        format == GST_VIDEO_FORMAT_NV12_10BE_8L128)
      continue;
#if !GST_CHECK_VERSION(1, 26, 0)
    if ((gst_zc_format_get_tile (format, 0, NULL, NULL) &&
            format != GST_VIDEO_FORMAT_NV12_32L32) ||
        GST_VIDEO_FORMAT_INFO_IS_GRAY (gst_video_format_get_info (format)))
      continue;
#endif
    fail_unless (gst_zc_format_to_drm (format, NULL) != 0, "%s",
        gst_video_format_to_string (format));
  }
}
GST_END_TEST;

/* The header's line for a code: its name and, of the comment behind it, the
 * bits of a pixel, 0 if it does not say. */
static GHashTable *
read_header (void)
{
  g_autoptr (GRegex) line = g_regex_new (
      "^#define\\s+V4L2_PIX_FMT_(\\w+)\\s+v4l2_fourcc(_be)?\\('(.)', '(.)', "
      "'(.)', '(.)'\\)(?:\\s*/\\*\\s*(\\d+) )?",
      G_REGEX_MULTILINE, 0, NULL);
  GHashTable *codes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *text = NULL;

  if (!g_file_get_contents (VIDEODEV2, &text, NULL, NULL))
    runner_skip ("there is no " VIDEODEV2);
  for (g_regex_match (line, text, 0, &match); g_match_info_matches (match);
      g_match_info_next (match, NULL)) {
    g_auto (GStrv) part = g_match_info_fetch_all (match);
    guint32 code = v4l2_fourcc (part[3][0], part[4][0], part[5][0], part[6][0]);

    if (part[2][0])
      code |= 1u << 31;
    fail_if (
        g_hash_table_contains (codes, GUINT_TO_POINTER (code)), "%s", part[0]);
    g_hash_table_insert (
        codes, GUINT_TO_POINTER (code), g_strdup (part[7] ? part[7] : "0"));
  }
  fail_unless (g_hash_table_size (codes) > 150);
  return codes;
}

/* Newer than the oldest header that is built against. */
static gboolean
is_new (guint32 fourcc)
{
  return fourcc == v4l2_fourcc ('N', 'V', '1', '5') ||
         fourcc == v4l2_fourcc ('N', 'V', '2', '0');
}

GST_START_TEST (every_code_is_in_the_kernels_header)
{
  g_autoptr (GHashTable) codes = read_header ();
  GstVideoFormat format;
  guint n = 0;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++)
    for (guint separate = 0; separate < 2; separate++) {
      guint32 code = gst_zc_format_to_v4l2 (format, separate);

      if (code == 0)
        continue;
      fail_unless (g_hash_table_contains (codes, GUINT_TO_POINTER (code)) ||
                       is_new (code),
          "%s: %08x", gst_video_format_to_string (format), code);
      n++;
    }
  fail_unless (n > 50, "%u", n);
}
GST_END_TEST;

/* Bits of a pixel in memory, over a picture that all sub-samplings and tiles
 * divide. */
static guint
bits_in_memory (GstVideoFormat format)
{
  GstVideoInfo info;

  gst_video_info_set_format (&info, format, 1920, 1280);
  return GST_VIDEO_INFO_SIZE (&info) * 8 / (1920 * 1280);
}

static guint
bits_of_meaning (GstVideoFormat format)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);
  guint bits = 0;

  for (guint i = 0; i < info->n_components; i++)
    bits += 16 * info->depth[i] >> info->w_sub[i] >> info->h_sub[i];
  return bits / 16;
}

/* The header's comments count one or the other. */
GST_START_TEST (pixels_are_as_large_as_the_kernels_header_says)
{
  g_autoptr (GHashTable) codes = read_header ();
  GHashTableIter iter;
  gpointer code, text;
  guint n = 0;

  g_hash_table_iter_init (&iter, codes);
  while (g_hash_table_iter_next (&iter, &code, &text)) {
    GstVideoFormat format = gst_zc_format_from_v4l2 (GPOINTER_TO_UINT (code));
    guint bits = atoi (text);

    /* a slip of the pen in the header */
    if (format == GST_VIDEO_FORMAT_UNKNOWN || bits == 0 ||
        GPOINTER_TO_UINT (code) == V4L2_PIX_FMT_NV21M)
      continue;
    fail_unless (
        bits == bits_in_memory (format) || bits == bits_of_meaning (format),
        "%s: %u bits in the header, %u in memory, %u of them used",
        gst_video_format_to_string (format), bits, bits_in_memory (format),
        bits_of_meaning (format));
    n++;
  }
  fail_unless (n > 40, "%u", n);
}
GST_END_TEST;

GST_START_TEST (planes_and_sampling_are_libgstvideos)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    const GstVideoFormatInfo *info = gst_video_format_get_info (format);

    fail_unless_equals_int (
        gst_zc_format_get_n_planes (format), info->n_planes);
    for (guint c = 0; c < info->n_components; c++) {
      guint horizontal = 0, vertical = 0;

      fail_unless (gst_zc_format_get_subsampling (
          format, info->plane[c], &horizontal, &vertical));
      fail_if (info->n_planes > 1 && horizontal != 1u << info->w_sub[c], "%s",
          info->name);
      fail_if (vertical != 1u << info->h_sub[c], "%s", info->name);
    }
    fail_if (
        gst_zc_format_get_subsampling (format, info->n_planes, NULL, NULL));
  }
}
GST_END_TEST;

GST_START_TEST (tiles_are_told_from_lines)
{
  guint bytes, lines;

  fail_unless (
      gst_zc_format_get_tile (GST_VIDEO_FORMAT_NV12_16L32S, 0, &bytes, &lines));
  fail_unless_equals_int (bytes, 16);
  fail_unless_equals_int (lines, 32);
  fail_unless (
      gst_zc_format_get_tile (GST_VIDEO_FORMAT_NV12_16L32S, 1, &bytes, &lines));
  fail_unless_equals_int (bytes, 16);
  fail_unless_equals_int (lines, 16);
  fail_if (gst_zc_format_get_tile (GST_VIDEO_FORMAT_NV12, 0, &bytes, &lines));
  fail_if (
      gst_zc_format_get_tile (GST_VIDEO_FORMAT_NV12_4L4, 2, &bytes, &lines));
}
GST_END_TEST;

GST_START_TEST (lines_have_the_bytes_of_their_pixels)
{
  static const struct {
    GstVideoFormat format;
    guint width, height, bytes[3], rows[3];
  } known[] = {
    { GST_VIDEO_FORMAT_I420, 321, 241, { 321, 161, 161 }, { 241, 121, 121 } },
    { GST_VIDEO_FORMAT_NV12, 321, 241, { 321, 322 }, { 241, 121 } },
    { GST_VIDEO_FORMAT_NV24, 321, 241, { 321, 642 }, { 241, 241 } },
    { GST_VIDEO_FORMAT_P010_10LE, 320, 240, { 640, 640 }, { 240, 120 } },
    { GST_VIDEO_FORMAT_NV12_10LE40, 320, 240, { 400, 400 }, { 240, 120 } },
    { GST_VIDEO_FORMAT_YUY2, 321, 241, { 644 }, { 241 } },
    { GST_VIDEO_FORMAT_YUV9, 321, 241, { 321, 81, 81 }, { 241, 61, 61 } },
    { GST_VIDEO_FORMAT_RGB, 321, 241, { 963 }, { 241 } },
    { GST_VIDEO_FORMAT_NV12_4L4, 321, 241, { 324, 324 }, { 241, 121 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    for (guint p = 0; p < 3; p++) {
      fail_unless_equals_int (
          gst_zc_format_get_row_bytes (known[i].format, p, known[i].width),
          known[i].bytes[p]);
      fail_unless_equals_int (
          gst_zc_format_get_rows (known[i].format, p, known[i].height),
          known[i].rows[p]);
    }
}
GST_END_TEST;

/* The two rules meet where strides divide. */
GST_START_TEST (linked_strides_are_those_that_libgstvideo_extrapolates)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    const GstVideoFormatInfo *info = gst_video_format_get_info (format);

    for (guint p = 0; p < info->n_planes; p++) {
      guint linked = gst_zc_format_get_linked_stride (format, p, 4096);
      guint expected = 0;

      if (!GST_VIDEO_FORMAT_INFO_IS_TILED (info))
        expected = gst_video_format_info_extrapolate_stride (info, p, 4096);
      fail_unless (linked == expected, "%s: %u", info->name, linked);
    }
  }
  /* where they do not, V4L2's rule: as many bytes as the luma */
  fail_unless_equals_int (
      gst_zc_format_get_linked_stride (GST_VIDEO_FORMAT_NV12_10LE40, 1, 405),
      405);
}
GST_END_TEST;

GST_START_TEST (what_has_no_pixels_has_no_planes)
{
  static const GstVideoFormat formats[] = { GST_VIDEO_FORMAT_UNKNOWN,
    GST_VIDEO_FORMAT_ENCODED, GST_VIDEO_FORMAT_DMA_DRM,
    GST_VIDEO_FORMAT_RGB8P };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    fail_unless_equals_int (gst_zc_format_get_n_planes (formats[i]), 0);
    fail_unless_equals_int (gst_zc_format_get_rows (formats[i], 0, 480), 0);
    fail_unless_equals_int (
        gst_zc_format_get_row_bytes (formats[i], 0, 640), 0);
    fail_unless_equals_int (
        gst_zc_format_get_linked_stride (formats[i], 0, 640), 0);
  }
}
GST_END_TEST;

GST_START_TEST (widths_that_overflow_have_no_bytes)
{
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    guint n = gst_zc_format_get_n_planes (format);

    fail_unless_equals_int (
        gst_zc_format_get_row_bytes (format, 0, G_MAXUINT), 0);
    fail_unless_equals_int (gst_zc_format_get_row_bytes (format, n, 640), 0);
    for (guint p = 0; p < n; p++)
      fail_unless_equals_int (
          gst_zc_format_get_linked_stride (format, p, G_MAXUINT), 0);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (codes_agree_by_memory_order),
    RUNNER_TEST (tiles_are_those_that_the_kernel_documents),
    RUNNER_TEST (tiles_of_32_by_32_are_allwinners),
    RUNNER_TEST (bits_lie_where_the_kernel_puts_them),
    RUNNER_TEST (every_format_is_there_once),
    RUNNER_TEST (separate_planes_are_told_apart),
    RUNNER_TEST (codes_lead_back_to_themselves),
    RUNNER_TEST (old_names_are_the_formats_without_alpha),
    RUNNER_TEST (unknown_codes_are_unknown),
    RUNNER_TEST (drm_codes_are_those_of_libgstvideo),
    RUNNER_TEST (what_libgstvideo_shows_to_displays_is_in_the_table),
    RUNNER_TEST (only_these_have_no_code_for_displays),
    RUNNER_TEST (every_code_is_in_the_kernels_header),
    RUNNER_TEST (pixels_are_as_large_as_the_kernels_header_says),
    RUNNER_TEST (planes_and_sampling_are_libgstvideos),
    RUNNER_TEST (tiles_are_told_from_lines),
    RUNNER_TEST (lines_have_the_bytes_of_their_pixels),
    RUNNER_TEST (linked_strides_are_those_that_libgstvideo_extrapolates),
    RUNNER_TEST (what_has_no_pixels_has_no_planes),
    RUNNER_TEST (widths_that_overflow_have_no_bytes))
