/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-memory.h"

static void
point_nowhere (struct v4l2_plane *to, const struct zc_v4l2_plane *from)
{
  (void) to;
  (void) from;
}

static void
point_dmabuf (struct v4l2_plane *to, const struct zc_v4l2_plane *from)
{
  to->m.fd = from->fd;
}

static void
point_user (struct v4l2_plane *to, const struct zc_v4l2_plane *from)
{
  to->m.userptr = (unsigned long) from->address;
}

/* The driver's own: the index says it all. */
const struct zc_v4l2_memory zc_v4l2_memory_mmap = {
  .type = V4L2_MEMORY_MMAP,
  .point = point_nowhere,
};

const struct zc_v4l2_memory zc_v4l2_memory_dmabuf = {
  .type = V4L2_MEMORY_DMABUF,
  .point = point_dmabuf,
};

const struct zc_v4l2_memory zc_v4l2_memory_userptr = {
  .type = V4L2_MEMORY_USERPTR,
  .point = point_user,
};
