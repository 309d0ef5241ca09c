/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcpool-private.h"

#include "gstzcallocator.h"
#include "gstzcerror-private.h"
#include "gstzcmemory.h"
#include "gstzcsys.h"

#include <errno.h>
#include <sys/eventfd.h>

GST_DEBUG_CATEGORY_STATIC (zc_pool_debug);
#define GST_CAT_DEFAULT zc_pool_debug

#define CONSTRAINTS "zc-constraints"

struct _GstZcPool {
  GstBufferPool parent;

  GstZcHeap *heap;
  GstAllocator *allocator;
  GstClockTime timeout;
  gint cancel_fd; /* readable while flushing */

  /* Of the configuration, which GstBufferPool's lock orders against all use. */
  GstZcLayout layout; /* of no planes for what is no raw video */
  gsize size;
  GError *refusal; /* why the last one was not taken */
};

enum {
  PROP_0,
  PROP_HEAP,
  PROP_FENCE_TIMEOUT,
};

G_DEFINE_TYPE (GstZcPool, gst_zc_pool, GST_TYPE_BUFFER_POOL)

static const gchar **
gst_zc_pool_get_options (GstBufferPool *pool)
{
  static const gchar *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META,
    GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT, NULL };

  (void) pool;
  return options;
}

void
gst_zc_pool_config_set_constraints (
    GstStructure *config, const GstZcConstraints *constraints)
{
  g_return_if_fail (config);

  if (constraints)
    gst_structure_set (
        config, CONSTRAINTS, GST_TYPE_ZC_CONSTRAINTS, constraints, NULL);
  else
    gst_structure_remove_field (config, CONSTRAINTS);
}

gboolean
gst_zc_pool_config_get_constraints (
    const GstStructure *config, GstZcConstraints *constraints)
{
  g_autoptr (GstZcConstraints) wanted = NULL;

  g_return_val_if_fail (config && constraints, FALSE);

  gst_structure_get (
      config, CONSTRAINTS, GST_TYPE_ZC_CONSTRAINTS, &wanted, NULL);
  *constraints = wanted ? *wanted : (GstZcConstraints) { 0 };
  return wanted != NULL;
}

/* --- configuration ------------------------------------------------------ */

/* How DRM_IOCTL_MODE_CREATE_DUMB is asked for a picture: planar ones are lines
 * of so many bytes. */
static void
picture_of (const GstVideoInfo *info, guint *width, guint *bits)
{
  gboolean packed = GST_VIDEO_INFO_N_PLANES (info) == 1;

  *width = packed ? (guint) GST_VIDEO_INFO_WIDTH (info)
                  : (guint) GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
  *bits = packed ? 8 * GST_VIDEO_INFO_COMP_PSTRIDE (info, 0) : 8;
}

gboolean
gst_zc_heap_knows_pictures (GstZcHeap *heap)
{
  return GST_ZC_HEAP_GET_CLASS (heap)->export_picture != NULL;
}

/* The driver says where lines begin: one line is made to see. */
static gboolean
add_pitch (GstZcPool *self, const GstVideoInfo *info,
    GstZcConstraints *constraints, GError **error)
{
  GstZcConstraints of_driver = { .flags = GST_ZC_CONSTRAINTS_ONE_MEMORY };
  guint width, bits;
  gint fd;

  if (!gst_zc_heap_knows_pictures (self->heap))
    return TRUE;
  picture_of (info, &width, &bits);
  fd = gst_zc_heap_export_picture (
      self->heap, width, 1, bits, &of_driver.stride[0], NULL, error);
  if (fd < 0)
    return FALSE;
  gst_zc_sys.close (fd);
  return gst_zc_constraints_merge (constraints, constraints, &of_driver, error);
}

static gboolean
add_alignment (GstStructure *config, const GstVideoInfo *info,
    GstZcConstraints *constraints, GError **error)
{
  GstVideoAlignment alignment;
  GstZcConstraints wanted;

  if (!gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT))
    return TRUE;
  if (!gst_buffer_pool_config_get_video_alignment (config, &alignment))
    gst_video_alignment_reset (&alignment);
  return gst_zc_constraints_from_alignment (&wanted, info, &alignment, error) &&
         gst_zc_constraints_merge (constraints, constraints, &wanted, error);
}

