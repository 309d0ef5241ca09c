/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/devices.h"
#include "../helpers/display.h"
#include "../helpers/dmabufs.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <drm_fourcc.h>

/* The camera before elements of upstream's that know nothing of it, with its
 * own properties as they are. */

#define VGA ",width=640,height=480,framerate=30/1"
#define HD ",width=1280,height=720"
#define FULL_HD ",width=1920,height=1080"
#define READ_BARS                                        \
  " ! videoconvert ! video/x-raw,format=BGRx ! appsink " \
  "name=sink sync=false max-buffers=1"

static unsigned dmabufs_before;

/* Bars that stand still: white, then yellow. */
static GstElement *
play (const char *description)
{
  GstElement *pipeline = pipeline_new (description);

  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  dmabufs_before = dmabufs_count ();
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
end (GstElement *pipeline)
{
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  fail_unless_equals_int (dmabufs_settle (dmabufs_before), dmabufs_before);
}

static void
assert_way (GstElement *pipeline, const char *path)
{
  g_autofree gchar *is = pipeline_get_stat_string (pipeline, "src", "path");

  fail_unless_equals_string (is, path);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
}

static GstSample *
pull (GstElement *pipeline)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  GstSample *sample = NULL;

  g_signal_emit_by_name (
      sink, "try-pull-sample", (guint64) 20 * GST_SECOND, &sample);
  if (!sample) {
    g_autoptr (GError) error = pipeline_wait_error (pipeline, NULL);

    fail ("%s", error->message);
  }
  return sample;
}

static gboolean
is_near (const guint8 *pixel, int red, int green, int blue)
{
  return ABS (pixel[2] - red) < 30 && ABS (pixel[1] - green) < 30 &&
         ABS (pixel[0] - blue) < 30;
}

/* The bars in BGRx, after conversions that lose a little. */
static void
assert_bars (GstSample *sample)
{
  GstVideoFrame frame;
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  fail_unless (gst_video_frame_map (
      &frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  for (gint i = 0; i < 8; i++) {
    gint y = (2 * i + 1) * info.height / 16;
    const guint8 *line = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (
                             &frame, 0) +
                         y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
    const guint8 *white = line + info.width / 16 * 4;
    const guint8 *yellow = line + info.width * 3 / 16 * 4;

    fail_unless (is_near (white, 255, 255, 255), "line %d: %02x%02x%02x", y,
        white[2], white[1], white[0]);
    fail_unless (is_near (yellow, 255, 255, 0), "line %d: %02x%02x%02x", y,
        yellow[2], yellow[1], yellow[0]);
  }
  gst_video_frame_unmap (&frame);
}

/* Plays what ends in READ_BARS: pictures must be right, and come that WAY. */
static void
assert_pictures (const char *description, const char *way)
{
  GstElement *pipeline = play (description);

  for (guint i = 0; i < 5; i++) {
    GstSample *sample = pull (pipeline);

    assert_bars (sample);
    gst_sample_unref (sample);
  }
  assert_way (pipeline, way);
  end (pipeline);
}

/* --- displays ----------------------------------------------------------- */

static GstPadProbeReturn
remember_crc (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  guint32 *crc = data;
  GstVideoInfo info;

  (void) pad;
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, 640, 480);
  if (*crc == 0)
    *crc = crc_of_buffer (GST_PAD_PROBE_INFO_BUFFER (probe), &info, 640, 480);
  return GST_PAD_PROBE_OK;
}

/* The display, whose element is called sink, must show what came to it. */
static void
assert_shown (const char *description, const char *way, gboolean is_ours)
{
  struct crc_reader *reader = crc_reader_start ();
  GstElement *pipeline = pipeline_new (description);
  guint32 crc = 0;

  vivid_set (VIVID_TEST_PATTERN, 1);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  dmabufs_before = dmabufs_count ();
  pipeline_probe (pipeline, "sink", remember_crc, &crc);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 10);
  fail_unless (crc_reader_wait_for (reader, crc));
  assert_way (pipeline, way);
  if (is_ours)
    fail_unless_equals_uint64 (
        pipeline_get_stat (pipeline, "sink", "copies"), 0);
  crc_reader_stop (reader);
  end (pipeline);
}

GST_START_TEST (kmssink_shows_frames_that_lie_in_its_memory)
{
  assert_shown ("dmabufsrc name=src ! video/x-raw,format=BGRx" VGA
                " ! kmssink name=sink driver-name=vkms",
      "dmabuf-import", FALSE);
}
GST_END_TEST;

GST_START_TEST (kmssink_shows_dmabufs_by_their_caps)
{
  assert_shown ("dmabufsrc name=src ! video/x-raw(memory:DMABuf),"
                "drm-format=XR24" VGA " ! kmssink name=sink driver-name=vkms",
      "dmabuf-import", FALSE);
}
GST_END_TEST;

