/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_STATS_H__
#define __GST_DMABUF_SINK_STATS_H__

#include "latency.h"

#include "gst-libs/kms/kms-mode.h"
#include "gst-libs/kms/kms-output.h"

G_BEGIN_DECLS

/**
 * GstDmabufSinkStats:
 * @frames: that were on the screen
 * @replaced: by a newer one before their turn
 * @late: not shown because they came too late
 * @copies: frames that the CPU copied
 * @imports: framebuffers that were made
 * @early: frames that went back with a fence
 * @fenced: frames that came before they were drawn
 * @texts: pictures of text that were drawn for a plane
 * @blends: frames that the CPU drew text into
 * @copied: (nullable): why frames were copied, static or interned
 * @is_woven: of interlaced frames both fields are shown at once
 * @path: (nullable): how the last frame came into scanout memory
 * @refused: (nullable): what the display could not do
 * @waiting: (nullable): likewise, of frames that were to be shown at once
 * @mode: of the screen, empty if nothing was shown
 * @monitor: the connector and what is on it, likewise
 *
 * What is counted since the start; the element's object lock guards it.
 */
typedef struct {
  guint64 frames;
  guint64 replaced;
  guint64 late;
  guint64 copies;
  guint64 bytes_copied;
  guint64 imports;
  guint64 early;
  guint64 fenced;
  guint64 texts;
  guint64 blends;
  guint64 bytes_blended;
  const gchar *copied;
  gboolean is_woven;
  const gchar *path;
  const gchar *refused;
  const gchar *waiting;
  gchar mode[ZC_KMS_MODE_NAME_SIZE];
  gchar monitor[ZC_KMS_OUTPUT_NAME_SIZE];
  LatencyHistogram latency;
} GstDmabufSinkStats;

/* Adds them to those of basesink. */
void gst_dmabuf_sink_stats_write (
    const GstDmabufSinkStats *stats, GstStructure *structure);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_STATS_H__ */
