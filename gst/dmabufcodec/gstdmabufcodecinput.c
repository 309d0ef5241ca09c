/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecinput-private.h"

#include "gstdmabufcodecerror.h"

#include "gst-libs/allocators/gstzcannouncement.h"
#include "gst-libs/v4l2/gstzcv4l2layout.h"

#include <errno.h>
#include <gst/allocators/allocators.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);
#define GST_CAT_DEFAULT gst_dmabuf_codec_debug

/* How frames come into the device. */
typedef struct _GstDmabufCodecWay GstDmabufCodecWay;
struct _GstDmabufCodecWay {
  const gchar *name;
  const GstZcV4l2Way *slots;
  /* Where copies go, if they are copied: (transfer full) (nullable) */
  GstZcHeap *(*find_heap) (gsize size);
};

static GstZcHeap *
find_any (gsize size)
{
  return gst_zc_heap_choose (
      size, GST_ZC_HEAP_DMABUF, GST_MAP_READWRITE, NULL, NULL, NULL);
}

static GstZcHeap *
find_contiguous (gsize size)
{
  return gst_zc_heap_choose (size, GST_ZC_HEAP_DMABUF | GST_ZC_HEAP_CONTIGUOUS,
      GST_MAP_READWRITE, NULL, NULL, NULL);
}

static GstZcHeap *
find_pages (gsize size)
{
  (void) size;
  return gst_zc_heap_new_user (GST_ZC_USER_MEMORY_ANONYMOUS);
}

static const GstDmabufCodecWay import = {
  .name = "dmabuf-import",
  .slots = &gst_zc_v4l2_way_import,
};
static const GstDmabufCodecWay user = {
  .name = "userptr",
  .slots = &gst_zc_v4l2_way_userptr,
};
static const GstDmabufCodecWay copy = {
  .name = "copy",
  .slots = &gst_zc_v4l2_way_import,
  .find_heap = find_any,
};
static const GstDmabufCodecWay copy_contiguous = {
  .name = "copy (contiguous)",
  .slots = &gst_zc_v4l2_way_import,
  .find_heap = find_contiguous,
};
static const GstDmabufCodecWay copy_pages = {
  .name = "copy (pages)",
  .slots = &gst_zc_v4l2_way_userptr,
  .find_heap = find_pages,
};

/* A smaller one than this no machine with such devices has. */
#define PAGE 4096

/* The better ones first. */
static const GstDmabufCodecWay *const order[] = { &import, &user, &copy,
  &copy_contiguous, &copy_pages };

void
gst_dmabuf_codec_input_init (
    GstDmabufCodecInput *self, GstElement *element, const gint *forbids)
{
  self->element = element;
  self->forbids = forbids;
  g_mutex_init (&self->setup);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->refused = gst_zc_refusals_new ();
  gst_dmabuf_codec_copier_init (&self->copier);
}

void
gst_dmabuf_codec_input_clear (GstDmabufCodecInput *self)
{
  gst_dmabuf_codec_input_stop (self);
  gst_dmabuf_codec_copier_clear (&self->copier);
  gst_zc_refusals_free (self->refused);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->setup);
}

gint
gst_dmabuf_codec_input_configure (GstDmabufCodecInput *self,
    const struct zc_v4l2_device *device, const struct zc_v4l2_format *wish,
    const GstVideoInfo *info, guint depth)
{
  gint ret;

  gst_dmabuf_codec_input_stop (self);
  gst_dmabuf_codec_input_set_depth (self, depth);
  g_mutex_lock (&self->setup);
  self->device = device;
  self->wish = *wish;
  self->wish.type = device->output_type;
  if (!gst_video_info_is_equal (&self->info, info))
    self->warned = FALSE;
  self->info = *info;
  ret = gst_dmabuf_codec_input_set_format (self, &self->wish);
  g_mutex_unlock (&self->setup);
  return ret;
}

void
gst_dmabuf_codec_input_leave (GstDmabufCodecInput *self)
{
  gst_dmabuf_codec_input_stop (self);
  g_mutex_lock (&self->setup);
  self->device = NULL;
  g_mutex_unlock (&self->setup);
}

