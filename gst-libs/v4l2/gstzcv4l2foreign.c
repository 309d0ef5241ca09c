/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slots for memory of others: dma-bufs, and pages of this process. */

#include "gstzcv4l2binding.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_EXTERN (gst_zc_v4l2_slots_debug);
#define GST_CAT_DEFAULT gst_zc_v4l2_slots_debug

/* --- how the kernel is told --------------------------------------------- */

/* V4L2 has no word for an offset: a dma-buf is filled from its beginning. */
static int
point_dmabuf (GstMemory *memory, struct zc_v4l2_plane *plane, GstMapInfo *map,
    const gchar **reason)
{
  (void) map;
  if (!gst_is_dmabuf_memory (memory)) {
    *reason = "the memory is no dma-buf";
    return -EMEDIUMTYPE;
  }
  if (memory->offset != 0) {
    *reason = "the picture does not begin where the dma-buf does, and V4L2 "
              "has no word for that";
    return -EMEDIUMTYPE;
  }
  plane->fd = gst_dmabuf_memory_get_fd (memory);
  return 0;
}

static void
unpoint_dmabuf (GstMemory *memory, GstMapInfo *map)
{
  (void) memory;
  (void) map;
}

/* The address is good while it is mapped: as long as the driver has it. Whole
 * pages, because others who write beside it would share cache lines with the
 * device. */
static int
point_user (GstMemory *memory, struct zc_v4l2_plane *plane, GstMapInfo *map,
    const gchar **reason)
{
  gsize page = sysconf (_SC_PAGESIZE);

  if (!gst_memory_map (memory, map, GST_MAP_READWRITE)) {
    *reason = "the memory cannot be mapped";
    return -EMEDIUMTYPE;
  }
  plane->address = map->data;
  if ((gsize) map->data % page != 0)
    *reason = "the memory does not begin at a page";
  else if (map->maxsize < plane->length)
    *reason = "the memory is too small";
  else
    return 0;
  gst_memory_unmap (memory, map);
  return -EMEDIUMTYPE;
}

static void
unpoint_user (GstMemory *memory, GstMapInfo *map)
{
  gst_memory_unmap (memory, map);
}

/* --- which slot --------------------------------------------------------- */

/* With the lock held. */
static gboolean
is_free (const GstZcV4l2Slot *slot)
{
  return slot && !slot->buffer && !slot->going;
}

/* With the lock held: the slot that BINDING names, if it still does. */
static GstZcV4l2Slot *
find_bound (GstZcV4l2Slots *self, const GstZcV4l2Binding *binding)
{
  GstZcV4l2Slot *slot;

  if (!binding)
    return NULL;
  slot = gst_zc_v4l2_slots_peek (self, gst_zc_v4l2_binding_get_index (binding));
  return is_free (slot) && slot->binding == gst_zc_v4l2_binding_get_id (binding)
             ? slot
             : NULL;
}

/* With the lock held: a free slot that knows nothing, or the one that was used
 * least recently. Not one that may have the address of other pages. */
static GstZcV4l2Slot *
find_free (GstZcV4l2Slots *self, gboolean bound, gpointer address)
{
  GstZcV4l2Slot *best = NULL;

  for (guint i = 0; i < self->slots->len; i++) {
    GstZcV4l2Slot *slot = gst_zc_v4l2_slots_peek (self, i);

    if (is_free (slot) && (slot->binding != 0) == bound &&
        (!address || slot->stale != address) &&
        (!best || slot->used < best->used))
      best = slot;
  }
  return best;
}

/* With the lock held: the slot is BUFFER's, and nobody else takes it or gives
 * it up. */
static GstZcV4l2Slot *
claim (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, GstBuffer *buffer)
{
  if (slot) {
    slot->buffer = buffer;
    slot->used = ++self->n_pushed;
  }
  return slot;
}

