/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-mode.h"

#include <errno.h>

/* As CTA-861 and VESA DMT have them: clock in kHz, totals. */
#define TIMING(w, h, c, wt, ht, f, t) \
  { .hdisplay = w,                    \
    .vdisplay = h,                    \
    .clock = c,                       \
    .htotal = wt,                     \
    .vtotal = ht,                     \
    .flags = f,                       \
    .type = t }
#define I DRM_MODE_FLAG_INTERLACE
#define P DRM_MODE_TYPE_PREFERRED

enum {
  UHD_60,
  UHD_30,
  HD_60,
  HD_5994,
  HD_50,
  HD_50I,
  HD_24,
  HD_23976,
  SXGA_60,
  SXGA_75,
  SMALL_60,
  NONE = -1
};

/* A television. */
static const drmModeModeInfo tv[] = {
  [UHD_60] = TIMING (3840, 2160, 594000, 4400, 2250, 0, 0),
  [UHD_30] = TIMING (3840, 2160, 297000, 4400, 2250, 0, P),
  [HD_60] = TIMING (1920, 1080, 148500, 2200, 1125, 0, 0),
  [HD_5994] = TIMING (1920, 1080, 148352, 2200, 1125, 0, 0),
  [HD_50] = TIMING (1920, 1080, 148500, 2640, 1125, 0, 0),
  [HD_50I] = TIMING (1920, 1080, 74250, 2640, 1125, I, 0),
  [HD_24] = TIMING (1920, 1080, 74250, 2750, 1125, 0, 0),
  [HD_23976] = TIMING (1920, 1080, 74176, 2750, 1125, 0, 0),
  [SXGA_60] = TIMING (1280, 1024, 108000, 1688, 1066, 0, 0),
  [SXGA_75] = TIMING (1280, 1024, 135000, 1688, 1066, 0, 0),
  [SMALL_60] = TIMING (640, 480, 25175, 800, 525, 0, 0),
};

static int
choose (const drmModeModeInfo modes[], unsigned n, const char *what,
    uint32_t width, uint32_t height, uint32_t rate_mhz,
    const drmModeModeInfo *current)
{
  const struct zc_kms_mode_video video = { width, height, rate_mhz };
  struct zc_kms_mode_request request;
  const drmModeModeInfo *mode;
  char why[ZC_KMS_MODE_WHY_SIZE] = "";

  fail_unless_equals_int (
      zc_kms_mode_parse (&request, what, why, sizeof (why)), 0);
  mode = zc_kms_mode_choose (modes, n, &request, &video, current);
  return mode ? mode - modes : NONE;
}

struct row {
  const char *what;
  uint32_t width, height, rate_mhz;
  int best;
};

static void
assert_rows (const struct row rows[], size_t n)
{
  for (size_t i = 0; i < n; i++) {
    int index = choose (tv, G_N_ELEMENTS (tv), rows[i].what, rows[i].width,
        rows[i].height, rows[i].rate_mhz, NULL);

    fail_unless (index == rows[i].best,
        "%s for %ux%u at %u mHz: mode %d instead of %d", rows[i].what,
        rows[i].width, rows[i].height, rows[i].rate_mhz, index, rows[i].best);
  }
}

GST_START_TEST (words_and_sizes_are_read)
{
  static const struct {
    const char *string;
    struct zc_kms_mode_request request;
  } rows[] = {
    { "preferred", { .kind = ZC_KMS_MODE_PREFERRED } },
    { "current", { .kind = ZC_KMS_MODE_CURRENT } },
    { "match", { .kind = ZC_KMS_MODE_MATCH } },
    { "1920x1080", { ZC_KMS_MODE_SIZE, 1920, 1080, 0, false } },
    { "1920x1080@60", { ZC_KMS_MODE_SIZE, 1920, 1080, 60000, false } },
    { "1920x1080@59.94", { ZC_KMS_MODE_SIZE, 1920, 1080, 59940, false } },
    { "1920x1080@23.976", { ZC_KMS_MODE_SIZE, 1920, 1080, 23976, false } },
    { "1920x1080@23.97602", { ZC_KMS_MODE_SIZE, 1920, 1080, 23976, false } },
    { "1920x1080i@50", { ZC_KMS_MODE_SIZE, 1920, 1080, 50000, true } },
    { "720x576i", { ZC_KMS_MODE_SIZE, 720, 576, 0, true } },
    { "65535x1@10000", { ZC_KMS_MODE_SIZE, 65535, 1, 10000000, false } },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct zc_kms_mode_request request;

    memset (&request, 0x55, sizeof (request));
    fail_unless_equals_int (
        zc_kms_mode_parse (&request, rows[i].string, NULL, 0), 0);
    fail_unless_equals_int (request.kind, rows[i].request.kind);
    fail_unless_equals_int (request.width, rows[i].request.width);
    fail_unless_equals_int (request.height, rows[i].request.height);
    fail_unless_equals_int (request.rate_mhz, rows[i].request.rate_mhz);
    fail_unless (request.interlaced == rows[i].request.interlaced);
  }
}
GST_END_TEST;

