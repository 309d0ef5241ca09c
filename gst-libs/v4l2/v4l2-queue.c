/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-queue.h"

#include "v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>

#define NS_PER_S 1000000000
#define NS_PER_US 1000

/* A v4l2_buffer together with the planes that it points to. */
struct kernel_buffer {
  struct v4l2_buffer buffer;
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
};

int
zc_v4l2_queue_init (struct zc_v4l2_queue *queue,
    const struct zc_v4l2_device *device, enum v4l2_buf_type type,
    const struct zc_v4l2_memory *memory, unsigned n_planes)
{
  *queue = (struct zc_v4l2_queue) {
    .device = device,
    .type = type,
    .memory = memory,
    .n_planes = n_planes < VIDEO_MAX_PLANES ? n_planes : VIDEO_MAX_PLANES,
    .timeout_ms = -1,
    .wake_fd = zc_v4l2_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK),
  };
  return queue->wake_fd < 0 ? -errno : 0;
}

void
zc_v4l2_queue_finish (struct zc_v4l2_queue *queue)
{
  if (queue->wake_fd >= 0)
    zc_v4l2_sys.close (queue->wake_fd);
  queue->wake_fd = -1;
}

/* --- indices ------------------------------------------------------------ */

static int
request_buffers (struct zc_v4l2_queue *queue, unsigned *count, __u32 flags)
{
  struct v4l2_requestbuffers request = {
    .count = *count,
    .type = queue->type,
    .memory = queue->memory->type,
    .flags = flags,
  };
  int ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_REQBUFS, &request);

  if (ret < 0)
    return ret;
  *count = request.count;
  queue->capabilities = request.capabilities;
  queue->flags = request.flags;
  return 0;
}

int
zc_v4l2_queue_alloc (struct zc_v4l2_queue *queue, unsigned *count, __u32 flags)
{
  return request_buffers (queue, count, flags);
}

int
zc_v4l2_queue_free (struct zc_v4l2_queue *queue)
{
  unsigned none = 0;

  return request_buffers (queue, &none, 0);
}

int
zc_v4l2_queue_create (struct zc_v4l2_queue *queue)
{
  struct v4l2_create_buffers create = {
    .count = 1,
    .memory = queue->memory->type,
    .format.type = queue->type,
    .flags = queue->flags,
  };
  int ret;

  /* libv4l2 does not know of more buffers than it was asked for at first */
  if (queue->device->emulated)
    return -ENOTTY;
  ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_G_FMT, &create.format);

  if (ret == 0)
    ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_CREATE_BUFS, &create);
  if (ret < 0)
    return ret;
  return create.count > 0 ? (int) create.index : -ENOBUFS;
}

/* Younger than the headers of many systems. */
#ifndef VIDIOC_REMOVE_BUFS
struct v4l2_remove_buffers {
  __u32 index;
  __u32 count;
  __u32 type;
  __u32 reserved[13];
};
#define VIDIOC_REMOVE_BUFS _IOWR ('V', 104, struct v4l2_remove_buffers)
#endif
#ifndef V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS
#define V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS (1 << 8)
#endif

bool
zc_v4l2_queue_can_remove (const struct zc_v4l2_queue *queue)
{
  return queue->capabilities & V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS;
}

int
zc_v4l2_queue_remove (struct zc_v4l2_queue *queue, unsigned index)
{
  struct v4l2_remove_buffers remove = {
    .index = index,
    .count = 1,
    .type = queue->type,
  };

  if (!zc_v4l2_queue_can_remove (queue))
    return -ENOTTY;
  return zc_v4l2_device_ioctl (queue->device, VIDIOC_REMOVE_BUFS, &remove);
}

/* --- buffers ------------------------------------------------------------ */

static void
kernel_buffer_init (
    struct kernel_buffer *kb, const struct zc_v4l2_queue *queue, unsigned index)
{
  kb->buffer = (struct v4l2_buffer) {
    .index = index,
    .type = queue->type,
    .memory = queue->memory->type,
  };
  if (V4L2_TYPE_IS_MULTIPLANAR (queue->type)) {
    for (unsigned i = 0; i < queue->n_planes; i++)
      kb->planes[i] = (struct v4l2_plane) { 0 };
    kb->buffer.m.planes = kb->planes;
    kb->buffer.length = queue->n_planes;
  }
}

static void
plane_to_kernel (struct v4l2_plane *to, const struct zc_v4l2_queue *queue,
    const struct zc_v4l2_plane *from)
{
  *to = (struct v4l2_plane) {
    .length = from->length,
    .bytesused = from->bytes_used,
    .data_offset = from->data_offset,
  };
  queue->memory->point (to, from);
}

