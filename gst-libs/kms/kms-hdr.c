/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-hdr.h"

#include <string.h>

/* CTA-861-G 6.9, table of Static_Metadata_Descriptor_ID. */
#define STATIC_METADATA_TYPE1 0

static uint16_t
saturate (uint32_t value)
{
  return value < UINT16_MAX ? value : UINT16_MAX;
}

void
zc_kms_hdr_metadata (
    const struct zc_kms_hdr *hdr, struct hdr_output_metadata *metadata)
{
  struct hdr_metadata_infoframe *frame = &metadata->hdmi_metadata_type1;

  memset (metadata, 0, sizeof (*metadata));
  metadata->metadata_type = STATIC_METADATA_TYPE1;
  frame->metadata_type = STATIC_METADATA_TYPE1;
  frame->eotf = hdr->eotf;
  for (int i = 0; i < 3; i++) {
    frame->display_primaries[i].x = hdr->primaries[i].x;
    frame->display_primaries[i].y = hdr->primaries[i].y;
  }
  frame->white_point.x = hdr->white.x;
  frame->white_point.y = hdr->white.y;
  frame->max_display_mastering_luminance = saturate (
      hdr->max_luminance / 10000 + (hdr->max_luminance % 10000 >= 5000));
  frame->min_display_mastering_luminance = saturate (hdr->min_luminance);
  frame->max_cll = hdr->max_cll;
  frame->max_fall = hdr->max_fall;
}

const char *
zc_kms_hdr_refusal (const struct zc_kms_edid *monitor, enum zc_kms_eotf eotf)
{
  static const char *const missing[] = {
    [ZC_KMS_EOTF_SDR] = "has no SDR",
    [ZC_KMS_EOTF_HDR] = "has no HDR of traditional gamma",
    [ZC_KMS_EOTF_PQ] = "has no PQ (SMPTE ST 2084)",
    [ZC_KMS_EOTF_HLG] = "has no HLG (ITU-R BT.2100)",
  };

  if (!(monitor->eotfs & 1u << eotf))
    return missing[eotf];
  if (eotf != ZC_KMS_EOTF_SDR && !(monitor->metadata_types & 1))
    return "takes no HDR metadata of type 1";
  return NULL;
}

/* What the kernel calls colours (drm_connector.c), best first. */
static const struct colorspace {
  enum zc_kms_gamut gamut;
  uint32_t needs; /* enum zc_kms_colorimetry */
  const char *name;
} colorspaces[] = {
  { ZC_KMS_GAMUT_BT2020, ZC_KMS_COLORIMETRY_BT2020_RGB, "BT2020_RGB" },
  { ZC_KMS_GAMUT_BT2020, ZC_KMS_COLORIMETRY_BT2020_YCC, "BT2020_YCC" },
  { ZC_KMS_GAMUT_P3_D65, ZC_KMS_COLORIMETRY_DCI_P3, "DCI-P3_RGB_D65" },
  { ZC_KMS_GAMUT_P3_DCI, ZC_KMS_COLORIMETRY_DCI_P3, "DCI-P3_RGB_Theater" },
};

static const char *
find_name (const char *const names[], unsigned n_names, const char *name)
{
  for (unsigned i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0)
      return names[i];
  return NULL;
}

const char *
zc_kms_hdr_colorspace (const struct zc_kms_edid *monitor,
    enum zc_kms_gamut gamut, const char *const names[], unsigned n_names)
{
  for (size_t i = 0; i < sizeof (colorspaces) / sizeof (colorspaces[0]); i++) {
    const struct colorspace *space = &colorspaces[i];
    const char *name;

    if (space->gamut != gamut || !(monitor->colorimetry & space->needs))
      continue;
    name = find_name (names, n_names, space->name);
    if (name)
      return name;
  }
  return find_name (names, n_names, "Default");
}

unsigned
zc_kms_hdr_max_bpc (const struct zc_kms_edid *monitor, enum zc_kms_eotf eotf,
    unsigned bits, unsigned found, unsigned min, unsigned max)
{
  unsigned wanted = bits;

  if (eotf != ZC_KMS_EOTF_SDR && wanted < 10)
    wanted = 10;
  if (monitor->bpc != 0 && wanted > monitor->bpc)
    wanted = monitor->bpc;
  if (wanted < found)
    wanted = found;
  if (wanted < min)
    wanted = min;
  return wanted > max ? max : wanted;
}
