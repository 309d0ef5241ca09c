/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_LAYOUT_H__
#define __GST_ZC_LAYOUT_H__

#include "gstzcconstraints.h"
#include "gstzcformat.h"

G_BEGIN_DECLS

#define GST_TYPE_ZC_LAYOUT (gst_zc_layout_get_type ())

/**
 * GstZcLayout:
 * @n_planes: how many planes the format has
 * @offset: bytes from the start of the buffer to each plane, through its
 *   memories one after another, as in GstVideoMeta
 * @stride: bytes from a line to the next, per plane; for tiles their numbers,
 *   as of GST_VIDEO_TILE_MAKE_STRIDE()
 * @size: bytes of all memories, padding included
 * @format: the format
 * @modifier: the DRM modifier, 0 if linear, DRM_FORMAT_MOD_INVALID if DRM has
 *   no name for these tiles
 * @width: visible pixels of a line; 0 if not known
 * @height: visible lines, of a field if each has a buffer of its own
 *   (alternate); 0 if not known
 * @coded_height: lines that the first plane has in memory
 * @n_memories: in how many memories the planes lie: 1, or @n_planes
 * @memory_size: bytes of each memory if there are several
 *
 * Where the pixels of a frame lie. A plain value, which points to nothing.
 *
 * Since: 0.2
 */
typedef struct {
  guint n_planes;
  gsize offset[GST_VIDEO_MAX_PLANES];
  gint stride[GST_VIDEO_MAX_PLANES];
  gsize size;
  GstVideoFormat format;
  guint64 modifier;
  guint width;
  guint height;
  guint coded_height;
  guint n_memories;
  gsize memory_size[GST_VIDEO_MAX_PLANES];

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING];
} GstZcLayout;

GST_ZC_API GType gst_zc_layout_get_type (void);

/**
 * gst_zc_layout_new:
 *
 * Returns: (transfer full): a layout of nothing; free with gst_zc_layout_free()
 *
 * Since: 0.2
 */
GST_ZC_API GstZcLayout *gst_zc_layout_new (void);

/**
 * gst_zc_layout_copy:
 * @layout: a layout
 *
 * Returns: (transfer full): the same; free with gst_zc_layout_free()
 *
 * Since: 0.2
 */
GST_ZC_API GstZcLayout *gst_zc_layout_copy (const GstZcLayout *layout);

/**
 * gst_zc_layout_free:
 * @layout: (transfer full): what gst_zc_layout_new() or gst_zc_layout_copy()
 *   gave
 *
 * Frees a layout.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_layout_free (GstZcLayout *layout);

/**
 * gst_zc_layout_init:
 * @layout: (out caller-allocates): the layout to fill
 * @format: a format
 * @stride: bytes from a line of the first plane to the next
 * @coded_height: lines that the first plane has in memory, padding included
 *
 * Lays the planes out one after another, as V4L2 does for formats with one
 * memory plane (Documentation/userspace-api/media/v4l/pixfmt-v4l2.rst,
 * bytesperline) and as a KMS framebuffer over one buffer needs it. How much of
 * it is visible is left open: width and height are 0.
 *
 * Tiles are laid out by libgstvideo, and refused if its layout has another
 * stride.
 *
 * Any thread.
 *
 * Returns: %FALSE if the values are hostile: nothing fits, or it overflows
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_init (GstZcLayout *layout,
    GstVideoFormat format, guint stride, guint coded_height);

/**
 * gst_zc_layout_plane_size:
 * @format: a linear format
 * @plane: index of a plane
 * @stride: bytes from a line of that plane to the next
 * @coded_height: lines of the first plane, padding included
 *
 * Any thread.
 *
 * Returns: the bytes of one plane, or 0 if they overflow
 *
 * Since: 0.2
 */
GST_ZC_API gsize gst_zc_layout_plane_size (
    GstVideoFormat format, guint plane, guint stride, guint coded_height);

