/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/fds.h"
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "convert.h"

#include <gst/allocators/allocators.h>
#include <linux/videodev2.h>

/* dmabufconvert on vim2m, in both APIs. */

#define RGB "video/x-raw,format=RGB,framerate=30/1,width="
#define SMALL RGB "64,height=48"
#define LARGE RGB "160,height=120"

/* --- pictures ----------------------------------------------------------- */

static void
assert_converted (const char *in, const char *out)
{
  GstHarness *harness = convert_new (CONVERT_FAST, in, out);

  for (guint n = 0; n < 3; n++) {
    GstBuffer *made = convert_one (harness, n);
    GstBuffer *given = convert_picture (harness, n);
    GstVideoInfo before = convert_info_in (harness);
    GstVideoInfo after = convert_info_out (harness);

    convert_assert_like_vim2m (
        made, &after, given, &before, NULL, FALSE, FALSE);
    gst_buffer_unref (given);
    gst_buffer_unref (made);
  }
  convert_free (harness);
}

GST_START_TEST (pictures_are_made_larger_and_smaller)
{
  assert_converted (SMALL, LARGE);
  assert_converted (LARGE, SMALL);
  assert_converted (LARGE, RGB "96,height=64");
}
GST_END_TEST;

GST_START_TEST (formats_are_converted)
{
  assert_converted (SMALL, "video/x-raw,format=BGR,width=64,height=48");
  assert_converted (SMALL, "video/x-raw,format=RGB16,width=64,height=48");
  assert_converted (SMALL, "video/x-raw,format=YUY2,width=64,height=48");
  assert_converted ("video/x-raw,format=BGR,width=64,height=48",
      "video/x-raw,format=YUY2,width=160,height=120");
}
GST_END_TEST;

static void
assert_flipped (
    const char *direction, const char *out, gboolean hflip, gboolean vflip)
{
  g_autofree gchar *properties = g_strdup_printf (
      CONVERT_FAST " video-direction=%s", direction);
  GstHarness *harness = convert_new (properties, SMALL, out);
  GstBuffer *made = convert_one (harness, 1);
  GstBuffer *given = convert_picture (harness, 1);
  GstVideoInfo before = convert_info_in (harness);
  GstVideoInfo after = convert_info_out (harness);

  convert_assert_like_vim2m (made, &after, given, &before, NULL, hflip, vflip);
  gst_buffer_unref (given);
  gst_buffer_unref (made);
  convert_free (harness);
}

GST_START_TEST (pictures_are_mirrored_exactly)
{
  assert_flipped ("horiz", SMALL, TRUE, FALSE);
  assert_flipped ("vert", SMALL, FALSE, TRUE);
  assert_flipped ("180", SMALL, TRUE, TRUE);
}
GST_END_TEST;

GST_START_TEST (pictures_are_mirrored_and_scaled_at_once)
{
  assert_flipped ("horiz", LARGE, TRUE, FALSE);
  assert_flipped ("vert", LARGE, FALSE, TRUE);
}
GST_END_TEST;

GST_START_TEST (what_comes_out_is_a_dmabuf)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  GstBuffer *made = convert_one (harness, 0);

  fail_unless (gst_is_dmabuf_memory (gst_buffer_peek_memory (made, 0)));
  fail_unless (gst_buffer_get_video_meta (made) != NULL);
  fail_unless_equals_int (gst_buffer_get_video_meta (made)->width, 160);
  gst_buffer_unref (made);
  convert_free (harness);
}
GST_END_TEST;

/* --- frames ------------------------------------------------------------- */

GST_START_TEST (a_thousand_frames_come_out_with_their_times)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);

  for (guint n = 0; n < 1000; n++) {
    GstBuffer *given = convert_picture (harness, 0), *made;

    GST_BUFFER_PTS (given) = n * 33333333ull + n % 7;
    GST_BUFFER_DURATION (given) = 33333333 + n % 3;
    GST_BUFFER_OFFSET (given) = n;
    fail_unless_equals_int (gst_harness_push (harness, given), GST_FLOW_OK);
    made = gst_harness_try_pull (harness);
    fail_unless (made != NULL, "no frame came of %u", n);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (made), n * 33333333ull + n % 7);
    fail_unless_equals_uint64 (GST_BUFFER_DURATION (made), 33333333 + n % 3);
    fail_unless_equals_uint64 (GST_BUFFER_OFFSET (made), n);
    gst_buffer_unref (made);
  }
  fail_unless_equals_uint64 (convert_stat (harness, "frames"), 1000);
  fail_unless_equals_uint64 (convert_stat (harness, "dropped"), 0);
  convert_free (harness);
}
GST_END_TEST;

