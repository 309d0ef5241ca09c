/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "gstzerocopytracer.h"

GST_DEBUG_CATEGORY (gst_zerocopy_debug);

static gboolean
plugin_init (GstPlugin *plugin)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_zerocopy_debug, "zerocopy", 0, "who copies frames");
  return gst_tracer_register (plugin, "zerocopy", GST_TYPE_ZEROCOPY_TRACER);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, zerocopy,
    "Tells which frames were copied, and by whom", plugin_init, PACKAGE_VERSION,
    "LGPL", PACKAGE_NAME, PACKAGE_ORIGIN)
