/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/display.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <fcntl.h>
#include <unistd.h>

/* One error for each cause, which says what and where. */
static void
assert_cannot_open (
    const char *properties, gint code, const char *what, const char *words)
{
  g_autofree char *text = g_strdup_printf (
      "fakesrc ! dmabufsink %s", properties);
  GstElement *pipeline = pipeline_new (text);
  GError *error;

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  error = pipeline_wait_error (pipeline, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code),
      "%s, code %d: %s", g_quark_to_string (error->domain), error->code,
      error->message);
  fail_unless (strstr (error->message, what) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}

GST_START_TEST (a_path_that_does_not_exist)
{
  assert_cannot_open ("device=/dev/dri/card99", GST_RESOURCE_ERROR_NOT_FOUND,
      "/dev/dri/card99", "no display card");
}
GST_END_TEST;

GST_START_TEST (a_driver_that_does_not_exist)
{
  assert_cannot_open ("device=nonesuch", GST_RESOURCE_ERROR_NOT_FOUND,
      "nonesuch", "no display card");
}
GST_END_TEST;

GST_START_TEST (a_connector_that_does_not_exist)
{
  struct display display;

  display_open (&display);
  display_drop_master (&display);
  display_close (&display);
  g_autofree char *properties = g_strdup_printf (
      "device=%s connector=HDMI-A-9", display.path);
  assert_cannot_open (
      properties, GST_RESOURCE_ERROR_NOT_FOUND, "HDMI-A-9", "no connector");
}
GST_END_TEST;

GST_START_TEST (a_node_of_something_else)
{
  assert_cannot_open ("device=/dev/null", GST_RESOURCE_ERROR_OPEN_READ_WRITE,
      "/dev/null", "is no display card");
}
GST_END_TEST;

GST_START_TEST (what_else_is_no_card_is_called_that)
{
  g_autofree char *properties = NULL;
  int fd = open ("/dev/zero", O_RDWR | O_CLOEXEC);

  properties = g_strdup_printf ("fd=%d", fd);
  assert_cannot_open (
      properties, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "fd ", "no display card");
  close (fd);
}
GST_END_TEST;

/* It alone was asked for: permissions are no matter. */
GST_START_TEST (without_a_seat_manager_that_is_the_cause)
{
  g_autofree char *details = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *pipeline;

  g_setenv ("LIBSEAT_BACKEND", "seatd", TRUE);
  g_setenv ("SEATD_SOCK", "/nonexistent", TRUE);
  pipeline = pipeline_new ("fakesrc ! dmabufsink seat=libseat");
  gst_element_set_state (pipeline, GST_STATE_READY);
  error = pipeline_wait_error (pipeline, &details);
  fail_unless (strstr (error->message, "seat") != NULL, "%s", error->message);
  fail_unless (strstr (details, "there is no seat manager") != NULL &&
                   strstr (details, "start seatd") != NULL,
      "%s", details);
  fail_unless (strstr (details, "ermission") == NULL, "%s", details);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_path_that_does_not_exist_is_no_matter_of_seats)
{
  g_setenv ("LIBSEAT_BACKEND", "seatd", TRUE);
  assert_cannot_open ("seat=libseat device=/dev/dri/card99",
      GST_RESOURCE_ERROR_NOT_FOUND, "/dev/dri/card99", "no display card");
}
GST_END_TEST;

GST_START_TEST (another_program_uses_it)
{
  struct display display;

  display_open (&display);
  display_become_master (&display);
  assert_cannot_open ("", GST_RESOURCE_ERROR_BUSY, display.path, "in use");
  display_close (&display);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_path_that_does_not_exist),
    RUNNER_TEST (a_driver_that_does_not_exist),
    RUNNER_TEST (a_connector_that_does_not_exist),
    RUNNER_TEST (a_node_of_something_else),
    RUNNER_TEST (what_else_is_no_card_is_called_that),
    RUNNER_TEST (without_a_seat_manager_that_is_the_cause),
    RUNNER_TEST (a_path_that_does_not_exist_is_no_matter_of_seats),
    RUNNER_TEST (another_program_uses_it))
