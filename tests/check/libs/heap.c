/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap-kernel.h"

#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096

/* What one of the heaps makes, closed again. */
static gsize
export_size (GstZcHeap *heap, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize actual = 0;
  gint fd = gst_zc_heap_export (heap, size, &actual, &error);

  fail_unless (fd >= 0, "%s", error ? error->message : "no error");
  fail_unless (error == NULL);
  kernel_close_dmabuf (fd);
  fail_unless_equals_int (kernel_n_dmabufs (), 0);
  return actual;
}

#define B GST_ZC_HEAP_DMABUF
#define C GST_ZC_HEAP_CONTIGUOUS
#define CACHED GST_ZC_HEAP_CACHED
#define M GST_ZC_HEAP_MAPPABLE
#define BY_NAME GST_ZC_HEAP_BY_NAME_ONLY

static const struct {
  const char *name;
  guint flags;
} names[] = {
  { "system", B | CACHED | M },
  { "system-uncached", B | M },
  { "system_cc_shared", B | CACHED | M },
  { "system-dma32", B | CACHED | M },
  { "qcom,system", B | CACHED | M },
  { "mtk_mm", B | CACHED | M },
  { "mtk_mm-uncached", B | M },
  { "system-contiguous", B | CACHED | M },
  { "default_cma_region", B | C | CACHED | M },
  { "reserved", B | C | CACHED | M },
  { "linux,cma", B | C | CACHED | M },
  { "default-pool", B | C | CACHED | M },
  { "memory@42000000-contiguous", B | C | CACHED | M },
  { "reserved-uncached", B | C | M },
  { "protected,video", B | BY_NAME },
  { "restricted_mtk_cma", B | C | BY_NAME },
  { "secure-display", B | BY_NAME },
  { "incoherent", B | C | CACHED | M | BY_NAME },
};

GST_START_TEST (names_decide_what_a_dma_heap_is_like)
{
  kernel_set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap (names[i].name);
    g_autofree char *path = g_strconcat ("/dev/dma_heap/", names[i].name, NULL);

    fail_unless_equals_int_hex (gst_zc_heap_get_flags (heap), names[i].flags);
    fail_unless_equals_string (gst_zc_heap_get_name (heap), names[i].name);
    fail_unless_equals_string (gst_zc_heap_get_path (heap), path);
  }
  fail_unless_equals_string (kernel.steps->str, "");
}
GST_END_TEST;

/* As distributions make them, to have one name on all boards. */
GST_START_TEST (a_symbolic_link_is_the_heap_it_leads_to)
{
  g_autoptr (GstZcHeap) heap = NULL;

  kernel_set_up ();
  kernel.links[0][0] = "/dev/dma_heap/video";
  kernel.links[0][1] = "/dev/dma_heap/system";
  heap = gst_zc_heap_new_dma_heap ("video");
  fail_unless_equals_int_hex (gst_zc_heap_get_flags (heap), B | CACHED | M);
  fail_unless_equals_string (gst_zc_heap_get_name (heap), "video");
}
GST_END_TEST;

GST_START_TEST (properties_are_what_the_getters_say)
{
  g_autoptr (GstZcHeap) heap = NULL;
  g_autofree gchar *name = NULL, *path = NULL;
  GstZcHeapFlags flags;
  guint64 max_size;

  kernel_set_up ();
  heap = gst_zc_heap_new_udmabuf ();
  g_object_get (heap, "name", &name, "path", &path, "flags", &flags, "max-size",
      &max_size, NULL);
  fail_unless_equals_string (name, "udmabuf");
  fail_unless_equals_string (path, "/dev/udmabuf");
  fail_unless_equals_int_hex (flags, B | CACHED | M);
  fail_unless_equals_uint64 (max_size, gst_zc_heap_get_max_size (heap));
}
GST_END_TEST;

GST_START_TEST (a_dma_heap_gives_what_the_kernel_made)
{
  g_autoptr (GstZcHeap) heap = NULL;

  kernel_set_up ();
  heap = gst_zc_heap_new_dma_heap ("system");
  fail_unless_equals_int (export_size (heap, PAGE + 1), 2 * PAGE);
  fail_unless_equals_string (kernel.steps->str,
      "open /dev/dma_heap/system, DMA_HEAP_IOCTL_ALLOC, lseek");
  fail_unless_equals_int (kernel.dma_heap.len, PAGE + 1);
  fail_unless_equals_int (kernel.dma_heap.fd, 0);
  fail_unless_equals_int (kernel.dma_heap.heap_flags, 0);
  fail_unless_equals_int_hex (kernel.dma_heap.fd_flags, O_RDWR | O_CLOEXEC);
  fail_unless_equals_int (kernel_n_open (), 0);
}
GST_END_TEST;

