/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "v4l2-encoder.h"

#include "gst-libs/v4l2/gstzcv4l2grades.h"

#include <errno.h>

#define H264_PROFILE V4L2_CID_MPEG_VIDEO_H264_PROFILE
#define H264_LEVEL V4L2_CID_MPEG_VIDEO_H264_LEVEL
#define MAIN V4L2_MPEG_VIDEO_H264_PROFILE_MAIN
#define HIGH V4L2_MPEG_VIDEO_H264_PROFILE_HIGH
#define BIT(n) (G_GUINT64_CONSTANT (1) << (n))

static const GstZcV4l2Load full_hd = { 1920, 1080, 30, 1, 10000000 };

/* --- what a device has -------------------------------------------------- */

/* As hantro: baseline to high without extended; levels to 5.1. */
static void
set_up (GstZcV4l2Grades *grades)
{
  encoder_set_up ();
  encoder_add_menu (H264_PROFILE, 0, V4L2_MPEG_VIDEO_H264_PROFILE_HIGH,
      BIT (V4L2_MPEG_VIDEO_H264_PROFILE_EXTENDED),
      V4L2_MPEG_VIDEO_H264_PROFILE_MAIN);
  encoder_add_menu (H264_LEVEL, 0, V4L2_MPEG_VIDEO_H264_LEVEL_5_1,
      BIT (V4L2_MPEG_VIDEO_H264_LEVEL_1B), V4L2_MPEG_VIDEO_H264_LEVEL_1_0);
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (grades, &encoder.device, V4L2_PIX_FMT_H264), 0);
}

static void
assert_offer (const GstZcV4l2Grades *grades, const char *text)
{
  g_autoptr (GstStructure) got = gst_structure_new_empty ("video/x-h264");
  g_autoptr (GstStructure) wanted = gst_structure_from_string (text, NULL);

  gst_zc_v4l2_grades_offer (grades, got);
  fail_unless (gst_structure_is_equal (got, wanted), "%s",
      gst_structure_to_string (got));
}

GST_START_TEST (what_the_driver_has_is_offered)
{
  GstZcV4l2Grades grades;

  set_up (&grades);
  assert_offer (&grades,
      "video/x-h264,profile=(string){baseline,constrained-baseline,main,high},"
      "level=(string){1,1.1,1.2,1.3,2,2.1,2.2,3,3.1,3.2,4,4.1,4.2,5,5.1}");
}
GST_END_TEST;

GST_START_TEST (what_the_driver_has_no_control_for_is_not_said)
{
  GstZcV4l2Grades grades;

  encoder_set_up ();
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_H264), 0);
  assert_offer (&grades, "video/x-h264");
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_FWHT), 0);
  assert_offer (&grades, "video/x-h264");
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_NV12), 0);
  assert_offer (&grades, "video/x-h264");
}
GST_END_TEST;

/* A kernel that is newer than our names, and a menu that is none. */
GST_START_TEST (what_has_no_name_is_not_offered)
{
  GstZcV4l2Grades grades;

  encoder_set_up ();
  encoder_add_menu (H264_PROFILE, 16, 63, 0, 60);
  encoder_add (H264_LEVEL, V4L2_CTRL_TYPE_INTEGER, 0, 20, 4);
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_H264), 0);
  assert_offer (&grades,
      "video/x-h264,profile=(string){multiview-high,constrained-high}");
  fail_unless_equals_int (grades.menu[GST_ZC_V4L2_MENU_PROFILE].current, -1);
}
GST_END_TEST;

GST_START_TEST (each_errno_of_reading_comes_out)
{
  static const unsigned long requests[] = { VIDIOC_QUERY_EXT_CTRL,
    VIDIOC_QUERYMENU, VIDIOC_G_EXT_CTRLS };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    GstZcV4l2Grades grades;

    set_up (&grades);
    encoder.failing = requests[i];
    encoder.error = ENODEV;
    fail_unless_equals_int (
        gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_H264),
        -ENODEV);
    assert_offer (&grades, "video/x-h264");
  }
}
GST_END_TEST;

/* --- choosing ----------------------------------------------------------- */

/* Returns whether all that is wanted can be had. */
static gboolean
choose (const GstZcV4l2Grades *grades, const char *wanted,
    const GstZcV4l2Load *load, GstZcV4l2GradeChoice *choice)
{
  g_autoptr (GstStructure) s = wanted ? gst_structure_from_string (wanted, NULL)
                                      : NULL;

  return gst_zc_v4l2_grades_choose (grades, s, load, choice);
}

