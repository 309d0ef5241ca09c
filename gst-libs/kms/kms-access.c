/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-access.h"

#include "kms-sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Who opens a card that has no master is its master; who is not, and may not
 * become it, has come after another, which the kernel calls EACCES for all but
 * root (drm_auth.c). */
static int
try_master (struct zc_kms_device *device)
{
  int ret;

  if (zc_kms_sys.is_master (device->fd))
    return 0;
  ret = zc_kms_result (zc_kms_sys.set_master (device->fd));
  if (ret < 0)
    return -EBUSY;
  zc_kms_sys.drop_master (device->fd);
  return 0;
}

static int
open_directly (struct zc_kms_access *access, const char *path)
{
  int ret = zc_kms_device_open (&access->device, path);

  if (ret == 0)
    ret = try_master (access->device);
  if (ret < 0)
    zc_kms_access_close (access);
  return ret;
}

/* Not its number, which nobody knows. */
static int
set_path (struct zc_kms_device *device, const char *path)
{
  char *copy = strdup (path);

  if (!copy)
    return -ENOMEM;
  free (device->path);
  device->path = copy;
  return 0;
}

static int
open_through_seat (struct zc_kms_access *access, const char *path,
    const struct zc_kms_seat_funcs *funcs, void *data)
{
  int ret = zc_kms_seat_open_card (&access->card, path, funcs, data);

  access->seat_error = ret;
  if (ret == 0)
    ret = zc_kms_device_open_fd (&access->device, access->card->fd);
  if (ret == 0)
    ret = set_path (access->device, path);
  if (ret < 0)
    zc_kms_access_close (access);
  return ret;
}

int
zc_kms_access_open (struct zc_kms_access *access, const char *path,
    enum zc_kms_access_way way, const struct zc_kms_seat_funcs *funcs,
    void *data)
{
  int ret;

  *access = (struct zc_kms_access) { 0 };
  switch (way) {
    case ZC_KMS_ACCESS_DIRECT:
      return zc_kms_device_open (&access->device, path);
    case ZC_KMS_ACCESS_SEAT:
      return open_through_seat (access, path, funcs, data);
    default:
      ret = open_directly (access, path);
      if (ret != -EACCES && ret != -EPERM)
        return ret;
      return open_through_seat (access, path, funcs, data) == 0 ? 0 : ret;
  }
}

void
zc_kms_access_close (struct zc_kms_access *access)
{
  zc_kms_device_close (access->device);
  zc_kms_seat_close_card (access->card);
  access->device = NULL;
  access->card = NULL;
}
