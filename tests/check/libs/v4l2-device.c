/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-device.h"
#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>

#define NODE_FD 1000 /* of the fake node */

/* A node that behaves as told. */
static struct {
  int open_errno;
  int ioctl_errno;
  int n_signals; /* so many calls are interrupted first */
  int open_flags;
  int n_open;
  struct v4l2_capability capability;
  struct v4l2_format asked, answer;
  struct v4l2_streamparm parm;
} node;

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
fake_open (const char *path, int flags)
{
  (void) path;
  node.open_flags = flags;
  if (node.n_signals-- > 0)
    return fail_with (EINTR);
  if (node.open_errno)
    return fail_with (node.open_errno);
  node.n_open++;
  return NODE_FD;
}

static int
fake_close (int fd)
{
  fail_unless_equals_int (fd, NODE_FD);
  node.n_open--;
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (fd, NODE_FD);
  if (node.n_signals-- > 0)
    return fail_with (EINTR);
  if (node.ioctl_errno)
    return fail_with (node.ioctl_errno);

  switch (request) {
    case VIDIOC_QUERYCAP:
      *(struct v4l2_capability *) arg = node.capability;
      break;
    case VIDIOC_S_FMT:
      node.asked = *(struct v4l2_format *) arg;
      *(struct v4l2_format *) arg = node.answer;
      break;
    case VIDIOC_S_PARM:
      fail_unless_equals_int (
          ((struct v4l2_streamparm *) arg)->type, node.parm.type);
      *(struct v4l2_streamparm *) arg = node.parm;
      break;
    default:
      return fail_with (ENOTTY);
  }
  return 0;
}

static void
set_up (__u32 capabilities)
{
  memset (&node, 0, sizeof (node));
  node.capability.capabilities = capabilities | V4L2_CAP_DEVICE_CAPS;
  node.capability.device_caps = capabilities;
  zc_v4l2_sys.open = fake_open;
  zc_v4l2_sys.close = fake_close;
  zc_v4l2_sys.ioctl = fake_ioctl;
}

static struct zc_v4l2_device *
open_node (__u32 capabilities)
{
  struct zc_v4l2_device *device;

  set_up (capabilities);
  fail_unless_equals_int (zc_v4l2_device_open (&device, "/dev/video0"), 0);
  return device;
}

static void
assert_refused (int error)
{
  struct zc_v4l2_device *device = (struct zc_v4l2_device *) &node;

  fail_unless_equals_int (zc_v4l2_device_open (&device, "/dev/video0"), error);
  fail_unless (device == NULL);
  fail_unless_equals_int (node.n_open, 0);
}

