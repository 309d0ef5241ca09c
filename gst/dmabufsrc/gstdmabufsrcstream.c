/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcstream.h"

#include <errno.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* Until the pool is asked again whether it has buffers, while the driver has
 * less than it should. */
#define SHORT_WAIT_MS 20

/* Buffers that the driver refused: more is no accident. */
#define MAX_ASIDE 8

GstDmabufSrcStream *
gst_dmabuf_src_stream_new (const GstZcV4l2Way *way, const gchar *path,
    GstZcV4l2Slots *slots, GstBufferPool *pool, gboolean is_theirs, guint depth)
{
  GstDmabufSrcStream *self = g_atomic_rc_box_new0 (GstDmabufSrcStream);

  self->way = way;
  self->path = path;
  self->slots = slots;
  self->pool = pool;
  self->is_theirs = is_theirs;
  self->depth = depth;
  self->aside = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_buffer_unref);
  return self;
}

GstDmabufSrcStream *
gst_dmabuf_src_stream_ref (GstDmabufSrcStream *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
stream_clear (gpointer data)
{
  GstDmabufSrcStream *self = data;

  g_ptr_array_unref (self->aside);
  gst_zc_v4l2_slots_unref (self->slots);
  gst_object_unref (self->pool);
}

void
gst_dmabuf_src_stream_unref (GstDmabufSrcStream *self)
{
  g_atomic_rc_box_release_full (self, stream_clear);
}

void
gst_dmabuf_src_stream_shutdown (GstDmabufSrcStream *self)
{
  gst_zc_v4l2_slots_shutdown (self->slots);
  g_ptr_array_set_size (self->aside, 0);
  gst_buffer_pool_set_active (self->pool, FALSE);
}

/* The driver's own pool passes it on to the slots. */
void
gst_dmabuf_src_stream_set_flushing (GstDmabufSrcStream *self, gboolean flushing)
{
  gst_buffer_pool_set_flushing (self->pool, flushing);
  if (!gst_zc_v4l2_way_takes_buffers (self->way))
    return;
  if (flushing)
    gst_zc_v4l2_slots_cancel (self->slots);
  else
    gst_zc_v4l2_slots_resume (self->slots);
}

/* Waits for a buffer only if the driver has none to fill. */
static gint
acquire (GstDmabufSrcStream *self, GstBuffer **buffer, gboolean wait)
{
  GstBufferPoolAcquireParams params = {
    .flags = wait ? GST_BUFFER_POOL_ACQUIRE_FLAG_NONE
                  : GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };

  switch (gst_buffer_pool_acquire_buffer (self->pool, buffer, &params)) {
    case GST_FLOW_OK:
      return 0;
    case GST_FLOW_FLUSHING:
      return -ECANCELED;
    case GST_FLOW_EOS:
      return -EAGAIN;
    default:
      return -ENOMEM;
  }
}

/* Memory that the driver refuses while it runs is kept from the pool, which
 * would give it out again; without it the stream goes on, up to a limit. */
static gint
set_aside (GstDmabufSrcStream *self, GstBuffer *buffer, gint error,
    const gchar *reason)
{
  if (self->aside->len >= MAX_ASIDE ||
      (error != -EMEDIUMTYPE && error != -EFAULT && error != -EINVAL)) {
    gst_buffer_unref (buffer);
    return error;
  }
  GST_WARNING (
      "a buffer of the pool is left out: %s: %s", reason, g_strerror (-error));
  g_ptr_array_add (self->aside, buffer);
  g_atomic_int_inc (&self->left_out);
  return 0;
}

/* With WAIT at least one; without, what can be had at once. */
static gint
feed (GstDmabufSrcStream *self, gboolean wait, const gchar **step)
{
  guint queued = gst_zc_v4l2_slots_get_queued (self->slots);
  gint ret = 0;

  while (ret == 0 && queued < self->depth) {
    GstBuffer *buffer = NULL;

    *step = "taking a buffer of the pool";
    ret = acquire (self, &buffer, wait && queued == 0);
    if (ret < 0)
      break;
    ret = gst_zc_v4l2_slots_push (self->slots, buffer, NULL, step);
    if (ret < 0)
      ret = set_aside (self, buffer, ret, *step);
    else
      queued++;
  }
  /* who returns a buffer to the pool wakes nobody here */
  gst_zc_v4l2_slots_set_timeout (
      self->slots, queued < self->depth ? SHORT_WAIT_MS : -1);
  if (ret == -EAGAIN && !wait)
    return 0;
  /* what is there already will do */
  return queued > 0 && (ret == -EAGAIN || ret == -ENOMEM || ret == -ENOBUFS)
             ? 0
             : ret;
}

static gint
pull_foreign (GstDmabufSrcStream *self, GstBuffer **buffer,
    struct zc_v4l2_frame *frame, const gchar **step)
{
  gboolean starves = FALSE;
  gint ret;

  /* the slots tell, and count, when the driver has none left */
  do {
    ret = feed (self, starves, step);
    if (ret < 0)
      return ret;
    *step = "VIDIOC_DQBUF";
    ret = gst_zc_v4l2_slots_pull (self->slots, buffer, frame);
    starves = ret == -ENOBUFS;
  } while (starves || ret == -ETIMEDOUT);
  return ret;
}

static gint
pull_own (GstDmabufSrcStream *self, GstBuffer **buffer,
    struct zc_v4l2_frame *frame, const gchar **step)
{
  GstZcV4l2AcquireParams params = { 0 };
  GstFlowReturn flow;

  *step = "VIDIOC_DQBUF";
  flow = gst_buffer_pool_acquire_buffer (self->pool, buffer, &params.parent);
  if (flow == GST_FLOW_FLUSHING)
    return -ECANCELED;
  *frame = params.frame;
  return params.error;
}

gint
gst_dmabuf_src_stream_pull (GstDmabufSrcStream *self, GstBuffer **buffer,
    struct zc_v4l2_frame *frame, const gchar **step)
{
  return gst_zc_v4l2_way_takes_buffers (self->way)
             ? pull_foreign (self, buffer, frame, step)
             : pull_own (self, buffer, frame, step);
}

guint
gst_dmabuf_src_stream_get_left_out (GstDmabufSrcStream *self)
{
  return (guint) g_atomic_int_get (&self->left_out);
}

void
gst_dmabuf_src_stream_grow (GstDmabufSrcStream *self, guint count)
{
  if (gst_zc_v4l2_way_takes_buffers (self->way))
    return;
  while (count-- > 0)
    if (gst_zc_v4l2_slots_grow (self->slots) < 0)
      return;
}
