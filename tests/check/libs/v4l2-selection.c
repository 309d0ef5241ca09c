/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-selection.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>

static struct {
  int error;
  unsigned long request;
  struct v4l2_selection asked;
  struct v4l2_rect answer;
} kernel;

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_selection *selection = arg;

  (void) fd;
  kernel.request = request;
  kernel.asked = *selection;
  selection->r = kernel.answer; /* drivers scribble before they fail */
  if (kernel.error) {
    errno = kernel.error;
    return -1;
  }
  return 0;
}

static struct zc_v4l2_device
play (int error, enum v4l2_buf_type type)
{
  memset (&kernel, 0, sizeof (kernel));
  kernel.error = error;
  kernel.answer = (struct v4l2_rect) { 2, 4, 640, 480 };
  zc_v4l2_sys.ioctl = play_ioctl;
  return (struct zc_v4l2_device) { .fd = 1000, .capture_type = type };
}

static void
assert_rect (const struct v4l2_rect *r, int left, int top, int w, int h)
{
  fail_unless_equals_int (r->left, left);
  fail_unless_equals_int (r->top, top);
  fail_unless_equals_int (r->width, w);
  fail_unless_equals_int (r->height, h);
}

GST_START_TEST (each_target_is_asked_for)
{
  static const __u32 targets[] = { V4L2_SEL_TGT_CROP, V4L2_SEL_TGT_CROP_DEFAULT,
    V4L2_SEL_TGT_CROP_BOUNDS, V4L2_SEL_TGT_COMPOSE,
    V4L2_SEL_TGT_COMPOSE_DEFAULT, V4L2_SEL_TGT_COMPOSE_BOUNDS };
  struct zc_v4l2_device device = play (0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct v4l2_rect rect;

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++) {
    fail_unless_equals_int (
        zc_v4l2_selection_get (&device, 0, targets[i], &rect), 0);
    fail_unless (kernel.request == VIDIOC_G_SELECTION);
    fail_unless_equals_int (kernel.asked.target, targets[i]);
    assert_rect (&rect, 2, 4, 640, 480);
  }
}
GST_END_TEST;

GST_START_TEST (a_rectangle_is_what_the_driver_made)
{
  struct zc_v4l2_device device = play (0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  struct v4l2_rect rect = { 1, 3, 641, 481 };

  fail_unless_equals_int (zc_v4l2_selection_set (&device, 0, V4L2_SEL_TGT_CROP,
                              V4L2_SEL_FLAG_LE, &rect),
      0);
  fail_unless (kernel.request == VIDIOC_S_SELECTION);
  fail_unless_equals_int (kernel.asked.target, V4L2_SEL_TGT_CROP);
  fail_unless_equals_int (kernel.asked.flags, V4L2_SEL_FLAG_LE);
  assert_rect (&kernel.asked.r, 1, 3, 641, 481);
  assert_rect (&rect, 2, 4, 640, 480);
}
GST_END_TEST;

GST_START_TEST (multi_planar_devices_take_the_same_type)
{
  struct zc_v4l2_device device = play (0, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  struct v4l2_rect rect = { 0 };

  zc_v4l2_selection_get (&device, 0, V4L2_SEL_TGT_CROP, &rect);
  fail_unless_equals_int (kernel.asked.type, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  zc_v4l2_selection_set (&device, 0, V4L2_SEL_TGT_CROP, 0, &rect);
  fail_unless_equals_int (kernel.asked.type, V4L2_BUF_TYPE_VIDEO_CAPTURE);
}
GST_END_TEST;

GST_START_TEST (each_errno_comes_out_and_leaves_the_rectangle)
{
  static const int errors[] = { ENOTTY, ENODATA, EINVAL, EBUSY, ERANGE,
    ENODEV };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    struct zc_v4l2_device device = play (
        errors[i], V4L2_BUF_TYPE_VIDEO_CAPTURE);
    struct v4l2_rect rect = { 1, 3, 5, 7 };

    fail_unless_equals_int (
        zc_v4l2_selection_get (&device, 0, V4L2_SEL_TGT_CROP, &rect),
        -errors[i]);
    fail_unless_equals_int (
        zc_v4l2_selection_set (&device, 0, V4L2_SEL_TGT_CROP, 0, &rect),
        -errors[i]);
    assert_rect (&rect, 1, 3, 5, 7);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_missing_is_told_from_what_failed)
{
  fail_unless (zc_v4l2_selection_is_missing (-ENOTTY));
  fail_unless (zc_v4l2_selection_is_missing (-ENODATA));
  fail_unless (zc_v4l2_selection_is_missing (-EINVAL));
  fail_if (zc_v4l2_selection_is_missing (-EBUSY));
  fail_if (zc_v4l2_selection_is_missing (-ERANGE));
  fail_if (zc_v4l2_selection_is_missing (0));
}
GST_END_TEST;

GST_START_TEST (rectangles_are_equal_in_all_four_numbers)
{
  const struct v4l2_rect rect = { 1, 2, 3, 4 };
  const struct v4l2_rect others[] = { { 0, 2, 3, 4 }, { 1, 0, 3, 4 },
    { 1, 2, 0, 4 }, { 1, 2, 3, 0 } };

  fail_unless (zc_v4l2_rect_is_equal (&rect, &rect));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    fail_if (zc_v4l2_rect_is_equal (&rect, &others[i]));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_target_is_asked_for),
    RUNNER_TEST (a_rectangle_is_what_the_driver_made),
    RUNNER_TEST (multi_planar_devices_take_the_same_type),
    RUNNER_TEST (each_errno_comes_out_and_leaves_the_rectangle),
    RUNNER_TEST (what_is_missing_is_told_from_what_failed),
    RUNNER_TEST (rectangles_are_equal_in_all_four_numbers))
