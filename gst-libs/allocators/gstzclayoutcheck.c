/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzclayout-private.h"

/*
 * Whether a layout makes sense, and whether a device would take it.
 */

/* Where the last byte of a plane is that is seen. */
static gboolean
visible_end (const GstZcLayout *layout, guint plane, gsize *end)
{
  guint stride = gst_zc_layout_get_row_stride (layout, plane);
  guint rows = gst_zc_format_get_rows (layout->format, plane,
      layout->height ? layout->height : layout->coded_height);
  guint row = gst_zc_format_get_row_bytes (
      layout->format, plane, layout->width);

  *end = gst_zc_layout_plane_bytes (layout, plane);
  if (*end == 0 || rows == 0)
    return FALSE;
  if (layout->width > 0 && !gst_zc_layout_is_tiled (layout))
    *end = (gsize) (rows - 1) * stride + row;
  return g_size_checked_add (end, *end, layout->offset[plane]);
}

static gboolean
check_plane (const GstZcLayout *layout, guint plane, GError **error)
{
  guint stride = gst_zc_layout_get_row_stride (layout, plane);
  guint row = gst_zc_format_get_row_bytes (
      layout->format, plane, layout->width);
  guint memory;
  gsize offset, end;

  if (layout->stride[plane] <= 0)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_NOT_SUPPORTED,
        "plane %u: a stride of %d", plane, layout->stride[plane]);
  if (layout->width > 0 && (row == 0 || row > stride))
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "plane %u: %u pixels are %u bytes, the stride is %u", plane,
        layout->width, row, stride);
  if (!visible_end (layout, plane, &end))
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
        "plane %u: lines of %u bytes and %u of them overflow", plane, stride,
        layout->coded_height);

  memory = gst_zc_layout_find_plane (layout, plane, &offset);
  if (layout->n_memories > 1 && memory != plane)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "plane %u begins in memory %u", plane, memory);
  if (end - layout->offset[plane] >
          gst_zc_layout_memory_bytes (layout, memory) - offset ||
      offset > gst_zc_layout_memory_bytes (layout, memory))
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "plane %u: ends at byte %" G_GSIZE_FORMAT
        ", its memory has %" G_GSIZE_FORMAT,
        plane, end - layout->offset[plane] + offset,
        gst_zc_layout_memory_bytes (layout, memory));
  return TRUE;
}

static gboolean
check_memories (const GstZcLayout *layout, GError **error)
{
  gsize size = 0;

  if (layout->n_memories == 1)
    return TRUE;
  if (layout->n_memories != layout->n_planes)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "%u planes in %u memories", layout->n_planes, layout->n_memories);
  for (guint i = 0; i < layout->n_memories; i++)
    if (!g_size_checked_add (&size, size, layout->memory_size[i]))
      return gst_zc_layout_refuse (
          error, GST_ZC_ERROR_TOO_LARGE, "the sizes of the memories overflow");
  if (size != layout->size)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "memories of %" G_GSIZE_FORMAT " bytes in a buffer of %" G_GSIZE_FORMAT,
        size, layout->size);
  return TRUE;
}

static gboolean
check_overlap (const GstZcLayout *layout, guint a, guint b, GError **error)
{
  gsize end_a, end_b;

  if (visible_end (layout, a, &end_a) && visible_end (layout, b, &end_b) &&
      (end_a <= layout->offset[b] || end_b <= layout->offset[a]))
    return TRUE;
  return gst_zc_layout_refuse (
      error, GST_ZC_ERROR_INVALID, "planes %u and %u overlap", a, b);
}

gboolean
gst_zc_layout_check (const GstZcLayout *layout, GError **error)
{
  if (layout->n_planes == 0 ||
      layout->n_planes != gst_zc_format_get_n_planes (layout->format))
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID, "%u planes of %s",
        layout->n_planes, gst_video_format_to_string (layout->format));
  if (layout->height > layout->coded_height)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "%u visible lines of %u", layout->height, layout->coded_height);
  if (!check_memories (layout, error))
    return FALSE;
  for (guint i = 0; i < layout->n_planes; i++)
    if (!check_plane (layout, i, error))
      return FALSE;
  for (guint i = 0; i < layout->n_planes; i++)
    for (guint j = 0; j < i; j++)
      if (!check_overlap (layout, j, i, error))
        return FALSE;
  return TRUE;
}

static gboolean
demand (GError **error, const gchar *what, guint plane, guint64 is,
    const gchar *relation, guint64 demanded)
{
  return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
      "%s of plane %u: %" G_GUINT64_FORMAT " is not %s %" G_GUINT64_FORMAT,
      what, plane, is, relation, demanded);
}

static gboolean
fits_align (
    GError **error, const gchar *what, guint plane, guint64 is, guint64 align)
{
  return align == 0 || is % align == 0 ||
         demand (error, what, plane, is, "a multiple of", align);
}

static gboolean
fits_least (
    GError **error, const gchar *what, guint plane, guint64 is, guint64 least)
{
  return is >= least || demand (error, what, plane, is, "at least", least);
}

