/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proc-holders.h"

#include "proc-sys.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers only: processes, or descriptors. */
static int
is_number (const struct dirent *entry)
{
  return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

static int
list_numbers (const char *folder, struct dirent ***entries)
{
  int n = zc_proc_sys.scandir (folder, entries, is_number, versionsort);

  return n < 0 ? -errno : n;
}

static void
free_entries (struct dirent **entries, int n)
{
  for (int i = 0; i < n; i++)
    free (entries[i]);
  if (n >= 0)
    free (entries);
}

static unsigned
count_descriptors (const char *process, dev_t device)
{
  char path[3 * NAME_MAX];
  struct dirent **entries;
  unsigned count = 0;
  int n;

  snprintf (path, sizeof (path), "/proc/%s/fd", process);
  n = list_numbers (path, &entries);
  for (int i = 0; i < n; i++) {
    struct stat st;

    snprintf (
        path, sizeof (path), "/proc/%s/fd/%s", process, entries[i]->d_name);
    if (zc_proc_sys.stat (path, &st) == 0 && S_ISCHR (st.st_mode) &&
        st.st_rdev == device)
      count++;
  }
  free_entries (entries, n);
  return count;
}

void
zc_proc_read_command (pid_t pid, char *command, size_t size)
{
  char path[64];

  snprintf (path, sizeof (path), "/proc/%d/comm", (int) pid);
  if (zc_proc_read_file (path, command, size) <= 0)
    snprintf (command, size, "?");
  command[strcspn (command, "\n")] = '\0';
}

int
zc_proc_holders_find (const char *path, struct zc_proc_holder *holders, int max)
{
  struct dirent **processes;
  struct stat node;
  int n, found = 0;

  if (zc_proc_sys.stat (path, &node) < 0 || !S_ISCHR (node.st_mode))
    return -ENOENT;
  n = list_numbers ("/proc", &processes);
  if (n < 0)
    return n;

  for (int i = 0; i < n && found < max; i++) {
    struct zc_proc_holder *holder = &holders[found];

    holder->n_descriptors = count_descriptors (
        processes[i]->d_name, node.st_rdev);
    if (holder->n_descriptors == 0)
      continue;
    holder->pid = atoi (processes[i]->d_name);
    zc_proc_read_command (
        holder->pid, holder->command, sizeof (holder->command));
    found++;
  }
  free_entries (processes, n);
  return found;
}
