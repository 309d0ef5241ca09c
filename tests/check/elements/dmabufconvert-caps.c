/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/picture.h"
#include "../helpers/runner.h"
#include "convert.h"

/* What is negotiated, and what is told beside a picture. */

#define RGB "video/x-raw,format=RGB,framerate=30/1,width="
#define SMALL RGB "64,height=48"
#define LARGE RGB "160,height=120"

static GstStructure *
fixated (const char *properties, const char *in, const char *out)
{
  GstHarness *harness = convert_new (properties, in, out);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->sinkpad);
  GstStructure *s;

  fail_unless (caps != NULL, "%s to %s", in, out);
  s = gst_structure_copy (gst_caps_get_structure (caps, 0));
  convert_free (harness);
  return s;
}

static void
assert_fixated (const char *in, const char *out, const char *format, gint width,
    gint height, gint par_n, gint par_d)
{
  g_autoptr (GstStructure) s = fixated (CONVERT_FAST, in, out);
  g_autofree gchar *text = gst_structure_to_string (s);
  gint w, h, n = 1, d = 1;

  gst_structure_get (
      s, "width", G_TYPE_INT, &w, "height", G_TYPE_INT, &h, NULL);
  gst_structure_get_fraction (s, "pixel-aspect-ratio", &n, &d);
  fail_unless (g_str_equal (gst_structure_get_string (s, "format"), format) &&
                   w == width && h == height && n == par_n && d == par_d,
      "%s becomes %s", in, text);
}

GST_START_TEST (the_size_is_kept_when_the_format_cannot_be)
{
  assert_fixated (LARGE, "video/x-raw,format=YUY2", "YUY2", 160, 120, 1, 1);
}
GST_END_TEST;

GST_START_TEST (the_format_is_kept_when_the_size_cannot_be)
{
  assert_fixated (LARGE, "video/x-raw,width=64,height=48", "RGB", 64, 48, 1, 1);
  assert_fixated ("video/x-raw,format=BGR,width=160,height=120",
      "video/x-raw,width=64,height=48", "BGR", 64, 48, 1, 1);
}
GST_END_TEST;

GST_START_TEST (of_other_formats_that_which_loses_least_is_taken)
{
  assert_fixated (
      LARGE, "video/x-raw,format={RGB16,YUY2,BGR}", "BGR", 160, 120, 1, 1);
  assert_fixated (
      LARGE, "video/x-raw,format={RGB16,YUY2}", "YUY2", 160, 120, 1, 1);
}
GST_END_TEST;

GST_START_TEST (one_side_gives_the_other)
{
  assert_fixated (LARGE, "video/x-raw,width=320", "RGB", 320, 240, 1, 1);
  assert_fixated (LARGE, "video/x-raw,height=240", "RGB", 320, 240, 1, 1);
}
GST_END_TEST;

GST_START_TEST (the_shape_is_kept_within_limits)
{
  assert_fixated (LARGE, "video/x-raw,width=[1,80]", "RGB", 80, 60, 1, 1);
  assert_fixated (LARGE, "video/x-raw,height=[1,60]", "RGB", 80, 60, 1, 1);
}
GST_END_TEST;

GST_START_TEST (pixels_change_their_shape_when_the_picture_cannot_keep_its)
{
  assert_fixated (LARGE ",pixel-aspect-ratio=1/1",
      "video/x-raw,width=160,height=60", "RGB", 160, 60, 1, 2);
}
GST_END_TEST;

GST_START_TEST (pixels_of_another_shape_are_made_square)
{
  assert_fixated (RGB "160,height=120,pixel-aspect-ratio=2/1",
      "video/x-raw,pixel-aspect-ratio=1/1,height=120", "RGB", 320, 120, 1, 1);
}
GST_END_TEST;

static GstCaps *
query_sink (const char *filter)
{
  GstHarness *harness = gst_harness_new ("dmabufconvert");
  g_autoptr (GstPad)
      pad = gst_element_get_static_pad (harness->element, "sink");
  g_autoptr (GstCaps) wanted = gst_caps_from_string (filter);
  GstCaps *caps;

  gst_harness_set_sink_caps_str (
      harness, "video/x-raw,format=BGR,width=64,height=48");
  caps = gst_pad_query_caps (pad, wanted);
  gst_harness_teardown (harness);
  return caps;
}

/* vim2m has even widths, and cannot cut off the rest. */
GST_START_TEST (widths_that_the_device_cannot_cut_are_not_taken)
{
  g_autoptr (GstCaps) odd = query_sink (RGB "65,height=49");
  g_autoptr (GstCaps) even = query_sink (RGB "66,height=49");

  fail_unless (gst_caps_is_empty (odd));
  fail_if (gst_caps_is_empty (even));
}
GST_END_TEST;

