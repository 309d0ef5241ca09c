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

/* What memory of others is taken, what the kernel is told of it, and what comes
 * back. */

/* --- refusals ------------------------------------------------------------ */

static void
assert_refused (GstBuffer *buffer, int error, const char *words)
{
  const gchar *reason = NULL;
  guint n_calls = vb2.n_calls;

  fail_unless_equals_int (vb2_try_push (buffer, &reason), -error);
  fail_unless (strstr (reason, words) != NULL, "%s", reason);
  fail_unless_equals_int (vb2.n_calls, n_calls);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
  gst_buffer_unref (buffer);
}

GST_START_TEST (what_is_no_dmabuf_is_refused)
{
  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  assert_refused (vb2_buffer_of (gst_allocator_alloc (NULL, VB2_SIZE, NULL)),
      EMEDIUMTYPE, "no dma-buf");
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_picture_inside_a_dmabuf_is_refused)
{
  GstMemory *memory;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  memory = vb2_dmabuf_new (VB2_SIZE + 4096);
  gst_memory_resize (memory, 4096, VB2_SIZE);
  assert_refused (vb2_buffer_of (memory), EMEDIUMTYPE, "does not begin");
  vb2_tear_down ();
}
GST_END_TEST;

/* Though the dma-buf is larger: the rest is somebody else's. */
GST_START_TEST (memory_that_is_too_small_is_refused)
{
  GstMemory *whole;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  whole = vb2_dmabuf_new (2 * VB2_SIZE);
  assert_refused (vb2_buffer_of (gst_dmabuf_allocator_alloc (vb2_allocator,
                      dup (gst_dmabuf_memory_get_fd (whole)), VB2_SIZE - 1)),
      EMEDIUMTYPE, "too small");
  gst_memory_unref (whole);
  vb2_tear_down ();

  vb2_set_up (&gst_zc_v4l2_way_userptr, 2, 2);
  whole = vb2_user_new_at (NULL);
  assert_refused (vb2_buffer_of (gst_memory_new_wrapped (0, vb2_pages (NULL),
                      VB2_SIZE - 1, 0, VB2_SIZE - 1, NULL, NULL)),
      EMEDIUMTYPE, "too small");
  gst_memory_unref (whole);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (user_memory_begins_at_a_page)
{
  guint8 *data;
  GstMemory *memory;
  GstMapInfo map;

  vb2_set_up (&gst_zc_v4l2_way_userptr, 2, 2);
  data = vb2_pages (NULL);
  memory = gst_memory_new_wrapped (
      0, data + 64, VB2_SIZE - 64, 0, VB2_SIZE - 64, NULL, NULL);
  gst_memory_ref (memory);
  assert_refused (vb2_buffer_of (memory), EMEDIUMTYPE, "at a page");
  /* nothing of it stays mapped */
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  munmap (data, VB2_SIZE);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_that_others_write_is_refused)
{
  GstMemory *memory;

  vb2_set_up (&gst_zc_v4l2_way_userptr, 2, 2);
  memory = vb2_user_new_at (NULL);
  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
  assert_refused (vb2_buffer_of (memory), EMEDIUMTYPE, "mapped");
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (planes_in_another_number_of_memories_are_refused)
{
  GstBuffer *buffer;

  vb2_set_up_full (&gst_zc_v4l2_way_import, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
      2, 2, 2, FALSE);
  assert_refused (
      vb2_buffer_of (vb2_memory_new ()), EMEDIUMTYPE, "another way");
  /* what was pointed to before is given back */
  buffer = vb2_buffer_of (vb2_memory_new ());
  gst_buffer_append_memory (buffer, gst_allocator_alloc (NULL, VB2_SIZE, NULL));
  assert_refused (buffer, EMEDIUMTYPE, "no dma-buf");
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_plane_before_one_that_is_refused_is_unmapped)
{
  guint8 *data;
  GstMemory *luma;
  GstBuffer *buffer;
  GstMapInfo map;

  vb2_set_up_full (&gst_zc_v4l2_way_userptr, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
      2, 2, 2, FALSE);
  data = vb2_pages (NULL);
  luma = vb2_memory_new ();
  buffer = vb2_buffer_of (gst_memory_ref (luma));
  gst_buffer_append_memory (
      buffer, gst_memory_new_wrapped (
                  0, data + 64, VB2_SIZE - 64, 0, VB2_SIZE - 64, NULL, NULL));
  assert_refused (buffer, EMEDIUMTYPE, "at a page");
  fail_unless (gst_memory_map (luma, &map, GST_MAP_READWRITE));
  gst_memory_unmap (luma, &map);
  gst_memory_unref (luma);
  munmap (data, VB2_SIZE);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_push_after_the_end_is_refused)
{
  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  gst_zc_v4l2_slots_shutdown (vb2_slots);
  assert_refused (vb2_buffer_new (), ECANCELED, "ended");
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_failed_push_leaves_the_buffer_and_forgets_it)
{
  for (guint old = 0; old < 2; old++) {
    for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
      const gchar *reason = NULL;
      GstBuffer *buffer;
      guint attached;

      vb2.cannot_remove = old;
      vb2_set_up (vb2_ways[w], 1, 1);
      buffer = vb2_buffer_new ();
      vb2.refuses = 1;
      fail_unless_equals_int (vb2_try_push (buffer, &reason), -EINVAL);
      fail_unless (strstr (reason, "refuses") != NULL);
      fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
      fail_unless (gst_buffer_is_all_memory_writable (buffer));
      fail_unless_equals_int (gst_zc_v4l2_slots_get_queued (vb2_slots), 0);

      attached = vb2_count_attached ();
      vb2_cycle (buffer);
      fail_unless_equals_int (vb2_count_attached (), old ? attached + 1 : 1);
      gst_buffer_unref (buffer);
      vb2_tear_down ();
    }
  }
}
GST_END_TEST;

static GThread *puller;
static gint waits_for_frames; /* atomic */

/* The device never has a frame. */
static int
poll_without_frames (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  if (fds[0].events & POLLIN)
    g_atomic_int_set (&waits_for_frames, 1);
  fds[0].events = 0;
  return poll (fds, count, timeout_ms);
}

static gpointer
pull_nothing (gpointer data)
{
  struct zc_v4l2_frame frame;
  GstBuffer *buffer = NULL;

  (void) data;
  return GINT_TO_POINTER (gst_zc_v4l2_slots_pull (vb2_slots, &buffer, &frame));
}

static void
wait_meanwhile (unsigned long what)
{
  if (what != VIDIOC_QBUF)
    return;
  puller = g_thread_new ("pull", pull_nothing, NULL);
  while (!g_atomic_int_get (&waits_for_frames))
    g_usleep (1000);
}

/* Who saw the buffer as the driver's already would wait for ever. */
GST_START_TEST (a_failed_push_wakes_who_waits_for_it)
{
  const gchar *reason = NULL;
  GstBuffer *buffer;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  zc_v4l2_sys.poll = poll_without_frames;
  buffer = vb2_buffer_new ();
  vb2.refuses = 1;
  vb2.called = wait_meanwhile;
  fail_unless_equals_int (vb2_try_push (buffer, &reason), -EINVAL);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (puller)), -ENOBUFS);
  zc_v4l2_sys.poll = poll;
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

