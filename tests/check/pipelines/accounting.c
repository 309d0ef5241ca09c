/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#define CYCLES 20
#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24,"

/* What does not fit is dropped and counted, wherever that happens: nothing
 * gets lost on the way. */
static void
assert_all_accounted_for (const char *caps, guint n)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc name=src num-buffers=%u ! %s ! dmabufsink name=sink", n, caps);
  GstElement *pipeline = pipeline_new (text);
  guint64 shown, dropped;

  pipeline_run (pipeline);
  /* the last frame is on its way to the screen until the sink stops */
  pipeline_set_state (pipeline, GST_STATE_NULL);
  shown = pipeline_get_stat (pipeline, "sink", "frames");
  dropped = pipeline_get_stat (pipeline, "sink", "dropped");
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "frames"), n);
  fail_unless (shown + dropped == n,
      "%" G_GUINT64_FORMAT " shown, "
      "%" G_GUINT64_FORMAT " dropped, of %u",
      shown, dropped, n);
  fail_unless (shown > 0);
  pipeline_free (pipeline);
}

GST_START_TEST (all_frames_of_720p60_are_accounted_for)
{
  assert_all_accounted_for (DMABUF "width=1280,height=720,framerate=60/1", 120);
}
GST_END_TEST;

GST_START_TEST (all_frames_of_vga30_are_accounted_for)
{
  assert_all_accounted_for (DMABUF "width=640,height=480,framerate=30/1", 60);
}
GST_END_TEST;

static void
run_once (void)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=3 ! " DMABUF
      "width=640,height=480,framerate=60/1 ! dmabufsink name=sink");

  pipeline_run (pipeline);
  pipeline_free (pipeline);
}

GST_START_TEST (no_buffer_outlives_twenty_pipelines)
{
  unsigned before = dmabufs_count (), fds;

  run_once ();
  fds = fds_count ();
  for (guint i = 0; i < CYCLES; i++) {
    run_once ();
    fail_unless_equals_int (dmabufs_settle (before), before);
    fail_unless_equals_int (fds_count (), fds);
  }
}
GST_END_TEST;

GST_START_TEST (no_buffer_outlives_twenty_starts_of_one_pipeline)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! " DMABUF
      "width=640,height=480,framerate=60/1 ! dmabufsink name=sink");
  unsigned before = dmabufs_count (), fds = 0;

  for (guint i = 0; i < CYCLES; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_wait_buffers (pipeline, "sink", 3);
    fail_unless (dmabufs_count () > before);
    pipeline_set_state (pipeline, GST_STATE_NULL);
    fail_unless_equals_int (dmabufs_settle (before), before);
    if (i == 0)
      fds = fds_count ();
    fail_unless_equals_int (fds_count (), fds);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (all_frames_of_720p60_are_accounted_for),
    RUNNER_TEST (all_frames_of_vga30_are_accounted_for),
    RUNNER_TEST (no_buffer_outlives_twenty_pipelines),
    RUNNER_TEST (no_buffer_outlives_twenty_starts_of_one_pipeline))
