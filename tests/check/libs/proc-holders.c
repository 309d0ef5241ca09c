/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/kms/kms-holders.h"
#include "gst-libs/proc/proc-holders.h"
#include "gst-libs/proc/proc-sys.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CLIENTS "/sys/kernel/debug/dri/0/clients"

/* What can be read. */
static struct file {
  const char *path, *text;
} files[4];
static int n_open;
static size_t position, piece;

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
fake_open (const char *path, int flags)
{
  fail_unless (flags & O_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_strcmp0 (files[i].path, path) == 0) {
      n_open++;
      position = 0;
      return i;
    }
  return fail_with (ENOENT);
}

static int
fake_close (int fd)
{
  (void) fd;
  n_open--;
  return 0;
}

static ssize_t
fake_read (int fd, void *data, size_t size)
{
  size_t n = MIN (size, MIN (piece, strlen (files[fd].text + position)));

  memcpy (data, files[fd].text + position, n);
  position += n;
  return n;
}

static int
list (const char *const *names, struct dirent ***entries,
    int (*filter) (const struct dirent *))
{
  int n = 0;

  *entries = calloc (16, sizeof (**entries));
  for (; *names; names++) {
    struct dirent *entry = calloc (1, sizeof (*entry));

    g_strlcpy (entry->d_name, *names, sizeof (entry->d_name));
    if (filter (entry))
      (*entries)[n++] = entry;
    else
      free (entry);
  }
  return n;
}

static int
fake_scandir (const char *folder, struct dirent ***entries,
    int (*filter) (const struct dirent *),
    int (*compare) (const struct dirent **, const struct dirent **))
{
  static const char *const processes[] = { "self", "7", "42", "99", NULL };
  static const char *const fds[] = { "0", "3", "4", NULL };

  fail_unless (compare == versionsort);
  if (strcmp (folder, "/proc/99/fd") == 0)
    return fail_with (EACCES);
  return list (
      strcmp (folder, "/proc") == 0 ? processes : fds, entries, filter);
}

/* Process 42 has the first node open twice, 7 another one. */
static int
fake_stat (const char *path, struct stat *st)
{
  gboolean first = strcmp (path, "/dev/dri/card0") == 0 ||
                   strcmp (path, "/proc/42/fd/3") == 0 ||
                   strcmp (path, "/proc/42/fd/4") == 0;

  memset (st, 0, sizeof (*st));
  if (strcmp (path, "/dev/file") == 0) {
    st->st_mode = S_IFREG;
    return 0;
  }
  if (strcmp (path, "/dev/dri/card99") == 0)
    return fail_with (ENOENT);
  st->st_mode = S_IFCHR;
  st->st_rdev = first ? makedev (226, 0) : makedev (226, 1);
  return 0;
}

static void
set_up (void)
{
  memset (files, 0, sizeof (files));
  files[0] = (struct file) { "/proc/42/comm", "weston\n" };
  files[1] = (struct file) { "/proc/7/comm", "kodi\n" };
  n_open = 0;
  piece = 4;
  zc_proc_sys = (struct zc_proc_sys) {
    .open = fake_open,
    .close = fake_close,
    .read = fake_read,
    .stat = fake_stat,
    .scandir = fake_scandir,
  };
}

GST_START_TEST (who_has_a_node_open_is_told)
{
  struct zc_proc_holder holders[4];

  set_up ();
  fail_unless_equals_int (
      zc_proc_holders_find ("/dev/dri/card0", holders, 4), 1);
  fail_unless_equals_int (holders[0].pid, 42);
  fail_unless_equals_int (holders[0].n_descriptors, 2);
  fail_unless_equals_string (holders[0].command, "weston");
  fail_unless_equals_int (n_open, 0);
}
GST_END_TEST;

GST_START_TEST (a_holder_without_a_name_is_told_all_the_same)
{
  struct zc_proc_holder holders[4];

  set_up ();
  memset (files, 0, sizeof (files));
  fail_unless_equals_int (
      zc_proc_holders_find ("/dev/dri/card0", holders, 4), 1);
  fail_unless_equals_string (holders[0].command, "?");
}
GST_END_TEST;

GST_START_TEST (no_more_holders_than_asked_for)
{
  struct zc_proc_holder holders[4];

  set_up ();
  fail_unless_equals_int (
      zc_proc_holders_find ("/dev/dri/card1", holders, 4), 2);
  fail_unless_equals_int (
      zc_proc_holders_find ("/dev/dri/card1", holders, 1), 1);
  fail_unless_equals_int (
      zc_proc_holders_find ("/dev/file", holders, 4), -ENOENT);
  fail_unless_equals_int (
      zc_proc_holders_find ("/dev/dri/card99", holders, 4), -ENOENT);
}
GST_END_TEST;

GST_START_TEST (of_those_who_have_a_card_open_the_master_is_named)
{
  char text[128];

  set_up ();
  files[2] = (struct file) { CLIENTS,
    "             command  tgid dev master a   uid      magic\n"
    "     gnome y 12 0 y    42   0   n    n     0          0\n"
    "             a kodi     7   0   y    y     0          0\n" };
  fail_unless_equals_int (
      zc_kms_holders_describe ("/dev/dri/card0", text, sizeof (text)), 1);
  fail_unless_equals_string (text, "kodi (pid 7)");
  fail_unless_equals_int (n_open, 0);
}
GST_END_TEST;

GST_START_TEST (without_debugfs_all_are_named_that_have_it_open)
{
  char text[128];

  set_up ();
  fail_unless_equals_int (
      zc_kms_holders_describe ("/dev/dri/card0", text, sizeof (text)), 1);
  fail_unless_equals_string (text, "weston (pid 42)");
  fail_unless_equals_int (
      zc_kms_holders_describe ("/dev/dri/card1", text, sizeof (text)), 2);
  fail_unless_equals_string (text, "kodi (pid 7), weston (pid 42)");
}
GST_END_TEST;

GST_START_TEST (a_master_of_our_own_is_named_so)
{
  g_autofree char *clients = g_strdup_printf (
      "%20s %5d   0   y    y     0          0\n", "us", getpid ());
  char text[128];

  set_up ();
  files[2] = (struct file) { CLIENTS, clients };
  fail_unless_equals_int (
      zc_kms_holders_describe ("/dev/dri/card0", text, sizeof (text)), 1);
  fail_unless (strstr (text, ", this program)") != NULL, "%s", text);
}
GST_END_TEST;

GST_START_TEST (where_nobody_tells_there_is_no_name)
{
  char text[128] = "before";

  set_up ();
  fail_unless_equals_int (
      zc_kms_holders_describe ("/dev/dri/card99", text, sizeof (text)), 0);
  fail_unless_equals_string (text, "");
}
GST_END_TEST;

GST_START_TEST (a_short_text_ends_in_time)
{
  char text[12];

  set_up ();
  zc_kms_holders_describe ("/dev/dri/card1", text, sizeof (text));
  fail_unless_equals_string (text, "kodi (pid 7");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (who_has_a_node_open_is_told),
    RUNNER_TEST (a_holder_without_a_name_is_told_all_the_same),
    RUNNER_TEST (no_more_holders_than_asked_for),
    RUNNER_TEST (of_those_who_have_a_card_open_the_master_is_named),
    RUNNER_TEST (without_debugfs_all_are_named_that_have_it_open),
    RUNNER_TEST (a_master_of_our_own_is_named_so),
    RUNNER_TEST (where_nobody_tells_there_is_no_name),
    RUNNER_TEST (a_short_text_ends_in_time))
