/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SEAT_H
#define SEAT_H

#include <glib.h>

/*
 * A seat that is played, behind kms-seat-sys.h. What the test sets is seen by
 * the next call; what it reads was noted by the calls.
 */
#define SEAT_FD 900 /* the first card's; each gets the next */

enum seat_event {
  SEAT_NOTHING,
  SEAT_ENABLE,
  SEAT_DISABLE,
  SEAT_DIE, /* the connection breaks: EPIPE */
};

struct seat {
  int open_error;            /* errno of opening a session */
  int device_error;          /* errno of opening a card */
  gboolean is_elsewhere;     /* another session is in front */
  enum seat_event meanwhile; /* is heard while a card is opened */

  int n_sessions; /* that are open */
  int n_begun;    /* that were opened */
  int n_devices;  /* that are open */
  int n_disabled; /* how often it was acknowledged */
  gint n_waits;   /* how often the session asked what to wait for (atomic) */
  void (*on_disabled) (void); /* is called then; may be NULL */
};

extern struct seat seat;

/* Takes the place of libseat, with nothing set. */
void seat_play (void);

/* The seat says EVENT; the session's thread hears it. */
void seat_say (enum seat_event event);

#endif
