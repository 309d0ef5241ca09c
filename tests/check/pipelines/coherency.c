/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Frames that a CPU draws or reads, in memory that is not coherent, between a
 * camera, a display and elements that know nothing of it.
 */

#include "../helpers/capture.h"
#include "../helpers/crc.h"
#include "../helpers/incoherent.h"
#include "../helpers/picture.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/zerocopy.h"

#include <string.h>
#include <sys/mman.h>

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"

static GstHarness *harness;
static struct crc_reader *reader;
static GstVideoInfo info;
static GstBufferPool *pool;

static GstBufferPool *
pool_new (GstVideoInfo *of, guint min)
{
  GstZcHeap *heap = gst_zc_heap_new_dma_heap ("incoherent");
  GstBufferPool *made = gst_zc_pool_new (heap);
  GstStructure *config = gst_buffer_pool_get_config (made);
  GstCaps *caps = gst_video_info_to_caps (of);

  gst_buffer_pool_config_set_params (config, caps, 0, min, 0);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  fail_unless (gst_buffer_pool_set_config (made, config));
  fail_unless (gst_buffer_pool_set_active (made, TRUE));
  gst_caps_unref (caps);
  g_object_unref (heap);
  return made;
}

static void
set_up (void)
{
  incoherent_reset ();
  harness = gst_harness_new ("dmabufsink");
  g_object_set (harness->element, "sync", FALSE, NULL);
  info = picture_info (CAPS);
  gst_harness_set_src_caps_str (harness, CAPS);
  gst_harness_play (harness);
  reader = crc_reader_start ();
  pool = pool_new (&info, 3);
}

static void
tear_down (void)
{
  crc_reader_stop (reader);
  gst_harness_teardown (harness);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_clear_object (&pool);
}

static GstBuffer *
acquire (void)
{
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  return buffer;
}

static guint64
get_stat (const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

/* What picture N must look like on the display, from memory of no device. */
static guint32
crc_of_picture (guint n)
{
  GstBuffer *buffer = picture_new (&info, n);
  guint32 crc = crc_of_buffer (buffer, &info, 640, 480);

  gst_buffer_unref (buffer);
  return crc;
}

static guint32
crc_of_poison (void)
{
  GstBuffer *buffer = gst_buffer_new_and_alloc (info.size);
  guint32 crc;

  gst_buffer_memset (buffer, 0, INCOHERENT_DEVICE_POISON, info.size);
  crc = crc_of_buffer (buffer, &info, 640, 480);
  gst_buffer_unref (buffer);
  return crc;
}

GST_START_TEST (what_the_cpu_draws_is_scanned_out)
{
  set_up ();
  for (guint i = 0; i < 8; i++) {
    GstBuffer *buffer = acquire ();

    picture_draw (buffer, &info, i);
    GST_BUFFER_PTS (buffer) = i * GST_SECOND / 30;
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
    fail_unless (
        crc_reader_wait_for (reader, crc_of_picture (i)), "picture %u", i);
  }
  fail_unless_equals_uint64 (get_stat ("copies"), 0);
  assert_incoherent_clean ();
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_drawn_without_a_bracket_is_not_scanned_out)
{
  GstBuffer *buffer;
  guint8 *data;

  set_up ();
  buffer = acquire ();
  data = mmap (NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED,
      gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0)), 0);
  fail_unless (data != MAP_FAILED);
  memset (data, 0x11, info.size);
  munmap (data, info.size);
  GST_BUFFER_PTS (buffer) = 0;
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (crc_reader_wait_for (reader, crc_of_poison ()));
  fail_if (incoherent_is_clean (), "the heap sees nothing");
  tear_down ();
}
GST_END_TEST;

/* Upstream's elements map and unmap as they like. */
GST_START_TEST (what_elements_draw_on_is_scanned_out)
{
  GstHarness *overlay = gst_harness_new_parse ("videobalance saturation=0");
  GstBuffer *buffer, *golden;
  guint32 crc;

  set_up ();
  gst_harness_set_src_caps_str (overlay, CAPS);
  gst_harness_set_sink_caps_str (overlay, CAPS);

  buffer = picture_new (&info, 3);
  fail_unless_equals_int (gst_harness_push (overlay, buffer), GST_FLOW_OK);
  golden = gst_harness_pull (overlay);
  crc = crc_of_buffer (golden, &info, 640, 480);
  gst_buffer_unref (golden);
  fail_if (crc == crc_of_picture (3), "nothing is drawn");

  buffer = acquire ();
  picture_draw (buffer, &info, 3);
  GST_BUFFER_PTS (buffer) = 3 * GST_SECOND / 30;
  fail_unless_equals_int (gst_harness_push (overlay, buffer), GST_FLOW_OK);
  buffer = gst_harness_pull (overlay);
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  fail_unless (crc_reader_wait_for (reader, crc));
  assert_incoherent_clean ();
  tear_down ();
  gst_harness_teardown (overlay);
}
GST_END_TEST;

