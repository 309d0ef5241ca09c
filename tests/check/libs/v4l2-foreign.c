/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-vb2.h"

#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <sys/mman.h>
#include <unistd.h>

/* Which index memory of others gets, and for how long. */

/* --- where memory lands -------------------------------------------------- */

GST_START_TEST (the_same_memory_lands_on_its_index)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    static const guint order[] = { 2, 0, 1, 1, 2, 0, 2, 1 };
    GstBuffer *buffer[3];
    guint index[3];

    vb2_set_up (vb2_ways[w], 3, 3);
    for (guint i = 0; i < 3; i++) {
      buffer[i] = vb2_buffer_new ();
      index[i] = vb2_cycle (buffer[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS (order); i++)
      fail_unless_equals_int (vb2_cycle (buffer[order[i]]), index[order[i]]);
    fail_unless_equals_int (vb2_count_attached (), 3);
    for (guint i = 0; i < 3; i++)
      gst_buffer_unref (buffer[i]);
    vb2_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (memories_of_one_dmabuf_share_an_index)
{
  GstBuffer *a, *b;

  vb2_set_up (&gst_zc_v4l2_way_import, 3, 3);
  a = vb2_buffer_new ();
  b = vb2_buffer_of (vb2_another_of (gst_buffer_peek_memory (a, 0)));
  fail_unless_equals_int (vb2_cycle (a), vb2_cycle (b));
  fail_unless_equals_int (vb2_count_attached (), 1);

  /* it is known as long as one of them lives */
  gst_buffer_unref (a);
  fail_unless_equals_int (vb2.n_removed, 0);
  vb2_cycle (b);
  fail_unless_equals_int (vb2_count_attached (), 1);
  gst_buffer_unref (b);
  fail_unless_equals_int (vb2.n_removed, 1);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (more_slots_are_made_first)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer[5];

    vb2_set_up (vb2_ways[w], 2, 5);
    for (guint i = 0; i < 5; i++) {
      buffer[i] = vb2_buffer_new ();
      fail_unless_equals_int (vb2_cycle (buffer[i]), i);
    }
    for (guint i = 0; i < 5; i++)
      fail_unless_equals_int (vb2_cycle (buffer[i]), i);
    fail_unless_equals_int (vb2_count_attached (), 5);
    fail_unless_equals_int (vb2_count_slots (), 5);
    for (guint i = 0; i < 5; i++)
      gst_buffer_unref (buffer[i]);
    vb2_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (what_was_used_least_recently_leaves)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer[3], *other;

    vb2_set_up (vb2_ways[w], 3, 3);
    for (guint i = 0; i < 3; i++) {
      buffer[i] = vb2_buffer_new ();
      fail_unless_equals_int (vb2_cycle (buffer[i]), i);
    }
    vb2_cycle (buffer[0]);
    other = vb2_buffer_new ();
    fail_unless_equals_int (vb2_cycle (other), 1);
    fail_unless_equals_int (vb2_cycle (buffer[0]), 0);
    fail_unless_equals_int (vb2_cycle (buffer[1]), 2);
    for (guint i = 0; i < 3; i++)
      gst_buffer_unref (buffer[i]);
    gst_buffer_unref (other);
    vb2_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (a_driver_that_has_all_slots_refuses_one_more)
{
  const gchar *reason = NULL;
  GstBuffer *buffer;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  vb2_push (vb2_buffer_new ());
  vb2_push (vb2_buffer_new ());
  buffer = vb2_buffer_new ();
  fail_unless_equals_int (vb2_try_push (buffer, &reason), -ENOBUFS);
  fail_unless (strstr (reason, "all buffers") != NULL);
  gst_buffer_unref (vb2_pull ());
  vb2_push (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (nothing_to_wait_for_is_told)
{
  struct zc_v4l2_frame frame;
  GstBuffer *buffer = NULL;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  fail_unless_equals_int (
      gst_zc_v4l2_slots_pull (vb2_slots, &buffer, &frame), -ENOBUFS);
  buffer = vb2_buffer_new ();
  vb2_cycle (buffer);
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

/* Not the binding of the first plane alone. */
GST_START_TEST (a_buffer_with_another_second_plane_is_another)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstMemory *luma, *chroma;
    GstBuffer *buffer;

    vb2_set_up_full (
        vb2_ways[w], V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, 2, 3, 3, FALSE);
    luma = vb2_memory_new ();
    buffer = vb2_buffer_of (gst_memory_ref (luma));
    gst_buffer_append_memory (buffer, vb2_memory_new ());
    fail_unless_equals_int (vb2_cycle (buffer), 0);
    fail_unless_equals_int (vb2_cycle (buffer), 0);

    chroma = vb2_memory_new ();
    gst_buffer_replace_memory (buffer, 1, gst_memory_ref (chroma));
    vb2_cycle (buffer);
    gst_buffer_unref (buffer);
    /* its death is noticed, too */
    vb2.n_removed = 0;
    gst_memory_unref (chroma);
    fail_unless_equals_int (vb2.n_removed, 1);
    gst_memory_unref (luma);
    vb2_tear_down ();
  }
}
GST_END_TEST;

/* Its memories are known by two others, and each goes alone. */
GST_START_TEST (a_buffer_of_known_planes_of_others_is_another)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer[2], *mixed = gst_buffer_new ();
    guint64 luma;

    vb2_set_up_full (
        vb2_ways[w], V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, 2, 3, 3, FALSE);
    for (guint i = 0; i < 2; i++) {
      buffer[i] = vb2_buffer_new ();
      vb2_cycle (buffer[i]);
    }
    luma = vb2.index[0].known[0];
    gst_buffer_append_memory (mixed, gst_buffer_get_memory (buffer[0], 0));
    gst_buffer_append_memory (mixed, gst_buffer_get_memory (buffer[1], 1));
    gst_buffer_remove_memory (buffer[0], 0);
    gst_buffer_remove_memory (buffer[1], 1);
    vb2_cycle (mixed);
    gst_buffer_remove_memory (mixed, 0);
    for (guint i = 0; i < VB2_SLOTS; i++)
      fail_if (vb2.index[i].known[0] == luma);
    gst_buffer_unref (mixed);
    gst_buffer_unref (buffer[0]);
    gst_buffer_unref (buffer[1]);
    vb2_tear_down ();
  }
}
GST_END_TEST;

/* --- memory that goes ---------------------------------------------------- */

GST_START_TEST (an_index_is_given_up_with_its_memory)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer[3];

    vb2_set_up (vb2_ways[w], 3, 3);
    for (guint i = 0; i < 3; i++) {
      buffer[i] = vb2_buffer_new ();
      vb2_cycle (buffer[i]);
    }
    gst_buffer_unref (buffer[1]);
    fail_unless_equals_int (vb2.n_removed, 1);
    fail_if (vb2.index[1].exists);
    fail_unless_equals_int (vb2_count_slots (), 2);
    fail_unless_equals_int (vb2_cycle (buffer[2]), 2);

    /* the hole is filled again */
    buffer[1] = vb2_buffer_new ();
    fail_unless_equals_int (vb2_cycle (buffer[1]), 1);
    fail_unless_equals_int (vb2_cycle (buffer[0]), 0);
    for (guint i = 0; i < 3; i++)
      gst_buffer_unref (buffer[i]);
    fail_unless_equals_int (vb2_count_slots (), 0);
    vb2_tear_down ();
  }
}
GST_END_TEST;

