/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_QUEUE_H
#define ZC_V4L2_QUEUE_H

#include "v4l2-device.h"
#include "v4l2-memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A vb2 queue of a device, for capture or output, with memory of any kind.
 * Ownership of an index is the kernel's from a successful zc_v4l2_queue_push()
 * until zc_v4l2_queue_pull() returns it or zc_v4l2_queue_stop() does for all
 * (drivers/media/common/videobuf2/videobuf2-core.c); who has it then is the
 * caller's to know. Indices may have holes.
 *
 * The kernel keeps what is behind an index (dma-bufs attached, pages pinned)
 * over pull and stop, until other memory is pushed there, that fails, or the
 * index is given up by zc_v4l2_queue_remove() or zc_v4l2_queue_free().
 *
 * push, pull, wait, wake and cancel may be called from different threads at
 * once.
 */
struct zc_v4l2_queue {
  const struct zc_v4l2_device *device;
  enum v4l2_buf_type type;
  const struct zc_v4l2_memory *memory;
  unsigned n_planes; /* memory planes of each buffer */
  int wake_fd;
  atomic_int timeout_ms; /* of a wait; -1, for ever, unless it is set */
  atomic_bool cancelled;
  __u32 capabilities; /* V4L2_BUF_CAP_*, known from the first allocation */
  __u32 flags;        /* V4L2_MEMORY_FLAG_* that the driver granted */
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
    __u32 mem_offset;  /* where zc_v4l2_queue_map() finds it */
  } plane[VIDEO_MAX_PLANES];
};

/*
 * What goes with a frame into an output queue. A memory-to-memory device copies
 * the timestamp to what it makes of the frame (V4L2_BUF_FLAG_TIMESTAMP_COPY of
 * a frame from the queue), without looking at it: any number may stand there.
 * What comes back is the multiple of 1000 at or below it: the kernel has
 * microseconds. So exactly the multiples of 1000 survive, negative ones too:
 * all of int64_t where the kernel's time_t has 64 bits, those within 2^31
 * seconds of 0 where it has 32. GST_CLOCK_TIME_NONE (-1) comes back as -1000.
 * An output device without the copy, such as a television modulator, ignores
 * it.
 */
struct zc_v4l2_stamp {
  int64_t timestamp_ns;
  __u32 field; /* V4L2_FIELD_*; V4L2_FIELD_ANY (0) is what the format says */
  __u32 flags; /* of V4L2_BUF_FLAG_KEYFRAME, _PFRAME and _BFRAME; or 0 */
};

/* What zc_v4l2_queue_wait() saw. */
#define ZC_V4L2_READY 1 /* a buffer can be taken, or trying tells the error */
#define ZC_V4L2_EVENT 2 /* VIDIOC_DQEVENT has something */
#define ZC_V4L2_WOKEN 4 /* zc_v4l2_queue_wake() was called */

/* DEVICE must outlive the queue. TYPE is one of its types, MEMORY where the
 * buffers lie, N_PLANES how many memory planes the format has. */
int zc_v4l2_queue_init (struct zc_v4l2_queue *queue,
    const struct zc_v4l2_device *device, enum v4l2_buf_type type,
    const struct zc_v4l2_memory *memory, unsigned n_planes);
void zc_v4l2_queue_finish (struct zc_v4l2_queue *queue);

/*
 * Allocates indices 0 to *COUNT - 1 for the format that is set; the driver may
 * give more or less: *COUNT says. What was there before is given up. FLAGS are
 * V4L2_MEMORY_FLAG_* that are wanted; queue->flags tells what was granted.
 * Returns 0, -EBUSY if another file handle streams, -ENOMEM, or -EINVAL if the
 * driver does not do memory of this kind.
 */
int zc_v4l2_queue_alloc (
    struct zc_v4l2_queue *queue, unsigned *count, __u32 flags);

/*
 * Adds one buffer of the format that is set, while streaming too. Returns its
 * index, -ENOTTY if the driver cannot, -ENOBUFS if there is none left.
 */
int zc_v4l2_queue_create (struct zc_v4l2_queue *queue);

/*
 * Gives one index up that is not the kernel's now, while streaming too.
 * Returns 0, -ENOTTY if the driver cannot (kernels before 6.10, and some
 * drivers), -EBUSY if the kernel has it.
 */
int zc_v4l2_queue_remove (struct zc_v4l2_queue *queue, unsigned index);

/* Whether zc_v4l2_queue_remove() can be. */
bool zc_v4l2_queue_can_remove (const struct zc_v4l2_queue *queue);

/*
 * Makes the kernel let go of the memory of others behind an index that is not
 * the kernel's now, while streaming too, and keeps the index. For kernels
 * without zc_v4l2_queue_remove(). Returns 0 if nothing is behind the index any
 * more, -EBUSY if something still may be, -ENOTTY where it cannot be done.
 */
