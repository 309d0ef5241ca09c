/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the kernel allows and what not, by libdrm alone. The same tests run on
 * the played card and, from elements/card-rules.c, on vkms: that the played one
 * does not lie.
 */
#include "../helpers/card.h"
#include "../helpers/devices.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>
#include <xf86drm.h>

#ifndef RULES_OF_VKMS
#define RULES_OF_VKMS 0
#endif

#define WIDTH 640
#define HEIGHT 480
#define RULES_NEEDS (RULES_OF_VKMS ? RUNNER_DISPLAY : RUNNER_NOTHING)

static struct card *card; /* NULL: vkms */
static char path[64];
static int fd;
static uint32_t crtc, connector, plane;
static uint32_t handle, fb, mode;
static drmModeModeInfo mode_info;

static void
play_card (void)
{
  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_VIRTUAL, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_add_rotation (card, plane, 0x3f);
  card_set_auto_flip (card, 16000);
  g_strlcpy (path, card_path (card), sizeof (path));
}

static uint32_t
find_primary (void)
{
  drmModePlaneRes *planes = drmModeGetPlaneResources (fd);
  uint32_t found = 0;

  for (uint32_t i = 0; i < planes->count_planes && !found; i++) {
    drmModeObjectProperties *all = drmModeObjectGetProperties (
        fd, planes->planes[i], DRM_MODE_OBJECT_PLANE);

    for (uint32_t k = 0; k < all->count_props; k++) {
      drmModePropertyRes *p = drmModeGetProperty (fd, all->props[k]);

      if (strcmp (p->name, "type") == 0 &&
          all->prop_values[k] == DRM_PLANE_TYPE_PRIMARY)
        found = planes->planes[i];
      drmModeFreeProperty (p);
    }
    drmModeFreeObjectProperties (all);
  }
  drmModeFreePlaneResources (planes);
  return found;
}

static uint32_t
new_fb (uint32_t width, uint32_t height, uint32_t *out_handle)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };
  uint32_t id = 0;
  uint64_t size;

  fail_unless_equals_int (drmModeCreateDumbBuffer (fd, width, height, 32, 0,
                              &handles[0], &pitches[0], &size),
      0);
  fail_unless_equals_int (drmModeAddFB2 (fd, width, height, DRM_FORMAT_XRGB8888,
                              handles, pitches, offsets, &id, 0),
      0);
  *out_handle = handles[0];
  return id;
}

static void
find_mode (void)
{
  drmModeConnector *c = drmModeGetConnector (fd, connector);

  for (int i = 0; i < c->count_modes; i++)
    if (c->modes[i].hdisplay == WIDTH && c->modes[i].vdisplay == HEIGHT)
      mode_info = c->modes[i];
  drmModeFreeConnector (c);
  fail_unless_equals_int (mode_info.hdisplay, WIDTH);
  fail_unless_equals_int (
      drmModeCreatePropertyBlob (fd, &mode_info, sizeof (mode_info), &mode), 0);
}

static void
set_up (void)
{
  drmModeRes *resources;

  if (RULES_OF_VKMS)
    fail_unless (devices_find_card (path, sizeof (path)));
  else
    play_card ();
  fd = open (path, O_RDWR | O_CLOEXEC);
  fail_unless (fd >= 0);
  fail_unless_equals_int (drmSetClientCap (fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  resources = drmModeGetResources (fd);
  fail_unless (resources->count_crtcs > 0 && resources->count_connectors > 0);
  crtc = resources->crtcs[0];
  connector = resources->connectors[0];
  drmModeFreeResources (resources);
  plane = find_primary ();
  find_mode ();
  fb = new_fb (WIDTH, HEIGHT, &handle);
}

static void
tear_down (void)
{
  drmModeDestroyPropertyBlob (fd, mode);
  drmModeRmFB (fd, fb);
  drmCloseBufferHandle (fd, handle);
  close (fd);
  if (card)
    card_free (card);
}

static uint32_t
property_of (uint32_t object, const char *name)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      fd, object, DRM_MODE_OBJECT_ANY);
  uint32_t id = 0;

  fail_unless (all != NULL);
  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (fd, all->props[i]);

    if (strcmp (p->name, name) == 0)
      id = p->prop_id;
    drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
  fail_unless (id != 0, "no property %s", name);
  return id;
}

