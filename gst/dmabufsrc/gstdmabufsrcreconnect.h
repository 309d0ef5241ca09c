/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_RECONNECT_H__
#define __GST_DMABUF_SRC_RECONNECT_H__

#include "gst-libs/v4l2/v4l2-identity.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What to do when the device is unplugged. */
typedef enum {
  GST_DMABUF_SRC_ON_DISCONNECT_ERROR,
  GST_DMABUF_SRC_ON_DISCONNECT_EOS,
  GST_DMABUF_SRC_ON_DISCONNECT_WAIT,
} GstDmabufSrcOnDisconnect;

#define GST_TYPE_DMABUF_SRC_ON_DISCONNECT \
  (gst_dmabuf_src_on_disconnect_get_type ())
GType gst_dmabuf_src_on_disconnect_get_type (void);

/**
 * GstDmabufSrcReconnect:
 * @mode: the property "on-disconnect"
 * @waiting: the device is unplugged, and waited for
 * @count: how often it came back since the start
 *
 * How a source that lost its device finds it again. The object lock guards
 * what is above, @lock what is below; @trying is atomic, and the rest belongs
 * to who changes the state, then to the streaming thread.
 */
typedef struct {
  GstDmabufSrcOnDisconnect mode;
  gboolean waiting;
  guint64 count;

  /*< private >*/
  struct zc_v4l2_identity identity; /* of the device, open or unplugged */
  gchar *path;                      /* of its node, as it was last */
  gboolean by_descriptor;           /* device-fd: there is no way back */
  gboolean lost;                    /* found in the last negotiation */
  GThread *trying;                  /* whose error messages may be the loss */

  GMutex lock;
  GCond changed;
  gboolean flushing;
  gboolean look; /* a node came */
} GstDmabufSrcReconnect;

typedef struct _GstDmabufSrc GstDmabufSrc;

void gst_dmabuf_src_reconnect_init (GstDmabufSrcReconnect *reconnect);
void gst_dmabuf_src_reconnect_clear (GstDmabufSrcReconnect *reconnect);

/* The device was opened for the first time, by a name or by device-fd. */
void gst_dmabuf_src_reconnect_note (GstDmabufSrc *self, gboolean by_descriptor);

/* The element starts: counts are zero, and people are told anew. */
void gst_dmabuf_src_reconnect_start (GstDmabufSrc *self);

/* Ends a wait, and later ones until it is told otherwise; from any thread. */
void gst_dmabuf_src_reconnect_set_flushing (
    GstDmabufSrc *self, gboolean flushing);

/* From any thread: "connected", or "waiting" for it. With the object lock. */
const gchar *gst_dmabuf_src_reconnect_get_state (
    const GstDmabufSrcReconnect *reconnect);

/**
 * gst_dmabuf_src_reconnect_try:
 *
 * What is done from here on to gst_dmabuf_src_reconnect_tried(), by this
 * thread, may fail because the device is unplugged, step by step with other
 * words. Error messages are left out then.
 */
void gst_dmabuf_src_reconnect_try (GstDmabufSrc *self);

/* Whether it worked or did so for that reason only, which is handled when the
 * next frame is wanted: gst_dmabuf_src_reconnect_is_lost() until then. */
gboolean gst_dmabuf_src_reconnect_tried (GstDmabufSrc *self, gboolean worked);
gboolean gst_dmabuf_src_reconnect_is_lost (const GstDmabufSrc *self);

/* Whether @message is to be left out; of any thread. */
gboolean gst_dmabuf_src_reconnect_hides (
    GstDmabufSrc *self, GstMessage *message);

/* Whether the device is gone, if a call of it ended with @error (-errno). */
gboolean gst_dmabuf_src_reconnect_is_gone (GstDmabufSrc *self, gint error);

/**
 * gst_dmabuf_src_reconnect:
 *
 * For the streaming thread in create(), when the device is unplugged: does what
 * the property says, with a message on the bus. If that is to wait, the device
 * is closed; once the same one is back, wherever its node is now, it has been
 * opened and set as before, the caps negotiated and the next stream started.
 *
 * Returns: %GST_FLOW_CUSTOM_SUCCESS when frames flow again, else what create()
 *   shall return
 */
GstFlowReturn gst_dmabuf_src_reconnect (GstDmabufSrc *self);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_RECONNECT_H__ */
