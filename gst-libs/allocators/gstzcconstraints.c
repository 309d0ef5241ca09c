/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcconstraints.h"

#include "gstzcalign-private.h"
#include "gstzcboxed-private.h"
#include "gstzcerror.h"
#include "gstzclayout.h"

#include <string.h>

static gint
compare_values (const GValue *a, const GValue *b)
{
  const GstZcConstraints *x = g_value_get_boxed (a);
  const GstZcConstraints *y = g_value_get_boxed (b);

  if (x == y)
    return GST_VALUE_EQUAL;
  return x && y && memcmp (x, y, sizeof (*x)) == 0 ? GST_VALUE_EQUAL
                                                   : GST_VALUE_UNORDERED;
}

/* They are in configurations of pools, which are compared when a pool is
 * configured again. */
static void
register_value (GType type)
{
  static GstValueTable table = { .compare = compare_values };

  table.type = type; /* it is kept, not copied */
  gst_value_register (&table);
}

GST_ZC_DEFINE_BOXED_TYPE_WITH_CODE (
    GstZcConstraints, gst_zc_constraints, register_value (g_define_type_id))

GType
gst_zc_constraints_flags_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_ZC_CONSTRAINTS_CONTIGUOUS, "GST_ZC_CONSTRAINTS_CONTIGUOUS",
        "contiguous" },
    { GST_ZC_CONSTRAINTS_SEPARATE_PLANES, "GST_ZC_CONSTRAINTS_SEPARATE_PLANES",
        "separate-planes" },
    { GST_ZC_CONSTRAINTS_ONE_MEMORY, "GST_ZC_CONSTRAINTS_ONE_MEMORY",
        "one-memory" },
    { GST_ZC_CONSTRAINTS_LINKED_PLANES, "GST_ZC_CONSTRAINTS_LINKED_PLANES",
        "linked-planes" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_flags_register_static ("GstZcConstraintsFlags", values));
  return type;
}

#define ONE_MEMORY \
  (GST_ZC_CONSTRAINTS_ONE_MEMORY | GST_ZC_CONSTRAINTS_LINKED_PLANES)

GstZcConstraints *
gst_zc_constraints_new (void)
{
  return g_new0 (GstZcConstraints, 1);
}

GstZcConstraints *
gst_zc_constraints_copy (const GstZcConstraints *constraints)
{
  g_return_val_if_fail (constraints != NULL, NULL);

  return g_memdup2 (constraints, sizeof (*constraints));
}

void
gst_zc_constraints_free (GstZcConstraints *constraints)
{
  g_free (constraints);
}

void
gst_zc_constraints_set_plane (GstZcConstraints *constraints, guint plane,
    guint stride, guint stride_align, gsize offset, guint offset_align,
    gsize min_size)
{
  g_return_if_fail (constraints != NULL);
  g_return_if_fail (plane < GST_VIDEO_MAX_PLANES);

  constraints->stride[plane] = stride;
  constraints->stride_align[plane] = stride_align;
  constraints->offset[plane] = offset;
  constraints->offset_align[plane] = offset_align;
  constraints->min_size[plane] = min_size;
}

/* What a value is, for messages; a PLANE of -1 is none. */
typedef struct {
  const gchar *name;
  gint plane;
} What;

static gchar *
what_to_string (const What *what)
{
  if (what->plane < 0)
    return g_strdup (what->name);
  return g_strdup_printf ("%s of plane %d", what->name, what->plane);
}

static gboolean
contradict (GError **error, const What *what, const gchar *relation_a,
    guint64 a, const gchar *relation_b, guint64 b)
{
  g_autofree gchar *text = what_to_string (what);

  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
      "%s: %s %" G_GUINT64_FORMAT " contradicts %s %" G_GUINT64_FORMAT, text,
      relation_a, a, relation_b, b);
  return FALSE;
}

static gboolean
check_multiple (guint64 exact, guint64 align, const What *what, GError **error)
{
  if (exact == 0 || align == 0 || exact % align == 0)
    return TRUE;
  return contradict (error, what, "exactly", exact, "a multiple of", align);
}

