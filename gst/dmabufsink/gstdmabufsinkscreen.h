/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_SCREEN_H__
#define __GST_DMABUF_SINK_SCREEN_H__

#include "gstdmabufsinkplan.h"
#include "gstdmabufsinksettings.h"

#include "gst-libs/kms/gstzckmscard.h"

G_BEGIN_DECLS

/**
 * GstDmabufSinkScreen:
 * @card: the card
 * @output: the connector, its CRTC and planes
 * @can_scale: whether a plane can make pictures smaller
 * @layer: (nullable): what we show on it, while the screen is active
 * @plan: how pictures are shown
 *
 * The display that a sink shows on, which others may share.
 */
typedef struct {
  GstZcKmsCard *card;
  struct zc_kms_output *output;
  gboolean can_scale;

  /* Guards what follows, for those who change it; who shows frames in the
   * meantime may read @layer without it. Held over system calls, and not taken
   * for a frame that looks like the one before. The outermost lock. */
  GMutex lock;
  struct zc_kms_layer *layer;
  GstDmabufSinkPlan plan;
  GstDmabufSinkUnscaled unscaled; /* since the last caps */
  gboolean is_prepared;           /* and nothing has been shown so */
  GstDmabufSinkPicture
      picture; /* like those shown; its framebuffers are held */
} GstDmabufSinkScreen;

/**
 * gst_dmabuf_sink_screen_open:
 * @settings: which card, or driver, and connector
 * @path: (out) (transfer full) (nullable): the card's path, also in failure
 * @error: (out): negative errno if it fails
 * @seat_error: (out): why the seat did not help, 0 if it was not asked
 *
 * Returns: (transfer full) (nullable): the screen, which others can still
 *   change
 */
GstDmabufSinkScreen *gst_dmabuf_sink_screen_open (
    const GstDmabufSinkSettings *settings, gchar **path, gint *error,
    gint *seat_error);

void gst_dmabuf_sink_screen_close (GstDmabufSinkScreen *screen);

/**
 * gst_dmabuf_sink_screen_activate:
 * @events: what to call for frames; must live until the screen is inactive
 *
 * From now on the screen is ours, and can be shown on.
 *
 * Returns: 0, or negative errno: -EBUSY if another program holds the display
 */
gint gst_dmabuf_sink_screen_activate (GstDmabufSinkScreen *screen,
    GstDmabufSinkPresentMode mode, const struct zc_kms_layer_events *events,
    gpointer data);

/* How many frames may wait for the one being flipped to. */
guint gst_dmabuf_sink_screen_waiting (GstDmabufSinkPresentMode mode);

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

/**
 * gst_dmabuf_sink_screen_prepare:
 * @picture: one like those to come
 * @reasons: (out) (transfer full): what was tried in vain, for people
 *
 * Plans how such pictures are shown, and sets the mode for them, black, unless
 * something is shown already: a change of mode takes long, and should be over
 * before frames come. Blocks.
 *
 * Returns: 0, or as gst_dmabuf_sink_plan_find() or zc_kms_layer_light()
 */
gint gst_dmabuf_sink_screen_prepare (GstDmabufSinkScreen *screen,
    const GstDmabufSinkPicture *picture, const GstDmabufSinkStyle *style,
    gchar **reasons);

/* Whether the hardware would show @fb as it shows, or is about to show,
 * pictures of that size; 0 as well if there are none. Any thread. */
gint gst_dmabuf_sink_screen_test (
    GstDmabufSinkScreen *screen, struct zc_kms_fb *fb);

/* Shows a frame with such a picture, in a way that may be new. 0 if the frame
 * is the screen's now, else negative errno. */
gint gst_dmabuf_sink_screen_place (GstDmabufSinkScreen *screen,
    const GstDmabufSinkPicture *picture, const GstDmabufSinkStyle *style,
    const struct zc_kms_frame *frame, gchar **reasons);

/* Gives back frames that wait; they are not shown. Any thread. */
void gst_dmabuf_sink_screen_flush (GstDmabufSinkScreen *screen);

/* A point of the screen becomes one of the video, as
 * gst_dmabuf_sink_geometry_to_video(). FALSE if nothing is shown; then it stays
 * what it was. Any thread. */
gboolean gst_dmabuf_sink_screen_to_video (
    GstDmabufSinkScreen *screen, gdouble *x, gdouble *y);

/* Shows what is shown in another style. Returns 1 if it does, 0 if nothing is
 * shown, else negative errno: it stays as it was. Any thread. */
gint gst_dmabuf_sink_screen_restyle (GstDmabufSinkScreen *screen,
    const GstDmabufSinkStyle *style, gchar **reasons);

/* How pictures are shown. Any thread. */
GstDmabufSinkPlan gst_dmabuf_sink_screen_get_plan (GstDmabufSinkScreen *screen);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_SCREEN_H__ */
