/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "v4l2-encoder.h"

#include "gst-libs/v4l2/gstzcv4l2encodersettings.h"
#include "gst-libs/v4l2/gstzcv4l2encodersettingstypes.h"

#include <errno.h>

#define CID(id) V4L2_CID_MPEG_VIDEO_##id
#define SETTING(id) GST_ZC_V4L2_SETTING_##id

static GstZcV4l2EncoderSettings settings;
static GstZcV4l2Controls *controls;
static GPtrArray *complaints;

/* An encoder without controls, and settings that nobody has set. */
static void
set_up (void)
{
  encoder_set_up ();
  gst_zc_v4l2_encoder_settings_init (&settings);
  controls = gst_zc_v4l2_controls_new (&encoder.device);
  complaints = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (void)
{
  gst_zc_v4l2_encoder_settings_clear (&settings);
  gst_zc_v4l2_controls_free (controls);
  g_ptr_array_unref (complaints);
}

static struct encoder_control *
add_integer (guint32 id)
{
  return encoder_add (id, V4L2_CTRL_TYPE_INTEGER, 0, 1000000, 7);
}

/* Returns how many were set. */
static guint
apply (guint32 fourcc)
{
  GArray *done = gst_zc_v4l2_encoder_settings_apply (
      &settings, controls, fourcc, complaints);
  guint n = done->len;

  g_array_unref (done);
  return n;
}

static void
assert_complaint (guint index, const char *words)
{
  fail_unless (complaints->len > index, "no complaint %u: %s", index, words);
  fail_unless (strstr (g_ptr_array_index (complaints, index), words) != NULL,
      "%s", (char *) g_ptr_array_index (complaints, index));
}

/* --- what is set -------------------------------------------------------- */

GST_START_TEST (what_nobody_has_set_is_left_to_the_driver)
{
  set_up ();
  add_integer (CID (BITRATE));
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 0);
  fail_unless_equals_int (encoder.n_set, 0);
  fail_unless_equals_int (complaints->len, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (all_that_is_wanted_is_set_in_one_call)
{
  set_up ();
  add_integer (CID (BITRATE));
  add_integer (CID (BITRATE_PEAK));
  add_integer (CID (GOP_SIZE));
  add_integer (CID (B_FRAMES));
  settings.number[SETTING (BITRATE)] = 500000;
  settings.number[SETTING (PEAK_BITRATE)] = 900000;
  settings.number[SETTING (GOP_SIZE)] = 60;
  settings.number[SETTING (B_FRAMES)] = 0;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 4);
  fail_unless_equals_int (complaints->len, 0);
  fail_unless_equals_int (encoder.n_set, 1);
  fail_unless_equals_int (encoder_find (CID (BITRATE))->value, 500000);
  fail_unless_equals_int (encoder_find (CID (BITRATE_PEAK))->value, 900000);
  fail_unless_equals_int (encoder_find (CID (GOP_SIZE))->value, 60);
  fail_unless_equals_int (encoder_find (CID (B_FRAMES))->value, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (quantization_is_that_of_the_codec)
{
  static const struct {
    guint32 fourcc, i, p, b, min, max;
  } codecs[] = {
    { V4L2_PIX_FMT_H264, CID (H264_I_FRAME_QP), CID (H264_P_FRAME_QP),
        CID (H264_B_FRAME_QP), CID (H264_MIN_QP), CID (H264_MAX_QP) },
    { V4L2_PIX_FMT_HEVC, CID (HEVC_I_FRAME_QP), CID (HEVC_P_FRAME_QP),
        CID (HEVC_B_FRAME_QP), CID (HEVC_MIN_QP), CID (HEVC_MAX_QP) },
    { V4L2_PIX_FMT_VP8, CID (VPX_I_FRAME_QP), CID (VPX_P_FRAME_QP), 0,
        CID (VPX_MIN_QP), CID (VPX_MAX_QP) },
    { V4L2_PIX_FMT_VP9, CID (VPX_I_FRAME_QP), CID (VPX_P_FRAME_QP), 0,
        CID (VPX_MIN_QP), CID (VPX_MAX_QP) },
    { V4L2_PIX_FMT_MPEG4, CID (MPEG4_I_FRAME_QP), CID (MPEG4_P_FRAME_QP),
        CID (MPEG4_B_FRAME_QP), CID (MPEG4_MIN_QP), CID (MPEG4_MAX_QP) },
    { V4L2_PIX_FMT_H263, CID (H263_I_FRAME_QP), CID (H263_P_FRAME_QP),
        CID (H263_B_FRAME_QP), CID (H263_MIN_QP), CID (H263_MAX_QP) },
    { V4L2_PIX_FMT_FWHT, V4L2_CID_FWHT_I_FRAME_QP, V4L2_CID_FWHT_P_FRAME_QP, 0,
        0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    const guint32 ids[] = { codecs[i].i, codecs[i].p, codecs[i].b,
      codecs[i].min, codecs[i].max };

    set_up ();
    for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
      if (ids[j])
        add_integer (ids[j]);
    for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
      fail_unless_equals_int (
          gst_zc_v4l2_encoder_settings_get_control (
              SETTING (QP_I) + j, controls, codecs[i].fourcc),
          ids[j]);
    tear_down ();
  }
}
GST_END_TEST;

/* Those of H.264 are there: an encoder of both. */
GST_START_TEST (what_another_codec_has_is_not_taken)
{
  set_up ();
  add_integer (CID (H264_MIN_QP));
  add_integer (CID (H264_I_PERIOD));
  add_integer (CID (H264_CPB_SIZE));
  fail_unless_equals_int (gst_zc_v4l2_encoder_settings_get_control (
                              SETTING (QP_MIN), controls, V4L2_PIX_FMT_HEVC),
      0);
  fail_unless_equals_int (gst_zc_v4l2_encoder_settings_get_control (
                              SETTING (GOP_SIZE), controls, V4L2_PIX_FMT_HEVC),
      0);
  settings.number[SETTING (QP_MIN)] = 10;
  settings.number[SETTING (GOP_SIZE)] = 10;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_HEVC), 0);
  fail_unless_equals_int (encoder_find (CID (H264_MIN_QP))->order, 0);
  fail_unless_equals_int (complaints->len, 2);
  tear_down ();
}
GST_END_TEST;

static void
assert_control (guint n, guint32 fourcc, guint32 id)
{
  GstZcV4l2Controls *now = gst_zc_v4l2_controls_new (&encoder.device);

  fail_unless_equals_int (
      gst_zc_v4l2_encoder_settings_get_control (n, now, fourcc), id);
  gst_zc_v4l2_controls_free (now);
}

GST_START_TEST (the_better_control_is_taken_where_there_are_two)
{
  set_up ();
  add_integer (CID (H264_I_PERIOD));
  assert_control (SETTING (GOP_SIZE), V4L2_PIX_FMT_H264, CID (H264_I_PERIOD));
  add_integer (CID (GOP_SIZE));
  assert_control (SETTING (GOP_SIZE), V4L2_PIX_FMT_H264, CID (GOP_SIZE));

  add_integer (CID (VBV_SIZE));
  assert_control (SETTING (BUFFER_SIZE), V4L2_PIX_FMT_H264, CID (VBV_SIZE));
  add_integer (CID (H264_CPB_SIZE));
  assert_control (
      SETTING (BUFFER_SIZE), V4L2_PIX_FMT_H264, CID (H264_CPB_SIZE));
  assert_control (SETTING (BUFFER_SIZE), V4L2_PIX_FMT_MPEG4, CID (VBV_SIZE));

  add_integer (CID (CONSTANT_QUALITY));
  add_integer (V4L2_CID_JPEG_COMPRESSION_QUALITY);
  assert_control (SETTING (QUALITY), V4L2_PIX_FMT_H264, CID (CONSTANT_QUALITY));
  assert_control (
      SETTING (QUALITY), V4L2_PIX_FMT_JPEG, V4L2_CID_JPEG_COMPRESSION_QUALITY);

  add_integer (CID (PREPEND_SPSPPS_TO_IDR));
  assert_control (
      SETTING (REPEAT_HEADERS), V4L2_PIX_FMT_H264, CID (PREPEND_SPSPPS_TO_IDR));
  add_integer (CID (REPEAT_SEQ_HEADER));
  assert_control (
      SETTING (REPEAT_HEADERS), V4L2_PIX_FMT_H264, CID (REPEAT_SEQ_HEADER));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_mode_of_rates_goes_with_rate_control)
{
  struct encoder_control *mode, *enable;

  set_up ();
  mode = encoder_add_menu (CID (BITRATE_MODE), 0, 2, 0, 0);
  enable = encoder_add (CID (FRAME_RC_ENABLE), V4L2_CTRL_TYPE_BOOLEAN, 0, 1, 0);
  settings.number[SETTING (RATE_CONTROL)] = V4L2_MPEG_VIDEO_BITRATE_MODE_CBR;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 2);
  fail_unless_equals_int (mode->value, V4L2_MPEG_VIDEO_BITRATE_MODE_CBR);
  fail_unless_equals_int (enable->value, 1);

  settings.number[SETTING (RATE_CONTROL)] = GST_ZC_V4L2_RATE_FIXED_QP;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 1);
  fail_unless_equals_int (mode->value, V4L2_MPEG_VIDEO_BITRATE_MODE_CBR);
  fail_unless_equals_int (enable->value, 0);
  fail_unless_equals_int (complaints->len, 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (who_cannot_switch_rate_control_off_has_it_on)
{
  set_up ();
  encoder_add_menu (CID (BITRATE_MODE), 0, 1, 0, 0);
  settings.number[SETTING (RATE_CONTROL)] = V4L2_MPEG_VIDEO_BITRATE_MODE_CBR;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 1);
  fail_unless_equals_int (complaints->len, 0);

  settings.number[SETTING (RATE_CONTROL)] = GST_ZC_V4L2_RATE_FIXED_QP;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 0);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, "rate-control: the device has no control");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_slices_size_brings_its_mode)
{
  struct encoder_control *mode, *bytes, *blocks;

  set_up ();
  mode = encoder_add_menu (CID (MULTI_SLICE_MODE), 0, 2, 0, 0);
  bytes = add_integer (CID (MULTI_SLICE_MAX_BYTES));
  blocks = add_integer (CID (MULTI_SLICE_MAX_MB));
  settings.number[SETTING (SLICE_BYTES)] = 1400;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 2);
  fail_unless_equals_int (
      mode->value, V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_MAX_BYTES);
  fail_unless_equals_int (bytes->value, 1400);

  settings.number[SETTING (SLICE_BYTES)] = -1;
  settings.number[SETTING (SLICE_MACROBLOCKS)] = 120;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 2);
  fail_unless_equals_int (mode->value, V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_MAX_MB);
  fail_unless_equals_int (blocks->value, 120);

  settings.number[SETTING (SLICE_MACROBLOCKS)] = 0;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 1);
  fail_unless_equals_int (mode->value, V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_SINGLE);
  fail_unless_equals_int (complaints->len, 0);
  tear_down ();
}
GST_END_TEST;

