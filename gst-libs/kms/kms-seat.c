/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-seat.h"

#include "kms-seat-sys.h"
#include "kms-sys.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

/* How long to wait for a session that was opened to be enabled. */
#define PATIENCE_MS 1000

/* Held while a card is opened or closed, but not while one is being told; taken
 * before the session's. Guards the count. */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static unsigned n_cards;

/* The one of this process, while it has cards. libseat knows no threads: it is
 * called with the lock held. What it tells from inside its calls is only
 * noted; the thread tells it on, without the lock. */
static struct {
  struct libseat *libseat;
  int wake_fd;
  pthread_t thread;

  pthread_mutex_t lock; /* guards what follows, and the cards */
  pthread_cond_t called;
  struct zc_kms_seat_card *cards;
  struct zc_kms_seat_card *current; /* is being called */
  bool is_enabled;
  bool must_acknowledge;
  bool stopping;
  int error; /* of the seat, for good */
} session = {
  .lock = PTHREAD_MUTEX_INITIALIZER,
  .called = PTHREAD_COND_INITIALIZER,
};

static void
note_enabled (void *data)
{
  (void) data;
  session.is_enabled = true;
}

static void
note_disabled (void *data)
{
  (void) data;
  session.is_enabled = false;
  session.must_acknowledge = true;
}

static void
wake (void)
{
  zc_kms_sys.eventfd_write (session.wake_fd, 1);
}

/* --- the thread: all with the lock held -------------------------------- */

static struct zc_kms_seat_card *
find_untold (void)
{
  struct zc_kms_seat_card *card = session.cards;

  while (card && card->is_enabled == session.is_enabled &&
         card->is_lost == (session.error < 0))
    card = card->next;
  return card;
}

static void
call (struct zc_kms_seat_card *card, bool is_enabled, int error)
{
  const struct zc_kms_seat_funcs *funcs = card->funcs;

  if (error < 0 && funcs->lost)
    funcs->lost (error, card->data);
  else if (error == 0 && is_enabled && funcs->enabled)
    funcs->enabled (card->data);
  else if (error == 0 && !is_enabled && funcs->disabled)
    funcs->disabled (card->data);
}

static void
tell (struct zc_kms_seat_card *card)
{
  bool is_enabled = session.is_enabled;
  int error = session.error;

  card->is_enabled = is_enabled;
  card->is_lost = error < 0;
  session.current = card;
  pthread_mutex_unlock (&session.lock);
  call (card, is_enabled, error);
  pthread_mutex_lock (&session.lock);
  session.current = NULL;
  pthread_cond_broadcast (&session.called);
}

/* All stop before the seat hears that it may go on. */
static void
tell_all (void)
{
  struct zc_kms_seat_card *card;

  while ((card = find_untold ()))
    tell (card);
  if (session.must_acknowledge && session.error == 0) {
    session.must_acknowledge = false;
    session.error = zc_kms_result (zc_kms_seat_sys.disable (session.libseat));
  }
}

static void
wait (void)
{
  struct pollfd fds[] = {
    { .fd = session.wake_fd, .events = POLLIN },
    { .fd = -1, .events = POLLIN },
  };

  if (session.error == 0)
    fds[1].fd = zc_kms_seat_sys.get_fd (session.libseat);
  pthread_mutex_unlock (&session.lock);
  zc_kms_poll (fds, 2, -1);
  pthread_mutex_lock (&session.lock);
  if (fds[0].revents)
    zc_kms_sys.eventfd_read (session.wake_fd);
}

static void
dispatch (int timeout_ms)
{
  int ret = zc_kms_result (
      zc_kms_seat_sys.dispatch (session.libseat, timeout_ms));

  if (ret < 0 && ret != -EINTR)
    session.error = ret;
}

static void *
run (void *data)
{
  (void) data;
  pthread_mutex_lock (&session.lock);
  while (!session.stopping) {
    if (session.error == 0)
      dispatch (0);
    tell_all ();
    if (!session.stopping && !find_untold ())
      wait ();
  }
  pthread_mutex_unlock (&session.lock);
  return NULL;
}

/* --- the session: with opening held ------------------------------------ */

static int64_t
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C (1000) + now.tv_nsec / 1000000;
}

static int
wait_enabled (void)
{
  int64_t until = now_ms () + PATIENCE_MS;
  int64_t left;

  while (!session.is_enabled && session.error == 0 &&
         (left = until - now_ms ()) > 0)
    dispatch (left);
  if (session.error < 0)
    return session.error;
  return session.is_enabled ? 0 : -EBUSY;
}

