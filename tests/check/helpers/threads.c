/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "threads.h"

#include <glib.h>

static gboolean
is_named (const char *task, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", task);
  g_autofree char *is = NULL;

  return g_file_get_contents (path, &is, NULL, NULL) &&
         g_strcmp0 (g_strchomp (is), name) == 0;
}

unsigned
threads_count (const char *name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;
  unsigned n = 0;

  while ((task = g_dir_read_name (tasks)))
    n += !name || is_named (task, name);
  return n;
}
