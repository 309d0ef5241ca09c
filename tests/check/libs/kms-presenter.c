/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-presenter.h"
#include "gst-libs/kms/kms-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PLANE_ID 31
#define FB_PROPERTY 17
#define CRTC_ID 40
#define OUT_FENCE 23
#define N_FRAMES 16

/* The kernel's side. It flips when the test says so, by an event on the
 * card's descriptor, which is an eventfd here. */
static struct {
  GMutex lock;
  GCond changed;
  int error;    /* of commits from now on */
  bool pending; /* a commit has not flipped */
  int n_commits;
  uint64_t user_data;
  uint64_t stale; /* not 0: the next event is this one's, which is gone */
  gint n_events;
  uint32_t last_fb;
  uint32_t last_flags;
  int n_released, n_unshown, n_flipped;
  int released[N_FRAMES]; /* how often each frame was released */
  bool shown[N_FRAMES];
  int64_t flip_time_ns;

  int n_fenced;
  int fenced[N_FRAMES];  /* how often each was given back with a fence */
  int last_fence;        /* what was made last */
  bool refuses_fences;   /* the owner cannot attach them */
  bool flips_in_commit;  /* before the call returns */
  bool flips_in_fencing; /* before the owner has answered */
} kernel;

static struct zc_kms_device device;
static struct zc_kms_presenter presenter;
static struct zc_kms_layer layer;

/* Frame N has framebuffer 100 + N; its owner points at its own number. */
static int owners[N_FRAMES];
static struct zc_kms_fb fbs[N_FRAMES];

static struct zc_kms_frame
frame (int n)
{
  owners[n] = n;
  fbs[n].id = 100 + n;
  fbs[n].device = &device;
  fbs[n].refcount = 1;
  return (struct zc_kms_frame) {
    .fb = { &fbs[n] }, .owner = { &owners[n] }, .captured_ns = n
  };
}

static void flip_and_wait (void);

/* With the lock held: what follows the plane is the CRTC with its fence. */
static void
make_fence (const struct drm_mode_atomic *r)
{
  const uint32_t *objects = (void *) (uintptr_t) r->objs_ptr;
  const uint32_t *properties = (void *) (uintptr_t) r->props_ptr;
  const uint64_t *values = (void *) (uintptr_t) r->prop_values_ptr;

  if (r->count_objs == 1)
    return;
  runner_require (
      r->count_objs == 2 && objects[1] == CRTC_ID && properties[1] == OUT_FENCE,
      "more than the plane and the fence");
  kernel.last_fence = eventfd (0, EFD_CLOEXEC);
  *(int32_t *) (uintptr_t) values[1] = kernel.last_fence;
}

static int
fake_commit (int fd, unsigned long request, void *arg)
{
  const struct drm_mode_atomic *r = arg;
  bool flips;
  int error;

  runner_require (fd == device.fd, "of another card");
  runner_require (request == DRM_IOCTL_MODE_ATOMIC, "no commit");
  g_mutex_lock (&kernel.lock);
  error = kernel.error;
  if (error == 0) {
    /* drm_atomic_helper.c: EBUSY until the last one has flipped */
    runner_require (!kernel.pending, "two commits in flight");
    runner_require (*(uint32_t *) (uintptr_t) r->objs_ptr == PLANE_ID,
        "more than the plane is touched");
    make_fence (r);
    runner_require (*(uint32_t *) (uintptr_t) r->props_ptr == FB_PROPERTY,
        "more than the picture is changed");
    kernel.pending = true;
    kernel.n_commits++;
    kernel.user_data = r->user_data;
    kernel.last_fb = *(uint64_t *) (uintptr_t) r->prop_values_ptr;
    kernel.last_flags = r->flags;
  }
  flips = kernel.flips_in_commit;
  kernel.flips_in_commit = false;
  g_mutex_unlock (&kernel.lock);
  if (flips)
    flip_and_wait ();
  errno = error;
  return error ? -1 : 0;
}

