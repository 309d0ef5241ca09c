/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/dma.h"
#include "../helpers/incoherent.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcdmaheap.h"
#include "gst-libs/allocators/gstzcdumbheap.h"
#include "gst/dmabufsink/gstdmabufsinkgeometry.h"
#include "gst/dmabufsink/gstdmabufsinkoverlay.h"

#include <drm_fourcc.h>
#include <xf86drm.h>

#define SCREEN_WIDTH 640
#define SCREEN_HEIGHT 480

/* As many bytes as a device of the lab copies. */
#define WIDTH 64
#define HEIGHT (DMA_SIZE / WIDTH / 4)

static GstDmabufSinkOverlay overlay;

/* Text of W x H at X, Y, premultiplied already: its bytes are what is drawn. */
static GstBuffer *
make_frame (gint x, gint y, guint w, guint h, guint seed)
{
  GstBuffer *pixels = gst_buffer_new_allocate (NULL, w * h * 4, NULL);
  GstBuffer *frame = gst_buffer_new ();
  GstVideoOverlayRectangle *rectangle;
  GstVideoOverlayComposition *composition;

  for (guint i = 0; i < w * h; i++) {
    guint8 alpha = 128 + (i + seed) % 128;
    guint8 bgra[4] = { i % 128, seed % 128, i / w % 128, alpha };

    gst_buffer_fill (pixels, 4 * i, bgra, 4);
  }
  gst_buffer_add_video_meta (
      pixels, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRA, w, h);
  rectangle = gst_video_overlay_rectangle_new_raw (
      pixels, x, y, w, h, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  composition = gst_video_overlay_composition_new (rectangle);
  gst_buffer_add_video_overlay_composition_meta (frame, composition);
  gst_video_overlay_composition_unref (composition);
  gst_video_overlay_rectangle_unref (rectangle);
  gst_buffer_unref (pixels);
  return frame;
}

static GstVideoOverlayComposition *
get_text (GstBuffer *frame)
{
  return gst_buffer_get_video_overlay_composition_meta (frame)->overlay;
}

static GstBuffer *
get_pixels (GstBuffer *frame)
{
  return gst_video_overlay_rectangle_get_pixels_unscaled_raw (
      gst_video_overlay_composition_get_rectangle (get_text (frame), 0),
      GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
}

/* --- on the screen ----------------------------------------------------- */

static uint32_t
import (struct display *display)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (overlay.buffer);
  gint fd = gst_dmabuf_memory_get_fd (
      gst_buffer_peek_memory (overlay.buffer, 0));
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, fb;

  pitches[0] = meta->stride[0];
  fail_unless_equals_int (drmPrimeFDToHandle (display->fd, fd, &handles[0]), 0);
  fail_unless_equals_int (
      drmModeAddFB2 (display->fd, meta->width, meta->height,
          DRM_FORMAT_ARGB8888, handles, pitches, offsets, &fb, 0),
      0);
  return fb;
}

/* Of a black screen with the text of FRAME over it. */
static guint32
crc_with (GstBuffer *frame)
{
  const GstVideoRectangle *r = &overlay.rectangle;
  GstVideoInfo info;
  GstVideoFrame to;
  GstBuffer *whole;
  guint32 crc;

  gst_video_info_set_format (
      &info, GST_VIDEO_FORMAT_BGRx, SCREEN_WIDTH, SCREEN_HEIGHT);
  whole = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (whole, 0, 0, info.size);
  fail_unless (gst_video_frame_map (&to, &info, whole, GST_MAP_READWRITE));
  for (gint y = 0; y < r->h; y++)
    gst_buffer_extract (get_pixels (frame), y * r->w * 4,
        (guint8 *) to.data[0] + ((r->y + y) * SCREEN_WIDTH + r->x) * 4,
        r->w * 4);
  crc = crc_of_frame (&to, SCREEN_WIDTH, SCREEN_HEIGHT);
  gst_video_frame_unmap (&to);
  gst_buffer_unref (whole);
  return crc;
}

static void
place (struct display *display)
{
  GstVideoInfo info;
  GstDmabufSinkView view = {
    .info = &info, .screen_width = SCREEN_WIDTH, .screen_height = SCREEN_HEIGHT
  };
  GstDmabufSinkGeometry geometry;
  GstDmabufSinkSource s;
  GstVideoRectangle d;

  gst_video_info_set_format (
      &info, GST_VIDEO_FORMAT_NV12, SCREEN_WIDTH, SCREEN_HEIGHT);
  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  fail_unless (
      gst_dmabuf_sink_geometry_place (&geometry, &overlay.rectangle, &s, &d));
  display_place (display, import (display),
      (const uint32_t[]) { s.x, s.y, s.w, s.h },
      (const int32_t[]) { d.x, d.y, d.w, d.h }, DRM_MODE_ROTATE_0);
}

GST_START_TEST (a_display_shows_the_text_that_was_drawn)
{
  g_autoptr (GstZcHeap) heap = NULL;
  struct display display;

  display_open (&display);
  display_become_master (&display);
  heap = gst_zc_heap_new_dumb_for_fd (display.fd, NULL);
  fail_unless (heap != NULL);
  display_light (&display,
      display_make_picture (&display, SCREEN_WIDTH, SCREEN_HEIGHT, 0),
      SCREEN_WIDTH, SCREEN_HEIGHT);
  gst_dmabuf_sink_overlay_setup (&overlay, heap, SCREEN_WIDTH, SCREEN_HEIGHT);

  for (guint i = 0; i < 5; i++) {
    GstBuffer *frame = make_frame (30 + i, 400 - i, 333 + i, 21 + i, i);

    fail_unless (gst_dmabuf_sink_overlay_update (&overlay, frame));
    place (&display);
    fail_unless (crc_read_current () == crc_with (frame), "text %u", i);
    gst_buffer_unref (frame);
  }
  gst_dmabuf_sink_overlay_clear (&overlay);
  display_close (&display);
}
GST_END_TEST;

/* --- on memory that is not coherent ------------------------------------ */

static void
assert_device_sees (GstBuffer *buffer, GstBuffer *expected)
{
  gint fd = gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0));
  guint8 bytes[DMA_SIZE];

  dma_read (fd, bytes);
  fail_unless (gst_buffer_memcmp (expected, 0, bytes, DMA_SIZE) == 0);
  assert_incoherent_clean ();
}