/* A slot for memory that none knows. */
static GstZcV4l2Slot *
claim_other (GstZcV4l2Slots *self, GstBuffer *buffer, gpointer address)
{
  GstZcV4l2Slot *slot;

  g_mutex_lock (&self->lock);
  slot = claim (self, find_free (self, FALSE, address), buffer);
  g_mutex_unlock (&self->lock);
  if (slot)
    return slot;

  slot = gst_zc_v4l2_slots_create (self);
  g_mutex_lock (&self->lock);
  if (!slot)
    slot = find_free (self, TRUE, address);
  claim (self, slot, buffer);
  g_mutex_unlock (&self->lock);
  return slot;
}

/* BOUND tells whether the slot knew the memory already. */
static GstZcV4l2Slot *
claim_slot (
    GstZcV4l2Slots *self, GstBuffer *buffer, gpointer address, gboolean *bound)
{
  GstZcV4l2Binding *binding = self->way->find (
      self, gst_buffer_peek_memory (buffer, 0));
  GstZcV4l2Slot *slot;

  g_mutex_lock (&self->lock);
  slot = claim (self, find_bound (self, binding), buffer);
  g_mutex_unlock (&self->lock);
  *bound = slot != NULL;
  return slot ? slot : claim_other (self, buffer, address);
}

/* From now on the slot stands for this memory. */
static int
bind (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, GstMemory *memory)
{
  guint id;

  g_mutex_lock (&self->lock);
  id = ++self->last_binding;
  slot->binding = id;
  slot->stale = NULL;
  self->counts.attached++;
  g_mutex_unlock (&self->lock);
  return self->way->attach (
      self, memory, gst_zc_v4l2_binding_new (self, slot->index, id));
}

/* --- push and return ---------------------------------------------------- */

static void
unpoint_some (GstZcV4l2Slots *self, GstBuffer *buffer, GstMapInfo *map, guint n)
{
  for (guint i = 0; i < n; i++)
    self->way->unpoint (gst_buffer_peek_memory (buffer, i), &map[i]);
}

static void
unpoint_planes (GstZcV4l2Slots *self, GstBuffer *buffer, GstMapInfo *map)
{
  unpoint_some (self, buffer, map, self->queue.n_planes);
}

static int
point_planes (GstZcV4l2Slots *self, GstBuffer *buffer,
    struct zc_v4l2_plane *planes, GstMapInfo *map, const gchar **reason)
{
  guint n = self->queue.n_planes;

  if (gst_buffer_n_memory (buffer) != n) {
    *reason = "the planes are divided into memories in another way than the "
              "device does";
    return -EMEDIUMTYPE;
  }
  for (guint i = 0; i < n; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    int ret;

    planes[i] = (struct zc_v4l2_plane) { .fd = -1, .length = self->size[i] };
    if (V4L2_TYPE_IS_OUTPUT (self->queue.type))
      planes[i].bytes_used = MIN (memory->size, self->size[i]);
    ret = self->way->point (memory, &planes[i], &map[i], reason);
    if (ret < 0) {
      unpoint_some (self, buffer, map, i);
      return ret;
    }
  }
  return 0;
}

/* The kernel put what was there before (vb2: a failed QBUF keeps nothing). */
static void
take_back (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  g_mutex_lock (&self->lock);
  slot->buffer = NULL;
  slot->binding = 0;
  g_mutex_unlock (&self->lock);
}

static int
push_at (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, gboolean bound,
    const struct zc_v4l2_plane *planes, const GstMapInfo *map)
{
  int ret = 0;

  for (guint i = 0; i < self->queue.n_planes; i++) {
    slot->planes[i] = planes[i];
    slot->map[i] = map[i];
  }
  if (!bound)
    ret = bind (self, slot, gst_buffer_peek_memory (slot->buffer, 0));
  if (ret == 0)
    ret = gst_zc_v4l2_slots_submit (self, slot);
  if (ret < 0)
    take_back (self, slot);
  return ret;
}

