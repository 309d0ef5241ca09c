/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/fwht.h"
#include "../helpers/runner.h"
#include "../helpers/wire.h"

#include <errno.h>

/* Each call of dmabufdec fails once, and devices say what vicodec does not. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define NV12 "video/x-raw,format=NV12" SIZE
#define FRAMES 6

static struct fwht *fwht;

struct outcome {
  guint pictures;
  gboolean failed;
};

static GstFlowReturn
push_all (GstHarness *harness)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint i = 0; i < FRAMES && flow == GST_FLOW_OK; i++)
    flow = gst_harness_push (harness, fwht_frame (fwht, i, i));
  gst_harness_push_event (harness, gst_event_new_eos ());
  return flow;
}

static guint
play (GstElement *element)
{
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  guint n;

  gst_harness_add_propose_allocation_meta (
      harness, GST_VIDEO_META_API_TYPE, NULL);
  gst_harness_set_src_caps (harness, gst_caps_ref (fwht->caps));
  push_all (harness);
  n = gst_harness_buffers_in_queue (harness);
  gst_harness_teardown (harness);
  return n;
}

/* A whole stream: nothing hangs, nothing is left. */
static struct outcome
decode (void)
{
  GstElement *element = gst_element_factory_make ("dmabufdec", NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  struct outcome outcome = { 0 };
  GstMessage *message;

  gst_object_ref_sink (element);
  gst_element_set_bus (element, bus);
  if (gst_element_set_state (element, GST_STATE_READY) ==
      GST_STATE_CHANGE_SUCCESS)
    outcome.pictures = play (element);
  gst_element_set_state (element, GST_STATE_NULL);
  /* first: what messages hold posts others when it goes */
  gst_element_set_bus (element, NULL);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  outcome.failed = message != NULL;
  gst_clear_message (&message);
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (element);
  return outcome;
}

static void
begin (void)
{
  fwht = fwht_new (NV12, 0, FRAMES);
}

static void
end (void)
{
  fwht_free (fwht);
}

/* Every call of REQUEST in turn; either all pictures come, or one error says
 * what failed. The next stream works. */
static void
assert_survived (const char *name, unsigned long request, int error)
{
  guint fds = 0, skip = 0;

  do {
    struct outcome outcome;

    wire_fail (request, error, skip);
    outcome = decode ();
    fail_unless (outcome.failed || outcome.pictures == FRAMES,
        "%s, call %u: %u pictures, and no error", name, skip, outcome.pictures);
    if (skip == 0)
      fds = fds_settle (fds_count ());
    fail_unless_equals_int (fds_settle (fds), fds);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
  } while (wire_has_failed () && ++skip < 40);
  fail_unless (skip > 0, "%s is never called", name);
  wire_fail (0, 0, 0);
  fail_unless_equals_int (decode ().pictures, FRAMES);
}

#define ASSERT_SURVIVED(request, error) \
  assert_survived (#request, request, error)

GST_START_TEST (a_refused_format_is_told)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_S_FMT, EBUSY);
  ASSERT_SURVIVED (VIDIOC_G_FMT, EIO);
  end ();
}
GST_END_TEST;

GST_START_TEST (a_list_that_cannot_be_read_is_done_without_or_told)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_ENUM_FMT, EIO);
  ASSERT_SURVIVED (VIDIOC_ENUM_FRAMESIZES, EIO);
  ASSERT_SURVIVED (VIDIOC_QUERYCAP, EIO);
  end ();
}
GST_END_TEST;

GST_START_TEST (events_that_cannot_be_had_are_done_without)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_SUBSCRIBE_EVENT, EINVAL);
  ASSERT_SURVIVED (VIDIOC_DQEVENT, EIO);
  end ();
}
GST_END_TEST;

GST_START_TEST (what_is_seen_is_guessed_if_nobody_tells)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_G_SELECTION, ENOTTY);
  ASSERT_SURVIVED (VIDIOC_G_EXT_CTRLS, EINVAL);
  end ();
}
GST_END_TEST;

GST_START_TEST (refused_buffers_are_had_by_another_way_or_told)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_REQBUFS, ENOMEM);
  ASSERT_SURVIVED (VIDIOC_QUERYBUF, EIO);
  ASSERT_SURVIVED (VIDIOC_EXPBUF, EIO);
  ASSERT_SURVIVED (VIDIOC_CREATE_BUFS, ENOMEM);
  end ();
}
GST_END_TEST;

GST_START_TEST (a_refused_frame_is_told)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_QBUF, EIO);
  ASSERT_SURVIVED (VIDIOC_DQBUF, EIO);
  end ();
}
GST_END_TEST;

GST_START_TEST (a_refused_start_is_told)
{
  begin ();
  ASSERT_SURVIVED (VIDIOC_STREAMON, ENOMEM);
  ASSERT_SURVIVED (VIDIOC_STREAMOFF, EIO);
  end ();
}
GST_END_TEST;

