/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_PROC_SYS_H
#define ZC_PROC_SYS_H

#include <dirent.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * The seam of this layer: every system call it makes goes through this table,
 * so that a test can play other programs. The functions behave as those of
 * libc whose names they have (-1 and errno).
 */
struct zc_proc_sys {
  int (*open) (const char *path, int flags);
  int (*close) (int fd);
  ssize_t (*read) (int fd, void *data, size_t size);
  int (*stat) (const char *path, struct stat *st);
  int (*scandir) (const char *folder, struct dirent ***entries,
      int (*filter) (const struct dirent *),
      int (*compare) (const struct dirent **, const struct dirent **));
};

extern struct zc_proc_sys zc_proc_sys;

/* As much of the file at PATH as TEXT holds with a zero at its end. Returns the
 * length, or -errno; TEXT is "" then. */
ssize_t zc_proc_read_file (const char *path, char *text, size_t size);

#endif
