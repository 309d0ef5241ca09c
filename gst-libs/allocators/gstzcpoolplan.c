/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a configuration of a pool to what its buffers are like. */

#include "gstzcpool-private.h"

#include "gstzcsys.h"

#define CONSTRAINTS "zc-constraints"

void
gst_zc_pool_config_set_constraints (
    GstStructure *config, const GstZcConstraints *constraints)
{
  g_return_if_fail (config);

  if (constraints)
    gst_structure_set (
        config, CONSTRAINTS, GST_TYPE_ZC_CONSTRAINTS, constraints, NULL);
  else
    gst_structure_remove_field (config, CONSTRAINTS);
}

gboolean
gst_zc_pool_config_get_constraints (
    const GstStructure *config, GstZcConstraints *constraints)
{
  g_autoptr (GstZcConstraints) wanted = NULL;

  g_return_val_if_fail (config && constraints, FALSE);

  gst_structure_get (
      config, CONSTRAINTS, GST_TYPE_ZC_CONSTRAINTS, &wanted, NULL);
  *constraints = wanted ? *wanted : (GstZcConstraints) { 0 };
  return wanted != NULL;
}

gboolean
gst_zc_heap_knows_pictures (GstZcHeap *heap)
{
  return GST_ZC_HEAP_GET_CLASS (heap)->export_picture != NULL;
}

/* The bytes of a line as libgstvideo makes it of the alignment that is wanted,
 * which decoders compare with what they get; 0 if none is. */
static guint
wanted_stride (GstStructure *config, const GstVideoInfo *info)
{
  GstVideoInfo aligned = *info;
  GstVideoAlignment alignment;

  if (!gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT) ||
      !gst_buffer_pool_config_get_video_alignment (config, &alignment) ||
      !gst_video_info_align (&aligned, &alignment))
    return 0;
  return GST_VIDEO_INFO_PLANE_STRIDE (&aligned, 0);
}

/* Planar pictures are lines of so many bytes. */
static void
plan_picture (
    GstZcPoolPlan *plan, GstStructure *config, const GstVideoInfo *info)
{
  gboolean packed = GST_VIDEO_INFO_N_PLANES (info) == 1;
  guint wanted = wanted_stride (config, info);
  guint bytes = packed ? GST_VIDEO_INFO_COMP_PSTRIDE (info, 0) : 1;

  plan->picture_bits = 8 * bytes;
  plan->picture_width = packed ? GST_VIDEO_INFO_WIDTH (info)
                               : GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
  if (wanted > (guint) GST_VIDEO_INFO_PLANE_STRIDE (info, 0) && bytes > 0)
    plan->picture_width = (wanted + bytes - 1) / bytes;
}

/* The driver says where lines begin: one line is made to see. */
static gboolean
add_pitch (const GstZcPoolPlan *plan, GstZcHeap *heap,
    GstZcConstraints *constraints, GError **error)
{
  GstZcConstraints of_driver = { .flags = GST_ZC_CONSTRAINTS_ONE_MEMORY };
  gint fd;

  if (!gst_zc_heap_knows_pictures (heap))
    return TRUE;
  fd = gst_zc_heap_export_picture (heap, plan->picture_width, 1,
      plan->picture_bits, &of_driver.stride[0], NULL, error);
  if (fd < 0)
    return FALSE;
  gst_zc_sys.close (fd);
  return gst_zc_constraints_merge (constraints, constraints, &of_driver, error);
}

static gboolean
add_alignment (GstStructure *config, const GstVideoInfo *info,
    GstZcConstraints *constraints, GError **error)
{
  GstVideoAlignment alignment;
  GstZcConstraints wanted;

  if (!gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT))
    return TRUE;
  if (!gst_buffer_pool_config_get_video_alignment (config, &alignment))
    gst_video_alignment_reset (&alignment);
  return gst_zc_constraints_from_alignment (&wanted, info, &alignment, error) &&
         gst_zc_constraints_merge (constraints, constraints, &wanted, error);
}

static gboolean
add_params (GstStructure *config, GstZcConstraints *constraints, GError **error)
{
  GstAllocationParams params;
  GstZcConstraints wanted;

  if (!gst_buffer_pool_config_get_allocator (config, NULL, &params))
    return TRUE;
  return gst_zc_constraints_from_params (&wanted, &params, error) &&
         gst_zc_constraints_merge (constraints, constraints, &wanted, error);
}

