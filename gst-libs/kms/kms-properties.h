/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PROPERTIES_H
#define ZC_KMS_PROPERTIES_H

#include "kms-device.h"

/* A property of one object: ID is 0 if the object does not have it. */
struct zc_kms_property {
  uint32_t id;
  uint64_t value; /* when it was read */
};

/*
 * Looks up the N properties with NAMES of an object (DRM_MODE_OBJECT_*), in
 * that order, into PROPERTIES. Returns 0 or -errno.
 */
int zc_kms_properties_read (const struct zc_kms_device *device, uint32_t object,
    uint32_t type, const char *const names[], unsigned n,
    struct zc_kms_property properties[]);

/* The value of an enum property that is called NAME. Returns 0 or -ENOENT. */
int zc_kms_property_enum (const struct zc_kms_device *device,
    struct zc_kms_property property, const char *name, uint64_t *value);

#endif
