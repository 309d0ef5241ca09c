/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_EVENT_H
#define ZC_V4L2_EVENT_H

#include "v4l2-device.h"

/*
 * What a device tells without being asked. Subscriptions are of the open
 * device and end with it; poll() shows POLLPRI while events wait.
 * (Documentation/userspace-api/media/v4l/vidioc-dqevent.rst)
 */

/*
 * The source of INPUT (its number) changes its size or rate, or comes or goes.
 * Events of other inputs are not delivered. Again for the same input does
 * nothing. Returns 0, or -ENOTTY or -EINVAL if the driver has no such event.
 */
int zc_v4l2_event_subscribe_source (
    const struct zc_v4l2_device *device, unsigned input);
int zc_v4l2_event_unsubscribe_source (
    const struct zc_v4l2_device *device, unsigned input);

/*
 * A decoder has found another format in its stream, the first one too: to be
 * subscribed before the first push (dev-decoder.rst, Initialization, Dynamic
 * Resolution Change). Returns 0, or -ENOTTY or -EINVAL if the driver has no
 * such event: then the format of CAPTURE is set up without waiting for one.
 */
int zc_v4l2_event_subscribe_stream (const struct zc_v4l2_device *device);

/*
 * V4L2_EVENT_EOS: a codec that was told to stop has done its last frame. It may
 * come before or after the buffer with V4L2_BUF_FLAG_LAST, which says the same
 * and is to be relied on; for drivers that do not mark it. Returns 0, or
 * -ENOTTY or -EINVAL if the driver has no such event.
 */
int zc_v4l2_event_subscribe_end (const struct zc_v4l2_device *device);

/* Whether EVENT says that a decoder's format is another. */
bool zc_v4l2_event_is_stream_change (const struct v4l2_event *event);

/*
 * The value, the range or the flags of a CONTROL (V4L2_CID_*) change by
 * somebody else's hand. Returns 0, or -EINVAL if there is no such control.
 */
int zc_v4l2_event_subscribe_control (
    const struct zc_v4l2_device *device, __u32 control);

/*
 * Takes the oldest event that waits; does not block. Returns 0, -ENOENT if
 * there is none, -ENODEV if the device is gone.
 */
int zc_v4l2_event_take (
    const struct zc_v4l2_device *device, struct v4l2_event *event);

#endif
