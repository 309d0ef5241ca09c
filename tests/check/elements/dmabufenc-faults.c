/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "enc.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/video/video.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/ioctl.h>

/* A real encoder of which one system call fails. What a request is to do is set
 * before it, so that it may change while frames flow. */

static struct {
  atomic_ulong request; /* fails ... */
  bool is_output;       /* ... of this queue ... */
  bool of_any;          /* ... or of any ... */
  atomic_int after;     /* ... after so many times ... */
  int error;            /* ... with this */
  bool for_ever;        /* it and all that follow */
  atomic_int failed;
} fault;

/* The queue that a call is of, if it is of one. */
static bool
is_of_output (unsigned long request, const void *arg)
{
  switch (request) {
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
      return V4L2_TYPE_IS_OUTPUT (*(const int *) arg);
    case VIDIOC_REQBUFS:
      return V4L2_TYPE_IS_OUTPUT (
          ((const struct v4l2_requestbuffers *) arg)->type);
    case VIDIOC_QUERYBUF:
    case VIDIOC_QBUF:
    case VIDIOC_DQBUF:
      return V4L2_TYPE_IS_OUTPUT (((const struct v4l2_buffer *) arg)->type);
    case VIDIOC_S_FMT:
    case VIDIOC_G_FMT:
      return V4L2_TYPE_IS_OUTPUT (((const struct v4l2_format *) arg)->type);
    case VIDIOC_S_SELECTION:
      return true;
    default:
      return false;
  }
}

/* What gives up is not made to fail. */
static bool
is_hit (unsigned long request, const void *arg)
{
  if (request != atomic_load (&fault.request))
    return false;
  if (request == VIDIOC_REQBUFS &&
      ((const struct v4l2_requestbuffers *) arg)->count == 0)
    return false;
  if (!fault.of_any && is_of_output (request, arg) != fault.is_output)
    return false;
  if (atomic_fetch_sub (&fault.after, 1) > 0)
    return false;
  return fault.for_ever || atomic_load (&fault.failed) == 0;
}

static int
failing_ioctl (int fd, unsigned long request, void *arg)
{
  if (is_hit (request, arg)) {
    atomic_fetch_add (&fault.failed, 1);
    errno = fault.error;
    return -1;
  }
  return ioctl (fd, request, arg);
}

/* For what is to fail later, when threads use the device. */
static void
expect_fault (void)
{
  zc_v4l2_sys.ioctl = failing_ioctl;
}

static void
change_fault (unsigned long request, bool is_output, int after, int error)
{
  fault.is_output = is_output;
  atomic_store (&fault.after, after);
  fault.error = error;
  fault.for_ever = true;
  atomic_store (&fault.failed, 0);
  atomic_store (&fault.request, request);
}

static void
set_fault (unsigned long request, bool is_output, int after, int error)
{
  expect_fault ();
  change_fault (request, is_output, after, error);
}

/* Pushes until that fails, or N are in. */
static GstFlowReturn
push_until_refused (struct enc *enc, guint n)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint i = 0; i < n && flow == GST_FLOW_OK; i++)
    flow = gst_harness_push (enc->harness, enc_picture (enc));
  return flow;
}

/* One error with WORDS, the errno and the device; nothing is left; and the same
 * element does its work once the device does. */
static void
assert_error (const char *words, int error)
{
  g_autofree gchar *number = g_strdup_printf ("(errno %d)", error);
  g_autofree gchar *message = NULL, *other = NULL;
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  push_until_refused (&enc, 30);
  gst_harness_push_event (enc.harness, gst_event_new_eos ());
  fail_unless (atomic_load (&fault.failed) > 0, "it was never called");
  message = enc_take_error (&enc);
  fail_unless (message != NULL, "no error came");
  fail_unless (strstr (message, words) != NULL, "%s", message);
  fail_unless (strstr (message, number) != NULL, "%s", message);
  fail_unless (strstr (message, "/dev/video") != NULL, "%s", message);
  other = enc_take_error (&enc);
  fail_unless (other == NULL, "%s\n%s", message, other);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);

  atomic_store (&fault.request, 0);
  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 5);
  enc_end (&enc);
  enc_pull_some (&enc, 5);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

