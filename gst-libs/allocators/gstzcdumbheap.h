/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_DUMB_HEAP_H__
#define __GST_ZC_DUMB_HEAP_H__

#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * gst_zc_heap_new_dumb: (constructor)
 * @card_path: a primary node, like "/dev/dri/card0"
 * @error: what opening it fails with, or %GST_ZC_ERROR_NOT_SUPPORTED if the
 *   card has no dumb buffers or cannot export them, or if it is a render node
 *
 * Memory that the display of one card can scan out: dumb buffers
 * (drivers/gpu/drm/drm_dumb_buffers.c), exported by PRIME. Whether they are
 * contiguous or cached is the driver's affair and told by no kernel interface
 * (DRM_CAP_DUMB_PREFER_SHADOW says at best that they are slow to read), so
 * neither is claimed.
 *
 * Who opens a primary node when nobody is DRM master becomes it. The heap gives
 * that up at once, so that it never stands in the way of one who wants to show
 * something.
 *
 * Returns: (transfer full) (nullable): the heap, or %NULL with @error set
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_new_dumb (
    const gchar *card_path, GError **error);

/**
 * gst_zc_heap_new_dumb_for_fd: (constructor)
 * @fd: an open primary node, which stays the caller's; the heap has its own
 *   descriptor of the same opening
 * @error: %GST_ZC_ERROR_INVALID if @fd is none, or as of gst_zc_heap_new_dumb()
 *
 * As gst_zc_heap_new_dumb(), for a card that is open already, as master or on a
 * lease. What @fd is master of it stays.
 *
 * An opening ends when its last descriptor is closed, and with it its
 * mastership or lease. The heap keeps one, allocators and pools keep their
 * heap, and memory keeps its allocator: so does a single buffer that is still
 * on its way, long after the owner has closed @fd. Who must be rid of it sooner
 * gives mastership up himself (drmDropMaster()) or has the lease revoked
 * (drmModeRevokeLease()) before he closes, or closes after his memory is gone.
 * The dma-bufs of gst_zc_heap_export() keep nothing but themselves.
 *
 * Returns: (transfer full) (nullable): the heap, or %NULL with @error set
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_new_dumb_for_fd (gint fd, GError **error);

G_END_DECLS

#endif /* __GST_ZC_DUMB_HEAP_H__ */
