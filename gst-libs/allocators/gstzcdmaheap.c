/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcdmaheap.h"

#include "gstzcheap-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTORY "/dev/dma_heap/"
#define RULE "SUBSYSTEM==\"dma_heap\""

#define GST_TYPE_ZC_DMA_HEAP (gst_zc_dma_heap_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcDmaHeap, gst_zc_dma_heap, GST, ZC_DMA_HEAP, GstZcHeap)

struct _GstZcDmaHeap {
  GstZcHeap parent;
};

G_DEFINE_FINAL_TYPE (GstZcDmaHeap, gst_zc_dma_heap, GST_TYPE_ZC_HEAP)

static const struct gst_zc_heap_node scattered_node = {
  .rule = RULE,
  .missing = "it takes a kernel with CONFIG_DMABUF_HEAPS_SYSTEM; heaps have "
             "other names on other kernels: see " DIRECTORY,
};

static const struct gst_zc_heap_node other_node = {
  .rule = RULE,
  .missing = "heaps have other names on other kernels: see " DIRECTORY,
};

static const struct gst_zc_heap_node contiguous_node = {
  .rule = RULE,
  .missing = "it takes a kernel with CONFIG_DMABUF_HEAPS_CMA that is booted "
             "with cma=64M or more; heaps have other names on other kernels: "
             "see " DIRECTORY,
};

/* All that match apply, in this order. */
static const struct {
  const gchar *pattern;
  GstZcHeapFlags is, is_not;
} names[] = {
  { "*cma*", GST_ZC_HEAP_CONTIGUOUS, 0 },
  { "*contiguous*", GST_ZC_HEAP_CONTIGUOUS, 0 },
  { "reserved*", GST_ZC_HEAP_CONTIGUOUS, 0 },
  { "default-pool*", GST_ZC_HEAP_CONTIGUOUS, 0 },
  { "*system*", 0, GST_ZC_HEAP_CONTIGUOUS },
  { "incoherent", GST_ZC_HEAP_CONTIGUOUS | GST_ZC_HEAP_BY_NAME_ONLY, 0 },
  { "*uncached*", 0, GST_ZC_HEAP_CACHED },
  { "*protected*", GST_ZC_HEAP_BY_NAME_ONLY,
      GST_ZC_HEAP_CACHED | GST_ZC_HEAP_MAPPABLE },
  { "*restricted*", GST_ZC_HEAP_BY_NAME_ONLY,
      GST_ZC_HEAP_CACHED | GST_ZC_HEAP_MAPPABLE },
  { "*secure*", GST_ZC_HEAP_BY_NAME_ONLY,
      GST_ZC_HEAP_CACHED | GST_ZC_HEAP_MAPPABLE },
};

static GstZcHeapFlags
flags_of (const gchar *name)
{
  GstZcHeapFlags flags = GST_ZC_HEAP_CACHED | GST_ZC_HEAP_MAPPABLE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_pattern_match_simple (names[i].pattern, name))
      flags = (flags | names[i].is) & ~names[i].is_not;
  return flags;
}

static gboolean
is_contiguous (GstZcHeap *heap)
{
  return gst_zc_heap_get_flags (heap) & GST_ZC_HEAP_CONTIGUOUS;
}

static const struct gst_zc_heap_node *
node_of (GstZcHeap *heap)
{
  if (is_contiguous (heap))
    return &contiguous_node;
  return strstr (gst_zc_heap_get_name (heap), "system") ? &scattered_node
                                                        : &other_node;
}

static const gchar *
cure_of (GstZcHeap *heap, gint err)
{
  switch (err) {
    case ENOMEM:
      return is_contiguous (heap)
                 ? "boot with more contiguous memory, like cma=256M on the "
                   "kernel's command line, or keep fewer or smaller buffers"
                 : "keep fewer or smaller buffers, or end other programs";
    case ENOTTY:
      return "the node is no dma-heap";
    default:
      return NULL;
  }
}

static gboolean
gst_zc_dma_heap_check (GstZcHeap *heap, GError **error)
{
  return gst_zc_heap_check_node (heap, node_of (heap), error);
}

static gint
gst_zc_dma_heap_export (
    GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  struct dma_heap_allocation_data data = {
    .len = size,
    .fd_flags = O_RDWR | O_CLOEXEC, /* the default cannot be written to */
  };
  gint fd = gst_zc_heap_open (heap, node_of (heap), error);
  gint ret;

  if (fd < 0)
    return -1;
  ret = gst_zc_sys_ioctl (fd, DMA_HEAP_IOCTL_ALLOC, &data);
  gst_zc_sys.close (fd);
  if (ret < 0)
    return gst_zc_heap_fail (heap, error, -ret, cure_of (heap, -ret),
        "no dma-buf of %" G_GSIZE_FORMAT " bytes (DMA_HEAP_IOCTL_ALLOC)", size);
  return gst_zc_heap_take (heap, data.fd, size, actual, error);
}

static void
gst_zc_dma_heap_init (GstZcDmaHeap *self)
{
  (void) self;
}

static void
gst_zc_dma_heap_class_init (GstZcDmaHeapClass *klass)
{
  GstZcHeapClass *heap_class = GST_ZC_HEAP_CLASS (klass);

  heap_class->check = gst_zc_dma_heap_check;
  heap_class->export_fd = gst_zc_dma_heap_export;
}

GstZcHeap *
gst_zc_heap_new_dma_heap (const gchar *name)
{
  g_autofree gchar *path = NULL, *kernel_name = NULL;
  char *target;

  g_return_val_if_fail (name != NULL && *name != '\0', NULL);
  g_return_val_if_fail (strchr (name, '/') == NULL, NULL);

  path = g_strconcat (DIRECTORY, name, NULL);
  target = gst_zc_sys.realpath (path, NULL);
  kernel_name = g_path_get_basename (target ? target : path);
  free (target);
  return g_object_new (GST_TYPE_ZC_DMA_HEAP, "name", name, "path", path,
      "flags", flags_of (kernel_name), NULL);
}
