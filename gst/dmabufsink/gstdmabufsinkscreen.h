/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_SCREEN_H__
#define __GST_DMABUF_SINK_SCREEN_H__

#include "gst-libs/kms/gstzckmscard.h"
#include "gst-libs/kms/kms-output.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufSinkScreen:
 * @card: the card
 * @output: the connector, its CRTC and planes
 * @state: how pictures are shown, as planned last
 * @can_scale: whether a plane can make pictures smaller
 *
 * The display that a sink shows on. Used by one thread at a time.
 */
typedef struct {
  GstZcKmsCard *card;
  struct zc_kms_output *output;
  struct zc_kms_state state;
  gboolean can_scale;

  struct zc_kms_fb *background;    /* black, of the size of the mode */
  const drmModeModeInfo *lit_mode; /* NULL while dark */
} GstDmabufSinkScreen;

/**
 * gst_dmabuf_sink_screen_open:
 * @device: (nullable): path of a card or name of a driver, %NULL for the first
 *   card with something connected
 * @connector: (nullable): name of a connector, %NULL for the first connected
 * @path: (out) (transfer full) (nullable): the card's path, also in failure
 * @error: (out): negative errno if it fails
 *
 * Returns: (transfer full) (nullable): the screen, with us as DRM master
 */
GstDmabufSinkScreen *gst_dmabuf_sink_screen_open (
    const gchar *device, const gchar *connector, gchar **path, gint *error);

/* Puts the display back as it was found; it can be used again. Returns 0, or
 * why the old picture did not come back as negative errno: it is dark then. */
gint gst_dmabuf_sink_screen_restore (GstDmabufSinkScreen *screen);

/* Puts the display back and lets it go. */
void gst_dmabuf_sink_screen_close (GstDmabufSinkScreen *screen);

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
 * the screen's state: scaled to the mode that is set; else in the mode of
 * exactly their size; else centred. Within each on the primary plane, else on
 * an overlay above black. Changes nothing yet.
 *
 * Returns: 0, or the negative errno of the last try
 */
gint gst_dmabuf_sink_screen_plan (GstDmabufSinkScreen *screen,
    const struct zc_kms_fb *fb, const GstVideoInfo *info, gchar **reasons);

/* Sets the mode that was planned, black, unless it is set. A change of mode
 * takes long: it should be over before frames come. Blocks. */
gint gst_dmabuf_sink_screen_light (GstDmabufSinkScreen *screen);

/* Shows the first picture as planned; blocks until it is on the screen. */
gint gst_dmabuf_sink_screen_show (
    GstDmabufSinkScreen *screen, const struct zc_kms_fb *fb);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_SCREEN_H__ */
