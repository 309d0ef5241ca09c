/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/crc.h"
#include "../helpers/display.h"
#include "../helpers/golden.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcformat.h"

#include <drm_fourcc.h>

/* Upstream's elements that make pictures by CPU, in front of the sink. The last
 * picture is looked at on the display. */
#define N_FRAMES 12
#define MODE_WIDTH 1024
#define MODE_HEIGHT 768

#define SOURCE                                  \
  "videotestsrc num-buffers=12 pattern=ball ! " \
  "video/x-raw,width=320,height=240,framerate=30/1"
#define I420 SOURCE ",format=I420"

struct last {
  guint n;
  guint32 crc;
};

/* vkms shows none before Linux 7.0, and decoders make nothing else. */
static gboolean
has_yuv (void)
{
  struct display display;
  gboolean has;

  display_open (&display);
  has = display_has_format (&display, DRM_FORMAT_YUV420);
  display_close (&display);
  return has;
}

static void
need_yuv (void)
{
  if (!has_yuv ())
    runner_skip_always ("the display has no YUV");
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  struct last *last = data;
  GstVideoInfo info;

  runner_require (gst_video_info_from_caps (&info, caps), "no video");
  if (++last->n == N_FRAMES)
    last->crc = golden_crc_of_buffer (GST_PAD_PROBE_INFO_BUFFER (probe), &info,
        gst_zc_format_to_drm (GST_VIDEO_INFO_FORMAT (&info), NULL), MODE_WIDTH,
        MODE_HEIGHT);
  return GST_PAD_PROBE_OK;
}

/* Plays PRODUCER to its end, with the last picture on the display. */
static GstElement *
show (const char *producer)
{
  g_autofree char *description = g_strdup_printf (
      "%s ! dmabufsink name=sink sync=false qos=false", producer);
  GstElement *pipeline = pipeline_new (description);
  struct crc_reader *reader = crc_reader_start ();
  struct last last = { 0 };

  pipeline_probe (pipeline, "sink", on_buffer, &last);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_eos (pipeline);
  fail_unless_equals_int (last.n, N_FRAMES);
  fail_unless (crc_reader_wait_for (reader, last.crc), "%s", producer);
  crc_reader_stop (reader);
  return pipeline;
}

/* The sink copies nothing, and meets the same few buffers again and again. */
static void
assert_draws_into_the_pool (const char *producer)
{
  GstElement *pipeline = show (producer);
  g_autofree char *path = pipeline_get_stat_string (pipeline, "sink", "path");

  fail_unless (
      pipeline_get_stat (pipeline, "sink", "copies") == 0, "%s", producer);
  fail_unless (pipeline_get_stat (pipeline, "sink", "imports") < N_FRAMES, "%s",
      producer);
  fail_unless_equals_string (path, "scanout-pool");
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}

GST_START_TEST (a_source_draws_into_the_pool)
{
  assert_draws_into_the_pool (SOURCE);
  if (has_yuv ())
    assert_draws_into_the_pool (I420);
}
GST_END_TEST;

GST_START_TEST (filters_draw_into_the_pool)
{
  need_yuv ();
  assert_draws_into_the_pool (I420 " ! videoconvert ! video/x-raw,format=BGRx");
  assert_draws_into_the_pool (
      SOURCE " ! videoscale ! video/x-raw,width=400,height=300");
  assert_draws_into_the_pool (I420 " ! videoflip method=horizontal-flip");
}
GST_END_TEST;

GST_START_TEST (a_compositor_draws_into_the_pool)
{
  assert_draws_into_the_pool (SOURCE " ! compositor");
}
GST_END_TEST;

GST_START_TEST (decoders_of_still_pictures_draw_into_the_pool)
{
  need_yuv ();
  assert_draws_into_the_pool (SOURCE " ! jpegenc ! jpegdec");
  assert_draws_into_the_pool (SOURCE " ! pngenc ! pngdec");
}
GST_END_TEST;

GST_START_TEST (decoders_of_video_draw_into_the_pool)
{
  need_yuv ();
  assert_draws_into_the_pool (SOURCE " ! vp8enc deadline=1 ! vp8dec");
  assert_draws_into_the_pool (SOURCE " ! theoraenc ! theoradec");
  assert_draws_into_the_pool (
      SOURCE " ! openh264enc ! h264parse ! openh264dec");
}
GST_END_TEST;

/* While libav draws into the pool by itself, it keeps the memory mapped for
 * writing, and libgstvideo makes a copy of that for each frame, which the sink
 * cannot know: test without. */
GST_START_TEST (decoders_of_libav_draw_into_the_pool)
{
  need_yuv ();
  assert_draws_into_the_pool (
      SOURCE " ! avenc_mpeg4 ! avdec_mpeg4 direct-rendering=false");
  assert_draws_into_the_pool (
      I420 " ! avenc_ffv1 ! avdec_ffv1 direct-rendering=false");
  assert_draws_into_the_pool (
      I420 " ! openh264enc ! h264parse ! avdec_h264 direct-rendering=false");
}
GST_END_TEST;

/* It wants longer lines, and lines below the picture; chroma of this width and
 * of 720 wants more of luma than that itself does. */
static void
assert_not_copied (const char *producer)
{
  GstElement *pipeline = show (producer);

  fail_unless (
      pipeline_get_stat (pipeline, "sink", "copies") == 0, "%s", producer);
  pipeline_free (pipeline);
}

#define PAL                                     \
  "videotestsrc num-buffers=12 pattern=ball ! " \
  "video/x-raw,format=I420,width=720,height=576,framerate=30/1"

GST_START_TEST (what_libav_draws_directly_is_not_copied_by_the_sink)
{
  need_yuv ();
  assert_not_copied (SOURCE " ! avenc_mpeg4 ! avdec_mpeg4");
  assert_not_copied (PAL " ! avenc_mpeg4 ! avdec_mpeg4");
  assert_not_copied (I420 " ! openh264enc ! h264parse ! avdec_h264");
  assert_not_copied (I420 " ! jpegenc ! jpegparse ! avdec_mjpeg");
}
GST_END_TEST;

/* vp9dec has libvpx decode into memory of its own when downstream can do with
 * strides, and passes that on. */
GST_START_TEST (who_brings_memory_of_its_own_is_copied_and_counted)
{
  g_autofree char *path = NULL;
  GstElement *pipeline;

  need_yuv ();
  pipeline = show (
      I420 " ! vp9enc deadline=1 cpu-used=8 lag-in-frames=0 ! vp9dec");
  path = pipeline_get_stat_string (pipeline, "sink", "path");
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "sink", "copies"), N_FRAMES);
  fail_unless_equals_string (path, "copy");
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY, RUNNER_TEST (a_source_draws_into_the_pool),
    RUNNER_TEST (filters_draw_into_the_pool),
    RUNNER_TEST (a_compositor_draws_into_the_pool),
    RUNNER_TEST (decoders_of_still_pictures_draw_into_the_pool),
    RUNNER_TEST (decoders_of_video_draw_into_the_pool),
    RUNNER_TEST (decoders_of_libav_draw_into_the_pool),
    RUNNER_TEST (what_libav_draws_directly_is_not_copied_by_the_sink),
    RUNNER_TEST (who_brings_memory_of_its_own_is_copied_and_counted))
