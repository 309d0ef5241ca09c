/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/heap.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/allocators/zerocopy.h"

#define CAPS "video/x-raw,format=NV12,width=300,height=240,framerate=30/1"

static GstZcHeap *heap;
static GstCaps *caps;

static void
setup (void)
{
  seam_play ();
  heap = heap_new ();
  caps = gst_caps_from_string (CAPS);
}

static void
teardown (void)
{
  g_clear_object (&heap);
  gst_clear_caps (&caps);
}

static GstQuery *
ask (gboolean need_pool)
{
  return gst_query_new_allocation (caps, need_pool);
}

static void
propose (GstQuery *query, const GstZcConstraints *constraints)
{
  GError *error = NULL;

  fail_unless (gst_zc_pool_propose (query, heap, constraints, 3, 8, &error),
      "%s", error ? error->message : "");
}

static GstBufferPool *
decide (GstQuery *query, const GstZcConstraints *constraints)
{
  GError *error = NULL;
  GstBufferPool *pool = gst_zc_pool_decide (
      query, heap, constraints, 2, &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}

static void
get_params (GstBufferPool *pool, guint *size, guint *min, guint *max)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);

  fail_unless (
      gst_buffer_pool_config_get_params (config, NULL, size, min, max));
  gst_structure_free (config);
}

static void
assert_gives_buffers (GstBufferPool *pool)
{
  GstBuffer *buffer;

  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
}

GST_START_TEST (a_consumer_offers_pool_allocator_and_meta)
{
  setup ();

  GstQuery *query = ask (TRUE);
  GstBufferPool *pool;
  GstAllocator *allocator;
  guint size, min, max, of_pool;

  propose (query, NULL);
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 1);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  fail_unless (GST_IS_ZC_POOL (pool));
  fail_unless_equals_int (min, 3);
  fail_unless_equals_int (max, 8);
  get_params (pool, &of_pool, &min, &max);
  fail_unless_equals_int (size, of_pool);
  assert_gives_buffers (pool);
  gst_object_unref (pool);

  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 1);
  gst_query_parse_nth_allocation_param (query, 0, &allocator, NULL);
  fail_unless (GST_IS_ZC_ALLOCATOR (allocator));
  gst_object_unref (allocator);
  fail_unless (
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL));
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (who_needs_no_pool_gets_the_size)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 512 } };
  GstQuery *query = ask (FALSE);
  GstBufferPool *pool;
  guint size;

  propose (query, &constraints);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, NULL, NULL);
  fail_if (pool);
  fail_unless_equals_int (size, 512 * 240 * 3 / 2);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

