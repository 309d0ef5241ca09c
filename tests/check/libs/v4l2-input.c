/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-input.h"
#include "gst-libs/v4l2/v4l2-sys.h"
#include "gst-libs/v4l2/v4l2-timings.h"

#include <errno.h>

/* A receiver with a socket for HDMI and one for television. */
static struct {
  int error;
  int input;
  v4l2_std_id standard;
  v4l2_std_id detected;
  struct v4l2_dv_timings timings;
  unsigned long request;
} kernel;

static const struct zc_v4l2_device device = { .fd = 1000 };

#define TIMINGS(w, h, i, clock, hblank, vblank, f) \
  {                                                \
    .type = V4L2_DV_BT_656_1120, .bt = {           \
      .width = w,                                  \
      .height = h,                                 \
      .interlaced = i,                             \
      .pixelclock = clock,                         \
      .hsync = hblank,                             \
      .vsync = vblank,                             \
      .flags = f                                   \
    }                                              \
  }

static const struct v4l2_dv_timings hd_60 = TIMINGS (
    1280, 720, 0, 74250000, 370, 30, V4L2_DV_FL_CAN_REDUCE_FPS);

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
play_enum (struct v4l2_input *input)
{
  if (input->index > 1)
    return fail_with (EINVAL);
  fail_unless_equals_int (input->name[0], 0);
  strcpy ((char *) input->name, input->index ? "TV" : "HDMI");
  return 0;
}

static int
play_enum_standard (struct v4l2_standard *standard)
{
  if (standard->index > 0)
    return fail_with (EINVAL);
  standard->id = V4L2_STD_PAL;
  strcpy ((char *) standard->name, "PAL");
  return 0;
}

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, device.fd);
  kernel.request = request;
  if (kernel.error)
    return fail_with (kernel.error);

  switch (request) {
    case VIDIOC_ENUMINPUT:
      return play_enum (arg);
    case VIDIOC_G_INPUT:
      *(int *) arg = kernel.input;
      return 0;
    case VIDIOC_S_INPUT:
      kernel.input = *(int *) arg;
      return 0;
    case VIDIOC_ENUMSTD:
      return play_enum_standard (arg);
    case VIDIOC_G_STD:
      if (kernel.timings.type == V4L2_DV_BT_656_1120 && kernel.input == 0)
        return fail_with (ENODATA);
      *(v4l2_std_id *) arg = kernel.standard;
      return 0;
    case VIDIOC_S_STD:
      kernel.standard = *(v4l2_std_id *) arg;
      return 0;
    case VIDIOC_QUERYSTD:
      *(v4l2_std_id *) arg = kernel.detected;
      return 0;
    case VIDIOC_G_DV_TIMINGS:
    case VIDIOC_QUERY_DV_TIMINGS:
      if (kernel.input != 0)
        return fail_with (ENODATA);
      *(struct v4l2_dv_timings *) arg = kernel.timings;
      return 0;
    case VIDIOC_S_DV_TIMINGS:
      kernel.timings = *(struct v4l2_dv_timings *) arg;
      return 0;
    default:
      return fail_with (ENOTTY);
  }
}

static void
play (int error)
{
  memset (&kernel, 0, sizeof (kernel));
  kernel.error = error;
  kernel.timings = hd_60;
  zc_v4l2_sys.ioctl = play_ioctl;
}

GST_START_TEST (inputs_are_listed_until_the_last)
{
  struct v4l2_input input = { .name = "left from before" };

  play (0);
  fail_unless_equals_int (zc_v4l2_input_enum (&device, 0, &input), 0);
  fail_unless_equals_string ((char *) input.name, "HDMI");
  fail_unless_equals_int (zc_v4l2_input_enum (&device, 1, &input), 0);
  fail_unless_equals_string ((char *) input.name, "TV");
  fail_unless_equals_int (zc_v4l2_input_enum (&device, 2, &input), -EINVAL);
}
GST_END_TEST;

