/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* dma-bufs that the card plays: memfds, known by their inodes. */

static void *
key_of (int fd)
{
  struct stat s;

  if (fstat (fd, &s) < 0)
    card_die ("descriptor %d is not open", fd);
  return GSIZE_TO_POINTER ((gsize) s.st_ino);
}

int
card_dmabuf_new (struct card *card, size_t size)
{
  int fd = memfd_create ("dmabuf", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd < 0 || ftruncate (fd, size) < 0)
    card_die ("no memfd: %s", g_strerror (errno));
  card_lock ();
  g_hash_table_replace (card->dmabufs, key_of (fd), GINT_TO_POINTER (0));
  card_unlock ();
  return fd;
}

unsigned
card_n_syncs (struct card *card)
{
  unsigned n;

  card_lock ();
  n = card->n_syncs;
  card_unlock ();
  return n;
}

static int
fence_of (struct card *card, const void *key)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (card->dmabufs, key)) - 1;
}

int
card_inode_fence (struct card *card, ino_t inode)
{
  return fence_of (card, GSIZE_TO_POINTER ((gsize) inode));
}

static void
put_fence (struct card *card, void *key, int fence)
{
  int before = fence_of (card, key);

  if (before >= 0)
    close (before);
  if (fence >= 0)
    fence = fcntl (fence, F_DUPFD_CLOEXEC, 0);
  g_hash_table_replace (card->dmabufs, key, GINT_TO_POINTER (fence + 1));
}

void
card_dmabuf_set_fence (struct card *card, int fd, int fence)
{
  card_lock ();
  put_fence (card, key_of (fd), fence);
  card_unlock ();
}

int
card_dmabuf_fence (struct card *card, int fd)
{
  int fence;

  card_lock ();
  fence = fence_of (card, key_of (fd));
  card_unlock ();
  return fence;
}

void
card_dmabufs_free (struct card *card)
{
  GHashTableIter i;
  void *fence;

  g_hash_table_iter_init (&i, card->dmabufs);
  while (g_hash_table_iter_next (&i, NULL, &fence))
    if (GPOINTER_TO_INT (fence) > 0)
      close (GPOINTER_TO_INT (fence) - 1);
  g_hash_table_unref (card->dmabufs);
}

/* dma_buf_export_sync_file() */
static int
export_fence (int fence, struct dma_buf_export_sync_file *r)
{
  if (r->flags == 0 || r->flags & ~DMA_BUF_SYNC_RW)
    return EINVAL;
  r->fd = fcntl (fence, F_DUPFD_CLOEXEC, 0);
  return r->fd < 0 ? errno : 0;
}

static int
import_fence (
    struct card *card, void *key, const struct dma_buf_import_sync_file *r)
{
  if (r->flags == 0 || r->flags & ~DMA_BUF_SYNC_RW || !card_is_fence (r->fd))
    return EINVAL;
  put_fence (card, key, r->fd);
  return 0;
}

int
card_dmabuf_ioctl (
    struct card *card, ino_t inode, unsigned long request, void *arg)
{
  void *key = GSIZE_TO_POINTER ((gsize) inode);
  int fence = fence_of (card, key);

  if (request == DMA_BUF_IOCTL_SYNC) {
    card->n_syncs++;
    return 0;
  }
  if (fence >= 0 && request == DMA_BUF_IOCTL_EXPORT_SYNC_FILE)
    return export_fence (fence, arg);
  if (fence >= 0 && request == DMA_BUF_IOCTL_IMPORT_SYNC_FILE)
    return import_fence (card, key, arg);
  return ENOTTY;
}
