/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <fcntl.h>
#include <unistd.h>

/* Cameras whose driver is taken away and comes back, as those on a cable; udev
 * tells of it. */

#define DRIVERS "/sys/bus/platform/drivers/"

static void
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  fail_unless (fd >= 0, "%s", path);
  fail_unless_equals_int (write (fd, text, strlen (text)), strlen (text));
  close (fd);
}

static void
unplug (void)
{
  write_file (DRIVERS "vivid/unbind", "vivid.0");
}

static void
plug (void)
{
  write_file (DRIVERS "vivid/bind", "vivid.0");
}

/* Another driver's node takes the number that is free. */
static void
take_number (void)
{
  write_file (DRIVERS "vim2m/unbind", "vim2m.0");
  write_file (DRIVERS "vim2m/bind", "vim2m.0");
}

static GstElement *
play (const char *properties)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc name=src on-disconnect=wait %s ! fakesink name=sink "
      "sync=false",
      properties);
  GstElement *pipeline = pipeline_new (text);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  return pipeline;
}

static void
assert_waits (GstElement *pipeline)
{
  g_autofree char *text = pipeline_wait_warning (pipeline);

  fail_unless (
      strstr (text, "waiting for it to come back") != NULL, "%s", text);
}

static void
assert_is_back (GstElement *pipeline)
{
  g_autofree char *text = pipeline_wait_info (pipeline);

  fail_unless (strstr (text, "is back") != NULL, "%s", text);
  pipeline_wait_buffers (pipeline, "sink", 3);
}

static char *
get_device (GstElement *pipeline)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  char *device;

  g_object_get (src, "device", &device, NULL);
  return device;
}

static int
get_brightness (GstElement *pipeline)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autoptr (GstStructure) controls = NULL;
  const GValue *value;
  int brightness = -1;

  g_object_get (src, "device-controls", &controls, NULL);
  value = gst_structure_get_value (controls, "brightness");
  fail_unless (value && GST_VALUE_HOLDS_STRUCTURE (value));
  gst_structure_get_int (gst_value_get_structure (value), "value", &brightness);
  return brightness;
}

/* Each input has a range of brightness of its own. */
GST_START_TEST (it_is_set_again_as_it_was)
{
  GstElement *pipeline = play (
      "input=3 crop=0,0,320,240 controls=\"c,brightness=400\"");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autofree char *crop = NULL;

  fail_unless_equals_int (get_brightness (pipeline), 400);
  unplug ();
  assert_waits (pipeline);
  plug ();
  assert_is_back (pipeline);
  fail_unless_equals_int (get_brightness (pipeline), 400);
  fail_unless_equals_int (vivid_get_input (), 3);
  g_object_get (src, "crop", &crop, NULL);
  fail_unless_equals_string (crop, "0,0,320,240");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_is_set_while_it_is_away_counts)
{
  GstElement *pipeline = play ("controls=\"c,brightness=77\"");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autoptr (GstStructure)
      controls = gst_structure_new ("c", "brightness", G_TYPE_INT, 99, NULL);

  unplug ();
  assert_waits (pipeline);
  g_object_set (src, "controls", controls, NULL);
  plug ();
  assert_is_back (pipeline);
  fail_unless_equals_int (get_brightness (pipeline), 99);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (its_node_may_have_another_number)
{
  GstElement *pipeline = play ("device=platform:vivid-000");
  g_autofree char *before = get_device (pipeline);
  g_autofree char *after = NULL;

  unplug ();
  assert_waits (pipeline);
  take_number ();
  plug ();
  assert_is_back (pipeline);
  after = get_device (pipeline);
  fail_if (g_str_equal (before, after));
  pipeline_free (pipeline);
}
GST_END_TEST;

/* Both come back, the first of them first. */
GST_START_TEST (of_two_cameras_it_is_the_same)
{
  GstElement *pipeline = play ("device=platform:vivid-001");
  g_autofree char *before = get_device (pipeline);
  g_autofree char *after = NULL;

  unplug ();
  assert_waits (pipeline);
  plug ();
  assert_is_back (pipeline);
  after = get_device (pipeline);
  fail_unless_equals_string (before, after);
  fail_if (g_str_equal (after, vivid_path ()));
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (another_device_is_not_taken)
{
  GstElement *pipeline = play ("device=platform:vivid-000");
  g_autofree char *state = NULL;

  unplug ();
  assert_waits (pipeline);
  take_number ();
  fail_unless (
      g_spawn_command_line_sync ("udevadm settle", NULL, NULL, NULL, NULL));
  state = pipeline_get_stat_string (pipeline, "src", "state");
  fail_unless_equals_string (state, "waiting");
  plug ();
  assert_is_back (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (it_stops_while_it_waits)
{
  GstElement *pipeline = play ("");

  unplug ();
  assert_waits (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (five_reconnections_leave_no_descriptor)
{
  GstElement *pipeline = play ("");
  guint fds = 0;

  for (int i = 0; i <= 5; i++) {
    unplug ();
    assert_waits (pipeline);
    plug ();
    assert_is_back (pipeline);
    if (i == 0)
      fds = fds_count ();
  }
  if (fds_count () != fds)
    fds_print ();
  fail_unless_equals_int (fds_count (), fds);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (it_is_set_again_as_it_was),
    RUNNER_TEST (what_is_set_while_it_is_away_counts),
    RUNNER_TEST (its_node_may_have_another_number),
    RUNNER_TEST (of_two_cameras_it_is_the_same),
    RUNNER_TEST (another_device_is_not_taken),
    RUNNER_TEST (it_stops_while_it_waits),
    RUNNER_TEST (five_reconnections_leave_no_descriptor))
