/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seam.h"

#include "gst-libs/allocators/gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gst_zc_sys real;
static gsize real_known;

/* Guards what follows: tests may use threads. */
static GMutex lock;
static GHashTable *dmabufs; /* inode numbers */
static GHashTable *calls;   /* name to count */
static const char *fail_function;
static int fail_err;
static guint fail_times;
static GString *syncs;
static short ready, polled;
static int busy_fd;
static gint not_ready; /* atomic: how many questions more */
static void (*exporter) (guint64 flags);
static void (*on_asked) (void);

/* Whether to fail, with errno set. */
static gboolean
called (const char *function)
{
  gboolean fails = FALSE;

  g_mutex_lock (&lock);
  g_hash_table_replace (calls, (gpointer) function,
      GUINT_TO_POINTER (
          GPOINTER_TO_UINT (g_hash_table_lookup (calls, function)) + 1));
  if (fail_times && g_str_equal (function, fail_function)) {
    fail_times--;
    fails = TRUE;
  }
  g_mutex_unlock (&lock);
  if (fails)
    errno = fail_err;
  return fails;
}

static gboolean
is_dmabuf (int fd)
{
  struct stat st;
  gboolean found;

  if (real.fstat (fd, &st) < 0)
    return FALSE;
  g_mutex_lock (&lock);
  found = g_hash_table_contains (dmabufs, GSIZE_TO_POINTER (st.st_ino));
  g_mutex_unlock (&lock);
  return found;
}

static int
play_fstat (int fd, struct stat *st)
{
  return called ("fstat") ? -1 : real.fstat (fd, st);
}

static int
play_fstatfs (int fd, struct statfs *st)
{
  if (called ("fstatfs") || real.fstatfs (fd, st) < 0)
    return -1;
  if (is_dmabuf (fd))
    st->f_type = DMA_BUF_MAGIC;
  return 0;
}

static off_t
play_lseek (int fd, off_t offset, int whence)
{
  return called ("lseek") ? -1 : real.lseek (fd, offset, whence);
}

static void *
play_mmap (void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
  if (called ("mmap"))
    return MAP_FAILED;
  return real.mmap (addr, size, prot, flags, fd, offset);
}

static int
play_munmap (void *addr, size_t size)
{
  return called ("munmap") ? -1 : real.munmap (addr, size);
}

static int
play_close (int fd)
{
  return called ("close") ? -1 : real.close (fd);
}

/* Whether FD is ready; what is no dma-buf says so itself. */
static gboolean
poll_one (struct pollfd *fd)
{
  fd->revents = 0;
  if (fd->fd < 0)
    return FALSE;
  if (!is_dmabuf (fd->fd))
    return real.poll (fd, 1, 0) > 0;
  polled = fd->events;
  if (fd->fd == busy_fd)
    return FALSE;
  fd->revents = ready & (fd->events | POLLERR | POLLNVAL);
  return fd->revents != 0;
}

static int
play_poll (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  int n = 0;

  void (*now) (void) = on_asked;

  (void) timeout_ms;
  if (called ("poll"))
    return -1;
  on_asked = NULL;
  if (now)
    now ();
  if (g_atomic_int_get (&not_ready) > 0) {
    g_atomic_int_add (&not_ready, -1);
    return 0;
  }
  for (nfds_t i = 0; i < count; i++)
    n += poll_one (&fds[i]);
  return n;
}

static int
play_eventfd (unsigned int value, int flags)
{
  return called ("eventfd") ? -1 : real.eventfd (value, flags);
}

static int
play_sync (guint64 flags)
{
  gboolean fails = called ("sync");

  g_mutex_lock (&lock);
  g_string_append_printf (syncs, "%s%s%s%s%s%s", syncs->len ? " " : "",
      fails ? "(" : "", flags & DMA_BUF_SYNC_END ? "-" : "+",
      flags & DMA_BUF_SYNC_READ ? "R" : "",
      flags & DMA_BUF_SYNC_WRITE ? "W" : "", fails ? ")" : "");
  g_mutex_unlock (&lock);
  if (fails)
    return -1;
  if (exporter)
    exporter (flags);
  return 0;
}

