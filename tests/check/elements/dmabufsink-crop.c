/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that hold more than is to be seen: the plane cuts them. */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include "gst-libs/allocators/gstzcudmabufheap.h"

#include <gst/allocators/allocators.h>

#define SIZE "width=320,height=240,framerate=30/1"
#define WHOLE_WIDTH 400
#define WHOLE_HEIGHT 300

/* Where the sink centres it. */
#define LEFT 160
#define TOP 120

static struct stage stage;
static struct sink sink;
static GstZcHeap *heap; /* NULL: system memory */

static void
set_up (const char *format)
{
  g_autofree char *caps = g_strdup_printf (
      "video/x-raw,format=%s," SIZE, format);

  stage_open (&stage, 1);
  stage_add (&stage, &sink, "", caps);
}

static void
tear_down (void)
{
  sink_close (&sink);
  stage_close (&stage);
  g_clear_object (&heap);
}

/* The same bytes in a dma-buf that the display has nothing to do with. */
static GstBuffer *
to_dmabuf (GstBuffer *from)
{
  g_autoptr (GstAllocator) allocator = gst_dmabuf_allocator_new ();
  gsize size, wanted = gst_buffer_get_size (from);
  gint fd = gst_zc_heap_export (heap, wanted, &size, NULL);
  GstBuffer *buffer = gst_buffer_new ();
  GstMapInfo map;

  fail_unless (fd >= 0);
  gst_buffer_append_memory (
      buffer, gst_dmabuf_allocator_alloc (allocator, fd, size));
  fail_unless (gst_buffer_map (from, &map, GST_MAP_READ));
  gst_buffer_fill (buffer, 0, map.data, map.size);
  gst_buffer_unmap (from, &map);
  gst_buffer_unref (from);
  return buffer;
}

static GstBuffer *
make_whole (guint seed, struct golden_picture *picture)
{
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (&sink.info);
  GstVideoInfo whole;
  GstBuffer *buffer;

  gst_video_info_set_format (&whole, format, WHOLE_WIDTH, WHOLE_HEIGHT);
  whole.colorimetry = sink.info.colorimetry;
  *picture = stage_draw (&stage, &whole, seed, LEFT, TOP, &buffer);
  if (heap)
    buffer = to_dmabuf (buffer);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, format,
      WHOLE_WIDTH, WHOLE_HEIGHT, GST_VIDEO_INFO_N_PLANES (&whole), whole.offset,
      whole.stride);
  return buffer;
}

/* Until 320 x 240 pixels from X, Y of a frame are seen. */
static void
show (guint seed, guint x, guint y)
{
  struct golden_picture picture;
  GstBuffer *buffer = make_whole (seed, &picture);
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

  crop->x = picture.crop.x = x;
  crop->y = picture.crop.y = y;
  crop->width = picture.crop.w = 320;
  crop->height = picture.crop.h = 240;
  sink_push (&sink, buffer);
  stage_wait (&stage, &picture, 1);
}

static void
check_copies (guint64 n, gsize bytes)
{
  fail_unless_equals_uint64 (sink_get_stat (&sink, "copies"), n);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "bytes-copied"), n * bytes);
}

