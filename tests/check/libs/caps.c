/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>
#include <gst/allocators/allocators.h>

#define SIZE ",width=64,height=32,framerate=30/1"

static gboolean
parse (const char *text, GstVideoInfo *info, guint32 *fourcc, guint64 *modifier)
{
  GstCaps *caps = gst_caps_from_string (text);
  gboolean ok = gst_zc_caps_parse (caps, info, fourcc, modifier);

  gst_caps_unref (caps);
  return ok;
}

GST_START_TEST (dma_drm_caps_are_parsed)
{
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (parse ("video/x-raw(memory:DMABuf),format=DMA_DRM,"
                      "drm-format=XR24" SIZE,
      &info, &fourcc, &modifier));
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&info), GST_VIDEO_FORMAT_BGRx);
  fail_unless_equals_int (GST_VIDEO_INFO_WIDTH (&info), 64);
  fail_unless_equals_int (GST_VIDEO_INFO_FPS_N (&info), 30);
  fail_unless_equals_int (fourcc, DRM_FORMAT_XRGB8888);
  fail_unless (modifier == DRM_FORMAT_MOD_LINEAR);
}
GST_END_TEST;

GST_START_TEST (tiled_caps_keep_their_modifier)
{
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (parse ("video/x-raw(memory:DMABuf),format=DMA_DRM,"
                      "drm-format=(string)NV12:0x0100000000000002" SIZE,
      &info, &fourcc, &modifier));
  fail_unless_equals_int (fourcc, DRM_FORMAT_NV12);
  fail_unless (modifier == I915_FORMAT_MOD_Y_TILED);
  fail_unless_equals_int (GST_VIDEO_INFO_HEIGHT (&info), 32);
}
GST_END_TEST;

/* include/uapi/drm/drm_fourcc.h has codes that libgstvideo has not, or had not
 * always. */
GST_START_TEST (codes_that_libgstvideo_lacks_are_parsed)
{
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (parse ("video/x-raw(memory:DMABuf),format=DMA_DRM,"
                      "drm-format=AR48" SIZE,
      &info, &fourcc, &modifier));
  fail_unless_equals_int (
      GST_VIDEO_INFO_FORMAT (&info), GST_VIDEO_FORMAT_BGRA64_LE);
  fail_unless_equals_int (GST_VIDEO_INFO_PLANE_STRIDE (&info, 0), 64 * 8);
  fail_unless_equals_int (GST_VIDEO_INFO_SIZE (&info), 64 * 32 * 8);
  fail_unless_equals_int (GST_VIDEO_INFO_FPS_N (&info), 30);
  fail_unless_equals_int (fourcc, DRM_FORMAT_ARGB16161616);
}
GST_END_TEST;

GST_START_TEST (codes_that_nobody_knows_are_passed_on)
{
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (parse ("video/x-raw(memory:DMABuf),format=DMA_DRM,"
                      "drm-format=XR48" SIZE,
      &info, &fourcc, &modifier));
  fail_unless_equals_int (
      GST_VIDEO_INFO_FORMAT (&info), GST_VIDEO_FORMAT_DMA_DRM);
  fail_unless_equals_int (GST_VIDEO_INFO_WIDTH (&info), 64);
  fail_unless_equals_int (fourcc, DRM_FORMAT_XRGB16161616);
}
GST_END_TEST;

GST_START_TEST (tiles_in_system_memory_have_their_modifier)
{
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (
      parse ("video/x-raw,format=NV12_4L4" SIZE, &info, &fourcc, &modifier));
  fail_unless_equals_int (
      GST_VIDEO_INFO_FORMAT (&info), GST_VIDEO_FORMAT_NV12_4L4);
#if GST_CHECK_VERSION(1, 26, 0)
  fail_unless_equals_int (fourcc, DRM_FORMAT_NV12);
  fail_unless_equals_uint64 (modifier, DRM_FORMAT_MOD_VIVANTE_TILED);
#endif
}
GST_END_TEST;

GST_START_TEST (system_memory_caps_are_parsed)
{
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  fail_unless (
      parse ("video/x-raw,format=NV12" SIZE, &info, &fourcc, &modifier));
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&info), GST_VIDEO_FORMAT_NV12);
  fail_unless_equals_int (fourcc, DRM_FORMAT_NV12);
  fail_unless (modifier == DRM_FORMAT_MOD_LINEAR);
}
GST_END_TEST;

