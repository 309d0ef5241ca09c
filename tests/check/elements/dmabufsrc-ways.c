/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/incoherent.h"
#include "../helpers/runner.h"
#include "../helpers/source.h"

#include <unistd.h>

/* How frames leave the camera, whose memory they are in, and that there is
 * always one that works. */

GST_START_TEST (frames_are_written_into_downstreams_dmabufs)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;
  GstBuffer *buffer;

  source_offer_heap (heap, 0);
  harness = source_play ("auto", SOURCE_DMABUF);
  buffer = gst_harness_pull (harness);
  fail_unless (buffer->pool == source_offer.pool);
  source_assert_picture (buffer);
  gst_buffer_unref (buffer);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "dmabuf-import");
  source_end (harness);
}
GST_END_TEST;

/* The kernel attaches memory that comes again at its own index no more. */
GST_START_TEST (each_dmabuf_is_attached_once)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;
  guint64 attached;

  source_offer_heap (heap, 0);
  harness = source_play ("auto", SOURCE_DMABUF);
  source_assert_frames (harness, 20);
  attached = source_get_stat (harness, "attachments");
  source_assert_frames (harness, 40);
  fail_unless_equals_uint64 (
      source_get_stat (harness, "attachments"), attached);
  fail_unless (attached <= source_get_stat (harness, "buffers"));
  source_end (harness);
}
GST_END_TEST;

/* Where a bracket is missing, this memory has something else. */
GST_START_TEST (the_cpu_reads_what_was_written_into_incoherent_memory)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("incoherent");
  GstHarness *harness;

  incoherent_reset ();
  source_offer_heap (heap, 0);
  harness = source_play ("auto", SOURCE_DMABUF);
  source_assert_frames (harness, 30);
  source_assert_path (harness, "dmabuf-import");
  source_end (harness);
  assert_incoherent_clean ();
}
GST_END_TEST;

GST_START_TEST (without_an_offer_the_cameras_memory_is_exported)
{
  GstHarness *harness = source_play ("auto", SOURCE_DMABUF);

  source_assert_frames (harness, 10);
  source_assert_path (harness, "dmabuf-export");
  source_assert_refused (harness, "dmabuf-import", "offers no pool");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (without_an_offer_import_takes_a_heap)
{
  GstHarness *harness = source_play ("dmabuf-import", SOURCE_DMABUF);

  source_assert_frames (harness, 10);
  source_assert_path (harness, "dmabuf-import");
  source_end (harness);
}
GST_END_TEST;

/* Memory for the CPU: pages of our own, where downstream has none. */
GST_START_TEST (for_the_cpu_the_camera_writes_into_pages)
{
  GstHarness *harness;
  GstBuffer *buffer;
  GstMapInfo map;

  source_offer.with_meta = TRUE;
  harness = source_play ("auto", SOURCE_RAW);
  buffer = gst_harness_pull (harness);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless_equals_uint64 ((gsize) map.data % sysconf (_SC_PAGESIZE), 0);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "userptr");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (for_the_cpu_the_camera_writes_into_downstreams_pages)
{
  GstHarness *harness;
  GstBuffer *buffer;

  source_offer.pool = gst_video_buffer_pool_new ();
  source_offer.with_meta = TRUE;
  harness = source_play ("auto", SOURCE_RAW);
  buffer = gst_harness_pull (harness);
  fail_unless (buffer->pool == source_offer.pool);
  source_assert_picture (buffer);
  gst_buffer_unref (buffer);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "userptr");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (for_the_cpu_an_offer_of_dmabufs_is_taken_too)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;

  source_offer_heap (heap, 0);
  harness = source_play ("auto", SOURCE_RAW);
  source_assert_frames (harness, 10);
  source_assert_path (harness, "dmabuf-import");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (mapped_memory_of_the_driver_will_do)
{
  GstHarness *harness;

  source_offer.with_meta = TRUE;
  harness = source_play ("mmap", SOURCE_RAW);
  source_assert_frames (harness, 10);
  source_assert_path (harness, "mmap");
  source_end (harness);
}
GST_END_TEST;

/* More and more frames are kept: more buffers are made. */
static void
assert_grows (const char *mode, const char *caps)
{
  GstBuffer *held[16];
  GstHarness *harness = source_play (mode, caps);
  guint before = source_get_stat (harness, "buffers");

  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    held[i] = gst_harness_pull (harness);
    source_assert_picture (held[i]);
    for (guint j = 0; j < i; j++)
      fail_if (gst_buffer_peek_memory (held[i], 0) ==
               gst_buffer_peek_memory (held[j], 0));
  }
  fail_unless (source_get_stat (harness, "buffers") > MAX (before, 16),
      "%u buffers, %u before", (guint) source_get_stat (harness, "buffers"),
      before);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  source_assert_frames (harness, 20);
  source_end (harness);
}

GST_START_TEST (exported_buffers_never_run_dry)
{
  assert_grows ("dmabuf-export", SOURCE_DMABUF);
}
GST_END_TEST;

