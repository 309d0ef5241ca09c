/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_FENCE_H
#define ZC_KMS_FENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a device signals when it has drawn a frame. A zeroed one is none. Not
 * for several threads at a time.
 */
struct zc_kms_fence {
  uint64_t serial; /* no other fence of the process has it; 0: none */
  int fd;          /* a sync_file, owned */
};

#define ZC_KMS_FENCE_TEXT_SIZE 128

static inline bool
zc_kms_fence_is_set (const struct zc_kms_fence *fence)
{
  return fence->serial != 0;
}

/* Adds the sync_file FD, which is taken in any case, to a fence that is set or
 * not: it is signalled when both are. Returns 0, or -errno and the fence is
 * what it was. */
int zc_kms_fence_add (struct zc_kms_fence *fence, int fd);

/* Makes it none; it may be so already. */
void zc_kms_fence_close (struct zc_kms_fence *fence);

/* Whose it is: driver and timeline of the first that is not signalled, as the
 * kernel names them, or why that is not known. Returns TEXT. */
const char *zc_kms_fence_describe (
    const struct zc_kms_fence *fence, char *text, size_t size);

#endif
