/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcalign-private.h"
#include "gstzcboxed-private.h"
#include "gstzclayout-private.h"

GST_ZC_DEFINE_BOXED_TYPE (GstZcLayout, gst_zc_layout)

GstZcLayout *
gst_zc_layout_new (void)
{
  return g_new0 (GstZcLayout, 1);
}

GstZcLayout *
gst_zc_layout_copy (const GstZcLayout *layout)
{
  g_return_val_if_fail (layout != NULL, NULL);

  return g_memdup2 (layout, sizeof (*layout));
}

void
gst_zc_layout_free (GstZcLayout *layout)
{
  g_free (layout);
}

gboolean
gst_zc_layout_refuse (GError **error, GstZcError code, const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    g_propagate_error (
        error, g_error_new_valist (GST_ZC_ERROR, code, format, args));
  va_end (args);
  return FALSE;
}

gboolean
gst_zc_layout_is_tiled (const GstZcLayout *layout)
{
  return gst_zc_format_get_tile (layout->format, 0, NULL, NULL);
}

gboolean
gst_zc_layout_begin (GstZcLayout *layout, GstVideoFormat format, GError **error)
{
  *layout = (GstZcLayout) {
    .format = format,
    .n_planes = gst_zc_format_get_n_planes (format),
    .n_memories = 1,
  };
  if (layout->n_planes == 0)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_NOT_SUPPORTED,
        "format %s: nobody can say where its pixels lie",
        gst_video_format_to_string (format));
  if (gst_zc_layout_is_tiled (layout))
    gst_zc_format_to_drm (format, &layout->modifier);
  return TRUE;
}

gsize
gst_zc_layout_plane_size (
    GstVideoFormat format, guint plane, guint stride, guint coded_height)
{
  gsize size;

  if (stride > G_MAXINT / 4 || coded_height > G_MAXINT / 4 ||
      gst_zc_format_get_tile (format, plane, NULL, NULL) ||
      !g_size_checked_mul (
          &size, stride, gst_zc_format_get_rows (format, plane, coded_height)))
    return 0;
  return size;
}

guint
gst_zc_layout_get_row_stride (const GstZcLayout *layout, guint plane)
{
  guint tile;

  g_return_val_if_fail (layout != NULL, 0);

  if (plane >= GST_VIDEO_MAX_PLANES || layout->stride[plane] <= 0)
    return 0;
  if (gst_zc_format_get_tile (layout->format, plane, &tile, NULL))
    return tile * GST_VIDEO_TILE_X_TILES (layout->stride[plane]);
  return layout->stride[plane];
}

gsize
gst_zc_layout_plane_bytes (const GstZcLayout *layout, guint plane)
{
  guint lines, stride = gst_zc_layout_get_row_stride (layout, plane);
  gsize bytes;

  if (!gst_zc_format_get_tile (layout->format, plane, NULL, &lines))
    return gst_zc_layout_plane_size (
        layout->format, plane, stride, layout->coded_height);
  if (!g_size_checked_mul (&bytes, stride, lines) ||
      !g_size_checked_mul (
          &bytes, bytes, GST_VIDEO_TILE_Y_TILES (layout->stride[plane])))
    return 0;
  return bytes;
}

guint
gst_zc_layout_find_plane (const GstZcLayout *layout, guint plane, gsize *offset)
{
  gsize start = 0;
  guint memory = 0;

  g_return_val_if_fail (layout != NULL, 0);
  g_return_val_if_fail (plane < GST_VIDEO_MAX_PLANES, 0);

  while (memory + 1 < MIN (layout->n_memories, GST_VIDEO_MAX_PLANES) &&
         layout->offset[plane] - start >= layout->memory_size[memory])
    start += layout->memory_size[memory++];
  if (offset)
    *offset = layout->offset[plane] - start;
  return memory;
}

gsize
gst_zc_layout_memory_bytes (const GstZcLayout *layout, guint memory)
{
  return layout->n_memories > 1 ? layout->memory_size[memory] : layout->size;
}

gsize
gst_zc_layout_room_of_first_plane (const GstZcLayout *layout)
{
  gsize start, room;

  gst_zc_layout_find_plane (layout, 0, &start);
  room = gst_zc_layout_memory_bytes (layout, 0) - start;
  for (guint i = 1; i < layout->n_planes; i++)
    if (layout->offset[i] > layout->offset[0])
      room = MIN (room, layout->offset[i] - layout->offset[0]);
  return room;
}

