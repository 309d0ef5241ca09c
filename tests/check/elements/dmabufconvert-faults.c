/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/picture.h"
#include "../helpers/runner.h"
#include "convert.h"

#include "gst-libs/v4l2/v4l2-sys.h"
#include "gst/dmabufcodec/gstdmabufconvert.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>

/* What drivers refuse, played on vim2m: one call of each kind fails. The
 * element is the one that is linked into this program. */

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);

#define RGB "video/x-raw,format=RGB,framerate=30/1,width="
#define SMALL RGB "64,height=48"
#define LARGE RGB "160,height=120"

static struct {
  unsigned long request; /* fails ... */
  gint type;             /* ... of OUTPUT, CAPTURE or, 0, either ... */
  gint after;            /* ... after so many ... */
  int error;             /* ... with this; 0: frames are marked as broken */
  gint failed;           /* how often it did */
} fault;

/* Two threads ask the device. */
static GMutex lock;

static guint32
type_of (unsigned long request, const void *arg)
{
  switch (request) {
    case VIDIOC_REQBUFS:
      return ((const struct v4l2_requestbuffers *) arg)->type;
    case VIDIOC_QUERYBUF:
    case VIDIOC_QBUF:
    case VIDIOC_DQBUF:
      return ((const struct v4l2_buffer *) arg)->type;
    case VIDIOC_EXPBUF:
      return ((const struct v4l2_exportbuffer *) arg)->type;
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
      return *(const guint32 *) arg;
    case VIDIOC_S_FMT:
    case VIDIOC_G_FMT:
      return ((const struct v4l2_format *) arg)->type;
    default:
      return 0;
  }
}

static gboolean
is_meant (unsigned long request, const void *arg)
{
  guint32 type = type_of (request, arg);

  if (request != fault.request || fault.failed > 0)
    return FALSE;
  if (request == VIDIOC_REQBUFS &&
      ((const struct v4l2_requestbuffers *) arg)->count == 0)
    return FALSE;
  if (fault.type != 0 && (guint32) fault.type != type)
    return FALSE;
  return fault.after-- <= 0;
}

/* Notes that it has. */
static gboolean
fails (unsigned long request, const void *arg)
{
  gboolean meant;

  g_mutex_lock (&lock);
  meant = is_meant (request, arg);
  if (meant)
    fault.failed++;
  g_mutex_unlock (&lock);
  return meant;
}

static int
count_faults (void)
{
  int n;

  g_mutex_lock (&lock);
  n = fault.failed;
  g_mutex_unlock (&lock);
  return n;
}

/* Of frames that are to be broken, those that there are: the queue is asked
 * without waiting. Drivers need not tell the time of these. */
static int
break_frame (int fd, unsigned long request, struct v4l2_buffer *buffer)
{
  int ret = ioctl (fd, request, buffer);

  if (ret == 0 && fails (request, buffer)) {
    buffer->flags |= V4L2_BUF_FLAG_ERROR;
    buffer->timestamp = (struct timeval) { 0 };
  }
  return ret;
}

static int
faulty_ioctl (int fd, unsigned long request, void *arg)
{
  if (request == VIDIOC_DQBUF && fault.error == 0)
    return break_frame (fd, request, arg);
  if (!fails (request, arg))
    return ioctl (fd, request, arg);
  errno = fault.error;
  return -1;
}

static void
set_up (unsigned long request, gint type, gint after, int error)
{
  if (!gst_dmabuf_codec_debug)
    GST_DEBUG_CATEGORY_INIT (gst_dmabuf_codec_debug, "dmabufcodec", 0, "");
  g_mutex_lock (&lock);
  fault.request = request;
  fault.type = type;
  fault.after = after;
  fault.error = error;
  fault.failed = 0;
  g_mutex_unlock (&lock);
  zc_v4l2_sys.ioctl = faulty_ioctl;
  fail_unless (GST_ELEMENT_REGISTER (dmabufconvert, NULL));
}

/* A second start of the same element, without the fault. */
static void
assert_works_again (GstHarness *harness)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (harness->element);
  GstBuffer *made;

  while ((made = gst_harness_try_pull (harness)))
    gst_buffer_unref (made);
  gst_element_set_state (harness->element, GST_STATE_NULL);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  gst_harness_play (harness);
  gst_harness_set_src_caps_str (harness, SMALL);
  gst_buffer_unref (convert_one (harness, 1));
}

/* One error, that names the call and its errno. */
static void
assert_fails (
    unsigned long request, gint type, gint after, int error, const char *step)
{
  g_autofree gchar *text = NULL, *debug = NULL, *number = NULL;
  GstFlowReturn flow = GST_FLOW_OK;
  GstHarness *harness;

  set_up (request, type, after, error);
  number = g_strdup_printf ("errno %d", error);
  harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  for (guint i = 0; i < 5 && flow == GST_FLOW_OK; i++)
    flow = gst_harness_push (
        harness, gst_buffer_new_allocate (NULL, 64 * 48 * 3, NULL));
  /* caps that were refused are tried again with the frame */
  fail_unless (flow == GST_FLOW_ERROR || request == VIDIOC_S_FMT, "%s: %s",
      step, gst_flow_get_name (flow));
  fail_unless_equals_int (count_faults (), 1);
  text = convert_message (harness, GST_MESSAGE_ERROR, &debug);
  fail_unless (
      strstr (debug, step) && strstr (debug, number), "%s: %s", text, debug);
  assert_works_again (harness);
  convert_free (harness);
}