gboolean
gst_dmabuf_codec_input_propose (GstDmabufCodecInput *self, GstQuery *query)
{
  g_autoptr (GstZcHeap) heap = find_any (self->layout.size);
  g_autoptr (GError) error = NULL;
  GstZcConstraints constraints;
  guint depth;

  if (!heap)
    return FALSE;
  g_mutex_lock (&self->lock);
  depth = self->depth;
  g_mutex_unlock (&self->lock);
  gst_zc_v4l2_layout_demand (&self->layout, &self->format, &constraints);
  /* behind a tee upstream is told no more than this: pages can be handed over
   * by address */
  constraints.offset_align[0] = PAGE;
  if (gst_zc_pool_propose (query, heap, &constraints, depth, 0, &error))
    return TRUE;
  GST_INFO_OBJECT (self->element, "nothing to offer: %s", error->message);
  return FALSE;
}

/* --- the thread that lets go of frames ---------------------------------- */

/* With the lock held. Waking is a system call, and as a rule nobody waits. */
static void
wait_for_change (GstDmabufCodecInput *self)
{
  self->waiting++;
  g_cond_wait (&self->changed, &self->lock);
  self->waiting--;
}

static void
note_change (GstDmabufCodecInput *self)
{
  if (self->waiting > 0)
    g_cond_broadcast (&self->changed);
}

/* Until the device has a frame. */
static gboolean
wait_for_work (GstDmabufCodecInput *self)
{
  gboolean goes_on;

  g_mutex_lock (&self->lock);
  while (self->given <= 0 && !self->ends)
    wait_for_change (self);
  goes_on = !self->ends;
  g_mutex_unlock (&self->lock);
  return goes_on;
}

static void
note_return (GstDmabufCodecInput *self, gint error)
{
  g_mutex_lock (&self->lock);
  if (error == 0) {
    self->queued--;
    self->given--;
  } else if (self->error == 0) {
    self->error = error;
  }
  note_change (self);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_input_fail (GstDmabufCodecInput *self, gint error)
{
  note_return (self, error);
}

/* Events are CAPTURE's business, and its thread's. It waits at the device for
 * the next frame as well, unless that tells it not to. */
static gpointer
let_go (gpointer data)
{
  GstDmabufCodecInput *self = data;
  struct zc_v4l2_frame frame;
  gboolean goes_on = TRUE;

  while (goes_on) {
    GstBuffer *buffer = NULL;
    gint ret = gst_zc_v4l2_slots_pull (self->slots, &buffer, &frame);

    if (ret == -ENOBUFS) {
      goes_on = wait_for_work (self);
      continue;
    }
    goes_on = ret == 0;
    if (ret == 0)
      gst_buffer_unref (buffer);
    if (ret != -ECANCELED)
      note_return (self, ret);
  }
  return NULL;
}

/* --- the first frame ---------------------------------------------------- */

static void
refuse (GstDmabufCodecInput *self, const GstDmabufCodecWay *way, gint error,
    const gchar *reason)
{
  GST_INFO_OBJECT (self->element, "%s: not by %s: %s", self->device->path,
      way->name, reason);
  g_mutex_lock (&self->lock);
  gst_zc_refusals_add (self->refused, way->name, error, reason);
  g_mutex_unlock (&self->lock);
}

/* Coded frames are small, and lie in memory of the process as a rule. */
static gboolean
may_copy (const GstDmabufCodecInput *self)
{
  return !g_atomic_int_get (self->forbids) ||
         gst_dmabuf_codec_input_is_coded (self);
}

static void
drop_slots (GstDmabufCodecInput *self)
{
  if (!self->slots)
    return;
  gst_zc_v4l2_slots_shutdown (self->slots);
  g_clear_pointer (&self->slots, gst_zc_v4l2_slots_unref);
}

static void
drop_way (GstDmabufCodecInput *self)
{
  drop_slots (self);
  gst_dmabuf_codec_copier_stop (&self->copier);
  self->way = NULL;
}

/* The memory of a frame alone: layouts are another matter. */
const gchar *
gst_dmabuf_codec_input_fault_of_memory (
    const GstZcV4l2Way *way, GstBuffer *buffer)
{
  gboolean is_dmabuf = gst_is_dmabuf_memory (
      gst_buffer_peek_memory (buffer, 0));

  if (way == &gst_zc_v4l2_way_import)
    return is_dmabuf ? NULL : "the memory is no dma-buf";
  return is_dmabuf ? "a dma-buf is no memory of this process" : NULL;
}

/* A buffer that a GPU still writes would be put aside, and tell nothing of what
 * the driver thinks of it. */
static void
wait_for_devices (GstBuffer *buffer)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (gst_is_dmabuf_memory (memory))
      gst_zc_memory_wait (memory, GST_MAP_READ, GST_ZC_DEFAULT_TIMEOUT, NULL);
  }
}

