/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcways.h"

#include "gstdmabufsrcsides.h"

#include "gst-libs/allocators/gstzcimportquery.h"
#include "gst-libs/allocators/gstzcmemory.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* How a way is gone, and where its memory comes from if it is not the
 * driver's. */
typedef struct {
  const GstZcV4l2Way *way;
  GstBufferPool *(*find_pool) (const GstDmabufSrcWish *wish, gchar **reason);
  gboolean is_theirs;
  gboolean only_cached; /* no better than others without */
} Attempt;

static const Attempt attempts[] = {
  [GST_ZC_WAY_IMPORT] = {
    .way = &gst_zc_v4l2_way_import,
    .find_pool = gst_dmabuf_src_pool_offered_dmabufs,
    .is_theirs = TRUE,
  },
  [GST_ZC_WAY_EXPORT] = { .way = &gst_zc_v4l2_way_export },
  [GST_ZC_WAY_HEAP] = {
    .way = &gst_zc_v4l2_way_import,
    .find_pool = gst_dmabuf_src_pool_heap,
  },
  [GST_ZC_WAY_CONTIGUOUS_HEAP] = {
    .way = &gst_zc_v4l2_way_import,
    .find_pool = gst_dmabuf_src_pool_contiguous_heap,
  },
  [GST_ZC_WAY_USER_THEIRS] = {
    .way = &gst_zc_v4l2_way_userptr,
    .find_pool = gst_dmabuf_src_pool_offered_pages,
    .is_theirs = TRUE,
  },
  [GST_ZC_WAY_USER_OWN] = {
    .way = &gst_zc_v4l2_way_userptr,
    .find_pool = gst_dmabuf_src_pool_pages,
  },
  [GST_ZC_WAY_CACHED] = {
    .way = &gst_zc_v4l2_way_mmap,
    .only_cached = TRUE,
  },
  [GST_ZC_WAY_MAPPED] = { .way = &gst_zc_v4l2_way_mmap },
};

/* --- starting ----------------------------------------------------------- */

static gint
fail (GstDmabufSrcFailure *failure, const gchar *step, gint error)
{
  failure->step = step;
  failure->error = error;
  return error;
}

static gint
start_slots (GstZcV4l2Slots *slots, GstDmabufSrcFailure *failure)
{
  gint ret = gst_zc_v4l2_slots_start (slots);

  return ret < 0 ? fail (failure, "VIDIOC_STREAMON", ret) : 0;
}

/* A buffer that a GPU still reads would be put aside, and tell nothing of what
 * the driver thinks of it. */
static void
wait_for_devices (GstBuffer *buffer)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (gst_is_dmabuf_memory (memory))
      gst_zc_memory_wait (memory, GST_MAP_WRITE, GST_ZC_DEFAULT_TIMEOUT, NULL);
  }
}

/* A real buffer: what the driver thinks of such memory. Never waits for others
 * who have all of the pool: nothing could end that wait. */
static gint
push_one (
    GstZcV4l2Slots *slots, GstBufferPool *pool, GstDmabufSrcFailure *failure)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };
  const gchar *reason = NULL;
  GstBuffer *buffer = NULL;
  gint ret;

  if (gst_buffer_pool_acquire_buffer (pool, &buffer, &params) != GST_FLOW_OK)
    return fail (failure, "taking a buffer of the pool", -ENOBUFS);
  wait_for_devices (buffer);
  ret = gst_zc_v4l2_slots_push (slots, buffer, NULL, &reason);
  if (ret == 0)
    return 0;
  gst_buffer_unref (buffer);
  return fail (failure, ret == -EMEDIUMTYPE ? reason : "VIDIOC_QBUF", ret);
}

/* All that the driver is to have at first: some begin only with several
 * (min_queued_buffers of vb2), and the second may be refused where the first
 * was not, by chance in one piece. */
static gint
push_first (GstZcV4l2Slots *slots, GstBufferPool *pool, guint count,
    GstDmabufSrcFailure *failure)
{
  gint ret = push_one (slots, pool, failure);

  for (guint i = 1; i < count && ret == 0; i++)
    ret = push_one (slots, pool, failure);
  if (ret == -ENOBUFS && gst_zc_v4l2_slots_get_queued (slots) > 0)
    ret = failure->error = 0; /* there are no more, now */
  return ret;
}

static GstBufferPool *
own_pool (const GstDmabufSrcWish *wish, GstZcV4l2Slots *slots, guint count)
{
  GstCaps *caps;

  gst_query_parse_allocation (wish->query, &caps, NULL);
  return gst_zc_v4l2_pool_new (
      gst_zc_v4l2_slots_ref (slots), caps, wish->camera->layout.size, count);
}

