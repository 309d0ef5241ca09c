/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include <gst/video/video.h>

/* The inputs: the camera cannot crop; HDMI, 1280x720, can crop, compose and
 * scale. The picture is eight bars, each 160 pixels wide. */
enum { WEBCAM, TV, S_VIDEO, HDMI };

static GstElement *
play (const char *properties, const char *caps)
{
  g_autofree char *text = g_strdup_printf (
      "dmabufsrc name=src %s ! %s%sfakesink name=sink", properties, caps,
      caps[0] ? " ! " : "");
  GstElement *pipeline = pipeline_new (text);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  return pipeline;
}

static void
set (GstElement *pipeline, const char *property, const char *text)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");

  g_object_set (src, property, text, NULL);
}

static void
assert_property (GstElement *pipeline, const char *property, const char *text)
{
  g_autoptr (GstElement) src = pipeline_get (pipeline, "src");
  g_autofree gchar *now = NULL;

  g_object_get (src, property, &now, NULL);
  fail_unless_equals_string (now, text);
}

/* As another program sees it. */
static void
assert_rect (unsigned target, const char *text)
{
  struct v4l2_rect r;
  g_autofree char *now = NULL;

  vivid_get_selection (target, &r);
  now = g_strdup_printf ("%d,%d,%u,%u", r.left, r.top, r.width, r.height);
  fail_unless_equals_string (now, text);
}

static void
get_size (GstElement *pipeline, gint *width, gint *height)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *s = gst_caps_get_structure (caps, 0);

  fail_unless (gst_structure_get_int (s, "width", width));
  fail_unless (gst_structure_get_int (s, "height", height));
}

static void
wait_size (GstElement *pipeline, gint width, gint height)
{
  gint w = 0, h = 0;

  for (guint i = 0; i < 100 && (w != width || h != height); i++) {
    pipeline_wait_buffers (pipeline, "sink", 1);
    get_size (pipeline, &w, &h);
  }
  fail_unless (w == width && h == height, "%dx%d", w, h);
}

