/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_MAPS_H__
#define __GST_ZEROCOPY_MAPS_H__

#include "gstzerocopyledger.h"

G_BEGIN_DECLS

/*
 * Sees when the CPU maps memory. GStreamer has no hook for that: the functions
 * of each GstAllocator that map and copy are replaced by ours, which count and
 * call them. Not seen are maps by other means: of the descriptor itself, or by
 * gst_zc_memory_begin_access(), and pointers that were kept.
 */

/* Looks at what ALLOCATOR does from now on, once. Any thread. */
void gst_zerocopy_maps_watch (GstAllocator *allocator);

/* ALLOCATOR is gone, or is about to. */
void gst_zerocopy_maps_forget (gpointer allocator);

/* Looks when the memory of BUFFER is free to be used anew, if it is a pool's.
 */
void gst_zerocopy_maps_watch_buffer (GstBuffer *buffer);

/* Every allocator gets its functions back. */
void gst_zerocopy_maps_stop (void);

G_END_DECLS

#endif /* __GST_ZEROCOPY_MAPS_H__ */