/* What is chosen, or stays. */
static gint
get (const GstZcV4l2Grades *grades, const GstZcV4l2GradeChoice *choice,
    GstZcV4l2MenuKind kind)
{
  return choice->value[kind] >= 0 ? choice->value[kind]
                                  : grades->menu[kind].current;
}

static void
assert_choice (const GstZcV4l2Grades *grades, const char *wanted,
    const GstZcV4l2Load *load, gint profile, gint level)
{
  GstZcV4l2GradeChoice choice;

  fail_unless (choose (grades, wanted, load, &choice));
  fail_unless_equals_int (
      get (grades, &choice, GST_ZC_V4L2_MENU_PROFILE), profile);
  fail_unless_equals_int (get (grades, &choice, GST_ZC_V4L2_MENU_LEVEL), level);
  fail_if (choice.exceeded);
}

GST_START_TEST (the_level_is_the_least_that_is_enough)
{
  GstZcV4l2Load load = { 1280, 720, 30, 1, 0 };
  GstZcV4l2Grades grades;

  set_up (&grades);
  assert_choice (&grades, NULL, &full_hd, MAIN, V4L2_MPEG_VIDEO_H264_LEVEL_4_0);
  assert_choice (&grades, NULL, &load, MAIN, V4L2_MPEG_VIDEO_H264_LEVEL_3_1);
  load.bitrate = 20000000;
  assert_choice (&grades, NULL, &load, MAIN, V4L2_MPEG_VIDEO_H264_LEVEL_3_2);
}
GST_END_TEST;

GST_START_TEST (the_level_counts_the_bits_of_the_profile)
{
  GstZcV4l2Load load = full_hd;
  GstZcV4l2Grades grades;

  set_up (&grades);
  load.bitrate = 25000000;
  assert_choice (&grades, "c,profile=main", &load,
      V4L2_MPEG_VIDEO_H264_PROFILE_MAIN, V4L2_MPEG_VIDEO_H264_LEVEL_4_1);
  assert_choice (&grades, "c,profile=high", &load,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH, V4L2_MPEG_VIDEO_H264_LEVEL_4_0);
  encoder_find (H264_PROFILE)->value = HIGH;
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_H264), 0);
  assert_choice (&grades, NULL, &load, HIGH, V4L2_MPEG_VIDEO_H264_LEVEL_4_0);
}
GST_END_TEST;

/* The driver lacks 1b: the next that is enough. */
GST_START_TEST (the_level_is_one_that_the_driver_has)
{
  const GstZcV4l2Load load = { 176, 144, 15, 1, 128000 };
  GstZcV4l2Grades grades;

  set_up (&grades);
  assert_choice (&grades, NULL, &load, MAIN, V4L2_MPEG_VIDEO_H264_LEVEL_1_1);
}
GST_END_TEST;

GST_START_TEST (the_level_is_one_that_downstream_takes)
{
  GstZcV4l2Grades grades;

  set_up (&grades);
  assert_choice (&grades, "c,level=(string){3.1,4.2,5}", &full_hd, MAIN,
      V4L2_MPEG_VIDEO_H264_LEVEL_4_2);
  assert_choice (&grades, "c,level=(string)5.1", &full_hd, MAIN,
      V4L2_MPEG_VIDEO_H264_LEVEL_5_1);
}
GST_END_TEST;

GST_START_TEST (a_level_that_is_too_low_is_told)
{
  const GstZcV4l2Load load = { 3840, 2160, 60, 1, 0 };
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  set_up (&grades);
  fail_unless (choose (&grades, NULL, &load, &choice));
  fail_unless (choice.exceeded);
  fail_unless_equals_int (
      choice.value[GST_ZC_V4L2_MENU_LEVEL], V4L2_MPEG_VIDEO_H264_LEVEL_5_1);

  fail_unless (
      choose (&grades, "c,level=(string){1,3.1,3}", &full_hd, &choice));
  fail_unless (choice.exceeded);
  fail_unless_equals_int (
      choice.value[GST_ZC_V4L2_MENU_LEVEL], V4L2_MPEG_VIDEO_H264_LEVEL_3_1);
}
GST_END_TEST;

