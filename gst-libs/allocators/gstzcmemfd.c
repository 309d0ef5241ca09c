/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcmemfd-private.h"

#include "gstzcsys.h"

#include <errno.h>
#include <sys/mman.h>

/* Since Linux 6.3, where sysctl vm.memfd_noexec can make it compulsory; implies
 * MFD_ALLOW_SEALING. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

static gint
create (const gchar *name, guint flags)
{
  gint fd = gst_zc_sys.memfd_create (name, flags | MFD_NOEXEC_SEAL);

  if (fd < 0 && errno == EINVAL)
    fd = gst_zc_sys.memfd_create (name, flags | MFD_ALLOW_SEALING);
  return fd < 0 ? -errno : fd;
}

gint
gst_zc_memfd_new (
    const gchar *name, gsize size, guint flags, const gchar **step)
{
  gint fd = create (name, flags | MFD_CLOEXEC);
  gint ret;

  *step = "memfd_create";
  if (fd < 0)
    return fd;
  do
    ret = gst_zc_sys.ftruncate (fd, size);
  while (ret < 0 && errno == EINTR);
  if (ret == 0)
    return fd;
  *step = "ftruncate";
  ret = -errno;
  gst_zc_sys.close (fd);
  return ret;
}
