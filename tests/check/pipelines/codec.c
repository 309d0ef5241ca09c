/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/psnr.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

/* A camera before an encoder: frames must go in as they lie, and be right. */

#define WEBCAM 0
#define HDMI 3 /* scales, crops and composes */

#define VGA ",width=640,height=480"
#define HD ",width=1280,height=720"
#define FULL_HD ",width=1920,height=1080"
#define UHD ",width=3840,height=2160"
#define RAW "video/x-raw,format="
#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format="

#define N_FRAMES 20

static unsigned dmabufs_before;
static gint n_arrived;

static GstPadProbeReturn
count (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  (void) pad;
  (void) probe;
  (void) data;
  g_atomic_int_inc (&n_arrived);
  return GST_PAD_PROBE_OK;
}

/* A camera called src, what comes before and behind the encoder, which is
 * called enc, and a sink called sink. */
static GstElement *
make (int input, const char *text)
{
  g_autofree gchar *all = g_strdup_printf (
      "dmabufsrc name=src num-buffers=%d ! %s", N_FRAMES, text);
  GstElement *pipeline;

  dmabufs_before = dmabufs_count ();
  vivid_choose_input (input);
  pipeline = pipeline_new (all);
  pipeline_probe (pipeline, "sink", count, NULL);
  return pipeline;
}

static void
end (GstElement *pipeline)
{
  pipeline_free (pipeline);
  vivid_choose_input (WEBCAM);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  fail_unless_equals_int (dmabufs_settle (dmabufs_before), dmabufs_before);
}

static void
assert_word (GstElement *pipeline, const char *element, const char *field,
    const char *word)
{
  g_autofree gchar *is = pipeline_get_stat_string (pipeline, element, field);

  fail_unless_equals_string (is, word);
}

static void
assert_has (GstElement *pipeline, const char *element, const char *field,
    const char *part)
{
  g_autofree gchar *is = pipeline_get_stat_string (pipeline, element, field);

  fail_unless (strstr (is, part) != NULL, "%s", is);
}

/* Nobody has copied anything, and the camera wrote where the encoder reads. */
static void
assert_no_copy (GstElement *pipeline, const char *path)
{
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "copies"), 0);
  assert_word (pipeline, "src", "path", path);
  assert_word (pipeline, "enc", "input", "dmabuf-import");
  assert_word (pipeline, "enc", "input-refused", "none");
  pipeline_assert_no_warning (pipeline);
}

static void
assert_all_came (GstElement *pipeline)
{
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "src", "frames"), N_FRAMES);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "enc", "frames"), N_FRAMES);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "dropped"), 0);
  fail_unless_equals_int (n_arrived, N_FRAMES);
}

static void
assert_encoded (int input, const char *caps)
{
  g_autofree gchar *text = g_strdup_printf (
      "%s ! dmabufenc name=enc ! fakesink name=sink", caps);
  GstElement *pipeline = make (input, text);

  pipeline_run (pipeline);
  assert_all_came (pipeline);
  assert_no_copy (pipeline, "dmabuf-import");
  end (pipeline);
}

/* --- sizes --------------------------------------------------------------- */

GST_START_TEST (vga_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "NV12" VGA);
}
GST_END_TEST;

GST_START_TEST (hd_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "NV12" HD);
}
GST_END_TEST;

GST_START_TEST (uhd_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "NV12" UHD);
}
GST_END_TEST;

/* The encoder works on 1088 lines. */
GST_START_TEST (full_hd_is_encoded_without_a_copy)
{
  assert_encoded (HDMI, DMABUF "NV12" FULL_HD);
}
GST_END_TEST;

GST_START_TEST (caps_of_system_memory_are_encoded_without_a_copy)
{
  assert_encoded (HDMI, RAW "NV12" FULL_HD);
}
GST_END_TEST;

