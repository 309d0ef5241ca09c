/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcpools.h"

#include "gst-libs/allocators/zerocopy.h"
#include "gst-libs/v4l2/gstzcv4l2layout.h"

#include <unistd.h>

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* What the camera demands of memory that it writes into. */
static void
get_constraints (
    const GstDmabufSrcCamera *camera, GstZcConstraints *constraints)
{
  gst_zc_v4l2_layout_demand (&camera->layout, &camera->format, constraints);
}

/* Of a buffer that is large enough for both. */
static gsize
get_size (const GstDmabufSrcWish *wish)
{
  const struct zc_v4l2_format *format = &wish->camera->format;
  gsize size = 0;

  for (guint i = 0; i < format->n_memory_planes; i++)
    size += format->plane[i].size;
  return MAX (size, wish->size);
}

/* The query with offers that are large enough, and end where we are to. */
static GstQuery *
bounded_offers (const GstDmabufSrcWish *wish)
{
  GstQuery *query = gst_query_copy (wish->query);

  for (guint i = 0; i < gst_query_get_n_allocation_pools (query); i++) {
    GstBufferPool *pool;
    guint size, min, max;

    gst_query_parse_nth_allocation_pool (query, i, &pool, &size, &min, &max);
    size = MAX (size, get_size (wish));
    if (max == 0 && wish->max > 0)
      max = MAX (wish->max, min + wish->depth);
    gst_query_set_nth_allocation_pool (query, i, pool, size, min, max);
    gst_clear_object (&pool);
  }
  return query;
}

/* --- dma-bufs ----------------------------------------------------------- */

/* Frames must lie as the camera writes them; it may be able to write them as
 * they lie. */
static gboolean
fits (const GstDmabufSrcWish *wish, GstBuffer *buffer, gchar **reason)
{
  GstDmabufSrcCamera *camera = wish->camera;
  g_autoptr (GError) error = NULL;
  const gchar *why = NULL;
  GstZcLayout layout;

  if (camera->layout.n_planes == 0)
    return TRUE;
  if (!gst_zc_layout_from_buffer (&layout, buffer, &camera->info, &error)) {
    *reason = g_strdup (error->message);
    return FALSE;
  }
  if (gst_dmabuf_src_camera_try_layout (camera, &layout, &why))
    return TRUE;
  *reason = g_strdup_printf ("layout refused: theirs has lines of %d bytes and "
                             "planes at 0, %" G_GSIZE_FORMAT
                             "; the camera's has lines of %d bytes and planes "
                             "at 0, %" G_GSIZE_FORMAT ", and %s",
      layout.stride[0], layout.offset[1], camera->layout.stride[0],
      camera->layout.offset[1], why);
  return FALSE;
}

/* Tries a real buffer, and hands over the pool if it will do. */
static GstBufferPool *
check_pool (const GstDmabufSrcWish *wish, GstBufferPool *pool, gchar **reason)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };
  GstBuffer *buffer = NULL;
  gboolean ok = FALSE;

  if (!gst_buffer_pool_set_active (pool, TRUE))
    *reason = g_strdup ("its pool cannot be activated");
  else if (gst_buffer_pool_acquire_buffer (pool, &buffer, &params) !=
           GST_FLOW_OK)
    *reason = g_strdup ("its pool has no buffer");
  else
    ok = fits (wish, buffer, reason);
  gst_clear_buffer (&buffer);
  if (ok)
    return pool;
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  return NULL;
}

static GstBufferPool *
decide (const GstDmabufSrcWish *wish, const GstZcConstraints *constraints,
    gchar **reason)
{
  GstQuery *query = bounded_offers (wish);
  g_autoptr (GError) error = NULL;
  GstBufferPool *pool = gst_zc_pool_decide (
      query, NULL, constraints, wish->depth, &error);

  gst_query_unref (query);
  if (pool)
    return check_pool (wish, pool, reason);
  *reason = g_strdup (error->message);
  return NULL;
}

/* First with lines where the camera has them, then wherever they are. */
GstBufferPool *
gst_dmabuf_src_pool_offered_dmabufs (
    const GstDmabufSrcWish *wish, gchar **reason)
{
  g_autofree gchar *first_reason = NULL;
  GstZcConstraints constraints;
  GstBufferPool *pool;

  get_constraints (wish->camera, &constraints);
  pool = decide (wish, &constraints, &first_reason);
  return pool ? pool : decide (wish, NULL, reason);
}

static GstBufferPool *
pool_of_heap (const GstDmabufSrcWish *wish, GstZcHeap *heap,
    const GstZcConstraints *constraints, gchar **reason)
{
  GstBufferPool *pool = gst_zc_pool_new (heap);
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint min = wish->min + wish->depth;
  GstCaps *caps;

  /* with more of them than indices, each would be attached for each frame */
  if (wish->max > 0)
    min = MIN (min, wish->max);
  gst_query_parse_allocation (wish->query, &caps, NULL);
  gst_buffer_pool_config_set_params (
      config, caps, get_size (wish), min, wish->max);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_zc_pool_config_set_constraints (config, constraints);
  if (gst_buffer_pool_set_config (pool, config))
    return check_pool (wish, pool, reason);
  *reason = g_strdup_printf ("heap %s cannot have frames as the camera writes "
                             "them",
      gst_zc_heap_get_name (heap));
  gst_object_unref (pool);
  return NULL;
}