guint
gst_zc_layout_guess_coded_height (const GstZcLayout *layout)
{
  guint lines, stride = gst_zc_layout_get_row_stride (layout, 0);
  gsize gap;

  if (gst_zc_format_get_tile (layout->format, 0, NULL, &lines))
    return lines * GST_VIDEO_TILE_Y_TILES (layout->stride[0]);

  gap = gst_zc_layout_room_of_first_plane (layout);
  if (stride == 0 || gap % stride != 0 || gap / stride < layout->height ||
      gap / stride > G_MAXINT / 4)
    return layout->height;
  return gap / stride;
}

/* A memory that holds BYTES, as large as it is to be. */
static gboolean
finish_memory (gsize *size, const GstZcConstraints *c, guint memory,
    gsize bytes, GError **error)
{
  guint64 aligned;

  if (g_size_checked_add (size, bytes, c->padding) &&
      gst_zc_align_up (&aligned, MAX (*size, c->min_size[memory]),
          c->size_align, G_MAXSIZE)) {
    *size = aligned;
    return TRUE;
  }
  return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
      "memory %u: %" G_GSIZE_FORMAT " bytes and %" G_GSIZE_FORMAT
      " after them overflow",
      memory, bytes, c->padding);
}

gboolean
gst_zc_layout_wants_memories (
    const GstZcLayout *layout, const GstZcConstraints *c)
{
  return layout->n_planes > 1 && c->flags & GST_ZC_CONSTRAINTS_SEPARATE_PLANES;
}

static gboolean
refuse_plane (const GstZcLayout *layout, guint plane, GError **error)
{
  return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
      "plane %u: lines of %u bytes and %u of them overflow", plane,
      gst_zc_layout_get_row_stride (layout, plane), layout->coded_height);
}

/* Where a plane begins in the memory in which those before it end at END. */
static gboolean
choose_offset (const GstZcLayout *layout, const GstZcConstraints *c,
    guint plane, guint64 end, guint64 *offset)
{
  gboolean linked = c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES;

  *offset = c->offset[plane];
  if (*offset > 0)
    return TRUE;
  *offset = end;
  return linked || gst_zc_layout_is_tiled (layout) ||
         gst_zc_align_up (offset, end, c->offset_align[plane], G_MAXSIZE);
}

/* The plane in a memory of its own, which begins at START and ends at END. */
static gboolean
place_alone (GstZcLayout *layout, const GstZcConstraints *c, guint plane,
    guint64 start, guint64 *end, GError **error)
{
  gsize bytes = gst_zc_layout_plane_bytes (layout, plane);

  if (bytes == 0 || !g_size_checked_add (&bytes, bytes, c->offset[plane]))
    return refuse_plane (layout, plane, error);
  if (!finish_memory (&bytes, c, plane, bytes, error))
    return FALSE;
  layout->memory_size[plane] = bytes;
  layout->offset[plane] = start + c->offset[plane];
  return g_uint64_checked_add (end, start, bytes) ||
         refuse_plane (layout, plane, error);
}

/* The plane behind those that end at END, or where it has to be. */
static gboolean
place_behind (GstZcLayout *layout, const GstZcConstraints *c, guint plane,
    guint64 *end, GError **error)
{
  gsize bytes = gst_zc_layout_plane_bytes (layout, plane);
  guint64 offset, behind;

  if (bytes == 0 || !choose_offset (layout, c, plane, *end, &offset) ||
      !g_uint64_checked_add (&behind, offset, bytes))
    return refuse_plane (layout, plane, error);
  layout->memory_size[plane] = 0;
  layout->offset[plane] = offset;
  *end = MAX (*end, behind);
  return TRUE;
}

/* Planes one after another, by their strides and the coded height. */
static gboolean
place_planes (GstZcLayout *layout, const GstZcConstraints *c, GError **error)
{
  gboolean separate = gst_zc_layout_wants_memories (layout, c);
  guint64 end = 0;

  layout->n_memories = separate ? layout->n_planes : 1;
  for (guint i = 0; i < layout->n_planes; i++)
    if (separate ? !place_alone (layout, c, i, end, &end, error)
                 : !place_behind (layout, c, i, &end, error))
      return FALSE;
  layout->size = end;
  return separate || finish_memory (&layout->size, c, 0, end, error);
}

