/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-events.h"

#include "kms-sys.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#define AGAIN_MS 2
#define MAX_FENCES 16 /* that are read at once */

/* libdrm's callbacks have no context but the commit's number: the thread
 * knows whose events it reads. */
static _Thread_local struct zc_kms_events *reading;

void
zc_kms_events_init (struct zc_kms_events *events, int fd)
{
  *events = (struct zc_kms_events) { .fd = fd, .wake_fd = -1, .fences_fd = -1 };
  pthread_mutex_init (&events->lock, NULL);
  pthread_cond_init (&events->called, NULL);
}

void
zc_kms_events_clear (struct zc_kms_events *events)
{
  pthread_cond_destroy (&events->called);
  pthread_mutex_destroy (&events->lock);
}

/* With the lock held; LISTENER stays until finish_call(). */
static void
begin_call (struct zc_kms_events *events, struct zc_kms_listener *listener)
{
  events->current = listener;
  pthread_mutex_unlock (&events->lock);
}

static void
finish_call (struct zc_kms_events *events)
{
  pthread_mutex_lock (&events->lock);
  events->current = NULL;
  pthread_cond_broadcast (&events->called);
}

static void
on_flip (int fd, unsigned sequence, unsigned sec, unsigned usec,
    unsigned crtc_id, void *user_data)
{
  struct zc_kms_events *events = reading;
  struct zc_kms_listener *listener;

  (void) fd;
  (void) sequence;
  (void) crtc_id;
  pthread_mutex_lock (&events->lock);
  listener = events->listeners;
  while (listener && listener->serial != (uintptr_t) user_data)
    listener = listener->next;
  if (listener) {
    begin_call (events, listener);
    listener->flipped (listener, sec * 1000000000LL + usec * 1000LL);
    finish_call (events);
  }
  pthread_mutex_unlock (&events->lock);
}

static void
fail (struct zc_kms_events *events, int error)
{
  pthread_mutex_lock (&events->lock);
  events->error = error;
  for (struct zc_kms_listener *l = events->listeners; l; l = l->next) {
    begin_call (events, l);
    l->failed (l, error);
    finish_call (events);
  }
  pthread_mutex_unlock (&events->lock);
}

static bool
is_wanted (const struct zc_kms_events *events)
{
  const struct zc_kms_listener *listener = events->listeners;

  while (listener && !listener->wants_again)
    listener = listener->next;
  return listener != NULL;
}

/* Each that wants it: one may want it over and over. */
static void
call_again (struct zc_kms_events *events)
{
  pthread_mutex_lock (&events->lock);
  for (struct zc_kms_listener *l = events->listeners; l; l = l->next) {
    if (!l->wants_again)
      continue;
    l->wants_again = false;
    begin_call (events, l);
    l->again (l);
    finish_call (events);
  }
  pthread_mutex_unlock (&events->lock);
}

/* How long to sleep, or -1; 0 on stopping. */
static bool
next_timeout (struct zc_kms_events *events, int *timeout_ms)
{
  bool go_on;

  pthread_mutex_lock (&events->lock);
  go_on = !events->stopping;
  *timeout_ms = is_wanted (events) ? AGAIN_MS : -1;
  pthread_mutex_unlock (&events->lock);
  return go_on;
}

static void
tell_signalled (struct zc_kms_events *events, uint64_t serial)
{
  pthread_mutex_lock (&events->lock);
  for (struct zc_kms_listener *l = events->listeners; l; l = l->next) {
    if (!l->signalled)
      continue;
    begin_call (events, l);
    l->signalled (l, serial);
    finish_call (events);
  }
  pthread_mutex_unlock (&events->lock);
}

/* Returns 0 or an errno that will not pass. What does not fit is read next. */
static int
read_fences (struct zc_kms_events *events)
{
  struct epoll_event fences[MAX_FENCES];
  int n = zc_kms_result (
      zc_kms_sys.epoll_wait (events->fences_fd, fences, MAX_FENCES, 0));

  for (int i = 0; i < n; i++)
    tell_signalled (events, fences[i].data.u64);
  return n < 0 && n != -EINTR ? n : 0;
}

/* What POLL said is there. Returns 0 or an errno that will not pass. */
static int
read_events (struct zc_kms_events *events, short poll, drmEventContext *context)
{
  int ret = 0;

  errno = 0;
  if (poll & POLLIN && zc_kms_sys.handle_event (events->fd, context) < 0)
    ret = errno ? -errno : -EIO; /* 0: an event cut short */
  /* who shares a borrowed descriptor with us may have read it before us */
  if (ret == -EAGAIN || ret == -EINTR)
    ret = 0;
  if (ret == 0 && poll & (POLLERR | POLLHUP | POLLNVAL))
    ret = -ENODEV;
  return ret;
}