/* Bytes alone would not be laid out as its driver wants. */
GST_START_TEST (a_heap_of_pictures_offers_no_allocator)
{
  setup ();

  GstQuery *query = ask (TRUE);

  g_clear_object (&heap);
  heap = heap_new_of_pictures ();
  propose (query, NULL);
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 0);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_offered_leaves_the_query_alone)
{
  setup ();

  GstZcConstraints impossible = { .stride = { 8 } };
  GstQuery *query = ask (TRUE);
  GError *error = NULL;

  fail_if (gst_zc_pool_propose (query, heap, &impossible, 3, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID),
      "%s", error ? error->message : "no error");
  g_clear_error (&error);
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  gst_query_unref (query);

  query = gst_query_new_allocation (NULL, TRUE);
  fail_if (gst_zc_pool_propose (query, heap, NULL, 3, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID));
  g_clear_error (&error);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_producer_takes_what_is_offered)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 512, 512 } };
  GstQuery *query = ask (TRUE);
  GstBufferPool *offered, *pool;
  GstZcLayout layout;
  guint size, min, max;

  propose (query, NULL);
  gst_query_parse_nth_allocation_pool (query, 0, &offered, NULL, NULL, NULL);
  pool = decide (query, &constraints);
  fail_unless (pool == offered);
  get_params (pool, &size, &min, &max);
  fail_unless_equals_int (min, 5); /* what both keep */
  fail_unless (gst_zc_pool_get_layout (GST_ZC_POOL (pool), &layout));
  fail_unless_equals_int (layout.stride[0], 512);
  assert_gives_buffers (pool);
  gst_object_unref (offered);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_producer_keeps_what_the_consumer_demands)
{
  setup ();

  GstZcConstraints theirs = { .stride_align = { 512 } };
  GstZcConstraints ours = { .height_align = 64 };
  GstQuery *query = ask (TRUE);
  GstBufferPool *pool;
  GstZcLayout layout;

  propose (query, &theirs);
  pool = decide (query, &ours);
  fail_unless (gst_zc_pool_get_layout (GST_ZC_POOL (pool), &layout));
  fail_unless_equals_int (layout.stride[0], 512);
  fail_unless_equals_int (layout.coded_height, 256);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (without_an_offer_the_producer_has_its_own)
{
  setup ();

  GstQuery *query = ask (TRUE);
  GstBufferPool *pool, *written;
  guint size, min, max;

  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  pool = decide (query, NULL);
  fail_unless (GST_IS_ZC_POOL (pool));
  gst_query_parse_nth_allocation_pool (query, 0, &written, &size, &min, &max);
  fail_unless (written == pool);
  fail_unless_equals_int (min, 2);
  assert_gives_buffers (pool);
  gst_object_unref (written);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (an_answer_without_a_pool_still_counts)
{
  setup ();

  GstQuery *query = ask (TRUE);
  GstBufferPool *pool;
  guint size, min, max;

  gst_query_add_allocation_pool (query, NULL, 500000, 4, 0);
  pool = decide (query, NULL);
  get_params (pool, &size, &min, &max);
  fail_unless_equals_int (min, 6);
  fail_unless_equals_int (size, 500000);
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 1);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (an_offer_of_too_few_buffers_is_left)
{
  setup ();

  GstQuery *query = ask (TRUE);
  GstBufferPool *offered = gst_zc_pool_new_for_caps (
      heap, caps, NULL, 1, 1, NULL);
  GstBufferPool *pool;

  gst_query_add_allocation_pool (query, offered, 0, 1, 1);
  pool = decide (query, NULL);
  fail_if (pool == offered);
  gst_object_unref (offered);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

/* Upstream's video pool, which knows padding, over our memory. */
static GstBufferPool *
other_pool_new (void)
{
  GstBufferPool *pool = gst_video_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstAllocator *allocator = gst_zc_allocator_new (heap);

  gst_buffer_pool_config_set_params (config, caps, 300 * 240 * 3 / 2, 1, 0);
  gst_buffer_pool_config_set_allocator (config, allocator, NULL);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  gst_object_unref (allocator);
  return pool;
}

GST_START_TEST (an_offer_of_system_memory_is_left)
{
  setup ();

  GstQuery *query = ask (TRUE);
  GstBufferPool *offered = gst_video_buffer_pool_new (), *pool;

  gst_query_add_allocation_pool (query, offered, 300 * 240 * 3 / 2, 1, 0);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  pool = decide (query, NULL);
  fail_unless (GST_IS_ZC_POOL (pool));
  gst_object_unref (offered);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (what_consumers_read_behind_a_frame_is_there)
{
  setup ();

  GstAllocationParams params = { .padding = 64, .align = 15 };
  GstQuery *query = ask (TRUE);
  GstBufferPool *pool;
  GstBuffer *buffer;
  gsize max;

  gst_query_add_allocation_param (query, NULL, &params);
  pool = decide (query, NULL);
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  gst_buffer_get_sizes (buffer, NULL, &max);
  fail_unless (max >= 300 * 240 * 3 / 2 + 64);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

/* Pools of other kinds are told what there are words for. */
GST_START_TEST (a_pool_of_another_kind_is_asked_for_padding)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 64, 64 } };
  GstQuery *query = ask (TRUE);
  GstBufferPool *offered = other_pool_new (), *pool;
  GstBuffer *buffer;

  gst_query_add_allocation_pool (query, offered, 300 * 240 * 3 / 2, 1, 0);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  pool = decide (query, &constraints);
  fail_unless (pool == offered);
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  fail_unless_equals_int (
      gst_buffer_get_video_meta (buffer)->stride[0] % 64, 0);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (offered);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (padding_of_another_kind_needs_someone_who_understands_it)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 4, 4 } };
  GstQuery *query = ask (TRUE);
  GstBufferPool *offered = other_pool_new (), *pool;

  gst_query_add_allocation_pool (query, offered, 300 * 240 * 3 / 2, 1, 0);
  pool = decide (query, &constraints); /* as the caps imply */
  fail_if (pool == offered);
  gst_object_unref (offered);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

/* One that needs more than it is asked for, and says so by its answer. */
#define PICKY_TYPE (picky_get_type ())
G_DECLARE_FINAL_TYPE (Picky, picky, TEST, PICKY, GstBufferPool)

struct _Picky {
  GstBufferPool parent;
};

G_DEFINE_TYPE (Picky, picky, GST_TYPE_BUFFER_POOL)

static gboolean
picky_set_config (GstBufferPool *pool, GstStructure *config)
{
  guint size, min, max;
  GstCaps *of;

  gst_buffer_pool_config_get_params (config, &of, &size, &min, &max);
  if (min < 7) {
    gst_buffer_pool_config_set_params (config, of, size, 7, max);
    return FALSE;
  }
  return GST_BUFFER_POOL_CLASS (picky_parent_class)->set_config (pool, config);
}

static GstFlowReturn
picky_alloc (
    GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  (void) pool;
  (void) params;
  *buffer = gst_buffer_new ();
  gst_buffer_append_memory (*buffer, gst_zc_heap_alloc (heap, 108000, NULL));
  return GST_FLOW_OK;
}

static void
picky_class_init (PickyClass *klass)
{
  GST_BUFFER_POOL_CLASS (klass)->set_config = picky_set_config;
  GST_BUFFER_POOL_CLASS (klass)->alloc_buffer = picky_alloc;
}

static void
picky_init (Picky *self)
{
  (void) self;
}

GST_START_TEST (a_pool_that_adjusts_is_asked_again)
{
  setup ();

  GstQuery *query = ask (TRUE);
  GstBufferPool *offered = gst_object_ref_sink (
      g_object_new (PICKY_TYPE, NULL));
  GstBufferPool *pool;
  guint size, min, max;

  gst_query_add_allocation_pool (query, offered, 108000, 1, 0);
  pool = decide (query, NULL);
  fail_unless (pool == offered);
  get_params (pool, &size, &min, &max);
  fail_unless_equals_int (min, 7);
  gst_object_unref (offered);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (one_that_cannot_pad_is_left_for_the_next)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 64, 64 } };
  GstQuery *query = ask (TRUE);
  GstBufferPool *plain = gst_buffer_pool_new (), *pool, *offered;

  gst_query_add_allocation_pool (query, plain, 300 * 240 * 3 / 2, 1, 0);
  propose (query, NULL);
  gst_query_parse_nth_allocation_pool (query, 1, &offered, NULL, NULL, NULL);
  pool = decide (query, &constraints);
  fail_unless (pool == offered);
  gst_object_unref (offered);

  /* which is then the first */
  gst_query_parse_nth_allocation_pool (query, 0, &offered, NULL, NULL, NULL);
  fail_unless (pool == offered);
  gst_object_unref (offered);
  gst_object_unref (plain);
  gst_object_unref (pool);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (padding_that_nobody_understands_is_an_error)
{
  setup ();

  GstZcConstraints constraints = { .stride_align = { 512 } };
  GstQuery *query = ask (TRUE);
  GError *error = NULL;

  fail_if (gst_zc_pool_decide (query, heap, &constraints, 2, &error));
  fail_unless (error && strstr (error->message, "GstVideoMeta"), "%s",
      error ? error->message : "no error");
  g_clear_error (&error);
  gst_query_unref (query);

  teardown ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_consumer_offers_pool_allocator_and_meta),
    RUNNER_TEST (who_needs_no_pool_gets_the_size),
    RUNNER_TEST (a_heap_of_pictures_offers_no_allocator),
    RUNNER_TEST (what_cannot_be_offered_leaves_the_query_alone),
    RUNNER_TEST (a_producer_takes_what_is_offered),
    RUNNER_TEST (a_producer_keeps_what_the_consumer_demands),
    RUNNER_TEST (without_an_offer_the_producer_has_its_own),
    RUNNER_TEST (an_answer_without_a_pool_still_counts),
    RUNNER_TEST (an_offer_of_too_few_buffers_is_left),
    RUNNER_TEST (an_offer_of_system_memory_is_left),
    RUNNER_TEST (what_consumers_read_behind_a_frame_is_there),
    RUNNER_TEST (a_pool_of_another_kind_is_asked_for_padding),
    RUNNER_TEST (padding_of_another_kind_needs_someone_who_understands_it),
    RUNNER_TEST (a_pool_that_adjusts_is_asked_again),
    RUNNER_TEST (one_that_cannot_pad_is_left_for_the_next),
    RUNNER_TEST (padding_that_nobody_understands_is_an_error))