GST_START_TEST (a_device_sees_the_text_that_was_drawn)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("incoherent");

  incoherent_reset ();
  gst_dmabuf_sink_overlay_setup (&overlay, heap, WIDTH, HEIGHT);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *frame = make_frame (0, 0, WIDTH, HEIGHT, i);

    fail_unless (gst_dmabuf_sink_overlay_update (&overlay, frame));
    assert_device_sees (overlay.buffer, get_pixels (frame));
    gst_buffer_unref (frame);
  }
  gst_dmabuf_sink_overlay_clear (&overlay);
}
GST_END_TEST;

/* A picture that a device wrote, in memory of another element. */
static GstBuffer *
make_target (const guint8 bytes[DMA_SIZE])
{
  GstAllocator *allocator = gst_dmabuf_allocator_new ();
  GstBuffer *target = gst_buffer_new ();
  int fd = incoherent_alloc (DMA_SIZE);

  gst_buffer_append_memory (
      target, gst_dmabuf_allocator_alloc (allocator, fd, DMA_SIZE));
  gst_object_unref (allocator);
  dma_write (fd, bytes);
  return target;
}

GST_START_TEST (text_is_blended_into_what_a_device_wrote)
{
  g_autoptr (GstAllocator) allocator = gst_zc_allocator_new (NULL);
  GstBuffer *frame = make_frame (3, 5, 41, 17, 1), *target, *expected;
  guint8 bytes[DMA_SIZE];
  GstVideoFrame mapped;
  GstVideoInfo info;
  guint64 touched;

  for (guint i = 0; i < DMA_SIZE; i++)
    bytes[i] = i % 4 == 3 ? 255 : i * 7;
  incoherent_reset ();
  target = make_target (bytes);
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, WIDTH, HEIGHT);
  fail_unless (gst_dmabuf_sink_overlay_blend (
      GST_ZC_ALLOCATOR (allocator), frame, target, &info, &touched, NULL));
  fail_unless_equals_uint64 (touched, 41 * 17 * 3);

  expected = gst_buffer_new_memdup (bytes, DMA_SIZE);
  fail_unless (
      gst_video_frame_map (&mapped, &info, expected, GST_MAP_READWRITE));
  gst_video_overlay_composition_blend (get_text (frame), &mapped);
  gst_video_frame_unmap (&mapped);
  assert_device_sees (target, expected);
  gst_buffer_unref (expected);
  gst_buffer_unref (target);
  gst_buffer_unref (frame);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (a_display_shows_the_text_that_was_drawn),
    RUNNER_TEST (a_device_sees_the_text_that_was_drawn),
    RUNNER_TEST (text_is_blended_into_what_a_device_wrote))
