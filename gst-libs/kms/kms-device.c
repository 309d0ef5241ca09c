/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-device.h"

#include "kms-output.h"
#include "kms-sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
read_driver (struct zc_kms_device *device)
{
  drmVersion *version = drmGetVersion (device->fd);

  if (version)
    snprintf (device->driver, sizeof (device->driver), "%s", version->name);
  drmFreeVersion (version);
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

static int
read_capabilities (struct zc_kms_device *device)
{
  uint64_t prime = 0, modifiers = 0;

  if (zc_kms_sys.set_client_cap (device->fd, DRM_CLIENT_CAP_ATOMIC, 1) < 0)
    return -EOPNOTSUPP;
  zc_kms_sys.get_cap (device->fd, DRM_CAP_PRIME, &prime);
  if (!(prime & DRM_PRIME_CAP_IMPORT))
    return -EOPNOTSUPP;
  zc_kms_sys.get_cap (device->fd, DRM_CAP_ADDFB2_MODIFIERS, &modifiers);
  device->has_modifiers = modifiers != 0;
  return read_limits (device);
}

int
zc_kms_device_open (struct zc_kms_device **out, const char *path)
{
  struct zc_kms_device *device = calloc (1, sizeof (*device));
  int ret;

  *out = NULL;
  if (!device)
    return -ENOMEM;
  pthread_mutex_init (&device->fb_lock, NULL);

  device->fd = zc_kms_sys.open (path, O_RDWR | O_CLOEXEC);
  ret = zc_kms_result (device->fd);
  if (ret >= 0) {
    device->path = strdup (path);
    ret = device->path ? read_capabilities (device) : -ENOMEM;
  }
  if (ret < 0) {
    zc_kms_device_close (device);
    return ret;
  }
  read_driver (device);
  *out = device;
  return 0;
}

void
zc_kms_device_close (struct zc_kms_device *device)
{
  if (!device)
    return;

  if (device->fd >= 0)
    zc_kms_sys.close (device->fd);
  pthread_mutex_destroy (&device->fb_lock);
  free (device->path);
  free (device);
}

/* Returns 0 if the card at PATH will do, as zc_kms_device_find() otherwise. */
static int
suits (const char *path, const char *driver, const char *connector)
{
  struct zc_kms_device *device;
  int ret = zc_kms_device_open (&device, path);

  if (ret < 0)
    return ret;
  if (driver && strcmp (driver, device->driver) != 0)
    ret = -ENODEV;
  else
    ret = zc_kms_output_find_connector (device, connector, NULL);
  zc_kms_device_close (device);
  return ret;
}

/* The error that says most about why there is no card. */
static int
more_telling (int a, int b)
{
  static const int order[] = { -ENXIO, -EACCES, -EPERM };

  for (unsigned i = 0; i < sizeof (order) / sizeof (order[0]); i++)
    if (a == order[i] || b == order[i])
      return order[i] == -EPERM ? -EACCES : order[i];
  return -ENODEV;
}

static int
is_card (const struct dirent *entry)
{
  return strncmp (entry->d_name, "card", 4) == 0 && entry->d_name[4] >= '0' &&
         entry->d_name[4] <= '9';
}

/* By the nodes: drmGetDevices2() knows only the buses that it was taught, and
 * vkms for one is on none of them. */
int
zc_kms_device_find (
    char *path, size_t size, const char *driver, const char *connector)
{
  struct dirent **entries;
  int n = scandir ("/dev/dri", &entries, is_card, versionsort);
  int ret = -ENODEV;

  for (int i = 0; i < n; i++) {
    if (ret != 0) {
      int r;

      snprintf (path, size, "/dev/dri/%s", entries[i]->d_name);
      r = suits (path, driver, connector);
      ret = r == 0 ? 0 : more_telling (ret, r);
    }
    free (entries[i]);
  }
  if (n >= 0)
    free (entries);
  return ret;
}

int
zc_kms_device_become_master (struct zc_kms_device *device)
{
  if (drmIsMaster (device->fd))
    return 0;
  return zc_kms_result (zc_kms_sys.set_master (device->fd));
}

void
zc_kms_device_drop_master (struct zc_kms_device *device)
{
  zc_kms_sys.drop_master (device->fd);
}
