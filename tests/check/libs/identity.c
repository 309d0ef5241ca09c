/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcidentity.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* A memfd has an inode of its own, as a dma-buf has. */
static GstZcIdentity
identity_of (int fd)
{
  GstZcIdentity identity;

  fail_unless_equals_int (gst_zc_identity_from_fd (&identity, fd), 0);
  return identity;
}

GST_START_TEST (two_descriptors_of_one_buffer_are_equal)
{
  int fd = memfd_create ("a", MFD_CLOEXEC);
  int same = dup (fd);
  GstZcIdentity a = identity_of (fd), b = identity_of (same);

  fail_unless (gst_zc_identity_equal (&a, &b));
  close (fd);
  close (same);
}
GST_END_TEST;

GST_START_TEST (two_buffers_differ)
{
  int fd = memfd_create ("a", MFD_CLOEXEC);
  int other = memfd_create ("a", MFD_CLOEXEC);
  GstZcIdentity a = identity_of (fd), b = identity_of (other);

  fail_if (gst_zc_identity_equal (&a, &b));
  close (fd);
  close (other);
}
GST_END_TEST;

GST_START_TEST (a_number_used_again_is_another_buffer)
{
  int fd = memfd_create ("a", MFD_CLOEXEC);
  GstZcIdentity a = identity_of (fd), b;
  int other = memfd_create ("b", MFD_CLOEXEC);

  /* dup2() closes what was there: the number is the same. */
  fail_unless_equals_int (dup2 (other, fd), fd);
  b = identity_of (fd);
  fail_if (gst_zc_identity_equal (&a, &b));
  close (fd);
  close (other);
}
GST_END_TEST;

GST_START_TEST (no_descriptor_is_an_error)
{
  GstZcIdentity identity;

  fail_unless_equals_int (gst_zc_identity_from_fd (&identity, -1), -EBADF);
}
GST_END_TEST;

GST_START_TEST (asking_leaves_the_descriptor_open)
{
  int fd = memfd_create ("a", MFD_CLOEXEC);

  identity_of (fd);
  fail_unless_equals_int (close (fd), 0);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (two_descriptors_of_one_buffer_are_equal),
    RUNNER_TEST (two_buffers_differ),
    RUNNER_TEST (a_number_used_again_is_another_buffer),
    RUNNER_TEST (no_descriptor_is_an_error),
    RUNNER_TEST (asking_leaves_the_descriptor_open))
