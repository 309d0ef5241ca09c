/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is found on a screen, shared and put back, on a played card. */
#include "../helpers/runner.h"
#include "../helpers/threads.h"
#include "kms-stage.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <unistd.h>
#include <xf86drm.h>

static struct actor actor, other;

/* --- what was there ---------------------------------------------------- */

/* Another program, which has lit the screen with a picture, an overlay and a
 * mode of its own, and is no master any more. */
static struct {
  int fd;
  uint32_t fb[2], mode;
} before;

static uint32_t
make_fb (unsigned w, unsigned h)
{
  struct drm_mode_create_dumb dumb = { .width = w, .height = h, .bpp = 32 };
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };
  uint32_t id;

  fail_unless_equals_int (
      drmIoctl (before.fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb), 0);
  handles[0] = dumb.handle;
  pitches[0] = dumb.pitch;
  fail_unless_equals_int (drmModeAddFB2 (before.fd, w, h, DRM_FORMAT_XRGB8888,
                              handles, pitches, offsets, &id, 0),
      0);
  drmCloseBufferHandle (before.fd, dumb.handle);
  return id;
}

static void
set (drmModeAtomicReq *r, uint32_t object, const char *name, uint64_t value)
{
  drmModeAtomicAddProperty (
      r, object, card_property (stage.card, object, name), value);
}

static void
set_plane (drmModeAtomicReq *r, uint32_t plane, uint32_t fb, int x, unsigned w,
    unsigned h)
{
  set (r, plane, "FB_ID", fb);
  set (r, plane, "CRTC_ID", stage.crtc);
  set (r, plane, "SRC_W", (uint64_t) w << 16);
  set (r, plane, "SRC_H", (uint64_t) h << 16);
  set (r, plane, "CRTC_X", x);
  set (r, plane, "CRTC_W", w);
  set (r, plane, "CRTC_H", h);
}

static void
light_before (void)
{
  struct drm_mode_modeinfo mode = card_mode (640, 480, 60);
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  before.fd = card_open (stage.card);
  drmSetClientCap (before.fd, DRM_CLIENT_CAP_ATOMIC, 1);
  before.fb[0] = make_fb (640, 480);
  before.fb[1] = make_fb (64, 64);
  drmModeCreatePropertyBlob (before.fd, &mode, sizeof (mode), &before.mode);
  set (r, stage.connector, "CRTC_ID", stage.crtc);
  set (r, stage.crtc, "MODE_ID", before.mode);
  set (r, stage.crtc, "ACTIVE", 1);
  set_plane (r, stage.plane[0], before.fb[0], 0, 640, 480);
  set_plane (r, stage.plane[1], before.fb[1], 100, 64, 64);
  set (r, stage.plane[1], "alpha", 0x7fff);
  fail_unless_equals_int (
      drmModeAtomicCommit (before.fd, r, DRM_MODE_ATOMIC_ALLOW_MODESET, NULL),
      0);
  drmModeAtomicFree (r);
  drmDropMaster (before.fd);
}

static void
end_before (void)
{
  drmModeRmFB (before.fd, before.fb[0]);
  drmModeRmFB (before.fd, before.fb[1]);
  drmModeDestroyPropertyBlob (before.fd, before.mode);
  close (before.fd);
}

static unsigned
lit_width (void)
{
  size_t n;
  const struct drm_mode_modeinfo *mode = card_get_blob (
      stage.card, stage.crtc, "MODE_ID", &n);

  return mode ? mode->hdisplay : 0;
}

static void
show_something (void)
{
  actor_enter (&actor, 0, 0, 320, 240);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (actor_show (&actor), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&actor, 2);
}

GST_START_TEST (mode_picture_and_overlay_return)
{
  stage_build (NULL, 3);
  light_before ();
  stage_begin ();
  show_something ();
  fail_unless_equals_int (lit_width (), 1280);
  fail_unless_equals_int (card_get (stage.card, stage.plane[1], "FB_ID"), 0);
  actor_leave (&actor);
  stage_end ();
  fail_unless_equals_int (lit_width (), 640);
  fail_unless_equals_int (
      card_get (stage.card, stage.plane[0], "FB_ID"), before.fb[0]);
  fail_unless_equals_int (
      card_get (stage.card, stage.plane[1], "FB_ID"), before.fb[1]);
  fail_unless_equals_int (card_get (stage.card, stage.plane[1], "CRTC_X"), 100);
  fail_unless_equals_int (
      card_get (stage.card, stage.plane[1], "alpha"), 0x7fff);
  end_before ();
  card_free (stage.card);
}
GST_END_TEST;

