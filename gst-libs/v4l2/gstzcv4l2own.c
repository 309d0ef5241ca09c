/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slots for memory of the driver's: exported, or mapped. */

#include "gstzcv4l2slots-private.h"
#include "v4l2-sys.h"

#include <errno.h>

GST_DEBUG_CATEGORY_EXTERN (gst_zc_v4l2_slots_debug);
#define GST_CAT_DEFAULT gst_zc_v4l2_slots_debug

/* What a memory knows of where it comes from. */
typedef struct {
  GstZcV4l2Slots *slots;
  guint index;
  guint plane;
} Origin;

static GQuark origin_quark;
static GQuark index_quark; /* of a buffer: the index of its slot, plus 1 */

void
gst_zc_v4l2_own_init (void)
{
  origin_quark = g_quark_from_static_string ("GstZcV4l2Origin");
  index_quark = g_quark_from_static_string ("GstZcV4l2Index");
}

static void
origin_free (gpointer data)
{
  Origin *origin = data;

  gst_zc_v4l2_slots_unref (origin->slots);
  g_free (origin);
}

/* --- ways --------------------------------------------------------------- */

/* V4L2 attaches no fences to what it writes. */
static int
export_memory (GstZcV4l2Slots *self, guint index, guint plane,
    const struct zc_v4l2_frame *frame, GstMemory **memory, const gchar **step)
{
  g_autoptr (GError) error = NULL;
  int fd;

  *step = "VIDIOC_EXPBUF";
  fd = zc_v4l2_queue_export (&self->queue, index, plane);
  if (fd < 0)
    return fd;
  *memory = gst_zc_allocator_wrap_fd (self->allocator, fd,
      frame->plane[plane].length, GST_ZC_WRAP_UNFENCED, &error);
  if (*memory)
    return 0;
  GST_ERROR ("%s: buffer %u, plane %u: %s", self->queue.device->path, index,
      plane, error->message);
  zc_v4l2_sys.close (fd);
  return -EBADF;
}

typedef struct {
  bool emulated;
  void *address;
  gsize length;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  zc_v4l2_device_unmap (mapping->emulated, mapping->address, mapping->length);
  g_free (mapping);
}

/* The mapping keeps the driver's memory when the queue is long gone. */
static int
map_memory (GstZcV4l2Slots *self, guint index, guint plane,
    const struct zc_v4l2_frame *frame, GstMemory **memory, const gchar **step)
{
  Mapping *mapping;
  void *address;
  int ret;

  (void) index;
  *step = "mmap";
  ret = zc_v4l2_queue_map (&self->queue, frame, plane, &address);
  if (ret < 0)
    return ret;
  mapping = g_new (Mapping, 1);
  *mapping = (Mapping) { self->queue.device->emulated, address,
    frame->plane[plane].length };
  *memory = gst_memory_new_wrapped (
      0, address, mapping->length, 0, mapping->length, mapping, mapping_free);
  return 0;
}

/* --- slots -------------------------------------------------------------- */

/* With the lock held: whether buffer and memories are all home; if so the
 * buffer is whole again. */
static gboolean
slot_complete (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  guint n = self->queue.n_planes;

  if (!slot->buffer)
    return FALSE;
  if (gst_buffer_n_memory (slot->buffer) == n)
    return TRUE;
  for (guint i = 0; i < n; i++)
    if (!slot->home[i])
      return FALSE;
  for (guint i = 0; i < n; i++)
    gst_buffer_append_memory (slot->buffer, g_steal_pointer (&slot->home[i]));
  return TRUE;
}

/* The last reference to a memory is dropped while its buffer is without it:
 * it stays alive and goes home, as long as there is a home. */
static gboolean
memory_dispose (GstMiniObject *object)
{
  Origin *origin = gst_mini_object_get_qdata (object, origin_quark);
  GstZcV4l2Slots *self = origin->slots;
  GstZcV4l2Slot *slot;
  gboolean complete;

  if (!gst_zc_v4l2_slots_enter (self))
    return TRUE;

  gst_memory_ref (GST_MEMORY_CAST (object));
  g_mutex_lock (&self->lock);
  slot = gst_zc_v4l2_slots_peek (self, origin->index);
  slot->home[origin->plane] = GST_MEMORY_CAST (object);
  complete = slot_complete (self, slot);
  g_mutex_unlock (&self->lock);

  if (complete)
    gst_zc_v4l2_slots_give_back (self, slot);
  gst_zc_v4l2_slots_leave (self);
  return FALSE;
}