static gboolean
is_as_caps_imply (const GstZcLayout *layout, const GstVideoInfo *info)
{
  if (layout->n_memories > 1)
    return FALSE;
  for (guint i = 0; i < layout->n_planes; i++)
    if (layout->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (info, i) ||
        layout->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (info, i))
      return FALSE;
  return TRUE;
}

/* Lays raw video out; SIZE is what was asked for, and what came out. */
static gboolean
lay_out (GstZcPool *self, GstStructure *config, const GstVideoInfo *info,
    guint *size, GError **error)
{
  GstZcConstraints constraints;
  GstVideoAlignment alignment;

  gst_zc_pool_config_get_constraints (config, &constraints);
  if (!add_alignment (config, info, &constraints, error) ||
      !add_pitch (self, info, &constraints, error) ||
      !gst_zc_layout_from_info (&self->layout, info, &constraints, error))
    return FALSE;
  if (self->layout.size > G_MAXUINT) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
        "frames of %" G_GSIZE_FORMAT " bytes are more than pools can have",
        self->layout.size);
    return FALSE;
  }
  if (!is_as_caps_imply (&self->layout, info) &&
      !gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_META)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "the memory needs padding, and whoever gets the frames does not know "
        "GstVideoMeta: set its option, or lay them out as the caps imply");
    return FALSE;
  }

  if (self->layout.n_memories == 1)
    self->layout.size = MAX (self->layout.size, *size);
  *size = self->layout.size;
  if (gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT) &&
      gst_zc_layout_to_alignment (&self->layout, &alignment))
    gst_buffer_pool_config_set_video_alignment (config, &alignment);
  return TRUE;
}

/* Whether CAPS are raw video whose pixels lie in lines. */
static gboolean
parse_video (GstCaps *caps, GstVideoInfo *info)
{
  GstVideoInfoDmaDrm drm;

  if (!caps ||
      !gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    return FALSE;
  if (!gst_video_is_dma_drm_caps (caps))
    return gst_video_info_from_caps (info, caps);
  return gst_video_info_dma_drm_from_caps (&drm, caps) &&
         gst_video_info_dma_drm_to_video_info (&drm, info);
}

static gboolean
configure (GstZcPool *self, GstStructure *config, GError **error)
{
  guint size, min, max;
  GstVideoInfo info;
  GstCaps *caps;

  if (!gst_buffer_pool_config_get_params (config, &caps, &size, &min, &max)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "the configuration has no caps and size");
    return FALSE;
  }
  self->layout = (GstZcLayout) { 0 };
  if (parse_video (caps, &info) && !lay_out (self, config, &info, &size, error))
    return FALSE;
  if (size == 0) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "nothing says how large buffers are");
    return FALSE;
  }
  self->size = size;
  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  gst_buffer_pool_config_set_allocator (config, self->allocator, NULL);
  return TRUE;
}

static gboolean
gst_zc_pool_set_config (GstBufferPool *pool, GstStructure *config)
{
  GstZcPool *self = GST_ZC_POOL (pool);

  g_clear_error (&self->refusal);
  if (!configure (self, config, &self->refusal)) {
    GST_WARNING_OBJECT (
        pool, "cannot be configured so: %s", self->refusal->message);
    return FALSE;
  }
  return GST_BUFFER_POOL_CLASS (gst_zc_pool_parent_class)
      ->set_config (pool, config);
}

gboolean
gst_zc_pool_configure (GstZcPool *self, GstStructure *config, GError **error)
{
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

  *layout = self->layout;
  return layout->n_planes > 0;
}

/* --- buffers ------------------------------------------------------------ */