/* --- the start ---------------------------------------------------------- */

GST_START_TEST (a_refused_streamon_of_frames_is_an_error)
{
  set_fault (VIDIOC_STREAMON, true, 0, EIO);
  assert_error ("VIDIOC_STREAMON", EIO);
}
GST_END_TEST;

GST_START_TEST (a_refused_streamon_of_coded_frames_is_an_error)
{
  set_fault (VIDIOC_STREAMON, false, 0, ENOMEM);
  assert_error ("VIDIOC_STREAMON", ENOMEM);
}
GST_END_TEST;

GST_START_TEST (no_buffers_for_frames_are_an_error)
{
  set_fault (VIDIOC_REQBUFS, true, 0, ENOMEM);
  assert_error ("VIDIOC_REQBUFS", ENOMEM);
}
GST_END_TEST;

GST_START_TEST (no_buffers_for_coded_frames_are_an_error)
{
  set_fault (VIDIOC_REQBUFS, false, 0, ENOMEM);
  assert_error ("VIDIOC_REQBUFS", ENOMEM);
}
GST_END_TEST;

GST_START_TEST (buffers_that_cannot_be_asked_about_are_an_error)
{
  set_fault (VIDIOC_QUERYBUF, false, 0, EINVAL);
  assert_error ("VIDIOC_QUERYBUF", EINVAL);
}
GST_END_TEST;

GST_START_TEST (coded_frames_that_cannot_be_exported_are_an_error)
{
  set_fault (VIDIOC_EXPBUF, false, 0, ENOTTY);
  assert_error ("VIDIOC_EXPBUF", ENOTTY);
}
GST_END_TEST;

GST_START_TEST (buffers_that_cannot_be_given_to_the_device_are_an_error)
{
  set_fault (VIDIOC_QBUF, false, 0, EINVAL);
  assert_error ("VIDIOC_QBUF", EINVAL);
}
GST_END_TEST;

GST_START_TEST (frames_that_the_device_takes_by_no_way_are_an_error)
{
  set_fault (VIDIOC_QBUF, true, 0, EFAULT);
  assert_error ("Of each way: dmabuf-import", EFAULT);
}
GST_END_TEST;

/* --- caps --------------------------------------------------------------- */

static void
assert_caps_refused (int error)
{
  g_autofree gchar *number = g_strdup_printf ("(errno %d)", error);
  struct enc enc;

  enc_open (&enc, "", NULL);
  gst_harness_set_src_caps (enc.harness, gst_caps_from_string (ENC_DMABUF));
  fail_unless (atomic_load (&fault.failed) > 0);
  enc_assert_error (&enc, number);
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

/* Devices are asked before, with their formats. */
static void
after_opening (unsigned long request, bool is_output, int error)
{
  struct enc enc;

  set_fault (request, is_output, 1 << 20, error);
  enc_open (&enc, "", NULL);
  enc_close (&enc);
  atomic_store (&fault.after, (1 << 20) - atomic_load (&fault.after));
}

GST_START_TEST (a_refused_format_of_coded_frames_is_an_error)
{
  after_opening (VIDIOC_S_FMT, false, EBUSY);
  assert_caps_refused (EBUSY);
}
GST_END_TEST;

GST_START_TEST (a_refused_format_of_frames_is_an_error)
{
  after_opening (VIDIOC_S_FMT, true, EINVAL);
  assert_caps_refused (EINVAL);
}
GST_END_TEST;

/* Upstream sends its caps again with each buffer. */
GST_START_TEST (a_refused_format_of_dmabufs_is_told_once)
{
  GstCaps *caps = gst_caps_from_string (
      "video/x-raw(memory:DMABuf),"
      "format=DMA_DRM,drm-format=YU12" ENC_SIZE);
  struct enc enc;

  expect_fault ();
  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 2);
  change_fault (VIDIOC_S_FMT, true, 0, EINVAL);
  for (guint i = 0; i < 3; i++)
    gst_harness_push_event (enc.harness, gst_event_new_caps (caps));
  enc_assert_error (&enc, "VIDIOC_S_FMT");
  gst_caps_unref (caps);
  enc_close (&enc);
}
GST_END_TEST;

