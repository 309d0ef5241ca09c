/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopymaps.h"

#include "gstzerocopythread.h"

#include "gst-libs/allocators/gstzcallocator.h"

#include <gst/allocators/allocators.h>

GST_DEBUG_CATEGORY_EXTERN (gst_zerocopy_debug);
#define GST_CAT_DEFAULT gst_zerocopy_debug

/* Flags of GstMapFlags from this bit on say that a device maps the memory
 * (GST_MAP_GL, GST_MAP_CUDA, GST_MAP_VULKAN); the one before is libgstvideo's,
 * GST_VIDEO_FRAME_MAP_FLAG_NO_REF. */
#define DEVICE_BIT 17

/* The functions of one kind of allocator. */
typedef struct {
  GstMemoryMapFunction map;
  GstMemoryMapFullFunction map_full;
  GstMemoryCopyFunction copy;
} Functions;

/* What they are replaced by can tell only by itself which they were: one set
 * for each kind. Few kinds are in one process. */
#define MAX_KINDS 32

static Functions kinds[MAX_KINDS];
static guint n_kinds;

/* GstAllocator -> Functions. Guarded by its lock, as are the kinds that are
 * not in use yet. */
static GHashTable *watched;
static GMutex lock;

/* GStreamer's own dma-bufs are synced at each map and each unmap; the library
 * counts for itself. */
static gboolean
is_synced_by_others (const GstMemory *memory)
{
  return GST_IS_DMABUF_ALLOCATOR (memory->allocator) &&
         !GST_IS_ZC_ALLOCATOR (memory->allocator);
}

static void
see (GstMemory *memory, GstMapFlags flags)
{
  GstZerocopyElement *element = gst_zerocopy_thread_get_element ();

  if (!gst_zerocopy_ledger_is_active () || gst_zerocopy_thread_is_muted ())
    return;
  if (is_synced_by_others (memory))
    gst_zerocopy_ledger_sync (element, 2);
  if (flags >> DEVICE_BIT == 0)
    gst_zerocopy_ledger_map (element, memory, flags);
}

/* What an allocator maps to map is not counted again. */
static gpointer
map (const Functions *kind, GstMemory *memory, gsize size, GstMapFlags flags)
{
  gpointer data;

  gst_zerocopy_thread_mute ();
  data = kind->map (memory, size, flags);
  gst_zerocopy_thread_unmute ();
  if (data)
    see (memory, flags);
  return data;
}

static gpointer
map_full (
    const Functions *kind, GstMemory *memory, GstMapInfo *info, gsize size)
{
  gpointer data;

  gst_zerocopy_thread_mute ();
  data = kind->map_full (memory, info, size);
  gst_zerocopy_thread_unmute ();
  if (data)
    see (memory, info->flags);
  return data;
}

static GstMemory *
copy (const Functions *kind, GstMemory *memory, gssize offset, gssize size)
{
  GstMemory *made;

  gst_zerocopy_thread_mute ();
  made = kind->copy (memory, offset, size);
  gst_zerocopy_thread_unmute ();
  if (made) {
    see (memory, GST_MAP_READ);
    see (made, GST_MAP_WRITE);
  }
  return made;
}

#define KIND(n)                                                              \
  static gpointer map_##n (GstMemory *memory, gsize size, GstMapFlags flags) \
  {                                                                          \
    return map (&kinds[n], memory, size, flags);                             \
  }                                                                          \
  static gpointer map_full_##n (                                             \
      GstMemory *memory, GstMapInfo *info, gsize size)                       \
  {                                                                          \
    return map_full (&kinds[n], memory, info, size);                         \
  }                                                                          \
  static GstMemory *copy_##n (GstMemory *memory, gssize offset, gssize size) \
  {                                                                          \
    return copy (&kinds[n], memory, offset, size);                           \
  }

