/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopyreport.h"

#include "gstzerocopyjson.h"
#include "gstzerocopytable.h"

/* What outlives the ledger's lock: names and formats may change after it. */
static void
own_link (gpointer data)
{
  GstZerocopyLink *link = data;

  g_free (link->format);
}

static void
copy_links (GstZerocopyReport *self, guint *places)
{
  GPtrArray *all = gst_zerocopy_ledger.links;

  for (guint i = 0; i < all->len; i++) {
    GstZerocopyLink link = *(GstZerocopyLink *) all->pdata[i];

    places[i] = self->links->len;
    if (link.buffers == 0)
      continue;
    link.format = g_strdup (link.format);
    g_array_append_val (self->links, link);
    self->frames += link.kind == GST_ZEROCOPY_RAW ? link.buffers : 0;
    self->copied_frames += link.copied.frames + link.made.frames;
  }
}

static gboolean
did_something (const GstZerocopyElement *element)
{
  return element->maps_read + element->maps_write + element->held_frames > 0;
}

static void
copy_elements (GstZerocopyReport *self, guint *places)
{
  GPtrArray *all = gst_zerocopy_ledger.elements;

  for (guint i = 0; i < all->len; i++) {
    GstZerocopyElement *element = all->pdata[i];

    places[i] = self->elements->len;
    if (did_something (element))
      g_array_append_vals (self->elements, element, 1);
  }
}

static void
add_copy (GstZerocopyCopies *copies, gsize bytes)
{
  copies->frames++;
  copies->bytes += bytes;
}

static guint
place_of (GPtrArray *all, gconstpointer item)
{
  guint place = 0;

  g_ptr_array_find (all, item, &place);
  return place;
}

/* What would be settled by the next writing. */
static void
add_open (GstZerocopyReport *self, const guint *link_places,
    const guint *element_places, gboolean end)
{
  for (GList *l = gst_zerocopy_ledger.storages.head; l; l = l->next) {
    const GstZerocopyStorage *storage = l->data;
    GstZerocopyFrame *frame;
    gsize bytes;
    guint place;

    frame = gst_zerocopy_ledger_find_copied (storage, &bytes);
    if (!frame || (!end && frame->serial == storage->writer->serial))
      continue;
    add_copy (&g_array_index (
                  self->links, GstZerocopyLink, link_places[frame->link->id])
                  .copied,
        bytes);
    place = place_of (gst_zerocopy_ledger.elements, storage->writer);
    add_copy (&g_array_index (
                  self->elements, GstZerocopyElement, element_places[place])
                  .copies,
        bytes);
    self->copied_frames++;
  }
}

GstZerocopyReport *
gst_zerocopy_report_new (gboolean end)
{
  GstZerocopyReport *self = g_new0 (GstZerocopyReport, 1);
  g_autofree guint *links = NULL, *elements = NULL;

  self->links = g_array_new (FALSE, FALSE, sizeof (GstZerocopyLink));
  g_array_set_clear_func (self->links, own_link);
  self->elements = g_array_new (FALSE, FALSE, sizeof (GstZerocopyElement));

  gst_zerocopy_ledger_lock ();
  if (gst_zerocopy_ledger.elements) {
    links = g_new (guint, gst_zerocopy_ledger.links->len + 1);
    elements = g_new (guint, gst_zerocopy_ledger.elements->len + 1);
    copy_links (self, links);
    copy_elements (self, elements);
    add_open (self, links, elements, end);
    self->elapsed = gst_util_get_timestamp () - gst_zerocopy_ledger.start;
  }
  gst_zerocopy_ledger_unlock ();
  return self;
}

void
gst_zerocopy_report_free (GstZerocopyReport *self)
{
  g_array_unref (self->links);
  g_array_unref (self->elements);
  g_free (self);
}

static void
append_copies (GString *text, const GstZerocopyLink *link,
    const GstZerocopyElement *element, const GstZerocopyCopies *copies)
{
  g_autofree gchar *bytes = NULL;

  if (copies->frames == 0)
    return;
  bytes = gst_zerocopy_group_digits (copies->bytes / copies->frames);
  if (text->len > 0)
    g_string_append (text, "; ");
  g_string_append_printf (
      text, "copied by %s: %s bytes a frame", element->name, bytes);
  if (copies->frames < link->buffers)
    g_string_append_printf (text,
        " (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ")", copies->frames,
        link->buffers);
}

gchar *
gst_zerocopy_report_get_verdict (const GstZerocopyLink *link)
{
  GString *text = g_string_new (NULL);

  if (link->kind == GST_ZEROCOPY_CODED)
    g_string_append (text, "coded");
  else if (link->kind == GST_ZEROCOPY_OTHER)
    g_string_append (text, "not video");
  if (link->kind != GST_ZEROCOPY_RAW)
    return g_string_free (text, FALSE);

  append_copies (text, link, link->src, &link->made);
  append_copies (text, link, link->sink, &link->copied);
  if (text->len == 0) {
    g_string_append (text, "zero copy");
    if (link->read > 0)
      g_string_append_printf (text, ", read by %s", link->sink->name);
  }
  return g_string_free (text, FALSE);
}

