/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What layers of one screen have to do with each other, on a played card. */
#include "../helpers/runner.h"
#include "kms-stage.h"

#include <errno.h>

#define N 4

static struct actor actors[N];

static const struct card_commit *
last (void)
{
  return card_last_commit (stage.card);
}

/* N_ACTORS side by side, placed, and on the screen. */
static void
set_up (unsigned n_planes, unsigned n_actors)
{
  stage_set_up (NULL, n_planes);
  for (unsigned i = 0; i < n_actors; i++) {
    actor_enter (&actors[i], 320 * i, 0, 320, 240);
    fail_unless_equals_int (actor_place (&actors[i]), 0);
    card_flip (stage.card);
    actor_wait_for_flips (&actors[i], 1);
  }
}

static void
tear_down (unsigned n_actors)
{
  card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
  card_flip (stage.card);
  for (unsigned i = 0; i < n_actors; i++)
    actor_leave (&actors[i]);
  stage_tear_down ();
}

GST_START_TEST (four_layers_are_one_commit)
{
  unsigned n;

  set_up (4, 4);
  n = card_n_commits (stage.card);
  for (unsigned i = 0; i < 4; i++)
    fail_unless_equals_int (actor_show (&actors[i]), 0);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  /* the first went at once, alone; the others wait for its flip */
  fail_unless_equals_int (card_n_commits (stage.card), n + 1);
  fail_unless_equals_int (stage_n_objects (last ()), 1);

  card_flip (stage.card);
  card_wait_for_commits (stage.card, n + 2);
  fail_unless_equals_int (stage_n_objects (last ()), 4);
  fail_unless_equals_int (last ()->n_values, 4);
  fail_unless_equals_int (last ()->flags, STAGE_FLIP);
  card_flip (stage.card);
  for (unsigned i = 0; i < 4; i++)
    actor_wait_for_flips (&actors[i], i == 0 ? 3 : 2);
  tear_down (4);
}
GST_END_TEST;

GST_START_TEST (each_layer_has_its_own_rate)
{
  set_up (2, 2);
  for (unsigned i = 0; i < 8; i++) {
    bool both = i % 2 == 0;
    unsigned n = card_n_commits (stage.card);

    if (both)
      fail_unless_equals_int (actor_show (&actors[1]), 0);
    fail_unless_equals_int (actor_show (&actors[0]), 0);
    card_flip (stage.card);
    if (both) {
      card_wait_for_commits (stage.card, n + 2);
      card_flip (stage.card);
    }
    actor_wait_for_flips (&actors[0], i + 2);
    actor_wait_for_flips (&actors[1], 2 + i / 2);
  }
  tear_down (2);
}
GST_END_TEST;

static uint32_t bad_fb;

static int
refuse_bad (const struct card_state *state, void *data)
{
  (void) data;
  for (unsigned i = 0; i < stage.n_planes; i++)
    if (card_state_get (state, stage.plane[i], "FB_ID") == bad_fb)
      return EINVAL;
  return 0;
}

GST_START_TEST (a_bad_frame_keeps_no_other_from_the_screen)
{
  unsigned n;

  set_up (3, 3);
  n = card_n_commits (stage.card);
  bad_fb = actors[1].fb[1]->id;
  card_set_check (stage.card, refuse_bad, NULL);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (actor_show (&actors[1]), 0); /* this one */
  fail_unless_equals_int (actor_show (&actors[2]), 0);
  card_flip (stage.card);
  card_wait_for_commits (stage.card, n + 2);
  actor_wait_for_releases (&actors[1], 1);
  fail_if (actors[1].ticket[1].was_shown);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 3);
  actor_wait_for_flips (&actors[2], 2);
  fail_unless_equals_int (actors[1].n_flipped, 1);

  /* who brought it is told, once */
  fail_unless_equals_int (actor_show (&actors[1]), -EINVAL);
  card_flip (stage.card);
  fail_unless_equals_int (actor_show (&actors[1]), 0);
  tear_down (3);
}
GST_END_TEST;

