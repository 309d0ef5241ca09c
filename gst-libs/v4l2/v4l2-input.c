/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-input.h"

#include "v4l2-timings.h"

#include <errno.h>

const char *
zc_v4l2_signal_name (enum zc_v4l2_signal signal)
{
  switch (signal) {
    case ZC_V4L2_SIGNAL_OK:
      return "ok";
    case ZC_V4L2_SIGNAL_NONE:
      return "none";
    case ZC_V4L2_SIGNAL_NO_LOCK:
      return "no-lock";
    case ZC_V4L2_SIGNAL_OUT_OF_RANGE:
      return "out-of-range";
    case ZC_V4L2_SIGNAL_UNKNOWN:
      break;
  }
  return "unknown";
}

int
zc_v4l2_input_enum (
    const struct zc_v4l2_device *device, __u32 index, struct v4l2_input *input)
{
  *input = (struct v4l2_input) { .index = index };
  return zc_v4l2_device_ioctl (device, VIDIOC_ENUMINPUT, input);
}

int
zc_v4l2_input_get (const struct zc_v4l2_device *device)
{
  int index = 0;
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_G_INPUT, &index);

  return ret < 0 ? ret : index;
}

int
zc_v4l2_input_set (const struct zc_v4l2_device *device, unsigned index)
{
  int number = (int) index;

  return zc_v4l2_device_ioctl (device, VIDIOC_S_INPUT, &number);
}

enum zc_v4l2_signal
zc_v4l2_input_signal (const struct v4l2_input *input)
{
  const __u32 none = V4L2_IN_ST_NO_POWER | V4L2_IN_ST_NO_SIGNAL;
  const __u32 no_lock = V4L2_IN_ST_NO_H_LOCK | V4L2_IN_ST_NO_V_LOCK |
                        V4L2_IN_ST_NO_SYNC | V4L2_IN_ST_NO_CARRIER;

  if (input->status & none)
    return ZC_V4L2_SIGNAL_NONE;
  if (input->status & no_lock)
    return ZC_V4L2_SIGNAL_NO_LOCK;
  return ZC_V4L2_SIGNAL_OK;
}

int
zc_v4l2_standard_enum (const struct zc_v4l2_device *device, __u32 index,
    struct v4l2_standard *standard)
{
  *standard = (struct v4l2_standard) { .index = index };
  return zc_v4l2_device_ioctl (device, VIDIOC_ENUMSTD, standard);
}

int
zc_v4l2_standard_get (
    const struct zc_v4l2_device *device, v4l2_std_id *standard)
{
  return zc_v4l2_device_ioctl (device, VIDIOC_G_STD, standard);
}

int
zc_v4l2_standard_set (const struct zc_v4l2_device *device, v4l2_std_id standard)
{
  return zc_v4l2_device_ioctl (device, VIDIOC_S_STD, &standard);
}

int
zc_v4l2_standard_query (
    const struct zc_v4l2_device *device, v4l2_std_id *standard)
{
  return zc_v4l2_device_ioctl (device, VIDIOC_QUERYSTD, standard);
}

void
zc_v4l2_standard_size (v4l2_std_id standard, __u32 *width, __u32 *height)
{
  *width = 720;
  *height = standard & V4L2_STD_525_60 ? 480 : 576;
}

void
zc_v4l2_standard_interval (v4l2_std_id standard, struct v4l2_fract *interval)
{
  *interval = standard & V4L2_STD_525_60 ? (struct v4l2_fract) { 1001, 30000 }
                                         : (struct v4l2_fract) { 1, 25 };
}

int
zc_v4l2_input_interval (
    const struct zc_v4l2_device *device, struct v4l2_fract *interval)
{
  struct v4l2_dv_timings timings;
  v4l2_std_id standard = V4L2_STD_UNKNOWN;

  if (zc_v4l2_timings_get (device, &timings) == 0)
    return zc_v4l2_timings_interval (&timings, interval);
  if (zc_v4l2_standard_get (device, &standard) < 0 ||
      standard == V4L2_STD_UNKNOWN)
    return -ENODATA;
  zc_v4l2_standard_interval (standard, interval);
  return 0;
}
