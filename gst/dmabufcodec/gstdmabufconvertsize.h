/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CONVERT_SIZE_H__
#define __GST_DMABUF_CONVERT_SIZE_H__

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_dmabuf_convert_fixate_size:
 * @to: (inout): what there is to choose from
 * @from: the caps at the other end, with a size
 * @swaps: whether a width there is a height here
 *
 * Chooses width, height and pixel-aspect-ratio: those of @from if there are
 * such, else what shows the picture in its own shape, as near to its size as
 * can be. Any thread.
 */
void gst_dmabuf_convert_fixate_size (
    GstStructure *to, const GstStructure *from, gboolean swaps);

G_END_DECLS

#endif /* __GST_DMABUF_CONVERT_SIZE_H__ */
