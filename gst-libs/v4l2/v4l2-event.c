/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-event.h"

static int
subscribe (const struct zc_v4l2_device *device, unsigned long request,
    __u32 type, __u32 id)
{
  struct v4l2_event_subscription subscription = { .type = type, .id = id };

  return zc_v4l2_device_ioctl (device, request, &subscription);
}

int
zc_v4l2_event_subscribe_source (
    const struct zc_v4l2_device *device, unsigned input)
{
  return subscribe (
      device, VIDIOC_SUBSCRIBE_EVENT, V4L2_EVENT_SOURCE_CHANGE, input);
}

int
zc_v4l2_event_unsubscribe_source (
    const struct zc_v4l2_device *device, unsigned input)
{
  return subscribe (
      device, VIDIOC_UNSUBSCRIBE_EVENT, V4L2_EVENT_SOURCE_CHANGE, input);
}

int
zc_v4l2_event_subscribe_stream (const struct zc_v4l2_device *device)
{
  return zc_v4l2_event_subscribe_source (device, 0);
}

int
zc_v4l2_event_subscribe_end (const struct zc_v4l2_device *device)
{
  return subscribe (device, VIDIOC_SUBSCRIBE_EVENT, V4L2_EVENT_EOS, 0);
}

bool
zc_v4l2_event_is_stream_change (const struct v4l2_event *event)
{
  return event->type == V4L2_EVENT_SOURCE_CHANGE &&
         event->u.src_change.changes & V4L2_EVENT_SRC_CH_RESOLUTION;
}

int
zc_v4l2_event_subscribe_control (
    const struct zc_v4l2_device *device, __u32 control)
{
  return subscribe (device, VIDIOC_SUBSCRIBE_EVENT, V4L2_EVENT_CTRL, control);
}

int
zc_v4l2_event_take (
    const struct zc_v4l2_device *device, struct v4l2_event *event)
{
  *event = (struct v4l2_event) { 0 };
  return zc_v4l2_device_ioctl (device, VIDIOC_DQEVENT, event);
}
