/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst/dmabufsink/gstdmabufsinkcolor.h"

/* gstdmabufsink.c has it for the element. */
GST_DEBUG_CATEGORY (gst_dmabuf_sink_debug);

#define BT601 "ITU-R BT.601 YCbCr"
#define BT709 "ITU-R BT.709 YCbCr"
#define BT2020 "ITU-R BT.2020 YCbCr"
#define LIMITED "YCbCr limited range"
#define FULL "YCbCr full range"

/* As h265parse and matroskademux write what x265 was told:
 * --master-display "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)
 * L(10000000,50)" --max-cll "1016,115" --transfer smpte2084. */
#define SCREEN "34000:16000:13250:34500:7500:3000:15635:16450:10000000:50"
#define HDR10                                                    \
  "colorimetry=bt2100-pq,mastering-display-info=(string)" SCREEN \
  ",content-light-level=(string)1016:115"

static GstDmabufSinkColor
color_of (const gchar *string)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (string);
  GstDmabufSinkColor color;
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (caps && gst_zc_caps_parse (caps, &info, &fourcc, &modifier),
      "%s", string);
  memset (&color, 0x55, sizeof (color));
  gst_dmabuf_sink_color_init (&color, &info, caps);
  return color;
}

static GstDmabufSinkColor
color_of_raw (const gchar *format, guint width, guint height, const gchar *more)
{
  g_autofree gchar *string = g_strdup_printf (
      "video/x-raw,format=%s,width=%u,height=%u%s%s", format, width, height,
      more ? "," : "", more ? more : "");

  return color_of (string);
}

static GstDmabufSinkColor
color_of_tiles (const gchar *format, const gchar *more)
{
  g_autofree gchar *string = g_strdup_printf (
      "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=(string)%s,"
      "width=1920,height=1080%s%s",
      format, more ? "," : "", more ? more : "");

  return color_of (string);
}

