/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcallocator.h"

#include "gstzcmemory-private.h"
#include "gstzcmemory.h"
#include "gstzcsys.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (zc_allocator_debug);
#define GST_CAT_DEFAULT zc_allocator_debug

struct _GstZcAllocator {
  GstDmaBufAllocator parent;

  GstZcHeap *heap;
  GstClockTime timeout;
};

enum {
  PROP_0,
  PROP_HEAP,
  PROP_FENCE_TIMEOUT,
};

G_DEFINE_TYPE (GstZcAllocator, gst_zc_allocator, GST_TYPE_DMABUF_ALLOCATOR)

GType
gst_zc_wrap_flags_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_ZC_WRAP_NONE, "GST_ZC_WRAP_NONE", "none" },
    { GST_ZC_WRAP_DONT_CLOSE, "GST_ZC_WRAP_DONT_CLOSE", "dont-close" },
    { GST_ZC_WRAP_UNFENCED, "GST_ZC_WRAP_UNFENCED", "unfenced" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_flags_register_static ("GstZcWrapFlags", values));
  return type;
}

gboolean
gst_zc_is_memory (GstMemory *memory)
{
  return memory && GST_IS_ZC_ALLOCATOR (memory->allocator);
}

static G_GNUC_NO_INLINE gpointer
map_failed (GstMemory *memory, GError *error)
{
  GST_ERROR_OBJECT (memory->allocator, "%s", error->message);
  g_error_free (error);
  return NULL;
}

static gpointer
gst_zc_allocator_map (GstMemory *memory, GstMapInfo *info, gsize maxsize)
{
  GstClockTime timeout = ((GstZcAllocator *) memory->allocator)->timeout;
  GError *error = NULL;
  GstZcHandle *handle = gst_zc_handle_get (memory, &error);
  guint8 *data = NULL;

  (void) maxsize;
  if (G_LIKELY (handle))
    data = gst_zc_handle_begin (handle, info->flags, timeout, &error);
  info->user_data[0] = handle;
  info->user_data[1] = data;
  return G_LIKELY (data) ? data : map_failed (memory, error);
}

/* The memory may have been resized since it was mapped: any address in it is
 * what it was mapped to. */
static void
gst_zc_allocator_unmap (GstMemory *memory, GstMapInfo *info)
{
  GstZcHandle *handle = info->user_data[0];
  guint8 *data = info->user_data[1];

  if (G_UNLIKELY (!handle || info->data < data ||
                  info->data > data + memory->maxsize)) {
    handle = gst_zc_handle_get (memory, NULL);
    data = info->data - memory->offset;
  }
  g_return_if_fail (handle);
  gst_zc_handle_end (handle, data, info->flags);
}

/* Two parts of one memory, the second where the first ends. */
static gboolean
gst_zc_allocator_is_span (GstMemory *first, GstMemory *second, gsize *offset)
{
  if (!first->parent || first->parent != second->parent)
    return FALSE;
  if (offset)
    *offset = first->offset - first->parent->offset;
  return first->offset + first->size == second->offset;
}

/* Takes over DMABUF, and FD unless FLAGS say otherwise. */
static GstMemory *
memory_new (GstZcAllocator *self, gint fd, gsize size, GstZcDmabuf *dmabuf,
    GstZcWrapFlags flags, GstMemory *wrapped)
{
  GstMemory *memory = gst_fd_allocator_alloc (GST_ALLOCATOR (self), fd, size,
      flags & GST_ZC_WRAP_DONT_CLOSE ? GST_FD_MEMORY_FLAG_DONT_CLOSE
                                     : GST_FD_MEMORY_FLAG_NONE);

  gst_zc_handle_set (memory, fd, dmabuf, wrapped);
  return memory;
}

/* The dma-buf behind FD if SIZE bytes are in it. */
static GstZcDmabuf *
dmabuf_for (gint fd, gsize size, GstZcWrapFlags flags, GError **error)
{
  GstZcDmabuf *dmabuf = gst_zc_dmabuf_get (
      fd, !(flags & GST_ZC_WRAP_UNFENCED), error);

  if (!dmabuf || size <= gst_zc_dmabuf_get_size (dmabuf))
    return dmabuf;

  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
      "%" G_GSIZE_FORMAT
      " bytes are more than dma-buf fd %d has, %" G_GSIZE_FORMAT,
      size, fd, gst_zc_dmabuf_get_size (dmabuf));
  gst_zc_dmabuf_unref (dmabuf);
  return NULL;
}

