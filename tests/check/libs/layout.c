/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcerror.h"
#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzclayout.h"

#include <drm_fourcc.h>

#define WIDTH 640
#define HEIGHT 480

static void
assert_layout_is (const GstZcLayout *layout, const GstVideoInfo *info)
{
  const char *name = gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info));

  fail_unless (layout->n_planes == GST_VIDEO_INFO_N_PLANES (info), "%s", name);
  fail_unless (layout->size == GST_VIDEO_INFO_SIZE (info), "%s: %zu bytes",
      name, layout->size);
  for (guint i = 0; i < layout->n_planes; i++) {
    fail_unless (layout->offset[i] == GST_VIDEO_INFO_PLANE_OFFSET (info, i),
        "%s: plane %u at %zu", name, i, layout->offset[i]);
    fail_unless (layout->stride[i] == GST_VIDEO_INFO_PLANE_STRIDE (info, i),
        "%s: plane %u with %d a line", name, i, layout->stride[i]);
  }
}

static gboolean
is_tiled (GstVideoFormat format)
{
  return gst_zc_format_get_tile (format, 0, NULL, NULL);
}

/* The kernel's bytesperline of a picture of libgstvideo's. */
static guint
row_stride (const GstVideoInfo *info)
{
  guint tile;

  if (!gst_zc_format_get_tile (GST_VIDEO_INFO_FORMAT (info), 0, &tile, NULL))
    return GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
  return tile * GST_VIDEO_TILE_X_TILES (GST_VIDEO_INFO_PLANE_STRIDE (info, 0));
}

static void
assert_error (GError *error, GstZcError code, const char *part)
{
  fail_unless (error != NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, code), "%d: %s",
      error->code, error->message);
  fail_unless (strstr (error->message, part) != NULL, "\"%s\" is not in \"%s\"",
      part, error->message);
  g_error_free (error);
}

GST_START_TEST (default_strides_are_those_of_video_info)
{
  GstVideoFormat format;
  GstVideoInfo info;
  GstZcLayout layout;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    if (format == GST_VIDEO_FORMAT_NV12_10BE_8L128)
      continue;
    gst_video_info_set_format (&info, format, WIDTH, HEIGHT);
    fail_unless (
        gst_zc_layout_init (&layout, format, row_stride (&info), HEIGHT), "%s",
        gst_video_format_to_string (format));
    assert_layout_is (&layout, &info);
    fail_unless_equals_int (
        gst_zc_layout_get_row_stride (&layout, 0), row_stride (&info));
  }
}
GST_END_TEST;

/* gst_video_info_align() knows padding too, and was written by others. */
GST_START_TEST (padding_is_where_video_info_puts_it)
{
  GstVideoFormat format;
  GstVideoInfo info;
  GstZcLayout layout;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    GstVideoAlignment padding;

    if (is_tiled (format))
      continue;
    gst_video_alignment_reset (&padding);
    padding.padding_right = 64;
    padding.padding_bottom = 16;
    gst_video_info_set_format (&info, format, WIDTH, HEIGHT);
    fail_unless (gst_video_info_align (&info, &padding));
    fail_unless (gst_zc_layout_init (
        &layout, format, GST_VIDEO_INFO_PLANE_STRIDE (&info, 0), HEIGHT + 16));
    assert_layout_is (&layout, &info);
  }
}
GST_END_TEST;

GST_START_TEST (coded_height_moves_the_chroma)
{
  GstZcLayout layout;

  /* 1080 lines that a codec rounds up to 1088 */
  fail_unless (gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_NV12, 1920, 1088));
  fail_unless_equals_int (layout.offset[1], 1920 * 1088);
  fail_unless_equals_int (layout.size, 1920 * 1088 * 3 / 2);
  fail_unless_equals_int (layout.coded_height, 1088);
  fail_unless_equals_int (layout.n_memories, 1);
}
GST_END_TEST;

