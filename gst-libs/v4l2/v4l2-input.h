/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_INPUT_H
#define ZC_V4L2_INPUT_H

#include "v4l2-device.h"

/*
 * The sockets of a capture device, of which one is chosen, and what comes in
 * there. (Documentation/userspace-api/media/v4l/video.rst, standard.rst)
 */

enum zc_v4l2_signal {
  ZC_V4L2_SIGNAL_UNKNOWN, /* nobody can say */
  ZC_V4L2_SIGNAL_OK,
  ZC_V4L2_SIGNAL_NONE,         /* no cable, or nothing at its other end */
  ZC_V4L2_SIGNAL_NO_LOCK,      /* there is something, but unstable */
  ZC_V4L2_SIGNAL_OUT_OF_RANGE, /* stable, but more than the device can */
};

/* "unknown", "ok", "none", "no-lock", "out-of-range". */
const char *zc_v4l2_signal_name (enum zc_v4l2_signal signal);

/* The input of number INDEX, from 0. Returns 0, -EINVAL after the last,
 * -ENOTTY if the device has no inputs to choose from. */
int zc_v4l2_input_enum (
    const struct zc_v4l2_device *device, __u32 index, struct v4l2_input *input);

/* The number of the one that is chosen, or -ENOTTY. */
int zc_v4l2_input_get (const struct zc_v4l2_device *device);

/* Chooses one; resets format, standard and timings to what was last set there.
 * Returns 0, -EINVAL if there is no such input, -EBUSY while buffers exist. */
int zc_v4l2_input_set (const struct zc_v4l2_device *device, unsigned index);

/* What the status of an input (V4L2_IN_ST_*) says of its signal. */
enum zc_v4l2_signal zc_v4l2_input_signal (const struct v4l2_input *input);

/*
 * Analogue video standards, sets of V4L2_STD_*. All return -ENOTTY or -ENODATA
 * if the device or its input has none.
 */

/* One that the input can have, with its name; -EINVAL after the last. */
int zc_v4l2_standard_enum (const struct zc_v4l2_device *device, __u32 index,
    struct v4l2_standard *standard);
int zc_v4l2_standard_get (
    const struct zc_v4l2_device *device, v4l2_std_id *standard);

/* Resets the format. Returns 0, -EBUSY while buffers exist, -EINVAL if the
 * input cannot. */
int zc_v4l2_standard_set (
    const struct zc_v4l2_device *device, v4l2_std_id standard);

/* Those that the signal may be of, V4L2_STD_UNKNOWN without one. Returns 0, or
 * -EBUSY if the device cannot look while it captures. */
int zc_v4l2_standard_query (
    const struct zc_v4l2_device *device, v4l2_std_id *standard);

/* Size and seconds between frames of a standard, as ITU-R BT.601 has them. */
void zc_v4l2_standard_size (v4l2_std_id standard, __u32 *width, __u32 *height);
void zc_v4l2_standard_interval (
    v4l2_std_id standard, struct v4l2_fract *interval);

/*
 * The seconds between frames as the standard or the timings say that are set,
 * for drivers that tell it in no other way. Returns 0, or -ENODATA.
 */
int zc_v4l2_input_interval (
    const struct zc_v4l2_device *device, struct v4l2_fract *interval);

#endif