static void
planes_to_kernel (struct kernel_buffer *kb, const struct zc_v4l2_queue *queue,
    const struct zc_v4l2_plane *planes)
{
  struct v4l2_plane single;

  if (V4L2_TYPE_IS_MULTIPLANAR (queue->type)) {
    for (unsigned i = 0; i < queue->n_planes; i++)
      plane_to_kernel (&kb->planes[i], queue, &planes[i]);
    return;
  }
  plane_to_kernel (&single, queue, &planes[0]);
  kb->buffer.length = single.length;
  kb->buffer.bytesused = single.bytesused;
  /* the same union of where memory can be, in both structures */
  memcpy (&kb->buffer.m, &single.m, sizeof (single.m));
}

/* The kernel makes one number of the two again, rounded down: so for negative
 * ones the fraction counts up from the second before. */
static void
stamp_to_kernel (struct v4l2_buffer *to, const struct zc_v4l2_stamp *from)
{
  int64_t second = from->timestamp_ns / NS_PER_S;
  int64_t rest = from->timestamp_ns % NS_PER_S;

  if (rest < 0) {
    second--;
    rest += NS_PER_S;
  }
  to->timestamp.tv_sec = second;
  to->timestamp.tv_usec = rest / NS_PER_US;
  to->field = from->field;
  to->flags = from->flags;
}

/* Wraps, where the second that is counted up from is below all numbers. */
static int64_t
time_from_kernel (const struct v4l2_buffer *from)
{
  return (int64_t) ((uint64_t) from->timestamp.tv_sec * NS_PER_S +
                    (uint64_t) from->timestamp.tv_usec * NS_PER_US);
}

static void
frame_from_kernel (struct zc_v4l2_frame *frame, const struct kernel_buffer *kb,
    unsigned n_planes)
{
  const struct v4l2_buffer *b = &kb->buffer;

  frame->index = b->index;
  frame->sequence = b->sequence;
  frame->flags = b->flags;
  frame->field = b->field;
  frame->timestamp_ns = time_from_kernel (b);
  if (!V4L2_TYPE_IS_MULTIPLANAR (b->type)) {
    frame->plane[0].bytes_used = b->bytesused;
    frame->plane[0].length = b->length;
    frame->plane[0].data_offset = 0;
    frame->plane[0].mem_offset = b->m.offset;
    return;
  }
  for (unsigned i = 0; i < n_planes; i++) {
    frame->plane[i].bytes_used = kb->planes[i].bytesused;
    frame->plane[i].length = kb->planes[i].length;
    frame->plane[i].data_offset = kb->planes[i].data_offset;
    frame->plane[i].mem_offset = kb->planes[i].m.mem_offset;
  }
}

int
zc_v4l2_queue_query (
    struct zc_v4l2_queue *queue, unsigned index, struct zc_v4l2_frame *frame)
{
  struct kernel_buffer kb;
  int ret;

  kernel_buffer_init (&kb, queue, index);
  ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_QUERYBUF, &kb.buffer);
  if (ret == 0)
    frame_from_kernel (frame, &kb, queue->n_planes);
  return ret;
}

int
zc_v4l2_queue_export (
    struct zc_v4l2_queue *queue, unsigned index, unsigned plane)
{
  struct v4l2_exportbuffer export = {
    .type = queue->type,
    .index = index,
    .plane = plane,
    .flags = O_RDWR | O_CLOEXEC,
  };
  int ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_EXPBUF, &export);

  return ret < 0 ? ret : export.fd;
}

int
zc_v4l2_queue_map (struct zc_v4l2_queue *queue,
    const struct zc_v4l2_frame *frame, unsigned plane, void **address)
{
  return zc_v4l2_device_map (queue->device, frame->plane[plane].length,
      frame->plane[plane].mem_offset, address);
}

static int
hand_over (struct zc_v4l2_queue *queue, unsigned long request, unsigned index,
    const struct zc_v4l2_plane *planes, const struct zc_v4l2_stamp *stamp)
{
  struct kernel_buffer kb;

  kernel_buffer_init (&kb, queue, index);
  if (planes)
    planes_to_kernel (&kb, queue, planes);
  if (stamp)
    stamp_to_kernel (&kb.buffer, stamp);
  return zc_v4l2_device_ioctl (queue->device, request, &kb.buffer);
}

int
zc_v4l2_queue_prepare (struct zc_v4l2_queue *queue, unsigned index,
    const struct zc_v4l2_plane *planes)
{
  return hand_over (queue, VIDIOC_PREPARE_BUF, index, planes, NULL);
}

int
zc_v4l2_queue_push (struct zc_v4l2_queue *queue, unsigned index,
    const struct zc_v4l2_plane *planes, const struct zc_v4l2_stamp *stamp)
{
  return hand_over (queue, VIDIOC_QBUF, index, planes, stamp);
}

int
zc_v4l2_queue_pull (struct zc_v4l2_queue *queue, struct zc_v4l2_frame *frame)
{
  struct kernel_buffer kb;
  int ret;

  kernel_buffer_init (&kb, queue, 0);
  ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_DQBUF, &kb.buffer);
  if (ret == 0)
    frame_from_kernel (frame, &kb, queue->n_planes);
  return ret;
}