GST_START_TEST (planes_have_their_own_sizes)
{
  fail_unless_equals_int (
      gst_zc_layout_plane_size (GST_VIDEO_FORMAT_NV12, 0, 640, 480), 640 * 480);
  fail_unless_equals_int (
      gst_zc_layout_plane_size (GST_VIDEO_FORMAT_NV12, 1, 640, 480), 640 * 240);
  fail_unless_equals_int (
      gst_zc_layout_plane_size (GST_VIDEO_FORMAT_I420, 2, 320, 480), 320 * 240);
  fail_unless_equals_int (
      gst_zc_layout_plane_size (GST_VIDEO_FORMAT_BGRx, 1, 2560, 480), 0);
}
GST_END_TEST;

GST_START_TEST (odd_heights_round_up)
{
  fail_unless_equals_int (
      gst_zc_layout_plane_size (GST_VIDEO_FORMAT_NV12, 1, 640, 481), 640 * 241);
}
GST_END_TEST;

GST_START_TEST (hostile_values_are_refused)
{
  static const guint hostile[][2] = {
    { 0, 480 },
    { 640, 0 },
    { G_MAXINT, 480 },
    { 640, G_MAXINT },
    { G_MAXUINT, G_MAXUINT },
    { (guint) G_MAXINT + 1, 480 },
  };
  GstVideoFormat format;
  GstZcLayout layout;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++)
    for (guint j = 0; j < G_N_ELEMENTS (hostile); j++) {
      fail_if (
          gst_zc_layout_init (&layout, format, hostile[j][0], hostile[j][1]));
      fail_unless_equals_int (
          gst_zc_layout_plane_size (format, 0, hostile[j][0], hostile[j][1]),
          0);
    }
}
GST_END_TEST;

/* Whatever is accepted must be right, however large it is. */
GST_START_TEST (large_values_do_not_wrap)
{
  guint large = G_MAXINT / 4 - 3;
  GstZcLayout layout;

  fail_unless (
      gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_Y42B, large, large));
  fail_unless (layout.size / large / 2 == large);
  for (guint i = 0; i < layout.n_planes; i++) {
    fail_unless (layout.stride[i] > 0);
    fail_unless (i == 0 || layout.offset[i] > layout.offset[i - 1]);
  }
}
GST_END_TEST;

GST_START_TEST (formats_without_lines_are_refused)
{
  static const GstVideoFormat formats[] = { GST_VIDEO_FORMAT_UNKNOWN,
    GST_VIDEO_FORMAT_ENCODED, GST_VIDEO_FORMAT_DMA_DRM,
    GST_VIDEO_FORMAT_RGB8P };
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    fail_if (gst_zc_layout_init (&layout, formats[i], 640, 480), "%s",
        gst_video_format_to_string (formats[i]));
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB8P, 640, 480);
  fail_if (gst_zc_layout_from_info (&layout, &info, NULL, &error));
  assert_error (error, GST_ZC_ERROR_NOT_SUPPORTED, "RGB8P");
}
GST_END_TEST;

GST_START_TEST (tiles_are_whole)
{
  GstZcLayout layout;

  fail_unless (gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_NV12_4L4, 68, 34));
  fail_unless_equals_int (
      layout.stride[0], (gint) GST_VIDEO_TILE_MAKE_STRIDE (17, 9));
  fail_unless_equals_int (
      layout.stride[1], (gint) GST_VIDEO_TILE_MAKE_STRIDE (17, 5));
  fail_unless_equals_int (layout.offset[1], 17 * 9 * 16);
  fail_unless_equals_int (layout.coded_height, 36);
  fail_unless_equals_uint64 (layout.modifier, DRM_FORMAT_MOD_VIVANTE_TILED);
  fail_unless_equals_int (gst_zc_layout_get_row_stride (&layout, 1), 68);

  fail_if (gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_NV12_4L4, 66, 34));
  /* pairs of tiles make a Z */
  fail_unless (
      gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_NV12_64Z32, 128, 64));
  fail_if (gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_NV12_64Z32, 192, 64));
}
GST_END_TEST;

