/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fwht.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <gst/allocators/allocators.h>

/* dmabufdec on vicodec, in both APIs. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define NV12 "video/x-raw,format=NV12" SIZE
#define LARGER "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1"
#define PADDED "video/x-raw,format=NV12,width=1920,height=1080,framerate=30/1"
#define GOP 10 /* of vicodec: the next frame stands for itself */

static GstClockTime
time_of (guint n)
{
  return gst_util_uint64_scale (n, GST_SECOND, 30);
}

static void
assert_next (GstHarness *harness, guint n)
{
  GstBuffer *buffer = gst_harness_pull (harness);

  fail_unless (buffer != NULL, "picture %u", n);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), time_of (n));
  gst_buffer_unref (buffer);
}

static void
push (GstHarness *harness, GstBuffer *frame)
{
  fail_unless_equals_int (gst_harness_push (harness, frame), GST_FLOW_OK);
}

static void
assert_height (GstHarness *harness, gint expected)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->sinkpad);
  gint height = 0;

  gst_structure_get_int (gst_caps_get_structure (caps, 0), "height", &height);
  fail_unless_equals_int (height, expected);
}

GST_START_TEST (a_thousand_frames_are_a_thousand_pictures)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  guint pulled = 0;

  for (guint i = 0; i < 1000; i++) {
    push (harness, fwht_frame (fwht, i % GOP, i));
    while (gst_harness_buffers_in_queue (harness) > 0)
      assert_next (harness, pulled++);
  }
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  while (gst_harness_buffers_in_queue (harness) > 0)
    assert_next (harness, pulled++);
  fail_unless_equals_int (pulled, 1000);
  fail_unless_equals_uint64 (fwht_stat (harness, "frames"), 1000);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- pictures ----------------------------------------------------------- */

static void
assert_pictures (const char *format)
{
  g_autofree gchar *caps = g_strdup_printf (
      "video/x-raw,format=%s" SIZE, format);
  struct fwht *fwht = fwht_new (caps, 0, 5);
  GstHarness *harness = fwht_decoder (fwht, caps, TRUE);

  for (guint i = 0; i < 5; i++) {
    GstBuffer *decoded, *picture = fwht_picture (&fwht->info, i);
    double error;

    push (harness, fwht_frame (fwht, i, i));
    decoded = gst_harness_pull (harness);
    error = fwht_error (&fwht->info, picture, decoded);
    fail_unless (error <= FWHT_30_DB, "%s %u: %g", format, i, error);
    gst_buffer_unref (decoded);
    gst_buffer_unref (picture);
  }
  gst_harness_teardown (harness);
  fwht_free (fwht);
}

GST_START_TEST (pictures_of_two_planes_are_what_was_coded)
{
  assert_pictures ("NV12");
}
GST_END_TEST;

GST_START_TEST (pictures_of_three_planes_are_what_was_coded)
{
  assert_pictures ("I420");
}
GST_END_TEST;

GST_START_TEST (packed_pictures_are_what_was_coded)
{
  assert_pictures ("YUY2");
  assert_pictures ("BGRx");
}
GST_END_TEST;

