/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-device.h"

#include "kms-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP /* Linux 6.8 */
#define DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP 0x15
#endif

/* The one question that every node of DRM answers to anybody. */
static int
read_driver (struct zc_kms_device *device)
{
  drmVersion *version = zc_kms_sys.get_version (device->fd);

  if (!version)
    return errno == ENOMEM ? -ENOMEM : -ENOTTY;
  snprintf (device->driver, sizeof (device->driver), "%s", version->name);
  drmFreeVersion (version);
  return 0;
}

static int
read_limits (struct zc_kms_device *device)
{
  drmModeRes *resources = zc_kms_sys.get_resources (device->fd);

  if (!resources)
    return -EOPNOTSUPP;
  device->min_width = resources->min_width;
  device->max_width = resources->max_width;
  device->min_height = resources->min_height;
  device->max_height = resources->max_height;
  drmModeFreeResources (resources);
  return 0;
}

static bool
has_cap (const struct zc_kms_device *device, uint64_t cap, uint64_t mask)
{
  uint64_t value = 0;

  zc_kms_sys.get_cap (device->fd, cap, &value);
  return value & mask;
}

static int
read_capabilities (struct zc_kms_device *device)
{
  if (zc_kms_sys.set_client_cap (device->fd, DRM_CLIENT_CAP_ATOMIC, 1) < 0)
    return -EOPNOTSUPP;
  if (!has_cap (device, DRM_CAP_PRIME, DRM_PRIME_CAP_IMPORT))
    return -EOPNOTSUPP;
  device->has_modifiers = has_cap (device, DRM_CAP_ADDFB2_MODIFIERS, ~0u);
  device->has_async = has_cap (device, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, ~0u);
  return read_limits (device);
}

/* FD is an errno if it is negative, and PATH may be NULL: no memory. */
static int
open_with (struct zc_kms_device **out, int fd, char *path, bool is_borrowed)
{
  struct zc_kms_device *device = calloc (1, sizeof (*device));
  int ret = path ? fd : -ENOMEM;

  *out = NULL;
  if (!device) {
    if (fd >= 0)
      zc_kms_sys.close (fd);
    free (path);
    return -ENOMEM;
  }
  device->fd = fd;
  device->path = path;
  device->is_borrowed = is_borrowed;
  pthread_mutex_init (&device->lock, NULL);
  pthread_mutex_init (&device->fb_lock, NULL);
  zc_kms_property_types_init (&device->types, fd);
  zc_kms_events_init (&device->events, fd);

  if (ret >= 0)
    ret = read_driver (device);
  if (ret == 0)
    ret = read_capabilities (device);
  if (ret < 0) {
    zc_kms_device_close (device);
    return ret;
  }
  *out = device;
  return 0;
}

int
zc_kms_device_open (struct zc_kms_device **device, const char *path)
{
  int fd = zc_kms_result (zc_kms_sys.open (path, O_RDWR | O_CLOEXEC));

  return open_with (device, fd, strdup (path), false);
}

int
zc_kms_device_open_fd (struct zc_kms_device **device, int fd)
{
  char path[32];
  int own = zc_kms_result (zc_kms_sys.dup (fd));

  snprintf (path, sizeof (path), "fd %d", fd);
  return open_with (device, own, strdup (path), true);
}

void
zc_kms_device_close (struct zc_kms_device *device)
{
  if (!device)
    return;

  zc_kms_events_clear (&device->events);
  zc_kms_property_types_clear (&device->types);
  if (device->fd >= 0)
    zc_kms_sys.close (device->fd);
  pthread_mutex_destroy (&device->fb_lock);
  pthread_mutex_destroy (&device->lock);
  free (device->path);
  free (device);
}

/* With the lock held. */
static int
become_master (struct zc_kms_device *device)
{
  if (device->is_borrowed || device->n_masters > 0 ||
      zc_kms_sys.is_master (device->fd))
    return 0;
  return zc_kms_result (zc_kms_sys.set_master (device->fd));
}

int
zc_kms_device_become_master (struct zc_kms_device *device)
{
  int ret;

  pthread_mutex_lock (&device->lock);
  ret = become_master (device);
  if (ret == 0)
    device->n_masters++;
  pthread_mutex_unlock (&device->lock);
  return ret;
}

void
zc_kms_device_drop_master (struct zc_kms_device *device)
{
  pthread_mutex_lock (&device->lock);
  if (--device->n_masters == 0 && !device->is_borrowed)
    zc_kms_sys.drop_master (device->fd);
  pthread_mutex_unlock (&device->lock);
}