GST_START_TEST (udmabuf_wraps_a_sealed_memfd_of_small_pages)
{
  g_autoptr (GstZcHeap) heap = NULL;

  kernel_set_up ();
  heap = gst_zc_heap_new_udmabuf ();
  fail_unless_equals_int (export_size (heap, PAGE + 1), 2 * PAGE);
  fail_unless_equals_string (kernel.steps->str,
      "memfd_create, ftruncate, F_ADD_SEALS, open /dev/udmabuf, "
      "UDMABUF_CREATE, lseek");
  fail_unless (kernel.memfd_flags & MFD_CLOEXEC);
  fail_if (kernel.memfd_flags & MFD_HUGETLB);
  fail_unless_equals_int (kernel.memfd_size, 2 * PAGE);
  fail_unless_equals_int (kernel.seals, F_SEAL_SHRINK);
  fail_unless_equals_int (kernel.udmabuf.size, 2 * PAGE);
  fail_unless_equals_int (kernel.udmabuf.offset, 0);
  fail_unless_equals_int (kernel.udmabuf.flags, UDMABUF_FLAGS_CLOEXEC);
  fail_unless_equals_int (kernel_n_open (), 0);
}
GST_END_TEST;

GST_START_TEST (the_limit_of_udmabuf_is_the_modules)
{
  static const struct {
    const char *text;
    guint64 mb;
  } limits[] = { { "64\n", 64 }, { "1\n", 1 }, { "4096\n", 4096 },
    { "2147483647\n", G_MAXINT }, { NULL, 64 }, { "", 64 }, { "0\n", 64 },
    { "99999999999999999999\n", G_MAXINT } };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    g_autoptr (GstZcHeap) heap = NULL;

    kernel_set_up ();
    kernel.udmabuf_limit = limits[i].text;
    heap = gst_zc_heap_new_udmabuf ();
    fail_unless_equals_uint64 (
        gst_zc_heap_get_max_size (heap), limits[i].mb << 20);
    fail_unless_equals_int (kernel_n_open (), 0);
  }
}
GST_END_TEST;

static void
count_warning (GstDebugCategory *category, GstDebugLevel level,
    const gchar *file, const gchar *function, gint line, GObject *object,
    GstDebugMessage *message, gpointer user_data)
{
  (void) file;
  (void) function;
  (void) line;
  (void) object;
  if (level == GST_LEVEL_WARNING &&
      strcmp (gst_debug_category_get_name (category), "zcheap") == 0 &&
      strstr (gst_debug_message_get (message), "huge pages"))
    ++*(guint *) user_data;
}

GST_START_TEST (huge_pages_that_come_unasked_are_warned_of_once)
{
  static const struct {
    const char *text;
    guint n;
  } cases[] = {
    { "[always] within_size advise never deny force\n", 1 },
    { "always [within_size] advise never deny force\n", 1 },
    { "always within_size advise never deny [force]\n", 1 },
    { "always within_size [advise] never deny force\n", 0 },
    { "always within_size advise [never] deny force\n", 0 },
    { NULL, 0 },
  };
  guint n = 0;

  gst_debug_set_threshold_for_name ("zcheap", GST_LEVEL_WARNING);
  gst_debug_add_log_function (count_warning, &n, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstZcHeap) heap = NULL;

    kernel_set_up ();
    kernel.shmem_huge = cases[i].text;
    heap = gst_zc_heap_new_udmabuf ();
    n = 0;
    export_size (heap, PAGE);
    export_size (heap, PAGE);
    fail_unless_equals_int (n, cases[i].n);
    fail_unless_equals_int (kernel_n_open (), 0);
  }
  gst_debug_remove_log_function (count_warning);
}
GST_END_TEST;

/* --- sizes -------------------------------------------------------------- */

static void
assert_refused (GstZcHeap *heap, gsize size, GstZcError code)
{
  g_autoptr (GError) error = NULL;

  if (gst_zc_heap_get_flags (heap) & GST_ZC_HEAP_DMABUF) {
    gsize actual;

    fail_unless_equals_int (
        gst_zc_heap_export (heap, size, &actual, &error), -1);
    fail_unless (g_error_matches (error, GST_ZC_ERROR, code));
    g_clear_error (&error);
  }
  fail_unless (gst_zc_heap_alloc (heap, size, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, code));
  fail_unless (strstr (error->message, gst_zc_heap_get_name (heap)) != NULL);
  fail_unless_equals_string (kernel.steps->str, "");
}