GST_START_TEST (placing_names_only_what_changes)
{
  unsigned n;

  set_up (3, 2);
  actor_enter (&actors[2], 0, 400, 320, 240);
  n = card_n_commits (stage.card);
  fail_unless_equals_int (actor_place (&actors[2]), 0);
  fail_unless_equals_int (card_n_commits (stage.card), n + 1);
  fail_unless_equals_int (stage_n_objects (last ()), 1);
  fail_unless_equals_int (last ()->flags, STAGE_FLIP);
  fail_unless (
      card_commit_sets (last (), actor_plane (&actors[2]), "FB_ID", NULL));
  tear_down (3);
}
GST_END_TEST;

static gpointer
flip_soon (gpointer data)
{
  (void) data;
  g_usleep (30000);
  card_flip (stage.card);
  return NULL;
}

GST_START_TEST (placing_waits_for_the_flip_of_others)
{
  GThread *thread;
  unsigned n;

  set_up (3, 2);
  actor_enter (&actors[2], 0, 400, 320, 240);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (actor_show (&actors[1]), 0);
  n = card_n_commits (stage.card);
  thread = g_thread_new ("flip", flip_soon, NULL);
  fail_unless_equals_int (actor_place (&actors[2]), 0);
  g_thread_join (thread);
  /* theirs goes on with the next */
  fail_unless_equals_int (card_n_commits (stage.card), n + 1);
  fail_if (card_commit_sets (last (), actor_plane (&actors[1]), "FB_ID", NULL));
  card_flip (stage.card);
  card_wait_for_commits (stage.card, n + 2);
  fail_unless (
      card_commit_sets (last (), actor_plane (&actors[1]), "FB_ID", NULL));
  tear_down (3);
}
GST_END_TEST;

GST_START_TEST (a_picture_that_waits_is_not_shown_after_a_newer_place)
{
  unsigned n;

  set_up (1, 1);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (actor_show (&actors[0]), 0); /* waits */
  n = card_n_commits (stage.card);
  {
    GThread *thread = g_thread_new ("flip", flip_soon, NULL);

    actors[0].wish.part[ZC_KMS_VIDEO].look.destination.x = 100;
    fail_unless_equals_int (actor_place (&actors[0]), 0);
    g_thread_join (thread);
  }
  actor_wait_for_releases (&actors[0], 2);
  fail_if (actors[0].ticket[2].was_shown);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 3);
  fail_unless_equals_int (actors[0].ticket[3].n_flipped, 1);
  fail_unless_equals_int (card_n_commits (stage.card), n + 1);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (the_same_memory_again_is_a_flip)
{
  set_up (1, 1);
  fail_unless_equals_int (actor_show_fb (&actors[0], 0), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 2);
  actor_wait_for_releases (&actors[0], 1);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (two_may_wait_and_are_shown_in_order)
{
  stage_set_up (NULL, 1);
  actor_enter_on (&actors[0], stage.output, 0, 0, 320, 240, 2, false);
  fail_unless_equals_int (actor_place (&actors[0]), 0);
  for (unsigned i = 1; i <= 4; i++)
    fail_unless_equals_int (actor_show (&actors[0]), 0);
  /* the first is in flight, of those that wait the oldest went */
  actor_wait_for_releases (&actors[0], 1);
  fail_if (actors[0].ticket[2].was_shown);
  for (unsigned i = 1; i <= 3; i++) {
    card_flip (stage.card);
    actor_wait_for_flips (&actors[0], 1 + i);
    while (i < 3 && !card_is_pending (stage.card, stage.crtc))
      g_usleep (500);
  }
  fail_unless_equals_int (actors[0].ticket[3].n_flipped, 1);
  fail_unless_equals_int (actors[0].ticket[4].n_flipped, 1);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (what_waits_goes_when_the_layer_does)
{
  set_up (2, 2);
  for (unsigned i = 0; i < 2; i++) {
    fail_unless_equals_int (actor_show (&actors[0]), 0);
    fail_unless_equals_int (actor_show (&actors[1]), 0);
  }
  {
    GThread *thread = g_thread_new ("flip", flip_soon, NULL);

    fail_unless_equals_int (zc_kms_layer_hide (actors[0].layer), 0);
    g_thread_join (thread);
  }
  fail_unless_equals_int (actors[0].n_released, actors[0].n_given);
  fail_unless_equals_int (card_get (stage.card, stage.plane[0], "FB_ID"), 0);
  /* and the other goes on */
  card_flip (stage.card);
  actor_wait_for_flips (&actors[1], 2);
  tear_down (2);
}
GST_END_TEST;

/* --- a display that does not flip ------------------------------------- */

GST_START_TEST (a_new_mode_ends_a_flip_that_never_came)
{
  set_up (2, 2);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  actors[0].wish.setup.mode = stage_mode (640, 480);
  actors[0].wish.part[ZC_KMS_VIDEO].look.destination.x = 10;
  actors[1].wish.setup.mode = stage_mode (640, 480);
  fail_unless_equals_int (actor_place (&actors[0]), 0);
  actor_wait_for_flips (&actors[0], 2);
  actor_wait_for_releases (&actors[0], 2);
  tear_down (2);
}
GST_END_TEST;

GST_START_TEST (a_layer_that_cannot_be_placed_loses_no_flip)
{
  set_up (2, 2);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (actor_show (&actors[1]), 0);
  actors[1].wish.part[ZC_KMS_VIDEO].look.destination.y = 10;
  fail_unless_equals_int (actor_place (&actors[1]), -ETIMEDOUT);
  /* it comes late */
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 2);
  actor_wait_for_releases (&actors[0], 1);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[1], 2);
  tear_down (2);
}
GST_END_TEST;

