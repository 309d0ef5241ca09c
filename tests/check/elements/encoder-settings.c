/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/runner.h"

#include "gst-libs/v4l2/gstzcv4l2encodersettings.h"
#include "gst-libs/v4l2/gstzcv4l2grades.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* vicodec's encoder has GOP size and quantization of FWHT, and no more. */

static char path[64];
static struct zc_v4l2_device device;
static GstZcV4l2EncoderSettings settings;
static GstZcV4l2Controls *controls;
static GPtrArray *complaints;

static void
set_up (void)
{
  if (!devices_find_node ("vicodec",
          V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE, path, sizeof (path)))
    runner_skip ("there is no vicodec");
  device.path = path;
  device.fd = open (path, O_RDWR | O_CLOEXEC);
  fail_unless (device.fd >= 0, "%s", path);
  gst_zc_v4l2_encoder_settings_init (&settings);
  controls = gst_zc_v4l2_controls_new (&device);
  complaints = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (void)
{
  g_ptr_array_unref (complaints);
  gst_zc_v4l2_controls_free (controls);
  gst_zc_v4l2_encoder_settings_clear (&settings);
  close (device.fd);
}

static guint
apply (void)
{
  GArray *done = gst_zc_v4l2_encoder_settings_apply (
      &settings, controls, V4L2_PIX_FMT_FWHT, complaints);
  guint n = done->len;

  g_array_unref (done);
  return n;
}

static gint
get (guint32 id)
{
  struct v4l2_control control = { .id = id };

  fail_unless_equals_int (ioctl (device.fd, VIDIOC_G_CTRL, &control), 0);
  return control.value;
}

static void
assert_complaint (guint index, const char *words)
{
  fail_unless (complaints->len > index, "no complaint %u: %s", index, words);
  fail_unless (strstr (g_ptr_array_index (complaints, index), words) != NULL,
      "%s", (char *) g_ptr_array_index (complaints, index));
}

GST_START_TEST (a_real_encoder_takes_its_settings)
{
  set_up ();
  settings.number[GST_ZC_V4L2_SETTING_GOP_SIZE] = 5;
  settings.number[GST_ZC_V4L2_SETTING_QP_I] = 12;
  settings.number[GST_ZC_V4L2_SETTING_QP_P] = 31;
  fail_unless_equals_int (apply (), 3);
  fail_unless_equals_int (complaints->len, 0);
  fail_unless_equals_int (get (V4L2_CID_MPEG_VIDEO_GOP_SIZE), 5);
  fail_unless_equals_int (get (V4L2_CID_FWHT_I_FRAME_QP), 12);
  fail_unless_equals_int (get (V4L2_CID_FWHT_P_FRAME_QP), 31);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_real_encoder_keeps_its_defaults)
{
  set_up ();
  fail_unless_equals_int (apply (), 0);
  fail_unless_equals_int (get (V4L2_CID_MPEG_VIDEO_GOP_SIZE), 10);
  fail_unless_equals_int (get (V4L2_CID_FWHT_I_FRAME_QP), 20);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_real_range_is_named_where_a_value_is_outside)
{
  set_up ();
  settings.number[GST_ZC_V4L2_SETTING_GOP_SIZE] = 17;
  settings.number[GST_ZC_V4L2_SETTING_QP_I] = 0;
  settings.number[GST_ZC_V4L2_SETTING_QP_P] = 30;
  fail_unless_equals_int (apply (), 1);
  fail_unless_equals_int (complaints->len, 2);
  assert_complaint (0, "gop-size (video_gop_size): it cannot be 17");
  assert_complaint (0, "16");
  assert_complaint (1, "qp-i (fwht_i_frame_qp_value): it cannot be 0");
  assert_complaint (1, "31");
  fail_unless_equals_int (get (V4L2_CID_FWHT_P_FRAME_QP), 30);
  fail_unless_equals_int (get (V4L2_CID_FWHT_I_FRAME_QP), 20);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_a_real_encoder_lacks_is_told)
{
  set_up ();
  settings.number[GST_ZC_V4L2_SETTING_BITRATE] = 1000000;
  settings.number[GST_ZC_V4L2_SETTING_QP_MAX] = 20;
  fail_unless_equals_int (apply (), 0);
  fail_unless_equals_int (complaints->len, 2);
  assert_complaint (0, "bitrate: the device has no control");
  assert_complaint (1, "qp-max: FWHT has no such thing");
  fail_unless_equals_int (
      gst_zc_v4l2_encoder_force_key_frame (&device), -EINVAL);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_real_encoder_tells_its_ranges)
{
  GstStructure *all, *qp;
  gint64 least, most;

  set_up ();
  all = gst_zc_v4l2_encoder_settings_describe (
      controls, V4L2_PIX_FMT_FWHT, "ranges");
  fail_unless_equals_int (gst_structure_n_fields (all), 3);
  fail_unless (gst_structure_has_field (all, "gop-size"));
  fail_unless (gst_structure_has_field (all, "qp-p"));
  fail_unless (gst_structure_get (all, "qp-i", GST_TYPE_STRUCTURE, &qp, NULL));
  fail_unless (gst_structure_get_int64 (qp, "minimum", &least));
  fail_unless (gst_structure_get_int64 (qp, "maximum", &most));
  fail_unless_equals_int64 (least, 1);
  fail_unless_equals_int64 (most, 31);
  gst_structure_free (qp);
  gst_structure_free (all);
  tear_down ();
}
GST_END_TEST;

/* FWHT has no profiles. */
GST_START_TEST (a_real_encoder_offers_no_profiles)
{
  const GstZcV4l2Load load = { 640, 480, 30, 1, 0 };
  g_autoptr (GstStructure) s = gst_structure_new_empty ("video/x-fwht");
  GstZcV4l2GradeChoice choice;
  GstZcV4l2MenuKind failed;
  GstZcV4l2Grades grades;

  set_up ();
  fail_unless_equals_int (
      gst_zc_v4l2_grades_read (&grades, &device, V4L2_PIX_FMT_FWHT), 0);
  gst_zc_v4l2_grades_offer (&grades, s);
  fail_unless (gst_zc_v4l2_grades_choose (&grades, s, &load, &choice));
  fail_unless_equals_int (
      gst_zc_v4l2_grades_set (&grades, &device, &choice, &failed), 0);
  gst_zc_v4l2_grades_tell (&grades, s);
  fail_unless_equals_int (gst_structure_n_fields (s), 0);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (a_real_encoder_takes_its_settings),
    RUNNER_TEST (a_real_encoder_keeps_its_defaults),
    RUNNER_TEST (a_real_range_is_named_where_a_value_is_outside),
    RUNNER_TEST (what_a_real_encoder_lacks_is_told),
    RUNNER_TEST (a_real_encoder_tells_its_ranges),
    RUNNER_TEST (a_real_encoder_offers_no_profiles))