typedef void (*Check) (GstZcHeap *heap);

/* Each kind of heap, before it has done anything. */
static void
for_each_heap (Check check)
{
  static const GstZcUserMemory kinds[] = { GST_ZC_USER_MEMORY_ANONYMOUS,
    GST_ZC_USER_MEMORY_MEMFD, GST_ZC_USER_MEMORY_HUGEPAGES,
    GST_ZC_USER_MEMORY_MEMFD | GST_ZC_USER_MEMORY_HUGEPAGES };
  g_autolist (GstZcHeap) heaps = NULL;

  kernel_set_up ();
  heaps = g_list_prepend (heaps, gst_zc_heap_new_dma_heap ("system"));
  heaps = g_list_prepend (heaps, gst_zc_heap_new_udmabuf ());
  heaps = g_list_prepend (heaps, gst_zc_heap_new_dumb ("/dev/dri/card0", NULL));
  heaps = g_list_prepend (heaps, gst_zc_heap_new_v4l2 ("/dev/video0"));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    heaps = g_list_prepend (heaps, gst_zc_heap_new_user (kinds[i]));
  g_string_truncate (kernel.steps, 0);
  for (GList *l = heaps; l; l = l->next)
    check (l->data);
}

static void
check_nothing (GstZcHeap *heap)
{
  assert_refused (heap, 0, GST_ZC_ERROR_INVALID);
}

GST_START_TEST (no_bytes_are_refused)
{
  for_each_heap (check_nothing);
}
GST_END_TEST;

static void
check_too_much (GstZcHeap *heap)
{
  gsize limit = gst_zc_heap_get_max_size (heap);

  fail_unless (limit > 0 && limit % PAGE == 0);
  assert_refused (heap, limit + 1, GST_ZC_ERROR_TOO_LARGE);
  assert_refused (heap, G_MAXSIZE, GST_ZC_ERROR_TOO_LARGE);
  assert_refused (heap, G_MAXSIZE - PAGE, GST_ZC_ERROR_TOO_LARGE);
}

GST_START_TEST (more_than_the_limit_is_not_asked_for)
{
  for_each_heap (check_too_much);
}
GST_END_TEST;

GST_START_TEST (a_limit_says_how_it_is_raised)
{
  g_autoptr (GstZcHeap) heap = NULL;
  g_autoptr (GError) error = NULL;

  kernel_set_up ();
  heap = gst_zc_heap_new_udmabuf ();
  fail_unless_equals_int (
      gst_zc_heap_export (heap, (64 << 20) + 1, NULL, &error), -1);
  fail_unless (strstr (error->message, "67108865") != NULL);
  fail_unless (strstr (error->message, "67108864") != NULL);
  fail_unless (strstr (error->message, "udmabuf.size_limit_mb") != NULL);
}
GST_END_TEST;

GST_START_TEST (exactly_the_limit_is_asked_for)
{
  g_autoptr (GstZcHeap) udmabuf = NULL, dumb = NULL, video = NULL;

  kernel_set_up ();
  udmabuf = gst_zc_heap_new_udmabuf ();
  fail_unless_equals_int (export_size (udmabuf, 64 << 20), 64 << 20);
  dumb = gst_zc_heap_new_dumb ("/dev/dri/card0", NULL);
  fail_unless_equals_uint64 (
      export_size (dumb, gst_zc_heap_get_max_size (dumb)),
      gst_zc_heap_get_max_size (dumb));
  video = gst_zc_heap_new_v4l2 ("/dev/video0");
  fail_unless_equals_uint64 (
      export_size (video, gst_zc_heap_get_max_size (video)),
      gst_zc_heap_get_max_size (video));
}
GST_END_TEST;

/* --- what a heap is not for --------------------------------------------- */

