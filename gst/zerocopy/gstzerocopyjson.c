/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopyjson.h"

void
gst_zerocopy_json_append_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *c = string ? string : ""; *c; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (text, '\\');
    if ((guchar) *c < 0x20)
      g_string_append_printf (text, "\\u%04x", (guchar) *c);
    else
      g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
}

void
gst_zerocopy_json_append_field (
    GString *text, const char *name, const char *string)
{
  g_string_append_printf (text, "\"%s\": ", name);
  gst_zerocopy_json_append_string (text, string);
  g_string_append (text, ", ");
}

void
gst_zerocopy_json_append_number (
    GString *text, const char *name, guint64 number)
{
  g_string_append_printf (
      text, "\"%s\": %" G_GUINT64_FORMAT ", ", name, number);
}

/* JSON has the point in all languages. */
void
gst_zerocopy_json_append_fraction (
    GString *text, const char *name, gdouble number)
{
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (digits, sizeof (digits), "%.6f", number);
  g_string_append_printf (text, "\"%s\": %s, ", name, digits);
}

void
gst_zerocopy_json_end (GString *text, const char *end)
{
  g_string_truncate (text, text->len - 2);
  g_string_append (text, end);
}
