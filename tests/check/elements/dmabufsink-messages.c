/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

/* What the details of an error say to whoever has to mend it. */
static gchar *
details_of (const char *properties)
{
  g_autofree char *text = g_strdup_printf (
      "videotestsrc ! video/x-raw,format=BGRx,width=320,height=240"
      " ! dmabufsink %s",
      properties);
  GstElement *pipeline = pipeline_new (text);
  g_autoptr (GError) error = NULL;
  gchar *details = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  error = pipeline_wait_error (pipeline, &details);
  fail_unless (error->domain == GST_RESOURCE_ERROR, "%s", error->message);
  pipeline_free (pipeline);
  return details;
}

static void
assert_once (const char *details, const char *words)
{
  const char *at = strstr (details, words);

  fail_unless (at != NULL, "%s", details);
  fail_unless (strstr (at + 1, words) == NULL, "%s", details);
}

GST_START_TEST (a_mode_that_is_missing_is_told_once)
{
  g_autofree gchar *details = details_of ("mode=1234x56@7 alpha=0.5");

  assert_once (details, "has no mode 1234x56@7");
  assert_once (details, "choice of mode");
}
GST_END_TEST;

GST_START_TEST (a_rectangle_off_the_screen_is_told_once)
{
  g_autofree gchar *details = details_of (
      "render-rectangle=<5000,10,320,240> alpha=0.5");

  assert_once (details, "nothing would be visible");
}
GST_END_TEST;

GST_START_TEST (where_connectors_are_listed_is_told)
{
  g_autofree gchar *details = details_of ("connector=HDMI-A-9");

  assert_once (details, "/sys/class/drm");
  fail_unless (strstr (details, "modprobe") == NULL, "%s", details);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_mode_that_is_missing_is_told_once),
    RUNNER_TEST (a_rectangle_off_the_screen_is_told_once),
    RUNNER_TEST (where_connectors_are_listed_is_told))