/* The device has been set to something between. */
GST_START_TEST (caps_from_before_refused_ones_are_set_again)
{
  GstCaps *before = gst_caps_from_string (ENC_DMABUF);
  GstCaps *other = gst_caps_from_string (
      "video/x-raw(memory:DMABuf),format=DMA_DRM,"
      "drm-format=NV12,width=1920,height=1080,framerate=30/1");
  struct enc enc;

  expect_fault ();
  enc_open (&enc, "", ENC_DMABUF);
  enc_push_some (&enc, 2);
  change_fault (VIDIOC_S_SELECTION, true, 0, EINVAL);
  gst_harness_push_event (enc.harness, gst_event_new_caps (other));
  enc_assert_error (&enc, "VIDIOC_S_FMT");
  atomic_store (&fault.request, 0);
  gst_harness_push_event (enc.harness, gst_event_new_caps (before));
  enc_push_some (&enc, 2);
  enc_assert_input (&enc, "dmabuf-import");
  enc_pull_some (&enc, 4);
  fail_unless (enc_take_warning (&enc) == NULL);
  gst_caps_unref (before);
  gst_caps_unref (other);
  enc_close (&enc);
}
GST_END_TEST;

/* --- streaming ---------------------------------------------------------- */

GST_START_TEST (coded_frames_that_cannot_be_taken_are_an_error)
{
  set_fault (VIDIOC_DQBUF, false, 3, EIO);
  assert_error ("VIDIOC_DQBUF", EIO);
}
GST_END_TEST;

GST_START_TEST (frames_that_do_not_come_back_are_an_error)
{
  set_fault (VIDIOC_DQBUF, true, 3, EIO);
  assert_error ("VIDIOC_DQBUF", EIO);
}
GST_END_TEST;

GST_START_TEST (an_end_that_nobody_asked_for_is_an_error)
{
  set_fault (VIDIOC_DQBUF, false, 3, EPIPE);
  assert_error ("VIDIOC_DQBUF", EPIPE);
}
GST_END_TEST;

/* Of a device, as long as it works, all that goes in comes out. */
static void
play (struct enc *enc)
{
  for (guint i = 0; i < 12; i++) {
    if (gst_harness_push (enc->harness, enc_picture (enc)) != GST_FLOW_OK)
      break;
    while (gst_harness_buffers_in_queue (enc->harness) > 2)
      gst_buffer_unref (gst_harness_pull (enc->harness));
  }
  gst_harness_push_event (enc->harness, gst_event_new_eos ());
}

GST_START_TEST (a_buffer_that_cannot_go_back_to_the_device_is_an_error)
{
  struct enc enc;

  set_fault (VIDIOC_QBUF, false, 7, EIO);
  fault.for_ever = false;
  enc_open (&enc, "", ENC_DMABUF);
  play (&enc);
  enc_assert_error (&enc, "(errno 5)");
  enc_close (&enc);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

/* --- any call ----------------------------------------------------------- */

/* How many calls go well; then one fails, or all do. */
static struct {
  atomic_int left;
  bool for_ever;
  int error;
} limit;

static int
limited_ioctl (int fd, unsigned long request, void *arg)
{
  int left = atomic_fetch_sub (&limit.left, 1);

  if (left == 1 || (left < 1 && limit.for_ever)) {
    errno = limit.error;
    return -1;
  }
  return ioctl (fd, request, arg);
}

/* A device that is gone wakes whoever waits. */
static int
limited_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  int ret = 0;

  while (ret == 0 && (atomic_load (&limit.left) > 0 || !limit.for_ever)) {
    ret = poll (fds, count, 10);
    if (ret == 0 && timeout_ms >= 0 && (timeout_ms -= 10) < 0)
      return 0;
  }
  if (ret != 0)
    return ret;
  poll (fds, count, 0);
  fds[0].revents = POLLERR | POLLHUP | POLLPRI;
  return 1;
}

