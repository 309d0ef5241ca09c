/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the played card has and vkms has not. What both have: card-rules.c. */
#include "../helpers/card.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

#define LEAVE DRM_MODE_ATOMIC_ALLOW_MODESET
#define TEST (DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY)
#define FLIP (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

static struct card *card;
static int fd;
static uint32_t crtc, connector, plane;
static uint32_t modes[2]; /* blobs of what lights them */
static unsigned n_modes;
static uint32_t fbs[8];
static unsigned n_fbs;

static void
set_up (void)
{
  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  plane = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  fd = card_open (card);
  fail_unless_equals_int (drmSetClientCap (fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  n_modes = n_fbs = 0;
}

static void
tear_down (void)
{
  while (n_fbs > 0)
    drmModeRmFB (fd, fbs[--n_fbs]);
  while (n_modes > 0)
    drmModeDestroyPropertyBlob (fd, modes[--n_modes]);
  close (fd);
  card_free (card);
}

static uint32_t
fb_of (int memory, uint32_t width, uint32_t height, uint64_t modifier)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { width * 4 }, offsets[4] = { 0 };
  uint64_t modifiers[4] = { modifier };
  uint32_t id;

  fail_unless_equals_int (drmPrimeFDToHandle (fd, memory, &handles[0]), 0);
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (fd, width, height, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      0);
  drmCloseBufferHandle (fd, handles[0]);
  fbs[n_fbs++] = id;
  return id;
}

static uint32_t
new_fb (uint32_t width, uint32_t height)
{
  int memory = card_dmabuf_new (card, width * height * 4);
  uint32_t id = fb_of (memory, width, height, DRM_FORMAT_MOD_LINEAR);

  close (memory);
  return id;
}

static void
set (drmModeAtomicReq *r, uint32_t object, const char *name, uint64_t value)
{
  uint32_t id = card_property (card, object, name);

  fail_unless (id != 0, "no property %s", name);
  drmModeAtomicAddProperty (r, object, id, value);
}

static void
show (drmModeAtomicReq *r, uint32_t on, uint32_t from, uint32_t fb,
    uint32_t width, uint32_t height)
{
  struct card_fb info;

  fail_unless (card_get_fb (card, fb, &info));
  set (r, from, "FB_ID", fb);
  set (r, from, "CRTC_ID", on);
  set (r, from, "SRC_W", (uint64_t) info.width << 16);
  set (r, from, "SRC_H", (uint64_t) info.height << 16);
  set (r, from, "CRTC_W", width);
  set (r, from, "CRTC_H", height);
}

static int
commit (drmModeAtomicReq *r, uint32_t flags)
{
  int ret = drmModeAtomicCommit (fd, r, flags, (void *) (uintptr_t) 0x77);

  drmModeAtomicFree (r);
  return -ret;
}

static int
try_one (uint32_t object, const char *name, uint64_t value, uint32_t flags)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  set (r, object, name, value);
  return commit (r, flags);
}

/* FB of 1280 x 720 through FROM on the whole of ON, TO lit. */
static drmModeAtomicReq *
lit (uint32_t on, uint32_t to, uint32_t from, uint32_t fb)
{
  struct drm_mode_modeinfo mode = card_mode (1280, 720, 60);
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  fail_unless_equals_int (
      drmModeCreatePropertyBlob (fd, &mode, sizeof (mode), &modes[n_modes]), 0);
  set (r, on, "MODE_ID", modes[n_modes++]);
  set (r, on, "ACTIVE", 1);
  set (r, to, "CRTC_ID", on);
  show (r, on, from, fb, 1280, 720);
  return r;
}

static uint32_t
light (void)
{
  uint32_t fb = new_fb (1280, 720);

  fail_unless_equals_int (commit (lit (crtc, connector, plane, fb), LEAVE), 0);
  return fb;
}

static int
show_at (uint32_t from, uint32_t fb, uint32_t width, uint32_t height)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  show (r, crtc, from, fb, width, height);
  return commit (r, TEST);
}

static int
flip_to (uint32_t fb)
{
  return try_one (plane, "FB_ID", fb, FLIP);
}

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

