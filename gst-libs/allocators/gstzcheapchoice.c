/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcheapchoice.h"

#include "gstzcheap-private.h"
#include "gstzcheaplist.h"

#define GST_CAT_DEFAULT gst_zc_heap_debug

struct wish {
  gsize size;
  GstZcHeapFlags required;
  GstMapFlags access;
  const gchar *card;
};

/* --- what will not do --------------------------------------------------- */

/* What is said of a heap that has not what is required, and of a machine where
 * no heap has it. */
static const struct {
  GstZcHeapFlags flag;
  const gchar *lacks;
  const gchar *cure;
} needs[] = {
  { GST_ZC_HEAP_DMABUF, "makes no dma-bufs",
      "there is no heap of dma-bufs: it takes a kernel with "
      "CONFIG_DMABUF_HEAPS_SYSTEM or CONFIG_UDMABUF" },
  { GST_ZC_HEAP_CONTIGUOUS, "is not known to be contiguous",
      "`default_cma_region` (before Linux 6.17 `reserved` or `linux,cma`) is "
      "missing: boot with cma=64M or more, with CONFIG_DMABUF_HEAPS_CMA" },
  { GST_ZC_HEAP_CACHED, "is not known to be cached", NULL },
  { GST_ZC_HEAP_MAPPABLE, "cannot be mapped by the CPU", NULL },
  { GST_ZC_HEAP_SCANOUT, "is not for a display",
      "there is no card with dumb buffers in /dev/dri: load its driver" },
};

static GstZcHeapFlags
missing_of (GstZcHeap *heap, const struct wish *wish)
{
  return wish->required & ~gst_zc_heap_get_flags (heap);
}

static const gchar *
missing_words (GstZcHeapFlags missing)
{
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (missing & needs[i].flag)
      return needs[i].lacks;
  return "is not what is required";
}

static gboolean
is_of_another_card (GstZcHeap *heap, const struct wish *wish)
{
  return wish->required & GST_ZC_HEAP_SCANOUT && wish->card &&
         g_strcmp0 (gst_zc_heap_get_path (heap), wish->card) != 0;
}

/* What the heap is, not how it is today. */
static gchar *
objection_to_kind (GstZcHeap *heap, const struct wish *wish)
{
  GstZcHeapFlags flags = gst_zc_heap_get_flags (heap);

  if (flags & GST_ZC_HEAP_BY_NAME_ONLY)
    return g_strdup ("is taken only by those who ask for it by name");
  if (missing_of (heap, wish))
    return g_strdup (missing_words (missing_of (heap, wish)));
  if (flags & GST_ZC_HEAP_DMABUF && !(wish->required & GST_ZC_HEAP_DMABUF))
    return g_strdup ("makes dma-bufs, which are no memory for USERPTR");
  if (is_of_another_card (heap, wish))
    return g_strdup_printf ("is not for the display of %s", wish->card);
  return NULL;
}

/* Why HEAP will not do, as far as can be said without its device, or NULL. */
static gchar *
objection (GstZcHeap *heap, const struct wish *wish, gint *code)
{
  gchar *text = objection_to_kind (heap, wish);

  if (text || wish->size <= gst_zc_heap_get_max_size (heap))
    return text;
  if (*code < 0)
    *code = GST_ZC_ERROR_TOO_LARGE;
  return g_strdup_printf ("gives %" G_GSIZE_FORMAT " bytes at most",
      gst_zc_heap_get_max_size (heap));
}

/* What its device has against it, or NULL. The first error that is more than a
 * lack is what a program can act on. */
static gchar *
objection_of_device (GstZcHeap *heap, gint *code)
{
  g_autoptr (GError) error = NULL;

  if (gst_zc_heap_check (heap, &error))
    return NULL;
  if (*code < 0 || *code == GST_ZC_ERROR_TOO_LARGE ||
      *code == GST_ZC_ERROR_NOT_SUPPORTED)
    *code = error->code;
  return g_strdup_printf ("cannot be used: %s", error->message);
}

/* --- which is better ---------------------------------------------------- */

/* Rules 2 to 4 of the header: it is better to have the flag if it is WANTED,
 * and not to have it otherwise; WORSE is said of the other heap. */
static const struct {
  GstZcHeapFlags flag;
  gboolean wanted;
  const gchar *worse;
} preferences[] = {
  { GST_ZC_HEAP_CACHED, TRUE, "is not known to be cached, and the CPU reads" },
  { GST_ZC_HEAP_SCANOUT, FALSE, "is a display's own, which is not shown here" },
  { GST_ZC_HEAP_CONTIGUOUS, FALSE,
      "is contiguous, which is scarce and not needed here" },
};

/* Wanted is what the CPU reads fast; unwanted what nobody required. */
static gboolean
matters (guint i, const struct wish *wish)
{
  if (preferences[i].wanted)
    return wish->access & GST_MAP_READ;
  return !(wish->required & preferences[i].flag);
}

/* Why A is worse than B, or NULL. */
static const gchar *
worse (GstZcHeap *a, GstZcHeap *b, const struct wish *wish)
{
  GstZcHeapFlags fa = gst_zc_heap_get_flags (a);
  GstZcHeapFlags fb = gst_zc_heap_get_flags (b);

  for (guint i = 0; i < G_N_ELEMENTS (preferences); i++) {
    GstZcHeapFlags flag = preferences[i].flag;

    if (matters (i, wish) && (fa ^ fb) & flag) {
      gboolean has = (fa & flag) != 0;

      return has == preferences[i].wanted ? NULL : preferences[i].worse;
    }
  }
  return NULL;
}

/* --- the answer --------------------------------------------------------- */

