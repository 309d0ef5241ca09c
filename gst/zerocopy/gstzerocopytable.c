/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopytable.h"

#include <string.h>

struct _GstZerocopyTable {
  gchar *align;
  guint columns;
  GPtrArray *cells;
};

GstZerocopyTable *
gst_zerocopy_table_new (const char *align)
{
  GstZerocopyTable *self = g_new0 (GstZerocopyTable, 1);

  self->align = g_strdup (align);
  self->columns = strlen (align);
  self->cells = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
gst_zerocopy_table_free (GstZerocopyTable *self)
{
  g_ptr_array_unref (self->cells);
  g_free (self->align);
  g_free (self);
}

void
gst_zerocopy_table_add (GstZerocopyTable *self, gchar *text)
{
  g_ptr_array_add (self->cells, text);
}

void
gst_zerocopy_table_addf (GstZerocopyTable *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  gst_zerocopy_table_add (self, g_strdup_vprintf (format, args));
  va_end (args);
}

static glong
width_of (const GstZerocopyTable *self, guint column)
{
  glong width = 0;

  for (guint i = column; i < self->cells->len; i += self->columns)
    width = MAX (width, g_utf8_strlen (self->cells->pdata[i], -1));
  return width;
}

/* No blanks where a line ends. */
static void
append_cell (const GstZerocopyTable *self, GString *text, guint column,
    glong width, const char *cell)
{
  glong blanks = width - g_utf8_strlen (cell, -1);
  gboolean last = column + 1 == self->columns;

  if (self->align[column] == 'r')
    g_string_append_printf (text, "%*s%s", (int) blanks, "", cell);
  else
    g_string_append_printf (text, "%s%*s", cell, last ? 0 : (int) blanks, "");
  g_string_append (text, last ? "\n" : "  ");
}

void
gst_zerocopy_table_append_to (GstZerocopyTable *self, GString *text)
{
  g_autofree glong *widths = g_new (glong, self->columns);

  for (guint i = 0; i < self->columns; i++)
    widths[i] = width_of (self, i);
  for (guint i = 0; i < self->cells->len; i++)
    append_cell (self, text, i % self->columns, widths[i % self->columns],
        self->cells->pdata[i]);
}

gchar *
gst_zerocopy_group_digits (guint64 number)
{
  g_autofree gchar *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  GString *text = g_string_new (NULL);

  for (gsize i = 0, n = strlen (digits); i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0)
      g_string_append_c (text, ' ');
    g_string_append_c (text, digits[i]);
  }
  return g_string_free (text, FALSE);
}
