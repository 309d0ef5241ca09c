/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-seat-sys.h"

#include "config.h"

#include <errno.h>
#include <stddef.h>

#ifdef HAVE_LIBSEAT

#include <libseat.h>

static void
on_enable (struct libseat *seat, void *data)
{
  const struct zc_kms_seat_hooks *hooks = data;

  (void) seat;
  hooks->enabled (hooks->data);
}

static void
on_disable (struct libseat *seat, void *data)
{
  const struct zc_kms_seat_hooks *hooks = data;

  (void) seat;
  hooks->disabled (hooks->data);
}

static struct libseat *
seat_open (const struct zc_kms_seat_hooks *hooks)
{
  static const struct libseat_seat_listener listener = {
    .enable_seat = on_enable,
    .disable_seat = on_disable,
  };

  return libseat_open_seat (&listener, (void *) hooks);
}

struct zc_kms_seat_sys zc_kms_seat_sys = {
  .open = seat_open,
  .close = libseat_close_seat,
  .disable = libseat_disable_seat,
  .open_device = libseat_open_device,
  .close_device = libseat_close_device,
  .get_fd = libseat_get_fd,
  .dispatch = libseat_dispatch,
};

#else /* HAVE_LIBSEAT */

/* Without a session none of the others is called. */
static struct libseat *
seat_open (const struct zc_kms_seat_hooks *hooks)
{
  (void) hooks;
  errno = EOPNOTSUPP;
  return NULL;
}

struct zc_kms_seat_sys zc_kms_seat_sys = { .open = seat_open };

#endif