static int
add_memory (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, guint plane,
    const struct zc_v4l2_frame *frame, const gchar **step)
{
  Origin *origin;
  GstMemory *memory;
  int ret = self->way->make_memory (
      self, slot->index, plane, frame, &memory, step);

  if (ret < 0)
    return ret;
  origin = g_new (Origin, 1);
  *origin = (Origin) { gst_zc_v4l2_slots_ref (self), slot->index, plane };
  gst_mini_object_set_qdata (
      GST_MINI_OBJECT_CAST (memory), origin_quark, origin, origin_free);
  GST_MINI_OBJECT_CAST (memory)->dispose = memory_dispose;
  slot->memory[plane] = memory;
  gst_buffer_append_memory (slot->buffer, memory);
  return 0;
}

static void
add_video_meta (GstZcV4l2Slots *self, GstBuffer *buffer)
{
  GstVideoMeta *meta;

  if (self->layout.n_planes == 0)
    return;
  meta = gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (&self->info), GST_VIDEO_INFO_WIDTH (&self->info),
      GST_VIDEO_INFO_HEIGHT (&self->info), self->layout.n_planes,
      self->layout.offset, self->layout.stride);
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
}

/* A plane with a memory of its own begins where that memory does. The first
 * buffer tells, before anything streams. */
static void
spread_planes (GstZcV4l2Slots *self, const struct zc_v4l2_frame *frame)
{
  gsize offset = 0;

  for (guint i = 0; self->queue.n_planes > 1 && i < self->layout.n_planes;
      i++) {
    self->layout.offset[i] = offset;
    offset += frame->plane[i].length;
  }
}

int
gst_zc_v4l2_own_fill (
    GstZcV4l2Slots *self, GstZcV4l2Slot *slot, const gchar **step)
{
  struct zc_v4l2_frame frame;
  int ret;

  slot->buffer = gst_buffer_new ();
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (slot->buffer), index_quark,
      GUINT_TO_POINTER (slot->index + 1), NULL);
  *step = "VIDIOC_QUERYBUF";
  ret = zc_v4l2_queue_query (&self->queue, slot->index, &frame);
  if (ret < 0)
    return ret;
  if (slot->index == 0)
    spread_planes (self, &frame);

  for (guint i = 0; i < self->queue.n_planes; i++) {
    slot->planes[i] = (struct zc_v4l2_plane) { .fd = -1,
      .length = frame.plane[i].length };
    ret = add_memory (self, slot, i, &frame, step);
    if (ret < 0)
      return ret;
  }
  add_video_meta (self, slot->buffer);
  *step = "VIDIOC_QBUF";
  return gst_zc_v4l2_slots_submit (self, slot);
}

/* A slot that could not be filled: what it has goes, and so does its index
 * where the driver can. No other is tried. */
static void
abandon (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, const gchar *step, int ret)
{
  GST_WARNING ("%s: %s of buffer %u: %s", self->queue.device->path, step,
      slot->index, g_strerror (-ret));
  for (guint i = 0; i < gst_buffer_n_memory (slot->buffer); i++)
    GST_MINI_OBJECT_CAST (gst_buffer_peek_memory (slot->buffer, i))->dispose =
        NULL;
  gst_clear_buffer (&slot->buffer);
  g_mutex_lock (&self->lock);
  gst_zc_v4l2_slots_unlist (self, slot);
  g_mutex_unlock (&self->lock);
  gst_zc_v4l2_slots_remove (self, slot);
  g_mutex_lock (&self->lock);
  self->cannot_grow = TRUE;
  g_mutex_unlock (&self->lock);
}

