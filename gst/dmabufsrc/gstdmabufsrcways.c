/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcways.h"

#include "gst-libs/allocators/gstzcmemory.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

GType
gst_dmabuf_src_io_mode_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_DMABUF_SRC_IO_MODE_AUTO, "What needs no copy, by trying", "auto" },
    { GST_DMABUF_SRC_IO_MODE_DMABUF_IMPORT,
        "Into dma-bufs of downstream, or of a heap", "dmabuf-import" },
    { GST_DMABUF_SRC_IO_MODE_DMABUF_EXPORT, "The driver's memory, as dma-bufs",
        "dmabuf-export" },
    { GST_DMABUF_SRC_IO_MODE_USERPTR,
        "Into plain memory of downstream, or pages of our own", "userptr" },
    { GST_DMABUF_SRC_IO_MODE_MMAP, "The driver's memory, mapped", "mmap" },
    { GST_DMABUF_SRC_IO_MODE_LIBV4L2,
        "Mapped, with formats that libv4l2 converts", "libv4l2" },
    { 0, NULL, NULL },
  };
  static GType type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSrcIoMode", values));
  return type;
}

/* A way, and where its memory comes from if it is not the driver's. */
typedef struct {
  const gchar *name;
  const gchar *path; /* NULL for the way's name */
  const GstZcV4l2Way *way;
  GstBufferPool *(*find_pool) (const GstDmabufSrcWish *wish, gchar **reason);
  gboolean is_theirs;
  gboolean only_cached; /* no better than others without */
} Attempt;

static const Attempt import_theirs = {
  .name = "dmabuf-import of downstream's",
  .way = &gst_zc_v4l2_way_import,
  .find_pool = gst_dmabuf_src_pool_offered_dmabufs,
  .is_theirs = TRUE,
};
static const Attempt import_heap = {
  .name = "dmabuf-import of a heap's",
  .way = &gst_zc_v4l2_way_import,
  .find_pool = gst_dmabuf_src_pool_heap,
};
static const Attempt import_contiguous = {
  .name = "dmabuf-import of a contiguous heap's",
  .way = &gst_zc_v4l2_way_import,
  .find_pool = gst_dmabuf_src_pool_contiguous_heap,
};
static const Attempt export = {
  .name = "dmabuf-export",
  .way = &gst_zc_v4l2_way_export,
};
static const Attempt user_theirs = {
  .name = "userptr into downstream's",
  .way = &gst_zc_v4l2_way_userptr,
  .find_pool = gst_dmabuf_src_pool_offered_pages,
  .is_theirs = TRUE,
};
static const Attempt user_own = {
  .name = "userptr into own pages",
  .way = &gst_zc_v4l2_way_userptr,
  .find_pool = gst_dmabuf_src_pool_pages,
};
static const Attempt cached = {
  .name = "mmap of cached memory",
  .way = &gst_zc_v4l2_way_mmap,
  .only_cached = TRUE,
};
static const Attempt mapped = {
  .name = "mmap",
  .way = &gst_zc_v4l2_way_mmap,
};

static const Attempt emulated = {
  .name = "libv4l2",
  .path = "libv4l2",
  .way = &gst_zc_v4l2_way_mmap,
};

#define MAX_ATTEMPTS 8
typedef const Attempt *Order[MAX_ATTEMPTS];

/* For devices, for those who read with the CPU, and for who may be either. */
static const Order for_devices = { &import_theirs, &export, &import_heap,
  &import_contiguous };
static const Order for_cpu = { &import_theirs, &user_theirs, &user_own, &cached,
  &export, &mapped };
static const Order for_either = { &import_theirs, &user_theirs, &export,
  &import_heap, &import_contiguous, &user_own, &cached, &mapped };

static const Order by_mode[] = {
  [GST_DMABUF_SRC_IO_MODE_DMABUF_IMPORT] = { &import_theirs, &import_heap,
      &import_contiguous },
  [GST_DMABUF_SRC_IO_MODE_DMABUF_EXPORT] = { &export },
  [GST_DMABUF_SRC_IO_MODE_USERPTR] = { &user_theirs, &user_own },
  [GST_DMABUF_SRC_IO_MODE_MMAP] = { &mapped },
  [GST_DMABUF_SRC_IO_MODE_LIBV4L2] = { &emulated },
};

gboolean
gst_dmabuf_src_io_mode_has_dmabufs (GstDmabufSrcIoMode mode)
{
  return mode == GST_DMABUF_SRC_IO_MODE_AUTO ||
         (by_mode[mode][0]->way == &gst_zc_v4l2_way_import) ||
         (by_mode[mode][0]->way == &gst_zc_v4l2_way_export);
}

