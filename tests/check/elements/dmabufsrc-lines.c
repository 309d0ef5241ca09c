/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/source.h"
#include "../helpers/vivid.h"

#include "gst-libs/v4l2/v4l2-selection.h"
#include "gst/dmabufsrc/gstdmabufsrccamera.h"

#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);

/* Lines below the picture, of which downstream has some in its memory. */
#define WEBCAM 0
#define HDMI 3
#define LINES 496
#define NV12 "video/x-raw,format=NV12" SOURCE_SIZE
#define HD "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1"
#define FREE "video/x-raw,format=NV12,width=640,height=480"

/* --- the camera alone ---------------------------------------------------- */

static GstDmabufSrcCamera camera;
static GstElement *element;

static void
set_up (int input, const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_src_debug, "dmabufsrc", 0, "zero-copy V4L2 capture");
  vivid_choose_input (input);
  element = gst_element_factory_make ("fakesrc", NULL);
  gst_dmabuf_src_camera_init (&camera);
  fail_unless_equals_int (
      zc_v4l2_device_open (&camera.device, vivid_path ()), 0);
  camera.formats = gst_dmabuf_src_formats_new (camera.device);
  fail_unless (gst_dmabuf_src_camera_configure (&camera, element, caps));
}

static void
tear_down (void)
{
  gst_dmabuf_src_camera_close (&camera);
  gst_dmabuf_src_camera_clear (&camera);
  gst_object_unref (element);
}

static GstZcLayout
layout_of (guint lines)
{
  GstZcLayout layout = camera.layout;

  fail_unless (gst_zc_layout_init (
      &layout, GST_VIDEO_FORMAT_NV12, (guint) camera.layout.stride[0], lines));
  layout.width = camera.layout.width;
  layout.height = camera.layout.height;
  return layout;
}

static void
assert_rect (unsigned target, int left, int top, guint width, guint height)
{
  struct v4l2_rect rect;

  vivid_get_selection (target, &rect);
  fail_unless (rect.left == left && rect.top == top && rect.width == width &&
                   rect.height == height,
      "%d,%d,%u,%u", rect.left, rect.top, rect.width, rect.height);
}

static guint
lines_of_driver (void)
{
  struct v4l2_format now;

  vivid_get_format (&now);
  return now.fmt.pix.height;
}

GST_START_TEST (the_driver_has_lines_below_the_picture)
{
  struct v4l2_rect crop;
  GstZcLayout wanted;

  set_up (HDMI, FREE);
  vivid_get_selection (V4L2_SEL_TGT_CROP, &crop);
  wanted = layout_of (LINES);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless (gst_zc_layout_equal (&camera.layout, &wanted));
  fail_unless_equals_int (camera.layout.offset[1], 640 * LINES);
  fail_unless_equals_int (lines_of_driver (), LINES);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  assert_rect (V4L2_SEL_TGT_CROP, crop.left, crop.top, crop.width, crop.height);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_driver_that_does_not_scale_has_them_too)
{
  GstZcLayout wanted;

  vivid_choose_input (HDMI);
  vivid_set (VIVID_CAN_SCALE, 0);
  set_up (HDMI, "video/x-raw,format=NV12,width=1280,height=720");
  wanted = layout_of (736);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless_equals_int (lines_of_driver (), 736);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 1280, 720);
  assert_rect (V4L2_SEL_TGT_CROP, 0, 0, 1280, 720);
  tear_down ();
}
GST_END_TEST;

static void
assert_refused (guint lines, const char *word)
{
  GstZcLayout before = camera.layout, wanted = layout_of (lines);
  guint height = lines_of_driver ();
  const gchar *reason = NULL;

  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, &reason));
  fail_unless (strstr (reason, word) != NULL, "%s", reason);
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  fail_unless_equals_int (lines_of_driver (), height);
  fail_unless_equals_int (camera.format.height, height);
}

