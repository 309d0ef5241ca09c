/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/golden.h"
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzccaps.h"
#include "gst-libs/allocators/gstzcdmaheap.h"

#include <drm_fourcc.h>
#include <gst/allocators/allocators.h>

/* The display after elements of upstream's that know nothing of it, with its
 * own properties as they are. The last picture is looked at on the screen, and
 * nothing may be left afterwards. */
#define N_FRAMES 10
#define VGA ",width=640,height=480,framerate=30/1"
#define HD ",width=1280,height=720,framerate=30/1"

struct last {
  guint n;
  guint32 crc;
};

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  struct last *last = data;
  GstVideoInfo info;
  guint64 modifier;
  guint32 fourcc;

  runner_require (
      gst_zc_caps_parse (caps, &info, &fourcc, &modifier), "no video");
  if (++last->n == N_FRAMES)
    last->crc = golden_crc_of_buffer (GST_PAD_PROBE_INFO_BUFFER (probe), &info,
        fourcc, GST_VIDEO_INFO_WIDTH (&info), GST_VIDEO_INFO_HEIGHT (&info));
  return GST_PAD_PROBE_OK;
}

/* PRODUCER makes N_FRAMES of a size that the display has as a mode; they
 * must all come, though they wait for refreshes, and be shown without a copy,
 * on the PATH. */
static void
assert_shown (const char *producer, const char *path)
{
  g_autofree char *description = g_strdup_printf (
      "%s ! dmabufsink name=sink sync=false", producer);
  g_autofree char *is = NULL;
  unsigned dmabufs = dmabufs_count ();
  struct crc_reader *reader = crc_reader_start ();
  GstElement *pipeline = pipeline_new (description);
  struct last last = { 0 };

  pipeline_probe (pipeline, "sink", on_buffer, &last);
  pipeline_run (pipeline);
  fail_unless_equals_int (last.n, N_FRAMES);
  fail_unless (crc_reader_wait_for (reader, last.crc), "%s", producer);
  crc_reader_stop (reader);
  is = pipeline_get_stat_string (pipeline, "sink", "path");
  fail_unless_equals_string (is, path);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless (pipeline_get_stat (pipeline, "sink", "imports") < N_FRAMES);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  fail_unless_equals_int (dmabufs_settle (dmabufs), dmabufs);
}

/* --- v4l2src ------------------------------------------------------------ */

#define CAMERA "v4l2src num-buffers=10 "
#define BGRX "video/x-raw,format=BGRx" VGA
#define NV12 "video/x-raw,format=NV12" VGA