static gchar *
flags_to_words (GstZcHeapFlags flags)
{
  GFlagsClass *klass = g_type_class_ref (GST_TYPE_ZC_HEAP_FLAGS);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    if (flags & klass->values[i].value)
      g_string_append_printf (
          text, "%s%s", text->len ? ", " : "", klass->values[i].value_nick);
  g_type_class_unref (klass);
  return g_string_free (text, FALSE);
}

static gchar *
explain (GList *heaps, GPtrArray *objections, GstZcHeap *chosen,
    const struct wish *wish)
{
  GString *text = g_string_new (NULL);
  g_autofree gchar *flags = flags_to_words (gst_zc_heap_get_flags (chosen));
  guint i = 0;

  g_string_append_printf (
      text, "`%s` (%s)", gst_zc_heap_get_name (chosen), flags);
  for (GList *l = heaps; l; l = l->next, i++) {
    const gchar *why = g_ptr_array_index (objections, i);

    if (l->data == chosen)
      continue;
    if (!why)
      why = worse (l->data, chosen, wish);
    g_string_append_printf (text, "; not `%s`: it %s",
        gst_zc_heap_get_name (l->data),
        why ? why : "would do as well, and comes later");
  }
  return g_string_free (text, FALSE);
}

/* One that could be chosen, that is. */
static gboolean
some_heap_has (GList *heaps, GstZcHeapFlags flag)
{
  for (; heaps; heaps = heaps->next) {
    GstZcHeapFlags flags = gst_zc_heap_get_flags (heaps->data);

    if (flags & flag && !(flags & GST_ZC_HEAP_BY_NAME_ONLY))
      return TRUE;
  }
  return FALSE;
}

static void
append_cures (GString *text, GList *heaps, const struct wish *wish)
{
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (needs[i].cure && wish->required & needs[i].flag &&
        !some_heap_has (heaps, needs[i].flag))
      g_string_append_printf (text, "; %s", needs[i].cure);
}

static void
set_error (GError **error, gint code, GList *heaps, GPtrArray *objections,
    const struct wish *wish)
{
  g_autofree gchar *required = flags_to_words (wish->required);
  GString *text = g_string_new ("no heap serves");
  guint i = 0;

  if (wish->size)
    g_string_append_printf (text, " %" G_GSIZE_FORMAT " bytes", wish->size);
  if (*required)
    g_string_append_printf (text, " (%s)", required);
  g_string_append_c (text, ':');
  for (GList *l = heaps; l; l = l->next, i++)
    g_string_append_printf (text, "%s `%s` %s", i ? ";" : "",
        gst_zc_heap_get_name (l->data),
        (const gchar *) g_ptr_array_index (objections, i));
  append_cures (text, heaps, wish);
  g_set_error_literal (
      error, GST_ZC_ERROR, code < 0 ? GST_ZC_ERROR_NOT_FOUND : code, text->str);
  g_string_free (text, TRUE);
}

/* The index of the best without objection, or -1. */
static gint
find_best (GList *heaps, GPtrArray *objections, const struct wish *wish)
{
  GstZcHeap *best = NULL;
  gint found = -1, i = 0;

  for (GList *l = heaps; l; l = l->next, i++) {
    if (g_ptr_array_index (objections, i) ||
        (best && !worse (best, l->data, wish)))
      continue;
    best = l->data;
    found = i;
  }
  return found;
}

/* In order of preference, because asking opens the device, which wakes cards:
 * those behind the first that serves are left alone. */
static GstZcHeap *
find_usable (
    GList *heaps, GPtrArray *objections, const struct wish *wish, gint *code)
{
  for (;;) {
    gint i = find_best (heaps, objections, wish);
    GstZcHeap *heap = i < 0 ? NULL : g_list_nth_data (heaps, i);
    gchar *why = heap ? objection_of_device (heap, code) : NULL;

    if (!why)
      return heap;
    g_ptr_array_index (objections, i) = why;
  }
}

static GstZcHeap *
choose (
    GList *heaps, const struct wish *wish, gchar **explanation, GError **error)
{
  g_autoptr (GPtrArray) objections = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *text = NULL;
  GstZcHeap *best;
  gint code = -1;

  for (GList *l = heaps; l; l = l->next)
    g_ptr_array_add (objections, objection (l->data, wish, &code));
  best = find_usable (heaps, objections, wish, &code);
  if (!best) {
    set_error (error, code, heaps, objections, wish);
    return NULL;
  }
  text = explain (heaps, objections, best, wish);
  GST_INFO_OBJECT (best, "chosen: %s", text);
  if (explanation)
    *explanation = g_steal_pointer (&text);
  return g_object_ref (best);
}

GstZcHeapFlags
gst_zc_heap_flags_for_constraints (const GstZcConstraints *constraints)
{
  return constraints && constraints->flags & GST_ZC_CONSTRAINTS_CONTIGUOUS
             ? GST_ZC_HEAP_CONTIGUOUS
             : 0;
}

GstZcHeap *
gst_zc_heap_choose_from (GList *heaps, gsize size, GstZcHeapFlags required,
    GstMapFlags access, const gchar *card, gchar **explanation, GError **error)
{
  struct wish wish = { size, required, access, card };

  if (explanation)
    *explanation = NULL;
  if (access & GST_MAP_READWRITE)
    wish.required |= GST_ZC_HEAP_MAPPABLE;
  return choose (heaps, &wish, explanation, error);
}

GstZcHeap *
gst_zc_heap_choose (gsize size, GstZcHeapFlags required, GstMapFlags access,
    const gchar *card, gchar **explanation, GError **error)
{
  GList *heaps = gst_zc_heap_list ();
  GstZcHeap *heap = gst_zc_heap_choose_from (
      heaps, size, required, access, card, explanation, error);

  g_list_free_full (heaps, g_object_unref);
  return heap;
}