GstMemory *
gst_zc_allocator_wrap_fd (GstZcAllocator *self, gint fd, gsize size,
    GstZcWrapFlags flags, GError **error)
{
  GstZcDmabuf *dmabuf;

  g_return_val_if_fail (GST_IS_ZC_ALLOCATOR (self), NULL);

  dmabuf = dmabuf_for (fd, size, flags, error);
  if (!dmabuf)
    return NULL;
  if (size == 0)
    size = gst_zc_dmabuf_get_size (dmabuf);
  return memory_new (self, fd, size, dmabuf, flags, NULL);
}

GstMemory *
gst_zc_allocator_wrap (GstZcAllocator *self, GstMemory *memory, GError **error)
{
  GstZcHandle *handle;
  GstMemory *wrapper;

  g_return_val_if_fail (GST_IS_ZC_ALLOCATOR (self), NULL);
  g_return_val_if_fail (memory, NULL);

  if (gst_zc_is_memory (memory))
    return gst_memory_ref (memory);
  handle = gst_zc_handle_get (memory, error);
  if (!handle)
    return NULL;

  wrapper = memory_new (self, handle->fd, memory->maxsize,
      gst_zc_dmabuf_ref (handle->dmabuf), GST_ZC_WRAP_DONT_CLOSE,
      gst_memory_ref (memory));
  gst_memory_resize (wrapper, memory->offset, memory->size);
  GST_MINI_OBJECT_FLAG_SET (
      wrapper, GST_MINI_OBJECT_FLAGS (memory) & GST_MEMORY_FLAG_READONLY);
  return wrapper;
}

static gboolean
needs_wrapping (GstMemory *memory)
{
  return gst_is_dmabuf_memory (memory) && !gst_zc_is_memory (memory);
}

static gboolean
wrap_memories (GstZcAllocator *self, GstBuffer *buffer, GError **error)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (!needs_wrapping (memory))
      continue;
    memory = gst_zc_allocator_wrap (self, memory, error);
    if (!memory)
      return FALSE;
    gst_buffer_replace_memory (buffer, i, memory);
  }
  return TRUE;
}

GstBuffer *
gst_zc_allocator_wrap_buffer (
    GstZcAllocator *self, GstBuffer *buffer, GError **error)
{
  gboolean needed = FALSE;
  GstBuffer *wrapper;

  g_return_val_if_fail (GST_IS_ZC_ALLOCATOR (self), NULL);
  g_return_val_if_fail (GST_IS_BUFFER (buffer), NULL);

  for (guint i = 0; i < gst_buffer_n_memory (buffer) && !needed; i++)
    needed = needs_wrapping (gst_buffer_peek_memory (buffer, i));
  if (!needed)
    return gst_buffer_ref (buffer);

  wrapper = gst_buffer_copy (buffer);
  gst_buffer_add_parent_buffer_meta (wrapper, buffer);
  if (!wrap_memories (self, wrapper, error))
    gst_clear_buffer (&wrapper);
  return wrapper;
}

GstMemory *
gst_zc_allocator_alloc (GstZcAllocator *self, gsize size, GError **error)
{
  GstZcDmabuf *dmabuf;
  GstMemory *memory;
  gint fd;

  g_return_val_if_fail (GST_IS_ZC_ALLOCATOR (self), NULL);

  if (!self->heap) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
        "this allocator wraps only: give it a heap to allocate from");
    return NULL;
  }
  if (!(gst_zc_heap_get_flags (self->heap) & GST_ZC_HEAP_DMABUF))
    return gst_zc_heap_alloc (self->heap, size, error);

  fd = gst_zc_heap_export (self->heap, size, NULL, error);
  if (fd < 0)
    return NULL;
  dmabuf = dmabuf_for (fd, size, GST_ZC_WRAP_UNFENCED, error);
  if (!dmabuf) {
    gst_zc_sys.close (fd);
    return NULL;
  }
  memory = memory_new (self, fd, gst_zc_dmabuf_get_size (dmabuf), dmabuf,
      GST_ZC_WRAP_NONE, NULL);
  gst_memory_resize (memory, 0, size);
  return memory;
}

