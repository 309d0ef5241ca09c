/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2encodersettings.h"

#include "gstzcv4l2coded.h"
#include "gstzcv4l2encodersettingstypes.h"

#include <string.h>

#define N_NUMBERS GST_ZC_V4L2_N_NUMBERS
#define DRIVER GST_ZC_V4L2_SETTING_DRIVER

/* --- what there is ------------------------------------------------------ */

/* A control that V4L2 has once for each codec; ids are never so small. */
#define OF_CODEC(control) (1 + GST_ZC_V4L2_CODEC_##control)
#define CID(id) V4L2_CID_MPEG_VIDEO_##id

#define GIVEN (-1)

/* What is set where a setting is from FROM to TO. */
typedef struct {
  gint from, to;
  guint32 controls[2]; /* the first that the device has */
  gint value;          /* or GIVEN: that of the setting */
  gboolean optional;   /* who does not have it does so anyway */
} Step;

typedef struct {
  const gchar *name;
  const gchar *blurb;
  GType (*get_type) (void); /* of an enumeration; NULL: a number */
  Step steps[3];
} Setting;

#define ONE(...)                                 \
  {                                              \
    {                                            \
      0, G_MAXINT, { __VA_ARGS__ }, GIVEN, FALSE \
    }                                            \
  }
#define SLICES(mode, size)                                  \
  {                                                         \
    { 1, G_MAXINT, { CID (size) }, GIVEN, FALSE },          \
        { 1, G_MAXINT, { CID (MULTI_SLICE_MODE) },          \
          V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_##mode, FALSE }, \
    {                                                       \
      0, 0, { CID (MULTI_SLICE_MODE) },                     \
          V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_SINGLE, FALSE    \
    }                                                       \
  }

static const Setting table[N_NUMBERS] = {
  [GST_ZC_V4L2_SETTING_BITRATE] = { "bitrate",
      "Average bits a second (-1: the driver's default)", NULL,
      ONE (CID (BITRATE)) },
  [GST_ZC_V4L2_SETTING_PEAK_BITRATE] = { "peak-bitrate",
      "Most bits a second, where rate-control is variable "
      "(-1: the driver's default)",
      NULL, ONE (CID (BITRATE_PEAK)) },
  [GST_ZC_V4L2_SETTING_RATE_CONTROL] = { "rate-control",
      "What decides how many bits a frame gets",
      gst_zc_v4l2_rate_control_get_type,
      { { V4L2_MPEG_VIDEO_BITRATE_MODE_VBR, V4L2_MPEG_VIDEO_BITRATE_MODE_CQ,
            { CID (BITRATE_MODE) }, GIVEN, FALSE },
          { V4L2_MPEG_VIDEO_BITRATE_MODE_VBR, V4L2_MPEG_VIDEO_BITRATE_MODE_CQ,
              { CID (FRAME_RC_ENABLE) }, TRUE, TRUE },
          { GST_ZC_V4L2_RATE_FIXED_QP, GST_ZC_V4L2_RATE_FIXED_QP,
              { CID (FRAME_RC_ENABLE) }, FALSE, FALSE } } },
  [GST_ZC_V4L2_SETTING_QUALITY] = { "quality",
      "Quality from 1 to 100, of JPEG, and where rate-control is "
      "constant-quality (-1: the driver's default)",
      NULL, ONE (OF_CODEC (QUALITY), CID (CONSTANT_QUALITY)) },
  [GST_ZC_V4L2_SETTING_BUFFER_SIZE] = { "buffer-size",
      "Kilobytes of the decoder's buffer (VBV, CPB), which bounds how bits "
      "vary (-1: the driver's default)",
      NULL, ONE (OF_CODEC (BUFFER), CID (VBV_SIZE)) },
  [GST_ZC_V4L2_SETTING_FRAME_SKIP] = { "frame-skip",
      "Whether frames are left out for the sake of the bitrate",
      gst_zc_v4l2_frame_skip_get_type,
      ONE (CID (FRAME_SKIP_MODE), V4L2_CID_MPEG_MFC51_VIDEO_FRAME_SKIP_MODE) },
  [GST_ZC_V4L2_SETTING_GOP_SIZE] = { "gop-size",
      "Frames from a key frame to the next (-1: the driver's default)", NULL,
      ONE (CID (GOP_SIZE), OF_CODEC (PERIOD)) },
  [GST_ZC_V4L2_SETTING_B_FRAMES] = { "b-frames",
      "B frames between two others (-1: the driver's default)", NULL,
      ONE (CID (B_FRAMES)) },
  [GST_ZC_V4L2_SETTING_QP_I] = { "qp-i",
      "Quantization of I frames, on the codec's scale "
      "(-1: the driver's default)",
      NULL, ONE (OF_CODEC (QP_I)) },
  [GST_ZC_V4L2_SETTING_QP_P] = { "qp-p",
      "Quantization of P frames, on the codec's scale "
      "(-1: the driver's default)",
      NULL, ONE (OF_CODEC (QP_P)) },
  [GST_ZC_V4L2_SETTING_QP_B] = { "qp-b",
      "Quantization of B frames, on the codec's scale "
      "(-1: the driver's default)",
      NULL, ONE (OF_CODEC (QP_B)) },
  [GST_ZC_V4L2_SETTING_QP_MIN] = { "qp-min",
      "Least quantization, on the codec's scale (-1: the driver's default)",
      NULL, ONE (OF_CODEC (QP_MIN)) },
  [GST_ZC_V4L2_SETTING_QP_MAX] = { "qp-max",
      "Most quantization, on the codec's scale (-1: the driver's default)",
      NULL, ONE (OF_CODEC (QP_MAX)) },
  [GST_ZC_V4L2_SETTING_SLICE_MACROBLOCKS] = { "slice-max-macroblocks",
      "Macroblocks of a slice, or coding tree blocks, at most; 0: a frame is "
      "one slice (-1: the driver's default)",
      NULL, SLICES (MAX_MB, MULTI_SLICE_MAX_MB) },
  [GST_ZC_V4L2_SETTING_SLICE_BYTES] = { "slice-max-bytes",
      "Bytes of a slice at most; 0: a frame is one slice "
      "(-1: the driver's default)",
      NULL, SLICES (MAX_BYTES, MULTI_SLICE_MAX_BYTES) },
  [GST_ZC_V4L2_SETTING_HEADER_MODE] = { "header-mode",
      "Where the stream's headers are", gst_zc_v4l2_header_mode_get_type,
      ONE (CID (HEADER_MODE)) },
  [GST_ZC_V4L2_SETTING_REPEAT_HEADERS] = { "repeat-headers",
      "Whether the headers come again before each key frame",
      gst_zc_v4l2_switch_get_type,
      ONE (CID (REPEAT_SEQ_HEADER), CID (PREPEND_SPSPPS_TO_IDR)) },
};

static const gchar *const blurbs[GST_ZC_V4L2_N_MENUS] = {
  [GST_ZC_V4L2_MENU_PROFILE] = "Profile, as in caps (NULL: negotiated with "
                               "downstream, else the driver's default)",
  [GST_ZC_V4L2_MENU_TIER] =
      "Tier of HEVC, main or high (NULL: negotiated, else "
      "the least that has the bitrate)",
  [GST_ZC_V4L2_MENU_LEVEL] =
      "Level, as in caps (NULL: the least that downstream "
      "takes and has the size, rate and bitrate)",
};

/* --- values ------------------------------------------------------------- */

void
gst_zc_v4l2_encoder_settings_init (GstZcV4l2EncoderSettings *self)
{
  *self = (GstZcV4l2EncoderSettings) { 0 };
  for (guint i = 0; i < N_NUMBERS; i++)
    self->number[i] = DRIVER;
}

void
gst_zc_v4l2_encoder_settings_clear (GstZcV4l2EncoderSettings *self)
{
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++)
    g_clear_pointer (&self->text[i], g_free);
}

