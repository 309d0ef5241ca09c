/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Both ends of the ALLOCATION query, for those who use a GstZcPool. */

#include "gstzcpool-private.h"

#include "gstzcallocator.h"
#include "gstzccaps.h"

GST_DEBUG_CATEGORY_EXTERN (gst_zc_pool_debug);
#define GST_CAT_DEFAULT gst_zc_pool_debug

/* Configured for CAPS; NULL with an error if it cannot be. */
static GstBufferPool *
pool_for (GstZcHeap *heap, GstCaps *caps, const GstZcConstraints *constraints,
    guint size, guint min, guint max, gboolean with_meta, GError **error)
{
  GstBufferPool *pool = gst_zc_pool_new (heap);
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  gst_zc_pool_config_set_constraints (config, constraints);
  if (with_meta)
    gst_buffer_pool_config_add_option (
        config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (!gst_zc_pool_configure (GST_ZC_POOL (pool), config, error))
    gst_clear_object (&pool);
  return pool;
}

GstBufferPool *
gst_zc_pool_new_for_caps (GstZcHeap *heap, GstCaps *caps,
    const GstZcConstraints *constraints, guint min, guint max, GError **error)
{
  g_return_val_if_fail (GST_IS_ZC_HEAP (heap), NULL);
  g_return_val_if_fail (GST_IS_CAPS (caps), NULL);

  return pool_for (heap, caps, constraints, 0, min, max, TRUE, error);
}

static guint
size_of (GstBufferPool *pool)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint size = 0;

  gst_buffer_pool_config_get_params (config, NULL, &size, NULL, NULL);
  gst_structure_free (config);
  return size;
}

/* What was asked for, with caps that say something. */
static GstCaps *
caps_of (GstQuery *query, gboolean *need_pool, GError **error)
{
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, need_pool);
  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "the allocation query has no caps");
    return NULL;
  }
  return caps;
}

static void
add_allocator (
    GstQuery *query, GstZcHeap *heap, const GstZcConstraints *constraints)
{
  GstAllocator *allocator = gst_zc_allocator_new (heap);
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  if (constraints)
    gst_zc_constraints_to_params (constraints, &params);
  gst_query_add_allocation_param (query, allocator, &params);
  gst_object_unref (allocator);
}

gboolean
gst_zc_pool_propose (GstQuery *query, GstZcHeap *heap,
    const GstZcConstraints *constraints, guint min, guint max, GError **error)
{
  g_autoptr (GstBufferPool) pool = NULL;
  gboolean need_pool;
  GstCaps *caps;

  g_return_val_if_fail (GST_IS_QUERY (query) && GST_IS_ZC_HEAP (heap), FALSE);

  caps = caps_of (query, &need_pool, error);
  if (!caps)
    return FALSE;
  pool = pool_for (heap, caps, constraints, 0, min, max, TRUE, error);
  if (!pool)
    return FALSE;

  /* who only allocates bytes would not know where its lines begin */
  if (!gst_zc_heap_knows_pictures (heap))
    add_allocator (query, heap, constraints);
  gst_query_add_allocation_pool (
      query, need_pool ? pool : NULL, size_of (pool), min, max);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

/* What a producer needs. */
typedef struct {
  const GstZcConstraints *constraints;
  guint size, min, max;
  gboolean with_meta;
} Wish;

/* Ours on top of what the pool was offered with. */
static gboolean
demand (GstStructure *config, const GstZcConstraints *constraints)
{
  GstZcConstraints both;

  gst_zc_pool_config_get_constraints (config, &both);
  if (!gst_zc_constraints_merge (&both, &both, constraints, NULL))
    return FALSE;
  gst_zc_pool_config_set_constraints (config, &both);
  return TRUE;
}

/* Pools of other kinds have words for padding alone. */
static gboolean
demand_padding (GstBufferPool *pool, GstStructure *config, GstCaps *caps,
    const GstZcConstraints *constraints)
{
  GstVideoAlignment alignment;
  GstVideoInfo info;
  guint64 modifier;
  guint32 fourcc;

  if (!gst_buffer_pool_has_option (
          pool, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT) ||
      !gst_zc_caps_parse (caps, &info, &fourcc, &modifier) ||
      !gst_zc_constraints_to_alignment (constraints, &info, &alignment, NULL))
    return FALSE;
  gst_buffer_pool_config_add_option (
      config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &alignment);
  return TRUE;
}

/* What we need of an offered pool; NULL if it cannot be told. */
static GstStructure *
config_for (GstBufferPool *pool, GstCaps *caps, const Wish *wish)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  gboolean can = TRUE;

  gst_buffer_pool_config_set_params (
      config, caps, wish->size, wish->min, wish->max);
  if (wish->with_meta)
    gst_buffer_pool_config_add_option (
        config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (wish->constraints)
    can = GST_IS_ZC_POOL (pool)
              ? demand (config, wish->constraints)
              : wish->with_meta &&
                    demand_padding (pool, config, caps, wish->constraints);
  if (!can)
    g_clear_pointer (&config, gst_structure_free);
  return config;
}

/* A pool may change what it is asked for, and wants to be asked again. */
static gboolean
configure (GstBufferPool *pool, GstCaps *caps, const Wish *wish)
{
  GstStructure *config = config_for (pool, caps, wish);

  if (!config)
    return FALSE;
  if (gst_buffer_pool_set_config (pool, config))
    return TRUE;
  config = gst_buffer_pool_get_config (pool);
  if (gst_buffer_pool_config_validate_params (
          config, caps, wish->size, wish->min, wish->max))
    return gst_buffer_pool_set_config (pool, config);
  gst_structure_free (config);
  return FALSE;
}

/* By a real buffer: other pools do not say beforehand. */
static gboolean
gives_dmabufs (GstBufferPool *pool)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT,
  };
  GstBuffer *buffer = NULL;
  gboolean yes;

  if (GST_IS_ZC_POOL (pool))
    return (gst_zc_heap_get_flags (gst_zc_pool_get_heap (GST_ZC_POOL (pool))) &
               GST_ZC_HEAP_DMABUF) != 0;
  if (!gst_buffer_pool_set_active (pool, TRUE))
    return FALSE;
  gst_buffer_pool_acquire_buffer (pool, &buffer, &params);
  yes = buffer && gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0));
  gst_clear_buffer (&buffer);
  return gst_buffer_pool_set_active (pool, FALSE) && yes;
}

