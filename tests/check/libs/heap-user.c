/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "heap-kernel.h"

#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define HUGE_PAGE (2 << 20)

static GstMemory *
alloc (GstZcUserMemory kind, gsize size)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_user (kind);
  g_autoptr (GError) error = NULL;
  GstMemory *memory = gst_zc_heap_alloc (heap, size, &error);

  fail_unless (memory != NULL, "%s", error ? error->message : "no error");
  return memory;
}

/* Where it is, after each byte has been read and written. */
static guint8 *
fill (GstMemory *memory)
{
  guint8 *data;
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  fail_unless_equals_int (map.data[0], 0);
  fail_unless (memcmp (map.data, map.data + 1, map.maxsize - 1) == 0);
  memset (map.data, 0xa5, map.maxsize);
  data = map.data;
  gst_memory_unmap (memory, &map);
  return data;
}

static void
assert_pages (GstZcUserMemory kind, gsize size, gsize page)
{
  GstMemory *memory = alloc (kind, size);
  gsize maxsize;

  fail_unless_equals_int (gst_memory_get_sizes (memory, NULL, &maxsize), size);
  fail_unless (maxsize >= size);
  fail_unless_equals_int (maxsize % page, 0);
  fail_unless (maxsize - size < page);
  fail_unless_equals_int ((guintptr) fill (memory) % PAGE, 0);
  gst_memory_unref (memory);
}

GST_START_TEST (user_memory_is_whole_pages)
{
  static const gsize sizes[] = { 1, PAGE - 1, PAGE, PAGE + 1, 100000 };

  kernel_set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    assert_pages (GST_ZC_USER_MEMORY_ANONYMOUS, sizes[i], PAGE);
    assert_pages (GST_ZC_USER_MEMORY_MEMFD, sizes[i], PAGE);
  }
}
GST_END_TEST;

GST_START_TEST (anonymous_memory_is_unmapped_with_the_memory)
{
  GstMemory *memory, *part;

  kernel_set_up ();
  memory = alloc (GST_ZC_USER_MEMORY_ANONYMOUS, 2 * PAGE);
  part = gst_memory_share (memory, PAGE, PAGE);
  fail_unless_equals_int (kernel_n_mappings (), 1);
  gst_memory_unref (memory);
  fail_unless_equals_int (kernel_n_mappings (), 1);
  gst_memory_unref (part);
  fail_unless_equals_int (kernel_n_mappings (), 0);
  fail_unless_equals_int_hex (kernel.mmap_flags, MAP_PRIVATE | MAP_ANONYMOUS);
}
GST_END_TEST;

GST_START_TEST (a_memfd_can_be_passed_on)
{
  unsigned fds = fds_count ();
  GstMemory *memory;
  guint8 byte = 0;

  kernel_set_up ();
  memory = alloc (GST_ZC_USER_MEMORY_MEMFD, PAGE);
  fail_unless (gst_is_fd_memory (memory));
  fill (memory);
  fail_unless_equals_int (
      pread (gst_fd_memory_get_fd (memory), &byte, 1, PAGE - 1), 1);
  fail_unless_equals_int (byte, 0xa5);
  fail_unless (kernel.memfd_flags & MFD_CLOEXEC);
  gst_memory_unref (memory);
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

/* So that what a driver was given as USERPTR stays what it is. */
GST_START_TEST (a_memfd_stays_where_it_is_mapped)
{
  static const GstMapFlags orders[][2] = { { GST_MAP_READ, GST_MAP_WRITE },
    { GST_MAP_WRITE, GST_MAP_READWRITE }, { GST_MAP_READWRITE, GST_MAP_READ } };
  GstMemory *memory;
  gpointer data;
  GstMapInfo map;

  kernel_set_up ();
  memory = alloc (GST_ZC_USER_MEMORY_MEMFD, PAGE);
  data = fill (memory);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    for (guint j = 0; j < 2; j++) {
      fail_unless (gst_memory_map (memory, &map, orders[i][j]));
      fail_unless (map.data == data);
      gst_memory_unmap (memory, &map);
    }
  }
  gst_memory_unref (memory);
}
GST_END_TEST;