GST_START_TEST (matrices_and_ranges_have_the_kernels_names)
{
  static const struct {
    const gchar *colorimetry, *encoding, *range;
  } rows[] = {
    { "bt601", BT601, LIMITED },
    { "bt709", BT709, LIMITED },
    { "bt2020", BT2020, LIMITED },
    { "bt2020-10", BT2020, LIMITED },
    { "bt2100-pq", BT2020, LIMITED },
    { "bt2100-hlg", BT2020, LIMITED },
    { "smpte240m", BT709, LIMITED },
    { "2:2:5:1", BT601, LIMITED }, /* FCC */
    { "1:4:7:1", BT601, FULL },
    { "1:3:5:1", BT709, FULL },
    { "1:6:13:7", BT2020, FULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *more = g_strconcat (
        "colorimetry=", rows[i].colorimetry, NULL);
    GstDmabufSinkColor color = color_of_raw ("NV12", 1280, 720, more);

    fail_unless_equals_string (color.encoding, rows[i].encoding);
    fail_unless_equals_string (color.range, rows[i].range);
    fail_unless (color.ignored == NULL);
  }
}
GST_END_TEST;

GST_START_TEST (an_unknown_matrix_is_that_of_the_size)
{
  static const struct {
    guint width, height;
    const gchar *encoding;
  } rows[] = { { 320, 240, BT601 }, { 720, 576, BT601 }, { 1280, 720, BT709 },
    { 1920, 1080, BT709 }, { 3840, 2160, BT709 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstDmabufSinkColor color = color_of_raw (
        "NV12", rows[i].width, rows[i].height, NULL);

    fail_unless_equals_string (color.encoding, rows[i].encoding);
    fail_unless_equals_string (color.range, LIMITED);
  }
}
GST_END_TEST;

GST_START_TEST (what_is_not_ycbcr_is_not_decoded)
{
  static const gchar *const formats[] = { "BGRx", "RGB16", "BGR10A2_LE", "RGB",
    "GRAY8" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    GstDmabufSinkColor color = color_of_raw (
        formats[i], 1920, 1080, "colorimetry=sRGB");

    fail_unless (color.encoding == NULL, "%s", formats[i]);
    fail_unless (color.range == NULL, "%s", formats[i]);
  }
}
GST_END_TEST;

GST_START_TEST (bits_are_those_of_the_largest_component)
{
  static const struct {
    const gchar *format;
    guint bits;
  } rows[] = { { "NV12", 8 }, { "BGRx", 8 }, { "RGB16", 8 }, { "GRAY8", 8 },
    { "P010_10LE", 10 }, { "BGR10A2_LE", 10 }, { "Y210", 10 },
    { "P012_LE", 12 }, { "P016_LE", 16 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    fail_unless_equals_int (
        color_of_raw (rows[i].format, 640, 480, NULL).bits, rows[i].bits);
}
GST_END_TEST;

/* AFBC, and tiles that GStreamer has no format for. */
GST_START_TEST (tiles_have_the_colours_of_their_pixels)
{
  static const struct {
    const gchar *format, *more, *encoding, *range;
    guint bits;
  } rows[] = {
    { "P010:0x0100000000000001", HDR10, BT2020, LIMITED, 10 },
    { "NV12:0x0800000000000061", NULL, BT709, LIMITED, 8 },
    { "NV12:0x0800000000000061", "colorimetry=bt601", BT601, LIMITED, 8 },
    { "NV12:0x0800000000000061", "colorimetry=1:4:7:1", BT601, FULL, 8 },
    { "NV12:0x0800000000000061", "colorimetry=0:0:14:7", BT2020, LIMITED, 8 },
    { "YU08:0x0800000000000061", NULL, BT709, LIMITED, 8 },
    { "YU10:0x0800000000000061", NULL, BT709, LIMITED, 10 },
    { "XR24:0x0800000000000061", NULL, NULL, NULL, 8 },
    { "XR30:0x0800000000000061", NULL, NULL, NULL, 10 },
    { "XB30", NULL, NULL, NULL, 10 },
    { "YUVX:0x0800000000000061", NULL, NULL, NULL, 8 }, /* nobody's */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstDmabufSinkColor color = color_of_tiles (rows[i].format, rows[i].more);

    fail_unless_equals_string (color.encoding, rows[i].encoding);
    fail_unless_equals_string (color.range, rows[i].range);
    fail_unless (
        color.bits == rows[i].bits, "%s: %u", rows[i].format, color.bits);
  }
}
GST_END_TEST;

GST_START_TEST (primaries_tell_the_gamut)
{
  static const struct {
    const gchar *colorimetry;
    enum zc_kms_gamut gamut;
  } rows[] = {
    { "bt601", ZC_KMS_GAMUT_DEFAULT },
    { "bt709", ZC_KMS_GAMUT_DEFAULT },
    { "bt2020", ZC_KMS_GAMUT_BT2020 },
    { "bt2100-pq", ZC_KMS_GAMUT_BT2020 },
    { "2:3:5:10", ZC_KMS_GAMUT_P3_DCI },
    { "2:3:5:11", ZC_KMS_GAMUT_P3_D65 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *more = g_strconcat (
        "colorimetry=", rows[i].colorimetry, NULL);

    fail_unless_equals_int (
        color_of_raw ("NV12", 1920, 1080, more).gamut, rows[i].gamut);
  }
}
GST_END_TEST;

static void
assert_screen (const struct zc_kms_hdr *hdr)
{
  fail_unless_equals_int (hdr->primaries[0].x, 34000);
  fail_unless_equals_int (hdr->primaries[0].y, 16000);
  fail_unless_equals_int (hdr->primaries[1].x, 13250);
  fail_unless_equals_int (hdr->primaries[1].y, 34500);
  fail_unless_equals_int (hdr->primaries[2].x, 7500);
  fail_unless_equals_int (hdr->primaries[2].y, 3000);
  fail_unless_equals_int (hdr->white.x, 15635);
  fail_unless_equals_int (hdr->white.y, 16450);
  fail_unless_equals_int (hdr->max_luminance, 10000000);
  fail_unless_equals_int (hdr->min_luminance, 50);
}

static void
assert_dark (const struct zc_kms_hdr *hdr, enum zc_kms_eotf eotf)
{
  const struct zc_kms_hdr nothing = { .eotf = eotf };

  fail_unless (memcmp (hdr, &nothing, sizeof (nothing)) == 0);
}

GST_START_TEST (hdr10_reaches_the_kernel_in_its_units)
{
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 3840, 2160, HDR10);
  struct hdr_output_metadata metadata;
  const struct hdr_metadata_infoframe *frame = &metadata.hdmi_metadata_type1;

  fail_unless_equals_int (color.hdr.eotf, ZC_KMS_EOTF_PQ);
  assert_screen (&color.hdr);
  fail_unless_equals_int (color.hdr.max_cll, 1016);
  fail_unless_equals_int (color.hdr.max_fall, 115);
  fail_unless (color.ignored == NULL);

  zc_kms_hdr_metadata (&color.hdr, &metadata);
  fail_unless_equals_int (frame->max_display_mastering_luminance, 1000);
  fail_unless_equals_int (frame->min_display_mastering_luminance, 50);
}
GST_END_TEST;

GST_START_TEST (light_is_that_of_the_transfer_function)
{
  static const struct {
    const gchar *colorimetry;
    enum zc_kms_eotf eotf;
  } rows[] = {
    { "bt709", ZC_KMS_EOTF_SDR },
    { "bt2020-10", ZC_KMS_EOTF_SDR },
    { "bt2100-pq", ZC_KMS_EOTF_PQ },
    { "bt2100-hlg", ZC_KMS_EOTF_HLG },
    { "1:6:14:7", ZC_KMS_EOTF_PQ },
    { "2:3:15:1", ZC_KMS_EOTF_HLG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *more = g_strconcat (
        "colorimetry=", rows[i].colorimetry, NULL);
    GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080, more);

    assert_dark (&color.hdr, rows[i].eotf);
  }
}
GST_END_TEST;

GST_START_TEST (hlg_may_tell_its_screen_too)
{
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080,
      "colorimetry=bt2100-hlg,mastering-display-info=(string)" SCREEN);

  fail_unless_equals_int (color.hdr.eotf, ZC_KMS_EOTF_HLG);
  assert_screen (&color.hdr);
  fail_unless_equals_int (color.hdr.max_cll, 0);
}
GST_END_TEST;

GST_START_TEST (in_sdr_the_mastering_screen_does_not_count)
{
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080,
      "colorimetry=bt709,mastering-display-info=(string)" SCREEN
      ",content-light-level=(string)1016:115");

  assert_dark (&color.hdr, ZC_KMS_EOTF_SDR);
  fail_unless (color.ignored == NULL);
}
GST_END_TEST;

GST_START_TEST (a_screen_that_makes_no_sense_is_ignored_and_named)
{
  static const gchar *const screens[] = {
    "nonsense",
    "1:2:3",
    "34000:16000:13250:34500:7500:3000:15635:16450:10000000",
    SCREEN ":1",
    "-1:16000:13250:34500:7500:3000:15635:16450:10000000:50",
    "65536:16000:13250:34500:7500:3000:15635:16450:10000000:50",
    "34000:50001:13250:34500:7500:3000:15635:16450:10000000:50",
    "34000:16000:50001:34500:7500:3000:15635:16450:10000000:50",
    "34000:16000:13250:34500:7500:3000:15635:50001:10000000:50",
    "34000:16000:13250:34500:7500:3000:15635:16450:50:10000000",
    "34000:16000:13250:34500:7500:3000:15635:16450:50:50",
    "34000:16000:13250:34500:7500:3000:15635:16450:0:50",
  };

  for (guint i = 0; i < G_N_ELEMENTS (screens); i++) {
    g_autofree gchar *more = g_strconcat (
        "colorimetry=bt2100-pq,mastering-display-info=(string)\"", screens[i],
        "\"", NULL);
    GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080, more);

    assert_dark (&color.hdr, ZC_KMS_EOTF_PQ);
    fail_unless_equals_string (color.ignored, "mastering-display-info");
  }
}
GST_END_TEST;

GST_START_TEST (levels_that_make_no_sense_are_ignored_and_named)
{
  static const gchar *const levels[] = { "nonsense", "1000", "1000:", "a:b",
    "70000:1", "1:2:3" };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    g_autofree gchar *more = g_strconcat (
        "colorimetry=bt2100-pq,mastering-display-info=(string)" SCREEN
        ",content-light-level=(string)\"",
        levels[i], "\"", NULL);
    GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080, more);

    fail_unless_equals_string (color.ignored, "content-light-level");
    assert_screen (&color.hdr);
    fail_unless_equals_int (color.hdr.max_cll, 0);
    fail_unless_equals_int (color.hdr.max_fall, 0);
  }
}
GST_END_TEST;