static int
fake_handle_event (int fd, drmEventContext *context)
{
  uint64_t user_data;
  eventfd_t n;

  eventfd_read (fd, &n);
  g_mutex_lock (&kernel.lock);
  user_data = kernel.stale ? kernel.stale : kernel.user_data;
  runner_require (kernel.stale || kernel.pending, "nothing was to flip");
  kernel.pending = kernel.pending && kernel.stale;
  kernel.stale = 0;
  g_mutex_unlock (&kernel.lock);
  context->page_flip_handler2 (
      fd, 1, 3, 500, 40, (void *) (uintptr_t) user_data);
  g_atomic_int_inc (&kernel.n_events);
  return 0;
}

static void
on_flipped (const struct zc_kms_frame *f, int64_t time_ns, void *data)
{
  runner_require (data == &kernel, "other data");
  g_mutex_lock (&kernel.lock);
  runner_require (f->captured_ns == *(int *) f->owner[ZC_KMS_VIDEO],
      "the frame was changed");
  kernel.n_flipped++;
  kernel.flip_time_ns = time_ns;
  g_cond_broadcast (&kernel.changed);
  g_mutex_unlock (&kernel.lock);
}

static void
on_released (const struct zc_kms_frame *f, bool shown, void *data)
{
  int n = *(int *) f->owner[ZC_KMS_VIDEO];

  runner_require (data == &kernel, "other data");
  g_mutex_lock (&kernel.lock);
  kernel.n_released++;
  kernel.n_unshown += !shown;
  kernel.released[n]++;
  kernel.shown[n] = shown;
  g_cond_broadcast (&kernel.changed);
  g_mutex_unlock (&kernel.lock);
}

static bool
on_fenced (const struct zc_kms_frame *f, int fence, void *data)
{
  bool flips, ok;

  runner_require (data == &kernel, "other data");
  g_mutex_lock (&kernel.lock);
  runner_require (fence == kernel.last_fence, "another fence");
  ok = !kernel.refuses_fences;
  kernel.n_fenced += ok;
  kernel.fenced[*(int *) f->owner[ZC_KMS_VIDEO]] += ok;
  flips = kernel.flips_in_fencing;
  kernel.flips_in_fencing = false;
  g_mutex_unlock (&kernel.lock);
  if (flips)
    flip_and_wait ();
  return ok;
}

static const struct zc_kms_layer_events fenced_events = {
  .flipped = on_flipped, .released = on_released, .fenced = on_fenced
};

static const struct zc_kms_layer_events events = { .flipped = on_flipped,
  .released = on_released };

static void
set_up (void)
{
  static struct zc_kms_plane plane = { .id = PLANE_ID };

  device.fd = eventfd (0, EFD_CLOEXEC);
  plane.property[ZC_KMS_PLANE_FB_ID].id = FB_PROPERTY;
  zc_kms_sys.ioctl = fake_commit;
  zc_kms_sys.handle_event = fake_handle_event;
  zc_kms_events_init (&device.events, device.fd);
  zc_kms_presenter_init (
      &presenter, &device, CRTC_ID, (struct zc_kms_property) { OUT_FENCE });
  layer = (struct zc_kms_layer) {
    .events = &events,
    .data = &kernel,
    .is_placed = true,
    .part = { { .plane = &plane } },
    .line = { .depth = 1 },
    .has_scanout = true,
    .scanout = frame (0),
  };
  fail_unless_equals_int (zc_kms_presenter_add (&presenter, &layer), 0);
  fail_unless_equals_int (
      zc_kms_events_listen (&device.events, &presenter.listener), 0);
}

static int
show (int n)
{
  struct zc_kms_frame f = frame (n);

  return zc_kms_presenter_show (&presenter, &layer, &f);
}

static void
flip (void)
{
  eventfd_write (device.fd, 1);
}

/* Until the event thread has told everybody. */
static void
flip_and_wait (void)
{
  int before;

  g_mutex_lock (&kernel.lock);
  before = kernel.n_flipped;
  g_mutex_unlock (&kernel.lock);
  flip ();
  g_mutex_lock (&kernel.lock);
  while (kernel.n_flipped == before)
    g_cond_wait (&kernel.changed, &kernel.lock);
  g_mutex_unlock (&kernel.lock);
}

/* Until so many frames have been released altogether. */
static void
wait_for_releases (int n)
{
  g_mutex_lock (&kernel.lock);
  while (kernel.n_released < n)
    g_cond_wait (&kernel.changed, &kernel.lock);
  fail_unless_equals_int (kernel.n_released, n);
  g_mutex_unlock (&kernel.lock);
}

