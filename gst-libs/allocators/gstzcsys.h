/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_SYS_H__
#define __GST_ZC_SYS_H__

#include <glob.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>

/*
 * The seam of this library: every system call it makes goes through this table,
 * so that a test can put any errno in its way. The functions behave as those
 * of libc whose names they have (-1 or MAP_FAILED, and errno). Not public.
 */
struct gst_zc_sys {
  int (*open) (const char *path, int flags);
  int (*close) (int fd);
  ssize_t (*read) (int fd, void *data, size_t size);
  int (*ioctl) (int fd, unsigned long request, void *arg);
  int (*poll) (struct pollfd *fds, nfds_t count, int timeout_ms);
  void *(*mmap) (
      void *addr, size_t size, int prot, int flags, int fd, off_t offset);
  int (*munmap) (void *addr, size_t size);
  int (*madvise) (void *addr, size_t size, int advice);
  int (*fstat) (int fd, struct stat *st);
  int (*fstatfs) (int fd, struct statfs *st);
  int (*stat) (const char *path, struct stat *st);
  char *(*realpath) (const char *path, char *resolved);
  int (*glob) (const char *pattern, int flags,
      int (*on_error) (const char *path, int error), glob_t *found);
  off_t (*lseek) (int fd, off_t offset, int whence);
  int (*memfd_create) (const char *name, unsigned int flags);
  int (*ftruncate) (int fd, off_t size);
  int (*fcntl) (int fd, int command, int arg);
  uid_t (*geteuid) (void);
  gid_t (*getegid) (void);
  int (*getgroups) (int size, gid_t list[]);
  int (*eventfd) (unsigned int value, int flags);
  int (*eventfd_write) (int fd, unsigned long value);
  int (*eventfd_read) (int fd);
};

extern struct gst_zc_sys gst_zc_sys;

/* As the calls above, restarted when a signal interrupts (and for ioctl and
 * poll when the kernel says EAGAIN); 0 or more, or -errno. */
int gst_zc_sys_open (const char *path, int flags);
int gst_zc_sys_ioctl (int fd, unsigned long request, void *arg);

/* Waits until one of FDS is ready or DEADLINE_US (of g_get_monotonic_time(),
 * -1: forever) has passed: -ETIMEDOUT. */
int gst_zc_sys_poll (struct pollfd *fds, nfds_t count, long long deadline_us);

#endif /* __GST_ZC_SYS_H__ */
