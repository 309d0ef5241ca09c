/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "enc.h"

#include <gst/allocators/allocators.h>
#include <gst/video/video.h>
#include <string.h>

/* How pictures come into an encoder. */

static GstZcHeap *
any_heap (void)
{
  GstZcHeap *heap = gst_zc_heap_choose (
      1 << 22, GST_ZC_HEAP_DMABUF, GST_MAP_READWRITE, NULL, NULL, NULL);

  fail_unless (heap != NULL);
  return heap;
}

/* All that was pushed came, by this way, with so many copies. */
static void
assert_came (struct enc *enc, const char *input, guint64 copies)
{
  guint pushed = enc->pushed;

  enc_end (enc);
  fail_unless_equals_int (gst_harness_buffers_in_queue (enc->harness), pushed);
  enc_assert_input (enc, input);
  enc_assert_stat (enc, "copies", copies);
  enc_close (enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

/* One warning that says why, and no other. */
static void
assert_told_once (struct enc *enc, const char *words)
{
  g_autofree gchar *warning = enc_take_warning (enc);
  g_autofree gchar *other = enc_take_warning (enc);

  fail_unless (warning && strstr (warning, words), "%s", warning);
  fail_unless (other == NULL, "%s", other);
}

GST_START_TEST (what_the_encoder_offers_is_imported)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 10);
  fail_unless (enc_take_warning (&enc) == NULL);
  assert_came (&enc, "dmabuf-import", 0);
}
GST_END_TEST;

/* Caps of system memory can carry dma-bufs, too. */
GST_START_TEST (an_offer_is_taken_for_system_memory)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  enc_push_some (&enc, 10);
  assert_came (&enc, "dmabuf-import", 0);
}
GST_END_TEST;

GST_START_TEST (pages_of_the_process_are_handed_over_by_address)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  for (guint i = 0; i < 10; i++)
    enc_push (&enc, enc_picture_of_system (&enc, 0));
  fail_unless (enc_take_warning (&enc) == NULL);
  assert_came (&enc, "userptr", 0);
}
GST_END_TEST;

GST_START_TEST (memory_that_begins_within_a_page_is_copied_and_told_once)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  for (guint i = 0; i < 10; i++)
    enc_push (&enc, enc_picture_of_system (&enc, 16));
  assert_told_once (&enc, "userptr");
  assert_came (&enc, "copy", 10);
}
GST_END_TEST;

static void
demand_stride (GstZcConstraints *constraints, guint align)
{
  memset (constraints, 0, sizeof (*constraints));
  for (guint i = 0; i < 4; i++)
    constraints->stride_align[i] = align;
}

/* vicodec has lines of its own length: longer ones are not to be had. */
GST_START_TEST (other_lines_are_copied_with_the_reason)
{
  g_autoptr (GstZcHeap) heap = any_heap ();
  GstZcConstraints constraints;
  struct enc enc;

  demand_stride (&constraints, 1024);
  enc_open (&enc, "", ENC_DMABUF);
  for (guint i = 0; i < 10; i++)
    enc_push (&enc, enc_picture_of (&enc, heap, &constraints));
  assert_told_once (&enc, "lines of 1024");
  assert_came (&enc, "copy", 10);
}
GST_END_TEST;

/* The part of a dma-buf behind an offset: V4L2 has no words for that. */
GST_START_TEST (an_offset_into_a_dmabuf_is_copied_with_the_reason)
{
  g_autoptr (GstZcHeap) heap = any_heap ();
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  for (guint i = 0; i < 5; i++) {
    GstBuffer *whole = enc_picture_of (&enc, heap, NULL);
    gsize size = GST_VIDEO_INFO_SIZE (&enc.info);
    GstMemory *memory = gst_zc_heap_alloc (heap, size + 4096, NULL);
    GstMapInfo map;

    fail_unless (memory && gst_memory_map (memory, &map, GST_MAP_WRITE));
    gst_buffer_extract (whole, 0, map.data + 4096, size);
    gst_memory_unmap (memory, &map);
    gst_memory_resize (memory, 4096, size);
    gst_buffer_unref (whole);
    whole = gst_buffer_new ();
    gst_buffer_append_memory (whole, memory);
    GST_BUFFER_PTS (whole) = i * ENC_DURATION;
    gst_buffer_add_video_meta_full (whole, 0, GST_VIDEO_FORMAT_NV12, 640, 480,
        2, enc.info.offset, enc.info.stride);
    enc_push (&enc, whole);
  }
  assert_told_once (&enc, "does not begin where the dma-buf does");
  assert_came (&enc, "copy", 5);
}
GST_END_TEST;

GST_START_TEST (memory_may_change_in_the_stream)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  enc_push_some (&enc, 5);
  for (guint i = 0; i < 5; i++)
    enc_push (&enc, enc_picture_of_system (&enc, 0));
  enc_assert_input (&enc, "copy");
  enc_push_some (&enc, 5);
  assert_told_once (&enc, "no dma-buf");
  assert_came (&enc, "dmabuf-import", 5);
}
GST_END_TEST;

