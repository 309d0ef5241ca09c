/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/fwht.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

/* dmabufdec is flushed and stopped in every state. */

#define NV12 "video/x-raw,format=NV12,width=640,height=480,framerate=30/1"
#define LARGER "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1"
#define GOP 10

static struct fwht *fwht;

static GstHarness *
begin (void)
{
  fwht = fwht_new (NV12, 0, GOP);
  return fwht_decoder (fwht, NULL, TRUE);
}

static void
end (GstHarness *harness)
{
  gst_harness_teardown (harness);
  fwht_free (fwht);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static void
flush (GstHarness *harness)
{
  GstSegment segment;

  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

static void
drop_queued (GstHarness *harness)
{
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (harness)))
    gst_buffer_unref (buffer);
}

/* What comes after the flush comes out, and nothing of before. */
static void
assert_goes_on (GstHarness *harness)
{
  drop_queued (harness);
  for (guint i = 0; i < GOP; i++) {
    GstBuffer *buffer;

    fail_unless_equals_int (
        gst_harness_push (harness, fwht_frame (fwht, i, 100 + i)), GST_FLOW_OK);
    buffer = gst_harness_pull (harness);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer),
        gst_util_uint64_scale (100 + i, GST_SECOND, 30));
    gst_buffer_unref (buffer);
  }
}

static void
push (GstHarness *harness, guint n)
{
  for (guint i = 0; i < n; i++)
    fail_unless_equals_int (
        gst_harness_push (harness, fwht_frame (fwht, i % GOP, i)), GST_FLOW_OK);
}

GST_START_TEST (before_the_first_frame)
{
  GstHarness *harness = begin ();

  flush (harness);
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (right_after_the_first_frame)
{
  GstHarness *harness = begin ();

  for (guint i = 0; i < 20; i++) {
    push (harness, 1);
    flush (harness);
  }
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (amid_the_stream)
{
  GstHarness *harness = begin ();

  for (guint i = 0; i < 20; i++) {
    push (harness, 1 + i % 7);
    flush (harness);
  }
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (after_the_end)
{
  GstHarness *harness = begin ();

  push (harness, 3);
  gst_harness_push_event (harness, gst_event_new_eos ());
  flush (harness);
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (while_no_format_is_known)
{
  GstHarness *harness = begin ();

  for (guint i = 0; i < 3; i++)
    gst_harness_push (harness, fwht_hide (fwht_frame (fwht, 0, i)));
  flush (harness);
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (where_the_size_changes)
{
  GstHarness *harness = begin ();
  struct fwht *larger = fwht_new (LARGER, 0, 1);

  for (guint i = 0; i < 20; i++) {
    push (harness, 1);
    gst_harness_push (harness, fwht_frame (larger, 0, 1));
    flush (harness);
  }
  assert_goes_on (harness);
  fwht_free (larger);
  end (harness);
}
GST_END_TEST;

/* --- downstream that waits ---------------------------------------------- */

static GstPadProbeReturn
hold (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  (void) info;
  g_atomic_int_set ((gint *) data, TRUE);
  return GST_PAD_PROBE_OK;
}

static gpointer
push_until_refused (gpointer data)
{
  guint i = 0;

  while (gst_harness_push (data, fwht_frame (fwht, i % GOP, i)) == GST_FLOW_OK)
    i++;
  return NULL;
}

/* The device is full, and the streaming thread waits for it. */
static GThread *
fill (GstHarness *harness, gulong *probe)
{
  GstPad *pad = gst_element_get_static_pad (harness->element, "src");
  gint held = FALSE;
  GThread *thread;

  *probe = gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, hold, &held, NULL);
  thread = g_thread_new ("pusher", push_until_refused, harness);
  while (!g_atomic_int_get (&held))
    g_usleep (1000);
  g_usleep (100000);
  gst_object_unref (pad);
  return thread;
}

static void
let_go (GstHarness *harness, gulong probe)
{
  GstPad *pad = gst_element_get_static_pad (harness->element, "src");

  gst_pad_remove_probe (pad, probe);
  gst_object_unref (pad);
}

GST_START_TEST (while_downstream_waits)
{
  GstHarness *harness = begin ();
  gulong probe;
  GThread *thread = fill (harness, &probe);
  GstSegment segment;

  gst_harness_push_event (harness, gst_event_new_flush_start ());
  g_thread_join (thread);
  let_go (harness, probe);
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (it_stops_while_downstream_waits)
{
  GstHarness *harness = begin ();
  gulong probe;
  GThread *thread = fill (harness, &probe);

  gst_element_set_state (harness->element, GST_STATE_NULL);
  g_thread_join (thread);
  end (harness);
}
GST_END_TEST;

GST_START_TEST (it_stops_while_no_format_is_known)
{
  GstHarness *harness = begin ();

  gst_harness_push (harness, fwht_hide (fwht_frame (fwht, 0, 0)));
  end (harness);
}
GST_END_TEST;

/* Whoever pushes, and whoever flushes, at once. */
GST_START_TEST (again_and_again_while_frames_come)
{
  GstHarness *harness = begin ();

  for (guint i = 0; i < 30; i++) {
    GThread *thread = g_thread_new ("pusher", push_until_refused, harness);
    GstSegment segment;

    g_usleep (i * 2000);
    gst_harness_push_event (harness, gst_event_new_flush_start ());
    g_thread_join (thread);
    gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (harness, gst_event_new_segment (&segment));
    drop_queued (harness);
  }
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

/* Some elements that restart a stream send no more. */
GST_START_TEST (without_a_start)
{
  GstHarness *harness = begin ();
  GstSegment segment;

  push (harness, 3);
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  assert_goes_on (harness);
  end (harness);
}
GST_END_TEST;

/* --- seeks ------------------------------------------------------------ */

GST_START_TEST (a_seek_goes_on_elsewhere)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc name=src num-buffers=300 ! " NV12
      " ! dmabufenc ! dmabufdec ! fakesink name=sink sync=false");

  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  for (guint i = 0; i < 10; i++) {
    fail_unless (gst_element_seek_simple (
        pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, i * 500 * GST_MSECOND));
    fail_unless_equals_int (
        gst_element_get_state (pipeline, NULL, NULL, 10 * GST_SECOND),
        GST_STATE_CHANGE_SUCCESS);
  }
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_eos (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (before_the_first_frame),
    RUNNER_TEST (right_after_the_first_frame), RUNNER_TEST (amid_the_stream),
    RUNNER_TEST (after_the_end), RUNNER_TEST (while_no_format_is_known),
    RUNNER_TEST (where_the_size_changes), RUNNER_TEST (while_downstream_waits),
    RUNNER_TEST (it_stops_while_downstream_waits),
    RUNNER_TEST (it_stops_while_no_format_is_known),
    RUNNER_TEST (again_and_again_while_frames_come),
    RUNNER_TEST (without_a_start), RUNNER_TEST (a_seek_goes_on_elsewhere))
