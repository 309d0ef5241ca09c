/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzclayout-private.h"

/*
 * A layout in GStreamer's words: GstVideoMeta, GstVideoAlignment.
 */

static gboolean
fill_from_meta (GstZcLayout *layout, const GstVideoMeta *meta, GError **error)
{
  if (!gst_zc_layout_begin (layout, meta->format, error))
    return FALSE;
  if (meta->n_planes != layout->n_planes)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "%u planes of %s, which has %u", meta->n_planes,
        gst_video_format_to_string (meta->format), layout->n_planes);
  if (meta->width == 0 || meta->height == 0 || meta->width > G_MAXINT / 4 ||
      meta->height > G_MAXINT / 4)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "a picture of %u by %u", meta->width, meta->height);
  layout->width = meta->width;
  layout->height = meta->height;
  for (guint i = 0; i < layout->n_planes; i++) {
    layout->offset[i] = meta->offset[i];
    layout->stride[i] = meta->stride[i];
  }
  return TRUE;
}

/* The lines of the picture with the padding below it, 0 if it has none. */
static guint
padded_height (const GstZcLayout *layout, const GstVideoAlignment *alignment)
{
  guint lines;

  if (!alignment || alignment->padding_top > 0 ||
      alignment->padding_bottom == 0 || gst_zc_layout_is_tiled (layout) ||
      !g_uint_checked_add (&lines, layout->height, alignment->padding_bottom) ||
      lines > G_MAXINT / 4)
    return 0;
  return lines;
}

/* Where planes lie is a fact, and what elements say of padding may be of
 * another layout. */
static void
set_coded_height (GstZcLayout *layout, const GstVideoAlignment *alignment)
{
  guint lines = padded_height (layout, alignment);
  gsize stride = gst_zc_layout_get_row_stride (layout, 0);
  gsize room = gst_zc_layout_room_of_first_plane (layout);
  gboolean planes_tell = layout->n_planes > 1 && layout->n_memories == 1;

  layout->coded_height = gst_zc_layout_guess_coded_height (layout);
  if (lines == 0 || stride == 0 || lines > room / stride)
    return;
  if (!planes_tell || room != layout->coded_height * stride)
    layout->coded_height = lines;
}

/* The end of the last plane, with its padding if that is no more than there
 * can be. */
static gboolean
set_size (GstZcLayout *layout, GError **error)
{
  layout->size = 0;
  for (guint i = 0; i < layout->n_planes; i++) {
    guint stride = gst_zc_layout_get_row_stride (layout, i);
    guint lines = gst_zc_format_get_rows (
        layout->format, i, layout->coded_height);
    guint tile;
    gsize end;

    if (gst_zc_format_get_tile (layout->format, i, NULL, &tile) &&
        layout->stride[i] > 0)
      lines = tile * GST_VIDEO_TILE_Y_TILES (layout->stride[i]);
    if (!g_size_checked_mul (&end, stride, lines) ||
        !g_size_checked_add (&end, end, layout->offset[i]))
      return gst_zc_layout_refuse (error, GST_ZC_ERROR_TOO_LARGE,
          "plane %u: %u lines of %u bytes from byte %" G_GSIZE_FORMAT
          " on overflow",
          i, lines, stride, layout->offset[i]);
    layout->size = MAX (layout->size, end);
  }
  return TRUE;
}

gboolean
gst_zc_layout_from_meta (
    GstZcLayout *layout, const GstVideoMeta *meta, GError **error)
{
  g_return_val_if_fail (layout != NULL && meta != NULL, FALSE);

  if (!fill_from_meta (layout, meta, error))
    return FALSE;
  layout->size = G_MAXSIZE; /* not known yet: nothing ends before a plane */
  set_coded_height (layout, &meta->alignment);
  return set_size (layout, error) && gst_zc_layout_check (layout, error);
}

static gboolean
fill_from_info (GstZcLayout *layout, const GstVideoInfo *info, GError **error)
{
  if (!gst_zc_layout_begin (layout, GST_VIDEO_INFO_FORMAT (info), error))
    return FALSE;
  layout->width = GST_VIDEO_INFO_WIDTH (info);
  layout->height = GST_VIDEO_INFO_FIELD_HEIGHT (info);
  for (guint i = 0; i < layout->n_planes; i++) {
    layout->offset[i] = GST_VIDEO_INFO_PLANE_OFFSET (info, i);
    layout->stride[i] = GST_VIDEO_INFO_PLANE_STRIDE (info, i);
  }
  return TRUE;
}

