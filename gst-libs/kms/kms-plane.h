/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PLANE_H
#define ZC_KMS_PLANE_H

#include "kms-output.h"

/*
 * The primary and overlay planes of a CRTC that nobody else uses, the primary
 * one first. Returns 0, -ENOMEM, or -ENODEV if there is no primary plane.
 */
int zc_kms_planes_read (struct zc_kms_device *device, uint32_t crtc_id,
    unsigned crtc_index, struct zc_kms_plane **planes, unsigned *n_planes);
void zc_kms_planes_free (struct zc_kms_plane *planes, unsigned n_planes);

/* Adds a plane to a request: all of FB scaled to DESTINATION on the CRTC. */
void zc_kms_plane_add (struct zc_kms_atomic *atomic,
    const struct zc_kms_plane *plane, uint32_t crtc_id,
    const struct zc_kms_fb *fb, const struct zc_kms_rect *destination);

/* How YUV becomes RGB, after zc_kms_plane_add(): names as the kernel has them,
 * or NULL; a plane without the property or the value decides by itself. */
void zc_kms_plane_add_color (struct zc_kms_atomic *atomic,
    const struct zc_kms_device *device, const struct zc_kms_plane *plane,
    const char *encoding, const char *range);

void zc_kms_plane_add_off (
    struct zc_kms_atomic *atomic, const struct zc_kms_plane *plane);

/* As it was when it was read. */
void zc_kms_plane_add_found (
    struct zc_kms_atomic *atomic, const struct zc_kms_plane *plane);

#endif
