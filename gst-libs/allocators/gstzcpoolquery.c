/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Both ends of the ALLOCATION query, for those who use a GstZcPool. */

#include "gstzcpool-private.h"

#include "gstzcallocator.h"

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

  if (!gst_buffer_pool_has_option (
          pool, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT) ||
      !gst_video_info_from_caps (&info, caps) ||
      !gst_zc_constraints_to_alignment (constraints, &info, &alignment, NULL))
    return FALSE;
  gst_buffer_pool_config_add_option (
      config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &alignment);
  return TRUE;
}

/* Whether an offered pool takes the demands. */
static gboolean
try_offered (GstBufferPool *pool, GstCaps *caps,
    const GstZcConstraints *constraints, guint size, guint min, guint max,
    gboolean with_meta)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  gboolean can = TRUE;

  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  if (with_meta)
    gst_buffer_pool_config_add_option (
        config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (constraints)
    can = GST_IS_ZC_POOL (pool)
              ? demand (config, constraints)
              : with_meta && demand_padding (pool, config, caps, constraints);
  if (can)
    return gst_buffer_pool_set_config (pool, config);
  gst_structure_free (config);
  return FALSE;
}

static void
write_down (
    GstQuery *query, guint index, GstBufferPool *pool, guint min, guint max)
{
  if (index < gst_query_get_n_allocation_pools (query))
    gst_query_set_nth_allocation_pool (
        query, index, pool, size_of (pool), min, max);
  else
    gst_query_add_allocation_pool (query, pool, size_of (pool), min, max);
  /* the base classes take the first */
  while (index-- > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
}

GstBufferPool *
gst_zc_pool_decide (GstQuery *query, GstZcHeap *heap,
    const GstZcConstraints *constraints, guint min, GError **error)
{
  guint n = gst_query_get_n_allocation_pools (query);
  guint size = 0, theirs = 0, max = 0;
  GstBufferPool *pool;
  gboolean with_meta;
  GstCaps *caps;

  g_return_val_if_fail (GST_IS_QUERY (query) && GST_IS_ZC_HEAP (heap), NULL);

  caps = caps_of (query, NULL, error);
  if (!caps)
    return NULL;
  with_meta = gst_query_find_allocation_meta (
      query, GST_VIDEO_META_API_TYPE, NULL);
  for (guint i = 0; i < n; i++) {
    gst_query_parse_nth_allocation_pool (query, i, &pool, &size, &theirs, &max);
    if (pool && (max == 0 || max >= theirs + min) &&
        try_offered (
            pool, caps, constraints, size, theirs + min, max, with_meta)) {
      write_down (query, i, pool, theirs + min, max);
      return pool;
    }
    gst_clear_object (&pool);
  }

  /* an answer without a pool still says how many buffers they keep */
  if (n > 0)
    gst_query_parse_nth_allocation_pool (query, 0, NULL, &size, &theirs, &max);
  pool = pool_for (
      heap, caps, constraints, size, theirs + min, 0, with_meta, error);
  if (pool)
    write_down (query, 0, pool, theirs + min, 0);
  return pool;
}