static int
lose_pictures (int ret, gpointer argument)
{
  const struct v4l2_format *format = argument;

  return format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE ? -ENODEV : ret;
}

GST_START_TEST (a_device_that_goes_is_told)
{
  static const unsigned long requests[] = { VIDIOC_QBUF, VIDIOC_DQBUF,
    VIDIOC_DQEVENT };

  begin ();
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    wire_fail (requests[i], ENODEV, 1);
    fail_unless (decode ().failed || !wire_has_failed (), "%u", i);
  }
  wire_fail (0, 0, 0);
  wire_change (VIDIOC_G_FMT, lose_pictures);
  fail_unless (decode ().failed);
  wire_change (0, NULL);
  end ();
}
GST_END_TEST;

/* Nothing can be waited for then; what has come out by itself counts. */
GST_START_TEST (a_refused_end_does_not_hang)
{
  begin ();
  wire_fail (VIDIOC_DECODER_CMD, EIO, 0);
  decode ();
  fail_unless (wire_has_failed ());
  end ();
}
GST_END_TEST;

/* --- what vicodec does not say ------------------------------------------ */

static GstBuffer *
first_picture (const char *caps, gboolean takes_crop, GstHarness **harness)
{
  *harness = gst_harness_new ("dmabufdec");
  gst_harness_add_propose_allocation_meta (
      *harness, GST_VIDEO_META_API_TYPE, NULL);
  if (takes_crop)
    gst_harness_add_propose_allocation_meta (
        *harness, GST_VIDEO_CROP_META_API_TYPE, NULL);
  gst_harness_set_sink_caps_str (*harness, caps);
  gst_harness_set_src_caps (*harness, gst_caps_ref (fwht->caps));
  gst_harness_push (*harness, fwht_frame (fwht, 0, 0));
  return gst_harness_pull (*harness);
}

/* The visible part does not begin at the corner. */
static int
move_picture (int ret, gpointer argument)
{
  struct v4l2_selection *selection = argument;

  if (ret == 0 && selection->target == V4L2_SEL_TGT_COMPOSE)
    selection->r = (struct v4l2_rect) { 32, 16, 320, 240 };
  return ret;
}

#define PART "video/x-raw,format=NV12,width=320,height=240"

GST_START_TEST (a_picture_that_begins_elsewhere_has_a_crop)
{
  GstVideoCropMeta *crop;
  GstHarness *harness;
  GstBuffer *decoded;

  begin ();
  wire_change (VIDIOC_G_SELECTION, move_picture);
  decoded = first_picture (PART, TRUE, &harness);
  crop = gst_buffer_get_video_crop_meta (decoded);
  fail_unless (crop != NULL);
  fail_unless_equals_int (crop->x, 32);
  fail_unless_equals_int (crop->y, 16);
  fail_unless_equals_int (crop->width, 320);
  fail_unless_equals_int (crop->height, 240);
  fail_unless_equals_int (gst_buffer_get_video_meta (decoded)->width, 640);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 0);
  gst_buffer_unref (decoded);
  gst_harness_teardown (harness);
  end ();
}
GST_END_TEST;

/* The part of PICTURE that is seen. */
static GstBuffer *
cut (GstBuffer *picture, const GstVideoInfo *part)
{
  GstBuffer *buffer = gst_buffer_new_allocate (
      NULL, GST_VIDEO_INFO_SIZE (part), NULL);
  GstVideoFrame from, to;

  fail_unless (gst_video_frame_map (&from, &fwht->info, picture, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&to, part, buffer, GST_MAP_WRITE));
  for (guint i = 0; i < 2; i++)
    for (guint y = 0; y < 240u >> i; y++)
      memcpy ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&to, i) +
                  y * GST_VIDEO_FRAME_PLANE_STRIDE (&to, i),
          (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&from, i) +
              (y + (16u >> i)) * GST_VIDEO_FRAME_PLANE_STRIDE (&from, i) + 32,
          320);
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
  return buffer;
}

GST_START_TEST (who_takes_no_crop_gets_a_copy_of_the_part)
{
  GstBuffer *decoded, *picture, *part;
  GstHarness *harness;
  GstVideoInfo info;

  begin ();
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 320, 240);
  picture = fwht_picture (&fwht->info, 0);
  part = cut (picture, &info);
  wire_change (VIDIOC_G_SELECTION, move_picture);
  decoded = first_picture (PART, FALSE, &harness);
  fail_unless (fwht_error (&info, part, decoded) <= FWHT_30_DB);
  fail_unless_equals_uint64 (fwht_stat (harness, "pictures-copied"), 1);
  gst_buffer_unref (decoded);
  gst_buffer_unref (part);
  gst_buffer_unref (picture);
  gst_harness_teardown (harness);
  end ();
}
GST_END_TEST;

