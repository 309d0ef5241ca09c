/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-edid.h"

#include <errno.h>

#define BLOCK 128
#define SDR (1u << ZC_KMS_EOTF_SDR)
#define HDR (1u << ZC_KMS_EOTF_HDR)
#define PQ (1u << ZC_KMS_EOTF_PQ)
#define HLG (1u << ZC_KMS_EOTF_HLG)
#define BT2020                                                     \
  (ZC_KMS_COLORIMETRY_BT2020_RGB | ZC_KMS_COLORIMETRY_BT2020_YCC | \
      ZC_KMS_COLORIMETRY_BT2020_CYCC)

static const char *const files[] = { "apple-xdr-dp", "dell-2408wfp-dp",
  "hp-5dq99aa-hdmi", "samsung-q800t-hdmi2.0" };

/* Whoever calls frees *DATA. */
static size_t
read_blob (const char *name, guint8 **data)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%s.edid", EDID_DATA, name);
  gsize size;

  fail_unless (
      g_file_get_contents (path, (gchar **) data, &size, NULL), "%s", path);
  return size;
}

static struct zc_kms_edid
parse_file (const char *name)
{
  g_autofree guint8 *data = NULL;
  size_t size = read_blob (name, &data);
  struct zc_kms_edid edid;

  fail_unless_equals_int (zc_kms_edid_parse (&edid, data, size), 0);
  return edid;
}

static void
set_checksums (guint8 *data, size_t size)
{
  for (size_t block = 0; block + BLOCK <= size; block += BLOCK) {
    guint8 sum = 0;

    for (size_t i = 0; i < BLOCK - 1; i++)
      sum += data[block + i];
    data[block + BLOCK - 1] = -sum;
  }
}

/* VESA E-EDID 1.4, 3.1: a monitor of no make, and a CTA-861 extension (version
 * 3) with the data blocks BLOCKS. */
static struct zc_kms_edid
parse_made (const guint8 *blocks, size_t size)
{
  static const guint8 begin[] = { 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x00, 0x7c, 0x3d, 0x34, 0x12, 0x00, 0x00, 0x00, 0x00, 1, 30, 1, 4, 0xb5, 60,
    34 };
  guint8 data[2 * BLOCK] = { 0 };
  struct zc_kms_edid edid;

  memcpy (data, begin, sizeof (begin));
  data[BLOCK - 2] = 1;
  for (int i = 0; i < 4; i++) /* dummy descriptors */
    data[54 + 18 * i + 3] = 0x10;
  for (int i = 38; i < 54; i++) /* no standard timings */
    data[i] = 0x01;
  data[BLOCK] = 0x02;
  data[BLOCK + 1] = 3;
  data[BLOCK + 2] = 4 + size;
  memcpy (data + BLOCK + 4, blocks, size);
  set_checksums (data, sizeof (data));
  fail_unless_equals_int (zc_kms_edid_parse (&edid, data, sizeof (data)), 0);
  return edid;
}

GST_START_TEST (monitors_have_names_for_people)
{
  static const char *const names[G_N_ELEMENTS (files)] = {
    "Apple Computer Inc ProDisplayXDR", "DELL 2408WFP", "HP 27 QD", "SAMSUNG"
  };
  struct zc_kms_edid edid;
  char name[100];

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
    edid = parse_file (files[i]);
    fail_unless_equals_string (
        zc_kms_edid_name (&edid, name, sizeof (name)), names[i]);
  }
  edid = parse_file ("dell-2408wfp-dp");
  fail_unless_equals_string (edid.make, "Dell Inc.");
  fail_unless_equals_string (edid.model, "DELL 2408WFP");
  fail_unless_equals_string (edid.serial, "G283H8BI21MS");
}
GST_END_TEST;

GST_START_TEST (half_a_name_is_a_name)
{
  struct zc_kms_edid edid = { .make = "Acme, Ltd" };
  char name[16];

  fail_unless_equals_string (
      zc_kms_edid_name (&edid, name, sizeof (name)), "Acme, Ltd");
  strcpy (edid.model, "acme 3000");
  fail_unless_equals_string (
      zc_kms_edid_name (&edid, name, sizeof (name)), "acme 3000");
  strcpy (edid.model, "3000");
  fail_unless_equals_string (
      zc_kms_edid_name (&edid, name, sizeof (name)), "Acme, Ltd 3000");
  edid.make[0] = '\0';
  fail_unless_equals_string (
      zc_kms_edid_name (&edid, name, sizeof (name)), "3000");
  edid.model[0] = '\0';
  fail_unless_equals_string (zc_kms_edid_name (&edid, name, sizeof (name)), "");
}
GST_END_TEST;

