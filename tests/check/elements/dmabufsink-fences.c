/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sinks on one display, of which one has frames that are drawn late. */
#include "../helpers/runner.h"
#include "../helpers/stage.h"
#include "../helpers/swsync.h"

#include "gst-libs/allocators/gstzcmemory.h"

#include <unistd.h>

#define CAPS "video/x-raw,format=BGRx,width=320,height=240,framerate=30/1"

static struct stage stage;
static struct sink slow, quick;
static struct golden_picture shown[2];

static void
set_up (void)
{
  stage_open (&stage, 1);
  stage_add (&stage, &slow, "render-rectangle=<0,0,320,240>", CAPS);
  stage_add (&stage, &quick, "render-rectangle=<320,240,320,240>", CAPS);
}

static void
tear_down (void)
{
  sink_close (&quick);
  sink_close (&slow);
  stage_close (&stage);
}

static void
push (struct sink *sink, guint32 seed)
{
  gboolean is_slow = sink == &slow;
  GstBuffer *buffer;

  shown[!is_slow] = stage_draw (
      &stage, &sink->info, seed, is_slow ? 0 : 320, is_slow ? 0 : 240, &buffer);
  sink_push (sink, buffer);
}

/* In memory that the sink offers, which a device draws into until the timeline
 * goes on. */
static void
push_with_fence (int timeline, guint32 seed)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  int fence = swsync_fence (timeline, 1);
  g_autoptr (GstBufferPool) pool = NULL;
  GstBuffer *buffer, *drawn;
  GstVideoFrame in, out;
  GstStructure *config;
  guint size;

  fail_unless (gst_pad_peer_query (slow.harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, NULL, NULL);
  gst_query_unref (query);
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, size, 1, 1);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);

  shown[0] = stage_draw (&stage, &slow.info, seed, 0, 0, &drawn);
  fail_unless (gst_video_frame_map (&in, &slow.info, drawn, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&out, &slow.info, buffer, GST_MAP_WRITE));
  fail_unless (gst_video_frame_copy (&out, &in));
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
  gst_buffer_unref (drawn);

  fail_unless (gst_zc_memory_import_fence (
      gst_buffer_peek_memory (buffer, 0), fence, GST_MAP_WRITE, NULL));
  close (fence);
  sink_push (&slow, buffer);
  gst_buffer_pool_set_active (pool, FALSE);
}

/* Whoever shares the display is not stopped by it, and shows its newest when
 * the fence is signalled. */
GST_START_TEST (a_frame_that_is_drawn_late_ends_nobody)
{
  int timeline = swsync_timeline ();
  g_autofree gchar *error = NULL;

  set_up ();
  push (&slow, 1);
  push (&quick, 2);
  stage_wait (&stage, shown, 2);
  push_with_fence (timeline, 3);
  for (guint i = 0; i < 20; i++) {
    push (&quick, 10 + i);
    g_usleep (20000);
  }
  error = sink_take_error (&quick);
  fail_if (error, "%s", error);
  swsync_advance (timeline, 1);
  stage_wait (&stage, shown, 2);
  push (&slow, 4);
  push (&quick, 5);
  stage_wait (&stage, shown, 2);
  tear_down ();
  close (timeline);
}
GST_END_TEST;

RUNNER_MAIN (
    RUNNER_DISPLAY, RUNNER_TEST (a_frame_that_is_drawn_late_ends_nobody))
