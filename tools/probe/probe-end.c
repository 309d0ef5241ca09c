/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-end.h"

static const gchar *const kinds[] = { "camera", "decoder", "producer",
  "display", "encoder", "converter", "cpu", "other" };

const gchar *
probe_kind_get_name (ProbeKind kind)
{
  return kinds[kind];
}

gboolean
probe_kind_is_name (const gchar *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i], word))
      return TRUE;
  return FALSE;
}

ProbeEnd *
probe_end_new (ProbeKind kind, const gchar *path, const gchar *connector,
    const gchar *label)
{
  ProbeEnd *self = g_new0 (ProbeEnd, 1);

  self->kind = kind;
  self->path = g_strdup (path);
  self->connector = g_strdup (connector);
  self->label = g_utf8_make_valid (label, -1);
  self->name = g_strjoin (":", kinds[kind], path, connector, NULL);
  return self;
}

void
probe_end_free (ProbeEnd *self)
{
  g_free (self->name);
  g_free (self->path);
  g_free (self->connector);
  g_free (self->label);
  g_free (self->trouble);
  g_clear_pointer (&self->in, g_array_unref);
  g_clear_pointer (&self->out, g_array_unref);
  gst_clear_caps (&self->coded);
  gst_clear_caps (&self->caps);
  g_free (self);
}

gboolean
probe_end_is_source (const ProbeEnd *self)
{
  return self->kind == PROBE_CAMERA || self->kind == PROBE_DECODER ||
         self->kind == PROBE_PRODUCER;
}

gboolean
probe_end_is_sink (const ProbeEnd *self)
{
  return self->kind == PROBE_DISPLAY || self->kind == PROBE_ENCODER ||
         self->kind == PROBE_CONVERTER || self->kind == PROBE_CONSUMER;
}

static gboolean
is_last_part (const gchar *path, const gchar *word)
{
  const gchar *slash = path ? strrchr (path, '/') : NULL;

  return slash && g_str_equal (slash + 1, word);
}

gboolean
probe_end_is_meant (const ProbeEnd *self, const gchar *word)
{
  return !word || g_str_equal (self->name, word) ||
         g_str_equal (kinds[self->kind], word) ||
         g_strcmp0 (self->path, word) == 0 ||
         g_strcmp0 (self->connector, word) == 0 ||
         is_last_part (self->path, word);
}
