/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_DEVICE_H__
#define __GST_DMABUF_SRC_DEVICE_H__

#include "gst-libs/v4l2/v4l2-find.h"

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_DMABUF_SRC_DEVICE (gst_dmabuf_src_device_get_type ())
G_DECLARE_FINAL_TYPE (GstDmabufSrcDevice, gst_dmabuf_src_device, GST,
    DMABUF_SRC_DEVICE, GstDevice)

/**
 * gst_dmabuf_src_device_probe:
 * @node: what a node told of itself
 *
 * Asks the camera for the formats and sizes that dmabufsrc can deliver of it;
 * not for the rates, which are many.
 *
 * Returns: (transfer floating) (nullable): the camera; %NULL if it is none that
 *   works by itself, or cannot be opened
 */
GstDevice *gst_dmabuf_src_device_probe (const struct zc_v4l2_node *node);

const gchar *gst_dmabuf_src_device_get_path (GstDmabufSrcDevice *self);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_DEVICE_H__ */
