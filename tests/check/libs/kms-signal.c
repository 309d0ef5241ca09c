/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a connector sends, and a monitor that is exchanged for another. */
#include "../helpers/card.h"
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-layer.h"

#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>

#define HDR_MONITOR "hp-5dq99aa-hdmi"
#define SDR_MONITOR "dell-2408wfp-dp"
#define PQ_MONITOR "samsung-q800t-hdmi2.0" /* but no BT.2020 */

enum { DEFAULT = 0, OP_RGB = 7, BT2020_RGB = 9 };

static const struct hdr_output_metadata others = {
  .hdmi_metadata_type1 = { .eotf = 3, .max_cll = 77 },
};

static const struct zc_kms_signal plain = { .bits = 8 };
static const struct zc_kms_signal disc = { .hdr = { .eotf = ZC_KMS_EOTF_PQ,
                                               .max_cll = 1000 },
  .gamut = ZC_KMS_GAMUT_BT2020,
  .bits = 10 };

static struct card *card;
static uint32_t crtc, connector;
static struct zc_kms_device *device;
static struct zc_kms_output *output;
static struct zc_kms_layer *layer;

static void
on_flipped (G_GNUC_UNUSED const struct zc_kms_frame *frame,
    G_GNUC_UNUSED int64_t time_ns, G_GNUC_UNUSED void *data)
{
}

static void
on_released (G_GNUC_UNUSED const struct zc_kms_frame *frame,
    G_GNUC_UNUSED bool shown, G_GNUC_UNUSED void *data)
{
}

static const struct zc_kms_layer_events no_events = {
  .flipped = on_flipped,
  .released = on_released,
};

static void
plug (const char *monitor)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%s.edid", EDID_DATA, monitor);
  g_autofree gchar *data = NULL;
  gsize size;

  fail_unless (g_file_get_contents (path, &data, &size, NULL), "%s", path);
  card_set_edid (card, connector, data, size);
}

static void
make_card (void)
{
  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_set_flips (card, CARD_FLIPS_AT_ONCE);
  plug (HDR_MONITOR);
}

static void
open_output (void)
{
  fail_unless_equals_int (zc_kms_device_open (&device, card_path (card)), 0);
  fail_unless_equals_int (zc_kms_output_get (&output, device, NULL), 0);
  fail_unless_equals_int (zc_kms_output_activate (output), 0);
  fail_unless_equals_int (
      zc_kms_layer_new (&layer, output, 1, false, &no_events, NULL), 0);
}

static void
close_output (void)
{
  zc_kms_layer_free (layer);
  fail_unless_equals_int (zc_kms_output_deactivate (output), 0);
  zc_kms_output_put (output);
  zc_kms_device_close (device);
}

/* As found, by another program that has gone. */
static void
set_up (void)
{
  make_card ();
  card_add_hdr (card, connector, 0);
  card_remove_property (card, connector, "HDR_OUTPUT_METADATA");
  card_add_blob (card, connector, "HDR_OUTPUT_METADATA", 0, sizeof (others),
      &others, sizeof (others));
  card_set (card, connector, "Colorspace", OP_RGB);
  card_set (card, connector, "max bpc", 9);
  open_output ();
}

static void
tear_down (void)
{
  close_output ();
  card_free (card);
}

/* Black on WHICH layer, in whatever of SIGNAL fits the monitor. */
static int
place (struct zc_kms_layer *which, const struct zc_kms_signal *signal)
{
  struct zc_kms_wish wish = {
    .setup = { .mode = zc_kms_output_current_mode (output), .signal = *signal },
  };
  struct zc_kms_frame frame = { 0 };
  struct zc_kms_rect all = { 0, 0, wish.setup.mode.hdisplay,
    wish.setup.mode.vdisplay };
  int ret;

  zc_kms_output_fit (output, &wish.setup.signal);
  fail_unless_equals_int (
      zc_kms_fb_new_black (device, all.w, all.h, &frame.fb[0]), 0);
  wish.part[0].fb = frame.fb[0];
  wish.part[0].look = zc_kms_look_of (frame.fb[0], all);
  ret = zc_kms_layer_place (which, &wish, &frame);
  zc_kms_fb_unref (frame.fb[0]);
  return ret;
}

