/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst/dmabufsink/gstdmabufsinkgeometry.h"

#include <drm_mode.h>
#include <math.h>

#define ALL { 0, 0, 0, 0 }

/* What is to come out, the source in pixels. */
struct row {
  const char *format;
  guint width, height;
  guint par_n, par_d;
  GstVideoRectangle crop;
  GstVideoOrientationMethod orientation;
  guint screen_width, screen_height;
  GstVideoRectangle render;
  gdouble source[4];
  gint destination[4]; /* width 0: nothing is visible */
};

static GstVideoInfo
make_info (const char *format, guint width, guint height, guint n, guint d)
{
  GstVideoInfo info;

  gst_video_info_set_format (
      &info, gst_video_format_from_string (format), width, height);
  info.par_n = n;
  info.par_d = d;
  return info;
}

static void
assert_answer (const struct row *row, gboolean visible,
    const GstDmabufSinkSource *source, const GstVideoRectangle *destination)
{
  const guint32 *s = (const guint32 *) source;
  const gint *d = (const gint *) destination;

  fail_unless_equals_int (visible, row->destination[2] > 0);
  for (guint i = 0; visible && i < 4; i++) {
    fail_unless (fabs (s[i] / 65536. - row->source[i]) < 0.7 / 65536.,
        "source %g,%g %gx%g instead of %g,%g %gx%g", s[0] / 65536.,
        s[1] / 65536., s[2] / 65536., s[3] / 65536., row->source[0],
        row->source[1], row->source[2], row->source[3]);
    fail_unless (d[i] == row->destination[i],
        "destination %d,%d %dx%d instead of %d,%d %dx%d", d[0], d[1], d[2],
        d[3], row->destination[0], row->destination[1], row->destination[2],
        row->destination[3]);
  }
}

/* MODIFY is what all rows share, besides themselves. */
static void
assert_rows (
    const struct row rows[], gsize n_rows, const GstDmabufSinkView *modify)
{
  for (gsize i = 0; i < n_rows; i++) {
    const struct row *row = &rows[i];
    GstVideoInfo info = make_info (
        row->format, row->width, row->height, row->par_n, row->par_d);
    GstDmabufSinkView view = *modify;
    GstDmabufSinkGeometry geometry;
    gboolean visible;

    view.info = &info;
    view.crop = row->crop;
    view.orientation = row->orientation;
    view.screen_width = row->screen_width;
    view.screen_height = row->screen_height;
    view.render = row->render;
    visible = gst_dmabuf_sink_geometry_compute (&view, &geometry);
    GST_INFO ("row %" G_GSIZE_FORMAT, i);
    assert_answer (row, visible, &geometry.source, &geometry.destination);
  }
}

#define ASSERT_ROWS(rows, ...) \
  assert_rows (                \
      rows, G_N_ELEMENTS (rows), &(const GstDmabufSinkView) { __VA_ARGS__ })

#define UPRIGHT GST_VIDEO_ORIENTATION_IDENTITY

GST_START_TEST (a_picture_is_as_large_as_its_proportions_allow)
{
  static const struct row rows[] = {
    { "NV12", 1920, 1080, 1, 1, ALL, UPRIGHT, 1920, 1080, ALL,
        { 0, 0, 1920, 1080 }, { 0, 0, 1920, 1080 } },
    { "NV12", 640, 480, 1, 1, ALL, UPRIGHT, 1920, 1080, ALL, { 0, 0, 640, 480 },
        { 240, 0, 1440, 1080 } },
    { "NV12", 1920, 800, 1, 1, ALL, UPRIGHT, 1280, 720, ALL,
        { 0, 0, 1920, 800 }, { 0, 93, 1280, 533 } },
    { "NV12", 1080, 1920, 1, 1, ALL, UPRIGHT, 1920, 1080, ALL,
        { 0, 0, 1080, 1920 }, { 656, 0, 608, 1080 } },
    { "BGRx", 1, 49, 1, 1, ALL, UPRIGHT, 98, 98, ALL, { 0, 0, 1, 49 },
        { 48, 0, 2, 98 } },
    { "BGRx", 10000, 1, 1, 1, ALL, UPRIGHT, 100, 100, ALL, { 0, 0, 10000, 1 },
        { 0, 49, 100, 1 } },
    { "BGRx", 641, 359, 1, 1, ALL, UPRIGHT, 1366, 768, ALL, { 0, 0, 641, 359 },
        { 0, 1, 1366, 765 } },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE, .can_scale = TRUE);
}
GST_END_TEST;

