/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <gst/allocators/allocators.h>
#include <gst/app/gstappsrc.h>
#define GST_USE_UNSTABLE_API
#include <gst/gsttracer.h>
#include <sys/mman.h>
#include <unistd.h>

#define CAPS "video/x-raw,format=GRAY8,width=64,height=48"
#define SIZE (64 * 48)
#define COPIES " ! videoconvert name=copier ! video/x-raw,format=BGRx"

/* Before GStreamer starts. */
__attribute__ ((constructor)) static void
ask_for_tracer (void)
{
  g_setenv ("GST_TRACERS", "zerocopy(format=none)", TRUE);
}

static GstTracer *
tracer_get (void)
{
  GList *all = gst_tracing_get_active_tracers ();
  GstTracer *tracer;

  fail_unless_equals_int (g_list_length (all), 1);
  tracer = gst_object_ref (all->data);
  g_list_free_full (all, gst_object_unref);
  return tracer;
}

static gchar *
tracer_get_text (const char *property)
{
  GstTracer *tracer = tracer_get ();
  gchar *text;

  g_object_get (tracer, property, &text, NULL);
  gst_object_unref (tracer);
  return text;
}

/* The lines of the report in JSON that have all of the words: how many. LINE
 * gets the last. */
static guint
report_count (const char *const words[], gchar **line)
{
  g_autofree gchar *json = tracer_get_text ("json");
  g_auto (GStrv) lines = g_strsplit (json, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i]; i++) {
    gboolean all = TRUE;

    for (guint j = 0; words[j]; j++)
      all &= strstr (lines[i], words[j]) != NULL;
    if (!all)
      continue;
    n++;
    g_free (*line);
    *line = g_strdup (lines[i]);
  }
  return n;
}

/* A number in the one link of PIPELINE that ends in SINK. */
static guint64
report_get (const char *pipeline, const char *sink, const char *field)
{
  g_autofree gchar *top = g_strdup_printf ("\"pipeline\": \"%s\"", pipeline);
  g_autofree gchar *end = g_strdup_printf ("\"sink\": \"%s\"", sink);
  g_autofree gchar *key = g_strdup_printf ("\"%s\": ", field);
  g_autofree gchar *line = NULL;
  const char *const words[] = { top, end, NULL };
  const char *found;

  fail_unless_equals_int (report_count (words, &line), 1);
  found = strstr (line, key);
  fail_unless (found != NULL, "%s", line);
  found += strlen (key);
  if (*found == '{')
    found = strchr (found, ':') + 1;
  return g_ascii_strtoull (found, NULL, 10);
}

static GstElement *
named_new (const char *name, const char *description)
{
  GstElement *pipeline = pipeline_new (description);

  gst_object_set_name (GST_OBJECT (pipeline), name);
  return pipeline;
}

GST_START_TEST (two_pipelines_are_told_apart)
{
  GstElement *one = named_new (
      "one", "videotestsrc num-buffers=10 ! " CAPS COPIES " ! fakesink");
  GstElement *two = named_new ("two",
      "videotestsrc num-buffers=7 ! " CAPS " ! queue name=copier ! "
      "fakesink");

  pipeline_set_state (one, GST_STATE_PLAYING);
  pipeline_set_state (two, GST_STATE_PLAYING);
  pipeline_wait_eos (one);
  pipeline_wait_eos (two);
  fail_unless_equals_uint64 (report_get ("one", "copier", "frames"), 10);
  fail_unless_equals_uint64 (report_get ("two", "copier", "frames"), 7);
  fail_unless_equals_uint64 (
      report_get ("one", "copier", "copied-by-sink"), 10);
  fail_unless_equals_uint64 (report_get ("two", "copier", "copied-by-sink"), 0);
  pipeline_free (one);
  pipeline_free (two);
}
GST_END_TEST;

GST_START_TEST (elements_that_come_again_are_one_line)
{
  for (guint i = 0; i < 20; i++) {
    GstElement *pipeline = named_new ("again",
        "videotestsrc num-buffers=3 ! capsfilter name=filter caps=" CAPS COPIES
        " ! fakesink name=sink");

    pipeline_run (pipeline);
    pipeline_free (pipeline);
  }
  fail_unless_equals_uint64 (report_get ("again", "copier", "frames"), 60);
  fail_unless_equals_uint64 (
      report_get ("again", "copier", "copied-by-sink"), 60);
}
GST_END_TEST;

/* A branch of a tee that comes and goes while frames flow. */
static void
branch_once (GstElement *pipeline, GstElement *tee, const char *description)
{
  GstElement *branch = gst_parse_bin_from_description (description, TRUE, NULL);
  GstPad *pad = gst_element_request_pad_simple (tee, "src_%u");
  GstPad *sink = gst_element_get_static_pad (branch, "sink");

  gst_object_ref (branch);
  fail_unless (gst_bin_add (GST_BIN (pipeline), branch));
  fail_unless_equals_int (gst_pad_link (pad, sink), GST_PAD_LINK_OK);
  fail_unless (gst_element_sync_state_with_parent (branch));
  g_usleep (100 * 1000);
  gst_pad_unlink (pad, sink);
  gst_element_release_request_pad (tee, pad);
  gst_element_set_state (branch, GST_STATE_NULL);
  fail_unless (gst_bin_remove (GST_BIN (pipeline), branch));
  gst_object_unref (sink);
  gst_object_unref (pad);
  gst_object_unref (branch);
}

