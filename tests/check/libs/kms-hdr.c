/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-hdr.h"

static const struct zc_kms_edid sdr = { .eotfs = 1 << ZC_KMS_EOTF_SDR };
static const struct zc_kms_edid hdr10 = {
  .eotfs = 1 << ZC_KMS_EOTF_SDR | 1 << ZC_KMS_EOTF_PQ,
  .metadata_types = 1,
  .colorimetry = ZC_KMS_COLORIMETRY_BT2020_RGB | ZC_KMS_COLORIMETRY_BT2020_YCC,
};

/* A screen of P3 colours, 1000 cd/m2, as discs have it. */
static const struct zc_kms_hdr disc = {
  .eotf = ZC_KMS_EOTF_PQ,
  .primaries = { { 34000, 16000 }, { 13250, 34500 }, { 7500, 3000 } },
  .white = { 15635, 16450 },
  .max_luminance = 10000000,
  .min_luminance = 50,
  .max_cll = 1016,
  .max_fall = 115,
};

GST_START_TEST (metadata_are_in_the_kernels_units)
{
  struct hdr_output_metadata metadata;
  const struct hdr_metadata_infoframe *frame = &metadata.hdmi_metadata_type1;

  memset (&metadata, 0x55, sizeof (metadata));
  zc_kms_hdr_metadata (&disc, &metadata);
  fail_unless_equals_int (metadata.metadata_type, 0);
  fail_unless_equals_int (frame->metadata_type, 0);
  fail_unless_equals_int (frame->eotf, 2);
  fail_unless_equals_int (frame->display_primaries[0].x, 34000);
  fail_unless_equals_int (frame->display_primaries[0].y, 16000);
  fail_unless_equals_int (frame->display_primaries[1].x, 13250);
  fail_unless_equals_int (frame->display_primaries[1].y, 34500);
  fail_unless_equals_int (frame->display_primaries[2].x, 7500);
  fail_unless_equals_int (frame->display_primaries[2].y, 3000);
  fail_unless_equals_int (frame->white_point.x, 15635);
  fail_unless_equals_int (frame->white_point.y, 16450);
  fail_unless_equals_int (frame->max_display_mastering_luminance, 1000);
  fail_unless_equals_int (frame->min_display_mastering_luminance, 50);
  fail_unless_equals_int (frame->max_cll, 1016);
  fail_unless_equals_int (frame->max_fall, 115);
}
GST_END_TEST;

GST_START_TEST (equal_light_makes_equal_blobs)
{
  struct hdr_output_metadata a, b;

  memset (&a, 0x00, sizeof (a));
  memset (&b, 0xff, sizeof (b));
  zc_kms_hdr_metadata (&disc, &a);
  zc_kms_hdr_metadata (&disc, &b);
  fail_unless (memcmp (&a, &b, sizeof (a)) == 0);
}
GST_END_TEST;

