/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_STORAGE_H__
#define __GST_ZEROCOPY_STORAGE_H__

#include "gstzerocopyledger.h"

G_BEGIN_DECLS

/*
 * Where bytes lie: a dma-buf, by its identity, however many GstMemory stand
 * for it; else the memory that all parts of it were shared from. Hangs on the
 * memory and goes with it. That of a dma-buf stays a while, because exporters
 * make another GstMemory for each frame.
 */

/* The storage of MEMORY, alive as long as the caller has MEMORY; NULL if it is
 * not known and CREATE is FALSE, or cannot be. Without the lock. */
GstZerocopyStorage *gst_zerocopy_storage_get (
    GstMemory *memory, gboolean create);

/* Whether it was seen in LINK before, which it is from now on. With the
 * lock. */
gboolean gst_zerocopy_storage_was_seen (
    GstZerocopyStorage *self, const GstZerocopyLink *link);

G_END_DECLS

#endif /* __GST_ZEROCOPY_STORAGE_H__ */
