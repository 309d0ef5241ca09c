/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_ERROR_H__
#define __GST_DMABUF_CODEC_ERROR_H__

#include "gst-libs/v4l2/v4l2-codec.h"
#include "gst-libs/v4l2/v4l2-format.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What goes wrong, as error messages on the bus: one for each cause, with the
 * device, the errno and the cure. @error is a negative errno throughout.
 */

/* @name is %NULL if no device was named, @path if no node was found. */
void gst_dmabuf_codec_error_open (GstElement *element, enum zc_v4l2_job job,
    const gchar *name, const gchar *path, gint error);

/* None makes @out of @in. */
void gst_dmabuf_codec_error_no_device (
    GstElement *element, enum zc_v4l2_job job, GstCaps *in, GstCaps *out);

/* @step is the call that refused it. */
void gst_dmabuf_codec_error_set_format (GstElement *element, const gchar *path,
    const gchar *step, const struct zc_v4l2_format *format, gint error);

/* Pictures come as V4L2_FIELD_* @field, which is not whole ones. */
void gst_dmabuf_codec_error_fields (
    GstElement *element, const gchar *path, guint32 field);

/* A frame cannot be handed to the device; @refused is what was said of each way
 * to do so. */
void gst_dmabuf_codec_error_push (
    GstElement *element, const gchar *path, const gchar *refused, gint error);

/* They would have to be copied, because of @reason, and the user has forbidden
 * it. */
void gst_dmabuf_codec_error_forbidden (
    GstElement *element, const gchar *path, const gchar *reason);

/* @step is the call that failed while frames flow, or before. */
void gst_dmabuf_codec_error_streaming (
    GstElement *element, const gchar *path, const gchar *step, gint error);

/* Profile, tier or level, @field, cannot be set. */
void gst_dmabuf_codec_error_grade (
    GstElement *element, const gchar *path, const gchar *field, gint error);

/* The device has none of those in @wanted. */
void gst_dmabuf_codec_error_no_grade (
    GstElement *element, const gchar *path, const GstStructure *wanted);

/* --- warnings: the stream goes on --------------------------------------- */

/* Frames are copied, because of @reason. */
void gst_dmabuf_codec_warn_copies (
    GstElement *element, const gchar *path, const gchar *reason);

/* Of what comes out. */
void gst_dmabuf_codec_warn_pictures (
    GstElement *element, const gchar *path, const gchar *reason);

/* The device says that a frame is no good, and it is left out. */
void gst_dmabuf_codec_warn_broken (GstElement *element, const gchar *path);

/* @complaints are texts, one for each setting that is not as was wanted. */
void gst_dmabuf_codec_warn_settings (
    GstElement *element, const gchar *path, const GPtrArray *complaints);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_ERROR_H__ */
