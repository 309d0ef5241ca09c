/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_CONNECTOR_H
#define ZC_KMS_CONNECTOR_H

#include "kms-device.h"

#include <xf86drmMode.h>

/* In the order of the names in kms-connector.c. */
enum zc_kms_connector_property {
  ZC_KMS_CONNECTOR_CRTC_ID,
  ZC_KMS_CONNECTOR_EDID,
  ZC_KMS_CONNECTOR_LINK_STATUS,
  ZC_KMS_CONNECTOR_VRR_CAPABLE,
  ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA,
  ZC_KMS_CONNECTOR_COLORSPACE,
  ZC_KMS_CONNECTOR_MAX_BPC,
  ZC_KMS_CONNECTOR_N
};

/*
 * A connector and what is plugged into it, as it was when it was read.
 */
struct zc_kms_connector {
  uint32_t id;
  char name[32]; /* such as HDMI-A-1 */
  bool is_connected;
  uint32_t width_mm, height_mm; /* of the monitor, 0 if unknown */
  drmModeModeInfo *modes;       /* the preferred one first */
  unsigned n_modes;
  uint32_t possible_crtcs; /* a mask of their indices */
  uint32_t crtc_id;        /* that drives it now, or 0 */
  struct zc_kms_property property[ZC_KMS_CONNECTOR_N];
};

/*
 * The connector called NAME, connected or not, or if that is NULL the first
 * connected one, lit ones before dark ones. Has the monitors asked if we are
 * master. Returns 0, -ENODEV if there is no
 * such connector, -ENXIO if nothing is connected to any. ID may be NULL.
 */
int zc_kms_connector_find (
    struct zc_kms_device *device, const char *name, uint32_t *id);

/* Reads what is known of it. Returns 0 or -errno. CONNECTOR is cleared by
 * zc_kms_connector_clear(), also to be read again. */
int zc_kms_connector_read (struct zc_kms_device *device, uint32_t id,
    struct zc_kms_connector *connector);
/* Reads its properties again. Returns 0 or -errno. */
int zc_kms_connector_refresh (
    struct zc_kms_device *device, struct zc_kms_connector *connector);

void zc_kms_connector_clear (struct zc_kms_connector *connector);

#endif