/* A slice ends by one rule. */
GST_START_TEST (two_sizes_of_slices_are_told)
{
  set_up ();
  encoder_add_menu (CID (MULTI_SLICE_MODE), 0, 2, 0, 0);
  add_integer (CID (MULTI_SLICE_MAX_BYTES));
  add_integer (CID (MULTI_SLICE_MAX_MB));
  settings.number[SETTING (SLICE_BYTES)] = 1400;
  settings.number[SETTING (SLICE_MACROBLOCKS)] = 120;
  apply (V4L2_PIX_FMT_H264);
  fail_unless_equals_int (encoder_find (CID (MULTI_SLICE_MODE))->value,
      V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_MAX_MB);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, "slice-max-bytes (");
  assert_complaint (0, "the first value counts");
  tear_down ();
}
GST_END_TEST;

/* --- what cannot be set ------------------------------------------------- */

GST_START_TEST (what_is_missing_does_not_keep_the_others)
{
  set_up ();
  add_integer (CID (BITRATE));
  settings.number[SETTING (BITRATE)] = 1000;
  settings.number[SETTING (B_FRAMES)] = 2;
  settings.number[SETTING (QP_B)] = 30;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_VP8), 1);
  fail_unless_equals_int (encoder_find (CID (BITRATE))->value, 1000);
  fail_unless_equals_int (complaints->len, 2);
  assert_complaint (0, "b-frames: the device has no control for it");
  assert_complaint (1, "qp-b: VP8 has no such thing");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_out_of_range_names_the_range)
{
  struct encoder_control *bitrate;

  set_up ();
  bitrate = encoder_add (
      CID (BITRATE), V4L2_CTRL_TYPE_INTEGER, 4000, 20000, 5000);
  add_integer (CID (GOP_SIZE));
  settings.number[SETTING (BITRATE)] = 20001;
  settings.number[SETTING (GOP_SIZE)] = 12;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 1);
  fail_unless_equals_int (bitrate->value, 5000);
  fail_unless_equals_int (encoder_find (CID (GOP_SIZE))->value, 12);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, "bitrate (");
  assert_complaint (0, "it cannot be 20001");
  assert_complaint (0, "4000");
  assert_complaint (0, "20000");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_mode_that_the_menu_lacks_is_told)
{
  set_up ();
  encoder_add_menu (CID (BITRATE_MODE), 0, 1, 0, 0);
  settings.number[SETTING (RATE_CONTROL)] = V4L2_MPEG_VIDEO_BITRATE_MODE_CQ;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 0);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, "rate-control (");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_the_driver_makes_of_it_is_told)
{
  set_up ();
  add_integer (CID (BITRATE))->at_most = 64000;
  settings.number[SETTING (BITRATE)] = 64001;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 1);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, "bitrate (");
  assert_complaint (0, "the driver made 64000 of 64001");
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_device_that_is_gone_is_told_once)
{
  set_up ();
  add_integer (CID (BITRATE));
  encoder.failing = VIDIOC_QUERY_EXT_CTRL;
  encoder.error = ENODEV;
  settings.number[SETTING (BITRATE)] = 1000;
  settings.number[SETTING (GOP_SIZE)] = 1000;
  fail_unless_equals_int (apply (V4L2_PIX_FMT_H264), 0);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, g_strerror (ENODEV));
  tear_down ();
}
GST_END_TEST;

