/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/played.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

GST_START_TEST (a_mapping_is_made_once_and_stays)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GstMapInfo map;
  gpointer first;

  fail_unless_equals_int (seam_calls ("mmap"), 0);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  first = map.data;
  gst_memory_unmap (memory, &map);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  fail_unless (map.data == first);
  gst_memory_unmap (memory, &map);
  fail_unless_equals_int (seam_calls ("mmap"), 1);
  fail_unless_equals_int (seam_calls ("munmap"), 0);

  gst_memory_unref (memory);
  fail_unless_equals_int (seam_calls ("munmap"), 1);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_access_has_its_own_bracket)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  assert_syncs ("+R");
  gst_memory_unmap (memory, &map);
  assert_syncs ("-R");
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  gst_memory_unmap (memory, &map);
  assert_syncs ("+W -W");
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  gst_memory_unmap (memory, &map);
  assert_syncs ("+RW -RW");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (nested_maps_send_nothing)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GstMapInfo outer, inner;

  fail_unless (gst_memory_map (memory, &outer, GST_MAP_READWRITE));
  assert_syncs ("+RW");
  fail_unless (gst_memory_map (memory, &inner, GST_MAP_READ));
  gst_memory_unmap (memory, &inner);
  fail_unless (gst_memory_map (memory, &inner, GST_MAP_WRITE));
  gst_memory_unmap (memory, &inner);
  assert_syncs ("");
  gst_memory_unmap (memory, &outer);
  assert_syncs ("-RW");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (the_first_of_two_unmaps_ends_nothing)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_WRITE);

  played_begin (memory, GST_MAP_WRITE);
  assert_syncs ("+W");
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  assert_syncs ("");
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  assert_syncs ("-W");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (writing_joins_reading_by_its_own_start)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_READ);

  played_begin (memory, GST_MAP_READWRITE);
  assert_syncs ("+R +W");
  gst_zc_memory_end_access (memory, data, GST_MAP_READWRITE);
  assert_syncs ("-W");
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  assert_syncs ("-R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

/* START for reading drops what the CPU has written and not given back. */
GST_START_TEST (reading_joins_writing_after_what_was_written_is_safe)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_WRITE);

  played_begin (memory, GST_MAP_READ);
  assert_syncs ("+W -W +RW");
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  assert_syncs ("");
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  assert_syncs ("-RW");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

