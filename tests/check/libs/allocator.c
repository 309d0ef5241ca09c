/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/heap.h"
#include "../helpers/played.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/video/video.h>
#include <sys/mman.h>
#include <unistd.h>

GST_START_TEST (each_errno_of_wrapping_comes_out)
{
  played_set_up ();

  static const char *const functions[] = { "fstatfs", "fstat", "lseek" };
  int fd = seam_dmabuf (PLAYED_SIZE);

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
    GError *error = NULL;

    seam_fail (functions[i], EIO, 1);
    fail_if (gst_zc_allocator_wrap_fd (played_allocator, fd, 0, 0, &error));
    fail_unless (error && strstr (error->message, "errno 5"), "%s: %s",
        functions[i], error ? error->message : "no error");
    g_clear_error (&error);
  }
  fail_unless_equals_int (seam_calls ("close"), 0);
  gst_memory_unref (played_memory_of (fd));

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_no_dmabuf_is_refused)
{
  played_set_up ();

  int fd = memfd_create ("none", MFD_CLOEXEC);
  GstMemory *memory;
  GError *error = NULL;

  fail_if (gst_zc_allocator_wrap_fd (played_allocator, fd, 0, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_DMABUF));
  g_clear_error (&error);
  fail_if (gst_zc_allocator_wrap_fd (played_allocator, -1, 0, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID));
  g_clear_error (&error);
  close (fd);

  memory = gst_allocator_alloc (NULL, 16, NULL);
  fail_if (gst_zc_allocator_wrap (played_allocator, memory, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_DMABUF));
  g_clear_error (&error);
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_NOT_DMABUF);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (more_than_the_dmabuf_has_is_refused)
{
  played_set_up ();

  int fd = seam_dmabuf (PLAYED_SIZE);
  GError *error = NULL;
  GstMemory *memory;
  GstMapInfo map;

  fail_if (gst_zc_allocator_wrap_fd (
      played_allocator, fd, PLAYED_SIZE + 1, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE));
  g_clear_error (&error);

  /* by upstream's function, which asks nobody */
  memory = gst_dmabuf_allocator_alloc (
      GST_ALLOCATOR (played_allocator), fd, PLAYED_SIZE + 1);
  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_TOO_LARGE);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (upstream_functions_know_the_memory)
{
  played_set_up ();

  int fd = seam_dmabuf (PLAYED_SIZE);
  GstMemory *memory = played_memory_of (fd);
  GstMapInfo map;

  fail_unless (gst_is_dmabuf_memory (memory));
  fail_unless (gst_is_fd_memory (memory));
  fail_unless (gst_memory_is_type (memory, GST_ALLOCATOR_DMABUF));
  fail_unless_equals_int (gst_dmabuf_memory_get_fd (memory), fd);
  gst_memory_unref (memory);

  /* and can make one, which is as good */
  memory = gst_dmabuf_allocator_alloc (
      GST_ALLOCATOR (played_allocator), seam_dmabuf (PLAYED_SIZE), PLAYED_SIZE);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  assert_syncs ("+R -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_descriptor_is_closed_unless_told_otherwise)
{
  played_set_up ();

  int fd = seam_dmabuf (PLAYED_SIZE), kept = seam_dmabuf (PLAYED_SIZE);

  gst_memory_unref (played_memory_of (fd));
  fail_unless_equals_int (fcntl (fd, F_GETFD), -1);
  gst_memory_unref (gst_zc_allocator_wrap_fd (
      played_allocator, kept, 0, GST_ZC_WRAP_DONT_CLOSE, NULL));
  fail_unless_equals_int (fcntl (kept, F_GETFD), FD_CLOEXEC);
  close (kept);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (parts_use_the_mapping_of_the_whole)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GstMemory *part = gst_memory_share (memory, 100, 50);
  GstMemory *next = gst_memory_share (memory, 150, 20);
  GstMapInfo whole, map;
  gsize offset;

  fail_unless (gst_memory_map (memory, &whole, GST_MAP_READ));
  fail_unless (gst_memory_map (part, &map, GST_MAP_READ));
  fail_unless (map.data == whole.data + 100);
  fail_unless_equals_int (map.size, 50);
  assert_syncs ("+R");
  gst_memory_unmap (memory, &whole);
  assert_syncs ("");
  gst_memory_unmap (part, &map);
  assert_syncs ("-R");
  fail_unless_equals_int (seam_calls ("mmap"), 1);

  fail_unless (gst_memory_is_span (part, next, &offset));
  fail_unless_equals_int (offset, 100);
  fail_if (gst_memory_is_span (next, part, &offset));
  fail_if (gst_memory_is_span (memory, part, &offset));
  fail_if (gst_memory_map (part, &map, GST_MAP_WRITE));
  gst_memory_unref (memory);
  gst_memory_unref (part);
  gst_memory_unref (next);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (copies_are_read_inside_a_bracket)
{
  played_set_up ();

  GstMemory *memory = played_memory_new (), *copy;
  char *data = played_begin (memory, GST_MAP_WRITE);
  GstMapInfo map;

  data[7] = 'x';
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  assert_syncs ("+W -W");
  copy = gst_memory_copy (memory, 7, 1);
  assert_syncs ("+R -R");
  fail_if (gst_is_dmabuf_memory (copy));
  fail_unless (gst_memory_map (copy, &map, GST_MAP_READ));
  fail_unless_equals_int (map.data[0], 'x');
  gst_memory_unmap (copy, &map);
  gst_memory_unref (copy);

  /* does not copy what can be mapped */
  fail_unless ((copy = gst_memory_make_mapped (memory, &map, GST_MAP_READ)));
  fail_unless (copy == memory);
  gst_memory_unmap (memory, &map);
  assert_syncs ("+R -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (foreign_memory_is_wrapped_with_its_bytes)
{
  played_set_up ();

  GstAllocator *upstream = gst_dmabuf_allocator_new ();
  int fd = seam_dmabuf (PLAYED_SIZE);
  GstMemory *foreign = gst_dmabuf_allocator_alloc (upstream, fd, PLAYED_SIZE);
  GstMemory *part, *memory;
  GstMapInfo map;

  gst_memory_resize (foreign, 1000, 200);
  part = gst_memory_share (foreign, 50, 60);
  memory = gst_zc_allocator_wrap (played_allocator, part, NULL);
  gst_memory_unref (foreign);
  gst_memory_unref (part);

  fail_unless (gst_zc_is_memory (memory));
  fail_unless_equals_int (gst_dmabuf_memory_get_fd (memory), fd);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless_equals_int (map.size, 60);
  fail_unless_equals_int (memory->offset, 1050);
  gst_memory_unmap (memory, &map);
  assert_syncs ("+R -R");
  gst_memory_unref (memory);
  fail_unless_equals_int (fcntl (fd, F_GETFD), -1);
  gst_object_unref (upstream);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_read_only_stays_so)
{
  played_set_up ();

  GstAllocator *upstream = gst_dmabuf_allocator_new ();
  GstMemory *foreign = gst_dmabuf_allocator_alloc (
      upstream, seam_dmabuf (PLAYED_SIZE), PLAYED_SIZE);
  GstMemory *memory;
  GstMapInfo map;

  GST_MINI_OBJECT_FLAG_SET (foreign, GST_MEMORY_FLAG_READONLY);
  memory = gst_zc_allocator_wrap (played_allocator, foreign, NULL);
  fail_if (gst_memory_map (memory, &map, GST_MAP_WRITE));
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  gst_memory_unref (foreign);
  gst_object_unref (upstream);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_memory_cut_while_mapped_is_unmapped)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_resize (memory, 100, 50);
  gst_memory_unmap (memory, &map);
  assert_syncs ("+R -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (own_memory_is_wrapped_by_itself)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GstMemory *same = gst_zc_allocator_wrap (played_allocator, memory, NULL);

  fail_unless (same == memory);
  gst_memory_unref (same);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

static void
note (gpointer gone, GstMiniObject *object)
{
  (void) object;
  *(gboolean *) gone = TRUE;
}

/* Its pool must not give it to somebody else. */
GST_START_TEST (a_wrapped_frame_is_kept)
{
  played_set_up ();

  GstAllocator *upstream = gst_dmabuf_allocator_new ();
  GstBuffer *buffer = gst_buffer_new (), *wrapper;
  gboolean gone = FALSE;

  gst_buffer_append_memory (
      buffer, gst_dmabuf_allocator_alloc (
                  upstream, seam_dmabuf (PLAYED_SIZE), PLAYED_SIZE));
  gst_mini_object_weak_ref (GST_MINI_OBJECT_CAST (buffer), note, &gone);
  wrapper = gst_zc_allocator_wrap_buffer (played_allocator, buffer, NULL);
  gst_buffer_unref (buffer);
  fail_if (gone);
  gst_buffer_unref (wrapper);
  fail_unless (gone);
  gst_object_unref (upstream);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_foreign_frame_is_wrapped_whole)
{
  played_set_up ();

  GstAllocator *upstream = gst_dmabuf_allocator_new ();
  GstBuffer *buffer = gst_buffer_new (), *wrapper;
  GstVideoInfo info;
  GstVideoFrame frame;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 32, 32);
  for (guint i = 0; i < 2; i++)
    gst_buffer_append_memory (
        buffer, gst_dmabuf_allocator_alloc (
                    upstream, seam_dmabuf (PLAYED_SIZE), PLAYED_SIZE));
  gst_buffer_add_video_meta_full (buffer, 0, GST_VIDEO_FORMAT_NV12, 32, 32, 2,
      (gsize[4]) { 0, PLAYED_SIZE }, (gint[4]) { 64, 64 });
  GST_BUFFER_PTS (buffer) = 5;

  wrapper = gst_zc_allocator_wrap_buffer (played_allocator, buffer, NULL);
  gst_buffer_unref (buffer);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (wrapper), 5);
  fail_unless (gst_video_frame_map (&frame, &info, wrapper, GST_MAP_READ));
  fail_unless_equals_int (GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 1), 64);
  assert_syncs ("+R +R");
  gst_video_frame_unmap (&frame);
  assert_syncs ("-R -R");

  buffer = gst_zc_allocator_wrap_buffer (played_allocator, wrapper, NULL);
  fail_unless (buffer == wrapper);
  gst_buffer_unref (buffer);
  gst_buffer_unref (wrapper);
  gst_object_unref (upstream);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (another_address_is_not_unmapped)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  char *data = played_begin (memory, GST_MAP_READ);
  static char other;

  ASSERT_CRITICAL (gst_zc_memory_end_access (memory, &other, GST_MAP_READ));
  ASSERT_CRITICAL (gst_zc_memory_end_access (memory, data + 1, GST_MAP_READ));
  assert_syncs ("+R");
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  assert_syncs ("-R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_access_nobody_has_is_not_ended)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_READ);

  ASSERT_CRITICAL (gst_zc_memory_end_access (memory, data, GST_MAP_WRITE));
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  ASSERT_CRITICAL (gst_zc_memory_end_access (memory, data, GST_MAP_READ));
  assert_syncs ("+R -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_freed_while_mapped_stays_mapped)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  char *data = played_begin (memory, GST_MAP_WRITE);

  ASSERT_CRITICAL (gst_memory_unref (memory));
  data[0] = 'x'; /* its user lives on */
  fail_unless_equals_int (seam_calls ("munmap"), 0);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (access_for_nothing_is_refused)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();

  assert_refused (memory, 0, GST_ZC_ERROR_INVALID);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_allocator_that_wraps_says_so)
{
  played_set_up ();

  GError *error = NULL;

  fail_if (gst_zc_allocator_alloc (played_allocator, PLAYED_SIZE, &error));
  fail_unless (
      g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
  g_clear_error (&error);
  fail_if (gst_allocator_alloc (
      GST_ALLOCATOR (played_allocator), PLAYED_SIZE, NULL));

  played_tear_down ();
}
GST_END_TEST;

static GstZcAllocator *
allocator_of_heap (void)
{
  GstZcHeap *heap = heap_new ();
  GstAllocator *of_heap = gst_zc_allocator_new (heap);

  g_object_unref (heap);
  return GST_ZC_ALLOCATOR (of_heap);
}

GST_START_TEST (memory_comes_from_the_heap)
{
  played_set_up ();

  GstZcAllocator *of_heap = allocator_of_heap ();
  GError *error = NULL;
  GstMemory *memory = gst_zc_allocator_alloc (of_heap, 5000, &error);
  gsize max;

  fail_unless (gst_zc_is_memory (memory));
  fail_unless_equals_int (gst_memory_get_sizes (memory, NULL, &max), 5000);
  fail_unless_equals_int (max, 8192);
  gst_memory_unref (memory);

  heap_set_left (0);
  fail_if (gst_zc_allocator_alloc (of_heap, PLAYED_SIZE, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NO_MEMORY));
  g_clear_error (&error);
  gst_object_unref (of_heap);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_the_kernel_refuses_is_closed_again)
{
  played_set_up ();

  GstZcAllocator *of_heap = allocator_of_heap ();
  GError *error = NULL;

  seam_fail ("fstatfs", EIO, 1);
  fail_if (gst_zc_allocator_alloc (of_heap, PLAYED_SIZE, &error));
  fail_unless_equals_int (seam_calls ("close"), 1);
  g_clear_error (&error);
  gst_object_unref (of_heap);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (copies_of_a_heap_stay_in_the_heap)
{
  played_set_up ();

  GstZcAllocator *of_heap = allocator_of_heap ();
  GstMemory *memory = gst_zc_allocator_alloc (of_heap, PLAYED_SIZE, NULL);
  GstMemory *copy = gst_memory_copy (memory, 0, -1);

  fail_unless (gst_is_dmabuf_memory (copy));
  fail_if (
      gst_dmabuf_memory_get_fd (copy) == gst_dmabuf_memory_get_fd (memory));
  assert_syncs ("+R +W -W -R");
  gst_memory_unref (copy);
  gst_memory_unref (memory);
  gst_object_unref (of_heap);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (allocation_parameters_are_kept)
{
  played_set_up ();

  GstZcAllocator *of_heap = allocator_of_heap ();
  GstAllocationParams params = {
    .flags = GST_MEMORY_FLAG_ZERO_PREFIXED | GST_MEMORY_FLAG_ZERO_PADDED,
    .align = 63,
    .prefix = 100,
    .padding = 50,
  };
  GstMemory *memory = gst_allocator_alloc (
      GST_ALLOCATOR (of_heap), 1000, &params);
  GstMapInfo map;

  fail_unless_equals_int (gst_memory_get_sizes (memory, NULL, NULL), 1000);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  for (gint i = -100; i < 1050; i++)
    fail_unless_equals_int (map.data[i], i < 0 || i >= 1000 ? 0 : HEAP_POISON);
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);

  params.prefix = G_MAXSIZE;
  fail_if (gst_allocator_alloc (GST_ALLOCATOR (of_heap), 1000, &params));
  gst_object_unref (of_heap);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_timeout_is_a_property)
{
  played_set_up ();

  GstAllocator *impatient = g_object_new (
      GST_TYPE_ZC_ALLOCATOR, "fence-timeout", (guint64) 1000, NULL);
  GstMemory *memory;
  GstMapInfo map;
  guint64 timeout;

  gst_object_ref_sink (impatient);
  memory = gst_dmabuf_allocator_alloc (
      impatient, seam_dmabuf (PLAYED_SIZE), PLAYED_SIZE);
  g_object_get (impatient, "fence-timeout", &timeout, NULL);
  fail_unless_equals_uint64 (timeout, 1000);
  seam_set_ready (0);
  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  assert_syncs ("");
  gst_memory_unref (memory);
  gst_object_unref (impatient);

  played_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (each_errno_of_wrapping_comes_out),
    RUNNER_TEST (what_is_no_dmabuf_is_refused),
    RUNNER_TEST (more_than_the_dmabuf_has_is_refused),
    RUNNER_TEST (upstream_functions_know_the_memory),
    RUNNER_TEST (a_descriptor_is_closed_unless_told_otherwise),
    RUNNER_TEST (parts_use_the_mapping_of_the_whole),
    RUNNER_TEST (copies_are_read_inside_a_bracket),
    RUNNER_TEST (foreign_memory_is_wrapped_with_its_bytes),
    RUNNER_TEST (what_is_read_only_stays_so),
    RUNNER_TEST (a_memory_cut_while_mapped_is_unmapped),
    RUNNER_TEST (own_memory_is_wrapped_by_itself),
    RUNNER_TEST (a_wrapped_frame_is_kept),
    RUNNER_TEST (a_foreign_frame_is_wrapped_whole),
    RUNNER_TEST (another_address_is_not_unmapped),
    RUNNER_TEST (an_access_nobody_has_is_not_ended),
    RUNNER_TEST (memory_freed_while_mapped_stays_mapped),
    RUNNER_TEST (access_for_nothing_is_refused),
    RUNNER_TEST (an_allocator_that_wraps_says_so),
    RUNNER_TEST (memory_comes_from_the_heap),
    RUNNER_TEST (what_the_kernel_refuses_is_closed_again),
    RUNNER_TEST (copies_of_a_heap_stay_in_the_heap),
    RUNNER_TEST (allocation_parameters_are_kept),
    RUNNER_TEST (the_timeout_is_a_property))
