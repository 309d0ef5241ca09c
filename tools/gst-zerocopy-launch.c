/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * gst-zerocopy-launch [OPTIONS] PIPELINE: runs a pipeline, as gst-launch-1.0
 * does, with the zerocopy tracer, and tells what was copied. See
 * docs/gst-zerocopy-launch.1.
 */

#include "config.h"

#include <glib-unix.h>
#include <gst/gst.h>
#define GST_USE_UNSTABLE_API
#include <gst/gsttracer.h>

enum status {
  STATUS_OK = 0,
  STATUS_ERROR = 1, /* of the pipeline */
  STATUS_USAGE = 2, /* nothing ran */
  STATUS_COPIED = 3,
};

static struct {
  gboolean require_zero_copy, quiet, version;
  gchar *format, *output, *dot;
  gchar **pipeline;
} options;

static const GOptionEntry entries[] = {
  { "require-zero-copy", 'z', 0, G_OPTION_ARG_NONE, &options.require_zero_copy,
      "Fail if a frame was copied, or if there was none", NULL },
  { "format", 'f', 0, G_OPTION_ARG_STRING, &options.format,
      "How to tell: table (default) or json", "FORMAT" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "Where to, instead of standard output", "FILE" },
  { "dot", 0, 0, G_OPTION_ARG_FILENAME, &options.dot,
      "Write a graph for GraphViz, with copies in red", "FILE" },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet,
      "Print nothing but errors and the report", NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, "Print the version",
      NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.pipeline,
      NULL, "PIPELINE" },
  { NULL },
};

struct run {
  GstElement *pipeline;
  GMainLoop *loop;
  gboolean stopping; /* interrupted once */
  enum status status;
};

/* Before GStreamer starts. Who asked for the tracer with options of his own
 * has it his way. */
static void
ask_for_tracer (void)
{
  const gchar *before = g_getenv ("GST_TRACERS");
  g_autofree gchar *tracers = NULL;

  if (before && strstr (before, "zerocopy"))
    return;
  tracers = before && *before
                ? g_strdup_printf ("%s;zerocopy(format=none)", before)
                : g_strdup ("zerocopy(format=none)");
  g_setenv ("GST_TRACERS", tracers, TRUE);
}

static GstTracer *
find_tracer (void)
{
  GList *all = gst_tracing_get_active_tracers ();
  GstTracer *found = NULL;

  for (GList *l = all; l; l = l->next)
    if (g_strcmp0 (G_OBJECT_TYPE_NAME (l->data), "GstZerocopyTracer") == 0)
      g_set_object (&found, l->data);
  g_list_free_full (all, gst_object_unref);
  return found;
}

/* -1, or the status to leave with. */
static int
read_options (int *argc, char ***argv)
{
  GOptionContext *context = g_option_context_new ("PIPELINE");
  g_autoptr (GError) error = NULL;
  gboolean ok;

  g_option_context_set_summary (context,
      "Runs a pipeline until it ends or is interrupted, and tells which frames "
      "the CPU copied.\nExit status: 0, 1 if the pipeline fails, 2 if it "
      "cannot be made, 3 if a frame was\ncopied and --require-zero-copy was "
      "given.");
  g_option_context_add_main_entries (context, entries, NULL);
  ask_for_tracer ();
  g_option_context_add_group (context, gst_init_get_option_group ());
  ok = g_option_context_parse (context, argc, argv, &error);
  g_option_context_free (context);

  if (options.version) {
    g_print ("gst-zerocopy-launch %s\n", PACKAGE_VERSION);
    return STATUS_OK;
  }
  if (!ok)
    g_printerr ("%s\n", error->message);
  else if (options.format && strcmp (options.format, "table") != 0 &&
           strcmp (options.format, "json") != 0)
    g_printerr ("there is no format %s: table, json\n", options.format);
  else if (!options.pipeline)
    g_printerr ("no pipeline: see gst-zerocopy-launch --help\n");
  else
    return -1;
  return STATUS_USAGE;
}

static GstElement *
make_pipeline (void)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launchv (
      (const gchar **) options.pipeline, &error);
  GstElement *pipeline;

  if (error) {
    g_printerr ("ERROR: pipeline: %s\n", error->message);
    gst_clear_object (&element);
    return NULL;
  }
  if (GST_IS_PIPELINE (element))
    return element;
  pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (pipeline), element);
  return pipeline;
}

