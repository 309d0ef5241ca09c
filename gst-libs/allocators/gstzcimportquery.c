/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcimportquery.h"

#include "gstzccaps.h"

#include <gst/video/video.h>

#define ANSWER "GstZcImportAnswer"

GstQuery *
gst_zc_import_query_new (GstCaps *caps, GstBuffer *buffer)
{
  GValue answers = G_VALUE_INIT;
  GstStructure *structure;

  g_return_val_if_fail (GST_IS_CAPS (caps) && GST_IS_BUFFER (buffer), NULL);

  structure = gst_structure_new (GST_ZC_IMPORT_QUERY_NAME, "caps",
      GST_TYPE_CAPS, caps, "buffer", GST_TYPE_BUFFER, buffer, NULL);
  gst_value_list_init (&answers, 0);
  gst_structure_take_value (structure, "answers", &answers);
  return gst_query_new_custom (GST_QUERY_CUSTOM, structure);
}

static gboolean
is_import_query (GstQuery *query)
{
  const GstStructure *structure = gst_query_get_structure (query);

  return GST_QUERY_TYPE (query) == GST_QUERY_CUSTOM && structure &&
         gst_structure_has_name (structure, GST_ZC_IMPORT_QUERY_NAME);
}

static const GValue *
get_answers (GstQuery *query)
{
  return gst_structure_get_value (gst_query_get_structure (query), "answers");
}

static gpointer
get_field (GstQuery *query, const gchar *name)
{
  const GValue *value = gst_structure_get_value (
      gst_query_get_structure (query), name);

  return g_value_get_boxed (value);
}

gboolean
gst_zc_import_query_parse (GstQuery *query, GstCaps **caps, GstBuffer **buffer)
{
  g_return_val_if_fail (GST_IS_QUERY (query), FALSE);

  if (!is_import_query (query))
    return FALSE;
  if (caps)
    *caps = get_field (query, "caps");
  if (buffer)
    *buffer = get_field (query, "buffer");
  return TRUE;
}

static gboolean
are_alike (GstCaps *a, GstCaps *b)
{
  GstVideoInfo info_a, info_b;
  guint64 modifier_a, modifier_b;
  guint32 fourcc_a, fourcc_b;

  if (!gst_caps_features_is_equal (
          gst_caps_get_features (a, 0), gst_caps_get_features (b, 0)))
    return FALSE;
  if (!gst_zc_caps_parse (a, &info_a, &fourcc_a, &modifier_a) ||
      !gst_zc_caps_parse (b, &info_b, &fourcc_b, &modifier_b))
    return gst_structure_has_name (gst_caps_get_structure (a, 0),
        gst_structure_get_name (gst_caps_get_structure (b, 0)));
  return fourcc_a == fourcc_b && modifier_a == modifier_b &&
         GST_VIDEO_INFO_FORMAT (&info_a) == GST_VIDEO_INFO_FORMAT (&info_b) &&
         GST_VIDEO_INFO_WIDTH (&info_a) == GST_VIDEO_INFO_WIDTH (&info_b) &&
         GST_VIDEO_INFO_HEIGHT (&info_a) == GST_VIDEO_INFO_HEIGHT (&info_b);
}

gboolean
gst_zc_import_query_concerns (GstQuery *query, GstPad *pad)
{
  g_autoptr (GstCaps) theirs = NULL;
  GstCaps *caps = NULL;

  g_return_val_if_fail (GST_IS_PAD (pad), FALSE);

  theirs = gst_pad_get_current_caps (pad);
  return theirs && gst_zc_import_query_parse (query, &caps, NULL) &&
         gst_caps_is_fixed (caps) && are_alike (caps, theirs);
}

void
gst_zc_import_query_answer (
    GstQuery *query, GstElement *element, gint error, const gchar *reason)
{
  GValue answer = G_VALUE_INIT, answers = G_VALUE_INIT;

  g_return_if_fail (GST_IS_QUERY (query) && is_import_query (query));
  g_return_if_fail (GST_IS_ELEMENT (element));

  g_value_init (&answer, GST_TYPE_STRUCTURE);
  g_value_take_boxed (
      &answer, gst_structure_new (ANSWER, "element", G_TYPE_STRING,
                   GST_OBJECT_NAME (element), "error", G_TYPE_INT, error,
                   "reason", G_TYPE_STRING, reason, NULL));
  g_value_init (&answers, GST_TYPE_LIST);
  g_value_copy (get_answers (query), &answers);
  gst_value_list_append_and_take_value (&answers, &answer);
  gst_structure_take_value (
      gst_query_writable_structure (query), "answers", &answers);
}

guint
gst_zc_import_query_get_n_answers (GstQuery *query)
{
  g_return_val_if_fail (GST_IS_QUERY (query) && is_import_query (query), 0);

  return gst_value_list_get_size (get_answers (query));
}

void
gst_zc_import_query_get_answer (GstQuery *query, guint index,
    const gchar **element, gint *error, const gchar **reason)
{
  const GstStructure *answer;

  g_return_if_fail (index < gst_zc_import_query_get_n_answers (query));

  answer = gst_value_get_structure (
      gst_value_list_get_value (get_answers (query), index));
  if (element)
    *element = gst_structure_get_string (answer, "element");
  if (error)
    gst_structure_get_int (answer, "error", error);
  if (reason)
    *reason = gst_structure_get_string (answer, "reason");
}

static guint
collect (GstQuery *query, gint *first, GString *text)
{
  guint n = gst_zc_import_query_get_n_answers (query), refused = 0;

  *first = 0;
  for (guint i = 0; i < n; i++) {
    const gchar *element, *reason;
    gint error;

    gst_zc_import_query_get_answer (query, i, &element, &error, &reason);
    if (error == 0)
      continue;
    g_string_append_printf (text, "%s%s cannot take it: %s",
        refused > 0 ? ", " : "", element,
        reason ? reason : g_strerror (-error));
    if (refused++ == 0)
      *first = error;
  }
  return refused;
}

guint
gst_zc_import_query_ask (GstPad *pad, GstCaps *caps, GstBuffer *buffer,
    gint *error, gchar **refusals)
{
  GString *text = g_string_new (NULL);
  GstQuery *query;
  guint refused;
  gint first;

  g_return_val_if_fail (GST_IS_PAD (pad), 0);

  query = gst_zc_import_query_new (caps, buffer);
  gst_pad_peer_query (pad, query);
  refused = collect (query, &first, text);
  gst_query_unref (query);
  if (error)
    *error = first;
  if (refusals)
    *refusals = refused > 0 ? g_strdup (text->str) : NULL;
  g_string_free (text, TRUE);
  return refused;
}
