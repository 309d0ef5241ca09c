/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2slots.h"

#include "gstzcv4l2binding.h"
#include "gstzcv4l2slots-private.h"

#include "../allocators/gstzcmemory.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

GST_DEBUG_CATEGORY (gst_zc_v4l2_slots_debug);
#define GST_CAT_DEFAULT gst_zc_v4l2_slots_debug

/* Fewer at the driver, and it may have nowhere to put the next frame: one that
 * it fills, one that waits for it. */
#define LOW_WATER 2

static void
init_once (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (
        gst_zc_v4l2_slots_debug, "zcv4l2slots", 0, "vb2 buffers as GstBuffers");
    gst_zc_v4l2_own_init ();
    gst_zc_v4l2_bindings_init_once ();
    g_once_init_leave (&done, 1);
  }
}

const gchar *
gst_zc_v4l2_way_get_name (const GstZcV4l2Way *way)
{
  return way->name;
}

gboolean
gst_zc_v4l2_way_takes_buffers (const GstZcV4l2Way *way)
{
  return way->takes_buffers;
}

/* --- life --------------------------------------------------------------- */

GstZcV4l2Slots *
gst_zc_v4l2_slots_ref (GstZcV4l2Slots *self)
{
  g_atomic_int_inc (&self->refcount);
  return self;
}

void
gst_zc_v4l2_slots_unref (GstZcV4l2Slots *self)
{
  if (!g_atomic_int_dec_and_test (&self->refcount))
    return;

  gst_zc_v4l2_bindings_drop (self);
  zc_v4l2_queue_finish (&self->queue);
  gst_clear_object (&self->allocator);
  g_queue_clear (&self->fenced);
  g_ptr_array_unref (self->slots);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self);
}

GstZcV4l2Slots *
gst_zc_v4l2_slots_new (const GstZcV4l2Way *way,
    const struct zc_v4l2_device *device, enum v4l2_buf_type type,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    const GstZcLayout *layout, guint max)
{
  GstZcV4l2Slots *self = g_new0 (GstZcV4l2Slots, 1);

  init_once ();
  self->refcount = 1;
  self->way = way;
  self->info = *info;
  self->layout = *layout;
  self->max = max;
  self->slots = g_ptr_array_new_with_free_func (g_free);
  self->allocator = GST_ZC_ALLOCATOR (gst_zc_allocator_new (NULL));
  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  g_queue_init (&self->fenced);
  gst_zc_v4l2_bindings_init (self);
  self->push_error = zc_v4l2_queue_init (
      &self->queue, device, type, way->memory, format->n_memory_planes);
  for (guint i = 0; i < self->queue.n_planes; i++)
    self->size[i] = format->plane[i].size;
  self->live = TRUE;
  return self;
}

gboolean
gst_zc_v4l2_slots_enter (GstZcV4l2Slots *self)
{
  gboolean live;

  g_mutex_lock (&self->lock);
  live = self->live;
  if (live)
    self->users++;
  g_mutex_unlock (&self->lock);
  return live;
}

void
gst_zc_v4l2_slots_leave (GstZcV4l2Slots *self)
{
  g_mutex_lock (&self->lock);
  if (--self->users == 0 && !self->live)
    g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
}

/* Nobody uses the device any more. */
static void
clear_slots (GstZcV4l2Slots *self)
{
  for (guint i = 0; i < self->slots->len; i++) {
    GstZcV4l2Slot *slot = self->slots->pdata[i];

    if (!slot)
      continue;
    if (slot->buffer && self->way->takes_buffers)
      gst_zc_v4l2_foreign_release (self, slot);
    gst_clear_buffer (&slot->buffer);
    gst_zc_v4l2_own_clear (self, slot);
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
  while (self->users > 0 || (!was_live && !self->down))
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);

  if (!was_live)
    return;
  zc_v4l2_queue_stop (&self->queue);
  /* The kernel keeps its references over STREAMOFF; this drops them. */
  zc_v4l2_queue_free (&self->queue);
  g_mutex_lock (&self->lock);
  self->down = TRUE;
  self->counts.queued = 0;
  g_queue_clear (&self->fenced);
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->lock);
  gst_zc_v4l2_bindings_drop (self);
  clear_slots (self);
}

/* --- indices ------------------------------------------------------------ */

GstZcV4l2Slot *
gst_zc_v4l2_slots_peek (GstZcV4l2Slots *self, guint index)
{
  return index < self->slots->len ? self->slots->pdata[index] : NULL;
}

