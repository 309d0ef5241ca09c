/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * gst-zerocopy-probe [OPTIONS]: tells which devices there are, and tries with
 * real frames how pictures go from each to each. See
 * docs/gst-zerocopy-probe.1.
 */

#include "config.h"

#include "probe-json.h"
#include "probe-text.h"

#include <stdio.h>

enum status {
  STATUS_OK = 0,
  STATUS_USAGE = 2,
  STATUS_COPIED = 3,
};

static struct {
  gchar *from, *to, *format, *size;
  gint frames;
  gboolean no_run, json, require_zero_copy, version;
} options = { .frames = 10 };

static const GOptionEntry entries[] = {
  { "from", 0, 0, G_OPTION_ARG_STRING, &options.from,
      "Only from this: camera, decoder, producer, or a device", "NAME" },
  { "to", 0, 0, G_OPTION_ARG_STRING, &options.to,
      "Only to this: display, encoder, converter, cpu, or a device", "NAME" },
  { "format", 0, 0, G_OPTION_ARG_STRING, &options.format,
      "Only in this format (default: all that both ends have)", "FORMAT" },
  { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      "Of this size (default: 640x480, or what a camera has instead)", "WxH" },
  { "frames", 'n', 0, G_OPTION_ARG_INT, &options.frames,
      "Frames for each format, at least 3 (default: 10)", "N" },
  { "no-run", 0, 0, G_OPTION_ARG_NONE, &options.no_run,
      "Tell what there is, and try nothing", NULL },
  { "json", 'j', 0, G_OPTION_ARG_NONE, &options.json, "Write JSON", NULL },
  { "require-zero-copy", 'z', 0, G_OPTION_ARG_NONE, &options.require_zero_copy,
      "Fail if a frame was copied, or if nothing could be tried", NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, "Print the version",
      NULL },
  { NULL },
};

static gboolean
parse_size (ProbeWish *wish)
{
  gchar end;

  wish->width = 640;
  wish->height = 480;
  if (!options.size)
    return TRUE;
  wish->size_is_must = TRUE;
  return sscanf (options.size, "%5ux%5u%c", &wish->width, &wish->height,
             &end) == 2 &&
         wish->width > 0 && wish->height > 0;
}

static gboolean
parse_format (ProbeWish *wish)
{
  wish->format = GST_VIDEO_FORMAT_UNKNOWN;
  if (!options.format)
    return TRUE;
  wish->format = gst_video_format_from_string (options.format);
  return wish->format != GST_VIDEO_FORMAT_UNKNOWN;
}

static gboolean
parse_wish (ProbeWish *wish)
{
  wish->from = options.from;
  wish->to = options.to;
  wish->frames = MAX (options.frames, 0);
  if (!parse_format (wish))
    g_printerr ("there is no format %s: they are called as in caps of "
                "GStreamer (NV12, YUY2, BGRx)\n",
        options.format);
  else if (!parse_size (wish))
    g_printerr ("%s is no size: write it like 1280x720\n", options.size);
  else if (options.frames < 3)
    g_printerr ("it takes 3 frames or more to see what one costs\n");
  else
    return TRUE;
  return FALSE;
}

/* -1, or the status to leave with. */
static int
read_options (int *argc, char ***argv, ProbeWish *wish)
{
  GOptionContext *context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_option_context_set_summary (context,
      "Tells which cameras, codecs, displays and heaps there are, and tries "
      "with real frames\nwhich way they take from each to each, whether the "
      "CPU copies them, and what that costs.\nExit status: 0, 2 if the options "
      "are wrong, 3 if --require-zero-copy was not met.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  ok = g_option_context_parse (context, argc, argv, &error);
  g_option_context_free (context);

  if (options.version) {
    g_print ("gst-zerocopy-probe %s\n", PACKAGE_VERSION);
    return STATUS_OK;
  }
  if (!ok)
    g_printerr ("%s\n", error->message);
  else if (*argc > 1)
    g_printerr ("%s is no option: see gst-zerocopy-probe --help\n", (*argv)[1]);
  else if (parse_wish (wish))
    return -1;
  return STATUS_USAGE;
}

/* A device that is not there is an error; a kind of which there is none, not:
 * that is told with what is missing. */
static gboolean
is_known (const ProbeMachine *machine, const gchar *word,
    gboolean (*is_such) (const ProbeEnd *))
{
  if (!word || probe_kind_is_name (word))
    return TRUE;
  for (guint i = 0; i < machine->ends->len; i++)
    if (is_such (machine->ends->pdata[i]) &&
        probe_end_is_meant (machine->ends->pdata[i], word))
      return TRUE;
  g_printerr ("there is nothing called %s to try; there are:\n", word);
  for (guint i = 0; i < machine->ends->len; i++) {
    const ProbeEnd *end = machine->ends->pdata[i];

    if (is_such (end))
      g_printerr ("  %s\n", end->name);
  }
  return FALSE;
}

static void
print_pair (const ProbePair *pair, gpointer data)
{
  g_autofree gchar *text = probe_text_describe_pair (pair);

  (void) data;
  g_print ("\n%s", text);
}

static ProbeMatrix *
tell_in_words (const ProbeMachine *machine, const ProbeWish *wish)
{
  g_autofree gchar *text = probe_text_describe_machine (machine);
  g_autofree gchar *table = NULL;
  ProbeMatrix *matrix = NULL;

  g_print ("%s", text);
  if (options.no_run)
    return NULL;
  matrix = probe_matrix_new (machine, wish, print_pair, NULL);
  table = probe_text_describe_matrix (matrix);
  g_print ("\n%s", matrix->pairs->len ? table : "There is nothing to try.\n");
  return matrix;
}

static ProbeMatrix *
tell_in_json (const ProbeMachine *machine, const ProbeWish *wish)
{
  ProbeMatrix *matrix = options.no_run
                            ? NULL
                            : probe_matrix_new (machine, wish, NULL, NULL);
  g_autofree gchar *text = probe_json_write (machine, matrix);

  g_print ("%s", text);
  return matrix;
}

static enum status
judge (const ProbeMatrix *matrix)
{
  guint copied = matrix ? probe_matrix_count (matrix, PROBE_COPIED) : 0;
  guint good = matrix ? probe_matrix_count (matrix, PROBE_ZERO_COPY) : 0;

  if (!options.require_zero_copy)
    return STATUS_OK;
  if (copied > 0)
    g_printerr (
        "frames were copied in %u of %u that ran\n", copied, copied + good);
  else if (good == 0)
    g_printerr ("nothing ran: nothing is proved\n");
  else
    return STATUS_OK;
  return STATUS_COPIED;
}

static enum status
run (const ProbeWish *wish)
{
  g_autoptr (ProbeMachine) machine = probe_machine_new ();
  g_autoptr (ProbeMatrix) matrix = NULL;

  if (!is_known (machine, wish->from, probe_end_is_source) ||
      !is_known (machine, wish->to, probe_end_is_sink))
    return STATUS_USAGE;
  matrix = options.json ? tell_in_json (machine, wish)
                        : tell_in_words (machine, wish);
  return judge (matrix);
}

int
main (int argc, char **argv)
{
  ProbeWish wish = { 0 };
  int status = read_options (&argc, &argv, &wish);

  if (status < 0) {
    status = run (&wish);
    gst_deinit ();
  }
  g_free (options.from);
  g_free (options.to);
  g_free (options.format);
  g_free (options.size);
  return status;
}
