/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopysignal.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/gst.h>
#include <signal.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_EXTERN (gst_zerocopy_debug);
#define GST_CAT_DEFAULT gst_zerocopy_debug

static int pipe_fds[2] = { -1, -1 };
static GThread *thread;
static void (*call) (void); /* set before the thread is */

static void
on_signal (int number)
{
  int before = errno;

  (void) number;
  if (write (pipe_fds[1], "r", 1) < 0) {
    /* full: many reports are asked for already */
  }
  errno = before;
}

/* Until the stop is written. */
static gpointer
wait_for_signals (gpointer data)
{
  char what;
  ssize_t n;

  (void) data;
  for (;;) {
    n = read (pipe_fds[0], &what, 1);
    if (n < 0 && errno == EINTR)
      continue;
    if (n != 1 || what != 'r')
      return NULL;
    call ();
  }
}

gboolean
gst_zerocopy_signal_start (void (*function) (void))
{
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
  struct sigaction before;

  if (sigaction (SIGUSR1, NULL, &before) < 0 || before.sa_handler != SIG_DFL) {
    GST_INFO ("SIGUSR1 is the program's own: no reports by it");
    return FALSE;
  }
  if (pipe2 (pipe_fds, O_CLOEXEC) < 0) {
    GST_WARNING ("no reports by SIGUSR1: pipe: %s", g_strerror (errno));
    return FALSE;
  }
  /* A handler never waits. */
  fcntl (pipe_fds[1], F_SETFL, O_NONBLOCK);
  call = function;
  thread = g_thread_new ("zerocopy", wait_for_signals, NULL);
  sigaction (SIGUSR1, &action, NULL);
  return TRUE;
}

void
gst_zerocopy_signal_stop (void)
{
  if (!thread)
    return;
  signal (SIGUSR1, SIG_DFL);
  while (write (pipe_fds[1], "s", 1) < 0 && (errno == EAGAIN || errno == EINTR))
    g_thread_yield ();
  g_thread_join (g_steal_pointer (&thread));
  close (pipe_fds[0]);
  close (pipe_fds[1]);
}
