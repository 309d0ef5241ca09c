/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/heap.h"
#include "../helpers/picture.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst/dmabufsink/gstdmabufsinkoverlay.h"

#define WIDTH 320
#define HEIGHT 240

#define STRAIGHT GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE
#define PREMULTIPLIED GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA

static GstDmabufSinkOverlay overlay;

static void
set_up (void)
{
  g_autoptr (GstZcHeap) heap = heap_new_of_pictures ();

  memset (&overlay, 0, sizeof (overlay));
  seam_play ();
  heap_set_left (G_MAXUINT);
  gst_dmabuf_sink_overlay_setup (&overlay, heap, WIDTH, HEIGHT);
}

static void
tear_down (void)
{
  gst_dmabuf_sink_overlay_clear (&overlay);
}

/* --- text -------------------------------------------------------------- */

/* What a rectangle of text is filled with: another colour each SEED, another
 * alpha each column. */
static void
get_pixel (guint x, guint seed, gboolean premultiplied, guint8 bgra[4])
{
  guint alpha = (x * 37 + seed * 11) % 256;

  bgra[3] = alpha;
  for (guint i = 0; i < 3; i++) {
    guint colour = (seed * 50 + i * 70 + 40) % 256;

    bgra[i] = premultiplied ? colour * alpha / 255 : colour;
  }
}

static GstBuffer *
make_pixels (GstVideoFormat format, guint w, guint h)
{
  GstBuffer *pixels = gst_buffer_new_allocate (NULL, w * h * 4, NULL);

  gst_buffer_memset (pixels, 0, 0x90, w * h * 4);
  gst_buffer_add_video_meta (pixels, GST_VIDEO_FRAME_FLAG_NONE, format, w, h);
  return pixels;
}

static GstVideoOverlayRectangle *
make_text (gint x, gint y, guint w, guint h, guint seed,
    GstVideoOverlayFormatFlags flags)
{
  GstBuffer *pixels = make_pixels (GST_VIDEO_FORMAT_BGRA, w, h);
  GstVideoOverlayRectangle *rectangle;
  GstMapInfo map;

  gst_buffer_map (pixels, &map, GST_MAP_WRITE);
  for (guint i = 0; i < w * h; i++)
    get_pixel (i % w, seed, flags == PREMULTIPLIED, &map.data[4 * i]);
  gst_buffer_unmap (pixels, &map);
  rectangle = gst_video_overlay_rectangle_new_raw (pixels, x, y, w, h, flags);
  gst_buffer_unref (pixels);
  return rectangle;
}

/* Takes over N rectangles. */
static GstVideoOverlayComposition *
compose (GstVideoOverlayRectangle *rectangles[], guint n)
{
  GstVideoOverlayComposition *composition = gst_video_overlay_composition_new (
      NULL);

  for (guint i = 0; i < n; i++) {
    gst_video_overlay_composition_add_rectangle (composition, rectangles[i]);
    gst_video_overlay_rectangle_unref (rectangles[i]);
  }
  return composition;
}

/* A frame with the rectangles as its text. */
static GstBuffer *
make_frame (GstVideoOverlayRectangle *rectangles[], guint n)
{
  GstVideoOverlayComposition *composition = compose (rectangles, n);
  GstBuffer *frame = gst_buffer_new ();

  gst_buffer_add_video_overlay_composition_meta (frame, composition);
  gst_video_overlay_composition_unref (composition);
  return frame;
}

#define FRAME(...)                                              \
  make_frame ((GstVideoOverlayRectangle *[]) { __VA_ARGS__ },   \
      sizeof ((GstVideoOverlayRectangle *[]) { __VA_ARGS__ }) / \
          sizeof (GstVideoOverlayRectangle *))

static gboolean
update (GstBuffer *frame)
{
  return gst_dmabuf_sink_overlay_update (&overlay, frame);
}

/* Takes FRAME over. */
static void
show (GstBuffer *frame)
{
  fail_unless (update (frame), "%s",
      overlay.error ? overlay.error->message : "no error");
  gst_buffer_unref (frame);
}

/* --- pictures ---------------------------------------------------------- */

