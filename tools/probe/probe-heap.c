/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-heap.h"

#include "gst-libs/allocators/gstzcheaplist.h"

static void
heap_free (gpointer data)
{
  ProbeHeap *heap = data;

  g_free (heap->name);
  g_free (heap->path);
  g_free (heap->flags);
  g_free (heap->trouble);
  g_free (heap);
}

static gchar *
name_flags (GstZcHeapFlags flags)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_ZC_HEAP_FLAGS);
  g_value_set_flags (&value, flags);
  return gst_value_serialize (&value);
}

static ProbeHeap *
heap_new (GstZcHeap *heap)
{
  ProbeHeap *self = g_new0 (ProbeHeap, 1);
  g_autoptr (GError) error = NULL;

  self->name = g_strdup (gst_zc_heap_get_name (heap));
  self->path = g_strdup (gst_zc_heap_get_path (heap));
  self->flags = name_flags (gst_zc_heap_get_flags (heap));
  self->maximum = gst_zc_heap_get_max_size (heap);
  if (!gst_zc_heap_check (heap, &error))
    self->trouble = g_strdup (error->message);
  return self;
}

GPtrArray *
probe_heap_list (void)
{
  GPtrArray *heaps = g_ptr_array_new_with_free_func (heap_free);
  GList *list = gst_zc_heap_list ();

  for (GList *l = list; l; l = l->next)
    g_ptr_array_add (heaps, heap_new (l->data));
  g_list_free_full (list, g_object_unref);
  return heaps;
}