/* --- while it runs ------------------------------------------------------ */

static guint
apply_one (guint n)
{
  GArray *done = gst_zc_v4l2_encoder_settings_apply_one (
      &settings, n, controls, V4L2_PIX_FMT_H264, complaints);
  guint n_done = done->len;

  g_array_unref (done);
  return n_done;
}

GST_START_TEST (one_that_changes_is_set_alone)
{
  set_up ();
  add_integer (CID (BITRATE));
  add_integer (CID (GOP_SIZE));
  settings.number[SETTING (BITRATE)] = 1000;
  settings.number[SETTING (GOP_SIZE)] = 10;
  fail_unless_equals_int (apply_one (SETTING (GOP_SIZE)), 1);
  fail_unless_equals_int (encoder_find (CID (GOP_SIZE))->value, 10);
  fail_unless_equals_int (encoder_find (CID (BITRATE))->order, 0);
  fail_unless_equals_int (apply_one (GST_ZC_V4L2_N_NUMBERS), 0);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (one_that_is_in_use_is_told)
{
  set_up ();
  add_integer (CID (GOP_SIZE))->info.flags = V4L2_CTRL_FLAG_GRABBED;
  settings.number[SETTING (GOP_SIZE)] = 10;
  fail_unless_equals_int (apply_one (SETTING (GOP_SIZE)), 0);
  fail_unless_equals_int (complaints->len, 1);
  assert_complaint (0, "gop-size (");
  assert_complaint (0, g_strerror (EBUSY));
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_key_frame_is_forced_by_a_button)
{
  set_up ();
  fail_unless_equals_int (
      gst_zc_v4l2_encoder_force_key_frame (&encoder.device), -EINVAL);
  encoder_add (CID (FORCE_KEY_FRAME), V4L2_CTRL_TYPE_BUTTON, 0, 1, 0);
  fail_unless_equals_int (
      gst_zc_v4l2_encoder_force_key_frame (&encoder.device), 0);
  fail_unless_equals_int (encoder_find (CID (FORCE_KEY_FRAME))->order, 1);
  tear_down ();
}
GST_END_TEST;

/* --- what a device has -------------------------------------------------- */

GST_START_TEST (ranges_are_those_of_the_device)
{
  GstStructure *all;
  GstStructure *bitrate;
  gint64 least, most;

  set_up ();
  encoder_add (CID (BITRATE), V4L2_CTRL_TYPE_INTEGER, 4000, 20000, 5000);
  encoder_add_menu (CID (BITRATE_MODE), 0, 1, 0, 0);
  all = gst_zc_v4l2_encoder_settings_describe (
      controls, V4L2_PIX_FMT_H264, "ranges");
  fail_unless_equals_int (gst_structure_n_fields (all), 2);
  fail_unless (gst_structure_has_field (all, "rate-control"));
  fail_unless (
      gst_structure_get (all, "bitrate", GST_TYPE_STRUCTURE, &bitrate, NULL));
  fail_unless (gst_structure_get_int64 (bitrate, "minimum", &least));
  fail_unless (gst_structure_get_int64 (bitrate, "maximum", &most));
  fail_unless_equals_int64 (least, 4000);
  fail_unless_equals_int64 (most, 20000);
  fail_unless (gst_structure_has_field (bitrate, "default"));
  fail_unless (gst_structure_has_field (bitrate, "value"));
  gst_structure_free (bitrate);
  gst_structure_free (all);
  tear_down ();
}
GST_END_TEST;

static void
assert_peak (guint64 bitrate)
{
  fail_unless_equals_uint64 (
      gst_zc_v4l2_encoder_settings_get_peak (&settings, &encoder.device),
      bitrate);
}

GST_START_TEST (the_peak_is_that_of_the_mode)
{
  set_up ();
  assert_peak (0);
  encoder_add (CID (BITRATE), V4L2_CTRL_TYPE_INTEGER, 0, 90000, 40000);
  assert_peak (40000);
  encoder_add (CID (BITRATE_PEAK), V4L2_CTRL_TYPE_INTEGER, 0, 90000, 60000);
  assert_peak (40000);
  encoder_add_menu (CID (BITRATE_MODE), 0, 2, 0, 0);
  assert_peak (60000);
  settings.number[SETTING (BITRATE)] = 70000;
  assert_peak (70000);
  settings.number[SETTING (PEAK_BITRATE)] = 80000;
  assert_peak (80000);
  settings.number[SETTING (RATE_CONTROL)] = V4L2_MPEG_VIDEO_BITRATE_MODE_CBR;
  assert_peak (70000);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (there_is_no_peak_where_nothing_bounds_it)
{
  set_up ();
  encoder_add (CID (BITRATE), V4L2_CTRL_TYPE_INTEGER, 0, 90000, 40000);
  settings.number[SETTING (RATE_CONTROL)] = V4L2_MPEG_VIDEO_BITRATE_MODE_CQ;
  assert_peak (0);
  settings.number[SETTING (RATE_CONTROL)] = GST_ZC_V4L2_RATE_FIXED_QP;
  assert_peak (0);
  settings.number[SETTING (RATE_CONTROL)] = -1;
  assert_peak (40000);
  encoder_add (CID (FRAME_RC_ENABLE), V4L2_CTRL_TYPE_BOOLEAN, 0, 1, 0);
  assert_peak (0);
  settings.number[SETTING (RATE_CONTROL)] = V4L2_MPEG_VIDEO_BITRATE_MODE_CBR;
  assert_peak (40000);
  tear_down ();
}
GST_END_TEST;

/* --- as properties ------------------------------------------------------ */

typedef struct {
  GstElement parent;
  GstZcV4l2EncoderSettings settings;
  guint n_changes;
} Owner;
typedef GstElementClass OwnerClass;

GType owner_get_type (void);
G_DEFINE_TYPE (Owner, owner, GST_TYPE_ELEMENT)

#define FIRST 3U /* others come before */

static void
owner_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  Owner *self = (Owner *) object;

  (void) pspec;
  self->n_changes += (guint) gst_zc_v4l2_encoder_settings_set (
      &self->settings, id - FIRST, value);
}

static void
owner_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  (void) pspec;
  gst_zc_v4l2_encoder_settings_get (
      &((Owner *) object)->settings, id - FIRST, value);
}

