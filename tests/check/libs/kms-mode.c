/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-output.h"

/* A mode without blanking, so that its rate is clock over pixels. */
#define MODE(w, h, rate, flag)                     \
  { .hdisplay = w,                                 \
    .vdisplay = h,                                 \
    .htotal = w,                                   \
    .vtotal = h,                                   \
    .clock = (uint64_t) (w) * (h) * (rate) / 1000, \
    .flags = flag }

static drmModeModeInfo modes[] = {
  MODE (1920, 1080, 60, 0),
  MODE (1920, 1080, 50, 0),
  MODE (1920, 1080, 24, 0),
  MODE (1280, 720, 60, DRM_MODE_FLAG_INTERLACE),
  MODE (1280, 1024, 60, 0),
  MODE (1024, 768, 60, 0),
  MODE (800, 600, 60, 0),
  MODE (640, 480, 75, 0),
  MODE (640, 480, 60, 0),
};

static struct zc_kms_output output = { .connector = { .modes = modes,
                                           .n_modes = G_N_ELEMENTS (modes) } };

struct row {
  uint32_t width, height, rate_mhz;
  int index; /* of the mode that is best, or -1 */
};

static void
assert_rows (const struct row rows[], size_t n, bool exact)
{
  for (size_t i = 0; i < n; i++) {
    const drmModeModeInfo *mode = zc_kms_output_find_mode (
        &output, rows[i].width, rows[i].height, rows[i].rate_mhz, exact);
    int index = mode ? mode - modes : -1;

    fail_unless (index == rows[i].index, "%ux%u at %u: mode %d instead of %d",
        rows[i].width, rows[i].height, rows[i].rate_mhz, index, rows[i].index);
  }
}

GST_START_TEST (exact_size_or_none)
{
  static const struct row rows[] = {
    { 1024, 768, 60000, 5 },
    { 640, 480, 60000, 8 },
    { 1024, 767, 60000, -1 },
    { 768, 1024, 60000, -1 },
    { 4096, 2160, 60000, -1 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows), true);
}
GST_END_TEST;

GST_START_TEST (the_smallest_that_holds_the_picture)
{
  static const struct row rows[] = {
    { 320, 240, 60000, 8 },
    { 641, 480, 60000, 6 },
    { 640, 481, 60000, 6 },
    { 1280, 720, 60000, 4 },
    { 1281, 1, 60000, 0 },
    { 1921, 1080, 60000, -1 },
    { 1920, 1081, 60000, -1 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows), false);
}
GST_END_TEST;

GST_START_TEST (the_nearest_rate)
{
  static const struct row rows[] = {
    { 1920, 1080, 60000, 0 },
    { 1920, 1080, 50000, 1 },
    { 1920, 1080, 48000, 1 },
    { 1920, 1080, 25000, 2 },
    { 1920, 1080, 23976, 2 },
    { 1920, 1080, 120000, 0 },
    { 640, 480, 72000, 7 },
  };

  assert_rows (rows, G_N_ELEMENTS (rows), true);
}
GST_END_TEST;

GST_START_TEST (interlaced_modes_are_left_alone)
{
  static const struct row rows[] = { { 1280, 720, 60000, -1 } };

  assert_rows (rows, G_N_ELEMENTS (rows), true);
}
GST_END_TEST;

GST_START_TEST (rates_count_fields_and_double_lines)
{
  drmModeModeInfo mode = MODE (1000, 500, 60, 0);

  fail_unless_equals_int (zc_kms_mode_rate_mhz (&mode), 60000);
  mode.flags = DRM_MODE_FLAG_INTERLACE;
  fail_unless_equals_int (zc_kms_mode_rate_mhz (&mode), 120000);
  mode.flags = DRM_MODE_FLAG_DBLSCAN;
  fail_unless_equals_int (zc_kms_mode_rate_mhz (&mode), 30000);
  mode.htotal = 0;
  fail_unless_equals_int (zc_kms_mode_rate_mhz (&mode), 0);
}
GST_END_TEST;

GST_START_TEST (a_lit_display_keeps_its_mode)
{
  pthread_mutex_init (&output.lock, NULL);
  fail_unless_equals_int (zc_kms_output_current_mode (&output).hdisplay, 1920);
  output.was_lit = true;
  output.found_mode = modes[5];
  fail_unless_equals_int (zc_kms_output_current_mode (&output).hdisplay, 1024);
  output.is_lit = true;
  output.setup.mode = modes[6];
  fail_unless_equals_int (zc_kms_output_current_mode (&output).hdisplay, 800);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (exact_size_or_none),
    RUNNER_TEST (the_smallest_that_holds_the_picture),
    RUNNER_TEST (the_nearest_rate),
    RUNNER_TEST (interlaced_modes_are_left_alone),
    RUNNER_TEST (rates_count_fields_and_double_lines),
    RUNNER_TEST (a_lit_display_keeps_its_mode))
