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

/**
 * gst_zc_node_explain_permission:
 * @path: a device node that could not be opened
 * @rule: what a udev rule knows such nodes by, like
 *   `SUBSYSTEM=="video4linux"`
 * @err: the errno: EACCES or EPERM
 *
 * What keeps this process from opening the node, and what to do about it, for
 * the end of a sentence. EPERM is what the device rules of a container say.
 *
 * Returns: (transfer full): the text
 *
 * Since: 0.2
 */
GST_ZC_API gchar *gst_zc_node_explain_permission (
    const gchar *path, const gchar *rule, gint err);

G_END_DECLS

#endif /* __GST_ZC_NODE_H__ */
