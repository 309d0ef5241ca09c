/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/display.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

/* Nobody, whom root becomes for a while, gets an error with WORDS in it when
 * the card has GROUP and MODE. */
static void
assert_nobody_opens (
    const char *group_name, mode_t mode, gint code, const char *words)
{
  struct group *group = getgrnam (group_name);
  GstElement *pipeline = pipeline_new ("fakesrc ! dmabufsink");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  char path[64];

  fail_unless (devices_find_card (path, sizeof (path)) && group);
  fail_unless_equals_int (chown (path, 0, group->gr_gid), 0);
  fail_unless_equals_int (chmod (path, mode), 0);
  fail_unless_equals_int (seteuid (NOBODY), 0);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  fail_unless_equals_int (seteuid (0), 0);

  error = pipeline_wait_error (pipeline, &debug);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%s: %s",
      error->message, debug);
  fail_unless (strstr (debug, words) != NULL, "%s", debug);
  fail_unless (strstr (debug, "(errno ") != NULL, "%s", debug);
  pipeline_free (pipeline);
}

GST_START_TEST (the_group_that_may_is_named)
{
  assert_nobody_opens (
      "kvm", 0660, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "usermod -aG kvm");
}
GST_END_TEST;

GST_START_TEST (where_root_alone_may_a_udev_rule_is_named)
{
  assert_nobody_opens ("root", 0600, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
      "SUBSYSTEM==\"drm\", KERNEL==\"card*\", GROUP=\"video\"");
}
GST_END_TEST;

/* The kernel says EACCES to all but root if another is master: that is no
 * want of permission. */
GST_START_TEST (with_permission_a_busy_display_is_no_matter_of_it)
{
  char path[64];
  int other;

  fail_unless (devices_find_card (path, sizeof (path)));
  other = open (path, O_RDWR | O_CLOEXEC);
  fail_unless (other >= 0);
  display_look_at_screens (other);
  assert_nobody_opens ("root", 0666, GST_RESOURCE_ERROR_BUSY, "another");
  close (other);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (the_group_that_may_is_named),
    RUNNER_TEST (where_root_alone_may_a_udev_rule_is_named),
    RUNNER_TEST (with_permission_a_busy_display_is_no_matter_of_it))
