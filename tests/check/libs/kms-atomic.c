/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-atomic.h"
#include "gst-libs/kms/kms-sys.h"

#include <errno.h>

/* The kernel's side: what it was given, and what it says. */
static struct {
  int error;
  int n_commits;
  struct drm_mode_atomic request;
  uint32_t object[ZC_KMS_ATOMIC_MAX_OBJECTS];
  uint32_t count[ZC_KMS_ATOMIC_MAX_OBJECTS];
  uint32_t property[ZC_KMS_ATOMIC_MAX_PROPERTIES];
  uint64_t value[ZC_KMS_ATOMIC_MAX_PROPERTIES];
} kernel;

static const struct zc_kms_device device = { .fd = 1000 };
static struct zc_kms_atomic atomic;

static struct zc_kms_property
property (uint32_t id)
{
  return (struct zc_kms_property) { .id = id };
}

static int
fake_ioctl (int fd, unsigned long code, void *arg)
{
  const struct drm_mode_atomic *r = arg;
  unsigned n = 0;

  fail_unless_equals_int (fd, device.fd);
  fail_unless (code == DRM_IOCTL_MODE_ATOMIC);
  kernel.n_commits++;
  kernel.request = *r;
  for (unsigned i = 0; i < r->count_objs; i++) {
    kernel.object[i] = ((uint32_t *) (uintptr_t) r->objs_ptr)[i];
    kernel.count[i] = ((uint32_t *) (uintptr_t) r->count_props_ptr)[i];
    for (unsigned j = 0; j < kernel.count[i]; j++, n++) {
      kernel.property[n] = ((uint32_t *) (uintptr_t) r->props_ptr)[n];
      kernel.value[n] = ((uint64_t *) (uintptr_t) r->prop_values_ptr)[n];
    }
  }
  errno = kernel.error;
  return kernel.error ? -1 : 0;
}

static void
set_up (void)
{
  memset (&kernel, 0, sizeof (kernel));
  /* The builder promises not to read what it did not write. */
  memset (&atomic, 0xff, sizeof (atomic));
  zc_kms_sys.ioctl = fake_ioctl;
  zc_kms_atomic_init (&atomic);
}

static int
commit (void)
{
  return zc_kms_atomic_commit (
      &atomic, &device, DRM_MODE_ATOMIC_NONBLOCK, 0x123456789abcdef0);
}

GST_START_TEST (objects_and_values_reach_the_kernel)
{
  set_up ();
  zc_kms_atomic_object (&atomic, 10);
  zc_kms_atomic_set (&atomic, property (100), 1);
  zc_kms_atomic_set (&atomic, property (101), UINT64_MAX);
  zc_kms_atomic_object (&atomic, 20);
  zc_kms_atomic_object (&atomic, 30);
  zc_kms_atomic_set (&atomic, property (300), 3);
  fail_unless_equals_int (commit (), 0);

  fail_unless_equals_int (kernel.request.flags, DRM_MODE_ATOMIC_NONBLOCK);
  fail_unless (kernel.request.user_data == 0x123456789abcdef0);
  fail_unless_equals_int (kernel.request.count_objs, 3);
  fail_unless_equals_int (kernel.object[0], 10);
  fail_unless_equals_int (kernel.object[2], 30);
  fail_unless_equals_int (kernel.count[0], 2);
  fail_unless_equals_int (kernel.count[1], 0);
  fail_unless_equals_int (kernel.count[2], 1);
  fail_unless_equals_int (kernel.property[1], 101);
  fail_unless (kernel.value[1] == UINT64_MAX);
  fail_unless_equals_int (kernel.property[2], 300);
  fail_unless_equals_int (kernel.value[2], 3);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_the_kernel_comes_out)
{
  static const int errors[] = { EBUSY, EACCES, EINVAL, ERANGE, ENOSPC, ENOENT };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    set_up ();
    kernel.error = errors[i];
    zc_kms_atomic_object (&atomic, 10);
    fail_unless_equals_int (commit (), -errors[i]);
  }
}
GST_END_TEST;

GST_START_TEST (a_property_that_is_missing_stops_the_commit)
{
  set_up ();
  zc_kms_atomic_object (&atomic, 10);
  zc_kms_atomic_set (&atomic, property (0), 1);
  zc_kms_atomic_set (&atomic, property (100), 1);
  fail_unless_equals_int (commit (), -ENOENT);
  fail_unless_equals_int (kernel.n_commits, 0);
}
GST_END_TEST;

GST_START_TEST (an_optional_property_that_is_missing_is_left_out)
{
  set_up ();
  zc_kms_atomic_object (&atomic, 10);
  zc_kms_atomic_set_optional (&atomic, property (0), 1);
  zc_kms_atomic_set_optional (&atomic, property (100), 2);
  fail_unless_equals_int (commit (), 0);
  fail_unless_equals_int (kernel.count[0], 1);
  fail_unless_equals_int (kernel.property[0], 100);
}
GST_END_TEST;

GST_START_TEST (the_first_error_sticks)
{
  set_up ();
  zc_kms_atomic_set (&atomic, property (0), 1);
  for (guint i = 0; i <= ZC_KMS_ATOMIC_MAX_OBJECTS; i++)
    zc_kms_atomic_object (&atomic, i);
  fail_unless_equals_int (commit (), -ENOENT);
  fail_unless_equals_int (kernel.n_commits, 0);
}
GST_END_TEST;

GST_START_TEST (too_many_objects_stop_the_commit)
{
  set_up ();
  for (guint i = 0; i < ZC_KMS_ATOMIC_MAX_OBJECTS; i++)
    zc_kms_atomic_object (&atomic, i);
  fail_unless_equals_int (commit (), 0);
  zc_kms_atomic_object (&atomic, 1000);
  fail_unless_equals_int (commit (), -E2BIG);
  fail_unless_equals_int (kernel.n_commits, 1);
}
GST_END_TEST;

GST_START_TEST (too_many_properties_stop_the_commit)
{
  set_up ();
  zc_kms_atomic_object (&atomic, 10);
  for (guint i = 0; i < ZC_KMS_ATOMIC_MAX_PROPERTIES; i++)
    zc_kms_atomic_set (&atomic, property (i + 1), i);
  fail_unless_equals_int (commit (), 0);
  zc_kms_atomic_set (&atomic, property (1000), 1);
  fail_unless_equals_int (commit (), -E2BIG);
  fail_unless_equals_int (kernel.n_commits, 1);
}
GST_END_TEST;

GST_START_TEST (a_property_of_no_object_stops_the_commit)
{
  set_up ();
  zc_kms_atomic_set (&atomic, property (100), 1);
  fail_unless (commit () < 0);
  fail_unless_equals_int (kernel.n_commits, 0);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (objects_and_values_reach_the_kernel),
    RUNNER_TEST (each_errno_of_the_kernel_comes_out),
    RUNNER_TEST (a_property_that_is_missing_stops_the_commit),
    RUNNER_TEST (an_optional_property_that_is_missing_is_left_out),
    RUNNER_TEST (the_first_error_sticks),
    RUNNER_TEST (too_many_objects_stop_the_commit),
    RUNNER_TEST (too_many_properties_stop_the_commit),
    RUNNER_TEST (a_property_of_no_object_stops_the_commit))
