/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-text.h"

#include "probe-heap.h"

#include "gst/zerocopy/gstzerocopytable.h"

static void
append_coded (GString *text, const GstCaps *caps)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    g_string_append_printf (text, "%s%s", i ? " " : "",
        gst_structure_get_name (gst_caps_get_structure (caps, i)));
}

static void
append_formats (GString *text, const char *what, const GArray *formats)
{
  g_autofree gchar *names = formats ? probe_formats_to_string (formats) : NULL;

  if (names && names[0])
    g_string_append_printf (text, "    %s %s\n", what, names);
}

static void
append_end (GString *text, const ProbeEnd *end)
{
  gboolean has_label = end->label[0] != '\0';

  g_string_append_printf (text, "  %s%s%s%s\n", end->name,
      has_label ? " (" : "", end->label, has_label ? ")" : "");
  append_formats (text, "takes", end->in);
  append_formats (text, "gives", end->out);
  if (end->coded && !gst_caps_is_empty (end->coded)) {
    g_string_append (text, "    coded: ");
    append_coded (text, end->coded);
    g_string_append_c (text, '\n');
  }
  if (end->trouble)
    g_string_append_printf (text, "    not tried: %s\n", end->trouble);
}

static void
append_heap (GString *text, const ProbeHeap *heap)
{
  g_string_append_printf (text, "  %s%s%s%s (%s)\n", heap->name,
      heap->path ? " (" : "", heap->path ? heap->path : "",
      heap->path ? ")" : "", heap->flags);
  if (heap->trouble)
    g_string_append_printf (text, "    cannot be used: %s\n", heap->trouble);
}

gchar *
probe_text_describe_machine (const ProbeMachine *machine)
{
  GString *text = g_string_new ("Devices:\n");

  for (guint i = 0; i < machine->ends->len; i++) {
    const ProbeEnd *end = machine->ends->pdata[i];

    if (end->path)
      append_end (text, end);
  }
  g_string_append (text, "Heaps:\n");
  for (guint i = 0; i < machine->heaps->len; i++)
    append_heap (text, machine->heaps->pdata[i]);
  if (machine->missing->len > 0)
    g_string_append (text, "Missing:\n");
  for (guint i = 0; i < machine->missing->len; i++)
    g_string_append_printf (
        text, "  %s\n", (const gchar *) machine->missing->pdata[i]);
  return g_string_free (text, FALSE);
}

/* Formats of which the same is to be said, besides what they cost. */
struct group {
  gchar *way;
  const ProbeTrial *first;
  GArray *formats;
  gdouble least, most; /* milliseconds of CPU a frame; least > most: unknown */
};

static void
group_free (gpointer data)
{
  struct group *group = data;

  g_free (group->way);
  g_array_unref (group->formats);
  g_free (group);
}

static gboolean
belongs (const struct group *group, const ProbeTrial *trial, const gchar *way)
{
  return group->first->verdict == trial->verdict &&
         g_str_equal (group->way, way) &&
         g_strcmp0 (group->first->error, trial->error) == 0;
}

static struct group *
find_group (GPtrArray *groups, const ProbeTrial *trial)
{
  g_autofree gchar *way = probe_trial_describe_way (trial);
  struct group *group;

  for (guint i = 0; i < groups->len; i++)
    if (belongs (groups->pdata[i], trial, way))
      return groups->pdata[i];
  group = g_new0 (struct group, 1);
  group->way = g_steal_pointer (&way);
  group->first = trial;
  group->formats = probe_formats_new ();
  group->least = G_MAXDOUBLE;
  g_ptr_array_add (groups, group);
  return group;
}

static void
add_cost (struct group *group, const ProbeRun *run)
{
  gdouble ms;

  if (!run || run->measured == 0)
    return;
  ms = (gdouble) (run->user + run->system) / run->measured / 1000;
  group->least = MIN (group->least, ms);
  group->most = MAX (group->most, ms);
}

static void
append_cost (GString *text, const struct group *group)
{
  if (group->least > group->most)
    return;
  g_string_append_printf (text, "; %.2f", group->least);
  if (group->most - group->least >= 0.01)
    g_string_append_printf (text, " to %.2f", group->most);
  g_string_append (text, " ms of CPU a frame");
}

/* What would have been better, and why not. */
static void
append_refused (GString *text, const ProbeTrial *trial)
{
  for (guint i = 0; trial->run && i < trial->run->steps->len; i++) {
    const ProbeStep *step = trial->run->steps->pdata[i];

    if (step->refused)
      g_string_append_printf (
          text, "    %s: %s\n", step->element, step->refused);
  }
}