/* How strides are chosen that are not demanded. */
typedef enum {
  STRIDES_OF_LIBGSTVIDEO, /* they follow the first, in multiples of 4 */
  STRIDES_FOLLOW,         /* they follow the first */
  STRIDES_APART,          /* each plane has its own */
} Strides;

/* The least stride that a plane can have by itself; 0 if it overflows. */
static guint
own_stride (const GstZcLayout *layout, const GstZcConstraints *c, guint plane)
{
  guint bytes = gst_zc_format_get_row_bytes (
      layout->format, plane, layout->width);
  guint64 stride;

  return gst_zc_align_up (&stride, bytes, c->stride_align[plane], G_MAXINT)
             ? stride
             : 0;
}

static gboolean
set_strides (GstZcLayout *layout, const GstZcConstraints *c, Strides strides,
    guint stride, GError **error)
{
  for (guint i = 0; i < layout->n_planes; i++) {
    guint own = gst_zc_format_get_linked_stride (layout->format, i, stride);

    if (i > 0 && strides == STRIDES_APART)
      own = own_stride (layout, c, i);
    if (i > 0 && c->stride[i] && !(c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES))
      own = c->stride[i];
    if (own == 0 || own > G_MAXINT)
      return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
          "plane %u: a stride of %u is out of range", i, stride);
    layout->stride[i] = own;
  }
  return TRUE;
}

/* How tiles of the planes belong together is for libgstvideo to say. */
static gboolean
set_tile_strides (GstZcLayout *layout, guint stride, GError **error)
{
  const GstVideoFormatInfo *finfo = gst_video_format_get_info (layout->format);
  guint row = GST_VIDEO_FORMAT_INFO_TILE_STRIDE (finfo, 0);
  guint pixels = GST_VIDEO_FORMAT_INFO_TILE_WIDTH (finfo, 0);
  guint width;
  GstVideoInfo info;

  if (pixels == 0)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_NOT_SUPPORTED,
        "format %s: its tiles have no whole number of pixels", finfo->name);
  if (stride % row != 0)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "a stride of %u is no whole number of tiles of %u bytes", stride, row);
  if (!g_uint_checked_mul (&width, stride / row, pixels) || width > G_MAXINT ||
      layout->coded_height > G_MAXINT / 4 ||
      !gst_video_info_set_format (
          &info, layout->format, width, layout->coded_height))
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
        "tiles of %u bytes a line and %u lines overflow", stride,
        layout->coded_height);
  for (guint i = 0; i < layout->n_planes; i++)
    layout->stride[i] = info.stride[i];
  layout->coded_height = gst_zc_layout_guess_coded_height (layout);
  if (gst_zc_layout_get_row_stride (layout, 0) == stride)
    return TRUE;
  return gst_zc_layout_refuse (error, GST_ZC_ERROR_NOT_SUPPORTED,
      "format %s: %u bytes a line instead of %u would be whole groups of tiles",
      finfo->name, gst_zc_layout_get_row_stride (layout, 0), stride);
}

static gboolean
lay_out (GstZcLayout *layout, const GstZcConstraints *c, Strides strides,
    guint stride, GError **error)
{
  if (gst_zc_layout_is_tiled (layout)
          ? !set_tile_strides (layout, stride, error)
          : !set_strides (layout, c, strides, stride, error))
    return FALSE;
  return place_planes (layout, c, error);
}

gboolean
gst_zc_layout_init (GstZcLayout *layout, GstVideoFormat format, guint stride,
    guint coded_height)
{
  static const GstZcConstraints linked = {
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES
  };

  g_return_val_if_fail (layout != NULL, FALSE);

  if (!gst_zc_layout_begin (layout, format, NULL) || stride == 0 ||
      coded_height == 0 || stride > G_MAXINT / 4 || coded_height > G_MAXINT / 4)
    return FALSE;
  layout->coded_height = coded_height;
  return lay_out (layout, &linked, STRIDES_FOLLOW, stride, NULL);
}

/* What the first plane's stride must be a multiple of, and at least, for the
 * stride of PLANE that follows from it to be right. */
