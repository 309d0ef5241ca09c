/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

/* Properties that have no file of their own. */
#define CAPS "video/x-raw,format=YUY2,width=320,height=180"
#define N_FRAMES 10

static guint64
get_stat (GstHarness *harness, const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;
  guint small = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  if (gst_structure_get_uint (stats, name, &small))
    return small;
  fail_unless (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

static GstHarness *
play (const char *properties)
{
  g_autofree char *text = g_strdup_printf ("dmabufsrc %s", properties);
  GstHarness *harness = pipeline_harness (text);

  gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, CAPS);
  gst_harness_play (harness);
  gst_buffer_unref (gst_harness_pull (harness));
  return harness;
}

GST_START_TEST (a_broken_frame_is_passed_on_as_corrupted_if_wanted)
{
  GstHarness *harness = play ("on-error=flag");
  guint corrupted = 0;

  vivid_set (VIVID_DQBUF_ERROR, 1);
  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED))
      corrupted++;
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (corrupted, 1);
  fail_unless_equals_uint64 (get_stat (harness, "broken"), 1);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (a_broken_frame_stops_the_stream_if_wanted)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc on-error=stop ! fakesink name=sink");
  g_autoptr (GError) error = NULL;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  vivid_set (VIVID_DQBUF_ERROR, 1);
  error = pipeline_wait_error (pipeline, NULL);
  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ));
  fail_unless (strstr (error->message, vivid_path ()) != NULL);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_driver_has_more_buffers_if_wanted)
{
  GstHarness *harness = play ("io-mode=dmabuf-export min-buffers=7");

  fail_unless (get_stat (harness, "buffers") >= 7);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* With more buffers in the pool than the queue has indices for, each would be
 * pinned again for each frame. */
GST_START_TEST (a_limit_costs_no_attachments)
{
  GstHarness *harness = play ("io-mode=userptr max-buffers=3");

  for (guint i = 0; i < 3 * N_FRAMES; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  fail_unless_equals_uint64 (get_stat (harness, "buffers"), 3);
  fail_unless_equals_uint64 (get_stat (harness, "attachments"), 3);
  gst_harness_teardown (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (a_broken_frame_is_passed_on_as_corrupted_if_wanted),
    RUNNER_TEST (a_broken_frame_stops_the_stream_if_wanted),
    RUNNER_TEST (the_driver_has_more_buffers_if_wanted),
    RUNNER_TEST (a_limit_costs_no_attachments))
