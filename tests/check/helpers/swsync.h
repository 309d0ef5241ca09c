/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SWSYNC_H
#define SWSYNC_H

/*
 * Fences on demand: the kernel's sw_sync in debugfs, which plays a device that
 * takes as long as the test wants. Where there is none, it ends the test as
 * runner_skip() does.
 */

/* A new timeline at 0: its file descriptor. */
int swsync_timeline (void);

/* A fence that is signalled when the timeline gets to VALUE: a sync_file. */
int swsync_fence (int timeline, unsigned value);

/* Moves the timeline on. */
void swsync_advance (int timeline, unsigned by);

#endif