GST_START_TEST (sizes_are_in_millimetres)
{
  static const struct {
    uint32_t w, h;
  } sizes[G_N_ELEMENTS (files)] = { { 699, 393 }, { 519, 320 }, { 597, 339 },
    { 1650, 930 } };

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
    struct zc_kms_edid edid = parse_file (files[i]);

    fail_unless_equals_int (edid.width_mm, sizes[i].w);
    fail_unless_equals_int (edid.height_mm, sizes[i].h);
  }
}
GST_END_TEST;

GST_START_TEST (depth_is_known_where_it_is_said)
{
  static const unsigned bpc[G_N_ELEMENTS (files)] = { 10, 8, 0, 0 };

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    fail_unless_equals_int (parse_file (files[i]).bpc, bpc[i]);
}
GST_END_TEST;

GST_START_TEST (what_light_a_monitor_takes_is_read)
{
  static const struct {
    uint32_t eotfs, types;
    float max, average;
  } rows[G_N_ELEMENTS (files)] = {
    { SDR | HDR | PQ, 1, 1600, 507.62f },
    { SDR, 0, 0, 0 },
    { SDR | HDR | PQ, 1, 603.666f, 351.25f },
    { SDR | PQ | HLG, 1, 0, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
    struct zc_kms_edid edid = parse_file (files[i]);

    fail_unless_equals_int_hex (edid.eotfs, rows[i].eotfs);
    fail_unless_equals_int_hex (edid.metadata_types, rows[i].types);
    fail_unless (ABS (edid.max_luminance - rows[i].max) < 0.01f);
    fail_unless (ABS (edid.max_average_luminance - rows[i].average) < 0.01f);
  }
}
GST_END_TEST;

GST_START_TEST (what_colours_a_monitor_takes_are_read)
{
  static const uint32_t colours[G_N_ELEMENTS (files)] = {
    ZC_KMS_COLORIMETRY_BT2020_RGB, 0, BT2020, 0
  };

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    fail_unless_equals_int_hex (parse_file (files[i]).colorimetry, colours[i]);
}
GST_END_TEST;

GST_START_TEST (each_bit_of_light_and_colour_is_told_apart)
{
  static const struct {
    guint8 eotf, types, colours[2];
    uint32_t eotfs, metadata_types, colorimetry;
  } rows[] = {
    { 0x00, 0, { 0x00, 0x00 }, SDR, 0, 0 },
    { 0x01, 0, { 0x1f, 0x00 }, SDR, 0, 0 },
    { 0x02, 1, { 0x80, 0x00 }, SDR | HDR, 1, ZC_KMS_COLORIMETRY_BT2020_RGB },
    { 0x04, 0, { 0x40, 0x00 }, SDR | PQ, 0, ZC_KMS_COLORIMETRY_BT2020_YCC },
    { 0x08, 1, { 0x20, 0x00 }, SDR | HLG, 1, ZC_KMS_COLORIMETRY_BT2020_CYCC },
    { 0x10, 2, { 0x00, 0x80 }, SDR, 0, ZC_KMS_COLORIMETRY_DCI_P3 },
    { 0x0f, 3, { 0x00, 0x40 }, SDR | HDR | PQ | HLG, 1,
        ZC_KMS_COLORIMETRY_ICTCP },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    const guint8 blocks[] = { 0xe3, 0x06, rows[i].eotf, rows[i].types, 0xe3,
      0x05, rows[i].colours[0], rows[i].colours[1] };
    struct zc_kms_edid edid = parse_made (blocks, sizeof (blocks));

    fail_unless_equals_int_hex (edid.eotfs, rows[i].eotfs);
    fail_unless_equals_int_hex (edid.metadata_types, rows[i].metadata_types);
    fail_unless_equals_int_hex (edid.colorimetry, rows[i].colorimetry);
    fail_unless_equals_int (edid.bpc, 10);
    fail_unless_equals_int (edid.width_mm, 600);
  }
}
GST_END_TEST;

/* CTA-861-G 7.5.13: 50 * 2^(code / 32), and of the least (code / 255)^2 of a
 * hundredth of the most. */
GST_START_TEST (luminances_are_decoded)
{
  static const guint8 blocks[] = { 0xe6, 0x06, 0x05, 0x01, 96, 64, 255 };
  struct zc_kms_edid edid = parse_made (blocks, sizeof (blocks));

  fail_unless_equals_float (edid.max_luminance, 400.0f);
  fail_unless_equals_float (edid.max_average_luminance, 200.0f);
  fail_unless_equals_float (edid.min_luminance, 4.0f);
}
GST_END_TEST;

static void
assert_nothing_is_known (const struct zc_kms_edid *edid)
{
  const struct zc_kms_edid nothing = { .eotfs = SDR };

  fail_unless (memcmp (edid, &nothing, sizeof (nothing)) == 0);
}

GST_START_TEST (without_an_edid_nothing_is_known)
{
  struct zc_kms_edid edid;

  memset (&edid, 0x55, sizeof (edid));
  fail_unless_equals_int (zc_kms_edid_parse (&edid, NULL, 0), -ENODATA);
  assert_nothing_is_known (&edid);
  memset (&edid, 0x55, sizeof (edid));
  fail_unless_equals_int (zc_kms_edid_parse (&edid, "", 0), -ENODATA);
  assert_nothing_is_known (&edid);
}
GST_END_TEST;

GST_START_TEST (of_what_is_no_edid_nothing_is_known)
{
  guint8 data[2 * BLOCK];
  struct zc_kms_edid edid;

  memset (data, 0xff, sizeof (data));
  for (size_t size = 1; size <= sizeof (data); size++) {
    fail_unless_equals_int (zc_kms_edid_parse (&edid, data, size), -EINVAL);
    assert_nothing_is_known (&edid);
  }
}
GST_END_TEST;

/* Parses a copy of exactly SIZE bytes, so that what reads further is seen. */
static void
parse_any (const guint8 *data, size_t size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  struct zc_kms_edid edid;
  char name[120];
  int ret = zc_kms_edid_parse (&edid, copy, size);

  fail_unless (ret == 0 || ret == -EINVAL || ret == -ENODATA);
  fail_unless (edid.eotfs & SDR);
  fail_unless (g_utf8_validate (edid.make, -1, NULL));
  fail_unless (g_utf8_validate (edid.model, -1, NULL));
  fail_unless (g_utf8_validate (edid.serial, -1, NULL));
  zc_kms_edid_name (&edid, name, sizeof (name));
}

GST_START_TEST (a_blob_may_end_anywhere)
{
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree guint8 *data = NULL;
    size_t size = read_blob (files[i], &data);

    for (size_t end = 0; end <= size; end++)
      parse_any (data, end);
  }
}
GST_END_TEST;

