/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/v4l2/v4l2-sys.h"
#include "gst/dmabufsrc/gstdmabufsrc.h"

#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <sys/ioctl.h>

/* libv4l2 in earnest, between vivid and the source. Told that the camera hangs
 * upside down (its own environment variable, for cameras of laptops), it
 * converts: pictures come out mirrored, which shows who made them. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define RGB "video/x-raw,format=RGB" SIZE

/* All tests use the source that is linked into this program, whose calls can be
 * played. */
static void
use_linked_source (void)
{
  fail_unless (GST_ELEMENT_REGISTER (dmabufsrc, NULL));
}

static void
mirror (void)
{
  g_setenv ("LIBV4LCONTROL_CONTROLS", "2", TRUE);
  g_setenv ("LIBV4LCONTROL_FLAGS", "1", TRUE);
}

/* Still bars: white first, black last. */
static GstHarness *
play (const char *properties, const char *caps)
{
  g_autofree gchar *launch = g_strdup_printf ("dmabufsrc %s", properties);
  GstHarness *harness;

  use_linked_source ();
  harness = pipeline_harness (launch);

  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  gst_harness_add_propose_allocation_meta (
      harness, GST_VIDEO_META_API_TYPE, NULL);
  gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, caps);
  gst_harness_play (harness);
  return harness;
}

static gchar *
get_path (GstHarness *harness)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (harness->element, "stats", &stats, NULL);
  return g_strdup (gst_structure_get_string (stats, "path"));
}

/* Of RGB: how bright the bar at the left is, and the one at the right. */
static void
get_ends (GstBuffer *buffer, guint *left, guint *right)
{
  GstMapInfo map;
  const guint8 *line;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless (map.size >= 640 * 480 * 3);
  line = map.data + 640 * 3 * 240;
  *left = line[40 * 3] + line[40 * 3 + 1] + line[40 * 3 + 2];
  *right = line[600 * 3] + line[600 * 3 + 1] + line[600 * 3 + 2];
  gst_buffer_unmap (buffer, &map);
}

static void
assert_frames (GstHarness *harness, gboolean mirrored)
{
  for (guint i = 0; i < 10; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    guint left, right;

    get_ends (buffer, &left, &right);
    fail_unless (mirrored ? left < right : left > right,
        "%u on the left, %u on the right", left, right);
    gst_buffer_unref (buffer);
  }
}

static void
assert_plays (const char *properties, const char *path, gboolean mirrored)
{
  GstHarness *harness = play (properties, RGB);
  g_autofree gchar *taken = NULL;

  assert_frames (harness, mirrored);
  taken = get_path (harness);
  fail_unless_equals_string (taken, path);
  gst_harness_teardown (harness);
}

GST_START_TEST (by_hand_formats_pass_through_it)
{
  assert_plays ("io-mode=libv4l2", "libv4l2", FALSE);
}
GST_END_TEST;

GST_START_TEST (by_hand_it_converts)
{
  mirror ();
  assert_plays ("io-mode=libv4l2", "libv4l2", TRUE);
}
GST_END_TEST;

GST_START_TEST (where_the_driver_will_do_it_is_not_asked)
{
  mirror ();
  assert_plays ("", "userptr", FALSE);
}
GST_END_TEST;

