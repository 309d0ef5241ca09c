/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <gst/check/gstharness.h>

#define DMABUF                                                 \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24," \
  "width=640,height=480,framerate=60/1"
#define SIZE (640 * 480 * 4)

static GstHarness *
play (void)
{
  GstHarness *harness = gst_harness_new ("dmabufsrc");

  gst_harness_set_sink_caps_str (harness, DMABUF);
  gst_harness_play (harness);
  return harness;
}

static guint
n_buffers (GstHarness *harness)
{
  g_autoptr (GstStructure) stats = NULL;
  guint n = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "buffers", &n));
  fail_unless (n > 0);
  return n;
}

static gchar *
checksum (GstMemory *memory)
{
  GstMapInfo map;
  gchar *sum;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless_equals_int (map.size, SIZE);
  sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, map.data, map.size);
  gst_memory_unmap (memory, &map);
  return sum;
}

GST_START_TEST (a_buffer_outlives_the_element)
{
  unsigned dmabufs = dmabufs_count (), fds = fds_count ();
  GstHarness *harness = play ();
  GstBuffer *buffer = gst_harness_pull (harness);
  g_autofree gchar *before = NULL, *after = NULL;

  before = checksum (gst_buffer_peek_memory (buffer, 0));
  gst_harness_teardown (harness);
  after = checksum (gst_buffer_peek_memory (buffer, 0));
  fail_unless_equals_string (before, after);
  fail_unless_equals_int (dmabufs_count (), dmabufs + 1);

  gst_buffer_unref (buffer);
  fail_unless_equals_int (dmabufs_count (), dmabufs);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  fail_unless (fds_count () <= fds + 2);
}
GST_END_TEST;

GST_START_TEST (a_memory_outlives_buffer_and_element)
{
  unsigned dmabufs = dmabufs_count ();
  GstHarness *harness = play ();
  GstBuffer *buffer = gst_harness_pull (harness);
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);
  g_autofree gchar *before = checksum (memory), *after = NULL;

  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
  after = checksum (memory);
  fail_unless_equals_string (before, after);

  gst_memory_unref (memory);
  fail_unless_equals_int (dmabufs_count (), dmabufs);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

/* Many frames later, when all slots have come round. */
static void
run_all_slots_round (GstHarness *harness)
{
  guint n = 3 * n_buffers (harness);

  for (guint i = 0; i < n; i++)
    gst_buffer_unref (gst_harness_pull (harness));
}

GST_START_TEST (a_kept_buffer_is_not_overwritten)
{
  GstHarness *harness = play ();
  GstBuffer *buffer = gst_harness_pull (harness);
  g_autofree gchar *before = NULL, *after = NULL;

  before = checksum (gst_buffer_peek_memory (buffer, 0));
  run_all_slots_round (harness);
  after = checksum (gst_buffer_peek_memory (buffer, 0));
  fail_unless_equals_string (before, after);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* The buffer is home, its memory is not: the driver must not have it. */
GST_START_TEST (a_memory_kept_longer_than_its_buffer_is_not_overwritten)
{
  GstHarness *harness = play ();
  GstBuffer *buffer = gst_harness_pull (harness);
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);
  g_autofree gchar *before = checksum (memory), *after = NULL;

  gst_buffer_unref (buffer);
  run_all_slots_round (harness);
  after = checksum (memory);
  fail_unless_equals_string (before, after);
  gst_memory_unref (memory);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* All slots are lost for the driver, memory by memory; when the memories come
 * home, so do the slots: else no frame would come any more. */
GST_START_TEST (slots_return_with_their_memories)
{
  GstHarness *harness = play ();
  GQueue kept = G_QUEUE_INIT;
  GstBuffer *buffer = gst_harness_pull (harness);
  guint n = n_buffers (harness);

  for (guint i = 0; i < n; i++) {
    g_queue_push_tail (&kept, gst_buffer_get_memory (buffer, 0));
    gst_buffer_unref (buffer);
    buffer = i + 1 < n ? gst_harness_pull (harness) : NULL;
  }
  g_queue_clear_full (&kept, (GDestroyNotify) gst_memory_unref);
  run_all_slots_round (harness);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Each buffer is exported once: its dma-buf stays the same for the run. */
GST_START_TEST (no_buffer_is_exported_twice)
{
  GstHarness *harness = play ();
  unsigned dmabufs;

  gst_buffer_unref (gst_harness_pull (harness));
  dmabufs = dmabufs_count ();
  fail_unless_equals_int (dmabufs, n_buffers (harness));
  run_all_slots_round (harness);
  fail_unless_equals_int (dmabufs_count (), dmabufs);
  gst_harness_teardown (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_buffer_outlives_the_element),
    RUNNER_TEST (a_memory_outlives_buffer_and_element),
    RUNNER_TEST (a_kept_buffer_is_not_overwritten),
    RUNNER_TEST (a_memory_kept_longer_than_its_buffer_is_not_overwritten),
    RUNNER_TEST (slots_return_with_their_memories),
    RUNNER_TEST (no_buffer_is_exported_twice))