static gboolean
fits_exactly (
    GError **error, const gchar *what, guint plane, guint64 is, guint64 exact)
{
  return exact == 0 || is == exact ||
         demand (error, what, plane, is, "exactly", exact);
}

static gboolean
fits_plane (const GstZcLayout *layout, const GstZcConstraints *c, guint plane,
    GError **error)
{
  guint stride = gst_zc_layout_get_row_stride (layout, plane);
  gsize offset;

  gst_zc_layout_find_plane (layout, plane, &offset);
  return fits_exactly (error, "stride", plane, stride, c->stride[plane]) &&
         fits_align (error, "stride", plane, stride, c->stride_align[plane]) &&
         fits_exactly (error, "offset", plane, offset, c->offset[plane]) &&
         fits_align (error, "offset", plane, offset, c->offset_align[plane]);
}

static gboolean
fits_picture (
    const GstZcLayout *layout, const GstZcConstraints *c, GError **error)
{
  guint stride = gst_zc_layout_get_row_stride (layout, 0);
  guint height = layout->coded_height;

  return fits_least (error, "stride", 0, stride, c->min_stride) &&
         (c->max_stride == 0 || stride <= c->max_stride ||
             demand (error, "stride", 0, stride, "at most", c->max_stride)) &&
         fits_exactly (error, "coded height", 0, height, c->coded_height) &&
         fits_least (error, "coded height", 0, height, c->min_height) &&
         fits_align (error, "coded height", 0, height, c->height_align);
}

static gboolean
fits_memory (const GstZcLayout *layout, const GstZcConstraints *c, guint memory,
    GError **error)
{
  gsize bytes = gst_zc_layout_memory_bytes (layout, memory), used = 0, end,
        start = 0;

  for (guint i = 0; i < layout->n_planes; i++)
    if (gst_zc_layout_find_plane (layout, i, &start) == memory &&
        visible_end (layout, i, &end))
      used = MAX (used, end - layout->offset[i] + start);
  if (bytes - used < c->padding)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "memory %u: %" G_GSIZE_FORMAT
        " bytes behind the picture, not %" G_GSIZE_FORMAT,
        memory, bytes - used, c->padding);
  return fits_least (error, "size", memory, bytes, c->min_size[memory]) &&
         fits_align (error, "size", memory, bytes, c->size_align);
}

/* Where a plane has to begin that no offset is demanded of: where its memory
 * does, if it has its own, or BEHIND those before it, if they are linked. */
static gboolean
fits_place (const GstZcLayout *layout, const GstZcConstraints *c, guint plane,
    gsize behind, GError **error)
{
  gsize offset, demanded = behind;

  if (gst_zc_layout_wants_memories (layout, c))
    demanded = c->offset[plane];
  else if (!(c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES))
    return TRUE;
  gst_zc_layout_find_plane (layout, plane, &offset);
  return offset == demanded ||
         demand (error, "offset", plane, offset, "exactly", demanded);
}

static gboolean
fits_flags (
    const GstZcLayout *layout, const GstZcConstraints *c, GError **error)
{
  gsize behind = 0;

  if (gst_zc_layout_wants_memories (layout, c) && layout->n_memories == 1)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "%u planes are in one memory, not each in its own", layout->n_planes);
  if (layout->n_memories > 1 &&
      c->flags &
          (GST_ZC_CONSTRAINTS_ONE_MEMORY | GST_ZC_CONSTRAINTS_LINKED_PLANES))
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "%u planes are in memories of their own, not in one", layout->n_planes);
  for (guint i = 0; i < layout->n_planes; i++) {
    if (!fits_place (layout, c, i, behind, error))
      return FALSE;
    behind += gst_zc_layout_plane_bytes (layout, i);
  }
  return TRUE;
}

static gboolean
fits_linked_strides (
    const GstZcLayout *layout, const GstZcConstraints *c, GError **error)
{
  if (!(c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES) ||
      gst_zc_layout_is_tiled (layout))
    return TRUE;
  for (guint i = 1; i < layout->n_planes; i++)
    if (!fits_exactly (error, "stride", i, layout->stride[i],
            gst_zc_format_get_linked_stride (
                layout->format, i, layout->stride[0])))
      return FALSE;
  return TRUE;
}

gboolean
gst_zc_layout_fits (const GstZcLayout *layout,
    const GstZcConstraints *constraints, GError **error)
{
  g_return_val_if_fail (layout != NULL && constraints != NULL, FALSE);

  if (!gst_zc_layout_check (layout, error) ||
      !fits_picture (layout, constraints, error))
    return FALSE;
  for (guint i = 0; i < layout->n_planes; i++)
    if (!fits_plane (layout, constraints, i, error))
      return FALSE;
  for (guint i = 0; i < layout->n_memories; i++)
    if (!fits_memory (layout, constraints, i, error))
      return FALSE;
  return fits_flags (layout, constraints, error) &&
         fits_linked_strides (layout, constraints, error);
}