GST_START_TEST (tiles_that_cut_pixels_are_refused)
{
  GstZcConstraints constraints = { .stride_align = { 64 } };
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  fail_if (
      gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_NV12_10BE_8L128, 800, 480));
  gst_video_info_set_format (
      &info, GST_VIDEO_FORMAT_NV12_10BE_8L128, WIDTH + 2, HEIGHT);
  fail_if (gst_zc_layout_from_info (&layout, &info, &constraints, &error));
  assert_error (error, GST_ZC_ERROR_NOT_SUPPORTED, "whole number of pixels");
}
GST_END_TEST;

GST_START_TEST (without_demands_it_is_that_of_video_info)
{
  static const guint sizes[][2] = { { 1, 1 }, { 321, 241 }, { 640, 480 },
    { 1918, 1078 } };
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++) {
      GstZcLayout layout;
      GstVideoInfo info;

      gst_video_info_set_format (&info, format, sizes[j][0], sizes[j][1]);
      fail_unless (gst_zc_layout_from_info (&layout, &info, NULL, NULL));
      assert_layout_is (&layout, &info);
      fail_unless_equals_int (layout.width, sizes[j][0]);
      fail_unless_equals_int (layout.height, sizes[j][1]);
    }
}
GST_END_TEST;

GST_START_TEST (exactly_what_a_driver_answered)
{
  GstZcConstraints answer = { .stride = { 1952 },
    .coded_height = 1088,
    .min_size = { 4000000 },
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 1920, 1080);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &answer, NULL));
  fail_unless_equals_int (layout.stride[0], 1952);
  fail_unless_equals_int (layout.stride[2], 976);
  fail_unless_equals_int (layout.offset[1], 1952 * 1088);
  fail_unless_equals_int (layout.offset[2], 1952 * 1088 + 976 * 544);
  fail_unless_equals_int (layout.coded_height, 1088);
  fail_unless_equals_int (layout.height, 1080);
  fail_unless_equals_int (layout.size, 4000000);
}
GST_END_TEST;

/* libgstvideo would give both planes of NV24 lines of multiples of 4 bytes. */
GST_START_TEST (linked_planes_have_linked_strides)
{
  GstZcConstraints v4l2 = { .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV24, 66, 34);
  fail_unless_equals_int (GST_VIDEO_INFO_PLANE_STRIDE (&info, 1), 132);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &v4l2, NULL));
  fail_unless_equals_int (layout.stride[0], 68);
  fail_unless_equals_int (layout.stride[1], 136);
}
GST_END_TEST;

GST_START_TEST (each_plane_in_a_memory_of_its_own)
{
  GstZcConstraints v4l2 = { .stride = { 320, 192, 256 },
    .min_size = { 100000, 1, 1 },
    .size_align = 4096,
    .flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;
  gsize offset = 1;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &v4l2, NULL));
  fail_unless_equals_int (layout.n_memories, 3);
  fail_unless_equals_int (layout.memory_size[0], 25 * 4096);
  fail_unless_equals_int (layout.memory_size[1], 6 * 4096);
  fail_unless_equals_int (layout.memory_size[2], 8 * 4096);
  fail_unless_equals_int (layout.stride[1], 192);
  fail_unless_equals_int (layout.stride[2], 256);
  fail_unless_equals_int (layout.offset[1], 25 * 4096);
  fail_unless_equals_int (layout.offset[2], 31 * 4096);
  fail_unless_equals_int (layout.size, 39 * 4096);
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (gst_zc_layout_find_plane (&layout, i, &offset), i);
    fail_unless_equals_int (offset, 0);
  }
}
GST_END_TEST;

GST_START_TEST (planes_begin_at_aligned_offsets)
{
  GstZcConstraints pages = { .offset_align = { 4096, 4096, 4096 } };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 241);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &pages, NULL));
  for (guint i = 0; i < 3; i++)
    fail_unless_equals_int (layout.offset[i] % 4096, 0);
  fail_unless_equals_int (layout.stride[0], 320);
  fail_unless_equals_int (layout.coded_height, 242);
}
GST_END_TEST;

