/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcuserheap.h"

#include "gstzcheap-private.h"
#include "gstzcmemfd-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <sys/mman.h>

#define GST_CAT_DEFAULT gst_zc_heap_debug

/* What most machines call huge. The size is named, because a mapping's length
 * must be a multiple of it. */
#define HUGE_SIZE ((gsize) 2 << 20)
#define HUGE_SHIFT 21
#define MAP_HUGE (MAP_HUGETLB | HUGE_SHIFT << 26)  /* MAP_HUGE_SHIFT */
#define MFD_HUGE (MFD_HUGETLB | HUGE_SHIFT << 26U) /* MFD_HUGE_SHIFT */

#define NO_MEMORY "keep fewer or smaller buffers, or end other programs"

#define GST_TYPE_ZC_USER_HEAP (gst_zc_user_heap_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcUserHeap, gst_zc_user_heap, GST, ZC_USER_HEAP, GstZcHeap)

struct _GstZcUserHeap {
  GstZcHeap parent;

  gboolean huge;
  GstAllocator *fd_allocator; /* NULL: anonymous */
};

G_DEFINE_FINAL_TYPE (GstZcUserHeap, gst_zc_user_heap, GST_TYPE_ZC_HEAP)

GType
gst_zc_user_memory_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_ZC_USER_MEMORY_ANONYMOUS, "GST_ZC_USER_MEMORY_ANONYMOUS",
        "anonymous" },
    { GST_ZC_USER_MEMORY_MEMFD, "GST_ZC_USER_MEMORY_MEMFD", "memfd" },
    { GST_ZC_USER_MEMORY_HUGEPAGES, "GST_ZC_USER_MEMORY_HUGEPAGES",
        "hugepages" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_flags_register_static ("GstZcUserMemory", values));
  return type;
}

static gsize
round_up (GstZcUserHeap *self, gsize size)
{
  if (self->huge)
    return (size + HUGE_SIZE - 1) / HUGE_SIZE * HUGE_SIZE;
  return gst_zc_heap_round_to_pages (size);
}

/* Second best: the kernel puts huge pages together when it can. */
static void
ask_for_huge_pages (GstZcUserHeap *self, gpointer data, gsize size)
{
  if (gst_zc_sys.madvise (data, size, MADV_HUGEPAGE) == 0)
    GST_INFO_OBJECT (self,
        "no hugetlb pages for %" G_GSIZE_FORMAT
        " bytes (sysctl vm.nr_hugepages); transparent ones are asked for",
        size);
  else
    GST_WARNING_OBJECT (self,
        "no huge pages for %" G_GSIZE_FORMAT
        " bytes, neither hugetlb (sysctl vm.nr_hugepages) nor transparent "
        "(%s): they are ordinary ones",
        size, g_strerror (errno));
}

/* --- anonymous ---------------------------------------------------------- */

struct mapping {
  gpointer data;
  gsize size;
};

static void
mapping_free (gpointer user_data)
{
  struct mapping *mapping = user_data;

  gst_zc_sys.munmap (mapping->data, mapping->size);
  g_free (mapping);
}

