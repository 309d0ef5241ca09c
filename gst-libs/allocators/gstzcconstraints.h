/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_CONSTRAINTS_H__
#define __GST_ZC_CONSTRAINTS_H__

#include "gstzcdefs.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstZcConstraintsFlags:
 * @GST_ZC_CONSTRAINTS_NONE: none of these
 * @GST_ZC_CONSTRAINTS_CONTIGUOUS: the memory must be physically contiguous: the
 *   device has no IOMMU. A demand on the heap; every layout meets it
 * @GST_ZC_CONSTRAINTS_SEPARATE_PLANES: each plane is a memory of its own
 * (V4L2's "M" formats), and begins where that memory does if no offset is
 * demanded
 * @GST_ZC_CONSTRAINTS_ONE_MEMORY: all planes lie in one memory
 * @GST_ZC_CONSTRAINTS_LINKED_PLANES: the device knows the first plane's stride
 *   and coded height alone: the others follow it at once, with strides as of
 *   gst_zc_format_get_linked_stride(). All of V4L2's formats with one memory
 *   are like that. Implies @GST_ZC_CONSTRAINTS_ONE_MEMORY
 *
 * Demands that have no number.
 *
 * Since: 0.2
 */
typedef enum { /*< flags >*/
  GST_ZC_CONSTRAINTS_NONE = 0,
  GST_ZC_CONSTRAINTS_CONTIGUOUS = 1 << 0,
  GST_ZC_CONSTRAINTS_SEPARATE_PLANES = 1 << 1,
  GST_ZC_CONSTRAINTS_ONE_MEMORY = 1 << 2,
  GST_ZC_CONSTRAINTS_LINKED_PLANES = 1 << 3,
} GstZcConstraintsFlags;

#define GST_TYPE_ZC_CONSTRAINTS_FLAGS (gst_zc_constraints_flags_get_type ())
GST_ZC_API GType gst_zc_constraints_flags_get_type (void);

/**
 * GstZcConstraints:
 * @stride: bytes from a line to the next, exactly, per plane; for tiles, of a
 *   row of tiles divided by the lines of a tile
 * @stride_align: what strides are multiples of, in bytes, per plane
 * @min_stride: the least stride of the first plane, in bytes
 * @max_stride: the largest stride of the first plane, in bytes
 * @coded_height: lines that the first plane has in memory, exactly. For what
 *   has nothing behind those lines, packed formats and planes in memories of
 *   their own, @min_height demands less
 * @min_height: the least that @coded_height may be
 * @height_align: what the coded height is a multiple of, in lines
 * @offset: bytes from the start of its memory to a plane, exactly, per plane.
 * The first plane lies at 0 without a demand
 * @offset_align: what the bytes from the start of its memory to a plane are a
 *   multiple of, per plane
 * @min_size: the least bytes of each memory; the first where all planes are in
 *   one. V4L2's sizeimage
 * @size_align: what the bytes of each memory are a multiple of
 * @padding: bytes that follow the last visible pixel of each memory
 * @flags: the rest
 *
 * What a device demands of where pixels lie. 0 is no demand, in all fields, so
 * that a zeroed structure accepts everything. Alignments need not be powers of
 * two.
 *
 * A plain value: whoever has it may change it, from one thread at a time.
 *
 * Since: 0.2
 */
typedef struct {
  guint stride[GST_VIDEO_MAX_PLANES];
  guint stride_align[GST_VIDEO_MAX_PLANES];
  guint min_stride;
  guint max_stride;
  guint coded_height;
  guint min_height;
  guint height_align;
  gsize offset[GST_VIDEO_MAX_PLANES];
  guint offset_align[GST_VIDEO_MAX_PLANES];
  gsize min_size[GST_VIDEO_MAX_PLANES];
  gsize size_align;
  gsize padding;
  GstZcConstraintsFlags flags;

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING];
} GstZcConstraints;

#define GST_TYPE_ZC_CONSTRAINTS (gst_zc_constraints_get_type ())
GST_ZC_API GType gst_zc_constraints_get_type (void);

/**
 * gst_zc_constraints_new:
 *
 * Returns: (transfer full): no demands; free with gst_zc_constraints_free()
 *
 * Since: 0.2
 */
GST_ZC_API GstZcConstraints *gst_zc_constraints_new (void);

/**
 * gst_zc_constraints_copy:
 * @constraints: demands
 *
 * Returns: (transfer full): the same; free with gst_zc_constraints_free()
 *
 * Since: 0.2
 */
GST_ZC_API GstZcConstraints *gst_zc_constraints_copy (
    const GstZcConstraints *constraints);