/* Takes BUFFER. */
static gint
give (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp, const gchar **reason)
{
  gint ret = gst_zc_v4l2_slots_push (self->slots, buffer, stamp, reason);

  if (ret < 0)
    gst_buffer_unref (buffer);
  return ret;
}

/* Takes BUFFER. */
static gint
start (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp, const gchar **step)
{
  guint count;
  gint ret;

  g_mutex_lock (&self->lock);
  count = self->depth + 1;
  g_mutex_unlock (&self->lock);
  self->slots = gst_zc_v4l2_slots_new (self->way->slots, self->device,
      self->device->output_type, &self->format, &self->info, &self->layout, 0);
  ret = gst_zc_v4l2_slots_alloc (self->slots, &count, step);
  if (ret < 0) {
    gst_buffer_unref (buffer);
    return ret;
  }
  wait_for_devices (buffer);
  ret = give (self, buffer, stamp, step);
  if (ret < 0)
    return ret;
  *step = "VIDIOC_STREAMON";
  return gst_zc_v4l2_slots_start (self->slots);
}

/* What is given to the device in place of BUFFER; NULL with the REASON. */
static GstBuffer *
make_copy (GstDmabufCodecInput *self, GstBuffer *buffer, gchar **reason)
{
  g_autoptr (GError) error = NULL;
  GstBuffer *frame = gst_dmabuf_codec_copier_copy (
      &self->copier, buffer, &error);

  if (!frame)
    *reason = g_strdup (error ? error->message : "interrupted");
  return frame;
}

/* The frame itself, if the device may be able to read it. */
static GstBuffer *
take_as_it_is (GstDmabufCodecInput *self, const GstDmabufCodecWay *way,
    GstBuffer *buffer, gchar **reason)
{
  const gchar *fault = gst_dmabuf_codec_input_fault_of_memory (
      way->slots, buffer);

  *reason = fault ? g_strdup (fault)
                  : gst_dmabuf_codec_input_fault_of_layout (self, buffer);
  return *reason ? NULL : gst_buffer_ref (buffer);
}

static GstBuffer *
prepare (GstDmabufCodecInput *self, const GstDmabufCodecWay *way,
    GstBuffer *buffer, gchar **reason)
{
  g_autoptr (GstZcHeap) heap = NULL;

  if (!way->find_heap)
    return take_as_it_is (self, way, buffer, reason);
  heap = way->find_heap (self->layout.size);
  if (!heap) {
    *reason = g_strdup ("there is no such memory");
    return NULL;
  }
  gst_dmabuf_codec_copier_start (
      &self->copier, heap, &self->layout, &self->format, &self->info);
  return make_copy (self, buffer, reason);
}

/* NULL if it works, else why not. */
static gchar *
try_way (GstDmabufCodecInput *self, const GstDmabufCodecWay *way,
    GstBuffer *buffer, const struct zc_v4l2_stamp *stamp, gint *error)
{
  const gchar *step = NULL;
  gchar *reason = NULL;
  GstBuffer *frame = prepare (self, way, buffer, &reason);

  *error = -EMEDIUMTYPE;
  if (!frame)
    return reason;
  self->way = way;
  *error = start (self, frame, stamp, &step);
  if (*error == 0)
    return NULL;
  if (*error != -EMEDIUMTYPE && !way->find_heap)
    self->no_direct = TRUE;
  return g_strdup_printf ("%s: %s", step, g_strerror (-*error));
}

static void
announce (GstDmabufCodecInput *self, GstBuffer *buffer)
{
  GstZcAnnouncement announcement = {
    .pad = gst_element_get_static_pad (self->element, "sink"),
    .way = self->way->name,
    .zero_copy = self->way->find_heap == NULL,
    .sample = buffer,
    .refusals = self->refused,
  };

  announcement.caps = gst_pad_get_current_caps (announcement.pad);
  gst_zc_announcement_post (&announcement);
  gst_clear_caps (&announcement.caps);
  gst_object_unref (announcement.pad);
}

/* Of the first frame that comes by the way that is taken now; REASON is why not
 * by better ones. Coded frames are copied as a rule. */
static void
tell (GstDmabufCodecInput *self, GstBuffer *buffer, const gchar *reason)
{
  if (self->way->find_heap && !self->warned &&
      !gst_dmabuf_codec_input_is_coded (self)) {
    self->warned = TRUE;
    gst_dmabuf_codec_warn_copies (self->element, self->device->path, reason);
  }
  announce (self, buffer);
}

