/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <unistd.h>

/* One error for each cause, which says what and where. */
static void
assert_error (GError *error, gint code, const char *path, const char *words)
{
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code),
      "%s, code %d: %s", g_quark_to_string (error->domain), error->code,
      error->message);
  fail_unless (strstr (error->message, path) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
}

static void
assert_cannot_open (const char *path, gint code, const char *words)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc device=%s ! fakesink", path);
  GstElement *pipeline = pipeline_new (text);
  unsigned fds = fds_count ();

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  assert_error (pipeline_wait_error (pipeline, NULL), code, path, words);
  fail_unless (fds_count () <= fds + 2); /* the bus may have made its own */
  pipeline_free (pipeline);
}

GST_START_TEST (a_path_that_does_not_exist)
{
  assert_cannot_open (
      "/dev/video99", GST_RESOURCE_ERROR_NOT_FOUND, "no camera");
}
GST_END_TEST;

GST_START_TEST (a_node_of_something_else)
{
  assert_cannot_open (
      "/dev/null", GST_RESOURCE_ERROR_OPEN_READ_WRITE, "not a video device");
}
GST_END_TEST;

GST_START_TEST (a_codec)
{
  char path[64];

  if (!devices_find_node ("vicodec",
          V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE, path, sizeof (path)))
    runner_skip ("there is no vicodec");
  assert_cannot_open (
      path, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "cannot capture");
}
GST_END_TEST;

/* An error before the first frame, which a button of vivid's causes. */
static void
assert_start_fails (enum vivid_control control, const char *step)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc io-mode=dmabuf-export ! fakesink name=sink");
  g_autofree gchar *debug = NULL;
  GError *error;

  vivid_set (control, 1);
  error = pipeline_run_to_error (pipeline, &debug);
  fail_unless (strstr (debug, step) != NULL, "%s", debug);
  assert_error (
      error, GST_RESOURCE_ERROR_FAILED, vivid_path (), "cannot be started");

  /* it was for once: the same element works then */
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  pipeline_free (pipeline);
}

/* What one way cannot do, the next one may; which is told. */
GST_START_TEST (a_way_that_fails_is_followed_by_the_next)
{
  static const struct {
    enum vivid_control fault;
    const char *step;
  } faults[] = {
    { VIVID_REQBUFS_ERROR, "VIDIOC_REQBUFS" },
    { VIVID_QBUF_ERROR, "VIDIOC_QBUF" },
    { VIVID_STREAMON_ERROR, "VIDIOC_STREAMON" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    GstElement *pipeline = pipeline_new ("dmabufsrc name=src ! fakesink "
                                         "name=sink");
    g_autofree gchar *path = NULL, *refused = NULL;

    vivid_set (faults[i].fault, 1);
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_wait_buffers (pipeline, "sink", 2);
    refused = pipeline_get_stat_string (pipeline, "src", "refused");
    path = pipeline_get_stat_string (pipeline, "src", "path");
    fail_unless (strstr (refused, "dmabuf-export: ") != NULL, "%s", refused);
    fail_unless (strstr (refused, faults[i].step) != NULL, "%s", refused);
    fail_unless_equals_string (path, "dmabuf-import");
    pipeline_free (pipeline);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
  }
}
GST_END_TEST;

GST_START_TEST (reqbufs_fails)
{
  assert_start_fails (VIVID_REQBUFS_ERROR, "VIDIOC_REQBUFS");
}
GST_END_TEST;

GST_START_TEST (qbuf_fails)
{
  assert_start_fails (VIVID_QBUF_ERROR, "VIDIOC_QBUF");
}
GST_END_TEST;

GST_START_TEST (streamon_fails)
{
  assert_start_fails (VIVID_STREAMON_ERROR, "VIDIOC_STREAMON");
}
GST_END_TEST;

static void
assert_streaming_fails (
    enum vivid_control control, gint code, const char *words)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink name=sink");
  g_autofree char *path = g_strdup (vivid_path ());

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  vivid_set (control, 1);
  assert_error (pipeline_wait_error (pipeline, NULL), code, path, words);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (a_fatal_error_of_the_driver)
{
  assert_streaming_fails (
      VIVID_FATAL_ERROR, GST_RESOURCE_ERROR_READ, "fatal error");
}
GST_END_TEST;

GST_START_TEST (the_camera_is_unplugged)
{
  assert_streaming_fails (
      VIVID_DISCONNECT, GST_RESOURCE_ERROR_NOT_FOUND, "unplugged");
}
GST_END_TEST;

GST_START_TEST (another_program_uses_it)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink");
  int fd = vivid_occupy ();

  assert_error (pipeline_run_to_error (pipeline, NULL), GST_RESOURCE_ERROR_BUSY,
      vivid_path (), "in use");
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

GST_START_TEST (a_second_source_on_the_same_camera)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink name=sink");
  GstElement *second = pipeline_new ("dmabufsrc ! fakesink");

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  assert_error (pipeline_run_to_error (second, NULL), GST_RESOURCE_ERROR_BUSY,
      vivid_path (), "in use");
  pipeline_free (second);
  /* the first one does not mind */
  pipeline_wait_buffers (pipeline, "sink", 2);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (nothing_in_common_with_downstream)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc ! video/x-raw,width=12345,height=678 ! fakesink");
  GError *error = pipeline_run_to_error (pipeline, NULL);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT));
  fail_unless (strstr (error->message, vivid_path ()) != NULL);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_path_that_does_not_exist),
    RUNNER_TEST (a_node_of_something_else), RUNNER_TEST (a_codec),
    RUNNER_TEST (a_way_that_fails_is_followed_by_the_next),
    RUNNER_TEST (reqbufs_fails), RUNNER_TEST (qbuf_fails),
    RUNNER_TEST (streamon_fails), RUNNER_TEST (a_fatal_error_of_the_driver),
    RUNNER_TEST (the_camera_is_unplugged),
    RUNNER_TEST (another_program_uses_it),
    RUNNER_TEST (a_second_source_on_the_same_camera),
    RUNNER_TEST (nothing_in_common_with_downstream))