GST_START_TEST (the_drivers_own_profile_is_kept_if_it_may_be)
{
  GstZcV4l2Grades grades;

  set_up (&grades);
  assert_choice (&grades, "c,profile=(string){high,main}", &full_hd,
      V4L2_MPEG_VIDEO_H264_PROFILE_MAIN, V4L2_MPEG_VIDEO_H264_LEVEL_4_0);
  assert_choice (&grades, "c,profile=(string){high-10,high,baseline}", &full_hd,
      V4L2_MPEG_VIDEO_H264_PROFILE_HIGH, V4L2_MPEG_VIDEO_H264_LEVEL_4_0);
}
GST_END_TEST;

static void
set (GstZcV4l2Grades *grades, const char *wanted, const GstZcV4l2Load *load)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2MenuKind failed;

  fail_unless (choose (grades, wanted, load, &choice));
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (grades, &encoder.device, &choice, &failed), 0);
}

GST_START_TEST (the_drivers_own_profile_comes_back)
{
  GstZcV4l2Grades grades;

  set_up (&grades);
  set (&grades, "c,profile=high", &full_hd);
  fail_unless_equals_int (encoder_find (H264_PROFILE)->value, HIGH);
  set (&grades, NULL, &full_hd);
  fail_unless_equals_int (encoder_find (H264_PROFILE)->value, MAIN);
}
GST_END_TEST;

GST_START_TEST (what_the_driver_does_not_have_is_refused)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  set_up (&grades);
  fail_if (choose (
      &grades, "c,profile=(string){extended,high-10}", &full_hd, &choice));
  fail_unless_equals_int (choice.refused, BIT (GST_ZC_V4L2_MENU_PROFILE));
  fail_if (choose (&grades, "c,level=(string)6.2", &full_hd, &choice));
  fail_unless_equals_int (choice.refused, BIT (GST_ZC_V4L2_MENU_LEVEL));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_LEVEL], -1);
}
GST_END_TEST;

/* --- HEVC and AV1 ------------------------------------------------------- */

static void
set_up_hevc (GstZcV4l2Grades *grades, guint64 skipped_tiers)
{
  encoder_set_up ();
  encoder_add_menu (V4L2_CID_MPEG_VIDEO_HEVC_PROFILE, 0, 2, 0, 0);
  encoder_add_menu (V4L2_CID_MPEG_VIDEO_HEVC_TIER, 0, 1, skipped_tiers, 0);
  encoder_add_menu (
      V4L2_CID_MPEG_VIDEO_HEVC_LEVEL, 0, V4L2_MPEG_VIDEO_HEVC_LEVEL_4_1, 0, 0);
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (grades, &encoder.device, V4L2_PIX_FMT_HEVC), 0);
}

GST_START_TEST (the_high_tier_is_for_bits_that_no_level_has)
{
  GstZcV4l2Load load = { 1920, 1080, 30, 1, 20000000 };
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  set_up_hevc (&grades, 0);
  fail_unless (choose (&grades, NULL, &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_TIER], -1);
  fail_unless_equals_int (
      choice.value[GST_ZC_V4L2_MENU_LEVEL], V4L2_MPEG_VIDEO_HEVC_LEVEL_4_1);

  load.bitrate = 25000000;
  fail_unless (choose (&grades, NULL, &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_TIER], 1);
  fail_unless_equals_int (
      choice.value[GST_ZC_V4L2_MENU_LEVEL], V4L2_MPEG_VIDEO_HEVC_LEVEL_4);
  fail_if (choice.exceeded);
}
GST_END_TEST;

GST_START_TEST (a_tier_that_is_asked_for_is_kept)
{
  GstZcV4l2Load load = { 1920, 1080, 30, 1, 25000000 };
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  set_up_hevc (&grades, 0);
  fail_unless (choose (&grades, "c,tier=main", &load, &choice));
  fail_unless_equals_int (get (&grades, &choice, GST_ZC_V4L2_MENU_TIER), 0);
  fail_unless (choice.exceeded);

  load.bitrate = 0;
  fail_unless (choose (&grades, "c,tier=high", &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_TIER], 1);
  fail_unless_equals_int (
      choice.value[GST_ZC_V4L2_MENU_LEVEL], V4L2_MPEG_VIDEO_HEVC_LEVEL_4);

  set_up_hevc (&grades, BIT (1));
  fail_if (choose (&grades, "c,tier=high", &load, &choice));
}
GST_END_TEST;

