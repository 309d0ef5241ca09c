/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each system call of the display fails once, wherever it is made: whatever
 * that spoils, nothing stays behind and each frame comes back once. */
#include "../helpers/runner.h"
#include "kms-stage.h"

#include <errno.h>
#include <xf86drm.h>

static struct actor actors[2];

static void
show_some (struct actor *actor)
{
  for (unsigned i = 0; i < 3; i++)
    actor_show (actor);
}

static void
act (void)
{
  struct zc_kms_setup setup = { .mode = stage_mode (640, 480) };

  actor_enter (&actors[0], 0, 0, 320, 240);
  actor_enter (&actors[1], 320, 200, 320, 240);
  zc_kms_layer_light (actors[0].layer, &setup);
  if (actor_place (&actors[0]) == 0)
    show_some (&actors[0]);
  if (actor_place (&actors[1]) == 0)
    show_some (&actors[1]);
  actors[0].wish.part[ZC_KMS_VIDEO].look.destination.x = 20;
  if (actor_place (&actors[0]) == 0)
    show_some (&actors[0]);
  zc_kms_layer_hide (actors[0].layer);
  if (actor_place (&actors[0]) == 0)
    show_some (&actors[0]);
  actor_leave (&actors[1]);
  actor_leave (&actors[0]);
}

static void
play (void)
{
  if (zc_kms_device_open (&stage.device, card_path (stage.card)) < 0)
    return;
  if (zc_kms_output_get (&stage.output, stage.device, NULL) == 0) {
    if (zc_kms_output_activate (stage.output) == 0) {
      act ();
      zc_kms_output_deactivate (stage.output);
    }
    zc_kms_output_put (stage.output);
  }
  zc_kms_device_close (stage.device);
}

/* Whether it came to call number SKIP at all. */
static bool
fails_at (unsigned long request, int error, unsigned skip)
{
  bool reached;

  stage_build (NULL, 2);
  card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
  card_fail (stage.card, request, error, 1, skip);
  play ();
  reached = card_n_calls (stage.card, request) > skip;
  card_free (stage.card);
  return reached;
}

static void
assert_survives (unsigned long request, int error, unsigned first)
{
  unsigned n = first;

  while (fails_at (request, error, n))
    n++;
  fail_unless (n > first, "%#lx is never called", request);
}

GST_START_TEST (a_commit_may_fail_anywhere)
{
  static const int errors[] = { EACCES, EBUSY, EINVAL, ENODEV, ENOMEM, ENOSPC,
    ERANGE };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    assert_survives (DRM_IOCTL_MODE_ATOMIC, errors[i], 0);
}
GST_END_TEST;

GST_START_TEST (a_question_may_fail_anywhere)
{
  static const unsigned long requests[] = { DRM_IOCTL_SET_CLIENT_CAP,
    DRM_IOCTL_GET_CAP, DRM_IOCTL_VERSION, DRM_IOCTL_MODE_GETRESOURCES,
    DRM_IOCTL_MODE_GETCONNECTOR, DRM_IOCTL_MODE_GETENCODER,
    DRM_IOCTL_MODE_GETCRTC, DRM_IOCTL_MODE_GETPLANE,
    DRM_IOCTL_MODE_GETPLANERESOURCES, DRM_IOCTL_MODE_OBJ_GETPROPERTIES,
    DRM_IOCTL_MODE_GETPROPERTY, DRM_IOCTL_MODE_GETPROPBLOB };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    assert_survives (requests[i], ENOMEM, 0);
}
GST_END_TEST;

/* The first framebuffers are the test's own. */
GST_START_TEST (what_is_made_may_fail_anywhere)
{
  assert_survives (DRM_IOCTL_MODE_CREATEPROPBLOB, ENOMEM, 0);
  assert_survives (DRM_IOCTL_MODE_CREATE_DUMB, ENOMEM, 0);
  assert_survives (DRM_IOCTL_MODE_ADDFB2, ENOMEM, 2 * ACTOR_N_FBS);
}
GST_END_TEST;

GST_START_TEST (master_may_fail_anywhere)
{
  assert_survives (DRM_IOCTL_SET_MASTER, EBUSY, 0);
  assert_survives (DRM_IOCTL_DROP_MASTER, EINVAL, 0);
}
GST_END_TEST;

/* From some moment on. */
GST_START_TEST (a_card_may_go_at_any_time)
{
  bool reached = true;

  for (unsigned skip = 0; reached; skip++) {
    stage_build (NULL, 2);
    card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
    card_fail (stage.card, DRM_IOCTL_MODE_ATOMIC, ENODEV, -1, skip);
    play ();
    reached = card_n_calls (stage.card, DRM_IOCTL_MODE_ATOMIC) > skip;
    card_free (stage.card);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_commit_may_fail_anywhere),
    RUNNER_TEST (a_question_may_fail_anywhere),
    RUNNER_TEST (what_is_made_may_fail_anywhere),
    RUNNER_TEST (master_may_fail_anywhere),
    RUNNER_TEST (a_card_may_go_at_any_time))