/* Until nothing but its owner holds the framebuffer of frame N. */
static void
wait_until_unused (int n)
{
  bool is_unused;

  do {
    g_usleep (1000);
    pthread_mutex_lock (&device.fb_lock);
    is_unused = fbs[n].refcount == 1;
    pthread_mutex_unlock (&device.fb_lock);
  } while (!is_unused);
}

static void
wait_for_commits (int n)
{
  int done;

  do {
    g_usleep (1000);
    g_mutex_lock (&kernel.lock);
    done = kernel.n_commits;
    g_mutex_unlock (&kernel.lock);
  } while (done < n);
}

/* Ends it; all frames are back then, that on the screen as the last. */
static void
stop (int expected_last, int n_released)
{
  zc_kms_presenter_claim (&presenter);
  fail_unless (layer.scanout.owner[ZC_KMS_VIDEO] == &owners[expected_last]);
  zc_kms_presenter_take_off (&presenter, &layer);
  zc_kms_presenter_release (&presenter, false);
  zc_kms_presenter_remove (&presenter, &layer);
  zc_kms_events_unlisten (&device.events, &presenter.listener);
  fail_unless_equals_int (kernel.n_released, n_released + 1);
  for (int i = 0; i < N_FRAMES; i++)
    fail_unless (kernel.released[i] <= 1, "frame %d came back twice", i);
  zc_kms_presenter_clear (&presenter);
  zc_kms_events_clear (&device.events);
  close (device.fd);
}

GST_START_TEST (a_frame_is_committed_at_once)
{
  set_up ();
  fail_unless_equals_int (show (1), 0);
  fail_unless_equals_int (kernel.n_commits, 1);
  fail_unless_equals_int (kernel.last_fb, 101);
  fail_unless_equals_int (
      kernel.last_flags, DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT);
  flip ();
  wait_for_releases (1);
  stop (1, 1);
}
GST_END_TEST;

GST_START_TEST (a_frame_returns_at_the_flip_that_replaces_it)
{
  set_up ();
  show (1);
  /* committed is not flipped: the first is still being scanned out */
  fail_unless_equals_int (kernel.n_released, 0);
  flip ();
  wait_for_releases (1);
  fail_unless_equals_int (kernel.released[0], 1);
  fail_unless (kernel.shown[0]);

  show (2);
  fail_unless_equals_int (kernel.released[1], 0);
  flip ();
  wait_for_releases (2);
  fail_unless_equals_int (kernel.released[1], 1);
  stop (2, 2);
}
GST_END_TEST;

/* fake_commit() fails the test when a second one comes. */
GST_START_TEST (never_two_commits_in_flight)
{
  set_up ();
  show (1);
  show (2);
  fail_unless_equals_int (kernel.n_commits, 1);
  flip ();
  wait_for_releases (1);
  /* what waited went at the flip, without another call */
  fail_unless_equals_int (kernel.n_commits, 2);
  fail_unless_equals_int (kernel.last_fb, 102);
  flip ();
  wait_for_releases (2);
  stop (2, 2);
}
GST_END_TEST;

GST_START_TEST (a_waiting_frame_is_replaced_by_a_newer_one)
{
  set_up ();
  show (1);
  show (2);
  fail_unless_equals_int (show (3), 0);
  wait_for_releases (1);
  fail_unless_equals_int (kernel.released[2], 1);
  fail_if (kernel.shown[2]);

  flip ();
  wait_for_releases (2);
  fail_unless_equals_int (kernel.last_fb, 103);
  flip ();
  wait_for_releases (3);
  stop (3, 3);
}
GST_END_TEST;

GST_START_TEST (every_flip_is_told_with_its_time)
{
  set_up ();
  show (1);
  flip ();
  wait_for_releases (1);
  fail_unless_equals_int (kernel.n_flipped, 1);
  fail_unless_equals_int64 (kernel.flip_time_ns, 3000500000);
  stop (1, 1);
}
GST_END_TEST;

