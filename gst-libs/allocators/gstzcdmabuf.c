/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcdmabuf.h"

#include "gstzcerror-private.h"
#include "gstzcsys.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_STATIC (zc_dmabuf_debug);
#define GST_CAT_DEFAULT zc_dmabuf_debug

#define READ_WRITE (GST_MAP_READ | GST_MAP_WRITE)

/* Who writes into memory that is not said to be fenced should show it early. */
#define PROBATION 16
#define ALWAYS -1

/* Accesses and the kernel's directions are the same bits. */
G_STATIC_ASSERT ((int) GST_MAP_READ == (int) DMA_BUF_SYNC_READ);
G_STATIC_ASSERT ((int) GST_MAP_WRITE == (int) DMA_BUF_SYNC_WRITE);

typedef struct {
  GstZcDmabufGone gone;
  gpointer data;
} Watch;

struct _GstZcDmabuf {
  GstZcIdentity identity;
  gsize size;
  gint asks; /* atomic: how many accesses more ask for fences, ALWAYS for all */
  gint fenced; /* atomic: accesses that have yet to wait for a known fence */
  guint refs;  /* guarded by the table's lock */

  /* Guards what follows. Held over DMA_BUF_IOCTL_SYNC, because who comes second
   * may touch nothing before the bracket is open; only users of this very
   * dma-buf wait for it. No other lock is taken inside. */
  GMutex lock;
  guint8 *readable; /* mapped for reading only: all that the fd allowed */
  guint8 *writable; /* mapped for both */
  guint readers, writers;
  GstMapFlags open; /* what the bracket covers */
  guint fences;     /* how many were attached, so that none is missed */
  GArray *watches;
};

/* Guards the table and the counts of references in it. Taken before no other
 * lock. */
static GMutex table_lock;
static GHashTable *table; /* of GstZcIdentity to GstZcDmabuf */

static guint
identity_hash (gconstpointer key)
{
  const GstZcIdentity *identity = key;

  return (guint) (identity->ino ^ (identity->ino >> 32) ^ identity->dev);
}

static gboolean
identity_equal (gconstpointer a, gconstpointer b)
{
  return gst_zc_identity_equal (a, b);
}

static void
init_once (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (
        zc_dmabuf_debug, "zcdmabuf", 0, "mappings and CPU access of dma-bufs");
    table = g_hash_table_new (identity_hash, identity_equal);
    g_once_init_leave (&done, 1);
  }
}

static gboolean
check_is_dmabuf (gint fd, GError **error)
{
  struct statfs fs;

  if (gst_zc_sys.fstatfs (fd, &fs) < 0) {
    gst_zc_error_set_errno (
        error, errno, "cannot tell what file descriptor %d is", fd);
    return FALSE;
  }
  if ((guint32) fs.f_type != DMA_BUF_MAGIC) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_DMABUF,
        "file descriptor %d is no dma-buf: pass one that a device or heap "
        "exported",
        fd);
    return FALSE;
  }
  return TRUE;
}

static GstZcDmabuf *
dmabuf_new (gint fd, const GstZcIdentity *identity, GError **error)
{
  off_t size = gst_zc_sys.lseek (fd, 0, SEEK_END);
  GstZcDmabuf *self;

  if (size < 0) {
    gst_zc_error_set_errno (
        error, errno, "cannot tell the size of dma-buf fd %d", fd);
    return NULL;
  }
  self = g_new0 (GstZcDmabuf, 1);
  self->identity = *identity;
  self->size = size;
  self->asks = PROBATION;
  g_mutex_init (&self->lock);
  return self;
}

GstZcDmabuf *
gst_zc_dmabuf_get (gint fd, gboolean fenced, GError **error)
{
  GstZcIdentity identity;
  GstZcDmabuf *self;
  gint ret;

  init_once ();
  if (!check_is_dmabuf (fd, error))
    return NULL;
  ret = gst_zc_identity_from_fd (&identity, fd);
  if (ret < 0) {
    gst_zc_error_set_errno (
        error, -ret, "cannot tell the identity of dma-buf fd %d", fd);
    return NULL;
  }

  g_mutex_lock (&table_lock);
  self = g_hash_table_lookup (table, &identity);
  if (!self) {
    self = dmabuf_new (fd, &identity, error);
    if (self)
      g_hash_table_insert (table, &self->identity, self);
  }
  if (self) {
    self->refs++;
    if (fenced)
      g_atomic_int_set (&self->asks, ALWAYS);
  }
  g_mutex_unlock (&table_lock);
  return self;
}

