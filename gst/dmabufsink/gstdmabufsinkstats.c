/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkstats.h"

static const gchar *
or_none (const gchar *string)
{
  return string && string[0] ? string : "none";
}

void
gst_dmabuf_sink_stats_write (const GstDmabufSinkStats *self, GstStructure *s)
{
  g_autofree gchar *monitor = g_utf8_make_valid (self->monitor, -1);

  gst_structure_set_name (s, "dmabufsink-stats");
  gst_structure_set (s, "frames", G_TYPE_UINT64, self->frames, "dropped",
      G_TYPE_UINT64, self->late + self->replaced, "copies", G_TYPE_UINT64,
      self->copies, "bytes-copied", G_TYPE_UINT64, self->bytes_copied,
      "imports", G_TYPE_UINT64, self->imports, "early", G_TYPE_UINT64,
      self->early, "fenced", G_TYPE_UINT64, self->fenced, "texts",
      G_TYPE_UINT64, self->texts, "blends", G_TYPE_UINT64, self->blends,
      "bytes-blended", G_TYPE_UINT64, self->bytes_blended, "latency-median",
      G_TYPE_UINT64, latency_histogram_percentile (&self->latency, 50),
      "latency-p99", G_TYPE_UINT64,
      latency_histogram_percentile (&self->latency, 99), "path", G_TYPE_STRING,
      or_none (self->path), "copy-reason", G_TYPE_STRING,
      or_none (self->copied), "fields", G_TYPE_STRING,
      self->is_woven ? "woven" : "none", "monitor", G_TYPE_STRING,
      or_none (monitor), "mode", G_TYPE_STRING, or_none (self->mode), "refused",
      G_TYPE_STRING, or_none (self->refused ? self->refused : self->waiting),
      NULL);
}
