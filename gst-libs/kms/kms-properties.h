/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PROPERTIES_H
#define ZC_KMS_PROPERTIES_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <xf86drmMode.h>

struct zc_kms_device;

/* A property of one object: ID is 0 if the object does not have it. */
struct zc_kms_property {
  uint32_t id;
  uint64_t value; /* when it was read */
};

/*
 * What the kernel tells of the properties themselves (name, kind, range,
 * names of values). Objects share most of them, so that each is asked for
 * once a card.
 */
struct zc_kms_property_types {
  int fd;
  pthread_mutex_t lock; /* guards what follows; held over system calls */
  drmModePropertyRes **type;
  unsigned n;
};

void zc_kms_property_types_init (struct zc_kms_property_types *types, int fd);
void zc_kms_property_types_clear (struct zc_kms_property_types *types);

/*
 * Looks up the N properties with NAMES of an object (DRM_MODE_OBJECT_*), in
 * that order, into PROPERTIES. Returns 0 or -errno.
 */
int zc_kms_properties_read (struct zc_kms_device *device, uint32_t object,
    uint32_t kind, const char *const names[], unsigned n,
    struct zc_kms_property properties[]);

/* The value of an enum property that is called NAME. Returns 0 or -ENOENT. */
int zc_kms_property_enum (struct zc_kms_device *device,
    struct zc_kms_property property, const char *name, uint64_t *value);

/* The names of an enum property's values, at most MAX, which stay valid as long
 * as the device. Returns how many. */
unsigned zc_kms_property_names (struct zc_kms_device *device,
    struct zc_kms_property property, const char *names[], unsigned max);

/* The bits that a bitmask property can have. Returns 0 or -ENOENT. */
int zc_kms_property_mask (struct zc_kms_device *device,
    struct zc_kms_property property, uint64_t *mask);

/* What a range property can be. Returns 0 or -ENOENT. */
int zc_kms_property_range (struct zc_kms_device *device,
    struct zc_kms_property property, uint64_t *min, uint64_t *max);

#endif