static gint
begin (GstDmabufCodecInput *self)
{
  g_mutex_lock (&self->lock);
  self->queued = 1;
  self->given = 1;
  self->ends = FALSE;
  self->error = 0;
  self->path = self->way->name;
  g_mutex_unlock (&self->lock);
  self->thread = g_thread_try_new ("codec-input", let_go, self, NULL);
  return self->thread ? 0 : -EAGAIN;
}

/* A device that is gone or taken will not do by another way either. */
static gboolean
is_hopeless (gint error)
{
  return error == -ENODEV || error == -EBUSY || error == -ECANCELED;
}

static gint
settle (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  gint error = -EINVAL;

  g_mutex_lock (&self->lock);
  gst_zc_refusals_clear (self->refused);
  g_mutex_unlock (&self->lock);
  self->no_direct = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (order) && !is_hopeless (error); i++) {
    g_autofree gchar *reason = NULL;

    if (order[i]->find_heap && !may_copy (self))
      return -EXDEV;
    reason = try_way (self, order[i], buffer, stamp, &error);
    if (!reason)
      return begin (self);
    drop_way (self);
    refuse (self, order[i], error, reason);
  }
  return error;
}

static gint
push_first (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  gint ret;

  g_mutex_lock (&self->setup);
  ret = settle (self, buffer, stamp);
  g_mutex_unlock (&self->setup);
  if (ret == 0)
    tell (self, buffer, gst_zc_refusals_get_text (self->refused));
  return ret;
}

/* --- every frame -------------------------------------------------------- */

/* With the lock held. */
static void
wait_for_room (GstDmabufCodecInput *self)
{
  while (!self->flushing && self->error == 0 && self->queued >= self->depth)
    wait_for_change (self);
}

void
gst_dmabuf_codec_input_wait_for_room (GstDmabufCodecInput *self)
{
  g_mutex_lock (&self->lock);
  wait_for_room (self);
  g_mutex_unlock (&self->lock);
}

static gint
take_room (GstDmabufCodecInput *self)
{
  gint ret = 0;

  g_mutex_lock (&self->lock);
  wait_for_room (self);
  if (self->flushing)
    ret = -ECANCELED;
  else if (self->error < 0)
    ret = self->error;
  else
    self->queued++;
  g_mutex_unlock (&self->lock);
  return ret;
}

static void
note_push (GstDmabufCodecInput *self, gboolean ok)
{
  g_mutex_lock (&self->lock);
  if (ok)
    self->given++;
  else
    self->queued--;
  note_change (self);
  g_mutex_unlock (&self->lock);
}

static void
set_path (GstDmabufCodecInput *self, const gchar *name)
{
  g_mutex_lock (&self->lock);
  self->path = name;
  g_mutex_unlock (&self->lock);
}

static void
set_copies (GstDmabufCodecInput *self, const GstDmabufCodecWay *way)
{
  g_autoptr (GstZcHeap) heap = way->find_heap (self->layout.size);

  if (heap)
    gst_dmabuf_codec_copier_start (
        &self->copier, heap, &self->layout, &self->format, &self->info);
  self->way = way;
}

/* How frames come in that need not be copied. */
static const GstDmabufCodecWay *
direct_way (const GstDmabufCodecInput *self)
{
  return self->way->slots == &gst_zc_v4l2_way_userptr ? &user : &import;
}

/* A frame of which the device cannot be told where it is, though the one before
 * was. */
static void
begin_copies (GstDmabufCodecInput *self, GstBuffer *buffer, const gchar *reason)
{
  set_copies (self, direct_way (self) == &user ? &copy_pages : &copy);
  tell (self, buffer, reason);
}

static gboolean
is_refusal (gint error)
{
  return error == -EMEDIUMTYPE || error == -EFAULT || error == -EINVAL;
}

static gint
push_copy (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  g_autofree gchar *fault = NULL;
  GstBuffer *frame = make_copy (self, buffer, &fault);
  const gchar *reason = NULL;
  gint ret = -EIO;

  if (frame) {
    ret = give (self, frame, stamp, &reason);
    if (ret < 0)
      fault = g_strdup (reason ? reason : g_strerror (-ret));
  }
  if (ret == 0)
    return 0;
  refuse (self, self->way, ret, fault);
  if (!frame || !is_refusal (ret) || self->way != &copy)
    return ret;
  set_copies (self, &copy_contiguous);
  return push_copy (self, buffer, stamp);
}

/* The frame where it is; what the device has refused once is not tried again
 * with each. */