/* A thread of the element lets go of it, a moment after. */
static void
assert_goes_back (GstBuffer *buffer)
{
  for (guint i = 0; i < 1000 && GST_MINI_OBJECT_REFCOUNT (buffer) > 1; i++)
    g_usleep (1000);
  fail_unless_equals_int (GST_MINI_OBJECT_REFCOUNT (buffer), 1);
}

GST_START_TEST (what_was_read_goes_back_while_the_result_is_kept)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  GstBuffer *given = convert_picture (harness, 0);
  GstBuffer *made = gst_harness_push_and_pull (harness, gst_buffer_ref (given));

  assert_goes_back (given);
  gst_buffer_unref (given);
  gst_buffer_unref (made);
  convert_free (harness);
}
GST_END_TEST;

/* The device has more buffers made, or waits; nothing is overwritten. */
GST_START_TEST (frames_that_downstream_keeps_stay_as_they_are)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  GstBuffer *kept[12];

  for (guint n = 0; n < G_N_ELEMENTS (kept); n++)
    kept[n] = convert_one (harness, n);
  for (guint n = 0; n < G_N_ELEMENTS (kept); n++) {
    GstBuffer *given = convert_picture (harness, n);
    GstVideoInfo before = convert_info_in (harness);
    GstVideoInfo after = convert_info_out (harness);

    convert_assert_like_vim2m (
        kept[n], &after, given, &before, NULL, FALSE, FALSE);
    gst_buffer_unref (given);
    gst_buffer_unref (kept[n]);
  }
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (frames_of_a_camera_are_shown_without_a_copy)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=30 ! video/x-raw(memory:DMABuf),format=DMA_DRM,"
      "drm-format=RG24,width=640,height=360 ! dmabufconvert "
      "name=convert " CONVERT_FAST
      " ! video/x-raw(memory:DMABuf),format=DMA_DRM,"
      "drm-format=RG16,width=320,height=180 ! dmabufsink name=sink");
  g_autofree gchar *input = NULL;

  pipeline_run (pipeline);
  input = pipeline_get_stat_string (pipeline, "convert", "input");
  fail_unless_equals_string (input, "dmabuf-import");
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "convert", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "convert", "copies-out"), 0);
  fail_unless (pipeline_get_stat (pipeline, "convert", "frames") > 0);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "sink", "copies"), 0);
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}
GST_END_TEST;

/* Before a converter pixels may have any shape. */
GST_START_TEST (a_camera_is_found_behind_a_demand_for_square_pixels)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc num-buffers=3 ! dmabufconvert name=convert " CONVERT_FAST
      " ! video/x-raw,format=YUY2,width=320,height=180,pixel-aspect-ratio=1/1,"
      "colorimetry=bt601 ! fakesink");

  pipeline_run (pipeline);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "convert", "frames"), 3);
  pipeline_free (pipeline);
}
GST_END_TEST;

GST_START_TEST (memory_that_is_offered_is_read_where_it_is)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=10 ! " LARGE
      " ! dmabufconvert name=convert " CONVERT_FAST " ! " SMALL " ! fakesink");
  g_autofree gchar *input = NULL;

  pipeline_run (pipeline);
  input = pipeline_get_stat_string (pipeline, "convert", "input");
  fail_unless_equals_string (input, "dmabuf-import");
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "convert", "copies"), 0);
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "convert", "frames"), 10);
  pipeline_free (pipeline);
}
GST_END_TEST;

/* --- nothing to be done ------------------------------------------------- */

