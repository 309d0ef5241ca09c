/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The thread that reads what a card tells. */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-events.h"
#include "gst-libs/kms/kms-sys.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* The card: what is sent into the other end is the number of a commit that has
 * flipped. */
static int card, other_end;
static struct zc_kms_events events;
static gint n_reads, n_polls, read_error, n_read_errors;

static int
fake_handle_event (int fd, drmEventContext *context)
{
  uint64_t serial;
  ssize_t n;

  g_atomic_int_inc (&n_reads);
  if (g_atomic_int_get (&n_read_errors) > 0) {
    g_atomic_int_add (&n_read_errors, -1);
    errno = g_atomic_int_get (&read_error);
    return -1;
  }
  n = recv (fd, &serial, sizeof (serial), MSG_DONTWAIT);
  if (n == sizeof (serial))
    context->page_flip_handler2 (
        fd, 1, 3, 500, 40, (void *) (uintptr_t) serial);
  return 0; /* as libdrm at the end of a file */
}

static int
counting_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  g_atomic_int_inc (&n_polls);
  return poll (fds, count, timeout_ms);
}

struct ear {
  struct zc_kms_listener listener;
  gint n_flipped, n_again, n_failed, error;
  bool wants_more;
  gint inside; /* who waits in a call goes on when this is 0 */
};

static void
on_flipped (struct zc_kms_listener *listener, int64_t time_ns)
{
  struct ear *ear = (struct ear *) listener;

  runner_require (time_ns == 3000500000, "another time");
  g_atomic_int_inc (&ear->n_flipped);
  while (g_atomic_int_get (&ear->inside))
    g_usleep (1000);
}

static void
on_again (struct zc_kms_listener *listener)
{
  struct ear *ear = (struct ear *) listener;

  g_atomic_int_inc (&ear->n_again);
  if (ear->wants_more)
    zc_kms_events_call_again (&events, listener);
}

static void
on_failed (struct zc_kms_listener *listener, int error)
{
  struct ear *ear = (struct ear *) listener;

  g_atomic_int_set (&ear->error, error);
  g_atomic_int_inc (&ear->n_failed);
}

static struct ear
new_ear (void)
{
  return (struct ear) {
    .listener = { on_flipped, on_again, on_failed },
  };
}

static void
set_up (void)
{
  int pair[2];

  fail_unless_equals_int (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
  card = pair[0];
  other_end = pair[1];
  zc_kms_sys.handle_event = fake_handle_event;
  zc_kms_sys.poll = counting_poll;
  zc_kms_events_init (&events, card);
}

static void
tear_down (void)
{
  zc_kms_events_clear (&events);
  close (card);
  if (other_end >= 0)
    close (other_end);
}

static void
flip (uint64_t serial)
{
  fail_unless_equals_int (
      send (other_end, &serial, sizeof (serial), 0), sizeof (serial));
}

static void
listen_to (struct ear *ear)
{
  *ear = new_ear ();
  fail_unless_equals_int (zc_kms_events_listen (&events, &ear->listener), 0);
}

static void
wait_for (gint *count, gint n)
{
  for (unsigned i = 0; i < 3000 && g_atomic_int_get (count) < n; i++)
    g_usleep (1000);
  fail_unless (g_atomic_int_get (count) >= n);
}

GST_START_TEST (a_flip_is_told_to_whose_it_is)
{
  struct ear a, b;

  set_up ();
  listen_to (&a);
  listen_to (&b);
  flip (b.listener.serial);
  wait_for (&b.n_flipped, 1);
  flip (a.listener.serial);
  wait_for (&a.n_flipped, 1);
  fail_unless_equals_int (b.n_flipped, 1);
  zc_kms_events_unlisten (&events, &a.listener);
  zc_kms_events_unlisten (&events, &b.listener);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_late_flip_is_nobodys)
{
  struct ear a, b;
  uint64_t gone;

  set_up ();
  listen_to (&a);
  listen_to (&b);
  gone = a.listener.serial;
  zc_kms_events_unlisten (&events, &a.listener);
  flip (gone);
  listen_to (&a);
  fail_if (a.listener.serial == gone);
  flip (gone);
  flip (b.listener.serial);
  wait_for (&b.n_flipped, 1);
  fail_unless_equals_int (a.n_flipped, 0);
  gone = b.listener.serial;
  zc_kms_events_forget (&events, &b.listener);
  flip (gone);
  flip (a.listener.serial);
  wait_for (&a.n_flipped, 1);
  fail_unless_equals_int (b.n_flipped, 1);
  zc_kms_events_unlisten (&events, &a.listener);
  zc_kms_events_unlisten (&events, &b.listener);
  tear_down ();
}
GST_END_TEST;

static gpointer
let_go (gpointer data)
{
  struct ear *ear = data;

  g_usleep (50000);
  g_atomic_int_set (&ear->inside, 0);
  return NULL;
}

/* Who forgets or leaves is in no call after that. */
static void
assert_waits (void (*leave) (struct zc_kms_events *, struct zc_kms_listener *),
    bool stays)
{
  struct ear a;
  GThread *thread;

  set_up ();
  listen_to (&a);
  a.inside = 1;
  flip (a.listener.serial);
  wait_for (&a.n_flipped, 1);
  thread = g_thread_new ("go", let_go, &a);
  leave (&events, &a.listener);
  fail_unless_equals_int (g_atomic_int_get (&a.inside), 0);
  g_thread_join (thread);
  if (stays)
    zc_kms_events_unlisten (&events, &a.listener);
  tear_down ();
}

GST_START_TEST (who_leaves_is_called_no_more)
{
  assert_waits (zc_kms_events_unlisten, false);
}
GST_END_TEST;

GST_START_TEST (who_forgets_is_in_no_call)
{
  assert_waits (zc_kms_events_forget, true);
}
GST_END_TEST;

GST_START_TEST (all_who_want_it_are_called_again)
{
  struct ear a, b;

  set_up ();
  listen_to (&a);
  listen_to (&b);
  a.wants_more = b.wants_more = true;
  zc_kms_events_call_again (&events, &a.listener);
  zc_kms_events_call_again (&events, &b.listener);
  wait_for (&a.n_again, 5);
  wait_for (&b.n_again, 5);
  zc_kms_events_unlisten (&events, &a.listener);
  zc_kms_events_unlisten (&events, &b.listener);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_event_that_another_read_is_no_end)
{
  static const gint errors[] = { EAGAIN, EINTR };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    struct ear a;

    set_up ();
    listen_to (&a);
    read_error = errors[i];
    g_atomic_int_set (&n_read_errors, 1);
    flip (a.listener.serial);
    wait_for (&a.n_flipped, 1);
    fail_unless_equals_int (a.n_failed, 0);
    zc_kms_events_unlisten (&events, &a.listener);
    tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (an_error_is_told_to_all_once)
{
  struct ear a, b;

  set_up ();
  listen_to (&a);
  listen_to (&b);
  read_error = EIO;
  g_atomic_int_set (&n_read_errors, 1);
  flip (a.listener.serial);
  wait_for (&a.n_failed, 1);
  wait_for (&b.n_failed, 1);
  fail_unless_equals_int (a.error, -EIO);
  zc_kms_events_unlisten (&events, &a.listener);
  zc_kms_events_unlisten (&events, &b.listener);
  fail_unless_equals_int (a.n_failed, 1);
  fail_unless_equals_int (b.n_failed, 1);
  tear_down ();
}
GST_END_TEST;

/* Nobody listens in vain. */
GST_START_TEST (after_an_error_others_are_told_at_once)
{
  struct ear a, b;

  set_up ();
  listen_to (&a);
  read_error = EIO;
  g_atomic_int_set (&n_read_errors, 1);
  flip (a.listener.serial);
  wait_for (&a.n_failed, 1);
  b = new_ear ();
  fail_unless_equals_int (zc_kms_events_listen (&events, &b.listener), -EIO);
  zc_kms_events_unlisten (&events, &a.listener);
  /* and when all have left it begins anew */
  listen_to (&b);
  flip (b.listener.serial);
  wait_for (&b.n_flipped, 1);
  zc_kms_events_unlisten (&events, &b.listener);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_card_that_hangs_up_is_asked_no_more)
{
  struct ear a;
  gint before;

  set_up ();
  listen_to (&a);
  close (other_end);
  other_end = -1;
  wait_for (&a.n_failed, 1);
  fail_unless_equals_int (a.error, -ENODEV);
  before = g_atomic_int_get (&n_polls);
  g_usleep (20000);
  fail_unless_equals_int (g_atomic_int_get (&n_polls), before);
  zc_kms_events_unlisten (&events, &a.listener);
  tear_down ();
}
GST_END_TEST;

static int
broken_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) fds;
  (void) count;
  (void) timeout_ms;
  g_atomic_int_inc (&n_polls);
  errno = ENOMEM;
  return -1;
}