/* An error that comes before vb2 looks at the planes leaves the old ones. */
GST_START_TEST (an_address_behind_a_push_that_failed_early_is_remembered)
{
  const gchar *reason = NULL;
  GstBuffer *old, *other;
  GstMapInfo map;
  gpointer at;
  guint attached;

  vb2.cannot_remove = vb2.cannot_prepare = true;
  vb2_set_up (&gst_zc_v4l2_way_userptr, 1, 2);
  old = vb2_buffer_new ();
  fail_unless (gst_buffer_map (old, &map, GST_MAP_READ));
  at = map.data;
  gst_buffer_unmap (old, &map);
  vb2_cycle (old);
  vb2.limit = 1;
  other = vb2_buffer_new ();
  vb2.failing = VIDIOC_QBUF;
  vb2.error = EIO;
  fail_unless_equals_int (vb2_try_push (other, &reason), -EIO);
  vb2.failing = 0;
  gst_buffer_unref (old);

  /* the only slot may have the old pages */
  attached = vb2_count_attached ();
  old = vb2_buffer_of (vb2_user_new_at (at));
  fail_unless_equals_int (vb2_try_push (old, &reason), -ENOBUFS);
  vb2_cycle (other);
  fail_unless_equals_int (vb2_count_attached (), attached + 1);
  vb2_cycle (old);
  fail_unless_equals_int (vb2_count_attached (), attached + 2);
  gst_buffer_unref (old);
  gst_buffer_unref (other);
  vb2_tear_down ();
}
GST_END_TEST;