GST_START_TEST (fields_of_another_type_are_ignored_and_named)
{
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080,
      "colorimetry=bt2100-pq,mastering-display-info=(int)5");

  fail_unless_equals_string (color.ignored, "mastering-display-info");
  color = color_of_raw ("P010_10LE", 1920, 1080,
      "colorimetry=bt2100-pq,content-light-level=(int)5");
  fail_unless_equals_string (color.ignored, "content-light-level");
}
GST_END_TEST;

GST_START_TEST (colours_that_make_no_sense_are_the_usual_ones_and_named)
{
  GstDmabufSinkColor color = color_of_raw (
      "NV12", 1920, 1080, "colorimetry=nonsense");

  fail_unless_equals_string (color.ignored, "colorimetry");
  fail_unless_equals_string (color.encoding, BT709);
  assert_dark (&color.hdr, ZC_KMS_EOTF_SDR);
}
GST_END_TEST;

GST_START_TEST (a_screen_of_which_nothing_is_known_is_no_error)
{
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080,
      "colorimetry=bt2100-pq,mastering-display-info=(string)0:0:0:0:0:0:0:0:0:"
      "0,"
      "content-light-level=(string)0:0");

  assert_dark (&color.hdr, ZC_KMS_EOTF_PQ);
  fail_unless (color.ignored == NULL);
}
GST_END_TEST;

