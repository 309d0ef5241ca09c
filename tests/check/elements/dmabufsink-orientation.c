/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/picture.h"
#include "../helpers/runner.h"

#include "gst/dmabufsink/gstdmabufsinkgeometry.h"

#include <drm_fourcc.h>
#include <sys/mman.h>
#include <xf86drm.h>

/*
 * What gstdmabufsinkgeometry.h computes, done by a real driver: the display's
 * CRC is that of the picture that videoflip turns.
 */

#define WIDTH 96
#define HEIGHT 64
#define SCREEN_WIDTH 640
#define SCREEN_HEIGHT 480

#define ROTATIONS                                                 \
  (DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_180 | \
      DRM_MODE_ROTATE_270)
#define EVERYTHING (ROTATIONS | DRM_MODE_REFLECT_X | DRM_MODE_REFLECT_Y)

static struct display display;
static GstVideoInfo info;
static GstBuffer *picture;
static uint32_t fb;

/* The picture's bytes in memory that the display can scan out. */
static uint32_t
make_fb (GstBuffer *buffer)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, id;
  uint64_t size, offset;
  guint8 *data;

  fail_unless_equals_int (drmModeCreateDumbBuffer (display.fd, WIDTH, HEIGHT,
                              32, 0, &handles[0], &pitches[0], &size),
      0);
  fail_unless_equals_int (
      drmModeMapDumbBuffer (display.fd, handles[0], &offset), 0);
  data = mmap (
      NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, display.fd, offset);
  fail_unless (data != MAP_FAILED);
  for (guint y = 0; y < HEIGHT; y++)
    gst_buffer_extract (
        buffer, y * WIDTH * 4, data + (gsize) y * pitches[0], WIDTH * 4);
  munmap (data, size);
  fail_unless_equals_int (
      drmModeAddFB2 (display.fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888, handles,
          pitches, offsets, &id, 0),
      0);
  return id;
}

static void
set_up (void)
{
  info = picture_info ("video/x-raw,format=BGRx,width=" G_STRINGIFY (
      WIDTH) ",height=" G_STRINGIFY (HEIGHT) ",framerate=30/1");
  picture = picture_new (&info, 1);
  display_open (&display);
  display_become_master (&display);
  fb = make_fb (picture);
  display_light (&display,
      display_make_picture (&display, SCREEN_WIDTH, SCREEN_HEIGHT, 0),
      SCREEN_WIDTH, SCREEN_HEIGHT);
}

static void
tear_down (void)
{
  gst_buffer_unref (picture);
  display_close (&display);
}

static void
scan_out (const GstDmabufSinkGeometry *geometry, guint rotation)
{
  const GstDmabufSinkSource *s = &geometry->source;
  const GstVideoRectangle *d = &geometry->destination;

  display_place (&display, fb, (const uint32_t[]) { s->x, s->y, s->w, s->h },
      (const int32_t[]) { d->x, d->y, d->w, d->h }, rotation);
}

/* The picture as GStreamer turns it. */
static GstBuffer *
turn (GstVideoOrientationMethod orientation, GstVideoInfo *turned)
{
  g_autofree char *launch = g_strdup_printf (
      "videoflip video-direction=%d", orientation);
  GstHarness *harness = gst_harness_new_parse (launch);
  GstCaps *caps = gst_video_info_to_caps (&info);
  GstBuffer *buffer;

  gst_harness_set_src_caps (harness, caps);
  buffer = gst_harness_push_and_pull (harness, gst_buffer_ref (picture));
  caps = gst_pad_get_current_caps (harness->sinkpad);
  fail_unless (buffer && gst_video_info_from_caps (turned, caps));
  gst_caps_unref (caps);
  gst_harness_teardown (harness);
  return buffer;
}

/* The CRC of a black screen with BUFFER at X, Y, where no more than LIMIT is
 * seen. */
static guint32
crc_with (GstBuffer *buffer, const GstVideoInfo *turned, gint left, gint top,
    const GstVideoRectangle *limit)
{
  GstVideoInfo screen;
  GstBuffer *whole;
  GstVideoFrame from, to;
  guint32 crc;

  gst_video_info_set_format (
      &screen, GST_VIDEO_FORMAT_BGRx, SCREEN_WIDTH, SCREEN_HEIGHT);
  whole = gst_buffer_new_allocate (NULL, screen.size, NULL);
  gst_buffer_memset (whole, 0, 0, screen.size);
  fail_unless (gst_video_frame_map (&from, turned, buffer, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&to, &screen, whole, GST_MAP_READWRITE));
  for (gint y = limit->y; y < limit->y + limit->h; y++)
    for (gint x = limit->x; x < limit->x + limit->w; x++)
      if (x >= left && x < left + turned->width && y >= top &&
          y < top + turned->height)
        ((guint32 *) to.data[0])[y * SCREEN_WIDTH + x] = ((
            guint32 *) from.data[0])[(y - top) * turned->width + x - left];
  crc = crc_of_frame (&to, SCREEN_WIDTH, SCREEN_HEIGHT);
  gst_video_frame_unmap (&from);
  gst_video_frame_unmap (&to);
  gst_buffer_unref (whole);
  return crc;
}

