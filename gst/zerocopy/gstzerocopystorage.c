/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzerocopystorage.h"

#include <gst/allocators/allocators.h>

/* Dma-bufs that are remembered after their last memory. */
#define MAX_DMABUFS 1024

/* Links that a storage remembers: beyond them it counts as new again. */
#define MAX_LINKS 64

static GQuark
storage_quark (void)
{
  static gint known; /* atomic; whoever comes first finds the same */
  GQuark quark = g_atomic_int_get (&known);

  if (G_LIKELY (quark))
    return quark;
  quark = g_quark_from_static_string ("gst-zerocopy-storage");
  g_atomic_int_set (&known, quark);
  return quark;
}

static guint
identity_hash (gconstpointer key)
{
  const GstZcIdentity *identity = key;

  return (guint) (identity->ino ^ identity->dev);
}

static gboolean
identity_equal (gconstpointer a, gconstpointer b)
{
  return gst_zc_identity_equal (a, b);
}

static void
storage_free (GstZerocopyStorage *self)
{
  g_queue_unlink (&gst_zerocopy_ledger.storages, &self->node);
  g_free (self->links);
  g_free (self);
}

/* With the lock. */
static void
storage_unref (GstZerocopyStorage *self)
{
  if (--self->refs == 0)
    storage_free (self);
}

static gboolean
is_unused (gpointer key, gpointer value, gpointer data)
{
  GstZerocopyStorage *self = value;

  (void) key;
  (void) data;
  return self->refs == 1;
}

/* The last memory may stay for ever in a pool: its storage has a reference of
 * the table too, which goes when there are too many. */
static void
remember_dmabuf (GstZerocopyStorage *self)
{
  GHashTable **table = &gst_zerocopy_ledger.dmabufs;

  if (!*table)
    *table = g_hash_table_new_full (
        identity_hash, identity_equal, NULL, (GDestroyNotify) storage_unref);
  if (g_hash_table_size (*table) >= MAX_DMABUFS)
    g_hash_table_foreach_remove (*table, is_unused, NULL);
  self->refs++;
  g_hash_table_insert (*table, &self->identity, self);
}

static GstZerocopyStorage *
storage_new (void)
{
  GstZerocopyStorage *self = g_new0 (GstZerocopyStorage, 1);

  self->node.data = self;
  g_queue_push_tail_link (&gst_zerocopy_ledger.storages, &self->node);
  return self;
}

static GstZerocopyStorage *
find_dmabuf (const GstZcIdentity *identity)
{
  GHashTable *table = gst_zerocopy_ledger.dmabufs;
  GstZerocopyStorage *self = table ? g_hash_table_lookup (table, identity)
                                   : NULL;

  if (self)
    return self;
  self = storage_new ();
  self->dmabuf = TRUE;
  self->identity = *identity;
  remember_dmabuf (self);
  return self;
}

static void
memory_gone (gpointer data)
{
  GstZerocopyStorage *self = data;

  gst_zerocopy_ledger_lock ();
  if (self->refs == (self->dmabuf ? 2 : 1))
    gst_zerocopy_ledger_settle (self, gst_util_get_timestamp ());
  storage_unref (self);
  gst_zerocopy_ledger_unlock ();
}

static G_GNUC_NO_INLINE GstZerocopyStorage *
create_for (GstMemory *root)
{
  GstMiniObject *object = GST_MINI_OBJECT_CAST (root);
  gboolean dmabuf = gst_is_dmabuf_memory (root);
  GstZerocopyStorage *self;
  GstZcIdentity identity;

  if (dmabuf &&
      gst_zc_identity_from_fd (&identity, gst_dmabuf_memory_get_fd (root)) < 0)
    dmabuf = FALSE;

  gst_zerocopy_ledger_lock ();
  self = gst_mini_object_get_qdata (object, storage_quark ());
  if (!self) {
    self = dmabuf ? find_dmabuf (&identity) : storage_new ();
    self->refs++;
    gst_mini_object_set_qdata (object, storage_quark (), self, memory_gone);
  }
  gst_zerocopy_ledger_unlock ();
  return self;
}

GstZerocopyStorage *
gst_zerocopy_storage_get (GstMemory *memory, gboolean create)
{
  GstZerocopyStorage *self;

  while (memory->parent)
    memory = memory->parent;
  self = gst_mini_object_get_qdata (
      GST_MINI_OBJECT_CAST (memory), storage_quark ());
  if (self || !create)
    return self;
  return create_for (memory);
}

gboolean
gst_zerocopy_storage_was_seen (
    GstZerocopyStorage *self, const GstZerocopyLink *link)
{
  for (guint i = 0; i < self->n_links; i++)
    if (self->links[i] == link->id)
      return TRUE;

  if (self->n_links == MAX_LINKS)
    self->n_links = 0;
  if (self->n_links == self->room) {
    self->room = MAX (4, self->room * 2);
    self->links = g_renew (guint, self->links, self->room);
  }
  self->links[self->n_links++] = link->id;
  return FALSE;
}
