/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
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

static int
sys_fcntl (int fd, int command, int arg)
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

struct gst_zc_sys gst_zc_sys = {
  .open = sys_open,
  .close = close,
  .read = read,
  .ioctl = sys_ioctl,
  .poll = poll,
  .mmap = mmap,
  .munmap = munmap,
  .madvise = madvise,
  .fstat = fstat,
  .fstatfs = fstatfs,
  .stat = stat,
  .realpath = realpath,
  .glob = glob,
  .lseek = lseek,
  .memfd_create = memfd_create,
  .ftruncate = ftruncate,
  .fcntl = sys_fcntl,
  .geteuid = geteuid,
  .getegid = getegid,
  .getgroups = getgroups,
  .eventfd = sys_eventfd,
  .eventfd_write = sys_eventfd_write,
  .eventfd_read = sys_eventfd_read,
};

int
gst_zc_sys_open (const char *path, int flags)
{
  int fd;

  do
    fd = gst_zc_sys.open (path, flags);
  while (fd < 0 && errno == EINTR);
  return fd < 0 ? -errno : fd;
}

int
gst_zc_sys_ioctl (int fd, unsigned long request, void *arg)
{
  int ret;

  do
    ret = gst_zc_sys.ioctl (fd, request, arg);
  while (ret < 0 && (errno == EINTR || errno == EAGAIN));
  return ret < 0 ? -errno : ret;
}

static int
ms_until (long long deadline_us)
{
  gint64 left;

  if (deadline_us < 0)
    return -1;
  left = deadline_us - g_get_monotonic_time ();
  return CLAMP ((left + 999) / 1000, 0, G_MAXINT);
}

int
gst_zc_sys_poll (struct pollfd *fds, nfds_t count, long long deadline_us)
{
  int ret;

  do
    ret = gst_zc_sys.poll (fds, count, ms_until (deadline_us));
  while (ret < 0 && (errno == EINTR || errno == EAGAIN));
  if (ret < 0)
    return -errno;
  return ret == 0 ? -ETIMEDOUT : ret;
}
