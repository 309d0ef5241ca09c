/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcudmabufheap.h"

#include "gstzcheap-private.h"
#include "gstzcmemfd-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <string.h>

#define PATH "/dev/udmabuf"
#define LIMIT_PATH "/sys/module/udmabuf/parameters/size_limit_mb"
#define DEFAULT_LIMIT_MB 64
#define HUGE_PATH "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

#define GST_CAT_DEFAULT gst_zc_heap_debug

#define GST_TYPE_ZC_UDMABUF_HEAP (gst_zc_udmabuf_heap_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcUdmabufHeap, gst_zc_udmabuf_heap, GST, ZC_UDMABUF_HEAP, GstZcHeap)

struct _GstZcUdmabufHeap {
  GstZcHeap parent;

  gint looked_for_huge_pages; /* atomic */
};

G_DEFINE_FINAL_TYPE (GstZcUdmabufHeap, gst_zc_udmabuf_heap, GST_TYPE_ZC_HEAP)

static const struct gst_zc_heap_node node = {
  .rule = "KERNEL==\"udmabuf\"",
  .missing = "load the module (modprobe udmabuf), or take a kernel with "
             "CONFIG_UDMABUF",
};

/* What the kernel says in the file, or nothing. TEXT is zeros. */
static void
read_text (const gchar *path, gchar *text, gsize size)
{
  gint fd = gst_zc_sys_open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (gst_zc_sys.read (fd, text, size - 1) < 0)
    *text = '\0';
  gst_zc_sys.close (fd);
}

static guint64
read_limit (void)
{
  gchar text[32] = "";
  guint64 mb;

  read_text (LIMIT_PATH, text, sizeof (text));
  mb = g_ascii_strtoull (text, NULL, 10);
  return MIN (mb ? mb : DEFAULT_LIMIT_MB, G_MAXINT) * 1024 * 1024;
}

/* Once a heap. Which pages it will be is the kernel's choice: all that can be
 * done is to say so. */
static void
warn_of_huge_pages (GstZcUdmabufHeap *self)
{
  gchar text[128] = "";

  if (!g_atomic_int_compare_and_exchange (
          &self->looked_for_huge_pages, FALSE, TRUE))
    return;
  read_text (HUGE_PATH, text, sizeof (text));
  if (strstr (text, "[always]") || strstr (text, "[within_size]") ||
      strstr (text, "[force]"))
    GST_WARNING_OBJECT (self,
        "memfds may have huge pages, of which Linux 6.12 shows importers wrong "
        "pixels: if it does, write `advise` to " HUGE_PATH
        ", or take another heap");
}

static const gchar *
cure_of (gint err)
{
  switch (err) {
    case ENOMEM:
      return "keep fewer or smaller buffers, or end other programs";
    case EINVAL:
      return "the kernel's limit may be lower now: raise size_limit_mb of the "
             "module udmabuf";
    case ENOTTY:
      return "the node is no udmabuf";
    default:
      return NULL;
  }
}

static gint
sealed_memfd (GstZcHeap *heap, gsize size, GError **error)
{
  const gchar *step;
  gint fd = gst_zc_memfd_new ("zerocopy-udmabuf", size, 0, &step);

  if (fd < 0)
    return gst_zc_heap_fail (heap, error, -fd, cure_of (-fd),
        "no pages for %" G_GSIZE_FORMAT " bytes (%s)", size, step);
  if (gst_zc_sys.fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0) {
    gst_zc_heap_fail (
        heap, error, errno, NULL, "cannot seal the memfd (F_ADD_SEALS)");
    gst_zc_sys.close (fd);
    return -1;
  }
  return fd;
}

static gint
wrap (GstZcHeap *heap, gint memfd, gsize size, GError **error)
{
  struct udmabuf_create create = {
    .memfd = memfd,
    .flags = UDMABUF_FLAGS_CLOEXEC,
    .size = size,
  };
  gint fd = gst_zc_heap_open (heap, &node, error);
  gint ret;

  if (fd < 0)
    return -1;
  ret = gst_zc_sys_ioctl (fd, UDMABUF_CREATE, &create);
  gst_zc_sys.close (fd);
  if (ret < 0)
    return gst_zc_heap_fail (heap, error, -ret, cure_of (-ret),
        "no dma-buf of %" G_GSIZE_FORMAT " bytes (UDMABUF_CREATE)", size);
  return ret;
}

static gint
gst_zc_udmabuf_heap_export (
    GstZcHeap *heap, gsize size, gsize *actual, GError **error)
{
  gsize rounded = gst_zc_heap_round_to_pages (size);
  gint memfd = sealed_memfd (heap, rounded, error);
  gint fd;

  if (memfd < 0)
    return -1;
  warn_of_huge_pages (GST_ZC_UDMABUF_HEAP (heap));
  fd = wrap (heap, memfd, rounded, error);
  gst_zc_sys.close (memfd); /* the dma-buf holds its pages */
  return fd < 0 ? -1 : gst_zc_heap_take (heap, fd, size, actual, error);
}

static gboolean
gst_zc_udmabuf_heap_check (GstZcHeap *heap, GError **error)
{
  return gst_zc_heap_check_node (heap, &node, error);
}

static void
gst_zc_udmabuf_heap_init (GstZcUdmabufHeap *self)
{
  gst_zc_heap_set_limit_cure (GST_ZC_HEAP (self),
      "raise the limit: udmabuf.size_limit_mb on the kernel's command line, "
      "or " LIMIT_PATH);
}

static void
gst_zc_udmabuf_heap_class_init (GstZcUdmabufHeapClass *klass)
{
  GstZcHeapClass *heap_class = GST_ZC_HEAP_CLASS (klass);

  heap_class->check = gst_zc_udmabuf_heap_check;
  heap_class->export_fd = gst_zc_udmabuf_heap_export;
}

GstZcHeap *
gst_zc_heap_new_udmabuf (void)
{
  return g_object_new (GST_TYPE_ZC_UDMABUF_HEAP, "name", "udmabuf", "path",
      PATH, "flags", GST_ZC_HEAP_CACHED | GST_ZC_HEAP_MAPPABLE, "max-size",
      read_limit (), NULL);
}