static gboolean
check_bounds (
    guint64 exact, guint64 min, guint64 max, const What *what, GError **error)
{
  if (max != 0 && min > max)
    return contradict (error, what, "at least", min, "at most", max);
  if (exact == 0)
    return TRUE;
  if (exact < min)
    return contradict (error, what, "exactly", exact, "at least", min);
  if (max != 0 && exact > max)
    return contradict (error, what, "exactly", exact, "at most", max);
  return TRUE;
}

/* Whether a multiple of ALIGN is from MIN to MAX. */
static gboolean
check_reach (
    guint64 align, guint64 min, guint64 max, const What *what, GError **error)
{
  guint64 least;

  if (max == 0 || gst_zc_align_up (&least, MAX (min, 1), align, max))
    return TRUE;
  return contradict (error, what, "a multiple of", align, "at most", max);
}

static gboolean
check_strides (const GstZcConstraints *c, GError **error)
{
  const What first = { "stride", 0 };

  for (gint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
    const What what = { "stride", i };

    if (!check_multiple (c->stride[i], c->stride_align[i], &what, error) ||
        !check_bounds (c->stride[i], 0, G_MAXINT, &what, error) ||
        !check_reach (c->stride_align[i], 0, G_MAXINT, &what, error))
      return FALSE;
  }
  return check_bounds (
             c->stride[0], c->min_stride, c->max_stride, &first, error) &&
         check_reach (c->stride_align[0], c->min_stride,
             c->max_stride ? c->max_stride : G_MAXINT, &first, error);
}

