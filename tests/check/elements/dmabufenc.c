/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/threads.h"
#include "enc.h"

#include <gst/allocators/allocators.h>
#include <gst/video/video.h>

/* An encoder from start to end, on vicodec. */

/* --- the end ------------------------------------------------------------ */

static void
assert_times (GstBuffer *buffer, guint n)
{
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), n * ENC_DURATION);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (buffer), n * ENC_DURATION);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (buffer), ENC_DURATION);
}

/* N pictures in; so many come out, each with the times of its own. */
static void
assert_all_come (struct enc *enc, guint n)
{
  GstBuffer *buffer;
  guint i = 0;

  for (guint pushed = 0; pushed < n; pushed++) {
    enc_push_some (enc, 1);
    while ((buffer = gst_harness_try_pull (enc->harness))) {
      assert_times (buffer, i++);
      gst_buffer_unref (buffer);
    }
  }
  enc_end (enc);
  while ((buffer = gst_harness_try_pull (enc->harness))) {
    assert_times (buffer, i++);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (i, n);
  enc_assert_stat (enc, "frames", n);
  enc_assert_stat (enc, "dropped", 0);
  enc_assert_stat (enc, "copies", 0);
  enc_assert_stat (enc, "coded-copies", 0);
}

GST_START_TEST (thousand_pictures_come_out_with_their_times)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  assert_all_come (&enc, 1000);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (a_stream_of_one_picture_comes_out)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  assert_all_come (&enc, 1);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (a_stream_of_none_ends)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  assert_all_come (&enc, 0);
  enc_close (&enc);
}
GST_END_TEST;

/* Another stream through the same element. */
GST_START_TEST (after_the_end_it_goes_on)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 10);
  enc_end (&enc);
  enc_pull_some (&enc, 10);
  enc_flush (&enc);
  enc_push_some (&enc, 10);
  enc_end (&enc);
  enc_pull_some (&enc, 10);
  enc_assert_stat (&enc, "frames", 20);
  enc_close (&enc);
}
GST_END_TEST;

/* --- what comes out ----------------------------------------------------- */

GST_START_TEST (coded_frames_are_dmabufs)
{
  struct enc enc;
  GstBuffer *buffer;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 1);
  buffer = enc_pull (&enc);
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  fail_unless (gst_buffer_get_size (buffer) < 640 * 480 * 3 / 2);
  gst_buffer_unref (buffer);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (key_frames_come_as_often_as_is_set)
{
  struct enc enc;

  enc_open (&enc, "gop-size=4", ENC_DMABUF);
  enc_push_some (&enc, 12);
  enc_end (&enc);
  for (guint i = 0; i < 12; i++) {
    GstBuffer *buffer = enc_pull (&enc);

    fail_unless_equals_int (enc_is_key (buffer), i % 4 == 0);
    if (i == 0)
      fail_if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT));
    gst_buffer_unref (buffer);
  }
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (settings_change_while_frames_flow)
{
  struct enc enc;
  guint keys = 0;

  enc_open (&enc, "gop-size=16", ENC_DMABUF);
  enc_push_some (&enc, 4);
  enc_pull_some (&enc, 4);
  g_object_set (enc.element, "gop-size", 1, NULL);
  enc_push_some (&enc, 4);
  enc_end (&enc);
  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = enc_pull (&enc);

    keys += enc_is_key (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (keys, 3); /* the driver counts up to it once more */
  fail_unless (enc_take_warning (&enc) == NULL);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (a_setting_that_the_device_lacks_is_told)
{
  struct enc enc;
  g_autofree gchar *warning = NULL;
  g_autoptr (GstStructure) settings = NULL;

  enc_open (&enc, "bitrate=1000000", ENC_DMABUF);
  warning = enc_take_warning (&enc);
  fail_unless (warning && strstr (warning, "bitrate"), "%s", warning);
  g_object_get (enc.element, "device-settings", &settings, NULL);
  fail_unless (gst_structure_has_field (settings, "gop-size"));
  fail_if (gst_structure_has_field (settings, "bitrate"));
  enc_push_some (&enc, 1);
  enc_pull_some (&enc, 1);
  enc_close (&enc);
}
GST_END_TEST;

static void
force_key (struct enc *enc)
{
  GstEvent *event = gst_video_event_new_upstream_force_key_unit (
      GST_CLOCK_TIME_NONE, TRUE, 0);

  fail_unless (gst_harness_push_upstream_event (enc->harness, event));
}

GST_START_TEST (a_device_without_forced_key_frames_is_told_once)
{
  struct enc enc;
  g_autofree gchar *warning = NULL;

  enc_open (&enc, "", ENC_DMABUF);
  force_key (&enc);
  enc_push_some (&enc, 1);
  fail_unless (enc_take_warning (&enc) == NULL, "the first is one anyway");
  for (guint i = 0; i < 3; i++) {
    force_key (&enc);
    enc_push_some (&enc, 1);
  }
  warning = enc_take_warning (&enc);
  fail_unless (warning && strstr (warning, "gop-size"), "%s", warning);
  fail_unless (enc_take_warning (&enc) == NULL);
  enc_end (&enc);
  enc_pull_some (&enc, 4);
  enc_close (&enc);
}
GST_END_TEST;

/* --- base class --------------------------------------------------------- */

GST_START_TEST (latency_is_known_before_frames)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  fail_unless_equals_uint64 (
      gst_harness_query_latency (enc.harness), GST_SECOND / 30);
  enc_close (&enc);
}
GST_END_TEST;

static const GstTagList *
find_tags (GstHarness *harness, GstEvent **event)
{
  const GstTagList *tags = NULL;
  GstTagList *all;

  while ((*event = gst_harness_try_pull_event (harness))) {
    if (GST_EVENT_TYPE (*event) == GST_EVENT_TAG) {
      gst_event_parse_tag (*event, &all);
      if (gst_tag_list_get_tag_size (all, GST_TAG_TITLE) > 0)
        tags = all;
    }
    if (tags)
      return tags;
    gst_event_unref (*event);
  }
  return NULL;
}

GST_START_TEST (tags_and_segments_pass)
{
  struct enc enc;
  GstSegment segment;
  GstEvent *event;

  enc_open (&enc, "", ENC_DMABUF);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = segment.position = 5 * GST_SECOND;
  gst_harness_push_event (enc.harness, gst_event_new_segment (&segment));
  gst_harness_push_event (enc.harness,
      gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "a title", NULL)));
  enc.pushed = 5 * 30;
  enc_push_some (&enc, 2);
  enc_end (&enc);
  fail_unless (find_tags (enc.harness, &event) != NULL);
  gst_event_unref (event);
  event = gst_pad_get_sticky_event (enc.harness->sinkpad, GST_EVENT_SEGMENT, 0);
  gst_event_copy_segment (event, &segment);
  gst_event_unref (event);
  fail_unless_equals_uint64 (segment.start, 5 * GST_SECOND);
  enc_pull_some (&enc, 2);
  enc_close (&enc);
}
GST_END_TEST;

