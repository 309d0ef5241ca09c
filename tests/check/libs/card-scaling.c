/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a display without scaling is asked for, each time that a picture is
 * placed. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define SMALL "video/x-raw,format=BGRx,width=320,height=240,framerate=30/1"

static struct card *card;
static uint32_t plane;
static struct sink sink;
static guint64 frames;

static void
set_up (uint32_t max_scale, unsigned n_overlays)
{
  card = card_new ();
  card_add_crtc (card);
  card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY,
                .min_scale = max_scale ? 0x10000 / 8 : 0,
                .max_scale = max_scale });
  for (unsigned i = 0; i < n_overlays; i++)
    card_add_plane (card, &(struct card_plane) { 0 });
  card_set_auto_flip (card, 2000);
  sink_open (&sink, card_path (card), "mode=1280x720", CAPS);
  frames = 0;
}

static void
tear_down (void)
{
  sink_close (&sink);
  card_free (card);
}

static void
show (void)
{
  sink_push_any (&sink);
  sink_wait_frames (&sink, ++frames);
}

/* Of the calls since FIRST, those that would scale. */
static unsigned
count_since (unsigned first)
{
  unsigned n = 0;

  for (unsigned i = first; i < card_n_attempts (card); i++) {
    const struct card_commit *commit = card_attempt (card, i);
    uint64_t from, to;

    if (card_commit_sets (commit, plane, "SRC_W", &from) &&
        card_commit_sets (commit, plane, "CRTC_W", &to))
      n += to != 0 && from >> 16 != to;
  }
  return n;
}

/* Until the picture is in this rectangle. */
static unsigned
count_scaled (gint x, gint y, gint w, gint h)
{
  unsigned first = card_n_attempts (card);

  sink_set_rectangle (&sink, x, y, w, h);
  show ();
  return count_since (first);
}

GST_START_TEST (scaling_that_was_refused_is_not_asked_for_again)
{
  set_up (0, 0);
  show ();
  fail_unless (count_scaled (0, 0, 320, 240) > 0);
  for (gint i = 1; i < 20; i++)
    fail_unless_equals_int (count_scaled (i, 2 * i, 320, 240), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (another_size_is_asked_for)
{
  set_up (0, 0);
  show ();
  fail_unless (count_scaled (0, 0, 320, 240) > 0);
  fail_unless (count_scaled (0, 0, 300, 200) > 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (with_other_caps_it_is_asked_for)
{
  unsigned first;

  set_up (0, 0);
  show ();
  fail_unless (count_scaled (0, 0, 200, 150) > 0);
  first = card_n_attempts (card);
  sink_set_caps (&sink, CAPS ",colorimetry=sRGB");
  fail_unless (count_since (first) > 0);
  tear_down ();
}
GST_END_TEST;

/* Half is too much for this one, but not three quarters. */
GST_START_TEST (one_size_that_was_refused_says_nothing_of_others)
{
  set_up (0x10000 * 3 / 2, 0);
  show ();
  fail_unless (count_scaled (0, 0, 320, 240) > 0);
  count_scaled (10, 20, 480, 360);
  fail_unless_equals_int (card_get (card, plane, "CRTC_W"), 480);
  tear_down ();
}
GST_END_TEST;

/* It may be that another had the plane that scales. */
GST_START_TEST (with_another_sink_nothing_is_remembered)
{
  struct sink other;

  set_up (0, 1);
  show ();
  sink_open (
      &other, card_path (card), "render-rectangle=<800,0,400,400>", SMALL);
  sink_push_any (&other);
  sink_wait_frames (&other, 1);
  fail_unless (count_scaled (0, 0, 320, 240) > 0);
  fail_unless (count_scaled (1, 0, 320, 240) > 0);
  sink_close (&other);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (scaling_that_was_refused_is_not_asked_for_again),
    RUNNER_TEST (another_size_is_asked_for),
    RUNNER_TEST (with_other_caps_it_is_asked_for),
    RUNNER_TEST (one_size_that_was_refused_says_nothing_of_others),
    RUNNER_TEST (with_another_sink_nothing_is_remembered))
