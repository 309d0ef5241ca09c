/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcheap-private.h"
#include "gstzcnode.h"
#include "gstzcsys.h"

#include <errno.h>
#include <fcntl.h>

gint
gst_zc_heap_open (
    GstZcHeap *self, const struct gst_zc_heap_node *node, GError **error)
{
  const gchar *path = gst_zc_heap_get_path (self);
  gint fd = gst_zc_sys_open (path, O_RDWR | O_CLOEXEC);
  g_autofree gchar *permission = NULL;

  switch (-fd) {
    case EACCES:
    case EPERM:
      permission = gst_zc_node_explain_permission (path, node->rule, -fd);
      return gst_zc_heap_fail (
          self, error, -fd, permission, "no permission to open it");
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return gst_zc_heap_fail (
          self, error, -fd, node->missing, "the device is missing");
    default:
      return fd >= 0 ? fd
                     : gst_zc_heap_fail (
                           self, error, -fd, NULL, "cannot be opened");
  }
}

gboolean
gst_zc_heap_check_node (
    GstZcHeap *self, const struct gst_zc_heap_node *node, GError **error)
{
  gint fd = gst_zc_heap_open (self, node, error);

  if (fd >= 0)
    gst_zc_sys.close (fd);
  return fd >= 0;
}
