/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_TABLE_H__
#define __GST_ZEROCOPY_TABLE_H__

#include <glib.h>

G_BEGIN_DECLS

/* Text in columns as wide as what is in them. Any thread, one at a time. */
typedef struct _GstZerocopyTable GstZerocopyTable;

/* ALIGN has a letter for each column: l or r, where its text is. To be
 * freed. */
GstZerocopyTable *gst_zerocopy_table_new (const char *align);
void gst_zerocopy_table_free (GstZerocopyTable *self);

/* The next cell, row by row; takes TEXT over. */
void gst_zerocopy_table_add (GstZerocopyTable *self, gchar *text);

/* The same for what printf() makes. */
void gst_zerocopy_table_addf (GstZerocopyTable *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

void gst_zerocopy_table_append_to (GstZerocopyTable *self, GString *text);

/* 614400: "614 400". To be freed. */
gchar *gst_zerocopy_group_digits (guint64 number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstZerocopyTable, gst_zerocopy_table_free)

G_END_DECLS

#endif /* __GST_ZEROCOPY_TABLE_H__ */
