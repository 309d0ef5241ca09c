/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef HEAP_H
#define HEAP_H

#include "gst-libs/allocators/gstzcheap.h"

/*
 * Heaps of played dma-bufs (seam.h), called "played". Their memory is not
 * zeros.
 */
#define HEAP_POISON 0xdb

/* It gives bytes. */
GstZcHeap *heap_new (void);

/* Its driver lays pictures out, each line at a multiple of 256 bytes. */
GstZcHeap *heap_new_of_pictures (void);

/* That multiple becomes PITCH. */
void heap_set_pitch (guint pitch);

/* How many allocations there are left, for all of them. */
void heap_set_left (guint n);

#endif