GST_START_TEST (a_refused_commit_gives_the_frame_back)
{
  static const int errors[] = { EACCES, EINVAL, ENOMEM, ENOSPC };

  set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    kernel.error = errors[i];
    fail_unless_equals_int (show (i + 1), -errors[i]);
    fail_unless_equals_int (kernel.n_released, i + 1);
    fail_if (kernel.shown[i + 1]);
  }
  kernel.error = 0;
  fail_unless_equals_int (show (9), 0);
  flip ();
  wait_for_releases (G_N_ELEMENTS (errors) + 1);
  stop (9, G_N_ELEMENTS (errors) + 1);
}
GST_END_TEST;

/* Somebody else's commit on the CRTC has not flipped yet. */
GST_START_TEST (a_busy_display_is_asked_again)
{
  set_up ();
  kernel.error = EBUSY;
  fail_unless_equals_int (show (1), 0);
  fail_unless_equals_int (kernel.n_released, 0);
  g_mutex_lock (&kernel.lock);
  kernel.error = 0;
  g_mutex_unlock (&kernel.lock);
  wait_for_commits (1);
  flip ();
  wait_for_releases (1);
  fail_unless_equals_int (kernel.released[0], 1);
  stop (1, 1);
}
GST_END_TEST;

/* Meanwhile a newer one has come: it is shown instead. */
GST_START_TEST (what_a_busy_display_refused_may_be_replaced)
{
  set_up ();
  kernel.error = EBUSY;
  show (1);
  show (2);
  wait_for_releases (1);
  fail_unless_equals_int (kernel.released[1], 1);
  g_mutex_lock (&kernel.lock);
  kernel.error = 0;
  g_mutex_unlock (&kernel.lock);
  wait_for_commits (1);
  flip ();
  wait_for_releases (2);
  fail_unless_equals_int (kernel.last_fb, 102);
  stop (2, 2);
}
GST_END_TEST;

GST_START_TEST (an_error_of_the_event_thread_reaches_the_next_show)
{
  set_up ();
  show (1);
  show (2);
  kernel.error = EACCES;
  flip ();
  /* the first, replaced, and the second, which could not be shown */
  wait_for_releases (2);
  fail_unless_equals_int (kernel.released[2], 1);
  fail_if (kernel.shown[2]);

  fail_unless_equals_int (show (3), -EACCES);
  wait_for_releases (3);
  kernel.error = 0;
  fail_unless_equals_int (show (4), 0);
  flip ();
  wait_for_releases (4);
  stop (4, 4);
}
GST_END_TEST;

GST_START_TEST (the_newest_is_known)
{
  set_up ();
  fail_unless (zc_kms_presenter_has_newest (&presenter, &layer, &owners[0]));
  show (1);
  fail_unless (zc_kms_presenter_has_newest (&presenter, &layer, &owners[1]));
  show (2);
  fail_unless (zc_kms_presenter_has_newest (&presenter, &layer, &owners[2]));
  fail_if (zc_kms_presenter_has_newest (&presenter, &layer, &owners[1]));
  flip ();
  wait_for_releases (1);
  flip ();
  wait_for_releases (2);
  fail_unless (zc_kms_presenter_has_newest (&presenter, &layer, &owners[2]));
  stop (2, 2);
}
GST_END_TEST;

static gpointer
flip_later (gpointer data)
{
  (void) data;
  g_usleep (20000);
  flip ();
  return NULL;
}

GST_START_TEST (a_claim_waits_for_the_flip_in_flight)
{
  GThread *thread;

  set_up ();
  show (1);
  thread = g_thread_new ("flip", flip_later, NULL);
  fail_unless_equals_int (zc_kms_presenter_claim (&presenter), 0);
  fail_unless (layer.scanout.owner[ZC_KMS_VIDEO] == &owners[1]);
  g_thread_join (thread);
  zc_kms_presenter_release (&presenter, false);
  stop (1, 1);
}
GST_END_TEST;

GST_START_TEST (what_comes_while_claimed_waits_for_the_release)
{
  set_up ();
  fail_unless_equals_int (zc_kms_presenter_claim (&presenter), 0);
  fail_unless_equals_int (show (1), 0);
  fail_unless_equals_int (kernel.n_commits, 0);
  zc_kms_presenter_release (&presenter, false);
  fail_unless_equals_int (kernel.n_commits, 1);
  flip ();
  wait_for_releases (1);
  stop (1, 1);
}
GST_END_TEST;

