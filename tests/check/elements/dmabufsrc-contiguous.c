/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/incoherent.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/source.h"

/* A camera that writes only into what is one piece of memory (dma-contig), as
 * most of those in phones and boards do. */

GST_START_TEST (without_an_offer_the_cameras_memory_is_exported)
{
  GstHarness *harness = source_play ("auto", SOURCE_DMABUF);

  source_assert_frames (harness, 20);
  source_assert_path (harness, "dmabuf-export");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (downstreams_scattered_memory_is_left_and_told)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstHarness *harness;

  source_offer_heap (heap, 0);
  harness = source_play ("auto", SOURCE_DMABUF);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "dmabuf-export");
  source_assert_refused (harness, "dmabuf-import of downstream's", "QBUF");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (downstreams_contiguous_memory_is_written_into)
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

GST_START_TEST (for_the_cpu_pages_are_refused_and_told)
{
  GstHarness *harness;

  source_offer.with_meta = TRUE;
  harness = source_play ("auto", SOURCE_RAW);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "dmabuf-export");
  source_assert_refused (harness, "userptr into own pages", "REQBUFS");
  source_assert_refused (harness, "mmap of cached memory", "CPU caches");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (pages_alone_are_an_error)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc io-mode=userptr ! video/x-raw,format=BGRx,width=640,height=480"
      " ! fakesink");
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (strstr (debug, "userptr") != NULL, "%s", debug);
  fail_unless (strstr (debug, "VIDIOC_REQBUFS") != NULL, "%s", debug);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
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

GST_START_TEST (twenty_starts_leave_nothing)
{
  static const char *modes[] = { "dmabuf-export", "mmap", "auto" };
  guint fds = 0;

  for (guint i = 0; i < 20; i++) {
    GstHarness *harness = source_play (
        modes[i % 3], i % 3 == 1 ? SOURCE_RAW : SOURCE_DMABUF);

    source_assert_frames (harness, 1);
    source_end (harness);
    if (i == 4)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (without_an_offer_the_cameras_memory_is_exported),
    RUNNER_TEST (downstreams_scattered_memory_is_left_and_told),
    RUNNER_TEST (downstreams_contiguous_memory_is_written_into),
    RUNNER_TEST (for_the_cpu_pages_are_refused_and_told),
    RUNNER_TEST (pages_alone_are_an_error),
    RUNNER_TEST (mapped_memory_of_the_driver_will_do),
    RUNNER_TEST (twenty_starts_leave_nothing))
