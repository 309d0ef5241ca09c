/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/seat.h"

#include "gst-libs/kms/kms-access.h"
#include "gst-libs/kms/kms-sys.h"

#include <unistd.h>

#define CARD "/dev/dri/card0"
#define DIRECT_FD 800

/* The kernel's side. */
static struct {
  int open_error;
  gboolean is_master; /* by opening it */
  int master_error;
  int n_open, n_set, n_dropped;
} kernel;

static int
fake_open (const char *path, int flags)
{
  fail_unless_equals_string (path, CARD);
  (void) flags;
  errno = kernel.open_error;
  if (errno)
    return -1;
  kernel.n_open++;
  return DIRECT_FD;
}

static int
fake_dup (int fd)
{
  fail_unless_equals_int (fd, SEAT_FD);
  kernel.n_open++;
  return fd + 10;
}

static int
fake_close (int fd)
{
  if (fd == DIRECT_FD || fd == SEAT_FD + 10)
    kernel.n_open--;
  else if (fd != SEAT_FD)
    close (fd);
  return 0;
}

static int
fake_set_client_cap (int fd, uint64_t capability, uint64_t value)
{
  (void) fd;
  (void) capability;
  (void) value;
  return 0;
}

static int
fake_get_cap (int fd, uint64_t capability, uint64_t *value)
{
  (void) fd;
  (void) capability;
  *value = DRM_PRIME_CAP_IMPORT;
  return 0;
}

/* Freed by drmModeFreeResources(). */
static drmModeRes *
fake_get_resources (int fd)
{
  (void) fd;
  return calloc (1, sizeof (drmModeRes));
}

static drmVersion *
fake_get_version (int fd)
{
  drmVersion *version = calloc (1, sizeof (*version));

  (void) fd;
  version->name = strdup ("played");
  return version;
}

static int
fake_is_master (int fd)
{
  (void) fd;
  return kernel.is_master;
}

static int
fake_set_master (int fd)
{
  fail_unless_equals_int (fd, DIRECT_FD);
  kernel.n_set++;
  errno = kernel.master_error;
  return errno ? -1 : 0;
}

static int
fake_drop_master (int fd)
{
  fail_unless_equals_int (fd, DIRECT_FD);
  kernel.n_dropped++;
  return 0;
}

static void
set_up (void)
{
  seat_play ();
  memset (&kernel, 0, sizeof (kernel));
  zc_kms_sys.open = fake_open;
  zc_kms_sys.dup = fake_dup;
  zc_kms_sys.close = fake_close;
  zc_kms_sys.set_client_cap = fake_set_client_cap;
  zc_kms_sys.get_cap = fake_get_cap;
  zc_kms_sys.get_resources = fake_get_resources;
  zc_kms_sys.get_version = fake_get_version;
  zc_kms_sys.is_master = fake_is_master;
  zc_kms_sys.set_master = fake_set_master;
  zc_kms_sys.drop_master = fake_drop_master;
}

static const struct zc_kms_seat_funcs funcs;
static struct zc_kms_access way;

static int
open_by (enum zc_kms_access_way how)
{
  return zc_kms_access_open (&way, CARD, how, &funcs, NULL);
}

static void
assert_closed (void)
{
  fail_unless (way.device == NULL && way.card == NULL);
  fail_unless_equals_int (kernel.n_open, 0);
  fail_unless_equals_int (seat.n_sessions, 0);
}

static void
end (void)
{
  zc_kms_access_close (&way);
  assert_closed ();
}

GST_START_TEST (who_is_master_needs_no_seat)
{
  set_up ();
  kernel.is_master = TRUE;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_AUTO), 0);
  fail_unless (way.device && !way.card);
  fail_unless_equals_int (seat.n_begun, 0);
  fail_unless_equals_int (kernel.n_dropped, 0);
  end ();
}
GST_END_TEST;

GST_START_TEST (who_may_become_master_needs_no_seat)
{
  set_up ();
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_AUTO), 0);
  fail_unless (way.device && !way.card);
  fail_unless_equals_int (seat.n_begun, 0);
  fail_unless_equals_int (kernel.n_dropped, 1);
  end ();
}
GST_END_TEST;

GST_START_TEST (another_master_is_busy_and_no_matter_of_seats)
{
  set_up ();
  kernel.master_error = EACCES;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_AUTO), -EBUSY);
  fail_unless_equals_int (seat.n_begun, 0);
  assert_closed ();
}
GST_END_TEST;

GST_START_TEST (without_permission_the_seat_gives_the_card)
{
  set_up ();
  kernel.open_error = EACCES;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_AUTO), 0);
  fail_unless (way.card != NULL);
  fail_unless_equals_string (way.device->path, CARD);
  fail_unless_equals_int (way.seat_error, 0);
  end ();
}
GST_END_TEST;

/* SET_MASTER would fail with EACCES. */
GST_START_TEST (master_is_left_to_the_seat)
{
  set_up ();
  kernel.master_error = EACCES;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_SEAT), 0);
  fail_unless_equals_int (zc_kms_device_become_master (way.device), 0);
  zc_kms_device_drop_master (way.device);
  fail_unless_equals_int (kernel.n_set, 0);
  fail_unless_equals_int (kernel.n_dropped, 0);
  end ();
}
GST_END_TEST;

GST_START_TEST (with_neither_permission_nor_seat_both_reasons_are_told)
{
  set_up ();
  kernel.open_error = EACCES;
  seat.open_error = ENOENT;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_AUTO), -EACCES);
  fail_unless_equals_int (way.seat_error, -ENOENT);
  assert_closed ();
}
GST_END_TEST;

GST_START_TEST (a_card_that_is_not_there_is_no_matter_of_seats)
{
  set_up ();
  kernel.open_error = ENOENT;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_AUTO), -ENOENT);
  fail_unless_equals_int (seat.n_begun, 0);
}
GST_END_TEST;

GST_START_TEST (the_seat_can_be_left_out)
{
  set_up ();
  kernel.open_error = EACCES;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_DIRECT), -EACCES);
  fail_unless_equals_int (seat.n_begun, 0);
  assert_closed ();
}
GST_END_TEST;

GST_START_TEST (the_seat_can_be_asked_for)
{
  set_up ();
  kernel.is_master = TRUE;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_SEAT), 0);
  fail_unless (way.card != NULL);
  end ();
  seat.open_error = ENOENT;
  fail_unless_equals_int (open_by (ZC_KMS_ACCESS_SEAT), -ENOENT);
  assert_closed ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (who_is_master_needs_no_seat),
    RUNNER_TEST (who_may_become_master_needs_no_seat),
    RUNNER_TEST (another_master_is_busy_and_no_matter_of_seats),
    RUNNER_TEST (without_permission_the_seat_gives_the_card),
    RUNNER_TEST (master_is_left_to_the_seat),
    RUNNER_TEST (with_neither_permission_nor_seat_both_reasons_are_told),
    RUNNER_TEST (a_card_that_is_not_there_is_no_matter_of_seats),
    RUNNER_TEST (the_seat_can_be_left_out),
    RUNNER_TEST (the_seat_can_be_asked_for))