/* --- camera to CPU ------------------------------------------------------ */

static gboolean
is_captured (const guint8 *data)
{
  return data[0] == CAPTURE_BAR && data[1] == CAPTURE_BAR &&
         data[2] == CAPTURE_BAR && data[3] == 0;
}

static GstVideoInfo
captured_info (void)
{
  GstVideoInfo captured;

  gst_video_info_set_format (
      &captured, GST_VIDEO_FORMAT_BGRx, CAPTURE_WIDTH, CAPTURE_HEIGHT);
  return captured;
}

static int
fd_of (GstBuffer *buffer)
{
  return gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0));
}

GST_START_TEST (what_a_camera_captures_is_read)
{
  GstVideoFrame frame;
  GstBuffer *buffer;

  incoherent_reset ();
  info = captured_info ();
  pool = pool_new (&info, 1);
  for (guint i = 0; i < 3; i++) {
    buffer = acquire ();
    fail_unless_equals_int (capture_into (fd_of (buffer)), 0);
    fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
    fail_unless (is_captured (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)));
    gst_video_frame_unmap (&frame);
    gst_buffer_unref (buffer);
  }
  assert_incoherent_clean ();
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}
GST_END_TEST;

GST_START_TEST (what_a_camera_captures_is_not_read_without_a_bracket)
{
  GstBuffer *buffer;
  guint8 *data;

  incoherent_reset ();
  info = captured_info ();
  pool = pool_new (&info, 1);
  buffer = acquire ();
  fail_unless_equals_int (capture_into (fd_of (buffer)), 0);
  data = mmap (NULL, info.size, PROT_READ, MAP_SHARED, fd_of (buffer), 0);
  fail_unless (data != MAP_FAILED);
  fail_unless_equals_int (data[0], INCOHERENT_CPU_POISON);
  fail_if (incoherent_is_clean (), "the heap sees nothing");
  munmap (data, info.size);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}
GST_END_TEST;

/* Upstream's camera element fills our pool; a CPU reads what it passes on. */
static GstPadProbeReturn
offer_pool (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (probe);
  GstZcHeap *heap = data;

  (void) pad;
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION ||
      !gst_zc_pool_propose (query, heap, NULL, 2, 0, NULL))
    return GST_PAD_PROBE_OK;
  return GST_PAD_PROBE_HANDLED;
}

GST_START_TEST (upstreams_camera_element_fills_our_pool)
{
  GstHarness *camera = gst_harness_new_parse (
      "v4l2src io-mode=dmabuf-import num-buffers=3");
  GstZcHeap *heap = gst_zc_heap_new_dma_heap ("incoherent");
  GstVideoFrame frame;
  GstBuffer *buffer;

  incoherent_reset ();
  info = captured_info ();
  gst_pad_add_probe (camera->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      offer_pool, heap, NULL);
  gst_harness_set_sink_caps (
      camera, gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
                  "BGRx", "width", G_TYPE_INT, CAPTURE_WIDTH, "height",
                  G_TYPE_INT, CAPTURE_HEIGHT, NULL));
  gst_harness_play (camera);
  for (guint i = 0; i < 3; i++) {
    buffer = gst_harness_pull (camera);
    fail_unless (buffer != NULL);
    fail_unless (gst_zc_is_memory (gst_buffer_peek_memory (buffer, 0)));
    fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
    fail_unless (is_captured (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)));
    gst_video_frame_unmap (&frame);
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (camera);
  assert_incoherent_clean ();
  g_object_unref (heap);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (what_the_cpu_draws_is_scanned_out),
    RUNNER_TEST (what_is_drawn_without_a_bracket_is_not_scanned_out),
    RUNNER_TEST (what_elements_draw_on_is_scanned_out),
    RUNNER_TEST (what_a_camera_captures_is_read),
    RUNNER_TEST (what_a_camera_captures_is_not_read_without_a_bracket),
    RUNNER_TEST (upstreams_camera_element_fills_our_pool))