/* A webcam does not compose: the encoder copies, once a frame, and says so. */
GST_START_TEST (full_hd_of_a_webcam_is_copied_once)
{
  GstElement *pipeline = make (WEBCAM,
      DMABUF "NV12" FULL_HD " ! dmabufenc name=enc ! "
             "fakesink name=sink");
  g_autofree gchar *warning = NULL;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  warning = pipeline_wait_warning (pipeline);
  fail_unless (strstr (warning, "copied") != NULL, "%s", warning);
  pipeline_wait_eos (pipeline); /* without another */
  assert_all_came (pipeline);
  pipeline_assert_no_warning (pipeline);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "enc", "copies"), N_FRAMES);
  assert_has (pipeline, "src", "refused", "no COMPOSE");
  assert_has (pipeline, "enc", "input-refused", "planes at 0, 2073600");
  end (pipeline);
}
GST_END_TEST;

/* --- packed formats, and other planes ------------------------------------ */

GST_START_TEST (packed_yuv_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "YUYV" VGA);
}
GST_END_TEST;

GST_START_TEST (packed_yuv_of_the_other_order_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "UYVY" VGA);
}
GST_END_TEST;

GST_START_TEST (packed_rgb_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "XR24" VGA);
}
GST_END_TEST;

GST_START_TEST (rgb_of_three_bytes_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "RG24" VGA);
}
GST_END_TEST;

GST_START_TEST (packed_full_hd_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "YUYV" FULL_HD);
}
GST_END_TEST;

GST_START_TEST (grey_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, RAW "GRAY8" VGA);
}
GST_END_TEST;

GST_START_TEST (three_planes_are_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "YU12" VGA);
}
GST_END_TEST;

GST_START_TEST (three_planes_of_full_hd_are_encoded_without_a_copy)
{
  assert_encoded (HDMI, DMABUF "YU12" FULL_HD);
}
GST_END_TEST;

GST_START_TEST (chroma_of_every_line_is_encoded_without_a_copy)
{
  assert_encoded (WEBCAM, DMABUF "NV16" VGA);
}
GST_END_TEST;

/* --- pictures ------------------------------------------------------------ */

/* ENCODER is the encoder and what follows, up to raw video. Upstream's decoder
 * hangs unless the format is the driver's first of those that the stream has.
 */
static GstElement *
play_pictures (int input, const char *format, const char *size,
    const char *encoder, struct psnr *psnr)
{
  gboolean is_422 = g_str_equal (format, "YUY2");
  g_autofree gchar *text = g_strdup_printf (RAW
      "%s%s ! %s ! " RAW "%s ! appsink name=sink sync=false",
      format, size, encoder, is_422 ? "Y42B" : "I420");
  GstElement *pipeline = make (input, text);

  pipeline_probe (pipeline, "enc", psnr_remember, psnr);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
assert_samples (GstElement *pipeline, struct psnr *psnr)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  GstSample *sample = NULL;
  guint n = 0;

  for (;;) {
    double db;

    g_signal_emit_by_name (
        sink, "try-pull-sample", (guint64) 20 * GST_SECOND, &sample);
    if (!sample)
      break;
    db = psnr_of_sample (psnr, sample);
    fail_unless (db >= 30, "frame %u: %.1f dB", n, db);
    gst_sample_unref (sample);
    n++;
  }
  fail_unless_equals_int (n, N_FRAMES);
}

static void
assert_pictures (int input, const char *format, const char *size)
{
  struct psnr *psnr = psnr_new ();
  GstElement *pipeline = play_pictures (
      input, format, size, "dmabufenc name=enc ! v4l2fwhtdec", psnr);

  assert_samples (pipeline, psnr);
  assert_all_came (pipeline);
  assert_no_copy (pipeline, "dmabuf-import");
  end (pipeline);
  psnr_free (psnr);
}

GST_START_TEST (pictures_are_the_cameras)
{
  assert_pictures (WEBCAM, "NV12", HD);
}
GST_END_TEST;

GST_START_TEST (packed_pictures_are_the_cameras)
{
  assert_pictures (WEBCAM, "YUY2", HD);
}
GST_END_TEST;

GST_START_TEST (pictures_above_padding_are_the_cameras)
{
  assert_pictures (HDMI, "NV12", FULL_HD);
}
GST_END_TEST;

