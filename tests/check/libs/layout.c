/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzclayout.h"

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

GST_START_TEST (default_strides_are_those_of_video_info)
{
  GstVideoFormat format;
  GstVideoInfo info;
  GstZcLayout layout;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    gst_video_info_set_format (&info, format, WIDTH, HEIGHT);
    fail_unless (gst_zc_layout_init (
        &layout, format, GST_VIDEO_INFO_PLANE_STRIDE (&info, 0), HEIGHT));
    assert_layout_is (&layout, &info);
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
  guint large = G_MAXINT / 4;
  GstZcLayout layout;

  if (!gst_zc_layout_init (&layout, GST_VIDEO_FORMAT_Y42B, large, large))
    return;
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
    GST_VIDEO_FORMAT_NV12_64Z32 };
  GstZcLayout layout;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    fail_if (gst_zc_layout_init (&layout, formats[i], 640, 480), "%s",
        gst_video_format_to_string (formats[i]));
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
    RUNNER_TEST (formats_without_lines_are_refused))
