/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/golden.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/gstzccaps.h"

#include <drm_fourcc.h>
#include <glib/gstdio.h>

/* One camera for a display and an encoder, and what an encoder made shown. The
 * last picture is looked at on the screen. */

#define WEBCAM 0
#define HDMI 3 /* scales, crops and composes */

#define N_FRAMES 10
#define CAMERA "dmabufsrc name=src num-buffers=10 ! "
#define VGA ",width=640,height=480"
#define HD ",width=1280,height=720"
#define FULL_HD ",width=1920,height=1080"
#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format="
#define DISPLAY "dmabufsink name=display sync=false "

/* A camera to the display, and to what follows. */
#define SHOWN_AND                                               \
  " ! tee name=t ! queue max-size-buffers=2 ! " DISPLAY "t. ! " \
  "queue max-size-buffers=2 ! "
#define RECORDED "dmabufenc name=enc ! filesink name=file location="

struct last {
  guint n;
  guint32 crc;
};

static GstPadProbeReturn
on_picture (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  struct last *last = data;
  GstVideoInfo info;
  guint64 modifier;
  guint32 fourcc;

  fail_unless (gst_zc_caps_parse (caps, &info, &fourcc, &modifier));
  if (++last->n == N_FRAMES)
    last->crc = golden_crc_of_buffer (GST_PAD_PROBE_INFO_BUFFER (probe), &info,
        fourcc, GST_VIDEO_INFO_WIDTH (&info), GST_VIDEO_INFO_HEIGHT (&info));
  return GST_PAD_PROBE_OK;
}

/* Plays TEXT, in which "display" is, to its end: all frames are shown without
 * a copy, and the last as it is. */
static GstElement *
play (int input, const char *text)
{
  struct crc_reader *reader;
  struct last last = { 0 };
  GstElement *pipeline;

  display_require_format (DRM_FORMAT_NV12);
  vivid_choose_input (input);
  reader = crc_reader_start ();
  pipeline = pipeline_new (text);
  pipeline_probe (pipeline, "display", on_picture, &last);
  pipeline_run (pipeline);
  fail_unless_equals_int (last.n, N_FRAMES);
  fail_unless (crc_reader_wait_for (reader, last.crc));
  crc_reader_stop (reader);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "display", "copies"), 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  return pipeline;
}

static void
end (GstElement *pipeline)
{
  pipeline_free (pipeline);
  vivid_choose_input (WEBCAM);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static void
assert_way (GstElement *pipeline, const char *path)
{
  g_autofree gchar *is = pipeline_get_stat_string (pipeline, "src", "path");

  fail_unless_equals_string (is, path);
}

/* --- shown and recorded -------------------------------------------------- */

static void
assert_recorded (GstElement *pipeline, const char *path, guint copies)
{
  g_autoptr (GstElement) file = pipeline_get (pipeline, "file");
  g_autofree gchar *location = NULL;
  GStatBuf status;

  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "enc", "frames"), N_FRAMES);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "enc", "copies"), copies);
  assert_way (pipeline, path);
  g_object_get (file, "location", &location, NULL);
  gst_element_set_state (pipeline, GST_STATE_READY); /* closes the file */
  fail_unless_equals_int (g_stat (location, &status), 0);
  fail_unless (status.st_size > 1000 * N_FRAMES);
}