GST_START_TEST (pixels_of_the_video_need_not_be_square)
{
  static const struct row rows[] = {
    { "NV12", 720, 576, 16, 11, ALL, UPRIGHT, 1920, 1080, ALL,
        { 0, 0, 720, 576 }, { 0, 12, 1920, 1056 } },
    { "NV12", 720, 576, 16, 15, ALL, UPRIGHT, 1920, 1080, ALL,
        { 0, 0, 720, 576 }, { 240, 0, 1440, 1080 } },
    { "NV12", 720, 480, 8, 9, ALL, UPRIGHT, 640, 480, ALL, { 0, 0, 720, 480 },
        { 0, 0, 640, 480 } },
    /* turned, they are as high as they were wide */
    { "NV12", 720, 480, 8, 9, ALL, GST_VIDEO_ORIENTATION_90R, 480, 640, ALL,
        { 0, 0, 720, 480 }, { 0, 0, 480, 640 } },
    /* of what is no aspect ratio none is made */
    { "NV12", 640, 480, 0, 1, ALL, UPRIGHT, 640, 480, ALL, { 0, 0, 640, 480 },
        { 0, 0, 640, 480 } },
    { "NV12", 640, 480, 2147483647, 2147483629, ALL, UPRIGHT, 640, 480, ALL,
        { 0, 0, 640, 480 }, { 0, 0, 640, 480 } },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE, .can_scale = TRUE);
}
GST_END_TEST;

GST_START_TEST (pixels_of_the_screen_need_not_be_square)
{
  static const struct row rows[] = {
    { "NV12", 1920, 1080, 1, 1, ALL, UPRIGHT, 720, 576, ALL,
        { 0, 0, 1920, 1080 }, { 0, 72, 720, 432 } },
    { "NV12", 720, 576, 16, 15, ALL, UPRIGHT, 720, 576, ALL, { 0, 0, 720, 576 },
        { 0, 0, 720, 576 } },
  };

  ASSERT_ROWS (rows, .screen_par_n = 16, .screen_par_d = 15,
      .force_aspect_ratio = TRUE, .can_scale = TRUE);
}
GST_END_TEST;

GST_START_TEST (without_proportions_the_rectangle_is_filled)
{
  static const struct row rows[] = {
    { "NV12", 640, 480, 16, 11, ALL, UPRIGHT, 1920, 1080, ALL,
        { 0, 0, 640, 480 }, { 0, 0, 1920, 1080 } },
    { "NV12", 640, 480, 1, 1, ALL, GST_VIDEO_ORIENTATION_90L, 1920, 1080,
        { 7, 9, 33, 21 }, { 0, 0, 640, 480 }, { 7, 9, 33, 21 } },
  };

  ASSERT_ROWS (rows, .can_scale = TRUE);
}
GST_END_TEST;

GST_START_TEST (a_crop_is_what_is_seen)
{
  static const struct row rows[] = {
    { "BGRx", 640, 480, 1, 1, { 11, 20, 301, 201 }, UPRIGHT, 301, 201, ALL,
        { 11, 20, 301, 201 }, { 0, 0, 301, 201 } },
    /* a scaler may begin between two samples of colour */
    { "NV12", 640, 480, 1, 1, { 11, 20, 100, 100 }, UPRIGHT, 200, 200, ALL,
        { 11, 20, 100, 100 }, { 0, 0, 200, 200 } },
    { "BGRx", 640, 480, 1, 1, { 10, 20, 100, 50 }, GST_VIDEO_ORIENTATION_90R,
        500, 1000, ALL, { 10, 20, 100, 50 }, { 0, 0, 500, 1000 } },
    { "BGRx", 640, 480, 1, 1, { 600, 460, 100, 100 }, UPRIGHT, 80, 40, ALL,
        { 600, 460, 40, 20 }, { 0, 0, 80, 40 } },
    { "BGRx", 640, 480, 1, 1, { 640, 0, 10, 10 }, UPRIGHT, 80, 40, ALL },
    { "BGRx", 640, 480, 1, 1, { G_MAXINT, 0, G_MAXINT, 10 }, UPRIGHT, 80, 40,
        ALL },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE, .can_scale = TRUE);
}
GST_END_TEST;