GST_START_TEST (luminance_is_rounded_and_ends_at_the_limits)
{
  static const struct {
    uint32_t max, min;
    int sent_max, sent_min;
  } rows[] = {
    { 0, 0, 0, 0 },
    { 4999, 1, 0, 1 },
    { 5000, 65535, 1, 65535 },
    { 14999, 65536, 1, 65535 },
    { 655350000, 100000, 65535, 65535 },
    { 655360000, 0, 65535, 0 },
    { UINT32_MAX, UINT32_MAX, 65535, 65535 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct zc_kms_hdr hdr = { .max_luminance = rows[i].max,
      .min_luminance = rows[i].min };
    struct hdr_output_metadata metadata;
    const struct hdr_metadata_infoframe *frame = &metadata.hdmi_metadata_type1;

    zc_kms_hdr_metadata (&hdr, &metadata);
    fail_unless_equals_int (
        frame->max_display_mastering_luminance, rows[i].sent_max);
    fail_unless_equals_int (
        frame->min_display_mastering_luminance, rows[i].sent_min);
  }
}
GST_END_TEST;

GST_START_TEST (a_monitor_takes_the_light_that_it_names)
{
  for (int eotf = ZC_KMS_EOTF_SDR; eotf <= ZC_KMS_EOTF_HLG; eotf++) {
    const struct zc_kms_edid monitor = { .eotfs = 1 << eotf,
      .metadata_types = 1 };

    for (int other = ZC_KMS_EOTF_SDR; other <= ZC_KMS_EOTF_HLG; other++) {
      const char *why = zc_kms_hdr_refusal (&monitor, other);

      if (other == eotf)
        fail_unless (why == NULL, "%s", why);
      else
        fail_unless (g_str_has_prefix (why, "has no "), "%s", why);
    }
  }
}
GST_END_TEST;

GST_START_TEST (hdr_needs_metadata_and_sdr_does_not)
{
  struct zc_kms_edid monitor = hdr10;

  fail_unless (zc_kms_hdr_refusal (&monitor, ZC_KMS_EOTF_PQ) == NULL);
  monitor.metadata_types = 2;
  fail_unless_equals_string (zc_kms_hdr_refusal (&monitor, ZC_KMS_EOTF_PQ),
      "takes no HDR metadata of type 1");
  fail_unless (zc_kms_hdr_refusal (&monitor, ZC_KMS_EOTF_SDR) == NULL);
}
GST_END_TEST;

static const char *const all[] = { "Default", "BT2020_YCC", "DCI-P3_RGB_D65",
  "DCI-P3_RGB_Theater", "BT2020_RGB" };

GST_START_TEST (a_gamut_is_asked_for_if_the_monitor_takes_it)
{
  static const struct {
    uint32_t takes;
    enum zc_kms_gamut gamut;
    const char *name;
  } rows[] = {
    { 0, ZC_KMS_GAMUT_DEFAULT, "Default" },
    { 0, ZC_KMS_GAMUT_BT2020, "Default" },
    { 0, ZC_KMS_GAMUT_P3_D65, "Default" },
    { 0x1f, ZC_KMS_GAMUT_DEFAULT, "Default" },
    { 0x1f, ZC_KMS_GAMUT_BT2020, "BT2020_RGB" },
    { 0x1f, ZC_KMS_GAMUT_P3_D65, "DCI-P3_RGB_D65" },
    { 0x1f, ZC_KMS_GAMUT_P3_DCI, "DCI-P3_RGB_Theater" },
    { ZC_KMS_COLORIMETRY_BT2020_YCC, ZC_KMS_GAMUT_BT2020, "BT2020_YCC" },
    { ZC_KMS_COLORIMETRY_BT2020_CYCC, ZC_KMS_GAMUT_BT2020, "Default" },
    { ZC_KMS_COLORIMETRY_BT2020_RGB, ZC_KMS_GAMUT_P3_D65, "Default" },
    { ZC_KMS_COLORIMETRY_DCI_P3, ZC_KMS_GAMUT_BT2020, "Default" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct zc_kms_edid monitor = { .colorimetry = rows[i].takes };

    fail_unless_equals_string (zc_kms_hdr_colorspace (&monitor, rows[i].gamut,
                                   all, G_N_ELEMENTS (all)),
        rows[i].name);
  }
}
GST_END_TEST;

GST_START_TEST (what_the_connector_has_not_is_not_asked_for)
{
  static const char *const only_ycc[] = { "Default", "BT2020_YCC" };
  static const char *const similar[] = { "BT2020", "BT2020_RGB_", "Default_" };

  fail_unless_equals_string (
      zc_kms_hdr_colorspace (&hdr10, ZC_KMS_GAMUT_BT2020, only_ycc, 2),
      "BT2020_YCC");
  fail_unless_equals_string (
      zc_kms_hdr_colorspace (&hdr10, ZC_KMS_GAMUT_BT2020, only_ycc, 1),
      "Default");
  fail_unless (
      zc_kms_hdr_colorspace (&hdr10, ZC_KMS_GAMUT_BT2020, similar, 3) == NULL);
  fail_unless (
      zc_kms_hdr_colorspace (&hdr10, ZC_KMS_GAMUT_BT2020, NULL, 0) == NULL);
}
GST_END_TEST;

GST_START_TEST (bits_are_asked_for_within_the_limits)
{
  static const struct {
    enum zc_kms_eotf eotf;
    unsigned monitor, bits, found, min, max, asked;
  } rows[] = {
    { ZC_KMS_EOTF_SDR, 0, 8, 8, 8, 16, 8 },
    { ZC_KMS_EOTF_SDR, 0, 10, 8, 8, 16, 10 },
    { ZC_KMS_EOTF_SDR, 0, 12, 8, 8, 10, 10 },  /* the connector's limit */
    { ZC_KMS_EOTF_SDR, 0, 8, 12, 8, 16, 12 },  /* what was found */
    { ZC_KMS_EOTF_SDR, 0, 5, 0, 6, 16, 6 },    /* the connector's least */
    { ZC_KMS_EOTF_SDR, 8, 10, 8, 8, 16, 8 },   /* the monitor's */
    { ZC_KMS_EOTF_SDR, 8, 10, 16, 8, 16, 16 }, /* the monitor's, as found */
    { ZC_KMS_EOTF_SDR, 10, 16, 8, 8, 16, 10 }, /* the monitor's */
    { ZC_KMS_EOTF_PQ, 0, 8, 8, 8, 16, 10 },    /* HDR */
    { ZC_KMS_EOTF_HLG, 0, 12, 8, 8, 16, 12 },  /* HDR */
    { ZC_KMS_EOTF_PQ, 0, 8, 8, 8, 8, 8 },      /* HDR, the connector's */
    { ZC_KMS_EOTF_PQ, 0, 10, 8, 12, 16, 12 },  /* HDR, the connector's */
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct zc_kms_edid monitor = { .bpc = rows[i].monitor };
    unsigned asked = zc_kms_hdr_max_bpc (&monitor, rows[i].eotf, rows[i].bits,
        rows[i].found, rows[i].min, rows[i].max);

    fail_unless (asked == rows[i].asked, "row %zu: %u instead of %u", i, asked,
        rows[i].asked);
  }
}
GST_END_TEST;

/* What must be set when a stream without HDR follows one with it. */
GST_START_TEST (a_stream_without_hdr_asks_for_nothing)
{
  fail_unless (zc_kms_hdr_refusal (&sdr, ZC_KMS_EOTF_SDR) == NULL);
  fail_unless_equals_string (zc_kms_hdr_colorspace (&hdr10,
                                 ZC_KMS_GAMUT_DEFAULT, all, G_N_ELEMENTS (all)),
      "Default");
  fail_unless_equals_int (
      zc_kms_hdr_max_bpc (&hdr10, ZC_KMS_EOTF_SDR, 8, 8, 8, 16), 8);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (metadata_are_in_the_kernels_units),
    RUNNER_TEST (equal_light_makes_equal_blobs),
    RUNNER_TEST (luminance_is_rounded_and_ends_at_the_limits),
    RUNNER_TEST (a_monitor_takes_the_light_that_it_names),
    RUNNER_TEST (hdr_needs_metadata_and_sdr_does_not),
    RUNNER_TEST (a_gamut_is_asked_for_if_the_monitor_takes_it),
    RUNNER_TEST (what_the_connector_has_not_is_not_asked_for),
    RUNNER_TEST (bits_are_asked_for_within_the_limits),
    RUNNER_TEST (a_stream_without_hdr_asks_for_nothing))
