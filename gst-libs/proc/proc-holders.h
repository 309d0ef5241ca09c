/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_PROC_HOLDERS_H
#define ZC_PROC_HOLDERS_H

#include <sys/types.h>

/* A process that has a node open. */
struct zc_proc_holder {
  pid_t pid;
  unsigned n_descriptors;
  char command[32]; /* zc_proc_read_command() */
};

/* What the process calls itself: /proc/PID/comm, "?" if it cannot be read. Any
 * bytes. */
void zc_proc_read_command (pid_t pid, char *command, size_t size);

/*
 * Who has the device node at PATH open, by whatever name: found in /proc, which
 * shows the processes of the same user, all to root, and in a sandbox those
 * inside. Slow: for messages. HOLDERS gets at most MAX, our own process among
 * them. Returns how many, -ENOENT if PATH is no device node, or -errno of
 * reading /proc.
 */
int zc_proc_holders_find (
    const char *path, struct zc_proc_holder *holders, int max);

#endif