GST_START_TEST (what_leaves_the_screen_is_cut)
{
  static const struct row rows[] = {
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -100, 0, 200, 200 },
        { 50, 0, 50, 100 }, { 0, 0, 100, 200 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { 300, 250, 200, 200 },
        { 0, 0, 50, 75 }, { 300, 250, 100, 150 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -1, -1, 300, 300 },
        { 1 / 3., 1 / 3., 100 - 1 / 3., 100 - 1 / 3. }, { 0, 0, 299, 299 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -100, -100, 600, 600 },
        { 100 / 6., 100 / 6., 400 / 6., 400 / 6. }, { 0, 0, 400, 400 } },
    { "BGRx", 100, 100, 1, 1, { 20, 40, 50, 50 }, UPRIGHT, 400, 400,
        { 350, 0, 100, 100 }, { 20, 40, 25, 50 }, { 350, 0, 50, 100 } },
    /* the side of the source that is cut is the one that is turned there */
    { "BGRx", 100, 100, 1, 1, ALL, GST_VIDEO_ORIENTATION_HORIZ, 400, 400,
        { -40, 0, 200, 200 }, { 0, 0, 80, 100 }, { 0, 0, 160, 200 } },
    { "BGRx", 100, 100, 1, 1, ALL, GST_VIDEO_ORIENTATION_180, 400, 400,
        { -40, -20, 200, 200 }, { 0, 0, 80, 90 }, { 0, 0, 160, 180 } },
    { "BGRx", 100, 100, 1, 1, ALL, GST_VIDEO_ORIENTATION_90R, 400, 400,
        { -40, 0, 200, 200 }, { 0, 0, 100, 80 }, { 0, 0, 160, 200 } },
    { "BGRx", 100, 100, 1, 1, ALL, GST_VIDEO_ORIENTATION_90L, 400, 400,
        { -40, 0, 200, 200 }, { 0, 20, 100, 80 }, { 0, 0, 160, 200 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -200, 0, 200, 200 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { 0, 400, 200, 200 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400,
        { G_MAXINT, G_MAXINT, G_MAXINT, G_MAXINT } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400,
        { G_MININT, G_MININT, G_MAXINT, G_MAXINT } },
    { "BGRx", 1000, 1000, 1, 1, ALL, UPRIGHT, 400, 400,
        { -0x40000000, -0x40000000, G_MAXINT, G_MAXINT },
        { 500, 500, 12 / 65536., 12 / 65536. }, { 0, 0, 400, 400 } },
    /* more than 16.16 can tell is still something */
    { "BGRx", 4, 4, 1, 1, ALL, UPRIGHT, 400, 400,
        { -0x40000000, -0x40000000, G_MAXINT, G_MAXINT },
        { 2 - 1 / 65536., 2 - 1 / 65536., 1 / 65536., 1 / 65536. },
        { 0, 0, 400, 400 } },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE, .can_scale = TRUE);
}
GST_END_TEST;

GST_START_TEST (whole_pixels_are_groups_of_a_colour)
{
  static const struct row rows[] = {
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -1, -1, 300, 300 },
        { 0, 0, 100, 100 }, { 0, 0, 299, 299 } },
    { "BGRx", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -2, -2, 300, 300 },
        { 1, 1, 99, 99 }, { 0, 0, 298, 298 } },
    { "NV12", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -10, -8, 300, 300 },
        { 4, 2, 96, 98 }, { 0, 0, 290, 292 } },
    { "YUY2", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -10, -8, 300, 300 },
        { 4, 3, 96, 97 }, { 0, 0, 290, 292 } },
    { "YUY2", 100, 100, 1, 1, ALL, GST_VIDEO_ORIENTATION_90L, 400, 400,
        { 0, -10, 300, 300 }, { 0, 0, 96, 100 }, { 0, 0, 300, 290 } },
    /* turned, on both axes what one of them needs */
    { "YUY2", 100, 100, 1, 1, ALL, GST_VIDEO_ORIENTATION_90L, 400, 400,
        { -8, 0, 300, 300 }, { 0, 2, 100, 98 }, { 0, 0, 292, 300 } },
    { "NV12", 101, 101, 1, 1, { 1, 1, 99, 99 }, UPRIGHT, 400, 400, ALL,
        { 2, 2, 98, 98 }, { 0, 0, 400, 400 } },
    /* however little is seen */
    { "NV12", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { 399, 0, 400, 400 },
        { 0, 0, 2, 100 }, { 399, 0, 1, 400 } },
    { "NV12", 100, 100, 1, 1, ALL, UPRIGHT, 400, 400, { -399, 0, 400, 400 },
        { 98, 0, 2, 100 }, { 0, 0, 1, 400 } },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE, .can_scale = TRUE,
      .whole_pixels = TRUE);
}
GST_END_TEST;