static gpointer
map_pages (gsize size, gint flags)
{
  return gst_zc_sys.mmap (NULL, size, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static gpointer
map_anonymous (GstZcUserHeap *self, gsize size)
{
  gpointer data = self->huge ? map_pages (size, MAP_HUGE) : MAP_FAILED;

  if (data != MAP_FAILED)
    return data;
  data = map_pages (size, 0);
  if (data != MAP_FAILED && self->huge)
    ask_for_huge_pages (self, data, size);
  return data;
}

static GstMemory *
alloc_anonymous (GstZcUserHeap *self, gsize size, GError **error)
{
  gsize rounded = round_up (self, size);
  gpointer data = map_anonymous (self, rounded);
  struct mapping *mapping;

  if (data == MAP_FAILED) {
    gst_zc_heap_fail (GST_ZC_HEAP (self), error, errno,
        errno == ENOMEM ? NO_MEMORY : NULL,
        "no pages for %" G_GSIZE_FORMAT " bytes (mmap)", rounded);
    return NULL;
  }
  mapping = g_new (struct mapping, 1);
  *mapping = (struct mapping) { data, rounded };
  return gst_memory_new_wrapped (
      0, data, rounded, 0, size, mapping, mapping_free);
}

/* --- memfd -------------------------------------------------------------- */

/* Whether it can be mapped: that of huge pages takes them from the pool, which
 * has had no say so far. The file keeps them. Returns 0 or -errno. */
static gint
try_to_map (gint fd, gsize size)
{
  gpointer data = gst_zc_sys.mmap (
      NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  if (data == MAP_FAILED)
    return -errno;
  gst_zc_sys.munmap (data, size);
  return 0;
}

/* A memfd that can be mapped, or -errno; *STEP is the call that failed. */
static gint
make_memfd (gsize size, guint flags, const gchar **step)
{
  gint fd = gst_zc_memfd_new ("zerocopy-user", size, flags, step);
  gint ret;

  if (fd < 0)
    return fd;
  ret = try_to_map (fd, size);
  if (ret == 0)
    return fd;
  *step = "mmap";
  gst_zc_sys.close (fd);
  return ret;
}

/* Mapped once for all: later maps find it as it is, in either direction, and
 * what a driver is given as USERPTR stays where it is. */
static gboolean
map_for_life (GstZcUserHeap *self, GstMemory *memory, gboolean want_huge)
{
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_READWRITE))
    return FALSE;
  if (want_huge)
    ask_for_huge_pages (self, map.data, map.maxsize);
  gst_memory_unmap (memory, &map);
  return TRUE;
}

static GstMemory *
alloc_memfd (GstZcUserHeap *self, gsize size, GError **error)
{
  gsize rounded = round_up (self, size);
  const gchar *step;
  gint huge = self->huge ? make_memfd (rounded, MFD_HUGE, &step) : -1;
  gint fd = huge >= 0 ? huge : make_memfd (rounded, 0, &step);
  GstMemory *memory;

  if (fd < 0) {
    gst_zc_heap_fail (GST_ZC_HEAP (self), error, -fd,
        fd == -ENOMEM ? NO_MEMORY : NULL,
        "no pages for %" G_GSIZE_FORMAT " bytes (%s)", rounded, step);
    return NULL;
  }
  memory = gst_fd_allocator_alloc (
      self->fd_allocator, fd, rounded, GST_FD_MEMORY_FLAG_KEEP_MAPPED);
  if (map_for_life (self, memory, self->huge && huge < 0)) {
    gst_memory_resize (memory, 0, size);
    return memory;
  }
  gst_memory_unref (memory);
  gst_zc_heap_refuse (GST_ZC_HEAP (self), error, GST_ZC_ERROR_NO_MEMORY,
      NO_MEMORY, "a memfd of %" G_GSIZE_FORMAT " bytes cannot be mapped",
      rounded);
  return NULL;
}

static GstMemory *
gst_zc_user_heap_alloc (GstZcHeap *heap, gsize size, GError **error)
{
  GstZcUserHeap *self = GST_ZC_USER_HEAP (heap);

  return self->fd_allocator ? alloc_memfd (self, size, error)
                            : alloc_anonymous (self, size, error);
}

/* --- the object --------------------------------------------------------- */

static void
gst_zc_user_heap_finalize (GObject *object)
{
  gst_clear_object (&GST_ZC_USER_HEAP (object)->fd_allocator);
  G_OBJECT_CLASS (gst_zc_user_heap_parent_class)->finalize (object);
}

static void
gst_zc_user_heap_init (GstZcUserHeap *self)
{
  (void) self;
}

static void
gst_zc_user_heap_class_init (GstZcUserHeapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_zc_user_heap_finalize;
  GST_ZC_HEAP_CLASS (klass)->alloc = gst_zc_user_heap_alloc;
}

GstZcHeap *
gst_zc_heap_new_user (GstZcUserMemory memory)
{
  GstZcUserHeap *self = g_object_new (GST_TYPE_ZC_USER_HEAP, "name", "user",
      "flags", GST_ZC_HEAP_CACHED | GST_ZC_HEAP_MAPPABLE, NULL);

  self->huge = memory & GST_ZC_USER_MEMORY_HUGEPAGES ? TRUE : FALSE;
  if (memory & GST_ZC_USER_MEMORY_MEMFD)
    self->fd_allocator = gst_fd_allocator_new ();
  return GST_ZC_HEAP (self);
}
