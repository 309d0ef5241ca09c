/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_EVENTS_H
#define ZC_KMS_EVENTS_H

#include "kms-fence.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The thread that reads what a card tells, which commit has flipped, and what
 * those who draw for it tell, which fence is signalled. One for each card, as
 * long as anybody listens.
 */
struct zc_kms_events {
  int fd;
  int wake_fd;
  int fences_fd; /* epoll, of the fences that are watched */
  pthread_t thread;

  /* Guards what follows and the fields of listeners; nothing but list
   * operations is done with it held. */
  pthread_mutex_t lock;
  pthread_cond_t called; /* no listener is being called any more */
  struct zc_kms_listener *listeners;
  struct zc_kms_listener *current; /* is being called */
  bool stopping;
  int error; /* that ended the thread while somebody listens, or 0 */
};

/*
 * Who listens. Its functions are called by the thread, without locks, one at a
 * time.
 */
struct zc_kms_listener {
  /* The commit with the listener's serial is on the screen since TIME_NS
   * (CLOCK_MONOTONIC). */
  void (*flipped) (struct zc_kms_listener *listener, int64_t time_ns);
  /* What zc_kms_events_call_again() asked for. */
  void (*again) (struct zc_kms_listener *listener);
  /* Nothing will be told any more: the card fails with -errno. */
  void (*failed) (struct zc_kms_listener *listener, int error);

  /* The fence that had this serial is signalled. All listeners are told;
   * NULL for those that have none watched. */
  void (*signalled) (struct zc_kms_listener *listener, uint64_t serial);

  /* private */
  uint64_t serial;
  bool wants_again;
  struct zc_kms_listener *next;
};

void zc_kms_events_init (struct zc_kms_events *events, int fd);
void zc_kms_events_clear (struct zc_kms_events *events);

/*
 * LISTENER is told from now on, of commits whose user data is its serial,
 * which is new with each call: what comes late for another is nobody's.
 * Returns 0, or the errno that kept the thread from being started or that ended
 * it while others listen. This and
 * zc_kms_events_unlisten() are called by one thread at a time: the device's
 * lock is held.
 */
int zc_kms_events_listen (
    struct zc_kms_events *events, struct zc_kms_listener *listener);

/* When it returns LISTENER is not called any more. Not to be called by its
 * functions. */
void zc_kms_events_unlisten (
    struct zc_kms_events *events, struct zc_kms_listener *listener);

/* What was committed so far is not told any more: the serial is a new one. Not
 * to be called by the listener's functions, which are waited for. */
void zc_kms_events_forget (
    struct zc_kms_events *events, struct zc_kms_listener *listener);

/*
 * While anybody listens: has signalled() called once when FENCE, which is set,
 * is signalled, by the event thread, which may be before this returns. Closing
 * the fence ends that, if it has not happened yet; a call may still be on its
 * way then. From any thread. Returns 0 or -errno.
 */
int zc_kms_events_watch (
    struct zc_kms_events *events, const struct zc_kms_fence *fence);

/* Has again() called in some milliseconds. */
void zc_kms_events_call_again (
    struct zc_kms_events *events, struct zc_kms_listener *listener);

#endif
