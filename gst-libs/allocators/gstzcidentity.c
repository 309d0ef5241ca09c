/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcidentity.h"

#include <errno.h>
#include <sys/stat.h>

int
gst_zc_identity_from_fd (GstZcIdentity *identity, int fd)
{
  struct stat st;

  if (fstat (fd, &st) < 0)
    return -errno;

  identity->dev = st.st_dev;
  identity->ino = st.st_ino;
  return 0;
}

gboolean
gst_zc_identity_equal (const GstZcIdentity *a, const GstZcIdentity *b)
{
  return a->dev == b->dev && a->ino == b->ino;
}
