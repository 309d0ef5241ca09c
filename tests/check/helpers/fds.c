/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fds.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORY "/proc/self/fd"

typedef gboolean (*Match) (const char *target);

static gboolean
any (const char *target)
{
  (void) target;
  return TRUE;
}

static gboolean
is_dmabuf (const char *target)
{
  return strstr (target, "dmabuf") != NULL;
}

static gboolean
print_it (const char *target)
{
  g_print ("  %s\n", target);
  return TRUE;
}

static unsigned
count (Match match)
{
  GDir *dir = g_dir_open (DIRECTORY, 0, NULL);
  const char *name;
  unsigned n = 0;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (DIRECTORY, name, NULL);
    char target[256] = "";

    /* The directory that is being read is open too. */
    if (readlink (path, target, sizeof (target) - 1) > 0 &&
        !g_str_has_suffix (target, "/fd") && match (target))
      n++;
  }
  g_dir_close (dir);
  return n;
}

unsigned
fds_count (void)
{
  return count (any);
}

unsigned
fds_settle (unsigned wanted)
{
  unsigned n = fds_count ();

  for (guint i = 0; n != wanted && i < 300; i++) {
    g_usleep (10000);
    n = fds_count ();
  }
  return n;
}

unsigned
fds_count_dmabufs (void)
{
  return count (is_dmabuf);
}

void
fds_print (void)
{
  count (print_it);
}