static guint n_removed_at_free;

static void
note_and_unmap (gpointer data)
{
  n_removed_at_free = vb2.n_removed;
  munmap (data, VB2_SIZE);
}

GST_START_TEST (pages_are_given_up_before_they_are_freed)
{
  guint8 *data;
  GstBuffer *buffer;

  vb2_set_up (&gst_zc_v4l2_way_userptr, 3, 3);
  data = vb2_pages (NULL);
  buffer = vb2_buffer_of (gst_memory_new_wrapped (
      0, data, VB2_SIZE, 0, VB2_SIZE, data, note_and_unmap));
  vb2_cycle (buffer);
  n_removed_at_free = 0;
  gst_buffer_unref (buffer);
  fail_unless_equals_int (n_removed_at_free, 1);
  vb2_tear_down ();
}
GST_END_TEST;

/* As often as you like: the limit is of what lives. */
GST_START_TEST (memory_may_come_and_go_at_the_limit)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    vb2_set_up (vb2_ways[w], 2, 2);
    for (guint round = 0; round < 20; round++) {
      GstBuffer *a = vb2_buffer_new (), *b = vb2_buffer_new (),
                *c = vb2_buffer_new ();

      vb2_cycle (a);
      vb2_cycle (b);
      vb2_cycle (c);
      gst_buffer_unref (a);
      gst_buffer_unref (b);
      gst_buffer_unref (c);
    }
    vb2_tear_down ();
  }
}
GST_END_TEST;