static void
unmap (guint8 *data, gsize size)
{
  if (data && gst_zc_sys.munmap (data, size) < 0)
    GST_ERROR ("cannot unmap %" G_GSIZE_FORMAT " bytes at %p: %s", size, data,
        g_strerror (errno));
}

/* Someone may still be about to unwatch, who knows it from its own list. */
static void
tell_watches (GstZcDmabuf *self)
{
  GArray *watches;

  g_mutex_lock (&self->lock);
  watches = g_steal_pointer (&self->watches);
  g_mutex_unlock (&self->lock);
  if (!watches)
    return;

  for (guint i = 0; i < watches->len; i++) {
    Watch *watch = &g_array_index (watches, Watch, i);

    watch->gone (watch->data, self);
  }
  g_array_unref (watches);
}

void
gst_zc_dmabuf_unref (GstZcDmabuf *self)
{
  gboolean last;

  g_mutex_lock (&table_lock);
  last = --self->refs == 0;
  if (last)
    g_hash_table_remove (table, &self->identity);
  g_mutex_unlock (&table_lock);
  if (!last)
    return;

  tell_watches (self);
  unmap (self->readable, self->size);
  unmap (self->writable, self->size);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const GstZcIdentity *
gst_zc_dmabuf_get_identity (const GstZcDmabuf *self)
{
  return &self->identity;
}

gsize
gst_zc_dmabuf_get_size (const GstZcDmabuf *self)
{
  return self->size;
}

static const gchar *
access_name (GstMapFlags access)
{
  static const gchar *const names[] = { "no access", "reading", "writing",
    "reading and writing" };

  return names[access & READ_WRITE];
}

static void
count (GstZcDmabuf *self, GstMapFlags access, gint n)
{
  if (access & GST_MAP_READ)
    self->readers += n;
  if (access & GST_MAP_WRITE)
    self->writers += n;
}

static guint8 *
map_as (GstZcDmabuf *self, gint fd, gint prot)
{
  void *data = gst_zc_sys.mmap (NULL, self->size, prot, MAP_SHARED, fd, 0);

  return data == MAP_FAILED ? NULL : data;
}

/* Whole and from the start, because exporters ignore offsets; for both, so that
 * no later access needs another mapping. */
static G_GNUC_NO_INLINE guint8 *
mapping_for (GstZcDmabuf *self, gint fd, GstMapFlags access, GError **error)
{
  if (!self->writable && ((access & GST_MAP_WRITE) || !self->readable)) {
    self->writable = map_as (self, fd, PROT_READ | PROT_WRITE);
    if (!self->writable && errno == EACCES && !(access & GST_MAP_WRITE))
      self->readable = map_as (self, fd, PROT_READ);
  }
  if (self->writable)
    return self->writable;
  if (self->readable && !(access & GST_MAP_WRITE))
    return self->readable;

  gst_zc_error_set_errno (error, errno,
      "cannot map a dma-buf of %" G_GSIZE_FORMAT " bytes (fd %d) for %s%s",
      self->size, fd, access_name (access),
      errno == EACCES ? ": it was exported for reading, export it with O_RDWR"
                      : "");
  return NULL;
}

/* Of a thread: finding it costs more than the rest of a bracket, so that nobody
 * counts before somebody asks. */
static __thread guint64 n_syncs;
static gint counts_syncs; /* atomic */

guint64
gst_zc_dmabuf_get_n_syncs (void)
{
  g_atomic_int_set (&counts_syncs, TRUE);
  return n_syncs;
}

static gint
sync_access (gint fd, guint64 step, GstMapFlags access)
{
  struct dma_buf_sync sync = { .flags = step | access };

  if (G_UNLIKELY (g_atomic_int_get (&counts_syncs)))
    n_syncs++;
  return gst_zc_sys_ioctl (fd, DMA_BUF_IOCTL_SYNC, &sync);
}

/* The writer had a bracket that was ended for a wider one, which failed. */
static void
reopen (GstZcDmabuf *self, gint fd, GstMapFlags access)
{
  gint ret = sync_access (fd, DMA_BUF_SYNC_START, access);

  if (ret == 0)
    self->open = access;
  else
    GST_ERROR ("lost the access of others to dma-buf fd %d: %s", fd,
        g_strerror (-ret));
}

/* START for reading makes the CPU forget what it has in its caches, also what
 * it wrote: that is written back first. START for writing, added to reading,
 * harms nobody. */
static G_GNUC_NO_INLINE gint
widen_bracket (GstZcDmabuf *self, gint fd, GstMapFlags access)
{
  GstMapFlags had = self->open, missing = access & ~had;
  gint ret;

  if (missing & GST_MAP_READ) {
    ret = sync_access (fd, DMA_BUF_SYNC_END, had);
    if (ret < 0)
      return ret;
    self->open = 0;
    missing |= had;
  }
  ret = sync_access (fd, DMA_BUF_SYNC_START, missing);
  if (ret == 0)
    self->open |= missing;
  else if (!self->open)
    reopen (self, fd, had);
  return ret;
}

static gint
open_bracket (GstZcDmabuf *self, gint fd, GstMapFlags access)
{
  gint ret;

  if ((access & ~self->open) == 0)
    return 0;
  if (G_UNLIKELY (self->open))
    return widen_bracket (self, fd, access);

  ret = sync_access (fd, DMA_BUF_SYNC_START, access);
  if (ret == 0)
    self->open = access;
  return ret;
}

/* A device may read as soon as the last writer is done, so END(WRITE) does not
 * wait for readers; END(READ) may drop what a writer has in its caches, so it
 * does wait for writers. */
static gint
close_bracket (GstZcDmabuf *self, gint fd)
{
  GstMapFlags keep = self->writers   ? self->open
                     : self->readers ? self->open & GST_MAP_READ
                                     : 0;
  GstMapFlags done = self->open & ~keep;

  self->open = keep;
  return done ? sync_access (fd, DMA_BUF_SYNC_END, done) : 0;
}

static gint64
deadline_of (GstClockTime timeout)
{
  if (!GST_CLOCK_TIME_IS_VALID (timeout))
    return -1;
  return g_get_monotonic_time () + GST_TIME_AS_USECONDS (timeout);
}

gboolean
gst_zc_dmabuf_wait (
    gint fd, GstMapFlags access, GstClockTime timeout, GError **error)
{
  struct pollfd poll = {
    .fd = fd,
    /* reading waits for writers, writing for all */
    .events = access & GST_MAP_WRITE ? POLLOUT : POLLIN,
  };
  gint ret = gst_zc_sys_poll (&poll, 1, deadline_of (timeout));

  if (ret > 0 && !(poll.revents & poll.events))
    ret = -EIO;
  if (ret == -ETIMEDOUT)
    gst_zc_error_set_errno (error, ETIMEDOUT,
        "a device was not done with dma-buf fd %d within %" GST_TIME_FORMAT
        ": its driver hangs, or a fence is never signalled",
        fd, GST_TIME_ARGS (timeout));
  else if (ret < 0)
    gst_zc_error_set_errno (
        error, -ret, "cannot wait for the fences of dma-buf fd %d", fd);
  return ret > 0;
}

static gboolean
may_be_fenced (GstZcDmabuf *self, GstMapFlags access)
{
  return g_atomic_int_get (&self->asks) != 0 ||
         (g_atomic_int_get (&self->fenced) & access);
}

/* What was waited for is over, unless more was attached meanwhile. */
static void
forget_fences (GstZcDmabuf *self, GstMapFlags access, guint fences)
{
  g_mutex_lock (&self->lock);
  /* who waits to write waits for all */
  if (self->fences == fences)
    g_atomic_int_and ((guint *) &self->fenced,
        ~(guint) (access & GST_MAP_WRITE ? READ_WRITE : GST_MAP_READ));
  g_mutex_unlock (&self->lock);
}

static guint
count_fences (GstZcDmabuf *self)
{
  guint fences;

  g_mutex_lock (&self->lock);
  fences = self->fences;
  g_mutex_unlock (&self->lock);
  return fences;
}

/* A fence that is still pending shows that somebody attaches them. */
static G_GNUC_NO_INLINE gboolean
wait_for_fences (GstZcDmabuf *self, gint fd, GstMapFlags access,
    GstClockTime timeout, GError **error)
{
  guint fences = count_fences (self);
  gint asks = g_atomic_int_get (&self->asks);

  if (asks == ALWAYS || g_atomic_int_get (&self->fenced))
    return gst_zc_dmabuf_wait (fd, access, timeout, error) &&
           (forget_fences (self, access, fences), TRUE);

  if (gst_zc_dmabuf_wait (fd, access, 0, NULL)) {
    g_atomic_int_compare_and_exchange (&self->asks, asks, asks - 1);
    return TRUE;
  }
  g_atomic_int_set (&self->asks, ALWAYS);
  return gst_zc_dmabuf_wait (fd, access, timeout, error);
}

gboolean
gst_zc_dmabuf_is_ready (GstZcDmabuf *self, gint fd, GstMapFlags access)
{
  g_autoptr (GError) error = NULL;

  return !may_be_fenced (self, access) ||
         wait_for_fences (self, fd, access, 0, &error) ||
         !g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_TIMED_OUT);
}