GST_START_TEST (the_tier_comes_back)
{
  GstZcV4l2Load load = { 1920, 1080, 30, 1, 25000000 };
  GstZcV4l2Grades grades;

  set_up_hevc (&grades, 0);
  set (&grades, NULL, &load);
  fail_unless_equals_int (
      encoder_find (V4L2_CID_MPEG_VIDEO_HEVC_TIER)->value, 1);
  load.bitrate = 1000000;
  set (&grades, NULL, &load);
  fail_unless_equals_int (
      encoder_find (V4L2_CID_MPEG_VIDEO_HEVC_TIER)->value, 0);
}
GST_END_TEST;

GST_START_TEST (samples_keep_their_bits)
{
  GstZcV4l2Load load = full_hd;
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  set_up_hevc (&grades, 0);
  load.depth = 10;
  fail_unless (choose (&grades, NULL, &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_PROFILE],
      V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN_10);
  fail_unless (
      choose (&grades, "c,profile=(string){main,main-10}", &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_PROFILE],
      V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN_10);
  fail_if (choice.shallow);
  load.depth = 8;
  fail_unless (choose (&grades, NULL, &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_PROFILE], -1);
}
GST_END_TEST;

/* Who takes main alone has it: encoders round. */
GST_START_TEST (samples_lose_bits_where_downstream_says_so)
{
  GstZcV4l2Load load = full_hd;
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  set_up_hevc (&grades, 0);
  load.depth = 10;
  fail_unless (choose (&grades, "c,profile=main", &load, &choice));
  fail_unless_equals_int (get (&grades, &choice, GST_ZC_V4L2_MENU_PROFILE),
      V4L2_MPEG_VIDEO_HEVC_PROFILE_MAIN);
  fail_unless (choice.shallow);
}
GST_END_TEST;

/* A tier without a level. */
GST_START_TEST (without_levels_the_tier_is_the_main_one)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  encoder_set_up ();
  encoder_add_menu (V4L2_CID_MPEG_VIDEO_HEVC_TIER, 0, 1, 0, 1);
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_HEVC), 0);
  fail_unless (choose (&grades, NULL, &full_hd, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_TIER], 0);
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_LEVEL], -1);
  fail_if (choice.exceeded);
}
GST_END_TEST;

#ifdef V4L2_CID_MPEG_VIDEO_AV1_LEVEL
#define AV1_LEVEL V4L2_CID_MPEG_VIDEO_AV1_LEVEL
#else
#define AV1_LEVEL (V4L2_CID_CODEC_BASE + 656)
#endif

/* 6.3 is the last of which the specification says what it allows. */
GST_START_TEST (a_level_without_limits_is_not_chosen_unasked)
{
  const GstZcV4l2Load load = { 16384, 16384, 120, 1, 0 };
  GstZcV4l2GradeChoice choice;
  GstZcV4l2Grades grades;

  encoder_set_up ();
  encoder_add_menu (AV1_LEVEL, 0, 23, 0, 0);
  fail_unless_equals_int (gst_zc_v4l2_grades_read (&grades, &encoder.device,
                              v4l2_fourcc ('A', 'V', '0', '1')),
      0);
  fail_unless (choose (&grades, NULL, &full_hd, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_LEVEL], 8); /* 4.0 */
  fail_unless (choose (&grades, NULL, &load, &choice));
  fail_unless (choice.exceeded);
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_LEVEL], 19);
  fail_unless (choose (&grades, "c,level=(string)7.3", &load, &choice));
  fail_unless_equals_int (choice.value[GST_ZC_V4L2_MENU_LEVEL], 23);
}
GST_END_TEST;

/* --- setting ------------------------------------------------------------ */

static void
assert_told (
    const GstZcV4l2Grades *grades, const char *before, const char *after)
{
  g_autoptr (GstStructure) s = gst_structure_from_string (before, NULL);
  g_autoptr (GstStructure) wanted = gst_structure_from_string (after, NULL);

  gst_zc_v4l2_grades_tell (grades, s);
  fail_unless (
      gst_structure_is_equal (s, wanted), "%s", gst_structure_to_string (s));
}

GST_START_TEST (the_profile_is_set_before_the_level)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2MenuKind failed;
  GstZcV4l2Grades grades;

  set_up (&grades);
  fail_unless (choose (&grades, "c,profile=high", &full_hd, &choice));
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (&grades, &encoder.device, &choice, &failed), 0);
  fail_unless_equals_int (encoder_find (H264_PROFILE)->order, 1);
  fail_unless_equals_int (encoder_find (H264_LEVEL)->order, 2);
  assert_told (&grades, "c", "c,profile=high,level=(string)4");
}
GST_END_TEST;