int zc_v4l2_queue_clear (struct zc_v4l2_queue *queue, unsigned index);

/* Gives all buffers up. Memory that was exported or mapped lives on there. */
int zc_v4l2_queue_free (struct zc_v4l2_queue *queue);

/* Fills FRAME with what is known of a buffer: lengths and clock flags. */
int zc_v4l2_queue_query (
    struct zc_v4l2_queue *queue, unsigned index, struct zc_v4l2_frame *frame);

/*
 * A new dma-buf for a memory plane of V4L2_MEMORY_MMAP, readable and writable;
 * the caller owns the descriptor. Each call makes another dma-buf for the same
 * memory, which importers cannot know: call it once. Returns the descriptor,
 * or -errno.
 */
int zc_v4l2_queue_export (
    struct zc_v4l2_queue *queue, unsigned index, unsigned plane);

/*
 * Maps a memory plane of V4L2_MEMORY_MMAP, as FRAME of zc_v4l2_queue_query()
 * tells it. It lives until zc_v4l2_device_unmap(), whatever becomes of the
 * queue. Returns 0 or -errno.
 */
int zc_v4l2_queue_map (struct zc_v4l2_queue *queue,
    const struct zc_v4l2_frame *frame, unsigned plane, void **address);

/*
 * Pins or attaches memory ahead of the first push. The next push at this index
 * takes that memory, whatever it is told (vb2: planes of a prepared buffer are
 * not looked at again). PLANES as of push. Returns 0 or -errno.
 */
int zc_v4l2_queue_prepare (struct zc_v4l2_queue *queue, unsigned index,
    const struct zc_v4l2_plane *planes);

/*
 * Hands a buffer to the driver. PLANES has n_planes elements; it may be NULL
 * for V4L2_MEMORY_MMAP on a capture queue. STAMP is for an output queue; NULL
 * is one of zeros. A single-planar queue has no words for bytes before the
 * payload: data_offset is not told there. Returns 0; the buffer is still the
 * caller's otherwise: -EINVAL for memory that is too short or no dma-buf, a
 * payload that is longer than its memory or ends before it begins, or a field
 * that the driver does not do; -EFAULT for memory that the device cannot reach
 * (not contiguous, not mappable), -EBADR if the device takes buffers with
 * requests alone (zc_v4l2_m2m_query() tells), -EIO after a fatal error, -ENODEV
 * if the device is gone.
 */
int zc_v4l2_queue_push (struct zc_v4l2_queue *queue, unsigned index,
    const struct zc_v4l2_plane *planes, const struct zc_v4l2_stamp *stamp);

/*
 * Takes a buffer that the driver is done with. Returns 0, -EAGAIN if there is
 * none yet, -EIO after a fatal streaming error, -EPIPE after the last buffer
 * of a codec (V4L2_BUF_FLAG_LAST, often without a payload) until it goes on
 * (v4l2-codec.h), -ENODEV if the device is gone, -EINVAL if it does not stream.
 * V4L2_BUF_FLAG_ERROR is of this one frame: its contents cannot be relied on;
 * the buffer can. An encoder gives it to a frame that found too little room in
 * the buffer for coded bytes.
 */
int zc_v4l2_queue_pull (
    struct zc_v4l2_queue *queue, struct zc_v4l2_frame *frame);

/*
 * Waits for events, for a call of zc_v4l2_queue_wake(), for buffers if BUFFERS
 * (there must be some at the driver, or it returns at once), and for FENCE, a
 * dma-buf that others still use, if it is not -1: until nobody writes there,
 * and for a capture queue until nobody reads either. Returns a sum of
 * ZC_V4L2_*, which is 0 if only the fence is over; or -ECANCELED from
 * zc_v4l2_queue_cancel() until zc_v4l2_queue_resume().
 */
int zc_v4l2_queue_wait (struct zc_v4l2_queue *queue, bool buffers, int fence);

void zc_v4l2_queue_wake (struct zc_v4l2_queue *queue);
void zc_v4l2_queue_cancel (struct zc_v4l2_queue *queue);
void zc_v4l2_queue_resume (struct zc_v4l2_queue *queue);

/*
 * Starts the stream. Returns 0, -EINVAL without buffers, or, of a codec,
 * without the other queue's format; -EPIPE if other nodes have to be set up
 * first, -ENOSPC if the bus has no bandwidth left, -EBUSY if the hardware has
 * no instance left, -ENOMEM.
 */
int zc_v4l2_queue_start (struct zc_v4l2_queue *queue);

/* Ends it, and makes all buffers the caller's, done or not: nothing is pulled
 * any more. Without a stream does nothing. */
int zc_v4l2_queue_stop (struct zc_v4l2_queue *queue);

#endif
