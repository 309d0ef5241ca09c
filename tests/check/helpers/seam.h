/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SEAM_H
#define SEAM_H

#include <glib.h>

/*
 * Plays the kernel behind the seam of the zero-copy library (gst_zc_sys):
 * memfds pass for dma-bufs, what is asked of them is written down, and any
 * call can be made to fail. For tests without devices.
 */

/* Starts anew; the real calls are what is not played. */
void seam_play (void);

/* A dma-buf of SIZE bytes, rounded up to whole pages, open for reading and
 * writing; or for reading only. For the test to close. */
int seam_dmabuf (gsize size);
int seam_dmabuf_read_only (gsize size);

/* The next TIMES calls of the function of that name fail with ERR. */
void seam_fail (const char *function, int err, guint times);

/* How often the function of that name was called, also in vain. */
guint seam_calls (const char *function);

/* What DMA_BUF_IOCTL_SYNC was asked for since the last question: "+R" is
 * START for reading, "-RW" is END for both, separated by blanks. To be freed.
 * Calls that were made to fail are in brackets. */
char *seam_syncs (void);
#define assert_syncs(expected)              \
  do {                                      \
    g_autofree char *syncs = seam_syncs (); \
                                            \
    assert_equals_string (syncs, expected); \
  } while (0)

/* What poll() says of dma-bufs: the events that are ready, 0 for none. */
void seam_set_ready (short events);
/* This one is not ready, whatever the others are. */
void seam_set_busy (int fd);

/* The next question finds nothing ready. */
void seam_set_not_ready_once (void);

/* Called by the next question, before it is answered. */
void seam_set_asked (void (*asked) (void));

/* The events that were last asked for. */
short seam_polled (void);

/* Called at each SYNC with the flags, after they were written down. */
void seam_set_exporter (void (*sync) (guint64 flags));

#endif
