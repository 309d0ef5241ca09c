/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that go back before the display has let go of them, with a fence. */
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include "gst-libs/allocators/gstzcmemory.h"

#define CAPS "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define N_FRAMES 30
#define N_MEMORIES 3

static struct stage stage;
static struct sink sink;
static GstBufferPool *pool;
static GstBuffer *pictures[N_MEMORIES];

/* Counted by whichever thread drops a frame. */
static gint n_released, n_fenced;

static GstBufferPool *
get_pool (void)
{
  GstCaps *caps = gst_video_info_to_caps (&sink.info);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *proposed;
  GstStructure *config;
  guint size;

  fail_unless (gst_pad_peer_query (sink.harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &proposed, &size, NULL, NULL);
  config = gst_buffer_pool_get_config (proposed);
  gst_buffer_pool_config_set_params (config, caps, size, N_MEMORIES, 0);
  fail_unless (gst_buffer_pool_set_config (proposed, config));
  fail_unless (gst_buffer_pool_set_active (proposed, TRUE));
  gst_query_unref (query);
  gst_caps_unref (caps);
  return proposed;
}

static void
set_up (const char *properties)
{
  stage_open (&stage, 0);
  stage_add (&stage, &sink, properties, CAPS);
  pool = get_pool ();
  for (guint i = 0; i < N_MEMORIES; i++) {
    fail_unless_equals_int (
        gst_buffer_pool_acquire_buffer (pool, &pictures[i], NULL), GST_FLOW_OK);
    picture_draw (pictures[i], &sink.info, i);
  }
}

static void
tear_down (void)
{
  sink_close (&sink);
  for (guint i = 0; i < N_MEMORIES; i++)
    gst_buffer_unref (pictures[i]);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  stage_close (&stage);
}

static void
on_released (gpointer memory, GstMiniObject *frame)
{
  (void) frame;
  g_atomic_int_inc (&n_released);
  if (!gst_zc_memory_is_ready (memory, GST_MAP_WRITE))
    g_atomic_int_inc (&n_fenced);
}

/* A frame is released by the next one, which is shown before another comes. */
static void
show_all (void)
{
  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *picture = pictures[i % N_MEMORIES];
    GstBuffer *frame = gst_buffer_copy (picture);

    gst_mini_object_weak_ref (GST_MINI_OBJECT (frame), on_released,
        gst_buffer_peek_memory (picture, 0));
    sink_push (&sink, frame);
    sink_wait_frames (&sink, i + 1);
  }
  for (guint i = 0; i < 100 && g_atomic_int_get (&n_released) < N_FRAMES - 1;
      i++)
    g_usleep (10000);
  fail_unless_equals_int (n_released, N_FRAMES - 1);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "copies"), 0);
}

/* The flip may be quicker than who asks. */
GST_START_TEST (a_frame_goes_back_while_a_fence_guards_it)
{
  set_up ("early-release=true");
  show_all ();
  fail_unless (n_fenced > N_FRAMES / 2, "%d fenced", n_fenced);
  fail_unless (sink_get_stat (&sink, "early") > N_FRAMES / 2);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_fence_ends_with_the_flip)
{
  set_up ("early-release=true");
  show_all ();
  for (guint i = 0; i < N_MEMORIES; i++)
    fail_unless (gst_zc_memory_wait (gst_buffer_peek_memory (pictures[i], 0),
        GST_MAP_WRITE, GST_SECOND, NULL));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_last_frame_goes_back_with_the_sink)
{
  set_up ("early-release=true");
  show_all ();
  sink_close (&sink);
  fail_unless_equals_int (n_released, N_FRAMES);
  stage_add (&stage, &sink, "", NULL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (unasked_a_frame_goes_back_when_it_is_free)
{
  set_up ("");
  show_all ();
  fail_unless_equals_int (n_fenced, 0);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "early"), 0);
  tear_down ();
}
GST_END_TEST;

/* The pool waits for fences: what the camera is given is free. */
GST_START_TEST (a_camera_fills_memory_that_comes_back_early)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=60 ! "
      "video/x-raw(ANY),width=640,height=480,framerate=60/1 ! "
      "dmabufsink name=sink early-release=true");

  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless (pipeline_get_stat (pipeline, "sink", "early") > 30);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (a_frame_goes_back_while_a_fence_guards_it),
    RUNNER_TEST (the_fence_ends_with_the_flip),
    RUNNER_TEST (the_last_frame_goes_back_with_the_sink),
    RUNNER_TEST (unasked_a_frame_goes_back_when_it_is_free),
    RUNNER_TEST (a_camera_fills_memory_that_comes_back_early))
