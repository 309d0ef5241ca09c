/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When frames are shown: the test says when the display refreshes. */
#include "../helpers/card.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <drm_mode.h>
#include <errno.h>
#include <xf86drm.h>

#define CAPS "video/x-raw,format=BGRx,width=64,height=64,framerate=30/1"

static struct card *card;
static uint32_t crtc, connector, plane;
static struct sink sink;
static guint64 n_shown;

static void
make_card (void)
{
  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  n_shown = 0;
}

static void
open_sink (const char *properties)
{
  sink_open (&sink, card_path (card), properties, CAPS);
}

static void
tear_down (void)
{
  card_set_flips (card, CARD_FLIPS_AT_ONCE);
  card_flip (card);
  sink_close (&sink);
  card_free (card);
}

/* Refreshes until nothing waits. */
static void
refresh_all (void)
{
  while (card_is_pending (card, crtc)) {
    card_flip (card);
    sink_wait_frames (&sink, ++n_shown);
  }
}

static void
push (guint n)
{
  for (guint i = 0; i < n; i++)
    sink_push_any (&sink);
}

/* --- waiting ----------------------------------------------------------- */

/* Of a producer that brings three frames at a time. */
static guint64
count_lost (const char *properties)
{
  guint64 lost;

  make_card ();
  open_sink (properties);
  for (guint i = 0; i < 10; i++) {
    push (3);
    refresh_all ();
  }
  lost = sink_get_stat (&sink, "dropped");
  fail_unless_equals_uint64 (lost + n_shown, 30);
  tear_down ();
  return lost;
}

GST_START_TEST (the_newest_frame_is_next_for_low_latency)
{
  fail_unless_equals_uint64 (count_lost ("present-mode=low-latency"), 10);
}
GST_END_TEST;

GST_START_TEST (smooth_keeps_what_comes_in_bursts)
{
  fail_unless_equals_uint64 (count_lost ("present-mode=smooth"), 0);
}
GST_END_TEST;

GST_START_TEST (low_latency_is_the_default)
{
  fail_unless_equals_uint64 (count_lost (""), 10);
}
GST_END_TEST;

/* The last of a burst of five is the newest. */
GST_START_TEST (smooth_keeps_no_more_than_two)
{
  make_card ();
  open_sink ("present-mode=smooth");
  push (5);
  refresh_all ();
  fail_unless_equals_uint64 (n_shown, 3);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "dropped"), 2);
  tear_down ();
}
GST_END_TEST;

/* --- together ---------------------------------------------------------- */

/* What two sinks bring between two refreshes is shown by the next. */
GST_START_TEST (a_flush_forgets_what_waits)
{
  make_card ();
  card_set_flips (card, CARD_FLIPS_AT_ONCE);
  open_sink ("");
  push (1);
  sink_wait_frames (&sink, 1);
  card_set_flips (card, CARD_FLIPS_BY_HAND);
  push (2);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "dropped"), 0);
  gst_harness_push_event (sink.harness, gst_event_new_flush_start ());
  fail_unless_equals_uint64 (sink_get_stat (&sink, "dropped"), 1);
  gst_harness_push_event (sink.harness, gst_event_new_flush_stop (FALSE));
  card_flip (card);
  sink_wait_frames (&sink, 2);
  fail_if (card_is_pending (card, crtc));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (frames_of_two_sinks_share_a_commit)
{
  const struct card_commit *commit;
  struct sink other;
  uint32_t overlay;

  make_card ();
  overlay = card_add_plane (card, &(struct card_plane) { 0 });
  open_sink ("render-rectangle=<0,0,64,64>");
  push (1);
  refresh_all ();
  sink_open (&other, card_path (card), "render-rectangle=<100,0,64,64>", CAPS);
  sink_push_any (&other);
  card_flip (card);
  sink_wait_frames (&other, 1);
  for (guint i = 0; i < 5; i++) {
    unsigned before = card_n_commits (card);

    push (1); /* on its way: these wait */
    push (1);
    sink_push_any (&other);
    fail_unless_equals_int (card_n_commits (card), before + 1);
    card_flip (card);
    card_wait_for_commits (card, before + 2);
    commit = card_last_commit (card);
    fail_unless (card_commit_sets (commit, plane, "FB_ID", NULL));
    fail_unless (card_commit_sets (commit, overlay, "FB_ID", NULL));
    sink_wait_frames (&sink, ++n_shown);
    card_flip (card);
    sink_wait_frames (&sink, ++n_shown);
    sink_wait_frames (&other, 2 + i);
    fail_unless_equals_int (card_n_commits (card), before + 2);
  }
  card_set_flips (card, CARD_FLIPS_AT_ONCE);
  sink_close (&other);
  tear_down ();
}
GST_END_TEST;

/* --- at once ----------------------------------------------------------- */

static int
refuse_async (const struct card_state *state, void *data)
{
  (void) data;
  return card_state_flags (state) & DRM_MODE_PAGE_FLIP_ASYNC ? EINVAL : 0;
}

static bool
was_async (void)
{
  return card_last_commit (card)->flags & DRM_MODE_PAGE_FLIP_ASYNC;
}

static void
push_and_refresh (guint n)
{
  for (guint i = 0; i < n; i++) {
    push (1);
    refresh_all ();
  }
}