/* Returns its address. */
static gpointer
cycle_and_free (gpointer at)
{
  GstMemory *memory = vb2_user_new_at (at);
  GstBuffer *buffer;
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  at = map.data;
  gst_memory_unmap (memory, &map);
  buffer = vb2_buffer_of (memory);
  vb2_cycle (buffer);
  gst_buffer_unref (buffer);
  return at;
}

/* Where neither the index nor what is behind it can be given up. */
GST_START_TEST (new_pages_are_not_taken_for_old_ones)
{
  gpointer at;
  guint attached;

  vb2.cannot_remove = vb2.cannot_prepare = true;
  vb2_set_up (&gst_zc_v4l2_way_userptr, 2, 2);
  at = cycle_and_free (NULL);
  attached = vb2_count_attached ();
  fail_unless (cycle_and_free (at) == at);
  fail_unless_equals_int (vb2_count_attached (), attached + 1);
  vb2_tear_down ();
}
GST_END_TEST;

/* Though the memory was pushed by way of two slots. */
GST_START_TEST (each_index_that_knew_an_address_is_kept_from_it)
{
  GstBuffer *buffer, *again;
  GstMapInfo map;
  gpointer at;
  guint attached;

  vb2.cannot_remove = vb2.cannot_prepare = true;
  vb2_set_up_full (
      &gst_zc_v4l2_way_userptr, V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 3, 3, FALSE);
  buffer = vb2_buffer_new ();
  again = vb2_buffer_of (gst_memory_ref (gst_buffer_peek_memory (buffer, 0)));
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  at = map.data;
  gst_buffer_unmap (buffer, &map);
  vb2_push (buffer);
  vb2_push (again);
  gst_buffer_unref (vb2_pull ());
  gst_buffer_unref (vb2_pull ());
  attached = vb2_count_attached ();
  cycle_and_free (at);
  fail_unless_equals_int (vb2_count_attached (), attached + 1);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (new_pages_of_a_second_plane_are_not_taken_for_old_ones)
{
  GstBuffer *buffer;
  GstMapInfo map;
  guint attached;
  gpointer at;

  vb2.cannot_remove = vb2.cannot_prepare = true;
  vb2_set_up_full (&gst_zc_v4l2_way_userptr, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
      2, 2, 2, FALSE);
  buffer = vb2_buffer_new ();
  vb2_cycle (buffer);
  fail_unless (
      gst_memory_map (gst_buffer_peek_memory (buffer, 1), &map, GST_MAP_READ));
  at = map.data;
  gst_memory_unmap (gst_buffer_peek_memory (buffer, 1), &map);
  gst_buffer_replace_memory (buffer, 0, vb2_user_new_at (NULL));
  gst_buffer_remove_memory (buffer, 1);
  gst_buffer_append_memory (buffer, vb2_user_new_at (at));
  attached = vb2_count_attached ();
  vb2_cycle (buffer);
  fail_unless_equals_int (vb2_count_attached (), attached + 2);
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

/* An old kernel is made to put it, and the index can be used for it again. */
GST_START_TEST (without_remove_bufs_the_kernel_lets_go_too)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer;

    vb2.cannot_remove = true;
    vb2_set_up (vb2_ways[w], 1, 1);
    buffer = vb2_buffer_new ();
    vb2_cycle (buffer);
    gst_buffer_unref (buffer);
    fail_unless_equals_uint64 (vb2.index[0].known[0], 0);
    fail_unless_equals_int (vb2_count_slots (), 1);
    if (vb2_ways[w] == &gst_zc_v4l2_way_userptr) {
      gpointer at = cycle_and_free (NULL);

      cycle_and_free (at);
      fail_unless_equals_int (vb2.index[0].attached, 3);
    }
    vb2_tear_down ();
  }
}
GST_END_TEST;

