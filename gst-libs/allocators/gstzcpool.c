/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcpool-private.h"

#include "gstzcallocator.h"
#include "gstzcerror-private.h"
#include "gstzcmemory.h"
#include "gstzcsys.h"

#include <errno.h>
#include <sys/eventfd.h>

GST_DEBUG_CATEGORY (gst_zc_pool_debug);
#define GST_CAT_DEFAULT gst_zc_pool_debug

struct _GstZcPool {
  GstBufferPool parent;

  GstZcHeap *heap;
  GstAllocator *allocator;
  GstClockTime timeout;
  gint cancel_fd; /* readable while flushing */

  /* Of the configuration, which GstBufferPool's lock orders against all use. */
  GstZcPoolPlan plan;
  GError *refusal; /* why the last one was not taken */

  GError *failure; /* of the last buffer; guarded by the object lock */
};

enum {
  PROP_0,
  PROP_HEAP,
  PROP_FENCE_TIMEOUT,
};

/* with the type, because the functions about queries log before there is one */
G_DEFINE_TYPE_WITH_CODE (GstZcPool, gst_zc_pool, GST_TYPE_BUFFER_POOL,
    GST_DEBUG_CATEGORY_INIT (
        gst_zc_pool_debug, "zcpool", 0, "pools of heap memory"))

static const gchar **
gst_zc_pool_get_options (GstBufferPool *pool)
{
  static const gchar *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META,
    GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT, NULL };

  (void) pool;
  return options;
}

/* --- configuration ------------------------------------------------------ */

static gboolean
gst_zc_pool_set_config (GstBufferPool *pool, GstStructure *config)
{
  GstZcPool *self = GST_ZC_POOL (pool);
  GstAllocationParams params;
  GstZcPoolPlan plan;

  g_clear_error (&self->refusal);
  if (!gst_zc_pool_plan (&plan, self->heap, config, &self->refusal)) {
    GST_WARNING_OBJECT (
        pool, "cannot be configured so: %s", self->refusal->message);
    return FALSE;
  }
  gst_buffer_pool_config_get_allocator (config, NULL, &params);
  gst_buffer_pool_config_set_allocator (config, self->allocator, &params);
  if (!GST_BUFFER_POOL_CLASS (gst_zc_pool_parent_class)
          ->set_config (pool, config))
    return FALSE;
  self->plan = plan;
  return TRUE;
}

gboolean
gst_zc_pool_configure (GstZcPool *self, GstStructure *config, GError **error)
{
  g_clear_error (&self->refusal);
  if (gst_buffer_pool_set_config (GST_BUFFER_POOL (self), config))
    return TRUE;

  if (self->refusal)
    g_propagate_error (error, g_steal_pointer (&self->refusal));
  else
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_BUSY,
        "the pool is active, or has buffers outside");
  return FALSE;
}

gboolean
gst_zc_pool_get_layout (GstZcPool *self, GstZcLayout *layout)
{
  g_return_val_if_fail (GST_IS_ZC_POOL (self) && layout, FALSE);

  *layout = self->plan.layout;
  return layout->n_planes > 0;
}

/* Takes ERROR over. */
static void
fail (GstZcPool *self, GError *error)
{
  GST_ERROR_OBJECT (self, "no buffer: %s", error->message);
  GST_OBJECT_LOCK (self);
  g_clear_error (&self->failure);
  self->failure = error;
  GST_OBJECT_UNLOCK (self);
}

GError *
gst_zc_pool_steal_error (GstZcPool *self)
{
  GError *error;

  g_return_val_if_fail (GST_IS_ZC_POOL (self), NULL);

  GST_OBJECT_LOCK (self);
  error = g_steal_pointer (&self->failure);
  GST_OBJECT_UNLOCK (self);
  return error;
}

/* --- buffers ------------------------------------------------------------ */

