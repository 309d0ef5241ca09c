/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_HEAP_CHOICE_H__
#define __GST_ZC_HEAP_CHOICE_H__

#include "gstzcconstraints.h"
#include "gstzcheap.h"

G_BEGIN_DECLS

/**
 * gst_zc_heap_flags_for_constraints:
 * @constraints: (nullable): what a device demands; %NULL for nothing
 *
 * What memory must be like for a device, to be required of gst_zc_heap_choose()
 * along with %GST_ZC_HEAP_DMABUF. All other demands are on how pixels are laid
 * out, which every heap can meet. Any thread.
 *
 * Returns: %GST_ZC_HEAP_CONTIGUOUS for %GST_ZC_CONSTRAINTS_CONTIGUOUS, or none
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeapFlags gst_zc_heap_flags_for_constraints (
    const GstZcConstraints *constraints);

/**
 * gst_zc_heap_choose:
 * @size: bytes of one allocation, 0 if they are not known yet
 * @required: what the memory must be like. With %GST_ZC_HEAP_DMABUF it can be
 *   imported by devices; without, it is for V4L2_MEMORY_USERPTR, which dma-bufs
 *   are not. gst_zc_heap_flags_for_constraints() tells what a device adds
 * @access: what the CPU will do: %GST_MAP_READ, %GST_MAP_WRITE, both, or 0.
 *   Anything but 0 requires %GST_ZC_HEAP_MAPPABLE
 * @card: (nullable): the primary node whose display is to show the memory, for
 *   %GST_ZC_HEAP_SCANOUT; %NULL for any
 * @explanation: (out) (optional) (nullable) (transfer full): which heap it is
 *   and, for each other one, why not; %NULL if there is none
 * @error: for each heap why it will not do, and what to do about it. Its code
 *   is that of gst_zc_heap_check() if a fitting heap may not be used,
 *   %GST_ZC_ERROR_TOO_LARGE if one is too small, else %GST_ZC_ERROR_NOT_FOUND
 *
 * Finds the heap of gst_zc_heap_list() that serves best. The rules, in order:
 *
 * 1. It has what is required, gives @size bytes at once, can be used by us now,
 *    and is not %GST_ZC_HEAP_BY_NAME_ONLY.
 * 2. If the CPU reads, %GST_ZC_HEAP_CACHED: reading uncached memory is slower
 *    by an order of magnitude. Writing in order is not.
 * 3. Not %GST_ZC_HEAP_SCANOUT unless required: it is a card's own. On many
 *    SoCs it is contiguous as well, and slow to read; on others it is the
 *    card's video memory.
 * 4. Not %GST_ZC_HEAP_CONTIGUOUS unless required: it is scarce, and there are
 *    devices that can do with nothing else.
 * 5. What comes first in the list, which says why.
 *
 * Opens the devices of heaps that fit in order of preference, up to the first
 * that may be used, and allocates nothing: no card wakes up where a dma-heap
 * serves. Any thread.
 *
 * Returns: (transfer full) (nullable): the heap, or %NULL with @error set
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_choose (gsize size, GstZcHeapFlags required,
    GstMapFlags access, const gchar *card, gchar **explanation, GError **error);

/**
 * gst_zc_heap_choose_from:
 * @heaps: (element-type GstZcHeap) (nullable): heaps to choose from, those that
 *   are preferred first
 * @size: as of gst_zc_heap_choose()
 * @required: as of gst_zc_heap_choose()
 * @access: as of gst_zc_heap_choose()
 * @card: (nullable): as of gst_zc_heap_choose()
 * @explanation: (out) (optional) (nullable) (transfer full): as of
 *   gst_zc_heap_choose()
 * @error: as of gst_zc_heap_choose()
 *
 * As gst_zc_heap_choose(), with heaps of the caller's, such as those of video
 * devices.
 *
 * Returns: (transfer full) (nullable): the heap, or %NULL with @error set
 *
 * Since: 0.2
 */
GST_ZC_API GstZcHeap *gst_zc_heap_choose_from (GList *heaps, gsize size,
    GstZcHeapFlags required, GstMapFlags access, const gchar *card,
    gchar **explanation, GError **error);

G_END_DECLS

#endif /* __GST_ZC_HEAP_CHOICE_H__ */
