/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a connector sends of a video's colours: HDR_OUTPUT_METADATA, Colorspace
 * and max bpc, with monitors that take them and such that do not. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>

#define SIZE "width=640,height=480,framerate=30/1"
#define SDR "video/x-raw,format=BGRx," SIZE
#define DEEP "video/x-raw,format=BGR10A2_LE," SIZE

/* A screen of P3 colours with 1000 cd/m2, as discs have it. */
#define PQ                                                        \
  "video/x-raw,format=BGRx," SIZE ",colorimetry=(string)1:1:14:7" \
  ",mastering-display-info=(string)"                              \
  "34000:16000:13250:34500:7500:3000:15635:16450:"                \
  "10000000:50,content-light-level=(string)1016:115"

#define HDR_MONITOR "hp-5dq99aa-hdmi"
#define SDR_MONITOR "dell-2408wfp-dp"
#define NO_PQ "the monitor has no PQ (SMPTE ST 2084)"
#define NO_BITS "the link cannot have more bits"
#define NO_COLOURS "the link cannot tell of other colours"
#define NO_HDR "the link cannot tell of HDR"

enum { DEFAULT = 0, OP_RGB = 7, BT2020_RGB = 9 };

static struct card *card;
static uint32_t crtc, connector, plane;
static struct sink sink;

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
make_card (const char *monitor)
{
  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY,
                .min_scale = 0x10000 / 8,
                .max_scale = 0x10000 * 4,
                .formats = (struct card_format[]) { { DRM_FORMAT_XRGB8888, 0 },
                    { DRM_FORMAT_ARGB8888, 0 }, { DRM_FORMAT_ARGB2101010, 0 },
                    { 0 } } });
  card_set_auto_flip (card, 2000);
  plug (monitor);
}

static void
make_hdr_card (const char *monitor)
{
  make_card (monitor);
  card_add_hdr (card, connector, CARD_NEEDS_MODESET);
}

static void
push (struct sink *which)
{
  guint64 frames = sink_get_stat (which, "frames");

  sink_push_any (which);
  sink_wait_frames (which, frames + 1);
}

static void
show (const char *properties, const char *caps)
{
  sink_open (&sink, card_path (card), properties, caps);
  push (&sink);
}

static void
tear_down (void)
{
  sink_close (&sink);
  card_free (card);
}

static void
check_signal (uint32_t eotf, uint64_t colorspace, uint64_t bits)
{
  size_t size;
  const struct hdr_output_metadata *hdr = card_get_blob (
      card, connector, "HDR_OUTPUT_METADATA", &size);

  fail_unless_equals_int (hdr ? hdr->hdmi_metadata_type1.eotf : 0, eotf);
  fail_unless_equals_int (hdr != NULL, eotf != 0);
  fail_unless_equals_uint64 (
      card_get (card, connector, "Colorspace"), colorspace);
  fail_unless_equals_uint64 (card_get (card, connector, "max bpc"), bits);
}

/* The sink says TEXT, as the only warning. */
static void
check_refused (struct sink *which, const char *text)
{
  g_autofree gchar *refused = sink_get_stat_string (which, "refused");
  g_autofree gchar *first = sink_take_warning (which), *second = NULL;

  fail_unless_equals_string (refused, text);
  fail_unless (first && strstr (first, text), "%s", first);
  second = sink_take_warning (which);
  fail_if (second, "%s", second);
}

static void
check_nothing_refused (struct sink *which)
{
  g_autofree gchar *refused = sink_get_stat_string (which, "refused");
  g_autofree gchar *warning = sink_take_warning (which);

  fail_unless_equals_string (refused, "none");
  fail_if (warning, "%s", warning);
}

/* Since FIRST, commits with ALLOW_MODESET. */
static unsigned
count_modesets (unsigned first)
{
  unsigned n = 0;

  for (unsigned i = first; i < card_n_commits (card); i++)
    n += (card_commit_of (card, i)->flags & DRM_MODE_ATOMIC_ALLOW_MODESET) != 0;
  return n;
}

/* --- what is sent ------------------------------------------------------ */