GST_START_TEST (pictures_of_three_planes_above_padding_are_the_cameras)
{
  assert_pictures (HDMI, "I420", FULL_HD);
}
GST_END_TEST;

GST_START_TEST (pictures_that_were_copied_are_the_cameras)
{
  struct psnr *psnr = psnr_new ();
  GstElement *pipeline = play_pictures (
      WEBCAM, "NV12", FULL_HD, "dmabufenc name=enc ! v4l2fwhtdec", psnr);

  assert_samples (pipeline, psnr);
  assert_all_came (pipeline);
  end (pipeline);
  psnr_free (psnr);
}
GST_END_TEST;

/* --- upstream's elements in their places --------------------------------- */

static void
assert_upstream (int input, const char *format, const char *size,
    const char *encoder, const char *path)
{
  struct psnr *psnr = psnr_new ();
  GstElement *pipeline = play_pictures (input, format, size, encoder, psnr);

  assert_samples (pipeline, psnr);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
  assert_word (pipeline, "src", "path", path);
  end (pipeline);
  psnr_free (psnr);
}

GST_START_TEST (upstreams_encoder_imports_what_was_captured)
{
  assert_upstream (WEBCAM, "NV12", HD,
      "v4l2fwhtenc name=enc output-io-mode=dmabuf-import ! v4l2fwhtdec",
      "dmabuf-export");
}
GST_END_TEST;

/* It only says how large the buffers are that it takes. */
GST_START_TEST (upstreams_encoder_imports_lines_below_the_picture)
{
  assert_upstream (HDMI, "NV12", FULL_HD,
      "v4l2fwhtenc name=enc output-io-mode=dmabuf-import ! v4l2fwhtdec",
      "dmabuf-export");
}
GST_END_TEST;

/* Its pictures are the last frame's of the group: sent by their times. */
GST_START_TEST (x264enc_reads_what_was_captured)
{
  assert_upstream (WEBCAM, "I420", VGA,
      "x264enc name=enc tune=zerolatency speed-preset=ultrafast qp-min=1 "
      "qp-max=20 ! avdec_h264",
      "dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (jpegenc_reads_what_was_captured)
{
  assert_upstream (
      WEBCAM, "I420", VGA, "jpegenc name=enc quality=95 ! jpegdec", "userptr");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (vga_is_encoded_without_a_copy),
    RUNNER_TEST (hd_is_encoded_without_a_copy),
    RUNNER_TEST (uhd_is_encoded_without_a_copy),
    RUNNER_TEST (full_hd_is_encoded_without_a_copy),
    RUNNER_TEST (caps_of_system_memory_are_encoded_without_a_copy),
    RUNNER_TEST (full_hd_of_a_webcam_is_copied_once),
    RUNNER_TEST (packed_yuv_is_encoded_without_a_copy),
    RUNNER_TEST (packed_yuv_of_the_other_order_is_encoded_without_a_copy),
    RUNNER_TEST (packed_rgb_is_encoded_without_a_copy),
    RUNNER_TEST (rgb_of_three_bytes_is_encoded_without_a_copy),
    RUNNER_TEST (packed_full_hd_is_encoded_without_a_copy),
    RUNNER_TEST (grey_is_encoded_without_a_copy),
    RUNNER_TEST (three_planes_are_encoded_without_a_copy),
    RUNNER_TEST (three_planes_of_full_hd_are_encoded_without_a_copy),
    RUNNER_TEST (chroma_of_every_line_is_encoded_without_a_copy),
    RUNNER_TEST (pictures_are_the_cameras),
    RUNNER_TEST (packed_pictures_are_the_cameras),
    RUNNER_TEST (pictures_above_padding_are_the_cameras),
    RUNNER_TEST (pictures_of_three_planes_above_padding_are_the_cameras),
    RUNNER_TEST (pictures_that_were_copied_are_the_cameras),
    RUNNER_TEST (upstreams_encoder_imports_what_was_captured),
    RUNNER_TEST (upstreams_encoder_imports_lines_below_the_picture),
    RUNNER_TEST (x264enc_reads_what_was_captured),
    RUNNER_TEST (jpegenc_reads_what_was_captured))
