/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which plane shows what, on a played card. */
#include "../helpers/runner.h"
#include "kms-stage.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <xf86drm.h>

#define SCALES .min_scale = 0x10000 / 8, .max_scale = 0x10000 * 8

static struct actor actors[5];

static void
tear_down (unsigned n)
{
  card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
  card_flip (stage.card);
  for (unsigned i = 0; i < n; i++)
    actor_leave (&actors[i]);
  stage_tear_down ();
}

static int
place (struct actor *actor)
{
  int ret = actor_place (actor);

  card_flip (stage.card);
  if (ret == 0)
    actor_wait_for_flips (actor, 1);
  return ret;
}

GST_START_TEST (a_picture_is_scaled_by_the_plane_that_can)
{
  stage_set_up ((struct card_plane[]) { { .type = DRM_PLANE_TYPE_PRIMARY },
                    { .type = DRM_PLANE_TYPE_OVERLAY },
                    { .type = DRM_PLANE_TYPE_OVERLAY, SCALES } },
      3);
  actor_enter (&actors[0], 0, 0, 320, 240);
  actors[0].wish.part[ZC_KMS_VIDEO].look.destination.w = 640;
  fail_unless_equals_int (place (&actors[0]), 0);
  fail_unless_equals_int (actor_plane (&actors[0]), stage.plane[2]);
  fail_unless_equals_int (card_get (stage.card, stage.plane[2], "CRTC_W"), 640);
  tear_down (1);
}
GST_END_TEST;

/* What is there moves where it can be, too. */
GST_START_TEST (a_picture_makes_room_for_one_that_is_scaled)
{
  uint32_t fb;

  stage_set_up (
      (struct card_plane[]) { { .type = DRM_PLANE_TYPE_PRIMARY, SCALES },
          { .type = DRM_PLANE_TYPE_OVERLAY } },
      2);
  actor_enter (&actors[0], 0, 0, 320, 240);
  actor_enter (&actors[1], 400, 0, 320, 240);
  fail_unless_equals_int (place (&actors[0]), 0);
  fail_unless_equals_int (actor_plane (&actors[0]), stage.plane[0]);
  fb = card_shown (stage.card, stage.plane[0]);
  actors[1].wish.part[ZC_KMS_VIDEO].look.destination.w = 640;
  fail_unless_equals_int (place (&actors[1]), 0);
  fail_unless_equals_int (actor_plane (&actors[0]), stage.plane[1]);
  fail_unless_equals_int (actor_plane (&actors[1]), stage.plane[0]);
  fail_unless_equals_int (card_shown (stage.card, stage.plane[1]), fb);
  /* and it goes on there */
  fail_unless_equals_int (actor_show (&actors[0]), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&actors[0], 2);
  tear_down (2);
}
GST_END_TEST;

GST_START_TEST (too_many_pictures_find_no_planes)
{
  stage_set_up (NULL, 2);
  for (unsigned i = 0; i < 3; i++)
    actor_enter (&actors[i], 330 * i, 0, 320, 240);
  fail_unless_equals_int (place (&actors[0]), 0);
  fail_unless_equals_int (place (&actors[1]), 0);
  fail_unless_equals_int (place (&actors[2]), -ENOSPC);
  /* the others stay */
  fail_unless (card_shown (stage.card, stage.plane[0]) != 0);
  fail_unless (card_shown (stage.card, stage.plane[1]) != 0);
  tear_down (3);
}
GST_END_TEST;

GST_START_TEST (a_plane_that_becomes_free_is_found)
{
  stage_set_up (NULL, 2);
  for (unsigned i = 0; i < 3; i++)
    actor_enter (&actors[i], 330 * i, 0, 320, 240);
  fail_unless_equals_int (place (&actors[0]), 0);
  fail_unless_equals_int (place (&actors[1]), 0);
  fail_unless_equals_int (place (&actors[2]), -ENOSPC);
  fail_unless_equals_int (zc_kms_layer_hide (actors[0].layer), 0);
  fail_unless_equals_int (place (&actors[2]), 0);
  tear_down (3);
}
GST_END_TEST;

/* Whatever comes first. */
GST_START_TEST (higher_pictures_are_on_higher_planes)
{
  static const int zpos[] = { 5, -3, 2 };

  stage_set_up (NULL, 3);
  for (unsigned i = 0; i < 3; i++) {
    actor_enter (&actors[i], 10 * i, 0, 320, 240);
    actors[i].wish.zpos = zpos[i];
    fail_unless_equals_int (place (&actors[i]), 0);
  }
  fail_unless_equals_int (actor_plane (&actors[1]), stage.plane[0]);
  fail_unless_equals_int (actor_plane (&actors[2]), stage.plane[1]);
  fail_unless_equals_int (actor_plane (&actors[0]), stage.plane[2]);
  for (unsigned i = 0; i < 3; i++)
    fail_unless_equals_int (
        card_shown (stage.card, actor_plane (&actors[i])), actors[i].fb[0]->id);
  tear_down (3);
}
GST_END_TEST;