/* As many lines as hold all planes. */
static GstMemory *
alloc_picture (GstZcPool *self, GError **error)
{
  const GstZcLayout *layout = &self->plan.layout;
  guint stride = gst_zc_layout_get_row_stride (layout, 0);
  guint lines = (layout->size + stride - 1) / stride;
  GstMemory *memory = NULL;
  guint pitch;
  gint fd;

  fd = gst_zc_heap_export_picture (self->heap, self->plan.picture_width, lines,
      self->plan.picture_bits, &pitch, NULL, error);
  if (fd < 0)
    return NULL;
  if (pitch == stride)
    memory = gst_zc_allocator_wrap_fd (GST_ZC_ALLOCATOR (self->allocator), fd,
        layout->size, GST_ZC_WRAP_UNFENCED, error);
  else
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED,
        "the driver of heap `%s` made lines of %u bytes first and now of %u: "
        "it has a bug, take another heap",
        gst_zc_heap_get_name (self->heap), stride, pitch);
  if (!memory)
    gst_zc_sys.close (fd);
  return memory;
}

static gsize
size_of_memory (GstZcPool *self, guint index)
{
  return self->plan.layout.n_memories > 1 ? self->plan.layout.memory_size[index]
                                          : self->plan.size;
}

static GstMemory *
alloc_memory (GstZcPool *self, guint index, GError **error)
{
  gsize size = size_of_memory (self, index);
  GstMemory *memory;

  if (self->plan.layout.n_planes > 0 && gst_zc_heap_knows_pictures (self->heap))
    return alloc_picture (self, error);
  memory = gst_zc_allocator_alloc (
      GST_ZC_ALLOCATOR (self->allocator), size + self->plan.padding, error);
  if (memory)
    gst_memory_resize (memory, 0, size);
  return memory;
}

static GstFlowReturn
gst_zc_pool_alloc_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcPool *self = GST_ZC_POOL (pool);
  GError *error = NULL;

  (void) params;
  *buffer = gst_buffer_new ();
  for (guint i = 0; i < MAX (self->plan.layout.n_memories, 1); i++) {
    GstMemory *memory = alloc_memory (self, i, &error);

    if (!memory) {
      fail (self, error);
      gst_clear_buffer (buffer);
      return GST_FLOW_ERROR;
    }
    gst_buffer_append_memory (*buffer, memory);
  }
  if (self->plan.layout.n_planes > 0)
    GST_META_FLAG_SET (gst_zc_layout_add_meta (&self->plan.layout, *buffer),
        GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
  return GST_FLOW_OK;
}

/* Each memory, not just their sum: that is all that GstBufferPool restores. */
static void
gst_zc_pool_reset_buffer (GstBufferPool *pool, GstBuffer *buffer)
{
  guint n = gst_buffer_n_memory (buffer);

  if (n > 1 && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_TAG_MEMORY))
    for (guint i = 0; i < n; i++) {
      GstMemory *memory = gst_buffer_peek_memory (buffer, i);

      gst_memory_resize (memory, -(gssize) memory->offset,
          size_of_memory (GST_ZC_POOL (pool), i));
    }
  GST_BUFFER_POOL_CLASS (gst_zc_pool_parent_class)->reset_buffer (pool, buffer);
}

/* --- fences ------------------------------------------------------------- */

static guint
fds_of (GstBuffer *buffer, struct pollfd *fds)
{
  guint n = 0;

  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    if (gst_is_dmabuf_memory (memory) && n < GST_VIDEO_MAX_PLANES)
      fds[n++] = (struct pollfd) { .fd = gst_dmabuf_memory_get_fd (memory),
        .events = POLLOUT };
  }
  return n;
}

/* Until all are done, somebody cancels (-ECANCELED) or time is over. */
static gint
wait_for_all (GstZcPool *self, GstBuffer *buffer, gint64 deadline)
{
  struct pollfd fds[GST_VIDEO_MAX_PLANES + 1];
  guint n = fds_of (buffer, fds), left = n;

  fds[n] = (struct pollfd) { .fd = self->cancel_fd, .events = POLLIN };
  while (left > 0) {
    gint ret = gst_zc_sys_poll (fds, n + 1, deadline);

    if (ret < 0)
      return ret;
    if (fds[n].revents)
      return -ECANCELED;
    for (guint i = 0; i < n; i++) {
      if (fds[i].fd < 0 || !fds[i].revents)
        continue;
      if (!(fds[i].revents & POLLOUT))
        return -EIO;
      fds[i].fd = -1; /* done */
      left--;
    }
  }
  return 0;
}