static void
owner_finalize (GObject *object)
{
  gst_zc_v4l2_encoder_settings_clear (&((Owner *) object)->settings);
  G_OBJECT_CLASS (owner_parent_class)->finalize (object);
}

static void
owner_class_init (OwnerClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = owner_set_property;
  G_OBJECT_CLASS (klass)->get_property = owner_get_property;
  G_OBJECT_CLASS (klass)->finalize = owner_finalize;
  gst_zc_v4l2_encoder_settings_install (G_OBJECT_CLASS (klass), FIRST);
}

static void
owner_init (Owner *self)
{
  gst_zc_v4l2_encoder_settings_init (&self->settings);
}

static Owner *
owner_new (void)
{
  return gst_object_ref_sink (g_object_new (owner_get_type (), NULL));
}

GST_START_TEST (every_property_is_the_drivers_by_default)
{
  Owner *owner = owner_new ();
  guint n, n_ours = 0;
  GParamSpec **specs = g_object_class_list_properties (
      G_OBJECT_GET_CLASS (owner), &n);

  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;

    if (specs[i]->owner_type != owner_get_type ())
      continue;
    n_ours++;
    fail_unless (g_param_spec_get_blurb (specs[i]) != NULL);
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (owner), specs[i]->name, &value);
    fail_unless (
        g_param_value_defaults (specs[i], &value), "%s", specs[i]->name);
    fail_if (G_VALUE_HOLDS_INT (&value) && g_value_get_int (&value) != -1);
    fail_if (G_VALUE_HOLDS_ENUM (&value) && g_value_get_enum (&value) != -1);
    g_value_unset (&value);
  }
  fail_unless_equals_int (n_ours, GST_ZC_V4L2_N_ENCODER_SETTINGS);
  g_free (specs);
  gst_object_unref (owner);
}
GST_END_TEST;