/* Whether an offered pool will do; NULL, or why not. */
static const gchar *
fault_of_offer (GstBufferPool *pool, GstCaps *caps, const Wish *wish)
{
  if (wish->max > 0 && wish->max < wish->min)
    return "it has too few buffers for both sides";
  if (!configure (pool, caps, wish))
    return "it does not take what is demanded";
  if (!gives_dmabufs (pool))
    return "its memory is no dma-bufs";
  return NULL;
}

/* The base classes take the first. */
static void
write_down (GstQuery *query, guint index, GstBufferPool *pool)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint size = 0, min = 0, max = 0;

  gst_buffer_pool_config_get_params (config, NULL, &size, &min, &max);
  gst_structure_free (config);
  if (index < gst_query_get_n_allocation_pools (query))
    gst_query_set_nth_allocation_pool (query, index, pool, size, min, max);
  else
    gst_query_add_allocation_pool (query, pool, size, min, max);
  while (index-- > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
}

/* The first that will do, with its place in the query. */
static GstBufferPool *
find_offer (GstQuery *query, GstCaps *caps, const Wish *ours, guint *index)
{
  for (guint i = 0; i < gst_query_get_n_allocation_pools (query); i++) {
    GstBufferPool *pool;
    const gchar *fault;
    Wish wish = *ours;

    gst_query_parse_nth_allocation_pool (
        query, i, &pool, &wish.size, &wish.min, &wish.max);
    if (!pool)
      continue;
    wish.min += ours->min;
    fault = fault_of_offer (pool, caps, &wish);
    if (!fault) {
      *index = i;
      return pool;
    }
    GST_INFO_OBJECT (pool, "offered, but not taken: %s", fault);
    gst_object_unref (pool);
  }
  return NULL;
}

/* An answer without a pool of use still says what they need. */
static GstBufferPool *
make_own (GstQuery *query, GstZcHeap *heap, GstCaps *caps, const Wish *ours,
    GError **error)
{
  GstZcConstraints constraints = ours->constraints ? *ours->constraints
                                                   : (GstZcConstraints) { 0 };
  guint size = 0, theirs = 0, max;
  GstAllocationParams params;
  GstZcConstraints wanted;

  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (query, 0, NULL, &size, &theirs, &max);
  if (gst_query_get_n_allocation_params (query) > 0) {
    gst_query_parse_nth_allocation_param (query, 0, NULL, &params);
    params.prefix = 0; /* what is before a dma-buf nobody can have */
    if (!gst_zc_constraints_from_params (&wanted, &params, error) ||
        !gst_zc_constraints_merge (&constraints, &constraints, &wanted, error))
      return NULL;
  }
  return pool_for (heap, caps, &constraints, size, theirs + ours->min, 0,
      ours->with_meta, error);
}

GstBufferPool *
gst_zc_pool_decide (GstQuery *query, GstZcHeap *heap,
    const GstZcConstraints *constraints, guint min, GError **error)
{
  Wish wish = { .constraints = constraints, .min = min };
  GstBufferPool *pool;
  guint index = 0;
  GstCaps *caps;

  g_return_val_if_fail (GST_IS_QUERY (query), NULL);
  g_return_val_if_fail (!heap || GST_IS_ZC_HEAP (heap), NULL);

  g_type_ensure (GST_TYPE_ZC_POOL);
  caps = caps_of (query, NULL, error);
  if (!caps)
    return NULL;
  wish.with_meta = gst_query_find_allocation_meta (
      query, GST_VIDEO_META_API_TYPE, NULL);
  pool = find_offer (query, caps, &wish, &index);
  if (!pool && heap)
    pool = make_own (query, heap, caps, &wish, error);
  else if (!pool)
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_FOUND,
        "downstream offers no pool of dma-bufs that will do");
  if (pool)
    write_down (query, index, pool);
  return pool;
}
