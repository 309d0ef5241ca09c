/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_WAYS_H__
#define __GST_DMABUF_SRC_WAYS_H__

#include "gstdmabufsrcpools.h"
#include "gstdmabufsrcstream.h"

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

/* Whether its memory can be dma-bufs. */
gboolean gst_dmabuf_src_io_mode_has_dmabufs (GstDmabufSrcIoMode mode);

/**
 * GstDmabufSrcFailure:
 * @step: the call that failed last
 * @error: its negative errno; 0 if no call failed
 * @refused: for each way that was tried, why not
 */
typedef struct {
  const gchar *step;
  gint error;
  GString *refused;
} GstDmabufSrcFailure;

/**
 * gst_dmabuf_src_ways_start:
 * @wish: what is wanted
 * @mode: which ways may be tried
 * @failure: filled with what was not taken, though another was
 *
 * Tries the ways in order, each with a real buffer, and starts the first that
 * camera and downstream both take.
 *
 * Returns: (transfer full) (nullable): the stream
 */
GstDmabufSrcStream *gst_dmabuf_src_ways_start (const GstDmabufSrcWish *wish,
    GstDmabufSrcIoMode mode, GstDmabufSrcFailure *failure);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_WAYS_H__ */
