/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/allocators/allocators.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

#define N_FRAMES 20
#define N_CYCLES 100
#define RAW "video/x-raw,format=BGRx,width=640,height=480,framerate=30/1"
#define DMABUF                                                 \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24," \
  "width=640,height=480,framerate=60/1"

/* A source alone, whose buffers the test pulls. */
static GstHarness *
play (const char *caps)
{
  GstHarness *harness = gst_harness_new ("dmabufsrc");

  gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, caps);
  gst_harness_play (harness);
  return harness;
}

static guint64
get_stat (GstHarness *harness, const char *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &value), "%s", field);
  return value;
}

GST_START_TEST (hundred_starts_leave_no_descriptor)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! " DMABUF " ! fakesink name=sink");
  unsigned fds = 0;

  for (guint i = 0; i < N_CYCLES; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_set_state (pipeline, GST_STATE_NULL);
    if (i == 0)
      fds = fds_count ();
    fail_unless_equals_int (fds_count (), fds);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (restarts_deliver_frames)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! " DMABUF " ! fakesink name=sink");

  for (guint i = 0; i < 10; i++) {
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_wait_buffers (pipeline, "sink", 2);
    pipeline_set_state (pipeline, i % 2 ? GST_STATE_NULL : GST_STATE_READY);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

/* Whatever the scheduler did: each gap in the numbers is flagged, and counted
 * as lost. */
GST_START_TEST (sequence_gaps_are_flagged_and_counted)
{
  GstHarness *harness = play (DMABUF);
  guint64 expected = 0, lost = 0;

  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    guint64 offset = GST_BUFFER_OFFSET (buffer);

    fail_unless (offset >= expected);
    fail_unless_equals_uint64 (GST_BUFFER_OFFSET_END (buffer), offset + 1);
    if (i > 0) {
      fail_unless_equals_int (
          GST_BUFFER_IS_DISCONT (buffer), offset > expected);
      lost += offset - expected;
    } else {
      fail_unless (GST_BUFFER_IS_DISCONT (buffer));
    }
    expected = offset + 1;
    gst_buffer_unref (buffer);
  }
  fail_unless (get_stat (harness, "frames") >= N_FRAMES);
  fail_unless (get_stat (harness, "dropped") >= lost);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (sequence_is_continuous_at_leisure)
{
  GstHarness *harness = play (
      "video/x-raw,format=BGRx,width=640,height=480,framerate=10/1");

  for (guint i = 0; i < 8; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless_equals_uint64 (GST_BUFFER_OFFSET (buffer), i);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_uint64 (get_stat (harness, "dropped"), 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (times_rise_and_never_lie_in_the_future)
{
  GstHarness *harness = play (DMABUF);
  GstElement *src = harness->element;
  GstClockTime last = 0;

  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    GstClock *clock = gst_element_get_clock (src);
    GstClockTime now = gst_clock_get_time (clock) -
                       gst_element_get_base_time (src);

    fail_unless (GST_BUFFER_PTS_IS_VALID (buffer));
    fail_unless (i == 0 || GST_BUFFER_PTS (buffer) > last);
    fail_unless (GST_BUFFER_PTS (buffer) <= now);
    fail_unless_equals_uint64 (GST_BUFFER_DURATION (buffer), GST_SECOND / 60);
    last = GST_BUFFER_PTS (buffer);
    gst_buffer_unref (buffer);
    gst_object_unref (clock);
  }
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
assert_true_to_driver (GstBuffer *buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  struct v4l2_format format;

  vivid_get_format (&format);
  fail_unless (meta != NULL);
  fail_unless_equals_int (format.fmt.pix.pixelformat, V4L2_PIX_FMT_XBGR32);
  fail_unless_equals_int (meta->format, GST_VIDEO_FORMAT_BGRx);
  fail_unless_equals_int (meta->width, format.fmt.pix.width);
  fail_unless_equals_int (meta->height, format.fmt.pix.height);
  fail_unless_equals_int (meta->stride[0], format.fmt.pix.bytesperline);
  fail_unless_equals_int (meta->offset[0], 0);
  fail_unless_equals_int (
      gst_buffer_get_size (buffer), format.fmt.pix.sizeimage);
}

GST_START_TEST (buffers_are_dmabufs_with_the_drivers_layout)
{
  GstHarness *harness = play (DMABUF);
  GstBuffer *buffer = gst_harness_pull (harness);

  fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  assert_true_to_driver (buffer);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Bars of vivid's test pattern, left to right. */
static const guint32 bars[] = { 0xffffff, 0xffff00, 0x00ffff, 0x00ff00,
  0xff00ff, 0xff0000, 0x0000ff, 0x000000 };

static void
assert_colour_bars (GstBuffer *buffer)
{
  GstVideoFrame frame;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 640, 480);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  for (guint i = 0; i < G_N_ELEMENTS (bars); i++) {
    guint x = (2 * i + 1) * 640 / 16;
    const guint8 *pixel = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (
                              &frame, 0) +
                          4 * x;
    guint32 rgb = pixel[2] << 16 | pixel[1] << 8 | pixel[0];

    fail_unless (rgb == bars[i], "bar %u is %06x", i, rgb);
  }
  gst_video_frame_unmap (&frame);
}

GST_START_TEST (system_memory_caps_can_carry_the_same_dmabufs)
{
  GstHarness *harness = pipeline_harness ("dmabufsrc io-mode=dmabuf-export");
  GstBuffer *buffer;

  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  gst_harness_set_sink_caps_str (harness, RAW);
  gst_harness_play (harness);
  buffer = gst_harness_pull (harness);

  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  assert_true_to_driver (buffer);
  assert_colour_bars (buffer);
  fail_unless_equals_uint64 (get_stat (harness, "copies"), 0);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (dropped_buffers_are_counted)
{
  GstHarness *harness;
  guint64 first_offset = 0, last_offset = 0;

  vivid_set (VIVID_PERCENT_DROPPED, 50);
  harness = play (DMABUF);
  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    last_offset = GST_BUFFER_OFFSET (buffer);
    if (i == 0)
      first_offset = last_offset;
    gst_buffer_unref (buffer);
  }
  /* of 20, all but 1 in 10^6 runs */
  fail_unless (last_offset - first_offset >= N_FRAMES);
  fail_unless (get_stat (harness, "dropped") >=
               last_offset - first_offset + 1 - N_FRAMES);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (broken_buffers_are_counted_and_the_run_goes_on)
{
  GstHarness *harness = play (DMABUF);

  gst_buffer_unref (gst_harness_pull (harness));
  vivid_set (VIVID_DQBUF_ERROR, 1);
  for (guint i = 0; i < N_FRAMES; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  fail_unless_equals_uint64 (get_stat (harness, "broken"), 1);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (ends_after_the_buffers_that_were_asked_for)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src num-buffers=5 ! fakesink name=sink");

  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "frames"), 5);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (ends_when_it_is_told_to)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink name=sink");

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  pipeline_wait_eos (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* The source would wait for ever: no buffer can come back. */
GST_START_TEST (stops_at_once_though_downstream_holds_all)
{
  GstHarness *harness = play (DMABUF);
  GQueue held = G_QUEUE_INIT;
  g_autoptr (GstStructure) stats = NULL;
  guint n_buffers = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  g_queue_push_tail (&held, gst_harness_pull (harness));
  gst_clear_structure (&stats);
  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "buffers", &n_buffers));
  while (held.length < n_buffers)
    g_queue_push_tail (&held, gst_harness_pull (harness));
  /* let it come to its wait; sooner would do, but prove less */
  g_usleep (100000);

  fail_unless_equals_int (
      gst_element_set_state (harness->element, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  g_queue_clear_full (&held, (GDestroyNotify) gst_buffer_unref);
  gst_harness_teardown (harness);
}
GST_END_TEST;

static void
set_filter (GstElement *pipeline, const char *text)
{
  g_autoptr (GstElement) filter = pipeline_get (pipeline, "filter");
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_object_set (filter, "caps", caps, NULL);
}

static void
wait_for_width (GstElement *pipeline, gint width)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gint now = 0;

  for (guint i = 0; i < 100 && now != width; i++) {
    g_autoptr (GstCaps) caps = NULL;

    pipeline_wait_buffers (pipeline, "sink", 1);
    caps = gst_pad_get_current_caps (pad);
    gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &now);
  }
  fail_unless_equals_int (now, width);
}

GST_START_TEST (caps_change_while_playing)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src ! capsfilter name=filter ! fakesink name=sink");
  struct v4l2_format format;

  set_filter (pipeline, DMABUF);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_width (pipeline, 640);
  set_filter (pipeline,
      "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12,"
      "width=320,height=180,framerate=60/1");
  wait_for_width (pipeline, 320);
  vivid_get_format (&format);
  fail_unless_equals_int (format.fmt.pix.width, 320);
  fail_unless_equals_int (format.fmt.pix.pixelformat, V4L2_PIX_FMT_NV12);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

static GstPadProbeReturn
keep_first_pts (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstClockTime *pts = data;

  (void) pad;
  if (!GST_CLOCK_TIME_IS_VALID (*pts))
    *pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

/* Running time stands still while paused: what was captured meanwhile, and
 * before, must not come afterwards. */
GST_START_TEST (no_stale_frames_after_a_pause)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! " DMABUF " ! fakesink name=sink");
  GstClockTime first = GST_CLOCK_TIME_NONE, paused_at;
  g_autoptr (GstClock) clock = NULL;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 5);
  clock = gst_element_get_clock (pipeline);
  pipeline_set_state (pipeline, GST_STATE_PAUSED);
  /* where running time stopped, at the latest */
  paused_at = gst_element_get_start_time (pipeline);
  g_usleep (200000);

  pipeline_probe (pipeline, "sink", keep_first_pts, &first);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 5);
  fail_unless (GST_CLOCK_TIME_IS_VALID (first));
  fail_unless (first >= paused_at,
      "the first frame after the pause is from before it: %" GST_TIME_FORMAT
      " < %" GST_TIME_FORMAT,
      GST_TIME_ARGS (first), GST_TIME_ARGS (paused_at));
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (stats_start_anew)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src num-buffers=3 ! fakesink");

  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "frames"), 3);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  pipeline_run (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "frames"), 3);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (hundred_starts_leave_no_descriptor),
    RUNNER_TEST (restarts_deliver_frames),
    RUNNER_TEST (sequence_gaps_are_flagged_and_counted),
    RUNNER_TEST (sequence_is_continuous_at_leisure),
    RUNNER_TEST (times_rise_and_never_lie_in_the_future),
    RUNNER_TEST (buffers_are_dmabufs_with_the_drivers_layout),
    RUNNER_TEST (system_memory_caps_can_carry_the_same_dmabufs),
    RUNNER_TEST (dropped_buffers_are_counted),
    RUNNER_TEST (broken_buffers_are_counted_and_the_run_goes_on),
    RUNNER_TEST (ends_after_the_buffers_that_were_asked_for),
    RUNNER_TEST (ends_when_it_is_told_to),
    RUNNER_TEST (stops_at_once_though_downstream_holds_all),
    RUNNER_TEST (caps_change_while_playing),
    RUNNER_TEST (no_stale_frames_after_a_pause), RUNNER_TEST (stats_start_anew))