GST_START_TEST (hdr_comes_with_the_mode_in_one_commit)
{
  const struct card_commit *commit;

  make_hdr_card (HDR_MONITOR);
  show ("", PQ);
  check_signal (2, BT2020_RGB, 10);
  commit = card_commit_of (card, 0);
  fail_unless (commit->flags & DRM_MODE_ATOMIC_ALLOW_MODESET);
  fail_unless (card_commit_sets (commit, crtc, "MODE_ID", NULL));
  fail_unless (
      card_commit_sets (commit, connector, "HDR_OUTPUT_METADATA", NULL));
  fail_unless (card_commit_sets (commit, connector, "Colorspace", NULL));
  fail_unless (card_commit_sets (commit, connector, "max bpc", NULL));
  push (&sink);
  fail_unless_equals_int (count_modesets (0), 1);
  check_nothing_refused (&sink);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (metadata_are_those_of_the_caps)
{
  static const struct hdr_output_metadata expected = {
    .hdmi_metadata_type1 = {
      .eotf = 2,
      .display_primaries = { { 34000, 16000 }, { 13250, 34500 },
          { 7500, 3000 } },
      .white_point = { 15635, 16450 },
      .max_display_mastering_luminance = 1000,
      .min_display_mastering_luminance = 50,
      .max_cll = 1016,
      .max_fall = 115,
    },
  };
  const void *bytes;
  size_t size;

  make_hdr_card (HDR_MONITOR);
  show ("", PQ);
  bytes = card_get_blob (card, connector, "HDR_OUTPUT_METADATA", &size);
  fail_unless_equals_int (size, sizeof (expected));
  fail_unless (memcmp (bytes, &expected, size) == 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (ten_bits_are_asked_for_without_hdr_too)
{
  make_hdr_card (HDR_MONITOR);
  show ("", DEEP);
  check_signal (0, DEFAULT, 10);
  check_nothing_refused (&sink);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (sdr_after_hdr_takes_it_away)
{
  make_hdr_card (HDR_MONITOR);
  show ("", PQ);
  sink_set_caps (&sink, SDR);
  push (&sink);
  check_signal (0, DEFAULT, 8);
  fail_unless_equals_int (count_modesets (0), 2);
  sink_set_caps (&sink, PQ);
  push (&sink);
  check_signal (2, BT2020_RGB, 10);
  fail_unless_equals_int (count_modesets (0), 3);
  tear_down ();
}
GST_END_TEST;

/* --- what is not sent -------------------------------------------------- */

GST_START_TEST (a_monitor_without_pq_is_told_once)
{
  make_hdr_card (SDR_MONITOR);
  show ("", PQ);
  push (&sink);
  push (&sink);
  check_signal (0, DEFAULT, 8);
  check_refused (&sink, NO_PQ);
  fail_unless_equals_int (card_get (card, plane, "SRC_W"), 640 << 16);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_connector_without_hdr_is_told)
{
  make_card (HDR_MONITOR);
  show ("", PQ);
  push (&sink);
  check_refused (
      &sink, "the monitor is on a connector without HDR_OUTPUT_METADATA");
  tear_down ();
}
GST_END_TEST;

/* Not even to become deeper, or wider. */
GST_START_TEST (what_a_connector_cannot_tell_needs_no_modeset)
{
  unsigned n;

  make_card (HDR_MONITOR);
  show ("", SDR);
  n = card_n_commits (card);
  sink_set_caps (&sink, DEEP ",colorimetry=(string)1:1:12:7");
  push (&sink);
  fail_unless_equals_int (count_modesets (n), 0);
  check_nothing_refused (&sink);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (sdr_asks_for_nothing)
{
  make_hdr_card (HDR_MONITOR);
  show ("", SDR);
  check_signal (0, DEFAULT, 8);
  fail_unless_equals_int (count_modesets (0), 1);
  check_nothing_refused (&sink);
  tear_down ();
}
GST_END_TEST;

/* --- what was found ---------------------------------------------------- */

static const struct hdr_output_metadata others = {
  .hdmi_metadata_type1 = { .eotf = 3, .max_cll = 77 },
};

/* Of another program, which has gone. */
static void
make_found_card (void)
{
  make_card (HDR_MONITOR);
  card_add_hdr (card, connector, 0);
  card_remove_property (card, connector, "HDR_OUTPUT_METADATA");
  card_add_blob (card, connector, "HDR_OUTPUT_METADATA", 0, sizeof (others),
      &others, sizeof (others));
  card_set (card, connector, "Colorspace", OP_RGB);
  card_set (card, connector, "max bpc", 12);
}

static void
check_found (void)
{
  size_t size;
  const void *bytes = card_get_blob (
      card, connector, "HDR_OUTPUT_METADATA", &size);

  check_signal (3, OP_RGB, 12);
  fail_unless_equals_int (size, sizeof (others));
  fail_unless (memcmp (bytes, &others, size) == 0);
}

GST_START_TEST (what_was_found_returns)
{
  make_found_card ();
  show ("", PQ);
  check_signal (2, BT2020_RGB, 12);
  sink_close (&sink);
  check_found ();
  card_free (card);
}
GST_END_TEST;

GST_START_TEST (sdr_takes_away_what_others_left)
{
  make_found_card ();
  show ("", SDR);
  check_signal (0, DEFAULT, 12);
  sink_close (&sink);
  check_found ();
  card_free (card);
}
GST_END_TEST;

static bool
wants_found (const struct card_state *state)
{
  return card_state_get (state, connector, "Colorspace") == OP_RGB;
}

static int
refuse_found (const struct card_state *state, G_GNUC_UNUSED void *data)
{
  return wants_found (state) &&
                 card_state_old (state, connector, "Colorspace") != OP_RGB
             ? EINVAL
             : 0;
}

GST_START_TEST (what_cannot_return_is_taken_away)
{
  make_found_card ();
  show ("", PQ);
  card_set_check (card, refuse_found, NULL);
  sink_close (&sink);
  check_signal (0, DEFAULT, 12);
  fail_unless_equals_int (card_get (card, crtc, "ACTIVE"), 0);
  card_free (card);
}
GST_END_TEST;

/* Nor can the display be turned off. */
static int
refuse_any_but_the_signal (
    const struct card_state *state, G_GNUC_UNUSED void *data)
{
  return wants_found (state) || card_state_get (state, crtc, "ACTIVE") == 0
             ? EINVAL
             : 0;
}

GST_START_TEST (hdr_goes_even_if_the_display_cannot_be_turned_off)
{
  make_found_card ();
  show ("", PQ);
  card_set_check (card, refuse_any_but_the_signal, NULL);
  sink_close (&sink);
  check_signal (0, DEFAULT, 12);
  card_free (card);
}
GST_END_TEST;

/* --- what the driver refuses ------------------------------------------- */

static int
refuse_bits (const struct card_state *state, G_GNUC_UNUSED void *data)
{
  return card_state_get (state, connector, "max bpc") > 8 ? EINVAL : 0;
}

static int
refuse_colours (const struct card_state *state, G_GNUC_UNUSED void *data)
{
  return card_state_get (state, connector, "Colorspace") != DEFAULT
             ? EINVAL
             : refuse_bits (state, data);
}

static int
refuse_hdr (const struct card_state *state, G_GNUC_UNUSED void *data)
{
  return card_state_get (state, connector, "HDR_OUTPUT_METADATA") != 0
             ? EINVAL
             : refuse_colours (state, data);
}

static void
check_without (
    card_check check, uint32_t eotf, uint64_t colorspace, const char *text)
{
  make_hdr_card (HDR_MONITOR);
  card_set_check (card, check, NULL);
  show ("", PQ);
  push (&sink);
  check_signal (eotf, colorspace, 8);
  check_refused (&sink, text);
  tear_down ();
}

GST_START_TEST (bits_are_left_out_first)
{
  check_without (refuse_bits, 2, BT2020_RGB, NO_BITS);
}
GST_END_TEST;

GST_START_TEST (then_the_colours)
{
  check_without (refuse_colours, 2, DEFAULT, NO_BITS "; " NO_COLOURS);
}
GST_END_TEST;

GST_START_TEST (then_hdr)
{
  check_without (refuse_hdr, 0, DEFAULT, NO_BITS "; " NO_COLOURS "; " NO_HDR);
}
GST_END_TEST;

GST_START_TEST (a_style_that_cannot_be_costs_no_hdr)
{
  make_hdr_card (HDR_MONITOR);
  show ("alpha=0.5", PQ);
  check_signal (2, BT2020_RGB, 10);
  check_refused (&sink, "it cannot be translucent");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (all_that_is_left_out_is_said)
{
  make_hdr_card (SDR_MONITOR);
  show ("alpha=0.5 rotate-method=90r", PQ);
  check_refused (
      &sink, NO_PQ "; it cannot be translucent; it cannot be turned");
  tear_down ();
}
GST_END_TEST;

/* --- several sinks ----------------------------------------------------- */

#define LEFT "mode=1280x720 render-rectangle=<0,0,400,300> "
#define RIGHT "mode=1280x720 render-rectangle=<500,0,400,300> "
#define KEPT "another sink shows on the display, which keeps its "

static struct sink second;

static void
add_plane (void)
{
  card_add_plane (card, &(struct card_plane) { .min_scale = 0x10000 / 8,
                            .max_scale = 0x10000 * 4 });
}

static void
show_both (const char *properties, const char *caps,
    const char *second_properties, const char *second_caps)
{
  g_autofree gchar *left = g_strconcat (LEFT, properties, NULL);
  g_autofree gchar *right = g_strconcat (RIGHT, second_properties, NULL);

  add_plane ();
  show (left, caps);
  sink_open (&second, card_path (card), right, second_caps);
  push (&second);
}

static void
tear_down_both (void)
{
  sink_close (&second);
  tear_down ();
}

GST_START_TEST (the_first_sink_chooses_the_colours)
{
  make_hdr_card (HDR_MONITOR);
  show_both ("", PQ, "", SDR);
  check_signal (2, BT2020_RGB, 10);
  check_refused (&second, KEPT "colours");
  check_nothing_refused (&sink);
  fail_unless_equals_int (count_modesets (0), 1);
  tear_down_both ();
}
GST_END_TEST;

GST_START_TEST (a_later_one_does_not)
{
  make_hdr_card (HDR_MONITOR);
  show_both ("", SDR, "", PQ);
  check_signal (0, DEFAULT, 8);
  check_refused (&second, KEPT "colours");
  check_nothing_refused (&sink);
  tear_down_both ();
}
GST_END_TEST;

GST_START_TEST (the_first_may_change_its_mind)
{
  make_hdr_card (HDR_MONITOR);
  show_both ("", PQ, "", SDR);
  sink_set_caps (&sink, SDR);
  push (&sink);
  check_signal (0, DEFAULT, 8);
  tear_down_both ();
}
GST_END_TEST;

/* What another sink cannot have is none of the first one's business. */
GST_START_TEST (what_a_later_one_cannot_have_costs_the_first_nothing)
{
  make_hdr_card (HDR_MONITOR);
  show_both ("", PQ, "alpha=0.5", PQ);
  check_signal (2, BT2020_RGB, 10);
  check_refused (&second, "it cannot be translucent");
  tear_down_both ();
}
GST_END_TEST;

static bool
becomes (uint32_t object, const char *name, uint64_t value)
{
  for (guint i = 0; i < 1000 && card_get (card, object, name) != value; i++)
    g_usleep (2000);
  return card_get (card, object, name) == value;
}

/* Without another frame. */
GST_START_TEST (who_is_left_has_its_own_colours)
{
  make_hdr_card (HDR_MONITOR);
  show_both ("", PQ, "", SDR);
  sink_close (&sink);
  fail_unless (becomes (connector, "Colorspace", DEFAULT));
  check_signal (0, DEFAULT, 8);
  sink_close (&second);
  card_free (card);
}
GST_END_TEST;

GST_START_TEST (hdr_comes_when_its_sink_is_left)
{
  g_autofree gchar *refused = NULL;

  make_hdr_card (HDR_MONITOR);
  show_both ("", SDR, "", PQ);
  sink_close (&sink);
  fail_unless (becomes (connector, "Colorspace", BT2020_RGB));
  check_signal (2, BT2020_RGB, 10);
  push (&second);
  refused = sink_get_stat_string (&second, "refused");
  fail_unless_equals_string (refused, "none");
  sink_close (&second);
  card_free (card);
}
GST_END_TEST;

/* It was ready before, but showed nothing yet. */
GST_START_TEST (who_shows_first_chooses)
{
  make_hdr_card (HDR_MONITOR);
  add_plane ();
  sink_open (&sink, card_path (card), LEFT, PQ);
  sink_open (&second, card_path (card), RIGHT, SDR);
  push (&second);
  push (&sink);
  check_signal (0, DEFAULT, 8);
  check_refused (&sink, KEPT "colours");
  tear_down_both ();
}
GST_END_TEST;

/* --- variable refresh of several --------------------------------------- */

static void
make_vrr_card (void)
{
  make_card (HDR_MONITOR);
  card_add_vrr (card, connector, crtc);
}

GST_START_TEST (a_later_sink_leaves_the_refresh_variable)
{
  make_vrr_card ();
  show_both ("variable-refresh=true", SDR, "", SDR);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 1);
  g_object_set (second.harness->element, "alpha", 0.9, NULL);
  push (&second);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 1);
  tear_down_both ();
}
GST_END_TEST;

GST_START_TEST (a_later_sink_cannot_make_it_variable)
{
  make_vrr_card ();
  show_both ("", SDR, "variable-refresh=true", SDR);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 0);
  check_refused (&second, KEPT "refresh");
  tear_down_both ();
}
GST_END_TEST;

GST_START_TEST (the_first_switches_it_beside_others)
{
  make_vrr_card ();
  show_both ("variable-refresh=true", SDR, "", SDR);
  g_object_set (sink.harness->element, "variable-refresh", FALSE, NULL);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 0);
  g_object_set (sink.harness->element, "variable-refresh", TRUE, NULL);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 1);
  tear_down_both ();
}
GST_END_TEST;

GST_START_TEST (variable_refresh_goes_with_the_first)
{
  make_vrr_card ();
  show_both ("variable-refresh=true", SDR, "", SDR);
  sink_close (&sink);
  fail_unless (becomes (crtc, "VRR_ENABLED", 0));
  sink_close (&second);
  card_free (card);
}
GST_END_TEST;

GST_START_TEST (variable_refresh_comes_with_who_is_left)
{
  make_vrr_card ();
  show_both ("", SDR, "variable-refresh=true", SDR);
  sink_close (&sink);
  fail_unless (becomes (crtc, "VRR_ENABLED", 1));
  sink_close (&second);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 0);
  card_free (card);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (hdr_comes_with_the_mode_in_one_commit),
    RUNNER_TEST (metadata_are_those_of_the_caps),
    RUNNER_TEST (ten_bits_are_asked_for_without_hdr_too),
    RUNNER_TEST (sdr_after_hdr_takes_it_away),
    RUNNER_TEST (a_monitor_without_pq_is_told_once),
    RUNNER_TEST (a_connector_without_hdr_is_told),
    RUNNER_TEST (what_a_connector_cannot_tell_needs_no_modeset),
    RUNNER_TEST (sdr_asks_for_nothing), RUNNER_TEST (what_was_found_returns),
    RUNNER_TEST (sdr_takes_away_what_others_left),
    RUNNER_TEST (what_cannot_return_is_taken_away),
    RUNNER_TEST (hdr_goes_even_if_the_display_cannot_be_turned_off),
    RUNNER_TEST (bits_are_left_out_first), RUNNER_TEST (then_the_colours),
    RUNNER_TEST (then_hdr), RUNNER_TEST (a_style_that_cannot_be_costs_no_hdr),
    RUNNER_TEST (all_that_is_left_out_is_said),
    RUNNER_TEST (the_first_sink_chooses_the_colours),
    RUNNER_TEST (a_later_one_does_not),
    RUNNER_TEST (the_first_may_change_its_mind),
    RUNNER_TEST (what_a_later_one_cannot_have_costs_the_first_nothing),
    RUNNER_TEST (who_is_left_has_its_own_colours),
    RUNNER_TEST (hdr_comes_when_its_sink_is_left),
    RUNNER_TEST (who_shows_first_chooses),
    RUNNER_TEST (a_later_sink_leaves_the_refresh_variable),
    RUNNER_TEST (a_later_sink_cannot_make_it_variable),
    RUNNER_TEST (the_first_switches_it_beside_others),
    RUNNER_TEST (variable_refresh_goes_with_the_first),
    RUNNER_TEST (variable_refresh_comes_with_who_is_left))
