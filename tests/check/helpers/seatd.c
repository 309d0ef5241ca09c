/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seatd.h"

#include "runner.h"

#include <unistd.h>

#define NOBODY 65534

void
seatd_start (const char *user)
{
  char fd_text[16], c;
  const char *arguments[] = { "seatd", "-u", user, "-n", fd_text, NULL };
  GError *error = NULL;
  int ready[2];

  fail_unless_equals_int (pipe (ready), 0);
  g_snprintf (fd_text, sizeof (fd_text), "%d", ready[1]);
  g_setenv ("SEATD_VTBOUND", "0", TRUE);
  fail_unless (g_spawn_async (NULL, (char **) arguments, NULL,
                   G_SPAWN_SEARCH_PATH | G_SPAWN_LEAVE_DESCRIPTORS_OPEN, NULL,
                   NULL, NULL, &error),
      "%s", error ? error->message : "");
  fail_unless_equals_int (read (ready[0], &c, 1), 1);
  close (ready[0]);
  close (ready[1]);
}

void
seatd_become_nobody (void)
{
  g_setenv ("LIBSEAT_BACKEND", "seatd", TRUE);
  fail_unless_equals_int (setegid (NOBODY), 0);
  fail_unless_equals_int (seteuid (NOBODY), 0);
}

void
seatd_become_root (void)
{
  fail_unless_equals_int (seteuid (0), 0);
  fail_unless_equals_int (setegid (0), 0);
}