GST_START_TEST (unscaled_it_is_in_the_middle)
{
  static const struct row rows[] = {
    { "BGRx", 100, 50, 16, 11, ALL, UPRIGHT, 400, 300, ALL, { 0, 0, 100, 50 },
        { 150, 125, 100, 50 } },
    { "BGRx", 101, 51, 1, 1, ALL, UPRIGHT, 400, 300, ALL, { 0, 0, 101, 51 },
        { 149, 124, 101, 51 } },
    { "BGRx", 100, 50, 1, 1, ALL, GST_VIDEO_ORIENTATION_90R, 400, 300, ALL,
        { 0, 0, 100, 50 }, { 175, 100, 50, 100 } },
    { "BGRx", 100, 50, 1, 1, { 11, 3, 40, 30 }, UPRIGHT, 400, 300, ALL,
        { 11, 3, 40, 30 }, { 180, 135, 40, 30 } },
    { "BGRx", 100, 50, 1, 1, ALL, UPRIGHT, 400, 300, { 10, 20, 200, 100 },
        { 0, 0, 100, 50 }, { 60, 45, 100, 50 } },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE);
}
GST_END_TEST;

GST_START_TEST (unscaled_it_is_cut_at_the_rectangle)
{
  static const struct row rows[] = {
    { "BGRx", 100, 50, 1, 1, ALL, UPRIGHT, 400, 300, { 10, 20, 50, 30 },
        { 25, 10, 50, 30 }, { 10, 20, 50, 30 } },
    { "BGRx", 100, 50, 1, 1, ALL, UPRIGHT, 64, 64, ALL, { 18, 0, 64, 50 },
        { 0, 7, 64, 50 } },
    { "BGRx", 101, 50, 1, 1, ALL, GST_VIDEO_ORIENTATION_HORIZ, 64, 64, ALL,
        { 18, 0, 64, 50 }, { 0, 7, 64, 50 } },
    { "BGRx", 100, 50, 1, 1, ALL, GST_VIDEO_ORIENTATION_90L, 400, 300,
        { 10, 20, 30, 50 }, { 25, 10, 50, 30 }, { 10, 20, 30, 50 } },
    { "BGRx", 100, 50, 1, 1, ALL, UPRIGHT, 400, 300, { -20, 0, 100, 50 },
        { 20, 0, 80, 50 }, { 0, 0, 80, 50 } },
    { "BGRx", 100, 50, 1, 1, ALL, GST_VIDEO_ORIENTATION_180, 400, 300,
        { -20, 0, 100, 50 }, { 0, 0, 80, 50 }, { 0, 0, 80, 50 } },
    { "BGRx", 100, 50, 1, 1, ALL, UPRIGHT, 400, 300, { -150, 0, 200, 50 } },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE);
}
GST_END_TEST;

