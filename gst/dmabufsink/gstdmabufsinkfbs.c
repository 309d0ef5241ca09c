/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkfbs.h"

#include "gst-libs/allocators/gstzccache.h"
#include "gst-libs/allocators/gstzcmemory.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

struct _GstDmabufSinkFbs {
  GstZcKmsCard *card;
  GstZcCache *cache; /* of Uses, by the dma-buf of plane 0 */

  /* Guards the lists in the cache; its lock and the card's own are taken
   * inside. */
  GMutex lock;
};

/* One way to use a dma-buf. */
typedef struct _Entry Entry;
struct _Entry {
  Entry *next;
  struct zc_kms_image image;
  GstZcIdentity identity[ZC_KMS_MAX_PLANES];
  struct zc_kms_fb *fb; /* NULL: it cannot be imported */
  gint error;
};

/* There may be more than one, one after another, and the framebuffers of all
 * stay until the memory goes: one may be on the screen while the next is asked
 * for. */
typedef struct {
  GstZcKmsCard *card;
  Entry *first;
} Uses;

static void
uses_free (gpointer data)
{
  Uses *uses = data;
  Entry *entry = uses->first;

  while (entry) {
    Entry *next = entry->next;

    zc_kms_fb_unref (entry->fb);
    g_free (entry);
    entry = next;
  }
  gst_zc_kms_card_unref (uses->card);
  g_free (uses);
}

GstDmabufSinkFbs *
gst_dmabuf_sink_fbs_new (GstZcKmsCard *card)
{
  GstDmabufSinkFbs *self = g_new0 (GstDmabufSinkFbs, 1);

  self->card = gst_zc_kms_card_ref (card);
  self->cache = gst_zc_cache_new (uses_free);
  g_mutex_init (&self->lock);
  return self;
}

/* Memories may live on for long; the card must not. */
void
gst_dmabuf_sink_fbs_close (GstDmabufSinkFbs *self)
{
  gst_zc_cache_free (self->cache);
  gst_zc_kms_card_unref (self->card);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* The memory that a plane begins in, which is described in ENTRY; NULL if it is
 * no dma-buf. */
static GstMemory *
find_plane (GstBuffer *buffer, gsize offset, guint plane, Entry *entry)
{
  guint index, length;
  gsize skip, memory_offset;
  GstMemory *memory;

  if (!gst_buffer_find_memory (buffer, offset, 1, &index, &length, &skip))
    return NULL;
  memory = gst_buffer_peek_memory (buffer, index);
  gst_memory_get_sizes (memory, &memory_offset, NULL);
  if (memory_offset + skip > G_MAXUINT32 ||
      !gst_zc_memory_get_identity (memory, &entry->identity[plane], NULL))
    return NULL;

  entry->image.fd[plane] = gst_dmabuf_memory_get_fd (memory);
  entry->image.offset[plane] = memory_offset + skip;
  return memory;
}

/* Where the planes are: what the buffer says, else what the caps imply. The
 * memory of the first, or NULL. */
static GstMemory *
describe (GstBuffer *buffer, const GstVideoInfo *info, guint32 fourcc,
    guint64 modifier, Entry *entry)
{
  GstMemory *first = NULL;
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint n = meta ? meta->n_planes : GST_VIDEO_INFO_N_PLANES (info);

  *entry = (Entry){
    .image = {
      .width = meta ? meta->width : (guint) GST_VIDEO_INFO_WIDTH (info),
      .height = meta ? meta->height : (guint) GST_VIDEO_INFO_HEIGHT (info),
      .fourcc = fourcc,
      .modifier = modifier,
      .n_planes = n,
    },
  };
  if (n > ZC_KMS_MAX_PLANES)
    return NULL;
  for (guint i = 0; i < n; i++) {
    GstMemory *memory;
    gsize offset = meta ? meta->offset[i]
                        : GST_VIDEO_INFO_PLANE_OFFSET (info, i);

    memory = find_plane (buffer, offset, i, entry);
    if (!memory)
      return NULL;
    if (!first)
      first = memory;
    entry->image.stride[i] = meta ? meta->stride[i]
                                  : GST_VIDEO_INFO_PLANE_STRIDE (info, i);
  }
  return first;
}

static gboolean
same (const Entry *a, const Entry *b)
{
  if (a->image.width != b->image.width || a->image.height != b->image.height ||
      a->image.fourcc != b->image.fourcc ||
      a->image.modifier != b->image.modifier ||
      a->image.n_planes != b->image.n_planes)
    return FALSE;
  for (guint i = 0; i < a->image.n_planes; i++)
    if (!gst_zc_identity_equal (&a->identity[i], &b->identity[i]) ||
        a->image.offset[i] != b->image.offset[i] ||
        a->image.stride[i] != b->image.stride[i])
      return FALSE;
  return TRUE;
}

/* Errors that have nothing to do with the frame: it may go next time. */
static gboolean
is_passing (gint error)
{
  return error == -ENOMEM || error == -EMFILE || error == -ENFILE ||
         error == -EAGAIN || error == -EBUSY;
}

/* With the lock held. */
static Uses *
uses_of (GstDmabufSinkFbs *self, GstMemory *memory)
{
  Uses *uses = gst_zc_cache_lookup (self->cache, memory);

  if (uses)
    return uses;
  uses = g_new0 (Uses, 1);
  uses->card = gst_zc_kms_card_ref (self->card);
  if (!gst_zc_cache_insert (self->cache, memory, uses, NULL))
    g_clear_pointer (&uses, uses_free);
  return uses;
}

/* With the lock held: ENTRY is completed, and remembered if it will do so. */
static void
import (
    GstDmabufSinkFbs *self, GstMemory *memory, Entry *entry, gboolean *imported)
{
  Uses *uses;
  bool new_fb;

  entry->error = zc_kms_fb_get (
      self->card->device, &entry->image, &entry->fb, &new_fb);
  *imported = new_fb;
  if (is_passing (entry->error))
    return;
  uses = uses_of (self, memory);
  g_return_if_fail (uses);
  entry->next = uses->first;
  uses->first = g_memdup2 (entry, sizeof (*entry));
}

static const Entry *
find (GstDmabufSinkFbs *self, GstMemory *memory, const Entry *wanted)
{
  const Uses *uses = gst_zc_cache_lookup (self->cache, memory);
  const Entry *entry = uses ? uses->first : NULL;

  while (entry && !same (entry, wanted))
    entry = entry->next;
  return entry;
}

struct zc_kms_fb *
gst_dmabuf_sink_fbs_get (GstDmabufSinkFbs *self, GstBuffer *buffer,
    const GstVideoInfo *info, guint32 fourcc, guint64 modifier,
    gboolean *imported, gint *error)
{
  const Entry *entry;
  GstMemory *first;
  Entry wanted;

  *imported = FALSE;
  first = describe (buffer, info, fourcc, modifier, &wanted);
  if (!first) {
    *error = -EMEDIUMTYPE;
    return NULL;
  }

  g_mutex_lock (&self->lock);
  entry = find (self, first, &wanted);
  if (!entry) {
    import (self, first, &wanted, imported);
    entry = &wanted;
  }
  g_mutex_unlock (&self->lock);
  *error = entry->error;
  return entry->fb;
}