/* As many lines as hold all planes. */
static GstMemory *
alloc_picture (GstZcPool *self, GError **error)
{
  guint stride = gst_zc_layout_get_row_stride (&self->layout, 0);
  guint lines = (self->layout.size + stride - 1) / stride;
  GstVideoInfo info;
  guint width, bits, pitch;
  GstMemory *memory;
  gint fd;

  gst_video_info_set_format (
      &info, self->layout.format, self->layout.width, self->layout.height);
  picture_of (&info, &width, &bits);
  fd = gst_zc_heap_export_picture (
      self->heap, width, lines, bits, &pitch, NULL, error);
  if (fd < 0)
    return NULL;
  memory = gst_zc_allocator_wrap_fd (GST_ZC_ALLOCATOR (self->allocator), fd,
      self->layout.size, GST_ZC_WRAP_UNFENCED, error);
  if (!memory)
    gst_zc_sys.close (fd);
  return memory;
}

static GstMemory *
alloc_memory (GstZcPool *self, guint index, GError **error)
{
  gsize size = self->layout.n_memories > 1 ? self->layout.memory_size[index]
                                           : self->size;

  if (self->layout.n_planes > 0 && gst_zc_heap_knows_pictures (self->heap))
    return alloc_picture (self, error);
  return gst_zc_allocator_alloc (
      GST_ZC_ALLOCATOR (self->allocator), size, error);
}

static GstFlowReturn
gst_zc_pool_alloc_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcPool *self = GST_ZC_POOL (pool);
  g_autoptr (GError) error = NULL;

  (void) params;
  *buffer = gst_buffer_new ();
  for (guint i = 0; i < MAX (self->layout.n_memories, 1); i++) {
    GstMemory *memory = alloc_memory (self, i, &error);

    if (!memory) {
      GST_ERROR_OBJECT (self, "no buffer: %s", error->message);
      gst_clear_buffer (buffer);
      return GST_FLOW_ERROR;
    }
    gst_buffer_append_memory (*buffer, memory);
  }
  if (self->layout.n_planes > 0)
    GST_META_FLAG_SET (gst_zc_layout_add_meta (&self->layout, *buffer),
        GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
  return GST_FLOW_OK;
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
deadline_of (GstZcPool *self, const GstBufferPoolAcquireParams *params)
{
  if (params && (params->flags & GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT))
    return 0;
  if (!GST_CLOCK_TIME_IS_VALID (self->timeout))
    return -1;
  return g_get_monotonic_time () + GST_TIME_AS_USECONDS (self->timeout);
}

static GstFlowReturn
flow_of (GstZcPool *self, gint ret, gint64 deadline)
{
  if (ret == 0)
    return GST_FLOW_OK;
  if (ret == -ECANCELED)
    return GST_FLOW_FLUSHING;
  if (ret == -ETIMEDOUT && deadline == 0)
    return GST_FLOW_EOS;

  if (ret == -ETIMEDOUT)
    GST_ERROR_OBJECT (self,
        "a device has kept a buffer for %" GST_TIME_FORMAT
        ": its driver hangs, or a fence is never signalled",
        GST_TIME_ARGS (self->timeout));
  else
    GST_ERROR_OBJECT (
        self, "cannot wait for the fences of a buffer: %s", g_strerror (-ret));
  return GST_FLOW_ERROR;
}

static GstFlowReturn
gst_zc_pool_acquire_buffer (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstZcPool *self = GST_ZC_POOL (pool);
  GstBufferPoolClass *parent_class = GST_BUFFER_POOL_CLASS (
      gst_zc_pool_parent_class);
  gint64 deadline = deadline_of (self, params);
  GstFlowReturn flow = parent_class->acquire_buffer (pool, buffer, params);

  if (flow != GST_FLOW_OK)
    return flow;
  flow = flow_of (self, wait_for_all (self, *buffer, deadline), deadline);
  if (flow != GST_FLOW_OK)
    parent_class->release_buffer (pool, g_steal_pointer (buffer));
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
    GST_ERROR_OBJECT (pool, "the process has no descriptor left (eventfd)");
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
  self->allocator = gst_zc_allocator_new (self->heap);
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
          "nanoseconds (default: 5 s; -1: for ever)",
          0, G_MAXUINT64, GST_ZC_DEFAULT_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
gst_zc_pool_class_init (GstZcPoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (zc_pool_debug, "zcpool", 0, "pools of heap memory");
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
