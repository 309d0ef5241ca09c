/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CONVERT_ERROR_H__
#define __GST_DMABUF_CONVERT_ERROR_H__

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * What goes wrong only with converters, as messages on the bus; the rest is in
 * gstdmabufcodecerror.h. @error is a negative errno.
 */

/* The device cannot turn like this, because of @reason. */
void gst_dmabuf_convert_error_turn (GstElement *element, const gchar *path,
    GstVideoOrientationMethod method, const gchar *reason, gint error);

/* Of this format no part can be cut out without the device. */
void gst_dmabuf_convert_error_crop (
    GstElement *element, const gchar *path, const gchar *format);

/* --- warnings: the stream goes on --------------------------------------- */

/* Parts are copied, as the device does not cut them out. */
void gst_dmabuf_convert_warn_crop (
    GstElement *element, const gchar *path, gint error);

/* The device makes other colours of frames than caps promise. */
void gst_dmabuf_convert_warn_colours (GstElement *element, const gchar *path,
    const GstVideoColorimetry *made, const GstVideoColorimetry *promised);

G_END_DECLS

#endif /* __GST_DMABUF_CONVERT_ERROR_H__ */