GST_START_TEST (an_input_is_chosen_by_number)
{
  play (0);
  fail_unless_equals_int (zc_v4l2_input_get (&device), 0);
  fail_unless_equals_int (zc_v4l2_input_set (&device, 1), 0);
  fail_unless_equals_int (zc_v4l2_input_get (&device), 1);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_inputs_comes_out)
{
  static const int errors[] = { ENOTTY, EINVAL, EBUSY, ENODEV };
  struct v4l2_input input;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    play (errors[i]);
    fail_unless_equals_int (
        zc_v4l2_input_enum (&device, 0, &input), -errors[i]);
    fail_unless_equals_int (zc_v4l2_input_get (&device), -errors[i]);
    fail_unless_equals_int (zc_v4l2_input_set (&device, 0), -errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (the_status_tells_the_signal)
{
  static const struct {
    __u32 status;
    enum zc_v4l2_signal signal;
  } cases[] = {
    { 0, ZC_V4L2_SIGNAL_OK },
    { V4L2_IN_ST_NO_POWER, ZC_V4L2_SIGNAL_NONE },
    { V4L2_IN_ST_NO_SIGNAL, ZC_V4L2_SIGNAL_NONE },
    { V4L2_IN_ST_NO_SIGNAL | V4L2_IN_ST_NO_H_LOCK, ZC_V4L2_SIGNAL_NONE },
    { V4L2_IN_ST_NO_H_LOCK, ZC_V4L2_SIGNAL_NO_LOCK },
    { V4L2_IN_ST_NO_V_LOCK, ZC_V4L2_SIGNAL_NO_LOCK },
    { V4L2_IN_ST_NO_SYNC, ZC_V4L2_SIGNAL_NO_LOCK },
    { V4L2_IN_ST_NO_CARRIER, ZC_V4L2_SIGNAL_NO_LOCK },
    { V4L2_IN_ST_HFLIP | V4L2_IN_ST_VFLIP, ZC_V4L2_SIGNAL_OK },
    { V4L2_IN_ST_NO_COLOR | V4L2_IN_ST_COLOR_KILL, ZC_V4L2_SIGNAL_OK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    fail_unless_equals_int (zc_v4l2_input_signal (&(struct v4l2_input) {
                                .status = cases[i].status }),
        cases[i].signal);
}
GST_END_TEST;

GST_START_TEST (signals_have_names)
{
  fail_unless_equals_string (
      zc_v4l2_signal_name (ZC_V4L2_SIGNAL_UNKNOWN), "unknown");
  fail_unless_equals_string (zc_v4l2_signal_name (ZC_V4L2_SIGNAL_OK), "ok");
  fail_unless_equals_string (zc_v4l2_signal_name (ZC_V4L2_SIGNAL_NONE), "none");
  fail_unless_equals_string (
      zc_v4l2_signal_name (ZC_V4L2_SIGNAL_NO_LOCK), "no-lock");
  fail_unless_equals_string (
      zc_v4l2_signal_name (ZC_V4L2_SIGNAL_OUT_OF_RANGE), "out-of-range");
}
GST_END_TEST;

GST_START_TEST (standards_are_listed_set_and_detected)
{
  struct v4l2_standard standard;
  v4l2_std_id id = 0;

  play (0);
  fail_unless_equals_int (zc_v4l2_standard_enum (&device, 0, &standard), 0);
  fail_unless_equals_string ((char *) standard.name, "PAL");
  fail_unless_equals_int (
      zc_v4l2_standard_enum (&device, 1, &standard), -EINVAL);

  kernel.input = 1;
  kernel.detected = V4L2_STD_NTSC;
  fail_unless_equals_int (zc_v4l2_standard_set (&device, V4L2_STD_PAL), 0);
  fail_unless_equals_int (zc_v4l2_standard_get (&device, &id), 0);
  fail_unless (id == V4L2_STD_PAL);
  fail_unless_equals_int (zc_v4l2_standard_query (&device, &id), 0);
  fail_unless (id == V4L2_STD_NTSC);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_standards_comes_out)
{
  static const int errors[] = { ENOTTY, ENODATA, EBUSY, EINVAL, ENODEV };
  struct v4l2_standard standard;
  v4l2_std_id id;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    play (errors[i]);
    fail_unless_equals_int (
        zc_v4l2_standard_enum (&device, 0, &standard), -errors[i]);
    fail_unless_equals_int (zc_v4l2_standard_get (&device, &id), -errors[i]);
    fail_unless_equals_int (zc_v4l2_standard_query (&device, &id), -errors[i]);
    fail_unless_equals_int (
        zc_v4l2_standard_set (&device, V4L2_STD_PAL), -errors[i]);
  }
}
GST_END_TEST;

/* Each means something else to people. */
GST_START_TEST (each_errno_of_a_signal_comes_out)
{
  static const int errors[] = { ENOLINK, ENOLCK, ERANGE, ENODATA, ENOTTY, EBUSY,
    ENODEV };
  struct v4l2_dv_timings timings;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    play (errors[i]);
    fail_unless_equals_int (
        zc_v4l2_timings_query (&device, &timings), -errors[i]);
    fail_unless_equals_int (
        zc_v4l2_timings_get (&device, &timings), -errors[i]);
    fail_unless_equals_int (zc_v4l2_timings_set (&device, &hd_60), -errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (timings_that_are_detected_can_be_set)
{
  struct v4l2_dv_timings timings;

  play (0);
  fail_unless_equals_int (zc_v4l2_timings_query (&device, &timings), 0);
  fail_unless (kernel.request == VIDIOC_QUERY_DV_TIMINGS);
  fail_unless_equals_int (zc_v4l2_timings_set (&device, &timings), 0);
  fail_unless (kernel.request == VIDIOC_S_DV_TIMINGS);
  fail_unless_equals_int (zc_v4l2_timings_get (&device, &timings), 0);
  fail_unless (zc_v4l2_timings_is_same (&timings, &hd_60));
}
GST_END_TEST;

GST_START_TEST (timings_differ_by_size_rate_and_fields)
{
  static const struct v4l2_dv_timings others[] = {
    TIMINGS (1282, 720, 0, 74250000, 368, 30, 0),
    TIMINGS (1280, 722, 0, 74250000, 370, 28, 0),
    TIMINGS (1280, 720, 1, 74250000, 370, 30, 0),
    TIMINGS (1280, 720, 0, 74175824, 370, 30, 0), /* 59.94 */
    TIMINGS (1280, 720, 0, 74250000, 700, 30, 0), /* 50 */
    TIMINGS (1280, 720, 0, 74250000, 370, 30,
        V4L2_DV_FL_CAN_DETECT_REDUCED_FPS | V4L2_DV_FL_REDUCED_FPS),
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    fail_if (zc_v4l2_timings_is_same (&hd_60, &others[i]), "%u", i);
}
GST_END_TEST;

GST_START_TEST (a_measured_clock_is_never_exact)
{
  struct v4l2_dv_timings measured = hd_60;

  measured.bt.pixelclock += 30000;
  fail_unless (zc_v4l2_timings_is_same (&hd_60, &measured));
  fail_unless (zc_v4l2_timings_is_same (&measured, &hd_60));
}
GST_END_TEST;

static void
assert_interval (const struct v4l2_dv_timings *timings, guint num, guint denom)
{
  struct v4l2_fract interval;

  fail_unless_equals_int (zc_v4l2_timings_interval (timings, &interval), 0);
  fail_unless_equals_int (interval.numerator, num);
  fail_unless_equals_int (interval.denominator, denom);
}

GST_START_TEST (progressive_timings_have_a_rate)
{
  assert_interval (&hd_60, 1, 60);
}
GST_END_TEST;

GST_START_TEST (two_fields_are_a_frame)
{
  const struct v4l2_dv_timings hd_interlaced = {
    .type = V4L2_DV_BT_656_1120,
    .bt = { .width = 1920,
        .height = 1080,
        .interlaced = V4L2_DV_INTERLACED,
        .pixelclock = 74250000,
        .hsync = 280,
        .vsync = 22,
        .il_vsync = 23 },
  };

  assert_interval (&hd_interlaced, 1, 30);
}
GST_END_TEST;

GST_START_TEST (a_reduced_rate_is_by_1001)
{
  struct v4l2_dv_timings reduced = hd_60;

  /* of a sender's: a receiver says whether it can tell */
  reduced.bt.flags |= V4L2_DV_FL_REDUCED_FPS;
  assert_interval (&reduced, 1, 60);
  reduced.bt.flags |= V4L2_DV_FL_CAN_DETECT_REDUCED_FPS;
  assert_interval (&reduced, 1001, 60000);
}
GST_END_TEST;

GST_START_TEST (timings_that_make_no_sense_have_no_rate)
{
  struct v4l2_dv_timings timings = hd_60;
  struct v4l2_fract interval;

  timings.bt.pixelclock = 0;
  fail_unless_equals_int (
      zc_v4l2_timings_interval (&timings, &interval), -ENODATA);

  timings = hd_60;
  timings.type = 7;
  fail_unless_equals_int (
      zc_v4l2_timings_interval (&timings, &interval), -ENODATA);

  timings = hd_60;
  timings.bt.width = timings.bt.height = G_MAXINT;
  fail_unless_equals_int (
      zc_v4l2_timings_interval (&timings, &interval), -ENODATA);

  timings = hd_60;
  timings.bt.pixelclock = G_MAXUINT64;
  fail_unless_equals_int (
      zc_v4l2_timings_interval (&timings, &interval), -ENODATA);
}
GST_END_TEST;

/* A clock that has nothing in common with the pixels. */
GST_START_TEST (odd_rates_fit_into_a_fraction)
{
  struct v4l2_dv_timings timings = TIMINGS (
      1919, 1079, 0, 2147483659, 281, 46, 0);
  struct v4l2_fract interval;

  timings.bt.flags = V4L2_DV_FL_CAN_DETECT_REDUCED_FPS | V4L2_DV_FL_REDUCED_FPS;
  fail_unless_equals_int (zc_v4l2_timings_interval (&timings, &interval), 0);
  fail_unless (interval.numerator > 0 && interval.numerator <= G_MAXINT);
  fail_unless (interval.denominator > 0 && interval.denominator <= G_MAXINT);
  fail_unless_equals_int (interval.denominator / interval.numerator, 866);
}
GST_END_TEST;

GST_START_TEST (the_rate_is_that_of_timings_or_standard)
{
  struct v4l2_fract interval;

  play (0);
  fail_unless_equals_int (zc_v4l2_input_interval (&device, &interval), 0);
  fail_unless_equals_int (interval.denominator, 60);

  kernel.input = 1;
  fail_unless_equals_int (
      zc_v4l2_input_interval (&device, &interval), -ENODATA);
  kernel.standard = V4L2_STD_PAL;
  fail_unless_equals_int (zc_v4l2_input_interval (&device, &interval), 0);
  fail_unless_equals_int (interval.denominator, 25);
  kernel.standard = V4L2_STD_NTSC;
  fail_unless_equals_int (zc_v4l2_input_interval (&device, &interval), 0);
  fail_unless_equals_int (interval.numerator, 1001);

  play (ENOTTY);
  fail_unless_equals_int (
      zc_v4l2_input_interval (&device, &interval), -ENODATA);
}
GST_END_TEST;

GST_START_TEST (standards_have_sizes)
{
  __u32 width, height;

  zc_v4l2_standard_size (V4L2_STD_NTSC, &width, &height);
  fail_unless (width == 720 && height == 480);
  zc_v4l2_standard_size (V4L2_STD_PAL_M, &width, &height);
  fail_unless (width == 720 && height == 480);
  zc_v4l2_standard_size (V4L2_STD_SECAM, &width, &height);
  fail_unless (width == 720 && height == 576);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (inputs_are_listed_until_the_last),
    RUNNER_TEST (an_input_is_chosen_by_number),
    RUNNER_TEST (each_errno_of_inputs_comes_out),
    RUNNER_TEST (the_status_tells_the_signal), RUNNER_TEST (signals_have_names),
    RUNNER_TEST (standards_are_listed_set_and_detected),
    RUNNER_TEST (each_errno_of_standards_comes_out),
    RUNNER_TEST (each_errno_of_a_signal_comes_out),
    RUNNER_TEST (timings_that_are_detected_can_be_set),
    RUNNER_TEST (timings_differ_by_size_rate_and_fields),
    RUNNER_TEST (a_measured_clock_is_never_exact),
    RUNNER_TEST (progressive_timings_have_a_rate),
    RUNNER_TEST (two_fields_are_a_frame),
    RUNNER_TEST (a_reduced_rate_is_by_1001),
    RUNNER_TEST (timings_that_make_no_sense_have_no_rate),
    RUNNER_TEST (odd_rates_fit_into_a_fraction),
    RUNNER_TEST (the_rate_is_that_of_timings_or_standard),
    RUNNER_TEST (standards_have_sizes))