/* All of them are named, with all their properties. */
GST_START_TEST (a_screen_of_many_planes_is_put_back)
{
  stage_build (NULL, 31);
  for (unsigned i = 0; i < 31; i++) {
    card_add_rotation (stage.card, stage.plane[i], DRM_MODE_ROTATE_0);
    card_add_blend_modes (stage.card, stage.plane[i]);
    card_add_colours (stage.card, stage.plane[i]);
  }
  light_before ();
  stage_begin ();
  show_something ();
  actor_leave (&actor);
  stage_end ();
  fail_unless_equals_int (lit_width (), 640);
  fail_unless_equals_int (
      card_get (stage.card, stage.plane[0], "FB_ID"), before.fb[0]);
  end_before ();
  card_free (stage.card);
}
GST_END_TEST;

GST_START_TEST (what_was_dark_is_dark_again)
{
  stage_set_up (NULL, 2);
  show_something ();
  actor_leave (&actor);
  stage_end ();
  fail_unless_equals_int (lit_width (), 0);
  fail_unless_equals_int (card_get (stage.card, stage.crtc, "ACTIVE"), 0);
  fail_unless_equals_int (card_n_fbs (stage.card), 0);
  card_free (stage.card);
}
GST_END_TEST;

GST_START_TEST (a_picture_that_is_gone_leaves_the_screen_dark)
{
  stage_build (NULL, 3);
  light_before ();
  stage_begin ();
  show_something ();
  end_before ();
  actor_leave (&actor);
  stage_end ();
  fail_unless_equals_int (card_get (stage.card, stage.crtc, "ACTIVE"), 0);
  fail_unless_equals_int (card_n_fbs (stage.card), 0);
  card_free (stage.card);
}
GST_END_TEST;

GST_START_TEST (what_is_found_is_read_when_it_is_needed)
{
  stage_build (NULL, 2);
  stage_begin ();
  zc_kms_output_deactivate (stage.output);
  light_before ();
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
  fail_unless_equals_int (
      zc_kms_output_current_mode (stage.output).hdisplay, 640);
  show_something ();
  actor_leave (&actor);
  stage_end ();
  fail_unless_equals_int (
      card_get (stage.card, stage.plane[0], "FB_ID"), before.fb[0]);
  end_before ();
  card_free (stage.card);
}
GST_END_TEST;

GST_START_TEST (what_shows_nothing_changes_nothing)
{
  stage_set_up (NULL, 2);
  actor_enter (&actor, 0, 0, 320, 240);
  actor_leave (&actor);
  stage_end ();
  fail_unless_equals_int (card_n_attempts (stage.card), 0);
  card_free (stage.card);
}
GST_END_TEST;

/* --- who may ----------------------------------------------------------- */

GST_START_TEST (a_screen_of_others_is_busy)
{
  stage_build (NULL, 2);
  card_take_master (stage.card);
  fail_unless_equals_int (
      zc_kms_device_open (&stage.device, card_path (stage.card)), 0);
  fail_unless_equals_int (
      zc_kms_output_get (&stage.output, stage.device, NULL), 0);
  fail_unless_equals_int (zc_kms_output_activate (stage.output), -EBUSY);
  card_drop_master (stage.card);
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
  stage_tear_down ();
}
GST_END_TEST;

GST_START_TEST (who_may_not_is_told)
{
  stage_build (NULL, 2);
  card_take_master (stage.card);
  card_set_unprivileged (stage.card, true);
  fail_unless_equals_int (
      zc_kms_device_open (&stage.device, card_path (stage.card)), 0);
  fail_unless_equals_int (
      zc_kms_output_get (&stage.output, stage.device, NULL), 0);
  card_drop_master (stage.card);
  fail_unless_equals_int (zc_kms_output_activate (stage.output), -EACCES);
  zc_kms_output_put (stage.output);
  zc_kms_device_close (stage.device);
  card_free (stage.card);
}
GST_END_TEST;

