/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_HOLDERS_H
#define ZC_V4L2_HOLDERS_H

#include <sys/types.h>

/* A process that has a node open. */
struct zc_v4l2_holder {
  pid_t pid;
  unsigned n_descriptors;
  char command[32]; /* of /proc/PID/comm, "?" if it cannot be read */
};

/*
 * Who has the device node at PATH open, by whatever name: found in /proc, which
 * shows the processes of the same user, all to root, and in a sandbox those
 * inside. Slow: for messages. HOLDERS gets at most MAX, our own process among
 * them. Returns how many, -ENOENT if PATH is no device node, or -errno of
 * reading /proc.
 */
int zc_v4l2_holders_find (
    const char *path, struct zc_v4l2_holder *holders, int max);

#endif
