/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_FORMAT_H
#define ZC_V4L2_FORMAT_H

#include "v4l2-device.h"

/*
 * A picture format as the driver understands it, the same for the single- and
 * the multi-planar API. A memory plane is what one buffer descriptor and one
 * dma-buf cover; NV12 has one, NV12M has two.
 */
struct zc_v4l2_format {
  __u32 fourcc;
  __u32 width;
  __u32 height;
  __u32 field;
  __u32 colorspace;        /* V4L2_COLORSPACE_* */
  __u32 ycbcr_encoding;    /* V4L2_YCBCR_ENC_* */
  __u32 quantization;      /* V4L2_QUANTIZATION_* */
  __u32 transfer_function; /* V4L2_XFER_FUNC_* */
  __u32 n_memory_planes;
  struct {
    __u32 stride; /* bytes a line */
    __u32 size;   /* bytes that a buffer must have */
  } plane[VIDEO_MAX_PLANES];
};

/* One entry of an enumeration, by INDEX from 0. Return 0, -EINVAL after the
 * last entry, -ENOTTY where the driver has no such enumeration. */
int zc_v4l2_enum_format (const struct zc_v4l2_device *device, __u32 index,
    struct v4l2_fmtdesc *desc);
int zc_v4l2_enum_size (const struct zc_v4l2_device *device, __u32 fourcc,
    __u32 index, struct v4l2_frmsizeenum *size);
int zc_v4l2_enum_interval (const struct zc_v4l2_device *device, __u32 fourcc,
    __u32 width, __u32 height, __u32 index, struct v4l2_frmivalenum *interval);

/*
 * Sets the format; FORMAT holds what is wanted (fourcc, width, height) and
 * then what the driver made of it, which may differ: compare. Returns 0,
 * -EBUSY while buffers exist, or another errno of VIDIOC_S_FMT.
 */
int zc_v4l2_format_set (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format);

/* The same without setting it; works while the device streams. */
int zc_v4l2_format_try (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format);
int zc_v4l2_format_get (
    const struct zc_v4l2_device *device, struct zc_v4l2_format *format);

/*
 * Sets the time between frames, in seconds as a fraction; INTERVAL then holds
 * what the driver made of it. Returns 0, or -ENOTTY if it cannot be set.
 */
int zc_v4l2_interval_set (
    const struct zc_v4l2_device *device, struct v4l2_fract *interval);
int zc_v4l2_interval_get (
    const struct zc_v4l2_device *device, struct v4l2_fract *interval);

#endif