/* A driver that knows the coded height alone: it has to do the aligning. */
GST_START_TEST (linked_planes_are_aligned_by_the_coded_height)
{
  GstZcConstraints both = { .offset_align = { 4096, 4096, 4096 },
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 1920, 1080);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &both, NULL));
  fail_unless_equals_int (layout.coded_height, 1088);
  fail_unless_equals_int (layout.offset[1], 1920 * 1088);

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &both, NULL));
  fail_unless_equals_int (layout.offset[1] % 4096, 0);
  fail_unless_equals_int (layout.offset[2] % 4096, 0);
}
GST_END_TEST;

GST_START_TEST (an_exact_height_that_misaligns_is_an_error)
{
  GstZcConstraints both = { .coded_height = 1080,
    .offset_align = { 1, 4096 },
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 1920, 1080);
  fail_if (gst_zc_layout_from_info (&layout, &info, &both, &error));
  assert_error (error, GST_ZC_ERROR_INVALID,
      "offset of plane 1: 2073600 is not a multiple of 4096");
}
GST_END_TEST;

/* Alignments that hold for the chroma too make the luma's lines longer. */
GST_START_TEST (each_planes_stride_is_aligned)
{
  GstZcConstraints gpu = { .stride_align = { 64, 64, 64 } };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &gpu, NULL));
  fail_unless_equals_int (layout.stride[0], 384);
  fail_unless_equals_int (layout.stride[1], 192);

  /* no power of two: whole pixels and whole words of a bus */
  gpu.stride_align[0] = 192;
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, 322, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &gpu, NULL));
  fail_unless_equals_int (layout.stride[0], 1152);
}
GST_END_TEST;

GST_START_TEST (planes_that_are_not_linked_may_have_strides_of_their_own)
{
  GstZcConstraints exact = { .stride = { 100 }, .stride_align = { 0, 64, 64 } };
  GstZcConstraints narrow = { .stride_align = { 64, 64, 64 },
    .max_stride = 330 };
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 100, 100);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &exact, NULL));
  fail_unless_equals_int (layout.stride[0], 100);
  fail_unless_equals_int (layout.stride[1], 64);
  fail_unless_equals_int (layout.stride[2], 64);

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &narrow, NULL));
  fail_unless_equals_int (layout.stride[0], 320);
  fail_unless_equals_int (layout.stride[1], 192);
  fail_unless_equals_int (layout.offset[2], 320 * 240 + 192 * 120);

  narrow.flags = GST_ZC_CONSTRAINTS_LINKED_PLANES;
  fail_if (gst_zc_layout_from_info (&layout, &info, &narrow, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "contradicts at most 330");
}
GST_END_TEST;

GST_START_TEST (planes_lie_where_they_are_demanded)
{
  GstZcConstraints c = { .offset = { 0, 320 * 250 } };
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.offset[1], 320 * 250);
  fail_unless_equals_int (layout.offset[2], 320 * 250 + 160 * 120);

  c.offset[1] = 320 * 240 + 160 * 120;
  c.offset[2] = 320 * 240;
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.offset[1], 320 * 240 + 160 * 120);
  fail_unless_equals_int (layout.offset[2], 320 * 240);
  fail_unless_equals_int (layout.size, 320 * 360);

  /* the coded height is all that can move planes that are linked */
  c = (GstZcConstraints) { .offset = { 0, 320 * 250 },
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.coded_height, 250);
  fail_unless_equals_int (layout.offset[2], 320 * 250 + 160 * 125);

  c = (GstZcConstraints) { .offset = { 0, 320 * 239 } };
  fail_if (gst_zc_layout_from_info (&layout, &info, &c, &error));
  assert_error (error, GST_ZC_ERROR_INVALID, "planes 0 and 1 overlap");
}
GST_END_TEST;

