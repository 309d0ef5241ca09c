/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-edid.h"

#include <errno.h>
#include <libdisplay-info/edid.h>
#include <libdisplay-info/info.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Frees STRING, which may be NULL. */
static void
take_string (char *to, size_t size, char *string)
{
  snprintf (to, size, "%s", string ? string : "");
  free (string);
}

/* The base block has centimetres; the first detailed timing millimetres, which
 * are often those of something else. */
static void
read_size (struct zc_kms_edid *edid, const struct di_edid *from)
{
  const struct di_edid_screen_size *size = di_edid_get_screen_size (from);
  const struct di_edid_detailed_timing_def *const *timings =
      di_edid_get_detailed_timing_defs (from);
  int w = size->width_cm * 10, h = size->height_cm * 10;

  if (w <= 0 || h <= 0)
    return;
  if (timings[0] && abs (timings[0]->horiz_image_mm - w) < 10 &&
      abs (timings[0]->vert_image_mm - h) < 10) {
    w = timings[0]->horiz_image_mm;
    h = timings[0]->vert_image_mm;
  }
  edid->width_mm = w;
  edid->height_mm = h;
}

static void
read_depth (struct zc_kms_edid *edid, const struct di_edid *from)
{
  const struct di_edid_video_input_digital *input =
      di_edid_get_video_input_digital (from);

  if (input && input->color_bit_depth > 0)
    edid->bpc = input->color_bit_depth;
}

static uint32_t
bit (bool set, unsigned n)
{
  return set ? 1u << n : 0;
}

static void
read_hdr (struct zc_kms_edid *edid, const struct di_info *info)
{
  const struct di_hdr_static_metadata *hdr = di_info_get_hdr_static_metadata (
      info);

  /* There is no monitor without SDR, whatever bits it forgot. */
  edid->eotfs |= bit (hdr->traditional_hdr, ZC_KMS_EOTF_HDR) |
                 bit (hdr->pq, ZC_KMS_EOTF_PQ) |
                 bit (hdr->hlg, ZC_KMS_EOTF_HLG);
  edid->metadata_types = bit (hdr->type1, 0);
  edid->max_luminance = hdr->desired_content_max_luminance;
  edid->max_average_luminance = hdr->desired_content_max_frame_avg_luminance;
  edid->min_luminance = hdr->desired_content_min_luminance;
}

static void
read_colorimetry (struct zc_kms_edid *edid, const struct di_info *info)
{
  const struct di_supported_signal_colorimetry *takes =
      di_info_get_supported_signal_colorimetry (info);

  edid->colorimetry = (takes->bt2020_rgb ? ZC_KMS_COLORIMETRY_BT2020_RGB : 0) |
                      (takes->bt2020_ycc ? ZC_KMS_COLORIMETRY_BT2020_YCC : 0) |
                      (takes->bt2020_cycc ? ZC_KMS_COLORIMETRY_BT2020_CYCC
                                          : 0) |
                      (takes->st2113_rgb ? ZC_KMS_COLORIMETRY_DCI_P3 : 0) |
                      (takes->ictcp ? ZC_KMS_COLORIMETRY_ICTCP : 0);
}

int
zc_kms_edid_parse (struct zc_kms_edid *edid, const void *data, size_t size)
{
  const struct di_edid *from;
  struct di_info *info;

  memset (edid, 0, sizeof (*edid));
  edid->eotfs = 1u << ZC_KMS_EOTF_SDR;
  if (!data || size == 0)
    return -ENODATA;

  errno = 0;
  info = di_info_parse_edid (data, size);
  if (!info)
    return errno == ENOMEM ? -ENOMEM : -EINVAL;
  from = di_info_get_edid (info);
  take_string (edid->make, sizeof (edid->make), di_info_get_make (info));
  take_string (edid->model, sizeof (edid->model), di_info_get_model (info));
  take_string (edid->serial, sizeof (edid->serial), di_info_get_serial (info));
  read_size (edid, from);
  read_depth (edid, from);
  read_hdr (edid, info);
  read_colorimetry (edid, info);
  di_info_destroy (info);
  return 0;
}

const char *
zc_kms_edid_name (const struct zc_kms_edid *edid, char *name, size_t size)
{
  size_t first = strcspn (edid->make, " ,");
  bool repeats = strncasecmp (edid->make, edid->model, first) == 0;

  if (repeats || !edid->make[0] || !edid->model[0])
    snprintf (name, size, "%s", edid->model[0] ? edid->model : edid->make);
  else
    snprintf (name, size, "%s %s", edid->make, edid->model);
  return name;
}
