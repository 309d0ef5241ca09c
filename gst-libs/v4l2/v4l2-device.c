/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-device.h"

#include "v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

__u32
zc_v4l2_capability_of_node (const struct v4l2_capability *capability)
{
  return capability->capabilities & V4L2_CAP_DEVICE_CAPS
             ? capability->device_caps
             : capability->capabilities;
}

/* What has to be found in a device that is opened. */
typedef int (*set_types_func) (struct zc_v4l2_device *device);

static int
set_types_of_camera (struct zc_v4l2_device *device)
{
  __u32 caps = zc_v4l2_capability_of_node (&device->capability);

  if (!(caps & V4L2_CAP_STREAMING))
    return -ENXIO;
  if (caps & V4L2_CAP_VIDEO_CAPTURE_MPLANE)
    device->capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  else if (caps & V4L2_CAP_VIDEO_CAPTURE)
    device->capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  else
    return -ENXIO;
  return 0;
}

/* Old drivers say that they have both queues, instead of what that makes. */
static int
set_types_of_m2m (struct zc_v4l2_device *device)
{
  static const struct {
    __u32 caps;
    enum v4l2_buf_type capture, output;
  } kinds[] = {
    { V4L2_CAP_VIDEO_M2M_MPLANE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
        V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE },
    { V4L2_CAP_VIDEO_M2M, V4L2_BUF_TYPE_VIDEO_CAPTURE,
        V4L2_BUF_TYPE_VIDEO_OUTPUT },
    { V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_OUTPUT_MPLANE,
        V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE },
    { V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_OUTPUT,
        V4L2_BUF_TYPE_VIDEO_CAPTURE, V4L2_BUF_TYPE_VIDEO_OUTPUT },
  };
  __u32 caps = zc_v4l2_capability_of_node (&device->capability);

  if (!(caps & V4L2_CAP_STREAMING))
    return -ENXIO;
  for (size_t i = 0; i < sizeof (kinds) / sizeof (*kinds); i++) {
    if ((caps & kinds[i].caps) != kinds[i].caps)
      continue;
    device->capture_type = kinds[i].capture;
    device->output_type = kinds[i].output;
    return 0;
  }
  return -ENXIO;
}

/* Takes FD and PATH, also when it fails. */
static int
adopt (
    struct zc_v4l2_device **out, int fd, char *path, set_types_func set_types)
{
  struct zc_v4l2_device *device = calloc (1, sizeof (*device));
  int ret = -ENOMEM;

  if (!device) {
    zc_v4l2_sys.close (fd);
    free (path);
    return ret;
  }
  device->fd = fd;
  device->path = path;
  if (path)
    ret = zc_v4l2_device_ioctl (device, VIDIOC_QUERYCAP, &device->capability);
  if (ret >= 0)
    ret = set_types (device);
  if (ret < 0) {
    zc_v4l2_device_close (device);
    return ret;
  }

  *out = device;
  return 0;
}

static int
open_path (
    struct zc_v4l2_device **out, const char *path, set_types_func set_types)
{
  int fd = zc_v4l2_open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

  *out = NULL;
  return fd < 0 ? fd : adopt (out, fd, strdup (path), set_types);
}

int
zc_v4l2_device_open (struct zc_v4l2_device **out, const char *path)
{
  return open_path (out, path, set_types_of_camera);
}

int
zc_v4l2_device_open_m2m (struct zc_v4l2_device **out, const char *path)
{
  return open_path (out, path, set_types_of_m2m);
}

/* The name for messages: the node may not be there for us to see. */
static char *
name_of_descriptor (int fd)
{
  char link[32], name[PATH_MAX];
  ssize_t n;

  snprintf (link, sizeof (link), "/proc/self/fd/%d", fd);
  n = zc_v4l2_sys.readlink (link, name, sizeof (name) - 1);
  if (n <= 0)
    return strdup (link);
  name[n] = '\0';
  return strdup (name);
}

/* Not by opening /proc/self/fd again: that is opening the node, which who is
 * given a descriptor may not do. */