/* What is drawn by now goes to the screen with what waits for the flip. */
static int
read_all (struct zc_kms_events *events, const struct pollfd fds[],
    drmEventContext *context)
{
  int ret = 0;

  if (fds[1].revents)
    zc_kms_sys.eventfd_read (events->wake_fd);
  if (fds[2].revents)
    ret = read_fences (events);
  return ret < 0 ? ret : read_events (events, fds[0].revents, context);
}

static void *
event_thread (void *user_data)
{
  struct zc_kms_events *events = user_data;
  drmEventContext context = {
    .version = 3,
    .page_flip_handler2 = on_flip,
  };
  struct pollfd fds[] = {
    { .fd = events->fd, .events = POLLIN },
    { .fd = events->wake_fd, .events = POLLIN },
    { .fd = events->fences_fd, .events = POLLIN },
  };
  int timeout_ms, ret = 0;

  reading = events;
  while (ret >= 0 && next_timeout (events, &timeout_ms)) {
    ret = zc_kms_poll (fds, 3, timeout_ms);
    if (ret == 0)
      call_again (events);
    else if (ret > 0)
      ret = read_all (events, fds, &context);
  }
  if (ret < 0)
    fail (events, ret);
  return NULL;
}

static void
close_wakers (struct zc_kms_events *events)
{
  zc_kms_sys.close (events->fences_fd);
  zc_kms_sys.close (events->wake_fd);
}

/* What wakes the thread beside the card. Returns 0 or -errno. */
static int
open_wakers (struct zc_kms_events *events)
{
  int ret;

  events->wake_fd = zc_kms_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  ret = zc_kms_result (events->wake_fd);
  if (ret < 0)
    return ret;
  events->fences_fd = zc_kms_sys.epoll_create (EPOLL_CLOEXEC);
  ret = zc_kms_result (events->fences_fd);
  if (ret < 0)
    zc_kms_sys.close (events->wake_fd);
  return ret < 0 ? ret : 0;
}

/* Signals are for the application's threads. */
static int
start_thread (struct zc_kms_events *events)
{
  sigset_t all, before;
  int ret;

  events->stopping = false;
  events->error = 0;
  ret = open_wakers (events);
  if (ret < 0)
    return ret;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  ret = pthread_create (&events->thread, NULL, event_thread, events);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (ret == 0)
    pthread_setname_np (events->thread, "kms-events");
  else
    close_wakers (events);
  return -ret;
}

static uint64_t
new_serial (void)
{
  static atomic_uint serials;

  return atomic_fetch_add (&serials, 1) + 1;
}

int
zc_kms_events_listen (
    struct zc_kms_events *events, struct zc_kms_listener *listener)
{
  int ret;

  listener->serial = new_serial ();
  listener->wants_again = false;
  pthread_mutex_lock (&events->lock);
  ret = events->listeners ? events->error : start_thread (events);
  if (ret == 0) {
    listener->next = events->listeners;
    events->listeners = listener;
  }
  pthread_mutex_unlock (&events->lock);
  return ret;
}

static void
unlink_listener (struct zc_kms_events *events, struct zc_kms_listener *listener)
{
  struct zc_kms_listener **link = &events->listeners;

  while (*link != listener)
    link = &(*link)->next;
  *link = listener->next;
}

void
zc_kms_events_unlisten (
    struct zc_kms_events *events, struct zc_kms_listener *listener)
{
  bool last;

  pthread_mutex_lock (&events->lock);
  while (events->current == listener)
    pthread_cond_wait (&events->called, &events->lock);
  unlink_listener (events, listener);
  last = !events->listeners;
  events->stopping = last;
  pthread_mutex_unlock (&events->lock);
  if (last) {
    zc_kms_sys.eventfd_write (events->wake_fd, 1);
    pthread_join (events->thread, NULL);
    close_wakers (events);
  }
}

void
zc_kms_events_forget (
    struct zc_kms_events *events, struct zc_kms_listener *listener)
{
  pthread_mutex_lock (&events->lock);
  while (events->current == listener)
    pthread_cond_wait (&events->called, &events->lock);
  listener->serial = new_serial ();
  pthread_mutex_unlock (&events->lock);
}

int
zc_kms_events_watch (
    struct zc_kms_events *events, const struct zc_kms_fence *fence)
{
  struct epoll_event event = {
    .events = EPOLLIN | EPOLLONESHOT,
    .data.u64 = fence->serial,
  };

  return zc_kms_result (zc_kms_sys.epoll_ctl (
      events->fences_fd, EPOLL_CTL_ADD, fence->fd, &event));
}

void
zc_kms_events_call_again (
    struct zc_kms_events *events, struct zc_kms_listener *listener)
{
  pthread_mutex_lock (&events->lock);
  listener->wants_again = true;
  pthread_mutex_unlock (&events->lock);
  zc_kms_sys.eventfd_write (events->wake_fd, 1);
}