GST_START_TEST (properties_are_set_by_their_texts)
{
  static const struct {
    const char *name, *text;
    gint number;
  } values[] = {
    { "bitrate", "2000000", 2000000 },
    { "rate-control", "constant-quality", V4L2_MPEG_VIDEO_BITRATE_MODE_CQ },
    { "rate-control", "fixed-qp", GST_ZC_V4L2_RATE_FIXED_QP },
    { "header-mode", "joined",
        V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME },
    { "frame-skip", "buffer-limit", V4L2_MPEG_VIDEO_FRAME_SKIP_MODE_BUF_LIMIT },
    { "repeat-headers", "true", TRUE },
    { "repeat-headers", "false", FALSE },
    { "repeat-headers", "driver", -1 },
    { "qp-i", "0", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    Owner *owner = owner_new ();
    gint number;

    gst_util_set_object_arg (G_OBJECT (owner), values[i].name, values[i].text);
    g_object_get (owner, values[i].name, &number, NULL);
    fail_unless (number == values[i].number, "%s=%s is %d", values[i].name,
        values[i].text, number);
    gst_object_unref (owner);
  }
}
GST_END_TEST;

GST_START_TEST (the_same_value_again_is_no_change)
{
  Owner *owner = owner_new ();

  g_object_set (owner, "gop-size", 10, "profile", "high", NULL);
  fail_unless_equals_int (owner->n_changes, 2);
  g_object_set (owner, "gop-size", 10, "profile", "high", NULL);
  fail_unless_equals_int (owner->n_changes, 2);
  g_object_set (owner, "gop-size", -1, "profile", NULL, NULL);
  fail_unless_equals_int (owner->n_changes, 4);
  gst_object_unref (owner);
}
GST_END_TEST;

GST_START_TEST (a_copy_is_its_own)
{
  GstZcV4l2EncoderSettings copy;

  set_up ();
  settings.number[SETTING (BITRATE)] = 5;
  settings.text[GST_ZC_V4L2_MENU_PROFILE] = g_strdup ("high");
  gst_zc_v4l2_encoder_settings_copy (&settings, &copy);
  fail_unless_equals_int (copy.number[SETTING (BITRATE)], 5);
  tear_down ();
  fail_unless_equals_string (copy.text[GST_ZC_V4L2_MENU_PROFILE], "high");
  gst_zc_v4l2_encoder_settings_clear (&copy);
}
GST_END_TEST;

GST_START_TEST (a_users_profile_is_the_only_one)
{
  g_autoptr (GstStructure) wanted = gst_structure_from_string (
      "c,profile=(string){main,high},level=(string){4,4.1}", NULL);

  set_up ();
  settings.text[GST_ZC_V4L2_MENU_PROFILE] = g_strdup ("high");
  settings.text[GST_ZC_V4L2_MENU_TIER] = g_strdup ("main");
  fail_unless (
      gst_zc_v4l2_encoder_settings_restrict (&settings, wanted) == NULL);
  fail_unless_equals_string (
      gst_structure_get_string (wanted, "profile"), "high");
  fail_unless_equals_string (gst_structure_get_string (wanted, "tier"), "main");
  fail_unless (
      GST_VALUE_HOLDS_LIST (gst_structure_get_value (wanted, "level")));

  settings.text[GST_ZC_V4L2_MENU_LEVEL] = g_strdup ("5");
  fail_unless_equals_string (
      gst_zc_v4l2_encoder_settings_restrict (&settings, wanted), "level");
  fail_unless_equals_string (gst_structure_get_string (wanted, "level"), "5");
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (what_nobody_has_set_is_left_to_the_driver),
    RUNNER_TEST (all_that_is_wanted_is_set_in_one_call),
    RUNNER_TEST (quantization_is_that_of_the_codec),
    RUNNER_TEST (what_another_codec_has_is_not_taken),
    RUNNER_TEST (the_better_control_is_taken_where_there_are_two),
    RUNNER_TEST (a_mode_of_rates_goes_with_rate_control),
    RUNNER_TEST (who_cannot_switch_rate_control_off_has_it_on),
    RUNNER_TEST (a_slices_size_brings_its_mode),
    RUNNER_TEST (two_sizes_of_slices_are_told),
    RUNNER_TEST (what_is_missing_does_not_keep_the_others),
    RUNNER_TEST (what_is_out_of_range_names_the_range),
    RUNNER_TEST (a_mode_that_the_menu_lacks_is_told),
    RUNNER_TEST (what_the_driver_makes_of_it_is_told),
    RUNNER_TEST (a_device_that_is_gone_is_told_once),
    RUNNER_TEST (one_that_changes_is_set_alone),
    RUNNER_TEST (one_that_is_in_use_is_told),
    RUNNER_TEST (a_key_frame_is_forced_by_a_button),
    RUNNER_TEST (ranges_are_those_of_the_device),
    RUNNER_TEST (the_peak_is_that_of_the_mode),
    RUNNER_TEST (there_is_no_peak_where_nothing_bounds_it),
    RUNNER_TEST (every_property_is_the_drivers_by_default),
    RUNNER_TEST (properties_are_set_by_their_texts),
    RUNNER_TEST (the_same_value_again_is_no_change),
    RUNNER_TEST (a_copy_is_its_own),
    RUNNER_TEST (a_users_profile_is_the_only_one))