/* Dma-bufs a second that were new to LINK; a link that had one buffer has no
 * duration. */
static gdouble
new_a_second (const GstZerocopyLink *link)
{
  gdouble seconds = (gdouble) (link->last - link->first) / GST_SECOND;

  return seconds > 0 ? (gdouble) link->dmabufs / seconds : 0;
}

static gchar *
name_link (const GstZerocopyLink *link)
{
  return g_strdup_printf ("%s%s%s:%s -> %s:%s", link->src->top,
      *link->src->top ? "/" : "", link->src->name, link->src_pad,
      link->sink->name, link->sink_pad);
}

static void
add_words (GstZerocopyTable *table, const char *const *words)
{
  for (guint i = 0; words[i]; i++)
    gst_zerocopy_table_add (table, g_strdup (words[i]));
}

static void
add_link (GstZerocopyTable *table, const GstZerocopyLink *link)
{
  gst_zerocopy_table_add (table, name_link (link));
  gst_zerocopy_table_addf (table, "%s", link->memory);
  gst_zerocopy_table_addf (table, "%s", link->format ? link->format : "?");
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, link->buffers);
  gst_zerocopy_table_add (
      table, gst_zerocopy_group_digits (link->bytes / link->buffers));
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, link->distinct);
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, link->dmabufs);
  gst_zerocopy_table_addf (table, "%.1f", new_a_second (link));
  gst_zerocopy_table_add (table, gst_zerocopy_report_get_verdict (link));
}

static void
append_links (GString *text, const GstZerocopyReport *self)
{
  static const char *const words[] = { "link", "memory", "format", "frames",
    "bytes", "distinct", "dma-bufs", "new/s", "verdict", NULL };
  g_autoptr (GstZerocopyTable) table = gst_zerocopy_table_new ("lllrrrrrl");

  add_words (table, words);
  for (guint i = 0; i < self->links->len; i++)
    add_link (table, &g_array_index (self->links, GstZerocopyLink, i));
  gst_zerocopy_table_append_to (table, text);
}

static gdouble
held_mean (const GstZerocopyElement *element)
{
  return element->held_frames ? (gdouble) element->held_total /
                                    element->held_frames / GST_MSECOND
                              : 0;
}

static void
add_element (GstZerocopyTable *table, const GstZerocopyElement *element)
{
  gst_zerocopy_table_addf (
      table, "%s%s%s", element->top, *element->top ? "/" : "", element->name);
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, element->maps_read);
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, element->maps_write);
  gst_zerocopy_table_add (
      table, gst_zerocopy_group_digits (element->bytes_read));
  gst_zerocopy_table_add (
      table, gst_zerocopy_group_digits (element->bytes_written));
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, element->syncs);
  gst_zerocopy_table_addf (table, "%" G_GUINT64_FORMAT, element->copies.frames);
  gst_zerocopy_table_addf (table, "%.3f", held_mean (element));
  gst_zerocopy_table_addf (
      table, "%.3f", (gdouble) element->held_max / GST_MSECOND);
}

static void
append_elements (GString *text, const GstZerocopyReport *self)
{
  static const char *const words[] = { "element", "maps r", "maps w",
    "bytes read", "bytes written", "syncs", "copies", "held ms", "longest ms",
    NULL };
  g_autoptr (GstZerocopyTable) table = gst_zerocopy_table_new ("lrrrrrrrr");

  g_string_append_c (text, '\n');
  add_words (table, words);
  for (guint i = 0; i < self->elements->len; i++)
    add_element (table, &g_array_index (self->elements, GstZerocopyElement, i));
  gst_zerocopy_table_append_to (table, text);
}

gchar *
gst_zerocopy_report_to_table (const GstZerocopyReport *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
      "zerocopy: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
      " video frames were copied by the CPU, in %.1f s\n\n",
      self->copied_frames, self->frames, (gdouble) self->elapsed / GST_SECOND);
  append_links (text, self);
  append_elements (text, self);
  return g_string_free (text, FALSE);
}

static void
append_copies_json (
    GString *text, const char *name, const GstZerocopyCopies *copies)
{
  g_string_append_printf (text, "\"%s\": {", name);
  gst_zerocopy_json_append_number (text, "frames", copies->frames);
  gst_zerocopy_json_append_number (text, "bytes", copies->bytes);
  gst_zerocopy_json_end (text, "}, ");
}