static void
assert_rectangle (gint x, gint y, gint w, gint h)
{
  const GstVideoRectangle *r = &overlay.rectangle;

  fail_unless (overlay.buffer != NULL);
  fail_unless (r->x == x && r->y == y && r->w == w && r->h == h, "%d,%d %dx%d",
      r->x, r->y, r->w, r->h);
  fail_unless (overlay.info.width >= w && overlay.info.height >= h);
}

/* The pixel of BUFFER that lies over X, Y of the video. */
static void
read_pixel (GstBuffer *buffer, guint x, guint y, guint8 bgra[4])
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  gsize at = (y - overlay.rectangle.y) * meta->stride[0] +
             (x - overlay.rectangle.x) * 4;

  fail_unless_equals_int (meta->format, GST_VIDEO_FORMAT_BGRA);
  fail_unless_equals_int (gst_buffer_extract (buffer, at, bgra, 4), 4);
}

/* To a value, because everybody rounds elsewhere. */
static void
assert_pixel (guint x, guint y, const guint8 expected[4])
{
  guint8 got[4];

  read_pixel (overlay.buffer, x, y, got);
  for (guint i = 0; i < 4; i++)
    fail_unless (ABS (got[i] - expected[i]) <= 1,
        "pixel %u,%u: %u %u %u %u instead of %u %u %u %u", x, y, got[0], got[1],
        got[2], got[3], expected[0], expected[1], expected[2], expected[3]);
}

/* Over X, Y of the video are W x H pixels of text SEED from its column FIRST
 * on, ALPHA in 255 of it. */
static void
assert_text (
    guint x, guint y, guint w, guint h, guint first, guint seed, guint alpha)
{
  guint8 expected[4];

  for (guint j = 0; j < h; j++)
    for (guint i = 0; i < w; i++) {
      get_pixel (first + i, seed, TRUE, expected);
      for (guint c = 0; c < 4; c++)
        expected[c] = expected[c] * alpha / 255;
      assert_pixel (x + i, y + j, expected);
    }
}

