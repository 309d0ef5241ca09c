/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that a device still draws, on a played card. */
#include "../helpers/runner.h"
#include "kms-stage.h"

#include "gst-libs/kms/kms-sys.h"

#include <drm.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sync_file.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct actor slow, quick;

/* When the device has drawn a frame. */
static int
new_fence (void)
{
  int fence = eventfd (0, EFD_CLOEXEC);

  fail_unless (fence >= 0);
  return fence;
}

static void
signal_fence (int fence)
{
  eventfd_write (fence, 1);
}

/* Both on the screen, which flips at once if it is told to. */
static void
set_up (unsigned depth)
{
  stage_set_up (NULL, 2);
  actor_enter_on (&slow, stage.output, 0, 0, 320, 240, depth, false);
  actor_enter (&quick, 320, 0, 320, 240);
  fail_unless_equals_int (actor_place (&slow), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&slow, 1);
  fail_unless_equals_int (actor_place (&quick), 0);
  card_flip (stage.card);
  actor_wait_for_flips (&quick, 1);
}

static void
flip_by_itself (void)
{
  card_set_flips (stage.card, CARD_FLIPS_AT_ONCE);
  card_flip (stage.card);
}

static void
tear_down (void)
{
  flip_by_itself ();
  actor_leave (&quick);
  actor_leave (&slow);
  stage_tear_down ();
}

static unsigned
n_flipped (struct actor *actor)
{
  unsigned n;

  g_mutex_lock (&actor->lock);
  n = actor->n_flipped;
  g_mutex_unlock (&actor->lock);
  return n;
}

static unsigned
n_released (struct actor *actor)
{
  unsigned n;

  g_mutex_lock (&actor->lock);
  n = actor->n_released;
  g_mutex_unlock (&actor->lock);
  return n;
}

/* The kernel's number of an eventfd, -1 of anything else. */
static int
id_of (int fd)
{
  char path[64], line[64];
  int id = -1;
  FILE *file;

  snprintf (path, sizeof (path), "/proc/self/fdinfo/%d", fd);
  file = fopen (path, "r");
  while (file && id < 0 && fgets (line, sizeof (line), file))
    sscanf (line, "eventfd-id: %d", &id);
  if (file)
    fclose (file);
  return id;
}

/* How many descriptors of this process are what FD is. */
static unsigned
count_open (int fd)
{
  int id = id_of (fd);
  unsigned n = 0;

  fail_unless (id >= 0);
  for (int i = 0; i < 256; i++)
    n += id_of (i) == id;
  return n;
}

GST_START_TEST (a_frame_goes_when_its_fence_is_signalled)
{
  int fence = new_fence ();
  unsigned n;

  set_up (1);
  flip_by_itself ();
  n = card_n_commits (stage.card);
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  g_usleep (20000);
  fail_unless_equals_int (card_n_commits (stage.card), n);
  signal_fence (fence);
  actor_wait_for_flips (&slow, 2);
  fail_unless_equals_int (card_n_commits (stage.card), n + 1);
  tear_down ();
  close (fence);
}
GST_END_TEST;