GstZcV4l2Slot *
gst_zc_v4l2_slots_add (GstZcV4l2Slots *self, guint index)
{
  GstZcV4l2Slot *slot = NULL;

  g_mutex_lock (&self->lock);
  if (!gst_zc_v4l2_slots_peek (self, index)) {
    slot = g_new0 (GstZcV4l2Slot, 1);
    slot->index = index;
    if (index >= self->slots->len)
      g_ptr_array_set_size (self->slots, index + 1);
    self->slots->pdata[index] = slot;
    self->counts.slots++;
  }
  g_mutex_unlock (&self->lock);
  return slot;
}

void
gst_zc_v4l2_slots_unlist (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  self->slots->pdata[slot->index] = NULL;
  self->counts.slots--;
}

int
gst_zc_v4l2_slots_remove (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  int ret = zc_v4l2_queue_remove (&self->queue, slot->index);

  g_mutex_lock (&self->lock);
  if (ret == 0) {
    self->cannot_grow = FALSE;
  } else {
    self->slots->pdata[slot->index] = slot;
    self->counts.slots++;
  }
  g_mutex_unlock (&self->lock);
  if (ret == 0)
    g_free (slot);
  return ret;
}

/* With the lock held. */
static gboolean
may_grow (GstZcV4l2Slots *self)
{
  gboolean may = !self->cannot_grow &&
                 (self->max == 0 || self->counts.slots < self->max);

  if (!may)
    self->counts.refused++;
  return may;
}

static void
end_growth (GstZcV4l2Slots *self, int error)
{
  g_mutex_lock (&self->lock);
  GST_INFO ("%s: no more than %u buffers: %s", self->queue.device->path,
      self->counts.slots, g_strerror (-error));
  self->cannot_grow = TRUE;
  self->counts.refused++;
  g_mutex_unlock (&self->lock);
}

GstZcV4l2Slot *
gst_zc_v4l2_slots_create (GstZcV4l2Slots *self)
{
  GstZcV4l2Slot *slot = NULL;
  gboolean may;
  int ret;

  g_mutex_lock (&self->lock);
  may = may_grow (self);
  g_mutex_unlock (&self->lock);
  if (!may)
    return NULL;

  ret = zc_v4l2_queue_create (&self->queue);
  if (ret >= 0) {
    slot = gst_zc_v4l2_slots_add (self, ret);
    ret = -ERANGE; /* a driver that gives what it gave before */
  }
  if (!slot)
    end_growth (self, ret);
  return slot;
}

/* What stamps of the queue mean, which all its buffers tell. */
static int
learn_flags (GstZcV4l2Slots *self, const gchar **step)
{
  struct zc_v4l2_frame frame;
  int ret = zc_v4l2_queue_query (&self->queue, 0, &frame);

  *step = "VIDIOC_QUERYBUF";
  if (ret == 0)
    self->flags = frame.flags;
  return ret;
}

int
gst_zc_v4l2_slots_alloc (GstZcV4l2Slots *self, guint *count, const gchar **step)
{
  int ret = self->push_error;

  *step = "eventfd";
  if (ret < 0)
    return ret;
  *step = "VIDIOC_REQBUFS";
  ret = zc_v4l2_queue_alloc (&self->queue, count, self->way->flags);
  for (guint i = 0; i < *count && ret == 0; i++)
    gst_zc_v4l2_slots_add (self, i);
  if (ret == 0 && *count > 0)
    ret = learn_flags (self, step);
  for (guint i = 0; i < *count && ret == 0 && self->way->make_memory; i++)
    ret = gst_zc_v4l2_own_fill (self, gst_zc_v4l2_slots_peek (self, i), step);
  return ret;
}

int
gst_zc_v4l2_slots_start (GstZcV4l2Slots *self)
{
  return zc_v4l2_queue_start (&self->queue);
}

/* --- to the driver ------------------------------------------------------ */

GstMapFlags
gst_zc_v4l2_slots_get_access (const GstZcV4l2Slots *self)
{
  return V4L2_TYPE_IS_OUTPUT (self->queue.type) ? GST_MAP_READ : GST_MAP_WRITE;
}

/* The memory that a device of others, a GPU for example, still uses; NULL if
 * there is none. */
static GstMemory *
find_busy (GstZcV4l2Slots *self, GstBuffer *buffer)
{
  GstMapFlags access = gst_zc_v4l2_slots_get_access (self);

  if (!self->way->are_dmabufs)
    return NULL;
  for (guint i = 0; i < self->queue.n_planes; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (!gst_zc_memory_is_ready (memory, access))
      return memory;
  }
  return NULL;
}

/* It is the driver's before the call returns: the frame may come at once. */
static int
hand_over (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  gboolean dry;
  int ret;

  g_mutex_lock (&self->lock);
  slot->queued = TRUE;
  self->counts.queued++;
  dry = self->dry;
  g_mutex_unlock (&self->lock);

  ret = zc_v4l2_queue_push (
      &self->queue, slot->index, slot->planes, &slot->stamp);
  if (ret < 0) {
    g_mutex_lock (&self->lock);
    slot->queued = FALSE;
    self->counts.queued--;
    g_mutex_unlock (&self->lock);
  }
  /* whoever waits for what the driver does not have is told, too */
  if (dry || ret < 0)
    zc_v4l2_queue_wake (&self->queue);
  return ret;
}

