/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PLAYED_H
#define PLAYED_H

#include "gst-libs/allocators/gstzcallocator.h"
#include "gst-libs/allocators/gstzcmemory.h"

/*
 * Memory of an allocator that wraps, over played dma-bufs (seam.h). What fails
 * here fails the test.
 */
#define PLAYED_SIZE 8192

extern GstZcAllocator *played_allocator;

void played_set_up (void);
void played_tear_down (void);

/* Of a dma-buf without fences, so that each call that is seen has a reason.
 * Takes FD over. */
GstMemory *played_memory_of (int fd);

/* Of a new one of PLAYED_SIZE bytes. */
GstMemory *played_memory_new (void);

gpointer played_begin (GstMemory *memory, GstMapFlags access);

/* That this access fails so. */
void assert_refused (GstMemory *memory, GstMapFlags access, GstZcError code);

#endif
