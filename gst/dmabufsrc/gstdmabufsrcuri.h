/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_URI_H__
#define __GST_DMABUF_SRC_URI_H__

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The property "device" as a URI: dmabufsrc:///dev/video0, a percent-encoded
 * name (dmabufsrc://platform%3Avivid-000), or dmabufsrc:// for the first
 * camera. @interface is that of a GstElement with such a property.
 */
void gst_dmabuf_src_uri_handler_init (gpointer interface, gpointer data);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_URI_H__ */