/* A device may look as soon as the writer is done. */
GST_START_TEST (what_was_written_is_given_back_though_a_reader_stays)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_READWRITE);

  played_begin (memory, GST_MAP_READ);
  assert_syncs ("+RW");
  gst_zc_memory_end_access (memory, data, GST_MAP_READWRITE);
  assert_syncs ("-W");
  played_begin (memory, GST_MAP_WRITE);
  assert_syncs ("+W");
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  assert_syncs ("-W -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (memories_of_one_dmabuf_share_mapping_and_bracket)
{
  played_set_up ();

  int fd = seam_dmabuf (PLAYED_SIZE);
  GstMemory *a = played_memory_of (fd), *b = played_memory_of (dup (fd));
  gpointer data = played_begin (a, GST_MAP_READ);

  fail_unless (played_begin (b, GST_MAP_READ) == data);
  assert_syncs ("+R");
  fail_unless_equals_int (seam_calls ("mmap"), 1);
  gst_zc_memory_end_access (a, data, GST_MAP_READ);
  gst_memory_unref (a);
  assert_syncs ("");
  gst_zc_memory_end_access (b, data, GST_MAP_READ);
  assert_syncs ("-R");
  fail_unless_equals_int (seam_calls ("munmap"), 0);
  gst_memory_unref (b);
  fail_unless_equals_int (seam_calls ("munmap"), 1);

  played_tear_down ();
}
GST_END_TEST;

/* What gst_memory_map() does not allow on one memory works on two. */
GST_START_TEST (maps_of_any_order_work_through_memories_of_their_own)
{
  played_set_up ();

  static const GstMapFlags orders[][2] = {
    { GST_MAP_READ, GST_MAP_WRITE },
    { GST_MAP_READ, GST_MAP_READWRITE },
    { GST_MAP_WRITE, GST_MAP_READ },
    { GST_MAP_WRITE, GST_MAP_READWRITE },
    { GST_MAP_READWRITE, GST_MAP_READ },
  };
  int fd = seam_dmabuf (PLAYED_SIZE);
  GstMemory *a = played_memory_of (fd), *b = played_memory_of (dup (fd));

  for (guint i = 0; i < 2 * G_N_ELEMENTS (orders); i++) {
    GstMapInfo first, second;

    fail_unless (gst_memory_map (a, &first, orders[i / 2][0]));
    fail_unless (gst_memory_map (b, &second, orders[i / 2][1]));
    fail_unless (first.data == second.data);
    gst_memory_unmap (i % 2 ? a : b, i % 2 ? &first : &second);
    gst_memory_unmap (i % 2 ? b : a, i % 2 ? &second : &first);
  }
  gst_memory_unref (a);
  gst_memory_unref (b);

  played_tear_down ();
}
GST_END_TEST;

/* What an exporter that tells directions apart must never see, whatever the
 * users do. */
static struct {
  guint64 open;
  gboolean dirty;
} model;

static void
model_sync (guint64 flags)
{
  guint64 access = flags & 3;

  if (flags & 4) {
    fail_unless ((model.open & access) == access, "END of what did not START");
    model.open &= ~access;
    if (access & GST_MAP_WRITE)
      model.dirty = FALSE;
    else
      fail_if (model.dirty, "END(READ) dropped what was written");
  } else {
    fail_if ((access & GST_MAP_READ) && model.dirty,
        "START(READ) dropped what was written");
    fail_if (model.open & access, "START of what has started");
    model.open |= access;
  }
}

GST_START_TEST (any_sequence_of_accesses_keeps_the_rules)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  GArray *open = g_array_new (FALSE, FALSE, sizeof (GstMapFlags));
  gpointer data = NULL;

  seam_set_exporter (model_sync);
  for (guint i = 0; i < 20000; i++) {
    guint64 wanted = 0;

    if (open->len < 6 && g_rand_boolean (rand)) {
      GstMapFlags access = g_rand_int_range (rand, 1, 4);

      data = played_begin (memory, access);
      g_array_append_val (open, access);
      model.dirty |= (access & GST_MAP_WRITE) != 0;
    } else if (open->len) {
      guint n = g_rand_int_range (rand, 0, open->len);
      GstMapFlags access = g_array_index (open, GstMapFlags, n);

      g_array_remove_index_fast (open, n);
      gst_zc_memory_end_access (memory, data, access);
    }
    for (guint j = 0; j < open->len; j++)
      wanted |= g_array_index (open, GstMapFlags, j);
    fail_unless ((model.open & wanted) == wanted, "access outside a bracket");
    fail_if (!wanted && model.open, "a bracket without access");
    fail_if (!(wanted & GST_MAP_WRITE) && model.dirty,
        "what was written is not given back");
  }
  while (open->len) {
    gst_zc_memory_end_access (
        memory, data, g_array_index (open, GstMapFlags, 0));
    g_array_remove_index_fast (open, 0);
  }
  fail_unless_equals_int (model.open, 0);
  g_array_unref (open);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (signals_restart_the_call)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data;

  seam_fail ("sync", EINTR, 3);
  data = played_begin (memory, GST_MAP_READ);
  assert_syncs ("(+R) (+R) (+R) +R");
  seam_fail ("sync", EAGAIN, 2);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  assert_syncs ("(-R) (-R) -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_errno_of_a_start_fails_the_map)
{
  played_set_up ();

  static const int errnos[] = { EINVAL, ENOMEM, EIO, ENODEV, EBADF, ENOTTY };
  GstMemory *memory = played_memory_new ();
  GstMapInfo map;

  for (guint i = 0; i < G_N_ELEMENTS (errnos); i++) {
    GError *error = NULL;
    g_autofree char *text = g_strdup_printf ("(errno %d)", errnos[i]);

    seam_fail ("sync", errnos[i], 1);
    fail_if (gst_zc_memory_begin_access (memory, GST_MAP_READ, 0, &error));
    fail_unless (error && strstr (error->message, text), "%s",
        error ? error->message : "no error");
    g_clear_error (&error);
    seam_fail ("sync", errnos[i], 1);
    fail_if (gst_memory_map (memory, &map, GST_MAP_WRITE));
    assert_syncs ("(+R) (+W)");
  }

  /* nothing is left of them */
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  gst_memory_unmap (memory, &map);
  assert_syncs ("+R -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_reader_that_is_refused_leaves_the_writer_its_bracket)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_WRITE);

  assert_syncs ("+W");
  seam_fail ("sync", EIO, 1); /* of END(WRITE) */
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_FAILED);
  assert_syncs ("(-W)");
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  assert_syncs ("-W");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

static void
refuse_reading (guint64 flags)
{
  if (flags == 6) /* END(WRITE): what comes next fails */
    seam_fail ("sync", EIO, 1);
}

GST_START_TEST (a_widening_that_fails_is_taken_back)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_WRITE);

  seam_set_exporter (refuse_reading);
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_FAILED);
  assert_syncs ("+W -W (+RW) +W");
  seam_set_exporter (NULL);
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  assert_syncs ("-W");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_end_that_fails_is_over_all_the_same)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  gpointer data = played_begin (memory, GST_MAP_WRITE);

  seam_fail ("sync", EIO, 1);
  gst_zc_memory_end_access (memory, data, GST_MAP_WRITE);
  played_begin (memory, GST_MAP_READ);
  assert_syncs ("+W (-W) +R");
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_errno_of_mmap_fails_the_map)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();

  seam_fail ("mmap", ENOMEM, 1);
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_NO_MEMORY);
  seam_fail ("mmap", EACCES, 2); /* for both, then for reading alone */
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_PERMISSION);
  seam_fail ("mmap", ENODEV, 1);
  assert_refused (memory, GST_MAP_WRITE, GST_ZC_ERROR_NOT_FOUND);
  assert_syncs ("");
  gst_zc_memory_end_access (
      memory, played_begin (memory, GST_MAP_READ), GST_MAP_READ);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_was_exported_for_reading_can_be_read_only)
{
  played_set_up ();

  int fd = seam_dmabuf_read_only (PLAYED_SIZE);
  GstMemory *memory = played_memory_of (fd);
  GError *error = NULL;
  gpointer data = played_begin (memory, GST_MAP_READ);

  fail_if (gst_zc_memory_begin_access (memory, GST_MAP_WRITE, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_PERMISSION));
  fail_unless (strstr (error->message, "O_RDWR"), "%s", error->message);
  g_clear_error (&error);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  assert_syncs ("+R -R");
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_writable_descriptor_of_the_same_buffer_helps)
{
  played_set_up ();

  int fd = seam_dmabuf (PLAYED_SIZE);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  GstMemory *a = played_memory_of (open (path, O_RDONLY | O_CLOEXEC));
  GstMemory *b = played_memory_of (fd);
  gpointer data = played_begin (a, GST_MAP_READ), other;

  other = played_begin (b, GST_MAP_WRITE);
  ((char *) other)[5] = 'x';
  fail_unless_equals_int (((char *) data)[5], 'x');
  gst_zc_memory_end_access (b, other, GST_MAP_WRITE);
  gst_zc_memory_end_access (a, data, GST_MAP_READ);
  gst_memory_unref (a);
  gst_memory_unref (b);
  fail_unless_equals_int (seam_calls ("munmap"), 2);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (access_begins_where_the_memory_does)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  guint8 *whole = played_begin (memory, GST_MAP_READ), *data;
  GstMemory *part = gst_memory_share (memory, 100, 50);

  data = played_begin (part, GST_MAP_READ);
  fail_unless (data == whole + 100);
  gst_zc_memory_end_access (part, data, GST_MAP_READ);
  gst_zc_memory_end_access (memory, whole, GST_MAP_READ);
  assert_syncs ("+R -R");
  gst_memory_unref (part);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_unmapping_that_fails_is_survived)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();

  gst_zc_memory_end_access (
      memory, played_begin (memory, GST_MAP_READ), GST_MAP_READ);
  seam_fail ("munmap", EINVAL, 1);
  gst_memory_unref (memory);
  fail_unless_equals_int (seam_calls ("munmap"), 1);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (foreign_memory_is_asked_for_fences_each_time)
{
  played_set_up ();

  GstMemory *memory = gst_zc_allocator_wrap_fd (
      played_allocator, seam_dmabuf (PLAYED_SIZE), 0, GST_ZC_WRAP_NONE, NULL);

  for (guint i = 1; i <= 3; i++) {
    gpointer data = played_begin (memory, GST_MAP_READ);

    fail_unless_equals_int (seam_calls ("poll"), i);
    fail_unless_equals_int (seam_polled (), POLLIN);
    gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  }
  gst_zc_memory_end_access (
      memory, played_begin (memory, GST_MAP_READWRITE), GST_MAP_READWRITE);
  fail_unless_equals_int (seam_polled (), POLLOUT);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

static void
use (GstMemory *memory, GstMapFlags access, guint times)
{
  for (guint i = 0; i < times; i++)
    gst_zc_memory_end_access (memory, played_begin (memory, access), access);
}

/* How often was asked since the last question. */
static guint
asked (void)
{
  static guint before;
  guint now = seam_calls ("poll"), n = now - before;

  before = now;
  return n;
}

GST_START_TEST (inside_an_access_nothing_is_asked)
{
  played_set_up ();

  GstMemory *memory = gst_zc_allocator_wrap_fd (
      played_allocator, seam_dmabuf (PLAYED_SIZE), 0, GST_ZC_WRAP_NONE, NULL);
  gpointer data = played_begin (memory, GST_MAP_READ);

  asked ();
  use (memory, GST_MAP_READ, 10);
  fail_unless_equals_int (asked (), 0);
  use (memory, GST_MAP_WRITE, 1); /* it is no such access */
  fail_unless_equals_int (asked (), 1);
  gst_zc_memory_end_access (memory, data, GST_MAP_READ);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_without_fences_is_soon_not_asked)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();

  use (memory, GST_MAP_WRITE, 100);
  fail_unless (asked () < 20);
  use (memory, GST_MAP_WRITE, 100);
  fail_unless_equals_int (asked (), 0);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (memory_that_showed_a_fence_is_always_asked)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();

  use (memory, GST_MAP_READ, 2);
  seam_set_ready (0);
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_TIMED_OUT);
  seam_set_ready (POLLIN | POLLOUT);
  asked ();
  use (memory, GST_MAP_READ, 100);
  fail_unless_equals_int (asked (), 100);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (an_imported_fence_is_asked_for_until_it_is_over)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GError *error = NULL;

  use (memory, GST_MAP_READ, 100);
  asked ();
  fail_unless (gst_zc_memory_import_fence (memory, 0, GST_MAP_WRITE, &error));
  seam_set_ready (0);
  g_free (seam_syncs ());
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_TIMED_OUT);
  assert_refused (memory, GST_MAP_READ, GST_ZC_ERROR_TIMED_OUT);
  assert_syncs ("");
  seam_set_ready (POLLIN | POLLOUT);
  fail_unless_equals_int (asked (), 2);
  use (memory, GST_MAP_READ, 10);
  fail_unless_equals_int (asked (), 1);
  /* who writes has not asked yet */
  use (memory, GST_MAP_WRITE, 10);
  fail_unless_equals_int (asked (), 1);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