GST_START_TEST (memory_is_rounded_and_padded)
{
  GstZcConstraints c = { .size_align = 4096, .padding = 64 };
  GstZcLayout layout;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_GRAY8, 64, 64);
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.size, 8192);
  c.padding = 0;
  fail_unless (gst_zc_layout_from_info (&layout, &info, &c, NULL));
  fail_unless_equals_int (layout.size, 4096);
}
GST_END_TEST;

/* --- any demands ------------------------------------------------------- */

static guint
pick (GRand *rand, const guint *values, guint n)
{
  return values[g_rand_int_range (rand, 0, n)];
}

static GstZcConstraints
random_demands (GRand *rand)
{
  static const guint aligns[] = { 0, 0, 1, 2, 3, 16, 48, 64, 100, 256, 4096 };
  static const guint heights[] = { 0, 0, 1, 2, 8, 16, 32, 3 };
  static const guint flags[] = { 0, GST_ZC_CONSTRAINTS_CONTIGUOUS,
    GST_ZC_CONSTRAINTS_ONE_MEMORY, GST_ZC_CONSTRAINTS_SEPARATE_PLANES,
    GST_ZC_CONSTRAINTS_LINKED_PLANES };
  GstZcConstraints c = { 0 };

  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
    c.stride_align[i] = pick (rand, aligns, G_N_ELEMENTS (aligns));
    c.offset_align[i] = pick (rand, aligns, G_N_ELEMENTS (aligns));
    c.min_size[i] = g_rand_int_range (rand, 0, 50000);
  }
  c.min_stride = g_rand_int_range (rand, 0, 3000);
  c.min_height = g_rand_int_range (rand, 0, 300);
  c.height_align = pick (rand, heights, G_N_ELEMENTS (heights));
  c.size_align = pick (rand, aligns, G_N_ELEMENTS (aligns));
  c.padding = pick (rand, aligns, G_N_ELEMENTS (aligns));
  c.flags = pick (rand, flags, G_N_ELEMENTS (flags));
  return c;
}

/* Computed anew, without the library's own eyes. */
static void
assert_planes_are_apart (const GstZcLayout *layout, const char *name)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (layout->format);
  gsize begin[GST_VIDEO_MAX_PLANES], end[GST_VIDEO_MAX_PLANES];

  for (guint p = 0; p < layout->n_planes; p++) {
    gint c[GST_VIDEO_MAX_COMPONENTS];
    gsize lines, row;

    gst_video_format_info_component (info, p, c);
    lines = GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (
        info, c[0], (gint) layout->height);
    row = GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (info, c[0], (gint) layout->width) *
          info->pixel_stride[c[0]];
    begin[p] = layout->offset[p];
    end[p] = begin[p] + (lines - 1) * layout->stride[p] + row;
    fail_unless (row <= (gsize) layout->stride[p], "%s: plane %u", name, p);
    fail_unless (end[p] <= layout->size, "%s: plane %u", name, p);
    for (guint q = 0; q < p; q++)
      fail_unless (end[p] <= begin[q] || end[q] <= begin[p],
          "%s: planes %u and %u", name, q, p);
  }
}

static void
assert_can_be (GstVideoFormat format, guint width, guint height,
    const GstZcConstraints *c, guint *n)
{
  const char *name = gst_video_format_to_string (format);
  GstZcLayout layout;
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (&info, format, width, height);
  if (!gst_zc_layout_from_info (&layout, &info, c, &error)) {
    /* tiles stand where they stand, and multiples may be out of reach */
    fail_unless (error != NULL);
    fail_unless (is_tiled (format), "%s: %s", name, error->message);
    g_error_free (error);
    return;
  }
  fail_unless (gst_zc_layout_fits (&layout, c, &error), "%s %ux%u: %s", name,
      width, height, error ? error->message : "");
  if (!is_tiled (format))
    assert_planes_are_apart (&layout, name);
  (*n)++;
}

