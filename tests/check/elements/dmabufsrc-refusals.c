/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-sys.h"
#include "gst/dmabufsrc/gstdmabufsrc.h"

#include <errno.h>
#include <gst/check/gstharness.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <sys/ioctl.h>

/* What drivers cannot do, played on a real one: some of its calls fail. The
 * source is the one that is linked into this program. */

#define SIZE ",width=640,height=480,framerate=30/1"
#define RAW "video/x-raw,format=BGRx" SIZE
#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24" SIZE

static struct {
  unsigned long request; /* fails ... */
  __u32 memory;          /* ... for memory of this type, or any if 0 ... */
  int error;             /* ... with this */
  bool no_buffers;       /* REQBUFS gives none */
} refusal;

static bool
is_refused (unsigned long request, const void *arg)
{
  if (request != refusal.request)
    return false;
  if (refusal.memory == 0)
    return true;
  return request == VIDIOC_REQBUFS
             ? ((const struct v4l2_requestbuffers *) arg)->memory ==
                   refusal.memory
             : ((const struct v4l2_buffer *) arg)->memory == refusal.memory;
}

static int
refusing_ioctl (int fd, unsigned long request, void *arg)
{
  struct v4l2_requestbuffers *buffers = arg;

  if (request == VIDIOC_REQBUFS && buffers->count == 0)
    return ioctl (fd, request, arg);
  if (is_refused (request, arg)) {
    errno = refusal.error;
    return -1;
  }
  if (request == VIDIOC_REQBUFS && refusal.no_buffers) {
    buffers->count = 0;
    return 0;
  }
  return ioctl (fd, request, arg);
}

static void
set_up (unsigned long request, __u32 memory, int error)
{
  refusal.request = request;
  refusal.memory = memory;
  refusal.error = error;
  zc_v4l2_sys.ioctl = refusing_ioctl;
  fail_unless (GST_ELEMENT_REGISTER (dmabufsrc, NULL));
}

static void
assert_error (const char *description, gint code, const char *words)
{
  GstElement *pipeline = pipeline_new (description);
  g_autofree gchar *debug = NULL;
  GError *error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%s: %s",
      error->message, debug);
  fail_unless (strstr (debug, words) != NULL, "%s", debug);
  g_error_free (error);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

/* Plays with these caps; the path is PATH, and the one before was refused in
 * these words. */
static void
assert_path (const char *caps, const char *path, const char *words)
{
  g_autofree gchar *description = g_strdup_printf (
      "dmabufsrc name=src ! %s ! fakesink name=sink", caps);
  GstElement *pipeline = pipeline_new (description);
  g_autofree gchar *taken = NULL, *refused = NULL;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 5);
  taken = pipeline_get_stat_string (pipeline, "src", "path");
  refused = pipeline_get_stat_string (pipeline, "src", "refused");
  fail_unless_equals_string (taken, path);
  fail_unless (strstr (refused, words) != NULL, "%s", refused);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (without_memory_there_are_not_enough_buffers)
{
  set_up (VIDIOC_REQBUFS, 0, ENOMEM);
  assert_error ("dmabufsrc ! " DMABUF " ! fakesink",
      GST_RESOURCE_ERROR_NO_SPACE_LEFT, "VIDIOC_REQBUFS");
}
GST_END_TEST;

GST_START_TEST (no_buffers_are_not_enough)
{
  set_up (0, 0, 0);
  refusal.no_buffers = true;
  assert_error ("dmabufsrc ! " DMABUF " ! fakesink",
      GST_RESOURCE_ERROR_NO_SPACE_LEFT, "VIDIOC_REQBUFS");
}
GST_END_TEST;

GST_START_TEST (a_driver_that_cannot_export_imports_from_a_heap)
{
  set_up (VIDIOC_EXPBUF, 0, ENOTTY);
  assert_path (DMABUF, "dmabuf-import", "VIDIOC_EXPBUF");
}
GST_END_TEST;

GST_START_TEST (a_driver_without_user_pages_exports_for_the_cpu)
{
  set_up (VIDIOC_REQBUFS, V4L2_MEMORY_USERPTR, EINVAL);
  assert_path (RAW, "dmabuf-export", "userptr into own pages: VIDIOC_REQBUFS");
}
GST_END_TEST;

/* Memory that is scattered, for a device that cannot do with that. */
GST_START_TEST (pages_that_the_device_cannot_reach_are_left)
{
  set_up (VIDIOC_QBUF, V4L2_MEMORY_USERPTR, EFAULT);
  assert_path (RAW, "dmabuf-export", "userptr into own pages: VIDIOC_QBUF");
}
GST_END_TEST;

GST_START_TEST (a_mode_by_hand_that_is_refused_is_an_error)
{
  set_up (VIDIOC_REQBUFS, V4L2_MEMORY_USERPTR, EINVAL);
  assert_error ("dmabufsrc io-mode=userptr ! fakesink",
      GST_RESOURCE_ERROR_FAILED, "userptr into own pages: VIDIOC_REQBUFS");
}
GST_END_TEST;

/* The device has what it began with: frames are lost while all are outside,
 * counted, and not copied. */
GST_START_TEST (without_more_buffers_frames_are_dropped_and_counted)
{
  GstBuffer *held[16];
  GstHarness *harness;
  g_autoptr (GstStructure) stats = NULL;
  guint64 starved, dropped, copies;
  guint n;

  set_up (VIDIOC_CREATE_BUFS, 0, ENOTTY);
  harness = pipeline_harness ("dmabufsrc io-mode=dmabuf-export");
  gst_harness_use_systemclock (harness);
  gst_harness_set_sink_caps_str (harness, DMABUF);
  gst_harness_play (harness);
  for (n = 0; n < 5; n++)
    held[n] = gst_harness_pull (harness);
  g_usleep (300000);
  fail_unless_equals_int (gst_harness_buffers_in_queue (harness), 0);
  while (n > 0)
    gst_buffer_unref (held[--n]);
  for (n = 0; n < 5; n++)
    gst_buffer_unref (gst_harness_pull (harness));

  g_object_get (harness->element, "stats", &stats, NULL);
  fail_unless (
      gst_structure_get (stats, "starved", G_TYPE_UINT64, &starved, "dropped",
          G_TYPE_UINT64, &dropped, "copies", G_TYPE_UINT64, &copies, NULL));
  fail_unless (starved > 0);
  fail_unless (dropped > 0);
  fail_unless_equals_uint64 (copies, 0);
  gst_harness_teardown (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (without_memory_there_are_not_enough_buffers),
    RUNNER_TEST (no_buffers_are_not_enough),
    RUNNER_TEST (a_driver_that_cannot_export_imports_from_a_heap),
    RUNNER_TEST (a_driver_without_user_pages_exports_for_the_cpu),
    RUNNER_TEST (pages_that_the_device_cannot_reach_are_left),
    RUNNER_TEST (a_mode_by_hand_that_is_refused_is_an_error),
    RUNNER_TEST (without_more_buffers_frames_are_dropped_and_counted))