/* Whoever pulls waits for the fence. */
static void
put_aside (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->fenced, slot);
  g_mutex_unlock (&self->lock);
  zc_v4l2_queue_wake (&self->queue);
}

/* Frames for the device keep their order. Who pushes alone adds to those that
 * wait. */
static gboolean
must_wait (GstZcV4l2Slots *self, GstBuffer *buffer)
{
  return (V4L2_TYPE_IS_OUTPUT (self->queue.type) &&
             gst_zc_v4l2_slots_get_fenced (self) > 0) ||
         find_busy (self, buffer);
}

int
gst_zc_v4l2_slots_submit (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  if (!must_wait (self, slot->buffer))
    return hand_over (self, slot);
  put_aside (self, slot);
  return 0;
}

static void
keep_error (GstZcV4l2Slots *self, GstZcV4l2Slot *slot, int error)
{
  GST_WARNING ("%s: buffer %u cannot be queued: %s", self->queue.device->path,
      slot->index, g_strerror (-error));
  g_mutex_lock (&self->lock);
  if (self->push_error == 0)
    self->push_error = error;
  g_mutex_unlock (&self->lock);
  zc_v4l2_queue_wake (&self->queue);
}

void
gst_zc_v4l2_slots_give_back (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  int ret = gst_zc_v4l2_slots_submit (self, slot);

  if (ret < 0)
    keep_error (self, slot, ret);
}

/* The slots whose fences are over go to the driver; each waits until it is
 * there, lest another overtakes it. Returns the dma-buf to wait for, or -1. */
static int
submit_fenced (GstZcV4l2Slots *self)
{
  for (;;) {
    GstZcV4l2Slot *slot;
    GstMemory *busy;
    int ret;

    g_mutex_lock (&self->lock);
    slot = g_queue_peek_head (&self->fenced);
    g_mutex_unlock (&self->lock);
    if (!slot)
      return -1;
    busy = find_busy (self, slot->buffer);
    if (busy)
      return gst_dmabuf_memory_get_fd (busy);
    ret = hand_over (self, slot);
    g_mutex_lock (&self->lock);
    g_queue_pop_head (&self->fenced);
    g_mutex_unlock (&self->lock);
    if (ret < 0)
      keep_error (self, slot, ret);
  }
}

/* --- from the driver ---------------------------------------------------- */

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

gboolean
gst_zc_v4l2_slots_are_cached (GstZcV4l2Slots *self)
{
  return (self->queue.flags & V4L2_MEMORY_FLAG_NON_COHERENT) != 0;
}

guint
gst_zc_v4l2_slots_get_queued (GstZcV4l2Slots *self)
{
  guint queued;

  g_mutex_lock (&self->lock);
  queued = self->counts.queued + self->fenced.length;
  g_mutex_unlock (&self->lock);
  return queued;
}

guint
gst_zc_v4l2_slots_get_fenced (GstZcV4l2Slots *self)
{
  guint fenced;

  g_mutex_lock (&self->lock);
  fenced = self->fenced.length;
  g_mutex_unlock (&self->lock);
  return fenced;
}

static GstBuffer *
sample_of (GstBuffer *buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  GstBuffer *sample = gst_buffer_new ();

  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++)
    gst_buffer_append_memory (sample, gst_buffer_get_memory (buffer, i));
  if (meta)
    gst_buffer_add_video_meta_full (sample, meta->flags, meta->format,
        meta->width, meta->height, meta->n_planes, meta->offset, meta->stride);
  return sample;
}

GstBuffer *
gst_zc_v4l2_slots_sample (GstZcV4l2Slots *self)
{
  GstBuffer *sample = NULL;

  g_mutex_lock (&self->lock);
  for (guint i = 0; !sample && i < self->slots->len; i++) {
    const GstZcV4l2Slot *slot = self->slots->pdata[i];

    if (slot && slot->buffer)
      sample = sample_of (slot->buffer);
  }
  g_mutex_unlock (&self->lock);
  return sample;
}

