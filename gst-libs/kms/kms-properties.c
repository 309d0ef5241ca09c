/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-properties.h"

#include "kms-sys.h"

#include <errno.h>
#include <string.h>

static void
keep_if_wanted (const drmModePropertyRes *property, uint64_t value,
    const char *const names[], unsigned n, struct zc_kms_property properties[])
{
  for (unsigned i = 0; i < n; i++)
    if (strcmp (property->name, names[i]) == 0)
      properties[i] = (struct zc_kms_property) { property->prop_id, value };
}

int
zc_kms_properties_read (const struct zc_kms_device *device, uint32_t object,
    uint32_t type, const char *const names[], unsigned n,
    struct zc_kms_property properties[])
{
  drmModeObjectProperties *all = zc_kms_sys.get_properties (
      device->fd, object, type);

  memset (properties, 0, n * sizeof (properties[0]));
  if (!all)
    return -errno;

  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *property = zc_kms_sys.get_property (
        device->fd, all->props[i]);

    if (property)
      keep_if_wanted (property, all->prop_values[i], names, n, properties);
    drmModeFreeProperty (property);
  }
  drmModeFreeObjectProperties (all);
  return 0;
}

int
zc_kms_property_enum (const struct zc_kms_device *device,
    struct zc_kms_property wanted, const char *name, uint64_t *value)
{
  drmModePropertyRes *property;
  int ret = -ENOENT;

  if (wanted.id == 0)
    return ret;
  property = zc_kms_sys.get_property (device->fd, wanted.id);
  for (int i = 0; property && i < property->count_enums; i++) {
    if (strcmp (property->enums[i].name, name) == 0) {
      *value = property->enums[i].value;
      ret = 0;
    }
  }
  drmModeFreeProperty (property);
  return ret;
}
