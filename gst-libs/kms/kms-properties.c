/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-properties.h"

#include "kms-device.h"
#include "kms-sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
zc_kms_property_types_init (struct zc_kms_property_types *types, int fd)
{
  *types = (struct zc_kms_property_types) { .fd = fd };
  pthread_mutex_init (&types->lock, NULL);
}

void
zc_kms_property_types_clear (struct zc_kms_property_types *types)
{
  for (unsigned i = 0; i < types->n; i++)
    drmModeFreeProperty (types->type[i]);
  free (types->type);
  pthread_mutex_destroy (&types->lock);
}

/* With the lock held. */
static const drmModePropertyRes *
add_type (struct zc_kms_property_types *types, uint32_t id)
{
  drmModePropertyRes *type = zc_kms_sys.get_property (types->fd, id);
  drmModePropertyRes **more;

  if (!type)
    return NULL;
  more = realloc (types->type, (types->n + 1) * sizeof (types->type[0]));
  if (!more) {
    drmModeFreeProperty (type);
    return NULL;
  }
  types->type = more;
  types->type[types->n++] = type;
  return type;
}

/* What is returned stays until the end. */
static const drmModePropertyRes *
get_type (struct zc_kms_property_types *types, uint32_t id)
{
  const drmModePropertyRes *type = NULL;

  pthread_mutex_lock (&types->lock);
  for (unsigned i = 0; i < types->n && !type; i++)
    if (types->type[i]->prop_id == id)
      type = types->type[i];
  if (!type && id != 0)
    type = add_type (types, id);
  pthread_mutex_unlock (&types->lock);
  return type;
}

int
zc_kms_properties_read (struct zc_kms_device *device, uint32_t object,
    uint32_t kind, const char *const names[], unsigned n,
    struct zc_kms_property properties[])
{
  drmModeObjectProperties *all = zc_kms_sys.get_properties (
      device->fd, object, kind);

  memset (properties, 0, n * sizeof (properties[0]));
  if (!all)
    return -errno;

  for (uint32_t i = 0; i < all->count_props; i++) {
    const drmModePropertyRes *type = get_type (&device->types, all->props[i]);

    for (unsigned j = 0; type && j < n; j++)
      if (strcmp (type->name, names[j]) == 0)
        properties[j] = (struct zc_kms_property) { type->prop_id,
          all->prop_values[i] };
  }
  drmModeFreeObjectProperties (all);
  return 0;
}

int
zc_kms_property_enum (struct zc_kms_device *device,
    struct zc_kms_property property, const char *name, uint64_t *value)
{
  const drmModePropertyRes *type = get_type (&device->types, property.id);

  for (int i = 0; type && i < type->count_enums; i++)
    if (strcmp (type->enums[i].name, name) == 0) {
      *value = type->enums[i].value;
      return 0;
    }
  return -ENOENT;
}

unsigned
zc_kms_property_names (struct zc_kms_device *device,
    struct zc_kms_property property, const char *names[], unsigned max)
{
  const drmModePropertyRes *type = get_type (&device->types, property.id);
  unsigned n = 0;

  for (int i = 0; type && i < type->count_enums && n < max; i++)
    names[n++] = type->enums[i].name;
  return n;
}

int
zc_kms_property_mask (struct zc_kms_device *device,
    struct zc_kms_property property, uint64_t *mask)
{
  const drmModePropertyRes *type = get_type (&device->types, property.id);

  if (!type)
    return -ENOENT;
  *mask = 0;
  for (int i = 0; i < type->count_enums; i++)
    *mask |= 1ull << type->enums[i].value;
  return 0;
}

int
zc_kms_property_range (struct zc_kms_device *device,
    struct zc_kms_property property, uint64_t *min, uint64_t *max)
{
  const drmModePropertyRes *type = get_type (&device->types, property.id);

  if (!type || type->count_values < 2)
    return -ENOENT;
  *min = type->values[0];
  *max = type->values[1];
  return 0;
}