GST_START_TEST (v4l2src_exports_its_memory)
{
  assert_shown (CAMERA "io-mode=dmabuf ! " BGRX, "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (v4l2src_exports_its_memory_by_caps_of_dmabufs)
{
  assert_shown (CAMERA "io-mode=dmabuf ! "
                       "video/x-raw(memory:DMABuf),drm-format=XR24" VGA,
      "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (v4l2src_imports_scanout_memory)
{
  assert_shown (CAMERA "io-mode=dmabuf-import ! " BGRX, "scanout-pool");
}
GST_END_TEST;

GST_START_TEST (v4l2src_with_its_defaults_is_shown)
{
  assert_shown (CAMERA "! " BGRX, "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (v4l2src_brings_nv12)
{
  display_require_format (DRM_FORMAT_NV12);
  assert_shown (CAMERA "io-mode=dmabuf ! " NV12, "dmabuf-import");
}
GST_END_TEST;

/* --- v4l2fwhtdec -------------------------------------------------------- */

/* vicodec's smallest picture for upstream's encoder is 1280x720. The decoder
 * chooses the format: upstream's hangs where it may not, with any sink. */
#define HD_NV12 "video/x-raw,format=NV12" HD
#define CODED "videotestsrc num-buffers=10 ! " HD_NV12 " ! v4l2fwhtenc ! "

GST_START_TEST (v4l2fwhtdec_with_its_defaults_is_shown)
{
  display_require_format (DRM_FORMAT_NV12);
  assert_shown (CODED "v4l2fwhtdec", "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (v4l2fwhtdec_exports_its_memory)
{
  display_require_format (DRM_FORMAT_NV12);
  assert_shown (CODED "v4l2fwhtdec capture-io-mode=dmabuf", "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (v4l2fwhtdec_imports_scanout_memory)
{
  display_require_format (DRM_FORMAT_NV12);
  assert_shown (
      CODED "v4l2fwhtdec capture-io-mode=dmabuf-import", "scanout-pool");
}
GST_END_TEST;

/* --- others ------------------------------------------------------------- */

GST_START_TEST (compositor_mixes_into_scanout_memory)
{
  assert_shown ("videotestsrc num-buffers=10 ! " BGRX " ! mix. "
                "videotestsrc num-buffers=10 pattern=ball ! "
                "video/x-raw,width=160,height=120,framerate=30/1 ! mix. "
                "compositor name=mix sink_1::xpos=100 ! " BGRX,
      "scanout-pool");
}
GST_END_TEST;

GST_START_TEST (videoscale_draws_a_camera_into_scanout_memory)
{
  assert_shown (CAMERA "! video/x-raw,format=BGRx,width=320,height=180 ! "
                       "videoscale ! " BGRX,
      "scanout-pool");
}
GST_END_TEST;

/* --- appsrc ------------------------------------------------------------- */

/* By GStreamer's own allocator, as applications do it. */
static GstBuffer *
draw_foreign (GstZcHeap *heap, const GstVideoInfo *info, guint n)
{
  g_autoptr (GstAllocator) allocator = gst_dmabuf_allocator_new ();
  GstBuffer *buffer = gst_buffer_new ();
  gsize size;
  gint fd = gst_zc_heap_export (heap, info->size, &size, NULL);

  fail_unless (fd >= 0);
  gst_buffer_append_memory (
      buffer, gst_dmabuf_allocator_alloc (allocator, fd, size));
  picture_draw (buffer, info, n);
  return buffer;
}

/* An application that keeps two buffers and brings them in turns. */
GST_START_TEST (appsrc_brings_foreign_dmabufs)
{
  g_autoptr (GstZcHeap) heap = gst_zc_heap_new_dma_heap ("system");
  GstElement *pipeline = pipeline_new (
      "appsrc name=src format=time caps=video/x-raw(memory:DMABuf),"
      "format=DMA_DRM,drm-format=XR24" VGA
      " ! dmabufsink name=sink sync=false");
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  GstVideoInfo info = picture_info (BGRX);
  struct crc_reader *reader = crc_reader_start ();
  GstBuffer *buffers[2];
  guint32 crcs[2];
  GstFlowReturn flow;

  for (guint i = 0; i < 2; i++) {
    buffers[i] = draw_foreign (heap, &info, i);
    crcs[i] = crc_of_buffer (buffers[i], &info, 640, 480);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *buffer = gst_buffer_copy (buffers[i % 2]);

    GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (i, GST_SECOND, 30);
    g_signal_emit_by_name (src, "push-buffer", buffer, &flow);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (flow, GST_FLOW_OK);
    fail_unless (crc_reader_wait_for (reader, crcs[i % 2]), "frame %u", i);
  }
  g_signal_emit_by_name (src, "end-of-stream", &flow);
  pipeline_wait_eos (pipeline);
  crc_reader_stop (reader);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "imports"), 2);
  pipeline_free (pipeline);
  for (guint i = 0; i < 2; i++)
    gst_buffer_unref (buffers[i]);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (v4l2src_exports_its_memory),
    RUNNER_TEST (v4l2src_exports_its_memory_by_caps_of_dmabufs),
    RUNNER_TEST (v4l2src_imports_scanout_memory),
    RUNNER_TEST (v4l2src_with_its_defaults_is_shown),
    RUNNER_TEST (v4l2src_brings_nv12),
    RUNNER_TEST (v4l2fwhtdec_with_its_defaults_is_shown),
    RUNNER_TEST (v4l2fwhtdec_exports_its_memory),
    RUNNER_TEST (v4l2fwhtdec_imports_scanout_memory),
    RUNNER_TEST (compositor_mixes_into_scanout_memory),
    RUNNER_TEST (videoscale_draws_a_camera_into_scanout_memory),
    RUNNER_TEST (appsrc_brings_foreign_dmabufs))