void
gst_zc_v4l2_encoder_settings_copy (
    const GstZcV4l2EncoderSettings *self, GstZcV4l2EncoderSettings *copy)
{
  *copy = *self;
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++)
    copy->text[i] = g_strdup (self->text[i]);
}

static void
install_number (GObjectClass *klass, guint id, const Setting *setting)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                            GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (klass, id,
      setting->get_type
          ? g_param_spec_enum (setting->name, setting->name, setting->blurb,
                setting->get_type (), DRIVER, flags)
          : g_param_spec_int (setting->name, setting->name, setting->blurb,
                DRIVER, G_MAXINT, DRIVER, flags));
}

void
gst_zc_v4l2_encoder_settings_install (GObjectClass *klass, guint first)
{
  for (guint i = 0; i < N_NUMBERS; i++)
    install_number (klass, first + i, &table[i]);
  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++) {
    const gchar *name = gst_zc_v4l2_menu_get_field ((GstZcV4l2MenuKind) i);

    g_object_class_install_property (klass, first + N_NUMBERS + i,
        g_param_spec_string (name, name, blurbs[i], NULL,
            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                GST_PARAM_MUTABLE_READY));
  }
}

static gboolean
set_text (gchar **text, const gchar *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return FALSE;
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

gboolean
gst_zc_v4l2_encoder_settings_set (
    GstZcV4l2EncoderSettings *self, guint n, const GValue *value)
{
  gint number;

  g_return_val_if_fail (n < GST_ZC_V4L2_N_ENCODER_SETTINGS, FALSE);
  if (n >= N_NUMBERS)
    return set_text (&self->text[n - N_NUMBERS], g_value_get_string (value));
  number = table[n].get_type ? g_value_get_enum (value)
                             : g_value_get_int (value);
  if (self->number[n] == number)
    return FALSE;
  self->number[n] = number;
  return TRUE;
}

void
gst_zc_v4l2_encoder_settings_get (
    const GstZcV4l2EncoderSettings *self, guint n, GValue *value)
{
  g_return_if_fail (n < GST_ZC_V4L2_N_ENCODER_SETTINGS);
  if (n >= N_NUMBERS)
    g_value_set_string (value, self->text[n - N_NUMBERS]);
  else if (table[n].get_type)
    g_value_set_enum (value, self->number[n]);
  else
    g_value_set_int (value, self->number[n]);
}

const gchar *
gst_zc_v4l2_encoder_settings_restrict (
    const GstZcV4l2EncoderSettings *self, GstStructure *wanted)
{
  const gchar *refused = NULL;

  for (guint i = 0; i < GST_ZC_V4L2_N_MENUS; i++) {
    const gchar *field = gst_zc_v4l2_menu_get_field ((GstZcV4l2MenuKind) i);
    const GValue *old = gst_structure_get_value (wanted, field);
    GValue value = G_VALUE_INIT;

    if (!self->text[i])
      continue;
    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, self->text[i]);
    if (old && !refused && !gst_value_intersect (NULL, old, &value))
      refused = field;
    gst_structure_take_value (wanted, field, &value);
  }
  return refused;
}

