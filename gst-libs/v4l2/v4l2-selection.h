/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_SELECTION_H
#define ZC_V4L2_SELECTION_H

#include "v4l2-device.h"

/*
 * Of a queue, TYPE being V4L2_BUF_TYPE_VIDEO_* of either API, 0 for capture.
 *
 * Of a camera: which part of the source is captured (crop, in pixels of the
 * source), and where in the buffer it goes (compose, in pixels of the buffer).
 * With different sizes the device scales, if it can.
 *
 * Of a codec or converter, the crop of OUTPUT is which part of the buffer is
 * used: the picture without padding, which an encoder writes into the stream.
 * The compose of CAPTURE is where the picture is in what a decoder gives (its
 * crop is what the stream says is visible, where the driver has it), and where
 * a converter puts it.
 * (Documentation/userspace-api/media/v4l/selection-api-intro.rst)
 *
 * All return -ENOTTY, -ENODATA or -EINVAL if the device, the input or the
 * driver has no such rectangle: zc_v4l2_selection_is_missing().
 */

/* TARGET is V4L2_SEL_TGT_CROP or _COMPOSE, or its _DEFAULT or _BOUNDS. */
int zc_v4l2_selection_get (const struct zc_v4l2_device *device, __u32 type,
    __u32 target, struct v4l2_rect *rect);

/*
 * Sets a rectangle; RECT then holds what the driver made of it. FLAGS are 0,
 * or of V4L2_SEL_FLAG_GE (no smaller than asked for) and V4L2_SEL_FLAG_LE (no
 * larger). Without a scaler the size of the format follows. Returns 0, -EBUSY
 * if it cannot change while buffers exist, -ERANGE if FLAGS cannot be met.
 */
int zc_v4l2_selection_set (const struct zc_v4l2_device *device, __u32 type,
    __u32 target, __u32 flags, struct v4l2_rect *rect);

bool zc_v4l2_selection_is_missing (int error);

bool zc_v4l2_rect_is_equal (
    const struct v4l2_rect *a, const struct v4l2_rect *b);

#endif