static gint
push_itself (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp, const gchar **reason)
{
  gint ret;

  *reason = self->no_direct ? ""
                            : gst_dmabuf_codec_input_fault_of_memory (
                                  self->way->slots, buffer);
  if (*reason)
    return -EMEDIUMTYPE;
  if (!gst_dmabuf_codec_input_lies_well (self, buffer)) {
    *reason = "it lies in its memory in another way than the first";
    return -EMEDIUMTYPE;
  }
  ret = give (self, gst_buffer_ref (buffer), stamp, reason);
  self->no_direct = ret == -EFAULT || ret == -EINVAL;
  return ret;
}

static gint
push (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  const gchar *reason, *path = direct_way (self)->name;
  gint ret = push_itself (self, buffer, stamp, &reason);

  if (is_refusal (ret)) {
    gboolean begins = !gst_dmabuf_codec_copier_is_started (&self->copier);

    reason = reason ? reason : g_strerror (-ret);
    if (begins || !may_copy (self))
      refuse (self, self->way, ret, reason);
    if (!may_copy (self))
      return -EXDEV;
    if (begins)
      begin_copies (self, buffer, reason);
    ret = push_copy (self, buffer, stamp);
    path = self->way->name;
  }
  if (self->path != path)
    set_path (self, path);
  return ret;
}

static gboolean
is_interrupted (GstDmabufCodecInput *self)
{
  gboolean is;

  g_mutex_lock (&self->lock);
  is = self->flushing || self->error < 0;
  g_mutex_unlock (&self->lock);
  return is;
}

/* Only at the end of a stream, and only for GPUs that are slow. */
void
gst_dmabuf_codec_input_submit (GstDmabufCodecInput *self)
{
  while (self->slots && gst_zc_v4l2_slots_get_fenced (self->slots) > 0 &&
         !is_interrupted (self))
    g_usleep (1000);
}

gint
gst_dmabuf_codec_input_get_error (GstDmabufCodecInput *self)
{
  gint error;

  g_mutex_lock (&self->lock);
  error = self->error;
  g_mutex_unlock (&self->lock);
  return error;
}

gboolean
gst_dmabuf_codec_input_is_empty (GstDmabufCodecInput *self)
{
  gboolean is_empty;

  g_mutex_lock (&self->lock);
  is_empty = self->queued == 0;
  g_mutex_unlock (&self->lock);
  return is_empty;
}

gboolean
gst_dmabuf_codec_input_is_streaming (GstDmabufCodecInput *self)
{
  return self->slots != NULL;
}

gint
gst_dmabuf_codec_input_push (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  gint ret;

  if (!self->slots)
    return push_first (self, buffer, stamp);
  ret = take_room (self);
  if (ret == 0) {
    ret = push (self, buffer, stamp);
    note_push (self, ret == 0);
  }
  return ret;
}

void
gst_dmabuf_codec_input_set_flushing (
    GstDmabufCodecInput *self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_input_stop (GstDmabufCodecInput *self)
{
  g_mutex_lock (&self->lock);
  self->ends = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->slots)
    gst_zc_v4l2_slots_cancel (self->slots);
  if (self->thread)
    g_thread_join (g_steal_pointer (&self->thread));
  g_mutex_lock (&self->setup);
  drop_way (self);
  g_mutex_unlock (&self->setup);
}

void
gst_dmabuf_codec_input_set_depth (GstDmabufCodecInput *self, guint depth)
{
  g_mutex_lock (&self->lock);
  self->depth = depth;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_input_reset_stats (GstDmabufCodecInput *self)
{
  gst_dmabuf_codec_copier_reset_stats (&self->copier);
  g_mutex_lock (&self->lock);
  self->path = NULL;
  gst_zc_refusals_clear (self->refused);
  g_mutex_unlock (&self->lock);
}

void
gst_dmabuf_codec_input_get_stats (
    GstDmabufCodecInput *self, GstStructure *stats)
{
  const gchar *refused;

  gst_dmabuf_codec_copier_get_stats (&self->copier, stats);
  g_mutex_lock (&self->lock);
  refused = gst_zc_refusals_get_text (self->refused);
  gst_structure_set (stats, "input", G_TYPE_STRING,
      self->path ? self->path : "none", "input-refused", G_TYPE_STRING,
      refused[0] ? refused : "none", NULL);
  g_mutex_unlock (&self->lock);
}

gchar *
gst_dmabuf_codec_input_get_refused (GstDmabufCodecInput *self)
{
  gchar *text;

  g_mutex_lock (&self->lock);
  text = g_strdup (gst_zc_refusals_get_text (self->refused));
  g_mutex_unlock (&self->lock);
  return text;
}
