/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcdecision.h"

/* Whose memory it is, as far as that matters beforehand. */
typedef enum {
  OF_PRODUCER,
  OF_CONSUMER,
  OF_HEAP,
} Owner;

static const struct {
  const gchar *name;
  Owner owner;
  GstZcSideFlags producer; /* what the producer must be able to do */
} table[] = {
  [GST_ZC_WAY_IMPORT] = { "dmabuf-import of downstream's", OF_CONSUMER,
      GST_ZC_SIDE_IMPORTS },
  [GST_ZC_WAY_EXPORT] = { "dmabuf-export", OF_PRODUCER, GST_ZC_SIDE_EXPORTS },
  [GST_ZC_WAY_HEAP] = { "dmabuf-import of a heap's", OF_HEAP,
      GST_ZC_SIDE_IMPORTS },
  [GST_ZC_WAY_CONTIGUOUS_HEAP] = { "dmabuf-import of a contiguous heap's",
      OF_HEAP, GST_ZC_SIDE_IMPORTS },
  [GST_ZC_WAY_USER_THEIRS] = { "userptr into downstream's", OF_CONSUMER,
      GST_ZC_SIDE_USER },
  [GST_ZC_WAY_USER_OWN] = { "userptr into own pages", OF_PRODUCER,
      GST_ZC_SIDE_USER },
  [GST_ZC_WAY_CACHED] = { "mmap of cached memory", OF_PRODUCER,
      GST_ZC_SIDE_MAPS | GST_ZC_SIDE_CACHES },
  [GST_ZC_WAY_MAPPED] = { "mmap", OF_PRODUCER, GST_ZC_SIDE_MAPS },
  [GST_ZC_WAY_COPY] = { "copy", OF_PRODUCER, 0 },
};

#define END GST_ZC_N_WAYS

static const GstZcWay for_devices[] = { GST_ZC_WAY_IMPORT, GST_ZC_WAY_EXPORT,
  GST_ZC_WAY_HEAP, GST_ZC_WAY_CONTIGUOUS_HEAP, END };
/* The heaps are for devices that nobody knew of until they were asked. */
static const GstZcWay for_cpu[] = { GST_ZC_WAY_IMPORT, GST_ZC_WAY_USER_THEIRS,
  GST_ZC_WAY_USER_OWN, GST_ZC_WAY_CACHED, GST_ZC_WAY_EXPORT, GST_ZC_WAY_MAPPED,
  GST_ZC_WAY_HEAP, GST_ZC_WAY_CONTIGUOUS_HEAP, END };
static const GstZcWay for_either[] = { GST_ZC_WAY_IMPORT,
  GST_ZC_WAY_USER_THEIRS, GST_ZC_WAY_EXPORT, GST_ZC_WAY_HEAP,
  GST_ZC_WAY_CONTIGUOUS_HEAP, GST_ZC_WAY_USER_OWN, GST_ZC_WAY_CACHED,
  GST_ZC_WAY_MAPPED, END };

static const GstZcWay *
order_for (const GstZcSide *consumer)
{
  switch (consumer->flags & (GST_ZC_SIDE_DEVICE | GST_ZC_SIDE_CPU)) {
    case GST_ZC_SIDE_DEVICE:
      return for_devices;
    case GST_ZC_SIDE_CPU:
      return for_cpu;
    default:
      return for_either;
  }
}

static gboolean
merge (GstZcConstraints *both, const GstZcSide *a, const GstZcSide *b)
{
  static const GstZcConstraints none;

  *both = none;
  return gst_zc_constraints_merge (both,
      a->constraints ? a->constraints : &none,
      b->constraints ? b->constraints : &none, NULL);
}

static const gchar *
fault_of_offer (const GstZcSide *consumer, guint buffers)
{
  if (!(consumer->flags & GST_ZC_SIDE_OFFERS))
    return "downstream offers no pool";
  if (consumer->max_buffers > 0 && consumer->max_buffers < buffers)
    return "its pool has too few buffers for both sides";
  return NULL;
}

static const gchar *
fault_of_heap (GstZcWay way, const GstZcDecision *decision, gboolean agree)
{
  if (!agree)
    return "both sides demand different layouts";
  if (way == GST_ZC_WAY_HEAP &&
      (decision->constraints.flags & GST_ZC_CONSTRAINTS_CONTIGUOUS))
    return "contiguous memory is needed";
  return NULL;
}

static void
add (GstZcDecision *decision, GstZcWay way, const gchar *fault)
{
  decision->ways[decision->n_ways] = way;
  decision->faults[decision->n_ways] = fault;
  decision->n_ways++;
}

void
gst_zc_decide (GstZcDecision *decision, const GstZcSide *producer,
    const GstZcSide *consumer, gboolean may_copy)
{
  const GstZcWay *order = order_for (consumer);
  gboolean agree;

  *decision = (GstZcDecision) {
    .buffers = producer->buffers + consumer->buffers,
  };
  agree = merge (&decision->constraints, producer, consumer);
  for (; *order != END; order++) {
    const gchar *fault = NULL;

    if ((producer->flags & table[*order].producer) != table[*order].producer)
      continue;
    if (table[*order].owner == OF_CONSUMER)
      fault = fault_of_offer (consumer, decision->buffers);
    else if (table[*order].owner == OF_HEAP)
      fault = fault_of_heap (*order, decision, agree);
    add (decision, *order, fault);
  }
  if (may_copy)
    add (decision, GST_ZC_WAY_COPY, NULL);
}

const gchar *
gst_zc_way_get_name (GstZcWay way)
{
  g_return_val_if_fail ((guint) way < GST_ZC_N_WAYS, NULL);

  return table[way].name;
}