/* In the middle of RENDER, with what its planes can do: SUPPORTED. */
static void
assert_turned (GstVideoOrientationMethod orientation,
    const GstVideoRectangle *render, guint supported)
{
  GstDmabufSinkView view = { .info = &info,
    .orientation = orientation,
    .screen_width = SCREEN_WIDTH,
    .screen_height = SCREEN_HEIGHT,
    .render = *render };
  GstVideoRectangle limit, screen = { 0, 0, SCREEN_WIDTH, SCREEN_HEIGHT };
  GstDmabufSinkGeometry geometry;
  guint rotation = gst_dmabuf_sink_geometry_rotation (orientation, supported);
  GstVideoInfo turned;
  GstBuffer *buffer = turn (orientation, &turned);

  fail_unless (rotation != 0);
  fail_unless (gst_dmabuf_sink_geometry_compute (&view, &geometry));
  limit.x = MAX (render->x, 0);
  limit.y = MAX (render->y, 0);
  limit.w = MIN (render->x + render->w, screen.w) - limit.x;
  limit.h = MIN (render->y + render->h, screen.h) - limit.y;
  scan_out (&geometry, rotation);
  fail_unless (
      crc_read_current () ==
          crc_with (buffer, &turned, render->x + (render->w - turned.width) / 2,
              render->y + (render->h - turned.height) / 2, &limit),
      "orientation %d is something else with rotation %#x", orientation,
      rotation);
  gst_buffer_unref (buffer);
}

/* Until it reads along any direction, and with that YUV, vkms reflects what it
 * has turned by a quarter, and not before as the kernel documents. */
static GstVideoOrientationMethod
get_last (void)
{
  return display_has_format (&display, DRM_FORMAT_NV12)
             ? GST_VIDEO_ORIENTATION_UR_LL
             : GST_VIDEO_ORIENTATION_VERT;
}

static void
assert_all_turned (const GstVideoRectangle *render, guint supported)
{
  set_up ();
  for (guint i = GST_VIDEO_ORIENTATION_IDENTITY; i <= get_last (); i++)
    assert_turned (i, render, supported);
  tear_down ();
}

GST_START_TEST (a_display_turns_as_videoflip_does)
{
  assert_all_turned (&(GstVideoRectangle) { 100, 50, 300, 260 }, EVERYTHING);
}
GST_END_TEST;

GST_START_TEST (with_one_reflection_it_does_so_too)
{
  assert_all_turned (&(GstVideoRectangle) { 100, 50, 300, 260 },
      ROTATIONS | DRM_MODE_REFLECT_X);
}
GST_END_TEST;

GST_START_TEST (with_the_other_reflection_it_does_so_too)
{
  assert_all_turned (&(GstVideoRectangle) { 100, 50, 300, 260 },
      ROTATIONS | DRM_MODE_REFLECT_Y);
}
GST_END_TEST;

GST_START_TEST (what_is_turned_is_cut_at_the_edges_of_the_screen)
{
  assert_all_turned (&(GstVideoRectangle) { -20, -30, 96, 96 }, EVERYTHING);
}
GST_END_TEST;

GST_START_TEST (what_is_turned_is_cut_at_the_far_edges_of_the_screen)
{
  assert_all_turned (
      &(GstVideoRectangle) { SCREEN_WIDTH - 60, SCREEN_HEIGHT - 50, 96, 96 },
      EVERYTHING);
}
GST_END_TEST;

GST_START_TEST (what_is_turned_is_cut_at_the_rectangle)
{
  assert_all_turned (&(GstVideoRectangle) { 200, 100, 40, 30 }, EVERYTHING);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_display_turns_as_videoflip_does),
    RUNNER_TEST (with_one_reflection_it_does_so_too),
    RUNNER_TEST (with_the_other_reflection_it_does_so_too),
    RUNNER_TEST (what_is_turned_is_cut_at_the_edges_of_the_screen),
    RUNNER_TEST (what_is_turned_is_cut_at_the_far_edges_of_the_screen),
    RUNNER_TEST (what_is_turned_is_cut_at_the_rectangle))
