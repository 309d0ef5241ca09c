/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrc.h"

#include "config.h"
#include "gstdmabufsrcprovider.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (dmabufsrc, plugin) &&
         GST_DEVICE_PROVIDER_REGISTER (dmabufsrcdeviceprovider, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, dmabufsrc,
    "Zero-copy capture from V4L2 devices", plugin_init, PACKAGE_VERSION, "LGPL",
    PACKAGE_NAME, PACKAGE_ORIGIN)
