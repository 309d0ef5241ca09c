/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which memory a slot knows. The kernel keeps what is behind an index after it
 * gave the buffer back (vb2: DQBUF and STREAMOFF put nothing), compares
 * dma-bufs by what they are and user memory by its address alone. So dma-bufs
 * are bound by identity, user memory by its GstMemory, and both say when they
 * go, before their pages do: then the index is given up.
 */

#include "gstzcv4l2binding.h"

#include <errno.h>

struct _GstZcV4l2Binding {
  GstZcV4l2Slots *slots; /* NULL once they are shut down */
  guint index;
  guint id;
};

/* Guards the lists of bindings of user memory, and their slots. Taken before
 * the lock of slots; nothing is called with it held. */
static GMutex user_lock;

static GQuark user_quark;

void
gst_zc_v4l2_bindings_init_once (void)
{
  user_quark = g_quark_from_static_string ("GstZcV4l2Bindings");
}

GstZcV4l2Binding *
gst_zc_v4l2_binding_new (GstZcV4l2Slots *slots, guint index, guint id)
{
  GstZcV4l2Binding *self = g_new (GstZcV4l2Binding, 1);

  *self = (GstZcV4l2Binding) { gst_zc_v4l2_slots_ref (slots), index, id };
  return self;
}

guint
gst_zc_v4l2_binding_get_index (const GstZcV4l2Binding *self)
{
  return self->index;
}

guint
gst_zc_v4l2_binding_get_id (const GstZcV4l2Binding *self)
{
  return self->id;
}

/* The memory goes, or the slots do. */
static void
binding_end (gpointer data)
{
  GstZcV4l2Binding *self = data;

  if (self->slots) {
    gst_zc_v4l2_foreign_forget (self->slots, self->index, self->id);
    gst_zc_v4l2_slots_unref (self->slots);
  }
  g_free (self);
}

/* --- dma-bufs ----------------------------------------------------------- */

GstZcV4l2Binding *
gst_zc_v4l2_binding_find_dmabuf (GstZcV4l2Slots *slots, GstMemory *memory)
{
  return gst_zc_cache_lookup (slots->bindings, memory);
}

int
gst_zc_v4l2_binding_attach_dmabuf (
    GstZcV4l2Slots *slots, GstMemory *memory, GstZcV4l2Binding *binding)
{
  g_autoptr (GError) error = NULL;

  if (gst_zc_cache_insert (slots->bindings, memory, binding, &error))
    return 0;
  binding_end (binding);
  return -EBADF;
}

/* --- user memory -------------------------------------------------------- */

/* What a memory has of bindings to the slots of several queues. */
typedef struct {
  GSList *bindings;
} UserTag;

static void
user_tag_free (gpointer data)
{
  UserTag *tag = data;
  GSList *bindings;

  g_mutex_lock (&user_lock);
  bindings = g_steal_pointer (&tag->bindings);
  for (GSList *l = bindings; l; l = l->next) {
    GstZcV4l2Binding *binding = l->data;

    if (binding->slots)
      binding->slots->user_bindings = g_slist_remove (
          binding->slots->user_bindings, binding);
  }
  g_mutex_unlock (&user_lock);

  g_slist_free_full (bindings, binding_end);
  g_free (tag);
}

GstZcV4l2Binding *
gst_zc_v4l2_binding_find_user (GstZcV4l2Slots *slots, GstMemory *memory)
{
  UserTag *tag = gst_mini_object_get_qdata (
      GST_MINI_OBJECT_CAST (memory), user_quark);
  GstZcV4l2Binding *found = NULL;

  if (!tag)
    return NULL;
  g_mutex_lock (&user_lock);
  for (GSList *l = tag->bindings; l && !found; l = l->next) {
    GstZcV4l2Binding *binding = l->data;

    if (binding->slots == slots)
      found = binding;
  }
  g_mutex_unlock (&user_lock);
  return found;
}

/* With the lock held: those of slots that are no more are of no use. */
static void
user_tag_prune (UserTag *tag)
{
  for (GSList *l = tag->bindings; l;) {
    GstZcV4l2Binding *binding = l->data;

    l = l->next;
    if (!binding->slots) {
      tag->bindings = g_slist_remove (tag->bindings, binding);
      g_free (binding);
    }
  }
}

int
gst_zc_v4l2_binding_attach_user (
    GstZcV4l2Slots *slots, GstMemory *memory, GstZcV4l2Binding *binding)
{
  GstMiniObject *object = GST_MINI_OBJECT_CAST (memory);
  GstZcV4l2Binding *old = gst_zc_v4l2_binding_find_user (slots, memory);
  UserTag *tag;

  g_mutex_lock (&user_lock);
  tag = gst_mini_object_get_qdata (object, user_quark);
  if (!tag) {
    tag = g_new0 (UserTag, 1);
    gst_mini_object_set_qdata (object, user_quark, tag, user_tag_free);
  }
  user_tag_prune (tag);
  if (old) {
    tag->bindings = g_slist_remove (tag->bindings, old);
    slots->user_bindings = g_slist_remove (slots->user_bindings, old);
  }
  tag->bindings = g_slist_prepend (tag->bindings, binding);
  slots->user_bindings = g_slist_prepend (slots->user_bindings, binding);
  g_mutex_unlock (&user_lock);

  if (old)
    binding_end (old);
  return 0;
}

static void
drop_user_bindings (GstZcV4l2Slots *slots)
{
  GSList *bindings;
  guint n;

  /* the tags keep them until their memories go */
  g_mutex_lock (&user_lock);
  bindings = g_steal_pointer (&slots->user_bindings);
  n = g_slist_length (bindings);
  for (GSList *l = bindings; l; l = l->next)
    ((GstZcV4l2Binding *) l->data)->slots = NULL;
  g_mutex_unlock (&user_lock);

  g_slist_free (bindings);
  while (n-- > 0)
    gst_zc_v4l2_slots_unref (slots);
}

/* --- both --------------------------------------------------------------- */

void
gst_zc_v4l2_bindings_init (GstZcV4l2Slots *slots)
{
  slots->bindings = gst_zc_cache_new (binding_end);
}

void
gst_zc_v4l2_bindings_drop (GstZcV4l2Slots *slots)
{
  g_clear_pointer (&slots->bindings, gst_zc_cache_free);
  drop_user_bindings (slots);
}
