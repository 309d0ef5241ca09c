/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int
sys_open (const char *path, int flags)
{
  return open (path, flags);
}

static int
sys_ioctl (int fd, unsigned long request, void *arg)
{
  return ioctl (fd, request, arg);
}

static void *
sys_mmap (size_t length, int fd, int64_t offset)
{
  return mmap (NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

static int
sys_fcntl (int fd, int command, long arg)
{
  return fcntl (fd, command, arg);
}

static int
sys_eventfd (unsigned int value, int flags)
{
  return eventfd (value, flags);
}

static int
sys_eventfd_write (int fd, unsigned long value)
{
  return eventfd_write (fd, value);
}

static int
sys_eventfd_read (int fd)
{
  eventfd_t value;

  return eventfd_read (fd, &value);
}

struct zc_v4l2_sys zc_v4l2_sys = {
  .open = sys_open,
  .close = close,
  .dup3 = dup3,
  .ioctl = sys_ioctl,
  .mmap = sys_mmap,
  .munmap = munmap,
  .fcntl = sys_fcntl,
  .poll = poll,
  .eventfd = sys_eventfd,
  .eventfd_write = sys_eventfd_write,
  .eventfd_read = sys_eventfd_read,
  .scandir = scandir,
  .realpath = realpath,
  .readlink = readlink,
  .read = read,
};

int
zc_v4l2_open (const char *path, int flags)
{
  int fd;

  do
    fd = zc_v4l2_sys.open (path, flags);
  while (fd < 0 && errno == EINTR);
  return fd < 0 ? -errno : fd;
}

int
zc_v4l2_ioctl (int fd, unsigned long request, void *arg)
{
  int ret;

  do
    ret = zc_v4l2_sys.ioctl (fd, request, arg);
  while (ret < 0 && errno == EINTR);
  return ret < 0 ? -errno : ret;
}

int
zc_v4l2_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  int ret;

  do
    ret = zc_v4l2_sys.poll (fds, count, timeout_ms);
  while (ret < 0 && errno == EINTR);
  return ret < 0 ? -errno : ret;
}
