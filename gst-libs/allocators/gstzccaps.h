/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_CAPS_H__
#define __GST_ZC_CAPS_H__

#include "gstzcdefs.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * gst_zc_caps_for_format:
 * @fourcc: a DRM_FORMAT_* code, or 0 if DRM has none for @format
 * @modifier: its modifier
 * @format: the format, or %GST_VIDEO_FORMAT_UNKNOWN if libgstvideo has none
 *
 * A format as both kinds of caps, the ones for dma-bufs first: DMA_DRM with
 * drm-format, and system memory if @format is what the code with its modifier
 * stands for. Width, height and rate are left open. DRM_FORMAT_MOD_INVALID is
 * no modifier that caps could name: there are none for dma-bufs then.
 *
 * Any thread.
 *
 * Returns: (transfer full): the caps, which may be empty
 *
 * Since: 0.2
 */
GST_ZC_API GstCaps *gst_zc_caps_for_format (
    guint32 fourcc, guint64 modifier, GstVideoFormat format);

/**
 * gst_zc_caps_parse:
 * @caps: fixed video/x-raw caps, DMA_DRM or system memory
 * @info: what is filled with the video, with its real format instead of DMA_DRM
 *   if there is one; from gst_video_info_new() in languages that would allocate
 *   it by GstVideo's introspection data, which have it too small
 * @fourcc: (out): its DRM code, 0 if DRM has none
 * @modifier: (out): its modifier, linear if DRM has no code
 *
 * Caps of a DRM code that GStreamer has no format for are passed on as DMA_DRM:
 * nobody can say where their pixels lie.
 *
 * Any thread.
 *
 * Returns: %FALSE if the caps are neither, or of a format unknown here
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_caps_parse (const GstCaps *caps, GstVideoInfo *info,
    guint32 *fourcc, guint64 *modifier);

/**
 * gst_zc_caps_template:
 *
 * Both kinds of caps with every format of the format table, as a pad template
 * shows them.
 *
 * Any thread.
 *
 * Returns: (transfer full): the caps
 *
 * Since: 0.2
 */
GST_ZC_API GstCaps *gst_zc_caps_template (void);

G_END_DECLS

#endif /* __GST_ZC_CAPS_H__ */