/* --- several ----------------------------------------------------------- */

static uint32_t second_crtc, second_connector, second_plane, shared_plane;
static struct zc_kms_output *second;

/* Another screen, and an overlay that either can have. */
static void
set_up_two (void)
{
  const struct drm_mode_modeinfo modes[] = { card_mode (1280, 720, 60) };

  stage_build (NULL, 1);
  second_crtc = card_add_crtc (stage.card);
  second_connector = card_add_connector (
      stage.card, DRM_MODE_CONNECTOR_DisplayPort, modes, 1);
  second_plane = card_add_plane (
      stage.card, &(struct card_plane) {
                      .type = DRM_PLANE_TYPE_PRIMARY, .possible_crtcs = 2 });
  shared_plane = card_add_plane (
      stage.card, &(struct card_plane) {
                      .type = DRM_PLANE_TYPE_OVERLAY, .possible_crtcs = 3 });
  card_add_zpos (stage.card, second_plane, 0, 0, 0);
  card_add_zpos (stage.card, shared_plane, 1, 1, 1);
  stage_begin ();
  fail_unless_equals_int (zc_kms_output_get (&second, stage.device, "DP-1"), 0);
  fail_unless_equals_int (zc_kms_output_activate (second), 0);
}

static void
leave_second (void)
{
  zc_kms_output_deactivate (second);
  zc_kms_output_put (second);
}

GST_START_TEST (two_screens_have_one_thread)
{
  set_up_two ();
  fail_unless (second->crtc_id == second_crtc);
  fail_unless_equals_int (threads_count ("kms-events"), 1);
  zc_kms_output_deactivate (stage.output);
  fail_unless_equals_int (threads_count ("kms-events"), 1);
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
  leave_second ();
  fail_unless_equals_int (threads_count ("kms-events"), 1);
  stage_end ();
  fail_unless_equals_int (threads_count ("kms-events"), 0);
  card_free (stage.card);
}
GST_END_TEST;

GST_START_TEST (each_screen_has_its_own_flips)
{
  set_up_two ();
  actor_enter (&actor, 0, 0, 320, 240);
  actor_enter_on (&other, second, 0, 0, 320, 240, 1, false);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (actor_place (&other), 0);
  fail_unless_equals_int (actor_show (&actor), 0);
  fail_unless_equals_int (actor_show (&other), 0);
  card_flip_at (stage.card, second_crtc, 5000000, 1);
  actor_wait_for_flips (&other, 2);
  fail_unless_equals_int (actor.n_flipped, 1);
  card_flip_at (stage.card, stage.crtc, 6000000, 1);
  actor_wait_for_flips (&actor, 2);
  actor_leave (&actor);
  actor_leave (&other);
  leave_second ();
  stage_tear_down ();
}
GST_END_TEST;

/* Who asks again and again does not keep the other from asking. */
GST_START_TEST (one_busy_screen_is_not_the_other)
{
  set_up_two ();
  actor_enter (&actor, 0, 0, 320, 240);
  actor_enter_on (&other, second, 0, 0, 320, 240, 1, false);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (actor_place (&other), 0);
  card_fail_commit (stage.card, EBUSY, 40, 0);
  fail_unless_equals_int (actor_show (&other), 0);
  fail_unless_equals_int (actor_show (&actor), 0);
  {
    uint32_t with[2] = { actor_plane (&actor), actor_plane (&other) };
    unsigned n[2] = { 0 }, first = card_n_attempts (stage.card);

    while (card_n_attempts (stage.card) < first + 20)
      g_usleep (1000);
    for (unsigned i = first; i < first + 20; i++)
      for (unsigned j = 0; j < 2; j++)
        n[j] += card_commit_sets (
            card_attempt (stage.card, i), with[j], "FB_ID", NULL);
    fail_unless (n[0] > 5 && n[1] > 5, "%u and %u", n[0], n[1]);
  }
  card_heal (stage.card);
  card_set_auto_flip (stage.card, 5000);
  actor_wait_for_flips (&actor, 2);
  actor_wait_for_flips (&other, 2);
  card_set_auto_flip (stage.card, 0);
  card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
  card_flip (stage.card);
  actor_leave (&actor);
  actor_leave (&other);
  leave_second ();
  stage_tear_down ();
}
GST_END_TEST;

