/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-queue.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What is made of poll() for the two queues of one descriptor. */

#define DEVICE_FD 1000

static const struct zc_v4l2_device device = { .fd = DEVICE_FD };
static struct zc_v4l2_queue output, capture;

static struct pollfd polled[5];
static nfds_t n_polled;
static int n_polls, timeout;
static short of_device; /* what it is ready for */

static int
fake_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  int n;

  n_polls++;
  timeout = timeout_ms;
  n_polled = count;
  for (nfds_t i = 0; i < count; i++)
    polled[i] = fds[i];
  n = poll (&fds[1], count - 1, 0);
  fds[0].revents = fds[0].fd < 0 ? 0 : of_device;
  return n + (fds[0].revents != 0);
}

static void
set_up (void)
{
  fail_unless_equals_int (
      zc_v4l2_queue_init (&output, &device, V4L2_BUF_TYPE_VIDEO_OUTPUT,
          &zc_v4l2_memory_mmap, 1),
      0);
  fail_unless_equals_int (
      zc_v4l2_queue_init (&capture, &device, V4L2_BUF_TYPE_VIDEO_CAPTURE,
          &zc_v4l2_memory_mmap, 1),
      0);
  zc_v4l2_sys.poll = fake_poll;
  of_device = 0;
  n_polls = 0;
}

static void
tear_down (void)
{
  zc_v4l2_sys.poll = poll;
  zc_v4l2_queue_finish (&output);
  zc_v4l2_queue_finish (&capture);
}

static int
wait_for (bool done, bool filled)
{
  const struct zc_v4l2_wait out = { &output, done, -1 };
  const struct zc_v4l2_wait cap = { &capture, filled, -1 };

  return zc_v4l2_queue_wait_both (&out, &cap);
}

GST_START_TEST (each_queue_is_told_from_the_other)
{
  set_up ();
  of_device = POLLOUT;
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_DONE);
  of_device = POLLIN;
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_READY);
  of_device = POLLIN | POLLOUT | POLLPRI;
  fail_unless_equals_int (
      wait_for (true, true), ZC_V4L2_READY | ZC_V4L2_DONE | ZC_V4L2_EVENT);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (only_what_is_wanted_is_asked_for)
{
  set_up ();
  of_device = POLLPRI;
  wait_for (false, false);
  fail_unless_equals_int (polled[0].events, POLLPRI);
  wait_for (true, false);
  fail_unless_equals_int (polled[0].events, POLLPRI | POLLOUT);
  wait_for (false, true);
  fail_unless_equals_int (polled[0].events, POLLPRI | POLLIN);
  wait_for (true, true);
  fail_unless_equals_int (polled[0].events, POLLPRI | POLLIN | POLLOUT);
  fail_unless_equals_int (polled[0].fd, DEVICE_FD);
  fail_unless_equals_int (n_polled, 3);
  tear_down ();
}
GST_END_TEST;

/* Trying tells which of them it is. */
GST_START_TEST (an_error_is_of_all_that_are_asked_for)
{
  set_up ();
  of_device = POLLERR;
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_READY | ZC_V4L2_DONE);
  fail_unless_equals_int (wait_for (true, false), ZC_V4L2_DONE);
  fail_unless_equals_int (wait_for (false, true), ZC_V4L2_READY);
  fail_unless_equals_int (n_polls, 3);
  tear_down ();
}
GST_END_TEST;

/* Else it would be asked again and again. */
GST_START_TEST (an_error_of_what_nobody_asks_for_is_left_alone)
{
  set_up ();
  of_device = POLLERR;
  fail_unless_equals_int (wait_for (false, false), 0);
  fail_unless_equals_int (n_polls, 2);
  fail_unless_equals_int (polled[0].fd, -1);
  fail_unless (timeout > 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_device_that_is_gone_has_everything_but_events)
{
  set_up ();
  of_device = POLLERR | POLLHUP | POLLPRI;
  fail_unless_equals_int (
      wait_for (false, false), ZC_V4L2_READY | ZC_V4L2_DONE);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (either_queue_is_woken)
{
  set_up ();
  zc_v4l2_queue_wake (&output);
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_WOKEN);
  zc_v4l2_queue_wake (&capture);
  zc_v4l2_queue_wake (&output);
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_WOKEN);
  of_device = POLLIN;
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_READY);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (either_queue_cancels_until_it_resumes)
{
  set_up ();
  of_device = POLLIN;
  zc_v4l2_queue_cancel (&output);
  fail_unless_equals_int (wait_for (true, true), -ECANCELED);
  fail_unless_equals_int (wait_for (true, true), -ECANCELED);
  zc_v4l2_queue_cancel (&capture);
  zc_v4l2_queue_resume (&output);
  fail_unless_equals_int (wait_for (true, true), -ECANCELED);
  zc_v4l2_queue_resume (&capture);
  fail_unless_equals_int (wait_for (true, true), ZC_V4L2_READY | ZC_V4L2_WOKEN);
  tear_down ();
}
GST_END_TEST;

/* Memory that goes in is read, memory for what comes out is written. */
GST_START_TEST (each_queue_waits_for_its_fence)
{
  int ready = eventfd (1, 0);
  const struct zc_v4l2_wait out = { &output, true, ready };
  const struct zc_v4l2_wait cap = { &capture, true, ready };
  const struct zc_v4l2_wait none = { &output, true, -1 };

  set_up ();
  of_device = 0;
  fail_unless_equals_int (zc_v4l2_queue_wait_both (&out, &cap), 0);
  fail_unless_equals_int (n_polled, 5);
  fail_unless_equals_int (polled[3].events, POLLOUT);
  fail_unless_equals_int (polled[4].events, POLLIN);
  fail_unless_equals_int (zc_v4l2_queue_wait_both (&none, &cap), 0);
  fail_unless_equals_int (n_polled, 4);
  fail_unless_equals_int (polled[3].events, POLLOUT);
  tear_down ();
  close (ready);
}
GST_END_TEST;

GST_START_TEST (the_shorter_timeout_holds)
{
  set_up ();
  fail_unless_equals_int (wait_for (true, true), -ETIMEDOUT);
  fail_unless_equals_int (timeout, -1);
  output.timeout_ms = 70;
  wait_for (true, true);
  fail_unless_equals_int (timeout, 70);
  capture.timeout_ms = 30;
  wait_for (true, true);
  fail_unless_equals_int (timeout, 30);
  output.timeout_ms = 0;
  wait_for (true, true);
  fail_unless_equals_int (timeout, 0);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_queue_is_told_from_the_other),
    RUNNER_TEST (only_what_is_wanted_is_asked_for),
    RUNNER_TEST (an_error_is_of_all_that_are_asked_for),
    RUNNER_TEST (an_error_of_what_nobody_asks_for_is_left_alone),
    RUNNER_TEST (a_device_that_is_gone_has_everything_but_events),
    RUNNER_TEST (either_queue_is_woken),
    RUNNER_TEST (either_queue_cancels_until_it_resumes),
    RUNNER_TEST (each_queue_waits_for_its_fence),
    RUNNER_TEST (the_shorter_timeout_holds))