int
gst_zc_v4l2_slots_grow (GstZcV4l2Slots *self)
{
  GstZcV4l2Slot *slot;
  const gchar *step;
  int ret = -ENOBUFS;

  if (!gst_zc_v4l2_slots_enter (self))
    return -ECANCELED;
  slot = gst_zc_v4l2_slots_create (self);
  if (slot)
    ret = gst_zc_v4l2_own_fill (self, slot, &step);
  if (slot && ret < 0)
    abandon (self, slot, step, ret);
  gst_zc_v4l2_slots_leave (self);
  return ret;
}

/* --- buffers ------------------------------------------------------------ */

/* vivid and others put bytes before the picture in some planes. */
static void
apply_data_offsets (
    GstZcV4l2Slots *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint n = self->queue.n_planes;

  for (guint i = 0; meta && i < meta->n_planes; i++) {
    meta->stride[i] = self->layout.stride[i];
    meta->offset[i] = self->layout.offset[i] +
                      frame->plane[n == 1 ? 0 : i].data_offset;
  }
}

/* Downstream may have cut the memories; they are made whole again. One memory
 * alone is as long as its payload, several as long as the meta's offsets
 * count on. */
static void
restore_sizes (
    GstZcV4l2Slots *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  for (guint i = 0; i < self->queue.n_planes; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    gsize size = frame->plane[i].bytes_used;

    if (self->queue.n_planes > 1 || size == 0 || size > memory->maxsize)
      size = memory->maxsize;
    if (memory->offset != 0 || memory->size != size)
      gst_memory_resize (memory, -(gssize) memory->offset, size);
  }
  if (self->layout.n_planes == 0)
    gst_zc_v4l2_cut_payload (buffer, frame);
}

static void
restore (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, GstBuffer *buffer,
    const struct zc_v4l2_frame *frame)
{
  (void) slot;
  restore_sizes (self, buffer, frame);
  apply_data_offsets (self, buffer, frame);
}

const GstZcV4l2Way gst_zc_v4l2_way_export = {
  .name = "dmabuf-export",
  .memory = &zc_v4l2_memory_mmap,
  .are_dmabufs = TRUE,
  .give = restore,
  .make_memory = export_memory,
};

const GstZcV4l2Way gst_zc_v4l2_way_mmap = {
  .name = "mmap",
  .memory = &zc_v4l2_memory_mmap,
  .flags = V4L2_MEMORY_FLAG_NON_COHERENT,
  .give = restore,
  .make_memory = map_memory,
};

/* Whether the buffer has exactly its own memories, and nobody else has. */
static gboolean
is_whole (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, GstBuffer *buffer)
{
  if (gst_buffer_n_memory (buffer) != self->queue.n_planes)
    return FALSE;
  for (guint i = 0; i < self->queue.n_planes; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (memory != slot->memory[i] ||
        GST_MINI_OBJECT_REFCOUNT_VALUE (memory) != 1)
      return FALSE;
  }
  return TRUE;
}

void
gst_zc_v4l2_slots_put (GstZcV4l2Slots *self, GstBuffer *buffer)
{
  guint index = GPOINTER_TO_UINT (gst_mini_object_get_qdata (
                    GST_MINI_OBJECT_CAST (buffer), index_quark)) -
                1;
  GstZcV4l2Slot *slot;
  gboolean complete;

  if (!gst_zc_v4l2_slots_enter (self)) {
    gst_buffer_unref (buffer);
    return;
  }

  g_mutex_lock (&self->lock);
  slot = gst_zc_v4l2_slots_peek (self, index);
  g_mutex_unlock (&self->lock);
  if (!is_whole (self, slot, buffer))
    gst_buffer_remove_all_memory (buffer);
  g_mutex_lock (&self->lock);
  slot->buffer = buffer;
  complete = slot_complete (self, slot);
  g_mutex_unlock (&self->lock);

  if (complete)
    gst_zc_v4l2_slots_give_back (self, slot);
  gst_zc_v4l2_slots_leave (self);
}

/* Nobody uses the device any more: buffers and memories that are home die
 * here, the others where they are. */
void
gst_zc_v4l2_own_clear (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  for (guint j = 0; j < self->queue.n_planes; j++)
    if (slot->home[j])
      gst_memory_unref (g_steal_pointer (&slot->home[j]));
}