GST_START_TEST (the_format_has_the_samples_of_the_stream)
{
  struct fwht *fwht = fwht_new ("video/x-raw,format=BGRx" SIZE, 0, 1);
  GstHarness *harness = fwht_decoder (
      fwht, "video/x-raw,format={NV12,I420,YUY2,xRGB,BGRx}", TRUE);
  g_autoptr (GstCaps) caps = NULL;
  GstVideoInfo info;

  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  caps = gst_pad_get_current_caps (harness->sinkpad);
  fail_unless (gst_video_info_from_caps (&info, caps));
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&info), GST_VIDEO_FORMAT_xRGB);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (what_downstream_does_not_take_is_an_error)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (
      fwht, "video/x-raw,format=NV12,width=64,height=64", TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  gst_harness_push (harness, fwht_frame (fwht, 0, 0));
  message = gst_bus_timed_pop_filtered (
      bus, 10 * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (pictures_are_dmabufs)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  g_autoptr (GstCaps) caps = NULL;
  GstBuffer *buffer;

  push (harness, fwht_frame (fwht, 0, 0));
  buffer = gst_harness_pull (harness);
  caps = gst_pad_get_current_caps (harness->sinkpad);
  fail_unless (gst_video_is_dma_drm_caps (caps));
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- what is seen ------------------------------------------------------- */

GST_START_TEST (caps_say_what_is_seen_and_metas_where_it_lies)
{
  struct fwht *fwht = fwht_new (PADDED, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  GstBuffer *buffer;
  GstVideoMeta *meta;

  push (harness, fwht_frame (fwht, 0, 0));
  buffer = gst_harness_pull (harness);
  assert_height (harness, 1080);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless (meta != NULL);
  fail_unless_equals_int (meta->height, 1080);
  fail_unless_equals_int (meta->offset[1], 1920 * 1088);
  fail_unless (gst_buffer_get_video_crop_meta (buffer) == NULL);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 0);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

static GstMessage *
push_with_bus (GstHarness *harness, GstBuffer *frame, GstBuffer **decoded)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  push (harness, frame);
  *decoded = gst_harness_pull (harness);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  gst_element_set_bus (harness->element, NULL);
  return message;
}

GST_START_TEST (who_takes_no_metas_gets_copies_without_padding)
{
  struct fwht *fwht = fwht_new (PADDED, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, PADDED, FALSE);
  GstBuffer *picture = fwht_picture (&fwht->info, 0), *decoded;
  GstMessage *warning = push_with_bus (
      harness, fwht_frame (fwht, 0, 0), &decoded);

  fail_unless (warning != NULL);
  fail_unless_equals_int (
      gst_buffer_get_size (decoded), GST_VIDEO_INFO_SIZE (&fwht->info));
  fail_unless (fwht_error (&fwht->info, picture, decoded) <= FWHT_30_DB);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 1);
  gst_message_unref (warning);
  gst_buffer_unref (decoded);
  gst_buffer_unref (picture);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (who_takes_no_metas_needs_none_without_padding)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NV12, FALSE);
  GstBuffer *decoded;

  fail_unless (
      push_with_bus (harness, fwht_frame (fwht, 0, 0), &decoded) == NULL);
  fail_unless_equals_int (
      gst_buffer_get_size (decoded), GST_VIDEO_INFO_SIZE (&fwht->info));
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 0);
  gst_buffer_unref (decoded);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (colours_are_those_of_the_stream)
{
  struct fwht *fwht = fwht_new (NV12 ",colorimetry=bt601", 0, 1);
  g_autoptr (GstCaps) caps = NULL;
  GstHarness *harness;

  /* the device alone knows */
  fwht->caps = gst_caps_make_writable (fwht->caps);
  gst_structure_remove_field (
      gst_caps_get_structure (fwht->caps, 0), "colorimetry");
  harness = fwht_decoder (fwht, NULL, TRUE);
  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  caps = gst_pad_get_current_caps (harness->sinkpad);
  fail_unless_equals_string (
      gst_structure_get_string (
          gst_caps_get_structure (caps, 0), "colorimetry"),
      "bt601");
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- other sizes -------------------------------------------------------- */

/* Both streams one after another, without caps between. */
static void
assert_change (const char *first, const char *second)
{
  struct fwht *one = fwht_new (first, 0, 5), *other = fwht_new (second, 5, 5);
  const struct fwht *larger = GST_VIDEO_INFO_HEIGHT (&one->info) >
                                      GST_VIDEO_INFO_HEIGHT (&other->info)
                                  ? one
                                  : other;
  GstHarness *harness = fwht_decoder (larger, NULL, TRUE);

  for (guint i = 0; i < 10; i++)
    push (harness, fwht_frame (i < 5 ? one : other, i % 5, i));
  for (guint i = 0; i < 5; i++)
    assert_next (harness, i);
  for (guint i = 5; i < 10; i++) {
    GstBuffer *decoded = gst_harness_pull (harness);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (decoded), time_of (i));
    fail_unless_equals_int (gst_buffer_get_video_meta (decoded)->height,
        GST_VIDEO_INFO_HEIGHT (&other->info));
    gst_buffer_unref (decoded);
  }
  assert_height (harness, GST_VIDEO_INFO_HEIGHT (&other->info));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless_equals_uint64 (fwht_stat (harness, "frames"), 10);
  gst_harness_teardown (harness);
  fwht_free (one);
  fwht_free (other);
}

GST_START_TEST (a_stream_that_grows_has_new_caps)
{
  assert_change (NV12, LARGER);
}
GST_END_TEST;

GST_START_TEST (a_stream_that_shrinks_has_new_caps)
{
  assert_change (LARGER, NV12);
}
GST_END_TEST;

GST_START_TEST (other_samples_have_new_caps)
{
  assert_change (NV12, "video/x-raw,format=BGRx,width=1280,height=720,"
                       "framerate=30/1");
}
GST_END_TEST;