static struct zc_v4l2_sys real;

/* Plays until CALLS have been made. Returns the error, or NULL; there is but
 * one. */
static gchar *
play_until (int calls)
{
  gchar *error, *other;
  struct enc enc;

  atomic_store (&limit.left, G_MAXINT);
  zc_v4l2_sys.ioctl = limited_ioctl;
  zc_v4l2_sys.poll = limited_poll;
  enc_open (&enc, "", NULL);
  enc_set_caps (&enc, ENC_DMABUF);
  atomic_store (&limit.left, calls);
  play (&enc);
  error = enc_take_error (&enc);
  other = enc_take_error (&enc);
  fail_unless (other == NULL, "%d: %s, and %s", calls, error, other);
  enc_close (&enc);
  zc_v4l2_sys = real;
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  return error;
}

/* More than there are: the calls of a stream of twelve frames. */
#define CALLS 120

GST_START_TEST (a_device_that_goes_at_any_call_is_told_once)
{
  guint told = 0;

  real = zc_v4l2_sys;
  limit.for_ever = true;
  limit.error = ENODEV;
  for (int calls = 1; calls < CALLS; calls++) {
    g_autofree gchar *error = play_until (calls);

    if (!error)
      continue;
    told++;
    fail_unless (strstr (error, "is gone") != NULL, "%d: %s", calls, error);
    fail_unless (strstr (error, "errno 19") != NULL, "%d: %s", calls, error);
  }
  fail_unless (told > 40, "%u", told);
}
GST_END_TEST;

GST_START_TEST (any_call_may_fail_once)
{
  guint told = 0;

  real = zc_v4l2_sys;
  limit.for_ever = false;
  limit.error = EIO;
  for (int calls = 1; calls < CALLS; calls++) {
    g_autofree gchar *error = play_until (calls);

    if (!error)
      continue;
    told++;
    fail_unless (strstr (error, "errno 5") != NULL, "%d: %s", calls, error);
    fail_unless (strstr (error, "/dev/video") != NULL, "%d: %s", calls, error);
  }
  fail_unless (told > 20, "%u", told);
}
GST_END_TEST;

/* --- descriptors -------------------------------------------------------- */

static int
no_eventfd (unsigned int value, int flags)
{
  (void) value;
  (void) flags;
  errno = EMFILE;
  return -1;
}

GST_START_TEST (without_descriptors_there_is_an_error)
{
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  zc_v4l2_sys.eventfd = no_eventfd;
  push_until_refused (&enc, 3);
  enc_assert_error (&enc, "(errno 24)");
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_refused_streamon_of_frames_is_an_error),
    RUNNER_TEST (a_refused_streamon_of_coded_frames_is_an_error),
    RUNNER_TEST (no_buffers_for_frames_are_an_error),
    RUNNER_TEST (no_buffers_for_coded_frames_are_an_error),
    RUNNER_TEST (buffers_that_cannot_be_asked_about_are_an_error),
    RUNNER_TEST (coded_frames_that_cannot_be_exported_are_an_error),
    RUNNER_TEST (buffers_that_cannot_be_given_to_the_device_are_an_error),
    RUNNER_TEST (frames_that_the_device_takes_by_no_way_are_an_error),
    RUNNER_TEST (a_refused_format_of_coded_frames_is_an_error),
    RUNNER_TEST (a_refused_format_of_frames_is_an_error),
    RUNNER_TEST (a_refused_format_of_dmabufs_is_told_once),
    RUNNER_TEST (caps_from_before_refused_ones_are_set_again),
    RUNNER_TEST (coded_frames_that_cannot_be_taken_are_an_error),
    RUNNER_TEST (frames_that_do_not_come_back_are_an_error),
    RUNNER_TEST (an_end_that_nobody_asked_for_is_an_error),
    RUNNER_TEST (a_buffer_that_cannot_go_back_to_the_device_is_an_error),
    RUNNER_TEST (a_device_that_goes_at_any_call_is_told_once),
    RUNNER_TEST (any_call_may_fail_once),
    RUNNER_TEST (without_descriptors_there_is_an_error))