GST_START_TEST (a_layer_that_goes_takes_no_frame_of_others)
{
  set_up (2, 2);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  fail_unless_equals_int (zc_kms_layer_hide (actors[1].layer), 0);
  card_flip (stage.card);
  actor_wait_for_releases (&actors[0], 2);
  tear_down (2);
}
GST_END_TEST;

static int
slow_modeset (const struct card_state *state, void *data)
{
  (void) data;
  if (!(card_state_flags (state) & DRM_MODE_ATOMIC_TEST_ONLY) &&
      card_state_get (state, stage.crtc, "MODE_ID") !=
          card_state_old (state, stage.crtc, "MODE_ID"))
    g_usleep (1300000);
  return 0;
}

static gpointer
show_meanwhile (gpointer data)
{
  struct actor *actor = data;

  for (unsigned i = 0; i < 14; i++) {
    int ret = actor_show (actor);

    runner_require (ret == 0, "frame %u: %d", i, ret);
    g_usleep (100000);
  }
  return NULL;
}

GST_START_TEST (a_slow_mode_is_no_error_of_others)
{
  GThread *thread;

  set_up (2, 2);
  card_set_check (stage.card, slow_modeset, NULL);
  card_set_auto_flip (stage.card, 10000);
  actors[0].wish.setup.mode = stage_mode (640, 480);
  thread = g_thread_new ("show", show_meanwhile, &actors[1]);
  g_usleep (50000);
  fail_unless_equals_int (actor_place (&actors[0]), 0);
  g_thread_join (thread);
  card_set_check (stage.card, NULL, NULL);
  actor_wait_for_flips (&actors[1], 2);
  card_set_auto_flip (stage.card, 0);
  tear_down (2);
}
GST_END_TEST;

/* --- refused ----------------------------------------------------------- */

GST_START_TEST (a_card_that_is_gone_gives_frames_back)
{
  set_up (2, 2);
  card_fail (stage.card, DRM_IOCTL_MODE_ATOMIC, ENODEV, -1, 0);
  for (unsigned i = 0; i < 3; i++)
    fail_unless_equals_int (actor_show (&actors[0]), -ENODEV);
  fail_unless_equals_int (actors[0].n_released, 3);
  actors[0].wish.part[ZC_KMS_VIDEO].look.destination.x = 100;
  fail_unless_equals_int (actor_place (&actors[0]), -ENODEV);
  fail_unless_equals_int (zc_kms_layer_hide (actors[1].layer), -ENODEV);
  actor_leave (&actors[0]);
  actor_leave (&actors[1]);
  stage_end ();
  card_heal (stage.card);
  card_free (stage.card);
}
GST_END_TEST;

