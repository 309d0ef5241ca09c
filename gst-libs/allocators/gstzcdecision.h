/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_DECISION_H__
#define __GST_ZC_DECISION_H__

#include "gstzcconstraints.h"

G_BEGIN_DECLS

/*
 * Who allocates: what both ends of a link can do in, the ways worth trying out.
 * Logic alone: asks no device, and nobody else. For elements; not installed.
 */

/* How frames come from one end of a link to the other. */
typedef enum {
  GST_ZC_WAY_IMPORT,          /* the producer writes into the consumer's */
  GST_ZC_WAY_EXPORT,          /* the consumer reads the producer's */
  GST_ZC_WAY_HEAP,            /* both use a heap's */
  GST_ZC_WAY_CONTIGUOUS_HEAP, /* likewise, physically contiguous */
  GST_ZC_WAY_USER_THEIRS,     /* into plain memory of the consumer's */
  GST_ZC_WAY_USER_OWN,        /* into plain memory of the producer's */
  GST_ZC_WAY_CACHED,          /* the producer's, mapped, which the CPU caches */
  GST_ZC_WAY_MAPPED,          /* the producer's, mapped */
  GST_ZC_WAY_COPY,            /* by the CPU, in front of who cannot take it */
  GST_ZC_N_WAYS,
} GstZcWay;

/* What an end of a link can do. One that is both device and CPU is not known to
 * be either, or has both behind it, as a tee may. */
typedef enum {
  GST_ZC_SIDE_DEVICE = 1 << 0,  /* moves frames without the CPU */
  GST_ZC_SIDE_CPU = 1 << 1,     /* reads them with the CPU */
  GST_ZC_SIDE_OFFERS = 1 << 2,  /* has a pool of memory for the other */
  GST_ZC_SIDE_IMPORTS = 1 << 3, /* takes dma-bufs of others */
  GST_ZC_SIDE_EXPORTS = 1 << 4, /* has dma-bufs of its own */
  GST_ZC_SIDE_USER = 1 << 5,    /* takes plain memory, by its address */
  GST_ZC_SIDE_MAPS = 1 << 6,    /* has memory of its own to be mapped */
  GST_ZC_SIDE_CACHES = 1 << 7,  /* and may have the CPU cache it */
} GstZcSideFlags;

/**
 * GstZcSide:
 * @flags: what it can do
 * @constraints: (nullable): where it wants pixels to lie, of memory that is
 *   neither its own nor the other's; %NULL if it does not care
 * @buffers: how many it holds on to
 * @max_buffers: how many its pool can have, 0 for any number
 *
 * One end of a link.
 */
typedef struct {
  GstZcSideFlags flags;
  const GstZcConstraints *constraints;
  guint buffers;
  guint max_buffers;
} GstZcSide;

/**
 * GstZcDecision:
 * @n_ways: how many ways there are
 * @ways: the better ones first, at most once each
 * @faults: for each of them, if it is known beforehand that it cannot be, why
 *   not; static
 * @constraints: what memory of a heap has to obey, for both
 * @buffers: how many both need together
 *
 * What is to be tried, in which order.
 */
typedef struct {
  guint n_ways;
  GstZcWay ways[GST_ZC_N_WAYS];
  const gchar *faults[GST_ZC_N_WAYS];
  GstZcConstraints constraints;
  guint buffers;
} GstZcDecision;

/**
 * gst_zc_decide:
 * @producer: whose frames they are
 * @consumer: who is to take them
 * @may_copy: whether a copy is better than nothing
 *
 * The ways between two devices are dma-bufs: the consumer's, the producer's, a
 * heap's, a contiguous heap's; never plain memory. For a CPU they are dma-bufs
 * that it offers, plain memory, memory of the producer's that the CPU caches,
 * any, and at last a heap's, for a device that is found behind it. Where both
 * may be, dma-bufs go first, because a CPU can read them. Ways that the
 * producer does not have are left out. Any thread.
 */
GST_ZC_API void gst_zc_decide (GstZcDecision *decision,
    const GstZcSide *producer, const GstZcSide *consumer, gboolean may_copy);

/* What people call it. */
GST_ZC_API const gchar *gst_zc_way_get_name (GstZcWay way);

G_END_DECLS

#endif /* __GST_ZC_DECISION_H__ */
