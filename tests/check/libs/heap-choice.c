/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap-kernel.h"

#include <errno.h>

#define MB (1 << 20)
#define CARD0 "/dev/dri/card0"
#define CARD1 "/dev/dri/card1"

#define DMABUF GST_ZC_HEAP_DMABUF
#define CONTIGUOUS GST_ZC_HEAP_CONTIGUOUS
#define CACHED GST_ZC_HEAP_CACHED
#define MAPPABLE GST_ZC_HEAP_MAPPABLE
#define SCANOUT GST_ZC_HEAP_SCANOUT

static void
set_nodes (const char *nodes)
{
  static char text[512];
  char *path = text;
  guint n = 0;

  kernel_set_up ();
  memset (kernel.nodes, 0, sizeof (kernel.nodes));
  g_strlcpy (text, nodes, sizeof (text));
  while ((path = strtok (n ? NULL : text, " ")))
    kernel.nodes[n++] = path;
}

static char *
choose (gsize size, GstZcHeapFlags required, GstMapFlags access,
    const char *card, char **explanation, GError **error)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_choose (
      size, required, access, card, explanation, error);

  return heap ? g_strdup (gst_zc_heap_get_name (heap)) : NULL;
}

#define SYSTEM "/dev/dma_heap/system "
#define CMA "/dev/dma_heap/default_cma_region "
#define UDMABUF "/dev/udmabuf "
#define ALL CMA SYSTEM UDMABUF CARD0

static const struct {
  const char *nodes;
  gsize size;
  guint required, access;
  const char *card;
  const char *chosen;
} choices[] = {
  /* scarce memory is not wasted, ordinary pages are second to it */
  { ALL, MB, DMABUF, 0, NULL, "system" },
  { ALL, MB, DMABUF, GST_MAP_READWRITE, NULL, "system" },
  { CMA UDMABUF CARD0, MB, DMABUF, 0, NULL, "udmabuf" },
  { CMA UDMABUF CARD0, MB, DMABUF, GST_MAP_READ, NULL, "udmabuf" },
  { CMA CARD0, MB, DMABUF, 0, NULL, "default_cma_region" },
  { CMA, MB, DMABUF, 0, NULL, "default_cma_region" },
  { SYSTEM CARD0, MB, DMABUF, 0, NULL, "system" },
  { UDMABUF CARD0, MB, DMABUF, 0, NULL, "udmabuf" },
  /* contiguous */
  { ALL, MB, DMABUF | CONTIGUOUS, 0, NULL, "default_cma_region" },
  { ALL, MB, DMABUF | CONTIGUOUS, GST_MAP_READ, NULL, "default_cma_region" },
  { SYSTEM UDMABUF CARD0, MB, DMABUF | CONTIGUOUS, 0, NULL, NULL },
  { "/dev/dma_heap/system-dma32 /dev/dma_heap/mtk_mm", MB, DMABUF | CONTIGUOUS,
      0, NULL, NULL },
  { "/dev/dma_heap/mtk_mm " CMA, MB, DMABUF, 0, NULL, "mtk_mm" },
  /* the CPU reads: cached, and be it scarce */
  { "/dev/dma_heap/system-uncached " UDMABUF, MB, DMABUF, GST_MAP_READ, NULL,
      "udmabuf" },
  { "/dev/dma_heap/system-uncached " UDMABUF, MB, DMABUF, GST_MAP_WRITE, NULL,
      "system-uncached" },
  { CMA CARD0, MB, DMABUF, GST_MAP_READ, NULL, "default_cma_region" },
  { CMA CARD0, MB, DMABUF, GST_MAP_WRITE, NULL, "default_cma_region" },
  { "/dev/dma_heap/system-uncached", MB, DMABUF | CACHED, 0, NULL, NULL },
  /* sizes */
  { UDMABUF CARD0, 65 * MB, DMABUF, 0, NULL, "card0" },
  { UDMABUF CARD0, 64 * MB, DMABUF, 0, NULL, "udmabuf" },
  { ALL, G_MAXSIZE, DMABUF, 0, NULL, NULL },
  { ALL, 0, DMABUF, 0, NULL, "system" },
  /* the memory of one display */
  { ALL, MB, DMABUF | SCANOUT, 0, NULL, "card0" },
  { ALL " " CARD1, MB, DMABUF | SCANOUT, 0, CARD1, "card1" },
  { ALL, MB, DMABUF | SCANOUT, 0, CARD1, NULL },
  { ALL " " CARD1, MB, DMABUF, 0, CARD1, "system" },
  /* memory of this process */
  { ALL, MB, 0, GST_MAP_READWRITE, NULL, "user" },
  { ALL, MB, 0, 0, NULL, "user" },
  { ALL, MB, CONTIGUOUS, 0, NULL, NULL },
  { "", MB, DMABUF, 0, NULL, NULL },
  { "", MB, 0, GST_MAP_READ, NULL, "user" },
  /* what serves a purpose of its own */
  { "/dev/dma_heap/incoherent", MB, DMABUF, 0, NULL, NULL },
  { "/dev/dma_heap/incoherent " UDMABUF, MB, DMABUF, GST_MAP_READ, NULL,
      "udmabuf" },
  { "/dev/dma_heap/protected", MB, DMABUF | CONTIGUOUS, 0, NULL, NULL },
};

