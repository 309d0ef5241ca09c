/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-queue.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What a queue waits for, and what it makes of the answer. */

static struct zc_v4l2_device device;
static struct zc_v4l2_queue queue;

/* The device is readable when the test has written to it. */
static void
set_up (enum v4l2_buf_type type)
{
  device = (struct zc_v4l2_device) {
    .fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK), .capture_type = type
  };
  fail_unless_equals_int (
      zc_v4l2_queue_init (&queue, &device, type, &zc_v4l2_memory_mmap, 1), 0);
}

static void
tear_down (void)
{
  zc_v4l2_queue_finish (&queue);
  close (device.fd);
}

static struct pollfd polled[3];
static nfds_t n_polled;
static short says[3]; /* what each is ready for; those not asked for too */

static int
fake_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) timeout_ms;
  n_polled = count;
  for (nfds_t i = 0; i < count; i++) {
    polled[i] = fds[i];
    fds[i].revents = says[i];
  }
  return 1;
}

static void
set_up_poll (enum v4l2_buf_type type, short of_device)
{
  set_up (type);
  zc_v4l2_sys.poll = fake_poll;
  memset (says, 0, sizeof (says));
  says[0] = of_device;
}

static void
tear_down_poll (void)
{
  zc_v4l2_sys.poll = poll;
  tear_down ();
}

static void
assert_seen (short revents, bool buffers, int seen)
{
  set_up_poll (V4L2_BUF_TYPE_VIDEO_CAPTURE, revents);
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, buffers, -1), seen);
  tear_down_poll ();
}

GST_START_TEST (what_poll_says_is_understood)
{
  assert_seen (POLLIN, true, ZC_V4L2_READY);
  assert_seen (POLLPRI, true, ZC_V4L2_EVENT);
  assert_seen (POLLPRI, false, ZC_V4L2_EVENT);
  assert_seen (POLLPRI | POLLIN, true, ZC_V4L2_EVENT | ZC_V4L2_READY);
  /* trying tells the error */
  assert_seen (POLLERR, true, ZC_V4L2_READY);
  assert_seen (POLLERR, false, 0);
}
GST_END_TEST;

/* It has an event as well, it says, and that would be asked for for ever. */
GST_START_TEST (a_device_that_is_gone_has_no_event)
{
  assert_seen (POLLERR | POLLHUP | POLLPRI, true, ZC_V4L2_READY);
  assert_seen (POLLERR | POLLHUP | POLLPRI, false, ZC_V4L2_READY);
  assert_seen (POLLNVAL, false, ZC_V4L2_READY);
}
GST_END_TEST;

/* vb2 calls a queue without buffers an error: only the event may be asked, of
 * whoever waits for what is captured. */
GST_START_TEST (buffers_are_asked_for_where_there_are_any)
{
  set_up_poll (V4L2_BUF_TYPE_VIDEO_CAPTURE, POLLPRI);
  zc_v4l2_queue_wait (&queue, false, -1);
  fail_unless_equals_int (polled[0].events, POLLPRI);
  zc_v4l2_queue_wait (&queue, true, -1);
  fail_unless_equals_int (polled[0].events, POLLPRI | POLLIN);
  tear_down_poll ();
  set_up_poll (V4L2_BUF_TYPE_VIDEO_OUTPUT, POLLPRI);
  zc_v4l2_queue_wait (&queue, true, -1);
  fail_unless_equals_int (polled[0].events, POLLOUT);
  tear_down_poll ();
}
GST_END_TEST;

GST_START_TEST (a_fence_that_is_over_ends_the_wait)
{
  set_up_poll (V4L2_BUF_TYPE_VIDEO_CAPTURE, 0);
  says[2] = POLLOUT;
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, 99), 0);
  fail_unless_equals_int (n_polled, 3);
  fail_unless_equals_int (polled[2].fd, 99);
  fail_unless_equals_int (polled[2].events, POLLOUT);
  zc_v4l2_queue_wait (&queue, true, -1);
  fail_unless_equals_int (n_polled, 2);
  tear_down_poll ();

  /* who only reads waits for writers alone */
  set_up_poll (V4L2_BUF_TYPE_VIDEO_OUTPUT, 0);
  zc_v4l2_queue_wait (&queue, true, 99);
  fail_unless_equals_int (polled[2].events, POLLIN);
  tear_down_poll ();
}
GST_END_TEST;

GST_START_TEST (a_wake_ends_one_wait)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  zc_v4l2_queue_wake (&queue);
  zc_v4l2_queue_wake (&queue);
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, -1), ZC_V4L2_WOKEN);
  eventfd_write (device.fd, 1);
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, -1), ZC_V4L2_READY);
  zc_v4l2_queue_wake (&queue);
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&queue, true, -1), ZC_V4L2_READY | ZC_V4L2_WOKEN);
  tear_down ();
}
GST_END_TEST;

static int
failing_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) fds;
  (void) count;
  (void) timeout_ms;
  errno = ENOMEM;
  return -1;
}

GST_START_TEST (an_errno_of_the_wait_comes_out)
{
  set_up (V4L2_BUF_TYPE_VIDEO_CAPTURE);
  zc_v4l2_sys.poll = failing_poll;
  fail_unless_equals_int (zc_v4l2_queue_wait (&queue, true, -1), -ENOMEM);
  zc_v4l2_sys.poll = poll;
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_poll_says_is_understood),
    RUNNER_TEST (a_device_that_is_gone_has_no_event),
    RUNNER_TEST (buffers_are_asked_for_where_there_are_any),
    RUNNER_TEST (a_fence_that_is_over_ends_the_wait),
    RUNNER_TEST (a_wake_ends_one_wait),
    RUNNER_TEST (an_errno_of_the_wait_comes_out))