static GstMemory *fenced_again;

static void
fence_again (void)
{
  fail_unless (
      gst_zc_memory_import_fence (fenced_again, 0, GST_MAP_WRITE, NULL));
}

/* What is over when the wait ends is not what came during the wait. */
GST_START_TEST (a_fence_that_comes_during_the_wait_is_asked_for)
{
  played_set_up ();

  GstMemory *memory = fenced_again = played_memory_new ();

  use (memory, GST_MAP_READ, 100);
  fail_unless (gst_zc_memory_import_fence (memory, 0, GST_MAP_WRITE, NULL));
  seam_set_asked (fence_again);
  use (memory, GST_MAP_READ, 1);
  asked ();
  use (memory, GST_MAP_READ, 10);
  fail_unless_equals_int (asked (), 1);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_device_that_reads_keeps_only_writers_waiting)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();

  use (memory, GST_MAP_READ, 100);
  asked ();
  fail_unless (gst_zc_memory_import_fence (memory, 0, GST_MAP_READ, NULL));
  use (memory, GST_MAP_READ, 10);
  fail_unless_equals_int (asked (), 0);
  seam_set_ready (0);
  assert_refused (memory, GST_MAP_WRITE, GST_ZC_ERROR_TIMED_OUT);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_errno_of_the_fences_comes_out)
{
  played_set_up ();

  GstMemory *memory = played_memory_new ();
  GError *error = NULL;

  seam_fail ("export-fence", ENOTTY, 1);
  fail_unless_equals_int (
      gst_zc_memory_export_fence (memory, GST_MAP_READ, &error), -1);
  fail_unless (
      g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
  g_clear_error (&error);
  seam_fail ("import-fence", EINVAL, 1);
  fail_if (gst_zc_memory_import_fence (memory, 0, GST_MAP_READ, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID));
  g_clear_error (&error);
  seam_fail ("poll", ENOMEM, 1);
  fail_if (gst_zc_memory_wait (memory, GST_MAP_READ, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NO_MEMORY));
  g_clear_error (&error);
  seam_set_ready (POLLERR);
  fail_if (gst_zc_memory_wait (memory, GST_MAP_READ, 0, &error));
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_FAILED));
  g_clear_error (&error);
  gst_memory_unref (memory);

  played_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_mapping_is_made_once_and_stays),
    RUNNER_TEST (each_access_has_its_own_bracket),
    RUNNER_TEST (nested_maps_send_nothing),
    RUNNER_TEST (the_first_of_two_unmaps_ends_nothing),
    RUNNER_TEST (writing_joins_reading_by_its_own_start),
    RUNNER_TEST (reading_joins_writing_after_what_was_written_is_safe),
    RUNNER_TEST (what_was_written_is_given_back_though_a_reader_stays),
    RUNNER_TEST (memories_of_one_dmabuf_share_mapping_and_bracket),
    RUNNER_TEST (maps_of_any_order_work_through_memories_of_their_own),
    RUNNER_TEST (any_sequence_of_accesses_keeps_the_rules),
    RUNNER_TEST (signals_restart_the_call),
    RUNNER_TEST (each_errno_of_a_start_fails_the_map),
    RUNNER_TEST (a_reader_that_is_refused_leaves_the_writer_its_bracket),
    RUNNER_TEST (a_widening_that_fails_is_taken_back),
    RUNNER_TEST (an_end_that_fails_is_over_all_the_same),
    RUNNER_TEST (each_errno_of_mmap_fails_the_map),
    RUNNER_TEST (what_was_exported_for_reading_can_be_read_only),
    RUNNER_TEST (a_writable_descriptor_of_the_same_buffer_helps),
    RUNNER_TEST (access_begins_where_the_memory_does),
    RUNNER_TEST (an_unmapping_that_fails_is_survived),
    RUNNER_TEST (foreign_memory_is_asked_for_fences_each_time),
    RUNNER_TEST (inside_an_access_nothing_is_asked),
    RUNNER_TEST (memory_without_fences_is_soon_not_asked),
    RUNNER_TEST (memory_that_showed_a_fence_is_always_asked),
    RUNNER_TEST (an_imported_fence_is_asked_for_until_it_is_over),
    RUNNER_TEST (a_fence_that_comes_during_the_wait_is_asked_for),
    RUNNER_TEST (a_device_that_reads_keeps_only_writers_waiting),
    RUNNER_TEST (each_errno_of_the_fences_comes_out))
