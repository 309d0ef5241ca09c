/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-find.h"

#include "kms-connector.h"
#include "kms-sys.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As zc_kms_access_open(), but another master is no matter. */
static int
open_to_look (
    struct zc_kms_access *access, const char *path, enum zc_kms_access_way way)
{
  static const struct zc_kms_seat_funcs nothing;
  int ret = -EACCES;

  if (way != ZC_KMS_ACCESS_SEAT)
    ret = zc_kms_access_open (
        access, path, ZC_KMS_ACCESS_DIRECT, &nothing, NULL);
  if (way == ZC_KMS_ACCESS_DIRECT || (ret != -EACCES && ret != -EPERM))
    return ret;
  return zc_kms_access_open (
             access, path, ZC_KMS_ACCESS_SEAT, &nothing, NULL) == 0
             ? 0
             : ret;
}

/* Whether the card at PATH is the device that its bus calls ID: 0000:00:02.0,
 * also as libdrm has it, pci:0000:00:02.0. */
static bool
is_on_bus (const char *path, const char *id)
{
  static const char pci[] = "pci:";
  char link[128], target[256];
  const char *name;
  ssize_t n;

  snprintf (
      link, sizeof (link), "/sys/class/drm/%s/device", strrchr (path, '/') + 1);
  n = zc_kms_sys.readlink (link, target, sizeof (target) - 1);
  if (n < 0)
    return false;
  target[n] = '\0';
  name = strrchr (target, '/');
  name = name ? name + 1 : target;
  if (strncmp (id, pci, sizeof (pci) - 1) == 0)
    id += sizeof (pci) - 1;
  return strcmp (id, name) == 0;
}

/* Returns 0 if the card at PATH will do, as zc_kms_access_find() otherwise. */
static int
suits (const char *path, const char *which, const char *connector,
    enum zc_kms_access_way way, int *seat_error)
{
  struct zc_kms_access access;
  int ret = open_to_look (&access, path, way);

  if (access.seat_error < 0)
    *seat_error = access.seat_error;
  if (ret < 0)
    return ret;
  if (which && strcmp (which, access.device->driver) != 0 &&
      !is_on_bus (path, which))
    ret = -ENODEV;
  else
    ret = zc_kms_connector_find (access.device, connector, NULL);
  zc_kms_access_close (&access);
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
zc_kms_access_find (char *path, size_t size, const char *which,
    const char *connector, enum zc_kms_access_way way, int *seat_error)
{
  struct dirent **entries;
  int n = scandir ("/dev/dri", &entries, is_card, versionsort);
  int ret = -ENODEV;

  *seat_error = 0;
  for (int i = 0; i < n; i++) {
    if (ret != 0) {
      int r;

      snprintf (path, size, "/dev/dri/%s", entries[i]->d_name);
      r = suits (path, which, connector, way, seat_error);
      ret = r == 0 ? 0 : more_telling (ret, r);
    }
    free (entries[i]);
  }
  if (n >= 0)
    free (entries);
  return ret;
}