static void
check_other_half (GstZcHeap *heap)
{
  gboolean makes_dmabufs = gst_zc_heap_get_flags (heap) & GST_ZC_HEAP_DMABUF;
  g_autoptr (GError) error = NULL;
  guint stride;

  if (!makes_dmabufs) {
    fail_unless_equals_int (gst_zc_heap_export (heap, PAGE, NULL, &error), -1);
    fail_unless (
        g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
    g_clear_error (&error);
  }
  if (gst_zc_heap_get_flags (heap) & GST_ZC_HEAP_SCANOUT)
    return;
  fail_unless_equals_int (
      gst_zc_heap_export_picture (heap, 64, 64, 32, &stride, NULL, &error), -1);
  fail_unless (
      g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
}

GST_START_TEST (what_a_heap_is_not_for_it_refuses)
{
  for_each_heap (check_other_half);
}
GST_END_TEST;

/* --- the list ----------------------------------------------------------- */

static char *
list_names (void)
{
  g_autolist (GstZcHeap) heaps = gst_zc_heap_list ();
  GString *text = g_string_new (NULL);

  for (GList *l = heaps; l; l = l->next)
    g_string_append_printf (
        text, "%s%s", text->len ? " " : "", gst_zc_heap_get_name (l->data));
  return g_string_free (text, FALSE);
}

GST_START_TEST (the_list_has_what_there_is_and_the_better_first)
{
  g_autofree char *all = NULL, *few = NULL;

  kernel_set_up ();
  all = list_names ();
  fail_unless_equals_string (all, "reserved system udmabuf card0 user");
  fail_unless_equals_int (kernel_n_open (), 0);

  memset (kernel.nodes, 0, sizeof (kernel.nodes));
  few = list_names ();
  fail_unless_equals_string (few, "user");
}
GST_END_TEST;

GST_START_TEST (another_name_of_a_heap_is_not_listed)
{
  g_autofree char *text = NULL;

  kernel_set_up ();
  kernel.nodes[5] = "/dev/dma_heap/video";
  kernel.links[0][0] = "/dev/dma_heap/video";
  kernel.links[0][1] = "/dev/dma_heap/system";
  text = list_names ();
  fail_unless_equals_string (text, "reserved system udmabuf card0 user");
}
GST_END_TEST;

GST_START_TEST (what_may_not_be_used_is_listed)
{
  g_autofree char *text = NULL;

  kernel_set_up ();
  kernel_fail ("open /dev/dri/card0", EACCES);
  text = list_names ();
  fail_unless_equals_string (text, "reserved system udmabuf card0 user");
  fail_unless_equals_int (kernel_n_open (), 0);
}
GST_END_TEST;

GST_START_TEST (a_listed_card_without_dumb_buffers_says_so)
{
  g_autolist (GstZcHeap) heaps = NULL;
  g_autoptr (GError) error = NULL;
  GstZcHeap *card;

  kernel_set_up ();
  kernel.dumb_cap = 0;
  heaps = gst_zc_heap_list ();
  card = g_list_nth_data (heaps, 3);
  fail_unless_equals_string (gst_zc_heap_get_name (card), "card0");
  fail_if (gst_zc_heap_check (card, &error));
  fail_unless (
      g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
  fail_unless (
      strstr (error->message, "no dumb buffers") != NULL, "%s", error->message);
}
GST_END_TEST;

/* Cards and cameras would wake up, and others would find cameras busy. */
GST_START_TEST (listing_opens_nothing)
{
  g_autofree char *text = NULL;

  kernel_set_up ();
  text = list_names ();
  fail_unless_equals_string (kernel.steps->str, "");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (names_decide_what_a_dma_heap_is_like),
    RUNNER_TEST (a_symbolic_link_is_the_heap_it_leads_to),
    RUNNER_TEST (properties_are_what_the_getters_say),
    RUNNER_TEST (a_dma_heap_gives_what_the_kernel_made),
    RUNNER_TEST (udmabuf_wraps_a_sealed_memfd_of_small_pages),
    RUNNER_TEST (the_limit_of_udmabuf_is_the_modules),
    RUNNER_TEST (huge_pages_that_come_unasked_are_warned_of_once),
    RUNNER_TEST (no_bytes_are_refused),
    RUNNER_TEST (more_than_the_limit_is_not_asked_for),
    RUNNER_TEST (a_limit_says_how_it_is_raised),
    RUNNER_TEST (exactly_the_limit_is_asked_for),
    RUNNER_TEST (what_a_heap_is_not_for_it_refuses),
    RUNNER_TEST (the_list_has_what_there_is_and_the_better_first),
    RUNNER_TEST (another_name_of_a_heap_is_not_listed),
    RUNNER_TEST (what_may_not_be_used_is_listed),
    RUNNER_TEST (a_listed_card_without_dumb_buffers_says_so),
    RUNNER_TEST (listing_opens_nothing))
