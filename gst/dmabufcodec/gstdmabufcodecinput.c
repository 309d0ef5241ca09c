/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecinput.h"

#include "gstdmabufcodecerror.h"

#include "gst-libs/v4l2/gstzcv4l2layout.h"
#include "gst-libs/v4l2/v4l2-selection.h"

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

/* The better ones first. */
static const GstDmabufCodecWay *const order[] = { &import, &user, &copy,
  &copy_contiguous, &copy_pages };

void
gst_dmabuf_codec_input_init (GstDmabufCodecInput *self, GstElement *element)
{
  self->element = element;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->refused = g_string_new (NULL);
  gst_dmabuf_codec_copier_init (&self->copier);
}

void
gst_dmabuf_codec_input_clear (GstDmabufCodecInput *self)
{
  gst_dmabuf_codec_input_stop (self);
  gst_dmabuf_codec_copier_clear (&self->copier);
  g_string_free (self->refused, TRUE);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
}

static gboolean
is_coded (const GstDmabufCodecInput *self)
{
  return GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_ENCODED;
}

/* --- the format --------------------------------------------------------- */

static struct v4l2_rect
visible_part (const GstDmabufCodecInput *self)
{
  if (self->visible.width > 0)
    return self->visible;
  return (struct v4l2_rect) {
    .width = GST_VIDEO_INFO_WIDTH (&self->info),
    .height = GST_VIDEO_INFO_HEIGHT (&self->info),
  };
}

/* The visible part of a picture, which the device may have made larger. Of
 * devices without the selection the stream shows the rest, too. */
static gint
set_crop (GstDmabufCodecInput *self)
{
  const struct v4l2_rect wanted = visible_part (self);
  struct v4l2_rect rect = wanted;
  gint ret;

  if (is_coded (self))
    return 0;
  ret = zc_v4l2_selection_set (
      self->device, self->device->output_type, V4L2_SEL_TGT_CROP, 0, &rect);
  if (rect.width == self->format.width && rect.height == self->format.height)
    return 0;
  if (ret == 0 && rect.width == wanted.width && rect.height == wanted.height &&
      (self->visible.width == 0 || zc_v4l2_rect_is_equal (&rect, &wanted)))
    return 0;
  return ret < 0 ? ret : -EPROTO;
}

void
gst_dmabuf_codec_input_set_visible (
    GstDmabufCodecInput *self, const struct v4l2_rect *visible)
{
  self->visible = visible ? *visible : (struct v4l2_rect) { 0 };
}

/* Of the same picture, at least as large. */
static gboolean
is_met (const GstDmabufCodecInput *self)
{
  if (self->format.fourcc != self->wish.fourcc)
    return FALSE;
  return is_coded (self) || (self->format.width >= self->wish.width &&
                                self->format.height >= self->wish.height);
}

/* Either way @input has what is in force. */
static gint
set_format (GstDmabufCodecInput *self, const struct zc_v4l2_format *wish)
{
  struct zc_v4l2_format format = *wish;
  gint ret = zc_v4l2_format_set (self->device, &format);

  if (ret < 0)
    return ret;
  self->format = format;
  if (!is_met (self) || !gst_zc_v4l2_layout_init (
                            &self->layout, &self->format, &self->info, NULL))
    return -EPROTO;
  return set_crop (self);
}

/* Whether those who know nothing but caps lay their frames out like this. */
static gboolean
implied_by_caps (const GstDmabufCodecInput *self)
{
  if (is_coded (self))
    return TRUE;
  for (guint i = 0; i < self->layout.n_planes; i++)
    if (self->layout.offset[i] !=
            GST_VIDEO_INFO_PLANE_OFFSET (&self->info, i) ||
        self->layout.stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (&self->info, i))
      return FALSE;
  return self->layout.n_memories <= 1;
}

gint
gst_dmabuf_codec_input_configure (GstDmabufCodecInput *self,
    const struct zc_v4l2_device *device, const struct zc_v4l2_format *wish,
    const GstVideoInfo *info, guint depth)
{
  gint ret;

  gst_dmabuf_codec_input_stop (self);
  self->device = device;
  self->wish = *wish;
  self->wish.type = device->output_type;
  self->info = *info;
  self->depth = depth;
  ret = set_format (self, &self->wish);
  if (ret < 0)
    return ret;
  self->is_plain = implied_by_caps (self);
  return 0;
}

