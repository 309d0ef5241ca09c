/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcopen.h"

#include "gstdmabufsrcerror.h"

#include "gst-libs/v4l2/v4l2-find.h"

#include <limits.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

static gint
open_descriptor (struct zc_v4l2_device **device, GstElement *element, gint fd)
{
  gint ret = zc_v4l2_device_open_fd (device, fd);

  if (ret < 0)
    gst_dmabuf_src_error_open_fd (element, fd, ret);
  return ret;
}

static gint
open_name (
    struct zc_v4l2_device **device, GstElement *element, const gchar *name)
{
  gchar path[PATH_MAX] = "";
  gint ret = name ? zc_v4l2_device_resolve (name, path, sizeof (path))
                  : zc_v4l2_device_find (path, sizeof (path));

  if (ret == 0)
    ret = zc_v4l2_device_open (device, path);
  if (ret < 0)
    gst_dmabuf_src_error_open (
        element, name, path[0] != '\0' ? path : NULL, ret);
  return ret;
}

gboolean
gst_dmabuf_src_open_device (struct zc_v4l2_device **device, GstElement *element,
    const gchar *name, gint fd)
{
  gint ret = fd >= 0 ? open_descriptor (device, element, fd)
                     : open_name (device, element, name);

  if (ret < 0)
    return FALSE;
  GST_INFO_OBJECT (element, "%s: %s (%s), driver %s", (*device)->path,
      (*device)->capability.card, (*device)->capability.bus_info,
      (*device)->capability.driver);
  return TRUE;
}