#define KINDS_OF_8(m, n) \
  m (n##0) m (n##1) m (n##2) m (n##3) m (n##4) m (n##5) m (n##6) m (n##7)

/* Octal. */
KINDS_OF_8 (KIND, 0)
KINDS_OF_8 (KIND, 01)
KINDS_OF_8 (KIND, 02)
KINDS_OF_8 (KIND, 03)

#define OURS(n) { map_##n, map_full_##n, copy_##n },

static const Functions ours[MAX_KINDS] = { KINDS_OF_8 (OURS, 0)
      KINDS_OF_8 (OURS, 01) KINDS_OF_8 (OURS, 02) KINDS_OF_8 (OURS, 03) };

static gboolean
is_ours (const GstAllocator *allocator)
{
  for (guint i = 0; i < MAX_KINDS; i++)
    if (allocator->mem_map == ours[i].map ||
        allocator->mem_map_full == ours[i].map_full)
      return TRUE;
  return FALSE;
}

static int
kind_of (const GstAllocator *allocator)
{
  Functions functions = { allocator->mem_map, allocator->mem_map_full,
    allocator->mem_copy };

  for (guint i = 0; i < n_kinds; i++)
    if (memcmp (&kinds[i], &functions, sizeof (functions)) == 0)
      return (int) i;
  if (n_kinds == MAX_KINDS)
    return -1;
  kinds[n_kinds] = functions;
  return (int) n_kinds++;
}

static void
replace (GstAllocator *allocator, const Functions *by)
{
  if (allocator->mem_map)
    allocator->mem_map = by->map;
  if (allocator->mem_map_full)
    allocator->mem_map_full = by->map_full;
  if (allocator->mem_copy)
    allocator->mem_copy = by->copy;
}

void
gst_zerocopy_maps_watch (GstAllocator *allocator)
{
  int kind;

  if (!allocator->mem_map && !allocator->mem_map_full)
    return;
  g_mutex_lock (&lock);
  if (!watched)
    watched = g_hash_table_new (NULL, NULL);
  if (gst_zerocopy_ledger_is_active () && !is_ours (allocator)) {
    kind = kind_of (allocator);
    if (kind >= 0) {
      g_hash_table_insert (watched, allocator, &kinds[kind]);
      replace (allocator, &ours[kind]);
    } else {
      GST_WARNING ("what %s maps is not seen: there are more than %d kinds of "
                   "allocators",
          G_OBJECT_TYPE_NAME (allocator), MAX_KINDS);
    }
  }
  g_mutex_unlock (&lock);
}

void
gst_zerocopy_maps_forget (gpointer allocator)
{
  g_mutex_lock (&lock);
  if (watched)
    g_hash_table_remove (watched, allocator);
  g_mutex_unlock (&lock);
}

void
gst_zerocopy_maps_stop (void)
{
  GHashTableIter iter;
  gpointer allocator, functions;

  g_mutex_lock (&lock);
  if (watched) {
    g_hash_table_iter_init (&iter, watched);
    while (g_hash_table_iter_next (&iter, &allocator, &functions))
      replace (allocator, functions);
    g_hash_table_remove_all (watched);
  }
  g_mutex_unlock (&lock);
}

/* How GStreamer disposes of buffers; known once one was seen. Atomic. */
static GstMiniObjectDisposeFunction real_dispose;

static gboolean
dispose (GstMiniObject *object)
{
  GstBuffer *buffer = GST_BUFFER_CAST (object);
  GstMiniObjectDisposeFunction real = g_atomic_pointer_get (&real_dispose);

  if (gst_zerocopy_ledger_is_active ())
    for (guint i = 0; i < gst_buffer_n_memory (buffer); i++)
      gst_zerocopy_ledger_release (gst_buffer_peek_memory (buffer, i));
  return real (object);
}

void
gst_zerocopy_maps_watch_buffer (GstBuffer *buffer)
{
  GstMiniObjectDisposeFunction theirs = buffer->mini_object.dispose;

  if (!buffer->pool || theirs == dispose || !theirs)
    return;
  if (g_atomic_pointer_get (&real_dispose) != theirs &&
      !g_atomic_pointer_compare_and_exchange (&real_dispose, NULL, theirs))
    return;
  buffer->mini_object.dispose = dispose;
}