static gint64
deadline_of (GstZcPool *self)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->timeout))
    return -1;
  return g_get_monotonic_time () + GST_TIME_AS_USECONDS (self->timeout);
}

static GstFlowReturn
flow_of (GstZcPool *self, gint ret)
{
  GError *error = NULL;

  if (ret == 0)
    return GST_FLOW_OK;
  if (ret == -ECANCELED)
    return GST_FLOW_FLUSHING;

  if (ret == -ETIMEDOUT)
    gst_zc_error_set_errno (&error, ETIMEDOUT,
        "a device has kept a buffer for %" GST_TIME_FORMAT
        ": its driver hangs, or a fence is never signalled",
        GST_TIME_ARGS (self->timeout));
  else
    gst_zc_error_set_errno (
        &error, -ret, "cannot wait for the fences of a buffer");
  fail (self, error);
  return GST_FLOW_ERROR;
}

static void
give_back (GstZcPool *self, GQueue *busy)
{
  while (!g_queue_is_empty (busy))
    GST_BUFFER_POOL_CLASS (gst_zc_pool_parent_class)
        ->release_buffer (GST_BUFFER_POOL (self), g_queue_pop_head (busy));
}

/* One that no device uses, of those that are home or can be made. If there is
 * none, the busy ones that were met are in BUSY, oldest first. */
static GstFlowReturn
find_idle (GstZcPool *self, GstBuffer **buffer,
    GstBufferPoolAcquireParams *params, GQueue *busy)
{
  GstBufferPoolClass *parent_class = GST_BUFFER_POOL_CLASS (
      gst_zc_pool_parent_class);
  GstBufferPoolAcquireParams no_wait = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };
  GstFlowReturn flow = parent_class->acquire_buffer (
      GST_BUFFER_POOL (self), buffer, params);

  while (flow == GST_FLOW_OK) {
    gint ret = wait_for_all (self, *buffer, 0);

    if (ret == 0)
      return GST_FLOW_OK;
    g_queue_push_tail (busy, g_steal_pointer (buffer));
    if (ret != -ETIMEDOUT) {
      give_back (self, busy);
      return flow_of (self, ret);
    }
    flow = parent_class->acquire_buffer (
        GST_BUFFER_POOL (self), buffer, &no_wait);
  }
  return flow;
}

/* All are busy: the first that was given back is likely to be ready first. */
static GstFlowReturn
wait_for_oldest (GstZcPool *self, GstBuffer **buffer, GQueue *busy)
{
  gint ret = wait_for_all (self, g_queue_peek_head (busy), deadline_of (self));

  if (ret == 0)
    *buffer = g_queue_pop_head (busy);
  return flow_of (self, ret);
}

static GstFlowReturn
gst_zc_pool_acquire_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcPool *self = GST_ZC_POOL (pool);
  gboolean may_wait = !params ||
                      !(params->flags & GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT);
  GQueue busy = G_QUEUE_INIT;
  GstFlowReturn flow = find_idle (self, buffer, params, &busy);

  /* none is home, or the heap is empty: as long as one is busy, wait for it */
  if ((flow == GST_FLOW_EOS || flow == GST_FLOW_ERROR) && may_wait &&
      !g_queue_is_empty (&busy))
    flow = wait_for_oldest (self, buffer, &busy);
  give_back (self, &busy);
  return flow;
}

static void
gst_zc_pool_flush_start (GstBufferPool *pool)
{
  gst_zc_sys.eventfd_write (GST_ZC_POOL (pool)->cancel_fd, 1);
}

static void
gst_zc_pool_flush_stop (GstBufferPool *pool)
{
  gst_zc_sys.eventfd_read (GST_ZC_POOL (pool)->cancel_fd);
}