/* Old kernels do not know MFD_NOEXEC_SEAL: EINVAL, and once more without. */
GST_START_TEST (an_old_kernel_makes_memfds_too)
{
  g_autoptr (GstZcHeap) heap = NULL;
  g_autoptr (GError) error = NULL;

  kernel_set_up ();
  kernel_fail ("memfd_create", EINVAL);
  heap = gst_zc_heap_new_user (GST_ZC_USER_MEMORY_MEMFD);
  fail_unless (gst_zc_heap_alloc (heap, PAGE, &error) == NULL);
  fail_unless_equals_string (kernel.steps->str, "memfd_create, memfd_create");
  fail_unless_equals_int_hex (
      kernel.memfd_flags, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}
GST_END_TEST;

GST_START_TEST (huge_pages_are_taken_where_they_are_reserved)
{
  kernel_set_up ();
  assert_pages (GST_ZC_USER_MEMORY_HUGEPAGES, HUGE_PAGE + 1, HUGE_PAGE);
  fail_unless_equals_string (kernel.steps->str, "mmap hugetlb");
  fail_unless_equals_int_hex (
      kernel.mmap_flags, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26);
  fail_unless_equals_int (kernel_n_mappings (), 0);

  kernel_set_up ();
  assert_pages (GST_ZC_USER_MEMORY_MEMFD | GST_ZC_USER_MEMORY_HUGEPAGES,
      HUGE_PAGE + 1, HUGE_PAGE);
  fail_unless_equals_string (
      kernel.steps->str, "memfd_create, ftruncate, mmap huge memfd");
  fail_unless_equals_int_hex (
      kernel.memfd_flags & ~(guint) MFD_CLOEXEC & ~8u, MFD_HUGETLB | 21u << 26);
}
GST_END_TEST;

GST_START_TEST (without_reserved_huge_pages_the_kernel_is_asked_for_some)
{
  kernel_set_up ();
  kernel_fail ("mmap hugetlb", ENOMEM);
  assert_pages (GST_ZC_USER_MEMORY_HUGEPAGES, HUGE_PAGE + 1, HUGE_PAGE);
  fail_unless_equals_string (kernel.steps->str, "mmap hugetlb, mmap, madvise");
  fail_unless_equals_int (kernel_n_mappings (), 0);
}
GST_END_TEST;

/* The kernel makes the file, and finds when it is mapped that there is nothing
 * to fill it with. */
GST_START_TEST (a_huge_memfd_that_cannot_be_mapped_is_an_ordinary_one)
{
  unsigned fds = fds_count ();

  kernel_set_up ();
  kernel_fail ("mmap huge memfd", ENOMEM);
  assert_pages (GST_ZC_USER_MEMORY_MEMFD | GST_ZC_USER_MEMORY_HUGEPAGES,
      HUGE_PAGE + 1, HUGE_PAGE);
  fail_unless_equals_string (kernel.steps->str,
      "memfd_create, ftruncate, mmap huge memfd, "
      "memfd_create, ftruncate, mmap memfd, madvise");
  fail_unless_equals_int (kernel.memfd_flags & MFD_HUGETLB, 0);
  fail_unless_equals_int (fds_count (), fds);
}
GST_END_TEST;

/* Only the log says so. */
GST_START_TEST (without_any_huge_pages_it_is_ordinary_ones)
{
  kernel_set_up ();
  kernel_fail ("madvise", EINVAL);
  assert_pages (GST_ZC_USER_MEMORY_HUGEPAGES, PAGE, HUGE_PAGE);
  kernel_fail ("mmap hugetlb", EINVAL);
  assert_pages (GST_ZC_USER_MEMORY_HUGEPAGES, PAGE, HUGE_PAGE);
}
GST_END_TEST;

GST_START_TEST (kinds_of_user_memory_have_a_type)
{
  g_autofree char *text = g_flags_to_string (GST_TYPE_ZC_USER_MEMORY,
      GST_ZC_USER_MEMORY_MEMFD | GST_ZC_USER_MEMORY_HUGEPAGES);
  g_autofree char *none = g_flags_to_string (
      GST_TYPE_ZC_USER_MEMORY, GST_ZC_USER_MEMORY_ANONYMOUS);

  fail_unless_equals_string (
      text, "GST_ZC_USER_MEMORY_MEMFD | GST_ZC_USER_MEMORY_HUGEPAGES");
  fail_unless_equals_string (none, "GST_ZC_USER_MEMORY_ANONYMOUS");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (user_memory_is_whole_pages),
    RUNNER_TEST (anonymous_memory_is_unmapped_with_the_memory),
    RUNNER_TEST (a_memfd_can_be_passed_on),
    RUNNER_TEST (a_memfd_stays_where_it_is_mapped),
    RUNNER_TEST (an_old_kernel_makes_memfds_too),
    RUNNER_TEST (huge_pages_are_taken_where_they_are_reserved),
    RUNNER_TEST (without_reserved_huge_pages_the_kernel_is_asked_for_some),
    RUNNER_TEST (a_huge_memfd_that_cannot_be_mapped_is_an_ordinary_one),
    RUNNER_TEST (without_any_huge_pages_it_is_ordinary_ones),
    RUNNER_TEST (kinds_of_user_memory_have_a_type))
