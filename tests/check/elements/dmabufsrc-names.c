/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

/* udev runs in this machine, and makes links. */
#define LINK "platform-vivid.0-video-index0"

static GstElement *
pipeline_of (const char *device)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc name=src num-buffers=2 ! fakesink");
  GstElement *pipeline = pipeline_new (text);
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");

  g_object_set (src, "device", device, NULL);
  return pipeline;
}

static void
assert_device (GstElement *pipeline, const char *expected)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autofree char *device = NULL;

  g_object_get (src, "device", &device, NULL);
  fail_unless_equals_string (device, expected);
}

/* Frames come, and from the camera that was meant. */
static void
assert_names (const char *name, const char *path)
{
  GstElement *pipeline = pipeline_of (name);

  pipeline_run (pipeline);
  assert_device (pipeline, path);
  pipeline_free (pipeline);
}

GST_START_TEST (a_place_on_the_bus_names_a_camera)
{
  assert_names ("platform:vivid-000", vivid_path ());
}
GST_END_TEST;

GST_START_TEST (a_card_names_a_camera)
{
  assert_names ("vivid", vivid_path ());
}
GST_END_TEST;

/* Both cameras ask for the same link: udev decides. */
GST_START_TEST (a_link_of_udev_names_a_camera)
{
  g_autofree char *path = realpath ("/dev/v4l/by-path/" LINK, NULL);

  fail_unless (path != NULL);
  assert_names (LINK, path);
  assert_names ("by-path/" LINK, path);
  assert_names ("/dev/v4l/by-path/" LINK, path);
}
GST_END_TEST;

GST_START_TEST (a_second_camera_has_a_name_of_its_own)
{
  GstElement *first = pipeline_of ("platform:vivid-000");
  GstElement *second = pipeline_of ("platform:vivid-001");
  g_autoptr (GstElement) src = pipeline_get (second, "src");
  g_autofree char *device = NULL;

  pipeline_run (first);
  pipeline_run (second);
  assert_device (first, vivid_path ());
  g_object_get (src, "device", &device, NULL);
  fail_if (g_str_equal (device, vivid_path ()));
  pipeline_free (first);
  pipeline_free (second);
}
GST_END_TEST;

GST_START_TEST (the_real_path_is_told_while_it_is_open)
{
  GstElement *pipeline = pipeline_of ("vivid");

  assert_device (pipeline, "vivid");
  pipeline_set_state (pipeline, GST_STATE_READY);
  assert_device (pipeline, vivid_path ());
  pipeline_set_state (pipeline, GST_STATE_NULL);
  assert_device (pipeline, "vivid");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (the_first_camera_is_told_while_it_is_open)
{
  GstElement *pipeline = pipeline_of (NULL);

  assert_device (pipeline, NULL);
  pipeline_set_state (pipeline, GST_STATE_READY);
  assert_device (pipeline, vivid_path ());
  pipeline_set_state (pipeline, GST_STATE_NULL);
  assert_device (pipeline, NULL);
  pipeline_free (pipeline);
}
GST_END_TEST;

static void
assert_fails (const char *name, int code, const char *words)
{
  GstElement *pipeline = pipeline_of (name);
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, code), "%s", error->message);
  fail_unless (strstr (error->message, name) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  fail_unless (strstr (debug, vivid_path ()) != NULL, "%s", debug);
  fail_unless (
      strstr (debug, "\"vivid\" (platform:vivid-000)") != NULL, "%s", debug);
  fail_if (strstr (debug, "vicodec") != NULL, "%s", debug);
  pipeline_free (pipeline);
}

GST_START_TEST (an_unknown_name_lists_the_cameras)
{
  assert_fails ("holodeck", GST_RESOURCE_ERROR_NOT_FOUND, "no camera called");
  assert_fails ("/dev/video99", GST_RESOURCE_ERROR_NOT_FOUND, "no camera at");
}
GST_END_TEST;

GST_START_TEST (the_name_of_a_codec_lists_the_cameras)
{
  assert_fails (
      "vicodec", GST_RESOURCE_ERROR_OPEN_READ_WRITE, "cannot capture");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_place_on_the_bus_names_a_camera),
    RUNNER_TEST (a_card_names_a_camera),
    RUNNER_TEST (a_link_of_udev_names_a_camera),
    RUNNER_TEST (a_second_camera_has_a_name_of_its_own),
    RUNNER_TEST (the_real_path_is_told_while_it_is_open),
    RUNNER_TEST (the_first_camera_is_told_while_it_is_open),
    RUNNER_TEST (an_unknown_name_lists_the_cameras),
    RUNNER_TEST (the_name_of_a_codec_lists_the_cameras))
