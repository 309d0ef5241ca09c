/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_NODE_H__
#define __GST_ZC_NODE_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/**
 * gst_zc_node_get_group:
 * @path: (nullable): a device node
 *
 * Which group a user must be in to use the node, for messages that say how to
 * get permission.
 *
 * Returns: (transfer full): the group's name; "video", the usual one, if it
 *   cannot be told
 *
 * Since: 0.2
 */
GST_ZC_API gchar *gst_zc_node_get_group (const gchar *path);

G_END_DECLS

#endif /* __GST_ZC_NODE_H__ */
