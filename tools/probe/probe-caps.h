/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_CAPS_H
#define PROBE_CAPS_H

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Formats of video, and the caps that mean them. One format is two: a dma-buf's
 * (DMA_DRM) and that of memory for the CPU. Any thread.
 */

/* An empty list of GstVideoFormat; g_array_unref(). */
GArray *probe_formats_new (void);

/* Unless it is there, or no format of its own: UNKNOWN, DMA_DRM. */
void probe_formats_add (GArray *formats, GstVideoFormat format);
gboolean probe_formats_have (const GArray *formats, GstVideoFormat format);

/* Adds the formats of raw video in CAPS, in the order of these. */
void probe_formats_add_caps (GArray *formats, const GstCaps *caps);

/* "NV12 YUY2"; g_free(). */
gchar *probe_formats_to_string (const GArray *formats);

/*
 * Caps of FORMAT: dma-bufs first, unless they are FOR_CPU; of any size if WIDTH
 * is 0. gst_caps_unref().
 */
GstCaps *probe_caps_new (
    GstVideoFormat format, guint width, guint height, gboolean for_cpu);

/* What has to be written in a command line to get the fixed CAPS: memory,
 * format and size, quoted for the shell. g_free(). */
gchar *probe_caps_to_shell (const GstCaps *caps);

G_END_DECLS

#endif
