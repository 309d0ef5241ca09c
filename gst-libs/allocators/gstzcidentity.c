/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcidentity.h"

#include "gstzcsys.h"

#include <errno.h>

int
gst_zc_identity_from_fd (GstZcIdentity *identity, int fd)
{
  struct stat st;

  if (gst_zc_sys.fstat (fd, &st) < 0)
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
