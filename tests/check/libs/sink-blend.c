/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/picture.h"
#include "../helpers/runner.h"

#include "gst/dmabufsink/gstdmabufsinkoverlay.h"

/*
 * Text that the CPU blends into the picture.
 */

static GstVideoInfo info;

static void
set_format (const char *format)
{
  gst_video_info_set_format (
      &info, gst_video_format_from_string (format), 320, 240);
}

/* Two colours, half transparent. */
static GstVideoOverlayRectangle *
make_text (gint x, gint y, guint w, guint h, guint render_w, guint render_h)
{
  GstBuffer *pixels = gst_buffer_new_allocate (NULL, w * h * 4, NULL);
  GstVideoOverlayRectangle *rectangle;

  for (guint i = 0; i < w * h; i++) {
    guint8 bgra[4] = { i % w, 200, i / w, 55 + i % 200 };

    gst_buffer_fill (pixels, 4 * i, bgra, 4);
  }
  gst_buffer_add_video_meta (
      pixels, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRA, w, h);
  rectangle = gst_video_overlay_rectangle_new_raw (
      pixels, x, y, render_w, render_h, GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE);
  gst_buffer_unref (pixels);
  return rectangle;
}

static void
add (GstVideoOverlayComposition *composition, GstVideoOverlayRectangle *text)
{
  gst_video_overlay_composition_add_rectangle (composition, text);
  gst_video_overlay_rectangle_unref (text);
}

/* A picture with text inside, across an edge, scaled, and outside. */
static GstBuffer *
make_frame (GstVideoOverlayComposition **composition)
{
  GstBuffer *frame = picture_new (&info, 1);
  GstVideoOverlayRectangle *faint = make_text (-9, 220, 50, 50, 50, 50);

  *composition = gst_video_overlay_composition_new (NULL);
  gst_video_overlay_rectangle_set_global_alpha (faint, 0.7);
  add (*composition, make_text (21, 33, 100, 20, 100, 20));
  add (*composition, faint);
  add (*composition, make_text (60, 100, 30, 20, 120, 40));
  add (*composition, make_text (400, 100, 30, 20, 120, 40));
  gst_buffer_add_video_overlay_composition_meta (frame, *composition);
  return frame;
}

static guint64
blend (GstBuffer *frame, GstBuffer *target)
{
  g_autoptr (GstAllocator) allocator = gst_zc_allocator_new (NULL);
  g_autoptr (GError) error = NULL;
  guint64 bytes;

  fail_unless (gst_dmabuf_sink_overlay_blend (GST_ZC_ALLOCATOR (allocator),
                   frame, target, &info, &bytes, &error),
      "%s", error ? error->message : "no error");
  return bytes;
}

static void
assert_like_gstreamer (const char *format)
{
  GstVideoOverlayComposition *composition;
  GstBuffer *frame, *target, *expected;
  GstVideoFrame mapped;
  GstMapInfo map;

  set_format (format);
  frame = make_frame (&composition);
  target = picture_new (&info, 1);
  expected = picture_new (&info, 1);
  fail_unless (
      gst_video_frame_map (&mapped, &info, expected, GST_MAP_READWRITE));
  fail_unless (gst_video_overlay_composition_blend (composition, &mapped));
  gst_video_frame_unmap (&mapped);

  blend (frame, target);
  gst_buffer_map (expected, &map, GST_MAP_READ);
  fail_unless (gst_buffer_memcmp (target, 0, map.data, map.size) == 0);
  fail_unless (gst_buffer_memcmp (frame, 0, map.data, map.size) != 0);
  gst_buffer_unmap (expected, &map);
  gst_video_overlay_composition_unref (composition);
  gst_buffer_unref (frame);
  gst_buffer_unref (target);
  gst_buffer_unref (expected);
}