static void
show (const struct zc_kms_signal *signal)
{
  fail_unless_equals_int (place (layer, signal), 0);
}

static void
check_signal (uint32_t eotf, uint64_t colorspace, uint64_t bits)
{
  size_t size;
  const struct hdr_output_metadata *hdr = card_get_blob (
      card, connector, "HDR_OUTPUT_METADATA", &size);

  fail_unless_equals_int (hdr ? hdr->hdmi_metadata_type1.eotf : 0, eotf);
  fail_unless_equals_uint64 (
      card_get (card, connector, "Colorspace"), colorspace);
  fail_unless_equals_uint64 (card_get (card, connector, "max bpc"), bits);
}

/* --- what fits --------------------------------------------------------- */

static struct zc_kms_signal
fit (const struct zc_kms_signal *signal, const char *refusal)
{
  struct zc_kms_signal fitted = *signal;
  const char *why = zc_kms_output_fit (output, &fitted);

  fail_unless_equals_string (why, refusal);
  return fitted;
}

GST_START_TEST (what_a_monitor_takes_stays)
{
  struct zc_kms_signal fitted;

  set_up ();
  fitted = fit (&disc, NULL);
  fail_unless (zc_kms_signal_equal (&fitted, &disc));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_it_does_not_take_is_left_out)
{
  const struct zc_kms_signal nothing = { 0 };
  struct zc_kms_signal fitted;

  set_up ();
  plug (SDR_MONITOR);
  fail_unless_equals_int (zc_kms_output_probe (output), 0);
  fitted = fit (&disc, "has no PQ (SMPTE ST 2084)");
  fail_unless (zc_kms_signal_equal (&fitted, &nothing));
  tear_down ();
}
GST_END_TEST;