static void
print_trouble (const char *what, GstMessage *message,
    void (*parse) (GstMessage *, GError **, gchar **))
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  g_autofree gchar *path = gst_object_get_path_string (
      GST_MESSAGE_SRC (message));

  parse (message, &error, &debug);
  g_printerr ("%s: %s: %s\n%s%s", what, path, error->message,
      debug ? debug : "", debug ? "\n" : "");
}

static void
restart_clock (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  struct run *run = data;

  (void) bus;
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_EOS:
      g_main_loop_quit (run->loop);
      break;
    case GST_MESSAGE_ERROR:
      print_trouble ("ERROR", message, gst_message_parse_error);
      run->status = STATUS_ERROR;
      g_main_loop_quit (run->loop);
      break;
    case GST_MESSAGE_WARNING:
      print_trouble ("WARNING", message, gst_message_parse_warning);
      break;
    case GST_MESSAGE_INFO:
      if (!options.quiet)
        print_trouble ("INFO", message, gst_message_parse_info);
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (run->pipeline));
      break;
    case GST_MESSAGE_CLOCK_LOST:
      restart_clock (run->pipeline);
      break;
    case GST_MESSAGE_REQUEST_STATE: {
      GstState state;

      gst_message_parse_request_state (message, &state);
      gst_element_set_state (run->pipeline, state);
      break;
    }
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* The stream ends, so that files are whole; who asks twice does not wait. */
static gboolean
on_interrupt (gpointer data)
{
  struct run *run = data;

  if (run->stopping) {
    g_main_loop_quit (run->loop);
    return G_SOURCE_CONTINUE;
  }
  run->stopping = TRUE;
  if (!options.quiet)
    g_printerr ("interrupted: ending the stream\n");
  gst_element_send_event (run->pipeline, gst_event_new_eos ());
  return G_SOURCE_CONTINUE;
}

static enum status
run_pipeline (GstElement *pipeline)
{
  struct run run = { pipeline, g_main_loop_new (NULL, FALSE), FALSE,
    STATUS_OK };
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  guint interrupt = g_unix_signal_add (SIGINT, on_interrupt, &run);
  guint terminate = g_unix_signal_add (SIGTERM, on_interrupt, &run);

  gst_bus_add_watch (bus, on_message, &run);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
    run.status = STATUS_ERROR; /* the loop gets the message that says why */
  g_main_loop_run (run.loop);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  g_main_loop_unref (run.loop);
  return run.status;
}

/* PROPERTY of the tracer to FILE, or to standard output. */
static gboolean
write_report (GstTracer *tracer, const char *property, const char *file)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;

  g_object_get (tracer, property, &text, NULL);
  if (!file) {
    g_print ("%s", text);
    return TRUE;
  }
  if (g_file_set_contents (file, text, -1, &error))
    return TRUE;
  g_printerr ("%s: %s\n", file, error->message);
  return FALSE;
}

static enum status
judge (GstTracer *tracer)
{
  guint64 frames, copied;

  if (!options.require_zero_copy)
    return STATUS_OK;
  g_object_get (tracer, "frames", &frames, "copied-frames", &copied, NULL);
  if (frames == 0)
    g_printerr ("no frame of raw video was seen: nothing is proved\n");
  else if (copied > 0)
    g_printerr ("%" G_GUINT64_FORMAT " frames were copied\n", copied);
  else
    return STATUS_OK;
  return STATUS_COPIED;
}

static enum status
run_with (GstTracer *tracer)
{
  GstElement *pipeline = make_pipeline ();
  gboolean json = g_strcmp0 (options.format, "json") == 0;
  enum status status, judged;

  if (!pipeline)
    return STATUS_USAGE;
  status = run_pipeline (pipeline);
  gst_object_unref (pipeline);

  if (!write_report (tracer, json ? "json" : "table", options.output) ||
      (options.dot && !write_report (tracer, "dot", options.dot)))
    status = STATUS_ERROR;
  judged = judge (tracer);
  return status == STATUS_OK ? judged : status;
}

int
main (int argc, char **argv)
{
  int status = read_options (&argc, &argv);
  GstTracer *tracer;

  if (status >= 0)
    return status;
  tracer = find_tracer ();
  if (!tracer) {
    g_printerr ("the tracer zerocopy is not among GStreamer's plugins: is it "
                "installed, or in GST_PLUGIN_PATH?\n");
    return STATUS_USAGE;
  }
  status = run_with (tracer);
  gst_object_unref (tracer);
  g_strfreev (options.pipeline);
  gst_deinit ();
  return status;
}
