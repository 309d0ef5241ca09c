/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the kernel allows to be set and committed, by libdrm alone. The same
 * tests run on the played card and, from elements/card-rules.c, on vkms: that
 * the played one does not lie.
 */
#include "../helpers/runner.h"
#include "../helpers/screen.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>
#include <xf86drm.h>

#ifndef RULES_OF_VKMS
#define RULES_OF_VKMS false
#endif

#define WIDTH SCREEN_WIDTH
#define HEIGHT SCREEN_HEIGHT
#define RULES_NEEDS (RULES_OF_VKMS ? RUNNER_DISPLAY : RUNNER_NOTHING)

/* What the kernel says to one more value, on a display that is lit. */
static int
with (uint32_t object, const char *name, uint64_t value)
{
  drmModeAtomicReq *r = screen_lit ();

  screen_set (r, object, name, value);
  return screen_commit (
      r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY);
}

/* The same, and the next thing that is wrong. */
static int
with_two (uint32_t object, const char *name, uint64_t value, const char *other,
    uint64_t other_value)
{
  drmModeAtomicReq *r = screen_lit ();

  screen_set (r, object, name, value);
  screen_set (r, object, other, other_value);
  return screen_commit (
      r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY);
}

GST_START_TEST (a_whole_state_is_taken)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (
      screen_commit (screen_lit (),
          DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY),
      0);
  fail_unless_equals_int (screen_value (screen.crtc, "ACTIVE"), 0);
  screen_light ();
  fail_unless_equals_int (screen_value (screen.crtc, "ACTIVE"), 1);
  fail_unless_equals_int (screen_value (screen.plane, "FB_ID"), screen.fb);
  fail_unless_equals_int (screen_value (screen.plane, "CRTC_W"), WIDTH);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (an_unknown_object_is_enoent)
{
  drmModeAtomicReq *r;

  screen_open (RULES_OF_VKMS);
  r = drmModeAtomicAlloc ();
  drmModeAtomicAddProperty (
      r, 9999, screen_property (screen.plane, "FB_ID"), 0);
  fail_unless_equals_int (screen_commit (r, 0), ENOENT);
  r = drmModeAtomicAlloc ();
  drmModeAtomicAddProperty (
      r, screen.fb, screen_property (screen.plane, "FB_ID"), 0);
  fail_unless_equals_int (screen_commit (r, 0), ENOENT);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_property_of_something_else_is_enoent)
{
  drmModeAtomicReq *r;

  screen_open (RULES_OF_VKMS);
  r = drmModeAtomicAlloc ();
  drmModeAtomicAddProperty (
      r, screen.plane, screen_property (screen.crtc, "ACTIVE"), 0);
  fail_unless_equals_int (screen_commit (r, 0), ENOENT);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (values_outside_a_property_are_einval)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (with (screen.crtc, "ACTIVE", 2), EINVAL);
  fail_unless_equals_int (
      with (screen.plane, "CRTC_W", UINT64_C (1) << 40), EINVAL);
  fail_unless_equals_int (
      with (screen.plane, "SRC_W", UINT64_C (1) << 40), EINVAL);
  fail_unless_equals_int (with (screen.plane, "FB_ID", 9999), EINVAL);
  fail_unless_equals_int (with (screen.plane, "FB_ID", screen.crtc), EINVAL);
  fail_unless_equals_int (with (screen.plane, "CRTC_ID", 9999), EINVAL);
  fail_unless_equals_int (
      with (screen.connector, "CRTC_ID", screen.plane), EINVAL);
  fail_unless_equals_int (with (screen.crtc, "MODE_ID", 9999), EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_set_is_einval)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (
      with (screen.plane, "type", DRM_PLANE_TYPE_PRIMARY), EINVAL);
  fail_unless_equals_int (with (screen.connector, "DPMS", 0), EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_rotation_is_one)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (
      with (screen.plane, "rotation", DRM_MODE_ROTATE_0), 0);
  fail_unless_equals_int (
      with (screen.plane, "rotation", DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X),
      0);
  fail_unless_equals_int (
      with (screen.plane, "rotation", DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_180),
      EINVAL);
  fail_unless_equals_int (with (screen.plane, "rotation", 0), EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_picture_that_is_turned_has_its_sides_exchanged)
{
  screen_open (RULES_OF_VKMS);
  /* 640 x 480 on 640 x 480 would have to be scaled */
  fail_unless_equals_int (
      with (screen.plane, "rotation", DRM_MODE_ROTATE_90), ERANGE);
  fail_unless_equals_int (with_two (screen.plane, "rotation",
                              DRM_MODE_ROTATE_90, "SRC_W", HEIGHT << 16),
      ERANGE);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_framebuffer_goes_with_a_crtc)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (with (screen.plane, "FB_ID", 0), EINVAL);
  fail_unless_equals_int (with (screen.plane, "CRTC_ID", 0), EINVAL);
  fail_unless_equals_int (with_two (screen.plane, "FB_ID", 0, "CRTC_ID", 0), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_source_outside_the_framebuffer_is_enospc)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (with (screen.plane, "SRC_X", 1), ENOSPC);
  fail_unless_equals_int (with (screen.plane, "SRC_Y", 1 << 16), ENOSPC);
  fail_unless_equals_int (
      with (screen.plane, "SRC_W", (WIDTH + 1) << 16), ENOSPC);
  fail_unless_equals_int (
      with (screen.plane, "SRC_H", (HEIGHT + 1) << 16), ENOSPC);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (scaling_is_erange)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (with (screen.plane, "CRTC_W", WIDTH * 2), ERANGE);
  fail_unless_equals_int (with (screen.plane, "CRTC_H", HEIGHT / 2), ERANGE);
  /* of no size, it is not seen */
  fail_unless_equals_int (with (screen.plane, "CRTC_W", 0), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_rectangle_that_overflows_is_erange)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (with (screen.plane, "CRTC_X", INT_MAX), ERANGE);
  fail_unless_equals_int (with (screen.plane, "CRTC_Y", INT_MAX), ERANGE);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_plane_may_lie_outside_the_screen)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (with (screen.plane, "CRTC_X", 5000), 0);
  fail_unless_equals_int (with (screen.plane, "CRTC_Y", -100), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_mode_needs_leave)
{
  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (screen_commit (screen_lit (), 0), EINVAL);
  fail_unless_equals_int (
      screen_commit (screen_lit (), DRM_MODE_ATOMIC_TEST_ONLY), EINVAL);
  screen_light ();
  fail_unless_equals_int (screen_commit (screen_lit (), 0), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (another_mode_needs_leave)
{
  drmModeModeInfo other;
  drmModeAtomicReq *r;
  uint32_t blob;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  other = screen.mode_info;
  other.clock += 1000;
  drmModeCreatePropertyBlob (screen.fd, &other, sizeof (other), &blob);
  r = screen_picture ();
  screen_set (r, screen.crtc, "MODE_ID", blob);
  fail_unless_equals_int (screen_commit (r, 0), EINVAL);
  r = screen_picture ();
  screen_set (r, screen.crtc, "MODE_ID", blob);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), 0);
  drmModeDestroyPropertyBlob (screen.fd, blob);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (turning_off_needs_leave)
{
  drmModeAtomicReq *r;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.crtc, "ACTIVE", 0);
  fail_unless_equals_int (screen_commit (r, 0), EINVAL);
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.crtc, "ACTIVE", 0);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (the_same_mode_in_another_blob_needs_no_leave)
{
  uint32_t same;
  drmModeAtomicReq *r;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  drmModeCreatePropertyBlob (
      screen.fd, &screen.mode_info, sizeof (screen.mode_info), &same);
  r = screen_picture ();
  screen_set (r, screen.crtc, "MODE_ID", same);
  fail_unless_equals_int (screen_commit (r, 0), 0);
  drmModeDestroyPropertyBlob (screen.fd, same);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_screen_is_whole)
{
  drmModeAtomicReq *r;

  screen_open (RULES_OF_VKMS);
  /* no connector */
  r = screen_picture ();
  screen_set (r, screen.crtc, "MODE_ID", screen.mode);
  screen_set (r, screen.crtc, "ACTIVE", 1);
  fail_unless_equals_int (
      screen_commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), EINVAL);
  /* no mode */
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.connector, "CRTC_ID", screen.crtc);
  fail_unless_equals_int (
      screen_commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), EINVAL);
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.crtc, "ACTIVE", 1);
  fail_unless_equals_int (
      screen_commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), EINVAL);
  /* a plane may be ready before it */
  fail_unless_equals_int (screen_commit (screen_picture (), 0), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_mode_is_a_mode)
{
  drmModeModeInfo wrong;
  uint32_t blob;

  screen_open (RULES_OF_VKMS);
  drmModeCreatePropertyBlob (
      screen.fd, &screen.mode_info, sizeof (screen.mode_info) - 1, &blob);
  fail_unless_equals_int (with (screen.crtc, "MODE_ID", blob), EINVAL);
  drmModeDestroyPropertyBlob (screen.fd, blob);
  wrong = screen.mode_info;
  wrong.htotal = 1;
  drmModeCreatePropertyBlob (screen.fd, &wrong, sizeof (wrong), &blob);
  fail_unless_equals_int (with (screen.crtc, "MODE_ID", blob), EINVAL);
  drmModeDestroyPropertyBlob (screen.fd, blob);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (flags_that_make_no_sense_are_einval)
{
  screen_open (RULES_OF_VKMS);
  screen_light ();
  fail_unless_equals_int (screen_commit (screen_picture (), 1u << 20), EINVAL);
  fail_unless_equals_int (
      screen_commit (screen_picture (),
          DRM_MODE_ATOMIC_TEST_ONLY | DRM_MODE_PAGE_FLIP_EVENT),
      EINVAL);
  /* neither has it */
  fail_unless_equals_int (
      screen_commit (screen_picture (), DRM_MODE_PAGE_FLIP_ASYNC), EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (an_event_needs_a_crtc_that_is_lit)
{
  drmModeAtomicReq *r;

  screen_open (RULES_OF_VKMS);
  /* of no CRTC at all */
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.connector, "CRTC_ID", 0);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_PAGE_FLIP_EVENT), EINVAL);
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.crtc, "ACTIVE", 0);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_PAGE_FLIP_EVENT), EINVAL);
  r = drmModeAtomicAlloc ();
  screen_set (r, screen.crtc, "ACTIVE", 0);
  fail_unless_equals_int (screen_commit (r, 0), 0);
  screen_close ();
}
GST_END_TEST;