/* Its memory is no dma-bufs, and nothing else is said of it. */
GST_START_TEST (it_offers_no_dmabufs)
{
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *pipeline;

  use_linked_source ();
  pipeline = pipeline_new ("dmabufsrc name=src io-mode=libv4l2 ! fakesink");
  source = pipeline_get (pipeline, "src");
  pad = gst_element_get_static_pad (source, "src");
  pipeline_set_state (pipeline, GST_STATE_READY);
  caps = gst_pad_query_caps (pad, NULL);
  fail_if (gst_caps_is_empty (caps));
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    fail_if (gst_caps_features_contains (
        gst_caps_get_features (caps, i), "memory:DMABuf"));
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (thirty_starts_leave_no_descriptor)
{
  unsigned fds = 0;

  mirror ();
  for (guint i = 0; i < 30; i++) {
    assert_plays ("io-mode=libv4l2", "libv4l2", TRUE);
    if (i == 3)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

/* What is kept of the picture before does not hinder the next, and stays. */
GST_START_TEST (caps_change_while_a_converted_frame_is_kept)
{
  GstHarness *harness;
  guint left, right, size = 0;
  GstBuffer *held;

  mirror ();
  harness = play ("io-mode=libv4l2", RGB);
  held = gst_harness_pull (harness);
  gst_harness_set_sink_caps_str (
      harness, "video/x-raw,format=RGB,width=320,height=180,framerate=30/1");
  gst_pad_push_event (harness->sinkpad, gst_event_new_reconfigure ());
  for (guint i = 0; i < 30 && size != 320 * 180 * 3; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);

    fail_unless (buffer != NULL);
    size = gst_buffer_get_size (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (size, 320 * 180 * 3);
  get_ends (held, &left, &right);
  fail_unless (left < right);
  gst_buffer_unref (held);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* --- a driver that lacks RGB --------------------------------------------- */

/* The driver's list without what libv4l2 makes too. */
static int
poorer_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_fmtdesc *desc = arg;
  __u32 wanted = request == VIDIOC_ENUM_FMT ? desc->index : 0, seen = 0;
  int ret;

  if (request != VIDIOC_ENUM_FMT)
    return ioctl (fd, request, arg);
  for (__u32 i = 0;; i++) {
    desc->index = i;
    ret = ioctl (fd, request, desc);
    if (ret < 0)
      return ret;
    if (desc->pixelformat == V4L2_PIX_FMT_RGB24 ||
        desc->pixelformat == V4L2_PIX_FMT_BGR24)
      continue;
    if (seen++ == wanted) {
      desc->index = wanted;
      return 0;
    }
  }
}

GST_START_TEST (what_the_driver_lacks_it_makes)
{
  GstElement *pipeline;
  g_autoptr (GstBus) bus = NULL;
  g_autofree gchar *path = NULL;
  GstMessage *message;
  GError *warning;

  mirror ();
  zc_v4l2_sys.ioctl = poorer_ioctl;
  use_linked_source ();
  pipeline = pipeline_new ("dmabufsrc name=src ! " RGB " ! fakesink name=sink");
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 5);
  path = pipeline_get_stat_string (pipeline, "src", "path");
  fail_unless_equals_string (path, "libv4l2");

  bus = gst_element_get_bus (pipeline);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_parse_warning (message, &warning, NULL);
  fail_unless (strstr (warning->message, "converted by the CPU") != NULL, "%s",
      warning->message);
  g_error_free (warning);
  gst_message_unref (message);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_it_makes_is_a_copy_that_may_be_forbidden)
{
  GstElement *pipeline;
  g_autofree gchar *debug = NULL;
  GError *error;

  mirror ();
  zc_v4l2_sys.ioctl = poorer_ioctl;
  use_linked_source ();
  pipeline = pipeline_new ("dmabufsrc copy-policy=forbid ! " RGB " ! fakesink");
  error = pipeline_run_to_error (pipeline, &debug);
  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  fail_unless (strstr (debug, "libv4l2: it converts") != NULL, "%s", debug);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (by_hand_formats_pass_through_it),
    RUNNER_TEST (by_hand_it_converts),
    RUNNER_TEST (where_the_driver_will_do_it_is_not_asked),
    RUNNER_TEST (it_offers_no_dmabufs),
    RUNNER_TEST (thirty_starts_leave_no_descriptor),
    RUNNER_TEST (caps_change_while_a_converted_frame_is_kept),
    RUNNER_TEST (what_the_driver_lacks_it_makes),
    RUNNER_TEST (what_it_makes_is_a_copy_that_may_be_forbidden))