GST_START_TEST (unscaled_colours_stay_with_their_pixels)
{
  static const struct row rows[] = {
    /* 25 and 13 pixels off, moved by one to the right and down */
    { "NV12", 100, 56, 1, 1, ALL, UPRIGHT, 400, 300, { 10, 20, 50, 30 },
        { 24, 12, 50, 30 }, { 10, 20, 50, 30 } },
    { "YUY2", 100, 56, 1, 1, ALL, UPRIGHT, 400, 300, { 10, 20, 50, 30 },
        { 24, 13, 50, 30 }, { 10, 20, 50, 30 } },
    { "NV12", 100, 56, 1, 1, ALL, GST_VIDEO_ORIENTATION_180, 400, 300,
        { 10, 20, 50, 30 }, { 24, 12, 50, 30 }, { 10, 20, 50, 30 } },
    /* a crop that begins within a group */
    { "NV12", 100, 56, 1, 1, { 3, 5, 20, 20 }, UPRIGHT, 400, 300, ALL,
        { 4, 6, 19, 19 }, { 190, 140, 19, 19 } },
    { "NV12", 101, 57, 1, 1, ALL, UPRIGHT, 400, 300, ALL, { 0, 0, 101, 57 },
        { 149, 121, 101, 57 } },
    { "NV12", 100, 56, 1, 1, ALL, UPRIGHT, 400, 300, { -21, 0, 100, 56 },
        { 20, 0, 79, 56 }, { 0, 0, 79, 56 } },
    { "NV12", 100, 56, 1, 1, { 1, 0, 1, 10 }, UPRIGHT, 400, 300, ALL },
  };

  ASSERT_ROWS (rows, .force_aspect_ratio = TRUE);
}
GST_END_TEST;

GST_START_TEST (lines_of_a_field_stay_in_it)
{
  GstVideoInfo info = make_info ("NV12", 100, 100, 1, 1);
  GstDmabufSinkView view = {
    .info = &info, .screen_width = 100, .screen_height = 94
  };
  GstDmabufSinkGeometry geometry;

  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  fail_unless_equals_int (geometry.source.y, 2 << 16);
  info.interlace_mode = GST_VIDEO_INTERLACE_MODE_INTERLEAVED;
  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  fail_unless_equals_int (geometry.source.y, 0);
  fail_unless_equals_int (geometry.source.h, 94 << 16);
}
GST_END_TEST;

