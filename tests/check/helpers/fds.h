/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FDS_H
#define FDS_H

/* How many file descriptors this process has open. */
unsigned fds_count (void);

/* The same once it is WANTED, or after three seconds: while threads run some
 * are open for a moment. */
unsigned fds_settle (unsigned wanted);

/* How many of them are dma-bufs. */
unsigned fds_count_dmabufs (void);

/* Prints what they all are, for a test that fails. */
void fds_print (void);

#endif