GST_START_TEST (imported_buffers_never_run_dry)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");

  source_offer_heap (heap, 0);
  assert_grows ("dmabuf-import", SOURCE_DMABUF);
}
GST_END_TEST;

GST_START_TEST (pages_never_run_dry)
{
  source_offer.with_meta = TRUE;
  assert_grows ("userptr", SOURCE_RAW);
}
GST_END_TEST;

GST_START_TEST (mapped_buffers_never_run_dry)
{
  source_offer.with_meta = TRUE;
  assert_grows ("mmap", SOURCE_RAW);
}
GST_END_TEST;

/* A limit is kept: frames are lost while all are outside, which is told, and
 * come again afterwards. */
static void
assert_limit (const char *mode, const char *caps)
{
  GstBuffer *held[8];
  GstHarness *harness = source_play (mode, caps);

  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = gst_harness_pull (harness);
  g_usleep (300000);
  fail_unless_equals_uint64 (source_get_stat (harness, "buffers"), 8);
  fail_unless (source_get_stat (harness, "starved") > 0 ||
               source_get_stat (harness, "frames") == 8);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  source_assert_frames (harness, 10);
  fail_unless (source_get_stat (harness, "dropped") > 0);
  source_end (harness);
}

GST_START_TEST (a_limit_of_exported_buffers_is_kept)
{
  assert_limit ("dmabuf-export max-buffers=8", SOURCE_DMABUF);
}
GST_END_TEST;

GST_START_TEST (a_limit_of_downstreams_pool_is_kept)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");

  source_offer_heap (heap, 8);
  assert_limit ("dmabuf-import", SOURCE_DMABUF);
}
GST_END_TEST;

GST_START_TEST (a_pool_that_is_too_small_is_left)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;

  source_offer_heap (heap, 3);
  harness = source_play ("auto", SOURCE_DMABUF);
  source_assert_frames (harness, 5);
  source_assert_path (harness, "dmabuf-export");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (stopping_ends_the_wait_for_a_buffer_of_downstreams)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstBuffer *held[8];
  GstHarness *harness;

  source_offer_heap (heap, 8);
  harness = source_play ("auto", SOURCE_DMABUF);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = gst_harness_pull (harness);
  g_usleep (100000);
  gst_element_set_state (harness->element, GST_STATE_NULL);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  source_end (harness);
}
GST_END_TEST;

/* What downstream keeps outlives the source in each mode. */
GST_START_TEST (frames_of_every_way_outlive_the_source)
{
  static const char *modes[] = { "dmabuf-import", "dmabuf-export", "userptr",
    "mmap" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstBuffer *buffer;
    GstHarness *harness;

    source_offer.with_meta = TRUE;
    harness = source_play (modes[i], i < 2 ? SOURCE_DMABUF : SOURCE_RAW);
    buffer = gst_harness_pull (harness);
    gst_harness_teardown (harness);
    source_assert_picture (buffer);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
  }
}
GST_END_TEST;

GST_START_TEST (fifty_starts_of_every_way_leave_nothing)
{
  static const char *modes[] = { "dmabuf-import", "dmabuf-export", "userptr",
    "mmap" };
  guint fds = 0;

  for (guint i = 0; i < 50; i++) {
    GstHarness *harness = source_play (
        modes[i % 4], i % 4 < 2 ? SOURCE_DMABUF : SOURCE_RAW);

    source_assert_frames (harness, 1);
    source_end (harness);
    if (i == 4)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (frames_are_written_into_downstreams_dmabufs),
    RUNNER_TEST (each_dmabuf_is_attached_once),
    RUNNER_TEST (the_cpu_reads_what_was_written_into_incoherent_memory),
    RUNNER_TEST (without_an_offer_the_cameras_memory_is_exported),
    RUNNER_TEST (without_an_offer_import_takes_a_heap),
    RUNNER_TEST (for_the_cpu_the_camera_writes_into_pages),
    RUNNER_TEST (for_the_cpu_the_camera_writes_into_downstreams_pages),
    RUNNER_TEST (for_the_cpu_an_offer_of_dmabufs_is_taken_too),
    RUNNER_TEST (mapped_memory_of_the_driver_will_do),
    RUNNER_TEST (exported_buffers_never_run_dry),
    RUNNER_TEST (imported_buffers_never_run_dry),
    RUNNER_TEST (pages_never_run_dry),
    RUNNER_TEST (mapped_buffers_never_run_dry),
    RUNNER_TEST (a_limit_of_exported_buffers_is_kept),
    RUNNER_TEST (a_limit_of_downstreams_pool_is_kept),
    RUNNER_TEST (a_pool_that_is_too_small_is_left),
    RUNNER_TEST (stopping_ends_the_wait_for_a_buffer_of_downstreams),
    RUNNER_TEST (frames_of_every_way_outlive_the_source),
    RUNNER_TEST (fifty_starts_of_every_way_leave_nothing))
