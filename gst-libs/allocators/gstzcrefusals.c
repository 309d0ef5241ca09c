/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcrefusals.h"

struct _GstZcRefusals {
  GValue list;
  GString *text;
};

GstZcRefusals *
gst_zc_refusals_new (void)
{
  GstZcRefusals *self = g_new0 (GstZcRefusals, 1);

  gst_value_list_init (&self->list, 0);
  self->text = g_string_new (NULL);
  return self;
}

void
gst_zc_refusals_free (GstZcRefusals *self)
{
  g_value_unset (&self->list);
  g_string_free (self->text, TRUE);
  g_free (self);
}

void
gst_zc_refusals_clear (GstZcRefusals *self)
{
  g_value_reset (&self->list);
  g_string_truncate (self->text, 0);
}

void
gst_zc_refusals_add (
    GstZcRefusals *self, const gchar *way, gint error, const gchar *reason)
{
  GValue entry = G_VALUE_INIT;

  g_value_init (&entry, GST_TYPE_STRUCTURE);
  g_value_take_boxed (
      &entry, gst_structure_new ("refused", "way", G_TYPE_STRING, way, "error",
                  G_TYPE_INT, error, "reason", G_TYPE_STRING, reason, NULL));
  gst_value_list_append_and_take_value (&self->list, &entry);
  g_string_append_printf (
      self->text, "%s%s: %s", self->text->len > 0 ? "; " : "", way, reason);
}

const gchar *
gst_zc_refusals_get_text (const GstZcRefusals *self)
{
  return self->text->str;
}

void
gst_zc_refusals_get_list (const GstZcRefusals *self, GValue *list)
{
  g_value_init (list, GST_TYPE_LIST);
  g_value_copy (&self->list, list);
}
