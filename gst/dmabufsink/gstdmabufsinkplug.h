/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_PLUG_H__
#define __GST_DMABUF_SINK_PLUG_H__

#include "gst-libs/kms/kms-output.h"
#include "gst-libs/udev/gstzcwatch.h"

G_BEGIN_DECLS

/* What to do when the monitor is unplugged. */
typedef enum {
  GST_DMABUF_SINK_ON_DISCONNECT_ERROR,
  GST_DMABUF_SINK_ON_DISCONNECT_WAIT,
  GST_DMABUF_SINK_ON_DISCONNECT_DROP,
} GstDmabufSinkOnDisconnect;

GType gst_dmabuf_sink_on_disconnect_get_type (void);

/**
 * GstDmabufSinkPlug:
 *
 * Knows whether a monitor is connected to the output, as udev tells; it always
 * is if nobody tells. All functions may be called by any thread.
 */
typedef struct {
  GstZcWatch *watch;
  struct zc_kms_output *output;
  gchar *path;
  void (*changed) (gboolean is_connected, gpointer data);
  gpointer data;

  /* Guards what follows; nothing is done with it held. */
  GMutex lock;
  GCond cond;
  gboolean is_unplugged;
  gboolean is_interrupted;
} GstDmabufSinkPlug;

void gst_dmabuf_sink_plug_init (GstDmabufSinkPlug *plug);
void gst_dmabuf_sink_plug_clear (GstDmabufSinkPlug *plug);

/**
 * gst_dmabuf_sink_plug_start:
 * @path: of the output's card; any name if it came as a descriptor
 * @changed: called by a thread of udev's when a monitor comes, goes, or has
 *   other modes
 */
void gst_dmabuf_sink_plug_start (GstDmabufSinkPlug *plug,
    struct zc_kms_output *output, const gchar *path,
    void (*changed) (gboolean is_connected, gpointer data), gpointer data);

/* Nothing is called any more when it returns. */
void gst_dmabuf_sink_plug_stop (GstDmabufSinkPlug *plug);

gboolean gst_dmabuf_sink_plug_is_connected (GstDmabufSinkPlug *plug);

/* Waits for a monitor. FALSE if it was interrupted. */
gboolean gst_dmabuf_sink_plug_wait (GstDmabufSinkPlug *plug);
void gst_dmabuf_sink_plug_interrupt (
    GstDmabufSinkPlug *plug, gboolean is_interrupted);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_PLUG_H__ */
