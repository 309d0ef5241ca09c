/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_SYS_H
#define ZC_V4L2_SYS_H

#include <dirent.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The seam of this layer: every system call it makes goes through this table,
 * so that a test can put any errno in its way. The functions behave as those
 * of libc whose names they have (-1 and errno); mmap is for reading and
 * writing, and shared.
 */
struct zc_v4l2_sys {
  int (*open) (const char *path, int flags);
  int (*close) (int fd);
  int (*dup3) (int from, int to, int flags);
  int (*ioctl) (int fd, unsigned long request, void *arg);
  void *(*mmap) (size_t length, int fd, int64_t offset);
  int (*munmap) (void *address, size_t length);
  int (*fcntl) (int fd, int command, long arg);
  int (*poll) (struct pollfd *fds, nfds_t count, int timeout_ms);
  int (*eventfd) (unsigned int value, int flags);
  int (*eventfd_write) (int fd, unsigned long value);
  int (*eventfd_read) (int fd);
  int (*scandir) (const char *folder, struct dirent ***entries,
      int (*filter) (const struct dirent *),
      int (*compare) (const struct dirent **, const struct dirent **));
  char *(*realpath) (const char *path, char *resolved);
  ssize_t (*readlink) (const char *path, char *target, size_t size);
  ssize_t (*read) (int fd, void *data, size_t size);
};

extern struct zc_v4l2_sys zc_v4l2_sys;

/*
 * The same for a device in libv4l2's hands, which converts formats: start takes
 * a descriptor over, and fails with ENOSYS if libv4l2 is not built in.
 */
struct zc_v4l2_emulation {
  int (*start) (int fd);
  int (*close) (int fd);
  int (*ioctl) (int fd, unsigned long request, void *arg);
  void *(*mmap) (size_t length, int fd, int64_t offset);
  int (*munmap) (void *address, size_t length);
};

extern struct zc_v4l2_emulation zc_v4l2_emulation;

/* As the calls above, restarted when a signal interrupts; 0 or more, or
 * -errno. */
int zc_v4l2_open (const char *path, int flags);
int zc_v4l2_ioctl (int fd, unsigned long request, void *arg);
int zc_v4l2_poll (struct pollfd *fds, nfds_t count, int timeout_ms);

#endif
