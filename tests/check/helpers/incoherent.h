/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INCOHERENT_H
#define INCOHERENT_H

#include "runner.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The lab's heap whose dma-bufs behave as on a machine without cache coherency
 * (tests/lab/kernel/incoherent_heap.c has the rules): who forgets a
 * DMA_BUF_IOCTL_SYNC sees other bytes than the device, and is counted. Where
 * there is no such heap, all these end the test as runner_skip() does.
 */

/* What memory is filled with that nobody has written to. */
#define INCOHERENT_CPU_POISON 0xC5    /* in what mmap() gives */
#define INCOHERENT_DEVICE_POISON 0xDB /* in what devices see */

/* The cache's unit: what is written back is whole lines. */
#define INCOHERENT_LINE 64

struct incoherent_counters {
  /* Faults of users. */
  int unbracketed;     /* pages touched while no bracket was open */
  int wrong_direction; /* pages written in READ brackets */
  int bad_end;         /* ENDs whose direction had no START */
  int lost;            /* dirty lines that a START with READ threw away */
  int stray;           /* dirty lines of no WRITE bracket, not written back */
  int open_at_release; /* buffers freed with a bracket open */
  /* No faults. */
  int begins;
  int ends;
  int evicted; /* lines that chaos wrote back early */
  /* What there is now, whatever was reset. */
  int alive;
  int bytes;
};

/* A new dma-buf of SIZE bytes, rounded up to pages: its file descriptor. */
int incoherent_alloc (size_t size);

void incoherent_get (struct incoherent_counters *counters);

/* Sets all counters to 0 but the last two. */
void incoherent_reset (void);

/* On at boot: accesses that no bracket allows are counted. Takes effect with
 * the next bracket. */
void incoherent_set_strict (bool on);

/* Off at boot: dirty lines are written back early, now and then. */
void incoherent_set_chaos (bool on);

/* Whether there was no fault since the last reset. */
bool incoherent_is_clean (void);

/* The counters as text, valid until the next call. */
const char *incoherent_describe (void);

#define assert_incoherent_clean() \
  fail_unless (incoherent_is_clean (), "%s", incoherent_describe ())

#endif
