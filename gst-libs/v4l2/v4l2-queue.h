/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_QUEUE_H
#define ZC_V4L2_QUEUE_H

#include "v4l2-device.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The vb2 queue of a capture device, with buffers that the driver allocates
 * (V4L2_MEMORY_MMAP). Ownership of an index is the kernel's from a successful
 * zc_v4l2_queue_push() until zc_v4l2_queue_pull() returns it or
 * zc_v4l2_queue_stop() does for all (drivers/media/common/videobuf2/
 * videobuf2-core.c); who has it then is the caller's to know.
 *
 * push, pull, wait and cancel may be called from different threads at once.
 */
struct zc_v4l2_queue {
  const struct zc_v4l2_device *device;
  int cancel_fd;
  unsigned n_buffers;
  unsigned n_planes; /* memory planes of each buffer */
};

/* What the kernel says of one buffer. */
struct zc_v4l2_frame {
  unsigned index;
  __u32 sequence;
  __u32 flags; /* V4L2_BUF_FLAG_* */
  __u32 field;
  int64_t timestamp_ns;
  struct {
    __u32 bytes_used;
    __u32 length;
    __u32 data_offset; /* bytes before the picture */
  } plane[VIDEO_MAX_PLANES];
};

/* DEVICE must outlive the queue. */
int zc_v4l2_queue_init (
    struct zc_v4l2_queue *queue, const struct zc_v4l2_device *device);
void zc_v4l2_queue_finish (struct zc_v4l2_queue *queue);

/*
 * Allocates COUNT buffers of N_PLANES memory planes for the format that is
 * set; the driver may give more or less: n_buffers says. Returns 0, -EBUSY if
 * another file handle streams, -ENOMEM, -EINVAL.
 */
int zc_v4l2_queue_alloc (
    struct zc_v4l2_queue *queue, unsigned count, unsigned n_planes);

/* Gives all buffers up. Memory that was exported lives on with its dma-buf. */
int zc_v4l2_queue_free (struct zc_v4l2_queue *queue);

/* Fills FRAME with what is known of a buffer: lengths and clock flags. */
int zc_v4l2_queue_query (
    struct zc_v4l2_queue *queue, unsigned index, struct zc_v4l2_frame *frame);

/*
 * A new dma-buf for a memory plane, readable and writable; the caller owns the
 * descriptor. Each call makes another dma-buf for the same memory, which
 * importers cannot know: call it once. Returns the descriptor, or -errno.
 */
int zc_v4l2_queue_export (
    struct zc_v4l2_queue *queue, unsigned index, unsigned plane);

int zc_v4l2_queue_push (struct zc_v4l2_queue *queue, unsigned index);

/*
 * Takes a filled buffer. Returns 0, -EAGAIN if there is none yet, -EIO after a
 * fatal streaming error, -ENODEV if the device is gone, -EINVAL if it does not
 * stream.
 */
int zc_v4l2_queue_pull (
    struct zc_v4l2_queue *queue, struct zc_v4l2_frame *frame);

/*
 * Waits until a buffer can be taken. Returns 0 (take it, or learn the error
 * by trying), or -ECANCELED from zc_v4l2_queue_cancel() until
 * zc_v4l2_queue_resume().
 */
int zc_v4l2_queue_wait (struct zc_v4l2_queue *queue);
void zc_v4l2_queue_cancel (struct zc_v4l2_queue *queue);
void zc_v4l2_queue_resume (struct zc_v4l2_queue *queue);

int zc_v4l2_queue_start (struct zc_v4l2_queue *queue);
int zc_v4l2_queue_stop (struct zc_v4l2_queue *queue);

#endif