GST_START_TEST (colours_are_premultiplied)
{
  set_up ();
  show (FRAME (make_text (20, 30, 100, 12, 1, STRAIGHT)));
  assert_rectangle (20, 30, 100, 12);
  assert_text (20, 30, 100, 12, 0, 1, 255);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (premultiplied_colours_stay_as_they_are)
{
  set_up ();
  show (FRAME (make_text (20, 30, 100, 12, 2, PREMULTIPLIED)));
  assert_rectangle (20, 30, 100, 12);
  assert_text (20, 30, 100, 12, 0, 2, 255);
  tear_down ();
}
GST_END_TEST;

static void
assert_global_alpha (GstVideoOverlayFormatFlags flags)
{
  GstVideoOverlayRectangle *text = make_text (20, 30, 100, 12, 3, flags);

  gst_video_overlay_rectangle_set_global_alpha (text, 0.4);
  set_up ();
  show (FRAME (text));
  assert_text (20, 30, 100, 12, 0, 3, 102);
  tear_down ();
}

GST_START_TEST (text_may_be_faint_as_a_whole)
{
  assert_global_alpha (STRAIGHT);
}
GST_END_TEST;

GST_START_TEST (premultiplied_text_may_be_faint_as_a_whole)
{
  assert_global_alpha (PREMULTIPLIED);
}
GST_END_TEST;

GST_START_TEST (three_rectangles_are_one_picture)
{
  static const guint8 nothing[4];

  set_up ();
  show (FRAME (make_text (100, 10, 20, 10, 1, STRAIGHT),
      make_text (50, 200, 200, 20, 2, PREMULTIPLIED),
      make_text (200, 100, 30, 10, 3, STRAIGHT)));
  assert_rectangle (50, 10, 200, 210);
  assert_text (100, 10, 20, 10, 0, 1, 255);
  assert_text (50, 200, 200, 20, 0, 2, 255);
  assert_text (200, 100, 30, 10, 0, 3, 255);
  for (guint x = 50; x < 250; x++)
    assert_pixel (x, 150, nothing);
  fail_unless_equals_uint64 (overlay.drawn, 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_last_rectangle_is_on_top)
{
  guint8 below[4], above[4];

  set_up ();
  show (FRAME (make_text (10, 10, 50, 10, 1, STRAIGHT),
      make_text (10, 10, 50, 10, 2, STRAIGHT)));
  for (guint x = 0; x < 50; x++) {
    get_pixel (x, 1, TRUE, below);
    get_pixel (x, 2, TRUE, above);
    for (guint c = 0; c < 4; c++)
      below[c] = above[c] + below[c] * (255 - above[3]) / 255;
    assert_pixel (10 + x, 10, below);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (two_texts_of_a_frame_are_one_picture)
{
  GstBuffer *frame = FRAME (make_text (100, 10, 20, 10, 1, STRAIGHT));
  GstVideoOverlayComposition *other;

  other = compose ((GstVideoOverlayRectangle *[]) { make_text (
                       90, 30, 20, 10, 2, STRAIGHT) },
      1);
  gst_buffer_add_video_overlay_composition_meta (frame, other);
  gst_video_overlay_composition_unref (other);
  set_up ();
  gst_buffer_ref (frame);
  show (frame);
  assert_rectangle (90, 10, 30, 30);
  assert_text (100, 10, 20, 10, 0, 1, 255);
  assert_text (90, 30, 20, 10, 0, 2, 255);
  show (frame);
  fail_unless_equals_uint64 (overlay.drawn, 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_beside_the_video_is_left_out)
{
  set_up ();
  show (FRAME (make_text (-30, -5, 100, 12, 1, STRAIGHT)));
  assert_rectangle (0, 0, 70, 7);
  assert_text (0, 0, 70, 7, 30, 1, 255);
  show (FRAME (make_text (WIDTH - 40, HEIGHT - 4, 100, 12, 1, STRAIGHT)));
  assert_rectangle (WIDTH - 40, HEIGHT - 4, 40, 4);
  assert_text (WIDTH - 40, HEIGHT - 4, 40, 4, 0, 1, 255);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_beside_the_video_is_no_picture)
{
  set_up ();
  show (FRAME (make_text (-100, 0, 100, 12, 1, STRAIGHT),
      make_text (0, HEIGHT, 100, 12, 1, STRAIGHT),
      make_text (G_MAXINT, G_MAXINT, 100, 12, 1, STRAIGHT)));
  fail_unless (overlay.buffer == NULL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (without_text_there_is_no_picture)
{
  set_up ();
  show (gst_buffer_new ());
  fail_unless (overlay.buffer == NULL);
  show (make_frame (NULL, 0));
  fail_unless (overlay.buffer == NULL);
  show (FRAME (make_text (20, 30, 100, 12, 1, STRAIGHT)));
  fail_unless (overlay.buffer != NULL);
  show (gst_buffer_new ());
  fail_unless (overlay.buffer == NULL);
  fail_unless_equals_uint64 (overlay.drawn, 1);
  tear_down ();
}
GST_END_TEST;

/* Scaled by GStreamer, which keeps what a colour is all over. */
GST_START_TEST (text_is_scaled_to_its_rectangle)
{
  GstVideoOverlayRectangle *text;
  GstBuffer *pixels = make_pixels (GST_VIDEO_FORMAT_BGRA, 10, 10);
  static const guint8 expected[4] = { 0x90, 0x90, 0x90, 0x90 };

  text = gst_video_overlay_rectangle_new_raw (
      pixels, 20, 30, 100, 50, PREMULTIPLIED);
  gst_buffer_unref (pixels);
  set_up ();
  show (FRAME (text));
  assert_rectangle (20, 30, 100, 50);
  for (guint x = 20; x < 120; x++)
    assert_pixel (x, 50, expected);
  tear_down ();
}
GST_END_TEST;

/* Grey and half transparent, for which GStreamer's own conversion asks a
 * rectangle that it does not have for its alpha. */
GST_START_TEST (text_may_be_yuv)
{
  GstVideoOverlayRectangle *text;
  GstBuffer *pixels = make_pixels (GST_VIDEO_FORMAT_AYUV, 16, 8);
  guint grey = (298 * 0x90 + 459 * 0x80 - 63514) >> 8, alpha = 0x90 / 2;
  guint8 expected[4] = { 0, 0, 0, alpha }, got[4];

  for (guint i = 0; i < 16 * 8; i++)
    gst_buffer_memset (pixels, 4 * i + 2, 0x80, 2);
  text = gst_video_overlay_rectangle_new_raw (pixels, 20, 30, 16, 8, STRAIGHT);
  gst_video_overlay_rectangle_set_global_alpha (text, 0.5);
  gst_buffer_unref (pixels);
  set_up ();
  show (FRAME (text));
  memset (expected, grey * alpha / 255, 3);
  read_pixel (overlay.buffer, 25, 33, got);
  for (guint i = 0; i < 4; i++)
    fail_unless (ABS (got[i] - expected[i]) <= 2, "%u instead of %u", got[i],
        expected[i]);
  tear_down ();
}
GST_END_TEST;

/* --- time -------------------------------------------------------------- */

GST_START_TEST (text_that_stays_is_drawn_once)
{
  GstBuffer *frame = FRAME (make_text (20, 30, 100, 12, 1, STRAIGHT));
  GstBuffer *first;

  set_up ();
  show (gst_buffer_ref (frame));
  first = overlay.buffer;
  for (guint i = 0; i < 10; i++) {
    /* another frame with the same text */
    show (gst_buffer_copy (frame));
    fail_unless (overlay.buffer == first);
  }
  fail_unless_equals_uint64 (overlay.drawn, 1);
  show (frame);
  show (FRAME (make_text (20, 30, 100, 12, 2, STRAIGHT)));
  fail_unless_equals_uint64 (overlay.drawn, 2);
  assert_text (20, 30, 100, 12, 0, 2, 255);
  tear_down ();
}
GST_END_TEST;

/* Whoever may write into it could change it under its number. */
GST_START_TEST (text_that_is_shown_cannot_be_changed)
{
  GstVideoOverlayComposition *composition;
  GstBuffer *frame = gst_buffer_new ();

  composition = compose ((GstVideoOverlayRectangle *[]) { make_text (
                             20, 30, 100, 12, 1, STRAIGHT) },
      1);
  gst_buffer_add_video_overlay_composition_meta (frame, composition);
  set_up ();
  show (frame);
  fail_if (gst_mini_object_is_writable (GST_MINI_OBJECT_CAST (composition)));
  show (gst_buffer_new ());
  fail_unless (
      gst_mini_object_is_writable (GST_MINI_OBJECT_CAST (composition)));
  gst_video_overlay_composition_unref (composition);
  tear_down ();
}
GST_END_TEST;

/* --- memory ------------------------------------------------------------ */

GST_START_TEST (what_is_shown_is_not_drawn_into)
{
  GstBuffer *held[GST_DMABUF_SINK_OVERLAY_BUFFERS];
  guint8 expected[4], got[4];

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    show (FRAME (make_text (20, 30, 100, 12, i, STRAIGHT)));
    held[i] = gst_buffer_ref (overlay.buffer);
  }
  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    get_pixel (50, i, TRUE, expected);
    read_pixel (held[i], 70, 35, got);
    for (guint c = 0; c < 4; c++)
      fail_unless (ABS (got[c] - expected[c]) <= 1, "picture %u", i);
    gst_buffer_unref (held[i]);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (with_all_shown_text_waits_for_the_first_to_return)
{
  GstBuffer *held[GST_DMABUF_SINK_OVERLAY_BUFFERS];
  GstBuffer *frame = FRAME (make_text (20, 30, 100, 12, 9, STRAIGHT));

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    show (FRAME (make_text (20, 30, 100, 12, i, STRAIGHT)));
    held[i] = gst_buffer_ref (overlay.buffer);
  }
  fail_if (update (frame));
  fail_unless (overlay.buffer == NULL);
  fail_unless (
      g_error_matches (overlay.error, GST_ZC_ERROR, GST_ZC_ERROR_BUSY));
  fail_if (update (frame));
  gst_buffer_unref (held[0]);
  show (frame);
  assert_text (20, 30, 100, 12, 0, 9, 255);
  for (guint i = 1; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_that_changes_allocates_nothing)
{
  set_up ();
  show (FRAME (make_text (20, 30, 100, 12, 99, STRAIGHT)));
  heap_set_left (0);
  for (guint i = 0; i < 20; i++) {
    guint w = 100 + i % 7, h = 12 + i % 3;

    show (FRAME (make_text (20, 30, w, h, i, STRAIGHT)));
    assert_rectangle (20, 30, w, h);
    assert_text (20, 30, w, h, 0, i, 255);
  }
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (text_that_grows_gets_larger_memory)
{
  GstBuffer *small;

  set_up ();
  show (FRAME (make_text (0, 0, 10, 10, 1, STRAIGHT)));
  fail_unless (overlay.info.size < 64 * 64 * 4 + 1);
  small = gst_buffer_ref (overlay.buffer);
  show (FRAME (make_text (0, 0, WIDTH, HEIGHT, 2, STRAIGHT)));
  assert_rectangle (0, 0, WIDTH, HEIGHT);
  assert_text (0, 0, WIDTH, HEIGHT, 0, 2, 255);
  fail_unless_equals_int (overlay.info.width, WIDTH);
  fail_unless_equals_int (overlay.info.height, HEIGHT);
  gst_buffer_unref (small);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (without_memory_each_text_fails_once)
{
  GstBuffer *frame = FRAME (make_text (20, 30, 100, 12, 1, STRAIGHT));

  set_up ();
  heap_set_left (0);
  fail_if (update (frame));
  fail_unless (overlay.buffer == NULL);
  fail_unless (
      g_error_matches (overlay.error, GST_ZC_ERROR, GST_ZC_ERROR_NO_MEMORY));
  heap_set_left (10);
  fail_if (update (frame));
  show (FRAME (make_text (20, 30, 100, 12, 2, STRAIGHT)));
  assert_text (20, 30, 100, 12, 0, 2, 255);
  gst_buffer_unref (frame);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_card_without_memory_is_an_error)
{
  GstBuffer *frame = FRAME (make_text (20, 30, 100, 12, 1, STRAIGHT));

  gst_dmabuf_sink_overlay_setup (&overlay, NULL, WIDTH, HEIGHT);
  fail_if (update (frame));
  fail_unless (g_error_matches (
      overlay.error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
  show (gst_buffer_new ());
  gst_buffer_unref (frame);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (another_video_starts_anew)
{
  GstBuffer *frame = FRAME (make_text (20, 30, 100, 12, 1, STRAIGHT));
  g_autoptr (GstZcHeap) heap = heap_new_of_pictures ();

  set_up ();
  show (gst_buffer_ref (frame));
  gst_dmabuf_sink_overlay_setup (&overlay, heap, 64, 36);
  show (frame);
  assert_rectangle (20, 30, 44, 6);
  fail_unless_equals_uint64 (overlay.drawn, 2);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (colours_are_premultiplied),
    RUNNER_TEST (premultiplied_colours_stay_as_they_are),
    RUNNER_TEST (text_may_be_faint_as_a_whole),
    RUNNER_TEST (premultiplied_text_may_be_faint_as_a_whole),
    RUNNER_TEST (three_rectangles_are_one_picture),
    RUNNER_TEST (the_last_rectangle_is_on_top),
    RUNNER_TEST (two_texts_of_a_frame_are_one_picture),
    RUNNER_TEST (what_is_beside_the_video_is_left_out),
    RUNNER_TEST (text_beside_the_video_is_no_picture),
    RUNNER_TEST (without_text_there_is_no_picture),
    RUNNER_TEST (text_is_scaled_to_its_rectangle),
    RUNNER_TEST (text_may_be_yuv), RUNNER_TEST (text_that_stays_is_drawn_once),
    RUNNER_TEST (text_that_is_shown_cannot_be_changed),
    RUNNER_TEST (what_is_shown_is_not_drawn_into),
    RUNNER_TEST (with_all_shown_text_waits_for_the_first_to_return),
    RUNNER_TEST (text_that_changes_allocates_nothing),
    RUNNER_TEST (text_that_grows_gets_larger_memory),
    RUNNER_TEST (without_memory_each_text_fails_once),
    RUNNER_TEST (a_card_without_memory_is_an_error),
    RUNNER_TEST (another_video_starts_anew))