GST_START_TEST (immediate_does_not_wait_for_the_blanking)
{
  g_autofree gchar *warning = NULL;

  make_card ();
  card_set_cap (card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  open_sink ("present-mode=immediate");
  push_and_refresh (3);
  fail_unless (was_async ());
  warning = sink_take_warning (&sink);
  fail_if (warning, "%s", warning);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (others_wait_for_it)
{
  make_card ();
  card_set_cap (card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  open_sink ("");
  push_and_refresh (3);
  fail_if (was_async ());
  tear_down ();
}
GST_END_TEST;

static void
check_that_waiting_is_told (void)
{
  g_autofree gchar *first = NULL, *second = NULL, *refused = NULL;

  open_sink ("present-mode=immediate");
  push_and_refresh (5);
  fail_if (was_async ());
  fail_unless_equals_uint64 (sink_get_stat (&sink, "dropped"), 0);
  refused = sink_get_stat_string (&sink, "refused");
  fail_unless_equals_string (refused, "it cannot be shown before a refresh");
  first = sink_take_warning (&sink);
  fail_unless (first && strstr (first, refused), "%s", first);
  second = sink_take_warning (&sink);
  fail_if (second, "%s", second);
}

GST_START_TEST (a_card_that_cannot_do_so_waits_and_is_told)
{
  make_card ();
  check_that_waiting_is_told ();
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_driver_that_refuses_is_asked_once_and_told)
{
  unsigned n_async = 0;

  make_card ();
  card_set_cap (card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  card_set_check (card, refuse_async, NULL);
  check_that_waiting_is_told ();
  for (unsigned i = 0; i < card_n_attempts (card); i++)
    if (card_attempt (card, i)->flags & DRM_MODE_PAGE_FLIP_ASYNC)
      n_async++;
  fail_unless_equals_int (n_async, 1);
  tear_down ();
}
GST_END_TEST;

/* --- variable refresh -------------------------------------------------- */

GST_START_TEST (variable_refresh_is_set_and_ends_with_the_sink)
{
  make_card ();
  card_add_vrr (card, connector, crtc);
  open_sink ("variable-refresh=true");
  push_and_refresh (2);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 1);
  card_set_flips (card, CARD_FLIPS_AT_ONCE);
  sink_close (&sink);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 0);
  card_free (card);
}
GST_END_TEST;

GST_START_TEST (variable_refresh_is_not_set_unasked)
{
  make_card ();
  card_add_vrr (card, connector, crtc);
  open_sink ("");
  push_and_refresh (2);
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (variable_refresh_is_switched_while_playing)
{
  make_card ();
  card_add_vrr (card, connector, crtc);
  open_sink ("");
  push_and_refresh (2);
  for (guint i = 0; i < 4; i++) {
    g_object_set (sink.harness->element, "variable-refresh", i % 2 == 0, NULL);
    if (card_is_pending (card, crtc))
      card_flip (card);
    fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), i % 2 == 0);
    push_and_refresh (1);
    fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), i % 2 == 0);
  }
  tear_down ();
}
GST_END_TEST;

static void
check_no_variable_refresh (void)
{
  g_autofree gchar *warning = NULL;

  open_sink ("variable-refresh=true");
  push_and_refresh (2);
  warning = sink_take_warning (&sink);
  fail_unless (
      warning && strstr (warning, "refresh at a variable rate"), "%s", warning);
}

GST_START_TEST (a_card_without_variable_refresh_is_told)
{
  make_card ();
  check_no_variable_refresh ();
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_monitor_without_variable_refresh_is_told)
{
  make_card ();
  card_add_vrr (card, connector, crtc);
  card_set (card, connector, "vrr_capable", 0);
  check_no_variable_refresh ();
  fail_unless_equals_int (card_get (card, crtc, "VRR_ENABLED"), 0);
  tear_down ();
}
GST_END_TEST;

/* --- fences ------------------------------------------------------------ */

/* The card's memory takes fences since Linux 6.0. */
GST_START_TEST (a_kernel_without_fences_of_memory_is_told_once)
{
  g_autofree char *warning = NULL;

  make_card ();
  open_sink ("early-release=true");
  push_and_refresh (5);
  warning = sink_take_warning (&sink);
  fail_unless (
      warning && strstr (warning, "cannot be given back early"), "%s", warning);
  fail_unless (sink_take_warning (&sink) == NULL);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "early"), 0);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (the_newest_frame_is_next_for_low_latency),
    RUNNER_TEST (smooth_keeps_what_comes_in_bursts),
    RUNNER_TEST (low_latency_is_the_default),
    RUNNER_TEST (smooth_keeps_no_more_than_two),
    RUNNER_TEST (a_flush_forgets_what_waits),
    RUNNER_TEST (frames_of_two_sinks_share_a_commit),
    RUNNER_TEST (immediate_does_not_wait_for_the_blanking),
    RUNNER_TEST (others_wait_for_it),
    RUNNER_TEST (a_card_that_cannot_do_so_waits_and_is_told),
    RUNNER_TEST (a_driver_that_refuses_is_asked_once_and_told),
    RUNNER_TEST (variable_refresh_is_set_and_ends_with_the_sink),
    RUNNER_TEST (variable_refresh_is_not_set_unasked),
    RUNNER_TEST (variable_refresh_is_switched_while_playing),
    RUNNER_TEST (a_card_without_variable_refresh_is_told),
    RUNNER_TEST (a_monitor_without_variable_refresh_is_told),
    RUNNER_TEST (a_kernel_without_fences_of_memory_is_told_once))