/* POOL, if not NULL, is taken over if it works. */
static GstDmabufSrcStream *
start (const GstDmabufSrcWish *wish, const Attempt *attempt,
    GstZcV4l2Slots *slots, GstBufferPool *pool, GstDmabufSrcFailure *failure)
{
  const guint wanted = wish->depth + (pool ? 0 : wish->min);
  guint count = wanted;
  gint ret;

  if (wish->max > 0)
    count = MIN (count, wish->max);
  ret = gst_zc_v4l2_slots_alloc (slots, &count, &failure->step);
  failure->error = ret;
  if (ret == 0 && count == 0)
    ret = fail (failure, "VIDIOC_REQBUFS", -ENOBUFS);
  else if (ret == 0 && count < wanted && count != wish->max)
    GST_WARNING ("%s: asked for %u buffers, got %u: frames may be lost while "
                 "others keep them",
        wish->camera->device->path, wanted, count);
  if (ret == 0 && attempt->only_cached && !gst_zc_v4l2_slots_are_cached (slots))
    ret = fail (
        failure, "the driver has no memory that the CPU caches", -EOPNOTSUPP);
  if (ret == 0 && pool)
    ret = push_first (slots, pool, MAX (wish->depth, count), failure);
  if (ret == 0)
    ret = start_slots (slots, failure);
  if (ret < 0)
    return NULL;

  if (!pool)
    pool = own_pool (wish, slots, count);
  gst_buffer_pool_set_active (pool, TRUE);
  return gst_dmabuf_src_stream_new (attempt->way,
      wish->camera->device->emulated ? "libv4l2"
                                     : gst_zc_v4l2_way_get_name (attempt->way),
      slots, pool, attempt->is_theirs,
      MAX (wish->depth,
          gst_zc_v4l2_way_takes_buffers (attempt->way) ? count : 0));
}

static const gchar *
name_of (const GstDmabufSrcWish *wish, GstZcWay way)
{
  return wish->camera->device->emulated ? "libv4l2" : gst_zc_way_get_name (way);
}

static void
refuse (const GstDmabufSrcWish *wish, GstZcWay way,
    GstDmabufSrcFailure *failure, gint error, const gchar *reason)
{
  const gchar *name = name_of (wish, way);

  GST_INFO ("%s: not by %s: %s", wish->camera->device->path, name, reason);
  gst_zc_refusals_add (failure->refused, name, error, reason);
}

static void
refuse_call (
    const GstDmabufSrcWish *wish, GstZcWay way, GstDmabufSrcFailure *failure)
{
  g_autofree gchar *reason = g_strdup_printf (
      "%s: %s", failure->step, g_strerror (-failure->error));

  refuse (wish, way, failure, failure->error, reason);
}

/* The driver's own memory, which is whole pages. */
static gboolean
is_large_enough (const GstDmabufSrcWish *wish)
{
  const struct zc_v4l2_format *format = &wish->camera->format;
  gsize page = (gsize) sysconf (_SC_PAGESIZE), size = 0;

  for (guint i = 0; i < format->n_memory_planes; i++)
    size += (format->plane[i].size + page - 1) / page * page;
  return size >= wish->size;
}

static GstDmabufSrcStream *
try_once (
    const GstDmabufSrcWish *wish, GstZcWay way, GstDmabufSrcFailure *failure)
{
  const Attempt *attempt = &attempts[way];
  GstDmabufSrcCamera *camera = wish->camera;
  g_autofree gchar *reason = NULL;
  GstDmabufSrcStream *stream;
  GstBufferPool *pool = NULL;
  GstZcV4l2Slots *slots;

  if (attempt->find_pool)
    pool = attempt->find_pool (wish, &reason);
  else if (!is_large_enough (wish))
    reason = g_strdup_printf ("buffers of %u bytes are wanted", wish->size);
  if (reason) {
    refuse (wish, way, failure, 0, reason);
    return NULL;
  }
  slots = gst_zc_v4l2_slots_new (attempt->way, camera->device,
      camera->device->capture_type, &camera->format, &camera->info,
      &camera->layout, wish->max);
  stream = start (wish, attempt, slots, pool, failure);
  if (stream)
    return stream;

  refuse_call (wish, way, failure);
  gst_zc_v4l2_slots_shutdown (slots);
  gst_zc_v4l2_slots_unref (slots);
  if (pool) {
    gst_buffer_pool_set_active (pool, FALSE);
    gst_object_unref (pool);
  }
  return NULL;
}

/* Lines that were made for memory which is not taken are not for the next. */
static GstDmabufSrcStream *
try (const GstDmabufSrcWish *wish, GstZcWay way, GstDmabufSrcFailure *failure)
{
  const gchar *reason;
  GstDmabufSrcStream *stream;

  if (wish->size > 0)
    gst_dmabuf_src_camera_try_size (wish->camera, wish->size, &reason);
  stream = try_once (wish, way, failure);
  if (!stream)
    gst_dmabuf_src_camera_reset_layout (wish->camera);
  return stream;
}

/* Downstream that only says how large buffers must be reads planes behind so
 * many lines. Larger memory alone would hide from it that they are elsewhere,
 * unless there is but one. */
