/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_IDENTITY_H__
#define __GST_ZC_IDENTITY_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/**
 * GstZcIdentity:
 * @dev: the device number of the dma-buf file system
 * @ino: the inode number, never used again as long as the kernel runs
 *
 * Which dma-buf a file descriptor stands for. Descriptors come and go and
 * their numbers are used again; two of them name the same dma-buf exactly if
 * their identities are equal (dma_buf_getfile() in drivers/dma-buf/dma-buf.c).
 *
 * Since: 0.2
 */
typedef struct {
  guint64 dev;
  guint64 ino;
} GstZcIdentity;

/**
 * gst_zc_identity_from_fd:
 * @identity: (out): where to store the identity
 * @fd: an open file descriptor, not consumed
 *
 * One fstat(): remember the answer rather than asking for every frame.
 *
 * Returns: 0, or the negative errno of fstat()
 *
 * Since: 0.2
 */
GST_ZC_API int gst_zc_identity_from_fd (GstZcIdentity *identity, int fd);

/**
 * gst_zc_identity_equal:
 * @a: an identity
 * @b: another one
 *
 * Returns: whether both name the same dma-buf
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_identity_equal (
    const GstZcIdentity *a, const GstZcIdentity *b);

G_END_DECLS

#endif /* __GST_ZC_IDENTITY_H__ */