static uint64_t
value_of (uint32_t object, const char *name)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      fd, object, DRM_MODE_OBJECT_ANY);
  uint32_t id = property_of (object, name);
  uint64_t value = 0;

  for (uint32_t i = 0; i < all->count_props; i++)
    if (all->props[i] == id)
      value = all->prop_values[i];
  drmModeFreeObjectProperties (all);
  return value;
}

static void
set (drmModeAtomicReq *request, uint32_t object, const char *name,
    uint64_t value)
{
  drmModeAtomicAddProperty (request, object, property_of (object, name), value);
}

/* 0 or an errno; frees the request. */
static int
commit (drmModeAtomicReq *request, uint32_t flags)
{
  int ret = drmModeAtomicCommit (
      fd, request, flags, (void *) (uintptr_t) 0x1234);

  drmModeAtomicFree (request);
  return -ret;
}

/* The whole plane over the whole screen. */
static drmModeAtomicReq *
picture (void)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  set (r, plane, "FB_ID", fb);
  set (r, plane, "CRTC_ID", crtc);
  set (r, plane, "SRC_X", 0);
  set (r, plane, "SRC_Y", 0);
  set (r, plane, "SRC_W", WIDTH << 16);
  set (r, plane, "SRC_H", HEIGHT << 16);
  set (r, plane, "CRTC_X", 0);
  set (r, plane, "CRTC_Y", 0);
  set (r, plane, "CRTC_W", WIDTH);
  set (r, plane, "CRTC_H", HEIGHT);
  return r;
}

static drmModeAtomicReq *
lit (void)
{
  drmModeAtomicReq *r = picture ();

  set (r, crtc, "MODE_ID", mode);
  set (r, crtc, "ACTIVE", 1);
  set (r, connector, "CRTC_ID", crtc);
  return r;
}

static void
light (void)
{
  fail_unless_equals_int (commit (lit (), DRM_MODE_ATOMIC_ALLOW_MODESET), 0);
}

/* What the kernel says to one more value, on a display that is lit. */
static int
with (uint32_t object, const char *name, uint64_t value)
{
  drmModeAtomicReq *r = lit ();

  set (r, object, name, value);
  return commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY);
}

/* The same, and the next thing that is wrong. */
static int
with_two (uint32_t object, const char *name, uint64_t value, const char *other,
    uint64_t other_value)
{
  drmModeAtomicReq *r = lit ();

  set (r, object, name, value);
  set (r, object, other, other_value);
  return commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY);
}

