/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst/dmabufsrc/gstdmabufsrccamera.h"

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);

/* Lines as downstream has them, of a driver that writes any. */
static GstDmabufSrcCamera camera;
static GstElement *element;

static void
set_up (const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  GST_DEBUG_CATEGORY_INIT (
      gst_dmabuf_src_debug, "dmabufsrc", 0, "zero-copy V4L2 capture");
  element = gst_element_factory_make ("fakesrc", NULL);
  gst_dmabuf_src_camera_init (&camera);
  fail_unless_equals_int (
      zc_v4l2_device_open (&camera.device, vivid_path ()), 0);
  camera.formats = gst_dmabuf_src_formats_new (camera.device);
  fail_unless (gst_dmabuf_src_camera_configure (&camera, element, caps));
}

static void
tear_down (void)
{
  gst_dmabuf_src_camera_close (&camera);
  gst_dmabuf_src_camera_clear (&camera);
  gst_object_unref (element);
}

static GstZcLayout
layout_with (GstVideoFormat format, guint stride)
{
  GstZcLayout layout = camera.layout;

  fail_unless (gst_zc_layout_init (&layout, format, stride, 480));
  layout.width = 640;
  layout.height = 480;
  return layout;
}

GST_START_TEST (the_driver_takes_longer_lines)
{
  struct v4l2_format now;
  GstZcLayout wanted;

  set_up ("video/x-raw,format=BGRx,width=640,height=480,framerate=30/1");
  wanted = layout_with (GST_VIDEO_FORMAT_BGRx, 640 * 4 + 256);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  vivid_get_format (&now);
  fail_unless_equals_int (now.fmt.pix.bytesperline, 640 * 4 + 256);
  fail_unless_equals_int (camera.layout.stride[0], 640 * 4 + 256);
  fail_unless (gst_zc_layout_equal (&camera.layout, &wanted));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (other_planes_follow)
{
  GstZcLayout wanted;

  set_up ("video/x-raw,format=NV12,width=640,height=480,framerate=30/1");
  wanted = layout_with (GST_VIDEO_FORMAT_NV12, 1024);
  fail_unless (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless_equals_int (camera.layout.stride[1], 1024);
  fail_unless_equals_int (camera.layout.offset[1], 1024 * 480);
  tear_down ();
}
GST_END_TEST;

/* Nobody has lines between the planes by V4L2's rules. */
GST_START_TEST (a_gap_between_planes_is_not_had)
{
  GstZcLayout wanted, before;
  struct v4l2_format now;

  set_up ("video/x-raw,format=NV12,width=640,height=480,framerate=30/1");
  before = camera.layout;
  fail_unless (gst_zc_layout_init (&wanted, GST_VIDEO_FORMAT_NV12, 1024, 512));
  wanted.width = 640;
  wanted.height = 480;
  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  vivid_get_format (&now);
  fail_unless_equals_int (now.fmt.pix.bytesperline, 640);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (lines_that_are_too_short_are_not_had)
{
  GstZcLayout wanted, before;

  set_up ("video/x-raw,format=BGRx,width=640,height=480,framerate=30/1");
  before = camera.layout;
  wanted = layout_with (GST_VIDEO_FORMAT_BGRx, 640 * 2);
  fail_if (gst_dmabuf_src_camera_try_layout (&camera, &wanted, NULL));
  fail_unless (gst_zc_layout_equal (&camera.layout, &before));
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (the_driver_takes_longer_lines),
    RUNNER_TEST (other_planes_follow),
    RUNNER_TEST (a_gap_between_planes_is_not_had),
    RUNNER_TEST (lines_that_are_too_short_are_not_had))