GST_START_TEST (what_is_told_beside_a_picture_survives)
{
  struct enc enc;
  GstBuffer *buffer, *parent = gst_buffer_new ();
  GstCaps *reference = gst_caps_from_string ("timestamp/x-unix");
  GstReferenceTimestampMeta *meta;
  gint gone = 0;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 1);
  buffer = enc_picture (&enc);
  gst_buffer_add_reference_timestamp_meta (
      buffer, reference, 4711, GST_CLOCK_TIME_NONE);
  enc_watch (parent, &gone);
  gst_buffer_add_parent_buffer_meta (buffer, parent);
  gst_buffer_unref (parent);
  enc_push (&enc, buffer);
  enc_pull_some (&enc, 1);
  buffer = enc_pull (&enc);
  meta = gst_buffer_get_reference_timestamp_meta (buffer, reference);
  fail_unless (meta && meta->timestamp == 4711);
  fail_unless (gst_buffer_get_video_meta (buffer) == NULL);
  fail_unless (gst_buffer_get_parent_buffer_meta (buffer) == NULL);
  enc_wait_gone (&gone, 1);
  gst_buffer_unref (buffer);
  gst_caps_unref (reference);
  enc_close (&enc);
}
GST_END_TEST;

/* --- changes in the stream ---------------------------------------------- */

static void
assert_coded_caps (struct enc *enc, gint width, gint height, gint rate)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (enc->harness->sinkpad);
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint w, h, n, d;

  fail_unless (gst_structure_get_int (s, "width", &w) &&
               gst_structure_get_int (s, "height", &h) &&
               gst_structure_get_fraction (s, "framerate", &n, &d));
  fail_unless (w == width && h == height && n == rate && d == 1, "%dx%d %d/%d",
      w, h, n, d);
}

#define NV12(size) \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12," size

