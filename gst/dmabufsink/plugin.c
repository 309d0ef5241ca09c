/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsink.h"

#include "config.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (dmabufsink, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, dmabufsink,
    "Zero-copy display through atomic KMS", plugin_init, PACKAGE_VERSION,
    "LGPL", PACKAGE_NAME, PACKAGE_ORIGIN)