static struct {
  unsigned n, sequence, crtc;
  int64_t time_us;
  void *data;
} seen;

static void
on_flip (int of, unsigned sequence, unsigned s, unsigned us, unsigned crtc_id,
    void *data)
{
  fail_unless_equals_int (of, screen.fd);
  seen.n++;
  seen.sequence = sequence;
  seen.crtc = crtc_id;
  seen.time_us = s * INT64_C (1000000) + us;
  seen.data = data;
}

static void
wait_for_flip (void)
{
  drmEventContext context = { .version = 3, .page_flip_handler2 = on_flip };
  struct pollfd p = { .fd = screen.fd, .events = POLLIN };
  unsigned before = seen.n;

  fail_unless_equals_int (poll (&p, 1, 5000), 1);
  fail_unless_equals_int (drmHandleEvent (screen.fd, &context), 0);
  fail_unless_equals_int (seen.n, before + 1);
}

#define FLIP (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

GST_START_TEST (a_flip_is_told)
{
  struct pollfd p = { .events = POLLIN };
  int64_t before = g_get_monotonic_time ();
  unsigned sequence;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  p.fd = screen.fd;
  fail_unless_equals_int (poll (&p, 1, 0), 0);
  fail_unless_equals_int (screen_commit (screen_picture (), FLIP), 0);
  wait_for_flip ();
  fail_unless_equals_int (seen.crtc, screen.crtc);
  fail_unless (seen.data == (void *) (uintptr_t) 0x1234);
  fail_unless (seen.time_us >= before);
  fail_unless (seen.time_us <= g_get_monotonic_time () + 100000);
  sequence = seen.sequence;
  fail_unless_equals_int (screen_commit (screen_picture (), FLIP), 0);
  wait_for_flip ();
  fail_unless (seen.sequence > sequence);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_commit_that_waits_has_flipped)
{
  screen_open (RULES_OF_VKMS);
  screen_light ();
  fail_unless_equals_int (
      screen_commit (screen_picture (), DRM_MODE_PAGE_FLIP_EVENT), 0);
  fail_unless_equals_int (screen_commit (screen_picture (), FLIP), 0);
  wait_for_flip ();
  wait_for_flip ();
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (before_the_flip_it_is_ebusy)
{
  drmModeAtomicReq *r;
  int ret = 0;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  r = screen_picture ();
  /* a slow machine may flip in between */
  for (int i = 0; i < 1000 && ret == 0; i++)
    ret = drmModeAtomicCommit (screen.fd, r, DRM_MODE_ATOMIC_NONBLOCK, NULL);
  fail_unless_equals_int (ret, -EBUSY);
  /* asking is always possible */
  fail_unless_equals_int (
      screen_commit (r, DRM_MODE_ATOMIC_TEST_ONLY | DRM_MODE_ATOMIC_NONBLOCK),
      0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (without_master_it_is_eacces)
{
  screen_open (RULES_OF_VKMS);
  screen_light ();
  fail_unless (drmIsMaster (screen.fd));
  fail_unless_equals_int (drmDropMaster (screen.fd), 0);
  fail_unless (!drmIsMaster (screen.fd));
  fail_unless_equals_int (screen_commit (screen_picture (), 0), EACCES);
  fail_unless_equals_int (
      screen_commit (screen_picture (), DRM_MODE_ATOMIC_TEST_ONLY), EACCES);
  fail_unless_equals_int (drmSetMaster (screen.fd), 0);
  fail_unless_equals_int (screen_commit (screen_picture (), 0), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (there_is_one_master)
{
  int other;

  screen_open (RULES_OF_VKMS);
  other = open (screen.path, O_RDWR | O_CLOEXEC);
  fail_unless (!drmIsMaster (other));
  fail_unless (drmSetMaster (other) < 0);
  fail_unless_equals_int (errno, EBUSY);
  fail_unless_equals_int (drmDropMaster (screen.fd), 0);
  fail_unless_equals_int (drmSetMaster (other), 0);
  fail_unless (drmSetMaster (screen.fd) < 0);
  fail_unless_equals_int (errno, EBUSY);
  close (other);
  fail_unless_equals_int (drmSetMaster (screen.fd), 0);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (what_is_no_fence_is_einval)
{
  screen_open (RULES_OF_VKMS);
  screen_light ();
  fail_unless_equals_int (with (screen.plane, "IN_FENCE_FD", -1), 0);
  fail_unless_equals_int (with (screen.plane, "IN_FENCE_FD", 999), EINVAL);
  fail_unless_equals_int (
      with (screen.plane, "IN_FENCE_FD", screen.fd), EINVAL);
  fail_unless_equals_int (with (screen.plane, "IN_FENCE_FD", -2), EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_flip_signals_its_fence)
{
  drmModeAtomicReq *r;
  struct pollfd p = { .events = POLLIN };
  int32_t fence = 77;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  r = screen_picture ();
  screen_set (r, screen.crtc, "OUT_FENCE_PTR", (uintptr_t) &fence);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_ATOMIC_TEST_ONLY), 0);
  fail_unless_equals_int (fence, -1);
  r = screen_picture ();
  screen_set (r, screen.crtc, "OUT_FENCE_PTR", (uintptr_t) &fence);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_ATOMIC_NONBLOCK), 0);
  fail_unless (fence >= 0);
  p.fd = fence;
  fail_unless_equals_int (poll (&p, 1, 5000), 1);
  fail_unless_equals_int (screen_value (screen.crtc, "OUT_FENCE_PTR"), 0);
  close (fence);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (atomic_is_for_those_that_asked_for_it)
{
  drmModeObjectProperties *all;
  drmModePlaneRes *planes;
  drmModeAtomicReq *r;
  int other;

  screen_open (RULES_OF_VKMS);
  other = open (screen.path, O_RDWR | O_CLOEXEC);
  planes = drmModeGetPlaneResources (other);
  for (uint32_t i = 0; i < planes->count_planes; i++)
    fail_unless (planes->planes[i] != screen.plane);
  drmModeFreePlaneResources (planes);
  all = drmModeObjectGetProperties (other, screen.crtc, DRM_MODE_OBJECT_CRTC);
  for (uint32_t i = 0; i < all->count_props; i++)
    fail_unless (all->props[i] != screen_property (screen.crtc, "MODE_ID"));
  drmModeFreeObjectProperties (all);
  fail_unless (drmSetClientCap (other, 99, 1) < 0);
  fail_unless_equals_int (errno, EINVAL);
  fail_unless (drmSetClientCap (other, DRM_CLIENT_CAP_ATOMIC, 3) < 0);
  fail_unless_equals_int (errno, EINVAL);
  fail_unless (
      drmSetClientCap (other, DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1) < 0);
  fail_unless_equals_int (errno, EINVAL);
  close (other);
  r = screen_picture ();
  fail_unless_equals_int (
      drmSetClientCap (screen.fd, DRM_CLIENT_CAP_ATOMIC, 0), 0);
  fail_unless_equals_int (screen_commit (r, DRM_MODE_ATOMIC_TEST_ONLY), EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (objects_that_are_not_there_are_enoent)
{
  screen_open (RULES_OF_VKMS);
  fail_unless (drmModeGetConnector (screen.fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetCrtc (screen.fd, screen.plane) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetPlane (screen.fd, screen.crtc) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetEncoder (screen.fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetProperty (screen.fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeObjectGetProperties (
                   screen.fd, screen.crtc, DRM_MODE_OBJECT_PLANE) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless_equals_int (drmIoctl (screen.fd, DRM_IO (0x5a), NULL), -1);
  fail_unless_equals_int (errno, EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (what_is_lit_can_be_read)
{
  drmModeConnector *c;
  drmModeEncoder *e;
  drmModeCrtc *r;

  screen_open (RULES_OF_VKMS);
  c = drmModeGetConnector (screen.fd, screen.connector);
  fail_unless_equals_int (c->encoder_id, 0);
  fail_unless_equals_int (c->count_encoders, 1);
  drmModeFreeConnector (c);
  screen_light ();
  c = drmModeGetConnector (screen.fd, screen.connector);
  fail_unless_equals_int (c->encoder_id, c->encoders[0]);
  e = drmModeGetEncoder (screen.fd, c->encoders[0]);
  fail_unless_equals_int (e->crtc_id, screen.crtc);
  fail_unless_equals_int (e->possible_crtcs, 1);
  r = drmModeGetCrtc (screen.fd, screen.crtc);
  fail_unless_equals_int (r->mode_valid, 1);
  fail_unless_equals_int (r->mode.hdisplay, WIDTH);
  fail_unless_equals_int (r->buffer_id, screen.fb);
  drmModeFreeCrtc (r);
  drmModeFreeEncoder (e);
  drmModeFreeConnector (c);
  screen_close ();
}
GST_END_TEST;

RUNNER_MAIN (RULES_NEEDS, RUNNER_TEST (a_whole_state_is_taken),
    RUNNER_TEST (an_unknown_object_is_enoent),
    RUNNER_TEST (a_property_of_something_else_is_enoent),
    RUNNER_TEST (values_outside_a_property_are_einval),
    RUNNER_TEST (what_cannot_be_set_is_einval), RUNNER_TEST (a_rotation_is_one),
    RUNNER_TEST (a_picture_that_is_turned_has_its_sides_exchanged),
    RUNNER_TEST (a_framebuffer_goes_with_a_crtc),
    RUNNER_TEST (a_source_outside_the_framebuffer_is_enospc),
    RUNNER_TEST (scaling_is_erange),
    RUNNER_TEST (a_rectangle_that_overflows_is_erange),
    RUNNER_TEST (a_plane_may_lie_outside_the_screen),
    RUNNER_TEST (a_mode_needs_leave), RUNNER_TEST (another_mode_needs_leave),
    RUNNER_TEST (turning_off_needs_leave),
    RUNNER_TEST (the_same_mode_in_another_blob_needs_no_leave),
    RUNNER_TEST (a_screen_is_whole), RUNNER_TEST (a_mode_is_a_mode),
    RUNNER_TEST (flags_that_make_no_sense_are_einval),
    RUNNER_TEST (an_event_needs_a_crtc_that_is_lit),
    RUNNER_TEST (a_flip_is_told), RUNNER_TEST (a_commit_that_waits_has_flipped),
    RUNNER_TEST (before_the_flip_it_is_ebusy),
    RUNNER_TEST (without_master_it_is_eacces),
    RUNNER_TEST (there_is_one_master), RUNNER_TEST (what_is_no_fence_is_einval),
    RUNNER_TEST (a_flip_signals_its_fence),
    RUNNER_TEST (atomic_is_for_those_that_asked_for_it),
    RUNNER_TEST (objects_that_are_not_there_are_enoent),
    RUNNER_TEST (what_is_lit_can_be_read))
