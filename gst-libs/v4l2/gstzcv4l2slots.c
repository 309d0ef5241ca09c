/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2slots.h"

#include "../allocators/gstzcallocator.h"
#include "v4l2-sys.h"

#include <errno.h>

GST_DEBUG_CATEGORY_STATIC (zc_v4l2_slots_debug);
#define GST_CAT_DEFAULT zc_v4l2_slots_debug

typedef struct {
  GstMemory *memory[VIDEO_MAX_PLANES]; /* who is who; not a reference */
  GstMemory *home[VIDEO_MAX_PLANES];   /* memories that came back alone */
  GstBuffer *buffer;                   /* NULL while outside */
} Slot;

struct _GstZcV4l2Slots {
  gint refcount;
  GstZcAllocator *allocator;
  struct zc_v4l2_queue queue;
  GstVideoInfo info;
  GstZcLayout layout;
  __u32 flags;
  Slot *slots; /* as many as queue.n_buffers had */
  guint n_slots;

  /* Guards the contents of the slots and the fields below. Nothing is called
   * with it held but GstBuffer functions; it is the innermost lock. */
  GMutex lock;
  GCond idle;
  gboolean live;   /* the device may be used */
  guint users;     /* threads that use it now; shutdown waits for them */
  gint push_error; /* the first error of giving a buffer back */
};

/* What a memory knows of where it comes from. */
typedef struct {
  GstZcV4l2Slots *slots;
  guint index;
  guint plane;
} Origin;

static GQuark origin_quark;
static GQuark index_quark; /* of a buffer: the index of its slot, plus 1 */

static void
init_once (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (
        zc_v4l2_slots_debug, "zcv4l2slots", 0, "vb2 buffers as GstBuffers");
    origin_quark = g_quark_from_static_string ("GstZcV4l2Origin");
    index_quark = g_quark_from_static_string ("GstZcV4l2Index");
    g_once_init_leave (&done, 1);
  }
}

static GstZcV4l2Slots *
slots_ref (GstZcV4l2Slots *self)
{
  g_atomic_int_inc (&self->refcount);
  return self;
}

void
gst_zc_v4l2_slots_unref (GstZcV4l2Slots *self)
{
  if (!g_atomic_int_dec_and_test (&self->refcount))
    return;

  zc_v4l2_queue_finish (&self->queue);
  gst_clear_object (&self->allocator);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self->slots);
  g_free (self);
}

static void
origin_free (gpointer data)
{
  Origin *origin = data;

  gst_zc_v4l2_slots_unref (origin->slots);
  g_free (origin);
}

/* Between enter and leave the device is there. */
static gboolean
enter (GstZcV4l2Slots *self)
{
  gboolean live;

  g_mutex_lock (&self->lock);
  live = self->live;
  if (live)
    self->users++;
  g_mutex_unlock (&self->lock);
  return live;
}

static void
leave (GstZcV4l2Slots *self)
{
  g_mutex_lock (&self->lock);
  if (--self->users == 0 && !self->live)
    g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
}

static void
push (GstZcV4l2Slots *self, guint index)
{
  int ret = zc_v4l2_queue_push (&self->queue, index);

  if (ret == 0)
    return;
  GST_WARNING ("%s: buffer %u cannot be queued: %s", self->queue.device->path,
      index, g_strerror (-ret));
  g_mutex_lock (&self->lock);
  if (self->push_error == 0)
    self->push_error = ret;
  g_mutex_unlock (&self->lock);
}

/* With the lock held: whether buffer and memories are all home; if so the
 * buffer is whole again. */
static gboolean
slot_complete (GstZcV4l2Slots *self, Slot *slot)
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
  Slot *slot = &self->slots[origin->index];
  gboolean complete;

  if (!enter (self))
    return TRUE;

  gst_memory_ref (GST_MEMORY_CAST (object));
  g_mutex_lock (&self->lock);
  slot->home[origin->plane] = GST_MEMORY_CAST (object);
  complete = slot_complete (self, slot);
  g_mutex_unlock (&self->lock);

  if (complete)
    push (self, origin->index);
  leave (self);
  return FALSE;
}