static G_GNUC_NO_INLINE guint8 *
refused (gint fd, GstMapFlags access, gint ret, GError **error)
{
  gst_zc_error_set_errno (error, -ret,
      "the CPU cannot have access to dma-buf fd %d for %s", fd,
      access_name (access));
  return NULL;
}

guint8 *
gst_zc_dmabuf_begin (GstZcDmabuf *self, gint fd, GstMapFlags access,
    GstClockTime timeout, GError **error)
{
  guint8 *data;
  gint ret = 0;

  if (G_UNLIKELY (!access))
    return refused (fd, access, -EINVAL, error);
  g_mutex_lock (&self->lock);
  /* inside an access of the same kind, it is late for that */
  if (G_UNLIKELY (may_be_fenced (self, access)) && (access & ~self->open)) {
    g_mutex_unlock (&self->lock);
    if (!wait_for_fences (self, fd, access, timeout, error))
      return NULL;
    g_mutex_lock (&self->lock);
  }
  data = self->writable;
  if (G_UNLIKELY (!data))
    data = mapping_for (self, fd, access, error);
  if (G_LIKELY (data)) {
    ret = open_bracket (self, fd, access);
    if (G_LIKELY (ret == 0))
      count (self, access, 1);
  }
  g_mutex_unlock (&self->lock);

  return G_LIKELY (ret == 0) ? data : refused (fd, access, ret, error);
}

