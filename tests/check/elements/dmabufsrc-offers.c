/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/incoherent.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/source.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"

#include <gst/check/gstharness.h>
#include <unistd.h>

/* What becomes of pools that downstream offers, and of limits. */

/* 0 is no limit, not a small one. */
static void
assert_no_limit (const char *mode, const char *caps)
{
  GstBuffer *held[40];
  GstHarness *harness = source_play (mode, caps);

  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    held[i] = gst_harness_pull (harness);
    fail_unless (held[i] != NULL, "frame %u does not come", i);
  }
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  source_end (harness);
}

GST_START_TEST (without_a_limit_downstreams_dmabufs_never_run_dry)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");

  source_offer_heap (heap, 0);
  assert_no_limit ("dmabuf-import max-buffers=0", SOURCE_DMABUF);
}
GST_END_TEST;

GST_START_TEST (without_a_limit_downstreams_pages_never_run_dry)
{
  source_offer.pool = gst_video_buffer_pool_new ();
  source_offer.with_meta = TRUE;
  assert_no_limit ("userptr max-buffers=0", SOURCE_RAW);
}
GST_END_TEST;

GST_START_TEST (a_small_limit_is_kept_from_the_start)
{
  GstHarness *harness = source_play (
      "dmabuf-export max-buffers=4", SOURCE_DMABUF);

  source_assert_frames (harness, 5);
  fail_unless_equals_uint64 (source_get_stat (harness, "buffers"), 4);
  source_end (harness);
}
GST_END_TEST;

/* While downstream has all of its buffers the driver has none. */
GST_START_TEST (a_driver_without_buffers_of_downstreams_is_starved)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstBuffer *held[8];
  GstHarness *harness;

  source_offer_heap (heap, 8);
  harness = source_play ("dmabuf-import", SOURCE_DMABUF);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = gst_harness_pull (harness);
  g_usleep (100000);
  fail_unless (source_get_stat (harness, "starved") > 0);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  source_assert_frames (harness, 5);
  source_end (harness);
}
GST_END_TEST;

/* Lines that were made for memory which is not taken after all. */
GST_START_TEST (lines_are_the_cameras_again_if_an_offer_fails)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstZcConstraints constraints = { .stride_align = { 4096 } };
  g_autoptr (GstCaps) caps = gst_caps_from_string (SOURCE_RAW);
  GstHarness *harness;
  GstVideoMeta *meta;
  GstBuffer *buffer;

  source_offer.pool = gst_zc_pool_new_for_caps (
      heap, caps, &constraints, 2, 0, NULL);
  fail_unless (source_offer.pool != NULL);
  source_offer.min = 2;
  source_offer.with_meta = TRUE;
  vivid_set (VIVID_QBUF_ERROR, 1);
  harness = source_play ("auto", SOURCE_DMABUF);
  buffer = gst_harness_pull (harness);
  source_assert_path (harness, "dmabuf-export");
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->stride[0], 640 * 4);
  gst_buffer_unref (buffer);
  source_end (harness);
}
GST_END_TEST;

/* Who knows nothing of lines counts on the size of the caps; page by page is
 * how memory comes. */
GST_START_TEST (a_peer_without_video_meta_gets_no_bytes_behind_the_picture)
{
  static const char *modes[] = { "userptr", "dmabuf-import", "dmabuf-export",
    "mmap" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstHarness *harness = source_play (modes[i],
        "video/x-raw,format=GRAY8,width=320,height=180,framerate=30/1");
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), 320 * 180);
    gst_buffer_unref (buffer);
    for (guint j = 0; j < 20; j++)
      gst_buffer_unref (gst_harness_pull (harness));
    source_end (harness);
  }
}
GST_END_TEST;

/* What downstream keeps of the picture before does not hinder the next. */
static void
assert_renegotiates (const char *mode)
{
  GstHarness *harness = source_play (mode, SOURCE_RAW);
  GstBuffer *held = gst_harness_pull (harness);
  guint size = 0;

  gst_harness_set_sink_caps_str (
      harness, "video/x-raw,format=BGRx,width=320,height=180,framerate=30/1");
  gst_pad_push_event (harness->sinkpad, gst_event_new_reconfigure ());
  for (guint i = 0; i < 30 && size != 320 * 180 * 4; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless (buffer != NULL);
    size = gst_buffer_get_size (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (size, 320 * 180 * 4);
  source_assert_picture (held);
  gst_buffer_unref (held);
  source_end (harness);
}

GST_START_TEST (caps_change_while_mapped_frames_are_kept)
{
  source_offer.with_meta = TRUE;
  assert_renegotiates ("mmap");
}
GST_END_TEST;

GST_START_TEST (caps_change_while_frames_of_libv4l2_are_kept)
{
  source_offer.with_meta = TRUE;
  assert_renegotiates ("libv4l2");
}
GST_END_TEST;

GST_START_TEST (caps_change_while_pages_are_kept)
{
  source_offer.with_meta = TRUE;
  assert_renegotiates ("userptr");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (without_a_limit_downstreams_dmabufs_never_run_dry),
    RUNNER_TEST (without_a_limit_downstreams_pages_never_run_dry),
    RUNNER_TEST (a_small_limit_is_kept_from_the_start),
    RUNNER_TEST (a_driver_without_buffers_of_downstreams_is_starved),
    RUNNER_TEST (lines_are_the_cameras_again_if_an_offer_fails),
    RUNNER_TEST (a_peer_without_video_meta_gets_no_bytes_behind_the_picture),
    RUNNER_TEST (caps_change_while_mapped_frames_are_kept),
    RUNNER_TEST (caps_change_while_frames_of_libv4l2_are_kept),
    RUNNER_TEST (caps_change_while_pages_are_kept))