/* V4L2 attaches no fences to what it writes. Takes over FD. */
static GstMemory *
wrap_plane (GstZcV4l2Slots *self, guint index, guint plane, int fd, gsize size)
{
  g_autoptr (GError) error = NULL;
  GstMemory *memory = gst_zc_allocator_wrap_fd (
      self->allocator, fd, size, GST_ZC_WRAP_UNFENCED, &error);
  Origin *origin;

  if (!memory) {
    GST_ERROR ("%s: buffer %u, plane %u: %s", self->queue.device->path, index,
        plane, error->message);
    zc_v4l2_sys.close (fd);
    return NULL;
  }
  origin = g_new (Origin, 1);
  *origin = (Origin) { slots_ref (self), index, plane };
  gst_mini_object_set_qdata (
      GST_MINI_OBJECT_CAST (memory), origin_quark, origin, origin_free);
  GST_MINI_OBJECT_CAST (memory)->dispose = memory_dispose;
  self->slots[index].memory[plane] = memory;
  return memory;
}

static void
add_video_meta (GstZcV4l2Slots *self, GstBuffer *buffer)
{
  GstVideoMeta *meta = gst_buffer_add_video_meta_full (buffer,
      GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT (&self->info),
      GST_VIDEO_INFO_WIDTH (&self->info), GST_VIDEO_INFO_HEIGHT (&self->info),
      self->layout.n_planes, self->layout.offset, self->layout.stride);

  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
}

/* A plane with a memory of its own begins where that memory does. */
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

static int
make_slot (GstZcV4l2Slots *self, guint index, const gchar **step)
{
  GstBuffer *buffer = gst_buffer_new ();
  struct zc_v4l2_frame frame;
  int ret;

  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (buffer), index_quark,
      GUINT_TO_POINTER (index + 1), NULL);
  self->slots[index].buffer = buffer;
  *step = "VIDIOC_QUERYBUF";
  ret = zc_v4l2_queue_query (&self->queue, index, &frame);
  if (ret < 0)
    return ret;
  self->flags = frame.flags;
  spread_planes (self, &frame);

  *step = "VIDIOC_EXPBUF";
  for (guint i = 0; i < self->queue.n_planes; i++) {
    GstMemory *memory;

    ret = zc_v4l2_queue_export (&self->queue, index, i);
    if (ret < 0)
      return ret;
    memory = wrap_plane (self, index, i, ret, frame.plane[i].length);
    if (!memory)
      return -EBADF;
    gst_buffer_append_memory (buffer, memory);
  }
  add_video_meta (self, buffer);
  return 0;
}

static int
make_and_queue (GstZcV4l2Slots *self, const gchar **step)
{
  int ret = 0;

  for (guint i = 0; i < self->n_slots && ret == 0; i++)
    ret = make_slot (self, i, step);
  for (guint i = 0; i < self->n_slots && ret == 0; i++) {
    *step = "VIDIOC_QBUF";
    ret = zc_v4l2_queue_push (&self->queue, i);
  }
  if (ret == 0) {
    *step = "VIDIOC_STREAMON";
    ret = zc_v4l2_queue_start (&self->queue);
  }
  return ret;
}

int
gst_zc_v4l2_slots_start (GstZcV4l2Slots **slots,
    const struct zc_v4l2_device *device, const struct zc_v4l2_format *format,
    const GstVideoInfo *info, const GstZcLayout *layout, guint *count,
    const gchar **step)
{
  GstZcV4l2Slots *self;
  int ret;

  init_once ();
  self = g_new0 (GstZcV4l2Slots, 1);
  self->refcount = 1;
  self->allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
  self->info = *info;
  self->layout = *layout;
  self->live = TRUE;
  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);

  *step = "eventfd";
  ret = zc_v4l2_queue_init (&self->queue, device);
  if (ret == 0) {
    *step = "VIDIOC_REQBUFS";
    ret = zc_v4l2_queue_alloc (&self->queue, *count, format->n_memory_planes);
  }
  if (ret == 0) {
    self->n_slots = *count = self->queue.n_buffers;
    self->slots = g_new0 (Slot, self->n_slots);
    ret = make_and_queue (self, step);
  }
  if (ret < 0) {
    gst_zc_v4l2_slots_shutdown (self);
    gst_zc_v4l2_slots_unref (self);
    return ret;
  }

  *slots = self;
  return 0;
}