/* One memory, or one for each plane; others cannot be told to a device. */
static gboolean
set_memories (GstZcLayout *layout, GstBuffer *buffer, GError **error)
{
  guint n = gst_buffer_n_memory (buffer);

  layout->size = gst_buffer_get_size (buffer);
  if (n == 1)
    return TRUE;
  if (n != layout->n_planes)
    return gst_zc_layout_refuse (error, GST_ZC_ERROR_INVALID,
        "%u planes in %u memories", layout->n_planes, n);
  layout->n_memories = n;
  for (guint i = 0; i < n; i++)
    layout->memory_size[i] = gst_memory_get_sizes (
        gst_buffer_peek_memory (buffer, i), NULL, NULL);
  return TRUE;
}

gboolean
gst_zc_layout_from_buffer (GstZcLayout *layout, GstBuffer *buffer,
    const GstVideoInfo *info, GError **error)
{
  const GstVideoMeta *meta;

  g_return_val_if_fail (layout != NULL && info != NULL, FALSE);
  g_return_val_if_fail (GST_IS_BUFFER (buffer), FALSE);

  meta = gst_buffer_get_video_meta (buffer);
  if (meta ? !fill_from_meta (layout, meta, error)
           : !fill_from_info (layout, info, error))
    return FALSE;
  if (!set_memories (layout, buffer, error))
    return FALSE;
  set_coded_height (layout, meta ? &meta->alignment : NULL);
  return gst_zc_layout_check (layout, error);
}

/* Widths that libgstvideo rounds to the same stride: v210 has the most. */
#define MAX_SAME_WIDTHS 128

/* The stride that libgstvideo gives a picture that wide, or the largest if it
 * gives none. */
static guint
default_stride (GstVideoFormat format, guint width)
{
  GstZcLayout layout = { .format = format };
  GstVideoInfo info;

  if (!gst_video_info_set_format (&info, format, width, 1))
    return G_MAXUINT;
  layout.stride[0] = info.stride[0];
  return gst_zc_layout_get_row_stride (&layout, 0);
}

/* The least width from MIN on that has at least that stride. A pixel of a first
 * plane has at least a byte. */
static guint
width_for_stride (GstVideoFormat format, guint min, guint stride)
{
  guint max = MAX (min, stride);

  while (min < max) {
    guint middle = min + (max - min) / 2;

    if (default_stride (format, middle) >= stride)
      max = middle;
    else
      min = middle + 1;
  }
  return min;
}

static gboolean
matches (const GstZcLayout *layout, const GstVideoInfo *info)
{
  for (guint i = 0; i < layout->n_planes; i++)
    if (layout->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (info, i) ||
        layout->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (info, i))
      return FALSE;
  return TRUE;
}

static gboolean
says_the_same (
    const GstZcLayout *layout, GstVideoAlignment *alignment, guint width)
{
  GstVideoAlignment result;
  GstVideoInfo info;

  gst_video_alignment_reset (alignment);
  alignment->padding_right = width - layout->width;
  alignment->padding_bottom = layout->coded_height - layout->height;
  result = *alignment;
  return gst_video_info_set_format (
             &info, layout->format, layout->width, layout->height) &&
         gst_video_info_align (&info, &result) && matches (layout, &info);
}

gboolean
gst_zc_layout_to_alignment (
    const GstZcLayout *layout, GstVideoAlignment *alignment)
{
  guint stride, least, most;

  g_return_val_if_fail (layout != NULL && alignment != NULL, FALSE);

  gst_video_alignment_reset (alignment);
  if (layout->width == 0 || layout->height == 0 ||
      !gst_zc_layout_check (layout, NULL))
    return FALSE;
  if (says_the_same (layout, alignment, layout->width))
    return TRUE;

  /* Strides are rounded, so that several widths have the same; but not of all
   * planes. */
  stride = gst_zc_layout_get_row_stride (layout, 0);
  least = width_for_stride (layout->format, layout->width, stride);
  most = width_for_stride (layout->format, layout->width, stride + 1);
  for (guint n = 0; n < MAX_SAME_WIDTHS && most > least; n++)
    if (says_the_same (layout, alignment, --most))
      return TRUE;
  gst_video_alignment_reset (alignment);
  return FALSE;
}

GstVideoMeta *
gst_zc_layout_add_meta (const GstZcLayout *layout, GstBuffer *buffer)
{
  GstVideoAlignment alignment;
  GstVideoMeta *meta;

  g_return_val_if_fail (layout != NULL && GST_IS_BUFFER (buffer), NULL);
  g_return_val_if_fail (layout->width > 0 && layout->height > 0, NULL);
  g_return_val_if_fail (gst_buffer_is_writable (buffer), NULL);

  meta = gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      layout->format, layout->width, layout->height, layout->n_planes,
      layout->offset, layout->stride);
  if (gst_zc_layout_to_alignment (layout, &alignment))
    gst_video_meta_set_alignment (meta, alignment);
  return meta;
}