static int
push (GstZcV4l2Slots *self, GstBuffer *buffer, const gchar **reason)
{
  struct zc_v4l2_plane planes[VIDEO_MAX_PLANES];
  GstMapInfo map[VIDEO_MAX_PLANES];
  int ret = point_planes (self, buffer, planes, map, reason);
  GstZcV4l2Slot *slot;
  gboolean bound;

  if (ret < 0)
    return ret;
  slot = claim_slot (self, buffer, planes[0].address, &bound);
  if (slot) {
    *reason = "the driver refuses the memory";
    ret = push_at (self, slot, bound, planes, map);
  } else {
    *reason = "the driver has all buffers that it can have";
    ret = -ENOBUFS;
  }
  if (ret < 0)
    unpoint_planes (self, buffer, map);
  return ret;
}

int
gst_zc_v4l2_slots_push (
    GstZcV4l2Slots *self, GstBuffer *buffer, const gchar **reason)
{
  int ret;

  if (!gst_zc_v4l2_slots_enter (self)) {
    *reason = "the stream has ended";
    return -ECANCELED;
  }
  ret = push (self, buffer, reason);
  gst_zc_v4l2_slots_leave (self);
  return ret;
}

/* What the driver's meta says where it differs from what was there. */
static void
describe (
    GstZcV4l2Slots *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint n = self->queue.n_planes;

  if (!meta) {
    meta = gst_zc_layout_add_meta (&self->layout, buffer);
    GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
  }
  for (guint i = 0; i < meta->n_planes; i++) {
    meta->stride[i] = self->layout.stride[i];
    meta->offset[i] = self->layout.offset[i] +
                      frame->plane[n == 1 ? 0 : i].data_offset;
  }
}

static void
give (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, GstBuffer *buffer,
    const struct zc_v4l2_frame *frame)
{
  unpoint_planes (self, buffer, slot->map);
  if (V4L2_TYPE_IS_OUTPUT (self->queue.type))
    return;
  if (self->layout.n_planes > 0)
    describe (self, buffer, frame);
  else
    gst_buffer_set_size (buffer, frame->plane[0].bytes_used);
}

void
gst_zc_v4l2_foreign_release (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  unpoint_planes (self, slot->buffer, slot->map);
}

const GstZcV4l2Way gst_zc_v4l2_way_import = {
  .name = "dmabuf-import",
  .memory = &zc_v4l2_memory_dmabuf,
  .are_dmabufs = TRUE,
  .takes_buffers = TRUE,
  .give = give,
  .find = gst_zc_v4l2_binding_find_dmabuf,
  .attach = gst_zc_v4l2_binding_attach_dmabuf,
  .point = point_dmabuf,
  .unpoint = unpoint_dmabuf,
};

const GstZcV4l2Way gst_zc_v4l2_way_userptr = {
  .name = "userptr",
  .memory = &zc_v4l2_memory_userptr,
  .takes_buffers = TRUE,
  .give = give,
  .find = gst_zc_v4l2_binding_find_user,
  .attach = gst_zc_v4l2_binding_attach_user,
  .point = point_user,
  .unpoint = unpoint_user,
};

/* --- memory that goes --------------------------------------------------- */

static GstZcV4l2Slot *
steal_bound (GstZcV4l2Slots *self, guint index, guint binding)
{
  GstZcV4l2Slot *slot;

  g_mutex_lock (&self->lock);
  slot = gst_zc_v4l2_slots_peek (self, index);
  if (!is_free (slot) || slot->binding != binding)
    slot = NULL;
  if (slot) {
    slot->going = TRUE;
    slot->binding = 0;
  }
  g_mutex_unlock (&self->lock);
  return slot;
}

void
gst_zc_v4l2_foreign_forget (GstZcV4l2Slots *self, guint index, guint binding)
{
  GstZcV4l2Slot *slot;
  int ret;

  if (!gst_zc_v4l2_slots_enter (self))
    return;
  slot = steal_bound (self, index, binding);
  if (slot) {
    ret = zc_v4l2_queue_remove (&self->queue, index);
    g_mutex_lock (&self->lock);
    if (ret == 0) {
      self->slots->pdata[index] = NULL;
      self->counts.slots--;
    } else {
      slot->stale = slot->planes[0].address;
      slot->going = FALSE;
    }
    g_mutex_unlock (&self->lock);
    if (ret == 0)
      g_free (slot);
  }
  gst_zc_v4l2_slots_leave (self);
}