/* One picture on both. */
GST_START_TEST (cloned_screens_are_driven_each_by_its_own)
{
  const struct drm_mode_modeinfo modes[] = { card_mode (1280, 720, 60),
    card_mode (640, 480, 60) };
  uint32_t first;

  stage_build (NULL, 2);
  second_crtc = card_add_crtc (stage.card);
  second_connector = card_add_connector (
      stage.card, DRM_MODE_CONNECTOR_DisplayPort, modes, 2);
  second_plane = card_add_plane (
      stage.card, &(struct card_plane) {
                      .type = DRM_PLANE_TYPE_PRIMARY, .possible_crtcs = 2 });
  first = stage.crtc;
  light_before ();
  card_set (stage.card, second_connector, "CRTC_ID", first);
  stage_begin ();
  fail_unless_equals_int (
      zc_kms_output_get (&second, stage.device,
          stage.output->connector_id == second_connector ? "HDMI-A-1" : "DP-1"),
      0);
  fail_unless (second->crtc_id != stage.output->crtc_id);
  zc_kms_output_put (second);
  stage_end ();
  end_before ();
  card_free (stage.card);
}
GST_END_TEST;

/* Two pictures on the second screen need the plane that either can have. */
static void
take_shared (void)
{
  actor_enter_on (&actor, second, 0, 0, 320, 240, 1, false);
  actor_enter_on (&other, second, 400, 0, 320, 240, 1, false);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (actor_place (&other), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&other, 1);
  fail_unless_equals_int (
      card_get (stage.card, shared_plane, "CRTC_ID"), second_crtc);
}

/* A screen that is put back leaves planes alone that another one uses by now.
 */
GST_START_TEST (a_plane_of_another_screen_stays_there)
{
  struct actor third;
  uint32_t fb;

  set_up_two ();
  actor_enter (&third, 0, 0, 320, 240);
  fail_unless_equals_int (actor_place (&third), 0);
  take_shared ();
  fb = card_get (stage.card, shared_plane, "FB_ID");
  actor_leave (&third);
  zc_kms_output_deactivate (stage.output);
  fail_unless_equals_int (card_get (stage.card, shared_plane, "FB_ID"), fb);
  fail_unless_equals_int (
      card_get (stage.card, shared_plane, "CRTC_ID"), second_crtc);
  fail_unless_equals_int (actor_show (&other), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&other, 2);
  actor_leave (&actor);
  actor_leave (&other);
  leave_second ();
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
  stage_tear_down ();
}
GST_END_TEST;

/* Nor does it bring back there what the other showed when it came. */
GST_START_TEST (a_plane_of_another_screen_is_not_brought_back)
{
  struct actor third;

  set_up_two ();
  zc_kms_output_deactivate (stage.output);
  take_shared ();
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
  actor_enter (&third, 0, 0, 320, 240);
  fail_unless_equals_int (actor_place (&third), 0);
  actor_leave (&other);
  fail_unless_equals_int (card_get (stage.card, shared_plane, "FB_ID"), 0);
  actor_leave (&third);
  zc_kms_output_deactivate (stage.output);
  fail_unless_equals_int (card_get (stage.card, shared_plane, "FB_ID"), 0);
  fail_unless_equals_int (card_get (stage.card, stage.crtc, "ACTIVE"), 0);
  actor_leave (&actor);
  leave_second ();
  fail_unless_equals_int (zc_kms_output_activate (stage.output), 0);
  stage_tear_down ();
}
GST_END_TEST;

/* --- modes ------------------------------------------------------------- */

static struct zc_kms_setup
setup_of (unsigned w, unsigned h)
{
  return (struct zc_kms_setup) { .mode = stage_mode (w, h) };
}

static unsigned
shown_width (uint32_t plane)
{
  struct card_fb fb;

  return card_get_fb (stage.card, card_shown (stage.card, plane), &fb)
             ? fb.width
             : 0;
}

