/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

/*
 * The way in: ioctl(), open(), stat(), fstat() and fstatfs() of the program,
 * which come before those of libc (and of a sanitizer) wherever the dynamic
 * linker looks for them.
 */

#define DRM_MAJOR 226
#define DMA_BUF_MAGIC 0x444d4142 /* linux/magic.h */

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

static bool
has_cards (void)
{
  return __atomic_load_n (&n_cards, __ATOMIC_SEQ_CST) > 0;
}

/* Threads may be the first at once, and find the same. */
static void *
find_real (void **found, const char *name)
{
  void *real = __atomic_load_n (found, __ATOMIC_RELAXED);

  if (!real) {
    real = dlsym (RTLD_NEXT, name);
    __atomic_store_n (found, real, __ATOMIC_RELAXED);
  }
  return real;
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

static struct card_client *
find_client (const struct stat *s)
{
  for (unsigned i = 0; cards && i < cards->len; i++) {
    struct card *card = cards->pdata[i];

    for (unsigned k = 0; k < card->clients->len; k++) {
      struct card_client *client = card->clients->pdata[k];

      if (client->device == s->st_dev && client->inode == s->st_ino)
        return client;
    }
  }
  return NULL;
}

static struct card *
find_dmabuf (const struct stat *s)
{
  for (unsigned i = 0; S_ISREG (s->st_mode) && cards && i < cards->len; i++) {
    struct card *card = cards->pdata[i];

    if (g_hash_table_contains (
            card->dmabufs, GSIZE_TO_POINTER ((gsize) s->st_ino)))
      return card;
  }
  return NULL;
}

/* -1: not ours. */
static int
drm_ioctl (const struct stat *s, unsigned nr, void *arg)
{
  struct card_client *client = find_client (s);

  if (!client)
    return -1;
  card_reap (client->card);
  return dispatch (client->card, client, nr, arg);
}

static int
dmabuf_ioctl (const struct stat *s, unsigned long request, void *arg)
{
  struct card *card = find_dmabuf (s);

  return card ? card_dmabuf_ioctl (card, s->st_ino, request, arg) : -1;
}

static int
play (int fd, unsigned long request, void *arg)
{
  unsigned type = _IOC_TYPE (request);
  struct stat s;
  int error;

  if (!has_cards () || (type != DRM_IOCTL_BASE && type != DMA_BUF_BASE) ||
      fstat (fd, &s) < 0)
    return -1;
  card_lock ();
  error = type == DRM_IOCTL_BASE ? drm_ioctl (&s, _IOC_NR (request), arg)
                                 : dmabuf_ioctl (&s, request, arg);
  card_unlock ();
  return error;
}

typedef int (*ioctl_function) (int fd, unsigned long request, ...);

int
ioctl (int fd, unsigned long request, ...)
{
  static void *found;
  va_list args;
  void *arg;
  int error;

  va_start (args, request);
  arg = va_arg (args, void *);
  va_end (args);
  error = play (fd, request, arg);
  if (error < 0)
    return ((ioctl_function) find_real (&found, "ioctl")) (fd, request, arg);
  errno = error;
  return error ? -1 : 0;
}

/* A descriptor, -1 with errno, or -2: not ours. */
static int
play_open (const char *path)
{
  int fd = -2;

  if (!has_cards ())
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
open_by (
    void **found, const char *name, const char *path, int flags, unsigned mode)
{
  int fd = play_open (path);

  if (fd != -2)
    return fd;
  return ((open_function) find_real (found, name)) (path, flags, mode);
}

int
played_open (const char *path, int flags, ...)
{
  static void *found;
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
  static void *found;
  unsigned mode;
  va_list args;

  va_start (args, flags);
  mode = va_arg (args, unsigned);
  va_end (args);
  return open_by (&found, "open64", path, flags, mode);
}

/* Under libc's two names, which mean the same where offsets have 64 bits. */
G_STATIC_ASSERT (sizeof (struct stat) == sizeof (struct stat64));
G_STATIC_ASSERT (sizeof (struct statfs) == sizeof (struct statfs64));

int played_fstat (int fd, struct stat *s) __asm__ ("fstat");
int played_fstat64 (int fd, struct stat *s) __asm__ ("fstat64");
int played_stat (const char *path, struct stat *s) __asm__ ("stat");
int played_stat64 (const char *path, struct stat *s) __asm__ ("stat64");
int played_fstatfs (int fd, struct statfs *s) __asm__ ("fstatfs");
int played_fstatfs64 (int fd, struct statfs *s) __asm__ ("fstatfs64");

typedef int (*fstat_function) (int fd, struct stat *s);
typedef int (*stat_function) (const char *path, struct stat *s);
typedef int (*fstatfs_function) (int fd, struct statfs *s);

static void
be_node (const struct card *card, struct stat *s)
{
  s->st_mode = S_IFCHR | 0660;
  s->st_rdev = makedev (DRM_MAJOR, card->number);
}

/* Who opens a card twice knows it by its node. */
static int
stat_by (stat_function real, const char *path, struct stat *s)
{
  gboolean is_ours = FALSE;

  if (!has_cards ())
    return real (path, s);
  card_lock ();
  for (guint i = 0; cards && i < cards->len && !is_ours; i++) {
    struct card *card = cards->pdata[i];

    is_ours = g_str_equal (card->path, path);
    if (is_ours) {
      memset (s, 0, sizeof (*s));
      be_node (card, s);
    }
  }
  card_unlock ();
  return is_ours ? 0 : real (path, s);
}

/* A descriptor of a card is that of its node. */
static int
fstat_by (fstat_function real, int fd, struct stat *s)
{
  struct card_client *client;
  int ret = real (fd, s);

  if (ret < 0 || !has_cards ())
    return ret;
  card_lock ();
  client = find_client (s);
  if (client)
    be_node (client->card, s);
  card_unlock ();
  return ret;
}

/* A dma-buf of a card is on the dma-bufs' file system. */
static int
fstatfs_by (fstatfs_function real, int fd, struct statfs *fs)
{
  int ret = real (fd, fs);
  struct stat s;

  if (ret < 0 || !has_cards () || fstat (fd, &s) < 0)
    return ret;
  card_lock ();
  if (find_dmabuf (&s))
    fs->f_type = DMA_BUF_MAGIC;
  card_unlock ();
  return ret;
}

int
played_fstat (int fd, struct stat *s)
{
  static void *found;

  return fstat_by ((fstat_function) find_real (&found, "fstat"), fd, s);
}

int
played_fstat64 (int fd, struct stat *s)
{
  static void *found;

  return fstat_by ((fstat_function) find_real (&found, "fstat64"), fd, s);
}

int
played_stat (const char *path, struct stat *s)
{
  static void *found;

  return stat_by ((stat_function) find_real (&found, "stat"), path, s);
}

int
played_stat64 (const char *path, struct stat *s)
{
  static void *found;

  return stat_by ((stat_function) find_real (&found, "stat64"), path, s);
}

int
played_fstatfs (int fd, struct statfs *s)
{
  static void *found;

  return fstatfs_by ((fstatfs_function) find_real (&found, "fstatfs"), fd, s);
}

int
played_fstatfs64 (int fd, struct statfs *s)
{
  static void *found;

  return fstatfs_by ((fstatfs_function) find_real (&found, "fstatfs64"), fd, s);
}
