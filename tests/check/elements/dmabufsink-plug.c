/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

/* A monitor that is pulled out, and plugged in again. */

static struct vkms *vkms;

static GstElement *
play (const char *on_disconnect)
{
  g_autofree char *text = NULL;
  GstElement *pipeline;

  vkms = vkms_new ("plugged", &(struct vkms_shape) { 0 });
  text = g_strdup_printf (
      "videotestsrc name=src is-live=true ! "
      "video/x-raw,format=BGRx,width=640,height=480,framerate=60/1 ! "
      "dmabufsink name=sink device=%s on-disconnect=%s",
      vkms->path, on_disconnect);
  pipeline = pipeline_new (text);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 3);
  return pipeline;
}

static void
end (GstElement *pipeline)
{
  pipeline_free (pipeline);
  vkms_remove (vkms);
}

/* Until the sink has counted more than N of FIELD. */
static void
wait_stat (GstElement *pipeline, const char *field, guint64 n)
{
  for (guint i = 0; pipeline_get_stat (pipeline, "sink", field) <= n; i++) {
    fail_unless (i < 1000, "%s stays at %" G_GUINT64_FORMAT, field,
        pipeline_get_stat (pipeline, "sink", field));
    g_usleep (10000);
  }
}

static void
assert_frames_flow (GstElement *pipeline)
{
  wait_stat (
      pipeline, "frames", pipeline_get_stat (pipeline, "sink", "frames") + 5);
}

/* Nothing is shown and nothing dropped any more. */
static void
wait_standstill (GstElement *pipeline)
{
  guint64 before, now = 0;

  do {
    before = now;
    g_usleep (200000);
    now = pipeline_get_stat (pipeline, "sink", "frames") +
          pipeline_get_stat (pipeline, "sink", "dropped");
  } while (now != before);
}

GST_START_TEST (an_unplugged_monitor_is_an_error)
{
  GstElement *pipeline = play ("error");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  vkms_unplug (vkms, 0);
  error = pipeline_wait_error (pipeline, &debug);
  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND));
  fail_unless (
      strstr (error->message, vkms->connectors[0]), "%s", error->message);
  fail_unless (strstr (debug, "on-disconnect"), "%s", debug);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (frames_are_dropped_until_it_is_back)
{
  GstElement *pipeline = play ("drop");
  guint64 shown;

  vkms_unplug (vkms, 0);
  wait_stat (pipeline, "dropped", 20);
  shown = pipeline_get_stat (pipeline, "sink", "frames");
  wait_stat (pipeline, "dropped", 40);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "frames"), shown);
  vkms_plug (vkms, 0);
  assert_frames_flow (pipeline);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_stream_waits_until_it_is_back)
{
  GstElement *pipeline = play ("wait");

  vkms_unplug (vkms, 0);
  wait_standstill (pipeline);
  vkms_plug (vkms, 0);
  assert_frames_flow (pipeline);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (stopping_ends_the_wait)
{
  GstElement *pipeline = play ("wait");

  vkms_unplug (vkms, 0);
  wait_standstill (pipeline);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_pause_outlasts_the_wait)
{
  GstElement *pipeline = play ("wait");

  vkms_unplug (vkms, 0);
  wait_standstill (pipeline);
  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  vkms_plug (vkms, 0);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  assert_frames_flow (pipeline);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_pause_outlasts_what_is_dropped)
{
  GstElement *pipeline = play ("drop");

  vkms_unplug (vkms, 0);
  wait_stat (pipeline, "dropped", 5);
  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  wait_stat (
      pipeline, "dropped", pipeline_get_stat (pipeline, "sink", "dropped") + 5);
  vkms_plug (vkms, 0);
  assert_frames_flow (pipeline);
  end (pipeline);
}
GST_END_TEST;

/* Once what was on its way is there. */
static guint32
read_still (void)
{
  guint32 crc = 0, last = 1;

  for (guint i = 0; i < 50 && crc != last; i++) {
    last = crc;
    g_usleep (200000);
    crc = crc_read_current_of (vkms->debugfs, 0);
  }
  fail_unless_equals_int (crc, last);
  return crc;
}

/* Nobody sends another frame. */
GST_START_TEST (a_still_picture_is_back)
{
  GstElement *pipeline = play ("drop");
  guint32 crc;

  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  crc = read_still ();
  fail_if (crc == crc_of_black (640, 480));
  vkms_unplug (vkms, 0);
  vkms_plug (vkms, 0);
  g_usleep (100000);
  for (guint i = 0; i < 50 && crc_read_current_of (vkms->debugfs, 0) != crc;
      i++)
    g_usleep (100000);
  fail_unless_equals_int (crc_read_current_of (vkms->debugfs, 0), crc);
  end (pipeline);
}
GST_END_TEST;

/* Descriptors other than of frames, of which the producer's pool has as many as
 * jitter makes it need. */
static unsigned
count_others (void)
{
  return fds_count () - fds_count_dmabufs ();
}

GST_START_TEST (fifty_times_leave_nothing)
{
  GstElement *pipeline = play ("drop");
  unsigned before = 0;

  for (guint i = 0; i < 52; i++) {
    vkms_unplug (vkms, 0);
    vkms_plug (vkms, 0);
    if (i % 10 == 1)
      assert_frames_flow (pipeline);
    if (i == 1)
      before = count_others ();
  }
  for (guint i = 0; i < 300 && count_others () != before; i++)
    g_usleep (10000);
  fail_unless_equals_int (count_others (), before);
  fail_unless (fds_count_dmabufs () <= 10, "%u", fds_count_dmabufs ());
  end (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (an_unplugged_monitor_is_an_error),
    RUNNER_TEST (frames_are_dropped_until_it_is_back),
    RUNNER_TEST (the_stream_waits_until_it_is_back),
    RUNNER_TEST (stopping_ends_the_wait),
    RUNNER_TEST (a_pause_outlasts_the_wait),
    RUNNER_TEST (a_pause_outlasts_what_is_dropped),
    RUNNER_TEST (a_still_picture_is_back),
    RUNNER_TEST (fifty_times_leave_nothing))