GST_START_TEST (any_bit_may_be_wrong)
{
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree guint8 *data = NULL;
    size_t size = read_blob (files[i], &data);

    for (size_t flip = 0; flip < size * 8; flip++) {
      g_autofree guint8 *wrong = g_memdup2 (data, size);

      wrong[flip / 8] ^= 1 << flip % 8;
      set_checksums (wrong, size);
      parse_any (wrong, size);
    }
  }
}
GST_END_TEST;

GST_START_TEST (many_bytes_may_be_wrong)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (861);

  for (int round = 0; round < 2000; round++) {
    g_autofree guint8 *data = NULL;
    size_t size = read_blob (files[round % G_N_ELEMENTS (files)], &data);

    for (int n = g_rand_int_range (rand, 1, 40); n > 0; n--)
      data[g_rand_int_range (rand, 8, size)] = g_rand_int (rand);
    set_checksums (data, size);
    parse_any (data, size);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (monitors_have_names_for_people),
    RUNNER_TEST (half_a_name_is_a_name), RUNNER_TEST (sizes_are_in_millimetres),
    RUNNER_TEST (depth_is_known_where_it_is_said),
    RUNNER_TEST (what_light_a_monitor_takes_is_read),
    RUNNER_TEST (what_colours_a_monitor_takes_are_read),
    RUNNER_TEST (each_bit_of_light_and_colour_is_told_apart),
    RUNNER_TEST (luminances_are_decoded),
    RUNNER_TEST (without_an_edid_nothing_is_known),
    RUNNER_TEST (of_what_is_no_edid_nothing_is_known),
    RUNNER_TEST (a_blob_may_end_anywhere), RUNNER_TEST (any_bit_may_be_wrong),
    RUNNER_TEST (many_bytes_may_be_wrong))