/* HDR wants more bits than the picture has. */
GST_START_TEST (bits_that_were_found_need_no_asking)
{
  struct zc_kms_signal shallow = disc;

  set_up ();
  fail_unless_equals_int (fit (&plain, NULL).bits, 0);
  shallow.bits = 8;
  fail_unless_equals_int (fit (&shallow, NULL).bits, 8);
  card_set (card, connector, "max bpc", 10);
  close_output ();
  open_output ();
  fail_unless_equals_int (fit (&shallow, NULL).bits, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_connector_without_properties_is_asked_for_nothing)
{
  const struct zc_kms_signal nothing = { 0 };
  struct zc_kms_signal fitted;

  make_card ();
  open_output ();
  fitted = fit (&disc, "is on a connector without HDR_OUTPUT_METADATA");
  fail_unless (zc_kms_signal_equal (&fitted, &nothing));
  show (&disc);
  tear_down ();
}
GST_END_TEST;

/* --- another monitor --------------------------------------------------- */

GST_START_TEST (a_lesser_monitor_is_sent_less)
{
  set_up ();
  show (&disc);
  check_signal (2, BT2020_RGB, 10);
  plug (SDR_MONITOR);
  fail_unless_equals_int (zc_kms_output_probe (output), 0);
  show (&disc);
  check_signal (0, DEFAULT, 9);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_better_monitor_is_sent_more)
{
  set_up ();
  plug (SDR_MONITOR);
  fail_unless_equals_int (zc_kms_output_probe (output), 0);
  show (&disc);
  check_signal (0, DEFAULT, 9);
  plug (PQ_MONITOR);
  fail_unless_equals_int (zc_kms_output_probe (output), 0);
  show (&disc);
  check_signal (2, DEFAULT, 10);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_monitor_of_which_nothing_is_known_is_sent_sdr)
{
  set_up ();
  show (&disc);
  card_set_edid (card, connector, NULL, 0);
  fail_unless_equals_int (zc_kms_output_probe (output), 0);
  show (&disc);
  check_signal (0, DEFAULT, 10);
  tear_down ();
}
GST_END_TEST;

/* What we set ourselves before the replug was not found. */
GST_START_TEST (what_was_found_returns_after_a_replug)
{
  const struct hdr_output_metadata *bytes;
  size_t size;

  set_up ();
  show (&disc);
  card_set_status (card, connector, DRM_MODE_DISCONNECTED);
  zc_kms_output_probe (output);
  plug (PQ_MONITOR);
  card_set_status (card, connector, DRM_MODE_CONNECTED);
  fail_unless_equals_int (zc_kms_output_probe (output), 0);
  show (&disc);
  check_signal (2, DEFAULT, 10);
  close_output ();
  check_signal (3, OP_RGB, 9);
  bytes = card_get_blob (card, connector, "HDR_OUTPUT_METADATA", &size);
  fail_unless_equals_int (size, sizeof (others));
  fail_unless (memcmp (bytes, &others, size) == 0);
  card_free (card);
}
GST_END_TEST;

/* Others may have changed it while nothing of ours was shown. */
GST_START_TEST (what_is_found_is_read_when_the_display_is_taken)
{
  set_up ();
  zc_kms_layer_free (layer);
  fail_unless_equals_int (zc_kms_output_deactivate (output), 0);
  card_set (card, connector, "Colorspace", DEFAULT);
  card_set (card, connector, "max bpc", 11);
  fail_unless_equals_int (zc_kms_output_activate (output), 0);
  fail_unless_equals_int (
      zc_kms_layer_new (&layer, output, 1, false, &no_events, NULL), 0);
  show (&disc);
  check_signal (2, BT2020_RGB, 11);
  close_output ();
  check_signal (3, DEFAULT, 11);
  card_free (card);
}
GST_END_TEST;

/* --- who chooses ------------------------------------------------------- */

GST_START_TEST (whoever_shows_something_leads_until_it_goes)
{
  struct zc_kms_layer *next;

  set_up ();
  fail_unless_equals_int (
      zc_kms_layer_new (&next, output, 1, false, &no_events, NULL), 0);
  fail_unless (zc_kms_layer_leads (layer));
  fail_unless (zc_kms_layer_leads (next));
  show (&plain);
  fail_unless (zc_kms_layer_leads (layer));
  fail_if (zc_kms_layer_leads (next));
  zc_kms_layer_hide (layer);
  fail_unless (zc_kms_layer_leads (next));
  zc_kms_layer_free (next);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (nobody_contradicts_who_leads)
{
  struct zc_kms_layer *next;

  set_up ();
  card_add_plane (card, &(struct card_plane) { 0 });
  close_output ();
  open_output ();
  fail_unless_equals_int (
      zc_kms_layer_new (&next, output, 1, false, &no_events, NULL), 0);
  show (&disc);
  fail_unless_equals_int (place (next, &plain), -EAGAIN);
  check_signal (2, BT2020_RGB, 10);
  fail_unless_equals_int (place (next, &disc), 0);
  show (&plain);
  check_signal (0, DEFAULT, 9);
  zc_kms_layer_free (next);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_a_monitor_takes_stays),
    RUNNER_TEST (what_it_does_not_take_is_left_out),
    RUNNER_TEST (bits_that_were_found_need_no_asking),
    RUNNER_TEST (a_connector_without_properties_is_asked_for_nothing),
    RUNNER_TEST (a_lesser_monitor_is_sent_less),
    RUNNER_TEST (a_better_monitor_is_sent_more),
    RUNNER_TEST (a_monitor_of_which_nothing_is_known_is_sent_sdr),
    RUNNER_TEST (what_was_found_returns_after_a_replug),
    RUNNER_TEST (what_is_found_is_read_when_the_display_is_taken),
    RUNNER_TEST (whoever_shows_something_leads_until_it_goes),
    RUNNER_TEST (nobody_contradicts_who_leads))