GST_START_TEST (black_has_the_size_of_each_mode)
{
  struct zc_kms_setup large = setup_of (1280, 720), small = setup_of (640, 480);

  stage_set_up ((struct card_plane[]) { { .type = DRM_PLANE_TYPE_PRIMARY,
                    .must_cover = true } },
      1);
  actor_enter (&actor, 0, 0, 320, 240);
  fail_unless_equals_int (zc_kms_layer_light (actor.layer, &small), 0);
  fail_unless_equals_int (shown_width (stage.plane[0]), 640);
  fail_unless_equals_int (zc_kms_layer_light (actor.layer, &large), 0);
  fail_unless_equals_int (shown_width (stage.plane[0]), 1280);
  actor_leave (&actor);
  stage_tear_down ();
}
GST_END_TEST;

/* The primary plane has to be on: it is black under the small picture. */
GST_START_TEST (black_lies_under_a_small_picture)
{
  stage_set_up ((struct card_plane[]) { { .type = DRM_PLANE_TYPE_PRIMARY,
                                            .must_cover = true },
                    { .type = DRM_PLANE_TYPE_OVERLAY } },
      2);
  actor_enter (&actor, 100, 100, 320, 240);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (shown_width (stage.plane[1]), 320);
  actor_leave (&actor);
  stage_tear_down ();
}
GST_END_TEST;

static int
need_primary (const struct card_state *state, void *data)
{
  (void) data;
  return card_state_get (state, stage.crtc, "ACTIVE") &&
                 card_state_get (state, stage.plane[0], "FB_ID") == 0
             ? EINVAL
             : 0;
}

GST_START_TEST (black_follows_the_mode_under_a_small_picture)
{
  stage_set_up ((struct card_plane[]) { { .type = DRM_PLANE_TYPE_PRIMARY,
                                            .must_cover = true },
                    { .type = DRM_PLANE_TYPE_OVERLAY } },
      2);
  card_set_check (stage.card, need_primary, NULL);
  actor_enter (&actor, 100, 100, 320, 240);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (shown_width (stage.plane[0]), 1280);
  actor.wish.setup.mode = stage_mode (640, 480);
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (shown_width (stage.plane[0]), 640);
  /* and one that fits into it moves without the black one being named */
  actor.wish.part[ZC_KMS_VIDEO].look.destination.x = 120;
  fail_unless_equals_int (actor_place (&actor), 0);
  fail_unless_equals_int (stage_n_objects (card_last_commit (stage.card)), 1);
  card_flip (stage.card);
  actor_wait_for_flips (&actor, 3);
  actor_leave (&actor);
  stage_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_screen_that_was_unplugged_has_no_mode)
{
  stage_set_up (NULL, 1);
  card_set_status (stage.card, stage.connector, DRM_MODE_DISCONNECTED);
  fail_unless_equals_int (zc_kms_output_probe (stage.output), -ENXIO);
  fail_unless_equals_int (
      zc_kms_output_current_mode (stage.output).hdisplay, 0);
  stage_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (mode_picture_and_overlay_return),
    RUNNER_TEST (a_screen_of_many_planes_is_put_back),
    RUNNER_TEST (what_was_dark_is_dark_again),
    RUNNER_TEST (a_picture_that_is_gone_leaves_the_screen_dark),
    RUNNER_TEST (what_is_found_is_read_when_it_is_needed),
    RUNNER_TEST (what_shows_nothing_changes_nothing),
    RUNNER_TEST (a_screen_of_others_is_busy), RUNNER_TEST (who_may_not_is_told),
    RUNNER_TEST (two_screens_have_one_thread),
    RUNNER_TEST (each_screen_has_its_own_flips),
    RUNNER_TEST (one_busy_screen_is_not_the_other),
    RUNNER_TEST (cloned_screens_are_driven_each_by_its_own),
    RUNNER_TEST (a_plane_of_another_screen_stays_there),
    RUNNER_TEST (a_plane_of_another_screen_is_not_brought_back),
    RUNNER_TEST (black_has_the_size_of_each_mode),
    RUNNER_TEST (black_lies_under_a_small_picture),
    RUNNER_TEST (black_follows_the_mode_under_a_small_picture),
    RUNNER_TEST (a_screen_that_was_unplugged_has_no_mode))
