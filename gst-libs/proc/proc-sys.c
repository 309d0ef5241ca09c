/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proc-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int
sys_open (const char *path, int flags)
{
  return open (path, flags);
}

struct zc_proc_sys zc_proc_sys = {
  .open = sys_open,
  .close = close,
  .read = read,
  .stat = stat,
  .scandir = scandir,
};

/* These files come in pieces. */
ssize_t
zc_proc_read_file (const char *path, char *text, size_t size)
{
  int fd = zc_proc_sys.open (path, O_RDONLY | O_CLOEXEC);
  size_t length = 0;
  ssize_t n;

  text[0] = '\0';
  if (fd < 0)
    return -errno;
  while ((n = zc_proc_sys.read (fd, text + length, size - 1 - length)) > 0)
    length += n;
  if (n < 0) {
    n = -errno;
    length = 0;
  }
  text[length] = '\0';
  zc_proc_sys.close (fd);
  return n < 0 ? n : (ssize_t) length;
}
