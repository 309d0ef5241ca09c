/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_ERROR_H__
#define __GST_DMABUF_SRC_ERROR_H__

#include "gst-libs/v4l2/v4l2-format.h"
#include "gst-libs/v4l2/v4l2-input.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What goes wrong, as error messages on the bus: one for each cause, with the
 * device, the errno and the cure. @error is a negative errno throughout.
 */

/* @name is NULL if no camera was named, @path if no node was found. */
void gst_dmabuf_src_error_open (
    GstElement *element, const gchar *name, const gchar *path, gint error);

/* Of the descriptor that an application gave. */
void gst_dmabuf_src_error_open_fd (GstElement *element, gint fd, gint error);

/* @step is the call that refused it. */
void gst_dmabuf_src_error_set_format (GstElement *element, const gchar *path,
    const gchar *step, const struct zc_v4l2_format *format, gint error);

/* The device made something else of the format than was asked for. */
void gst_dmabuf_src_error_other_format (GstElement *element, const gchar *path,
    const struct zc_v4l2_format *wanted, const struct zc_v4l2_format *got);

/* A warning: the device delivers at another rate. Both are seconds a frame. */
void gst_dmabuf_src_warn_rate (GstElement *element, const gchar *path,
    const struct v4l2_fract *wanted, const struct v4l2_fract *got);

/* The sizes that the device tells contradict each other. */
void gst_dmabuf_src_error_layout (GstElement *element, const gchar *path,
    const struct zc_v4l2_format *format);

/* @step is the call that failed last, @refused what was said of each way. */
void gst_dmabuf_src_error_start (GstElement *element, const gchar *path,
    const gchar *step, gint error, const gchar *refused);

/* Frames would have to be copied, and the user has forbidden that. @refused is
 * why. */
void gst_dmabuf_src_error_copy (
    GstElement *element, const gchar *path, const gchar *refused);

void gst_dmabuf_src_error_streaming (
    GstElement *element, const gchar *path, const gchar *step, gint error);

/* A frame is broken, and the user wants to stop then. */
void gst_dmabuf_src_error_broken (GstElement *element, const gchar *path);

void gst_dmabuf_src_error_no_common_caps (GstElement *element,
    const gchar *path, GstCaps *device_caps, GstCaps *peer_caps);

/* --- warnings: the stream goes on --------------------------------------- */

/* @complaints are texts, one for each control that is not as was wanted. */
void gst_dmabuf_src_warn_controls (
    GstElement *element, const gchar *path, const GPtrArray *complaints);

/* The colour-balance channel @label could not be set. */
void gst_dmabuf_src_warn_balance (
    GstElement *element, const gchar *path, const gchar *label, gint error);

/* The device has no @what ("input", "norm") of that name; @known lists what
 * it has, and is empty if it has none at all. */
void gst_dmabuf_src_error_no_such (GstElement *element, const gchar *path,
    const gchar *what, const gchar *wanted, const gchar *known);

/* An input, a standard or timings, called @what, were refused; @step is the
 * call that did. */
void gst_dmabuf_src_error_set_source (GstElement *element, const gchar *path,
    const gchar *step, const gchar *what, gint error);

/* Nothing useful comes in at @input; @lost if something did before. */
void gst_dmabuf_src_warn_signal (GstElement *element, const gchar *path,
    const gchar *input, enum zc_v4l2_signal signal, gboolean lost);
void gst_dmabuf_src_tell_signal_back (
    GstElement *element, const gchar *path, const gchar *input);

/* A rectangle ("crop", "compose") could not be had; @text is what was asked
 * for. */
void gst_dmabuf_src_warn_rectangle (GstElement *element, const gchar *path,
    const gchar *what, const gchar *text, gint error);

/* The caps leave the device no room for the crop that is asked for. */
void gst_dmabuf_src_warn_crop_dropped (
    GstElement *element, const gchar *path, guint width, guint height);

/* Only libv4l2 can make what downstream takes. */
void gst_dmabuf_src_warn_converted (
    GstElement *element, const gchar *path, GstCaps *caps);

/* The user wants libv4l2, and it cannot be had. */
void gst_dmabuf_src_error_no_libv4l2 (
    GstElement *element, const gchar *path, gint error);

/* The device at @path is gone, and the stream @ends by that, or it is waited
 * for. */
void gst_dmabuf_src_warn_unplugged (
    GstElement *element, const gchar *path, gboolean ends);

/* It is gone, and cannot be waited for: it came as device-fd. */
void gst_dmabuf_src_error_cannot_wait (GstElement *element, const gchar *path);

/* Frames flow again, from the node at @path. */
void gst_dmabuf_src_tell_plugged (GstElement *element, const gchar *path);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_ERROR_H__ */