/* Nobody uses the device any more: buffers and memories that are home die
 * here, the others where they are. */
static void
free_home (GstZcV4l2Slots *self)
{
  for (guint i = 0; i < self->n_slots; i++) {
    Slot *slot = &self->slots[i];

    gst_clear_buffer (&slot->buffer);
    for (guint j = 0; j < self->queue.n_planes; j++)
      if (slot->home[j])
        gst_memory_unref (g_steal_pointer (&slot->home[j]));
  }
}

void
gst_zc_v4l2_slots_shutdown (GstZcV4l2Slots *self)
{
  gboolean was_live;

  g_mutex_lock (&self->lock);
  was_live = self->live;
  self->live = FALSE;
  zc_v4l2_queue_cancel (&self->queue);
  while (self->users > 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);

  if (!was_live)
    return;
  zc_v4l2_queue_stop (&self->queue);
  /* The kernel keeps its references over STREAMOFF; this drops them. */
  zc_v4l2_queue_free (&self->queue);
  free_home (self);
}

void
gst_zc_v4l2_slots_cancel (GstZcV4l2Slots *self)
{
  zc_v4l2_queue_cancel (&self->queue);
}

void
gst_zc_v4l2_slots_resume (GstZcV4l2Slots *self)
{
  zc_v4l2_queue_resume (&self->queue);
}

__u32
gst_zc_v4l2_slots_get_flags (GstZcV4l2Slots *self)
{
  return self->flags;
}

static int
take_push_error (GstZcV4l2Slots *self)
{
  int ret;

  g_mutex_lock (&self->lock);
  ret = self->push_error;
  self->push_error = 0;
  g_mutex_unlock (&self->lock);
  return ret;
}

/* vivid and others put bytes before the picture in some planes. */
static void
apply_data_offsets (
    GstZcV4l2Slots *self, GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint n = self->queue.n_planes;

  for (guint i = 0; i < meta->n_planes; i++) {
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
}

static int
pull_once (GstZcV4l2Slots *self, struct zc_v4l2_frame *frame)
{
  int ret;

  do {
    ret = take_push_error (self);
    if (ret == 0)
      ret = zc_v4l2_queue_wait (&self->queue);
    if (ret == 0)
      ret = zc_v4l2_queue_pull (&self->queue, frame);
  } while (ret == -EAGAIN);
  /* a driver that returns what it never had */
  if (ret == 0 && frame->index >= self->n_slots)
    ret = -ERANGE;
  return ret;
}

int
gst_zc_v4l2_slots_pull (GstZcV4l2Slots *self, GstBuffer **buffer,
    struct zc_v4l2_frame *frame, guint *broken)
{
  int ret;

  if (!enter (self))
    return -ECANCELED;

  while ((ret = pull_once (self, frame)) == 0) {
    if (!(frame->flags & V4L2_BUF_FLAG_ERROR))
      break;
    (*broken)++;
    push (self, frame->index);
  }
  if (ret == 0) {
    g_mutex_lock (&self->lock);
    *buffer = g_steal_pointer (&self->slots[frame->index].buffer);
    g_mutex_unlock (&self->lock);
    if (!*buffer)
      ret = -ERANGE;
  }
  if (ret == 0) {
    restore_sizes (self, *buffer, frame);
    apply_data_offsets (self, *buffer, frame);
  }
  leave (self);
  return ret;
}

/* Whether the buffer has exactly its own memories, and nobody else has. */
static gboolean
is_whole (GstZcV4l2Slots *self, Slot *slot, GstBuffer *buffer)
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
  Slot *slot;
  gboolean complete;

  if (!enter (self)) {
    gst_buffer_unref (buffer);
    return;
  }

  slot = &self->slots[index];
  if (!is_whole (self, slot, buffer))
    gst_buffer_remove_all_memory (buffer);
  g_mutex_lock (&self->lock);
  slot->buffer = buffer;
  complete = slot_complete (self, slot);
  g_mutex_unlock (&self->lock);

  if (complete)
    push (self, index);
  leave (self);
}