static guint32 field;

static int
set_field (int ret, gpointer argument)
{
  struct v4l2_buffer *buffer = argument;

  if (ret == 0 && V4L2_TYPE_IS_CAPTURE (buffer->type))
    buffer->field = field;
  return ret;
}

static void
assert_field (guint32 sent, guint flags)
{
  GstHarness *harness;
  GstBuffer *decoded;

  field = sent;
  decoded = first_picture (NV12, FALSE, &harness);
  fail_unless_equals_int (
      GST_BUFFER_FLAGS (decoded) &
          (GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF),
      flags);
  gst_buffer_unref (decoded);
  gst_harness_teardown (harness);
}

GST_START_TEST (fields_are_told_by_each_picture)
{
  begin ();
  wire_change (VIDIOC_DQBUF, set_field);
  assert_field (V4L2_FIELD_NONE, 0);
  assert_field (V4L2_FIELD_INTERLACED_TB,
      GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF);
  assert_field (V4L2_FIELD_INTERLACED_BT, GST_VIDEO_BUFFER_FLAG_INTERLACED);
  assert_field (V4L2_FIELD_INTERLACED, GST_VIDEO_BUFFER_FLAG_INTERLACED);
  end ();
}
GST_END_TEST;

static int
interlace (int ret, gpointer argument)
{
  struct v4l2_format *format = argument;

  if (ret == 0 && format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE)
    format->fmt.pix.field = V4L2_FIELD_INTERLACED;
  return ret;
}

GST_START_TEST (caps_of_interlaced_streams_say_so)
{
  g_autoptr (GstCaps) caps = NULL;
  GstHarness *harness;

  begin ();
  wire_change (VIDIOC_G_FMT, interlace);
  gst_buffer_unref (
      first_picture ("video/x-raw,interlace-mode=mixed", FALSE, &harness));
  caps = gst_pad_get_current_caps (harness->sinkpad);
  fail_unless_equals_string (
      gst_structure_get_string (
          gst_caps_get_structure (caps, 0), "interlace-mode"),
      "mixed");
  gst_harness_teardown (harness);
  end ();
}
GST_END_TEST;

static int
need_ten (int ret, gpointer argument)
{
  struct v4l2_ext_controls *controls = argument;

  if (controls->controls[0].id != V4L2_CID_MIN_BUFFERS_FOR_CAPTURE)
    return ret;
  controls->controls[0].value = 10;
  return 0;
}

GST_START_TEST (the_device_has_as_many_buffers_as_it_needs)
{
  GstHarness *harness;

  begin ();
  wire_change (VIDIOC_G_EXT_CTRLS, need_ten);
  gst_buffer_unref (first_picture (NV12, FALSE, &harness));
  fail_unless (fwht_stat (harness, "buffers") >= 12);
  gst_harness_teardown (harness);
  end ();
}
GST_END_TEST;

static int
refuse_more (int ret, gpointer argument)
{
  const struct v4l2_create_buffers *create = argument;

  return create->count > 0 ? -ENOMEM : ret;
}

/* Downstream keeps more than there are: what else would wait for ever is
 * copied. */
GST_START_TEST (what_is_kept_of_a_device_without_more_is_copied)
{
  GstHarness *harness;

  begin ();
  wire_change (VIDIOC_CREATE_BUFS, refuse_more);
  harness = fwht_decoder (fwht, NULL, TRUE);
  for (guint i = 0; i < 5 * FRAMES; i++)
    fail_unless_equals_int (
        gst_harness_push (harness, fwht_frame (fwht, i % FRAMES, i)),
        GST_FLOW_OK);
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 5 * FRAMES);
  fail_unless (fwht_stat (harness, "pictures-copied") > 0);
  gst_harness_teardown (harness);
  end ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_refused_format_is_told),
    RUNNER_TEST (a_list_that_cannot_be_read_is_done_without_or_told),
    RUNNER_TEST (events_that_cannot_be_had_are_done_without),
    RUNNER_TEST (what_is_seen_is_guessed_if_nobody_tells),
    RUNNER_TEST (refused_buffers_are_had_by_another_way_or_told),
    RUNNER_TEST (a_refused_frame_is_told),
    RUNNER_TEST (a_refused_start_is_told),
    RUNNER_TEST (a_device_that_goes_is_told),
    RUNNER_TEST (a_refused_end_does_not_hang),
    RUNNER_TEST (a_picture_that_begins_elsewhere_has_a_crop),
    RUNNER_TEST (who_takes_no_crop_gets_a_copy_of_the_part),
    RUNNER_TEST (fields_are_told_by_each_picture),
    RUNNER_TEST (caps_of_interlaced_streams_say_so),
    RUNNER_TEST (the_device_has_as_many_buffers_as_it_needs),
    RUNNER_TEST (what_is_kept_of_a_device_without_more_is_copied))