static gboolean
check_heap (
    GstZcHeap *heap, const GstZcConstraints *constraints, GError **error)
{
  if (!(constraints->flags & GST_ZC_CONSTRAINTS_CONTIGUOUS) ||
      (gst_zc_heap_get_flags (heap) & GST_ZC_HEAP_CONTIGUOUS))
    return TRUE;
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED,
      "a device demands contiguous memory, and heap `%s` is not known to be: "
      "choose one that is (gst_zc_heap_choose())",
      gst_zc_heap_get_name (heap));
  return FALSE;
}

static gboolean
is_as_caps_imply (const GstZcLayout *layout, const GstVideoInfo *info)
{
  if (layout->n_memories > 1)
    return FALSE;
  for (guint i = 0; i < layout->n_planes; i++)
    if (layout->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (info, i) ||
        layout->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (info, i))
      return FALSE;
  return TRUE;
}

static gboolean
check_layout (const GstZcLayout *layout, GstStructure *config,
    const GstVideoInfo *info, GError **error)
{
  if (layout->size > G_MAXUINT) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
        "frames of %" G_GSIZE_FORMAT " bytes are more than pools can have",
        layout->size);
    return FALSE;
  }
  if (is_as_caps_imply (layout, info) ||
      gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_META))
    return TRUE;
  g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
      "the memory needs padding, and whoever gets the frames does not know "
      "GstVideoMeta: set its option, or lay them out as the caps imply");
  return FALSE;
}

/* plan->size is what was asked for, and what came out. */
static gboolean
plan_video (GstZcPoolPlan *plan, GstZcHeap *heap, GstStructure *config,
    GstZcConstraints *constraints, const GstVideoInfo *info, GError **error)
{
  GstZcLayout *layout = &plan->layout;
  GstVideoAlignment alignment;

  plan_picture (plan, config, info);
  if (!add_alignment (config, info, constraints, error) ||
      !add_pitch (plan, heap, constraints, error) ||
      !gst_zc_layout_from_info (layout, info, constraints, error) ||
      !check_layout (layout, config, info, error))
    return FALSE;

  if (layout->n_memories == 1)
    layout->size = MAX (layout->size, plan->size);
  plan->size = layout->size;
  if (gst_buffer_pool_config_has_option (
          config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT) &&
      gst_zc_layout_to_alignment (layout, &alignment))
    gst_buffer_pool_config_set_video_alignment (config, &alignment);
  return TRUE;
}

/* Whether CAPS are raw video whose pixels lie in lines. */
static gboolean
parse_video (GstCaps *caps, GstVideoInfo *info)
{
  GstVideoInfoDmaDrm drm;

  if (!caps ||
      !gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    return FALSE;
  if (!gst_video_is_dma_drm_caps (caps))
    return gst_video_info_from_caps (info, caps);
  return gst_video_info_dma_drm_from_caps (&drm, caps) &&
         gst_video_info_dma_drm_to_video_info (&drm, info);
}

gboolean
gst_zc_pool_plan (
    GstZcPoolPlan *plan, GstZcHeap *heap, GstStructure *config, GError **error)
{
  GstZcConstraints constraints;
  guint size, min, max;
  GstVideoInfo info;
  GstCaps *caps;

  *plan = (GstZcPoolPlan) { 0 };
  if (!gst_buffer_pool_config_get_params (config, &caps, &size, &min, &max)) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "the configuration has no caps and size");
    return FALSE;
  }
  gst_zc_pool_config_get_constraints (config, &constraints);
  if (!add_params (config, &constraints, error) ||
      !check_heap (heap, &constraints, error))
    return FALSE;

  plan->size = size;
  if (!parse_video (caps, &info))
    plan->padding = constraints.padding;
  else if (!plan_video (plan, heap, config, &constraints, &info, error))
    return FALSE;
  if (plan->size == 0) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_INVALID,
        "nothing says how large buffers are");
    return FALSE;
  }
  if (plan->padding > G_MAXUINT) {
    g_set_error (error, GST_ZC_ERROR, GST_ZC_ERROR_TOO_LARGE,
        "%" G_GSIZE_FORMAT " bytes of padding are more than pools can have",
        plan->padding);
    return FALSE;
  }
  gst_buffer_pool_config_set_params (config, caps, plan->size, min, max);
  return TRUE;
}