GST_START_TEST (pictures_of_fields_are_not_converted)
{
  g_autoptr (GstCaps)
      caps = query_sink (RGB "160,height=120,interlace-mode=interleaved");

  fail_unless (gst_caps_is_empty (caps));
}
GST_END_TEST;

GST_START_TEST (colours_are_carried_over)
{
  g_autoptr (GstStructure) yuv = fixated (
      CONVERT_FAST, SMALL ",colorimetry=sRGB", "video/x-raw,format=YUY2");
  g_autoptr (GstStructure) rgb = fixated (
      CONVERT_FAST, SMALL ",colorimetry=sRGB", "video/x-raw,format=BGR");
  GstVideoColorimetry colorimetry;

  fail_unless_equals_string (
      gst_structure_get_string (rgb, "colorimetry"), "sRGB");
  fail_unless (gst_video_colorimetry_from_string (
      &colorimetry, gst_structure_get_string (yuv, "colorimetry")));
  fail_unless_equals_int (colorimetry.matrix, GST_VIDEO_COLOR_MATRIX_BT601);
  fail_unless_equals_int (colorimetry.range, GST_VIDEO_COLOR_RANGE_16_235);
  fail_unless_equals_int (
      colorimetry.primaries, GST_VIDEO_COLOR_PRIMARIES_BT709);
}
GST_END_TEST;

GST_START_TEST (usual_colours_are_no_warning)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST, SMALL, "video/x-raw,format=YUY2");
  g_autoptr (GstBus) bus = gst_element_get_bus (harness->element);

  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING) == NULL);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (colours_that_the_device_does_not_make_are_told)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST, SMALL, "video/x-raw,format=YUY2,colorimetry=bt709");
  g_autofree gchar *text = convert_message (harness, GST_MESSAGE_WARNING, NULL);

  fail_unless (strstr (text, "Colours") != NULL, "%s", text);
  convert_free (harness);
}
GST_END_TEST;

/* --- metas -------------------------------------------------------------- */

static GstBuffer *
convert_with_metas (GstHarness *harness)
{
  g_autoptr (GstCaps) clock = gst_caps_from_string ("timestamp/x-test");
  GstBuffer *given = convert_picture (harness, 0);

  gst_buffer_add_reference_timestamp_meta (
      given, clock, 12345, GST_CLOCK_TIME_NONE);
  gst_buffer_add_video_region_of_interest_meta (given, "face", 8, 4, 16, 12);
  return gst_harness_push_and_pull (harness, given);
}