/* How many events there are. */
static unsigned
read_events (void)
{
  drmEventContext context = { .version = 3, .page_flip_handler2 = on_flip };
  struct pollfd p = { .fd = fd, .events = POLLIN };

  seen.n = 0;
  while (poll (&p, 1, 0) == 1)
    fail_unless_equals_int (drmHandleEvent (fd, &context), 0);
  return seen.n;
}

GST_START_TEST (it_is_opened_by_its_path)
{
  drmVersion *version;
  int other;

  set_up ();
  card_set_driver (card, "toy");
  other = open (card_path (card), O_RDWR | O_CLOEXEC);
  version = drmGetVersion (other);
  fail_unless_equals_string (version->name, "toy");
  drmFreeVersion (version);
  close (other);
  card_fail_open (card, EACCES, 1, 0);
  fail_unless (open (card_path (card), O_RDWR | O_CLOEXEC) < 0);
  fail_unless_equals_int (errno, EACCES);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_not_of_the_card_reaches_the_kernel)
{
  int null, ends[2], n = 0;

  set_up ();
  null = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  fail_unless (null >= 0);
  fail_unless (drmIsMaster (null) || errno == ENOTTY || errno == EACCES);
  fail_unless (ioctl (null, DRM_IOCTL_SET_MASTER, NULL) < 0);
  fail_unless_equals_int (errno, ENOTTY);
  close (null);
  fail_unless_equals_int (pipe (ends), 0);
  fail_unless_equals_int (write (ends[1], "abc", 3), 3);
  fail_unless_equals_int (ioctl (ends[0], FIONREAD, &n), 0);
  fail_unless_equals_int (n, 3);
  close (ends[0]);
  close (ends[1]);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_copy_of_the_descriptor_is_the_same_client)
{
  int copy;

  set_up ();
  copy = dup (fd);
  close (fd);
  fd = copy;
  fail_unless (drmIsMaster (fd));
  light ();
  fail_unless_equals_int (card_left_of (card).clients, 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (two_cards_are_two)
{
  struct card *other;
  drmModeRes *resources;
  int other_fd;

  set_up ();
  other = card_new ();
  other_fd = open (card_path (other), O_RDWR | O_CLOEXEC);
  fail_unless (drmIsMaster (fd) && drmIsMaster (other_fd));
  resources = drmModeGetResources (other_fd);
  fail_unless_equals_int (resources->count_crtcs, 0);
  drmModeFreeResources (resources);
  close (other_fd);
  card_free (other);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (planes_scale_as_far_as_they_can)
{
  uint32_t overlay, small;

  set_up ();
  overlay = card_add_plane (
      card, &(struct card_plane) {
                .min_scale = 0x10000 / 2, .max_scale = 0x10000 * 4 });
  light ();
  small = new_fb (320, 240);
  fail_unless_equals_int (show_at (overlay, small, 320, 240), 0);
  fail_unless_equals_int (show_at (overlay, small, 640, 480), 0);
  fail_unless_equals_int (show_at (overlay, small, 642, 480), ERANGE);
  fail_unless_equals_int (show_at (overlay, small, 80, 60), 0);
  fail_unless_equals_int (show_at (overlay, small, 79, 60), ERANGE);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_plane_may_have_to_cover_the_screen)
{
  uint32_t cover;

  set_up ();
  cover = card_add_plane (card, &(struct card_plane) { .must_cover = true });
  light ();
  fail_unless_equals_int (show_at (cover, new_fb (1280, 720), 1280, 720), 0);
  fail_unless_equals_int (show_at (cover, new_fb (640, 720), 640, 720), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_cursor_is_small)
{
  uint32_t cursor;

  set_up ();
  cursor = card_add_plane (card,
      &(struct card_plane) {
          .type = DRM_PLANE_TYPE_CURSOR, .max_width = 64, .max_height = 64 });
  light ();
  fail_unless_equals_int (show_at (cursor, new_fb (64, 64), 64, 64), 0);
  fail_unless_equals_int (show_at (cursor, new_fb (65, 64), 65, 64), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_plane_reaches_its_own_crtcs)
{
  uint32_t crtc2, own;

  set_up ();
  crtc2 = card_add_crtc (card);
  own = card_add_plane (card, &(struct card_plane) { .possible_crtcs = 2 });
  light ();
  fail_unless_equals_int (show_at (own, new_fb (64, 64), 64, 64), EINVAL);
  fail_unless_equals_int (card_get (card, crtc2, "ACTIVE"), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_depth_may_be_fixed)
{
  uint32_t overlay;

  set_up ();
  overlay = card_add_plane (card, &(struct card_plane) { 0 });
  card_add_zpos (card, plane, 0, 0, 0);
  card_add_zpos (card, overlay, 1, 3, 1);
  fail_unless_equals_int (try_one (plane, "zpos", 0, TEST), EINVAL);
  fail_unless_equals_int (try_one (overlay, "zpos", 3, LEAVE), 0);
  fail_unless_equals_int (card_get (card, overlay, "zpos"), 3);
  fail_unless_equals_int (try_one (overlay, "zpos", 4, TEST), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (alpha_blending_and_rotation_have_their_values)
{
  drmModePropertyRes *p;

  set_up ();
  card_add_alpha (card, plane);
  card_add_blend_modes (card, plane);
  card_add_colours (card, plane);
  card_add_rotation (card, plane, DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_180);
  fail_unless_equals_int (try_one (plane, "alpha", 0x8000, TEST), 0);
  fail_unless_equals_int (try_one (plane, "alpha", 0x10000, TEST), EINVAL);
  fail_unless_equals_int (try_one (plane, "COLOR_ENCODING", 2, TEST), 0);
  fail_unless_equals_int (try_one (plane, "COLOR_RANGE", 2, TEST), EINVAL);
  fail_unless_equals_int (
      try_one (plane, "rotation", DRM_MODE_ROTATE_180, TEST), 0);
  fail_unless_equals_int (
      try_one (plane, "rotation", DRM_MODE_ROTATE_90, TEST), EINVAL);
  p = drmModeGetProperty (fd, card_property (card, plane, "pixel blend mode"));
  fail_unless_equals_int (p->count_enums, 3);
  fail_unless_equals_string (p->enums[1].name, "Coverage");
  drmModeFreeProperty (p);
  p = drmModeGetProperty (fd, card_property (card, plane, "rotation"));
  fail_unless_equals_int (p->count_enums, 2);
  fail_unless_equals_string (p->enums[1].name, "rotate-180");
  fail_unless_equals_int (p->enums[1].value, 2);
  drmModeFreeProperty (p);
  tear_down ();
}
GST_END_TEST;

static unsigned
count_pairs (uint32_t of, uint32_t fourcc)
{
  uint64_t id = card_get (card, of, "IN_FORMATS");
  drmModePropertyBlobRes *blob = drmModeGetPropertyBlob (fd, id);
  drmModeFormatModifierIterator i = { 0 };
  unsigned n = 0;

  while (drmModeFormatModifierBlobIterNext (blob, &i))
    n += i.fmt == fourcc;
  drmModeFreePropertyBlob (blob);
  return n;
}

GST_START_TEST (a_plane_has_modifiers_of_its_own)
{
  static const struct card_format formats[] = {
    { DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR },
    { DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_X_TILED },
    { DRM_FORMAT_NV12, DRM_FORMAT_MOD_LINEAR },
    { 0, 0 },
  };
  uint32_t overlay, tiled;
  int memory;

  set_up ();
  overlay = card_add_plane (card, &(struct card_plane) { .formats = formats });
  light ();
  fail_unless_equals_int (count_pairs (overlay, DRM_FORMAT_XRGB8888), 2);
  fail_unless_equals_int (count_pairs (overlay, DRM_FORMAT_NV12), 1);
  fail_unless_equals_int (count_pairs (plane, DRM_FORMAT_XRGB8888), 1);
  memory = card_dmabuf_new (card, 64 * 64 * 4);
  tiled = fb_of (memory, 64, 64, I915_FORMAT_MOD_X_TILED);
  close (memory);
  fail_unless_equals_int (show_at (overlay, tiled, 64, 64), 0);
  fail_unless_equals_int (show_at (plane, tiled, 64, 64), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_screen_flips_by_itself)
{
  uint32_t crtc2, other, primary, one, two;

  set_up ();
  crtc2 = card_add_crtc (card);
  other = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  primary = card_add_plane (
      card, &(struct card_plane) {
                .type = DRM_PLANE_TYPE_PRIMARY, .possible_crtcs = 2 });
  one = light ();
  two = new_fb (1280, 720);
  fail_unless_equals_int (commit (lit (crtc2, other, primary, two), LEAVE), 0);
  fail_unless_equals_int (flip_to (one), 0);
  fail_unless (card_is_pending (card, crtc) && !card_is_pending (card, crtc2));
  fail_unless_equals_int (flip_to (one), EBUSY);
  fail_unless_equals_int (try_one (primary, "FB_ID", two, FLIP), 0);
  fail_unless (card_flip_at (card, crtc2, 1000000, 9));
  fail_unless_equals_int (read_events (), 1);
  fail_unless_equals_int (seen.crtc, crtc2);
  fail_unless (card_is_pending (card, crtc));
  fail_unless_equals_int (card_flip (card), 1);
  fail_unless_equals_int (read_events (), 1);
  fail_unless_equals_int (seen.crtc, crtc);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_connector_reaches_its_own_crtcs)
{
  uint32_t fb;

  set_up ();
  card_add_crtc (card);
  card_set_possible_crtcs (card, connector, 2);
  fb = new_fb (1280, 720);
  fail_unless_equals_int (
      commit (lit (crtc, connector, plane, fb), TEST), EINVAL);
  tear_down ();
}
GST_END_TEST;

static int
refuse_tall (const struct card_state *state, void *data)
{
  unsigned *n = data;

  (*n)++;
  fail_unless_equals_int (card_state_old (state, plane, "CRTC_H"), 720);
  return card_state_get (state, plane, "CRTC_H") > 720 ? EDOM : 0;
}

GST_START_TEST (the_driver_may_refuse)
{
  unsigned n = 0;

  set_up ();
  light ();
  card_set_check (card, refuse_tall, &n);
  fail_unless_equals_int (show_at (plane, new_fb (64, 721), 64, 721), EDOM);
  fail_unless_equals_int (show_at (plane, new_fb (64, 720), 64, 720), 0);
  fail_unless_equals_int (n, 2);
  /* the kernel's own rules come before */
  fail_unless_equals_int (show_at (plane, new_fb (64, 722), 32, 722), ERANGE);
  fail_unless_equals_int (n, 2);
  card_set_check (card, NULL, NULL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_commit_is_recorded)
{
  uint64_t value;
  uint32_t fb;

  set_up ();
  fb = light ();
  fail_unless_equals_int (card_n_commits (card), 1);
  fail_unless_equals_int (card_commit_of (card, 0)->flags, LEAVE);
  fail_unless (
      card_commit_sets (card_commit_of (card, 0), plane, "FB_ID", &value));
  fail_unless_equals_int (value, fb);
  fail_unless_equals_int (show_at (plane, fb, 1, 1), ERANGE);
  fail_unless_equals_int (flip_to (fb), 0);
  fail_unless_equals_int (card_n_attempts (card), 3);
  fail_unless_equals_int (card_attempt (card, 1)->error, ERANGE);
  fail_unless_equals_int (card_n_commits (card), 2);
  fail_unless_equals_int (card_last_commit (card)->user_data, 0x77);
  fail_if (card_commit_sets (card_last_commit (card), plane, "CRTC_W", NULL));
  fail_unless_equals_int (card_n_calls (card, DRM_IOCTL_MODE_ATOMIC), 3);
  card_wait_for_commits (card, 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (any_errno_comes_at_any_ioctl)
{
  int memory;
  uint32_t handle;

  set_up ();
  memory = card_dmabuf_new (card, 4096);
  card_fail (card, DRM_IOCTL_PRIME_FD_TO_HANDLE, ENOMEM, 2, 1);
  card_fail (card, DRM_IOCTL_PRIME_FD_TO_HANDLE, EINTR, 1, 0);
  fail_unless_equals_int (drmPrimeFDToHandle (fd, memory, &handle), 0);
  for (int i = 0; i < 2; i++) {
    fail_unless (drmPrimeFDToHandle (fd, memory, &handle) < 0);
    fail_unless_equals_int (errno, ENOMEM);
  }
  /* drmIoctl() asks again when it was interrupted */
  fail_unless_equals_int (drmPrimeFDToHandle (fd, memory, &handle), 0);
  fail_unless_equals_int (card_n_calls (card, DRM_IOCTL_PRIME_FD_TO_HANDLE), 5);
  card_fail (card, DRM_IOCTL_MODE_CLOSEFB, EINVAL, -1, 0);
  fail_unless_equals_int (drmModeCloseFB (fd, new_fb (64, 64)), -EINVAL);
  card_heal (card);
  fail_unless_equals_int (drmModeCloseFB (fd, fbs[--n_fbs]), 0);
  drmCloseBufferHandle (fd, handle);
  close (memory);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_commit_may_fail_though_its_test_went_well)
{
  uint32_t fb;

  set_up ();
  fb = light ();
  card_fail_commit (card, ENOMEM, 1, 0);
  fail_unless_equals_int (show_at (plane, fb, 1280, 720), 0);
  fail_unless_equals_int (flip_to (fb), ENOMEM);
  fail_unless_equals_int (flip_to (fb), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flip_has_its_time_and_number)
{
  uint32_t fb;

  set_up ();
  fb = light ();
  fail_unless (!card_flip_at (card, crtc, 1, 1));
  fail_unless_equals_int (flip_to (fb), 0);
  fail_unless_equals_int (read_events (), 0);
  fail_unless (card_flip_at (card, crtc, INT64_C (5000007000), 123));
  fail_unless_equals_int (read_events (), 1);
  fail_unless_equals_int (seen.sequence, 123);
  fail_unless_equals_int64 (seen.time_us, 5000007);
  fail_unless (seen.data == (void *) (uintptr_t) 0x77);
  fail_unless_equals_int (flip_to (fb), 0);
  fail_unless_equals_int (card_flip (card), 1);
  fail_unless_equals_int (read_events (), 1);
  fail_unless_equals_int (seen.sequence, 124);
  card_set_flips (card, CARD_FLIPS_AT_ONCE);
  fail_unless_equals_int (flip_to (fb), 0);
  fail_unless_equals_int (read_events (), 1);
  card_send_flip (card, crtc, 0x88, 1, 1);
  fail_unless_equals_int (read_events (), 1);
  fail_unless (seen.data == (void *) (uintptr_t) 0x88);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flip_waits_for_its_fence)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();
  int fence = card_fence_new ();
  int32_t out = -1;
  uint32_t fb;

  set_up ();
  fb = light ();
  set (r, plane, "FB_ID", fb);
  set (r, plane, "IN_FENCE_FD", fence);
  set (r, crtc, "OUT_FENCE_PTR", (uintptr_t) &out);
  fail_unless_equals_int (commit (r, FLIP), 0);
  fail_unless_equals_int (card_flip (card), 0);
  fail_unless (!card_fence_is_signalled (out));
  card_fence_signal (fence);
  fail_unless_equals_int (card_flip (card), 1);
  fail_unless (card_fence_is_signalled (out));
  close (out);
  close (fence);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_is_shown_until_the_flip_that_replaces_it)
{
  int a, b;
  uint32_t first_fb, next_fb;

  set_up ();
  light ();
  a = card_dmabuf_new (card, 1280 * 720 * 4);
  b = card_dmabuf_new (card, 1280 * 720 * 4);
  first_fb = fb_of (a, 1280, 720, 0);
  next_fb = fb_of (b, 1280, 720, 0);
  fail_unless (!card_shows_memory (card, a));
  fail_unless_equals_int (flip_to (first_fb), 0);
  fail_unless (card_shows_memory (card, a));
  card_flip (card);
  fail_unless_equals_int (flip_to (next_fb), 0);
  fail_unless_equals_int (card_shown (card, plane), first_fb);
  fail_unless (card_shows_memory (card, a) && card_shows_memory (card, b));
  card_flip (card);
  fail_unless_equals_int (card_shown (card, plane), next_fb);
  fail_unless (!card_shows_memory (card, a));
  fail_unless_equals_int (drmModeCloseFB (fd, next_fb), 0);
  n_fbs--;
  fail_unless (card_shows_memory (card, b));
  close (a);
  close (b);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_async_flip_changes_the_picture_alone)
{
  uint32_t overlay, fb;
  drmModeAtomicReq *r;

  set_up ();
  overlay = card_add_plane (card, &(struct card_plane) { 0 });
  light ();
  fb = new_fb (1280, 720);
  fail_unless_equals_int (
      try_one (plane, "FB_ID", fb, FLIP | DRM_MODE_PAGE_FLIP_ASYNC), EINVAL);
  card_set_cap (card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  r = drmModeAtomicAlloc ();
  show (r, crtc, plane, fb, 1280, 720); /* the rest is as it was */
  fail_unless_equals_int (commit (r, FLIP | DRM_MODE_PAGE_FLIP_ASYNC), 0);
  card_flip (card);
  fail_unless_equals_int (
      try_one (plane, "CRTC_X", 5, FLIP | DRM_MODE_PAGE_FLIP_ASYNC), EINVAL);
  fail_unless_equals_int (
      try_one (overlay, "FB_ID", fb, FLIP | DRM_MODE_PAGE_FLIP_ASYNC), EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (metadata_have_their_size_and_need_leave)
{
  struct hdr_output_metadata metadata = { .metadata_type = 1 };
  const struct hdr_output_metadata *set_now;
  size_t n_bytes;
  uint32_t blob, wrong;

  set_up ();
  card_add_hdr (card, connector, CARD_NEEDS_MODESET);
  light ();
  drmModeCreatePropertyBlob (fd, &metadata, sizeof (metadata), &blob);
  drmModeCreatePropertyBlob (fd, &metadata, 5, &wrong);
  fail_unless_equals_int (
      try_one (connector, "HDR_OUTPUT_METADATA", wrong, LEAVE), EINVAL);
  fail_unless_equals_int (
      try_one (connector, "HDR_OUTPUT_METADATA", blob, 0), EINVAL);
  fail_unless_equals_int (
      try_one (connector, "HDR_OUTPUT_METADATA", blob, LEAVE), 0);
  fail_unless_equals_int (try_one (connector, "max bpc", 10, 0), EINVAL);
  fail_unless_equals_int (try_one (connector, "max bpc", 10, LEAVE), 0);
  drmModeDestroyPropertyBlob (fd, blob);
  drmModeDestroyPropertyBlob (fd, wrong);
  set_now = card_get_blob (card, connector, "HDR_OUTPUT_METADATA", &n_bytes);
  fail_unless (set_now && set_now->metadata_type == 1);
  fail_unless_equals_int (n_bytes, sizeof (metadata));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_bad_link_is_mended_by_a_modeset)
{
  set_up ();
  light ();
  card_set (card, connector, "link-status", DRM_MODE_LINK_STATUS_BAD);
  fail_unless_equals_int (try_one (connector, "link-status", 0, 0), EINVAL);
  fail_unless_equals_int (try_one (connector, "link-status", 0, LEAVE), 0);
  /* and made bad by the hardware alone */
  fail_unless_equals_int (try_one (connector, "link-status", 1, LEAVE), 0);
  fail_unless_equals_int (card_get (card, connector, "link-status"), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_property_may_be_missing)
{
  drmModeObjectProperties *all;
  uint32_t gone;

  set_up ();
  card_add_vrr (card, connector, crtc);
  fail_unless_equals_int (try_one (crtc, "VRR_ENABLED", 1, LEAVE), 0);
  gone = card_property (card, crtc, "VRR_ENABLED");
  card_remove_property (card, crtc, "VRR_ENABLED");
  fail_unless_equals_int (card_property (card, crtc, "VRR_ENABLED"), 0);
  all = drmModeObjectGetProperties (fd, crtc, DRM_MODE_OBJECT_CRTC);
  for (uint32_t i = 0; i < all->count_props; i++)
    fail_unless (all->props[i] != gone);
  drmModeFreeObjectProperties (all);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_unplugged_has_no_modes)
{
  struct drm_mode_modeinfo mode = card_mode (800, 600, 75);
  const char edid[128] = { 0 };
  drmModePropertyBlobRes *blob;
  drmModeConnector *c;

  set_up ();
  card_set_status (card, connector, DRM_MODE_DISCONNECTED);
  c = drmModeGetConnector (fd, connector);
  fail_unless_equals_int (c->connection, DRM_MODE_DISCONNECTED);
  fail_unless_equals_int (c->count_modes, 0);
  drmModeFreeConnector (c);
  card_set_modes (card, connector, &mode, 1);
  card_set_edid (card, connector, edid, sizeof (edid));
  card_set_status (card, connector, DRM_MODE_CONNECTED);
  c = drmModeGetConnector (fd, connector);
  fail_unless_equals_int (c->count_modes, 1);
  fail_unless_equals_int (c->modes[0].vrefresh, 75);
  fail_unless (c->modes[0].type & DRM_MODE_TYPE_PREFERRED);
  drmModeFreeConnector (c);
  blob = drmModeGetPropertyBlob (fd, card_get (card, connector, "EDID"));
  fail_unless_equals_int (blob->length, 128);
  drmModeFreePropertyBlob (blob);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_lease_sees_its_own)
{
  drmModePlaneRes *planes;
  drmModeRes *resources;
  drmModePlane *p;
  uint32_t crtc2, other, overlay;

  set_up ();
  crtc2 = card_add_crtc (card);
  other = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  overlay = card_add_plane (card, &(struct card_plane) { 0 });
  close (fd);
  fd = card_open_lease (card, (uint32_t[]) { crtc2, other, overlay }, 3);
  fail_unless_equals_int (drmSetClientCap (fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  resources = drmModeGetResources (fd);
  fail_unless_equals_int (resources->count_crtcs, 1);
  fail_unless_equals_int (resources->crtcs[0], crtc2);
  fail_unless_equals_int (resources->count_connectors, 1);
  drmModeFreeResources (resources);
  planes = drmModeGetPlaneResources (fd);
  fail_unless_equals_int (planes->count_planes, 1);
  drmModeFreePlaneResources (planes);
  /* bits count the CRTCs that it sees */
  p = drmModeGetPlane (fd, overlay);
  fail_unless_equals_int (p->possible_crtcs, 1);
  drmModeFreePlane (p);
  fail_unless (drmIsMaster (fd));
  fail_unless_equals_int (try_one (overlay, "CRTC_ID", crtc, TEST), EACCES);
  fail_unless_equals_int (try_one (plane, "FB_ID", 0, TEST), ENOENT);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (another_program_takes_master)
{
  uint32_t fb;

  set_up ();
  fb = light ();
  card_take_master (card);
  fail_unless_equals_int (flip_to (fb), EACCES);
  fail_unless (drmSetMaster (fd) < 0);
  fail_unless_equals_int (errno, EBUSY);
  card_drop_master (card);
  fail_unless_equals_int (drmSetMaster (fd), 0);
  fail_unless_equals_int (flip_to (fb), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (who_may_not_be_master_is_told)
{
  int other;

  set_up ();
  card_set_unprivileged (card, true);
  other = card_open (card);
  fail_unless (drmSetMaster (other) < 0);
  fail_unless_equals_int (errno, EACCES);
  close (other);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_left_behind_is_counted)
{
  struct card_left left;
  uint32_t blob, handle;
  int other, memory;

  set_up ();
  left = card_left_of (card);
  fail_unless_equals_int (left.clients, 1);
  fail_unless_equals_int (left.handles + left.framebuffers + left.blobs, 0);
  other = card_open (card);
  memory = card_dmabuf_new (card, 4096);
  drmPrimeFDToHandle (other, memory, &handle);
  drmModeCreatePropertyBlob (other, "x", 1, &blob);
  fail_unless_equals_int (card_left_of (card).handles, 1);
  close (other);
  left = card_left_of (card);
  fail_unless_equals_int (left.clients, 1);
  fail_unless_equals_int (left.handles, 1);
  fail_unless_equals_int (left.blobs, 1);
  card_forgive (card);
  fail_unless_equals_int (card_left_of (card).handles, 0);
  close (memory);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (dumb_memory_can_be_read)
{
  uint32_t handle, pitch;
  uint64_t size;
  int exported;
  char *data;

  set_up ();
  card_set_pitch_align (card, 256);
  fail_unless_equals_int (
      drmModeCreateDumbBuffer (fd, 100, 10, 32, 0, &handle, &pitch, &size), 0);
  fail_unless_equals_int (pitch, 512);
  fail_unless_equals_int (
      drmPrimeHandleToFD (fd, handle, DRM_CLOEXEC | DRM_RDWR, &exported), 0);
  data = mmap (NULL, size, PROT_WRITE | PROT_READ, MAP_SHARED, exported, 0);
  data[size - 1] = 42;
  munmap (data, size);
  close (exported);
  data = mmap (
      NULL, size, PROT_READ, MAP_SHARED, card_dumb_memory (card, handle), 0);
  fail_unless_equals_int (data[size - 1], 42);
  munmap (data, size);
  drmModeDestroyDumbBuffer (fd, handle);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_dmabuf_is_synced)
{
  struct dma_buf_sync sync = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ };
  int memory, other;

  set_up ();
  memory = card_dmabuf_new (card, 4096);
  fail_unless_equals_int (ioctl (memory, DMA_BUF_IOCTL_SYNC, &sync), 0);
  fail_unless_equals_int (card_n_syncs (card), 1);
  other = memfd_create ("other", MFD_CLOEXEC);
  fail_unless (ioctl (other, DMA_BUF_IOCTL_SYNC, &sync) < 0);
  close (other);
  close (memory);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (it_is_opened_by_its_path),
    RUNNER_TEST (what_is_not_of_the_card_reaches_the_kernel),
    RUNNER_TEST (a_copy_of_the_descriptor_is_the_same_client),
    RUNNER_TEST (two_cards_are_two),
    RUNNER_TEST (planes_scale_as_far_as_they_can),
    RUNNER_TEST (a_plane_may_have_to_cover_the_screen),
    RUNNER_TEST (a_cursor_is_small),
    RUNNER_TEST (a_plane_reaches_its_own_crtcs),
    RUNNER_TEST (a_depth_may_be_fixed),
    RUNNER_TEST (alpha_blending_and_rotation_have_their_values),
    RUNNER_TEST (a_plane_has_modifiers_of_its_own),
    RUNNER_TEST (each_screen_flips_by_itself),
    RUNNER_TEST (a_connector_reaches_its_own_crtcs),
    RUNNER_TEST (the_driver_may_refuse), RUNNER_TEST (each_commit_is_recorded),
    RUNNER_TEST (any_errno_comes_at_any_ioctl),
    RUNNER_TEST (a_commit_may_fail_though_its_test_went_well),
    RUNNER_TEST (a_flip_has_its_time_and_number),
    RUNNER_TEST (a_flip_waits_for_its_fence),
    RUNNER_TEST (memory_is_shown_until_the_flip_that_replaces_it),
    RUNNER_TEST (an_async_flip_changes_the_picture_alone),
    RUNNER_TEST (metadata_have_their_size_and_need_leave),
    RUNNER_TEST (a_bad_link_is_mended_by_a_modeset),
    RUNNER_TEST (a_property_may_be_missing),
    RUNNER_TEST (what_is_unplugged_has_no_modes),
    RUNNER_TEST (a_lease_sees_its_own),
    RUNNER_TEST (another_program_takes_master),
    RUNNER_TEST (who_may_not_be_master_is_told),
    RUNNER_TEST (what_is_left_behind_is_counted),
    RUNNER_TEST (dumb_memory_can_be_read), RUNNER_TEST (a_dmabuf_is_synced))
