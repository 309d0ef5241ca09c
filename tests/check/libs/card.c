/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a test can make of the played card, flips first. What it has in common
 * with vkms: card-rules.c. */
#include "../helpers/runner.h"
#include "card-toy.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

GST_START_TEST (it_is_opened_by_its_path)
{
  drmVersion *version;
  int other;

  toy_set_up ();
  card_set_driver (toy.card, "toy");
  other = open (card_path (toy.card), O_RDWR | O_CLOEXEC);
  version = drmGetVersion (other);
  fail_unless_equals_string (version->name, "toy");
  drmFreeVersion (version);
  close (other);
  card_fail_open (toy.card, EACCES, 1, 0);
  fail_unless (open (card_path (toy.card), O_RDWR | O_CLOEXEC) < 0);
  fail_unless_equals_int (errno, EACCES);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_not_of_the_card_reaches_the_kernel)
{
  int null, ends[2], n = 0;

  toy_set_up ();
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
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_copy_of_the_descriptor_is_the_same_client)
{
  int copy;

  toy_set_up ();
  copy = dup (toy.fd);
  close (toy.fd);
  toy.fd = copy;
  fail_unless (drmIsMaster (toy.fd));
  toy_light ();
  fail_unless_equals_int (card_left_of (toy.card).clients, 1);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (two_cards_are_two)
{
  struct card *other;
  drmModeRes *resources;
  int other_fd;

  toy_set_up ();
  other = card_new ();
  other_fd = open (card_path (other), O_RDWR | O_CLOEXEC);
  fail_unless (drmIsMaster (toy.fd) && drmIsMaster (other_fd));
  resources = drmModeGetResources (other_fd);
  fail_unless_equals_int (resources->count_crtcs, 0);
  drmModeFreeResources (resources);
  close (other_fd);
  card_free (other);
  toy_tear_down ();
}
GST_END_TEST;

static int
refuse_tall (const struct card_state *state, void *data)
{
  unsigned *n = data;

  (*n)++;
  fail_unless_equals_int (card_state_old (state, toy.plane, "CRTC_H"), 720);
  return card_state_get (state, toy.plane, "CRTC_H") > 720 ? EDOM : 0;
}

GST_START_TEST (the_driver_may_refuse)
{
  unsigned n = 0;

  toy_set_up ();
  toy_light ();
  card_set_check (toy.card, refuse_tall, &n);
  fail_unless_equals_int (
      toy_show_at (toy.plane, toy_new_fb (64, 721), 64, 721), EDOM);
  fail_unless_equals_int (
      toy_show_at (toy.plane, toy_new_fb (64, 720), 64, 720), 0);
  fail_unless_equals_int (n, 2);
  /* the kernel's own rules come before */
  fail_unless_equals_int (
      toy_show_at (toy.plane, toy_new_fb (64, 722), 32, 722), ERANGE);
  fail_unless_equals_int (n, 2);
  card_set_check (toy.card, NULL, NULL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_commit_is_recorded)
{
  uint64_t value;
  uint32_t fb;

  toy_set_up ();
  fb = toy_light ();
  fail_unless_equals_int (card_n_commits (toy.card), 1);
  fail_unless_equals_int (card_commit_of (toy.card, 0)->flags, TOY_LEAVE);
  fail_unless (card_commit_sets (
      card_commit_of (toy.card, 0), toy.plane, "FB_ID", &value));
  fail_unless_equals_int (value, fb);
  fail_unless_equals_int (toy_show_at (toy.plane, fb, 1, 1), ERANGE);
  fail_unless_equals_int (toy_flip_to (fb), 0);
  fail_unless_equals_int (card_n_attempts (toy.card), 3);
  fail_unless_equals_int (card_attempt (toy.card, 1)->error, ERANGE);
  fail_unless_equals_int (card_n_commits (toy.card), 2);
  fail_unless_equals_int (card_last_commit (toy.card)->user_data, 0x77);
  fail_if (card_commit_sets (
      card_last_commit (toy.card), toy.plane, "CRTC_W", NULL));
  fail_unless_equals_int (card_n_calls (toy.card, DRM_IOCTL_MODE_ATOMIC), 3);
  card_wait_for_commits (toy.card, 2);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (any_errno_comes_at_any_ioctl)
{
  int memory;
  uint32_t handle;

  toy_set_up ();
  memory = card_dmabuf_new (toy.card, 4096);
  card_fail (toy.card, DRM_IOCTL_PRIME_FD_TO_HANDLE, ENOMEM, 2, 1);
  card_fail (toy.card, DRM_IOCTL_PRIME_FD_TO_HANDLE, EINTR, 1, 0);
  fail_unless_equals_int (drmPrimeFDToHandle (toy.fd, memory, &handle), 0);
  for (int i = 0; i < 2; i++) {
    fail_unless (drmPrimeFDToHandle (toy.fd, memory, &handle) < 0);
    fail_unless_equals_int (errno, ENOMEM);
  }
  /* drmIoctl() asks again when it was interrupted */
  fail_unless_equals_int (drmPrimeFDToHandle (toy.fd, memory, &handle), 0);
  fail_unless_equals_int (
      card_n_calls (toy.card, DRM_IOCTL_PRIME_FD_TO_HANDLE), 5);
  card_fail (toy.card, DRM_IOCTL_MODE_CLOSEFB, EINVAL, -1, 0);
  fail_unless_equals_int (
      drmModeCloseFB (toy.fd, toy_new_fb (64, 64)), -EINVAL);
  card_heal (toy.card);
  fail_unless_equals_int (drmModeCloseFB (toy.fd, toy.fbs[--toy.n_fbs]), 0);
  drmCloseBufferHandle (toy.fd, handle);
  close (memory);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_commit_may_fail_though_its_test_went_well)
{
  uint32_t fb;

  toy_set_up ();
  fb = toy_light ();
  card_fail_commit (toy.card, ENOMEM, 1, 0);
  fail_unless_equals_int (toy_show_at (toy.plane, fb, 1280, 720), 0);
  fail_unless_equals_int (toy_flip_to (fb), ENOMEM);
  fail_unless_equals_int (toy_flip_to (fb), 0);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flip_has_its_time_and_number)
{
  uint32_t fb;

  toy_set_up ();
  fb = toy_light ();
  fail_unless (!card_flip_at (toy.card, toy.crtc, 1, 1));
  fail_unless_equals_int (toy_flip_to (fb), 0);
  fail_unless_equals_int (toy_read_events (), 0);
  fail_unless (card_flip_at (toy.card, toy.crtc, INT64_C (5000007000), 123));
  fail_unless_equals_int (toy_read_events (), 1);
  fail_unless_equals_int (toy.seen.sequence, 123);
  fail_unless_equals_int64 (toy.seen.time_us, 5000007);
  fail_unless (toy.seen.data == (void *) (uintptr_t) 0x77);
  fail_unless_equals_int (toy_flip_to (fb), 0);
  fail_unless_equals_int (card_flip (toy.card), 1);
  fail_unless_equals_int (toy_read_events (), 1);
  fail_unless_equals_int (toy.seen.sequence, 124);
  card_set_flips (toy.card, CARD_FLIPS_AT_ONCE);
  fail_unless_equals_int (toy_flip_to (fb), 0);
  fail_unless_equals_int (toy_read_events (), 1);
  card_send_flip (toy.card, toy.crtc, 0x88, 1, 1);
  fail_unless_equals_int (toy_read_events (), 1);
  fail_unless (toy.seen.data == (void *) (uintptr_t) 0x88);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flip_waits_for_its_fence)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();
  int fence = card_fence_new ();
  int32_t out = -1;
  uint32_t fb;

  toy_set_up ();
  fb = toy_light ();
  toy_set (r, toy.plane, "FB_ID", fb);
  toy_set (r, toy.plane, "IN_FENCE_FD", fence);
  toy_set (r, toy.crtc, "OUT_FENCE_PTR", (uintptr_t) &out);
  fail_unless_equals_int (toy_commit (r, TOY_FLIP), 0);
  fail_unless_equals_int (card_flip (toy.card), 0);
  fail_unless (!card_fence_is_signalled (out));
  card_fence_signal (fence);
  fail_unless_equals_int (card_flip (toy.card), 1);
  fail_unless (card_fence_is_signalled (out));
  close (out);
  close (fence);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_is_shown_until_the_flip_that_replaces_it)
{
  int a, b;
  uint32_t first_fb, next_fb;

  toy_set_up ();
  toy_light ();
  a = card_dmabuf_new (toy.card, 1280 * 720 * 4);
  b = card_dmabuf_new (toy.card, 1280 * 720 * 4);
  first_fb = toy_fb_of (a, 1280, 720, 0);
  next_fb = toy_fb_of (b, 1280, 720, 0);
  fail_unless (!card_shows_memory (toy.card, a));
  fail_unless_equals_int (toy_flip_to (first_fb), 0);
  fail_unless (card_shows_memory (toy.card, a));
  card_flip (toy.card);
  fail_unless_equals_int (toy_flip_to (next_fb), 0);
  fail_unless_equals_int (card_shown (toy.card, toy.plane), first_fb);
  fail_unless (
      card_shows_memory (toy.card, a) && card_shows_memory (toy.card, b));
  card_flip (toy.card);
  fail_unless_equals_int (card_shown (toy.card, toy.plane), next_fb);
  fail_unless (!card_shows_memory (toy.card, a));
  fail_unless_equals_int (drmModeCloseFB (toy.fd, next_fb), 0);
  toy.n_fbs--;
  fail_unless (card_shows_memory (toy.card, b));
  close (a);
  close (b);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_async_flip_changes_the_picture_alone)
{
  uint32_t overlay, fb;
  drmModeAtomicReq *r;

  toy_set_up ();
  overlay = card_add_plane (toy.card, &(struct card_plane) { 0 });
  toy_light ();
  fb = toy_new_fb (1280, 720);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "FB_ID", fb, TOY_FLIP | DRM_MODE_PAGE_FLIP_ASYNC),
      EINVAL);
  card_set_cap (toy.card, DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP, 1);
  r = drmModeAtomicAlloc ();
  toy_show (r, toy.crtc, toy.plane, fb, 1280, 720); /* the rest is as it was */
  fail_unless_equals_int (
      toy_commit (r, TOY_FLIP | DRM_MODE_PAGE_FLIP_ASYNC), 0);
  card_flip (toy.card);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "CRTC_X", 5, TOY_FLIP | DRM_MODE_PAGE_FLIP_ASYNC),
      EINVAL);
  fail_unless_equals_int (
      toy_try_one (overlay, "FB_ID", fb, TOY_FLIP | DRM_MODE_PAGE_FLIP_ASYNC),
      EINVAL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_lease_sees_its_own)
{
  drmModePlaneRes *planes;
  drmModeRes *resources;
  drmModePlane *p;
  uint32_t crtc2, other, overlay;

  toy_set_up ();
  crtc2 = card_add_crtc (toy.card);
  other = card_add_connector (toy.card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  overlay = card_add_plane (toy.card, &(struct card_plane) { 0 });
  close (toy.fd);
  toy.fd = card_open_lease (
      toy.card, (uint32_t[]) { crtc2, other, overlay }, 3);
  fail_unless_equals_int (
      drmSetClientCap (toy.fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  resources = drmModeGetResources (toy.fd);
  fail_unless_equals_int (resources->count_crtcs, 1);
  fail_unless_equals_int (resources->crtcs[0], crtc2);
  fail_unless_equals_int (resources->count_connectors, 1);
  drmModeFreeResources (resources);
  planes = drmModeGetPlaneResources (toy.fd);
  fail_unless_equals_int (planes->count_planes, 1);
  drmModeFreePlaneResources (planes);
  /* bits count the CRTCs that it sees */
  p = drmModeGetPlane (toy.fd, overlay);
  fail_unless_equals_int (p->possible_crtcs, 1);
  drmModeFreePlane (p);
  fail_unless (drmIsMaster (toy.fd));
  fail_unless_equals_int (
      toy_try_one (overlay, "CRTC_ID", toy.crtc, TOY_TEST), EACCES);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "FB_ID", 0, TOY_TEST), ENOENT);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (another_program_takes_master)
{
  uint32_t fb;

  toy_set_up ();
  fb = toy_light ();
  card_take_master (toy.card);
  fail_unless_equals_int (toy_flip_to (fb), EACCES);
  fail_unless (drmSetMaster (toy.fd) < 0);
  fail_unless_equals_int (errno, EBUSY);
  card_drop_master (toy.card);
  fail_unless_equals_int (drmSetMaster (toy.fd), 0);
  fail_unless_equals_int (toy_flip_to (fb), 0);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (who_may_not_be_master_is_told)
{
  int other;

  toy_set_up ();
  card_set_unprivileged (toy.card, true);
  other = card_open (toy.card);
  fail_unless (drmSetMaster (other) < 0);
  fail_unless_equals_int (errno, EACCES);
  close (other);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_left_behind_is_counted)
{
  struct card_left left;
  uint32_t blob, handle;
  int other, memory;

  toy_set_up ();
  left = card_left_of (toy.card);
  fail_unless_equals_int (left.clients, 1);
  fail_unless_equals_int (left.handles + left.framebuffers + left.blobs, 0);
  other = card_open (toy.card);
  memory = card_dmabuf_new (toy.card, 4096);
  drmPrimeFDToHandle (other, memory, &handle);
  drmModeCreatePropertyBlob (other, "x", 1, &blob);
  fail_unless_equals_int (card_left_of (toy.card).handles, 1);
  close (other);
  left = card_left_of (toy.card);
  fail_unless_equals_int (left.clients, 1);
  fail_unless_equals_int (left.handles, 1);
  fail_unless_equals_int (left.blobs, 1);
  card_forgive (toy.card);
  fail_unless_equals_int (card_left_of (toy.card).handles, 0);
  close (memory);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (dumb_memory_can_be_read)
{
  uint32_t handle, pitch;
  uint64_t size;
  int exported;
  char *data;

  toy_set_up ();
  card_set_pitch_align (toy.card, 256);
  fail_unless_equals_int (
      drmModeCreateDumbBuffer (toy.fd, 100, 10, 32, 0, &handle, &pitch, &size),
      0);
  fail_unless_equals_int (pitch, 512);
  fail_unless_equals_int (
      drmPrimeHandleToFD (toy.fd, handle, DRM_CLOEXEC | DRM_RDWR, &exported),
      0);
  data = mmap (NULL, size, PROT_WRITE | PROT_READ, MAP_SHARED, exported, 0);
  data[size - 1] = 42;
  munmap (data, size);
  close (exported);
  data = mmap (NULL, size, PROT_READ, MAP_SHARED,
      card_dumb_memory (toy.card, handle), 0);
  fail_unless_equals_int (data[size - 1], 42);
  munmap (data, size);
  drmModeDestroyDumbBuffer (toy.fd, handle);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_dmabuf_is_synced)
{
  struct dma_buf_sync sync = { DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ };
  int memory, other;

  toy_set_up ();
  memory = card_dmabuf_new (toy.card, 4096);
  fail_unless_equals_int (ioctl (memory, DMA_BUF_IOCTL_SYNC, &sync), 0);
  fail_unless_equals_int (card_n_syncs (toy.card), 1);
  other = memfd_create ("other", MFD_CLOEXEC);
  fail_unless (ioctl (other, DMA_BUF_IOCTL_SYNC, &sync) < 0);
  close (other);
  close (memory);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_dmabuf_has_the_fence_that_it_is_given)
{
  struct dma_buf_export_sync_file out = { DMA_BUF_SYNC_READ, -1 };
  struct dma_buf_import_sync_file in = { DMA_BUF_SYNC_WRITE, -1 };
  int memory, fence = card_fence_new ();

  toy_set_up ();
  memory = card_dmabuf_new (toy.card, 4096);
  fail_unless (ioctl (memory, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &out) < 0);
  fail_unless_equals_int (errno, ENOTTY);
  card_dmabuf_set_fence (toy.card, memory, fence);
  fail_unless_equals_int (
      ioctl (memory, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &out), 0);
  fail_unless (!card_fence_is_signalled (out.fd));
  card_fence_signal (fence);
  fail_unless (card_fence_is_signalled (out.fd));
  close (out.fd);
  in.fd = card_fence_new ();
  fail_unless_equals_int (
      ioctl (memory, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &in), 0);
  fail_unless (!card_fence_is_signalled (card_dmabuf_fence (toy.card, memory)));
  in.flags = 0;
  fail_unless (ioctl (memory, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &in) < 0);
  fail_unless_equals_int (errno, EINVAL);
  close (in.fd);
  close (fence);
  close (memory);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_flip_waits_for_the_fence_of_its_memory)
{
  int memory, fence = card_fence_new (), other = card_fence_new ();
  drmModeAtomicReq *r = drmModeAtomicAlloc ();
  uint32_t fb;

  toy_set_up ();
  toy_light ();
  memory = card_dmabuf_new (toy.card, 1280 * 720 * 4);
  fb = toy_fb_of (memory, 1280, 720, DRM_FORMAT_MOD_LINEAR);
  card_dmabuf_set_fence (toy.card, memory, fence);
  fail_unless_equals_int (toy_flip_to (fb), 0);
  fail_unless_equals_int (card_flip (toy.card), 0);
  card_fence_signal (fence);
  fail_unless_equals_int (card_flip (toy.card), 1);
  /* one of its own comes instead */
  card_dmabuf_set_fence (toy.card, memory, other);
  toy_set (r, toy.plane, "FB_ID", fb);
  toy_set (r, toy.plane, "IN_FENCE_FD", fence);
  fail_unless_equals_int (toy_commit (r, TOY_FLIP), 0);
  fail_unless_equals_int (card_flip (toy.card), 1);
  close (other);
  close (fence);
  close (memory);
  toy_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (it_is_opened_by_its_path),
    RUNNER_TEST (what_is_not_of_the_card_reaches_the_kernel),
    RUNNER_TEST (a_copy_of_the_descriptor_is_the_same_client),
    RUNNER_TEST (two_cards_are_two), RUNNER_TEST (the_driver_may_refuse),
    RUNNER_TEST (each_commit_is_recorded),
    RUNNER_TEST (any_errno_comes_at_any_ioctl),
    RUNNER_TEST (a_commit_may_fail_though_its_test_went_well),
    RUNNER_TEST (a_flip_has_its_time_and_number),
    RUNNER_TEST (a_flip_waits_for_its_fence),
    RUNNER_TEST (memory_is_shown_until_the_flip_that_replaces_it),
    RUNNER_TEST (an_async_flip_changes_the_picture_alone),
    RUNNER_TEST (a_lease_sees_its_own),
    RUNNER_TEST (another_program_takes_master),
    RUNNER_TEST (who_may_not_be_master_is_told),
    RUNNER_TEST (what_is_left_behind_is_counted),
    RUNNER_TEST (dumb_memory_can_be_read), RUNNER_TEST (a_dmabuf_is_synced),
    RUNNER_TEST (a_dmabuf_has_the_fence_that_it_is_given),
    RUNNER_TEST (a_flip_waits_for_the_fence_of_its_memory))