GST_START_TEST (a_change_right_before_the_end_loses_nothing)
{
  struct fwht *one = fwht_new (NV12, 0, 1), *other = fwht_new (LARGER, 1, 1);

  for (guint round = 0; round < 20; round++) {
    GstHarness *harness = fwht_decoder (other, NULL, TRUE);

    push (harness, fwht_frame (one, 0, 0));
    push (harness, fwht_frame (other, 0, 1));
    fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
    fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 2);
    gst_harness_teardown (harness);
  }
  fwht_free (one);
  fwht_free (other);
}
GST_END_TEST;

GST_START_TEST (new_caps_upstream_lose_nothing)
{
  struct fwht *one = fwht_new (NV12, 0, 5), *other = fwht_new (LARGER, 5, 5);
  GstHarness *harness = fwht_decoder (one, NULL, TRUE);

  for (guint i = 0; i < 5; i++)
    push (harness, fwht_frame (one, i, i));
  gst_harness_set_src_caps (harness, gst_caps_ref (other->caps));
  for (guint i = 0; i < 5; i++)
    push (harness, fwht_frame (other, i, 5 + i));
  for (guint i = 0; i < 10; i++)
    assert_next (harness, i);
  assert_height (harness, 720);
  gst_harness_teardown (harness);
  fwht_free (one);
  fwht_free (other);
}
GST_END_TEST;

/* Caps of a small size, and a frame that is larger than any of these, but not
 * than vicodec has room for at that size: 3 bytes a pixel in Linux 6.12. */
GST_START_TEST (a_frame_that_has_no_room_gets_it)
{
  struct fwht *one = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (one, NULL, TRUE);
  struct fwht *large = fwht_new (
      "video/x-raw,format=NV12,width=3072,height=1728,framerate=30/1", 1, 1);

  push (harness, fwht_frame (one, 0, 0));
  assert_next (harness, 0);
  push (harness, fwht_frame (large, 0, 1));
  assert_next (harness, 1);
  gst_harness_teardown (harness);
  fwht_free (large);
  fwht_free (one);
}
GST_END_TEST;

/* vicodec's room is that of its size, whatever is wished for. */
GST_START_TEST (a_frame_that_can_have_no_room_costs_itself)
{
  struct fwht *fwht = fwht_new (NV12, 0, 2);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  GstBuffer *large = gst_buffer_new_allocate (NULL, 1 << 22, NULL);

  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  GST_BUFFER_PTS (large) = time_of (1);
  push (harness, large);
  push (harness, fwht_frame (fwht, 0, 2));
  assert_next (harness, 2);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- what is damaged ---------------------------------------------------- */

GST_START_TEST (a_broken_frame_costs_itself)
{
  struct fwht *fwht = fwht_new (NV12, 0, 5);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < 5; i++)
    push (harness, i == 2 ? fwht_break (fwht_frame (fwht, i, i))
                          : fwht_frame (fwht, i, i));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 4);
  for (guint i = 0; i < 5; i++)
    if (i != 2)
      assert_next (harness, i);
  fail_unless_equals_uint64 (fwht_stat (harness, "frames"), 4);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (a_frame_without_a_picture_is_dropped_in_its_turn)
{
  struct fwht *fwht = fwht_new (NV12, 0, 5);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < 4; i++)
    push (harness,
        i == 2 ? fwht_hide (fwht_frame (fwht, i, i)) : fwht_frame (fwht, i, i));
  assert_next (harness, 0);
  assert_next (harness, 1);
  assert_next (harness, 3);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (frames_without_pictures_are_dropped_at_the_end)
{
  struct fwht *fwht = fwht_new (NV12, 0, 5);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  push (harness, fwht_frame (fwht, 0, 0));
  push (harness, fwht_hide (fwht_frame (fwht, 1, 1)));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 1);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (a_stream_of_nothing_ends)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < 5; i++)
    push (harness, fwht_hide (fwht_frame (fwht, 0, i)));
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 5);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (a_stream_begins_where_it_can_be_decoded)
{
  struct fwht *fwht = fwht_new (NV12, 0, 2);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  push (harness, fwht_hide (fwht_frame (fwht, 0, 0)));
  push (harness, fwht_frame (fwht, 0, 1));
  assert_next (harness, 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- the stream's surroundings ------------------------------------------ */

GST_START_TEST (it_goes_on_after_the_end)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < 5; i++) {
    GstSegment segment;

    push (harness, fwht_frame (fwht, 0, i));
    fail_unless (gst_harness_push_event (
        harness, gst_event_new_segment_done (GST_FORMAT_TIME, 0)));
    fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 1);
    assert_next (harness, i);
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (harness, gst_event_new_segment (&segment));
  }
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (the_latency_is_that_of_a_frame)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  fail_unless_equals_uint64 (
      gst_harness_query_latency (harness), GST_SECOND / 30);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (tags_and_segments_pass)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  g_autoptr (GstEvent) tags = NULL, segment = NULL;
  const GstSegment *passed;
  GstSegment wanted;
  GstTagList *list;

  gst_segment_init (&wanted, GST_FORMAT_TIME);
  wanted.base = 7;
  gst_harness_push_event (harness, gst_event_new_segment (&wanted));
  gst_harness_push_event (harness,
      gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "a title", NULL)));
  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  tags = gst_pad_get_sticky_event (harness->sinkpad, GST_EVENT_TAG, 0);
  fail_unless (tags != NULL);
  gst_event_parse_tag (tags, &list);
  fail_unless_equals_int (gst_tag_list_get_tag_size (list, GST_TAG_TITLE), 1);
  segment = gst_pad_get_sticky_event (harness->sinkpad, GST_EVENT_SEGMENT, 0);
  gst_event_parse_segment (segment, &passed);
  fail_unless_equals_uint64 (passed->base, 7);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* Upstream gets its memory back although the decoder has the frame still. */