GST_START_TEST (the_best_heap_is_chosen)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_autofree char *chosen = NULL, *why = NULL;
    g_autoptr (GError) error = NULL;

    set_nodes (choices[i].nodes);
    chosen = choose (choices[i].size, choices[i].required, choices[i].access,
        choices[i].card, &why, &error);
    fail_unless (g_strcmp0 (chosen, choices[i].chosen) == 0,
        "case %u: %s instead of %s: %s", i, chosen, choices[i].chosen,
        why ? why : error->message);
    fail_unless ((chosen == NULL) == (error != NULL));
    fail_unless ((chosen == NULL) == (why == NULL));
    fail_unless_equals_int (kernel_n_open (), 0);
  }
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_used_is_passed_over)
{
  g_autofree char *chosen = NULL, *why = NULL;

  set_nodes (ALL);
  kernel_fail ("open /dev/dma_heap/system", EACCES);
  chosen = choose (MB, DMABUF, GST_MAP_READ, NULL, &why, NULL);
  fail_unless_equals_string (chosen, "udmabuf");
  fail_unless (strstr (why, "/dev/dma_heap/system") != NULL, "%s", why);
  fail_unless (strstr (why, "(errno 13)") != NULL, "%s", why);
}
GST_END_TEST;

/* Which would wake them up, and make us master for a moment. */
GST_START_TEST (no_card_is_opened_where_a_dma_heap_serves)
{
  g_autofree char *chosen = NULL, *next = NULL;

  set_nodes (ALL);
  chosen = choose (MB, DMABUF, GST_MAP_READ, NULL, NULL, NULL);
  fail_unless_equals_string (chosen, "system");
  fail_unless_equals_string (kernel.steps->str, "open /dev/dma_heap/system");

  set_nodes (ALL);
  kernel_fail ("open /dev/dma_heap/system", EACCES);
  next = choose (MB, DMABUF, GST_MAP_READ, NULL, NULL, NULL);
  fail_unless_equals_string (next, "udmabuf");
  fail_unless_equals_string (
      kernel.steps->str, "open /dev/dma_heap/system, open /dev/udmabuf");
}
GST_END_TEST;

/* Each heap is in it, with its reason. */
static void
assert_reasons (const char *text, const char *const reasons[])
{
  for (guint i = 0; reasons[i]; i++)
    fail_unless (
        strstr (text, reasons[i]) != NULL, "%s: not in: %s", reasons[i], text);
}

GST_START_TEST (a_choice_is_explained)
{
  static const char *const reading[] = { "`system` (dmabuf, cached, mappable)",
    "not `default_cma_region`: it is contiguous, which is scarce",
    "not `udmabuf`: it would do as well",
    "not `card0`: it is not known to be cached, and the CPU reads",
    "not `user`: it makes no dma-bufs",
    "not `incoherent`: it is taken only by those who ask", NULL };
  static const char *const any[] = { "not `card0`: it is a display's own",
    NULL };
  static const char *const user[] = { "`user` (cached, mappable)",
    "not `system`: it makes dma-bufs, which are no memory for USERPTR", NULL };
  g_autofree char *name = NULL, *other = NULL, *third = NULL, *why = NULL;

  set_nodes ("/dev/dma_heap/incoherent " ALL);
  name = choose (MB, DMABUF, GST_MAP_READ, NULL, &why, NULL);
  assert_reasons (why, reading);
  g_free (why);
  other = choose (MB, DMABUF, 0, NULL, &why, NULL);
  assert_reasons (why, any);
  g_free (why);
  third = choose (MB, 0, GST_MAP_READ, NULL, &why, NULL);
  assert_reasons (why, user);
}
GST_END_TEST;

static void
assert_no_choice (gsize size, GstZcHeapFlags required, const char *card,
    GstZcError code, const char *const reasons[])
{
  g_autoptr (GError) error = NULL;
  char *why = (char *) "not reset";

  fail_unless (choose (size, required, 0, card, &why, &error) == NULL);
  fail_unless (why == NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, code), "code %d: %s",
      error->code, error->message);
  assert_reasons (error->message, reasons);
}

GST_START_TEST (no_choice_says_for_each_heap_why_not)
{
  static const char *const contiguous[] = { "1048576 bytes",
    "(dmabuf, contiguous)", "`system` is not known to be contiguous",
    "`udmabuf` is not", "`card0` is not", "`user` makes no dma-bufs",
    "`default_cma_region`", "is missing: boot with cma=64M", NULL };

  set_nodes (SYSTEM UDMABUF CARD0);
  assert_no_choice (
      MB, DMABUF | CONTIGUOUS, NULL, GST_ZC_ERROR_NOT_FOUND, contiguous);
}
GST_END_TEST;

