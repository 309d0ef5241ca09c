/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzccache.h"

#include "gstzcmemory-private.h"

struct _GstZcCache {
  GDestroyNotify destroy;

  /* Guards the values. GstZcDmabuf's lock is taken inside it. */
  GMutex lock;
  GHashTable *values; /* by GstZcDmabuf; NULL once freed */
};

static void
cache_clear (gpointer data)
{
  GstZcCache *self = data;

  g_mutex_clear (&self->lock);
}

/* Each dma-buf with a value holds a reference until it goes: it may do so in
 * another thread while the cache is freed. */
static void
cache_unref (GstZcCache *self)
{
  g_atomic_rc_box_release_full (self, cache_clear);
}

GstZcCache *
gst_zc_cache_new (GDestroyNotify destroy)
{
  GstZcCache *self = g_atomic_rc_box_new0 (GstZcCache);

  self->destroy = destroy;
  g_mutex_init (&self->lock);
  self->values = g_hash_table_new (NULL, NULL);
  return self;
}

static void
destroy_value (GstZcCache *self, gpointer value)
{
  if (value && self->destroy)
    self->destroy (value);
}

static gpointer
take (GstZcCache *self, GstZcDmabuf *dmabuf)
{
  gpointer value = NULL;

  g_mutex_lock (&self->lock);
  if (self->values)
    g_hash_table_steal_extended (self->values, dmabuf, NULL, &value);
  g_mutex_unlock (&self->lock);
  return value;
}

static void
dmabuf_gone (gpointer data, GstZcDmabuf *dmabuf)
{
  GstZcCache *self = data;

  destroy_value (self, take (self, dmabuf));
  cache_unref (self);
}

void
gst_zc_cache_free (GstZcCache *self)
{
  gpointer dmabuf, value;
  GHashTable *values;
  GHashTableIter iter;

  if (!self)
    return;

  /* one that goes now waits for the lock, and is still there till then */
  g_mutex_lock (&self->lock);
  values = g_steal_pointer (&self->values);
  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &dmabuf, NULL))
    if (gst_zc_dmabuf_unwatch (dmabuf, dmabuf_gone, self))
      cache_unref (self);
  g_mutex_unlock (&self->lock);

  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    destroy_value (self, value);
  g_hash_table_unref (values);
  cache_unref (self);
}

gpointer
gst_zc_cache_lookup (GstZcCache *self, GstMemory *memory)
{
  GstZcHandle *handle = gst_zc_handle_get (memory, NULL);
  gpointer value;

  if (!handle)
    return NULL;
  g_mutex_lock (&self->lock);
  value = g_hash_table_lookup (self->values, handle->dmabuf);
  g_mutex_unlock (&self->lock);
  return value;
}

gboolean
gst_zc_cache_insert (
    GstZcCache *self, GstMemory *memory, gpointer value, GError **error)
{
  GstZcHandle *handle = gst_zc_handle_get (memory, error);
  gpointer before = NULL;

  g_return_val_if_fail (value, FALSE);
  if (!handle)
    return FALSE;

  g_mutex_lock (&self->lock);
  if (!g_hash_table_steal_extended (
          self->values, handle->dmabuf, NULL, &before))
    gst_zc_dmabuf_watch (
        handle->dmabuf, dmabuf_gone, g_atomic_rc_box_acquire (self));
  g_hash_table_insert (self->values, handle->dmabuf, value);
  g_mutex_unlock (&self->lock);

  destroy_value (self, before);
  return TRUE;
}

gpointer
gst_zc_cache_steal (GstZcCache *self, GstMemory *memory)
{
  GstZcHandle *handle = gst_zc_handle_get (memory, NULL);
  gpointer value;

  if (!handle)
    return NULL;
  value = take (self, handle->dmabuf);
  if (value && gst_zc_dmabuf_unwatch (handle->dmabuf, dmabuf_gone, self))
    cache_unref (self);
  return value;
}

guint
gst_zc_cache_get_size (GstZcCache *self)
{
  guint size;

  g_mutex_lock (&self->lock);
  size = g_hash_table_size (self->values);
  g_mutex_unlock (&self->lock);
  return size;
}
