/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/seat.h"

#include "gst-libs/kms/kms-seat.h"
#include "gst-libs/kms/kms-sys.h"

#include <unistd.h>

#define CARD "/dev/dri/card0"
#define OTHER "/dev/dri/card1"

/* What a card was told, in the order of the letters: e(nabled), d(isabled),
 * l(ost). */
struct told {
  GMutex lock;
  GCond changed;
  char text[16];
  int error;
  gboolean is_slow; /* to return from disabled() */
  gint n_inside;
};

static void
note (struct told *told, char what)
{
  g_mutex_lock (&told->lock);
  told->text[strlen (told->text)] = what;
  g_cond_broadcast (&told->changed);
  g_mutex_unlock (&told->lock);
}

static void
on_enabled (void *data)
{
  note (data, 'e');
}

static void
on_disabled (void *data)
{
  struct told *told = data;

  g_atomic_int_inc (&told->n_inside);
  note (told, 'd');
  if (told->is_slow)
    g_usleep (50000);
  g_atomic_int_add (&told->n_inside, -1);
}

static void
on_lost (int error, void *data)
{
  struct told *told = data;

  told->error = error;
  note (told, 'l');
}

static const struct zc_kms_seat_funcs funcs = { on_enabled, on_disabled,
  on_lost };

static void
wait_told (struct told *told, const char *text)
{
  gint64 until = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&told->lock);
  while (strcmp (told->text, text) != 0)
    if (!g_cond_wait_until (&told->changed, &told->lock, until))
      break;
  fail_unless_equals_string (told->text, text);
  g_mutex_unlock (&told->lock);
}

static int n_closed;

static int
fake_close (int fd)
{
  if (fd < SEAT_FD)
    return close (fd);
  n_closed++;
  return 0;
}

static void
set_up (void)
{
  seat_play ();
  zc_kms_sys.close = fake_close;
  n_closed = 0;
}

static struct zc_kms_seat_card *
open_card (const char *path, struct told *told)
{
  struct zc_kms_seat_card *card;

  fail_unless_equals_int (zc_kms_seat_open_card (&card, path, &funcs, told), 0);
  return card;
}

GST_START_TEST (a_card_opens_a_session_and_closes_it)
{
  struct told told = { 0 };
  struct zc_kms_seat_card *card;

  set_up ();
  card = open_card (CARD, &told);
  fail_unless_equals_int (card->fd, SEAT_FD);
  fail_unless_equals_int (seat.n_sessions, 1);
  zc_kms_seat_close_card (card);
  fail_unless_equals_int (seat.n_devices, 0);
  fail_unless_equals_int (seat.n_sessions, 0);
  fail_unless_equals_int (n_closed, 1);
  fail_unless_equals_string (told.text, "");
}
GST_END_TEST;

GST_START_TEST (all_cards_share_one_session)
{
  struct told told = { 0 };
  struct zc_kms_seat_card *a, *b;

  set_up ();
  a = open_card (CARD, &told);
  b = open_card (OTHER, &told);
  zc_kms_seat_close_card (a);
  fail_unless_equals_int (seat.n_sessions, 1);
  zc_kms_seat_close_card (b);
  fail_unless_equals_int (seat.n_sessions, 0);
  fail_unless_equals_int (seat.n_begun, 1);
}
GST_END_TEST;

GST_START_TEST (behind_another_session_the_card_is_busy)
{
  struct zc_kms_seat_card *card;

  set_up ();
  seat.is_elsewhere = TRUE;
  fail_unless_equals_int (
      zc_kms_seat_open_card (&card, CARD, &funcs, NULL), -EBUSY);
  fail_unless (card == NULL);
  fail_unless_equals_int (seat.n_sessions, 0);
}
GST_END_TEST;

GST_START_TEST (errors_of_the_seat_are_told)
{
  struct zc_kms_seat_card *card;

  set_up ();
  seat.open_error = ENOENT;
  fail_unless_equals_int (
      zc_kms_seat_open_card (&card, CARD, &funcs, NULL), -ENOENT);
  seat.open_error = 0;
  seat.device_error = ENODEV;
  fail_unless_equals_int (
      zc_kms_seat_open_card (&card, CARD, &funcs, NULL), -ENODEV);
  fail_unless (card == NULL);
  fail_unless_equals_int (seat.n_sessions, 0);
}
GST_END_TEST;

static struct told first, second;

static void
check_both_stopped (void)
{
  runner_require (strcmp (first.text, "d") == 0, "first: %s", first.text);
  runner_require (strcmp (second.text, "d") == 0, "second: %s", second.text);
  runner_require (first.n_inside + second.n_inside == 0, "still stopping");
  note (&first, '!');
}

GST_START_TEST (all_have_stopped_before_the_seat_is_answered)
{
  struct zc_kms_seat_card *a, *b;

  set_up ();
  seat.on_disabled = check_both_stopped;
  first.is_slow = second.is_slow = TRUE;
  a = open_card (CARD, &first);
  b = open_card (OTHER, &second);
  seat_say (SEAT_DISABLE);
  wait_told (&first, "d!");
  zc_kms_seat_close_card (a);
  zc_kms_seat_close_card (b);
  fail_unless_equals_int (seat.n_disabled, 1);
}
GST_END_TEST;

GST_START_TEST (a_console_that_comes_back_is_told)
{
  struct told told = { 0 };
  struct zc_kms_seat_card *card;

  set_up ();
  card = open_card (CARD, &told);
  seat_say (SEAT_DISABLE);
  wait_told (&told, "d");
  seat_say (SEAT_ENABLE);
  wait_told (&told, "de");
  zc_kms_seat_close_card (card);
}
GST_END_TEST;

