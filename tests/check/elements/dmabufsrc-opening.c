/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vimc.h"
#include "../helpers/vivid.h"

#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Errors that say what to do, beyond those of dmabufsrc-errors. */
static void
assert_busy (GstElement *pipeline, const char *words)
{
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY));
  fail_unless (strstr (error->message, vivid_path ()) != NULL);
  fail_unless (strstr (debug, words) != NULL, "%s", debug);
  fail_unless (strstr (debug, "errno 16") != NULL, "%s", debug);
}

/* Another program that has the camera until it is killed. */
static pid_t
start_occupier (void)
{
  int fds[2];
  char byte = 0;
  pid_t pid;

  fail_unless_equals_int (pipe (fds), 0);
  pid = fork ();
  if (pid == 0) {
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    prctl (PR_SET_NAME, "occupier");
    vivid_occupy ();
    _exit (write (fds[1], "x", 1) == 1 ? pause () : 1);
  }
  fail_unless_equals_int (read (fds[0], &byte, 1), 1);
  close (fds[0]);
  close (fds[1]);
  return pid;
}

GST_START_TEST (the_program_that_uses_it_is_named)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink");
  pid_t pid = start_occupier ();
  g_autofree char *words = g_strdup_printf ("occupier (pid %d)", (int) pid);

  assert_busy (pipeline, words);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (that_it_is_this_program_is_told)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink");
  int fd = vivid_occupy ();

  assert_busy (pipeline, ", this program)");
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

/* Messages can only have UTF-8; names of cameras and programs are any bytes. */
GST_START_TEST (a_program_of_any_name_is_told)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink");
  int fd = vivid_occupy ();

  prctl (PR_SET_NAME, "cam\xe9ra");
  assert_busy (pipeline, "cam\uFFFDra (pid");
  pipeline_free (pipeline);
  close (fd);
}
GST_END_TEST;

static int
open_as_nobody (const char *words)
{
  GstElement *pipeline = pipeline_new ("dmabufsrc ! fakesink");
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = NULL;

  runner_require (
      setgroups (0, NULL) == 0 && setgid (65534) == 0 && setuid (65534) == 0,
      "still root");
  runner_require (gst_element_set_state (pipeline, GST_STATE_READY) ==
                      GST_STATE_CHANGE_FAILURE,
      "it may");
  error = pipeline_wait_error (pipeline, &debug);
  runner_require (g_error_matches (error, GST_RESOURCE_ERROR,
                      GST_RESOURCE_ERROR_OPEN_READ_WRITE) &&
                      strstr (error->message, "No permission"),
      "%s", error->message);
  runner_require (strstr (error->message, "/dev/video0"), "%s", error->message);
  runner_require (strstr (debug, "errno 13"), "%s", debug);
  runner_require (strstr (debug, words), "%s", debug);
  return 0;
}

/* With the nodes given to GROUP. */
static void
assert_nobody_opens (mode_t mode, const char *name, const char *words)
{
  struct group *group = getgrnam (name);
  int status = -1;
  pid_t pid;

  fail_unless (group != NULL);
  for (int i = 0; i < 64; i++) {
    char path[64];

    g_snprintf (path, sizeof (path), "/dev/video%d", i);
    if (chown (path, 0, group->gr_gid) == 0)
      fail_unless_equals_int (chmod (path, mode), 0);
  }
  pid = fork ();
  if (pid == 0)
    _exit (open_as_nobody (words));
  fail_unless_equals_int (waitpid (pid, &status, 0), pid);
  fail_unless_equals_int (status, 0);
}

GST_START_TEST (without_permission_the_group_is_named)
{
  assert_nobody_opens (0660, "kvm", "usermod -aG kvm");
}
GST_END_TEST;

GST_START_TEST (where_root_alone_may_a_udev_rule_is_named)
{
  assert_nobody_opens (0600, "root", "GROUP=\"video\", MODE=\"0660\"");
}
GST_END_TEST;

/* --- media-controller pipelines ----------------------------------------- */

static GstElement *
pipeline_on (const char *path)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc num-buffers=3 device=%s ! "
      "video/x-raw,format=RGB,width=640,height=480 ! fakesink",
      path);

  return pipeline_new (text);
}

GST_START_TEST (a_pipeline_of_devices_that_is_not_set_up_is_told)
{
  g_autofree char *path = vimc_find_camera ();
  GstElement *pipeline = pipeline_on (path);
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS),
      "%s", error->message);
  fail_unless (strstr (error->message, path) != NULL);
  fail_unless (strstr (error->message, "not set up") != NULL);
  fail_unless (strstr (debug, "VIDIOC_STREAMON") != NULL, "%s", debug);
  fail_unless (strstr (debug, "errno 32") != NULL, "%s", debug);
  fail_unless (strstr (debug, "media-ctl") != NULL, "%s", debug);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_pipeline_of_devices_that_is_set_up_captures)
{
  g_autofree char *path = vimc_find_camera ();
  GstElement *pipeline = pipeline_on (path);

  vimc_set_up ();
  pipeline_run (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (the_program_that_uses_it_is_named),
    RUNNER_TEST (that_it_is_this_program_is_told),
    RUNNER_TEST (a_program_of_any_name_is_told),
    RUNNER_TEST (without_permission_the_group_is_named),
    RUNNER_TEST (where_root_alone_may_a_udev_rule_is_named),
    RUNNER_TEST (a_pipeline_of_devices_that_is_not_set_up_is_told),
    RUNNER_TEST (a_pipeline_of_devices_that_is_set_up_captures))