/* --- the end ------------------------------------------------------------- */

GST_START_TEST (shutdown_returns_every_buffer_once)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer[4];

    vb2_set_up (vb2_ways[w], 4, 4);
    for (guint i = 0; i < 4; i++) {
      buffer[i] = vb2_buffer_new ();
      if (i == 0)
        vb2_cycle (buffer[i]);
      else
        vb2_push (gst_buffer_ref (buffer[i]));
    }
    gst_zc_v4l2_slots_shutdown (vb2_slots);
    fail_unless_equals_int (vb2.n_reqbufs_0, 1);
    fail_unless_equals_int (gst_zc_v4l2_slots_get_queued (vb2_slots), 0);
    for (guint i = 0; i < 4; i++) {
      GstMapInfo map;

      fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer[i]), 1);
      if (vb2_ways[w] == &gst_zc_v4l2_way_userptr) {
        fail_unless (gst_buffer_map (buffer[i], &map, GST_MAP_READWRITE));
        gst_buffer_unmap (buffer[i], &map);
      }
      gst_buffer_unref (buffer[i]);
    }
    gst_zc_v4l2_slots_shutdown (vb2_slots);
    fail_unless_equals_int (vb2.n_reqbufs_0, 1);
    vb2_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (memory_outlives_the_slots)
{
  unsigned fds = fds_count ();

  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer;
    guint n_calls;

    vb2_set_up (vb2_ways[w], 2, 2);
    buffer = vb2_buffer_new ();
    vb2_cycle (buffer);
    gst_zc_v4l2_slots_shutdown (vb2_slots);
    n_calls = vb2.n_calls;
    gst_zc_v4l2_slots_ref (vb2_slots);
    vb2_tear_down ();
    vb2.n_calls = n_calls;
    vb2_device.fd = -1;
    gst_buffer_unref (buffer);
    fail_unless_equals_int (vb2.n_calls, n_calls);
    gst_zc_v4l2_slots_unref (vb2_slots);
    vb2.n_calls = 0;
  }
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

/* One memory is of two queues at once, and of one after another. */
GST_START_TEST (a_memory_may_be_known_to_several_queues)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstZcV4l2Slots *first;
    struct zc_v4l2_device first_device;
    GstBuffer *buffer;

    vb2_set_up (vb2_ways[w], 2, 2);
    buffer = vb2_buffer_new ();
    vb2_cycle (buffer);
    first = vb2_slots;
    first_device = vb2_device;
    gst_object_unref (vb2_allocator);
    vb2_set_up (vb2_ways[w], 2, 2);
    fail_unless_equals_int (vb2_count_slots (), 2);
    vb2_cycle (buffer);
    fail_unless_equals_int (vb2_count_attached (), 1);
    vb2_tear_down ();

    vb2_device = first_device;
    gst_zc_v4l2_slots_shutdown (first);
    gst_zc_v4l2_slots_unref (first);
    gst_buffer_unref (buffer);
    close (first_device.fd);
  }
}
GST_END_TEST;

static gpointer
free_buffers (gpointer data)
{
  g_ptr_array_unref (data);
  return NULL;
}

GST_START_TEST (memories_may_go_while_the_slots_shut_down)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    for (guint round = 0; round < 50; round++) {
      GPtrArray *buffers = g_ptr_array_new_with_free_func (
          (GDestroyNotify) gst_buffer_unref);
      GThread *thread;

      vb2_set_up (vb2_ways[w], 8, 8);
      for (guint i = 0; i < 8; i++) {
        g_ptr_array_add (buffers, vb2_buffer_new ());
        vb2_cycle (buffers->pdata[i]);
      }
      thread = g_thread_new ("free", free_buffers, buffers);
      gst_zc_v4l2_slots_shutdown (vb2_slots);
      g_thread_join (thread);
      vb2_tear_down ();
    }
  }
}
GST_END_TEST;