/* It would make the picture as large as the buffer. */
GST_START_TEST (a_driver_that_does_not_compose_has_none)
{
  vivid_choose_input (HDMI);
  vivid_set (VIVID_CAN_COMPOSE, 0);
  set_up (HDMI, FREE);
  assert_refused (LINES, "COMPOSE");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_webcam_has_none)
{
  set_up (WEBCAM, HD);
  assert_refused (736, "COMPOSE");
  tear_down ();
}
GST_END_TEST;

/* vivid has 2160 lines, four times. */
GST_START_TEST (more_lines_than_buffers_can_have_are_not_had)
{
  set_up (HDMI, FREE);
  assert_refused (16384, "that many lines");
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_picture_stays_where_it_is_composed)
{
  struct v4l2_rect rect = { 64, 32, 320, 240 };
  GstZcLayout wanted;

  set_up (HDMI, FREE);
  fail_unless_equals_int (
      zc_v4l2_selection_set (camera.device, 0, V4L2_SEL_TGT_COMPOSE, 0, &rect),
      0);
  wanted = layout_of (LINES);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  assert_rect (V4L2_SEL_TGT_COMPOSE, 64, 32, 320, 240);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (its_own_lines_come_back)
{
  GstZcLayout before, wanted;

  set_up (HDMI, FREE);
  before = camera.layout;
  wanted = layout_of (LINES);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  gst_dmabuf_src_camera_reset_layout (&camera);
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  fail_unless_equals_int (lines_of_driver (), 480);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  tear_down ();
}
GST_END_TEST;

/* Or a negotiation meanwhile would show them. */
GST_START_TEST (lines_below_are_no_part_of_the_size)
{
  guint width, height;
  GstZcLayout wanted;

  set_up (HDMI, FREE);
  wanted = layout_of (LINES);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  gst_caps_unref (gst_dmabuf_src_camera_get_coarse_caps (&camera));
  gst_dmabuf_src_camera_get_size (&camera, &width, &height);
  fail_unless_equals_int (width, 640);
  fail_unless_equals_int (height, 480);
  tear_down ();
}
GST_END_TEST;

/* --- the element --------------------------------------------------------- */

/* Of user space: nobody has to grant it. */
static GstBufferPool *
pool_with (const GstZcConstraints *constraints)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_choose (
      1 << 20, GST_ZC_HEAP_DMABUF, GST_MAP_READWRITE, NULL, NULL, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (NV12);
  GstBufferPool *pool = gst_zc_pool_new_for_caps (
      heap, caps, constraints, 2, 0, NULL);

  fail_unless (pool != NULL);
  return pool;
}

static GstHarness *
play (int input)
{
  const GstZcConstraints constraints = { .coded_height = LINES };

  vivid_choose_input (input);
  source_offer.pool = pool_with (&constraints);
  source_offer.min = 2;
  source_offer.with_meta = TRUE;
  return source_play ("auto", FREE);
}

static void
end (GstHarness *harness)
{
  source_end (harness);
  vivid_choose_input (WEBCAM);
}

/* White on the left of every line, then yellow, in which is no blue. */
static void
assert_picture (GstBuffer *buffer)
{
  GstVideoFrame frame;
  GstVideoInfo info;
  const guint8 *y, *uv;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 640, 480);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  for (guint line = 0; line < 480; line += 2) {
    y = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) + 640 * line;
    uv = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 1) + 320 * line;
    fail_unless (y[40] > 200 && ABS (uv[40] - 128) < 6, "%u: %u %u", line,
        y[40], uv[40]);
    fail_unless (uv[120] < 60, "%u: %u", line, uv[120]);
  }
  gst_video_frame_unmap (&frame);
}