GST_START_TEST (while_it_is_away_no_card_is_opened)
{
  struct told told = { 0 };
  struct zc_kms_seat_card *card, *other;

  set_up ();
  card = open_card (CARD, &told);
  seat_say (SEAT_DISABLE);
  wait_told (&told, "d");
  fail_unless_equals_int (
      zc_kms_seat_open_card (&other, OTHER, &funcs, NULL), -EBUSY);
  fail_unless_equals_int (seat.n_devices, 1);
  zc_kms_seat_close_card (card);
}
GST_END_TEST;

GST_START_TEST (what_is_heard_in_another_call_is_told)
{
  struct told told = { 0 };
  struct told also = { 0 };
  struct zc_kms_seat_card *a, *b;

  set_up ();
  a = open_card (CARD, &told);
  while (g_atomic_int_get (&seat.n_waits) == 0)
    g_usleep (1000);
  seat.meanwhile = SEAT_DISABLE;
  b = open_card (OTHER, &also);
  wait_told (&told, "d");
  wait_told (&also, "d");
  zc_kms_seat_close_card (b);
  zc_kms_seat_close_card (a);
  fail_unless_equals_int (seat.n_disabled, 1);
}
GST_END_TEST;

GST_START_TEST (a_seat_that_dies_is_told_once)
{
  struct told told = { 0 };
  struct zc_kms_seat_card *card, *other;

  set_up ();
  card = open_card (CARD, &told);
  seat_say (SEAT_DIE);
  wait_told (&told, "l");
  fail_unless_equals_int (told.error, -EPIPE);
  fail_unless_equals_int (
      zc_kms_seat_open_card (&other, OTHER, &funcs, NULL), -EPIPE);
  zc_kms_seat_close_card (card);
  fail_unless_equals_string (told.text, "l");
  fail_unless_equals_int (seat.n_disabled, 0);
}
GST_END_TEST;

GST_START_TEST (after_a_seat_that_died_a_new_one_is_used)
{
  struct told told = { 0 };
  struct zc_kms_seat_card *card;

  set_up ();
  card = open_card (CARD, &told);
  seat_say (SEAT_DIE);
  wait_told (&told, "l");
  zc_kms_seat_close_card (card);
  card = open_card (CARD, &told);
  fail_unless_equals_int (seat.n_begun, 2);
  zc_kms_seat_close_card (card);
}
GST_END_TEST;

GST_START_TEST (closing_waits_for_who_is_being_told)
{
  struct told told = { .is_slow = TRUE };
  struct told also = { 0 };
  struct zc_kms_seat_card *card, *other;

  set_up ();
  card = open_card (CARD, &told);
  other = open_card (OTHER, &also);
  seat_say (SEAT_DISABLE);
  wait_told (&told, "d");
  zc_kms_seat_close_card (card);
  fail_unless_equals_int (g_atomic_int_get (&told.n_inside), 0);
  zc_kms_seat_close_card (other);
}
GST_END_TEST;

static struct zc_kms_seat_card *to_close;

/* As when frames are dropped that lie in another card's memory. */
static void
close_other (void *data)
{
  zc_kms_seat_close_card (to_close);
  note (data, 'd');
}

GST_START_TEST (who_is_told_may_close_another_card)
{
  static const struct zc_kms_seat_funcs closing = { .disabled = close_other };
  struct told told = { 0 };
  struct zc_kms_seat_card *card;

  set_up ();
  to_close = open_card (OTHER, &told);
  fail_unless_equals_int (
      zc_kms_seat_open_card (&card, CARD, &closing, &told), 0);
  seat_say (SEAT_DISABLE);
  wait_told (&told, "d");
  fail_unless_equals_int (seat.n_devices, 1);
  zc_kms_seat_close_card (card);
  fail_unless_equals_int (seat.n_sessions, 0);
}
GST_END_TEST;

GST_START_TEST (reasons_say_what_helps)
{
  char text[256];

  zc_kms_seat_explain (text, sizeof (text), -EBUSY);
  fail_unless (strstr (text, "switch to the console") != NULL, "%s", text);
  zc_kms_seat_explain (text, sizeof (text), -EOPNOTSUPP);
  fail_unless (strstr (text, "without libseat") != NULL, "%s", text);
  zc_kms_seat_explain (text, sizeof (text), -EACCES);
  fail_unless (strstr (text, "errno 13") != NULL, "%s", text);
  zc_kms_seat_explain (text, sizeof (text), -ENOENT);
  fail_unless (strstr (text, "start seatd") != NULL, "%s", text);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_card_opens_a_session_and_closes_it),
    RUNNER_TEST (all_cards_share_one_session),
    RUNNER_TEST (behind_another_session_the_card_is_busy),
    RUNNER_TEST (errors_of_the_seat_are_told),
    RUNNER_TEST (all_have_stopped_before_the_seat_is_answered),
    RUNNER_TEST (a_console_that_comes_back_is_told),
    RUNNER_TEST (while_it_is_away_no_card_is_opened),
    RUNNER_TEST (what_is_heard_in_another_call_is_told),
    RUNNER_TEST (a_seat_that_dies_is_told_once),
    RUNNER_TEST (after_a_seat_that_died_a_new_one_is_used),
    RUNNER_TEST (closing_waits_for_who_is_being_told),
    RUNNER_TEST (who_is_told_may_close_another_card),
    RUNNER_TEST (reasons_say_what_helps))
