/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_DEVICE_H
#define ZC_KMS_DEVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zc_kms_fb;

/*
 * An open DRM card that can set modes atomically. Made by
 * zc_kms_device_open(), ended by zc_kms_device_close() when nothing refers to
 * it any more.
 */
struct zc_kms_device {
  int fd;
  char *path;
  char driver[32];
  bool has_modifiers;
  uint32_t min_width, max_width;
  uint32_t min_height, max_height;

  /* Guards fbs, and PRIME handles: the kernel gives the same handle for the
   * same dma-buf without counting, so that one import must have closed its
   * own before the next begins. The innermost lock. */
  pthread_mutex_t fb_lock;
  struct zc_kms_fb *fbs;
};

/*
 * Opens the card at PATH. Returns 0, an errno of open(), -EOPNOTSUPP if it
 * has no atomic mode setting or cannot import dma-bufs.
 */
int zc_kms_device_open (struct zc_kms_device **device, const char *path);
void zc_kms_device_close (struct zc_kms_device *device); /* may be NULL */

/*
 * The first card with a connected connector, of DRIVER if that is not NULL,
 * with the connector CONNECTOR if that is not NULL. PATH gets its name.
 * Returns 0, -ENODEV if there is no such card, -ENXIO if one is there but
 * nothing is connected to it, -EACCES if none could be opened for lack of
 * permission.
 */
int zc_kms_device_find (
    char *path, size_t size, const char *driver, const char *connector);

/*
 * Takes the right to change what is shown, unless we have it. Returns 0,
 * -EBUSY if another program holds it, -EACCES if we may not.
 */
int zc_kms_device_become_master (struct zc_kms_device *device);

/* Lets others have it, though the device stays open. */
void zc_kms_device_drop_master (struct zc_kms_device *device);

#endif
