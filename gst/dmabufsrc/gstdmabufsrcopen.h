/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_OPEN_H__
#define __GST_DMABUF_SRC_OPEN_H__

#include "gst-libs/v4l2/v4l2-device.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_dmabuf_src_open_device:
 * @device: (out): the open device
 * @element: for messages
 * @name: (nullable): what names the camera, see zc_v4l2_device_resolve();
 *   %NULL for the first
 * @fd: a descriptor of the node to use instead, or -1; with it no node is
 *   opened. Stays the caller's.
 *
 * Returns: %FALSE after an error message of @element
 */
gboolean gst_dmabuf_src_open_device (struct zc_v4l2_device **device,
    GstElement *element, const gchar *name, gint fd);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_OPEN_H__ */
