/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_TIMINGS_H
#define ZC_V4L2_TIMINGS_H

#include "v4l2-device.h"

/*
 * The timings of a digital source (HDMI, SDI): those that the receiver is set
 * to, and those that the source has. A receiver does not follow by itself;
 * setting timings sets size and rate of the format.
 * (Documentation/userspace-api/media/v4l/dv-timings.rst)
 *
 * All return -ENOTTY or -ENODATA if the device or its input has no timings.
 */
int zc_v4l2_timings_get (
    const struct zc_v4l2_device *device, struct v4l2_dv_timings *timings);

/* Returns 0, -EBUSY while buffers exist, -EINVAL or -ERANGE if the device
 * cannot receive such. */
int zc_v4l2_timings_set (
    const struct zc_v4l2_device *device, const struct v4l2_dv_timings *timings);

/*
 * Those that the source has. Returns 0, -ENOLINK if there is no signal,
 * -ENOLCK if it is unstable, -ERANGE if it is beyond what the device can.
 */
int zc_v4l2_timings_query (
    const struct zc_v4l2_device *device, struct v4l2_dv_timings *timings);

/* Whether they make the same picture at the same rate. A pixel clock that was
 * measured may be off by less than what parts 60 Hz from 59.94. */
bool zc_v4l2_timings_is_same (
    const struct v4l2_dv_timings *a, const struct v4l2_dv_timings *b);

/*
 * The seconds between frames, as a fraction; of interlaced timings a frame is
 * two fields. Returns 0, or -ENODATA if the timings do not say.
 */
int zc_v4l2_timings_interval (
    const struct v4l2_dv_timings *timings, struct v4l2_fract *interval);

#endif