GST_START_TEST (kmssink_takes_nv12)
{
  GstElement *pipeline;

  display_require_format (DRM_FORMAT_NV12);
  pipeline = play ("dmabufsrc name=src ! video/x-raw,format=NV12" VGA
                   " ! kmssink name=sink driver-name=vkms");
  pipeline_wait_buffers (pipeline, "sink", 5);
  assert_way (pipeline, "dmabuf-import");
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (tee_feeds_a_display_and_another)
{
  assert_shown ("dmabufsrc name=src ! tee name=t ! queue ! "
                "video/x-raw(memory:DMABuf),drm-format=XR24" VGA
                " ! dmabufsink name=sink t. ! queue ! fakesink",
      "dmabuf-export", TRUE);
}
GST_END_TEST;

/* Nobody asks for dma-bufs here, but one of both needs them. */
GST_START_TEST (tee_feeds_a_display_and_the_cpu)
{
  assert_shown ("dmabufsrc name=src ! video/x-raw,format=BGRx" VGA
                " ! tee name=t ! queue ! dmabufsink name=sink t. ! queue ! "
                "videoconvert ! video/x-raw,format=I420 ! fakesink",
      "dmabuf-export", TRUE);
}
GST_END_TEST;

/* --- codecs ------------------------------------------------------------- */

/* vicodec's smallest picture for upstream's element is 1280x720: below it the
 * element believes the driver's first size and stops, whatever is before it.
 */
static void
assert_encoded (const char *format, const char *size, const char *properties,
    const char *way)
{
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src ! video/x-raw,format=%s%s ! v4l2fwhtenc %s ! "
      "v4l2fwhtdec" READ_BARS,
      format, size, properties);

  assert_pictures (text, way);
}

