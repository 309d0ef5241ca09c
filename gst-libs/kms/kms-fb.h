/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_FB_H
#define ZC_KMS_FB_H

#include "kms-device.h"

#include "../allocators/gstzcidentity.h"

#define ZC_KMS_MAX_PLANES 4

/* A picture in dma-bufs: a descriptor for each plane, the same one twice if
 * two planes share it. The descriptors are only read. */
struct zc_kms_image {
  uint32_t width;
  uint32_t height;
  uint32_t fourcc;
  uint64_t modifier;
  unsigned n_planes;
  int fd[ZC_KMS_MAX_PLANES];
  uint32_t offset[ZC_KMS_MAX_PLANES];
  uint32_t stride[ZC_KMS_MAX_PLANES];
};

/*
 * A framebuffer over dma-bufs. It holds their memory (the kernel's framebuffer
 * does), so it should be dropped with the last user of that. Reference counted;
 * one for each identity and layout on a device, however often it is asked for.
 */
struct zc_kms_fb {
  uint32_t id;

  /* private, under the device's fb_lock */
  struct zc_kms_device *device;
  struct zc_kms_fb *next;
  unsigned refcount;
  struct zc_kms_image image; /* without the descriptors */
  GstZcIdentity identity[ZC_KMS_MAX_PLANES];
};

/*
 * The framebuffer for IMAGE, new or known (*IMPORTED says). Returns 0, or the
 * errno of the step that failed: -EINVAL for a layout or format that the
 * display cannot scan out, others from the exporter.
 */
int zc_kms_fb_get (struct zc_kms_device *device,
    const struct zc_kms_image *image, struct zc_kms_fb **fb, bool *imported);

/* A black framebuffer in memory of the card's. Returns 0 or -errno. */
int zc_kms_fb_new_black (struct zc_kms_device *device, uint32_t width,
    uint32_t height, struct zc_kms_fb **fb);

struct zc_kms_fb *zc_kms_fb_ref (struct zc_kms_fb *fb);

/* May be NULL. What is on the screen stays there until it is replaced. */
void zc_kms_fb_unref (struct zc_kms_fb *fb);

#endif