/* What is wrong with ending that access, or NULL. With the lock held. */
static const gchar *
fault_of_end (const GstZcDmabuf *self, gconstpointer data, GstMapFlags access)
{
  if (!data || (data != self->writable && data != self->readable))
    return "that is not where it is mapped";
  if (((access & GST_MAP_READ) && !self->readers) ||
      ((access & GST_MAP_WRITE) && !self->writers))
    return "nobody has it mapped so";
  return NULL;
}

gboolean
gst_zc_dmabuf_end (
    GstZcDmabuf *self, gint fd, gconstpointer data, GstMapFlags access)
{
  const gchar *fault;
  gint ret = 0;

  g_mutex_lock (&self->lock);
  fault = fault_of_end (self, data, access);
  if (!fault) {
    count (self, access, -1);
    ret = close_bracket (self, fd);
  }
  g_mutex_unlock (&self->lock);

  if (fault)
    g_critical ("dma-buf fd %d is not unmapped from %p for %s: %s", fd, data,
        access_name (access), fault);
  if (ret < 0)
    GST_ERROR ("the exporter of dma-buf fd %d did not take back what was "
               "done to it: %s: devices may see old pixels",
        fd, g_strerror (-ret));
  return !fault;
}

void
gst_zc_dmabuf_set_fenced (GstZcDmabuf *self, GstMapFlags access)
{
  g_mutex_lock (&self->lock);
  self->fences++;
  g_atomic_int_or ((guint *) &self->fenced,
      access & GST_MAP_WRITE ? READ_WRITE : GST_MAP_WRITE);
  g_mutex_unlock (&self->lock);
}

GstZcDmabuf *
gst_zc_dmabuf_ref (GstZcDmabuf *self)
{
  g_mutex_lock (&table_lock);
  self->refs++;
  g_mutex_unlock (&table_lock);
  return self;
}

void
gst_zc_dmabuf_watch (GstZcDmabuf *self, GstZcDmabufGone gone, gpointer data)
{
  Watch watch = { gone, data };

  g_mutex_lock (&self->lock);
  if (!self->watches)
    self->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  g_array_append_val (self->watches, watch);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_zc_dmabuf_unwatch (GstZcDmabuf *self, GstZcDmabufGone gone, gpointer data)
{
  gboolean found = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; !found && self->watches && i < self->watches->len; i++) {
    Watch *watch = &g_array_index (self->watches, Watch, i);

    found = watch->gone == gone && watch->data == data;
    if (found)
      g_array_remove_index_fast (self->watches, i);
  }
  g_mutex_unlock (&self->lock);
  return found;
}
