/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dmabufs.h"

#include "runner.h"

#include <stdio.h>

#define LIST "/sys/kernel/debug/dma_buf/bufinfo"

unsigned
dmabufs_count (void)
{
  g_autofree gchar *text = NULL;
  const gchar *total;
  unsigned n;

  if (!g_file_get_contents (LIST, &text, NULL, NULL))
    runner_skip (LIST " cannot be read");
  total = g_strrstr (text, "Total ");
  fail_unless (total && sscanf (total, "Total %u", &n) == 1, "%s", text);
  return n;
}

unsigned
dmabufs_settle (unsigned wanted)
{
  unsigned n = dmabufs_count ();

  for (guint i = 0; n != wanted && i < 300; i++) {
    g_usleep (10000);
    n = dmabufs_count ();
  }
  return n;
}