GST_START_TEST (the_plane_cuts_dmabufs)
{
  set_up ("BGRx");
  heap = gst_zc_heap_new_udmabuf ();
  show (1, 40, 30);
  show (2, 40, 30);
  check_copies (0, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_copied_is_cut_by_the_plane)
{
  set_up ("BGRx");
  show (1, 40, 30);
  show (2, 40, 30);
  check_copies (2, WHOLE_WIDTH * WHOLE_HEIGHT * 4);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_crop_moves_with_each_frame)
{
  set_up ("BGRx");
  heap = gst_zc_heap_new_udmabuf ();
  for (guint i = 0; i < 10; i++)
    show (i, i * 8, i * 6);
  check_copies (0, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_crop_moves_with_each_copy)
{
  set_up ("BGRx");
  for (guint i = 0; i < 10; i++)
    show (i, i * 8, i * 6);
  tear_down ();
}
GST_END_TEST;

/* Chroma samples are shared by two pixels and two lines: a part of one is not
 * shown, and nothing of the picture is shown where it is not. */
GST_START_TEST (odd_crops_of_nv12_are_of_whole_samples)
{
  set_up ("NV12");
  heap = gst_zc_heap_new_udmabuf ();
  show (1, 40, 30);
  for (guint i = 0; i < 4; i++) {
    struct golden_picture picture;
    GstBuffer *buffer = make_whole (2 + i, &picture);
    GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);
    guint odd_x = i % 2, odd_y = i / 2;

    crop->x = 40 + odd_x;
    crop->y = 30 + odd_y;
    crop->width = 320;
    crop->height = 240;
    picture.crop.x = 40 + 2 * odd_x;
    picture.crop.y = 30 + 2 * odd_y;
    picture.crop.w = 320 - odd_x;
    picture.crop.h = 240 - odd_y;
    sink_push (&sink, buffer);
    stage_wait (&stage, &picture, 1);
  }
  tear_down ();
}
GST_END_TEST;

/* A producer that stops cutting brings frames without such metadata. */
GST_START_TEST (a_copy_without_a_crop_comes_after_one_with)
{
  set_up ("BGRx");
  show (1, 40, 30);
  stage_show (&stage, &sink, 2, LEFT, TOP);
  show (3, 7, 9);
  stage_show (&stage, &sink, 4, LEFT, TOP);
  tear_down ();
}
GST_END_TEST;

/* What lies outside of the frame is not there. */
GST_START_TEST (a_crop_beyond_the_frame_is_what_is_left_of_it)
{
  struct golden_picture picture;
  GstVideoCropMeta *crop;
  GstBuffer *buffer;

  set_up ("BGRx");
  buffer = make_whole (1, &picture);
  crop = gst_buffer_add_video_crop_meta (buffer);
  crop->x = picture.crop.x = 200;
  crop->y = picture.crop.y = 100;
  crop->width = crop->height = 5000;
  picture.crop.w = 200;
  picture.crop.h = 200;
  picture.x = 220;
  picture.y = 140;
  sink_push (&sink, buffer);
  stage_wait (&stage, &picture, 1);
  tear_down ();
}
GST_END_TEST;

static GstPadProbeReturn
count_crops (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  guint *n = data;

  (void) pad;
  n[gst_buffer_get_video_crop_meta (info->data) != NULL]++;
  return GST_PAD_PROBE_OK;
}

/* videocrop hands dma-bufs on as they are, with metadata. */
GST_START_TEST (videocrop_leaves_it_to_the_plane)
{
  g_autofree char *launch = NULL;
  GstElement *pipeline;
  guint n[2] = { 0 }; /* without and with */

  stage_open (&stage, 1);
  launch = g_strdup_printf (
      "dmabufsrc num-buffers=10 ! video/x-raw(memory:DMABuf),width=640,"
      "height=360 ! videocrop left=16 top=8 right=40 bottom=4 ! "
      "dmabufsink name=sink mode=640x480 device=%s",
      stage.vkms->path);
  pipeline = pipeline_new (launch);
  pipeline_probe (pipeline, "sink", count_crops, n);
  pipeline_run (pipeline);
  fail_unless_equals_int (n[0], 0);
  fail_unless (n[1] > 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  pipeline_free (pipeline);
  stage_close (&stage);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (the_plane_cuts_dmabufs),
    RUNNER_TEST (what_is_copied_is_cut_by_the_plane),
    RUNNER_TEST (a_crop_moves_with_each_frame),
    RUNNER_TEST (a_crop_moves_with_each_copy),
    RUNNER_TEST (odd_crops_of_nv12_are_of_whole_samples),
    RUNNER_TEST (a_copy_without_a_crop_comes_after_one_with),
    RUNNER_TEST (a_crop_beyond_the_frame_is_what_is_left_of_it),
    RUNNER_TEST (videocrop_leaves_it_to_the_plane))
