/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_HEAP_H
#define PROBE_HEAP_H

#include <glib.h>

G_BEGIN_DECLS

/* A heap of this machine, as gst_zc_heap_list() has it. */
typedef struct {
  gchar *name;
  gchar *path;     /* NULL: it needs none */
  gchar *flags;    /* "dmabuf+cached" */
  guint64 maximum; /* bytes of one allocation */
  gchar *trouble;  /* why it cannot be used, and the cure; or NULL */
} ProbeHeap;

/* Of ProbeHeap; g_ptr_array_unref(). */
GPtrArray *probe_heap_list (void);

G_END_DECLS

#endif