static gboolean
check_offsets (const GstZcConstraints *c, GError **error)
{
  for (gint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
    const What what = { "offset", i };

    if (!check_multiple (c->offset[i], c->offset_align[i], &what, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_height (const GstZcConstraints *c, GError **error)
{
  const What what = { "coded height", -1 };

  return check_multiple (c->coded_height, c->height_align, &what, error) &&
         check_bounds (
             c->coded_height, c->min_height, G_MAXINT, &what, error) &&
         check_reach (c->height_align, c->min_height, G_MAXINT, &what, error);
}

static gboolean
check_flags (const GstZcConstraints *c, GError **error)
{
  if (!(c->flags & GST_ZC_CONSTRAINTS_SEPARATE_PLANES) ||
      !(c->flags & ONE_MEMORY))
    return TRUE;
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
      "planes: each in a memory of its own contradicts %s",
      c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES
          ? "each right behind the one before"
          : "all in one memory");
  return FALSE;
}

gboolean
gst_zc_constraints_check (const GstZcConstraints *constraints, GError **error)
{
  g_return_val_if_fail (constraints != NULL, FALSE);

  return check_strides (constraints, error) &&
         check_offsets (constraints, error) &&
         check_height (constraints, error) && check_flags (constraints, error);
}

static gboolean
merge_exact (
    guint64 *merged, guint64 a, guint64 b, const What *what, GError **error)
{
  if (a != 0 && b != 0 && a != b)
    return contradict (error, what, "exactly", a, "exactly", b);
  *merged = a ? a : b;
  return TRUE;
}

static gboolean
merge_exact_int (
    guint *merged, guint a, guint b, const What *what, GError **error)
{
  guint64 both = 0;

  if (!merge_exact (&both, a, b, what, error))
    return FALSE;
  *merged = both;
  return TRUE;
}

/* Whether a plane without an exact offset lies where its memory begins. */
static gboolean
begins_memory (const GstZcConstraints *c, gint plane)
{
  return c->offset[plane] == 0 && c->flags & GST_ZC_CONSTRAINTS_SEPARATE_PLANES;
}

static gboolean
merge_offset (gsize *merged, const GstZcConstraints *a,
    const GstZcConstraints *b, gint i, GError **error)
{
  const What offset = { "offset", i };
  guint64 both = 0;

  if ((begins_memory (a, i) && b->offset[i] != 0) ||
      (begins_memory (b, i) && a->offset[i] != 0))
    return contradict (
        error, &offset, "exactly", a->offset[i], "exactly", b->offset[i]);
  if (!merge_exact (&both, a->offset[i], b->offset[i], &offset, error))
    return FALSE;
  *merged = both;
  return TRUE;
}

static gboolean
merge_align (guint64 *merged, guint64 a, guint64 b, guint64 max,
    const What *what, GError **error)
{
  g_autofree gchar *text = NULL;

  if (a == 0 || b == 0) {
    *merged = a ? a : b;
    return TRUE;
  }
  if (gst_zc_lcm (merged, a, b, max))
    return TRUE;
  text = what_to_string (what);
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
      "%s: no multiple of both %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
      " is at most %" G_GUINT64_FORMAT,
      text, a, b, max);
  return FALSE;
}

static gboolean
merge_align_int (
    guint *merged, guint a, guint b, const What *what, GError **error)
{
  guint64 both = 0;

  if (!merge_align (&both, a, b, G_MAXUINT, what, error))
    return FALSE;
  *merged = both;
  return TRUE;
}

static gboolean
merge_plane (GstZcConstraints *merged, const GstZcConstraints *a,
    const GstZcConstraints *b, gint i, GError **error)
{
  const What stride = { "stride", i }, offset = { "offset", i };

  merged->min_size[i] = MAX (a->min_size[i], b->min_size[i]);
  return merge_exact_int (
             &merged->stride[i], a->stride[i], b->stride[i], &stride, error) &&
         merge_offset (&merged->offset[i], a, b, i, error) &&
         merge_align_int (&merged->stride_align[i], a->stride_align[i],
             b->stride_align[i], &stride, error) &&
         merge_align_int (&merged->offset_align[i], a->offset_align[i],
             b->offset_align[i], &offset, error);
}

static guint
min_of_maxima (guint a, guint b)
{
  if (a == 0 || b == 0)
    return a ? a : b;
  return MIN (a, b);
}

static gboolean
merge_picture (GstZcConstraints *merged, const GstZcConstraints *a,
    const GstZcConstraints *b, GError **error)
{
  const What height = { "coded height", -1 }, size = { "size", -1 };
  guint64 size_align = 0;

  merged->min_stride = MAX (a->min_stride, b->min_stride);
  merged->max_stride = min_of_maxima (a->max_stride, b->max_stride);
  merged->min_height = MAX (a->min_height, b->min_height);
  merged->padding = MAX (a->padding, b->padding);
  merged->flags = a->flags | b->flags;
  if (!merge_exact_int (&merged->coded_height, a->coded_height, b->coded_height,
          &height, error) ||
      !merge_align_int (&merged->height_align, a->height_align, b->height_align,
          &height, error) ||
      !merge_align (
          &size_align, a->size_align, b->size_align, G_MAXSIZE, &size, error))
    return FALSE;
  merged->size_align = size_align;
  return TRUE;
}

gboolean
gst_zc_constraints_merge (GstZcConstraints *merged, const GstZcConstraints *a,
    const GstZcConstraints *b, GError **error)
{
  GstZcConstraints both = { 0 };

  g_return_val_if_fail (merged != NULL && a != NULL && b != NULL, FALSE);

  if (!merge_picture (&both, a, b, error))
    return FALSE;
  for (gint i = 0; i < GST_VIDEO_MAX_PLANES; i++)
    if (!merge_plane (&both, a, b, i, error))
      return FALSE;
  if (!gst_zc_constraints_check (&both, error))
    return FALSE;
  *merged = both;
  return TRUE;
}

/* A mask of bits that are 0 in what is aligned. */
static gboolean
mask_to_align (guint *align, gsize mask, const What *what, GError **error)
{
  g_autofree gchar *text = NULL;

  if (mask < G_MAXUINT && (mask & (mask + 1)) == 0) {
    *align = mask + 1;
    return TRUE;
  }
  text = what_to_string (what);
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
      "%s: %" G_GSIZE_FORMAT " is no power of two less one", text, mask);
  return FALSE;
}

static gboolean
is_power_of_two (guint align)
{
  return (align & (align - 1)) == 0;
}

static gboolean
padded (
    guint *all, gint visible, guint padding, const gchar *what, GError **error)
{
  if (g_uint_checked_add (all, visible, padding) && *all <= G_MAXINT)
    return TRUE;
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
      "%s: %d and a padding of %u overflow", what, visible, padding);
  return FALSE;
}

