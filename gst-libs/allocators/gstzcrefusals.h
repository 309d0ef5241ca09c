/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_REFUSALS_H__
#define __GST_ZC_REFUSALS_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/*
 * Ways that were not taken, in the order in which they were tried. For
 * elements; not installed. One thread at a time.
 */
typedef struct _GstZcRefusals GstZcRefusals;

GST_ZC_API GstZcRefusals *gst_zc_refusals_new (void);
GST_ZC_API void gst_zc_refusals_free (GstZcRefusals *refusals);

/* Forgets them all. */
GST_ZC_API void gst_zc_refusals_clear (GstZcRefusals *refusals);

/* @error is a negative errno, or 0 if no call failed; @reason says it in words
 * in any case. */
GST_ZC_API void gst_zc_refusals_add (
    GstZcRefusals *refusals, const gchar *way, gint error, const gchar *reason);

/* "way: reason; way: reason", or "" if there are none: valid until the next
 * change. */
GST_ZC_API const gchar *gst_zc_refusals_get_text (
    const GstZcRefusals *refusals);

/* A GstValueList of structures with "way", "error" and "reason", in a value
 * that is not initialized. */
GST_ZC_API void gst_zc_refusals_get_list (
    const GstZcRefusals *refusals, GValue *list);

G_END_DECLS

#endif /* __GST_ZC_REFUSALS_H__ */
