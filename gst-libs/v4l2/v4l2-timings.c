/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-timings.h"

#include <errno.h>
#include <stdint.h>

/* Half of what parts 60 Hz from 59.94, in parts of the clock. */
#define CLOCK_TOLERANCE 2000

int
zc_v4l2_timings_get (
    const struct zc_v4l2_device *device, struct v4l2_dv_timings *timings)
{
  *timings = (struct v4l2_dv_timings) { 0 };
  return zc_v4l2_device_ioctl (device, VIDIOC_G_DV_TIMINGS, timings);
}

int
zc_v4l2_timings_set (
    const struct zc_v4l2_device *device, const struct v4l2_dv_timings *timings)
{
  struct v4l2_dv_timings wanted = *timings;

  return zc_v4l2_device_ioctl (device, VIDIOC_S_DV_TIMINGS, &wanted);
}

int
zc_v4l2_timings_query (
    const struct zc_v4l2_device *device, struct v4l2_dv_timings *timings)
{
  *timings = (struct v4l2_dv_timings) { 0 };
  return zc_v4l2_device_ioctl (device, VIDIOC_QUERY_DV_TIMINGS, timings);
}

static bool
is_reduced (const struct v4l2_bt_timings *bt)
{
  const __u32 both = V4L2_DV_FL_CAN_DETECT_REDUCED_FPS | V4L2_DV_FL_REDUCED_FPS;

  return (bt->flags & both) == both;
}

static bool
clock_is_same (uint64_t a, uint64_t b)
{
  uint64_t apart = a < b ? b - a : a - b;

  return apart <= (a < b ? a : b) / CLOCK_TOLERANCE;
}

bool
zc_v4l2_timings_is_same (
    const struct v4l2_dv_timings *a, const struct v4l2_dv_timings *b)
{
  const struct v4l2_bt_timings *x = &a->bt, *y = &b->bt;

  return a->type == b->type && x->width == y->width && x->height == y->height &&
         x->interlaced == y->interlaced &&
         V4L2_DV_BT_FRAME_WIDTH (x) == V4L2_DV_BT_FRAME_WIDTH (y) &&
         V4L2_DV_BT_FRAME_HEIGHT (x) == V4L2_DV_BT_FRAME_HEIGHT (y) &&
         clock_is_same (x->pixelclock, y->pixelclock) &&
         is_reduced (x) == is_reduced (y);
}

static uint64_t
greatest_common_divisor (uint64_t a, uint64_t b)
{
  while (b) {
    uint64_t rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

int
zc_v4l2_timings_interval (
    const struct v4l2_dv_timings *timings, struct v4l2_fract *interval)
{
  const struct v4l2_bt_timings *bt = &timings->bt;
  uint64_t pixels, clock, divisor;

  if (timings->type != V4L2_DV_BT_656_1120 || bt->pixelclock == 0)
    return -ENODATA;

  pixels = (uint64_t) V4L2_DV_BT_FRAME_WIDTH (bt) *
           V4L2_DV_BT_FRAME_HEIGHT (bt);
  clock = bt->pixelclock;
  if (pixels == 0 || pixels > UINT32_MAX || clock > UINT64_MAX / 1001)
    return -ENODATA;
  if (is_reduced (bt)) {
    pixels *= 1001;
    clock *= 1000;
  }

  divisor = greatest_common_divisor (pixels, clock);
  pixels /= divisor;
  clock /= divisor;
  while (pixels > INT32_MAX || clock > INT32_MAX) {
    pixels >>= 1;
    clock >>= 1;
  }
  if (pixels == 0 || clock == 0)
    return -ENODATA;
  interval->numerator = (__u32) pixels;
  interval->denominator = (__u32) clock;
  return 0;
}