static void
append_group (GString *text, const struct group *group)
{
  const ProbeTrial *trial = group->first;
  g_autofree gchar *names = probe_formats_to_string (group->formats);

  g_string_append_printf (
      text, "  %s: %s\n", probe_verdict_get_name (trial->verdict), names);
  if (trial->error)
    g_string_append_printf (text, "    %s\n", trial->error);
  if (trial->launch) {
    g_string_append_printf (
        text, "    %ux%u by %s", trial->width, trial->height, group->way);
    append_cost (text, group);
    g_string_append_c (text, '\n');
  }
  if (trial->copies) {
    g_autofree gchar *bytes = gst_zerocopy_group_digits (
        trial->bytes / trial->copies);

    g_string_append_printf (text,
        "    %" G_GUINT64_FORMAT " copies of %u frames, of %s bytes\n",
        trial->copies, trial->run->frames, bytes);
  }
  append_refused (text, trial);
  if (trial->launch)
    g_string_append_printf (text, "    %s\n", trial->launch);
}

gchar *
probe_text_describe_pair (const ProbePair *pair)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);

  g_string_append_printf (text, "%s -> %s\n", pair->from->name, pair->to->name);
  if (pair->skipped)
    g_string_append_printf (text, "  not tried: %s\n", pair->skipped);
  for (guint i = 0; i < pair->trials->len; i++) {
    const ProbeTrial *trial = pair->trials->pdata[i];
    struct group *group = find_group (groups, trial);

    probe_formats_add (group->formats, trial->format);
    add_cost (group, trial->run);
  }
  for (guint i = 0; i < groups->len; i++)
    append_group (text, groups->pdata[i]);
  return g_string_free (text, FALSE);
}

/* Why nothing was tried, in a word. */
static const gchar *
summarize_obstacle (const ProbePair *pair)
{
  if (pair->from->is_busy || pair->to->is_busy)
    return "busy";
  return pair->from->trouble || pair->to->trouble ? "not tried" : "-";
}

/* "zero copy", or how many formats are what. */
static gchar *
summarize (const ProbePair *pair)
{
  GString *text = g_string_new (
      pair->trials->len == 0 ? summarize_obstacle (pair) : NULL);

  for (guint verdict = PROBE_ZERO_COPY; verdict <= PROBE_BUSY; verdict++) {
    guint n = probe_pair_count (pair, verdict);

    if (n == 0)
      continue;
    g_string_append_printf (
        text, "%s%s", text->len ? ", " : "", probe_verdict_get_name (verdict));
    if (n < pair->trials->len)
      g_string_append_printf (text, " %u", n);
  }
  return g_string_free (text, FALSE);
}

static gboolean
is_there (GPtrArray *ends, gconstpointer end)
{
  return g_ptr_array_find (ends, end, NULL);
}

static const ProbePair *
find_pair (const ProbeMatrix *matrix, const ProbeEnd *from, const ProbeEnd *to)
{
  for (guint i = 0; i < matrix->pairs->len; i++) {
    const ProbePair *pair = matrix->pairs->pdata[i];

    if (pair->from == from && pair->to == to)
      return pair;
  }
  return NULL;
}

static void
add_row (GstZerocopyTable *table, const ProbeMatrix *matrix,
    const ProbeEnd *from, const GPtrArray *sinks)
{
  gst_zerocopy_table_add (table, g_strdup (from->name));
  for (guint i = 0; i < sinks->len; i++) {
    const ProbePair *pair = find_pair (matrix, from, sinks->pdata[i]);

    gst_zerocopy_table_add (table, pair ? summarize (pair) : g_strdup ("-"));
  }
}

gchar *
probe_text_describe_matrix (const ProbeMatrix *matrix)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  g_autoptr (GPtrArray) sinks = g_ptr_array_new ();
  g_autoptr (GstZerocopyTable) table = NULL;
  g_autofree gchar *align = NULL;

  for (guint i = 0; i < matrix->pairs->len; i++) {
    const ProbePair *pair = matrix->pairs->pdata[i];

    if (!is_there (sources, pair->from))
      g_ptr_array_add (sources, (gpointer) pair->from);
    if (!is_there (sinks, pair->to))
      g_ptr_array_add (sinks, (gpointer) pair->to);
  }
  align = g_strnfill (sinks->len + 1, 'l');
  table = gst_zerocopy_table_new (align);
  gst_zerocopy_table_add (table, g_strdup ("from \\ to"));
  for (guint i = 0; i < sinks->len; i++) {
    const ProbeEnd *end = sinks->pdata[i];

    gst_zerocopy_table_add (table, g_strdup (end->name));
  }
  for (guint i = 0; i < sources->len; i++)
    add_row (table, matrix, sources->pdata[i], sinks);
  gst_zerocopy_table_append_to (table, text);
  return g_string_free (text, FALSE);
}
