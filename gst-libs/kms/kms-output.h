/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_OUTPUT_H
#define ZC_KMS_OUTPUT_H

#include "kms-atomic.h"
#include "kms-fb.h"
#include "kms-properties.h"

#include <xf86drmMode.h>

/* In the order of the names in kms-output.c. */
enum zc_kms_connector_property { ZC_KMS_CONNECTOR_CRTC_ID, ZC_KMS_CONNECTOR_N };

enum zc_kms_crtc_property {
  ZC_KMS_CRTC_ACTIVE,
  ZC_KMS_CRTC_MODE_ID,
  ZC_KMS_CRTC_N
};

enum zc_kms_plane_property {
  ZC_KMS_PLANE_TYPE,
  ZC_KMS_PLANE_IN_FORMATS,
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
  ZC_KMS_PLANE_COLOR_ENCODING,
  ZC_KMS_PLANE_COLOR_RANGE,
  ZC_KMS_PLANE_N
};

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
};

/* A rectangle on the screen. */
struct zc_kms_rect {
  int32_t x, y;
  uint32_t w, h;
};

/*
 * What the output is to show: built by the caller, tested, committed. A plane
 * that is not named is off.
 */
struct zc_kms_state {
  const drmModeModeInfo *mode;
  const struct zc_kms_plane *plane;
  const struct zc_kms_fb *fb;
  struct zc_kms_rect destination; /* of all of the framebuffer */
  const char *color_encoding;     /* value's name, or NULL for RGB */
  const char *color_range;
  const struct zc_kms_fb *background; /* on the primary plane, or NULL */
};

/*
 * A connector, the CRTC that drives it and the planes that the CRTC can show,
 * as they were found. Used by one thread at a time, but what is read at open
 * does not change.
 */
struct zc_kms_output {
  struct zc_kms_device *device;
  uint32_t connector_id;
  char name[32]; /* such as HDMI-A-1 */
  struct zc_kms_property connector[ZC_KMS_CONNECTOR_N];
  drmModeModeInfo *modes; /* the preferred one first */
  unsigned n_modes;

  uint32_t crtc_id;
  unsigned crtc_index;
  struct zc_kms_property crtc[ZC_KMS_CRTC_N];
  drmModeModeInfo found_mode; /* valid if it was lit */
  bool was_lit;

  struct zc_kms_plane *planes; /* the primary one first, then overlays */
  unsigned n_planes;
  bool changed; /* something was committed that restore must undo */
};

/*
 * The connector called NAME, or if that is NULL the first connected one, lit
 * ones before dark ones. Returns 0, -ENODEV if there is no such connector,
 * -ENXIO if nothing is connected to it. ID may be NULL.
 */
int zc_kms_output_find_connector (
    struct zc_kms_device *device, const char *name, uint32_t *id);

/*
 * Returns 0, an errno of zc_kms_output_find_connector(), or -EUSERS if all
 * CRTCs that could drive the connector drive others.
 */
int zc_kms_output_open (struct zc_kms_output **output,
    struct zc_kms_device *device, const char *connector);
void zc_kms_output_close (struct zc_kms_output *output); /* may be NULL */

/* The mode that it shows now, or would show: the preferred one if dark. */
const drmModeModeInfo *zc_kms_output_current_mode (
    const struct zc_kms_output *output);

/*
 * The mode that is best for pictures of WIDTH x HEIGHT: of that size if EXACT,
 * else the smallest that they fit into; of those, the one whose refresh is
 * nearest to RATE_MHZ (frames in 1000 s). NULL if there is none.
 */
const drmModeModeInfo *zc_kms_output_find_mode (
    const struct zc_kms_output *output, uint32_t width, uint32_t height,
    uint32_t rate_mhz, bool exact);

/* Refreshes in 1000 s. */
uint32_t zc_kms_mode_rate_mhz (const drmModeModeInfo *mode);

bool zc_kms_plane_has_format (
    const struct zc_kms_plane *plane, uint32_t fourcc, uint64_t modifier);

/* Whether the hardware would take STATE: 0, or why not as -errno. */
int zc_kms_output_test (
    struct zc_kms_output *output, const struct zc_kms_state *state);

/* Shows STATE; blocks until it is on the screen, changing the mode if it must.
 */
int zc_kms_output_commit (
    struct zc_kms_output *output, const struct zc_kms_state *state);

/* Puts everything back as zc_kms_output_open() found it. Blocks. Returns 0, or
 * the errno that kept the old picture from returning; the output is dark
 * then. */
int zc_kms_output_restore (struct zc_kms_output *output);

#endif
