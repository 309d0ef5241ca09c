/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcheaplist.h"

#include "gstzcdmaheap.h"
#include "gstzcheap-private.h"
#include "gstzcsys.h"
#include "gstzcudmabufheap.h"
#include "gstzcuserheap.h"

#include <stdlib.h>
#include <string.h>

/* A symbolic link is another name of a heap that is listed by its own. */
static gboolean
is_link (const gchar *path)
{
  char *target = gst_zc_sys.realpath (path, NULL);
  gboolean is = target && strcmp (target, path) != 0;

  free (target);
  return is;
}

static GstZcHeap *
dma_heap (const gchar *path)
{
  g_autofree gchar *name = g_path_get_basename (path);

  return is_link (path) ? NULL : gst_zc_heap_new_dma_heap (name);
}

static GstZcHeap *
udmabuf (const gchar *path)
{
  (void) path;
  return gst_zc_heap_new_udmabuf ();
}

/* Where nodes are, and what makes a heap of one, or NULL if it is none. */
static const struct {
  const gchar *pattern;
  GstZcHeap *(*make) (const gchar *path);
} places[] = {
  { "/dev/dma_heap/*", dma_heap },
  { "/dev/udmabuf", udmabuf },
  { "/dev/dri/card[0-9]*", gst_zc_heap_new_closed_dumb },
};

static GList *
prepend_all (
    GList *list, const gchar *pattern, GstZcHeap *(*make) (const gchar *path))
{
  glob_t found = { 0 };

  if (gst_zc_sys.glob (pattern, 0, NULL, &found) == 0) {
    for (gsize i = 0; i < found.gl_pathc; i++) {
      GstZcHeap *heap = make (found.gl_pathv[i]);

      if (heap)
        list = g_list_prepend (list, heap);
    }
  }
  globfree (&found);
  return list;
}

GList *
gst_zc_heap_list (void)
{
  GList *list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    list = prepend_all (list, places[i].pattern, places[i].make);
  list = g_list_prepend (
      list, gst_zc_heap_new_user (GST_ZC_USER_MEMORY_ANONYMOUS));
  return g_list_reverse (list);
}
