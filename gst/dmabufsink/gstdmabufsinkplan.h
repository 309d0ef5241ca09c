/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_PLAN_H__
#define __GST_DMABUF_SINK_PLAN_H__

#include "gstdmabufsinkcolor.h"
#include "gstdmabufsinkgeometry.h"
#include "gstdmabufsinksettings.h"

#include "gst-libs/kms/kms-layer.h"

G_BEGIN_DECLS

/**
 * GstDmabufSinkPicture:
 * @fb: its framebuffers; that of the overlay is %NULL if it has no text
 * @info: the video
 * @color: its colours
 * @crop: the part of the framebuffer that is to be seen
 * @text: where the overlay lies on @crop
 *
 * What is to be shown.
 */
typedef struct {
  struct zc_kms_fb *fb[ZC_KMS_N_PARTS];
  GstVideoInfo info;
  GstDmabufSinkColor color;
  GstVideoRectangle crop;
  GstVideoRectangle text;
} GstDmabufSinkPicture;

/**
 * GstDmabufSinkPlan:
 * @wish: what the layer is asked for
 * @geometry: where the video is
 * @width: of the framebuffer that it was made for
 * @height: likewise
 * @crop: the part of it that is seen
 * @refused: (nullable): what of the style the display cannot do, for people
 *
 * How it is shown.
 */
typedef struct {
  struct zc_kms_wish wish;
  GstDmabufSinkGeometry geometry;
  guint width, height;
  GstVideoRectangle crop;
  const gchar *refused;
} GstDmabufSinkPlan;

/**
 * GstDmabufSinkUnscaled:
 * @error: negative errno, 0 if there is none
 * @fourcc: of the framebuffer
 * @modifier: likewise
 * @setup: how the screen was to be driven
 * @look: how it was to be shown, at the origin
 *
 * What the hardware refused to scale last, so that it is not asked for the same
 * again at each place that the picture moves to. Zeros at first.
 */
typedef struct {
  gint error;
  guint32 fourcc;
  guint64 modifier;
  struct zc_kms_setup setup;
  struct zc_kms_look look;
} GstDmabufSinkUnscaled;

/**
 * gst_dmabuf_sink_plan_find:
 * @layer: to be shown on
 * @unscaled: (inout): is believed and kept up to date while no other sink and
 *   no text may be what it was refused for
 * @reasons: (out) (transfer full): what was tried in vain, for people
 *
 * Finds the best way to show a picture that the hardware takes. In the mode
 * that was asked for: scaled, else centred as it is. Without such: in the mode
 * that is set, scaled; else in that of exactly the picture's size; else
 * centred. A display that others show on too keeps its mode, and how it is
 * driven else is for the one who was there first. What can be done without is
 * left out, if else there were no way: of the signal more bits, other colours
 * and HDR, then translucency, then turning.
 * Changes nothing.
 *
 * Returns: 0, or the negative errno of the last try; -ESRCH if there is no
 *   mode that was asked for, -ENODATA if nothing would be visible
 */
gint gst_dmabuf_sink_plan_find (GstDmabufSinkPlan *plan,
    struct zc_kms_layer *layer, GstDmabufSinkUnscaled *unscaled,
    const GstDmabufSinkPicture *picture, const GstDmabufSinkStyle *style,
    gchar **reasons);

/* Whether a plan that was found for another picture will do for this one: it
 * is as large and has no text. */
gboolean gst_dmabuf_sink_plan_suits (
    const GstDmabufSinkPlan *plan, const GstDmabufSinkPicture *picture);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_PLAN_H__ */
