/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-selection.h"

#include <errno.h>

/* The type without planes is right for both APIs: the kernel translates, and
 * drivers before 4.13 know this one alone (vidioc-g-selection.rst). */
static struct v4l2_selection
selection_of (__u32 type, __u32 target)
{
  return (struct v4l2_selection) {
    .type = type && V4L2_TYPE_IS_OUTPUT (type) ? V4L2_BUF_TYPE_VIDEO_OUTPUT
                                               : V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .target = target,
  };
}

int
zc_v4l2_selection_get (const struct zc_v4l2_device *device, __u32 type,
    __u32 target, struct v4l2_rect *rect)
{
  struct v4l2_selection selection = selection_of (type, target);
  int ret = zc_v4l2_device_ioctl (device, VIDIOC_G_SELECTION, &selection);

  if (ret == 0)
    *rect = selection.r;
  return ret;
}

int
zc_v4l2_selection_set (const struct zc_v4l2_device *device, __u32 type,
    __u32 target, __u32 flags, struct v4l2_rect *rect)
{
  struct v4l2_selection selection = selection_of (type, target);
  int ret;

  selection.flags = flags;
  selection.r = *rect;
  ret = zc_v4l2_device_ioctl (device, VIDIOC_S_SELECTION, &selection);
  if (ret == 0)
    *rect = selection.r;
  return ret;
}

bool
zc_v4l2_selection_is_missing (int error)
{
  return error == -ENOTTY || error == -ENODATA || error == -EINVAL;
}

bool
zc_v4l2_rect_is_equal (const struct v4l2_rect *a, const struct v4l2_rect *b)
{
  return a->left == b->left && a->top == b->top && a->width == b->width &&
         a->height == b->height;
}
