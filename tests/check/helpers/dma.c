/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dma.h"

#include "devices.h"
#include "runner.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define WIDTH 64
#define HEIGHT 64
#define FOURCC V4L2_PIX_FMT_RGB565 /* DMA_SIZE bytes */

#define INPUT V4L2_BUF_TYPE_VIDEO_OUTPUT
#define OUTPUT V4L2_BUF_TYPE_VIDEO_CAPTURE

static void
do_ioctl (int device, unsigned long request, void *argument)
{
  fail_unless (ioctl (device, request, argument) == 0,
      "ioctl %#lx of vim2m: %m", request);
}

static int
open_vim2m (void)
{
  char path[64];
  int device;

  if (!devices_find_node ("vim2m", V4L2_CAP_VIDEO_M2M, path, sizeof (path)))
    runner_skip ("there is no vim2m");
  device = open (path, O_RDWR | O_CLOEXEC);
  fail_unless (device >= 0, "%s: %m", path);
  return device;
}

static void
set_up_queue (int device, enum v4l2_buf_type type, enum v4l2_memory memory)
{
  struct v4l2_format format = {
    .type = type,
    .fmt.pix = { .width = WIDTH, .height = HEIGHT, .pixelformat = FOURCC },
  };
  struct v4l2_requestbuffers request = {
    .count = 1,
    .type = type,
    .memory = memory,
  };

  do_ioctl (device, VIDIOC_S_FMT, &format);
  fail_unless_equals_int (format.fmt.pix.sizeimage, DMA_SIZE);
  do_ioctl (device, VIDIOC_REQBUFS, &request);
}

/* The bytes of the buffer of an MMAP queue. */
static unsigned char *
map_own (int device, enum v4l2_buf_type type)
{
  struct v4l2_buffer b = { .type = type, .memory = V4L2_MEMORY_MMAP };
  void *bytes;

  do_ioctl (device, VIDIOC_QUERYBUF, &b);
  bytes = mmap (
      NULL, DMA_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, device, b.m.offset);
  fail_unless (bytes != MAP_FAILED, "mmap of vim2m: %m");
  return bytes;
}

/* FD: of the dma-buf to import, or negative. */
static void
start_queue (int device, enum v4l2_buf_type type, int fd)
{
  struct v4l2_buffer b = {
    .type = type,
    .memory = fd < 0 ? V4L2_MEMORY_MMAP : V4L2_MEMORY_DMABUF,
    .bytesused = DMA_SIZE,
  };

  if (fd >= 0)
    b.m.fd = fd;
  do_ioctl (device, VIDIOC_QBUF, &b);
  do_ioctl (device, VIDIOC_STREAMON, &type);
}

static void
run (int device, int input, int output)
{
  struct pollfd done = { .fd = device, .events = POLLIN };

  start_queue (device, INPUT, input);
  start_queue (device, OUTPUT, output);
  fail_unless_equals_int (poll (&done, 1, 10000), 1);
}

void
dma_read (int fd, unsigned char bytes[DMA_SIZE])
{
  int device = open_vim2m ();
  unsigned char *own;

  set_up_queue (device, INPUT, V4L2_MEMORY_DMABUF);
  set_up_queue (device, OUTPUT, V4L2_MEMORY_MMAP);
  own = map_own (device, OUTPUT);
  run (device, fd, -1);
  memcpy (bytes, own, DMA_SIZE);
  munmap (own, DMA_SIZE);
  close (device);
}

void
dma_write (int fd, const unsigned char bytes[DMA_SIZE])
{
  int device = open_vim2m ();
  unsigned char *own;

  set_up_queue (device, INPUT, V4L2_MEMORY_MMAP);
  set_up_queue (device, OUTPUT, V4L2_MEMORY_DMABUF);
  own = map_own (device, INPUT);
  memcpy (own, bytes, DMA_SIZE);
  munmap (own, DMA_SIZE);
  run (device, -1, fd);
  close (device);
}

void
dma_fill (int fd, unsigned char byte)
{
  unsigned char bytes[DMA_SIZE];

  memset (bytes, byte, sizeof (bytes));
  dma_write (fd, bytes);
}