gboolean
gst_zc_constraints_from_alignment (GstZcConstraints *constraints,
    const GstVideoInfo *info, const GstVideoAlignment *alignment,
    GError **error)
{
  GstVideoFormat format;
  guint width;

  g_return_val_if_fail (constraints != NULL, FALSE);
  g_return_val_if_fail (info != NULL && alignment != NULL, FALSE);

  *constraints = (GstZcConstraints) { 0 };
  format = GST_VIDEO_INFO_FORMAT (info);
  if (alignment->padding_left > 0 || alignment->padding_top > 0) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
        "padding: %u columns at the left and %u lines above the picture, where "
        "devices have none",
        alignment->padding_left, alignment->padding_top);
    return FALSE;
  }
  if (!padded (&width, GST_VIDEO_INFO_WIDTH (info), alignment->padding_right,
          "width", error) ||
      !padded (&constraints->min_height, GST_VIDEO_INFO_HEIGHT (info),
          alignment->padding_bottom, "height", error))
    return FALSE;
  for (guint i = 0; i < gst_zc_format_get_n_planes (format); i++) {
    const What what = { "stride", i };

    if (!mask_to_align (&constraints->stride_align[i],
            alignment->stride_align[i], &what, error))
      return FALSE;
  }
  constraints->min_stride = gst_zc_format_get_row_bytes (format, 0, width);
  return TRUE;
}

gboolean
gst_zc_constraints_to_alignment (const GstZcConstraints *constraints,
    const GstVideoInfo *info, GstVideoAlignment *alignment, GError **error)
{
  GstZcLayout layout;

  g_return_val_if_fail (constraints != NULL && info != NULL, FALSE);
  g_return_val_if_fail (alignment != NULL, FALSE);

  if (!gst_zc_layout_from_info (&layout, info, constraints, error))
    return FALSE;
  if (gst_zc_layout_to_alignment (&layout, alignment))
    return TRUE;
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
      "no GstVideoAlignment gives lines of %d bytes and %u lines",
      layout.stride[0], layout.coded_height);
  return FALSE;
}

gboolean
gst_zc_constraints_from_params (GstZcConstraints *constraints,
    const GstAllocationParams *params, GError **error)
{
  const What what = { "alignment", -1 };

  g_return_val_if_fail (constraints != NULL && params != NULL, FALSE);

  *constraints = (GstZcConstraints) { .padding = params->padding };
  if (params->prefix > 0) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
        "prefix: %" G_GSIZE_FORMAT " bytes before the picture, which a dma-buf "
        "cannot have",
        params->prefix);
    return FALSE;
  }
  if (params->flags & GST_MEMORY_FLAG_PHYSICALLY_CONTIGUOUS)
    constraints->flags |= GST_ZC_CONSTRAINTS_CONTIGUOUS;
  return mask_to_align (
      &constraints->offset_align[0], params->align, &what, error);
}

gboolean
gst_zc_constraints_to_params (
    const GstZcConstraints *constraints, GstAllocationParams *params)
{
  g_return_val_if_fail (constraints != NULL && params != NULL, FALSE);

  gst_allocation_params_init (params);
  params->padding = constraints->padding;
  if (constraints->flags & GST_ZC_CONSTRAINTS_CONTIGUOUS)
    params->flags |= GST_MEMORY_FLAG_PHYSICALLY_CONTIGUOUS;
  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
    guint align = MAX (constraints->offset_align[i], 1);

    if (!is_power_of_two (align))
      return FALSE;
    params->align = MAX (params->align, align - 1);
  }
  return TRUE;
}

gboolean
gst_zc_constraints_from_meta (
    GstZcConstraints *constraints, const GstVideoMeta *meta, GError **error)
{
  GstZcLayout layout;

  g_return_val_if_fail (constraints != NULL && meta != NULL, FALSE);

  *constraints = (GstZcConstraints) { 0 };
  if (!gst_zc_layout_from_meta (&layout, meta, error))
    return FALSE;
  gst_zc_layout_to_constraints (&layout, constraints);
  return TRUE;
}
