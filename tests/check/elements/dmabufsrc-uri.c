/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

static GstElement *
element_of (const char *uri)
{
  GError *error = NULL;
  GstElement *element = gst_element_make_from_uri (
      GST_URI_SRC, uri, NULL, &error);

  fail_unless (element != NULL, "%s: %s", uri, error ? error->message : "");
  return gst_object_ref_sink (element);
}

static void
assert_means (const char *uri, const char *expected)
{
  g_autoptr (GstElement) element = element_of (uri);
  g_autofree char *device = NULL;

  fail_unless_equals_string (
      GST_OBJECT_NAME (gst_element_get_factory (element)), "dmabufsrc");
  g_object_get (element, "device", &device, NULL);
  fail_unless_equals_string (device, expected);
}

GST_START_TEST (a_uri_names_a_node)
{
  assert_means ("dmabufsrc:///dev/video0", "/dev/video0");
  assert_means ("dmabufsrc:/dev/video0", "/dev/video0");
  assert_means ("DMABUFSRC:///dev/my%20camera", "/dev/my camera");
}
GST_END_TEST;

GST_START_TEST (a_uri_has_a_name_that_stays)
{
  assert_means ("dmabufsrc://platform%3Avivid-000", "platform:vivid-000");
  assert_means ("dmabufsrc:platform:vivid-000", "platform:vivid-000");
  assert_means ("dmabufsrc://HD%20Cam%3F", "HD Cam?");
}
GST_END_TEST;

GST_START_TEST (a_uri_without_a_path_is_the_first_camera)
{
  assert_means ("dmabufsrc://", NULL);
}
GST_END_TEST;

GST_START_TEST (the_uri_is_that_of_the_property)
{
  static const char *const names[][2] = {
    { "/dev/video0", "dmabufsrc:///dev/video0" },
    { "platform:vivid-000", "dmabufsrc://platform%3Avivid-000" },
    { "50% cam?", "dmabufsrc://50%25%20cam%3F" },
    { NULL, "dmabufsrc://" },
  };
  g_autoptr (GstElement) element = element_of ("dmabufsrc://");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *uri = NULL;

    g_object_set (element, "device", names[i][0], NULL);
    uri = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
    fail_unless_equals_string (uri, names[i][1]);
    assert_means (uri, names[i][0]);
  }
}
GST_END_TEST;

static void
assert_refused (GstElement *element, const char *uri, GstURIError code)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_uri_handler_set_uri (GST_URI_HANDLER (element), uri, &error));
  fail_unless (g_error_matches (error, GST_URI_ERROR, code), "%s",
      error ? error->message : "no error");
}

GST_START_TEST (what_would_be_ignored_is_refused)
{
  g_autoptr (GstElement) element = element_of ("dmabufsrc:///dev/video7");
  g_autofree char *device = NULL;

  assert_refused (
      element, "dmabufsrc:///dev/video0?width=640", GST_URI_ERROR_BAD_URI);
  assert_refused (element, "dmabufsrc:///dev/video0#1", GST_URI_ERROR_BAD_URI);
  assert_refused (element, "dmabufsrc:///dev/video%0", GST_URI_ERROR_BAD_URI);
  g_object_get (element, "device", &device, NULL);
  fail_unless_equals_string (device, "/dev/video7");
}
GST_END_TEST;

GST_START_TEST (an_open_camera_is_not_changed)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc name=src ! fakesink");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");

  pipeline_set_state (pipeline, GST_STATE_READY);
  assert_refused (src, "dmabufsrc:///dev/video1", GST_URI_ERROR_BAD_STATE);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless (gst_uri_handler_set_uri (
      GST_URI_HANDLER (src), "dmabufsrc:///dev/video1", NULL));
  pipeline_free (pipeline);
}
GST_END_TEST;

static void
assert_plays (const char *bin)
{
  g_autofree char *text = g_strdup_printf (
      "%s uri=dmabufsrc://%s ! fakesink name=sink num-buffers=5", bin,
      vivid_path ());
  GstElement *pipeline = pipeline_new (text);

  pipeline_run (pipeline);
  pipeline_free (pipeline);
}

GST_START_TEST (uridecodebin_plays_it)
{
  assert_plays ("uridecodebin");
}
GST_END_TEST;

GST_START_TEST (uridecodebin3_plays_it)
{
  assert_plays ("uridecodebin3");
}
GST_END_TEST;

GST_START_TEST (urisourcebin_plays_it)
{
  assert_plays ("urisourcebin");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_uri_names_a_node),
    RUNNER_TEST (a_uri_has_a_name_that_stays),
    RUNNER_TEST (a_uri_without_a_path_is_the_first_camera),
    RUNNER_TEST (the_uri_is_that_of_the_property),
    RUNNER_TEST (what_would_be_ignored_is_refused),
    RUNNER_TEST (an_open_camera_is_not_changed),
    RUNNER_TEST (uridecodebin_plays_it), RUNNER_TEST (uridecodebin3_plays_it),
    RUNNER_TEST (urisourcebin_plays_it))
