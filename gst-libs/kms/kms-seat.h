/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_SEAT_H
#define ZC_KMS_SEAT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Cards through a seat (libseat: seatd, or logind), which opens them for
 * whoever sits in front of it: neither root nor a group is needed. A process
 * has one session on the seat, which begins with its first card and ends with
 * its last, and a thread of its own that listens to the seat.
 */

/*
 * What a card is told. Called by the session's thread, without locks, one at a
 * time; of this file they may only close another card. Each may be NULL.
 */
struct zc_kms_seat_funcs {
  /* The card is ours again, and shows what others left on it: we are its
   * master already. */
  void (*enabled) (void *data);
  /* The card is given to somebody else (the console is switched) as soon as
   * this returns: nothing may be committed any more. Commits fail with -EACCES
   * until enabled(). The seat does not wait for long. */
  void (*disabled) (void *data);
  /* The seat is gone, with -errno: nothing will be told any more. The card
   * works as long as the kernel lets it. */
  void (*lost) (int error, void *data);
};

struct zc_kms_seat_card {
  /* Is master while the session is enabled, without any doing of ours: setting
   * or dropping it is not allowed. Closed by zc_kms_seat_close_card(). */
  int fd;

  /* private */
  int id;
  const struct zc_kms_seat_funcs *funcs;
  void *data;
  bool is_enabled, is_lost; /* as it was told */
  struct zc_kms_seat_card *next;
};

/*
 * Opens the card at PATH through the seat; the session is enabled then. FUNCS
 * and DATA are used until it is closed. To be opened once at a time: who shares
 * a card shares this. Waits at most a second for the session to begin. Returns
 * 0, -EBUSY if another session is in front of the seat, -EOPNOTSUPP if built
 * without libseat, or an errno of libseat: zc_kms_seat_explain(). Any thread.
 */
int zc_kms_seat_open_card (struct zc_kms_seat_card **card, const char *path,
    const struct zc_kms_seat_funcs *funcs, void *data);

/* When it returns the card's functions are not called any more: not to be
 * called by them, nor with a lock held that they take. May be NULL. */
void zc_kms_seat_close_card (struct zc_kms_seat_card *card);

/* Why a seat did not give a card, and what helps, for the end of a sentence.
 * ERROR is of zc_kms_seat_open_card(). */
void zc_kms_seat_explain (char *text, size_t size, int error);

#endif
