/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-holders.h"

#include "gst-libs/proc/proc-holders.h"
#include "gst-libs/proc/proc-sys.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* More would not be read. */
#define MAX_HOLDERS 8

/* Of the name at the beginning of a line, which may have spaces
 * (drm_clients_info() in drm_debugfs.c). */
#define NAME_WIDTH 20

/* A line after the name: process, minor, whether it is master. */
static pid_t
read_master (const char *line)
{
  char is_master;
  int pid;

  if (strnlen (line, NAME_WIDTH) < NAME_WIDTH ||
      sscanf (line + NAME_WIDTH, "%d %*d %c", &pid, &is_master) != 2 ||
      is_master != 'y')
    return 0;
  return pid;
}

/* None if debugfs is not for us. */
static int
find_masters (const char *path, struct zc_proc_holder *holders, int max)
{
  char file[64], text[8192];
  struct stat st;
  char *line, *rest = text;
  int n = 0;

  if (zc_proc_sys.stat (path, &st) < 0 || !S_ISCHR (st.st_mode))
    return 0;
  snprintf (file, sizeof (file), "/sys/kernel/debug/dri/%u/clients",
      minor (st.st_rdev));
  zc_proc_read_file (file, text, sizeof (text));
  while (n < max && (line = strsep (&rest, "\n"))) {
    struct zc_proc_holder *holder = &holders[n];

    holder->pid = read_master (line);
    if (holder->pid == 0)
      continue;
    zc_proc_read_command (
        holder->pid, holder->command, sizeof (holder->command));
    n++;
  }
  return n;
}

static void
drop_ourselves (struct zc_proc_holder *holders, int *n)
{
  int kept = 0;

  for (int i = 0; i < *n; i++)
    if (holders[i].pid != getpid ())
      holders[kept++] = holders[i];
  *n = kept;
}

int
zc_kms_holders_describe (const char *path, char *text, size_t size)
{
  struct zc_proc_holder holders[MAX_HOLDERS];
  int n = find_masters (path, holders, MAX_HOLDERS);
  size_t length = 0;

  text[0] = '\0';
  if (n == 0) {
    n = zc_proc_holders_find (path, holders, MAX_HOLDERS);
    drop_ourselves (holders, &n);
  }
  for (int i = 0; i < n && length < size; i++)
    length += snprintf (text + length, size - length, "%s%s (pid %d%s)",
        i > 0 ? ", " : "", holders[i].command, (int) holders[i].pid,
        holders[i].pid == getpid () ? ", this program" : "");
  return n < 0 ? 0 : n;
}
