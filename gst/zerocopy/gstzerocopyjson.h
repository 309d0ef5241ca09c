/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_JSON_H__
#define __GST_ZEROCOPY_JSON_H__

#include <glib.h>

G_BEGIN_DECLS

/*
 * JSON, piece by piece. Each field ends with a comma and a blank, which
 * gst_zerocopy_json_end() takes away after the last. Any thread.
 */

/* NULL is an empty string. STRING is UTF-8. */
void gst_zerocopy_json_append_string (GString *text, const char *string);

void gst_zerocopy_json_append_field (
    GString *text, const char *name, const char *string);
void gst_zerocopy_json_append_number (
    GString *text, const char *name, guint64 number);
void gst_zerocopy_json_append_fraction (
    GString *text, const char *name, gdouble number);

/* END is what closes an object that has at least one field. */
void gst_zerocopy_json_end (GString *text, const char *end);

G_END_DECLS

#endif /* __GST_ZEROCOPY_JSON_H__ */
