/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>

static GMutex lock;
static struct {
  unsigned long request;
  int error;
  guint skip;
  gboolean failed;
} fault;
static struct {
  unsigned long request;
  int (*change) (int ret, gpointer argument);
} changed;
static void (*watched) (unsigned long, gpointer, gboolean);
static guint calls;

void
wire_fail (unsigned long request, int error, guint skip)
{
  g_mutex_lock (&lock);
  fault.request = request;
  fault.error = error;
  fault.skip = skip;
  fault.failed = FALSE;
  calls = 0;
  g_mutex_unlock (&lock);
}

gboolean
wire_has_failed (void)
{
  gboolean failed;

  g_mutex_lock (&lock);
  failed = fault.failed;
  g_mutex_unlock (&lock);
  return failed;
}

void
wire_change (unsigned long request, int (*change) (int ret, gpointer argument))
{
  g_mutex_lock (&lock);
  changed.request = change ? request : 0;
  changed.change = change;
  calls = 0;
  g_mutex_unlock (&lock);
}

void
wire_watch (
    void (*watch) (unsigned long request, gpointer argument, gboolean before))
{
  g_mutex_lock (&lock);
  watched = watch;
  g_mutex_unlock (&lock);
}

static void
show (unsigned long request, gpointer argument, gboolean before)
{
  void (*watch) (unsigned long, gpointer, gboolean);

  g_mutex_lock (&lock);
  watch = watched;
  g_mutex_unlock (&lock);
  if (watch)
    watch (request, argument, before);
}

guint
wire_calls (void)
{
  guint n;

  g_mutex_lock (&lock);
  n = calls;
  g_mutex_unlock (&lock);
  return n;
}

/* The error, or 0. */
static int
find_fault (unsigned long request)
{
  int error = 0;

  g_mutex_lock (&lock);
  if (request == fault.request || request == changed.request)
    calls++;
  if (request == fault.request && !fault.failed && fault.skip-- == 0) {
    fault.failed = TRUE;
    error = fault.error;
  }
  g_mutex_unlock (&lock);
  return error;
}

static int
answer (unsigned long request, int ret, gpointer argument)
{
  int (*change) (int, gpointer) = NULL;

  g_mutex_lock (&lock);
  if (request == changed.request)
    change = changed.change;
  g_mutex_unlock (&lock);
  return change ? change (ret, argument) : ret;
}

static int
call (int fd, unsigned long request, gpointer argument)
{
  static gpointer real;
  gpointer found = g_atomic_pointer_get (&real);
  int (*function) (int, unsigned long, ...);

  if (!found) {
    found = dlsym (RTLD_NEXT, "ioctl");
    g_atomic_pointer_set (&real, found);
  }
  *(gpointer *) &function = found;
  return function (fd, request, argument);
}

int
ioctl (int fd, unsigned long request, ...)
{
  gpointer argument;
  va_list list;
  int ret;

  va_start (list, request);
  argument = va_arg (list, gpointer);
  va_end (list);
  if (_IOC_TYPE (request) != 'V')
    return call (fd, request, argument);
  show (request, argument, TRUE);
  ret = -find_fault (request);
  if (ret == 0)
    ret = call (fd, request, argument) < 0 ? -errno : 0;
  if (ret == 0)
    show (request, argument, FALSE);
  ret = answer (request, ret, argument);
  if (ret == 0)
    return 0;
  errno = -ret;
  return -1;
}
