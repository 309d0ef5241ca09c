/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

/* In this machine vivid has an output node too, and its nodes come after all
 * codecs and after the cameras that do not work by themselves. */

GST_START_TEST (the_first_camera_is_found_among_other_nodes)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=2 ! fakesink name=sink");
  char path[64];

  /* otherwise nothing is proved */
  fail_unless (devices_find_node ("vicodec",
      V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE, path, sizeof (path)));
  fail_unless (g_strcmp0 (vivid_path (), "/dev/video20") == 0);
  fail_if (g_strcmp0 (path, "/dev/video20") > 0);
  pipeline_run (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_camera_can_be_named)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc device=%s num-buffers=2 ! fakesink", vivid_path ());
  GstElement *pipeline = pipeline_new (text);

  pipeline_run (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (an_output_cannot_capture)
{
  g_autofree char *text = NULL;
  GstElement *pipeline;
  GError *error;
  char path[64];

  fail_unless (devices_find_node ("vivid",
      V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_OUTPUT_MPLANE, path,
      sizeof (path)));
  text = g_strdup_printf ("dmabufsrc device=%s ! fakesink", path);
  pipeline = pipeline_new (text);
  error = pipeline_run_to_error (pipeline, NULL);
  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE));
  fail_unless (strstr (error->message, path) != NULL);
  fail_unless (strstr (error->message, "cannot capture") != NULL);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (the_first_camera_is_found_among_other_nodes),
    RUNNER_TEST (a_camera_can_be_named), RUNNER_TEST (an_output_cannot_capture))
