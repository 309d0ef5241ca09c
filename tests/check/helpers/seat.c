/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat.h"

#include "runner.h"

#include "gst-libs/kms/kms-seat-sys.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct seat seat;

static const struct zc_kms_seat_hooks *hooks;
static int event_fd = -1; /* readable when there is an event */
static gint next_event;   /* enum seat_event, atomic */

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

/* libseat knows no threads. */
static gint n_inside;

static void
enter (struct libseat *libseat)
{
  runner_require (libseat == (void *) &seat, "of another seat");
  runner_require (g_atomic_int_add (&n_inside, 1) == 0, "two threads at once");
}

static int
leave (int ret)
{
  int error = errno;

  g_atomic_int_add (&n_inside, -1);
  errno = error;
  return ret;
}

static void
happen (enum seat_event event)
{
  if (event == SEAT_ENABLE)
    hooks->enabled (hooks->data);
  else if (event == SEAT_DISABLE)
    hooks->disabled (hooks->data);
}

static struct libseat *
fake_open (const struct zc_kms_seat_hooks *given)
{
  if (seat.open_error) {
    errno = seat.open_error;
    return NULL;
  }
  runner_require (seat.n_sessions == 0, "a second session");
  hooks = given;
  event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  seat.n_sessions++;
  seat.n_begun++;
  if (!seat.is_elsewhere)
    seat_say (SEAT_ENABLE);
  return (void *) &seat;
}

static int
fake_close (struct libseat *libseat)
{
  enter (libseat);
  runner_require (seat.n_devices == 0, "cards are left open");
  close (event_fd);
  seat.n_sessions--;
  return leave (0);
}

static int
fake_disable (struct libseat *libseat)
{
  enter (libseat);
  seat.n_disabled++;
  if (seat.on_disabled)
    seat.on_disabled ();
  return leave (0);
}

static int
fake_open_device (struct libseat *libseat, const char *path, int *fd)
{
  enter (libseat);
  if (seat.device_error)
    return leave (fail_with (seat.device_error));
  fail_unless (g_str_has_prefix (path, "/dev/dri/"));
  happen (seat.meanwhile);
  *fd = SEAT_FD + seat.n_devices;
  return leave (40 + seat.n_devices++);
}

static int
fake_close_device (struct libseat *libseat, int id)
{
  enter (libseat);
  runner_require (id >= 40, "no such card: %d", id);
  seat.n_devices--;
  return leave (0);
}

static int
fake_get_fd (struct libseat *libseat)
{
  enter (libseat);
  g_atomic_int_inc (&seat.n_waits);
  return leave (event_fd);
}

static int
fake_dispatch (struct libseat *libseat, int timeout_ms)
{
  struct pollfd fd = { .fd = event_fd, .events = POLLIN };
  enum seat_event event;
  eventfd_t value;

  enter (libseat);
  poll (&fd, 1, timeout_ms);
  eventfd_read (event_fd, &value);
  event = g_atomic_int_exchange (&next_event, SEAT_NOTHING);
  if (event == SEAT_DIE)
    return leave (fail_with (EPIPE));
  happen (event);
  return leave (event != SEAT_NOTHING);
}

void
seat_play (void)
{
  seat = (struct seat) { 0 };
  next_event = SEAT_NOTHING;
  zc_kms_seat_sys = (struct zc_kms_seat_sys) {
    .open = fake_open,
    .close = fake_close,
    .disable = fake_disable,
    .open_device = fake_open_device,
    .close_device = fake_close_device,
    .get_fd = fake_get_fd,
    .dispatch = fake_dispatch,
  };
}

void
seat_say (enum seat_event event)
{
  g_atomic_int_set (&next_event, event);
  eventfd_write (event_fd, 1);
}