GST_START_TEST (a_poll_that_fails_is_not_repeated)
{
  struct ear a;

  set_up ();
  zc_kms_sys.poll = broken_poll;
  listen_to (&a);
  wait_for (&a.n_failed, 1);
  fail_unless_equals_int (a.error, -ENOMEM);
  fail_unless_equals_int (g_atomic_int_get (&n_polls), 1);
  zc_kms_events_unlisten (&events, &a.listener);
  tear_down ();
}
GST_END_TEST;

static int
no_eventfd (unsigned int value, int flags)
{
  (void) value;
  (void) flags;
  errno = EMFILE;
  return -1;
}

GST_START_TEST (no_thread_is_an_errno)
{
  struct ear a = new_ear ();

  set_up ();
  zc_kms_sys.eventfd = no_eventfd;
  fail_unless_equals_int (zc_kms_events_listen (&events, &a.listener), -EMFILE);
  tear_down ();
}
GST_END_TEST;

/* The last leaves while the next comes, and events come all the while. */
GST_START_TEST (listeners_come_and_go)
{
  set_up ();
  for (unsigned i = 0; i < 200; i++) {
    struct ear a, b;

    listen_to (&a);
    flip (a.listener.serial);
    listen_to (&b);
    flip (b.listener.serial);
    zc_kms_events_call_again (&events, &a.listener);
    if (i % 3 == 0)
      wait_for (&b.n_flipped, 1);
    zc_kms_events_unlisten (&events, &a.listener);
    zc_kms_events_unlisten (&events, &b.listener);
  }
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_flip_is_told_to_whose_it_is),
    RUNNER_TEST (a_late_flip_is_nobodys),
    RUNNER_TEST (who_leaves_is_called_no_more),
    RUNNER_TEST (who_forgets_is_in_no_call),
    RUNNER_TEST (all_who_want_it_are_called_again),
    RUNNER_TEST (an_event_that_another_read_is_no_end),
    RUNNER_TEST (an_error_is_told_to_all_once),
    RUNNER_TEST (after_an_error_others_are_told_at_once),
    RUNNER_TEST (a_card_that_hangs_up_is_asked_no_more),
    RUNNER_TEST (a_poll_that_fails_is_not_repeated),
    RUNNER_TEST (no_thread_is_an_errno), RUNNER_TEST (listeners_come_and_go))