/* Without descriptor, there is nothing to cancel a wait with. */
static gboolean
gst_zc_pool_start (GstBufferPool *pool)
{
  if (GST_ZC_POOL (pool)->cancel_fd < 0) {
    fail (GST_ZC_POOL (pool),
        g_error_new (GST_ZC_ERROR, GST_ZC_ERROR_NO_MEMORY,
            "the process had no descriptor left for the pool (eventfd): raise "
            "its limit (ulimit -n)"));
    return FALSE;
  }
  return GST_BUFFER_POOL_CLASS (gst_zc_pool_parent_class)->start (pool);
}

/* --- the object --------------------------------------------------------- */

static void
gst_zc_pool_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstZcPool *self = GST_ZC_POOL (object);

  switch (id) {
    case PROP_HEAP:
      self->heap = g_value_dup_object (value);
      break;
    case PROP_FENCE_TIMEOUT:
      self->timeout = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_zc_pool_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstZcPool *self = GST_ZC_POOL (object);

  switch (id) {
    case PROP_HEAP:
      g_value_set_object (value, self->heap);
      break;
    case PROP_FENCE_TIMEOUT:
      g_value_set_uint64 (value, self->timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_zc_pool_constructed (GObject *object)
{
  GstZcPool *self = GST_ZC_POOL (object);

  G_OBJECT_CLASS (gst_zc_pool_parent_class)->constructed (object);
  self->allocator = gst_object_ref_sink (g_object_new (GST_TYPE_ZC_ALLOCATOR,
      "heap", self->heap, "fence-timeout", self->timeout, NULL));
}

static void
gst_zc_pool_finalize (GObject *object)
{
  GstZcPool *self = GST_ZC_POOL (object);

  /* frees the buffers first */
  G_OBJECT_CLASS (gst_zc_pool_parent_class)->finalize (object);
  gst_object_unref (self->allocator);
  g_object_unref (self->heap);
  g_clear_error (&self->refusal);
  g_clear_error (&self->failure);
  if (self->cancel_fd >= 0)
    gst_zc_sys.close (self->cancel_fd);
}

static void
install_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_HEAP,
      g_param_spec_object ("heap", "Heap",
          "Where the memory of its buffers comes from (default: none)",
          GST_TYPE_ZC_HEAP,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (klass, PROP_FENCE_TIMEOUT,
      g_param_spec_uint64 ("fence-timeout", "Fence timeout",
          "How long acquiring waits for devices that still use a buffer, in "
          "nanoseconds (default: 5 s; the largest value: for ever)",
          0, G_MAXUINT64, GST_ZC_DEFAULT_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
gst_zc_pool_class_init (GstZcPoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  object_class->set_property = gst_zc_pool_set_property;
  object_class->get_property = gst_zc_pool_get_property;
  object_class->constructed = gst_zc_pool_constructed;
  object_class->finalize = gst_zc_pool_finalize;
  install_properties (object_class);
  pool_class->get_options = gst_zc_pool_get_options;
  pool_class->set_config = gst_zc_pool_set_config;
  pool_class->start = gst_zc_pool_start;
  pool_class->alloc_buffer = gst_zc_pool_alloc_buffer;
  pool_class->acquire_buffer = gst_zc_pool_acquire_buffer;
  pool_class->reset_buffer = gst_zc_pool_reset_buffer;
  pool_class->flush_start = gst_zc_pool_flush_start;
  pool_class->flush_stop = gst_zc_pool_flush_stop;
}

static void
gst_zc_pool_init (GstZcPool *self)
{
  self->cancel_fd = gst_zc_sys.eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
}

GstZcHeap *
gst_zc_pool_get_heap (GstZcPool *self)
{
  g_return_val_if_fail (GST_IS_ZC_POOL (self), NULL);

  return self->heap;
}

GstBufferPool *
gst_zc_pool_new (GstZcHeap *heap)
{
  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), NULL);

  return gst_object_ref_sink (
      g_object_new (GST_TYPE_ZC_POOL, "heap", heap, NULL));
}