static int
set_nonblocking (int fd)
{
  int flags = zc_v4l2_sys.fcntl (fd, F_GETFL, 0);

  if (flags < 0)
    return -errno;
  if (flags & O_NONBLOCK)
    return 0;
  return zc_v4l2_sys.fcntl (fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

static int
open_fd (struct zc_v4l2_device **out, int fd, set_types_func set_types)
{
  int own = zc_v4l2_sys.fcntl (fd, F_DUPFD_CLOEXEC, 0);
  int ret;

  *out = NULL;
  if (own < 0)
    return -errno;
  ret = adopt (out, own, name_of_descriptor (own), set_types);
  if (ret == 0)
    ret = set_nonblocking (own);
  if (ret < 0) {
    zc_v4l2_device_close (*out);
    *out = NULL;
  }
  return ret;
}

int
zc_v4l2_device_open_fd (struct zc_v4l2_device **out, int fd)
{
  return open_fd (out, fd, set_types_of_camera);
}

int
zc_v4l2_device_open_m2m_fd (struct zc_v4l2_device **out, int fd)
{
  return open_fd (out, fd, set_types_of_m2m);
}

void
zc_v4l2_device_close (struct zc_v4l2_device *device)
{
  if (!device)
    return;

  zc_v4l2_device_emulate (device, false);
  if (device->fd >= 0)
    zc_v4l2_sys.close (device->fd);
  free (device->path);
  free (device);
}

/* A number that stays taken cannot become that of another file meanwhile. */
int
zc_v4l2_device_abandon (const struct zc_v4l2_device *device)
{
  int nothing = zc_v4l2_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  int ret;

  if (nothing < 0)
    return -errno;
  ret = zc_v4l2_sys.dup3 (nothing, device->fd, O_CLOEXEC) < 0 ? -errno : 0;
  zc_v4l2_sys.close (nothing);
  return ret;
}

int
zc_v4l2_device_emulate (struct zc_v4l2_device *device, bool emulated)
{
  int fd;

  if (device->emulated == emulated)
    return 0;
  if (!emulated) {
    device->emulated = false;
    zc_v4l2_emulation.close (device->emulated_fd);
    return 0;
  }

  fd = zc_v4l2_sys.fcntl (device->fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0)
    return -errno;
  device->emulated_fd = zc_v4l2_emulation.start (fd);
  if (device->emulated_fd < 0) {
    int ret = -errno;

    zc_v4l2_sys.close (fd);
    return ret;
  }
  device->emulated = true;
  return 0;
}

int
zc_v4l2_device_renew_emulation (struct zc_v4l2_device *device)
{
  struct v4l2_requestbuffers none = {
    .type = device->capture_type,
    .memory = V4L2_MEMORY_MMAP,
  };

  if (!device->emulated)
    return 0;
  zc_v4l2_device_emulate (device, false);
  zc_v4l2_device_ioctl (device, VIDIOC_REQBUFS, &none);
  return zc_v4l2_device_emulate (device, true);
}

static int
emulated_ioctl (int fd, unsigned long request, void *arg)
{
  int ret;

  do
    ret = zc_v4l2_emulation.ioctl (fd, request, arg);
  while (ret < 0 && errno == EINTR);
  return ret < 0 ? -errno : ret;
}

int
zc_v4l2_device_ioctl (
    const struct zc_v4l2_device *device, unsigned long request, void *arg)
{
  return device->emulated ? emulated_ioctl (device->emulated_fd, request, arg)
                          : zc_v4l2_ioctl (device->fd, request, arg);
}

int
zc_v4l2_device_map (const struct zc_v4l2_device *device, size_t length,
    int64_t offset, void **address)
{
  *address = device->emulated
                 ? zc_v4l2_emulation.mmap (length, device->emulated_fd, offset)
                 : zc_v4l2_sys.mmap (length, device->fd, offset);
  return *address == MAP_FAILED ? -errno : 0;
}

void
zc_v4l2_device_unmap (bool emulated, void *address, size_t length)
{
  if (emulated)
    zc_v4l2_emulation.munmap (address, length);
  else
    zc_v4l2_sys.munmap (address, length);
}

bool
zc_v4l2_device_is_multiplanar (const struct zc_v4l2_device *device)
{
  return device->capture_type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
}