GST_START_TEST (what_nobody_asked_for_is_not_touched)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2MenuKind failed;
  GstZcV4l2Grades grades;

  set_up (&grades);
  fail_unless (choose (&grades, NULL, &full_hd, &choice));
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (&grades, &encoder.device, &choice, &failed), 0);
  fail_unless_equals_int (encoder_find (H264_PROFILE)->order, 0);
  assert_told (&grades, "c", "c,profile=main,level=(string)4");
}
GST_END_TEST;

GST_START_TEST (what_the_driver_makes_of_it_is_told)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2MenuKind failed;
  GstZcV4l2Grades grades;

  set_up (&grades);
  encoder_find (H264_LEVEL)->at_most = V4L2_MPEG_VIDEO_H264_LEVEL_3_1;
  encoder_find (H264_PROFILE)->at_most =
      V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE;
  fail_unless (choose (&grades, "c,profile=high", &full_hd, &choice));
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (&grades, &encoder.device, &choice, &failed), 0);
  assert_told (&grades, "c,profile=high",
      "c,profile=constrained-baseline,level=(string)3.1");
}
GST_END_TEST;

GST_START_TEST (what_nobody_knows_is_not_told)
{
  GstZcV4l2Grades grades;

  encoder_set_up ();
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &encoder.device, V4L2_PIX_FMT_H264), 0);
  assert_told (&grades, "c,profile=high,level=(string)4", "c");
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_set_is_named)
{
  GstZcV4l2GradeChoice choice;
  GstZcV4l2MenuKind failed;
  GstZcV4l2Grades grades;

  set_up (&grades);
  fail_unless (choose (&grades, "c,profile=high", &full_hd, &choice));
  encoder_find (H264_LEVEL)->info.flags = V4L2_CTRL_FLAG_GRABBED;
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (&grades, &encoder.device, &choice, &failed),
      -EBUSY);
  fail_unless_equals_int (failed, GST_ZC_V4L2_MENU_LEVEL);
  fail_unless_equals_int (
      encoder_find (H264_PROFILE)->value, V4L2_MPEG_VIDEO_H264_PROFILE_HIGH);

  encoder.failing = VIDIOC_G_EXT_CTRLS;
  encoder.error = ENODEV;
  choice.value[GST_ZC_V4L2_MENU_LEVEL] = -1;
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (&grades, &encoder.device, &choice, &failed),
      -ENODEV);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (what_the_driver_has_is_offered),
    RUNNER_TEST (what_the_driver_has_no_control_for_is_not_said),
    RUNNER_TEST (what_has_no_name_is_not_offered),
    RUNNER_TEST (each_errno_of_reading_comes_out),
    RUNNER_TEST (the_level_is_the_least_that_is_enough),
    RUNNER_TEST (the_level_counts_the_bits_of_the_profile),
    RUNNER_TEST (the_level_is_one_that_the_driver_has),
    RUNNER_TEST (the_level_is_one_that_downstream_takes),
    RUNNER_TEST (a_level_that_is_too_low_is_told),
    RUNNER_TEST (the_drivers_own_profile_is_kept_if_it_may_be),
    RUNNER_TEST (the_drivers_own_profile_comes_back),
    RUNNER_TEST (what_the_driver_does_not_have_is_refused),
    RUNNER_TEST (the_high_tier_is_for_bits_that_no_level_has),
    RUNNER_TEST (a_tier_that_is_asked_for_is_kept),
    RUNNER_TEST (the_tier_comes_back), RUNNER_TEST (samples_keep_their_bits),
    RUNNER_TEST (samples_lose_bits_where_downstream_says_so),
    RUNNER_TEST (without_levels_the_tier_is_the_main_one),
    RUNNER_TEST (a_level_without_limits_is_not_chosen_unasked),
    RUNNER_TEST (the_profile_is_set_before_the_level),
    RUNNER_TEST (what_nobody_asked_for_is_not_touched),
    RUNNER_TEST (what_the_driver_makes_of_it_is_told),
    RUNNER_TEST (what_nobody_knows_is_not_told),
    RUNNER_TEST (what_cannot_be_set_is_named))
