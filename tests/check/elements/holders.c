/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/display.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-holders.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Another program that has the card open, and is its master if nobody was. */
struct other {
  pid_t pid;
  int end; /* closed: it ends */
};

static char card_path[64];

static void
run_other (const char *name, int ready, int end)
{
  int fd = open (card_path, O_RDWR | O_CLOEXEC);
  char c;

  prctl (PR_SET_NAME, name);
  display_look_at_screens (fd);
  if (fd < 0 || write (ready, "r", 1) != 1)
    _exit (1);
  if (read (end, &c, 1) != 0)
    _exit (1);
  _exit (0);
}

static struct other
other_start (const char *name)
{
  struct other other;
  int ready[2], end[2];
  char c;

  fail_unless_equals_int (pipe (ready), 0);
  fail_unless_equals_int (pipe2 (end, O_CLOEXEC), 0);
  other.pid = fork ();
  if (other.pid == 0) {
    close (end[1]);
    run_other (name, ready[1], end[0]);
  }
  fail_unless_equals_int (read (ready[0], &c, 1), 1);
  close (ready[0]);
  close (ready[1]);
  close (end[0]);
  other.end = end[1];
  return other;
}

static void
other_end (struct other *other)
{
  close (other->end);
  waitpid (other->pid, NULL, 0);
}

static void
set_up (void)
{
  fail_unless (devices_find_card (card_path, sizeof (card_path)));
}

GST_START_TEST (the_master_is_named_and_not_who_came_later)
{
  struct other master, later;
  g_autofree char *expected = NULL;
  char text[256];

  set_up ();
  master = other_start ("the compositor");
  later = other_start ("a viewer");
  fail_unless_equals_int (
      zc_kms_holders_describe (card_path, text, sizeof (text)), 1);
  expected = g_strdup_printf ("the compositor (pid %d)", (int) master.pid);
  fail_unless_equals_string (text, expected);
  other_end (&later);
  other_end (&master);
}
GST_END_TEST;

/* As most users: debugfs is for root. That we have it open, too, is no news. */
GST_START_TEST (without_debugfs_who_has_it_open_is_named)
{
  struct other other;
  g_autofree char *expected = NULL;
  char text[256];
  int ours;

  set_up ();
  other = other_start ("a viewer");
  ours = open (card_path, O_RDWR | O_CLOEXEC);
  fail_unless (ours >= 0);
  fail_unless_equals_int (system ("umount /sys/kernel/debug"), 0);
  fail_unless_equals_int (
      zc_kms_holders_describe (card_path, text, sizeof (text)), 1);
  expected = g_strdup_printf ("a viewer (pid %d)", (int) other.pid);
  fail_unless_equals_string (text, expected);
  close (ours);
  other_end (&other);
}
GST_END_TEST;

GST_START_TEST (the_error_of_the_display_names_it)
{
  GstElement *pipeline;
  struct other other;
  g_autofree char *expected = NULL;
  g_autofree char *debug = NULL;
  GError *error;

  set_up ();
  other = other_start ("a viewer");
  pipeline = pipeline_new ("fakesrc ! dmabufsink");
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  error = pipeline_wait_error (pipeline, &debug);
  expected = g_strdup_printf ("a viewer (pid %d)", (int) other.pid);
  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY),
      "%s", error->message);
  fail_unless (strstr (debug, expected) != NULL, "%s", debug);
  g_error_free (error);
  pipeline_free (pipeline);
  other_end (&other);
}
GST_END_TEST;

static void
try_to_start (GstElement *pipeline, pid_t holder)
{
  g_autofree char *expected = g_strdup_printf (
      "a viewer (pid %d)", (int) holder);
  g_autofree char *debug = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  error = pipeline_wait_error (pipeline, &debug);
  fail_unless (strstr (debug, expected) != NULL, "%s", debug);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  /* the base class's error comes after ours */
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
}

/* The same sink, without anything being done about it. */
GST_START_TEST (when_it_has_ended_the_sink_starts)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=10 ! dmabufsink name=sink");
  struct other other;

  set_up ();
  for (guint i = 0; i < 3; i++) {
    other = other_start ("a viewer");
    try_to_start (pipeline, other.pid);
    try_to_start (pipeline, other.pid);
    other_end (&other);
    pipeline_run (pipeline);
    fail_unless (pipeline_get_stat (pipeline, "sink", "frames") > 0);
    pipeline_set_state (pipeline, GST_STATE_NULL);
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (the_master_is_named_and_not_who_came_later),
    RUNNER_TEST (without_debugfs_who_has_it_open_is_named),
    RUNNER_TEST (the_error_of_the_display_names_it),
    RUNNER_TEST (when_it_has_ended_the_sink_starts))
