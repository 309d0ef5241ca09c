/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcsides.h"

#include "gst-libs/allocators/gstzcpool.h"

#include <gst/allocators/allocators.h>

static gboolean
is_for_devices (const GstDmabufSrcWish *wish)
{
  GstCaps *caps;

  gst_query_parse_allocation (wish->query, &caps, NULL);
  return gst_caps_features_contains (
      gst_caps_get_features (caps, 0), GST_CAPS_FEATURE_MEMORY_DMABUF);
}

static void
add_demand (GstZcConstraints *all, const GstZcConstraints *more)
{
  GstZcConstraints both;

  if (gst_zc_constraints_merge (&both, all, more, NULL))
    *all = both;
}

static void
add_demand_of_pool (GstZcConstraints *all, GstBufferPool *pool)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstZcConstraints demand;

  gst_zc_pool_config_get_constraints (config, &demand);
  gst_structure_free (config);
  add_demand (all, &demand);
}

static void
add_demands_of_params (GstZcConstraints *all, GstQuery *query)
{
  for (guint i = 0; i < gst_query_get_n_allocation_params (query); i++) {
    GstZcConstraints demand;
    GstAllocationParams params;

    gst_query_parse_nth_allocation_param (query, i, NULL, &params);
    params.prefix = 0; /* what is before a dma-buf nobody can have */
    if (gst_zc_constraints_from_params (&demand, &params, NULL))
      add_demand (all, &demand);
  }
}

/* Who says how many buffers it needs and has none to offer takes those of
 * others: upstream's V4L2 elements that import do so, and tees, whatever is
 * behind them. Many of these take dma-bufs alone, and a CPU can read those. */
static void
describe_offers (
    const GstDmabufSrcWish *wish, GstZcSide *side, GstZcConstraints *demand)
{
  for (guint i = 0; i < gst_query_get_n_allocation_pools (wish->query); i++) {
    g_autoptr (GstBufferPool) pool = NULL;

    gst_query_parse_nth_allocation_pool (
        wish->query, i, &pool, NULL, NULL, NULL);
    if (!pool) {
      side->flags |= GST_ZC_SIDE_DEVICE;
      continue;
    }
    side->flags |= GST_ZC_SIDE_OFFERS;
    add_demand_of_pool (demand, pool);
  }
}

/* Whoever asks for a way by hand gets it. */
void
gst_dmabuf_src_decide (const GstDmabufSrcWish *wish, GstDmabufSrcIoMode mode,
    GstZcDecision *decision)
{
  GstZcConstraints demand = { 0 };
  GstZcSide camera = {
    .flags = gst_dmabuf_src_io_mode_get_flags (mode),
    .buffers = wish->depth,
  };
  GstZcSide downstream = {
    .constraints = &demand,
    .buffers = wish->min,
  };

  describe_offers (wish, &downstream, &demand);
  add_demands_of_params (&demand, wish->query);
  if (mode != GST_DMABUF_SRC_IO_MODE_AUTO)
    downstream.flags |= GST_ZC_SIDE_DEVICE | GST_ZC_SIDE_CPU;
  else if (!is_for_devices (wish))
    downstream.flags |= GST_ZC_SIDE_CPU;
  else
    downstream.flags |= GST_ZC_SIDE_DEVICE;
  gst_zc_decide (decision, &camera, &downstream, wish->may_copy);
}
