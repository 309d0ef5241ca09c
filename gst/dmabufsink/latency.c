/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "latency.h"

void
latency_histogram_add (LatencyHistogram *histogram, GstClockTime latency)
{
  histogram->bin[MIN (latency / LATENCY_BIN, LATENCY_BINS - 1)]++;
  histogram->count++;
}

GstClockTime
latency_histogram_percentile (const LatencyHistogram *histogram, guint percent)
{
  guint64 wanted = (histogram->count * percent + 99) / 100, seen = 0;

  if (histogram->count == 0)
    return GST_CLOCK_TIME_NONE;
  for (guint i = 0; i < LATENCY_BINS; i++) {
    seen += histogram->bin[i];
    if (seen >= wanted)
      return (i + 1) * LATENCY_BIN;
  }
  return LATENCY_BINS * LATENCY_BIN;
}