/* --- on a device -------------------------------------------------------- */

/* Candidate I of a step, or 0. */
static guint32
get_id (const Step *step, guint i, const GstZcV4l2Codec *codec)
{
  const guint32 id = step->controls[i];

  if (id == 0 || id > GST_ZC_V4L2_N_CODEC_CONTROLS)
    return id;
  return codec ? codec->control[id - 1] : 0;
}

/* The first that the device has, or 0; in FIRST the first that V4L2 has. A
 * device that does not answer is asked, and complained of, when it is set. */
static guint32
find_control (const Step *step, GstZcV4l2Controls *controls, guint32 fourcc,
    guint32 *first)
{
  const GstZcV4l2Codec *codec = gst_zc_v4l2_coded_get_codec (fourcc);

  *first = 0;
  for (guint i = 0; i < G_N_ELEMENTS (step->controls); i++) {
    const guint32 id = get_id (step, i, codec);

    if (id == 0)
      continue;
    if (*first == 0)
      *first = id;
    if (gst_zc_v4l2_controls_has (controls, id) != 0)
      return id;
  }
  return 0;
}

guint32
gst_zc_v4l2_encoder_settings_get_control (
    guint n, GstZcV4l2Controls *controls, guint32 fourcc)
{
  guint32 first;

  return n < N_NUMBERS
             ? find_control (&table[n].steps[0], controls, fourcc, &first)
             : 0;
}

static void
complain_missing (GPtrArray *complaints, const Setting *setting, guint32 fourcc,
    guint32 first)
{
  const GstZcV4l2Codec *codec = gst_zc_v4l2_coded_get_codec (fourcc);

  g_ptr_array_add (complaints,
      first ? g_strdup_printf (
                  "%s: the device has no control for it (0x%08x). It is left "
                  "out.",
                  setting->name, first)
            : g_strdup_printf ("%s: %s has no such thing. It is left out.",
                  setting->name, codec ? codec->name : "the format"));
}

static void
wish_step (const Setting *setting, const Step *step, gint number,
    GstZcV4l2Controls *controls, guint32 fourcc, GstStructure *wanted,
    GPtrArray *complaints)
{
  guint32 first, id;
  g_autofree gchar *field = NULL;

  if (step->controls[0] == 0 || number < step->from || number > step->to)
    return;
  id = find_control (step, controls, fourcc, &first);
  if (id == 0) {
    if (!step->optional)
      complain_missing (complaints, setting, fourcc, first);
    return;
  }
  field = g_strdup_printf ("%s@0x%08x", setting->name, id);
  gst_structure_set (wanted, field, G_TYPE_INT,
      step->value == GIVEN ? number : step->value, NULL);
}

