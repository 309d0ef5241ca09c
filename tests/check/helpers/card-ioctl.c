/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/*
 * The way in: ioctl() and open() of the program, which come before those of
 * libc (and of a sanitizer) wherever the dynamic linker looks for them.
 */

static GPtrArray *cards;
static gint n_cards; /* to be quick where there are none */

void
card_register (struct card *card)
{
  if (!cards)
    cards = g_ptr_array_new ();
  g_ptr_array_add (cards, card);
  __atomic_add_fetch (&n_cards, 1, __ATOMIC_SEQ_CST);
}

void
card_unregister (struct card *card)
{
  __atomic_sub_fetch (&n_cards, 1, __ATOMIC_SEQ_CST);
  g_ptr_array_remove (cards, card);
  if (cards->len == 0)
    g_clear_pointer (&cards, g_ptr_array_unref);
}

static void
add_fault (struct card *card, unsigned nr, bool commits_only, int error,
    int times, unsigned skip)
{
  struct card_fault *fault = g_new0 (struct card_fault, 1);

  fault->nr = nr;
  fault->commits_only = commits_only;
  fault->error = error;
  fault->times = times;
  fault->skip = skip;
  card_lock ();
  g_ptr_array_add (card->faults, fault);
  card_unlock ();
}

void
card_fail (struct card *card, unsigned long request, int error, int times,
    unsigned skip)
{
  add_fault (card, _IOC_NR (request), false, error, times, skip);
}

void
card_fail_commit (struct card *card, int error, int times, unsigned skip)
{
  add_fault (card, _IOC_NR (DRM_IOCTL_MODE_ATOMIC), true, error, times, skip);
}

void
card_fail_open (struct card *card, int error, int times, unsigned skip)
{
  add_fault (card, CARD_FAULT_OPEN, false, error, times, skip);
}

void
card_heal (struct card *card)
{
  card_lock ();
  g_ptr_array_set_size (card->faults, 0);
  card_unlock ();
}

int
card_take_fault (struct card *card, unsigned nr, bool is_commit)
{
  for (unsigned i = 0; i < card->faults->len; i++) {
    struct card_fault *fault = card->faults->pdata[i];

    if (fault->nr != nr || (fault->commits_only && !is_commit) ||
        fault->times == 0)
      continue;
    if (fault->skip > 0) {
      fault->skip--;
      return 0;
    }
    if (fault->times > 0)
      fault->times--;
    return fault->error;
  }
  return 0;
}

unsigned
card_n_calls (struct card *card, unsigned long request)
{
  unsigned n;

  card_lock ();
  n = card->n_calls[_IOC_NR (request)];
  card_unlock ();
  return n;
}

unsigned
card_n_all_calls (struct card *card)
{
  unsigned n;

  card_lock ();
  n = card->n_all_calls;
  card_unlock ();
  return n;
}

static int
dispatch (struct card *card, struct card_client *client, unsigned nr, void *arg)
{
  int error;

  card->n_calls[nr]++;
  card->n_all_calls++;
  /* it has to be recorded, failed or not */
  if (nr == _IOC_NR (DRM_IOCTL_MODE_ATOMIC))
    return card_atomic (card, client, arg);
  error = card_take_fault (card, nr, false);
  if (error)
    return error;
  error = card_client_ioctl (card, client, nr, arg);
  if (error < 0)
    error = card_object_ioctl (card, client, nr, arg);
  if (error < 0)
    error = card_framebuffer_ioctl (card, client, nr, arg);
  if (error < 0)
    error = card_memory_ioctl (card, client, nr, arg);
  return error < 0 ? EINVAL : error;
}

/* -1: not ours. */
static int
drm_ioctl (const struct stat *s, unsigned nr, void *arg)
{
  for (unsigned i = 0; i < cards->len; i++) {
    struct card *card = cards->pdata[i];

    for (unsigned k = 0; k < card->clients->len; k++) {
      struct card_client *client = card->clients->pdata[k];

      if (client->inode != s->st_ino)
        continue;
      card_reap (card);
      return dispatch (card, client, nr, arg);
    }
  }
  return -1;
}

