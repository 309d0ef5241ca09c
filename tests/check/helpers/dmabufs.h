/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DMABUFS_H
#define DMABUFS_H

/* How many dma-bufs there are in the whole machine, whoever holds them: the
 * kernel's own list, in debugfs. */
unsigned dmabufs_count (void);

/* The same when it is WANTED, or has not become so for some seconds: the
 * kernel lets go of what a display showed some time after the flip. */
unsigned dmabufs_settle (unsigned wanted);

#endif
