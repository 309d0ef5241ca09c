/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * map ALLOCATOR MANNER CYCLES: maps and unmaps a dma-buf that often, for
 * something else to count what it costs. ALLOCATOR is zerocopy or upstream
 * (GstDmaBufAllocator with KEEP_MAPPED), MANNER is alone or nested.
 */

#include "gst-libs/allocators/zerocopy.h"

#include <fcntl.h>
#include <linux/udmabuf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (64 << 10)

static int
dmabuf_new (void)
{
  struct udmabuf_create create = { .flags = UDMABUF_FLAGS_CLOEXEC,
    .size = SIZE };
  int device = open ("/dev/udmabuf", O_RDWR | O_CLOEXEC);
  int fd;

  create.memfd = memfd_create ("map", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  if (device < 0 || ftruncate (create.memfd, SIZE) < 0 ||
      fcntl (create.memfd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)
    g_error ("no udmabuf: %s", g_strerror (errno));
  fd = ioctl (device, UDMABUF_CREATE, &create);
  if (fd < 0)
    g_error ("no dma-buf: %s", g_strerror (errno));
  close (device);
  close (create.memfd);
  return fd;
}

static GstMemory *
memory_new (const char *allocator)
{
  GstMemory *memory;
  GstAllocator *made;

  if (strcmp (allocator, "zerocopy") == 0) {
    made = gst_zc_allocator_new (NULL);
    memory = gst_zc_allocator_wrap_fd (GST_ZC_ALLOCATOR (made), dmabuf_new (),
        SIZE, GST_ZC_WRAP_UNFENCED, NULL);
  } else {
    made = gst_dmabuf_allocator_new ();
    memory = gst_dmabuf_allocator_alloc_with_flags (
        made, dmabuf_new (), SIZE, GST_FD_MEMORY_FLAG_KEEP_MAPPED);
  }
  gst_object_unref (made);
  return memory;
}

static void
map_once (GstMemory *memory)
{
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    g_error ("cannot map");
  gst_memory_unmap (memory, &map);
}

int
main (int argc, char **argv)
{
  GstMemory *memory;
  GstMapInfo outer;
  gboolean nested;

  gst_init (NULL, NULL);
  if (argc != 4)
    g_error ("usage: map zerocopy|upstream alone|nested CYCLES");
  memory = memory_new (argv[1]);
  nested = strcmp (argv[2], "nested") == 0;

  if (nested && !gst_memory_map (memory, &outer, GST_MAP_READ))
    g_error ("cannot map");
  for (int i = atoi (argv[3]); i > 0; i--)
    map_once (memory);
  if (nested)
    gst_memory_unmap (memory, &outer);
  gst_memory_unref (memory);
  return 0;
}
