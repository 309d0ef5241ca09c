/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_DEVICE_H
#define ZC_KMS_DEVICE_H

#include "kms-events.h"
#include "kms-properties.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zc_kms_fb;
struct zc_kms_output;

/*
 * An open DRM card that can set modes atomically, which any number of threads
 * and outputs share. Made by zc_kms_device_open(), ended by
 * zc_kms_device_close() when nothing refers to it any more.
 */
struct zc_kms_device {
  int fd;
  bool is_borrowed; /* opened, and master or not, by somebody else */
  char *path;
  char driver[32];
  bool has_modifiers;
  bool has_async; /* flips that do not wait for the blanking */
  uint32_t min_width, max_width;
  uint32_t min_height, max_height;

  struct zc_kms_property_types types; /* locks by itself */
  struct zc_kms_events events;        /* locks by itself */

  /* Guards what follows. Held over system calls, and never taken for a frame.
   * Taken inside an output's lock. */
  pthread_mutex_t lock;
  struct zc_kms_output *outputs;
  unsigned n_masters; /* how many rely on our being master */

  /* Guards fbs, and PRIME handles: the kernel gives the same handle for the
   * same dma-buf without counting, so that one import must have closed its
   * own before the next begins. The innermost lock. */
  pthread_mutex_t fb_lock;
  struct zc_kms_fb *fbs;
};

/*
 * Opens the card at PATH. Returns 0, an errno of open(), -ENOTTY if it is
 * no DRM device, -EOPNOTSUPP if it has no atomic mode setting or cannot import
 * dma-bufs. Whoever opens a card that nobody has open is its master, until
 * zc_kms_device_drop_master().
 */
int zc_kms_device_open (struct zc_kms_device **device, const char *path);

/*
 * The same of a card that somebody else has opened: a lease, a compositor's or
 * a sandbox'. FD is duplicated; whether it is master is not our business. Such
 * a card is called "fd N".
 */
int zc_kms_device_open_fd (struct zc_kms_device **device, int fd);

void zc_kms_device_close (struct zc_kms_device *device); /* may be NULL */

/*
 * Takes the right to change what is shown. Counted: it is let go by as many
 * calls of zc_kms_device_drop_master(). Returns 0, -EBUSY if another program
 * holds it, -EACCES if we may not.
 */
int zc_kms_device_become_master (struct zc_kms_device *device);

/* Lets others have it, though the device stays open. */
void zc_kms_device_drop_master (struct zc_kms_device *device);

#endif
