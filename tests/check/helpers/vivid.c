/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vivid.h"

#include "devices.h"
#include "runner.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *
vivid_path (void)
{
  static char path[64];

  fail_unless (devices_find_camera (path, sizeof (path)));
  return path;
}

int
vivid_open (void)
{
  int fd = open (vivid_path (), O_RDWR | O_CLOEXEC);

  fail_unless (fd >= 0);
  return fd;
}

void
vivid_set (enum vivid_control control, int value)
{
  struct v4l2_control c = { .id = control, .value = value };
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_S_CTRL, &c), 0);
  close (fd);
}

void
vivid_set_by_name (enum vivid_control control, const char *name)
{
  struct v4l2_queryctrl query = { .id = control };
  struct v4l2_querymenu menu = { .id = control };
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_QUERYCTRL, &query), 0);
  for (; (int) menu.index <= query.maximum; menu.index++)
    if (ioctl (fd, VIDIOC_QUERYMENU, &menu) == 0 &&
        strcmp ((char *) menu.name, name) == 0)
      break;
  fail_unless ((int) menu.index <= query.maximum, "%s", name);
  close (fd);
  vivid_set (control, (int) menu.index);
}

void
vivid_choose_input (int number)
{
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_S_INPUT, &number), 0);
  close (fd);
}

int
vivid_get_input (void)
{
  int fd = vivid_open (), number;

  fail_unless_equals_int (ioctl (fd, VIDIOC_G_INPUT, &number), 0);
  close (fd);
  return number;
}

void
vivid_get_selection (unsigned target, struct v4l2_rect *rect)
{
  struct v4l2_selection selection = {
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .target = target,
  };
  int fd = vivid_open ();

  fail_unless_equals_int (ioctl (fd, VIDIOC_G_SELECTION, &selection), 0);
  *rect = selection.r;
  close (fd);
}

static enum v4l2_buf_type
capture_type (int fd)
{
  struct v4l2_capability c;

  fail_unless_equals_int (ioctl (fd, VIDIOC_QUERYCAP, &c), 0);
  return c.device_caps & V4L2_CAP_VIDEO_CAPTURE_MPLANE
             ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE
             : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

void
vivid_get_format (struct v4l2_format *format)
{
  int fd = vivid_open ();

  *format = (struct v4l2_format) { .type = capture_type (fd) };
  fail_unless_equals_int (ioctl (fd, VIDIOC_G_FMT, format), 0);
  close (fd);
}

int
vivid_occupy (void)
{
  int fd = vivid_open ();
  struct v4l2_requestbuffers request = {
    .count = 2,
    .type = capture_type (fd),
    .memory = V4L2_MEMORY_MMAP,
  };

  fail_unless_equals_int (ioctl (fd, VIDIOC_REQBUFS, &request), 0);
  return fd;
}
