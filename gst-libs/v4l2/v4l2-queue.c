/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-queue.h"

#include "v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>

/* A v4l2_buffer together with the planes that it points to. */
struct kernel_buffer {
  struct v4l2_buffer buffer;
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
};

int
zc_v4l2_queue_init (
    struct zc_v4l2_queue *queue, const struct zc_v4l2_device *device)
{
  *queue = (struct zc_v4l2_queue) {
    .device = device,
    .cancel_fd = zc_v4l2_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK),
  };
  return queue->cancel_fd < 0 ? -errno : 0;
}

void
zc_v4l2_queue_finish (struct zc_v4l2_queue *queue)
{
  if (queue->cancel_fd >= 0)
    zc_v4l2_sys.close (queue->cancel_fd);
  queue->cancel_fd = -1;
}

static int
request_buffers (struct zc_v4l2_queue *queue, unsigned count)
{
  struct v4l2_requestbuffers request = {
    .count = count,
    .type = queue->device->capture_type,
    .memory = V4L2_MEMORY_MMAP,
  };
  int ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_REQBUFS, &request);

  if (ret == 0)
    queue->n_buffers = request.count;
  return ret;
}

int
zc_v4l2_queue_alloc (
    struct zc_v4l2_queue *queue, unsigned count, unsigned n_planes)
{
  queue->n_planes = n_planes;
  return request_buffers (queue, count);
}

int
zc_v4l2_queue_free (struct zc_v4l2_queue *queue)
{
  return request_buffers (queue, 0);
}

static void
kernel_buffer_init (
    struct kernel_buffer *kb, const struct zc_v4l2_queue *queue, unsigned index)
{
  *kb = (struct kernel_buffer){
    .buffer = {
      .index = index,
      .type = queue->device->capture_type,
      .memory = V4L2_MEMORY_MMAP,
    },
  };
  if (V4L2_TYPE_IS_MULTIPLANAR (kb->buffer.type)) {
    kb->buffer.m.planes = kb->planes;
    kb->buffer.length = queue->n_planes;
  }
}

static void
frame_from_kernel (struct zc_v4l2_frame *frame, const struct kernel_buffer *kb,
    unsigned n_planes)
{
  const struct v4l2_buffer *b = &kb->buffer;

  *frame = (struct zc_v4l2_frame) {
    .index = b->index,
    .sequence = b->sequence,
    .flags = b->flags,
    .field = b->field,
    .timestamp_ns = (int64_t) b->timestamp.tv_sec * 1000000000 +
                    (int64_t) b->timestamp.tv_usec * 1000,
  };
  if (!V4L2_TYPE_IS_MULTIPLANAR (b->type)) {
    frame->plane[0].bytes_used = b->bytesused;
    frame->plane[0].length = b->length;
    return;
  }
  for (unsigned i = 0; i < n_planes; i++) {
    frame->plane[i].bytes_used = kb->planes[i].bytesused;
    frame->plane[i].length = kb->planes[i].length;
    frame->plane[i].data_offset = kb->planes[i].data_offset;
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
    .type = queue->device->capture_type,
    .index = index,
    .plane = plane,
    .flags = O_RDWR | O_CLOEXEC,
  };
  int ret = zc_v4l2_device_ioctl (queue->device, VIDIOC_EXPBUF, &export);

  return ret < 0 ? ret : export.fd;
}

int
zc_v4l2_queue_push (struct zc_v4l2_queue *queue, unsigned index)
{
  struct kernel_buffer kb;

  kernel_buffer_init (&kb, queue, index);
  return zc_v4l2_device_ioctl (queue->device, VIDIOC_QBUF, &kb.buffer);
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

int
zc_v4l2_queue_wait (struct zc_v4l2_queue *queue)
{
  struct pollfd fds[2] = {
    { .fd = queue->device->fd, .events = POLLIN },
    { .fd = queue->cancel_fd, .events = POLLIN },
  };
  int ret = zc_v4l2_poll (fds, 2, -1);

  if (ret < 0)
    return ret;
  return fds[1].revents ? -ECANCELED : 0;
}

void
zc_v4l2_queue_cancel (struct zc_v4l2_queue *queue)
{
  zc_v4l2_sys.eventfd_write (queue->cancel_fd, 1);
}

void
zc_v4l2_queue_resume (struct zc_v4l2_queue *queue)
{
  zc_v4l2_sys.eventfd_read (queue->cancel_fd);
}

static int
stream (struct zc_v4l2_queue *queue, unsigned long request)
{
  int type = queue->device->capture_type;

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
