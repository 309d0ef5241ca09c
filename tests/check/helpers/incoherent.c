/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "incoherent.h"

#include <fcntl.h>
#include <linux/dma-heap.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HEAP "/dev/dma_heap/incoherent"
#define DIRECTORY "/sys/kernel/debug/incoherent_heap/"

int
incoherent_alloc (size_t size)
{
  struct dma_heap_allocation_data a = {
    .len = size,
    .fd_flags = O_RDWR | O_CLOEXEC,
  };
  int heap = open (HEAP, O_RDONLY | O_CLOEXEC);

  if (heap < 0)
    runner_skip ("there is no " HEAP);
  fail_unless (ioctl (heap, DMA_HEAP_IOCTL_ALLOC, &a) == 0,
      "no dma-buf of %zu bytes: %m", size);
  close (heap);
  return a.fd;
}

static int
read_file (const char *name)
{
  g_autofree gchar *path = g_strconcat (DIRECTORY, name, NULL);
  g_autofree gchar *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    runner_skip (DIRECTORY " cannot be read");
  return atoi (text);
}

static void
write_file (const char *name, bool value)
{
  g_autofree gchar *path = g_strconcat (DIRECTORY, name, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    runner_skip (DIRECTORY " cannot be written to");
  fail_unless_equals_int (write (fd, value ? "1" : "0", 1), 1);
  close (fd);
}

void
incoherent_get (struct incoherent_counters *counters)
{
  *counters = (struct incoherent_counters) {
    .unbracketed = read_file ("unbracketed"),
    .wrong_direction = read_file ("wrong_direction"),
    .bad_end = read_file ("bad_end"),
    .lost = read_file ("lost"),
    .stray = read_file ("stray"),
    .open_at_release = read_file ("open_at_release"),
    .begins = read_file ("begins"),
    .ends = read_file ("ends"),
    .evicted = read_file ("evicted"),
    .alive = read_file ("alive"),
    .bytes = read_file ("bytes"),
  };
}

void
incoherent_reset (void)
{
  write_file ("reset", true);
}

void
incoherent_set_strict (bool on)
{
  write_file ("strict", on);
}

void
incoherent_set_chaos (bool on)
{
  write_file ("chaos", on);
}

bool
incoherent_is_clean (void)
{
  struct incoherent_counters c;

  incoherent_get (&c);
  return c.unbracketed == 0 && c.wrong_direction == 0 && c.bad_end == 0 &&
         c.lost == 0 && c.stray == 0 && c.open_at_release == 0;
}

const char *
incoherent_describe (void)
{
  static char text[256];
  struct incoherent_counters c;

  incoherent_get (&c);
  g_snprintf (text, sizeof (text),
      "incoherent heap: %d unbracketed, %d wrong_direction, %d bad_end, "
      "%d lost, %d stray, %d open_at_release; %d begins, %d ends, "
      "%d evicted; %d alive, %d bytes",
      c.unbracketed, c.wrong_direction, c.bad_end, c.lost, c.stray,
      c.open_at_release, c.begins, c.ends, c.evicted, c.alive, c.bytes);
  return text;
}
