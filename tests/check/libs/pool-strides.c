/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/heap.h"
#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/allocators/zerocopy.h"

/* Pools of a driver that lays pictures out by itself, when a producer wants
 * lines to be aligned: a decoder of libav, which takes the pool only if all
 * lines are as libgstvideo would make them. */
#define DRIVERS_ALIGNMENT 16
#define ALIGNMENT 64

static const GstVideoAlignment wanted = {
  .padding_bottom = 17,
  .stride_align = { ALIGNMENT - 1, ALIGNMENT - 1, ALIGNMENT - 1,
      ALIGNMENT - 1 },
};

static GstBufferPool *
start (const GstVideoInfo *info)
{
  g_autoptr (GstZcHeap) heap = heap_new_of_pictures ();
  GstBufferPool *pool = gst_zc_pool_new (heap);
  GstStructure *config = gst_buffer_pool_get_config (pool);
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (info);
  GstVideoAlignment alignment = wanted;

  gst_buffer_pool_config_set_params (config, caps, 0, 1, 1);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_config_add_option (
      config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &alignment);
  fail_unless (gst_buffer_pool_set_config (pool, config), "%s of %d",
      GST_VIDEO_INFO_NAME (info), GST_VIDEO_INFO_WIDTH (info));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

static void
assert_strides (GstVideoFormat format, guint width)
{
  GstVideoAlignment alignment = wanted;
  GstVideoInfo info, aligned;
  GstBuffer *buffer = NULL;
  GstBufferPool *pool;
  GstVideoMeta *meta;

  gst_video_info_set_format (&info, format, width, 48);
  aligned = info;
  fail_unless (gst_video_info_align (&aligned, &alignment));

  pool = start (&info);
  fail_unless_equals_int (
      gst_buffer_pool_acquire_buffer (pool, &buffer, NULL), GST_FLOW_OK);
  meta = gst_buffer_get_video_meta (buffer);
  for (guint i = 0; i < meta->n_planes; i++)
    fail_unless (meta->stride[i] == GST_VIDEO_INFO_PLANE_STRIDE (&aligned, i),
        "%s of %u: %d bytes in a line of plane %u instead of %d",
        GST_VIDEO_INFO_NAME (&info), width, meta->stride[i], i,
        GST_VIDEO_INFO_PLANE_STRIDE (&aligned, i));
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}

GST_START_TEST (a_driver_is_asked_for_the_lines_that_are_wanted)
{
  static const GstVideoFormat formats[] = { GST_VIDEO_FORMAT_I420,
    GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_Y444,
    GST_VIDEO_FORMAT_P010_10LE, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_YUY2 };
  static const guint widths[] = { 320, 640, 720, 1366 };

  seam_play ();
  heap_set_pitch (DRIVERS_ALIGNMENT);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint j = 0; j < G_N_ELEMENTS (widths); j++)
      assert_strides (formats[i], widths[j]);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_driver_is_asked_for_the_lines_that_are_wanted))