GST_START_TEST (what_stays_true_of_a_picture_stays_with_it)
{
  GstHarness *harness = convert_new (CONVERT_FAST, SMALL, RGB "128,height=96");
  GstBuffer *made = convert_with_metas (harness);
  GstReferenceTimestampMeta *stamp = gst_buffer_get_reference_timestamp_meta (
      made, NULL);
  GstVideoRegionOfInterestMeta *region =
      gst_buffer_get_video_region_of_interest_meta_id (made, 0);

  fail_unless (stamp != NULL);
  fail_unless_equals_uint64 (stamp->timestamp, 12345);
  fail_unless (region != NULL);
  fail_unless_equals_int (region->x, 16);
  fail_unless_equals_int (region->y, 8);
  fail_unless_equals_int (region->w, 32);
  fail_unless_equals_int (region->h, 24);
  fail_unless_equals_int (
      gst_buffer_get_n_meta (made, GST_VIDEO_META_API_TYPE), 1);
  gst_buffer_unref (made);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (regions_of_a_turned_picture_are_left_out)
{
  GstHarness *harness = convert_new (
      CONVERT_FAST " video-direction=horiz", SMALL, SMALL);
  GstBuffer *made = convert_with_metas (harness);

  fail_unless (
      gst_buffer_get_video_region_of_interest_meta_id (made, 0) == NULL);
  fail_unless (gst_buffer_get_reference_timestamp_meta (made, NULL) != NULL);
  gst_buffer_unref (made);
  convert_free (harness);
}
GST_END_TEST;

/* --- a part of a picture ------------------------------------------------ */

static GstBuffer *
cropped (GstHarness *harness, guint x, guint y, guint width, guint height)
{
  GstBuffer *given = convert_picture (harness, 3);
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (given);

  crop->x = x;
  crop->y = y;
  crop->width = width;
  crop->height = height;
  return given;
}

static void
assert_part (GstHarness *harness, guint x, guint y, guint width, guint height)
{
  const struct convert_part part = { x, y, width, height };
  GstBuffer *given = cropped (harness, x, y, width, height);
  GstBuffer *made = gst_harness_push_and_pull (harness, gst_buffer_ref (given));
  GstVideoInfo before = convert_info_in (harness);
  GstVideoInfo after = convert_info_out (harness);

  fail_unless (made != NULL);
  fail_unless (gst_buffer_get_video_crop_meta (made) == NULL);
  convert_assert_like_vim2m (made, &after, given, &before, &part, FALSE, FALSE);
  gst_buffer_unref (given);
  gst_buffer_unref (made);
}

GST_START_TEST (a_part_is_not_cut_out_where_copies_are_forbidden)
{
  GstHarness *harness = convert_new (CONVERT_FAST, LARGE, SMALL);
  g_autofree gchar *text = NULL, *debug = NULL;

  gst_util_set_object_arg (
      G_OBJECT (harness->element), "copy-policy", "forbid");
  fail_unless_equals_int (
      gst_harness_push (harness, cropped (harness, 11, 7, 80, 60)),
      GST_FLOW_ERROR);
  text = convert_message (harness, GST_MESSAGE_ERROR, &debug);
  fail_unless (strstr (text, "have to be copied") != NULL, "%s", text);
  fail_unless (strstr (debug, "copy-policy") != NULL, "%s", debug);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (a_part_that_the_device_cannot_cut_out_is_copied_and_told)
{
  GstHarness *harness = convert_new (CONVERT_FAST, LARGE, SMALL);
  g_autofree gchar *text = NULL, *debug = NULL, *crop = NULL;

  assert_part (harness, 11, 7, 80, 60);
  text = convert_message (harness, GST_MESSAGE_WARNING, &debug);
  fail_unless (strstr (text, "copied") != NULL, "%s", text);
  fail_unless (strstr (debug, "V4L2_SEL_TGT_CROP") != NULL, "%s", debug);
  crop = convert_stat_string (harness, "crop");
  fail_unless_equals_string (crop, "copy");
  fail_unless_equals_uint64 (convert_stat (harness, "copies"), 1);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (the_part_may_move_grow_and_go)
{
  GstHarness *harness = convert_new (CONVERT_FAST, LARGE, SMALL);

  assert_part (harness, 10, 8, 80, 60);
  assert_part (harness, 13, 60, 80, 60);
  assert_part (harness, 0, 0, 120, 90);
  assert_part (harness, 0, 0, 160, 120);
  gst_buffer_unref (convert_one (harness, 0));
  assert_part (harness, 32, 32, 64, 48);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (of_frames_that_would_pass_a_part_is_cut_out)
{
  GstHarness *harness = convert_new (CONVERT_FAST, LARGE, LARGE);
  GstBuffer *given = convert_picture (harness, 0);
  GstBuffer *made;

  assert_part (harness, 40, 30, 80, 60);
  made = gst_harness_push_and_pull (harness, gst_buffer_ref (given));
  fail_unless (made == given);
  gst_buffer_unref (made);
  gst_buffer_unref (given);
  convert_free (harness);
}
GST_END_TEST;

GST_START_TEST (who_cuts_out_parts_itself_gets_them_as_they_are)
{
  GstHarness *harness = convert_new (CONVERT_FAST, LARGE, LARGE);
  GstBuffer *given, *made;

  gst_harness_add_propose_allocation_meta (
      harness, GST_VIDEO_CROP_META_API_TYPE, NULL);
  given = cropped (harness, 40, 30, 80, 60);
  made = gst_harness_push_and_pull (harness, gst_buffer_ref (given));
  fail_unless (made == given);
  gst_buffer_unref (made);
  gst_buffer_unref (given);
  convert_free (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (the_size_is_kept_when_the_format_cannot_be),
    RUNNER_TEST (the_format_is_kept_when_the_size_cannot_be),
    RUNNER_TEST (of_other_formats_that_which_loses_least_is_taken),
    RUNNER_TEST (one_side_gives_the_other),
    RUNNER_TEST (the_shape_is_kept_within_limits),
    RUNNER_TEST (pixels_change_their_shape_when_the_picture_cannot_keep_its),
    RUNNER_TEST (pixels_of_another_shape_are_made_square),
    RUNNER_TEST (widths_that_the_device_cannot_cut_are_not_taken),
    RUNNER_TEST (pictures_of_fields_are_not_converted),
    RUNNER_TEST (colours_are_carried_over),
    RUNNER_TEST (usual_colours_are_no_warning),
    RUNNER_TEST (colours_that_the_device_does_not_make_are_told),
    RUNNER_TEST (what_stays_true_of_a_picture_stays_with_it),
    RUNNER_TEST (regions_of_a_turned_picture_are_left_out),
    RUNNER_TEST (a_part_is_not_cut_out_where_copies_are_forbidden),
    RUNNER_TEST (a_part_that_the_device_cannot_cut_out_is_copied_and_told),
    RUNNER_TEST (the_part_may_move_grow_and_go),
    RUNNER_TEST (of_frames_that_would_pass_a_part_is_cut_out),
    RUNNER_TEST (who_cuts_out_parts_itself_gets_them_as_they_are))
