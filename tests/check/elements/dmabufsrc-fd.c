/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static GstElement *
pipeline_of (int fd)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc name=src device-fd=%d num-buffers=3 ! fakesink", fd);

  return pipeline_new (text);
}

static int
get_fd (GstElement *pipeline)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  int fd;

  g_object_get (src, "device-fd", &fd, NULL);
  return fd;
}

static void
assert_is_camera (int fd)
{
  struct v4l2_capability c;

  fail_unless_equals_int (ioctl (fd, VIDIOC_QUERYCAP, &c), 0);
  fail_unless_equals_string ((char *) c.driver, "vivid");
}

/* In a sandbox there are no nodes. */
static void
remove_nodes (void)
{
  for (int i = 0; i < 64; i++) {
    char path[64];

    g_snprintf (path, sizeof (path), "/dev/video%d", i);
    unlink (path);
  }
}

GST_START_TEST (frames_come_without_any_node)
{
  int fd = vivid_open ();
  GstElement *pipeline;

  remove_nodes ();
  pipeline = pipeline_of (fd);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

GST_START_TEST (the_caller_keeps_his_descriptor)
{
  int fd = vivid_open ();

  for (int i = 0; i < 3; i++) {
    GstElement *pipeline = pipeline_of (fd);

    pipeline_run (pipeline);
    pipeline_free (pipeline);
    assert_is_camera (fd);
  }
  close (fd);
}
GST_END_TEST;

GST_START_TEST (the_element_keeps_its_own)
{
  GstElement *pipeline;
  int fd = vivid_open ();

  pipeline = pipeline_of (fd);
  pipeline_set_state (pipeline, GST_STATE_READY);
  close (fd);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (fifty_openings_leave_no_descriptor)
{
  int fd = vivid_open ();
  GstElement *pipeline = pipeline_of (fd);
  unsigned n;

  pipeline_set_state (pipeline, GST_STATE_READY);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  n = fds_count ();
  for (int i = 0; i < 50; i++) {
    pipeline_set_state (pipeline, GST_STATE_READY);
    pipeline_set_state (pipeline, GST_STATE_NULL);
  }
  fail_unless_equals_int (fds_count (), n);
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

GST_START_TEST (what_is_open_is_told)
{
  int fd = vivid_open ();
  GstElement *pipeline = pipeline_of (fd);
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autofree char *device = NULL;

  fail_unless_equals_int (get_fd (pipeline), fd);
  pipeline_set_state (pipeline, GST_STATE_READY);
  fail_if (get_fd (pipeline) == fd);
  assert_is_camera (get_fd (pipeline));
  fail_unless (fcntl (get_fd (pipeline), F_GETFD) & FD_CLOEXEC);
  fail_unless (fcntl (get_fd (pipeline), F_GETFL) & O_NONBLOCK);
  g_object_get (src, "device", &device, NULL);
  fail_unless_equals_string (device, vivid_path ());
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (get_fd (pipeline), fd);
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

GST_START_TEST (a_node_that_is_open_tells_its_descriptor)
{
  GstElement *pipeline = pipeline_of (-1);

  fail_unless_equals_int (get_fd (pipeline), -1);
  pipeline_set_state (pipeline, GST_STATE_READY);
  assert_is_camera (get_fd (pipeline));
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (get_fd (pipeline), -1);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_descriptor_wins_over_a_name)
{
  int fd = vivid_open ();
  GstElement *pipeline = pipeline_of (fd);
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");

  g_object_set (src, "device", "/dev/video99", NULL);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

static void
assert_refused (int fd, const char *words)
{
  GstElement *pipeline = pipeline_of (fd);
  g_autofree char *number = g_strdup_printf ("descriptor %d", fd);
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  fail_unless (strstr (error->message, number) != NULL, "%s", error->message);
  fail_unless (strstr (debug, words) != NULL, "%s", debug);
  pipeline_free (pipeline);
}

GST_START_TEST (a_closed_descriptor_is_refused)
{
  assert_refused (1000, "must be open");
}
GST_END_TEST;

GST_START_TEST (a_descriptor_of_something_else_is_refused)
{
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  assert_refused (fd, "not a video device");
  close (fd);
}
GST_END_TEST;

GST_START_TEST (a_descriptor_of_a_codec_is_refused)
{
  char path[64];
  int fd;

  fail_unless (devices_find_node ("vicodec",
      V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE, path, sizeof (path)));
  fd = open (path, O_RDWR | O_CLOEXEC);
  assert_refused (fd, "cannot capture");
  close (fd);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (frames_come_without_any_node),
    RUNNER_TEST (the_caller_keeps_his_descriptor),
    RUNNER_TEST (the_element_keeps_its_own),
    RUNNER_TEST (fifty_openings_leave_no_descriptor),
    RUNNER_TEST (what_is_open_is_told),
    RUNNER_TEST (a_node_that_is_open_tells_its_descriptor),
    RUNNER_TEST (a_descriptor_wins_over_a_name),
    RUNNER_TEST (a_closed_descriptor_is_refused),
    RUNNER_TEST (a_descriptor_of_something_else_is_refused),
    RUNNER_TEST (a_descriptor_of_a_codec_is_refused))