GST_START_TEST (elements_come_and_go_while_frames_flow)
{
  GstElement *pipeline = named_new ("moving",
      "videotestsrc is-live=true ! " CAPS ",framerate=100/1 ! tee name=tee "
      "allow-not-linked=true ! queue ! fakesink name=sink");
  GstElement *tee = pipeline_get (pipeline, "tee");
  g_autofree gchar *line = NULL;
  const char *const branches[] = { "\"pipeline\": \"moving\"",
    "\"src\": \"tee\"", "\"verdict\": \"copied by branch", NULL };

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 10; i++)
    branch_once (pipeline, tee,
        "videoconvert name=branch ! video/x-raw,format=BGRx ! fakesink "
        "async=false");
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless (report_count (branches, &line) >= 1);
  fail_unless_equals_uint64 (
      report_get ("moving", "sink", "copied-by-sink"), 0);
  gst_object_unref (tee);
  pipeline_free (pipeline);
}
GST_END_TEST;

static gpointer
keep_reading (gpointer data)
{
  gint *stop = data;

  while (!g_atomic_int_get (stop)) {
    g_free (tracer_get_text ("table"));
    g_usleep (1000);
  }
  return NULL;
}

GST_START_TEST (reports_can_be_had_while_threads_copy)
{
  GstElement *pipeline = named_new ("busy",
      "videotestsrc num-buffers=300 ! "
      "video/x-raw,format=NV12,width=64,height=48 ! tee name=t "
      "t. ! queue ! videoconvert name=a ! video/x-raw,format=BGRx ! fakesink "
      "t. ! queue ! videoconvert name=b ! video/x-raw,format=I420 ! fakesink "
      "t. ! queue ! videobalance name=c saturation=0.5 ! fakesink");
  gint stop = FALSE;
  GThread *thread = g_thread_new ("reader", keep_reading, &stop);

  pipeline_run (pipeline);
  g_atomic_int_set (&stop, TRUE);
  g_thread_join (thread);
  fail_unless_equals_uint64 (report_get ("busy", "a", "copied-by-sink"), 300);
  fail_unless_equals_uint64 (report_get ("busy", "b", "copied-by-sink"), 300);
  pipeline_free (pipeline);
}
GST_END_TEST;

static int
memory_file (void)
{
  int fd = memfd_create ("frames", MFD_CLOEXEC);

  fail_unless (fd >= 0);
  fail_unless (ftruncate (fd, SIZE) == 0);
  return fd;
}

/* Ten frames, each in a GstMemory of its own; of one dma-buf (a file plays
 * it), or each of another. */
static void
push_frames (const char *name, gboolean one)
{
  GstElement *pipeline = named_new (name,
      "appsrc name=src caps=" CAPS ",framerate=25/1 ! identity ! "
      "fakesink name=sink");
  GstElement *src = pipeline_get (pipeline, "src");
  GstAllocator *allocator = gst_dmabuf_allocator_new ();
  int fd = memory_file ();

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 10; i++) {
    GstBuffer *buffer = gst_buffer_new ();

    gst_buffer_append_memory (
        buffer, gst_dmabuf_allocator_alloc (
                    allocator, one ? dup (fd) : memory_file (), SIZE));
    gst_app_src_push_buffer (GST_APP_SRC (src), buffer);
  }
  gst_app_src_end_of_stream (GST_APP_SRC (src));
  pipeline_wait_eos (pipeline);
  gst_object_unref (src);
  pipeline_free (pipeline);
  gst_object_unref (allocator);
  close (fd);
}

GST_START_TEST (a_dmabuf_is_one_however_often_it_is_wrapped)
{
  push_frames ("wrapped", TRUE);
  fail_unless_equals_uint64 (report_get ("wrapped", "sink", "frames"), 10);
  fail_unless_equals_uint64 (report_get ("wrapped", "sink", "distinct"), 1);
  fail_unless_equals_uint64 (report_get ("wrapped", "sink", "dmabufs"), 1);
}
GST_END_TEST;

GST_START_TEST (a_new_dmabuf_for_each_frame_is_seen)
{
  push_frames ("new", FALSE);
  fail_unless_equals_uint64 (report_get ("new", "sink", "distinct"), 10);
  fail_unless_equals_uint64 (report_get ("new", "sink", "dmabufs"), 10);
}
GST_END_TEST;

GST_START_TEST (pads_need_no_element)
{
  GstHarness *harness = gst_harness_new ("identity");

  gst_harness_set_src_caps_str (harness, CAPS);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = gst_harness_create_buffer (harness, SIZE);

    gst_buffer_unref (gst_harness_push_and_pull (harness, buffer));
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (two_pipelines_are_told_apart),
    RUNNER_TEST (elements_that_come_again_are_one_line),
    RUNNER_TEST (elements_come_and_go_while_frames_flow),
    RUNNER_TEST (reports_can_be_had_while_threads_copy),
    RUNNER_TEST (a_dmabuf_is_one_however_often_it_is_wrapped),
    RUNNER_TEST (a_new_dmabuf_for_each_frame_is_seen),
    RUNNER_TEST (pads_need_no_element))
