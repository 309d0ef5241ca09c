/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcdecision.h"

/* Who can do what, and the ways that follow. */

#define CAMERA                                                      \
  (GST_ZC_SIDE_DEVICE | GST_ZC_SIDE_IMPORTS | GST_ZC_SIDE_EXPORTS | \
      GST_ZC_SIDE_USER | GST_ZC_SIDE_MAPS | GST_ZC_SIDE_CACHES)
#define DEVICE GST_ZC_SIDE_DEVICE
#define CPU GST_ZC_SIDE_CPU
#define OFFERS GST_ZC_SIDE_OFFERS

#define IMPORT GST_ZC_WAY_IMPORT
#define EXPORT GST_ZC_WAY_EXPORT
#define HEAP GST_ZC_WAY_HEAP
#define CONTIGUOUS GST_ZC_WAY_CONTIGUOUS_HEAP
#define THEIRS GST_ZC_WAY_USER_THEIRS
#define OWN GST_ZC_WAY_USER_OWN
#define CACHED GST_ZC_WAY_CACHED
#define MAPPED GST_ZC_WAY_MAPPED
#define COPY GST_ZC_WAY_COPY
#define END GST_ZC_N_WAYS

static void
assert_ways (const GstZcDecision *decision, const GstZcWay *ways)
{
  guint n = 0;

  for (; ways[n] != END; n++) {
    fail_unless (n < decision->n_ways, "%u ways", n);
    fail_unless_equals_string (
        gst_zc_way_get_name (decision->ways[n]), gst_zc_way_get_name (ways[n]));
  }
  fail_unless_equals_int (decision->n_ways, n);
}