/* What the driver decides is in no step's range. */
static void
wish (const GstZcV4l2EncoderSettings *self, guint n,
    GstZcV4l2Controls *controls, guint32 fourcc, GstStructure *wanted,
    GPtrArray *complaints)
{
  for (guint i = 0; i < G_N_ELEMENTS (table[n].steps); i++)
    wish_step (&table[n], &table[n].steps[i], self->number[n], controls, fourcc,
        wanted, complaints);
}

static GArray *
apply_range (const GstZcV4l2EncoderSettings *self, guint from, guint to,
    GstZcV4l2Controls *controls, guint32 fourcc, GPtrArray *complaints)
{
  GstStructure *wanted = gst_structure_new_empty ("settings");
  GArray *done;

  for (guint i = from; i < to; i++)
    wish (self, i, controls, fourcc, wanted, complaints);
  done = gst_structure_n_fields (wanted) > 0
             ? gst_zc_v4l2_controls_apply (controls, wanted, complaints)
             : g_array_new (FALSE, FALSE, sizeof (guint32));
  gst_structure_free (wanted);
  return done;
}

GArray *
gst_zc_v4l2_encoder_settings_apply (const GstZcV4l2EncoderSettings *self,
    GstZcV4l2Controls *controls, guint32 fourcc, GPtrArray *complaints)
{
  return apply_range (self, 0, N_NUMBERS, controls, fourcc, complaints);
}

GArray *
gst_zc_v4l2_encoder_settings_apply_one (const GstZcV4l2EncoderSettings *self,
    guint n, GstZcV4l2Controls *controls, guint32 fourcc, GPtrArray *complaints)
{
  return apply_range (
      self, n, MIN (n + 1, (guint) N_NUMBERS), controls, fourcc, complaints);
}

GstStructure *
gst_zc_v4l2_encoder_settings_describe (
    GstZcV4l2Controls *controls, guint32 fourcc, const gchar *name)
{
  GstStructure *all = gst_structure_new_empty (name);

  for (guint i = 0; i < N_NUMBERS; i++) {
    const guint32 id = gst_zc_v4l2_encoder_settings_get_control (
        i, controls, fourcc);
    GstStructure *s = id ? gst_zc_v4l2_controls_describe_one (controls, id)
                         : NULL;
    GValue v = G_VALUE_INIT;

    if (!s)
      continue;
    g_value_init (&v, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&v, s);
    gst_structure_take_value (all, table[i].name, &v);
  }
  return all;
}

/* What a setting is, or else the control; -1: there is none. */
static gint
get_effective (const GstZcV4l2EncoderSettings *self, GstZcV4l2EncoderSetting n,
    const struct zc_v4l2_device *device, guint32 id)
{
  struct v4l2_ext_control value = { .id = id };

  if (self->number[n] != DRIVER)
    return self->number[n];
  return zc_v4l2_control_get (device, &value, 1) < 0 ? -1 : value.value;
}

/* Where nothing bounds the bits it is no matter what the bitrate says. */
static gboolean
has_bitrate (const GstZcV4l2EncoderSettings *self,
    const struct zc_v4l2_device *device, gint mode)
{
  struct v4l2_ext_control enabled = { .id = CID (FRAME_RC_ENABLE) };

  if (self->number[GST_ZC_V4L2_SETTING_RATE_CONTROL] == DRIVER &&
      zc_v4l2_control_get (device, &enabled, 1) == 0 && !enabled.value)
    return FALSE;
  return mode < V4L2_MPEG_VIDEO_BITRATE_MODE_CQ;
}

guint64
gst_zc_v4l2_encoder_settings_get_peak (
    const GstZcV4l2EncoderSettings *self, const struct zc_v4l2_device *device)
{
  const gint mode = get_effective (
      self, GST_ZC_V4L2_SETTING_RATE_CONTROL, device, CID (BITRATE_MODE));
  gint bitrate, peak = 0;

  if (!has_bitrate (self, device, mode))
    return 0;
  bitrate = get_effective (
      self, GST_ZC_V4L2_SETTING_BITRATE, device, CID (BITRATE));
  if (mode == V4L2_MPEG_VIDEO_BITRATE_MODE_VBR)
    peak = get_effective (
        self, GST_ZC_V4L2_SETTING_PEAK_BITRATE, device, CID (BITRATE_PEAK));
  return (guint64) MAX (MAX (bitrate, peak), 0);
}

gint
gst_zc_v4l2_encoder_force_key_frame (const struct zc_v4l2_device *device)
{
  struct v4l2_ext_control value = { .id = CID (FORCE_KEY_FRAME), .value = 1 };
  guint32 failed;
  bool partly;

  return zc_v4l2_control_set (device, &value, 1, &failed, &partly);
}
