/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_WATCH_H__
#define __GST_ZC_WATCH_H__

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstZcWatch:
 *
 * Watches with udev which device nodes of one kind come, change and go, in a
 * thread of its own.
 */
typedef struct _GstZcWatch GstZcWatch;

/**
 * GstZcWatchChange:
 * @is_hotplug: a screen came or went, or looks different (drm)
 * @connector: the id of the connector that it was; 0: any of them
 * @property: the id of the connector's property that changed, and nothing
 *   else; 0: none
 *
 * What the kernel says of a change ("Hotplug" in drm_sysfs.c).
 */
typedef struct {
  gboolean is_hotplug;
  guint32 connector;
  guint32 property;
} GstZcWatchChange;

/* Called by the thread, one at a time, with the path of a node; each may be
 * NULL. */
typedef struct {
  void (*added) (const gchar *path, gpointer data);
  void (*removed) (const gchar *path, gpointer data);
  void (*changed) (
      const gchar *path, const GstZcWatchChange *change, gpointer data);
} GstZcWatchFuncs;

/**
 * gst_zc_watch_new:
 * @subsystem: as udev calls it: "video4linux", "drm"; a static string
 * @prefix: what the paths of the nodes begin with, as "/dev/video" or
 *   "/dev/dri/card": others are not told; a static string
 * @funcs: must live as long as the watch
 *
 * When it returns, the nodes that are there have been told as added, by
 * number. One that comes in that moment may be told twice.
 *
 * Returns: (nullable): NULL if built without gudev
 */
GstZcWatch *gst_zc_watch_new (const gchar *subsystem, const gchar *prefix,
    const GstZcWatchFuncs *funcs, gpointer data);

/* Whether anybody tells: udev runs, and gudev is built in. */
gboolean gst_zc_watch_is_told (void);

/* Nothing is told any more when it returns; not to be called by the thread.
 * @watch may be NULL. */
void gst_zc_watch_free (GstZcWatch *watch);

G_END_DECLS

#endif /* __GST_ZC_WATCH_H__ */