static GThread *second;

static gpointer
shut_down (gpointer data)
{
  gst_zc_v4l2_slots_shutdown (data);
  runner_require (vb2.n_reqbufs_0 == 1, "the device is still used");
  return NULL;
}

/* The pause lets a second that does not wait go wrong, no more. */
static void
shut_down_meanwhile (unsigned long what)
{
  if (what != VIDIOC_STREAMOFF)
    return;
  second = g_thread_new ("shutdown", shut_down, vb2_slots);
  g_usleep (20000);
}

GST_START_TEST (whoever_shuts_down_second_waits_for_the_first)
{
  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  vb2.called = shut_down_meanwhile;
  gst_zc_v4l2_slots_shutdown (vb2_slots);
  g_thread_join (second);
  vb2_tear_down ();
}
GST_END_TEST;

static GAsyncQueue *filled;

/* Each second one is let go, each other pushed again. */
static gpointer
consume (gpointer data)
{
  GstBuffer *buffer;
  guint n = 0;

  while ((buffer = g_async_queue_pop (filled)) != data) {
    if (n++ % 2) {
      gst_buffer_unref (buffer);
      continue;
    }
    g_async_queue_push (data, buffer);
  }
  return NULL;
}

static GstBuffer *
next_buffer (GAsyncQueue *again)
{
  GstBuffer *buffer = g_async_queue_try_pop (again);

  return buffer ? buffer : vb2_buffer_new ();
}

/* Indices go in one thread and come in another. */
GST_START_TEST (memory_may_go_while_other_is_pushed)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GAsyncQueue *again;
    GThread *thread;

    vb2_set_up (vb2_ways[w], 2, 6);
    filled = g_async_queue_new ();
    again = g_async_queue_new_full ((GDestroyNotify) gst_buffer_unref);
    thread = g_thread_new ("consume", consume, again);
    for (guint i = 0; i < 2000; i++) {
      vb2_push (next_buffer (again));
      if (i % 3 == 0)
        vb2_push (next_buffer (again));
      while (gst_zc_v4l2_slots_get_queued (vb2_slots) > 1)
        g_async_queue_push (filled, vb2_pull ());
    }
    g_async_queue_push (filled, again);
    g_thread_join (thread);
    g_async_queue_unref (filled);
    g_async_queue_unref (again);
    fail_unless (vb2_count_slots () <= 6);
    vb2_tear_down ();
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (the_same_memory_lands_on_its_index),
    RUNNER_TEST (memories_of_one_dmabuf_share_an_index),
    RUNNER_TEST (more_slots_are_made_first),
    RUNNER_TEST (what_was_used_least_recently_leaves),
    RUNNER_TEST (a_driver_that_has_all_slots_refuses_one_more),
    RUNNER_TEST (nothing_to_wait_for_is_told),
    RUNNER_TEST (a_buffer_with_another_second_plane_is_another),
    RUNNER_TEST (a_buffer_of_known_planes_of_others_is_another),
    RUNNER_TEST (an_index_is_given_up_with_its_memory),
    RUNNER_TEST (pages_are_given_up_before_they_are_freed),
    RUNNER_TEST (memory_may_come_and_go_at_the_limit),
    RUNNER_TEST (new_pages_are_not_taken_for_old_ones),
    RUNNER_TEST (each_index_that_knew_an_address_is_kept_from_it),
    RUNNER_TEST (new_pages_of_a_second_plane_are_not_taken_for_old_ones),
    RUNNER_TEST (without_remove_bufs_the_kernel_lets_go_too),
    RUNNER_TEST (shutdown_returns_every_buffer_once),
    RUNNER_TEST (memory_outlives_the_slots),
    RUNNER_TEST (a_memory_may_be_known_to_several_queues),
    RUNNER_TEST (memories_may_go_while_the_slots_shut_down),
    RUNNER_TEST (whoever_shuts_down_second_waits_for_the_first),
    RUNNER_TEST (memory_may_go_while_other_is_pushed))
