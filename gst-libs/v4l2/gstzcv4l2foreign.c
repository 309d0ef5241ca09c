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
point_dmabuf (GstMemory *memory, GstMapFlags access,
    struct zc_v4l2_plane *plane, GstMapInfo *map, const gchar **reason)
{
  (void) access;
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
  /* its dma-buf may be larger, and what is behind it somebody else's */
  if (memory->maxsize < plane->length) {
    *reason = "the memory is too small";
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
point_user (GstMemory *memory, GstMapFlags access, struct zc_v4l2_plane *plane,
    GstMapInfo *map, const gchar **reason)
{
  gsize page = sysconf (_SC_PAGESIZE);

  if (!gst_memory_map (memory, map, access)) {
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
  return slot && !slot->buffer;
}

/* The binding that all memories of the buffer have in common; 0 if there is
 * none. */
static guint
find_binding (GstZcV4l2Slots *self, GstBuffer *buffer, guint *index)
{
  guint id = 0;

  for (guint i = 0; i < self->queue.n_planes; i++) {
    GstZcV4l2Binding *binding = self->way->find (
        self, gst_buffer_peek_memory (buffer, i));

    if (!binding || (i > 0 && gst_zc_v4l2_binding_get_id (binding) != id))
      return 0;
    id = gst_zc_v4l2_binding_get_id (binding);
    *index = gst_zc_v4l2_binding_get_index (binding);
  }
  return id;
}

/* With the lock held: the slot of a binding, if it is still in force. */
static GstZcV4l2Slot *
find_bound (GstZcV4l2Slots *self, guint binding, guint index)
{
  GstZcV4l2Slot *slot = gst_zc_v4l2_slots_peek (self, index);

  return is_free (slot) && slot->binding == binding ? slot : NULL;
}

/* With the lock held: whether the kernel may have other pages at one of these
 * addresses, which it would take for the same memory. */
static gboolean
may_mistake (GstZcV4l2Slots *self, const GstZcV4l2Slot *slot,
    const struct zc_v4l2_plane *planes)
{
  for (guint i = 0; i < self->queue.n_planes; i++)
    if (planes[i].address && slot->planes[i].address == planes[i].address)
      return TRUE;
  return FALSE;
}

/* With the lock held: a free slot that knows nothing, or the one that was used
 * least recently. */
static GstZcV4l2Slot *
find_free (
    GstZcV4l2Slots *self, gboolean bound, const struct zc_v4l2_plane *planes)
{
  GstZcV4l2Slot *best = NULL;

  for (guint i = 0; i < self->slots->len; i++) {
    GstZcV4l2Slot *slot = gst_zc_v4l2_slots_peek (self, i);

    if (is_free (slot) && (slot->binding != 0) == bound &&
        !may_mistake (self, slot, planes) && (!best || slot->used < best->used))
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
claim_other (
    GstZcV4l2Slots *self, GstBuffer *buffer, const struct zc_v4l2_plane *planes)
{
  GstZcV4l2Slot *slot;

  g_mutex_lock (&self->lock);
  slot = claim (self, find_free (self, FALSE, planes), buffer);
  g_mutex_unlock (&self->lock);
  if (slot)
    return slot;

  slot = gst_zc_v4l2_slots_create (self);
  g_mutex_lock (&self->lock);
  if (!slot)
    slot = find_free (self, TRUE, planes);
  claim (self, slot, buffer);
  g_mutex_unlock (&self->lock);
  return slot;
}

/* BOUND tells whether the slot knew the memory already. */
static GstZcV4l2Slot *
claim_slot (GstZcV4l2Slots *self, GstBuffer *buffer,
    const struct zc_v4l2_plane *planes, gboolean *bound)
{
  guint index = 0, binding = find_binding (self, buffer, &index);
  GstZcV4l2Slot *slot = NULL;

  if (binding != 0) {
    g_mutex_lock (&self->lock);
    slot = claim (self, find_bound (self, binding, index), buffer);
    g_mutex_unlock (&self->lock);
  }
  *bound = slot != NULL;
  return slot ? slot : claim_other (self, buffer, planes);
}

/* From now on the slot stands for the memory of its buffer. */
static int
bind (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  int ret = 0;
  guint id;

  g_mutex_lock (&self->lock);
  do
    id = ++self->last_binding;
  while (id == 0);
  slot->binding = id;
  self->counts.attached++;
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < self->queue.n_planes && ret == 0; i++)
    ret = self->way->attach (self, gst_buffer_peek_memory (slot->buffer, i),
        gst_zc_v4l2_binding_new (self, slot->index, id));
  return ret;
}

/* --- indices without memory --------------------------------------------- */

/* With the lock held: the slot is no longer anybody's. */
static void
begin_giving_up (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  slot->binding = 0;
  gst_zc_v4l2_slots_unlist (self, slot);
}

/* Without locks: what the kernel has behind the index goes, and the index too
 * where it can. BEFORE is what the kernel may else have still. */
static void
give_up (GstZcV4l2Slots *self, GstZcV4l2Slot *slot,
    const struct zc_v4l2_plane *before)
{
  static const struct zc_v4l2_plane nothing[VIDEO_MAX_PLANES];
  int ret = -ENOTTY;

  if (!zc_v4l2_queue_can_remove (&self->queue))
    ret = zc_v4l2_queue_clear (&self->queue, slot->index);
  memmove (slot->planes, ret == 0 ? nothing : before, sizeof (slot->planes));
  slot->buffer = NULL;
  ret = gst_zc_v4l2_slots_remove (self, slot);
  if (ret < 0 && ret != -ENOTTY)
    GST_WARNING ("%s: a buffer cannot be given up: %s",
        self->queue.device->path, g_strerror (-ret));
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

/* Pictures have the size that the device gave them, whatever is behind them;
 * of bytes none may be lost. */
static int
set_payload (GstZcV4l2Slots *self, GstMemory *memory,
    struct zc_v4l2_plane *plane, const gchar **reason)
{
  if (!V4L2_TYPE_IS_OUTPUT (self->queue.type))
    return 0;
  if (self->layout.n_planes == 0 && memory->size > plane->length) {
    *reason = "there are more bytes than a buffer of the device takes";
    return -EMSGSIZE;
  }
  plane->bytes_used = MIN (memory->size, plane->length);
  return 0;
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
    ret = set_payload (self, memory, &planes[i], reason);
    if (ret == 0)
      ret = self->way->point (memory, gst_zc_v4l2_slots_get_access (self),
          &planes[i], &map[i], reason);
    if (ret < 0) {
      unpoint_some (self, buffer, map, i);
      return ret;
    }
  }
  return 0;
}

/* A push failed, and the buffer is the caller's again. Whether the kernel put
 * what was there before depends on how far it came; nor does it take the next
 * memory for what it is, in some cases (vb2: an output queue counts on the
 * length that is no more, a buffer that did not start the stream stays
 * prepared). */
static void
take_back (GstZcV4l2Slots *self, GstZcV4l2Slot *slot,
    const struct zc_v4l2_plane *before)
{
  g_mutex_lock (&self->lock);
  begin_giving_up (self, slot);
  g_mutex_unlock (&self->lock);
  give_up (self, slot, before);
}

static int
push_at (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, gboolean bound,
    const struct zc_v4l2_plane *planes, const GstMapInfo *map)
{
  struct zc_v4l2_plane before[VIDEO_MAX_PLANES];
  int ret = 0;

  memcpy (before, slot->planes, sizeof (before));
  for (guint i = 0; i < self->queue.n_planes; i++) {
    slot->planes[i] = planes[i];
    slot->map[i] = map[i];
  }
  if (!bound)
    ret = bind (self, slot);
  if (ret == 0)
    ret = gst_zc_v4l2_slots_submit (self, slot);
  if (ret < 0)
    take_back (self, slot, before);
  return ret;
}

static int
push (GstZcV4l2Slots *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp, const gchar **reason)
{
  static const struct zc_v4l2_stamp none = { 0 };
  struct zc_v4l2_plane planes[VIDEO_MAX_PLANES];
  GstMapInfo map[VIDEO_MAX_PLANES];
  int ret = point_planes (self, buffer, planes, map, reason);
  GstZcV4l2Slot *slot;
  gboolean bound;

  if (ret < 0)
    return ret;
  slot = claim_slot (self, buffer, planes, &bound);
  if (slot) {
    slot->stamp = stamp ? *stamp : none;
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
gst_zc_v4l2_slots_push (GstZcV4l2Slots *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp, const gchar **reason)
{
  int ret;

  if (!gst_zc_v4l2_slots_enter (self)) {
    *reason = "the stream has ended";
    return -ECANCELED;
  }
  ret = push (self, buffer, stamp, reason);
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
  gsize begin = 0;

  if (!meta) {
    meta = gst_zc_layout_add_meta (&self->layout, buffer);
    GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
  }
  for (guint i = 0; i < meta->n_planes; i++) {
    meta->stride[i] = self->layout.stride[i];
    if (n == 1) {
      meta->offset[i] = self->layout.offset[i] + frame->plane[0].data_offset;
      continue;
    }
    /* offsets count through the memories, as large as they are */
    meta->offset[i] = begin + frame->plane[i].data_offset;
    begin += gst_buffer_peek_memory (buffer, i)->size;
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
    gst_zc_v4l2_cut_payload (buffer, frame);
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
  slot = find_bound (self, binding, index);
  if (slot)
    begin_giving_up (self, slot);
  g_mutex_unlock (&self->lock);
  return slot;
}

void
gst_zc_v4l2_foreign_forget (GstZcV4l2Slots *self, guint index, guint binding)
{
  GstZcV4l2Slot *slot;

  if (!gst_zc_v4l2_slots_enter (self))
    return;
  slot = steal_bound (self, index, binding);
  if (slot)
    give_up (self, slot, slot->planes);
  gst_zc_v4l2_slots_leave (self);
}