/**
 * gst_zc_constraints_free:
 * @constraints: (transfer full): what gst_zc_constraints_new() or
 *   gst_zc_constraints_copy() gave
 *
 * Frees demands.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_constraints_free (GstZcConstraints *constraints);

/**
 * gst_zc_constraints_set_plane:
 * @constraints: demands
 * @plane: index of a plane, less than GST_VIDEO_MAX_PLANES
 * @stride: its exact stride in bytes, or 0
 * @stride_align: what its stride is a multiple of, or 0
 * @offset: its exact offset in bytes, or 0
 * @offset_align: what its offset is a multiple of, or 0
 * @min_size: the least bytes of the memory of that index, or 0
 *
 * The fields of one plane, for languages that cannot write to arrays within a
 * structure.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_constraints_set_plane (GstZcConstraints *constraints,
    guint plane, guint stride, guint stride_align, gsize offset,
    guint offset_align, gsize min_size);

/**
 * gst_zc_constraints_check:
 * @constraints: demands
 * @error: return location for what contradicts what: GST_ZC_ERROR_INVALID, or
 *   GST_ZC_ERROR_TOO_LARGE
 *
 * Whether the demands can be met together by any picture at all.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if not
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_check (
    const GstZcConstraints *constraints, GError **error);

/**
 * gst_zc_constraints_merge:
 * @merged: (out caller-allocates): what meets the demands of both; may be @a
 *   or @b, and is undefined on error
 * @a: demands of a device
 * @b: demands of another
 * @error: return location for which two values contradict each other:
 *   GST_ZC_ERROR_INVALID, or GST_ZC_ERROR_TOO_LARGE where alignments have no
 *   common multiple that fits
 *
 * A layout fits @merged exactly if it fits @a and @b. That one wants all planes
 * in one memory and the other each in its own is an error whatever the format,
 * and so is an offset where planes in memories of their own begin at none.
 * Does not allocate unless there is an error.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if no layout fits both
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_merge (GstZcConstraints *merged,
    const GstZcConstraints *a, const GstZcConstraints *b, GError **error);

/**
 * gst_zc_constraints_from_alignment:
 * @constraints: (out caller-allocates): the demands
 * @info: the visible picture
 * @alignment: what an element asked for in an allocation query
 * @error: return location for an error: GST_ZC_ERROR_INVALID if strides are
 *   aligned to no power of two or the padding overflows,
 *   GST_ZC_ERROR_NOT_SUPPORTED for padding at the left or above
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if it cannot be expressed
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_from_alignment (
    GstZcConstraints *constraints, const GstVideoInfo *info,
    const GstVideoAlignment *alignment, GError **error);

/**
 * gst_zc_constraints_to_alignment:
 * @constraints: the demands
 * @info: the visible picture
 * @alignment: (out caller-allocates): what to ask an allocating element for
 * @error: return location for an error: as of gst_zc_layout_from_info(), or
 *   GST_ZC_ERROR_NOT_SUPPORTED if GstVideoAlignment has no words for it
 *
 * gst_video_info_align() with @alignment gives strides and offsets that meet
 * @constraints. The size of memories is not in it.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if it cannot be expressed
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_to_alignment (
    const GstZcConstraints *constraints, const GstVideoInfo *info,
    GstVideoAlignment *alignment, GError **error);

/**
 * gst_zc_constraints_from_params:
 * @constraints: (out caller-allocates): the demands
 * @params: what an element asked for in an allocation query
 * @error: return location for an error: GST_ZC_ERROR_INVALID if the alignment
 *   is no power of two less one, GST_ZC_ERROR_NOT_SUPPORTED for a prefix, which
 *   a dma-buf cannot have
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if it cannot be expressed
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_from_params (
    GstZcConstraints *constraints, const GstAllocationParams *params,
    GError **error);

/**
 * gst_zc_constraints_to_params:
 * @constraints: the demands
 * @params: (out caller-allocates): what to give to an allocator
 *
 * Alignment, contiguity and padding; the rest is for layouts.
 *
 * Any thread.
 *
 * Returns: %FALSE if an offset is aligned to no power of two
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_to_params (
    const GstZcConstraints *constraints, GstAllocationParams *params);

/**
 * gst_zc_constraints_from_meta:
 * @constraints: (out caller-allocates): the demands
 * @meta: where a frame lies
 * @error: return location for an error, as of gst_zc_layout_from_meta()
 *
 * Exactly the strides, the offsets and the coded height of a frame that is
 * there already: what a device must take to import it.
 *
 * Any thread.
 *
 * Returns: %FALSE with @error set if @meta makes no sense
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_constraints_from_meta (
    GstZcConstraints *constraints, const GstVideoMeta *meta, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstZcConstraints, gst_zc_constraints_free)

G_END_DECLS

#endif /* __GST_ZC_CONSTRAINTS_H__ */