GST_START_TEST (nonsense_is_refused_with_what_would_be_right)
{
  static const struct {
    const char *string, *wrong;
  } rows[] = {
    { "", "begins with no size" },
    { "best", "begins with no size" },
    { "Match", "begins with no size" },
    { "1920", "begins with no size" },
    { "x1080", "begins with no size" },
    { "0x1080", "begins with no size" },
    { "-1920x1080", "begins with no size" },
    { "65536x1080", "begins with no size" },
    { "99999999999x1080", "begins with no size" },
    { " 1920x1080", "begins with no size" },
    { "1920x", "has no height" },
    { "1920x0", "has no height" },
    { "1920x1080 ", "goes on after the size" },
    { "1920x1080p", "goes on after the size" },
    { "1920x1080-60", "goes on after the size" },
    { "1920x1080@", "has no rate after the @" },
    { "1920x1080@0", "has no rate after the @" },
    { "1920x1080@60.", "has no rate after the @" },
    { "1920x1080@.5", "has no rate after the @" },
    { "1920x1080@10001", "has no rate after the @" },
    { "1920x1080@60Hz", "goes on after the rate" },
    { "1920x1080@60.0.0", "goes on after the rate" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    struct zc_kms_mode_request request = { .width = 7 };
    char why[ZC_KMS_MODE_WHY_SIZE] = "";

    fail_unless_equals_int (
        zc_kms_mode_parse (&request, rows[i].string, why, sizeof (why)),
        -EINVAL);
    fail_unless (strstr (why, rows[i].wrong), "%s: %s", rows[i].string, why);
    fail_unless (g_str_has_suffix (why, "1920x1080i@50"), "%s", why);
    fail_unless_equals_int (request.width, 7);
  }
}
GST_END_TEST;

GST_START_TEST (a_long_string_does_not_cut_what_would_be_right)
{
  g_autofree char *string = g_strnfill (1000, 'n');
  struct zc_kms_mode_request request;
  char why[ZC_KMS_MODE_WHY_SIZE];

  fail_unless_equals_int (
      zc_kms_mode_parse (&request, string, why, sizeof (why)), -EINVAL);
  fail_unless (g_str_has_suffix (why, "1920x1080i@50"), "%s", why);
}
GST_END_TEST;

GST_START_TEST (of_the_sizes_the_one_of_the_video)
{
  static const struct row rows[] = {
    { "match", 1920, 1080, 60000, HD_60 },
    { "match", 3840, 2160, 60000, UHD_60 },
    { "match", 640, 480, 60000, SMALL_60 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (else_the_smallest_that_holds_it)
{
  static const struct row rows[] = {
    { "match", 320, 240, 60000, SMALL_60 },
    { "match", 641, 480, 60000, SXGA_60 },
    { "match", 640, 481, 60000, SXGA_60 },
    { "match", 1281, 1, 60000, HD_60 },
    { "match", 1921, 1080, 60000, UHD_60 },
    { "match", 1080, 1920, 60000, UHD_60 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (else_the_largest)
{
  static const struct row rows[] = {
    { "match", 7680, 4320, 60000, UHD_60 },
    { "match", 4096, 100, 30000, UHD_30 },
    { "match", 100, 4096, 60000, UHD_60 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (each_frame_stays_as_long_as_the_next)
{
  static const struct row rows[] = {
    { "match", 1920, 1080, 24000, HD_24 },
    { "match", 1920, 1080, 23976, HD_23976 },
    { "match", 1920, 1080, 25000, HD_50 },
    { "match", 1920, 1080, 30000, HD_60 },
    { "match", 1920, 1080, 29970, HD_5994 },
    { "match", 1920, 1080, 59940, HD_5994 },
    { "match", 1920, 1080, 60000, HD_60 },
    { "match", 3840, 2160, 30000, UHD_30 },
    { "match", 3840, 2160, 15000, UHD_30 },
    { "match", 1280, 720, 37500, SXGA_75 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (once_a_frame_before_twice_before_sixty)
{
  drmModeModeInfo modes[] = {
    TIMING (100, 100, 600, 100, 100, 0, P),
    TIMING (100, 100, 720, 100, 100, 0, 0),
    TIMING (100, 100, 480, 100, 100, 0, 0),
    TIMING (100, 100, 240, 100, 100, 0, 0),
  };
  static const unsigned best[] = { 3, 2, 1, 0 };

  for (unsigned n = G_N_ELEMENTS (modes), i = 0; n > 0; n--, i++)
    fail_unless_equals_int (
        choose (modes, n, "match", 100, 100, 24000, NULL), best[i]);
}
GST_END_TEST;

/* 25 on 60: each frame two or three refreshes. On 30 it would be one or two. */
GST_START_TEST (without_a_multiple_the_nearly_so_and_then_the_fastest)
{
  static const struct row rows[] = {
    { "match", 3840, 2160, 29970, UHD_30 },
    { "match", 3840, 2160, 59940, UHD_60 },
    { "match", 3840, 2160, 25000, UHD_60 },
    { "match", 1280, 1024, 59940, SXGA_60 },
    { "match", 1280, 1024, 50000, SXGA_75 },
    { "match", 1920, 1080, 144000, HD_60 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

/* 29.97 on 30 shows a frame twice every 33 seconds, on 59.94 never. */
GST_START_TEST (twice_exactly_before_once_nearly)
{
  drmModeModeInfo modes[] = { tv[UHD_30], tv[UHD_60] };

  fail_unless_equals_int (
      choose (modes, 2, "match", 3840, 2160, 29970, NULL), 0);
  modes[1].clock = 593407;
  fail_unless_equals_int (
      choose (modes, 2, "match", 3840, 2160, 29970, NULL), 1);
}
GST_END_TEST;

GST_START_TEST (of_several_that_are_nearly_so_the_nearest)
{
  drmModeModeInfo modes[] = {
    TIMING (100, 100, 603, 100, 100, 0, P),
    TIMING (100, 100, 601, 100, 100, 0, 0),
    TIMING (100, 100, 598, 100, 100, 0, 0),
  };

  fail_unless_equals_int (choose (modes, 3, "match", 100, 100, 60000, NULL), 1);
  fail_unless_equals_int (choose (modes, 3, "match", 100, 100, 30000, NULL), 1);
}
GST_END_TEST;

GST_START_TEST (progressive_before_interlaced)
{
  drmModeModeInfo modes[] = { tv[HD_50I], tv[HD_50] };

  fail_unless_equals_int (
      choose (modes, 2, "match", 1920, 1080, 25000, NULL), 1);
  fail_unless_equals_int (
      choose (modes, 1, "match", 1920, 1080, 25000, NULL), 0);
}
GST_END_TEST;

GST_START_TEST (a_video_without_a_rate_keeps_what_is_lit)
{
  static const struct row rows[] = {
    { "match", 3840, 2160, 0, UHD_30 },
    { "match", 1920, 1080, 0, HD_60 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
  fail_unless_equals_int (
      choose (tv, G_N_ELEMENTS (tv), "match", 1920, 1080, 0, &tv[HD_24]),
      HD_24);
  fail_unless_equals_int (
      choose (tv, G_N_ELEMENTS (tv), "match", 3840, 2160, 0, &tv[UHD_60]),
      UHD_60);
}
GST_END_TEST;

GST_START_TEST (preferred_is_what_the_monitor_says_or_the_first)
{
  static const struct row rows[] = { { "preferred", 640, 480, 60000, UHD_30 } };

  assert_rows (rows, G_N_ELEMENTS (rows));
  fail_unless_equals_int (
      choose (&tv[HD_60], 4, "preferred", 640, 480, 60000, &tv[HD_50]), 0);
}
GST_END_TEST;

GST_START_TEST (current_is_what_is_lit_or_the_preferred)
{
  static const struct row rows[] = { { "current", 640, 480, 60000, UHD_30 } };
  const struct zc_kms_mode_request request = { .kind = ZC_KMS_MODE_CURRENT };
  const struct zc_kms_mode_video video = { 640, 480, 60000 };
  drmModeModeInfo lit = tv[HD_50];

  assert_rows (rows, G_N_ELEMENTS (rows));
  fail_unless (zc_kms_mode_choose (tv, G_N_ELEMENTS (tv), &request, &video,
                   &lit) == &tv[HD_50]);
  lit.htotal++;
  fail_unless (zc_kms_mode_choose (
                   tv, G_N_ELEMENTS (tv), &request, &video, &lit) == &lit);
}
GST_END_TEST;

GST_START_TEST (a_size_is_exact_and_its_rate_nearly)
{
  static const struct row rows[] = {
    { "1920x1080@60", 640, 480, 24000, HD_60 },
    { "1920x1080@59.94", 640, 480, 24000, HD_5994 },
    { "1920x1080@24", 640, 480, 60000, HD_24 },
    { "1920x1080@23.98", 640, 480, 60000, HD_23976 },
    { "1920x1080@50", 640, 480, 60000, HD_50 },
    { "1920x1080i@50", 640, 480, 60000, HD_50I },
    { "1920x1080i", 640, 480, 60000, HD_50I },
    { "1280x1024@60", 640, 480, 60000, SXGA_60 },
    { "640x480@60", 640, 480, 60000, SMALL_60 },
    { "3840x2160@29.97", 640, 480, 60000, UHD_30 },
    { "1920x1080@25", 640, 480, 25000, NONE },
    { "1920x1080@75", 640, 480, 25000, NONE },
    { "1920x1081", 1920, 1081, 60000, NONE },
    { "1080x1920", 1080, 1920, 60000, NONE },
    { "640x480i", 640, 480, 60000, NONE },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (a_size_without_a_rate_has_the_videos)
{
  static const struct row rows[] = {
    { "1920x1080", 640, 480, 24000, HD_24 },
    { "1920x1080", 640, 480, 25000, HD_50 },
    { "3840x2160", 640, 480, 0, UHD_30 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (modes_of_two_pictures_are_left_alone)
{
  drmModeModeInfo modes[] = { tv[HD_60] };

  modes[0].flags |= DRM_MODE_FLAG_3D_FRAME_PACKING;
  fail_unless_equals_int (
      choose (modes, 1, "match", 1920, 1080, 60000, NULL), NONE);
  fail_unless_equals_int (
      choose (modes, 1, "1920x1080", 1920, 1080, 60000, NULL), NONE);
}
GST_END_TEST;

GST_START_TEST (without_modes_there_is_none)
{
  static const char *const whats[] = { "match", "preferred", "current",
    "640x480" };

  for (size_t i = 0; i < G_N_ELEMENTS (whats); i++)
    fail_unless_equals_int (
        choose (tv, 0, whats[i], 640, 480, 60000, NULL), NONE);
}
GST_END_TEST;

GST_START_TEST (rates_count_fields_and_double_lines)
{
  drmModeModeInfo mode = TIMING (1000, 500, 30000, 1000, 500, 0, 0);

  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&mode), 60000);
  mode.flags = DRM_MODE_FLAG_INTERLACE;
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&mode), 120000);
  mode.flags = DRM_MODE_FLAG_DBLSCAN;
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&mode), 30000);
  mode.vscan = 3;
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&mode), 10000);
  mode.htotal = 0;
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&mode), 0);
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&tv[HD_5994]), 59940);
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&tv[HD_23976]), 23976);
  mode = (drmModeModeInfo) TIMING (1, 1, UINT32_MAX, 1, 1, 0, 0);
  fail_unless_equals_int (zc_kms_mode_refresh_mhz (&mode), 0);
}
GST_END_TEST;

GST_START_TEST (names_and_aspect_make_no_other_timing)
{
  drmModeModeInfo mode = tv[HD_60];

  strcpy (mode.name, "mine");
  mode.type = DRM_MODE_TYPE_USERDEF;
  mode.vrefresh = 61;
  mode.vscan = 1;
  mode.flags |= DRM_MODE_FLAG_PIC_AR_16_9;
  fail_unless (zc_kms_mode_same_timing (&mode, &tv[HD_60]));
}
GST_END_TEST;

GST_START_TEST (whatever_drives_the_monitor_makes_another_timing)
{
#define OTHER(member)                                               \
  do {                                                              \
    drmModeModeInfo mode = tv[HD_60];                               \
                                                                    \
    mode.member += 2;                                               \
    fail_if (zc_kms_mode_same_timing (&mode, &tv[HD_60]), #member); \
  } while (0)

  OTHER (clock);
  OTHER (hdisplay);
  OTHER (hsync_start);
  OTHER (hsync_end);
  OTHER (htotal);
  OTHER (hskew);
  OTHER (vdisplay);
  OTHER (vsync_start);
  OTHER (vsync_end);
  OTHER (vtotal);
  OTHER (vscan);
  OTHER (flags); /* a sync that is turned over */
#undef OTHER
}
GST_END_TEST;

struct pixels {
  uint32_t w, h, flags, mm_width, mm_height, par_n, par_d;
};

static void
assert_pixels (const struct pixels rows[], size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const drmModeModeInfo mode = {
      .hdisplay = rows[i].w, .vdisplay = rows[i].h, .flags = rows[i].flags
    };
    uint32_t par_n, par_d;

    zc_kms_mode_pixel_aspect (
        &mode, rows[i].mm_width, rows[i].mm_height, &par_n, &par_d);
    fail_unless (par_n == rows[i].par_n && par_d == rows[i].par_d,
        "%ux%u on %ux%u mm: %u/%u instead of %u/%u", rows[i].w, rows[i].h,
        rows[i].mm_width, rows[i].mm_height, par_n, par_d, rows[i].par_n,
        rows[i].par_d);
  }
}

GST_START_TEST (an_aspect_that_is_stated_shapes_the_pixels)
{
  static const struct pixels rows[] = {
    { 720, 480, DRM_MODE_FLAG_PIC_AR_16_9, 0, 0, 32, 27 },
    { 720, 480, DRM_MODE_FLAG_PIC_AR_4_3, 0, 0, 8, 9 },
    { 720, 576, DRM_MODE_FLAG_PIC_AR_16_9, 0, 0, 64, 45 },
    { 720, 576, DRM_MODE_FLAG_PIC_AR_4_3, 1600, 900, 16, 15 },
    { 1920, 1080, DRM_MODE_FLAG_PIC_AR_16_9, 900, 1600, 1, 1 },
    { 2560, 1080, DRM_MODE_FLAG_PIC_AR_64_27, 0, 0, 1, 1 },
    { 1920, 1080, DRM_MODE_FLAG_PIC_AR_64_27, 0, 0, 4, 3 },
    { 4096, 2160, DRM_MODE_FLAG_PIC_AR_256_135, 0, 0, 1, 1 },
  };

  assert_pixels (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (a_screens_size_shapes_the_pixels)
{
  static const struct pixels rows[] = {
    { 1280, 1024, 0, 520, 320, 13, 10 },
    { 640, 480, 0, 1600, 900, 4, 3 },
  };

  assert_pixels (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (sizes_in_whole_centimetres_leave_pixels_square)
{
  static const struct pixels rows[] = {
    { 1920, 1080, 0, 0, 0, 1, 1 },
    { 1920, 1080, 0, 160, 90, 1, 1 },
    { 1920, 1200, 0, 520, 320, 1, 1 },
    { 1920, 1080, 0, 600, 340, 1, 1 },
    { 3840, 2160, 0, 1650, 930, 1, 1 },
    { 1366, 768, 0, 310, 170, 1, 1 },
  };

  assert_pixels (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (sizes_that_cannot_be_true_leave_pixels_square)
{
  static const struct pixels rows[] = {
    { 1920, 1080, 0, 10, 10, 1, 1 },
    { 1920, 1080, 0, 900, 1600, 1, 1 },
    { 1920, 1080, 0, 1600, 0, 1, 1 },
    { 1920, 1080, 0, 0, 900, 1, 1 },
    { 1920, 1080, 0, UINT32_MAX, UINT32_MAX, 1, 1 },
    { 1920, 1080, 0, 30001, 20000, 1, 1 },
    { 0, 1080, 0, 1600, 900, 1, 1 },
    { 1920, 0, DRM_MODE_FLAG_PIC_AR_4_3, 1600, 900, 1, 1 },
  };

  assert_pixels (rows, G_N_ELEMENTS (rows));
}
GST_END_TEST;

GST_START_TEST (names_say_size_fields_and_rate)
{
  static const char *const names[G_N_ELEMENTS (tv)] = { "3840x2160@60",
    "3840x2160@30", "1920x1080@60", "1920x1080@59.94", "1920x1080@50",
    "1920x1080i@50", "1920x1080@24", "1920x1080@23.976", "1280x1024@60.02",
    "1280x1024@75.025", "640x480@59.94" };
  const drmModeModeInfo empty = { 0 };
  char name[ZC_KMS_MODE_NAME_SIZE];

  for (size_t i = 0; i < G_N_ELEMENTS (tv); i++)
    fail_unless_equals_string (
        zc_kms_mode_name (&tv[i], name, sizeof (name)), names[i]);
  fail_unless_equals_string (
      zc_kms_mode_name (&empty, name, sizeof (name)), "0x0@0");
}
GST_END_TEST;

GST_START_TEST (a_name_leads_back_to_its_mode)
{
  for (size_t i = 0; i < G_N_ELEMENTS (tv); i++) {
    char name[ZC_KMS_MODE_NAME_SIZE];

    zc_kms_mode_name (&tv[i], name, sizeof (name));
    fail_unless_equals_int (
        choose (tv, G_N_ELEMENTS (tv), name, 640, 480, 60000, NULL), i);
  }
}
GST_END_TEST;

GST_START_TEST (a_list_has_each_name_once_and_says_where_it_is_cut)
{
  drmModeModeInfo modes[] = { tv[HD_60], tv[HD_60], tv[HD_50] };
  char text[100], small[28];

  modes[1].flags |= DRM_MODE_FLAG_PIC_AR_16_9;
  fail_unless_equals_string (zc_kms_mode_names (modes, 3, text, sizeof (text)),
      "1920x1080@60, 1920x1080@50");
  fail_unless_equals_string (
      zc_kms_mode_names (modes, 3, small, sizeof (small)), "1920x1080@60, ...");
  fail_unless_equals_string (zc_kms_mode_names (modes, 3, small, 4), "...");
  fail_unless_equals_string (
      zc_kms_mode_names (NULL, 0, text, sizeof (text)), "");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (words_and_sizes_are_read),
    RUNNER_TEST (nonsense_is_refused_with_what_would_be_right),
    RUNNER_TEST (a_long_string_does_not_cut_what_would_be_right),
    RUNNER_TEST (of_the_sizes_the_one_of_the_video),
    RUNNER_TEST (else_the_smallest_that_holds_it),
    RUNNER_TEST (else_the_largest),
    RUNNER_TEST (each_frame_stays_as_long_as_the_next),
    RUNNER_TEST (once_a_frame_before_twice_before_sixty),
    RUNNER_TEST (without_a_multiple_the_nearly_so_and_then_the_fastest),
    RUNNER_TEST (twice_exactly_before_once_nearly),
    RUNNER_TEST (of_several_that_are_nearly_so_the_nearest),
    RUNNER_TEST (progressive_before_interlaced),
    RUNNER_TEST (a_video_without_a_rate_keeps_what_is_lit),
    RUNNER_TEST (preferred_is_what_the_monitor_says_or_the_first),
    RUNNER_TEST (current_is_what_is_lit_or_the_preferred),
    RUNNER_TEST (a_size_is_exact_and_its_rate_nearly),
    RUNNER_TEST (a_size_without_a_rate_has_the_videos),
    RUNNER_TEST (modes_of_two_pictures_are_left_alone),
    RUNNER_TEST (without_modes_there_is_none),
    RUNNER_TEST (rates_count_fields_and_double_lines),
    RUNNER_TEST (names_and_aspect_make_no_other_timing),
    RUNNER_TEST (whatever_drives_the_monitor_makes_another_timing),
    RUNNER_TEST (an_aspect_that_is_stated_shapes_the_pixels),
    RUNNER_TEST (a_screens_size_shapes_the_pixels),
    RUNNER_TEST (sizes_in_whole_centimetres_leave_pixels_square),
    RUNNER_TEST (sizes_that_cannot_be_true_leave_pixels_square),
    RUNNER_TEST (names_say_size_fields_and_rate),
    RUNNER_TEST (a_name_leads_back_to_its_mode),
    RUNNER_TEST (a_list_has_each_name_once_and_says_where_it_is_cut))
