/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fwht.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/wire.h"

#include <errno.h>

/* What comes before, between and after the frames of a stream. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define NV12 "video/x-raw,format=NV12" SIZE
#define GOP 10

static GstClockTime
time_of (guint n)
{
  return gst_util_uint64_scale (n, GST_SECOND, 30);
}

static void
push (GstHarness *harness, GstBuffer *frame)
{
  fail_unless_equals_int (gst_harness_push (harness, frame), GST_FLOW_OK);
}

static void
assert_next (GstHarness *harness, guint n)
{
  GstBuffer *buffer = gst_harness_pull (harness);

  fail_unless (buffer != NULL, "picture %u", n);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), time_of (n));
  gst_buffer_unref (buffer);
}

/* --- the end ------------------------------------------------------------ */

/* Two threads may tell the device to end: who comes second is told that it
 * does so already. */
static int
drain_already (int ret, gpointer argument)
{
  const struct v4l2_decoder_cmd *command = argument;

  return ret == 0 && command->cmd == V4L2_DEC_CMD_STOP ? -EBUSY : ret;
}

GST_START_TEST (an_end_that_the_device_knows_of_loses_nothing)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  wire_change (VIDIOC_DECODER_CMD, drain_already);
  for (guint i = 0; i < GOP; i++)
    push (harness, fwht_frame (fwht, i, i));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_change (0, NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), GOP);
  for (guint i = 0; i < GOP; i++)
    assert_next (harness, i);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* Firmware may find the format long after the driver has read the frames. */
GST_START_TEST (a_format_is_looked_for_after_all_was_read)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  push (harness, fwht_hide (fwht_frame (fwht, 0, 0)));
  g_usleep (100000);
  wire_fail (VIDIOC_DQEVENT, 0, G_MAXUINT);
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless (wire_calls () >= 20, "%u looks", wire_calls ());
  wire_fail (0, 0, 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- room --------------------------------------------------------------- */

static gint room; /* the least that was asked for */

static void
note_room (unsigned long request, gpointer argument, gboolean before)
{
  const struct v4l2_format *format = argument;

  if (request != VIDIOC_S_FMT || !before ||
      format->type != V4L2_BUF_TYPE_VIDEO_OUTPUT ||
      format->fmt.pix.pixelformat != V4L2_PIX_FMT_FWHT)
    return;
  room = MIN (room, (gint) format->fmt.pix.sizeimage);
}

/* Drivers may have no opinion of it, or none but that of who asks. */
GST_START_TEST (room_is_asked_for_more_than_the_first_frame)
{
  struct fwht *fwht = fwht_new (NV12, 0, 2);
  GstHarness *harness = gst_harness_new ("dmabufdec");

  room = G_MAXINT;
  wire_watch (note_room);
  gst_harness_add_propose_allocation_meta (
      harness, GST_VIDEO_META_API_TYPE, NULL);
  gst_element_set_state (harness->element, GST_STATE_PAUSED);
  room = G_MAXINT; /* not of who only looks what there is */
  gst_harness_set_src_caps (harness, gst_caps_ref (fwht->caps));
  for (guint i = 0; i < 2; i++) {
    push (harness, fwht_frame (fwht, i, i));
    assert_next (harness, i);
  }
  wire_watch (NULL);
  fail_unless (room >= 1 << 20, "%d bytes", room);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- colours ------------------------------------------------------------ */

static gint colorspace;

static void
note_colours (unsigned long request, gpointer argument, gboolean before)
{
  const struct v4l2_format *format = argument;

  if (request == VIDIOC_S_FMT && before &&
      format->type == V4L2_BUF_TYPE_VIDEO_OUTPUT)
    colorspace = (gint) format->fmt.pix.colorspace;
}

/* dev-decoder.rst: what is set on OUTPUT comes out of devices that find nothing
 * of it in the stream. */
GST_START_TEST (colours_of_the_container_are_told)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = gst_harness_new ("dmabufdec");
  GstCaps *caps = gst_caps_copy (fwht->caps);

  gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, "bt2020", NULL);
  wire_watch (note_colours);
  gst_harness_set_src_caps (harness, caps);
  wire_watch (NULL);
  fail_unless_equals_int (colorspace, V4L2_COLORSPACE_BT2020);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- headers ------------------------------------------------------------ */

static void
rename (__u32 *format, __u32 from, __u32 to)
{
  if (*format == from)
    *format = to;
}

/* vicodec as a decoder of MPEG-4. */
static void
play_mpeg4 (unsigned long request, gpointer argument, gboolean before)
{
  __u32 from = before ? V4L2_PIX_FMT_MPEG4 : V4L2_PIX_FMT_FWHT;
  __u32 to = before ? V4L2_PIX_FMT_FWHT : V4L2_PIX_FMT_MPEG4;
  struct v4l2_format *format = argument;

  switch (request) {
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
      if (format->type == V4L2_BUF_TYPE_VIDEO_OUTPUT)
        rename (&format->fmt.pix.pixelformat, from, to);
      break;
    case VIDIOC_ENUM_FMT:
      rename (&((struct v4l2_fmtdesc *) argument)->pixelformat, from, to);
      break;
    case VIDIOC_ENUM_FRAMESIZES:
      rename (&((struct v4l2_frmsizeenum *) argument)->pixel_format, from, to);
      break;
    default:
      break;
  }
}

/* In the container, not in the first frame. */
#define HEADER_SIZE 40

static GstHarness *
decode_mpeg4 (GstBuffer *first)
{
  GstHarness *harness = gst_harness_new ("dmabufdec");
  GstCaps *caps = gst_caps_from_string ("video/mpeg,mpegversion=4,"
                                        "systemstream=false,parsed=true" SIZE);
  GstBuffer *header = gst_buffer_copy_region (
      first, GST_BUFFER_COPY_ALL, 0, HEADER_SIZE);

  gst_caps_set_simple (caps, "codec_data", GST_TYPE_BUFFER, header, NULL);
  gst_buffer_unref (header);
  gst_harness_add_propose_allocation_meta (
      harness, GST_VIDEO_META_API_TYPE, NULL);
  gst_harness_set_src_caps (harness, caps);
  return harness;
}

static void
assert_headers (gboolean in_first)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstBuffer *first = fwht_frame (fwht, 0, 0);
  GstHarness *harness;

  wire_watch (play_mpeg4);
  harness = decode_mpeg4 (first);
  if (!in_first)
    gst_buffer_resize (first, HEADER_SIZE, -1);
  push (harness, first);
  for (guint i = 1; i < GOP; i++)
    push (harness, fwht_frame (fwht, i, i));
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  wire_watch (NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), GOP);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}

