/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_PROPERTIES_H__
#define __GST_DMABUF_CODEC_PROPERTIES_H__

#include "gstdmabufcodec.h"

G_BEGIN_DECLS

/* What encoder, decoder and converter have alike. Those of each element come
 * after them. */
enum {
  GST_DMABUF_CODEC_PROP_0,
  GST_DMABUF_CODEC_PROP_DEVICE,
  GST_DMABUF_CODEC_PROP_CONTROLS,
  GST_DMABUF_CODEC_PROP_DEVICE_CONTROLS,
  GST_DMABUF_CODEC_PROP_COPY_POLICY,
  GST_DMABUF_CODEC_PROP_STATS,
  GST_DMABUF_CODEC_PROP_LAST,
};

/* The blurbs of those that differ; static. */
void gst_dmabuf_codec_install_properties (GObjectClass *klass,
    const gchar *device, const gchar *controls, const gchar *stats);

/* Both return whether it is one of these; "stats" is the element's to get, who
 * adds to them. */
gboolean gst_dmabuf_codec_set_property (
    GstDmabufCodec *codec, guint id, const GValue *value);
gboolean gst_dmabuf_codec_get_property (
    GstDmabufCodec *codec, guint id, GValue *value);

/* An always pad with @caps: (transfer full) */
void gst_dmabuf_codec_add_pad_template (GstElementClass *klass,
    const gchar *name, GstPadDirection direction, GstCaps *caps);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_PROPERTIES_H__ */