/* The flip may come before the claim ends, or after it. */
static void
assert_goes_on (bool early)
{
  struct zc_kms_frame f = frame (1);

  set_up ();
  zc_kms_presenter_claim (&presenter);
  zc_kms_presenter_load (&presenter, &layer, &f);
  kernel.pending = true;
  kernel.user_data = presenter.listener.serial;
  fail_unless_equals_int (show (2), 0);
  if (early) {
    flip ();
    wait_for_releases (1);
  }
  fail_unless_equals_int (kernel.n_commits, 0);
  zc_kms_presenter_release (&presenter, true);
  if (!early) {
    fail_unless_equals_int (kernel.n_commits, 0);
    flip ();
    wait_for_releases (1);
  }
  wait_for_commits (1);
  flip ();
  wait_for_releases (2);
  fail_unless_equals_int (kernel.last_fb, 102);
  stop (2, 2);
}

GST_START_TEST (a_flip_before_the_release_is_not_lost)
{
  assert_goes_on (true);
}
GST_END_TEST;

GST_START_TEST (a_flip_after_the_release_goes_on)
{
  assert_goes_on (false);
}
GST_END_TEST;

GST_START_TEST (stop_when_idle_returns_the_picture_on_screen)
{
  set_up ();
  stop (0, 0);
}
GST_END_TEST;

GST_START_TEST (a_display_that_never_flips_gives_everything_back)
{
  set_up ();
  show (1);
  fail_unless_equals_int (zc_kms_presenter_claim (&presenter), -ETIMEDOUT);
  zc_kms_presenter_release (&presenter, false);
  stop (0, 1);
  fail_unless_equals_int (kernel.released[1], 1);
}
GST_END_TEST;

GST_START_TEST (a_display_that_stopped_is_an_error)
{
  set_up ();
  fail_unless_equals_int (show (1), 0);
  fail_unless_equals_int (show (2), 0);
  fail_unless_equals_int (show (3), 0);
  g_usleep (3100000);
  fail_unless_equals_int (show (4), -ETIMEDOUT);
  flip ();
  wait_for_releases (3);
  flip ();
  wait_for_releases (4);
  stop (4, 4);
}
GST_END_TEST;

GST_START_TEST (two_may_wait_in_their_order)
{
  set_up ();
  layer.line.depth = 2;
  show (1);
  show (2);
  show (3);
  fail_unless_equals_int (kernel.n_released, 0);
  /* one more, and the oldest that waits goes */
  show (4);
  wait_for_releases (1);
  fail_unless_equals_int (kernel.released[2], 1);
  flip ();
  wait_for_releases (2);
  fail_unless_equals_int (kernel.last_fb, 103);
  flip ();
  wait_for_releases (3);
  fail_unless_equals_int (kernel.last_fb, 104);
  flip ();
  wait_for_releases (4);
  stop (4, 4);
}
GST_END_TEST;

/* A flip that is told after a commit has been waited for. */
GST_START_TEST (a_flip_that_was_given_up_is_ignored)
{
  uint64_t given_up;

  set_up ();
  show (1);
  given_up = kernel.user_data;
  fail_unless_equals_int (zc_kms_presenter_claim (&presenter), -ETIMEDOUT);
  kernel.pending = false;
  zc_kms_presenter_settle (&presenter, NULL, NULL);
  zc_kms_presenter_release (&presenter, false);
  fail_unless_equals_int (kernel.n_flipped, 1);
  fail_unless_equals_int (kernel.n_released, 1);
  show (2);
  fail_if (kernel.user_data == given_up);
  kernel.stale = given_up;
  flip ();
  while (g_atomic_int_get (&kernel.n_events) == 0)
    g_usleep (1000);
  fail_unless_equals_int (kernel.n_flipped, 1);
  fail_unless_equals_int (kernel.n_released, 1);
  flip ();
  wait_for_releases (2);
  stop (2, 2);
}
GST_END_TEST;

/* Whose owners wait for fences. */
static void
set_up_fenced (void)
{
  set_up ();
  layer.events = &fenced_events;
}

static void
fence_is_closed (void)
{
  fail_unless (fcntl (kernel.last_fence, F_GETFD) == -1);
}