/* As both want it; else as downstream does, if the camera can; else as the
 * camera writes, which downstream is asked about. */
static GstBufferPool *
own_pool (const GstDmabufSrcWish *wish, GstZcHeap *heap, gchar **reason)
{
  GstZcConstraints ours, both;
  GstBufferPool *pool = NULL;

  get_constraints (wish->camera, &ours);
  if (gst_zc_constraints_merge (&both, &ours, wish->constraints, NULL))
    return pool_of_heap (wish, heap, &both, reason);
  pool = pool_of_heap (wish, heap, wish->constraints, reason);
  if (pool)
    return pool;
  g_clear_pointer (reason, g_free);
  return pool_of_heap (wish, heap, &ours, reason);
}

static GstBufferPool *
heap_pool (const GstDmabufSrcWish *wish, GstZcHeapFlags flags, gchar **reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstZcHeap) heap = gst_zc_heap_choose (get_size (wish),
      GST_ZC_HEAP_DMABUF | flags, GST_MAP_READ, NULL, NULL, &error);

  if (heap)
    return own_pool (wish, heap, reason);
  *reason = g_strdup (error->message);
  return NULL;
}

GstBufferPool *
gst_dmabuf_src_pool_heap (const GstDmabufSrcWish *wish, gchar **reason)
{
  return heap_pool (wish, 0, reason);
}

GstBufferPool *
gst_dmabuf_src_pool_contiguous_heap (
    const GstDmabufSrcWish *wish, gchar **reason)
{
  return heap_pool (wish, GST_ZC_HEAP_CONTIGUOUS, reason);
}

/* --- plain memory ------------------------------------------------------- */

/* Whole pages, which nobody else writes beside the device. */
static gboolean
configure_pages (const GstDmabufSrcWish *wish, GstBufferPool *pool, guint size,
    guint min, guint max)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  gsize page = sysconf (_SC_PAGESIZE);
  GstAllocationParams params;
  GstCaps *caps;

  /* with padding, pools would align every line to a page */
  gst_structure_remove_field (config, "options");
  gst_allocation_params_init (&params);
  params.align = page - 1;
  params.padding = page - 1;
  gst_query_parse_allocation (wish->query, &caps, NULL);
  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  if (gst_query_find_allocation_meta (
          wish->query, GST_VIDEO_META_API_TYPE, NULL))
    gst_buffer_pool_config_add_option (
        config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  return gst_buffer_pool_set_config (pool, config);
}

/* Of memory of other kinds nobody knows whose pages they are. */
static gboolean
has_pages (GstBufferPool *pool)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };
  GstBuffer *buffer = NULL;
  gboolean yes = gst_buffer_pool_set_active (pool, TRUE) &&
                 gst_buffer_pool_acquire_buffer (pool, &buffer, &params) ==
                     GST_FLOW_OK &&
                 gst_memory_is_type (
                     gst_buffer_peek_memory (buffer, 0), GST_ALLOCATOR_SYSMEM);

  gst_clear_buffer (&buffer);
  return yes;
}

static const gchar *
fault_of_offer (const GstDmabufSrcWish *wish, GstBufferPool *pool, guint size,
    guint min, guint max)
{
  if (max > 0 && max < min)
    return "its pool has too few buffers for both sides";
  if (!configure_pages (wish, pool, size, min, max))
    return "its pool does not take page-aligned frames";
  if (!has_pages (pool))
    return "its memory is not plain memory";
  return NULL;
}

GstBufferPool *
gst_dmabuf_src_pool_offered_pages (const GstDmabufSrcWish *wish, gchar **reason)
{
  GstQuery *query = bounded_offers (wish);
  const gchar *fault = "downstream offers no pool";
  GstBufferPool *pool = NULL;

  for (guint i = 0; !pool && i < gst_query_get_n_allocation_pools (query);
      i++) {
    guint size, min, max;

    gst_query_parse_nth_allocation_pool (query, i, &pool, &size, &min, &max);
    if (!pool)
      continue;
    fault = fault_of_offer (wish, pool, size, min + wish->depth, max);
    if (fault) {
      gst_buffer_pool_set_active (pool, FALSE);
      gst_clear_object (&pool);
    }
  }
  gst_query_unref (query);
  if (!pool)
    *reason = g_strdup (fault);
  return pool ? check_pool (wish, pool, reason) : NULL;
}

GstBufferPool *
gst_dmabuf_src_pool_pages (const GstDmabufSrcWish *wish, gchar **reason)
{
  g_autoptr (GstZcHeap)
      heap = gst_zc_heap_new_user (GST_ZC_USER_MEMORY_ANONYMOUS);

  return own_pool (wish, heap, reason);
}