static int
dmabuf_ioctl (const struct stat *s, unsigned long request)
{
  for (unsigned i = 0; i < cards->len; i++) {
    struct card *card = cards->pdata[i];

    if (!g_hash_table_contains (
            card->dmabufs, GSIZE_TO_POINTER ((gsize) s->st_ino)))
      continue;
    if (request != DMA_BUF_IOCTL_SYNC)
      return ENOTTY;
    card->n_syncs++;
    return 0;
  }
  return -1;
}

static int
play (int fd, unsigned long request, void *arg)
{
  unsigned type = _IOC_TYPE (request);
  int error = -1;
  struct stat s;

  if (__atomic_load_n (&n_cards, __ATOMIC_SEQ_CST) == 0 ||
      (type != DRM_IOCTL_BASE && type != DMA_BUF_BASE) || fstat (fd, &s) < 0)
    return -1;
  card_lock ();
  if (cards && type == DRM_IOCTL_BASE && S_ISSOCK (s.st_mode))
    error = drm_ioctl (&s, _IOC_NR (request), arg);
  else if (cards && type == DMA_BUF_BASE && S_ISREG (s.st_mode))
    error = dmabuf_ioctl (&s, request);
  card_unlock ();
  return error;
}

/* Threads may be the first at once, and find the same. */
#define REAL(function)                                                      \
  static __typeof__ (&function) found;                                      \
  __typeof__ (&function) real = __atomic_load_n (&found, __ATOMIC_RELAXED); \
  if (!real) {                                                              \
    real = (__typeof__ (real)) dlsym (RTLD_NEXT, #function);                \
    __atomic_store_n (&found, real, __ATOMIC_RELAXED);                      \
  }

int
ioctl (int fd, unsigned long request, ...)
{
  va_list args;
  void *arg;
  int error;

  va_start (args, request);
  arg = va_arg (args, void *);
  va_end (args);
  error = play (fd, request, arg);
  if (error < 0) {
    REAL (ioctl);
    return real (fd, request, arg);
  }
  errno = error;
  return error ? -1 : 0;
}

/* A descriptor, -1 with errno, or -2: not ours. */
static int
play_open (const char *path)
{
  int fd = -2;

  if (__atomic_load_n (&n_cards, __ATOMIC_SEQ_CST) == 0)
    return fd;
  card_lock ();
  for (unsigned i = 0; cards && i < cards->len && fd == -2; i++) {
    struct card *card = cards->pdata[i];
    int error;

    if (strcmp (card->path, path) != 0)
      continue;
    error = card_take_fault (card, CARD_FAULT_OPEN, false);
    fd = error ? -1 : card_open (card);
    errno = error;
  }
  card_unlock ();
  return fd;
}

/* Whatever the offsets' size, programs call one of these. */
int played_open (const char *path, int flags, ...) __asm__ ("open");
int played_open64 (const char *path, int flags, ...) __asm__ ("open64");

typedef int (*open_function) (const char *path, int flags, ...);

static int
open_by (open_function *found, const char *name, const char *path, int flags,
    unsigned mode)
{
  open_function real = __atomic_load_n (found, __ATOMIC_RELAXED);
  int fd = play_open (path);

  if (fd != -2)
    return fd;
  if (!real) {
    real = (open_function) dlsym (RTLD_NEXT, name);
    __atomic_store_n (found, real, __ATOMIC_RELAXED);
  }
  return real (path, flags, mode);
}

int
played_open (const char *path, int flags, ...)
{
  static open_function found;
  unsigned mode;
  va_list args;

  va_start (args, flags);
  mode = va_arg (args, unsigned);
  va_end (args);
  return open_by (&found, "open", path, flags, mode);
}

int
played_open64 (const char *path, int flags, ...)
{
  static open_function found;
  unsigned mode;
  va_list args;

  va_start (args, flags);
  mode = va_arg (args, unsigned);
  va_end (args);
  return open_by (&found, "open64", path, flags, mode);
}
