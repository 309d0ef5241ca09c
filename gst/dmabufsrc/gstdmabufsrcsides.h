/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_SIDES_H__
#define __GST_DMABUF_SRC_SIDES_H__

#include "gstdmabufsrciomode.h"
#include "gstdmabufsrcpools.h"

G_BEGIN_DECLS

/* What camera and downstream are, as far as that is known before anything is
 * tried, and what follows from it. */
void gst_dmabuf_src_decide (const GstDmabufSrcWish *wish,
    GstDmabufSrcIoMode mode, GstZcDecision *decision);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_SIDES_H__ */
