/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_IO_MODE_H__
#define __GST_DMABUF_SRC_IO_MODE_H__

#include "gst-libs/allocators/gstzcdecision.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcIoMode:
 * @GST_DMABUF_SRC_IO_MODE_AUTO: whatever moves frames without a copy
 * @GST_DMABUF_SRC_IO_MODE_DMABUF_IMPORT: into dma-bufs of downstream, or of a
 *   heap if it offers none
 * @GST_DMABUF_SRC_IO_MODE_DMABUF_EXPORT: the driver's memory, as dma-bufs
 * @GST_DMABUF_SRC_IO_MODE_USERPTR: into plain memory of downstream, or pages
 *   of our own if it offers none that will do
 * @GST_DMABUF_SRC_IO_MODE_MMAP: the driver's memory, mapped
 * @GST_DMABUF_SRC_IO_MODE_LIBV4L2: the same through libv4l2, which converts
 *   formats that it alone understands
 *
 * How frames leave the driver.
 */
typedef enum {
  GST_DMABUF_SRC_IO_MODE_AUTO,
  GST_DMABUF_SRC_IO_MODE_DMABUF_IMPORT,
  GST_DMABUF_SRC_IO_MODE_DMABUF_EXPORT,
  GST_DMABUF_SRC_IO_MODE_USERPTR,
  GST_DMABUF_SRC_IO_MODE_MMAP,
  GST_DMABUF_SRC_IO_MODE_LIBV4L2,
} GstDmabufSrcIoMode;

#define GST_TYPE_DMABUF_SRC_IO_MODE (gst_dmabuf_src_io_mode_get_type ())
GType gst_dmabuf_src_io_mode_get_type (void);

/* What a camera can do in that mode. */
GstZcSideFlags gst_dmabuf_src_io_mode_get_flags (GstDmabufSrcIoMode mode);

/* Whether its memory can be dma-bufs. */
gboolean gst_dmabuf_src_io_mode_has_dmabufs (GstDmabufSrcIoMode mode);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_IO_MODE_H__ */
