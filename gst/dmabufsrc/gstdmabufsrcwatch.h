/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_WATCH_H__
#define __GST_DMABUF_SRC_WATCH_H__

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstDmabufSrcWatch:
 *
 * Watches with udev which video nodes come and go, in a thread of its own.
 */
typedef struct _GstDmabufSrcWatch GstDmabufSrcWatch;

/* Called by the thread, one at a time, with the path of a node. */
typedef struct {
  void (*added) (const gchar *path, gpointer data);
  void (*removed) (const gchar *path, gpointer data);
} GstDmabufSrcWatchFuncs;

/**
 * gst_dmabuf_src_watch_new:
 * @funcs: must live as long as the watch
 *
 * When it returns, the nodes that are there have been told. One that comes in
 * that moment may be told twice.
 */
GstDmabufSrcWatch *gst_dmabuf_src_watch_new (
    const GstDmabufSrcWatchFuncs *funcs, gpointer data);

/* Whether anybody tells: udev runs. */
gboolean gst_dmabuf_src_watch_is_told (void);

/* Nothing is told any more when it returns; not to be called by the thread. */
void gst_dmabuf_src_watch_free (GstDmabufSrcWatch *watch);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_WATCH_H__ */
