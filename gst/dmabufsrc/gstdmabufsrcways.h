/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_WAYS_H__
#define __GST_DMABUF_SRC_WAYS_H__

#include "gstdmabufsrciomode.h"
#include "gstdmabufsrcpools.h"
#include "gstdmabufsrcstream.h"

#include "gst-libs/allocators/gstzcrefusals.h"

G_BEGIN_DECLS

/**
 * GstDmabufSrcFailure:
 * @step: the call that failed last
 * @error: its negative errno; 0 if no call failed
 * @refused: for each way that was tried, why not
 * @must_copy: of what the camera can do, there is nothing that all of
 *   downstream takes without a copy
 */
typedef struct {
  const gchar *step;
  gint error;
  GstZcRefusals *refused;
  gboolean must_copy;
} GstDmabufSrcFailure;

/**
 * gst_dmabuf_src_ways_start:
 * @wish: what is wanted
 * @mode: which ways may be tried
 * @failure: filled with what was not taken, though another was
 *
 * Tries the ways in order, each with a real buffer, and starts the first that
 * camera and downstream both take. If there is none that all of downstream
 * takes, and copies are allowed, it is the one that most of them take.
 *
 * Returns: (transfer full) (nullable): the stream
 */
GstDmabufSrcStream *gst_dmabuf_src_ways_start (const GstDmabufSrcWish *wish,
    GstDmabufSrcIoMode mode, GstDmabufSrcFailure *failure);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_WAYS_H__ */
