/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_HDR_H
#define ZC_KMS_HDR_H

#include "kms-edid.h"

#include <stdbool.h>
#include <xf86drmMode.h>

/*
 * What a connector is asked for so that a monitor shows a video's colours:
 * three properties of the connector, values alone; no kernel here, no
 * allocation, any thread.
 *
 *  "HDR_OUTPUT_METADATA": a blob of struct hdr_output_metadata, or 0. The
 *    kernel sends it as the Dynamic Range and Mastering InfoFrame (CTA-861-G
 *    6.9). Whether the monitor takes it is not asked by the kernel: ask
 *    zc_kms_hdr_refusal() first.
 *  "Colorspace": an enum; the kernel puts it into the AVI InfoFrame or the
 *    VSC SDP, whether the monitor takes it or not: zc_kms_hdr_colorspace().
 *  "max bpc": a range; a limit, below which the driver takes what the link
 *    and the monitor can: zc_kms_hdr_max_bpc().
 *
 * Each may be missing. Most drivers change any of them by a modeset only, so
 * they belong into the commit that lights the screen or shows the first
 * picture of a stream, with ALLOW_MODESET, and all three into the same one:
 * between them the monitor would show wrong colours. They are on the screen, so
 * where several layers share one, only one of them may choose.
 *
 * Whoever commits them
 *
 *  - reads all three when it opens the connector. Of the blob the *bytes*
 *    count, not the id: once another blob is set, one whose maker is gone is
 *    freed;
 *  - tests them with the plane's state (TEST_ONLY). If the kernel refuses, it
 *    leaves "max bpc" as found, then "Colorspace", then the metadata, and says
 *    which;
 *  - sets them at each change of the stream's colours, so that a stream
 *    without HDR after one with it sets HDR_OUTPUT_METADATA to 0 and
 *    Colorspace to "Default": metadata stays until someone takes it away,
 *    over the end of the process too;
 *  - destroys its blob right after the commit (the state holds it);
 *  - at the end of the stream, and when the sink goes, sets all three to what
 *    was found: 0, or a new blob of the bytes that were read, in the same
 *    commit that restores mode and planes. If that fails, it sets
 *    HDR_OUTPUT_METADATA to 0 and Colorspace to "Default" by itself, because
 *    a console in PQ cannot be read;
 *  - starts anew with another monitor's EDID after a replug.
 */

/* A point of the CIE 1931 diagram, in steps of 0.00002. */
struct zc_kms_chromaticity {
  uint16_t x, y;
};

/* What a video says of its light; 0 is unknown. SMPTE ST 2086, CTA-861.3. */
struct zc_kms_hdr {
  enum zc_kms_eotf eotf;

  /* The screen that it was made on. */
  struct zc_kms_chromaticity primaries[3]; /* red, green, blue */
  struct zc_kms_chromaticity white;
  uint32_t max_luminance, min_luminance; /* 0.0001 cd/m2 */

  /* Its brightest pixel and its brightest picture, cd/m2. */
  uint16_t max_cll, max_fall;
};

/* Which colours a video's red, green and blue are. */
enum zc_kms_gamut {
  ZC_KMS_GAMUT_DEFAULT = 0, /* BT.709, BT.601, or unknown */
  ZC_KMS_GAMUT_BT2020,
  ZC_KMS_GAMUT_P3_D65, /* Display P3 */
  ZC_KMS_GAMUT_P3_DCI, /* of cinemas */
};

/*
 * Writes all of METADATA, unused bytes too, so that equal HDR makes equal
 * blobs. Luminance is rounded to the kernel's units (1 cd/m2 for the most,
 * 0.0001 for the least) and ends at their limits. For SDR it is not to be sent:
 * the blob is 0 then.
 */
void zc_kms_hdr_metadata (
    const struct zc_kms_hdr *hdr, struct hdr_output_metadata *metadata);

/*
 * Why MONITOR would not show EOTF, as the rest of a sentence that begins with
 * its name ("has no PQ (SMPTE ST 2084)"); NULL if it would.
 */
const char *zc_kms_hdr_refusal (
    const struct zc_kms_edid *monitor, enum zc_kms_eotf eotf);

/*
 * Which of the N_NAMES NAMES, the values of the connector's "Colorspace", to
 * ask for: that of GAMUT if MONITOR takes it, else "Default". A value of NAMES,
 * or NULL if there is no such property (N_NAMES is 0) or it has no "Default".
 *
 * Only the driver knows whether it sends RGB or YCbCr. HDMI has one code for
 * both of BT.2020, and other links mostly carry RGB, so that comes first.
 */
const char *zc_kms_hdr_colorspace (const struct zc_kms_edid *monitor,
    enum zc_kms_gamut gamut, const char *const names[], unsigned n_names);

/*
 * The "max bpc" to ask for, for a video of BITS per component and light EOTF.
 * FOUND is what it was, MIN and MAX are the limits of the property.
 *
 * It is never less than FOUND: the limit costs nothing where the picture has
 * less, and changing it is a modeset. HDR wants 10, whatever the picture has:
 * with 8 its steps are seen. It is not more than the monitor has, if that is
 * known and no limit was above it.
 */
unsigned zc_kms_hdr_max_bpc (const struct zc_kms_edid *monitor,
    enum zc_kms_eotf eotf, unsigned bits, unsigned found, unsigned min,
    unsigned max);

#endif
