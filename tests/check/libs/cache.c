/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/allocators/gstzcallocator.h"
#include "gst-libs/allocators/gstzccache.h"

#include <unistd.h>

#define SIZE 4096

static GstAllocator *allocator;
static GstZcCache *cache;
static gint n_destroyed; /* atomic */

static void
destroy (gpointer value)
{
  fail_unless (value != NULL);
  g_atomic_int_inc (&n_destroyed);
}

static void
setup (void)
{
  seam_play ();
  allocator = gst_dmabuf_allocator_new ();
  cache = gst_zc_cache_new (destroy);
  n_destroyed = 0;
}

static void
teardown (void)
{
  g_clear_pointer (&cache, gst_zc_cache_free);
  gst_clear_object (&allocator);
}

/* Of upstream's allocator: the cache takes all. */
static GstMemory *
memory_new (void)
{
  return gst_dmabuf_allocator_alloc (allocator, seam_dmabuf (SIZE), SIZE);
}

static GstMemory *
another_of (GstMemory *memory)
{
  return gst_dmabuf_allocator_alloc (
      allocator, dup (gst_dmabuf_memory_get_fd (memory)), SIZE);
}

static void
insert (GstMemory *memory, gpointer value)
{
  GError *error = NULL;

  fail_unless (gst_zc_cache_insert (cache, memory, value, &error), "%s",
      error ? error->message : "");
}

GST_START_TEST (memories_of_one_dmabuf_share_an_entry)
{
  setup ();

  GstMemory *a = memory_new (), *b = another_of (a), *other = memory_new ();
  GstMemory *part = gst_memory_share (a, 10, 10);

  insert (a, "value");
  fail_unless_equals_string (gst_zc_cache_lookup (cache, b), "value");
  fail_unless_equals_string (gst_zc_cache_lookup (cache, part), "value");
  fail_if (gst_zc_cache_lookup (cache, other));
  fail_unless_equals_int (gst_zc_cache_get_size (cache), 1);
  gst_memory_unref (part);
  gst_memory_unref (a);
  gst_memory_unref (b);
  gst_memory_unref (other);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (an_entry_dies_with_the_last_memory)
{
  setup ();

  GstMemory *a = memory_new (), *b = another_of (a);

  insert (a, "value");
  fail_unless (gst_zc_cache_lookup (cache, b) != NULL);
  gst_memory_unref (a);
  fail_unless_equals_int (n_destroyed, 0);
  gst_memory_unref (b);
  fail_unless_equals_int (n_destroyed, 1);
  fail_unless_equals_int (gst_zc_cache_get_size (cache), 0);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_frame_seen_before_costs_no_call)
{
  setup ();

  GstMemory *memory = memory_new ();
  guint calls;

  insert (memory, "value");
  calls = seam_calls ("fstat") + seam_calls ("fstatfs") + seam_calls ("lseek");
  for (guint i = 0; i < 100; i++)
    fail_unless (gst_zc_cache_lookup (cache, memory) != NULL);
  fail_unless_equals_int (
      seam_calls ("fstat") + seam_calls ("fstatfs") + seam_calls ("lseek"),
      calls);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_new_value_replaces_the_old_one)
{
  setup ();

  GstMemory *memory = memory_new ();

  insert (memory, "old");
  insert (memory, "new");
  fail_unless_equals_int (n_destroyed, 1);
  fail_unless_equals_string (gst_zc_cache_lookup (cache, memory), "new");
  gst_memory_unref (memory);
  fail_unless_equals_int (n_destroyed, 2);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_value_can_be_taken_out)
{
  setup ();

  GstMemory *memory = memory_new ();

  insert (memory, "value");
  fail_unless_equals_string (gst_zc_cache_steal (cache, memory), "value");
  fail_if (gst_zc_cache_steal (cache, memory));
  fail_if (gst_zc_cache_lookup (cache, memory));
  gst_memory_unref (memory);
  fail_unless_equals_int (n_destroyed, 0);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (a_cache_goes_before_its_memories)
{
  setup ();

  GstMemory *memory = memory_new ();
  GstZcCache *other = gst_zc_cache_new (destroy);

  insert (memory, "value");
  fail_unless (gst_zc_cache_insert (other, memory, "other", NULL));
  g_clear_pointer (&cache, gst_zc_cache_free);
  fail_unless_equals_int (n_destroyed, 1);
  fail_unless_equals_string (gst_zc_cache_lookup (other, memory), "other");
  gst_memory_unref (memory);
  fail_unless_equals_int (n_destroyed, 2);
  gst_zc_cache_free (other);

  teardown ();
}
GST_END_TEST;

GST_START_TEST (what_is_no_dmabuf_has_no_entry)
{
  setup ();

  GstMemory *memory = gst_allocator_alloc (NULL, 16, NULL);
  GError *error = NULL;

  fail_if (gst_zc_cache_insert (cache, memory, "value", &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_DMABUF));
  g_clear_error (&error);
  fail_if (gst_zc_cache_lookup (cache, memory));
  fail_unless_equals_int (n_destroyed, 0);
  gst_memory_unref (memory);

  teardown ();
}
GST_END_TEST;

static gpointer
drop_memories (gpointer data)
{
  GPtrArray *memories = data;

  g_ptr_array_unref (memories);
  return NULL;
}

GST_START_TEST (memories_may_go_while_the_cache_does)
{
  setup ();

  for (guint round = 0; round < 50; round++) {
    GPtrArray *memories = g_ptr_array_new_with_free_func (
        (GDestroyNotify) gst_memory_unref);
    GThread *thread;

    for (guint i = 0; i < 20; i++) {
      GstMemory *memory = memory_new ();

      insert (memory, "value");
      g_ptr_array_add (memories, memory);
    }
    n_destroyed = 0;
    thread = g_thread_new ("drop", drop_memories, memories);
    g_clear_pointer (&cache, gst_zc_cache_free);
    g_thread_join (thread);
    fail_unless_equals_int (g_atomic_int_get (&n_destroyed), 20);
    cache = gst_zc_cache_new (destroy);
  }

  teardown ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (memories_of_one_dmabuf_share_an_entry),
    RUNNER_TEST (an_entry_dies_with_the_last_memory),
    RUNNER_TEST (a_frame_seen_before_costs_no_call),
    RUNNER_TEST (a_new_value_replaces_the_old_one),
    RUNNER_TEST (a_value_can_be_taken_out),
    RUNNER_TEST (a_cache_goes_before_its_memories),
    RUNNER_TEST (what_is_no_dmabuf_has_no_entry),
    RUNNER_TEST (memories_may_go_while_the_cache_does))