GST_START_TEST (an_encoder_imports_nv12)
{
  assert_encoded ("NV12", HD, "output-io-mode=dmabuf-import", "dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (an_encoder_imports_packed_yuv)
{
  assert_encoded ("YUY2", HD, "output-io-mode=dmabuf-import", "dmabuf-export");
}
GST_END_TEST;

/* Upstream's decoder has none of the colours that RGB has. */
GST_START_TEST (an_encoder_imports_packed_rgb)
{
  GstElement *pipeline = play (
      "dmabufsrc name=src ! video/x-raw,format=BGRx" HD
      " ! v4l2fwhtenc output-io-mode=dmabuf-import ! fakesink name=sink");

  pipeline_wait_buffers (pipeline, "sink", 5);
  assert_way (pipeline, "dmabuf-export");
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (an_encoder_imports_pages)
{
  assert_encoded ("NV12", HD, "output-io-mode=userptr", "dmabuf-export");
}
GST_END_TEST;

/* Its own memory cannot be had as dma-bufs then, and it copies. */
GST_START_TEST (an_encoder_with_its_defaults_gets_pages)
{
  assert_encoded ("NV12", HD, "", "userptr");
}
GST_END_TEST;

/* The encoder works on 1088 lines. */
GST_START_TEST (an_encoder_that_needs_more_lines_copies)
{
  assert_encoded ("NV12", FULL_HD, "", "userptr");
}
GST_END_TEST;

GST_START_TEST (an_encoder_that_imports_and_needs_more_lines_says_so)
{
  GstElement *pipeline = play (
      "dmabufsrc name=src ! video/x-raw,format=NV12" FULL_HD
      " ! v4l2fwhtenc name=encoder output-io-mode=dmabuf-import ! "
      "fakesink");
  g_autoptr (GError) error = pipeline_wait_error (pipeline, NULL);

  fail_unless (
      strstr (error->message, "process frame") != NULL, "%s", error->message);
  assert_way (pipeline, "dmabuf-export");
  pipeline_free (pipeline); /* upstream's element keeps the frame for ever */
}
GST_END_TEST;

GST_START_TEST (jpegenc_compresses_what_was_captured)
{
  assert_pictures ("dmabufsrc name=src ! video/x-raw,format=NV12" VGA
                   " ! jpegenc ! jpegdec" READ_BARS,
      "userptr");
}
GST_END_TEST;

/* --- an output of V4L2 -------------------------------------------------- */

/* Upstream's element takes the colours that an HDMI output has, and no others.
 */
static void
assert_output (const char *format, const char *io_mode, const char *way)
{
  g_autofree gchar *text = NULL;
  GstElement *pipeline;
  char path[64];

  if (!devices_find_node ("vivid",
          V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_OUTPUT_MPLANE, path,
          sizeof (path)))
    runner_skip ("vivid has no output");
  text = g_strdup_printf ("dmabufsrc name=src num-buffers=10 ! "
                          "video/x-raw,format=%s,colorimetry=bt709" HD
                          " ! v4l2sink name=sink "
                          "sync=false device=%s io-mode=%s",
      format, path, io_mode);
  pipeline = play (text);
  pipeline_wait_eos (pipeline);
  assert_way (pipeline, way);
  end (pipeline);
}

GST_START_TEST (v4l2sink_imports_frames)
{
  assert_output ("YUY2", "dmabuf-import", "dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (v4l2sink_exports_its_memory_to_the_camera)
{
  assert_output ("YUY2", "dmabuf", "dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (v4l2sink_with_its_defaults_takes_frames)
{
  assert_output ("YUY2", "auto", "userptr");
}
GST_END_TEST;

/* --- the CPU ------------------------------------------------------------ */

GST_START_TEST (videoconvert_reads_planar_yuv)
{
  assert_pictures (
      "dmabufsrc name=src ! video/x-raw,format=NV12" VGA READ_BARS, "userptr");
}
GST_END_TEST;

GST_START_TEST (videoconvert_reads_packed_yuv)
{
  assert_pictures (
      "dmabufsrc name=src ! video/x-raw,format=YUY2" VGA READ_BARS, "userptr");
}
GST_END_TEST;

GST_START_TEST (videoscale_reads_what_was_captured)
{
  assert_pictures ("dmabufsrc name=src ! video/x-raw,format=BGRx" VGA
                   " ! videoscale ! video/x-raw,width=320,height=240" READ_BARS,
      "userptr");
}
GST_END_TEST;

/* Frames that are kept, mapped all the while, stay as they are. */
GST_START_TEST (appsink_may_keep_many_frames_mapped)
{
  GstElement *pipeline = play (
      "dmabufsrc name=src ! video/x-raw,format=BGRx" VGA
      " ! appsink name=sink sync=false");
  GstSample *samples[24];
  GstMapInfo maps[G_N_ELEMENTS (samples)];

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++) {
    samples[i] = pull (pipeline);
    fail_unless (gst_buffer_map (
        gst_sample_get_buffer (samples[i]), &maps[i], GST_MAP_READ));
    for (guint j = 0; j < i; j++)
      fail_if (maps[i].data == maps[j].data);
  }
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++) {
    assert_bars (samples[i]);
    gst_buffer_unmap (gst_sample_get_buffer (samples[i]), &maps[i]);
    gst_sample_unref (samples[i]);
  }
  assert_way (pipeline, "userptr");
  end (pipeline);
}
GST_END_TEST;

/* --- queues ------------------------------------------------------------- */

/* Nothing leaves a queue before it has that many. */
static void
assert_queued (const char *caps, guint n, const char *way)
{
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src max-buffers=100 ! %s" VGA
      " ! queue max-size-buffers=0 "
      "max-size-bytes=0 max-size-time=0 min-threshold-buffers=%u" READ_BARS,
      caps, n);

  assert_pictures (text, way);
}

GST_START_TEST (a_queue_may_hold_many_frames)
{
  assert_queued ("video/x-raw,format=BGRx", 24, "userptr");
}
GST_END_TEST;

GST_START_TEST (a_queue_may_hold_more_frames_than_the_driver_has_buffers)
{
  assert_queued ("video/x-raw,format=BGRx", 80, "userptr");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (kmssink_shows_frames_that_lie_in_its_memory),
    RUNNER_TEST (kmssink_shows_dmabufs_by_their_caps),
    RUNNER_TEST (kmssink_takes_nv12),
    RUNNER_TEST (tee_feeds_a_display_and_another),
    RUNNER_TEST (tee_feeds_a_display_and_the_cpu),
    RUNNER_TEST (an_encoder_imports_nv12),
    RUNNER_TEST (an_encoder_imports_packed_yuv),
    RUNNER_TEST (an_encoder_imports_packed_rgb),
    RUNNER_TEST (an_encoder_imports_pages),
    RUNNER_TEST (an_encoder_with_its_defaults_gets_pages),
    RUNNER_TEST (an_encoder_that_needs_more_lines_copies),
    RUNNER_TEST (an_encoder_that_imports_and_needs_more_lines_says_so),
    RUNNER_TEST (jpegenc_compresses_what_was_captured),
    RUNNER_TEST (v4l2sink_imports_frames),
    RUNNER_TEST (v4l2sink_exports_its_memory_to_the_camera),
    RUNNER_TEST (v4l2sink_with_its_defaults_takes_frames),
    RUNNER_TEST (videoconvert_reads_planar_yuv),
    RUNNER_TEST (videoconvert_reads_packed_yuv),
    RUNNER_TEST (videoscale_reads_what_was_captured),
    RUNNER_TEST (appsink_may_keep_many_frames_mapped),
    RUNNER_TEST (a_queue_may_hold_many_frames),
    RUNNER_TEST (a_queue_may_hold_more_frames_than_the_driver_has_buffers))