static int
start (void)
{
  int ret = wait_enabled ();

  if (ret < 0)
    return ret;
  session.wake_fd = zc_kms_result (
      zc_kms_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (session.wake_fd < 0)
    return session.wake_fd;
  ret = -pthread_create (&session.thread, NULL, run, NULL);
  if (ret < 0)
    zc_kms_sys.close (session.wake_fd);
  return ret;
}

static int
session_begin (void)
{
  static const struct zc_kms_seat_hooks hooks = { note_enabled, note_disabled };
  int ret;

  session.is_enabled = session.must_acknowledge = session.stopping = false;
  session.error = 0;
  session.libseat = zc_kms_seat_sys.open (&hooks);
  if (!session.libseat)
    return errno ? -errno : -ENOSYS;
  ret = start ();
  if (ret < 0)
    zc_kms_seat_sys.close (session.libseat);
  return ret;
}

static void
session_end (void)
{
  pthread_mutex_lock (&session.lock);
  session.stopping = true;
  wake ();
  pthread_mutex_unlock (&session.lock);
  pthread_join (session.thread, NULL);
  zc_kms_sys.close (session.wake_fd);
  zc_kms_seat_sys.close (session.libseat);
}

/* --- cards ------------------------------------------------------------- */

static int
open_card (struct zc_kms_seat_card *card, const char *path)
{
  int ret;

  pthread_mutex_lock (&session.lock);
  if (session.error < 0)
    ret = session.error;
  else if (!session.is_enabled)
    ret = -EBUSY;
  else
    ret = zc_kms_result (
        zc_kms_seat_sys.open_device (session.libseat, path, &card->fd));
  if (ret >= 0) {
    card->id = ret;
    card->is_enabled = true;
    card->next = session.cards;
    session.cards = card;
  }
  pthread_mutex_unlock (&session.lock);
  return ret < 0 ? ret : 0;
}

/* It is not told anything any more. */
static void
forget_card (struct zc_kms_seat_card *card)
{
  struct zc_kms_seat_card **link = &session.cards;

  pthread_mutex_lock (&session.lock);
  while (*link != card)
    link = &(*link)->next;
  *link = card->next;
  while (session.current == card)
    pthread_cond_wait (&session.called, &session.lock);
  pthread_mutex_unlock (&session.lock);
}

static void
close_card (struct zc_kms_seat_card *card)
{
  pthread_mutex_lock (&session.lock);
  zc_kms_seat_sys.close_device (session.libseat, card->id);
  zc_kms_sys.close (card->fd);
  wake ();
  pthread_mutex_unlock (&session.lock);
}

int
zc_kms_seat_open_card (struct zc_kms_seat_card **out, const char *path,
    const struct zc_kms_seat_funcs *funcs, void *data)
{
  struct zc_kms_seat_card *card = calloc (1, sizeof (*card));
  int ret = 0;

  *out = NULL;
  if (!card)
    return -ENOMEM;
  card->funcs = funcs;
  card->data = data;

  pthread_mutex_lock (&opening);
  if (n_cards == 0)
    ret = session_begin ();
  if (ret == 0) {
    ret = open_card (card, path);
    n_cards += ret == 0;
    /* It may have heard something meanwhile that no descriptor tells. */
    wake ();
    if (n_cards == 0)
      session_end ();
  }
  pthread_mutex_unlock (&opening);

  if (ret < 0)
    free (card);
  else
    *out = card;
  return ret;
}

void
zc_kms_seat_close_card (struct zc_kms_seat_card *card)
{
  if (!card)
    return;
  forget_card (card);
  pthread_mutex_lock (&opening);
  close_card (card);
  if (--n_cards == 0)
    session_end ();
  pthread_mutex_unlock (&opening);
  free (card);
}

void
zc_kms_seat_explain (char *text, size_t size, int error)
{
  switch (-error) {
    case EOPNOTSUPP:
      snprintf (text, size,
          "a seat would give it without permission, but this was built without "
          "libseat");
      break;
    case EBUSY:
      snprintf (text, size,
          "the seat is another session's: switch to the console of this one");
      break;
    case EACCES:
    case EPERM:
      snprintf (text, size,
          "the seat is not for this user (errno %d): seatd's socket is for a "
          "group, logind's for who has logged in on the console",
          -error);
      break;
    case ENOSYS:
    case ENOENT:
    case ECONNREFUSED:
      snprintf (text, size,
          "there is no seat manager, neither seatd nor logind answers (errno "
          "%d): start seatd and be in the group of its socket, or log in on "
          "the console where logind runs",
          -error);
      break;
    default:
      snprintf (text, size,
          "no seat gives it (%s, errno %d): start seatd and be in the group of "
          "its socket, or log in on the console where logind runs",
          strerror (-error), -error);
  }
}
