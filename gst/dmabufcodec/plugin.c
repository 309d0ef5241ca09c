/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "gstdmabufdec.h"
#include "gstdmabufconvert.h"
#include "gstdmabufenc.h"

GST_DEBUG_CATEGORY (gst_dmabuf_codec_debug);

static gboolean
plugin_init (GstPlugin *plugin)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_codec_debug, "dmabufcodec", 0, "V4L2 mem2mem devices");
  return GST_ELEMENT_REGISTER (dmabufenc, plugin) &&
         GST_ELEMENT_REGISTER (dmabufdec, plugin) &&
         GST_ELEMENT_REGISTER (dmabufconvert, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, dmabufcodec,
    "Zero-copy encoding, decoding and converting by V4L2 devices", plugin_init,
    PACKAGE_VERSION, "LGPL", PACKAGE_NAME, PACKAGE_ORIGIN)
