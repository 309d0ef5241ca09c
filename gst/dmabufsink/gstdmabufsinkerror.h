/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_ERROR_H__
#define __GST_DMABUF_SINK_ERROR_H__

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What goes wrong, as error messages on the bus: one for each cause, with the
 * device, the errno and the cure. @error is a negative errno throughout.
 */

/* @path is NULL if no card was found; @device and @connector are what was
 * asked for, NULL for anything; @seat_error is why the seat did not help, 0 if
 * it was not asked. */
void gst_dmabuf_sink_error_open (GstElement *element, const gchar *path,
    const gchar *device, const gchar *connector, gint error, gint seat_error);

/* @error is EACCES or EPERM of opening the card at @path, or of all if that is
 * NULL; @seat_error why the seat did not help, 0 if it was not asked. */
void gst_dmabuf_sink_error_permission (
    GstElement *element, const gchar *path, gint error, gint seat_error);

/* @error is why the seat, which alone was asked, does not give the card at
 * @path, or any if that is NULL. */
void gst_dmabuf_sink_error_seat (
    GstElement *element, const gchar *path, gint error);

/* @reasons says what was tried. */
void gst_dmabuf_sink_error_place (GstElement *element, const gchar *path,
    guint width, guint height, const gchar *reasons, gint error);

void gst_dmabuf_sink_error_show (
    GstElement *element, const gchar *path, gint error);

void gst_dmabuf_sink_error_unplugged (
    GstElement *element, const gchar *connector, const gchar *path);

void gst_dmabuf_sink_error_import (
    GstElement *element, const gchar *path, gint error);

/* A warning: frames go back when they are replaced, because @error. */
void gst_dmabuf_sink_warn_fences (
    GstElement *element, const gchar *path, const GError *error);

/* A warning: a frame has been drawn for a second; @fence says by whom. */
void gst_dmabuf_sink_warn_late (
    GstElement *element, const gchar *path, const gchar *fence);

/* Why frames have to be copied, in words: static. */
const gchar *gst_dmabuf_sink_reason_of_copy (gint error);

/* They would have to be, because of @reason, and the user has forbidden it. */
void gst_dmabuf_sink_error_forbidden (
    GstElement *element, const gchar *path, const gchar *reason);

/* Frames are copied, because @error: into "stats", and as a warning. */
void gst_dmabuf_sink_warn_copies (
    GstElement *element, const gchar *path, gint error);

/* REASON is why there is no copy, or NULL: then ERROR is why there is no
 * framebuffer of it. */
void gst_dmabuf_sink_error_copy (
    GstElement *element, const gchar *path, const GError *reason, gint error);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_ERROR_H__ */
