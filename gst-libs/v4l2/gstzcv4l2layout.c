/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2layout.h"

/* The lines that are coded are those of the format where the device has more
 * than are seen; a driver that takes any number says those that are. */
static void
demand_of_format (const struct zc_v4l2_format *format, const GstVideoInfo *info,
    GstZcConstraints *constraints)
{
  *constraints = (GstZcConstraints) { 0 };
  constraints->flags = format->n_memory_planes > 1
                           ? GST_ZC_CONSTRAINTS_SEPARATE_PLANES
                           : GST_ZC_CONSTRAINTS_LINKED_PLANES;
  if (format->height > (guint) GST_VIDEO_INFO_FIELD_HEIGHT (info))
    constraints->coded_height = format->height;
  for (guint i = 0; i < format->n_memory_planes; i++) {
    constraints->stride[i] = format->plane[i].stride;
    constraints->min_size[i] = format->plane[i].size;
  }
}

/* Whether the driver's buffers hold the planes that its strides imply. */
static gboolean
holds (const struct zc_v4l2_format *format, const GstZcLayout *layout)
{
  if (layout->n_memories == 1)
    return layout->size <= format->plane[0].size;
  for (guint i = 0; i < layout->n_memories; i++)
    if (layout->memory_size[i] > format->plane[i].size)
      return FALSE;
  return TRUE;
}

static gboolean
init_bytes (GstZcLayout *layout, const struct zc_v4l2_format *format)
{
  *layout = (GstZcLayout) {
    .size = format->plane[0].size,
    .format = GST_VIDEO_FORMAT_ENCODED,
    .width = format->width,
    .height = format->height,
    .coded_height = format->height,
    .n_memories = 1,
  };
  return layout->size > 0;
}

gboolean
gst_zc_v4l2_layout_init (GstZcLayout *layout,
    const struct zc_v4l2_format *format, const GstVideoInfo *info,
    GError **error)
{
  GstZcConstraints constraints;

  if (GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_FORMAT_ENCODED)
    return init_bytes (layout, format);
  demand_of_format (format, info, &constraints);
  return gst_zc_layout_from_info (layout, info, &constraints, error) &&
         holds (format, layout);
}

void
gst_zc_v4l2_layout_wish (
    const GstZcLayout *layout, struct zc_v4l2_format *format)
{
  for (guint i = 0; i < format->n_memory_planes; i++) {
    gsize size = layout->n_memories > 1 ? layout->memory_size[i] : layout->size;

    format->plane[i].stride = gst_zc_layout_get_row_stride (layout, i);
    format->plane[i].size = (guint32) MIN (size, G_MAXUINT32);
  }
}

void
gst_zc_v4l2_layout_demand (const GstZcLayout *layout,
    const struct zc_v4l2_format *format, GstZcConstraints *constraints)
{
  *constraints = (GstZcConstraints) { 0 };
  if (layout->n_planes > 0)
    gst_zc_layout_to_constraints (layout, constraints);
  for (guint i = 0; i < format->n_memory_planes; i++)
    constraints->min_size[i] = MAX (
        constraints->min_size[i], format->plane[i].size);
}

gboolean
gst_zc_v4l2_layout_is_plain (
    const GstZcLayout *layout, const GstVideoInfo *info)
{
  for (guint i = 0; i < layout->n_planes; i++)
    if (layout->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (info, i) ||
        layout->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (info, i))
      return FALSE;
  return layout->n_memories <= 1;
}