static gboolean
is_for_devices (const GstDmabufSrcWish *wish)
{
  GstCaps *caps;

  gst_query_parse_allocation (wish->query, &caps, NULL);
  return gst_caps_features_contains (
      gst_caps_get_features (caps, 0), GST_CAPS_FEATURE_MEMORY_DMABUF);
}

/* Who says how many buffers it needs and has none to offer takes those of
 * others: upstream's V4L2 elements that import do so, and tees, whatever is
 * behind them. Many of these take dma-bufs alone, and a CPU can read those. */
static gboolean
may_import (const GstDmabufSrcWish *wish)
{
  for (guint i = 0; i < gst_query_get_n_allocation_pools (wish->query); i++) {
    g_autoptr (GstBufferPool) pool = NULL;

    gst_query_parse_nth_allocation_pool (
        wish->query, i, &pool, NULL, NULL, NULL);
    if (!pool)
      return TRUE;
  }
  return FALSE;
}

static const Attempt *const *
automatic_order (const GstDmabufSrcWish *wish)
{
  if (is_for_devices (wish))
    return for_devices;
  return may_import (wish) ? for_either : for_cpu;
}

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
      attempt->path ? attempt->path : gst_zc_v4l2_way_get_name (attempt->way),
      slots, pool, attempt->is_theirs,
      MAX (wish->depth,
          gst_zc_v4l2_way_takes_buffers (attempt->way) ? count : 0));
}

static void
refuse (const GstDmabufSrcWish *wish, const Attempt *attempt,
    GstDmabufSrcFailure *failure, const gchar *reason)
{
  g_autofree gchar *call = NULL;

  if (!reason)
    reason = call = g_strdup_printf (
        "%s: %s", failure->step, g_strerror (-failure->error));
  GST_INFO (
      "%s: not by %s: %s", wish->camera->device->path, attempt->name, reason);
  if (failure->refused->len > 0)
    g_string_append (failure->refused, "; ");
  g_string_append_printf (failure->refused, "%s: %s", attempt->name, reason);
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
try_once (const GstDmabufSrcWish *wish, const Attempt *attempt,
    GstDmabufSrcFailure *failure)
{
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
    refuse (wish, attempt, failure, reason);
    return NULL;
  }
  slots = gst_zc_v4l2_slots_new (attempt->way, camera->device,
      camera->device->capture_type, &camera->format, &camera->info,
      &camera->layout, wish->max);
  stream = start (wish, attempt, slots, pool, failure);
  if (stream)
    return stream;

  refuse (wish, attempt, failure, NULL);
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
try (const GstDmabufSrcWish *wish, const Attempt *attempt,
    GstDmabufSrcFailure *failure)
{
  const gchar *reason;
  GstDmabufSrcStream *stream;

  if (wish->size > 0)
    gst_dmabuf_src_camera_try_size (wish->camera, wish->size, &reason);
  stream = try_once (wish, attempt, failure);
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
  const gchar *reason = NULL;

  if (camera->device->emulated || wish->size <= camera->layout.size)
    wish->size = 0;
  if (wish->size == 0 ||
      gst_dmabuf_src_camera_try_size (wish->camera, wish->size, &reason))
    return;
  GST_INFO ("%s: no frames of %u bytes: %s", camera->device->path, wish->size,
      reason);
  g_string_append_printf (
      failure->refused, "frames of %u bytes: %s", wish->size, reason);
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

static GstDmabufSrcStream *
try_in_order (const GstDmabufSrcWish *wish, const Attempt *const *order,
    GstDmabufSrcFailure *failure)
{
  GstDmabufSrcStream *stream = NULL;

  for (guint i = 0; !stream && i < MAX_ATTEMPTS && order[i]; i++) {
    stream = try (wish, order[i], failure);
    if (is_hopeless (failure->error))
      break;
  }
  return stream;
}

GstDmabufSrcStream *
gst_dmabuf_src_ways_start (const GstDmabufSrcWish *asked,
    GstDmabufSrcIoMode mode, GstDmabufSrcFailure *failure)
{
  const Attempt *const *order = by_mode[mode];
  GstDmabufSrcWish wish = *asked;
  GstDmabufSrcStream *stream;

  if (wish.camera->device->emulated)
    order = by_mode[GST_DMABUF_SRC_IO_MODE_LIBV4L2];
  else if (mode == GST_DMABUF_SRC_IO_MODE_AUTO)
    order = automatic_order (&wish);
  settle_size (&wish, failure);
  stream = try_in_order (&wish, order, failure);
  if (!stream && wish.size > 0 && !is_hopeless (failure->error)) {
    wish.size = 0; /* better small buffers than none */
    stream = try_in_order (&wish, order, failure);
  }
  return stream;
}
