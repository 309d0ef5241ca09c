/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/zerocopy.h"

#include <sys/ioctl.h>
#include <unistd.h>

static void
assert_exports (const char *path, gsize size)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_v4l2 (path);
  g_autoptr (GError) error = NULL;
  gsize actual = 0;
  int fd = gst_zc_heap_export (heap, size, &actual, &error);

  fail_unless (fd >= 0, "%s", error ? error->message : "no error");
  fail_unless (actual >= size);
  fail_unless_equals_int (lseek (fd, 0, SEEK_END), actual);
  close (fd);
}

/* The capture node, with a format of so many memory planes. */
static void
set_format (guint32 fourcc, guint n_planes)
{
  struct v4l2_format format;
  int fd = vivid_open ();

  vivid_get_format (&format);
  format.fmt.pix_mp.pixelformat = fourcc;
  fail_unless_equals_int (ioctl (fd, VIDIOC_S_FMT, &format), 0);
  fail_unless_equals_int (format.fmt.pix_mp.num_planes, n_planes);
  close (fd);
}

static void
assert_node_exports (const char *driver, guint capability)
{
  char path[64];

  if (!devices_find_node (driver, capability, path, sizeof (path)))
    runner_skip ("a node is missing");
  assert_exports (path, 1);
  assert_exports (path, 5000000);
}

GST_START_TEST (a_multi_planar_camera_exports)
{
  set_format (V4L2_PIX_FMT_NV12, 1);
  assert_node_exports ("vivid", V4L2_CAP_VIDEO_CAPTURE_MPLANE);
}
GST_END_TEST;

GST_START_TEST (an_output_exports)
{
  assert_node_exports ("vivid", V4L2_CAP_VIDEO_OUTPUT_MPLANE);
}
GST_END_TEST;

GST_START_TEST (codecs_export)
{
  assert_node_exports (
      "vicodec", V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE);
  assert_node_exports ("vim2m", V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE);
}
GST_END_TEST;

GST_START_TEST (two_memory_planes_are_refused)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_v4l2 (vivid_path ());
  g_autoptr (GError) error = NULL;

  set_format (V4L2_PIX_FMT_NV16M, 2);
  fail_unless (gst_zc_heap_check (heap, NULL));
  fail_unless_equals_int (gst_zc_heap_export (heap, 1, NULL, &error), -1);
  fail_unless (
      g_error_matches (error, GST_ZC_ERROR, GST_ZC_ERROR_NOT_SUPPORTED));
  fail_unless (
      strstr (error->message, "2 memory planes") != NULL, "%s", error->message);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_multi_planar_camera_exports),
    RUNNER_TEST (an_output_exports), RUNNER_TEST (codecs_export),
    RUNNER_TEST (two_memory_planes_are_refused))
