/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "v4l2-sys.h"

#include <errno.h>
#include <sys/mman.h>

#ifdef HAVE_LIBV4L2

#include <libv4l2.h>

static int
start (int fd)
{
  return v4l2_fd_open (fd, 0);
}

static int
emulated_ioctl (int fd, unsigned long request, void *arg)
{
  return v4l2_ioctl (fd, request, arg);
}

static void *
emulated_mmap (size_t length, int fd, int64_t offset)
{
  return v4l2_mmap (
      NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

struct zc_v4l2_emulation zc_v4l2_emulation = {
  .start = start,
  .close = v4l2_close,
  .ioctl = emulated_ioctl,
  .mmap = emulated_mmap,
  .munmap = v4l2_munmap,
};

#else

static int
cannot_start (int fd)
{
  (void) fd;
  errno = ENOSYS;
  return -1;
}

/* What does not start needs no more. */
struct zc_v4l2_emulation zc_v4l2_emulation = {
  .start = cannot_start,
};

#endif