/* --- what the kernel is told, and what comes back ------------------------ */

GST_START_TEST (the_length_is_the_drivers_each_time)
{
  GstBuffer *buffer;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  buffer = vb2_buffer_of (vb2_dmabuf_new (4 * VB2_SIZE));
  for (guint i = 0; i < 3; i++) {
    gst_buffer_set_size (buffer, VB2_SIZE + i);
    vb2_push (buffer);
    fail_unless_equals_int (vb2.told[0].length, VB2_SIZE);
    fail_unless_equals_int (vb2.told[0].bytesused, 0);
    vb2_pull ();
  }
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_output_queue_is_told_the_payload)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    GstBuffer *buffer;

    vb2_set_up_full (vb2_ways[w], V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 2, 2, TRUE);
    buffer = vb2_buffer_new ();
    gst_buffer_set_size (buffer, 100);
    vb2_push (buffer);
    fail_unless_equals_int (vb2.told[0].length, VB2_SIZE);
    fail_unless_equals_int (vb2.told[0].bytesused, 100);
    /* and it comes back as it was */
    fail_unless (vb2_pull () == buffer);
    fail_unless_equals_int (gst_buffer_get_size (buffer), 100);
    gst_buffer_unref (buffer);
    vb2_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (no_bytes_of_a_payload_are_lost)
{
  vb2_set_up_full (
      &gst_zc_v4l2_way_import, V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 2, 2, TRUE);
  assert_refused (
      vb2_buffer_of (vb2_dmabuf_new (VB2_SIZE + 4096)), EMSGSIZE, "more bytes");
  vb2_tear_down ();
  /* what is behind a picture is no payload */
  vb2_set_up_full (
      &gst_zc_v4l2_way_import, V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 2, 2, FALSE);
  vb2_push (vb2_buffer_of (vb2_dmabuf_new (VB2_SIZE + 4096)));
  fail_unless_equals_int (vb2.told[0].bytesused, VB2_SIZE);
  vb2_tear_down ();
}
GST_END_TEST;

/* Who reads needs no memory of its own. */
GST_START_TEST (an_output_queue_reads_what_others_read)
{
  GstMemory *memory;
  GstMapInfo map;

  vb2_set_up_full (
      &gst_zc_v4l2_way_userptr, V4L2_BUF_TYPE_VIDEO_OUTPUT, 1, 2, 2, FALSE);
  memory = vb2_user_new_at (NULL);
  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  vb2_push (vb2_buffer_of (gst_memory_ref (memory)));
  gst_buffer_unref (vb2_pull ());
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (bytes_are_as_many_as_the_driver_says)
{
  GstBuffer *buffer;

  vb2_set_up_full (
      &gst_zc_v4l2_way_import, V4L2_BUF_TYPE_VIDEO_CAPTURE, 1, 2, 2, TRUE);
  vb2.bytes_used = 321;
  buffer = vb2_buffer_new ();
  vb2_cycle (buffer);
  fail_unless_equals_int (gst_buffer_get_size (buffer), 321);
  vb2.bytes_used = 4000;
  vb2_cycle (buffer);
  fail_unless_equals_int (gst_buffer_get_size (buffer), 4000);
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

/* Memories may be larger than the driver's planes. */
GST_START_TEST (planes_begin_where_their_memories_do)
{
  const GstVideoMeta *meta;
  GstBuffer *buffer;

  vb2_set_up_full (&gst_zc_v4l2_way_import, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
      2, 2, 2, FALSE);
  vb2.data_offset[0] = 128;
  vb2.data_offset[1] = 64;
  buffer = vb2_buffer_of (vb2_dmabuf_new (VB2_SIZE + 4096));
  gst_buffer_append_memory (buffer, vb2_dmabuf_new (VB2_SIZE));
  vb2_cycle (buffer);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta->n_planes, 2);
  fail_unless_equals_int (meta->offset[0], 128);
  fail_unless_equals_int (meta->offset[1], VB2_SIZE + 4096 + 64);
  vb2.data_offset[0] = vb2.data_offset[1] = 0;
  vb2_cycle (buffer);
  fail_unless_equals_int (meta->offset[0], 0);
  fail_unless_equals_int (meta->offset[1], VB2_SIZE + 4096);
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (user_memory_is_mapped_while_the_driver_has_it)
{
  GstMemory *memory;
  GstMapInfo map;

  vb2_set_up (&gst_zc_v4l2_way_userptr, 2, 2);
  memory = vb2_user_new_at (NULL);
  vb2_push (vb2_buffer_of (gst_memory_ref (memory)));
  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_buffer_unref (vb2_pull ());
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  vb2_tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_clock_of_the_queue_is_known)
{
  for (guint w = 0; w < G_N_ELEMENTS (vb2_ways); w++) {
    vb2_set_up (vb2_ways[w], 2, 2);
    fail_unless_equals_int (gst_zc_v4l2_slots_get_flags (vb2_slots),
        V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC);
    vb2_tear_down ();
  }
}
GST_END_TEST;

/* --- fences -------------------------------------------------------------- */

static gint busy_waits;

/* Only the dma-buf that is busy may be waited for: another would not wait. */
static int
wait_for_fence (struct pollfd *fds, nfds_t count, int timeout_ms)
{
  (void) timeout_ms;
  runner_require (count == 3, "no fence is waited for");
  runner_require (++busy_waits == 1, "the wrong fence is waited for");
  for (nfds_t i = 0; i < count; i++)
    fds[i].revents = 0;
  fds[2].revents = fds[2].events;
  seam_set_busy (-1);
  zc_v4l2_sys.poll = poll;
  return 1;
}

GST_START_TEST (the_fences_of_every_plane_are_waited_for)
{
  for (guint busy = 0; busy < 2; busy++) {
    GstBuffer *buffer;

    vb2_set_up_full (&gst_zc_v4l2_way_import,
        V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, 2, 2, 2, FALSE);
    buffer = vb2_buffer_new ();
    seam_set_busy (
        gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, busy)));
    {
      const gchar *reason;

      fail_unless_equals_int (vb2_try_push (buffer, &reason), 0);
    }
    fail_unless_equals_int (vb2.n_fifo, 0);
    fail_unless_equals_int (gst_zc_v4l2_slots_get_queued (vb2_slots), 1);
    busy_waits = 0;
    zc_v4l2_sys.poll = wait_for_fence;
    fail_unless (vb2_pull () == buffer);
    fail_unless_equals_int (busy_waits, 1);
    gst_buffer_unref (buffer);
    vb2_tear_down ();
  }
}
GST_END_TEST;

