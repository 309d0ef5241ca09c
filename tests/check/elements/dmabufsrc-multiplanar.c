/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/allocators/allocators.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

/* In this machine vivid speaks the multi-planar API only. */

#define SIZE ",width=640,height=480,framerate=30/1"

/* A source alone, before a peer that takes GstVideoMeta as modern ones do, or
 * does not. */
static GstHarness *
play (const char *caps, gboolean video_meta)
{
  GstHarness *harness = pipeline_harness ("dmabufsrc io-mode=dmabuf-export");

  /* still bars: white first, then yellow */
  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  if (video_meta)
    gst_harness_add_propose_allocation_meta (
        harness, GST_VIDEO_META_API_TYPE, NULL);
  gst_harness_set_sink_caps_str (harness, caps);
  gst_harness_play (harness);
  return harness;
}

static guint64
n_copies (GstHarness *harness)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 copies = 0;

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "copies", &copies));
  return copies;
}

static GstBuffer *
capture (GstHarness **harness, const char *caps)
{
  GstBuffer *buffer;

  *harness = play (caps, TRUE);
  buffer = gst_harness_pull (*harness);
  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  fail_unless_equals_uint64 (n_copies (*harness), 0);
  return buffer;
}

GST_START_TEST (packed_rgb_is_captured)
{
  GstHarness *harness;
  GstBuffer *buffer = capture (&harness, "video/x-raw,format=BGRx" SIZE);
  struct v4l2_format format;
  guint8 pixel[4];

  vivid_get_format (&format);
  fail_unless_equals_int (format.type, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
  fail_unless_equals_int (format.fmt.pix_mp.pixelformat, V4L2_PIX_FMT_XBGR32);
  gst_buffer_extract (buffer, 4 * 40, pixel, 4);
  fail_unless (pixel[0] == 255 && pixel[1] == 255 && pixel[2] == 255);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* vivid leaves 128 bytes before YUYV in this API (PLANE0_DATA_OFFSET in
 * vivid-core.h): the picture begins behind them. */
GST_START_TEST (bytes_before_the_picture_are_left_out)
{
  GstHarness *harness;
  GstBuffer *buffer = capture (&harness, "video/x-raw,format=YUY2" SIZE);
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  GstVideoFrame frame;
  GstVideoInfo info;
  const guint8 *last;

  fail_unless_equals_int (meta->offset[0], 128);
  fail_unless_equals_int (meta->stride[0], 1280);
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_YUY2, 640, 480);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  /* white on the left and black on the right of the last line, which is cut
   * off if the offset is forgotten in the size */
  last = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) + 479 * 1280;
  fail_unless (last[0] > 230, "%u", last[0]);
  fail_unless (last[1278] < 20, "%u", last[1278]);
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (planar_yuv_is_captured)
{
  GstHarness *harness;
  GstBuffer *buffer = capture (&harness, "video/x-raw,format=NV12" SIZE);
  GstVideoFrame frame;
  GstVideoInfo info;
  const guint8 *y, *uv;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 640, 480);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  y = GST_VIDEO_FRAME_PLANE_DATA (&frame, 0);
  uv = GST_VIDEO_FRAME_PLANE_DATA (&frame, 1);
  /* white has no colour; yellow has little blue */
  fail_unless (y[40] > 230 && ABS (uv[40] - 128) < 3);
  fail_unless (y[120] > 200 && uv[120] < 40, "%u %u", y[120], uv[120]);
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

/* Downstream that takes only what caps say gets a copy, and it is counted. */
GST_START_TEST (a_peer_without_video_meta_gets_plain_copies)
{
  GstHarness *harness = play ("video/x-raw,format=YUY2" SIZE, FALSE);
  GstBuffer *buffer = gst_harness_pull (harness);
  guint8 pixel[2];

  gst_buffer_extract (buffer, 0, pixel, 2);
  fail_unless (
      pixel[0] > 230 && ABS (pixel[1] - 128) < 3, "%u %u", pixel[0], pixel[1]);
  fail_unless (n_copies (harness) > 0);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}
GST_END_TEST;

GST_START_TEST (a_copy_that_is_forbidden_is_an_error)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc io-mode=dmabuf-export copy-policy=forbid ! "
      "video/x-raw,format=YUY2" SIZE " ! fakesink");
  g_autofree gchar *debug = NULL;
  GError *error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  fail_unless (strstr (debug, "GstVideoMeta") != NULL, "%s", debug);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (packed_rgb_is_captured),
    RUNNER_TEST (bytes_before_the_picture_are_left_out),
    RUNNER_TEST (planar_yuv_is_captured),
    RUNNER_TEST (a_peer_without_video_meta_gets_plain_copies),
    RUNNER_TEST (a_copy_that_is_forbidden_is_an_error))
