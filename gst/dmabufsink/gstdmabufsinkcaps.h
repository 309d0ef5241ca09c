/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_CAPS_H__
#define __GST_DMABUF_SINK_CAPS_H__

#include "gst-libs/kms/kms-output.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* What the element can take: the library's formats, as dma-bufs and in system
 * memory, each with and without text beside the picture; not fields that come
 * one by one. */
GstCaps *gst_dmabuf_sink_caps_template (void);

/* What the planes of an output can scan out, likewise. Without @can_scale no
 * picture is larger than the largest mode. Any thread. */
GstCaps *gst_dmabuf_sink_caps_of (
    struct zc_kms_output *output, gboolean can_scale);

/* Whether all of @caps are among those that are @offered, which are of one of
 * the functions above. */
gboolean gst_dmabuf_sink_caps_accept (GstCaps *offered, GstCaps *caps);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_CAPS_H__ */