GST_START_TEST (headers_of_the_container_come_first)
{
  assert_headers (FALSE);
}
GST_END_TEST;

GST_START_TEST (headers_of_the_stream_are_not_told_twice)
{
  assert_headers (TRUE);
}
GST_END_TEST;

/* --- fields ------------------------------------------------------------- */

static void
alternate (unsigned long request, gpointer argument, gboolean before)
{
  struct v4l2_format *format = argument;

  if (request == VIDIOC_G_FMT && !before &&
      format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE)
    format->fmt.pix.field = V4L2_FIELD_ALTERNATE;
}

GST_START_TEST (single_fields_are_an_error_that_says_so)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (harness->element, bus);
  wire_watch (alternate);
  gst_harness_push (harness, fwht_frame (fwht, 0, 0));
  message = gst_bus_timed_pop_filtered (
      bus, 10 * GST_SECOND, GST_MESSAGE_ERROR);
  wire_watch (NULL);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (
      strstr (error->message, "single fields") != NULL, "%s", error->message);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- frames that do not come out ---------------------------------------- */

/* To some devices they would mean the end. */
GST_START_TEST (a_frame_of_no_bytes_is_left_out)
{
  struct fwht *fwht = fwht_new (NV12, 0, 3);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < 3; i++) {
    GstBuffer *frame = i == 1 ? gst_buffer_new () : fwht_frame (fwht, i, i);

    GST_BUFFER_PTS (frame) = time_of (i);
    push (harness, frame);
  }
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 2);
  assert_next (harness, 0);
  assert_next (harness, 2);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* A time that no picture will ever reach. */
GST_START_TEST (a_frame_of_a_far_time_holds_nothing_up)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  push (harness, fwht_hide (fwht_frame (fwht, 1, 100000)));
  for (guint i = 2; i < 100; i++) {
    push (harness, fwht_frame (fwht, i % GOP, i));
    assert_next (harness, i);
  }
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 1);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- order -------------------------------------------------------------- */

static gint given; /* frames that the device has been given */

/* Of four pictures the last three come as 3, 2, 1, once it has these: vicodec
 * as a device that puts them in the order in which they are shown. */
static void
turn_order (unsigned long request, gpointer argument, gboolean before)
{
  struct v4l2_buffer *buffer = argument;
  __suseconds_t *number;

  if (before || (request != VIDIOC_QBUF && request != VIDIOC_DQBUF))
    return;
  if (buffer->type == V4L2_BUF_TYPE_VIDEO_OUTPUT && request == VIDIOC_QBUF)
    g_atomic_int_inc (&given);
  if (buffer->type != V4L2_BUF_TYPE_VIDEO_CAPTURE || request != VIDIOC_DQBUF)
    return;
  number = &buffer->timestamp.tv_usec;
  if (*number % 4 != 0)
    *number += 4 - *number % 4 * 2;
  while (g_atomic_int_get (&given) <= *number)
    g_usleep (1000);
}

GST_START_TEST (the_latency_counts_what_is_shown_out_of_order)
{
  static const guint times[] = { 0, 3, 2, 1 };
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  given = 0;
  wire_watch (turn_order);
  for (guint i = 0; i < 4 * GOP; i++)
    push (harness, fwht_frame (fwht, i % GOP, i / 4 * 4 + times[i % 4]));
  gst_harness_push_event (harness, gst_event_new_eos ());
  wire_watch (NULL);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 4 * GOP);
  for (guint i = 0; i < 4 * GOP; i++)
    assert_next (harness, i);
  fail_unless_equals_uint64 (
      gst_harness_query_latency (harness), 3 * time_of (1));
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- counts ------------------------------------------------------------- */