GST_START_TEST (a_replaced_frame_goes_back_with_the_fence_of_the_flip)
{
  set_up_fenced ();
  show (1);
  fail_unless_equals_int (kernel.fenced[0], 1);
  fail_unless (fbs[0].refcount == 2, "what is scanned out may go away");
  fence_is_closed ();
  flip_and_wait ();
  wait_until_unused (0);

  show (2);
  fail_unless_equals_int (kernel.fenced[1], 1);
  flip ();
  wait_until_unused (1);
  fail_unless_equals_int (kernel.n_released, 0);
  stop (2, 0);
  fail_unless_equals_int (kernel.n_fenced, 2);
}
GST_END_TEST;

GST_START_TEST (a_frame_that_takes_no_fence_goes_back_at_the_flip)
{
  set_up_fenced ();
  kernel.refuses_fences = true;
  show (1);
  fail_unless_equals_int (kernel.n_released, 0);
  fence_is_closed ();
  flip ();
  wait_for_releases (1);
  fail_unless_equals_int (kernel.released[0], 1);
  fail_unless (kernel.shown[0]);
  fail_unless_equals_int (fbs[0].refcount, 1);
  stop (1, 1);
}
GST_END_TEST;

GST_START_TEST (a_flip_quicker_than_its_fence_gives_the_frame_back_once)
{
  set_up_fenced ();
  kernel.flips_in_commit = true;
  show (1);
  wait_for_releases (1);
  fail_unless_equals_int (kernel.n_fenced, 0);
  fail_unless_equals_int (fbs[0].refcount, 1);
  fence_is_closed ();
  stop (1, 1);
}
GST_END_TEST;

GST_START_TEST (a_fence_refused_after_the_flip_gives_the_frame_back_once)
{
  set_up_fenced ();
  kernel.refuses_fences = kernel.flips_in_fencing = true;
  show (1);
  fail_unless_equals_int (kernel.n_released, 1);
  wait_until_unused (0);
  stop (1, 1);
}
GST_END_TEST;

GST_START_TEST (who_does_not_wait_for_fences_is_asked_for_none)
{
  set_up ();
  kernel.last_fence = -1;
  show (1);
  fail_unless_equals_int (kernel.last_fence, -1);
  flip ();
  wait_for_releases (1);
  stop (1, 1);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_frame_is_committed_at_once),
    RUNNER_TEST (a_frame_returns_at_the_flip_that_replaces_it),
    RUNNER_TEST (never_two_commits_in_flight),
    RUNNER_TEST (a_waiting_frame_is_replaced_by_a_newer_one),
    RUNNER_TEST (every_flip_is_told_with_its_time),
    RUNNER_TEST (a_refused_commit_gives_the_frame_back),
    RUNNER_TEST (a_busy_display_is_asked_again),
    RUNNER_TEST (what_a_busy_display_refused_may_be_replaced),
    RUNNER_TEST (an_error_of_the_event_thread_reaches_the_next_show),
    RUNNER_TEST (the_newest_is_known),
    RUNNER_TEST (a_claim_waits_for_the_flip_in_flight),
    RUNNER_TEST (what_comes_while_claimed_waits_for_the_release),
    RUNNER_TEST (a_flip_before_the_release_is_not_lost),
    RUNNER_TEST (a_flip_after_the_release_goes_on),
    RUNNER_TEST (stop_when_idle_returns_the_picture_on_screen),
    RUNNER_TEST (a_display_that_never_flips_gives_everything_back),
    RUNNER_TEST (a_display_that_stopped_is_an_error),
    RUNNER_TEST (two_may_wait_in_their_order),
    RUNNER_TEST (a_flip_that_was_given_up_is_ignored),
    RUNNER_TEST (a_replaced_frame_goes_back_with_the_fence_of_the_flip),
    RUNNER_TEST (a_frame_that_takes_no_fence_goes_back_at_the_flip),
    RUNNER_TEST (a_flip_quicker_than_its_fence_gives_the_frame_back_once),
    RUNNER_TEST (a_fence_refused_after_the_flip_gives_the_frame_back_once),
    RUNNER_TEST (who_does_not_wait_for_fences_is_asked_for_none))