static int
play_export_fence (struct dma_buf_export_sync_file *arg)
{
  if (called ("export-fence"))
    return -1;
  arg->fd = memfd_create ("fence", MFD_CLOEXEC);
  return 0;
}

static int
play_ioctl (int fd, unsigned long request, void *arg)
{
  if (!is_dmabuf (fd)) {
    if (called ("ioctl"))
      return -1;
    return real.ioctl (fd, request, arg);
  }
  switch (request) {
    case DMA_BUF_IOCTL_SYNC:
      return play_sync (((struct dma_buf_sync *) arg)->flags);
    case DMA_BUF_IOCTL_EXPORT_SYNC_FILE:
      return play_export_fence (arg);
    case DMA_BUF_IOCTL_IMPORT_SYNC_FILE:
      return called ("import-fence") ? -1 : 0;
    default:
      errno = ENOTTY;
      return -1;
  }
}

void
seam_play (void)
{
  if (g_once_init_enter (&real_known)) {
    real = gst_zc_sys;
    g_once_init_leave (&real_known, 1);
  }
  g_clear_pointer (&dmabufs, g_hash_table_unref);
  g_clear_pointer (&calls, g_hash_table_unref);
  if (syncs)
    g_string_free (syncs, TRUE);
  dmabufs = g_hash_table_new (NULL, NULL);
  calls = g_hash_table_new (g_str_hash, g_str_equal);
  syncs = g_string_new (NULL);
  fail_times = 0;
  ready = POLLIN | POLLOUT;
  busy_fd = -1;
  not_ready = 0;
  exporter = NULL;
  on_asked = NULL;

  gst_zc_sys.fstat = play_fstat;
  gst_zc_sys.fstatfs = play_fstatfs;
  gst_zc_sys.lseek = play_lseek;
  gst_zc_sys.mmap = play_mmap;
  gst_zc_sys.munmap = play_munmap;
  gst_zc_sys.close = play_close;
  gst_zc_sys.poll = play_poll;
  gst_zc_sys.ioctl = play_ioctl;
  gst_zc_sys.eventfd = play_eventfd;
}

int
seam_dmabuf (gsize size)
{
  int fd = memfd_create ("played dma-buf", MFD_CLOEXEC);
  gsize page = sysconf (_SC_PAGESIZE);
  struct stat st;

  g_assert_cmpint (ftruncate (fd, (size + page - 1) / page * page), ==, 0);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_mutex_lock (&lock);
  g_hash_table_add (dmabufs, GSIZE_TO_POINTER (st.st_ino));
  g_mutex_unlock (&lock);
  return fd;
}

int
seam_dmabuf_read_only (gsize size)
{
  int fd = seam_dmabuf (size);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int read_only = open (path, O_RDONLY | O_CLOEXEC);

  close (fd);
  return read_only;
}

void
seam_fail (const char *function, int err, guint times)
{
  fail_function = function;
  fail_err = err;
  fail_times = times;
}

guint
seam_calls (const char *function)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (calls, function));
}

char *
seam_syncs (void)
{
  char *text = g_string_free (syncs, FALSE);

  syncs = g_string_new (NULL);
  return text;
}

void
seam_set_ready (short events)
{
  ready = events;
}

void
seam_set_busy (int fd)
{
  busy_fd = fd;
}

void
seam_set_not_ready_once (void)
{
  g_atomic_int_set (&not_ready, 1);
}

void
seam_set_asked (void (*asked) (void))
{
  on_asked = asked;
}

short
seam_polled (void)
{
  return polled;
}

void
seam_set_exporter (void (*sync) (guint64 flags))
{
  exporter = sync;
}