static gboolean
demand_of_plane (const GstZcLayout *layout, const GstZcConstraints *c,
    guint plane, guint courtesy, guint64 *align, guint64 *least)
{
  /* the factor between the strides, in quarters */
  guint64 factor = gst_zc_format_get_linked_stride (layout->format, plane, 4);
  guint64 bytes = gst_zc_format_get_row_bytes (
      layout->format, plane, layout->width);
  guint64 own;
  guint tile;

  if (gst_zc_format_get_tile (layout->format, plane, &tile, NULL)) {
    if (plane > 0)
      return TRUE;
    factor = 4;
    courtesy = tile;
  }
  if (bytes == 0 || factor == 0 ||
      !gst_zc_lcm (&own, c->stride_align[plane], courtesy, G_MAXUINT))
    return FALSE;
  *least = MAX (*least, (bytes * 4 + factor - 1) / factor);
  own *= 4;
  return gst_zc_lcm (align, *align, own / gst_zc_gcd (own, factor), G_MAXUINT);
}

/* Whether the stride of a plane depends on the first plane's. */
static gboolean
follows (const GstZcConstraints *c, Strides strides, guint plane)
{
  if (plane == 0 || c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES)
    return TRUE;
  return strides != STRIDES_APART && c->stride[plane] == 0;
}

/* libgstvideo's own strides and heights are multiples. */
static guint
courtesy_of (Strides strides)
{
  return strides == STRIDES_OF_LIBGSTVIDEO ? 4 : 1;
}

static gboolean
choose_stride (const GstZcLayout *layout, const GstZcConstraints *c,
    Strides strides, guint *stride, GError **error)
{
  guint courtesy = courtesy_of (strides);
  guint64 align = 1, least = MAX (c->min_stride, 1), chosen = c->stride[0];
  guint max = c->max_stride ? c->max_stride : G_MAXINT;

  if (chosen == 0) {
    for (guint i = 0; i < layout->n_planes; i++)
      if (follows (c, strides, i) &&
          !demand_of_plane (layout, c, i, courtesy, &align, &least))
        return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
            "plane %u: the stride for %u pixels overflows", i, layout->width);
    if (!gst_zc_align_up (&chosen, least, align, max))
      return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
          "stride: at least %" G_GUINT64_FORMAT
          " and a multiple of %" G_GUINT64_FORMAT " contradicts at most %u",
          least, align, max);
  }
  *stride = chosen;
  return TRUE;
}

/* With planes right behind each other only the coded height can align them. */
static gboolean
align_linked (const GstZcLayout *layout, const GstZcConstraints *c,
    guint stride, guint64 *align)
{
  for (guint i = 1; i < layout->n_planes; i++)
    for (guint j = 0; j < i; j++) {
      guint64 demand = MAX (c->offset_align[i], 1);
      guint own = gst_zc_format_get_linked_stride (layout->format, j, stride);
      guint lines;

      gst_zc_format_get_subsampling (layout->format, j, NULL, &lines);
      demand /= gst_zc_gcd (demand, own);
      if (demand > 1 && !gst_zc_lcm (align, *align, demand * lines, G_MAXUINT))
        return FALSE;
    }
  return TRUE;
}

/* The exact coded height, which may be told by where the second plane lies; 0
 * if it is open. */
static guint64
demanded_height (
    const GstZcLayout *layout, const GstZcConstraints *c, guint stride)
{
  if (c->coded_height > 0 || layout->n_planes < 2 ||
      gst_zc_layout_is_tiled (layout) ||
      !(c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES) ||
      c->offset[1] / stride > G_MAXINT / 4)
    return c->coded_height;
  return c->offset[1] / stride;
}

static gboolean
choose_height (GstZcLayout *layout, const GstZcConstraints *c, Strides strides,
    guint stride, GError **error)
{
  guint64 align = MAX (c->height_align, 1),
          chosen = demanded_height (layout, c, stride);
  guint lines;

  if (chosen == 0) {
    gboolean ok = TRUE;

    for (guint i = 0; i < layout->n_planes && courtesy_of (strides) > 1 && ok;
        i++) {
      gst_zc_format_get_subsampling (layout->format, i, NULL, &lines);
      ok = gst_zc_lcm (&align, align, lines, G_MAXUINT);
    }
    if (c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES &&
        !gst_zc_layout_is_tiled (layout))
      ok = ok && align_linked (layout, c, stride, &align);
    if (!ok || !gst_zc_align_up (&chosen, MAX (layout->height, c->min_height),
                   align, G_MAXINT))
      return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
          "coded height: %u lines in multiples of %" G_GUINT64_FORMAT
          " overflow",
          MAX (layout->height, c->min_height), align);
  }
  layout->coded_height = chosen;
  return TRUE;
}