GST_START_TEST (a_whole_state_is_taken)
{
  set_up ();
  fail_unless_equals_int (commit (lit (), DRM_MODE_ATOMIC_ALLOW_MODESET |
                                              DRM_MODE_ATOMIC_TEST_ONLY),
      0);
  fail_unless_equals_int (value_of (crtc, "ACTIVE"), 0);
  light ();
  fail_unless_equals_int (value_of (crtc, "ACTIVE"), 1);
  fail_unless_equals_int (value_of (plane, "FB_ID"), fb);
  fail_unless_equals_int (value_of (plane, "CRTC_W"), WIDTH);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_unknown_object_is_enoent)
{
  drmModeAtomicReq *r;

  set_up ();
  r = drmModeAtomicAlloc ();
  drmModeAtomicAddProperty (r, 9999, property_of (plane, "FB_ID"), 0);
  fail_unless_equals_int (commit (r, 0), ENOENT);
  r = drmModeAtomicAlloc ();
  drmModeAtomicAddProperty (r, fb, property_of (plane, "FB_ID"), 0);
  fail_unless_equals_int (commit (r, 0), ENOENT);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_property_of_something_else_is_enoent)
{
  drmModeAtomicReq *r;

  set_up ();
  r = drmModeAtomicAlloc ();
  drmModeAtomicAddProperty (r, plane, property_of (crtc, "ACTIVE"), 0);
  fail_unless_equals_int (commit (r, 0), ENOENT);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (values_outside_a_property_are_einval)
{
  set_up ();
  fail_unless_equals_int (with (crtc, "ACTIVE", 2), EINVAL);
  fail_unless_equals_int (with (plane, "CRTC_W", UINT64_C (1) << 40), EINVAL);
  fail_unless_equals_int (with (plane, "SRC_W", UINT64_C (1) << 40), EINVAL);
  fail_unless_equals_int (with (plane, "FB_ID", 9999), EINVAL);
  fail_unless_equals_int (with (plane, "FB_ID", crtc), EINVAL);
  fail_unless_equals_int (with (plane, "CRTC_ID", 9999), EINVAL);
  fail_unless_equals_int (with (connector, "CRTC_ID", plane), EINVAL);
  fail_unless_equals_int (with (crtc, "MODE_ID", 9999), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_set_is_einval)
{
  set_up ();
  fail_unless_equals_int (with (plane, "type", DRM_PLANE_TYPE_PRIMARY), EINVAL);
  fail_unless_equals_int (with (connector, "DPMS", 0), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_rotation_is_one)
{
  set_up ();
  fail_unless_equals_int (with (plane, "rotation", DRM_MODE_ROTATE_0), 0);
  fail_unless_equals_int (
      with (plane, "rotation", DRM_MODE_ROTATE_0 | DRM_MODE_REFLECT_X), 0);
  fail_unless_equals_int (
      with (plane, "rotation", DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_180),
      EINVAL);
  fail_unless_equals_int (with (plane, "rotation", 0), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_picture_that_is_turned_has_its_sides_exchanged)
{
  set_up ();
  /* 640 x 480 on 640 x 480 would have to be scaled */
  fail_unless_equals_int (with (plane, "rotation", DRM_MODE_ROTATE_90), ERANGE);
  fail_unless_equals_int (
      with_two (plane, "rotation", DRM_MODE_ROTATE_90, "SRC_W", HEIGHT << 16),
      ERANGE);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_framebuffer_goes_with_a_crtc)
{
  set_up ();
  fail_unless_equals_int (with (plane, "FB_ID", 0), EINVAL);
  fail_unless_equals_int (with (plane, "CRTC_ID", 0), EINVAL);
  fail_unless_equals_int (with_two (plane, "FB_ID", 0, "CRTC_ID", 0), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_source_outside_the_framebuffer_is_enospc)
{
  set_up ();
  fail_unless_equals_int (with (plane, "SRC_X", 1), ENOSPC);
  fail_unless_equals_int (with (plane, "SRC_Y", 1 << 16), ENOSPC);
  fail_unless_equals_int (with (plane, "SRC_W", (WIDTH + 1) << 16), ENOSPC);
  fail_unless_equals_int (with (plane, "SRC_H", (HEIGHT + 1) << 16), ENOSPC);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (scaling_is_erange)
{
  set_up ();
  fail_unless_equals_int (with (plane, "CRTC_W", WIDTH * 2), ERANGE);
  fail_unless_equals_int (with (plane, "CRTC_H", HEIGHT / 2), ERANGE);
  /* of no size, it is not seen */
  fail_unless_equals_int (with (plane, "CRTC_W", 0), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_rectangle_that_overflows_is_erange)
{
  set_up ();
  fail_unless_equals_int (with (plane, "CRTC_X", INT_MAX), ERANGE);
  fail_unless_equals_int (with (plane, "CRTC_Y", INT_MAX), ERANGE);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_plane_may_lie_outside_the_screen)
{
  set_up ();
  fail_unless_equals_int (with (plane, "CRTC_X", 5000), 0);
  fail_unless_equals_int (with (plane, "CRTC_Y", -100), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_mode_needs_leave)
{
  set_up ();
  fail_unless_equals_int (commit (lit (), 0), EINVAL);
  fail_unless_equals_int (commit (lit (), DRM_MODE_ATOMIC_TEST_ONLY), EINVAL);
  light ();
  fail_unless_equals_int (commit (lit (), 0), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (turning_off_needs_leave)
{
  drmModeAtomicReq *r;

  set_up ();
  light ();
  r = drmModeAtomicAlloc ();
  set (r, crtc, "ACTIVE", 0);
  fail_unless_equals_int (commit (r, 0), EINVAL);
  r = drmModeAtomicAlloc ();
  set (r, crtc, "ACTIVE", 0);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_same_mode_in_another_blob_needs_no_leave)
{
  uint32_t same;
  drmModeAtomicReq *r;

  set_up ();
  light ();
  drmModeCreatePropertyBlob (fd, &mode_info, sizeof (mode_info), &same);
  r = picture ();
  set (r, crtc, "MODE_ID", same);
  fail_unless_equals_int (commit (r, 0), 0);
  drmModeDestroyPropertyBlob (fd, same);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_screen_is_whole)
{
  drmModeAtomicReq *r;

  set_up ();
  /* no connector */
  r = picture ();
  set (r, crtc, "MODE_ID", mode);
  set (r, crtc, "ACTIVE", 1);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), EINVAL);
  /* no mode */
  r = drmModeAtomicAlloc ();
  set (r, connector, "CRTC_ID", crtc);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), EINVAL);
  r = drmModeAtomicAlloc ();
  set (r, crtc, "ACTIVE", 1);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_ALLOW_MODESET), EINVAL);
  /* a plane may be ready before it */
  fail_unless_equals_int (commit (picture (), 0), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_mode_is_a_mode)
{
  drmModeModeInfo wrong;
  uint32_t blob;

  set_up ();
  drmModeCreatePropertyBlob (fd, &mode_info, sizeof (mode_info) - 1, &blob);
  fail_unless_equals_int (with (crtc, "MODE_ID", blob), EINVAL);
  drmModeDestroyPropertyBlob (fd, blob);
  wrong = mode_info;
  wrong.htotal = 1;
  drmModeCreatePropertyBlob (fd, &wrong, sizeof (wrong), &blob);
  fail_unless_equals_int (with (crtc, "MODE_ID", blob), EINVAL);
  drmModeDestroyPropertyBlob (fd, blob);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (flags_that_make_no_sense_are_einval)
{
  set_up ();
  light ();
  fail_unless_equals_int (commit (picture (), 1u << 20), EINVAL);
  fail_unless_equals_int (
      commit (picture (), DRM_MODE_ATOMIC_TEST_ONLY | DRM_MODE_PAGE_FLIP_EVENT),
      EINVAL);
  /* neither has it */
  fail_unless_equals_int (
      commit (picture (), DRM_MODE_PAGE_FLIP_ASYNC), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_event_needs_a_crtc_that_is_lit)
{
  drmModeAtomicReq *r;

  set_up ();
  /* of no CRTC at all */
  r = drmModeAtomicAlloc ();
  set (r, connector, "CRTC_ID", 0);
  fail_unless_equals_int (commit (r, DRM_MODE_PAGE_FLIP_EVENT), EINVAL);
  r = drmModeAtomicAlloc ();
  set (r, crtc, "ACTIVE", 0);
  fail_unless_equals_int (commit (r, DRM_MODE_PAGE_FLIP_EVENT), EINVAL);
  r = drmModeAtomicAlloc ();
  set (r, crtc, "ACTIVE", 0);
  fail_unless_equals_int (commit (r, 0), 0);
  tear_down ();
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
  fail_unless_equals_int (of, fd);
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
  struct pollfd p = { .fd = fd, .events = POLLIN };
  unsigned before = seen.n;

  fail_unless_equals_int (poll (&p, 1, 5000), 1);
  fail_unless_equals_int (drmHandleEvent (fd, &context), 0);
  fail_unless_equals_int (seen.n, before + 1);
}

#define FLIP (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

GST_START_TEST (a_flip_is_told)
{
  struct pollfd p = { .events = POLLIN };
  int64_t before = g_get_monotonic_time ();
  unsigned sequence;

  set_up ();
  light ();
  p.fd = fd;
  fail_unless_equals_int (poll (&p, 1, 0), 0);
  fail_unless_equals_int (commit (picture (), FLIP), 0);
  wait_for_flip ();
  fail_unless_equals_int (seen.crtc, crtc);
  fail_unless (seen.data == (void *) (uintptr_t) 0x1234);
  fail_unless (seen.time_us >= before);
  fail_unless (seen.time_us <= g_get_monotonic_time () + 100000);
  sequence = seen.sequence;
  fail_unless_equals_int (commit (picture (), FLIP), 0);
  wait_for_flip ();
  fail_unless (seen.sequence > sequence);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_commit_that_waits_has_flipped)
{
  set_up ();
  light ();
  fail_unless_equals_int (commit (picture (), DRM_MODE_PAGE_FLIP_EVENT), 0);
  fail_unless_equals_int (commit (picture (), FLIP), 0);
  wait_for_flip ();
  wait_for_flip ();
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (before_the_flip_it_is_ebusy)
{
  int error = 0;

  set_up ();
  light ();
  /* a slow machine may flip in between */
  for (int i = 0; i < 100 && error == 0; i++)
    error = commit (picture (), DRM_MODE_ATOMIC_NONBLOCK);
  fail_unless_equals_int (error, EBUSY);
  /* asking is always possible */
  fail_unless_equals_int (
      commit (picture (), DRM_MODE_ATOMIC_TEST_ONLY | DRM_MODE_ATOMIC_NONBLOCK),
      0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (without_master_it_is_eacces)
{
  set_up ();
  light ();
  fail_unless (drmIsMaster (fd));
  fail_unless_equals_int (drmDropMaster (fd), 0);
  fail_unless (!drmIsMaster (fd));
  fail_unless_equals_int (commit (picture (), 0), EACCES);
  fail_unless_equals_int (
      commit (picture (), DRM_MODE_ATOMIC_TEST_ONLY), EACCES);
  fail_unless_equals_int (drmSetMaster (fd), 0);
  fail_unless_equals_int (commit (picture (), 0), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (there_is_one_master)
{
  int other;

  set_up ();
  other = open (path, O_RDWR | O_CLOEXEC);
  fail_unless (!drmIsMaster (other));
  fail_unless (drmSetMaster (other) < 0);
  fail_unless_equals_int (errno, EBUSY);
  fail_unless_equals_int (drmDropMaster (fd), 0);
  fail_unless_equals_int (drmSetMaster (other), 0);
  fail_unless (drmSetMaster (fd) < 0);
  fail_unless_equals_int (errno, EBUSY);
  close (other);
  fail_unless_equals_int (drmSetMaster (fd), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_closed_framebuffer_stays_on_the_screen)
{
  uint32_t stays, its_handle;
  drmModePlane *p;

  set_up ();
  light ();
  stays = new_fb (WIDTH, HEIGHT, &its_handle);
  fail_unless_equals_int (with (plane, "FB_ID", stays), 0);
  fail_unless_equals_int (drmModeRmFB (fd, fb), 0);
  fb = stays;
  light ();
  if (drmModeCloseFB (fd, fb) == -EINVAL)
    runner_skip_always ("this kernel has no CLOSEFB");
  fail_unless_equals_int (drmModeCloseFB (fd, fb), -ENOENT);
  drmCloseBufferHandle (fd, its_handle);
  p = drmModeGetPlane (fd, plane);
  fail_unless_equals_int (p->fb_id, fb);
  drmModeFreePlane (p);
  fail_unless_equals_int (value_of (crtc, "ACTIVE"), 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_removed_framebuffer_leaves_the_screen)
{
  drmModePlane *p;

  set_up ();
  light ();
  fail_unless_equals_int (drmModeRmFB (fd, fb), 0);
  fail_unless_equals_int (drmModeRmFB (fd, fb), -ENOENT);
  p = drmModeGetPlane (fd, plane);
  fail_unless_equals_int (p->fb_id, 0);
  fail_unless_equals_int (p->crtc_id, 0);
  drmModeFreePlane (p);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_a_program_leaves_open_leaves_the_screen_with_it)
{
  int other;

  set_up ();
  light ();
  other = open (path, O_RDWR | O_CLOEXEC);
  drmSetClientCap (other, DRM_CLIENT_CAP_ATOMIC, 1);
  close (fd);
  fd = other;
  fail_unless_equals_int (value_of (plane, "FB_ID"), 0);
  if (card) {
    fail_unless_equals_int (card_left_of (card).framebuffers, 1);
    fail_unless_equals_int (card_left_of (card).handles, 1);
    fail_unless_equals_int (card_left_of (card).blobs, 1);
    card_forgive (card);
  }
  tear_down ();
}
GST_END_TEST;

/* -errno of a framebuffer like ours but for what CHANGE does. */
static int
add_fb (uint32_t width, uint32_t height, uint32_t fourcc, uint32_t of,
    uint32_t pitch, uint32_t offset)
{
  uint32_t handles[4] = { of }, pitches[4] = { pitch }, offsets[4] = { offset };
  uint32_t id = 0;
  int ret = drmModeAddFB2 (
      fd, width, height, fourcc, handles, pitches, offsets, &id, 0);

  if (ret == 0)
    drmModeRmFB (fd, id);
  return ret;
}

GST_START_TEST (framebuffers_lie_within_their_memory)
{
  const uint32_t x = DRM_FORMAT_XRGB8888;

  set_up ();
  fail_unless_equals_int (add_fb (WIDTH, HEIGHT, x, handle, WIDTH * 4, 0), 0);
  fail_unless_equals_int (add_fb (WIDTH, HEIGHT, x, 99, WIDTH * 4, 0), -ENOENT);
  fail_unless_equals_int (add_fb (WIDTH, HEIGHT, x, 0, WIDTH * 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, x, handle, WIDTH * 4 - 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT * 2, x, handle, WIDTH * 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, x, handle, WIDTH * 4, 8192), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT / 2, x, handle, WIDTH * 4, 8192), 0);
  fail_unless_equals_int (add_fb (0, HEIGHT, x, handle, 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (100000, HEIGHT, x, handle, 400000, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, 0x20202020, handle, WIDTH * 4, 0), -EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (framebuffers_name_no_more_than_they_have)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, id;
  uint64_t modifiers[4] = { 0 };

  set_up ();
  handles[0] = handle;
  pitches[0] = WIDTH * 4;
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      0);
  drmModeRmFB (fd, id);
  handles[1] = handle;
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      -EINVAL);
  handles[1] = 0;
  modifiers[0] = I915_FORMAT_MOD_X_TILED;
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      -EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (one_buffer_has_one_handle_that_is_not_counted)
{
  uint32_t one, same;
  int buffer, other, rights;

  set_up ();
  fail_unless_equals_int (
      drmPrimeHandleToFD (fd, handle, DRM_CLOEXEC | DRM_RDWR, &buffer), 0);
  fail_unless_equals_int (drmPrimeFDToHandle (fd, buffer, &one), 0);
  fail_unless_equals_int (one, handle);

  other = open (path, O_RDWR | O_CLOEXEC);
  fail_unless_equals_int (drmPrimeFDToHandle (other, buffer, &one), 0);
  fail_unless_equals_int (drmPrimeFDToHandle (other, buffer, &same), 0);
  fail_unless_equals_int (one, same);
  fail_unless_equals_int (drmCloseBufferHandle (other, one), 0);
  fail_unless (drmCloseBufferHandle (other, one) < 0);
  fail_unless_equals_int (errno, EINVAL);

  fail_unless (drmPrimeFDToHandle (other, 999, &one) < 0);
  fail_unless_equals_int (errno, EBADF);
  rights = open ("/proc/self/status", O_RDONLY | O_CLOEXEC);
  fail_unless (drmPrimeFDToHandle (other, rights, &one) < 0);
  fail_unless_equals_int (errno, EINVAL);
  fail_unless (drmPrimeHandleToFD (other, 99, DRM_CLOEXEC, &rights) < 0);
  fail_unless_equals_int (errno, ENOENT);
  close (other);
  close (buffer);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (reading_a_framebuffer_gives_handles_of_its_own)
{
  drmModeFB2 *read;

  set_up ();
  fail_unless (drmModeGetFB2 (fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  read = drmModeGetFB2 (fd, fb);
  fail_unless_equals_int (read->width, WIDTH);
  fail_unless_equals_int (read->pixel_format, DRM_FORMAT_XRGB8888);
  fail_unless_equals_int (read->pitches[0], WIDTH * 4);
  fail_unless (read->handles[0] != 0 && read->handles[0] != handle);
  fail_unless_equals_int (drmCloseBufferHandle (fd, read->handles[0]), 0);
  drmModeFreeFB2 (read);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (blobs_live_while_the_state_has_them)
{
  drmModePropertyBlobRes *blob;
  uint32_t id, empty;

  set_up ();
  light ();
  id = mode;
  drmModeCreatePropertyBlob (fd, &mode_info, sizeof (mode_info), &mode);
  fail_unless_equals_int (drmModeDestroyPropertyBlob (fd, id), 0);
  blob = drmModeGetPropertyBlob (fd, id);
  fail_unless (blob != NULL);
  fail_unless_equals_int (blob->length, sizeof (mode_info));
  drmModeFreePropertyBlob (blob);
  fail_unless_equals_int (drmModeDestroyPropertyBlob (fd, id), -EPERM);
  light ();
  fail_unless (drmModeGetPropertyBlob (fd, id) == NULL);
  fail_unless_equals_int (drmModeDestroyPropertyBlob (fd, id), -ENOENT);
  fail_unless_equals_int (
      drmModeCreatePropertyBlob (fd, &mode_info, 0, &empty), -EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_no_fence_is_einval)
{
  set_up ();
  light ();
  fail_unless_equals_int (with (plane, "IN_FENCE_FD", -1), 0);
  fail_unless_equals_int (with (plane, "IN_FENCE_FD", 999), EINVAL);
  fail_unless_equals_int (with (plane, "IN_FENCE_FD", fd), EINVAL);
  fail_unless_equals_int (with (plane, "IN_FENCE_FD", -2), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flip_signals_its_fence)
{
  drmModeAtomicReq *r;
  struct pollfd p = { .events = POLLIN };
  int32_t fence = 77;

  set_up ();
  light ();
  r = picture ();
  set (r, crtc, "OUT_FENCE_PTR", (uintptr_t) &fence);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_TEST_ONLY), 0);
  fail_unless_equals_int (fence, -1);
  r = picture ();
  set (r, crtc, "OUT_FENCE_PTR", (uintptr_t) &fence);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_NONBLOCK), 0);
  fail_unless (fence >= 0);
  p.fd = fence;
  fail_unless_equals_int (poll (&p, 1, 5000), 1);
  fail_unless_equals_int (value_of (crtc, "OUT_FENCE_PTR"), 0);
  close (fence);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (atomic_is_for_those_that_asked_for_it)
{
  drmModeObjectProperties *all;
  drmModePlaneRes *planes;
  drmModeAtomicReq *r;
  int other;

  set_up ();
  other = open (path, O_RDWR | O_CLOEXEC);
  planes = drmModeGetPlaneResources (other);
  for (uint32_t i = 0; i < planes->count_planes; i++)
    fail_unless (planes->planes[i] != plane);
  drmModeFreePlaneResources (planes);
  all = drmModeObjectGetProperties (other, crtc, DRM_MODE_OBJECT_CRTC);
  for (uint32_t i = 0; i < all->count_props; i++)
    fail_unless (all->props[i] != property_of (crtc, "MODE_ID"));
  drmModeFreeObjectProperties (all);
  fail_unless (drmSetClientCap (other, 99, 1) < 0);
  fail_unless_equals_int (errno, EINVAL);
  fail_unless (drmSetClientCap (other, DRM_CLIENT_CAP_ATOMIC, 3) < 0);
  fail_unless_equals_int (errno, EINVAL);
  fail_unless (
      drmSetClientCap (other, DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1) < 0);
  fail_unless_equals_int (errno, EINVAL);
  close (other);
  r = picture ();
  fail_unless_equals_int (drmSetClientCap (fd, DRM_CLIENT_CAP_ATOMIC, 0), 0);
  fail_unless_equals_int (commit (r, DRM_MODE_ATOMIC_TEST_ONLY), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (objects_that_are_not_there_are_enoent)
{
  set_up ();
  fail_unless (drmModeGetConnector (fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetCrtc (fd, plane) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetPlane (fd, crtc) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetEncoder (fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (drmModeGetProperty (fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless (
      drmModeObjectGetProperties (fd, crtc, DRM_MODE_OBJECT_PLANE) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  fail_unless_equals_int (drmIoctl (fd, DRM_IO (0x5a), NULL), -1);
  fail_unless_equals_int (errno, EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_lit_can_be_read)
{
  drmModeConnector *c;
  drmModeEncoder *e;
  drmModeCrtc *r;

  set_up ();
  c = drmModeGetConnector (fd, connector);
  fail_unless_equals_int (c->encoder_id, 0);
  fail_unless_equals_int (c->count_encoders, 1);
  drmModeFreeConnector (c);
  light ();
  c = drmModeGetConnector (fd, connector);
  fail_unless_equals_int (c->encoder_id, c->encoders[0]);
  e = drmModeGetEncoder (fd, c->encoders[0]);
  fail_unless_equals_int (e->crtc_id, crtc);
  fail_unless_equals_int (e->possible_crtcs, 1);
  r = drmModeGetCrtc (fd, crtc);
  fail_unless_equals_int (r->mode_valid, 1);
  fail_unless_equals_int (r->mode.hdisplay, WIDTH);
  fail_unless_equals_int (r->buffer_id, fb);
  drmModeFreeCrtc (r);
  drmModeFreeEncoder (e);
  drmModeFreeConnector (c);
  tear_down ();
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
    RUNNER_TEST (a_mode_needs_leave), RUNNER_TEST (turning_off_needs_leave),
    RUNNER_TEST (the_same_mode_in_another_blob_needs_no_leave),
    RUNNER_TEST (a_screen_is_whole), RUNNER_TEST (a_mode_is_a_mode),
    RUNNER_TEST (flags_that_make_no_sense_are_einval),
    RUNNER_TEST (an_event_needs_a_crtc_that_is_lit),
    RUNNER_TEST (a_flip_is_told), RUNNER_TEST (a_commit_that_waits_has_flipped),
    RUNNER_TEST (before_the_flip_it_is_ebusy),
    RUNNER_TEST (without_master_it_is_eacces),
    RUNNER_TEST (there_is_one_master),
    RUNNER_TEST (a_closed_framebuffer_stays_on_the_screen),
    RUNNER_TEST (a_removed_framebuffer_leaves_the_screen),
    RUNNER_TEST (what_a_program_leaves_open_leaves_the_screen_with_it),
    RUNNER_TEST (framebuffers_lie_within_their_memory),
    RUNNER_TEST (framebuffers_name_no_more_than_they_have),
    RUNNER_TEST (one_buffer_has_one_handle_that_is_not_counted),
    RUNNER_TEST (reading_a_framebuffer_gives_handles_of_its_own),
    RUNNER_TEST (blobs_live_while_the_state_has_them),
    RUNNER_TEST (what_is_no_fence_is_einval),
    RUNNER_TEST (a_flip_signals_its_fence),
    RUNNER_TEST (atomic_is_for_those_that_asked_for_it),
    RUNNER_TEST (objects_that_are_not_there_are_enoent),
    RUNNER_TEST (what_is_lit_can_be_read))