static void
assert_frames (GstHarness *harness, gsize chroma)
{
  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless_equals_uint64 (
        gst_buffer_get_video_meta (buffer)->offset[1], chroma);
    assert_picture (buffer);
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (frames_are_captured_into_more_lines)
{
  GstHarness *harness = play (HDMI);

  assert_frames (harness, 640 * LINES);
  source_assert_path (harness, "dmabuf-import");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (a_camera_that_cannot_says_why)
{
  GstHarness *harness = play (WEBCAM);

  assert_frames (harness, 640 * 480);
  source_assert_path (harness, "userptr");
  source_assert_refused (
      harness, "dmabuf-import of downstream's", "no COMPOSE");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (the_next_program_finds_no_more_lines)
{
  GstHarness *harness = play (HDMI);

  assert_frames (harness, 640 * LINES);
  fail_unless_equals_int (lines_of_driver (), LINES);
  source_end (harness);
  fail_unless_equals_int (lines_of_driver (), 480);
  vivid_choose_input (WEBCAM);
}
GST_END_TEST;

/* And it needs no other buffers. */
GST_START_TEST (what_is_cropped_meanwhile_stays_above_them)
{
  GstHarness *harness = play (HDMI);
  gint n_asked;

  assert_frames (harness, 640 * LINES);
  n_asked = g_atomic_int_get (&source_offer.n_asked);
  g_object_set (harness->element, "crop", "0,0,1280,360", NULL);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  assert_frames (harness, 640 * LINES);
  g_object_set (harness->element, "crop", NULL, NULL);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  assert_frames (harness, 640 * LINES);
  fail_unless_equals_int (g_atomic_int_get (&source_offer.n_asked), n_asked);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (what_is_composed_meanwhile_stays_above_them)
{
  GstHarness *harness = play (HDMI);

  assert_frames (harness, 640 * LINES);
  g_object_set (harness->element, "compose", "0,16,640,480", NULL);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  g_object_set (harness->element, "compose", "0,256,640,240", NULL);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 240, 640, 240);
  g_object_set (harness->element, "compose", NULL, NULL);
  assert_rect (V4L2_SEL_TGT_COMPOSE, 0, 0, 640, 480);
  end (harness);
}
GST_END_TEST;

/* Downstream that offers something else then. */
GST_START_TEST (another_offer_does_not_find_them)
{
  GstHarness *harness = play (HDMI);

  assert_frames (harness, 640 * LINES);
  gst_clear_object (&source_offer.pool);
  source_offer.pool = pool_with (NULL);
  gst_harness_push_upstream_event (harness, gst_event_new_reconfigure ());
  for (guint i = 0; lines_of_driver () != 480 && i < 200; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  while (gst_harness_buffers_in_queue (harness) > 0)
    gst_buffer_unref (gst_harness_pull (harness));
  assert_frames (harness, 640 * 480);
  source_assert_path (harness, "dmabuf-import");
  end (harness);
}
GST_END_TEST;

/* --- downstream that only says how large buffers must be ------------------ */

static GstHarness *
play_sized (int input, const char *mode, const char *caps, guint size)
{
  vivid_choose_input (input);
  source_offer.min = 2;
  source_offer.with_meta = TRUE;
  source_offer.size = size;
  return source_play (mode, caps);
}

GST_START_TEST (a_size_is_made_of_lines)
{
  GstHarness *harness = play_sized (HDMI, "auto", FREE, 640 * LINES * 3 / 2);

  assert_frames (harness, 640 * LINES);
  source_assert_path (harness, "dmabuf-export");
  end (harness);
}
GST_END_TEST;

/* In larger memory nobody would see that the chroma is elsewhere. */
GST_START_TEST (a_size_that_cannot_be_made_of_lines_is_left)
{
  GstHarness *harness = play_sized (WEBCAM, "auto", NV12, 640 * LINES * 3 / 2);
  GstBuffer *buffer = gst_harness_pull (harness);

  fail_unless (gst_buffer_get_size (buffer) < 640 * LINES * 3 / 2);
  gst_buffer_unref (buffer);
  assert_frames (harness, 640 * 480);
  source_assert_path (harness, "dmabuf-export");
  source_assert_refused (harness, "frames of 476160 bytes", "no COMPOSE");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (a_size_that_is_no_number_of_lines_is_left)
{
  GstHarness *harness = play_sized (HDMI, "auto", FREE, 640 * 490 * 3 / 2 + 1);

  assert_frames (harness, 640 * 480);
  source_assert_refused (harness, "frames of 470401 bytes", "number of lines");
  end (harness);
}
GST_END_TEST;

/* As sizes of displays' memory come through a tee. */
GST_START_TEST (whole_pages_are_had_anyway)
{
  GstHarness *harness = play_sized (
      WEBCAM, "auto", NV12, (640 * 480 * 3 / 2 + 4095) / 4096 * 4096);

  assert_frames (harness, 640 * 480);
  source_assert_path (harness, "dmabuf-export");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (one_plane_lies_in_larger_memory)
{
  const guint size = 640 * LINES * 4;
  GstHarness *harness = play_sized (WEBCAM, "auto", SOURCE_RAW, size);

  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    gsize max;

    gst_memory_get_sizes (gst_buffer_peek_memory (buffer, 0), NULL, &max);
    fail_unless (max >= size, "%" G_GSIZE_FORMAT, max);
    source_assert_picture (buffer);
    gst_buffer_unref (buffer);
  }
  source_assert_path (harness, "dmabuf-import");
  source_assert_refused (harness, "dmabuf-export", "1269760 bytes are wanted");
  end (harness);
}
GST_END_TEST;

GST_START_TEST (small_buffers_are_better_than_none)
{
  GstHarness *harness = play_sized (
      WEBCAM, "mmap", SOURCE_RAW, 640 * LINES * 4);

  source_assert_frames (harness, 5);
  source_assert_path (harness, "mmap");
  source_assert_refused (harness, "mmap", "1269760 bytes are wanted");
  end (harness);
}
GST_END_TEST;

/* Of which the camera cannot have the planes. */
GST_START_TEST (the_size_of_a_pool_is_that_pools)
{
  const GstZcConstraints constraints = { .stride = { 704, 704 },
    .offset = { 0, 704 * 490 } };
  GstHarness *harness;

  source_offer.pool = pool_with (&constraints);
  source_offer.min = 2;
  source_offer.with_meta = TRUE;
  vivid_choose_input (WEBCAM);
  harness = source_play ("dmabuf-export", NV12);
  assert_frames (harness, 640 * 480);
  source_assert_path (harness, "dmabuf-export");
  source_assert_unrefused (harness);
  end (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (the_driver_has_lines_below_the_picture),
    RUNNER_TEST (a_driver_that_does_not_scale_has_them_too),
    RUNNER_TEST (a_driver_that_does_not_compose_has_none),
    RUNNER_TEST (a_webcam_has_none),
    RUNNER_TEST (more_lines_than_buffers_can_have_are_not_had),
    RUNNER_TEST (the_picture_stays_where_it_is_composed),
    RUNNER_TEST (its_own_lines_come_back),
    RUNNER_TEST (lines_below_are_no_part_of_the_size),
    RUNNER_TEST (frames_are_captured_into_more_lines),
    RUNNER_TEST (a_camera_that_cannot_says_why),
    RUNNER_TEST (the_next_program_finds_no_more_lines),
    RUNNER_TEST (what_is_cropped_meanwhile_stays_above_them),
    RUNNER_TEST (what_is_composed_meanwhile_stays_above_them),
    RUNNER_TEST (another_offer_does_not_find_them),
    RUNNER_TEST (a_size_is_made_of_lines),
    RUNNER_TEST (a_size_that_cannot_be_made_of_lines_is_left),
    RUNNER_TEST (a_size_that_is_no_number_of_lines_is_left),
    RUNNER_TEST (whole_pages_are_had_anyway),
    RUNNER_TEST (one_plane_lies_in_larger_memory),
    RUNNER_TEST (small_buffers_are_better_than_none),
    RUNNER_TEST (the_size_of_a_pool_is_that_pools))
