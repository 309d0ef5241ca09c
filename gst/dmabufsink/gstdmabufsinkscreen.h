/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_SCREEN_H__
#define __GST_DMABUF_SINK_SCREEN_H__

#include "gst-libs/kms/gstzckmscard.h"
#include "gst-libs/kms/kms-layer.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSinkScreen:
 * @card: the card
 * @output: the connector, its CRTC and planes
 * @layer: (nullable): what we show on it, while the screen is active
 * @wish: how pictures are shown, as planned last
 * @can_scale: whether a plane can make pictures smaller
 *
 * The display that a sink shows on, which others may share. Used by one thread
 * at a time.
 */
typedef struct {
  GstZcKmsCard *card;
  struct zc_kms_output *output;
  struct zc_kms_layer *layer;
  struct zc_kms_wish wish;
  gboolean can_scale;
} GstDmabufSinkScreen;

/**
 * gst_dmabuf_sink_screen_open:
 * @device: (nullable): path of a card or name of a driver, %NULL for the first
 *   card with something connected
 * @connector: (nullable): name of a connector, %NULL for the first connected
 * @path: (out) (transfer full) (nullable): the card's path, also in failure
 * @error: (out): negative errno if it fails
 *
 * Returns: (transfer full) (nullable): the screen, which others can still
 *   change
 */
GstDmabufSinkScreen *gst_dmabuf_sink_screen_open (
    const gchar *device, const gchar *connector, gchar **path, gint *error);

void gst_dmabuf_sink_screen_close (GstDmabufSinkScreen *screen);

/**
 * gst_dmabuf_sink_screen_activate:
 * @events: what to call for frames; must live until the screen is inactive
 *
 * From now on the screen is ours, and can be planned, lit and shown on.
 *
 * Returns: 0, or negative errno: -EBUSY if another program holds the display
 */
gint gst_dmabuf_sink_screen_activate (GstDmabufSinkScreen *screen,
    const struct zc_kms_layer_events *events, gpointer data);

/* Gives all frames back, and puts the display back as it was found if nobody
 * else shows on it. Returns 0, or why the old picture did not come back as
 * negative errno: it is dark then. */
gint gst_dmabuf_sink_screen_deactivate (GstDmabufSinkScreen *screen);

/* Answers an allocation query with MIN or more buffers that the display can
 * scan out and a CPU can draw into. FALSE, with the query left alone, if there
 * are none. */
gboolean gst_dmabuf_sink_screen_propose (
    GstDmabufSinkScreen *screen, GstQuery *query, guint min);

/* Whether BUFFER is one of those. */
gboolean gst_dmabuf_sink_screen_made (
    GstDmabufSinkScreen *screen, GstBuffer *buffer);

/* What the planes can scan out, dma-bufs first. */
GstCaps *gst_dmabuf_sink_screen_get_caps (GstDmabufSinkScreen *screen);

/**
 * gst_dmabuf_sink_screen_plan:
 * @fb: a picture like those to come
 * @info: what is known of the video
 * @reasons: (out) (transfer full): what was tried in vain, for people
 *
 * Finds the best way to show pictures like @fb that the hardware takes, into
 * the screen's wish: scaled to the mode that is set; else in the mode of
 * exactly their size; else centred. Changes nothing yet.
 *
 * Returns: 0, or the negative errno of the last try
 */
gint gst_dmabuf_sink_screen_plan (GstDmabufSinkScreen *screen,
    struct zc_kms_fb *fb, const GstVideoInfo *info, gchar **reasons);

/* Sets the mode that was planned, black, unless it is set. A change of mode
 * takes long: it should be over before frames come. Blocks. */
gint gst_dmabuf_sink_screen_light (GstDmabufSinkScreen *screen);

/* Shows the first frame as planned; waits for the flip of the one before. 0 if
 * the frame is the screen's now, else negative errno. */
gint gst_dmabuf_sink_screen_place (
    GstDmabufSinkScreen *screen, const struct zc_kms_frame *frame);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_SCREEN_H__ */
