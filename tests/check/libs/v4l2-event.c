/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-event.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>

/* A device with events, as the kernel would have it. */
static struct {
  int error;
  int n_signals;
  guint n_waiting;
  unsigned long request;
  struct v4l2_event_subscription subscription;
} kernel;

static const struct zc_v4l2_device device = { .fd = 1000 };

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
take (struct v4l2_event *event)
{
  if (kernel.n_waiting == 0)
    return fail_with (ENOENT);
  *event = (struct v4l2_event) {
    .type = V4L2_EVENT_SOURCE_CHANGE, .id = 3, .pending = --kernel.n_waiting
  };
  return 0;
}

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, device.fd);
  kernel.request = request;
  if (kernel.n_signals-- > 0)
    return fail_with (EINTR);
  if (kernel.error)
    return fail_with (kernel.error);
  if (request == VIDIOC_DQEVENT)
    return take (arg);
  kernel.subscription = *(struct v4l2_event_subscription *) arg;
  return 0;
}

static void
play (int error)
{
  memset (&kernel, 0, sizeof (kernel));
  kernel.error = error;
  zc_v4l2_sys.ioctl = play_ioctl;
}

static void
assert_subscribed (unsigned long request, __u32 type, __u32 id)
{
  fail_unless (kernel.request == request);
  fail_unless_equals_int (kernel.subscription.type, type);
  fail_unless_equals_int (kernel.subscription.id, id);
}

GST_START_TEST (changes_of_an_input_are_subscribed_by_its_number)
{
  play (0);
  fail_unless_equals_int (zc_v4l2_event_subscribe_source (&device, 3), 0);
  assert_subscribed (VIDIOC_SUBSCRIBE_EVENT, V4L2_EVENT_SOURCE_CHANGE, 3);
  fail_unless_equals_int (zc_v4l2_event_unsubscribe_source (&device, 3), 0);
  assert_subscribed (VIDIOC_UNSUBSCRIBE_EVENT, V4L2_EVENT_SOURCE_CHANGE, 3);
}
GST_END_TEST;

GST_START_TEST (changes_of_a_control_are_subscribed_by_its_id)
{
  play (0);
  fail_unless_equals_int (
      zc_v4l2_event_subscribe_control (&device, V4L2_CID_BRIGHTNESS), 0);
  assert_subscribed (
      VIDIOC_SUBSCRIBE_EVENT, V4L2_EVENT_CTRL, V4L2_CID_BRIGHTNESS);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_a_subscription_comes_out)
{
  static const int errors[] = { ENOTTY, EINVAL, ENOMEM, ENODEV };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    play (errors[i]);
    fail_unless_equals_int (
        zc_v4l2_event_subscribe_source (&device, 0), -errors[i]);
    fail_unless_equals_int (
        zc_v4l2_event_subscribe_control (&device, 1), -errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (events_are_taken_until_there_is_none)
{
  struct v4l2_event event;

  play (0);
  kernel.n_waiting = 3;
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (zc_v4l2_event_take (&device, &event), 0);
    fail_unless_equals_int (event.type, V4L2_EVENT_SOURCE_CHANGE);
    fail_unless_equals_int (event.pending, 2 - i);
  }
  fail_unless_equals_int (zc_v4l2_event_take (&device, &event), -ENOENT);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_taking_comes_out)
{
  static const int errors[] = { ENOENT, ENODEV, ENOTTY };
  struct v4l2_event event;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    play (errors[i]);
    fail_unless_equals_int (zc_v4l2_event_take (&device, &event), -errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (interrupted_calls_are_restarted)
{
  struct v4l2_event event;

  play (0);
  kernel.n_waiting = 1;
  kernel.n_signals = 2;
  fail_unless_equals_int (zc_v4l2_event_take (&device, &event), 0);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (changes_of_an_input_are_subscribed_by_its_number),
    RUNNER_TEST (changes_of_a_control_are_subscribed_by_its_id),
    RUNNER_TEST (each_errno_of_a_subscription_comes_out),
    RUNNER_TEST (events_are_taken_until_there_is_none),
    RUNNER_TEST (each_errno_of_taking_comes_out),
    RUNNER_TEST (interrupted_calls_are_restarted))
