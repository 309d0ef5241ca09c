/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef V4L2_VB2_H
#define V4L2_VB2_H

#include "gst-libs/v4l2/gstzcv4l2slots.h"

#include <stdbool.h>

/*
 * Memory of others in slots over a played kernel: a vb2 that keeps what is
 * behind an index until other memory comes, a push fails, or the index goes;
 * and that knows user memory by its address. Pull gives what was pushed first,
 * at once.
 */
#define VB2_SIZE 8192
#define VB2_SLOTS 16
#define VB2_PLANES 2

/* What the kernel has behind an index. */
struct vb2_index {
  bool exists, queued;
  guint64 known[VB2_PLANES]; /* inode or address; 0 for nothing */
  guint attached;            /* how often that was made anew */
};

/* Set before vb2_set_up(), or later by the test. */
extern struct vb2 {
  struct vb2_index index[VB2_SLOTS];
  guint limit;        /* how many CREATE_BUFS allows */
  guint n_given;      /* by REQBUFS; 0 for as many as asked for */
  bool cannot_remove; /* an old kernel */
  bool cannot_prepare;
  unsigned long failing; /* this request ... */
  int error;             /* ... fails so, without being looked at */
  guint refuses;         /* so many pushes fail as vb2 does in the driver */
  guint fifo[VB2_SLOTS], n_fifo;
  struct v4l2_plane told[VB2_PLANES]; /* by the last QBUF */
  struct v4l2_buffer told_buffer;     /* the same; what goes with the frame */
  guint n_removed, n_reqbufs_0, n_calls;
  __u32 data_offset[VB2_PLANES];
  __u32 bytes_used;
  void (*called) (unsigned long what); /* before it is served, unlocked */
} vb2;

/* The slots under test, of what vb2_set_up() made. */
extern GstZcV4l2Slots *vb2_slots;
extern struct zc_v4l2_device vb2_device;
extern GstAllocator *vb2_allocator;

/* The ways that take memory of others. */
extern const GstZcV4l2Way *const vb2_ways[2];

/* A played dma-buf (seam.h). */
GstMemory *vb2_dmabuf_new (gsize size);

/* Another memory of the same dma-buf. */
GstMemory *vb2_another_of (GstMemory *memory);

/* Pages as memory, at an address or anywhere. */
GstMemory *vb2_user_new_at (gpointer at);

/* Of the kind that the way takes. */
GstMemory *vb2_memory_new (void);

/* Takes MEMORY over. */
GstBuffer *vb2_buffer_of (GstMemory *memory);

/* As many memories as planes. */
GstBuffer *vb2_buffer_new (void);

/* COUNT slots at first, at most LIMIT; BYTES for a format without pictures. */
void vb2_set_up_full (const GstZcV4l2Way *w, enum v4l2_buf_type type,
    guint planes, guint count, guint limit, gboolean bytes);

/* Of a single-planar capture queue. */
void vb2_set_up (const GstZcV4l2Way *w, guint count, guint limit);

/* Ends the slots; the kernel is as new. */
void vb2_tear_down (void);

int vb2_try_push (GstBuffer *buffer, const gchar **reason);

/* Returns the index that it got. */
guint vb2_push (GstBuffer *buffer);

GstBuffer *vb2_pull (void);

/* To the driver and back; the index. */
guint vb2_cycle (GstBuffer *buffer);

/* How often memory was attached or pinned, by the indices that there are. */
guint vb2_count_attached (void);

guint vb2_count_slots (void);

/* Pages at an address, or anywhere; the test unmaps them, SIZE bytes. */
guint8 *vb2_pages (gpointer at);

#endif
