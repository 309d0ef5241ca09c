/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "probe-json.h"

#include "probe-heap.h"

#include "gst/zerocopy/gstzerocopyjson.h"

/* A list's elements, each by APPEND. */
static void
append_list (GString *text, const char *name, const GPtrArray *items,
    void (*append) (GString *, gconstpointer))
{
  g_string_append_printf (text, "\"%s\": [", name);
  for (guint i = 0; items && i < items->len; i++) {
    g_string_append (text, i ? "," : "");
    append (text, items->pdata[i]);
  }
  g_string_append (text, "], ");
}

static void
append_formats (GString *text, const char *name, const GArray *formats)
{
  g_string_append_printf (text, "\"%s\": [", name);
  for (guint i = 0; formats && i < formats->len; i++) {
    g_string_append (text, i ? ", " : "");
    gst_zerocopy_json_append_string (
        text, gst_video_format_to_string (
                  g_array_index (formats, GstVideoFormat, i)));
  }
  g_string_append (text, "], ");
}

static void
append_coded (GString *text, const GstCaps *caps)
{
  g_string_append (text, "\"coded\": [");
  for (guint i = 0; caps && i < gst_caps_get_size (caps); i++) {
    g_string_append (text, i ? ", " : "");
    gst_zerocopy_json_append_string (
        text, gst_structure_get_name (gst_caps_get_structure (caps, i)));
  }
  g_string_append (text, "], ");
}

static void
append_end (GString *text, gconstpointer data)
{
  const ProbeEnd *end = data;

  g_string_append (text, "\n    {");
  gst_zerocopy_json_append_field (
      text, "kind", probe_kind_get_name (end->kind));
  gst_zerocopy_json_append_field (text, "name", end->name);
  gst_zerocopy_json_append_field (text, "path", end->path);
  gst_zerocopy_json_append_field (text, "connector", end->connector);
  gst_zerocopy_json_append_field (text, "label", end->label);
  append_formats (text, "takes", end->in);
  append_formats (text, "gives", end->out);
  append_coded (text, end->coded);
  gst_zerocopy_json_append_field (text, "trouble", end->trouble);
  g_string_append_printf (
      text, "\"busy\": %s, ", end->is_busy ? "true" : "false");
  gst_zerocopy_json_end (text, "}");
}

static void
append_heap (GString *text, gconstpointer data)
{
  const ProbeHeap *heap = data;

  g_string_append (text, "\n    {");
  gst_zerocopy_json_append_field (text, "name", heap->name);
  gst_zerocopy_json_append_field (text, "path", heap->path);
  gst_zerocopy_json_append_field (text, "flags", heap->flags);
  gst_zerocopy_json_append_number (text, "max-size", heap->maximum);
  gst_zerocopy_json_append_field (text, "trouble", heap->trouble);
  gst_zerocopy_json_end (text, "}");
}

static void
append_missing (GString *text, gconstpointer data)
{
  g_string_append (text, "\n    ");
  gst_zerocopy_json_append_string (text, data);
}

static void
append_step (GString *text, gconstpointer data)
{
  const ProbeStep *step = data;

  g_string_append_c (text, '{');
  gst_zerocopy_json_append_field (text, "element", step->element);
  gst_zerocopy_json_append_field (text, "path", step->path);
  gst_zerocopy_json_append_field (text, "refused", step->refused);
  gst_zerocopy_json_append_number (text, "copies", step->copies);
  gst_zerocopy_json_append_number (text, "bytes-copied", step->bytes);
  gst_zerocopy_json_end (text, "}");
}

/* Of all frames that were measured, so that who reads it divides once. */
static void
append_cost (GString *text, const ProbeRun *run)
{
  g_string_append (text, "\"cost\": {");
  gst_zerocopy_json_append_number (text, "frames", run->measured);
  gst_zerocopy_json_append_number (text, "user-us", run->user);
  gst_zerocopy_json_append_number (text, "system-us", run->system);
  gst_zerocopy_json_append_number (text, "elapsed-us", run->elapsed);
  gst_zerocopy_json_end (text, "}, ");
}

static void
append_trial (GString *text, gconstpointer data)
{
  const ProbeTrial *trial = data;

  g_string_append (text, "\n      {");
  gst_zerocopy_json_append_field (
      text, "format", gst_video_format_to_string (trial->format));
  gst_zerocopy_json_append_field (
      text, "verdict", probe_verdict_get_name (trial->verdict));
  gst_zerocopy_json_append_number (text, "width", trial->width);
  gst_zerocopy_json_append_number (text, "height", trial->height);
  gst_zerocopy_json_append_number (
      text, "frames", trial->run ? trial->run->frames : 0);
  gst_zerocopy_json_append_number (text, "copies", trial->copies);
  gst_zerocopy_json_append_number (text, "bytes-copied", trial->bytes);
  if (trial->run) {
    append_cost (text, trial->run);
    append_list (text, "steps", trial->run->steps, append_step);
  }
  gst_zerocopy_json_append_field (text, "error", trial->error);
  gst_zerocopy_json_append_field (text, "launch", trial->launch);
  gst_zerocopy_json_end (text, "}");
}

static void
append_pair (GString *text, gconstpointer data)
{
  const ProbePair *pair = data;

  g_string_append (text, "\n    {");
  gst_zerocopy_json_append_field (text, "from", pair->from->name);
  gst_zerocopy_json_append_field (text, "to", pair->to->name);
  append_list (text, "formats", pair->trials, append_trial);
  gst_zerocopy_json_append_field (text, "skipped", pair->skipped);
  gst_zerocopy_json_end (text, "}");
}

gchar *
probe_json_write (const ProbeMachine *machine, const ProbeMatrix *matrix)
{
  GString *text = g_string_new ("{\n  ");

  gst_zerocopy_json_append_field (text, "version", PACKAGE_VERSION);
  g_string_append (text, "\n  ");
  append_list (text, "devices", machine->ends, append_end);
  g_string_append (text, "\n  ");
  append_list (text, "heaps", machine->heaps, append_heap);
  g_string_append (text, "\n  ");
  append_list (text, "missing", machine->missing, append_missing);
  g_string_append (text, "\n  ");
  append_list (text, "pairs", matrix ? matrix->pairs : NULL, append_pair);
  gst_zerocopy_json_end (text, "\n}\n");
  return g_string_free (text, FALSE);
}
