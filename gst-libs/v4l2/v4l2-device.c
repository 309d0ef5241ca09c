/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-device.h"

#include "v4l2-sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static __u32
node_capabilities (const struct v4l2_capability *capability)
{
  return capability->capabilities & V4L2_CAP_DEVICE_CAPS
             ? capability->device_caps
             : capability->capabilities;
}

static int
set_capture_type (struct zc_v4l2_device *device)
{
  __u32 caps = node_capabilities (&device->capability);

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

int
zc_v4l2_device_open (struct zc_v4l2_device **out, const char *path)
{
  struct zc_v4l2_device *device = calloc (1, sizeof (*device));
  int ret;

  *out = NULL;
  if (!device)
    return -ENOMEM;
  device->fd = -1;

  device->path = strdup (path);
  ret = device->path ? 0 : -ENOMEM;
  if (ret == 0)
    ret = zc_v4l2_open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (ret >= 0) {
    device->fd = ret;
    ret = zc_v4l2_device_ioctl (device, VIDIOC_QUERYCAP, &device->capability);
  }
  if (ret >= 0)
    ret = set_capture_type (device);
  if (ret < 0) {
    zc_v4l2_device_close (device);
    return ret;
  }

  *out = device;
  return 0;
}

void
zc_v4l2_device_close (struct zc_v4l2_device *device)
{
  if (!device)
    return;

  if (device->fd >= 0)
    zc_v4l2_sys.close (device->fd);
  free (device->path);
  free (device);
}

int
zc_v4l2_device_ioctl (
    const struct zc_v4l2_device *device, unsigned long request, void *arg)
{
  return zc_v4l2_ioctl (device->fd, request, arg);
}

int
zc_v4l2_device_map (const struct zc_v4l2_device *device, size_t length,
    int64_t offset, void **address)
{
  *address = zc_v4l2_sys.mmap (length, device->fd, offset);
  return *address == MAP_FAILED ? -errno : 0;
}

void
zc_v4l2_device_unmap (void *address, size_t length)
{
  zc_v4l2_sys.munmap (address, length);
}

bool
zc_v4l2_device_is_multiplanar (const struct zc_v4l2_device *device)
{
  return device->capture_type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
}

/* A node of a media-controller pipeline gives EPIPE until somebody has set up
 * the others; a touch sensor is no camera. Taken if named, never by default. */
static int
works_alone (const char *path)
{
  struct zc_v4l2_device *device;
  __u32 caps;
  int ret = zc_v4l2_device_open (&device, path);

  if (ret < 0)
    return ret;
  caps = node_capabilities (&device->capability);
  zc_v4l2_device_close (device);
  return caps & (V4L2_CAP_IO_MC | V4L2_CAP_TOUCH) ? -ENXIO : 0;
}

static int
is_video_node (const struct dirent *entry)
{
  return strncmp (entry->d_name, "video", 5) == 0 && entry->d_name[5] >= '0' &&
         entry->d_name[5] <= '9';
}

int
zc_v4l2_device_find (char *path, size_t size)
{
  struct dirent **entries;
  int n = scandir ("/dev", &entries, is_video_node, versionsort);
  int ret = -ENODEV;

  for (int i = 0; i < n; i++) {
    if (ret != 0) {
      int r;

      snprintf (path, size, "/dev/%s", entries[i]->d_name);
      r = works_alone (path);
      if (r == 0 || r == -EACCES || r == -EPERM)
        ret = r == -EPERM ? -EACCES : r;
    }
    free (entries[i]);
  }
  if (n >= 0)
    free (entries);
  return ret;
}