GST_START_TEST (coded_frames_go_back_at_once)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  GstBuffer *frame = fwht_frame (fwht, 0, 0), *decoded;

  push (harness, gst_buffer_ref (frame));
  decoded = gst_harness_pull (harness);
  for (guint i = 0; GST_MINI_OBJECT_REFCOUNT_VALUE (frame) > 1 && i < 1000; i++)
    g_usleep (1000);
  ASSERT_BUFFER_REFCOUNT (frame, "frame", 1);
  gst_buffer_unref (decoded);
  gst_buffer_unref (frame);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (downstream_may_keep_what_it_likes)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < 3 * GOP; i++)
    push (harness, fwht_frame (fwht, i % GOP, i));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 3 * GOP);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (downstream_that_ends_does_not_hold_upstream)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  GstFlowReturn flow = GST_FLOW_OK;

  gst_harness_set_drop_buffers (harness, TRUE);
  push (harness, fwht_frame (fwht, 0, 0));
  gst_pad_set_active (harness->sinkpad, FALSE);
  for (guint i = 1; i < 100 && flow == GST_FLOW_OK; i++)
    flow = gst_harness_push (harness, fwht_frame (fwht, i % GOP, i));
  fail_unless_equals_int (flow, GST_FLOW_FLUSHING);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_thousand_frames_are_a_thousand_pictures),
    RUNNER_TEST (pictures_of_two_planes_are_what_was_coded),
    RUNNER_TEST (pictures_of_three_planes_are_what_was_coded),
    RUNNER_TEST (packed_pictures_are_what_was_coded),
    RUNNER_TEST (the_format_has_the_samples_of_the_stream),
    RUNNER_TEST (what_downstream_does_not_take_is_an_error),
    RUNNER_TEST (pictures_are_dmabufs),
    RUNNER_TEST (caps_say_what_is_seen_and_metas_where_it_lies),
    RUNNER_TEST (who_takes_no_metas_gets_copies_without_padding),
    RUNNER_TEST (who_takes_no_metas_needs_none_without_padding),
    RUNNER_TEST (colours_are_those_of_the_stream),
    RUNNER_TEST (a_stream_that_grows_has_new_caps),
    RUNNER_TEST (a_stream_that_shrinks_has_new_caps),
    RUNNER_TEST (other_samples_have_new_caps),
    RUNNER_TEST (a_change_right_before_the_end_loses_nothing),
    RUNNER_TEST (new_caps_upstream_lose_nothing),
    RUNNER_TEST (a_frame_that_has_no_room_gets_it),
    RUNNER_TEST (a_frame_that_can_have_no_room_costs_itself),
    RUNNER_TEST (a_broken_frame_costs_itself),
    RUNNER_TEST (a_frame_without_a_picture_is_dropped_in_its_turn),
    RUNNER_TEST (frames_without_pictures_are_dropped_at_the_end),
    RUNNER_TEST (a_stream_of_nothing_ends),
    RUNNER_TEST (a_stream_begins_where_it_can_be_decoded),
    RUNNER_TEST (it_goes_on_after_the_end),
    RUNNER_TEST (the_latency_is_that_of_a_frame),
    RUNNER_TEST (tags_and_segments_pass),
    RUNNER_TEST (coded_frames_go_back_at_once),
    RUNNER_TEST (downstream_may_keep_what_it_likes),
    RUNNER_TEST (downstream_that_ends_does_not_hold_upstream))