GST_START_TEST (one_camera_is_shown_and_recorded)
{
  GstElement *pipeline = play (
      WEBCAM, CAMERA DMABUF "XR24" VGA SHOWN_AND RECORDED "/tmp/recorded");

  pipeline_assert_no_warning (pipeline);
  assert_recorded (pipeline, "dmabuf-export", 0);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (nv12_is_shown_and_recorded)
{
  GstElement *pipeline = play (
      WEBCAM, CAMERA DMABUF "NV12" VGA SHOWN_AND RECORDED "/tmp/recorded");

  pipeline_assert_no_warning (pipeline);
  assert_recorded (pipeline, "dmabuf-export", 0);
  end (pipeline);
}
GST_END_TEST;

/* A tee passes on how large the encoder's buffers are, and nothing else of
 * them: enough for the camera to have as many lines. */
GST_START_TEST (full_hd_is_shown_and_recorded)
{
  GstElement *pipeline = play (
      HDMI, CAMERA DMABUF "NV12" FULL_HD SHOWN_AND RECORDED "/tmp/recorded");

  pipeline_assert_no_warning (pipeline);
  assert_recorded (pipeline, "dmabuf-export", 0);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (full_hd_of_a_webcam_is_shown_and_copied_to_be_recorded)
{
  GstElement *pipeline = play (
      WEBCAM, CAMERA DMABUF "NV12" FULL_HD SHOWN_AND RECORDED "/tmp/recorded");
  g_autofree gchar *warning = pipeline_get_warning (pipeline);

  fail_unless (warning && strstr (warning, "copied") != NULL, "%s", warning);
  assert_recorded (pipeline, "dmabuf-export", N_FRAMES);
  end (pipeline);
}
GST_END_TEST;

/* --- shown, and recorded by upstream's elements -------------------------- */

static void
assert_recorded_by_upstream (const char *caps, const char *encoder)
{
  g_autofree gchar *text = g_strconcat (CAMERA, caps, SHOWN_AND, encoder,
      " ! filesink name=file location=/tmp/recorded", NULL);
  GstElement *pipeline;
  GStatBuf status;

  pipeline = play (WEBCAM, text);
  assert_way (pipeline, "dmabuf-export");
  gst_element_set_state (pipeline, GST_STATE_READY);
  fail_unless_equals_int (g_stat ("/tmp/recorded", &status), 0);
  fail_unless (status.st_size > 1000);
  end (pipeline);
}

GST_START_TEST (upstreams_encoder_records_what_is_shown)
{
  assert_recorded_by_upstream (
      DMABUF "NV12" HD, "v4l2fwhtenc output-io-mode=dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (x264enc_records_into_a_container_what_is_shown)
{
  assert_recorded_by_upstream ("video/x-raw,format=NV12" VGA,
      "x264enc tune=zerolatency speed-preset=ultrafast ! matroskamux");
}
GST_END_TEST;

GST_START_TEST (jpegenc_records_into_a_container_what_is_shown)
{
  assert_recorded_by_upstream (
      "video/x-raw,format=NV12" VGA, "jpegenc ! matroskamux");
}
GST_END_TEST;

/* --- what came out is shown ---------------------------------------------- */

GST_START_TEST (what_upstream_decodes_of_ours_is_shown)
{
  GstElement *pipeline = play (WEBCAM,
      CAMERA DMABUF "NV12" HD " ! dmabufenc name=enc ! v4l2fwhtdec ! " DISPLAY);

  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "copies"), 0);
  assert_way (pipeline, "dmabuf-import");
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_upstream_encodes_and_decodes_is_shown)
{
  GstElement *pipeline = play (WEBCAM,
      CAMERA DMABUF "NV12" HD " ! v4l2fwhtenc output-io-mode=dmabuf-import ! "
                    "v4l2fwhtdec ! " DISPLAY);

  assert_way (pipeline, "dmabuf-export");
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_upstream_converts_is_shown)
{
  GstElement *pipeline = play (WEBCAM, CAMERA DMABUF
      "RG24" VGA " ! v4l2convert output-io-mode=dmabuf-import "
      "capture-io-mode=dmabuf ! video/x-raw,format=RGB16 ! " DISPLAY);

  assert_way (pipeline, "dmabuf-export");
  end (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (one_camera_is_shown_and_recorded),
    RUNNER_TEST (nv12_is_shown_and_recorded),
    RUNNER_TEST (full_hd_is_shown_and_recorded),
    RUNNER_TEST (full_hd_of_a_webcam_is_shown_and_copied_to_be_recorded),
    RUNNER_TEST (upstreams_encoder_records_what_is_shown),
    RUNNER_TEST (x264enc_records_into_a_container_what_is_shown),
    RUNNER_TEST (jpegenc_records_into_a_container_what_is_shown),
    RUNNER_TEST (what_upstream_decodes_of_ours_is_shown),
    RUNNER_TEST (what_upstream_encodes_and_decodes_is_shown),
    RUNNER_TEST (what_upstream_converts_is_shown))