void
gst_zc_v4l2_slots_get_counts (GstZcV4l2Slots *self, GstZcV4l2Counts *counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

/* Told once; the counts tell the rest. */
static void
warn_of_starving (GstZcV4l2Slots *self)
{
  GST_WARNING (
      "%s: the driver has no buffer to fill: all %u are kept by others, "
      "and frames are lost meanwhile",
      self->queue.device->path, self->counts.slots);
}

/* Whether a driver that has nothing may be waited for all the same: it is given
 * frames from outside, and says so by POLLERR if there is nothing to wait for.
 */
static gboolean
waits_for_pushes (const GstZcV4l2Slots *self)
{
  return V4L2_TYPE_IS_OUTPUT (self->queue.type);
}

/* What the next wait is for: whether the driver has buffers, which error there
 * was. */
static int
prepare_wait (GstZcV4l2Slots *self, int fence, gboolean *buffers)
{
  gboolean first = FALSE;
  int ret;

  g_mutex_lock (&self->lock);
  ret = self->push_error;
  self->push_error = 0;
  *buffers = self->counts.queued > 0 || (waits_for_pushes (self) && fence < 0);
  if (!*buffers && !self->dry && !waits_for_pushes (self))
    first = self->counts.starved++ == 0;
  self->dry = !*buffers;
  g_mutex_unlock (&self->lock);
  if (first)
    warn_of_starving (self);

  if (ret == 0 && !*buffers && fence < 0 && self->way->takes_buffers)
    ret = -ENOBUFS;
  return ret;
}

/* Neither has the driver a frame nor will there be one without a push. */
static gboolean
is_idle (GstZcV4l2Slots *self)
{
  return waits_for_pushes (self) && gst_zc_v4l2_slots_get_queued (self) == 0;
}

/* Returns 0 with a frame, 1 with an event, or the errno. */
static int
wait_for_frame (GstZcV4l2Slots *self, struct zc_v4l2_frame *frame)
{
  int ret;

  do {
    int fence = submit_fenced (self);
    gboolean buffers;

    ret = prepare_wait (self, fence, &buffers);
    if (ret == 0)
      ret = zc_v4l2_queue_wait (&self->queue, buffers, fence);
    if (ret < 0)
      return ret;
    if (ret & ZC_V4L2_EVENT)
      return 1;
    if (ret & ZC_V4L2_READY && is_idle (self))
      return -ENOBUFS;
    ret = ret & ZC_V4L2_READY ? zc_v4l2_queue_pull (&self->queue, frame)
                              : -EAGAIN;
  } while (ret == -EAGAIN);
  return ret;
}

/* A driver may return what it never had. */
static GstZcV4l2Slot *
take (GstZcV4l2Slots *self, guint index, GstBuffer **buffer, guint *queued)
{
  GstZcV4l2Slot *slot;

  g_mutex_lock (&self->lock);
  slot = gst_zc_v4l2_slots_peek (self, index);
  if (slot && slot->queued) {
    slot->queued = FALSE;
    *queued = --self->counts.queued;
    *buffer = slot->buffer;
  } else {
    slot = NULL;
  }
  g_mutex_unlock (&self->lock);
  return slot;
}

static void
release (GstZcV4l2Slots *self, GstZcV4l2Slot *slot)
{
  g_mutex_lock (&self->lock);
  slot->buffer = NULL;
  g_mutex_unlock (&self->lock);
}

/* bytesused counts data_offset in (kernel: struct v4l2_plane). */
void
gst_zc_v4l2_cut_payload (GstBuffer *buffer, const struct zc_v4l2_frame *frame)
{
  gsize offset, max, begin, end;

  gst_buffer_get_sizes (buffer, &offset, &max);
  end = MIN (frame->plane[0].bytes_used, max);
  begin = MIN (frame->plane[0].data_offset, end);
  gst_buffer_resize (
      buffer, (gssize) begin - (gssize) offset, (gssize) (end - begin));
}

static int
pull (GstZcV4l2Slots *self, GstBuffer **buffer, struct zc_v4l2_frame *frame)
{
  int ret = wait_for_frame (self, frame);
  GstZcV4l2Slot *slot;
  guint queued = 0;

  if (ret != 0)
    return ret;
  slot = take (self, frame->index, buffer, &queued);
  if (!slot)
    return -ERANGE;
  self->way->give (self, slot, *buffer, frame);
  release (self, slot);
  if (queued < LOW_WATER && self->way->make_memory)
    gst_zc_v4l2_slots_grow (self);
  return 0;
}

void
gst_zc_v4l2_slots_set_timeout (GstZcV4l2Slots *self, gint timeout_ms)
{
  self->queue.timeout_ms = timeout_ms;
}

void
gst_zc_v4l2_slots_wake (GstZcV4l2Slots *self)
{
  zc_v4l2_queue_wake (&self->queue);
}

int
gst_zc_v4l2_slots_pull (
    GstZcV4l2Slots *self, GstBuffer **buffer, struct zc_v4l2_frame *frame)
{
  int ret;

  if (!gst_zc_v4l2_slots_enter (self))
    return -ECANCELED;
  ret = pull (self, buffer, frame);
  gst_zc_v4l2_slots_leave (self);
  return ret;
}