gboolean
gst_dmabuf_codec_input_propose (GstDmabufCodecInput *self, GstQuery *query)
{
  g_autoptr (GstZcHeap) heap = find_any (self->layout.size);
  g_autoptr (GError) error = NULL;
  GstZcConstraints constraints;

  if (!heap)
    return FALSE;
  gst_zc_v4l2_layout_demand (&self->layout, &self->format, &constraints);
  if (gst_zc_pool_propose (query, heap, &constraints, self->depth, 0, &error))
    return TRUE;
  GST_INFO_OBJECT (self->element, "nothing to offer: %s", error->message);
  return FALSE;
}

/* --- where frames lie --------------------------------------------------- */

/* Whether the device may be asked to take frames that lie like this. */
static gboolean
is_askable (const GstDmabufCodecInput *self, const GstZcLayout *layout)
{
  return layout->n_planes == self->layout.n_planes &&
         layout->format == self->layout.format &&
         layout->n_memories == self->layout.n_memories;
}

/* The device is asked for the lines of the frame; it keeps its own if it
 * cannot have those. */
static gboolean
adopt_layout (GstDmabufCodecInput *self, const GstZcLayout *layout)
{
  const struct zc_v4l2_format before = self->format;
  struct zc_v4l2_format wish = before;

  if (gst_zc_layout_equal (layout, &self->layout))
    return TRUE;
  if (!is_askable (self, layout))
    return FALSE;
  gst_zc_v4l2_layout_wish (layout, &wish);
  wish.height = MAX (self->wish.height, layout->coded_height);
  if (set_format (self, &wish) == 0 &&
      gst_zc_layout_equal (layout, &self->layout)) {
    self->is_plain = implied_by_caps (self);
    return TRUE;
  }
  if (set_format (self, &before) < 0)
    GST_WARNING_OBJECT (self->element, "%s cannot have its own lines again",
        self->device->path);
  return FALSE;
}

static gchar *
describe_layouts (const GstDmabufCodecInput *self, const GstZcLayout *theirs)
{
  return g_strdup_printf ("theirs has lines of %d bytes and planes at 0, "
                          "%" G_GSIZE_FORMAT
                          "; the device wants lines of %d bytes and planes at "
                          "0, %" G_GSIZE_FORMAT,
      theirs->stride[0], theirs->n_planes > 1 ? theirs->offset[1] : 0,
      self->layout.stride[0],
      self->layout.n_planes > 1 ? self->layout.offset[1] : 0);
}

/* Of the first frame: NULL if the device reads it as it lies, or why not. */
static gchar *
fault_of_layout (GstDmabufCodecInput *self, GstBuffer *buffer)
{
  g_autoptr (GError) error = NULL;
  GstZcLayout layout;

  if (is_coded (self))
    return NULL;
  if (!gst_zc_layout_from_buffer (&layout, buffer, &self->info, &error))
    return g_strdup (error->message);
  if (adopt_layout (self, &layout))
    return NULL;
  return describe_layouts (self, &layout);
}

/* The same of each frame, without asking anybody. */
static gboolean
lies_well (const GstDmabufCodecInput *self, GstBuffer *buffer)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  if (!meta)
    return self->is_plain;
  if (meta->n_planes != self->layout.n_planes && !is_coded (self))
    return FALSE;
  for (guint i = 0; i < self->layout.n_planes; i++)
    if (meta->offset[i] != self->layout.offset[i] ||
        meta->stride[i] != self->layout.stride[i])
      return FALSE;
  return TRUE;
}

/* --- the thread that lets go of frames ---------------------------------- */