GST_START_TEST (each_errno_of_open_comes_out)
{
  static const int errors[] = { ENOENT, EACCES, EBUSY, ENODEV, ENXIO, EMFILE,
    EIO };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    set_up (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
    node.open_errno = errors[i];
    assert_refused (-errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (a_node_of_something_else_is_enotty)
{
  set_up (0);
  node.ioctl_errno = ENOTTY;
  assert_refused (-ENOTTY);
}
GST_END_TEST;

GST_START_TEST (a_device_that_cannot_capture_is_enxio)
{
  static const __u32 capabilities[] = {
    V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING,
    V4L2_CAP_VIDEO_M2M | V4L2_CAP_STREAMING,
    V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING,
    V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING,
    V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_READWRITE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++) {
    set_up (capabilities[i]);
    assert_refused (-ENXIO);
  }
}
GST_END_TEST;

/* The capabilities of the whole device say what its other nodes can. */
GST_START_TEST (the_node_counts_not_the_device)
{
  set_up (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
  node.capability.device_caps = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING;
  assert_refused (-ENXIO);
}
GST_END_TEST;

GST_START_TEST (an_old_driver_without_node_capabilities_works)
{
  struct zc_v4l2_device *device;

  set_up (0);
  node.capability.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  fail_unless_equals_int (zc_v4l2_device_open (&device, "/dev/video0"), 0);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

GST_START_TEST (signals_restart_the_call)
{
  struct zc_v4l2_device *device;

  set_up (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
  node.n_signals = 3;
  fail_unless_equals_int (zc_v4l2_device_open (&device, "/dev/video0"), 0);

  node.n_signals = 3;
  node.answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  fail_unless_equals_int (
      zc_v4l2_format_set (device, &(struct zc_v4l2_format) { 0 }), 0);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

/* Nothing of the program's may block, and no child inherit the node. */
GST_START_TEST (opened_nonblocking_and_close_on_exec)
{
  zc_v4l2_device_close (
      open_node (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING));

  fail_unless (node.open_flags & O_NONBLOCK);
  fail_unless (node.open_flags & O_CLOEXEC);
  fail_unless_equals_int (node.open_flags & O_ACCMODE, O_RDWR);
  fail_unless_equals_int (node.n_open, 0);
}
GST_END_TEST;

GST_START_TEST (closing_nothing_is_allowed)
{
  zc_v4l2_device_close (NULL);
}
GST_END_TEST;

GST_START_TEST (single_planar_format_is_what_the_driver_made)
{
  struct zc_v4l2_device *device = open_node (
      V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
  struct zc_v4l2_format format = {
    .fourcc = V4L2_PIX_FMT_XBGR32, .width = 650, .height = 490
  };

  fail_if (zc_v4l2_device_is_multiplanar (device));
  node.answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  node.answer.fmt.pix = (struct v4l2_pix_format) { .width = 640,
    .height = 480,
    .pixelformat = V4L2_PIX_FMT_NV12,
    .bytesperline = 704,
    .sizeimage = 506880,
    .field = V4L2_FIELD_NONE };
  fail_unless_equals_int (zc_v4l2_format_set (device, &format), 0);

  fail_unless_equals_int (node.asked.type, V4L2_BUF_TYPE_VIDEO_CAPTURE);
  fail_unless_equals_int (node.asked.fmt.pix.pixelformat, V4L2_PIX_FMT_XBGR32);
  fail_unless_equals_int (node.asked.fmt.pix.width, 650);
  fail_unless_equals_int (format.fourcc, V4L2_PIX_FMT_NV12);
  fail_unless_equals_int (format.width, 640);
  fail_unless_equals_int (format.height, 480);
  fail_unless_equals_int (format.n_memory_planes, 1);
  fail_unless_equals_int (format.plane[0].stride, 704);
  fail_unless_equals_int (format.plane[0].size, 506880);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

GST_START_TEST (multi_planar_format_has_every_plane)
{
  struct zc_v4l2_device *device = open_node (
      V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING);
  struct zc_v4l2_format format = { .fourcc = V4L2_PIX_FMT_NV12M };
  struct v4l2_pix_format_mplane *answer = &node.answer.fmt.pix_mp;

  fail_unless (zc_v4l2_device_is_multiplanar (device));
  node.answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  answer->pixelformat = V4L2_PIX_FMT_NV12M;
  answer->num_planes = 2;
  for (guint i = 0; i < 2; i++) {
    answer->plane_fmt[i].bytesperline = 704;
    answer->plane_fmt[i].sizeimage = 337920 / (i + 1);
  }
  fail_unless_equals_int (zc_v4l2_format_set (device, &format), 0);

  fail_unless_equals_int (
      node.asked.fmt.pix_mp.pixelformat, V4L2_PIX_FMT_NV12M);
  fail_unless_equals_int (format.n_memory_planes, 2);
  fail_unless_equals_int (format.plane[1].stride, 704);
  fail_unless_equals_int (format.plane[1].size, 168960);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

/* The kernel is trusted with no array's length. */
GST_START_TEST (more_planes_than_there_can_be_are_cut)
{
  struct zc_v4l2_device *device = open_node (
      V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING);
  struct zc_v4l2_format format = { 0 };

  node.answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  node.answer.fmt.pix_mp.num_planes = 255;
  fail_unless_equals_int (zc_v4l2_format_set (device, &format), 0);
  fail_unless_equals_int (format.n_memory_planes, VIDEO_MAX_PLANES);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

GST_START_TEST (a_refused_format_leaves_the_wish)
{
  struct zc_v4l2_device *device = open_node (
      V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
  struct zc_v4l2_format format = { .fourcc = V4L2_PIX_FMT_NV12, .width = 640 };

  node.ioctl_errno = EBUSY;
  fail_unless_equals_int (zc_v4l2_format_set (device, &format), -EBUSY);
  fail_unless_equals_int (format.fourcc, V4L2_PIX_FMT_NV12);
  fail_unless_equals_int (format.width, 640);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

GST_START_TEST (interval_is_what_the_driver_made)
{
  struct zc_v4l2_device *device = open_node (
      V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
  struct v4l2_fract interval = { 1, 30 };

  node.parm.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  node.parm.parm.capture.timeperframe = (struct v4l2_fract) { 1, 25 };
  fail_unless_equals_int (zc_v4l2_interval_set (device, 0, &interval), 0);
  fail_unless_equals_int (interval.denominator, 25);
  zc_v4l2_device_close (device);
}
GST_END_TEST;

/* --- libv4l2 ------------------------------------------------------------- */

#define DUPLICATE_FD 1001
#define EMULATED_FD 1002

static struct {
  int start_errno;
  int n_signals;
  int n_ioctls;
  int closed; /* descriptors, by what they are */
  int closed_duplicate;
} emulation;

static int
fake_fcntl (int fd, int command, long arg)
{
  (void) arg;
  fail_unless_equals_int (fd, NODE_FD);
  fail_unless_equals_int (command, F_DUPFD_CLOEXEC);
  return DUPLICATE_FD;
}

static int
close_any (int fd)
{
  if (fd == DUPLICATE_FD)
    emulation.closed_duplicate++;
  else
    fake_close (fd);
  return 0;
}

static int
fake_start (int fd)
{
  fail_unless_equals_int (fd, DUPLICATE_FD);
  return emulation.start_errno ? fail_with (emulation.start_errno)
                               : EMULATED_FD;
}

static int
fake_emulated_close (int fd)
{
  fail_unless_equals_int (fd, EMULATED_FD);
  emulation.closed++;
  return 0;
}

static int
fake_emulated_ioctl (int fd, unsigned long request, void *arg)
{
  (void) request;
  (void) arg;
  fail_unless_equals_int (fd, EMULATED_FD);
  if (emulation.n_signals-- > 0)
    return fail_with (EINTR);
  emulation.n_ioctls++;
  return 0;
}

static struct zc_v4l2_device *
open_emulated (int start_errno, int expected)
{
  struct zc_v4l2_device *device;

  set_up (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING);
  memset (&emulation, 0, sizeof (emulation));
  emulation.start_errno = start_errno;
  zc_v4l2_sys.fcntl = fake_fcntl;
  zc_v4l2_sys.close = close_any;
  zc_v4l2_emulation = (struct zc_v4l2_emulation) {
    .start = fake_start,
    .close = fake_emulated_close,
    .ioctl = fake_emulated_ioctl,
  };
  fail_unless_equals_int (zc_v4l2_device_open (&device, "/dev/video0"), 0);
  fail_unless_equals_int (zc_v4l2_device_emulate (device, true), expected);
  return device;
}

GST_START_TEST (in_libv4l2s_hands_it_alone_is_asked)
{
  struct zc_v4l2_device *device = open_emulated (0, 0);
  struct v4l2_fmtdesc desc;

  emulation.n_signals = 3;
  fail_unless_equals_int (zc_v4l2_enum_format (device, 0, 0, &desc), 0);
  fail_unless_equals_int (emulation.n_ioctls, 1);
  /* once more is not twice */
  fail_unless_equals_int (zc_v4l2_device_emulate (device, true), 0);

  /* and back */
  fail_unless_equals_int (zc_v4l2_device_emulate (device, false), 0);
  fail_unless_equals_int (emulation.closed, 1);
  node.answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  fail_unless_equals_int (
      zc_v4l2_format_set (device, &(struct zc_v4l2_format) { 0 }), 0);
  fail_unless_equals_int (emulation.n_ioctls, 1);
  zc_v4l2_device_close (device);
  fail_unless_equals_int (emulation.closed, 1);
}
GST_END_TEST;

GST_START_TEST (closing_ends_libv4l2s_part_first)
{
  struct zc_v4l2_device *device = open_emulated (0, 0);

  zc_v4l2_device_close (device);
  fail_unless_equals_int (emulation.closed, 1);
  fail_unless_equals_int (node.n_open, 0);
}
GST_END_TEST;

GST_START_TEST (where_libv4l2_will_not_the_kernel_is_asked)
{
  struct zc_v4l2_device *device = open_emulated (ENOSYS, -ENOSYS);

  fail_unless_equals_int (emulation.closed_duplicate, 1);
  node.answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  fail_unless_equals_int (
      zc_v4l2_format_set (device, &(struct zc_v4l2_format) { 0 }), 0);
  zc_v4l2_device_close (device);
  fail_unless_equals_int (emulation.closed, 0);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_errno_of_open_comes_out),
    RUNNER_TEST (a_node_of_something_else_is_enotty),
    RUNNER_TEST (a_device_that_cannot_capture_is_enxio),
    RUNNER_TEST (the_node_counts_not_the_device),
    RUNNER_TEST (an_old_driver_without_node_capabilities_works),
    RUNNER_TEST (signals_restart_the_call),
    RUNNER_TEST (opened_nonblocking_and_close_on_exec),
    RUNNER_TEST (closing_nothing_is_allowed),
    RUNNER_TEST (single_planar_format_is_what_the_driver_made),
    RUNNER_TEST (multi_planar_format_has_every_plane),
    RUNNER_TEST (more_planes_than_there_can_be_are_cut),
    RUNNER_TEST (a_refused_format_leaves_the_wish),
    RUNNER_TEST (interval_is_what_the_driver_made),
    RUNNER_TEST (in_libv4l2s_hands_it_alone_is_asked),
    RUNNER_TEST (closing_ends_libv4l2s_part_first),
    RUNNER_TEST (where_libv4l2_will_not_the_kernel_is_asked))