static void
append_link_json (GString *text, const GstZerocopyLink *link)
{
  static const char *const kinds[] = { "other", "coded", "raw" };
  g_autofree gchar *verdict = gst_zerocopy_report_get_verdict (link);

  g_string_append (text, "\n    {");
  gst_zerocopy_json_append_field (text, "pipeline", link->src->top);
  gst_zerocopy_json_append_field (text, "src", link->src->name);
  gst_zerocopy_json_append_field (text, "src-pad", link->src_pad);
  gst_zerocopy_json_append_field (text, "sink", link->sink->name);
  gst_zerocopy_json_append_field (text, "sink-pad", link->sink_pad);
  gst_zerocopy_json_append_field (text, "media", kinds[link->kind]);
  gst_zerocopy_json_append_field (text, "format", link->format);
  gst_zerocopy_json_append_field (text, "memory", link->memory);
  gst_zerocopy_json_append_number (text, "frames", link->buffers);
  gst_zerocopy_json_append_number (text, "bytes", link->bytes);
  gst_zerocopy_json_append_number (text, "distinct", link->distinct);
  gst_zerocopy_json_append_number (text, "dmabufs", link->dmabufs);
  gst_zerocopy_json_append_fraction (
      text, "new-dmabufs-per-second", new_a_second (link));
  gst_zerocopy_json_append_number (text, "read", link->read);
  append_copies_json (text, "copied-by-sink", &link->copied);
  append_copies_json (text, "copied-by-src", &link->made);
  gst_zerocopy_json_append_field (text, "verdict", verdict);
  gst_zerocopy_json_end (text, "}");
}

static void
append_element_json (GString *text, const GstZerocopyElement *element)
{
  g_string_append (text, "\n    {");
  gst_zerocopy_json_append_field (text, "pipeline", element->top);
  gst_zerocopy_json_append_field (text, "name", element->name);
  gst_zerocopy_json_append_number (text, "maps-read", element->maps_read);
  gst_zerocopy_json_append_number (text, "maps-write", element->maps_write);
  gst_zerocopy_json_append_number (text, "bytes-read", element->bytes_read);
  gst_zerocopy_json_append_number (
      text, "bytes-written", element->bytes_written);
  gst_zerocopy_json_append_number (text, "syncs", element->syncs);
  append_copies_json (text, "copies", &element->copies);
  gst_zerocopy_json_append_number (text, "held-frames", element->held_frames);
  gst_zerocopy_json_append_number (text, "held-total-ns", element->held_total);
  gst_zerocopy_json_append_number (text, "held-longest-ns", element->held_max);
  gst_zerocopy_json_end (text, "}");
}

gchar *
gst_zerocopy_report_to_json (const GstZerocopyReport *self)
{
  GString *text = g_string_new ("{\n  ");

  gst_zerocopy_json_append_fraction (
      text, "seconds", (gdouble) self->elapsed / GST_SECOND);
  gst_zerocopy_json_append_number (text, "frames", self->frames);
  gst_zerocopy_json_append_number (text, "copied-frames", self->copied_frames);
  g_string_append (text, "\n  \"links\": [");
  for (guint i = 0; i < self->links->len; i++) {
    g_string_append (text, i ? "," : "");
    append_link_json (text, &g_array_index (self->links, GstZerocopyLink, i));
  }
  g_string_append (text, "],\n  \"elements\": [");
  for (guint i = 0; i < self->elements->len; i++) {
    g_string_append (text, i ? "," : "");
    append_element_json (
        text, &g_array_index (self->elements, GstZerocopyElement, i));
  }
  g_string_append (text, "]\n}\n");
  return g_string_free (text, FALSE);
}

static void
append_node (GString *text, const GstZerocopyElement *element)
{
  g_autofree gchar *node = g_strdup_printf (
      "%s/%s", element->top, element->name);

  g_string_append (text, "  ");
  gst_zerocopy_json_append_string (text, node);
  g_string_append (text, " [label=");
  gst_zerocopy_json_append_string (text, element->name);
  g_string_append (text, "];\n");
}

static void
append_edge (GString *text, const GstZerocopyLink *link)
{
  g_autofree gchar *src = g_strdup_printf (
      "%s/%s", link->src->top, link->src->name);
  g_autofree gchar *sink = g_strdup_printf (
      "%s/%s", link->sink->top, link->sink->name);
  g_autofree gchar *verdict = gst_zerocopy_report_get_verdict (link);
  g_autofree gchar *label = g_strdup_printf (
      "%s, %s: %s", link->memory, link->format ? link->format : "?", verdict);
  gboolean copied = link->copied.frames + link->made.frames > 0;

  g_string_append (text, "  ");
  gst_zerocopy_json_append_string (text, src);
  g_string_append (text, " -> ");
  gst_zerocopy_json_append_string (text, sink);
  g_string_append (text, " [label=");
  gst_zerocopy_json_append_string (text, label);
  g_string_append_printf (
      text, "%s];\n", copied ? ", color=red, fontcolor=red" : "");
}

gchar *
gst_zerocopy_report_to_dot (const GstZerocopyReport *self)
{
  GString *text = g_string_new (
      "digraph zerocopy {\n  rankdir=LR;\n  node [shape=box];\n");

  for (guint i = 0; i < self->links->len; i++) {
    const GstZerocopyLink *link = &g_array_index (
        self->links, GstZerocopyLink, i);

    append_node (text, link->src);
    append_node (text, link->sink);
    append_edge (text, link);
  }
  g_string_append (text, "}\n");
  return g_string_free (text, FALSE);
}