/**
 * gst_zc_layout_from_info:
 * @layout: (out caller-allocates): the layout; undefined on error
 * @info: the picture
 * @constraints: (nullable): what it must meet; the merged demands of all that
 *   will touch the memory, and exactly a driver's answer to VIDIOC_S_FMT where
 *   that is fixed
 * @error: return location for an error: GST_ZC_ERROR_INVALID for demands that
 *   contradict each other or the picture, GST_ZC_ERROR_TOO_LARGE on overflow,
 *   GST_ZC_ERROR_NOT_SUPPORTED for formats whose layout cannot be known
 *
 * Where @info's own strides and offsets meet the demands they are taken, so
 * that peers without GstVideoMeta understand them. Otherwise it is the smallest
 * layout that libgstvideo would make with padding, or if none meets the
 * demands, the smallest that does whose strides follow from the first plane's,
 * or, where planes are not linked, with strides of their own.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if there is none
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_from_info (GstZcLayout *layout,
    const GstVideoInfo *info, const GstZcConstraints *constraints,
    GError **error);

/**
 * gst_zc_layout_from_meta:
 * @layout: (out caller-allocates): the layout; undefined on error
 * @meta: where the planes lie
 * @error: return location for an error: GST_ZC_ERROR_INVALID if planes overlap
 *   or lines do not fit their strides, GST_ZC_ERROR_NOT_SUPPORTED for negative
 *   strides and formats whose layout cannot be known
 *
 * As if all planes lay in one memory that ends with the last of them. The coded
 * height is the distance of the planes if that is a number of lines, or what
 * the meta's alignment says if that many fit, or the height.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if @meta makes no sense
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_from_meta (
    GstZcLayout *layout, const GstVideoMeta *meta, GError **error);

/**
 * gst_zc_layout_from_buffer:
 * @layout: (out caller-allocates): the layout; undefined on error
 * @buffer: a frame
 * @info: what its caps say, for frames without GstVideoMeta
 * @error: return location for an error, as of gst_zc_layout_from_meta(), or
 *   GST_ZC_ERROR_INVALID if the planes do not lie within @buffer, or lie in
 *   some memories together and in others alone
 *
 * Nothing is mapped.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if the frame makes no sense
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_from_buffer (GstZcLayout *layout,
    GstBuffer *buffer, const GstVideoInfo *info, GError **error);

/**
 * gst_zc_layout_add_meta:
 * @layout: a layout with width and height
 * @buffer: a writable buffer that has none yet
 *
 * Describes the layout to everybody downstream. The padding is told too
 * (gst_video_meta_set_alignment()) where GstVideoAlignment has words for it.
 *
 * Returns: (transfer none): the meta
 *
 * Since: 0.2
 */
GST_ZC_API GstVideoMeta *gst_zc_layout_add_meta (
    const GstZcLayout *layout, GstBuffer *buffer);

/**
 * gst_zc_layout_to_alignment:
 * @layout: a layout with width and height
 * @alignment: (out caller-allocates): padding at the right and below
 *
 * Any thread.
 *
 * Returns: whether gst_video_info_align() with @alignment gives the same
 *   strides and offsets; %FALSE if nothing does
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_to_alignment (
    const GstZcLayout *layout, GstVideoAlignment *alignment);

/**
 * gst_zc_layout_to_constraints:
 * @layout: a layout
 * @constraints: (out caller-allocates): exactly its strides and offsets, its
 *   coded height where that places planes, and its memories: with several, each
 *   of at least its size
 *
 * gst_zc_layout_from_info() makes an equal layout of them, unless another plane
 * than the first lies at 0 of a memory that they share: a demand of 0 is none.
 *
 * Any thread.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_layout_to_constraints (
    const GstZcLayout *layout, GstZcConstraints *constraints);

/**
 * gst_zc_layout_find_plane:
 * @layout: a layout
 * @plane: index of a plane
 * @offset: (out) (optional): bytes from the start of that memory to the plane
 *
 * What DRM_IOCTL_MODE_ADDFB2 wants to know of each plane. Any thread.
 *
 * Returns: the index of the memory in which the plane begins
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_layout_find_plane (
    const GstZcLayout *layout, guint plane, gsize *offset);

/**
 * gst_zc_layout_get_row_stride:
 * @layout: a layout
 * @plane: index of a plane
 *
 * The stride in the kernel's words: bytesperline. Any thread.
 *
 * Returns: bytes from a line to the next, for tiles too; 0 if there is no such
 *   plane
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_layout_get_row_stride (
    const GstZcLayout *layout, guint plane);

/**
 * gst_zc_layout_equal:
 * @a: a layout
 * @b: another
 *
 * Memory after the last plane may differ. Any thread.
 *
 * Returns: whether all pixels lie at the same bytes of the same memories
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_equal (
    const GstZcLayout *a, const GstZcLayout *b);

/**
 * gst_zc_layout_fits:
 * @layout: a layout
 * @constraints: what a device demands
 * @error: return location for the first demand that is not met:
 *   GST_ZC_ERROR_INVALID
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if the device would refuse it, or @layout
 *   makes no sense in itself
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_layout_fits (const GstZcLayout *layout,
    const GstZcConstraints *constraints, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstZcLayout, gst_zc_layout_free)

G_END_DECLS

#endif /* __GST_ZC_LAYOUT_H__ */
