/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_REPORT_H__
#define __GST_ZEROCOPY_REPORT_H__

#include "gstzerocopyledger.h"

G_BEGIN_DECLS

/*
 * What the ledger says at one moment, and how it is told. Taking it changes
 * nothing, and nothing waits while it is written.
 */
typedef struct {
  GArray *links;    /* GstZerocopyLink; those that buffers passed */
  GArray *elements; /* GstZerocopyElement; those that did something */
  GstClockTime elapsed;
  guint64 frames;        /* raw video frames that passed a link */
  guint64 copied_frames; /* in all links */
} GstZerocopyReport;

/* At the END everything that is written and was not pushed is settled; before,
 * what an element may be about to push is left open. To be freed. */
GstZerocopyReport *gst_zerocopy_report_new (gboolean end);
void gst_zerocopy_report_free (GstZerocopyReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstZerocopyReport, gst_zerocopy_report_free)

/* What became of the frames of a link, in words; to be freed. */
gchar *gst_zerocopy_report_get_verdict (const GstZerocopyLink *link);

/* One line a link, one an element; JSON; a graph for GraphViz, in which copies
 * are red. To be freed. */
gchar *gst_zerocopy_report_to_table (const GstZerocopyReport *self);
gchar *gst_zerocopy_report_to_json (const GstZerocopyReport *self);
gchar *gst_zerocopy_report_to_dot (const GstZerocopyReport *self);

G_END_DECLS

#endif /* __GST_ZEROCOPY_REPORT_H__ */
