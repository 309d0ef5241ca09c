/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/threads.h"

/* What is started again and again leaves nothing. */

#define NV12 "video/x-raw,format=NV12,width=640,height=480,framerate=30/1"

/* Pools of GLib's keep a few for later. */
#define IDLE_THREADS 8

GST_START_TEST (two_hundred_starts_leave_nothing)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc ! " NV12 " ! dmabufenc ! dmabufdec ! fakesink name=sink");
  guint fds = 0, threads = 0;

  for (guint i = 0; i < 202; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_wait_buffers (pipeline, "sink", 1);
    pipeline_set_state (pipeline, i % 2 ? GST_STATE_NULL : GST_STATE_READY);
    if (i == 1) {
      fds = fds_count ();
      threads = threads_count (NULL);
    }
  }
  fail_unless_equals_int (fds_settle (fds), fds);
  fail_unless (threads_count (NULL) <= threads + IDLE_THREADS);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (two_hundred_starts_leave_nothing))