GST_START_TEST (others_flip_while_one_is_drawn)
{
  int fence = new_fence ();

  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  for (unsigned i = 0; i < 10; i++) {
    fail_unless_equals_int (actor_show (&quick), 0);
    actor_wait_for_flips (&quick, 2 + i);
  }
  fail_unless_equals_int (n_flipped (&slow), 1);
  signal_fence (fence);
  actor_wait_for_flips (&slow, 2);
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* It has not to wait for another refresh. */
GST_START_TEST (what_is_drawn_before_a_flip_is_in_the_next_commit)
{
  int fence = new_fence ();
  unsigned n;

  set_up (1);
  n = card_n_commits (stage.card);
  fail_unless_equals_int (actor_show (&quick), 0);
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  fail_unless_equals_int (actor_show (&quick), 0);
  fail_unless_equals_int (card_n_commits (stage.card), n + 1);
  signal_fence (fence);
  card_flip (stage.card);
  card_wait_for_commits (stage.card, n + 2);
  fail_unless_equals_int (stage_n_objects (card_last_commit (stage.card)), 2);
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* Of a device that always gets a frame before the last is done something is
 * seen all the same; what comes in between is not. */
GST_START_TEST (a_frame_whose_turn_has_come_is_not_replaced)
{
  int fence[4];

  set_up (1);
  flip_by_itself ();
  for (unsigned i = 0; i < 4; i++) {
    fence[i] = new_fence ();
    fail_unless_equals_int (actor_show_with_fence (&slow, fence[i]), 0);
  }
  actor_wait_for_releases (&slow, 2);
  signal_fence (fence[0]);
  actor_wait_for_flips (&slow, 2);
  fail_unless_equals_int (slow.ticket[1].n_flipped, 1);
  fail_if (slow.ticket[2].was_shown || slow.ticket[3].was_shown);
  signal_fence (fence[3]);
  actor_wait_for_flips (&slow, 3);
  fail_unless_equals_int (slow.ticket[4].n_flipped, 1);
  tear_down ();
  for (unsigned i = 0; i < 4; i++)
    close (fence[i]);
}
GST_END_TEST;

GST_START_TEST (frames_behind_one_that_is_drawn_keep_their_order)
{
  int fence = new_fence (), last = new_fence ();

  set_up (2);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  fail_unless_equals_int (actor_show (&slow), 0);
  fail_unless_equals_int (actor_show_with_fence (&slow, last), 0);
  signal_fence (last);
  g_usleep (20000);
  fail_unless_equals_int (n_flipped (&slow), 1);
  fail_unless_equals_int (n_released (&slow), 0);
  signal_fence (fence);
  actor_wait_for_flips (&slow, 4);
  for (unsigned i = 0; i < 3; i++)
    fail_unless (slow.ticket[i].n_released == 0 || slow.ticket[i].was_shown);
  tear_down ();
  close (last);
  close (fence);
}
GST_END_TEST;

static atomic_bool is_telling, goes_on;

static void
hold_event_thread (struct actor *actor)
{
  (void) actor;
  atomic_store (&is_telling, true);
  while (!atomic_load (&goes_on))
    g_usleep (1000);
}

/* Both are told by the same poll(). */
GST_START_TEST (what_is_drawn_with_a_flip_is_in_the_next_commit)
{
  int fence = new_fence ();
  unsigned n;

  set_up (1);
  n = card_n_commits (stage.card);
  fail_unless_equals_int (actor_show (&quick), 0);
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  fail_unless_equals_int (actor_show (&quick), 0);
  quick.on_released = hold_event_thread;
  card_flip (stage.card);
  while (!atomic_load (&is_telling))
    g_usleep (1000);
  quick.on_released = NULL;
  fail_unless_equals_int (actor_show (&quick), 0);
  signal_fence (fence);
  card_flip (stage.card);
  atomic_store (&goes_on, true);
  card_wait_for_commits (stage.card, n + 3);
  fail_unless_equals_int (stage_n_objects (card_last_commit (stage.card)), 2);
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* Also while the next is on its way, and one that nobody shows any more. */
GST_START_TEST (a_flush_takes_what_is_not_drawn)
{
  int fence[2] = { new_fence (), new_fence () };

  set_up (1);
  flip_by_itself ();
  for (unsigned i = 0; i < 2; i++)
    fail_unless_equals_int (actor_show_with_fence (&slow, fence[i]), 0);
  fail_unless_equals_int (count_open (fence[0]), 2);
  zc_kms_layer_flush (slow.layer);
  fail_unless_equals_int (n_released (&slow), 2);
  fail_unless_equals_int (count_open (fence[0]), 1);
  fail_unless_equals_int (count_open (fence[1]), 1);
  signal_fence (fence[0]);
  fail_unless_equals_int (actor_show (&slow), 0);
  actor_wait_for_flips (&slow, 2);
  tear_down ();
  close (fence[0]);
  close (fence[1]);
}
GST_END_TEST;

static gpointer
flush_later (gpointer layer)
{
  g_usleep (50000);
  zc_kms_layer_flush (layer);
  return NULL;
}

GST_START_TEST (a_drain_waits_for_a_fence_and_ends_with_a_flush)
{
  int fence = new_fence ();
  GThread *thread;

  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  fail_unless_equals_int (zc_kms_layer_drain (slow.layer), -ETIMEDOUT);
  thread = g_thread_new ("flush", flush_later, slow.layer);
  fail_unless_equals_int (zc_kms_layer_drain (slow.layer), 0);
  g_thread_join (thread);
  tear_down ();
  close (fence);
}
GST_END_TEST;

GST_START_TEST (the_newest_may_be_one_that_is_drawn)
{
  int fence = new_fence ();

  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  fail_unless (zc_kms_layer_has_newest (slow.layer, &slow.ticket[1]));
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* A claim that had to wait takes a second. */
static void
assert_quick (gint64 since_us)
{
  fail_unless (g_get_monotonic_time () - since_us < 900 * 1000);
}

/* The claim of the presenter comes at once, and the frame is still there. */
GST_START_TEST (who_moves_does_not_wait_for_the_fence_of_another)
{
  int fence = new_fence ();
  gint64 begin;

  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  begin = g_get_monotonic_time ();
  quick.wish.part[ZC_KMS_VIDEO].look.destination.x++;
  fail_unless_equals_int (actor_place (&quick), 0);
  actor_wait_for_flips (&quick, 2);
  fail_unless_equals_int (zc_kms_layer_hide (quick.layer), 0);
  assert_quick (begin);
  fail_unless_equals_int (n_released (&slow), 0);
  signal_fence (fence);
  actor_wait_for_flips (&slow, 2);
  tear_down ();
  close (fence);
}
GST_END_TEST;

GST_START_TEST (a_layer_goes_while_its_frame_is_drawn)
{
  int fence = new_fence ();
  gint64 begin;

  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  begin = g_get_monotonic_time ();
  fail_unless_equals_int (zc_kms_layer_hide (slow.layer), 0);
  assert_quick (begin);
  fail_unless_equals_int (n_released (&slow), 2);
  fail_if (slow.ticket[1].was_shown);
  fail_unless_equals_int (count_open (fence), 1);
  signal_fence (fence);
  fail_unless_equals_int (actor_show (&quick), 0);
  actor_wait_for_flips (&quick, 2);
  tear_down ();
  close (fence);
}
GST_END_TEST;

static int claimed_fence;

/* Inside the commit of somebody who has claimed the presenter. */
static int
signal_while_claimed (const struct card_state *state, void *data)
{
  (void) data;
  if (card_state_flags (state) & DRM_MODE_ATOMIC_TEST_ONLY)
    return 0;
  signal_fence (claimed_fence);
  g_usleep (20000);
  return 0;
}

GST_START_TEST (a_fence_that_is_signalled_during_a_claim_is_not_lost)
{
  claimed_fence = new_fence ();
  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, claimed_fence), 0);
  card_set_check (stage.card, signal_while_claimed, NULL);
  quick.wish.part[ZC_KMS_VIDEO].look.destination.x++;
  fail_unless_equals_int (actor_place (&quick), 0);
  actor_wait_for_flips (&slow, 2);
  card_set_check (stage.card, NULL, NULL);
  tear_down ();
  close (claimed_fence);
}
GST_END_TEST;

/* The display is not blamed for that. */
GST_START_TEST (a_fence_that_takes_a_second_is_told_once)
{
  char text[ZC_KMS_FENCE_TEXT_SIZE];
  int fence = new_fence ();

  set_up (1);
  flip_by_itself ();
  fail_if (zc_kms_layer_describe_fence (slow.layer, text, sizeof (text)));
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  for (unsigned i = 0; i < 2; i++)
    fail_unless_equals_int (actor_show (&slow), 0);
  g_usleep (1100000);
  fail_unless_equals_int (actor_show (&slow), -ETIME);
  fail_unless (zc_kms_layer_describe_fence (slow.layer, text, sizeof (text)));
  fail_unless_equals_int (actor_show (&slow), 0);
  g_usleep (1100000);
  fail_unless_equals_int (actor_show (&slow), 0);
  fail_unless_equals_int (actor_show (&quick), 0);

  signal_fence (fence);
  actor_wait_for_flips (&slow, 3);
  for (unsigned i = 0; i < 3; i++)
    fail_unless_equals_int (actor_show (&slow), 0);
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* After a device took long, the display has its second. */
GST_START_TEST (a_display_is_not_blamed_for_a_device)
{
  int fence = new_fence ();

  set_up (1);
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  for (unsigned i = 0; i < 2; i++)
    fail_unless_equals_int (actor_show (&slow), 0);
  g_usleep (700000);
  signal_fence (fence);
  g_usleep (500000);
  for (unsigned i = 0; i < 2; i++)
    fail_unless_equals_int (actor_show (&slow), 0);
  tear_down ();
  close (fence);
}
GST_END_TEST;

static int (*real_epoll_wait) (
    int epoll, struct epoll_event *events, int count, int timeout_ms);
static atomic_uint n_waits;

static int
count_waits (int epoll, struct epoll_event *events, int count, int timeout_ms)
{
  atomic_fetch_add (&n_waits, 1);
  return real_epoll_wait (epoll, events, count, timeout_ms);
}

/* Even if somebody else keeps it. */
GST_START_TEST (a_fence_is_told_once)
{
  int fence = new_fence ();

  real_epoll_wait = zc_kms_sys.epoll_wait;
  zc_kms_sys.epoll_wait = count_waits;
  set_up (1);
  flip_by_itself ();
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  signal_fence (fence);
  actor_wait_for_flips (&slow, 2);
  g_usleep (20000);
  fail_unless_equals_int (atomic_load (&n_waits), 1);
  tear_down ();
  zc_kms_sys.epoll_wait = real_epoll_wait;
  close (fence);
}
GST_END_TEST;

static int (*real_epoll_ctl) (
    int epoll, int op, int fd, struct epoll_event *event);

static int
refuse_to_watch (int epoll, int op, int fd, struct epoll_event *event)
{
  (void) epoll;
  (void) op;
  (void) fd;
  (void) event;
  errno = ENOSPC;
  return -1;
}

GST_START_TEST (a_fence_that_cannot_be_watched_is_left_to_the_kernel)
{
  int fence = new_fence ();

  set_up (1);
  flip_by_itself ();
  real_epoll_ctl = zc_kms_sys.epoll_ctl;
  zc_kms_sys.epoll_ctl = refuse_to_watch;
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  zc_kms_sys.epoll_ctl = real_epoll_ctl;
  actor_wait_for_flips (&slow, 2);
  fail_unless_equals_int (count_open (fence), 1);
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* The event thread has told it when the call returns. */
static int
watch_slowly (int epoll, int op, int fd, struct epoll_event *event)
{
  int ret = real_epoll_ctl (epoll, op, fd, event);

  g_usleep (20000);
  return ret;
}

GST_START_TEST (a_fence_may_be_told_before_its_frame_waits)
{
  int fence = new_fence ();

  set_up (1);
  flip_by_itself ();
  real_epoll_ctl = zc_kms_sys.epoll_ctl;
  zc_kms_sys.epoll_ctl = watch_slowly;
  signal_fence (fence);
  fail_unless_equals_int (actor_show_with_fence (&slow, fence), 0);
  zc_kms_sys.epoll_ctl = real_epoll_ctl;
  actor_wait_for_flips (&slow, 2);
  tear_down ();
  close (fence);
}
GST_END_TEST;

/* For ThreadSanitizer: fences are signalled by one thread, and all is flushed
 * by another, whatever the event thread is doing. */
static atomic_bool is_over;
static int shared_fence[8];

static gpointer
signal_all (gpointer data)
{
  (void) data;
  for (unsigned i = 0; !atomic_load (&is_over); i++) {
    signal_fence (shared_fence[i % 8]);
    g_usleep (300);
  }
  return NULL;
}

static gpointer
flush_all (gpointer layer)
{
  while (!atomic_load (&is_over)) {
    zc_kms_layer_flush (layer);
    g_usleep (700);
  }
  return NULL;
}

GST_START_TEST (fences_end_while_frames_are_flushed)
{
  GThread *signalling, *flushing;
  eventfd_t value;

  set_up (2);
  flip_by_itself ();
  for (unsigned i = 0; i < 8; i++)
    shared_fence[i] = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  signalling = g_thread_new ("signal", signal_all, NULL);
  flushing = g_thread_new ("flush", flush_all, slow.layer);
  for (unsigned i = 0; i < 50; i++) {
    eventfd_read (shared_fence[i % 8], &value);
    fail_unless_equals_int (
        actor_show_with_fence (&slow, shared_fence[i % 8]), 0);
    fail_unless_equals_int (actor_show (&quick), 0);
    g_usleep (500);
  }
  atomic_store (&is_over, true);
  g_thread_join (flushing);
  g_thread_join (signalling);
  tear_down ();
  for (unsigned i = 0; i < 8; i++)
    close (shared_fence[i]);
}
GST_END_TEST;

/* --- the fence itself ---------------------------------------------------- */

static int merged_fd, merge_error;

static int
play_sync_file (int fd, unsigned long request, void *arg)
{
  struct sync_merge_data *merge = arg;
  struct sync_file_info *info = arg;
  struct sync_fence_info *infos;

  if (merge_error != 0) {
    errno = merge_error;
    return -1;
  }
  if (request == SYNC_IOC_MERGE) {
    fail_unless (fd >= 0 && merge->fd2 >= 0 && fd != merge->fd2);
    merge->fence = merged_fd = new_fence ();
    return 0;
  }
  fail_unless (request == SYNC_IOC_FILE_INFO);
  infos = (void *) (uintptr_t) info->sync_fence_info;
  fail_unless (info->num_fences >= 2);
  info->num_fences = 2;
  infos[0] = (struct sync_fence_info) { .driver_name = "one", .status = 1 };
  infos[1] = (struct sync_fence_info) { .driver_name = "gpu",
    .obj_name = "draw" };
  return 0;
}

static bool
is_open (int fd)
{
  return fcntl (fd, F_GETFD) >= 0;
}

GST_START_TEST (fences_of_several_memories_are_one)
{
  int fds[2] = { new_fence (), new_fence () };
  struct zc_kms_fence fence = { 0 };

  zc_kms_sys.ioctl = play_sync_file;
  fail_if (zc_kms_fence_is_set (&fence));
  fail_unless_equals_int (zc_kms_fence_add (&fence, fds[0]), 0);
  fail_unless (zc_kms_fence_is_set (&fence));
  fail_unless_equals_int (zc_kms_fence_add (&fence, fds[1]), 0);
  fail_unless_equals_int (fence.fd, merged_fd);
  fail_if (is_open (fds[0]) || is_open (fds[1]));

  merge_error = ENOMEM;
  fds[0] = new_fence ();
  fail_unless_equals_int (zc_kms_fence_add (&fence, fds[0]), -ENOMEM);
  fail_if (is_open (fds[0]));
  fail_unless_equals_int (fence.fd, merged_fd);
  zc_kms_fence_close (&fence);
  zc_kms_fence_close (&fence);
  fail_if (is_open (merged_fd));
}
GST_END_TEST;

GST_START_TEST (a_fence_says_whose_it_is)
{
  struct zc_kms_fence fence = { 0 };
  char text[ZC_KMS_FENCE_TEXT_SIZE];

  zc_kms_sys.ioctl = play_sync_file;
  zc_kms_fence_add (&fence, new_fence ());
  fail_unless_equals_string (
      zc_kms_fence_describe (&fence, text, sizeof (text)),
      "driver gpu, timeline draw");
  merge_error = ENOTTY;
  fail_unless (strstr (zc_kms_fence_describe (&fence, text, sizeof (text)),
      g_strerror (ENOTTY)));
  zc_kms_fence_close (&fence);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_frame_goes_when_its_fence_is_signalled),
    RUNNER_TEST (others_flip_while_one_is_drawn),
    RUNNER_TEST (what_is_drawn_before_a_flip_is_in_the_next_commit),
    RUNNER_TEST (a_frame_whose_turn_has_come_is_not_replaced),
    RUNNER_TEST (frames_behind_one_that_is_drawn_keep_their_order),
    RUNNER_TEST (what_is_drawn_with_a_flip_is_in_the_next_commit),
    RUNNER_TEST (a_flush_takes_what_is_not_drawn),
    RUNNER_TEST (a_drain_waits_for_a_fence_and_ends_with_a_flush),
    RUNNER_TEST (the_newest_may_be_one_that_is_drawn),
    RUNNER_TEST (who_moves_does_not_wait_for_the_fence_of_another),
    RUNNER_TEST (a_layer_goes_while_its_frame_is_drawn),
    RUNNER_TEST (a_fence_that_is_signalled_during_a_claim_is_not_lost),
    RUNNER_TEST (a_fence_that_takes_a_second_is_told_once),
    RUNNER_TEST (a_display_is_not_blamed_for_a_device),
    RUNNER_TEST (a_fence_is_told_once),
    RUNNER_TEST (a_fence_that_cannot_be_watched_is_left_to_the_kernel),
    RUNNER_TEST (a_fence_may_be_told_before_its_frame_waits),
    RUNNER_TEST (fences_end_while_frames_are_flushed),
    RUNNER_TEST (fences_of_several_memories_are_one),
    RUNNER_TEST (a_fence_says_whose_it_is))