GST_START_TEST (pages_may_become_dmabufs_in_the_stream)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  for (guint i = 0; i < 5; i++)
    enc_push (&enc, enc_picture_of_system (&enc, 0));
  enc_push_some (&enc, 5);
  enc_assert_input (&enc, "copy (pages)");
  for (guint i = 0; i < 5; i++)
    enc_push (&enc, enc_picture_of_system (&enc, 0));
  assert_told_once (&enc, "no memory of this process");
  assert_came (&enc, "userptr", 5);
}
GST_END_TEST;

/* What was copied at first is not for ever. */
GST_START_TEST (copies_end_when_dmabufs_come)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  for (guint i = 0; i < 5; i++)
    enc_push (&enc, enc_picture_of_system (&enc, 16));
  enc_push_some (&enc, 5);
  assert_came (&enc, "dmabuf-import", 5);
}
GST_END_TEST;

GST_START_TEST (the_warning_does_not_come_again_after_a_flush)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  for (guint i = 0; i < 3; i++) {
    enc_push (&enc, enc_picture_of_system (&enc, 16));
    enc_flush (&enc);
  }
  assert_told_once (&enc, "userptr");
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (counts_start_anew)
{
  struct enc enc;

  enc_open (&enc, "", ENC_NV12);
  enc_push (&enc, enc_picture_of_system (&enc, 16));
  enc_pull_some (&enc, 1);
  enc_assert_stat (&enc, "copies", 1);
  gst_element_set_state (enc.element, GST_STATE_NULL);
  gst_element_set_state (enc.element, GST_STATE_READY);
  enc_assert_stat (&enc, "copies", 0);
  enc_assert_stat (&enc, "frames", 0);
  enc_assert_input (&enc, "none");
  enc_close (&enc);
}
GST_END_TEST;

/* --- with elements of others -------------------------------------------- */

static void
assert_pipeline (const char *text, guint64 frames)
{
  struct enc enc;
  GstElement *pipeline;

  enc_open (&enc, "", NULL); /* registers it */
  enc_close (&enc);
  pipeline = pipeline_new (text);
  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "enc", "frames"), frames);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (videotestsrc_takes_the_offer)
{
  assert_pipeline ("videotestsrc num-buffers=30 ! video/x-raw,format=NV12,"
                   "width=640,height=480 ! dmabufenc name=enc ! fakesink",
      30);
}
GST_END_TEST;

GST_START_TEST (padding_is_offered_to_videotestsrc)
{
  assert_pipeline ("videotestsrc num-buffers=10 ! video/x-raw,format=NV12,"
                   "width=1920,height=1080 ! dmabufenc name=enc ! fakesink",
      10);
}
GST_END_TEST;

/* A tee passes no pool on, but how memory is to be aligned. */
GST_START_TEST (behind_a_tee_memory_begins_at_a_page)
{
  assert_pipeline (
      "videotestsrc num-buffers=30 ! video/x-raw,format=NV12,width=640,"
      "height=480 ! tee name=t ! queue ! dmabufenc name=enc ! fakesink t. ! "
      "queue ! dmabufenc ! fakesink",
      30);
}
GST_END_TEST;

GST_START_TEST (a_queue_that_keeps_a_hundred_starves_nobody)
{
  assert_pipeline ("videotestsrc num-buffers=100 ! video/x-raw,format=NV12,"
                   "width=640,height=480 ! dmabufenc name=enc ! queue "
                   "min-threshold-buffers=100 max-size-buffers=200 "
                   "max-size-time=0 max-size-bytes=0 ! fakesink sync=false",
      100);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_the_encoder_offers_is_imported),
    RUNNER_TEST (an_offer_is_taken_for_system_memory),
    RUNNER_TEST (pages_of_the_process_are_handed_over_by_address),
    RUNNER_TEST (memory_that_begins_within_a_page_is_copied_and_told_once),
    RUNNER_TEST (other_lines_are_copied_with_the_reason),
    RUNNER_TEST (an_offset_into_a_dmabuf_is_copied_with_the_reason),
    RUNNER_TEST (memory_may_change_in_the_stream),
    RUNNER_TEST (pages_may_become_dmabufs_in_the_stream),
    RUNNER_TEST (copies_end_when_dmabufs_come),
    RUNNER_TEST (the_warning_does_not_come_again_after_a_flush),
    RUNNER_TEST (counts_start_anew), RUNNER_TEST (videotestsrc_takes_the_offer),
    RUNNER_TEST (padding_is_offered_to_videotestsrc),
    RUNNER_TEST (behind_a_tee_memory_begins_at_a_page),
    RUNNER_TEST (a_queue_that_keeps_a_hundred_starves_nobody))