GST_START_TEST (who_both_are_gives_the_order)
{
  static const struct {
    GstZcSideFlags producer, consumer;
    GstZcWay ways[GST_ZC_N_WAYS + 1];
  } cases[] = {
    { CAMERA, DEVICE | OFFERS,
        { IMPORT, EXPORT, HEAP, CONTIGUOUS, COPY, END } },
    { CAMERA, CPU | OFFERS,
        { IMPORT, THEIRS, OWN, CACHED, EXPORT, MAPPED, HEAP, CONTIGUOUS, COPY,
            END } },
    { CAMERA, CPU | DEVICE | OFFERS,
        { IMPORT, THEIRS, EXPORT, HEAP, CONTIGUOUS, OWN, CACHED, MAPPED, COPY,
            END } },
    /* who says nothing may be either */
    { CAMERA, OFFERS,
        { IMPORT, THEIRS, EXPORT, HEAP, CONTIGUOUS, OWN, CACHED, MAPPED, COPY,
            END } },
    { GST_ZC_SIDE_EXPORTS, DEVICE | OFFERS, { EXPORT, COPY, END } },
    { GST_ZC_SIDE_IMPORTS, DEVICE | OFFERS,
        { IMPORT, HEAP, CONTIGUOUS, COPY, END } },
    /* never plain memory between devices */
    { GST_ZC_SIDE_USER, DEVICE | OFFERS, { COPY, END } },
    { GST_ZC_SIDE_USER, CPU | OFFERS, { THEIRS, OWN, COPY, END } },
    { GST_ZC_SIDE_MAPS, CPU, { MAPPED, COPY, END } },
    { GST_ZC_SIDE_MAPS | GST_ZC_SIDE_CACHES, CPU,
        { CACHED, MAPPED, COPY, END } },
    { 0, DEVICE, { COPY, END } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const GstZcSide producer = { .flags = cases[i].producer };
    const GstZcSide consumer = { .flags = cases[i].consumer };
    GstZcDecision decision;

    gst_zc_decide (&decision, &producer, &consumer, TRUE);
    assert_ways (&decision, cases[i].ways);
  }
}
GST_END_TEST;

GST_START_TEST (without_leave_there_is_no_copy)
{
  const GstZcSide producer = { .flags = CAMERA },
                  consumer = { .flags = DEVICE };
  GstZcDecision decision;

  gst_zc_decide (&decision, &producer, &consumer, FALSE);
  assert_ways (
      &decision, (const GstZcWay[]) { IMPORT, EXPORT, HEAP, CONTIGUOUS, END });
}
GST_END_TEST;

static const gchar *
fault_of (const GstZcDecision *decision, GstZcWay way)
{
  for (guint i = 0; i < decision->n_ways; i++)
    if (decision->ways[i] == way)
      return decision->faults[i];
  fail ("%s is not there", gst_zc_way_get_name (way));
  return NULL;
}

static void
assert_fault (const GstZcDecision *decision, GstZcWay way, const gchar *words)
{
  const gchar *fault = fault_of (decision, way);

  if (words)
    fail_unless (fault && strstr (fault, words) != NULL, "%s", fault);
  else
    fail_unless (fault == NULL, "%s", fault);
}

GST_START_TEST (a_pool_that_is_not_there_or_too_small_is_not_tried)
{
  static const struct {
    GstZcSideFlags flags;
    guint buffers, max;
    const gchar *fault;
  } cases[] = {
    { CPU | DEVICE, 2, 0, "offers no pool" },
    { CPU | DEVICE | OFFERS, 2, 0, NULL },
    { CPU | DEVICE | OFFERS, 2, 5, NULL },
    { CPU | DEVICE | OFFERS, 2, 4, "too few buffers" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const GstZcSide producer = { .flags = CAMERA, .buffers = 3 };
    const GstZcSide consumer = {
      .flags = cases[i].flags,
      .buffers = cases[i].buffers,
      .max_buffers = cases[i].max,
    };
    GstZcDecision decision;

    gst_zc_decide (&decision, &producer, &consumer, TRUE);
    fail_unless_equals_int (decision.buffers, 5);
    assert_fault (&decision, IMPORT, cases[i].fault);
    assert_fault (&decision, THEIRS, cases[i].fault);
    assert_fault (&decision, EXPORT, NULL);
    assert_fault (&decision, HEAP, NULL);
    assert_fault (&decision, OWN, NULL);
  }
}
GST_END_TEST;

GST_START_TEST (who_needs_contiguous_memory_gets_no_other_heap)
{
  const GstZcConstraints contiguous = {
    .flags = GST_ZC_CONSTRAINTS_CONTIGUOUS,
  };

  for (guint i = 0; i < 2; i++) {
    const GstZcSide producer = {
      .flags = CAMERA,
      .constraints = i == 0 ? &contiguous : NULL,
    };
    const GstZcSide consumer = {
      .flags = DEVICE,
      .constraints = i == 1 ? &contiguous : NULL,
    };
    GstZcDecision decision;

    gst_zc_decide (&decision, &producer, &consumer, TRUE);
    assert_fault (&decision, HEAP, "contiguous");
    assert_fault (&decision, CONTIGUOUS, NULL);
    assert_fault (&decision, EXPORT, NULL); /* trying will tell */
  }
}
GST_END_TEST;

GST_START_TEST (a_heap_obeys_both)
{
  const GstZcConstraints lines = { .coded_height = 1088 };
  const GstZcConstraints strides = { .stride_align = { 256 } };
  const GstZcSide producer = { .flags = CAMERA, .constraints = &lines };
  const GstZcSide consumer = { .flags = DEVICE, .constraints = &strides };
  GstZcDecision decision;

  gst_zc_decide (&decision, &producer, &consumer, TRUE);
  assert_fault (&decision, HEAP, NULL);
  fail_unless_equals_int (decision.constraints.coded_height, 1088);
  fail_unless_equals_int (decision.constraints.stride_align[0], 256);
}
GST_END_TEST;

GST_START_TEST (who_cannot_agree_shares_no_heap)
{
  const GstZcConstraints narrow = { .stride = { 640 } };
  const GstZcConstraints wide = { .stride = { 1024 } };
  const GstZcSide producer = { .flags = CAMERA, .constraints = &narrow };
  const GstZcSide consumer = { .flags = DEVICE, .constraints = &wide };
  GstZcDecision decision;

  gst_zc_decide (&decision, &producer, &consumer, TRUE);
  assert_fault (&decision, HEAP, "different layouts");
  assert_fault (&decision, CONTIGUOUS, "different layouts");
  assert_fault (&decision, EXPORT, NULL);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (who_both_are_gives_the_order),
    RUNNER_TEST (without_leave_there_is_no_copy),
    RUNNER_TEST (a_pool_that_is_not_there_or_too_small_is_not_tried),
    RUNNER_TEST (who_needs_contiguous_memory_gets_no_other_heap),
    RUNNER_TEST (a_heap_obeys_both),
    RUNNER_TEST (who_cannot_agree_shares_no_heap))