GST_START_TEST (no_choice_says_what_would_bring_one)
{
  static const char *const nothing[] = { "CONFIG_UDMABUF", NULL };
  static const char *const dark[] = { "no card with dumb buffers", NULL };
  static const char *const small[] = { "`card0` gives 4294963200 bytes at most",
    NULL };
  static const char *const other[] = { "`card0` is not for the display of "
                                       "/dev/dri/card1",
    NULL };

  set_nodes ("");
  assert_no_choice (MB, DMABUF, NULL, GST_ZC_ERROR_NOT_FOUND, nothing);
  set_nodes (SYSTEM);
  assert_no_choice (MB, DMABUF | SCANOUT, NULL, GST_ZC_ERROR_NOT_FOUND, dark);
  set_nodes (CARD0);
  assert_no_choice (
      (gsize) G_MAXUINT32, DMABUF, NULL, GST_ZC_ERROR_TOO_LARGE, small);
  assert_no_choice (MB, DMABUF | SCANOUT, CARD1, GST_ZC_ERROR_NOT_FOUND, other);
}
GST_END_TEST;

/* What a program can act on: the heap is there, the permission is not. */
GST_START_TEST (no_choice_for_want_of_permission_is_that_error)
{
  static const char *const reasons[] = { "`system` cannot be used",
    "usermod -aG", NULL };

  set_nodes (SYSTEM CARD0);
  kernel_fail ("open /dev/dma_heap/system", EACCES);
  kernel.dumb_cap = 0;
  assert_no_choice (MB, DMABUF, NULL, GST_ZC_ERROR_PERMISSION, reasons);
  set_nodes (UDMABUF CARD0);
  kernel_fail ("open /dev/dri/card0", EACCES);
  assert_no_choice (
      65 * MB, DMABUF, NULL, GST_ZC_ERROR_PERMISSION, &reasons[1]);
}
GST_END_TEST;

GST_START_TEST (a_device_without_iommu_is_given_contiguous_memory)
{
  GstZcConstraints none = { 0 };
  GstZcConstraints contiguous = { .stride_align = { 64 },
    .flags = GST_ZC_CONSTRAINTS_CONTIGUOUS | GST_ZC_CONSTRAINTS_ONE_MEMORY };
  g_autofree char *any = NULL, *chosen = NULL;

  set_nodes (ALL);
  fail_unless_equals_int (gst_zc_heap_flags_for_constraints (NULL), 0);
  any = choose (MB, DMABUF | gst_zc_heap_flags_for_constraints (&none), 0, NULL,
      NULL, NULL);
  fail_unless_equals_string (any, "system");
  chosen = choose (MB, DMABUF | gst_zc_heap_flags_for_constraints (&contiguous),
      0, NULL, NULL, NULL);
  fail_unless_equals_string (chosen, "default_cma_region");
}
GST_END_TEST;

GST_START_TEST (heaps_of_ones_own_can_be_chosen_from)
{
  g_autoptr (GstZcHeap) video = NULL, dma_heap = NULL, chosen = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  g_autoptr (GList) heaps = NULL;

  kernel_set_up ();
  video = gst_zc_heap_new_v4l2 ("/dev/video0");
  dma_heap = gst_zc_heap_new_dma_heap ("system");
  heaps = g_list_append (heaps, video);
  heaps = g_list_append (heaps, dma_heap);
  chosen = gst_zc_heap_choose_from (
      heaps, MB, DMABUF, GST_MAP_WRITE, NULL, &why, &error);
  fail_unless (chosen == video, "%s", why ? why : error->message);
  g_clear_object (&chosen);
  chosen = gst_zc_heap_choose_from (
      heaps, MB, DMABUF, GST_MAP_READ, NULL, NULL, &error);
  fail_unless (chosen == dma_heap);
  fail_unless (gst_zc_heap_choose_from (
                   NULL, MB, DMABUF, 0, NULL, NULL, &error) == NULL);
  fail_unless (g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_FOUND));
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (the_best_heap_is_chosen),
    RUNNER_TEST (what_cannot_be_used_is_passed_over),
    RUNNER_TEST (no_card_is_opened_where_a_dma_heap_serves),
    RUNNER_TEST (a_choice_is_explained),
    RUNNER_TEST (no_choice_says_for_each_heap_why_not),
    RUNNER_TEST (no_choice_says_what_would_bring_one),
    RUNNER_TEST (no_choice_for_want_of_permission_is_that_error),
    RUNNER_TEST (a_device_without_iommu_is_given_contiguous_memory),
    RUNNER_TEST (heaps_of_ones_own_can_be_chosen_from))
