/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_EDID_H
#define ZC_KMS_EDID_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a monitor says of itself, as far as showing video to it needs it:
 * VESA E-EDID 1.4 and its CTA-861-G extension, read by libdisplay-info. Plain
 * values, copied: nothing to free, no kernel, any thread.
 *
 * The bytes are those of the connector's "EDID" blob. They come from whatever
 * is plugged in, so any of them may be wrong: what cannot be read is unknown,
 * and what is unknown is 0 or empty.
 */

/* How the light of a signal is coded: as bits of zc_kms_edid.eotfs, and as
 * numbers in a signal. CTA-861-G 6.9, 7.5.13. */
enum zc_kms_eotf {
  ZC_KMS_EOTF_SDR = 0, /* traditional gamma, SDR luminance */
  ZC_KMS_EOTF_HDR = 1, /* traditional gamma, HDR luminance */
  ZC_KMS_EOTF_PQ = 2,  /* SMPTE ST 2084 */
  ZC_KMS_EOTF_HLG = 3, /* ITU-R BT.2100 hybrid log-gamma */
};

/* Colours that a monitor takes besides its own: bits of
 * zc_kms_edid.colorimetry. CTA-861-G 7.5.5. */
enum zc_kms_colorimetry {
  ZC_KMS_COLORIMETRY_BT2020_RGB = 1 << 0,
  ZC_KMS_COLORIMETRY_BT2020_YCC = 1 << 1,  /* non-constant luminance */
  ZC_KMS_COLORIMETRY_BT2020_CYCC = 1 << 2, /* constant luminance */
  ZC_KMS_COLORIMETRY_DCI_P3 = 1 << 3,      /* RGB, SMPTE ST 2113 */
  ZC_KMS_COLORIMETRY_ICTCP = 1 << 4,       /* ITU-R BT.2100 */
};

struct zc_kms_edid {
  /* For people, UTF-8; cut where they are too long. Not for decisions. */
  char make[64];
  char model[32];
  char serial[32];

  uint32_t width_mm, height_mm; /* of the screen */
  unsigned bpc; /* bits per component. HDMI monitors do not say it here */

  /* HDR static metadata, CTA-861-G 7.5.13. */
  uint32_t eotfs;          /* 1 << enum zc_kms_eotf; at least SDR */
  uint32_t metadata_types; /* bit 0: Static Metadata Type 1 */
  /* What content should be made for, cd/m2. */
  float max_luminance, max_average_luminance, min_luminance;

  uint32_t colorimetry; /* enum zc_kms_colorimetry */
};

/*
 * Reads the SIZE bytes at DATA, which may be garbage or NULL. Returns 0,
 * -ENODATA if there are none (SIZE is 0: a projector or a converter may have
 * no EDID), -EINVAL if they are no EDID, -ENOMEM. After an error EDID is that
 * of a monitor of which nothing is known: SDR, its own colours.
 */
int zc_kms_edid_parse (struct zc_kms_edid *edid, const void *data, size_t size);

/* Writes "HP 27 QD" or "Apple Computer Inc ProDisplayXDR" into NAME, at most
 * SIZE bytes: make and model, the make only if the model does not begin with
 * it. Returns NAME, which is empty if the monitor is unknown. */
const char *zc_kms_edid_name (
    const struct zc_kms_edid *edid, char *name, size_t size);

#endif