static void
settle_size (GstDmabufSrcWish *wish, GstDmabufSrcFailure *failure)
{
  const GstDmabufSrcCamera *camera = wish->camera;
  g_autofree gchar *what = NULL;
  const gchar *reason = NULL;

  if (camera->device->emulated || wish->size <= camera->layout.size)
    wish->size = 0;
  if (wish->size == 0 ||
      gst_dmabuf_src_camera_try_size (wish->camera, wish->size, &reason))
    return;
  GST_INFO ("%s: no frames of %u bytes: %s", camera->device->path, wish->size,
      reason);
  what = g_strdup_printf ("frames of %u bytes", wish->size);
  gst_zc_refusals_add (failure->refused, what, 0, reason);
  if (camera->layout.n_planes > 1)
    wish->size = 0;
}

/* A device that is gone, taken or not set up will not do by another way
 * either. */
static gboolean
is_hopeless (gint error)
{
  return error == -ENODEV || error == -EBUSY || error == -EPIPE ||
         error == -ENOLINK;
}

/* Gives up a stream that no frame was taken of. */
static void
end (const GstDmabufSrcWish *wish, GstDmabufSrcStream *stream)
{
  gst_dmabuf_src_stream_shutdown (stream);
  gst_dmabuf_src_stream_unref (stream);
  gst_dmabuf_src_camera_end_buffers (wish->camera);
  gst_dmabuf_src_camera_reset_layout (wish->camera);
}

/* How many of downstream cannot take such memory, as far as they say. Who
 * offered it can. */
static guint
ask (const GstDmabufSrcWish *wish, GstZcWay way, GstDmabufSrcStream *stream,
    GstDmabufSrcFailure *failure)
{
  g_autofree gchar *reason = NULL;
  GstBuffer *sample;
  GstCaps *caps;
  guint refused;
  gint error;

  if (stream->is_theirs)
    return 0;
  sample = gst_zc_v4l2_slots_sample (stream->slots);
  if (!sample)
    return 0;
  gst_query_parse_allocation (wish->query, &caps, NULL);
  refused = gst_zc_import_query_ask (wish->pad, caps, sample, &error, &reason);
  gst_buffer_unref (sample);
  if (refused > 0)
    refuse (wish, way, failure, error, reason);
  return refused;
}

/* What most of downstream takes, of all that the camera does. */
typedef struct {
  GstZcWay way;
  guint refused;
} Best;

static GstDmabufSrcStream *
try_way (const GstDmabufSrcWish *wish, GstZcWay way, Best *best,
    GstDmabufSrcFailure *failure)
{
  GstDmabufSrcStream *stream = try (wish, way, failure);
  guint refused = stream ? ask (wish, way, stream, failure) : 0;

  if (refused == 0) {
    failure->must_copy &= stream == NULL;
    return stream;
  }
  failure->must_copy = TRUE;
  if (refused < best->refused)
    *best = (Best) { way, refused };
  end (wish, stream);
  return NULL;
}

static GstDmabufSrcStream *
take_best (const GstDmabufSrcWish *wish, const Best *best,
    GstDmabufSrcFailure *failure)
{
  if (best->refused == G_MAXUINT)
    return NULL;
  return try (wish, best->way, failure);
}

static GstDmabufSrcStream *
try_in_order (const GstDmabufSrcWish *wish, const GstZcDecision *decision,
    GstDmabufSrcFailure *failure)
{
  GstDmabufSrcStream *stream = NULL;
  Best best = { GST_ZC_WAY_COPY, G_MAXUINT };

  for (guint i = 0; !stream && i < decision->n_ways; i++) {
    GstZcWay way = decision->ways[i];

    if (way == GST_ZC_WAY_COPY)
      return take_best (wish, &best, failure);
    if (decision->faults[i])
      refuse (wish, way, failure, 0, decision->faults[i]);
    else
      stream = try_way (wish, way, &best, failure);
    if (is_hopeless (failure->error))
      break;
  }
  return stream;
}

GstDmabufSrcStream *
gst_dmabuf_src_ways_start (const GstDmabufSrcWish *asked,
    GstDmabufSrcIoMode mode, GstDmabufSrcFailure *failure)
{
  GstDmabufSrcWish wish = *asked;
  GstDmabufSrcStream *stream;
  GstZcDecision decision;

  if (wish.camera->device->emulated)
    mode = GST_DMABUF_SRC_IO_MODE_LIBV4L2;
  gst_dmabuf_src_decide (&wish, mode, &decision);
  wish.constraints = &decision.constraints;
  settle_size (&wish, failure);
  stream = try_in_order (&wish, &decision, failure);
  if (!stream && wish.size > 0 && !is_hopeless (failure->error)) {
    wish.size = 0; /* better small buffers than none */
    stream = try_in_order (&wish, &decision, failure);
  }
  return stream;
}
