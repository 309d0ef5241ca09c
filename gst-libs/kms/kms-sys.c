/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int
sys_open (const char *path, int flags)
{
  return open (path, flags);
}

static int
sys_dup (int fd)
{
  return fcntl (fd, F_DUPFD_CLOEXEC, 0);
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

struct zc_kms_sys zc_kms_sys = {
  .open = sys_open,
  .close = close,
  .readlink = readlink,
  .dup = sys_dup,
  .ioctl = drmIoctl,
  .poll = poll,
  .eventfd = sys_eventfd,
  .eventfd_write = sys_eventfd_write,
  .eventfd_read = sys_eventfd_read,
  .epoll_create = epoll_create1,
  .epoll_ctl = epoll_ctl,
  .epoll_wait = epoll_wait,
  .set_client_cap = drmSetClientCap,
  .get_cap = drmGetCap,
  .set_master = drmSetMaster,
  .drop_master = drmDropMaster,
  .is_master = drmIsMaster,
  .get_version = drmGetVersion,
  .handle_event = drmHandleEvent,
  .prime_fd_to_handle = drmPrimeFDToHandle,
  .close_handle = drmCloseBufferHandle,
  .get_resources = drmModeGetResources,
  .get_plane_resources = drmModeGetPlaneResources,
  .get_connector = drmModeGetConnector,
  .get_connector_current = drmModeGetConnectorCurrent,
  .get_encoder = drmModeGetEncoder,
  .get_crtc = drmModeGetCrtc,
  .get_plane = drmModeGetPlane,
  .get_properties = drmModeObjectGetProperties,
  .get_property = drmModeGetProperty,
  .get_blob = drmModeGetPropertyBlob,
};

int
zc_kms_result (int ret)
{
  return ret < 0 ? -errno : ret;
}

int
zc_kms_ioctl (int fd, unsigned long request, void *arg)
{
  return zc_kms_result (zc_kms_sys.ioctl (fd, request, arg));
}

int
zc_kms_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  int ret;

  do
    ret = zc_kms_sys.poll (fds, count, timeout_ms);
  while (ret < 0 && errno == EINTR);
  return zc_kms_result (ret);
}