GST_START_TEST (a_buffer_with_a_fence_comes_back_at_shutdown)
{
  GstBuffer *buffer;
  const gchar *reason;

  vb2_set_up (&gst_zc_v4l2_way_import, 2, 2);
  buffer = vb2_buffer_new ();
  seam_set_busy (gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (buffer, 0)));
  fail_unless_equals_int (vb2_try_push (gst_buffer_ref (buffer), &reason), 0);
  gst_zc_v4l2_slots_shutdown (vb2_slots);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
  gst_buffer_unref (buffer);
  vb2_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_is_no_dmabuf_is_refused),
    RUNNER_TEST (a_picture_inside_a_dmabuf_is_refused),
    RUNNER_TEST (memory_that_is_too_small_is_refused),
    RUNNER_TEST (user_memory_begins_at_a_page),
    RUNNER_TEST (memory_that_others_write_is_refused),
    RUNNER_TEST (planes_in_another_number_of_memories_are_refused),
    RUNNER_TEST (a_plane_before_one_that_is_refused_is_unmapped),
    RUNNER_TEST (a_push_after_the_end_is_refused),
    RUNNER_TEST (a_failed_push_leaves_the_buffer_and_forgets_it),
    RUNNER_TEST (a_failed_push_wakes_who_waits_for_it),
    RUNNER_TEST (an_address_behind_a_push_that_failed_early_is_remembered),
    RUNNER_TEST (the_length_is_the_drivers_each_time),
    RUNNER_TEST (an_output_queue_is_told_the_payload),
    RUNNER_TEST (no_bytes_of_a_payload_are_lost),
    RUNNER_TEST (an_output_queue_reads_what_others_read),
    RUNNER_TEST (bytes_are_as_many_as_the_driver_says),
    RUNNER_TEST (planes_begin_where_their_memories_do),
    RUNNER_TEST (user_memory_is_mapped_while_the_driver_has_it),
    RUNNER_TEST (the_clock_of_the_queue_is_known),
    RUNNER_TEST (the_fences_of_every_plane_are_waited_for),
    RUNNER_TEST (a_buffer_with_a_fence_comes_back_at_shutdown))