GST_START_TEST (other_caps_are_refused)
{
  static const char *const others[] = {
    "audio/x-raw,format=S16LE,rate=48000,channels=2",
    "video/x-raw,format=nonsense" SIZE,
    "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=nonsense" SIZE,
  };
  GstVideoInfo info;
  guint32 fourcc;
  guint64 modifier;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    fail_if (parse (others[i], &info, &fourcc, &modifier), "%s", others[i]);
}
GST_END_TEST;

GST_START_TEST (a_linear_format_has_both_kinds_of_caps)
{
  GstCaps *caps = gst_zc_caps_for_format (
      DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR, GST_VIDEO_FORMAT_BGRx);

  fail_unless_equals_int (gst_caps_get_size (caps), 2);
  fail_unless (gst_caps_features_contains (
      gst_caps_get_features (caps, 0), GST_CAPS_FEATURE_MEMORY_DMABUF));
  fail_unless_equals_string (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "drm-format"),
      "XR24");
  fail_unless_equals_string (
      gst_structure_get_string (gst_caps_get_structure (caps, 1), "format"),
      "BGRx");
  gst_caps_unref (caps);
}
GST_END_TEST;

GST_START_TEST (what_no_cpu_can_read_is_no_system_memory)
{
  GstCaps *caps = gst_zc_caps_for_format (
      DRM_FORMAT_NV12, I915_FORMAT_MOD_Y_TILED, GST_VIDEO_FORMAT_NV12);

  fail_unless_equals_int (gst_caps_get_size (caps), 1);
  fail_unless (gst_caps_features_contains (
      gst_caps_get_features (caps, 0), GST_CAPS_FEATURE_MEMORY_DMABUF));
  gst_caps_unref (caps);
}
GST_END_TEST;

GST_START_TEST (no_modifier_is_no_dma_buf)
{
  GstCaps *caps = gst_zc_caps_for_format (
      DRM_FORMAT_NV12, DRM_FORMAT_MOD_INVALID, GST_VIDEO_FORMAT_NV12);

  fail_unless (gst_caps_is_empty (caps));
  gst_caps_unref (caps);
  caps = gst_zc_caps_for_format (
      0, DRM_FORMAT_MOD_INVALID, GST_VIDEO_FORMAT_NV12_8L128);
  fail_unless_equals_int (gst_caps_get_size (caps), 1);
  gst_caps_unref (caps);
}
GST_END_TEST;

GST_START_TEST (tiles_that_have_a_name_are_both)
{
  guint64 modifier;
  guint32 fourcc = gst_zc_format_to_drm (GST_VIDEO_FORMAT_NV12_4L4, &modifier);
  GstCaps *caps = gst_zc_caps_for_format (
      fourcc, modifier, GST_VIDEO_FORMAT_NV12_4L4);

  fail_unless_equals_int (gst_caps_get_size (caps), fourcc ? 2 : 1);
  fail_unless_equals_string (
      gst_structure_get_string (
          gst_caps_get_structure (caps, gst_caps_get_size (caps) - 1),
          "format"),
      "NV12_4L4");
  gst_caps_unref (caps);
}
GST_END_TEST;

GST_START_TEST (the_template_has_every_format_of_the_table)
{
  GstCaps *template = gst_zc_caps_template ();
  GstVideoFormat format;

  for (guint i = 0; (format = gst_zc_format_nth (i)); i++) {
    GstCaps *caps = gst_zc_caps_for_format (
        gst_video_dma_drm_fourcc_from_format (format), DRM_FORMAT_MOD_LINEAR,
        format);

    fail_unless (gst_caps_is_subset (caps, template) ||
                     gst_caps_can_intersect (caps, template),
        "%s", gst_video_format_to_string (format));
    gst_caps_unref (caps);
  }
  gst_caps_unref (template);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (dma_drm_caps_are_parsed),
    RUNNER_TEST (tiled_caps_keep_their_modifier),
    RUNNER_TEST (codes_that_libgstvideo_lacks_are_parsed),
    RUNNER_TEST (codes_that_nobody_knows_are_passed_on),
    RUNNER_TEST (tiles_in_system_memory_have_their_modifier),
    RUNNER_TEST (system_memory_caps_are_parsed),
    RUNNER_TEST (other_caps_are_refused),
    RUNNER_TEST (a_linear_format_has_both_kinds_of_caps),
    RUNNER_TEST (what_no_cpu_can_read_is_no_system_memory),
    RUNNER_TEST (no_modifier_is_no_dma_buf),
    RUNNER_TEST (tiles_that_have_a_name_are_both),
    RUNNER_TEST (the_template_has_every_format_of_the_table))