GST_START_TEST (who_lost_master_is_told_and_may_have_it_again)
{
  set_up (1, 1);
  card_take_master (stage.card);
  fail_unless_equals_int (actor_show (&actors[0]), -EACCES);
  card_drop_master (stage.card);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (a_busy_screen_is_waited_for)
{
  set_up (1, 1);
  card_fail_commit (stage.card, EBUSY, 1, 0);
  actors[0].wish.part[ZC_KMS_VIDEO].look.destination.x = 100;
  fail_unless_equals_int (actor_place (&actors[0]), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 2);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (while_a_screen_is_busy_another_may_be_placed)
{
  set_up (2, 1);
  card_fail_commit (stage.card, EBUSY, 20, 0);
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  actor_enter (&actors[1], 0, 400, 320, 240);
  card_heal (stage.card);
  card_set_auto_flip (stage.card, 5000);
  fail_unless_equals_int (actor_place (&actors[1]), 0);
  actor_wait_for_flips (&actors[0], 2);
  actor_wait_for_flips (&actors[1], 1);
  card_set_auto_flip (stage.card, 0);
  tear_down (2);
}
GST_END_TEST;

/* --- async ------------------------------------------------------------- */

static int
refuse_async (const struct card_state *state, void *data)
{
  (void) data;
  return card_state_flags (state) & DRM_MODE_PAGE_FLIP_ASYNC ? EINVAL : 0;
}

static unsigned
n_async_attempts (void)
{
  unsigned n = 0;

  for (unsigned i = 0; i < card_n_attempts (stage.card); i++)
    n += (card_attempt (stage.card, i)->flags & DRM_MODE_PAGE_FLIP_ASYNC) != 0;
  return n;
}

static void
set_up_async (void)
{
  stage_build (NULL, 2);
  card_set_cap (stage.card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  stage_begin ();
  actor_enter_on (&actors[0], stage.output, 0, 0, 320, 240, 1, true);
  fail_unless_equals_int (actor_place (&actors[0]), 0);
}

static void
show_and_flip (unsigned n)
{
  for (unsigned i = 0; i < n; i++) {
    unsigned flips = actors[0].n_flipped;

    fail_unless_equals_int (actor_show (&actors[0]), 0);
    card_flip (stage.card);
    actor_wait_for_flips (&actors[0], flips + 1);
  }
}

GST_START_TEST (async_flips_are_asked_for)
{
  set_up_async ();
  show_and_flip (3);
  fail_unless_equals_int (n_async_attempts (), 3);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (async_flips_refused_once_are_not_asked_for_again)
{
  set_up_async ();
  card_set_check (stage.card, refuse_async, NULL);
  show_and_flip (3);
  fail_unless_equals_int (n_async_attempts (), 1);
  tear_down (1);
}
GST_END_TEST;

GST_START_TEST (a_bad_frame_does_not_end_async_flips)
{
  set_up_async ();
  bad_fb = actors[0].fb[1]->id;
  card_set_check (stage.card, refuse_bad, NULL);
  fail_unless_equals_int (actor_show (&actors[0]), -EINVAL);
  card_set_check (stage.card, NULL, NULL);
  show_and_flip (2);
  fail_unless_equals_int (n_async_attempts (), 3);
  tear_down (1);
}
GST_END_TEST;

static int
show_both (unsigned fb)
{
  struct ticket *ticket = &actors[0].ticket[actors[0].n_given++];
  struct zc_kms_frame frame = {
    .fb = { actors[0].fb[fb], fb == 0 ? NULL : actors[0].fb[3] },
    .owner = { ticket },
  };

  ticket->actor = &actors[0];
  return zc_kms_layer_show (actors[0].layer, &frame);
}

/* A text that comes and goes is no reason: the kernel takes async flips of
 * pictures alone. */
GST_START_TEST (text_that_goes_does_not_end_async_flips)
{
  struct zc_kms_wish *wish = &actors[0].wish;

  set_up_async ();
  wish->part[ZC_KMS_OVERLAY].fb = actors[0].fb[3];
  wish->part[ZC_KMS_OVERLAY].look = zc_kms_look_of (
      actors[0].fb[3], (struct zc_kms_rect) { 400, 0, 320, 240 });
  fail_unless_equals_int (actor_place (&actors[0]), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 2);
  fail_unless_equals_int (show_both (2), 0); /* the text comes */
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 3);
  fail_unless_equals_int (n_async_attempts (), 0);
  fail_unless_equals_int (show_both (1), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 4);
  fail_unless_equals_int (n_async_attempts (), 1);
  fail_unless_equals_int (show_both (0), 0); /* it goes */
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 5);
  fail_unless_equals_int (n_async_attempts (), 1);
  tear_down (1);
}
GST_END_TEST;

/* --- all at once ------------------------------------------------------- */

static gpointer
come_and_go (gpointer data)
{
  struct actor *self = data;
  struct zc_kms_look *look = &self->wish.part[ZC_KMS_VIDEO].look;
  unsigned n = 0;

  while (n < 8) {
    int ret = actor_place (self);

    runner_require (ret == 0, "place: %d", ret);
    for (unsigned i = 0; i < 5; i++) {
      ret = actor_show (self);
      runner_require (ret == 0, "show: %d", ret);
      g_usleep (g_random_int_range (0, 3000));
    }
    look->destination.y += 5;
    if (n++ % 2 == 0) {
      ret = zc_kms_layer_hide (self->layer);
      runner_require (ret == 0, "hide: %d", ret);
    }
  }
  return NULL;
}

GST_START_TEST (layers_come_and_go_while_others_show)
{
  GThread *threads[3];

  set_up (4, 4);
  card_set_auto_flip (stage.card, 1000);
  for (unsigned i = 0; i < 3; i++)
    threads[i] = g_thread_new ("layer", come_and_go, &actors[i]);
  for (unsigned i = 0; i < 50; i++) {
    fail_unless_equals_int (actor_show (&actors[3]), 0);
    g_usleep (1000);
  }
  for (unsigned i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  card_set_auto_flip (stage.card, 0);
  tear_down (4);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (four_layers_are_one_commit),
    RUNNER_TEST (each_layer_has_its_own_rate),
    RUNNER_TEST (a_bad_frame_keeps_no_other_from_the_screen),
    RUNNER_TEST (placing_names_only_what_changes),
    RUNNER_TEST (placing_waits_for_the_flip_of_others),
    RUNNER_TEST (a_picture_that_waits_is_not_shown_after_a_newer_place),
    RUNNER_TEST (the_same_memory_again_is_a_flip),
    RUNNER_TEST (two_may_wait_and_are_shown_in_order),
    RUNNER_TEST (what_waits_goes_when_the_layer_does),
    RUNNER_TEST (a_new_mode_ends_a_flip_that_never_came),
    RUNNER_TEST (a_layer_that_cannot_be_placed_loses_no_flip),
    RUNNER_TEST (a_layer_that_goes_takes_no_frame_of_others),
    RUNNER_TEST (a_slow_mode_is_no_error_of_others),
    RUNNER_TEST (a_card_that_is_gone_gives_frames_back),
    RUNNER_TEST (who_lost_master_is_told_and_may_have_it_again),
    RUNNER_TEST (a_busy_screen_is_waited_for),
    RUNNER_TEST (while_a_screen_is_busy_another_may_be_placed),
    RUNNER_TEST (async_flips_are_asked_for),
    RUNNER_TEST (async_flips_refused_once_are_not_asked_for_again),
    RUNNER_TEST (a_bad_frame_does_not_end_async_flips),
    RUNNER_TEST (text_that_goes_does_not_end_async_flips),
    RUNNER_TEST (layers_come_and_go_while_others_show))
