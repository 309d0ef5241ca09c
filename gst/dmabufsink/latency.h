/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SINK_LATENCY_H__
#define __GST_DMABUF_SINK_LATENCY_H__

#include <gst/gst.h>

G_BEGIN_DECLS

#define LATENCY_BIN (100 * GST_USECOND)
#define LATENCY_BINS 4096 /* up to 0.4 s; what is longer counts as that */

/* A histogram of latencies: constant in size, exact to LATENCY_BIN. Zero it
 * to start. */
typedef struct {
  guint64 count;
  guint32 bin[LATENCY_BINS];
} LatencyHistogram;

void latency_histogram_add (LatencyHistogram *histogram, GstClockTime latency);

/* The latency that @percent of the frames did not exceed, or
 * GST_CLOCK_TIME_NONE if there were none. */
GstClockTime latency_histogram_percentile (
    const LatencyHistogram *histogram, guint percent);

G_END_DECLS

#endif /* __GST_DMABUF_SINK_LATENCY_H__ */