GST_START_TEST (pixels_are_those_of_gstreamer)
{
  static const char *const formats[] = { "BGRx", "RGB", "NV12", "I420", "YUY2",
    "P010_10LE" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    assert_like_gstreamer (formats[i]);
}
GST_END_TEST;

static void
assert_bytes (const char *format, gint x, gint y, guint64 expected)
{
  GstVideoOverlayComposition *composition = gst_video_overlay_composition_new (
      NULL);
  GstBuffer *frame, *target;

  set_format (format);
  frame = gst_buffer_new ();
  target = picture_new (&info, 1);
  add (composition, make_text (x, y, 100, 20, 100, 20));
  gst_buffer_add_video_overlay_composition_meta (frame, composition);
  fail_unless_equals_uint64 (blend (frame, target), expected);
  gst_video_overlay_composition_unref (composition);
  gst_buffer_unref (frame);
  gst_buffer_unref (target);
}

GST_START_TEST (the_bytes_of_all_planes_are_counted)
{
  assert_bytes ("BGRA", 10, 10, 100 * 20 * 4);
  assert_bytes ("NV12", 10, 10, 100 * 20 * 3 / 2);
  assert_bytes ("I420", 11, 11, 100 * 20 + 2 * 51 * 11);
  assert_bytes ("P010_10LE", 10, 10, 100 * 20 * 3);
  assert_bytes ("YUY2", 10, 10, 100 * 20 * 2);
}
GST_END_TEST;

GST_START_TEST (what_is_beside_the_video_is_not_counted)
{
  assert_bytes ("BGRA", -10, 230, 90 * 10 * 4);
  assert_bytes ("BGRA", 320, 10, 0);
}
GST_END_TEST;

GST_START_TEST (without_text_nothing_is_touched)
{
  GstBuffer *frame = gst_buffer_new ();

  set_format ("NV12");
  fail_unless_equals_uint64 (blend (frame, frame), 0);
  gst_buffer_unref (frame);
}
GST_END_TEST;

/* White, half transparent, over black: grey in every pixel, however large. */
GST_START_TEST (scaled_text_stays_premultiplied)
{
  GstBuffer *frame = gst_buffer_new (), *target;
  GstBuffer *pixels = gst_buffer_new_allocate (NULL, 8 * 8 * 4, NULL);
  GstVideoOverlayRectangle *text;
  GstVideoOverlayComposition *composition;
  guint8 rgb[3];

  set_format ("RGB");
  gst_buffer_memset (pixels, 0, 128, 8 * 8 * 4);
  gst_buffer_add_video_meta (
      pixels, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRA, 8, 8);
  text = gst_video_overlay_rectangle_new_raw (
      pixels, 0, 0, 64, 64, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  composition = gst_video_overlay_composition_new (text);
  gst_buffer_add_video_overlay_composition_meta (frame, composition);
  target = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (target, 0, 0, info.size);
  blend (frame, target);
  gst_buffer_extract (target, 30 * info.stride[0] + 30 * 3, rgb, 3);
  fail_unless (ABS (rgb[0] - 128) <= 1, "%u", rgb[0]);
  gst_video_overlay_rectangle_unref (text);
  gst_video_overlay_composition_unref (composition);
  gst_buffer_unref (pixels);
  gst_buffer_unref (frame);
  gst_buffer_unref (target);
}
GST_END_TEST;

GST_START_TEST (a_picture_that_is_too_small_is_an_error)
{
  g_autoptr (GstAllocator) allocator = gst_zc_allocator_new (NULL);
  g_autoptr (GError) error = NULL;
  GstVideoOverlayComposition *composition;
  GstBuffer *frame, *target = gst_buffer_new_allocate (NULL, 100, NULL);
  guint64 bytes = 1;

  set_format ("NV12");
  frame = make_frame (&composition);
  fail_if (gst_dmabuf_sink_overlay_blend (
      GST_ZC_ALLOCATOR (allocator), frame, target, &info, &bytes, &error));
  fail_unless (error != NULL);
  fail_unless_equals_uint64 (bytes, 0);
  gst_video_overlay_composition_unref (composition);
  gst_buffer_unref (frame);
  gst_buffer_unref (target);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (pixels_are_those_of_gstreamer),
    RUNNER_TEST (the_bytes_of_all_planes_are_counted),
    RUNNER_TEST (what_is_beside_the_video_is_not_counted),
    RUNNER_TEST (without_text_nothing_is_touched),
    RUNNER_TEST (scaled_text_stays_premultiplied),
    RUNNER_TEST (a_picture_that_is_too_small_is_an_error))
