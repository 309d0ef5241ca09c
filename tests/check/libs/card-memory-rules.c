/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the kernel does with memory, framebuffers and blobs, by libdrm alone.
 * The same tests run on the played card and, from elements/card-memory-rules.c,
 * on vkms: that the played one does not lie.
 */
#include "../helpers/runner.h"
#include "../helpers/screen.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <xf86drm.h>

#ifndef RULES_OF_VKMS
#define RULES_OF_VKMS false
#endif

#define WIDTH SCREEN_WIDTH
#define HEIGHT SCREEN_HEIGHT
#define RULES_NEEDS (RULES_OF_VKMS ? RUNNER_DISPLAY : RUNNER_NOTHING)

GST_START_TEST (a_closed_framebuffer_stays_on_the_screen)
{
  uint32_t stays, its_handle;
  drmModePlane *p;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  stays = screen_new_fb (WIDTH, HEIGHT, &its_handle);
  fail_unless_equals_int (drmModeRmFB (screen.fd, screen.fb), 0);
  screen.fb = stays;
  screen_light ();
  if (drmModeCloseFB (screen.fd, screen.fb) == -EINVAL)
    runner_skip_always ("this kernel has no CLOSEFB");
  fail_unless_equals_int (drmModeCloseFB (screen.fd, screen.fb), -ENOENT);
  drmCloseBufferHandle (screen.fd, its_handle);
  p = drmModeGetPlane (screen.fd, screen.plane);
  fail_unless_equals_int (p->fb_id, screen.fb);
  drmModeFreePlane (p);
  fail_unless_equals_int (screen_value (screen.crtc, "ACTIVE"), 1);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (a_removed_framebuffer_leaves_the_screen)
{
  drmModePlane *p;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  fail_unless_equals_int (drmModeRmFB (screen.fd, screen.fb), 0);
  fail_unless_equals_int (drmModeRmFB (screen.fd, screen.fb), -ENOENT);
  p = drmModeGetPlane (screen.fd, screen.plane);
  fail_unless_equals_int (p->fb_id, 0);
  fail_unless_equals_int (p->crtc_id, 0);
  drmModeFreePlane (p);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (what_a_program_leaves_open_leaves_the_screen_with_it)
{
  int other;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  other = open (screen.path, O_RDWR | O_CLOEXEC);
  drmSetClientCap (other, DRM_CLIENT_CAP_ATOMIC, 1);
  close (screen.fd);
  screen.fd = other;
  fail_unless_equals_int (screen_value (screen.plane, "FB_ID"), 0);
  if (screen.card) {
    fail_unless_equals_int (card_left_of (screen.card).framebuffers, 1);
    fail_unless_equals_int (card_left_of (screen.card).handles, 1);
    fail_unless_equals_int (card_left_of (screen.card).blobs, 1);
    card_forgive (screen.card);
  }
  screen_close ();
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
      screen.fd, width, height, fourcc, handles, pitches, offsets, &id, 0);

  if (ret == 0)
    drmModeRmFB (screen.fd, id);
  return ret;
}

GST_START_TEST (framebuffers_lie_within_their_memory)
{
  const uint32_t x = DRM_FORMAT_XRGB8888;

  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, x, screen.handle, WIDTH * 4, 0), 0);
  fail_unless_equals_int (add_fb (WIDTH, HEIGHT, x, 99, WIDTH * 4, 0), -ENOENT);
  fail_unless_equals_int (add_fb (WIDTH, HEIGHT, x, 0, WIDTH * 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, x, screen.handle, WIDTH * 4 - 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT * 2, x, screen.handle, WIDTH * 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, x, screen.handle, WIDTH * 4, 8192), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT / 2, x, screen.handle, WIDTH * 4, 8192), 0);
  fail_unless_equals_int (add_fb (0, HEIGHT, x, screen.handle, 4, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (100000, HEIGHT, x, screen.handle, 400000, 0), -EINVAL);
  fail_unless_equals_int (
      add_fb (WIDTH, HEIGHT, 0x20202020, screen.handle, WIDTH * 4, 0), -EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (framebuffers_name_no_more_than_they_have)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, id;
  uint64_t modifiers[4] = { 0 };

  screen_open (RULES_OF_VKMS);
  handles[0] = screen.handle;
  pitches[0] = WIDTH * 4;
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (screen.fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      0);
  drmModeRmFB (screen.fd, id);
  handles[1] = screen.handle;
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (screen.fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      -EINVAL);
  handles[1] = 0;
  modifiers[0] = I915_FORMAT_MOD_X_TILED;
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (screen.fd, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      -EINVAL);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (one_buffer_has_one_handle_that_is_not_counted)
{
  uint32_t one, same;
  int buffer, other, rights;

  screen_open (RULES_OF_VKMS);
  fail_unless_equals_int (drmPrimeHandleToFD (screen.fd, screen.handle,
                              DRM_CLOEXEC | DRM_RDWR, &buffer),
      0);
  fail_unless_equals_int (drmPrimeFDToHandle (screen.fd, buffer, &one), 0);
  fail_unless_equals_int (one, screen.handle);

  other = open (screen.path, O_RDWR | O_CLOEXEC);
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
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (reading_a_framebuffer_gives_handles_of_its_own)
{
  drmModeFB2 *read;

  screen_open (RULES_OF_VKMS);
  fail_unless (drmModeGetFB2 (screen.fd, 9999) == NULL);
  fail_unless_equals_int (errno, ENOENT);
  read = drmModeGetFB2 (screen.fd, screen.fb);
  fail_unless_equals_int (read->width, WIDTH);
  fail_unless_equals_int (read->pixel_format, DRM_FORMAT_XRGB8888);
  fail_unless_equals_int (read->pitches[0], WIDTH * 4);
  fail_unless (read->handles[0] != 0 && read->handles[0] != screen.handle);
  fail_unless_equals_int (
      drmCloseBufferHandle (screen.fd, read->handles[0]), 0);
  drmModeFreeFB2 (read);
  screen_close ();
}
GST_END_TEST;

GST_START_TEST (blobs_live_while_the_state_has_them)
{
  drmModePropertyBlobRes *blob;
  uint32_t id, empty;

  screen_open (RULES_OF_VKMS);
  screen_light ();
  id = screen.mode;
  drmModeCreatePropertyBlob (
      screen.fd, &screen.mode_info, sizeof (screen.mode_info), &screen.mode);
  fail_unless_equals_int (drmModeDestroyPropertyBlob (screen.fd, id), 0);
  blob = drmModeGetPropertyBlob (screen.fd, id);
  fail_unless (blob != NULL);
  fail_unless_equals_int (blob->length, sizeof (screen.mode_info));
  drmModeFreePropertyBlob (blob);
  fail_unless_equals_int (drmModeDestroyPropertyBlob (screen.fd, id), -EPERM);
  screen_light ();
  fail_unless (drmModeGetPropertyBlob (screen.fd, id) == NULL);
  fail_unless_equals_int (drmModeDestroyPropertyBlob (screen.fd, id), -ENOENT);
  fail_unless_equals_int (
      drmModeCreatePropertyBlob (screen.fd, &screen.mode_info, 0, &empty),
      -EINVAL);
  screen_close ();
}
GST_END_TEST;

RUNNER_MAIN (RULES_NEEDS,
    RUNNER_TEST (a_closed_framebuffer_stays_on_the_screen),
    RUNNER_TEST (a_removed_framebuffer_leaves_the_screen),
    RUNNER_TEST (what_a_program_leaves_open_leaves_the_screen_with_it),
    RUNNER_TEST (framebuffers_lie_within_their_memory),
    RUNNER_TEST (framebuffers_name_no_more_than_they_have),
    RUNNER_TEST (one_buffer_has_one_handle_that_is_not_counted),
    RUNNER_TEST (reading_a_framebuffer_gives_handles_of_its_own),
    RUNNER_TEST (blobs_live_while_the_state_has_them))
