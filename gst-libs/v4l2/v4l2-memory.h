/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_MEMORY_H
#define ZC_V4L2_MEMORY_H

#include <linux/videodev2.h>

/* A memory plane of a buffer as it is handed to the kernel. */
struct zc_v4l2_plane {
  int fd;            /* of a dma-buf, for V4L2_MEMORY_DMABUF */
  void *address;     /* for V4L2_MEMORY_USERPTR */
  __u32 length;      /* bytes of memory; the same each time for one memory */
  __u32 bytes_used;  /* of an output queue: the payload, data_offset included */
  __u32 data_offset; /* of an output queue: bytes before the payload */
};

/*
 * Whose memory the buffers of a queue are, and how the kernel is told
 * (Documentation/userspace-api/media/v4l/{mmap,dmabuf,userp}.rst).
 */
struct zc_v4l2_memory {
  __u32 type; /* V4L2_MEMORY_* */
  void (*point) (struct v4l2_plane *to, const struct zc_v4l2_plane *from);
};

extern const struct zc_v4l2_memory zc_v4l2_memory_mmap;
extern const struct zc_v4l2_memory zc_v4l2_memory_dmabuf;
extern const struct zc_v4l2_memory zc_v4l2_memory_userptr;

#endif