/* No frame of before is lost, and caps follow. */
static void
assert_change (
    const char *before, const char *after, gint width, gint height, gint rate)
{
  struct enc enc;

  enc_open (&enc, "", before);
  for (guint i = 0; i < 5; i++) {
    enc_set_caps (&enc, before);
    enc_push_some (&enc, 7);
    enc_set_caps (&enc, after);
    enc_push_some (&enc, 7);
    enc_pull_some (&enc, 14);
    assert_coded_caps (&enc, width, height, rate);
  }
  enc_assert_stat (&enc, "frames", 5 * 14);
  enc_assert_stat (&enc, "copies", 0);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (the_size_changes_in_the_stream)
{
  assert_change (NV12 ("width=640,height=480,framerate=30/1"),
      NV12 ("width=1280,height=720,framerate=30/1"), 1280, 720, 30);
}
GST_END_TEST;

GST_START_TEST (the_rate_changes_in_the_stream)
{
  assert_change (NV12 ("width=640,height=480,framerate=30/1"),
      NV12 ("width=640,height=480,framerate=60/1"), 640, 480, 60);
}
GST_END_TEST;

/* The base class takes the one for the other. */
GST_START_TEST (the_format_of_dmabufs_changes_in_the_stream)
{
  assert_change (NV12 ("width=640,height=480,framerate=30/1"),
      "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=YUYV,width=640,"
      "height=480,framerate=30/1",
      640, 480, 30);
}
GST_END_TEST;

GST_START_TEST (a_picture_of_no_whole_blocks_is_padded)
{
  struct enc enc;

  enc_open (&enc, "", NV12 ("width=1920,height=1080,framerate=30/1"));
  enc_push_some (&enc, 5);
  enc_end (&enc);
  enc_pull_some (&enc, 5);
  assert_coded_caps (&enc, 1920, 1080, 30);
  enc_assert_stat (&enc, "copies", 0);
  enc_close (&enc);
}
GST_END_TEST;

/* --- states ------------------------------------------------------------- */

static void
start_once (void)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 3);
  enc_pull_some (&enc, 1);
  enc_close (&enc);
}

GST_START_TEST (two_hundred_starts_leave_nothing)
{
  guint fds, threads, dmabufs;

  start_once ();
  fds = fds_settle (0);
  threads = threads_count (NULL);
  dmabufs = dmabufs_count ();
  for (guint i = 0; i < 200; i++)
    start_once ();
  fail_unless_equals_int (fds_settle (fds), fds);
  fail_unless (threads_count (NULL) <= threads + 1);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
}
GST_END_TEST;

/* One element, from NULL each time, frames being everywhere. */
GST_START_TEST (one_element_starts_two_hundred_times)
{
  struct enc enc;
  guint fds = 0;

  enc_open (&enc, "", ENC_DMABUF);
  for (guint i = 0; i < 200; i++) {
    enc_push_some (&enc, 4);
    gst_element_set_state (enc.element, GST_STATE_NULL);
    while (gst_harness_buffers_in_queue (enc.harness) > 0)
      gst_buffer_unref (gst_harness_pull (enc.harness));
    gst_element_set_state (enc.element, GST_STATE_PLAYING);
    gst_harness_play (enc.harness);
    enc_flush (&enc);
    gst_harness_push_event (enc.harness, gst_event_new_stream_start ("again"));
    enc_set_caps (&enc, i % 2 ? ENC_DMABUF : ENC_NV12);
    if (i == 10)
      fds = fds_settle (0);
  }
  fail_unless_equals_int (fds_settle (fds), fds);
  fail_unless (enc_take_error (&enc) == NULL);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

GST_START_TEST (two_hundred_pauses_lose_no_frame)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  for (guint i = 0; i < 200; i++) {
    gst_element_set_state (enc.element, GST_STATE_PAUSED);
    enc_push_some (&enc, 1);
    gst_element_set_state (enc.element, GST_STATE_PLAYING);
    enc_push_some (&enc, 1);
    enc_pull_some (&enc, 2);
  }
  enc_assert_stat (&enc, "frames", 400);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (thousand_pictures_come_out_with_their_times),
    RUNNER_TEST (a_stream_of_one_picture_comes_out),
    RUNNER_TEST (a_stream_of_none_ends), RUNNER_TEST (after_the_end_it_goes_on),
    RUNNER_TEST (coded_frames_are_dmabufs),
    RUNNER_TEST (key_frames_come_as_often_as_is_set),
    RUNNER_TEST (settings_change_while_frames_flow),
    RUNNER_TEST (a_setting_that_the_device_lacks_is_told),
    RUNNER_TEST (a_device_without_forced_key_frames_is_told_once),
    RUNNER_TEST (latency_is_known_before_frames),
    RUNNER_TEST (tags_and_segments_pass),
    RUNNER_TEST (what_is_told_beside_a_picture_survives),
    RUNNER_TEST (the_size_changes_in_the_stream),
    RUNNER_TEST (the_rate_changes_in_the_stream),
    RUNNER_TEST (the_format_of_dmabufs_changes_in_the_stream),
    RUNNER_TEST (a_picture_of_no_whole_blocks_is_padded),
    RUNNER_TEST (two_hundred_starts_leave_nothing),
    RUNNER_TEST (one_element_starts_two_hundred_times),
    RUNNER_TEST (two_hundred_pauses_lose_no_frame))
