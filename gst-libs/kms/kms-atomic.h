/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_ATOMIC_H
#define ZC_KMS_ATOMIC_H

#include "kms-device.h"
#include "kms-properties.h"

#include <drm_mode.h>

#define ZC_KMS_ATOMIC_MAX_OBJECTS 40
#define ZC_KMS_ATOMIC_MAX_PROPERTIES 560

/*
 * A request for an atomic commit, built on the stack without allocating: name
 * an object, set its properties, name the next. The first error sticks and
 * comes out of the commit, so that nothing in between needs checking.
 */
struct zc_kms_atomic {
  int error;
  unsigned n_objects;
  unsigned n_properties;
  uint32_t object[ZC_KMS_ATOMIC_MAX_OBJECTS];
  uint32_t count[ZC_KMS_ATOMIC_MAX_OBJECTS];
  uint32_t property[ZC_KMS_ATOMIC_MAX_PROPERTIES];
  uint64_t value[ZC_KMS_ATOMIC_MAX_PROPERTIES];
};

void zc_kms_atomic_init (struct zc_kms_atomic *atomic);
void zc_kms_atomic_object (struct zc_kms_atomic *atomic, uint32_t object);

/* A property that the object lacks makes the commit fail with -ENOENT. */
void zc_kms_atomic_set (struct zc_kms_atomic *atomic,
    struct zc_kms_property property, uint64_t value);

/* One that it lacks is left out. */
void zc_kms_atomic_set_optional (struct zc_kms_atomic *atomic,
    struct zc_kms_property property, uint64_t value);

/*
 * FLAGS are DRM_MODE_ATOMIC_* and DRM_MODE_PAGE_FLIP_EVENT; USER_DATA comes
 * back with the event. Returns 0 or -errno (drm_atomic_uapi.c: -EBUSY while
 * the last flip is pending, -EACCES without master, -EINVAL and -ERANGE for
 * what the hardware cannot do).
 */
int zc_kms_atomic_commit (const struct zc_kms_atomic *atomic,
    const struct zc_kms_device *device, uint32_t flags, uint64_t user_data);

#endif
