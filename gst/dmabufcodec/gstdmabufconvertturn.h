/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CONVERT_TURN_H__
#define __GST_DMABUF_CONVERT_TURN_H__

#include "gst-libs/v4l2/gstzcv4l2controls.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufConvertTurn:
 * @method: how pictures are turned; neither auto nor custom
 *
 * Turning and mirroring by the controls of a device: V4L2_CID_HFLIP, _VFLIP and
 * _ROTATE (Documentation/userspace-api/media/v4l/control.rst).
 */
typedef struct {
  GstVideoOrientationMethod method;
} GstDmabufConvertTurn;

/* Whether width becomes height. Any thread, as all of these. */
gboolean gst_dmabuf_convert_turn_swaps (GstDmabufConvertTurn turn);
gboolean gst_dmabuf_convert_turn_is_none (GstDmabufConvertTurn turn);

/* Where a point of the result, as fractions of its width and height, is in what
 * it is made of. */
void gst_dmabuf_convert_turn_back (
    GstDmabufConvertTurn turn, gdouble *x, gdouble *y);

/**
 * gst_dmabuf_convert_turn_set:
 * @reason: (out): why not, in words; static
 *
 * Sets the controls, those that are not needed to nothing.
 *
 * Returns: 0, -ENOTSUP if the device lacks one, or the negative errno of
 *   VIDIOC_S_EXT_CTRLS
 */
gint gst_dmabuf_convert_turn_set (GstDmabufConvertTurn turn,
    const struct zc_v4l2_device *device, GstZcV4l2Controls *controls,
    const gchar **reason);

G_END_DECLS

#endif /* __GST_DMABUF_CONVERT_TURN_H__ */