/* What GST_MEMORY_FLAG_ZERO_* ask for; heaps need not give zeroes. */
static gboolean
clear_around (GstMemory *memory, const GstAllocationParams *params)
{
  GstMapInfo map;
  guint8 *start;

  if (!(params->flags &
          (GST_MEMORY_FLAG_ZERO_PREFIXED | GST_MEMORY_FLAG_ZERO_PADDED)))
    return TRUE;
  if (!gst_memory_map (memory, &map, GST_MAP_READWRITE))
    return FALSE;
  start = map.data - params->prefix;
  if (params->flags & GST_MEMORY_FLAG_ZERO_PREFIXED)
    memset (start, 0, params->prefix);
  if (params->flags & GST_MEMORY_FLAG_ZERO_PADDED)
    memset (map.data + map.size, 0, map.maxsize - map.size);
  gst_memory_unmap (memory, &map);
  return TRUE;
}

/* Mappings begin at a page, so that no alignment has to be made. */
static GstMemory *
gst_zc_allocator_allocate (
    GstAllocator *allocator, gsize size, GstAllocationParams *params)
{
  GstZcAllocator *self = GST_ZC_ALLOCATOR (allocator);
  GstMemory *memory = NULL;
  GError *error = NULL;
  gsize total;

  if (g_size_checked_add (&total, params->prefix, params->padding) &&
      g_size_checked_add (&total, total, size))
    memory = gst_zc_allocator_alloc (self, total, &error);
  else
    g_set_error (&error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
        "there is no memory of %" G_GSIZE_FORMAT " bytes and what goes around",
        size);
  if (!memory) {
    GST_ERROR_OBJECT (self, "%s", error->message);
    g_error_free (error);
    return NULL;
  }

  gst_memory_resize (memory, params->prefix, size);
  if (!clear_around (memory, params))
    g_clear_pointer (&memory, gst_memory_unref);
  return memory;
}

static void
gst_zc_allocator_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstZcAllocator *self = GST_ZC_ALLOCATOR (object);

  switch (id) {
    case PROP_HEAP:
      self->heap = g_value_dup_object (value);
      /* copies of its memory come from the heap as well */
      if (self->heap)
        GST_OBJECT_FLAG_UNSET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
      break;
    case PROP_FENCE_TIMEOUT:
      self->timeout = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_zc_allocator_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstZcAllocator *self = GST_ZC_ALLOCATOR (object);

  switch (id) {
    case PROP_HEAP:
      g_value_set_object (value, self->heap);
      break;
    case PROP_FENCE_TIMEOUT:
      g_value_set_uint64 (value, self->timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_zc_allocator_finalize (GObject *object)
{
  g_clear_object (&GST_ZC_ALLOCATOR (object)->heap);
  G_OBJECT_CLASS (gst_zc_allocator_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_HEAP,
      g_param_spec_object ("heap", "Heap",
          "Where memory is allocated; none: existing dma-bufs are wrapped only "
          "(default: none)",
          GST_TYPE_ZC_HEAP,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_FENCE_TIMEOUT,
      g_param_spec_uint64 ("fence-timeout", "Fence timeout",
          "How long mapping waits for devices that still use the memory, in "
          "nanoseconds (default: 5 s; the largest value: for ever)",
          0, G_MAXUINT64, GST_ZC_DEFAULT_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
gst_zc_allocator_class_init (GstZcAllocatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      zc_allocator_debug, "zcallocator", 0, "dma-buf memory");
  object_class->set_property = gst_zc_allocator_set_property;
  object_class->get_property = gst_zc_allocator_get_property;
  object_class->finalize = gst_zc_allocator_finalize;
  install_properties (object_class);
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_zc_allocator_allocate;
}

static void
gst_zc_allocator_init (GstZcAllocator *self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  allocator->mem_map_full = gst_zc_allocator_map;
  allocator->mem_unmap_full = gst_zc_allocator_unmap;
  allocator->mem_is_span = gst_zc_allocator_is_span;
}

GstAllocator *
gst_zc_allocator_new (GstZcHeap *heap)
{
  g_return_val_if_fail (!heap || GST_IS_ZC_HEAP (heap), NULL);

  return gst_object_ref_sink (
      g_object_new (GST_TYPE_ZC_ALLOCATOR, "heap", heap, NULL));
}

GstZcHeap *
gst_zc_allocator_get_heap (GstZcAllocator *self)
{
  g_return_val_if_fail (GST_IS_ZC_ALLOCATOR (self), NULL);

  return self->heap;
}