GST_START_TEST (what_nothing_is_done_with_passes_without_a_device)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST, "video/x-raw,format=NV12,width=641,height=479", NULL);
  unsigned fds = fds_count ();
  g_autofree gchar *device = NULL;

  for (guint n = 0; n < 3; n++) {
    GstBuffer *given = convert_picture (harness, n);
    GstBuffer *made = gst_harness_push_and_pull (
        harness, gst_buffer_ref (given));

    fail_unless (made == given);
    gst_buffer_unref (made);
    gst_buffer_unref (given);
  }
  device = convert_stat_string (harness, "device");
  fail_unless_equals_string (device, "none");
  fail_unless_equals_uint64 (convert_stat (harness, "frames"), 0);
  fail_unless_equals_int (fds_count (), fds);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (the_device_is_closed_when_nothing_is_left_to_do)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, LARGE);
  g_autofree gchar *before = NULL, *after = NULL;

  gst_buffer_unref (convert_one (harness, 0));
  before = convert_stat_string (harness, "device");
  fail_if (g_str_equal (before, "none"));
  gst_harness_set_src_caps_str (harness, LARGE);
  gst_buffer_unref (convert_one (harness, 1));
  after = convert_stat_string (harness, "device");
  fail_unless_equals_string (after, "none");
  fail_unless_equals_uint64 (convert_stat (harness, "frames"), 1);
  convert_free (harness);
}
GST_END_TEST;

/* --- refusals ----------------------------------------------------------- */

static void
assert_refused (const char *properties, const char *words)
{
  GstHarness *harness = convert_new (properties, SMALL, RGB "160,height=160");
  g_autofree gchar *debug = NULL, *text = NULL;

  gst_harness_push (harness, gst_buffer_new_allocate (NULL, 9216, NULL));
  text = convert_message (harness, GST_MESSAGE_ERROR, &debug);
  fail_unless (strstr (debug, words) != NULL, "%s: %s", text, debug);
  convert_free (harness);
}

GST_START_TEST (a_turn_that_the_device_cannot_do_is_told)
{
  assert_refused ("video-direction=90r", "V4L2_CID_ROTATE");
}
GST_END_TEST;

GST_START_TEST (a_diagonal_is_told_to_have_no_one_meaning)
{
  assert_refused ("video-direction=ul-lr", "diagonals");
}
GST_END_TEST;

GST_START_TEST (a_device_that_is_no_converter_is_refused)
{
  GstElement *element = gst_element_factory_make ("dmabufconvert", NULL);
  char path[64];

  gst_object_ref_sink (element);
  fail_unless (devices_find_camera (path, sizeof (path)));
  g_object_set (element, "device", path, NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  g_object_set (element, "device", "vim2m", NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}
GST_END_TEST;

GST_START_TEST (what_no_device_makes_is_not_negotiated)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST, SMALL, "video/x-raw,format=NV12,width=64,height=48");

  fail_unless_equals_int (
      gst_harness_push (harness, gst_buffer_new_allocate (NULL, 9216, NULL)),
      GST_FLOW_NOT_NEGOTIATED);
  convert_free (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (pictures_are_made_larger_and_smaller),
    RUNNER_TEST (formats_are_converted),
    RUNNER_TEST (pictures_are_mirrored_exactly),
    RUNNER_TEST (pictures_are_mirrored_and_scaled_at_once),
    RUNNER_TEST (what_comes_out_is_a_dmabuf),
    RUNNER_TEST (a_thousand_frames_come_out_with_their_times),
    RUNNER_TEST (what_was_read_goes_back_while_the_result_is_kept),
    RUNNER_TEST (frames_that_downstream_keeps_stay_as_they_are),
    RUNNER_TEST (frames_of_a_camera_are_shown_without_a_copy),
    RUNNER_TEST (a_camera_is_found_behind_a_demand_for_square_pixels),
    RUNNER_TEST (memory_that_is_offered_is_read_where_it_is),
    RUNNER_TEST (what_nothing_is_done_with_passes_without_a_device),
    RUNNER_TEST (the_device_is_closed_when_nothing_is_left_to_do),
    RUNNER_TEST (a_turn_that_the_device_cannot_do_is_told),
    RUNNER_TEST (a_diagonal_is_told_to_have_no_one_meaning),
    RUNNER_TEST (a_device_that_is_no_converter_is_refused),
    RUNNER_TEST (what_no_device_makes_is_not_negotiated))
