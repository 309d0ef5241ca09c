/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_SIGNAL_H
#define ZC_KMS_SIGNAL_H

#include "kms-atomic.h"
#include "kms-connector.h"
#include "kms-hdr.h"

/*
 * What a connector is asked to send so that a monitor shows a video's colours;
 * kms-hdr.h has the rules. All zeros is what monitors expect without being
 * told: SDR, their own colours.
 */
struct zc_kms_signal {
  struct zc_kms_hdr hdr;
  enum zc_kms_gamut gamut;
  unsigned bits; /* per component; 0: whatever was found */
};

/* What the connector was asked for by others, and the monitor on it. */
struct zc_kms_signal_found {
  struct zc_kms_edid monitor;
  void *hdr; /* the bytes of HDR_OUTPUT_METADATA, NULL if there were none */
  size_t hdr_size;
};

bool zc_kms_signal_equal (
    const struct zc_kms_signal *a, const struct zc_kms_signal *b);

/* Reads what there is of it. Cleared by zc_kms_signal_clear(), also to be read
 * again. Returns 0 or -ENOMEM. */
int zc_kms_signal_read (struct zc_kms_device *device,
    const struct zc_kms_connector *connector,
    struct zc_kms_signal_found *found);
void zc_kms_signal_clear (struct zc_kms_signal_found *found);

/* Reads the monitor alone: another may be there now. */
void zc_kms_signal_read_monitor (struct zc_kms_device *device,
    const struct zc_kms_connector *connector, struct zc_kms_edid *monitor);

/*
 * Leaves out of SIGNAL what would make no difference: what the connector lacks,
 * what the monitor does not take, and as many bits as were found. Then equal
 * signals are those that ask the same of the kernel. Returns why the monitor
 * would not show its light, as the rest of a sentence that begins with "the
 * monitor" (static); NULL if it would.
 */
const char *zc_kms_signal_fit (struct zc_kms_device *device,
    const struct zc_kms_connector *connector,
    const struct zc_kms_signal_found *found, struct zc_kms_signal *signal);

/* Property blobs for HDR_OUTPUT_METADATA, 0 if there is nothing to tell; to be
 * destroyed by zc_kms_blob_destroy(). Return 0 or -errno. */
int zc_kms_signal_blob_create (const struct zc_kms_device *device,
    const struct zc_kms_connector *connector,
    const struct zc_kms_signal *signal, uint32_t *id);
int zc_kms_signal_blob_create_found (const struct zc_kms_device *device,
    const struct zc_kms_signal_found *found, uint32_t *id);

/* Adds the connector's properties, whose object was named last, to a request;
 * those that it lacks are left out. */
void zc_kms_signal_add (struct zc_kms_atomic *atomic,
    struct zc_kms_device *device, const struct zc_kms_connector *connector,
    const struct zc_kms_signal_found *found, const struct zc_kms_signal *signal,
    uint32_t blob);
/* That which every monitor shows: no metadata, the default Colorspace. */
void zc_kms_signal_add_plain (struct zc_kms_atomic *atomic,
    struct zc_kms_device *device, const struct zc_kms_connector *connector);
void zc_kms_signal_add_found (struct zc_kms_atomic *atomic,
    const struct zc_kms_connector *connector, uint32_t blob);

/* A property blob of SIZE bytes. Whoever uses it holds it. Returns 0 or
 * -errno. */
int zc_kms_blob_create (const struct zc_kms_device *device, const void *data,
    size_t size, uint32_t *id);
void zc_kms_blob_destroy (const struct zc_kms_device *device, uint32_t id);

#endif
