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
  static const struct {
    GstZcHeapFlags flag;
    const gchar *name;
  } names[] = {
    { GST_ZC_HEAP_DMABUF, "dma-buf" },
    { GST_ZC_HEAP_CONTIGUOUS, "contiguous" },
    { GST_ZC_HEAP_CACHED, "cached" },
    { GST_ZC_HEAP_MAPPABLE, "mappable" },
    { GST_ZC_HEAP_SCANOUT, "scanout" },
    { GST_ZC_HEAP_BY_NAME_ONLY, "by name only" },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & names[i].flag)
      g_string_append_printf (
          text, "%s%s", text->len ? ", " : "", names[i].name);
  return g_string_free (text, FALSE);
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