GST_START_TEST (the_driver_crops_as_told)
{
  GstElement *pipeline = play ("input=3 crop=100,50,640,360", "");

  assert_rect (V4L2_SEL_TGT_CROP, "100,50,640,360");
  assert_property (pipeline, "crop", "100,50,640,360");
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (unasked_nothing_is_scaled)
{
  GstElement *pipeline = play ("input=3", "");

  wait_size (pipeline, 1280, 720);
  pipeline_free (pipeline);
  pipeline = play ("input=3 crop=100,50,640,360", "");
  wait_size (pipeline, 640, 360);
  assert_rect (V4L2_SEL_TGT_COMPOSE, "0,0,640,360");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_crop_is_scaled_to_the_caps)
{
  GstElement *pipeline = play (
      "input=3 crop=100,50,640,360", "video/x-raw(ANY),width=1280,height=720");

  wait_size (pipeline, 1280, 720);
  assert_rect (V4L2_SEL_TGT_CROP, "100,50,640,360");
  assert_rect (V4L2_SEL_TGT_COMPOSE, "0,0,1280,720");
  pipeline_free (pipeline);
}
GST_END_TEST;

static GstPadProbeReturn
note_caps (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS)
    g_atomic_int_inc ((gint *) data);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (a_crop_moves_while_frames_flow)
{
  GstElement *pipeline = play ("input=3 crop=0,0,640,360", "");
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gint n_caps = 0;

  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_caps, &n_caps, NULL);
  set (pipeline, "crop", "320,180,640,360");
  assert_rect (V4L2_SEL_TGT_CROP, "320,180,640,360");
  set (pipeline, "crop", "320,180,960,540");
  assert_rect (V4L2_SEL_TGT_CROP, "320,180,960,540");
  pipeline_wait_buffers (pipeline, "sink", 3);
  fail_unless_equals_int (g_atomic_int_get (&n_caps), 0);
  wait_size (pipeline, 640, 360);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (reading_tells_what_the_driver_made)
{
  GstElement *pipeline = play ("input=3", "");

  assert_property (pipeline, "crop", "0,0,1280,720");
  set (pipeline, "crop", "1,3,639,359");
  assert_rect (V4L2_SEL_TGT_CROP, "0,2,640,360");
  assert_property (pipeline, "crop", "0,2,640,360");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_crop_waits_for_the_device)
{
  g_autoptr (GstElement) src = gst_element_factory_make ("dmabufsrc", NULL);
  g_autofree gchar *none = NULL, *now = NULL;

  g_object_get (src, "crop", &none, NULL);
  fail_unless (none == NULL);
  g_object_set (src, "crop", " 100, 50, 640, 360 ", NULL);
  g_object_get (src, "crop", &now, NULL);
  fail_unless_equals_string (now, "100,50,640,360");
}
GST_END_TEST;

GST_START_TEST (a_crop_of_ready_is_there_when_frames_flow)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src input=3 ! fakesink name=sink");

  pipeline_set_state (pipeline, GST_STATE_READY);
  set (pipeline, "crop", "100,50,640,360");
  assert_property (pipeline, "crop", "100,50,640,360");
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  wait_size (pipeline, 640, 360);
  assert_rect (V4L2_SEL_TGT_CROP, "100,50,640,360");
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (without_a_crop_the_source_is_whole_again)
{
  GstElement *pipeline = play (
      "input=3 crop=100,50,640,360", "video/x-raw(ANY),width=640,height=360");

  set (pipeline, "crop", NULL);
  assert_rect (V4L2_SEL_TGT_CROP, "0,0,1280,720");
  pipeline_wait_buffers (pipeline, "sink", 3);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_crop_survives_a_change_of_the_signal)
{
  GstElement *pipeline = play ("input=3 crop=100,50,640,360", "");
  struct v4l2_rect r = { 0 };

  vivid_set_by_name (VIVID_TIMINGS, "1920x1080p60");
  vivid_set (VIVID_TIMINGS_SIGNAL, VIVID_CHOSEN);
  for (guint i = 0; i < 100 && r.width != 1920; i++) {
    pipeline_wait_buffers (pipeline, "sink", 1);
    vivid_get_selection (V4L2_SEL_TGT_CROP_DEFAULT, &r);
  }
  pipeline_wait_buffers (pipeline, "sink", 3);
  assert_rect (V4L2_SEL_TGT_CROP_DEFAULT, "0,0,1920,1080");
  assert_rect (V4L2_SEL_TGT_CROP, "100,50,640,360");
  wait_size (pipeline, 640, 360);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (without_a_scaler_caps_follow_the_crop)
{
  GstElement *pipeline;

  vivid_choose_input (HDMI);
  vivid_set (VIVID_CAN_SCALE, 0);
  vivid_set (VIVID_CAN_COMPOSE, 0);
  pipeline = play ("crop=0,0,640,360", "");
  wait_size (pipeline, 640, 360);
  set (pipeline, "crop", "100,50,320,180");
  wait_size (pipeline, 320, 180);
  assert_rect (V4L2_SEL_TGT_CROP, "100,50,320,180");
  assert_property (pipeline, "crop", "100,50,320,180");

  /* moving needs no other caps */
  set (pipeline, "crop", "200,100,320,180");
  assert_rect (V4L2_SEL_TGT_CROP, "200,100,320,180");
  set (pipeline, "crop", "");
  wait_size (pipeline, 1280, 720);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (without_a_scaler_other_caps_are_an_error)
{
  GstElement *pipeline;
  GError *error;

  vivid_choose_input (HDMI);
  vivid_set (VIVID_CAN_SCALE, 0);
  vivid_set (VIVID_CAN_COMPOSE, 0);
  pipeline = pipeline_new ("dmabufsrc crop=0,0,640,360 "
                           "! video/x-raw(ANY),width=1280 ! fakesink");
  error = pipeline_run_to_error (pipeline, NULL);
  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT), "%s",
      error->message);
  g_error_free (error);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_camera_that_cannot_crop_says_so)
{
  GstElement *pipeline = play ("input=0 crop=0,0,320,180", "");
  g_autofree gchar *text = pipeline_wait_warning (pipeline);
  g_autofree gchar *live = NULL;

  fail_unless (strstr (text, "cannot crop") != NULL, "%s", text);
  fail_unless (strstr (text, vivid_path ()) != NULL, "%s", text);
  pipeline_wait_buffers (pipeline, "sink", 3);
  assert_property (pipeline, "crop", NULL);

  set (pipeline, "crop", "0,0,160,90");
  live = pipeline_wait_warning (pipeline);
  fail_unless (strstr (live, "cannot crop") != NULL, "%s", live);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (without_a_crop_there_is_nothing_to_take_back)
{
  GstElement *pipeline = play ("input=0", "");

  set (pipeline, "crop", "");
  set (pipeline, "compose", NULL);
  pipeline_wait_buffers (pipeline, "sink", 3);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_is_no_rectangle_changes_nothing)
{
  static const char *const texts[] = { "640x360", "0,0,640", "0,0,640,360,1",
    "0,0,0,360", "0,0,640,-1", "left", "0,0,640,360x" };
  GstElement *pipeline = play ("input=3 crop=100,50,640,360", "");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree gchar *text = NULL;

    set (pipeline, "crop", texts[i]);
    text = pipeline_wait_warning (pipeline);
    fail_unless (strstr (text, "no rectangle") != NULL, "%s", text);
    assert_rect (V4L2_SEL_TGT_CROP, "100,50,640,360");
  }
  pipeline_free (pipeline);
}
GST_END_TEST;

/* As on a command line, where nobody listens yet. */
GST_START_TEST (what_is_no_rectangle_is_told_when_the_device_opens)
{
  GstElement *pipeline = play ("input=3 crop=left", "");
  g_autofree gchar *text = pipeline_wait_warning (pipeline);

  fail_unless (strstr (text, "\"left\" is no rectangle") != NULL, "%s", text);
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_picture_is_put_into_a_part_of_the_frame)
{
  GstElement *pipeline = play ("input=3 compose=320,180,640,360", "");

  wait_size (pipeline, 1280, 720);
  assert_rect (V4L2_SEL_TGT_COMPOSE, "320,180,640,360");
  assert_property (pipeline, "compose", "320,180,640,360");
  set (pipeline, "compose", "0,0,320,180");
  assert_rect (V4L2_SEL_TGT_COMPOSE, "0,0,320,180");
  set (pipeline, "compose", NULL);
  assert_rect (V4L2_SEL_TGT_COMPOSE, "0,0,1280,720");
  pipeline_assert_no_warning (pipeline);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* vivid leaves the picture as small as it was. */
GST_START_TEST (the_picture_fills_a_larger_frame)
{
  GstElement *pipeline = play (
      "input=3", "video/x-raw(ANY),width=320,height=180");

  assert_rect (V4L2_SEL_TGT_COMPOSE, "0,0,320,180");
  pipeline_free (pipeline);
  pipeline = play ("input=3", "");
  wait_size (pipeline, 1280, 720);
  assert_rect (V4L2_SEL_TGT_COMPOSE, "0,0,1280,720");
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- pixels ----------------------------------------------------------------
 */

/* B, G and R of all pixels of the last frame, if they are the same; else 0. */
static guint
colour_of (GstElement *pipeline)
{
  g_autoptr (GstElement) sink = pipeline_get (pipeline, "sink");
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;
  GstVideoInfo info;
  guint colour = 0;

  g_object_get (sink, "last-sample", &sample, NULL);
  fail_unless (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  fail_unless (gst_video_frame_map (
      &frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  for (gint y = 0; y < info.height; y++) {
    const guint8 *line = (const guint8 *) frame.data[0] +
                         y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

    for (gint x = 0; x < info.width; x++) {
      guint c = line[4 * x] << 16 | line[4 * x + 1] << 8 | line[4 * x + 2];

      if (x == 0 && y == 0)
        colour = c;
      if (c != colour) {
        gst_video_frame_unmap (&frame);
        return 0;
      }
    }
  }
  gst_video_frame_unmap (&frame);
  return colour;
}

static gboolean
shows (GstElement *pipeline, gboolean blue, gboolean green, gboolean red)
{
  guint c = colour_of (pipeline);

  return c != 0 && (c >> 16 > 128) == blue &&
         ((c >> 8 & 0xff) > 128) == green && ((c & 0xff) > 128) == red;
}

GST_START_TEST (the_pixels_are_those_of_the_crop)
{
  GstElement *pipeline;
  gboolean yellow = FALSE;

  vivid_choose_input (HDMI);
  vivid_set (VIVID_OSD_TEXT_MODE, 2);
  pipeline = play (
      "crop=16,0,128,720", "video/x-raw,format=BGRx,width=320,height=240");
  fail_unless (shows (pipeline, TRUE, TRUE, TRUE)); /* white is first */

  set (pipeline, "crop", "176,0,128,720");
  for (guint i = 0; i < 100 && !yellow; i++) {
    pipeline_wait_buffers (pipeline, "sink", 1);
    yellow = shows (pipeline, FALSE, TRUE, TRUE);
  }
  fail_unless (yellow);

  set (pipeline, "crop", NULL);
  pipeline_wait_buffers (pipeline, "sink", 10);
  fail_unless_equals_int (colour_of (pipeline), 0);
  pipeline_free (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (the_driver_crops_as_told),
    RUNNER_TEST (unasked_nothing_is_scaled),
    RUNNER_TEST (a_crop_is_scaled_to_the_caps),
    RUNNER_TEST (a_crop_moves_while_frames_flow),
    RUNNER_TEST (reading_tells_what_the_driver_made),
    RUNNER_TEST (a_crop_waits_for_the_device),
    RUNNER_TEST (a_crop_of_ready_is_there_when_frames_flow),
    RUNNER_TEST (without_a_crop_the_source_is_whole_again),
    RUNNER_TEST (a_crop_survives_a_change_of_the_signal),
    RUNNER_TEST (without_a_scaler_caps_follow_the_crop),
    RUNNER_TEST (without_a_scaler_other_caps_are_an_error),
    RUNNER_TEST (a_camera_that_cannot_crop_says_so),
    RUNNER_TEST (without_a_crop_there_is_nothing_to_take_back),
    RUNNER_TEST (what_is_no_rectangle_changes_nothing),
    RUNNER_TEST (what_is_no_rectangle_is_told_when_the_device_opens),
    RUNNER_TEST (a_picture_is_put_into_a_part_of_the_frame),
    RUNNER_TEST (the_picture_fills_a_larger_frame),
    RUNNER_TEST (the_pixels_are_those_of_the_crop))