/* Who is downstream goes, and comes back: nothing is left of what it did not
 * take. */
GST_START_TEST (nothing_is_left_of_a_stream_that_nobody_took)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);
  GstFlowReturn flow = GST_FLOW_OK;
  GstSegment segment;

  gst_pad_set_active (harness->sinkpad, FALSE);
  for (guint i = 0; i < 100 && flow == GST_FLOW_OK; i++)
    flow = gst_harness_push (harness, fwht_frame (fwht, i % GOP, 1000 + i));
  fail_unless_equals_int (flow, GST_FLOW_FLUSHING);
  gst_harness_push_event (
      harness, gst_event_new_segment_done (GST_FORMAT_TIME, 0));
  fail_unless (gst_video_decoder_get_frames (
                   GST_VIDEO_DECODER (harness->element)) == NULL);
  gst_pad_set_active (harness->sinkpad, TRUE);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

GST_START_TEST (counts_begin_anew_after_null)
{
  struct fwht *fwht = fwht_new (
      "video/x-raw,format=NV12,width=640,height=360,framerate=30/1", 0, 1);
  GstHarness *harness = fwht_decoder (fwht, "video/x-raw,format=NV12", FALSE);

  push (harness, fwht_frame (fwht, 0, 0));
  assert_next (harness, 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 1);
  gst_element_set_state (harness->element, GST_STATE_NULL);
  gst_element_set_state (harness->element, GST_STATE_READY);
  fail_unless_equals_uint64 (fwht_stat (harness, "frames"), 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "copies"), 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "bytes-copied"), 0);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- backwards ---------------------------------------------------------- */

static void
push_group (GstHarness *harness, struct fwht *fwht, guint first)
{
  for (guint i = 0; i < GOP; i++) {
    GstBuffer *frame = fwht_frame (fwht, i, first + i);

    if (i == 0)
      GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DISCONT);
    else
      GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
    push (harness, frame);
  }
}

static void
begin_backwards (GstHarness *harness)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  segment.stop = time_of (3 * GOP);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

/* Groups come last first, each of them forwards. */
GST_START_TEST (pictures_come_out_backwards)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  begin_backwards (harness);
  for (guint group = 3; group-- > 0;)
    push_group (harness, fwht, group * GOP);
  gst_harness_push_event (harness, gst_event_new_eos ());
  for (guint n = 3 * GOP; n-- > 0;)
    assert_next (harness, n);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* What is inside when the direction turns was to be seen, too. */
GST_START_TEST (a_stream_that_turns_around_loses_nothing)
{
  struct fwht *fwht = fwht_new (NV12, 0, GOP);
  GstHarness *harness = fwht_decoder (fwht, NULL, TRUE);

  for (guint i = 0; i < GOP; i++)
    push (harness, fwht_frame (fwht, i, i));
  begin_backwards (harness);
  push_group (harness, fwht, 0);
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 2 * GOP);
  for (guint i = 0; i < GOP; i++)
    assert_next (harness, i);
  for (guint i = GOP; i-- > 0;)
    assert_next (harness, i);
  fail_unless_equals_uint64 (fwht_stat (harness, "dropped"), 0);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}
GST_END_TEST;

/* --- gaps --------------------------------------------------------------- */

static void
assert_gap_passes (const char *caps)
{
  struct fwht *fwht = fwht_new (NV12, 0, 1);
  GstHarness *harness = fwht_decoder (fwht, caps, TRUE);
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstMessage *message;

  gst_element_set_bus (harness->element, bus);
  fail_unless (
      gst_harness_push_event (harness, gst_event_new_gap (0, time_of (1))));
  push (harness, fwht_frame (fwht, 0, 1));
  assert_next (harness, 1);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message == NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
  fwht_free (fwht);
}

GST_START_TEST (a_gap_before_the_first_picture_is_no_error)
{
  assert_gap_passes (NULL);
  assert_gap_passes ("video/x-raw,format=NV12");
  assert_gap_passes (
      "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (an_end_that_the_device_knows_of_loses_nothing),
    RUNNER_TEST (a_format_is_looked_for_after_all_was_read),
    RUNNER_TEST (room_is_asked_for_more_than_the_first_frame),
    RUNNER_TEST (colours_of_the_container_are_told),
    RUNNER_TEST (headers_of_the_container_come_first),
    RUNNER_TEST (headers_of_the_stream_are_not_told_twice),
    RUNNER_TEST (single_fields_are_an_error_that_says_so),
    RUNNER_TEST (a_frame_of_no_bytes_is_left_out),
    RUNNER_TEST (a_frame_of_a_far_time_holds_nothing_up),
    RUNNER_TEST (the_latency_counts_what_is_shown_out_of_order),
    RUNNER_TEST (nothing_is_left_of_a_stream_that_nobody_took),
    RUNNER_TEST (counts_begin_anew_after_null),
    RUNNER_TEST (pictures_come_out_backwards),
    RUNNER_TEST (a_stream_that_turns_around_loses_nothing),
    RUNNER_TEST (a_gap_before_the_first_picture_is_no_error))
