/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_DESCRIBE_H__
#define __GST_DMABUF_SRC_DESCRIBE_H__

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What people need to know when something goes wrong, as sentences. They look
 * around in /dev and /proc: for messages only. The text is the caller's.
 */

/* Which cameras there are: path, card, place on the bus. */
gchar *gst_dmabuf_src_describe_cameras (void);

/* Which programs have the node at @path open, or how to find out. */
gchar *gst_dmabuf_src_describe_holders (const gchar *path);

/* What keeps people from opening the node at @path, and the cure; @error is
 * -EACCES or -EPERM. */
gchar *gst_dmabuf_src_describe_permission (const gchar *path, gint error);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_DESCRIBE_H__ */