GST_START_TEST (a_picture_that_cannot_be_seen_has_its_plane)
{
  stage_set_up (NULL, 1);
  actor_enter (&actors[0], 0, 0, 320, 240);
  actors[0].wish.part[ZC_KMS_VIDEO].look.alpha = 0;
  fail_unless_equals_int (place (&actors[0]), 0);
  fail_unless_equals_int (card_get (stage.card, stage.plane[0], "alpha"), 0);
  tear_down (1);
}
GST_END_TEST;

/* The first plane that is free and lies where it should, asked for once. */
GST_START_TEST (what_is_simple_needs_one_test)
{
  stage_set_up (NULL, 8);
  for (unsigned i = 0; i < 4; i++) {
    unsigned before = card_n_attempts (stage.card);

    actor_enter (&actors[i], 320 * i, 0, 320, 240);
    fail_unless_equals_int (place (&actors[i]), 0);
    fail_unless_equals_int (card_n_attempts (stage.card), before + 2);
    fail_unless_equals_int (actor_plane (&actors[i]), stage.plane[i]);
  }
  tear_down (4);
}
GST_END_TEST;

/* Nobody knows how they lie if the driver does not tell. */
GST_START_TEST (planes_of_no_order_do_not_overlap)
{
  stage_build (NULL, 3);
  for (unsigned i = 0; i < 3; i++)
    card_remove_property (stage.card, stage.plane[i], "zpos");
  stage_begin ();
  for (unsigned i = 0; i < 3; i++) {
    actor_enter (&actors[i], 10 * i, 0, 320, 240);
    actors[i].wish.zpos = i;
  }
  fail_unless_equals_int (place (&actors[0]), 0);
  fail_unless_equals_int (place (&actors[1]), 0);
  fail_unless_equals_int (actor_plane (&actors[0]), stage.plane[0]);
  fail_unless_equals_int (place (&actors[2]), -ENOSPC);
  actors[2].wish.part[ZC_KMS_VIDEO].look.destination.x = 500;
  fail_unless_equals_int (place (&actors[2]), 0);
  tear_down (3);
}
GST_END_TEST;

GST_START_TEST (a_format_that_no_plane_knows_is_no_want_of_planes)
{
  static const struct card_format nv12[] = { { .fourcc = DRM_FORMAT_NV12 },
    { 0 } };

  stage_set_up ((struct card_plane[]) { { .type = DRM_PLANE_TYPE_PRIMARY,
                                            .formats = nv12 },
                    { .type = DRM_PLANE_TYPE_OVERLAY, .formats = nv12 },
                    { .type = DRM_PLANE_TYPE_CURSOR } },
      3);
  actor_enter (&actors[0], 0, 0, 320, 240);
  fail_unless_equals_int (actor_place (&actors[0]), -EINVAL);
  tear_down (1);
}
GST_END_TEST;

/* And no more than one for each plane, and one for whether black would help. */
GST_START_TEST (what_no_plane_can_do_is_found_soon)
{
  unsigned asked;

  stage_set_up (NULL, 8);
  actor_enter (&actors[0], 0, 0, 320, 240);
  actors[0].wish.part[ZC_KMS_VIDEO].look.destination.w = 640;
  asked = card_n_calls (stage.card, DRM_IOCTL_MODE_GETPROPERTY);
  fail_unless_equals_int (actor_place (&actors[0]), -ERANGE);
  fail_unless_equals_int (card_n_attempts (stage.card), 8 + 1);
  fail_unless_equals_int (
      card_n_calls (stage.card, DRM_IOCTL_MODE_GETPROPERTY), asked);
  tear_down (1);
}
GST_END_TEST;

/* It is the same for all arrangements. */
GST_START_TEST (who_may_not_does_not_search)
{
  unsigned n;

  stage_set_up (NULL, 8);
  actor_enter (&actors[0], 0, 0, 320, 240);
  card_fail (stage.card, DRM_IOCTL_MODE_ATOMIC, EACCES, -1, 0);
  fail_unless_equals_int (actor_place (&actors[0]), -EACCES);
  n = card_n_attempts (stage.card);
  fail_unless (n <= 1, "%u tests", n);
  card_heal (stage.card);
  tear_down (1);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_picture_is_scaled_by_the_plane_that_can),
    RUNNER_TEST (a_picture_makes_room_for_one_that_is_scaled),
    RUNNER_TEST (too_many_pictures_find_no_planes),
    RUNNER_TEST (a_plane_that_becomes_free_is_found),
    RUNNER_TEST (higher_pictures_are_on_higher_planes),
    RUNNER_TEST (a_picture_that_cannot_be_seen_has_its_plane),
    RUNNER_TEST (what_is_simple_needs_one_test),
    RUNNER_TEST (planes_of_no_order_do_not_overlap),
    RUNNER_TEST (a_format_that_no_plane_knows_is_no_want_of_planes),
    RUNNER_TEST (what_no_plane_can_do_is_found_soon),
    RUNNER_TEST (who_may_not_does_not_search))
