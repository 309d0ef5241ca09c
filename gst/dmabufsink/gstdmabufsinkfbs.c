/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinkfbs.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

struct _GstDmabufSinkFbs {
  GstZcKmsCard *card;

  /* Guards what follows; the card's own lock is taken inside it. */
  GMutex lock;
  GHashTable *entries; /* GstMemory of plane 0 to Entry; NULL once closed,
                        * as is the card */
};

/* What a memory is used as; there may be more than one way, one after
 * another, and the framebuffers of all stay until the memory goes: one may be
 * on the screen while the next is asked for. */
typedef struct _Entry Entry;
struct _Entry {
  Entry *next;
  struct zc_kms_image image;
  GstMemory *memory[ZC_KMS_MAX_PLANES]; /* compared, never used */
  struct zc_kms_fb *fb;                 /* NULL: it cannot be imported */
  gint error;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  while (entry) {
    Entry *next = entry->next;

    zc_kms_fb_unref (entry->fb);
    g_free (entry);
    entry = next;
  }
}

GstDmabufSinkFbs *
gst_dmabuf_sink_fbs_new (GstZcKmsCard *card)
{
  GstDmabufSinkFbs *self = g_atomic_rc_box_new0 (GstDmabufSinkFbs);

  self->card = g_atomic_rc_box_acquire (card);
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  g_mutex_init (&self->lock);
  return self;
}

static void
fbs_clear (gpointer data)
{
  GstDmabufSinkFbs *self = data;

  g_mutex_clear (&self->lock);
}

/* Every memory in the table holds a reference, until it dies: it may do so in
 * another thread while the sink closes. */
static void
fbs_unref (GstDmabufSinkFbs *self)
{
  g_atomic_rc_box_release_full (self, fbs_clear);
}

/* Memories may live on for long; the card must not. */
void
gst_dmabuf_sink_fbs_close (GstDmabufSinkFbs *self)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_clear_pointer (&self->card, gst_zc_kms_card_unref);
  g_mutex_unlock (&self->lock);
  fbs_unref (self);
}

static void
memory_died (gpointer data, GstMiniObject *memory)
{
  GstDmabufSinkFbs *self = data;

  g_mutex_lock (&self->lock);
  if (self->entries)
    g_hash_table_remove (self->entries, memory);
  g_mutex_unlock (&self->lock);
  fbs_unref (self);
}

static gboolean
find_plane (GstBuffer *buffer, gsize offset, guint plane, Entry *entry)
{
  guint index, length;
  gsize skip, memory_offset;
  GstMemory *memory;

  if (!gst_buffer_find_memory (buffer, offset, 1, &index, &length, &skip))
    return FALSE;
  memory = gst_buffer_peek_memory (buffer, index);
  gst_memory_get_sizes (memory, &memory_offset, NULL);
  if (!gst_is_dmabuf_memory (memory) || memory_offset + skip > G_MAXUINT32)
    return FALSE;

  entry->memory[plane] = memory;
  entry->image.fd[plane] = gst_dmabuf_memory_get_fd (memory);
  entry->image.offset[plane] = memory_offset + skip;
  return TRUE;
}

/* Where the planes are: what the buffer says, else what the caps imply. */
static gboolean
describe (GstBuffer *buffer, const GstVideoInfo *info, guint32 fourcc,
    guint64 modifier, Entry *entry)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint n = meta ? meta->n_planes : GST_VIDEO_INFO_N_PLANES (info);

  *entry = (Entry){
    .image = {
      .width = GST_VIDEO_INFO_WIDTH (info),
      .height = GST_VIDEO_INFO_HEIGHT (info),
      .fourcc = fourcc,
      .modifier = modifier,
      .n_planes = n,
    },
  };
  if (n == 0 || n > ZC_KMS_MAX_PLANES)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    gsize offset = meta ? meta->offset[i]
                        : GST_VIDEO_INFO_PLANE_OFFSET (info, i);

    if (!find_plane (buffer, offset, i, entry))
      return FALSE;
    entry->image.stride[i] = meta ? meta->stride[i]
                                  : GST_VIDEO_INFO_PLANE_STRIDE (info, i);
  }
  return TRUE;
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
    if (a->memory[i] != b->memory[i] ||
        a->image.offset[i] != b->image.offset[i] ||
        a->image.stride[i] != b->image.stride[i])
      return FALSE;
  return TRUE;
}

/* With the lock held. */
static const Entry *
add (GstDmabufSinkFbs *self, const Entry *wanted, gboolean *imported)
{
  Entry *entry = g_memdup2 (wanted, sizeof (*wanted));
  GstMemory *key = entry->memory[0];
  gpointer others = NULL;
  bool new_fb;

  entry->error = zc_kms_fb_get (
      self->card->device, &entry->image, &entry->fb, &new_fb);
  *imported = new_fb;
  if (!g_hash_table_steal_extended (self->entries, key, NULL, &others))
    gst_mini_object_weak_ref (GST_MINI_OBJECT_CAST (key), memory_died,
        g_atomic_rc_box_acquire (self));
  entry->next = others;
  g_hash_table_insert (self->entries, key, entry);
  return entry;
}

static const Entry *
find (GstDmabufSinkFbs *self, const Entry *wanted)
{
  const Entry *entry = g_hash_table_lookup (self->entries, wanted->memory[0]);

  while (entry && !same (entry, wanted))
    entry = entry->next;
  return entry;
}

const struct zc_kms_fb *
gst_dmabuf_sink_fbs_get (GstDmabufSinkFbs *self, GstBuffer *buffer,
    const GstVideoInfo *info, guint32 fourcc, guint64 modifier,
    gboolean *imported, gint *error)
{
  const struct zc_kms_fb *fb;
  const Entry *entry;
  Entry wanted;

  *imported = FALSE;
  if (!describe (buffer, info, fourcc, modifier, &wanted)) {
    *error = -EMEDIUMTYPE;
    return NULL;
  }

  g_mutex_lock (&self->lock);
  entry = find (self, &wanted);
  if (!entry)
    entry = add (self, &wanted, imported);
  fb = entry->fb;
  *error = entry->error;
  g_mutex_unlock (&self->lock);
  return fb;
}