/* With the lock held: until the device has a frame. */
static gboolean
wait_for_work (GstDmabufCodecInput *self)
{
  while (self->given == 0 && !self->ends)
    g_cond_wait (&self->changed, &self->lock);
  return !self->ends;
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
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Events are CAPTURE's business, and its thread's. */
static gpointer
let_go (gpointer data)
{
  GstDmabufCodecInput *self = data;
  struct zc_v4l2_frame frame;
  gboolean goes_on = TRUE;

  while (goes_on) {
    GstBuffer *buffer = NULL;
    gint ret;

    g_mutex_lock (&self->lock);
    goes_on = wait_for_work (self);
    g_mutex_unlock (&self->lock);
    if (!goes_on)
      break;
    ret = gst_zc_v4l2_slots_pull (self->slots, &buffer, &frame);
    goes_on = ret == 0 || ret == -ENOBUFS;
    if (ret == 0)
      gst_buffer_unref (buffer);
    if (ret == 0 || (ret < 0 && ret != -ECANCELED && ret != -ENOBUFS))
      note_return (self, ret);
  }
  return NULL;
}

/* --- the first frame ---------------------------------------------------- */

static void
refuse (GstDmabufCodecInput *self, const GstDmabufCodecWay *way,
    const gchar *reason)
{
  GST_INFO_OBJECT (self->element, "%s: not by %s: %s", self->device->path,
      way->name, reason);
  g_mutex_lock (&self->lock);
  if (self->refused->len > 0)
    g_string_append (self->refused, "; ");
  g_string_append_printf (self->refused, "%s: %s", way->name, reason);
  g_mutex_unlock (&self->lock);
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
static const gchar *
fault_of_memory (const GstDmabufCodecWay *way, GstBuffer *buffer)
{
  gboolean is_dmabuf = gst_is_dmabuf_memory (
      gst_buffer_peek_memory (buffer, 0));

  if (way->slots == &gst_zc_v4l2_way_import)
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
  guint count = self->depth + 1;
  gint ret;

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
  const gchar *fault = fault_of_memory (way, buffer);

  *reason = fault ? g_strdup (fault) : fault_of_layout (self, buffer);
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
  return g_strdup_printf ("%s: %s", step, g_strerror (-*error));
}

static void
begin (GstDmabufCodecInput *self)
{
  g_mutex_lock (&self->lock);
  self->queued = self->given = 1;
  self->ends = FALSE;
  self->error = 0;
  self->path = self->way->name;
  g_mutex_unlock (&self->lock);
  self->thread = g_thread_new ("codec-input", let_go, self);
  if (self->way->find_heap && !is_coded (self))
    gst_dmabuf_codec_warn_copies (
        self->element, self->device->path, self->refused->str);
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
  g_string_truncate (self->refused, 0);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < G_N_ELEMENTS (order) && !is_hopeless (error); i++) {
    g_autofree gchar *reason = try_way (self, order[i], buffer, stamp, &error);

    if (!reason) {
      begin (self);
      return 0;
    }
    drop_way (self);
    refuse (self, order[i], reason);
  }
  return error;
}

/* --- every frame -------------------------------------------------------- */

/* With the lock held. */
static void
wait_for_room (GstDmabufCodecInput *self)
{
  while (!self->flushing && self->error == 0 && self->queued >= self->depth)
    g_cond_wait (&self->changed, &self->lock);
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
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* From now on frames are copied: it is not tried again with each. */
static void
begin_copies (GstDmabufCodecInput *self, const gchar *reason)
{
  const GstDmabufCodecWay *way = self->way == &user ? &copy_pages : &copy;
  g_autoptr (GstZcHeap) heap = way->find_heap (self->layout.size);

  refuse (self, self->way, reason);
  if (!is_coded (self))
    gst_dmabuf_codec_warn_copies (self->element, self->device->path, reason);
  if (heap)
    gst_dmabuf_codec_copier_start (
        &self->copier, heap, &self->layout, &self->format, &self->info);
  g_mutex_lock (&self->lock);
  self->path = way->name;
  g_mutex_unlock (&self->lock);
  self->way = way;
}

static gint
push_copy (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  g_autofree gchar *fault = NULL;
  GstBuffer *frame = make_copy (self, buffer, &fault);
  const gchar *reason;

  if (frame)
    return give (self, frame, stamp, &reason);
  GST_WARNING_OBJECT (self->element, "no copy: %s", fault);
  return -EIO;
}

static gboolean
is_refusal (gint error)
{
  return error == -EMEDIUMTYPE || error == -EFAULT || error == -EINVAL;
}

static gint
push (GstDmabufCodecInput *self, GstBuffer *buffer,
    const struct zc_v4l2_stamp *stamp)
{
  const gchar *reason = "it lies in its memory in another way than the first";
  gint ret = -EMEDIUMTYPE;

  if (!self->way->find_heap) {
    if (lies_well (self, buffer))
      ret = give (self, gst_buffer_ref (buffer), stamp, &reason);
    if (!is_refusal (ret))
      return ret;
    begin_copies (self, reason);
  }
  return push_copy (self, buffer, stamp);
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
    return settle (self, buffer, stamp);
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
  drop_way (self);
}

void
gst_dmabuf_codec_input_get_stats (
    GstDmabufCodecInput *self, GstStructure *stats)
{
  gst_dmabuf_codec_copier_get_stats (&self->copier, stats);
  g_mutex_lock (&self->lock);
  gst_structure_set (stats, "input", G_TYPE_STRING,
      self->path ? self->path : "none", "input-refused", G_TYPE_STRING,
      self->refused->len > 0 ? self->refused->str : "none", NULL);
  g_mutex_unlock (&self->lock);
}

gchar *
gst_dmabuf_codec_input_get_refused (GstDmabufCodecInput *self)
{
  gchar *text;

  g_mutex_lock (&self->lock);
  text = g_strdup (self->refused->str);
  g_mutex_unlock (&self->lock);
  return text;
}