/* Every plane is empty: a failed preparation put what was there. */
static bool
knows_nothing (
    const struct zc_v4l2_queue *queue, const struct zc_v4l2_frame *frame)
{
  for (unsigned i = 0; i < queue->n_planes; i++)
    if (frame->plane[i].length != 0)
      return false;
  return true;
}

/* vb2 puts all that an index has when it is offered no memory, and refuses
 * that. On a single-planar output queue of dma-bufs it would then count each
 * payload as too long (verify_length() of videobuf2-v4l2.c). */
int
zc_v4l2_queue_clear (struct zc_v4l2_queue *queue, unsigned index)
{
  struct zc_v4l2_plane nothing[VIDEO_MAX_PLANES];
  struct zc_v4l2_frame frame;
  int ret;

  if (queue->memory->type == V4L2_MEMORY_MMAP ||
      queue->type == V4L2_BUF_TYPE_VIDEO_OUTPUT)
    return -ENOTTY;
  for (unsigned i = 0; i < queue->n_planes; i++)
    nothing[i] = (struct zc_v4l2_plane) { .fd = -1 };
  ret = zc_v4l2_queue_prepare (queue, index, nothing);
  if (ret == -ENOTTY || ret == -ENODEV)
    return ret;
  ret = zc_v4l2_queue_query (queue, index, &frame);
  if (ret < 0)
    return ret;
  return knows_nothing (queue, &frame) ? 0 : -EBUSY;
}

/* --- waiting ------------------------------------------------------------ */

/* Of a device with two queues, events are for who waits for CAPTURE. */
static short
interest (const struct zc_v4l2_queue *queue, bool buffers)
{
  if (V4L2_TYPE_IS_OUTPUT (queue->type))
    return buffers ? POLLOUT : 0;
  return buffers ? POLLPRI | POLLIN : POLLPRI;
}

/* A device that is gone says that it has an event, too. POLLERR alone, while
 * nobody waits for buffers, only says that the driver has none. */
static int
seen_of_device (short revents, bool buffers)
{
  int seen = 0;

  if (revents & (POLLHUP | POLLNVAL))
    return ZC_V4L2_READY;
  if (revents & POLLPRI)
    seen |= ZC_V4L2_EVENT;
  if (buffers && revents & ~POLLPRI)
    seen |= ZC_V4L2_READY;
  return seen;
}

/* How long a driver is left alone that only says that it has no buffers. */
#define ERROR_PAUSE_MS 20

/* A driver without buffers is at POLLERR all the time, which poll() tells
 * whether one asks or not: the others are waited for without it. */
static int
wait_for_any (struct pollfd *fds, nfds_t count, bool buffers, int timeout_ms)
{
  int ret = zc_v4l2_poll (fds, count, timeout_ms);

  if (ret != 1 || buffers || fds[0].revents != POLLERR)
    return ret;
  fds[0].fd = -1;
  ret = zc_v4l2_poll (fds, count, ERROR_PAUSE_MS);
  return ret == 0 ? 1 : ret;
}

int
zc_v4l2_queue_wait (struct zc_v4l2_queue *queue, bool buffers, int fence)
{
  struct pollfd fds[3] = {
    { .fd = queue->device->fd, .events = interest (queue, buffers) },
    { .fd = queue->wake_fd, .events = POLLIN },
    { .fd = fence,
        .events = V4L2_TYPE_IS_OUTPUT (queue->type) ? POLLIN : POLLOUT },
  };
  int seen = 0, ret;

  ret = wait_for_any (fds, fence < 0 ? 2 : 3, buffers, queue->timeout_ms);
  if (ret < 0)
    return ret;
  if (atomic_load (&queue->cancelled))
    return -ECANCELED;
  if (ret == 0)
    return -ETIMEDOUT;
  if (fds[1].revents) {
    zc_v4l2_sys.eventfd_read (queue->wake_fd);
    seen |= ZC_V4L2_WOKEN;
  }
  return seen | seen_of_device (fds[0].revents, buffers);
}

void
zc_v4l2_queue_wake (struct zc_v4l2_queue *queue)
{
  zc_v4l2_sys.eventfd_write (queue->wake_fd, 1);
}

void
zc_v4l2_queue_cancel (struct zc_v4l2_queue *queue)
{
  atomic_store (&queue->cancelled, true);
  zc_v4l2_queue_wake (queue);
}

void
zc_v4l2_queue_resume (struct zc_v4l2_queue *queue)
{
  atomic_store (&queue->cancelled, false);
}

static int
stream (struct zc_v4l2_queue *queue, unsigned long request)
{
  int type = queue->type;

  return zc_v4l2_device_ioctl (queue->device, request, &type);
}

int
zc_v4l2_queue_start (struct zc_v4l2_queue *queue)
{
  return stream (queue, VIDIOC_STREAMON);
}

int
zc_v4l2_queue_stop (struct zc_v4l2_queue *queue)
{
  return stream (queue, VIDIOC_STREAMOFF);
}