GST_START_TEST (a_framebuffer_may_be_larger_than_the_video)
{
  GstVideoInfo info = make_info ("NV12", 100, 100, 1, 1);
  GstDmabufSinkView view = { .info = &info,
    .width = 640,
    .height = 480,
    .crop = { 540, 380, 100, 100 },
    .screen_width = 200,
    .screen_height = 200,
    .can_scale = TRUE };
  GstDmabufSinkGeometry geometry;

  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  fail_unless_equals_int (geometry.source.x, 540 << 16);
  fail_unless_equals_int (geometry.source.h, 100 << 16);
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_told_is_not_shown)
{
  GstVideoInfo info = make_info ("BGRx", 65536, 100, 1, 1);
  GstDmabufSinkView view = {
    .info = &info, .screen_width = 200, .screen_height = 200, .can_scale = TRUE
  };
  GstDmabufSinkGeometry geometry;

  fail_if (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  view.width = 100;
  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  view.screen_width = 0;
  fail_if (gst_dmabuf_sink_geometry_compute (&view, &geometry));
}
GST_END_TEST;

/* --- turning ----------------------------------------------------------- */

#define ROTATIONS                                                 \
  (DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_180 | \
      DRM_MODE_ROTATE_270)
#define EVERYTHING (ROTATIONS | DRM_MODE_REFLECT_X | DRM_MODE_REFLECT_Y)

static void
assert_rotations (guint supported, const guint expected[8])
{
  for (guint i = 0; i < 8; i++) {
    guint bits = gst_dmabuf_sink_geometry_rotation (i, supported);

    fail_unless (bits == expected[i], "orientation %u: %#x, not %#x", i, bits,
        expected[i]);
  }
}

GST_START_TEST (drm_turns_the_other_way)
{
  static const guint expected[8] = {
    [GST_VIDEO_ORIENTATION_IDENTITY] = DRM_MODE_ROTATE_0,
    [GST_VIDEO_ORIENTATION_90R] = DRM_MODE_ROTATE_270,
    [GST_VIDEO_ORIENTATION_180] = DRM_MODE_ROTATE_180,
    [GST_VIDEO_ORIENTATION_90L] = DRM_MODE_ROTATE_90,
    [GST_VIDEO_ORIENTATION_HORIZ] = DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X,
    [GST_VIDEO_ORIENTATION_VERT] = DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_Y,
    [GST_VIDEO_ORIENTATION_UL_LR] = DRM_MODE_ROTATE_90 | DRM_MODE_REFLECT_X,
    [GST_VIDEO_ORIENTATION_UR_LL] = DRM_MODE_ROTATE_90 | DRM_MODE_REFLECT_Y,
  };

  assert_rotations (EVERYTHING, expected);
}
GST_END_TEST;

/* i915 has no reflect-y. */
GST_START_TEST (one_reflection_and_rotations_are_enough)
{
  static const guint expected[8] = {
    [GST_VIDEO_ORIENTATION_IDENTITY] = DRM_MODE_ROTATE_0,
    [GST_VIDEO_ORIENTATION_90R] = DRM_MODE_ROTATE_270,
    [GST_VIDEO_ORIENTATION_180] = DRM_MODE_ROTATE_180,
    [GST_VIDEO_ORIENTATION_90L] = DRM_MODE_ROTATE_90,
    [GST_VIDEO_ORIENTATION_HORIZ] = DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X,
    [GST_VIDEO_ORIENTATION_VERT] = DRM_MODE_ROTATE_180 | DRM_MODE_REFLECT_X,
    [GST_VIDEO_ORIENTATION_UL_LR] = DRM_MODE_ROTATE_90 | DRM_MODE_REFLECT_X,
    [GST_VIDEO_ORIENTATION_UR_LL] = DRM_MODE_ROTATE_270 | DRM_MODE_REFLECT_X,
  };

  assert_rotations (ROTATIONS | DRM_MODE_REFLECT_X, expected);
}
GST_END_TEST;

GST_START_TEST (two_reflections_are_half_a_turn)
{
  static const guint expected[8] = {
    [GST_VIDEO_ORIENTATION_IDENTITY] = DRM_MODE_ROTATE_0,
    [GST_VIDEO_ORIENTATION_180] = DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X |
                                  DRM_MODE_REFLECT_Y,
    [GST_VIDEO_ORIENTATION_HORIZ] = DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X,
    [GST_VIDEO_ORIENTATION_VERT] = DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_Y,
  };

  assert_rotations (
      DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X | DRM_MODE_REFLECT_Y, expected);
}
GST_END_TEST;

GST_START_TEST (a_plane_that_cannot_turn_does_not)
{
  static const guint expected[8] = {
    [GST_VIDEO_ORIENTATION_IDENTITY] = DRM_MODE_ROTATE_0,
  };

  assert_rotations (DRM_MODE_ROTATE_0, expected);
}
GST_END_TEST;

/* --- points ------------------------------------------------------------ */

/* Where GStreamer has the pixel X, Y of a picture of W x H, turned. */
static void
turn_pixel (GstVideoOrientationMethod orientation, gdouble w, gdouble h,
    gdouble *x, gdouble *y)
{
  const gdouble to[8][2] = {
    [GST_VIDEO_ORIENTATION_IDENTITY] = { *x, *y },
    [GST_VIDEO_ORIENTATION_90R] = { h - *y, *x },
    [GST_VIDEO_ORIENTATION_180] = { w - *x, h - *y },
    [GST_VIDEO_ORIENTATION_90L] = { *y, w - *x },
    [GST_VIDEO_ORIENTATION_HORIZ] = { w - *x, *y },
    [GST_VIDEO_ORIENTATION_VERT] = { *x, h - *y },
    [GST_VIDEO_ORIENTATION_UL_LR] = { *y, *x },
    [GST_VIDEO_ORIENTATION_UR_LL] = { h - *y, w - *x },
  };

  *x = to[orientation][0];
  *y = to[orientation][1];
}

static void
assert_near (gdouble value, gdouble expected, gdouble distance)
{
  fail_unless (
      fabs (value - expected) <= distance, "%.9g, not %.9g", value, expected);
}

GST_START_TEST (points_are_turned_back)
{
  GstVideoInfo info = make_info ("BGRx", 200, 100, 1, 1);

  for (guint i = 0; i < 8; i++) {
    gboolean swapped = i == GST_VIDEO_ORIENTATION_90R ||
                       i == GST_VIDEO_ORIENTATION_90L ||
                       i >= GST_VIDEO_ORIENTATION_UL_LR;
    GstDmabufSinkView view = { .info = &info,
      .orientation = i,
      .screen_width = 1000,
      .screen_height = 1000,
      .render = { 50, 70, swapped ? 300 : 600, swapped ? 600 : 300 },
      .can_scale = TRUE };
    GstDmabufSinkGeometry geometry;
    gdouble x = 11.5, y = 22.5;

    fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
    turn_pixel (i, 200, 100, &x, &y);
    x = 50 + 3 * x;
    y = 70 + 3 * y;
    fail_unless (gst_dmabuf_sink_geometry_to_video (&geometry, &x, &y));
    assert_near (x, 11.5, 1e-9);
    assert_near (y, 22.5, 1e-9);
  }
}
GST_END_TEST;

GST_START_TEST (a_point_beside_the_picture_is_on_its_edge)
{
  GstVideoInfo info = make_info ("BGRx", 200, 100, 1, 1);
  GstDmabufSinkView view = { .info = &info,
    .screen_width = 400,
    .screen_height = 400,
    .force_aspect_ratio = TRUE,
    .can_scale = TRUE };
  GstDmabufSinkGeometry geometry;
  gdouble x = 20, y = 0;

  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  fail_if (gst_dmabuf_sink_geometry_to_video (&geometry, &x, &y));
  assert_near (x, 10, 1e-9);
  assert_near (y, 0, 1e-9);
  x = 500;
  y = 300;
  fail_if (gst_dmabuf_sink_geometry_to_video (&geometry, &x, &y));
  assert_near (x, 200, 1e-9);
  assert_near (y, 100, 1e-9);
}
GST_END_TEST;

/* Upstream knows the crop alone: it is what the caps tell the size of. */
GST_START_TEST (points_count_from_the_crop)
{
  GstVideoInfo info = make_info ("NV12", 200, 100, 1, 1);
  GstDmabufSinkView view = { .info = &info,
    .crop = { 31, 20, 50, 50 },
    .screen_width = 400,
    .screen_height = 400 };
  GstDmabufSinkGeometry geometry;
  gdouble x, y;

  /* the first column of the crop is not shown */
  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  x = geometry.destination.x + 0.5;
  y = geometry.destination.y + 0.5;
  fail_unless (gst_dmabuf_sink_geometry_to_video (&geometry, &x, &y));
  assert_near (x, 1.5, 1e-9);
  assert_near (y, 0.5, 1e-9);
}
GST_END_TEST;

/* --- text on it -------------------------------------------------------- */

static void
assert_placed (const GstDmabufSinkView *view, GstVideoRectangle part,
    const struct row *row)
{
  GstDmabufSinkGeometry geometry;
  GstDmabufSinkSource source;
  GstVideoRectangle destination;
  gboolean visible;

  fail_unless (gst_dmabuf_sink_geometry_compute (view, &geometry));
  visible = gst_dmabuf_sink_geometry_place (
      &geometry, &part, &source, &destination);
  assert_answer (row, visible, &source, &destination);
}

GST_START_TEST (text_lies_where_the_video_is)
{
  GstVideoInfo info = make_info ("NV12", 200, 100, 1, 1);
  GstDmabufSinkView view = { .info = &info,
    .screen_width = 400,
    .screen_height = 400,
    .force_aspect_ratio = TRUE,
    .can_scale = TRUE };

  assert_placed (&view, (GstVideoRectangle) { 10, 80, 100, 15 },
      &(struct row) {
          .source = { 0, 0, 100, 15 }, .destination = { 20, 260, 200, 30 } });
  view.orientation = GST_VIDEO_ORIENTATION_180;
  assert_placed (&view, (GstVideoRectangle) { 10, 80, 100, 15 },
      &(struct row) {
          .source = { 0, 0, 100, 15 }, .destination = { 180, 110, 200, 30 } });
  view.orientation = GST_VIDEO_ORIENTATION_90R;
  assert_placed (&view, (GstVideoRectangle) { 10, 80, 100, 15 },
      &(struct row) {
          .source = { 0, 0, 100, 15 }, .destination = { 110, 20, 30, 200 } });
  view.crop = (GstVideoRectangle) { 100, 50, 100, 50 };
  assert_placed (&view, (GstVideoRectangle) { 0, 0, 100, 50 },
      &(struct row) {
          .source = { 0, 0, 100, 50 }, .destination = { 100, 0, 200, 400 } });
}
GST_END_TEST;

GST_START_TEST (text_is_cut_with_the_video)
{
  GstVideoInfo info = make_info ("NV12", 200, 100, 1, 1);
  GstDmabufSinkView view = { .info = &info,
    .screen_width = 400,
    .screen_height = 400,
    .render = { -200, 300, 400, 200 },
    .force_aspect_ratio = TRUE,
    .can_scale = TRUE };

  assert_placed (&view, (GstVideoRectangle) { 50, 40, 100, 20 },
      &(struct row) {
          .source = { 50, 0, 50, 10 }, .destination = { 0, 380, 100, 20 } });
  assert_placed (
      &view, (GstVideoRectangle) { 50, 60, 100, 20 }, &(struct row) { 0 });
  view.orientation = GST_VIDEO_ORIENTATION_HORIZ;
  assert_placed (&view, (GstVideoRectangle) { 50, 40, 100, 20 },
      &(struct row) {
          .source = { 0, 0, 50, 10 }, .destination = { 0, 380, 100, 20 } });
}
GST_END_TEST;

GST_START_TEST (text_on_unscaled_video_is_not_scaled)
{
  GstVideoInfo info = make_info ("NV12", 200, 100, 1, 1);
  GstDmabufSinkView view = {
    .info = &info, .screen_width = 100, .screen_height = 50
  };

  assert_placed (&view, (GstVideoRectangle) { 3, 41, 100, 7 },
      &(struct row) {
          .source = { 47, 0, 53, 7 }, .destination = { 0, 17, 53, 7 } });
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_picture_is_as_large_as_its_proportions_allow),
    RUNNER_TEST (pixels_of_the_video_need_not_be_square),
    RUNNER_TEST (pixels_of_the_screen_need_not_be_square),
    RUNNER_TEST (without_proportions_the_rectangle_is_filled),
    RUNNER_TEST (a_crop_is_what_is_seen),
    RUNNER_TEST (what_leaves_the_screen_is_cut),
    RUNNER_TEST (whole_pixels_are_groups_of_a_colour),
    RUNNER_TEST (unscaled_it_is_in_the_middle),
    RUNNER_TEST (unscaled_it_is_cut_at_the_rectangle),
    RUNNER_TEST (unscaled_colours_stay_with_their_pixels),
    RUNNER_TEST (lines_of_a_field_stay_in_it),
    RUNNER_TEST (a_framebuffer_may_be_larger_than_the_video),
    RUNNER_TEST (what_cannot_be_told_is_not_shown),
    RUNNER_TEST (drm_turns_the_other_way),
    RUNNER_TEST (one_reflection_and_rotations_are_enough),
    RUNNER_TEST (two_reflections_are_half_a_turn),
    RUNNER_TEST (a_plane_that_cannot_turn_does_not),
    RUNNER_TEST (points_are_turned_back),
    RUNNER_TEST (a_point_beside_the_picture_is_on_its_edge),
    RUNNER_TEST (points_count_from_the_crop),
    RUNNER_TEST (text_lies_where_the_video_is),
    RUNNER_TEST (text_is_cut_with_the_video),
    RUNNER_TEST (text_on_unscaled_video_is_not_scaled))
