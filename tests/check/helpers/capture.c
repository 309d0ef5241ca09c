/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "capture.h"

#include "runner.h"
#include "vivid.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void
do_ioctl (int camera, unsigned long request, void *argument)
{
  fail_unless (ioctl (camera, request, argument) == 0,
      "ioctl %#lx of vivid: %m", request);
}

static int
open_camera (void)
{
  struct v4l2_format format = {
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .fmt.pix = {
      .width = CAPTURE_WIDTH,
      .height = CAPTURE_HEIGHT,
      .pixelformat = CAPTURE_FOURCC,
    },
  };
  struct v4l2_requestbuffers request = {
    .count = 1,
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .memory = V4L2_MEMORY_DMABUF,
  };
  int camera;

  vivid_set (VIVID_TEST_PATTERN, 0);  /* bars of 75% */
  vivid_set (VIVID_OSD_TEXT_MODE, 2); /* none */
  camera = vivid_open ();
  do_ioctl (camera, VIDIOC_S_FMT, &format);
  fail_unless_equals_int (format.fmt.pix.sizeimage, CAPTURE_SIZE);
  do_ioctl (camera, VIDIOC_REQBUFS, &request);
  return camera;
}

static void
run (int camera, struct v4l2_buffer *buffer)
{
  struct pollfd done = { .fd = camera, .events = POLLIN };
  enum v4l2_buf_type type = buffer->type;

  do_ioctl (camera, VIDIOC_STREAMON, &type);
  fail_unless_equals_int (poll (&done, 1, 10000), 1);
  do_ioctl (camera, VIDIOC_DQBUF, buffer);
  fail_unless_equals_int (buffer->flags & V4L2_BUF_FLAG_ERROR, 0);
}

int
capture_into (int fd)
{
  struct v4l2_buffer buffer = {
    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
    .memory = V4L2_MEMORY_DMABUF,
    .m.fd = fd,
  };
  int camera = open_camera ();
  int ret = ioctl (camera, VIDIOC_QBUF, &buffer) == 0 ? 0 : -errno;

  if (ret == 0)
    run (camera, &buffer);
  close (camera);
  return ret;
}