GST_START_TEST (whatever_is_demanded_is_met)
{
  GRand *rand = g_rand_new_with_seed (20260101);
  GstVideoFormat format;
  guint n = 0;

  for (guint round = 0; round < 60; round++)
    for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
      GstZcConstraints c = random_demands (rand);

      assert_can_be (format, g_rand_int_range (rand, 1, 700),
          g_rand_int_range (rand, 1, 400), &c, &n);
    }
  fail_unless (n > 60 * 40, "%u", n);
  g_rand_free (rand);
}
GST_END_TEST;

/* No error, no crash, no wrap: either a layout that holds, or a reason. */
GST_START_TEST (hostile_demands_are_refused_or_met)
{
  static const guint hostile[] = { 0, 1, 3, 4095, G_MAXINT - 1, G_MAXINT,
    (guint) G_MAXINT + 1, G_MAXUINT - 1, G_MAXUINT };
  GRand *rand = g_rand_new_with_seed (7);
  GstVideoFormat format;

  for (guint round = 0; round < 40; round++)
    for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
      GstZcConstraints c = random_demands (rand);
      guint *fields[] = { &c.stride[0], &c.stride[1], &c.stride_align[0],
        &c.stride_align[1], &c.min_stride, &c.max_stride, &c.coded_height,
        &c.min_height, &c.height_align, &c.offset_align[0],
        &c.offset_align[1] };
      gsize *sizes[] = { &c.min_size[0], &c.min_size[1], &c.size_align,
        &c.padding, &c.offset[0], &c.offset[1] };
      GError *error = NULL;
      GstZcLayout layout;
      GstVideoInfo info;

      for (guint n = 0; n < 2; n++)
        *fields[g_rand_int_range (rand, 0, G_N_ELEMENTS (fields))] =
            hostile[g_rand_int_range (rand, 0, G_N_ELEMENTS (hostile))];
      *sizes[g_rand_int_range (rand, 0, G_N_ELEMENTS (sizes))] =
          G_MAXSIZE - g_rand_int_range (rand, 0, 2);
      gst_video_info_set_format (&info, format, 321, 241);
      if (!gst_zc_layout_from_info (&layout, &info, &c, &error)) {
        fail_unless (error != NULL && error->domain == GST_ZC_ERROR);
        g_error_free (error);
      } else {
        fail_unless (gst_zc_layout_fits (&layout, &c, NULL));
      }
    }
  g_rand_free (rand);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (default_strides_are_those_of_video_info),
    RUNNER_TEST (padding_is_where_video_info_puts_it),
    RUNNER_TEST (coded_height_moves_the_chroma),
    RUNNER_TEST (planes_have_their_own_sizes),
    RUNNER_TEST (odd_heights_round_up),
    RUNNER_TEST (hostile_values_are_refused),
    RUNNER_TEST (large_values_do_not_wrap),
    RUNNER_TEST (formats_without_lines_are_refused),
    RUNNER_TEST (tiles_are_whole),
    RUNNER_TEST (tiles_that_cut_pixels_are_refused),
    RUNNER_TEST (without_demands_it_is_that_of_video_info),
    RUNNER_TEST (exactly_what_a_driver_answered),
    RUNNER_TEST (linked_planes_have_linked_strides),
    RUNNER_TEST (each_plane_in_a_memory_of_its_own),
    RUNNER_TEST (planes_begin_at_aligned_offsets),
    RUNNER_TEST (linked_planes_are_aligned_by_the_coded_height),
    RUNNER_TEST (an_exact_height_that_misaligns_is_an_error),
    RUNNER_TEST (each_planes_stride_is_aligned),
    RUNNER_TEST (planes_that_are_not_linked_may_have_strides_of_their_own),
    RUNNER_TEST (planes_lie_where_they_are_demanded),
    RUNNER_TEST (memory_is_rounded_and_padded),
    RUNNER_TEST (whatever_is_demanded_is_met),
    RUNNER_TEST (hostile_demands_are_refused_or_met))
