/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-atomic.h"

#include "kms-sys.h"

#include <errno.h>

/* Only the counters: what lies behind them is not read. */
void
zc_kms_atomic_init (struct zc_kms_atomic *atomic)
{
  atomic->error = 0;
  atomic->n_objects = 0;
  atomic->n_properties = 0;
}

static void
fail (struct zc_kms_atomic *atomic, int error)
{
  if (atomic->error == 0)
    atomic->error = error;
}

void
zc_kms_atomic_object (struct zc_kms_atomic *atomic, uint32_t object)
{
  if (atomic->n_objects == ZC_KMS_ATOMIC_MAX_OBJECTS) {
    fail (atomic, -E2BIG);
    return;
  }
  atomic->object[atomic->n_objects] = object;
  atomic->count[atomic->n_objects] = 0;
  atomic->n_objects++;
}

void
zc_kms_atomic_set (struct zc_kms_atomic *atomic,
    struct zc_kms_property property, uint64_t value)
{
  if (property.id == 0)
    fail (atomic, -ENOENT);
  else
    zc_kms_atomic_set_optional (atomic, property, value);
}

void
zc_kms_atomic_set_optional (struct zc_kms_atomic *atomic,
    struct zc_kms_property property, uint64_t value)
{
  if (property.id == 0)
    return;
  if (atomic->n_objects == 0 ||
      atomic->n_properties == ZC_KMS_ATOMIC_MAX_PROPERTIES) {
    fail (atomic, -E2BIG);
    return;
  }
  atomic->property[atomic->n_properties] = property.id;
  atomic->value[atomic->n_properties] = value;
  atomic->n_properties++;
  atomic->count[atomic->n_objects - 1]++;
}

int
zc_kms_atomic_commit (const struct zc_kms_atomic *atomic,
    const struct zc_kms_device *device, uint32_t flags, uint64_t user_data)
{
  struct drm_mode_atomic request = {
    .flags = flags,
    .count_objs = atomic->n_objects,
    .objs_ptr = (uintptr_t) atomic->object,
    .count_props_ptr = (uintptr_t) atomic->count,
    .props_ptr = (uintptr_t) atomic->property,
    .prop_values_ptr = (uintptr_t) atomic->value,
    .user_data = user_data,
  };

  if (atomic->error != 0)
    return atomic->error;
  return zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_ATOMIC, &request);
}
