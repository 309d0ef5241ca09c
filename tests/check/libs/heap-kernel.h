/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef HEAP_KERNEL_H
#define HEAP_KERNEL_H

#include "../helpers/runner.h"

#include "gst-libs/allocators/zerocopy.h"

#include <drm.h>
#include <drm_mode.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <linux/videodev2.h>
#include <sys/types.h>

/*
 * The kernel's side of all heaps, behind the seam of the library: a machine
 * with two dma-heaps, udmabuf, a card and a camera. It does what is asked,
 * remembers the steps, and fails where it is told to.
 *
 * A step is the name of the system call, of the ioctl's request, or "open" and
 * the path. Files are numbers that mean nothing to the real kernel, except that
 * memfds and mappings are real.
 */
struct kernel {
  /* what there is */
  const char *nodes[16];   /* paths, up to NULL */
  const char *links[4][2]; /* symbolic links and where they lead */
  mode_t mode;             /* of every node */
  gid_t gid;
  uid_t uid; /* ours */
  gid_t egid, group;
  const char *udmabuf_limit; /* of the module's parameter; NULL: no module */
  const char *shmem_huge;    /* what it says; NULL: no such file */
  guint64 dumb_cap, prime_cap;
  guint minor;      /* of every node, if it is of DRM */
  guint32 pitch;    /* 0: as it is */
  guint32 only_bpp; /* what dumb buffers may have; 0: anything */
  guint32 video_capabilities;
  guint32 video_planes, video_size; /* of the format */
  gboolean no_create_bufs;
  gsize dmabuf_size; /* 0: whole pages of what is asked for */

  /* what was asked for */
  GString *steps; /* "open /dev/x, IOCTL, ..." */
  guint memfd_flags;
  off_t memfd_size;
  int seals;
  int mmap_flags;
  struct dma_heap_allocation_data dma_heap;
  struct udmabuf_create udmabuf;
  struct drm_mode_create_dumb dumb;
  struct drm_prime_handle prime;
  struct v4l2_create_buffers create;
  struct v4l2_exportbuffer expbuf;
  guint32 video_type;
};

extern struct kernel kernel;

/* Installs it at the seam, as new. */
void kernel_set_up (void);

/* STEP fails from now on, each time, with ERROR; 0: no step does. */
void kernel_fail (const char *step, int error);

/* How often STEP was taken. */
guint kernel_count (const char *step);

/* How many descriptors are open that the library should close, dma-bufs that it
 * has handed out not counted; and how many dma-bufs there are at all. */
guint kernel_n_open (void);
guint kernel_n_dmabufs (void);

/* How many handles of dumb buffers exist, and video buffers. */
guint kernel_n_handles (void);
guint kernel_n_buffers (void);

/* How many anonymous mappings there are. */
guint kernel_n_mappings (void);

/* As the caller of an export does. */
void kernel_close_dmabuf (int fd);

#endif