#define IN V4L2_BUF_TYPE_VIDEO_OUTPUT
#define OUT V4L2_BUF_TYPE_VIDEO_CAPTURE

GST_START_TEST (a_refused_format_is_told)
{
  assert_fails (VIDIOC_S_FMT, IN, 0, EBUSY, "VIDIOC_S_FMT");
  assert_fails (VIDIOC_S_FMT, OUT, 0, EINVAL, "VIDIOC_S_FMT");
  assert_fails (VIDIOC_S_FMT, OUT, 1, EINVAL, "VIDIOC_S_FMT");
}
GST_END_TEST;

GST_START_TEST (a_format_that_cannot_be_read_is_told)
{
  assert_fails (VIDIOC_G_FMT, OUT, 1, EIO, "VIDIOC_G_FMT");
}
GST_END_TEST;

GST_START_TEST (buffers_that_are_not_had_are_told)
{
  assert_fails (VIDIOC_REQBUFS, OUT, 0, ENOMEM, "VIDIOC_REQBUFS");
  assert_fails (VIDIOC_QUERYBUF, OUT, 0, EIO, "VIDIOC_QUERYBUF");
  assert_fails (VIDIOC_EXPBUF, OUT, 0, EMFILE, "VIDIOC_EXPBUF");
}
GST_END_TEST;

GST_START_TEST (buffers_of_the_result_that_are_refused_are_told)
{
  assert_fails (VIDIOC_QBUF, OUT, 0, EIO, "VIDIOC_QBUF");
}
GST_END_TEST;

GST_START_TEST (a_refused_start_is_told)
{
  assert_fails (VIDIOC_STREAMON, OUT, 0, EPIPE, "VIDIOC_STREAMON");
}
GST_END_TEST;

GST_START_TEST (a_device_that_does_not_give_frames_is_told)
{
  assert_fails (VIDIOC_DQBUF, OUT, 0, EIO, "VIDIOC_DQBUF");
  assert_fails (VIDIOC_DQBUF, OUT, 2, ENODEV, "VIDIOC_DQBUF");
  assert_fails (VIDIOC_DQBUF, IN, 1, EIO, "errno");
}
GST_END_TEST;

GST_START_TEST (a_device_that_is_gone_is_told_at_each_call)
{
  assert_fails (VIDIOC_S_FMT, IN, 0, ENODEV, "VIDIOC_S_FMT");
  assert_fails (VIDIOC_REQBUFS, IN, 0, ENODEV, "errno");
  assert_fails (VIDIOC_STREAMON, IN, 0, ENODEV, "errno");
  assert_fails (VIDIOC_QBUF, IN, 1, ENODEV, "VIDIOC_QBUF");
  assert_fails (VIDIOC_REQBUFS, OUT, 0, ENODEV, "VIDIOC_REQBUFS");
}
GST_END_TEST;

/* Another way is tried: one fault costs no frame. */
GST_START_TEST (a_refusal_of_one_way_in_costs_no_frame)
{
  const unsigned long requests[] = { VIDIOC_REQBUFS, VIDIOC_QBUF,
    VIDIOC_STREAMON };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    GstHarness *harness;

    set_up (requests[i], IN, 0, EINVAL);
    harness = convert_new (CONVERT_FAST, SMALL, LARGE);
    for (guint n = 0; n < 5; n++)
      gst_buffer_unref (convert_one (harness, n));
    fail_unless_equals_int (count_faults (), 1);
    convert_free (harness);
  }
}
GST_END_TEST;

GST_START_TEST (a_broken_frame_is_left_out_told_and_counted)
{
  g_autofree gchar *text = NULL;
  GstHarness *harness;
  guint frames = 0;

  set_up (VIDIOC_DQBUF, OUT, 2, 0);
  harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  for (guint n = 0; n < 6; n++) {
    GstBuffer *made;

    fail_unless_equals_int (
        gst_harness_push (harness, convert_picture (harness, n)), GST_FLOW_OK);
    made = gst_harness_try_pull (harness);
    frames += made != NULL;
    gst_clear_buffer (&made);
  }
  fail_unless_equals_int (count_faults (), 1);
  fail_unless_equals_int (frames, 5);
  fail_unless_equals_uint64 (convert_stat (harness, "dropped"), 1);
  fail_unless_equals_uint64 (convert_stat (harness, "frames"), 5);
  do {
    g_free (text);
    text = convert_message (harness, GST_MESSAGE_WARNING, NULL);
  } while (!strstr (text, "could not do a frame"));
  convert_free (harness);
}
GST_END_TEST;

/* Without a converter there is nothing to start. */
GST_START_TEST (a_device_that_cannot_be_asked_is_told)
{
  GstElement *element;

  set_up (VIDIOC_QUERYCAP, 0, 0, EIO);
  element = gst_element_factory_make ("dmabufconvert", NULL);
  gst_object_ref_sink (element);
  g_object_set (element, "device", "/dev/video4", NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_refused_format_is_told),
    RUNNER_TEST (a_format_that_cannot_be_read_is_told),
    RUNNER_TEST (buffers_that_are_not_had_are_told),
    RUNNER_TEST (buffers_of_the_result_that_are_refused_are_told),
    RUNNER_TEST (a_refused_start_is_told),
    RUNNER_TEST (a_device_that_does_not_give_frames_is_told),
    RUNNER_TEST (a_device_that_is_gone_is_told_at_each_call),
    RUNNER_TEST (a_refusal_of_one_way_in_costs_no_frame),
    RUNNER_TEST (a_broken_frame_is_left_out_told_and_counted),
    RUNNER_TEST (a_device_that_cannot_be_asked_is_told))