GST_START_TEST (each_difference_that_the_kernel_sees_counts)
{
  static const gchar *const others[] = {
    "colorimetry=bt2100-pq",
    "colorimetry=bt2100-hlg,mastering-display-info=(string)" SCREEN
    ",content-light-level=(string)1016:115",
    "colorimetry=1:6:14:7,mastering-display-info=(string)" SCREEN
    ",content-light-level=(string)1016:115",
    "colorimetry=2:6:14:1,mastering-display-info=(string)" SCREEN
    ",content-light-level=(string)1016:115",
    "colorimetry=2:3:14:7,mastering-display-info=(string)" SCREEN
    ",content-light-level=(string)1016:115",
    "colorimetry=bt2100-pq,mastering-display-info=(string)" SCREEN
    ",content-light-level=(string)1016:116",
  };
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080, HDR10);
  GstDmabufSinkColor other = color_of_raw ("P012_LE", 1920, 1080, HDR10);

  fail_unless (gst_dmabuf_sink_color_is_equal (&color, &color));
  fail_if (gst_dmabuf_sink_color_is_equal (&color, &other));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    other = color_of_raw ("P010_10LE", 1920, 1080, others[i]);
    fail_if (gst_dmabuf_sink_color_is_equal (&color, &other), "%s", others[i]);
    fail_if (gst_dmabuf_sink_color_is_equal (&other, &color), "%s", others[i]);
  }
}
GST_END_TEST;

GST_START_TEST (what_the_kernel_does_not_see_makes_no_difference)
{
  GstDmabufSinkColor color = color_of_raw ("P010_10LE", 1920, 1080, HDR10);
  GstDmabufSinkColor other = color_of_raw ("P010_10LE", 640, 480, HDR10);

  fail_unless (gst_dmabuf_sink_color_is_equal (&color, &other));
  other.hdr.max_luminance++;
  other.ignored = "colorimetry";
  fail_unless (gst_dmabuf_sink_color_is_equal (&color, &other));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (matrices_and_ranges_have_the_kernels_names),
    RUNNER_TEST (an_unknown_matrix_is_that_of_the_size),
    RUNNER_TEST (what_is_not_ycbcr_is_not_decoded),
    RUNNER_TEST (bits_are_those_of_the_largest_component),
    RUNNER_TEST (tiles_have_the_colours_of_their_pixels),
    RUNNER_TEST (primaries_tell_the_gamut),
    RUNNER_TEST (hdr10_reaches_the_kernel_in_its_units),
    RUNNER_TEST (light_is_that_of_the_transfer_function),
    RUNNER_TEST (hlg_may_tell_its_screen_too),
    RUNNER_TEST (in_sdr_the_mastering_screen_does_not_count),
    RUNNER_TEST (a_screen_that_makes_no_sense_is_ignored_and_named),
    RUNNER_TEST (levels_that_make_no_sense_are_ignored_and_named),
    RUNNER_TEST (fields_of_another_type_are_ignored_and_named),
    RUNNER_TEST (colours_that_make_no_sense_are_the_usual_ones_and_named),
    RUNNER_TEST (a_screen_of_which_nothing_is_known_is_no_error),
    RUNNER_TEST (each_difference_that_the_kernel_sees_counts),
    RUNNER_TEST (what_the_kernel_does_not_see_makes_no_difference))