static gboolean
begin_picture (GstZcLayout *layout, const GstVideoInfo *info, GError **error)
{
  if (!gst_zc_layout_begin (layout, GST_VIDEO_INFO_FORMAT (info), error))
    return FALSE;
  if (GST_VIDEO_INFO_WIDTH (info) <= 0 || GST_VIDEO_INFO_HEIGHT (info) <= 0)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "a picture of %d by %d", GST_VIDEO_INFO_WIDTH (info),
        GST_VIDEO_INFO_HEIGHT (info));
  layout->width = GST_VIDEO_INFO_WIDTH (info);
  layout->height = GST_VIDEO_INFO_FIELD_HEIGHT (info);
  return TRUE;
}

/* What those without GstVideoMeta take for granted. */
static gboolean
take_info (
    GstZcLayout *layout, const GstVideoInfo *info, const GstZcConstraints *c)
{
  if (gst_zc_layout_wants_memories (layout, c))
    return FALSE;

  layout->size = GST_VIDEO_INFO_SIZE (info);
  for (guint i = 0; i < layout->n_planes; i++) {
    layout->offset[i] = GST_VIDEO_INFO_PLANE_OFFSET (info, i);
    layout->stride[i] = GST_VIDEO_INFO_PLANE_STRIDE (info, i);
  }
  layout->coded_height = gst_zc_layout_guess_coded_height (layout);
  return gst_zc_layout_check (layout, NULL) &&
         finish_memory (&layout->size, c, 0, layout->size, NULL) &&
         gst_zc_layout_fits (layout, c, NULL);
}

static gboolean
find_layout (GstZcLayout *layout, const GstZcConstraints *c, Strides strides,
    GError **error)
{
  guint stride;

  return choose_stride (layout, c, strides, &stride, error) &&
         choose_height (layout, c, strides, stride, error) &&
         lay_out (layout, c, strides, stride, error) &&
         gst_zc_layout_fits (layout, c, error);
}

gboolean
gst_zc_layout_from_info (GstZcLayout *layout, const GstVideoInfo *info,
    const GstZcConstraints *constraints, GError **error)
{
  static const GstZcConstraints none = { 0 };
  const GstZcConstraints *c = constraints ? constraints : &none;
  Strides last = STRIDES_APART;

  g_return_val_if_fail (layout != NULL && info != NULL, FALSE);

  if (!gst_zc_constraints_check (c, error) ||
      !begin_picture (layout, info, error))
    return FALSE;
  if (c->flags & GST_ZC_CONSTRAINTS_LINKED_PLANES)
    last = STRIDES_FOLLOW;
  return take_info (layout, info, c) ||
         find_layout (layout, c, STRIDES_OF_LIBGSTVIDEO, NULL) ||
         (last == STRIDES_APART &&
             find_layout (layout, c, STRIDES_FOLLOW, NULL)) ||
         find_layout (layout, c, last, error);
}

gboolean
gst_zc_layout_equal (const GstZcLayout *a, const GstZcLayout *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->format != b->format || a->modifier != b->modifier ||
      a->width != b->width || a->height != b->height ||
      a->n_planes != b->n_planes || a->n_memories != b->n_memories)
    return FALSE;
  for (guint i = 0; i < MIN (a->n_planes, GST_VIDEO_MAX_PLANES); i++) {
    gsize offset_a, offset_b;

    if (a->stride[i] != b->stride[i] ||
        gst_zc_layout_find_plane (a, i, &offset_a) !=
            gst_zc_layout_find_plane (b, i, &offset_b) ||
        offset_a != offset_b)
      return FALSE;
  }
  return TRUE;
}

void
gst_zc_layout_to_constraints (
    const GstZcLayout *layout, GstZcConstraints *constraints)
{
  g_return_if_fail (layout != NULL && constraints != NULL);

  *constraints = (GstZcConstraints) { 0 };
  for (guint i = 0; i < MIN (layout->n_planes, GST_VIDEO_MAX_PLANES); i++) {
    constraints->stride[i] = gst_zc_layout_get_row_stride (layout, i);
    gst_zc_layout_find_plane (layout, i, &constraints->offset[i]);
    if (layout->n_memories > 1)
      constraints->min_size[i] = layout->memory_size[i];
  }
  if (layout->n_memories > 1)
    constraints->flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES;
  if (gst_zc_layout_is_tiled (layout) ||
      (layout->n_memories == 1 && layout->n_planes > 1))
    constraints->coded_height = layout->coded_height;
}
