/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef V4L2_CAMERA_H
#define V4L2_CAMERA_H

#include "gst-libs/v4l2/gstzcv4l2slots.h"

#include <stdbool.h>

#define CAMERA_N_BUFFERS 4
#define CAMERA_MAX_BUFFERS 8
#define CAMERA_MAX_PLANES 2
#define CAMERA_LUMA 4096
#define CAMERA_CHROMA 2048

/* A driver of the multi-planar API that fills buffers when the test says so.
 * Its memory are played dma-bufs, its descriptor an eventfd. */
extern struct camera {
  unsigned long failing; /* this request ... */
  int error;             /* ... fails so */
  bool queued[CAMERA_MAX_BUFFERS];
  guint n_given; /* by REQBUFS instead of what is asked for */
  guint limit;   /* up to which CREATE_BUFS makes more */
  bool repeats;  /* CREATE_BUFS gives an index that there is */
  guint n_removed;
  guint n_queued, n_calls;
  bool streaming;
  guint n_allocated;
  guint next;  /* index that DQBUF gives */
  __u32 flags; /* of the next frame */
  bool lies;   /* DQBUF gives this index instead */
  guint lie;
  __u32 data_offset[CAMERA_MAX_PLANES];
} camera;

extern struct zc_v4l2_device camera_device;
extern GstZcV4l2Slots *camera_slots;

/* Kept over the next start. */
extern struct camera_wish {
  const GstZcV4l2Way *way;
  guint given, limit, max;
  bool cannot_remove; /* an old kernel */
} camera_wish;

/* FAILING is the request that fails with EINVAL, or 0. */
int camera_try_start (guint planes, unsigned long failing, const gchar **step);

/* Streams, of buffers of so many memory planes. */
void camera_set_up (guint planes);

/* Nothing is wished for any more. */
void camera_tear_down (void);

/* BROKEN becomes whether the frame is. */
int camera_pull (GstBuffer **buffer, guint *broken);

/* A good one. */
GstBuffer *camera_pull_one (void);

#endif
