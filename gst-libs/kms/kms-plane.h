/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PLANE_H
#define ZC_KMS_PLANE_H

#include "kms-atomic.h"
#include "kms-device.h"
#include "kms-fb.h"

/* In the order of the names in kms-plane.c; those from FB_ID on are state. */
enum zc_kms_plane_property {
  ZC_KMS_PLANE_TYPE,
  ZC_KMS_PLANE_IN_FORMATS,
  ZC_KMS_PLANE_IN_FENCE_FD,
  ZC_KMS_PLANE_ZPOS,
  ZC_KMS_PLANE_FB_ID,
  ZC_KMS_PLANE_CRTC_ID,
  ZC_KMS_PLANE_SRC_X,
  ZC_KMS_PLANE_SRC_Y,
  ZC_KMS_PLANE_SRC_W,
  ZC_KMS_PLANE_SRC_H,
  ZC_KMS_PLANE_CRTC_X,
  ZC_KMS_PLANE_CRTC_Y,
  ZC_KMS_PLANE_CRTC_W,
  ZC_KMS_PLANE_CRTC_H,
  ZC_KMS_PLANE_ROTATION,
  ZC_KMS_PLANE_ALPHA,
  ZC_KMS_PLANE_BLEND_MODE,
  ZC_KMS_PLANE_COLOR_ENCODING,
  ZC_KMS_PLANE_COLOR_RANGE,
  ZC_KMS_PLANE_N
};

#define ZC_KMS_ALPHA_OPAQUE 0xffff

struct zc_kms_format {
  uint32_t fourcc;
  uint64_t modifier;
};

struct zc_kms_plane {
  uint32_t id;
  uint32_t type;                                   /* DRM_PLANE_TYPE_* */
  struct zc_kms_property property[ZC_KMS_PLANE_N]; /* as found */
  struct zc_kms_format *formats;
  unsigned n_formats;
  bool is_shared; /* other CRTCs could have it, too */
  bool is_on;     /* on our CRTC, as it was found or committed last; under the
                   * output's lock */
};

/* A rectangle on the screen, in pixels. */
struct zc_kms_rect {
  int32_t x, y;
  uint32_t w, h;
};

/* A rectangle of a framebuffer, in 1/65536 of a pixel. */
struct zc_kms_source {
  uint32_t x, y, w, h;
};

/* How a picture is to look. */
struct zc_kms_look {
  struct zc_kms_source source; /* of the framebuffer, before rotation */
  struct zc_kms_rect destination;
  uint32_t rotation;          /* DRM_MODE_ROTATE_* | DRM_MODE_REFLECT_* */
  uint16_t alpha;             /* of all of it, 0 to ZC_KMS_ALPHA_OPAQUE */
  const char *color_encoding; /* value's name, or NULL for RGB */
  const char *color_range;
};

/* All of FB at DESTINATION, opaque, not turned. */
struct zc_kms_look zc_kms_look_of (
    const struct zc_kms_fb *fb, struct zc_kms_rect destination);

/*
 * The planes of a CRTC that no other uses: the primary one, the overlays, then
 * cursors. Returns 0, -ENOMEM, or -ENODEV if there is no primary plane.
 */
int zc_kms_planes_read (struct zc_kms_device *device, uint32_t crtc_id,
    unsigned crtc_index, struct zc_kms_plane **planes, unsigned *n_planes);
void zc_kms_planes_free (struct zc_kms_plane *planes, unsigned n_planes);

/* Reads their properties again, and with them which are on. Returns 0 or
 * -errno. */
int zc_kms_planes_refresh (struct zc_kms_device *device, uint32_t crtc_id,
    struct zc_kms_plane *planes, unsigned n_planes);

bool zc_kms_plane_has_format (
    const struct zc_kms_plane *plane, uint32_t fourcc, uint64_t modifier);

/* Adds a plane to a request: framebuffer FB_ID on the CRTC, looking like LOOK.
 * A plane without the property or the value for its colours decides by itself;
 * one that cannot be turned or translucent, and should, fails the commit. */
void zc_kms_plane_add (struct zc_kms_atomic *atomic,
    struct zc_kms_device *device, const struct zc_kms_plane *plane,
    uint32_t crtc_id, uint32_t fb_id, const struct zc_kms_look *look);

/* Another picture that looks the same. */
void zc_kms_plane_add_flip (struct zc_kms_atomic *atomic,
    const struct zc_kms_plane *plane, uint32_t fb_id);

void zc_kms_plane_add_off (
    struct zc_kms_atomic *atomic, const struct zc_kms_plane *plane);

/* As it was when it was read. */
void zc_kms_plane_add_found (
    struct zc_kms_atomic *atomic, const struct zc_kms_plane *plane);

#endif
