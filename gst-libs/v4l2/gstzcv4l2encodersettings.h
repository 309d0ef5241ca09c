/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_ENCODER_SETTINGS_H__
#define __GST_ZC_V4L2_ENCODER_SETTINGS_H__

#include "gstzcv4l2codec.h"
#include "gstzcv4l2controls.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What every setting is, until somebody sets it: the driver's own value stays.
 * What a device was already set to stays, too, if a setting returns to it. */
#define GST_ZC_V4L2_SETTING_DRIVER (-1)

/* The settings that are numbers, in the order of their properties. Those of
 * texts follow: one for each #GstZcV4l2MenuKind. */
typedef enum {
  GST_ZC_V4L2_SETTING_BITRATE,
  GST_ZC_V4L2_SETTING_PEAK_BITRATE,
  GST_ZC_V4L2_SETTING_RATE_CONTROL,
  GST_ZC_V4L2_SETTING_QUALITY,
  GST_ZC_V4L2_SETTING_BUFFER_SIZE,
  GST_ZC_V4L2_SETTING_FRAME_SKIP,
  GST_ZC_V4L2_SETTING_GOP_SIZE,
  GST_ZC_V4L2_SETTING_B_FRAMES,
  GST_ZC_V4L2_SETTING_QP_I,
  GST_ZC_V4L2_SETTING_QP_P,
  GST_ZC_V4L2_SETTING_QP_B,
  GST_ZC_V4L2_SETTING_QP_MIN,
  GST_ZC_V4L2_SETTING_QP_MAX,
  GST_ZC_V4L2_SETTING_SLICE_MACROBLOCKS,
  GST_ZC_V4L2_SETTING_SLICE_BYTES,
  GST_ZC_V4L2_SETTING_HEADER_MODE,
  GST_ZC_V4L2_SETTING_REPEAT_HEADERS,
  GST_ZC_V4L2_N_NUMBERS
} GstZcV4l2EncoderSetting;

#define GST_ZC_V4L2_N_ENCODER_SETTINGS \
  (GST_ZC_V4L2_N_NUMBERS + GST_ZC_V4L2_N_MENUS)

/**
 * GstZcV4l2EncoderSettings:
 * @number: by #GstZcV4l2EncoderSetting
 * @text: (nullable): by #GstZcV4l2MenuKind: profile, tier and level, which are
 *   negotiated (gst_zc_v4l2_encoder_settings_restrict()); %NULL: any
 *
 * What a user wants of an encoder, of whatever codec. It lives in an element,
 * and its owner guards it; who talks to a device works on a copy.
 */
typedef struct {
  gint number[GST_ZC_V4L2_N_NUMBERS];
  gchar *text[GST_ZC_V4L2_N_MENUS];
} GstZcV4l2EncoderSettings;

void gst_zc_v4l2_encoder_settings_init (GstZcV4l2EncoderSettings *settings);
void gst_zc_v4l2_encoder_settings_clear (GstZcV4l2EncoderSettings *settings);

/* @copy is to be cleared as well. */
void gst_zc_v4l2_encoder_settings_copy (
    const GstZcV4l2EncoderSettings *settings, GstZcV4l2EncoderSettings *copy);

/* --- as properties ------------------------------------------------------ */

/**
 * gst_zc_v4l2_encoder_settings_install:
 * @klass: of the element, in its class_init()
 * @first: the property id of the first; %GST_ZC_V4L2_N_ENCODER_SETTINGS are
 *   taken, in the order of the enumerations
 */
void gst_zc_v4l2_encoder_settings_install (GObjectClass *klass, guint first);

/**
 * gst_zc_v4l2_encoder_settings_set:
 * @n: the property's id, less that of the first
 *
 * Returns: whether it is another value than before
 */
gboolean gst_zc_v4l2_encoder_settings_set (
    GstZcV4l2EncoderSettings *settings, guint n, const GValue *value);
void gst_zc_v4l2_encoder_settings_get (
    const GstZcV4l2EncoderSettings *settings, guint n, GValue *value);

/* --- on a device -------------------------------------------------------- */

/**
 * gst_zc_v4l2_encoder_settings_get_control:
 * @n: which setting
 * @fourcc: what the encoder puts out
 *
 * Which control takes the value of a setting: the first that the device has of
 * those that it can be. For tests, and to find out whether one is grabbed.
 *
 * Returns: the id; 0 if @n is of texts, V4L2 has none for the codec, or the
 *   device does not have it
 */
guint32 gst_zc_v4l2_encoder_settings_get_control (
    guint n, GstZcV4l2Controls *controls, guint32 fourcc);

/**
 * gst_zc_v4l2_encoder_settings_apply:
 * @controls: of the open device
 * @fourcc: what the encoder puts out, already set on the device: ranges depend
 *   on it
 * @complaints: (element-type utf8): gets a text, to be freed, for each that is
 *   not as wanted: the codec or the device does not have it, the value is out
 *   of the device's range, which is named, it is in use, or the driver made
 *   another of it. Each begins with the property's name.
 *
 * Sets what the user has set, in one VIDIOC_S_EXT_CTRLS, and nothing else. What
 * cannot be had is left out. Profile, tier and level are set by
 * gst_zc_v4l2_grades_set(), before this.
 *
 * Returns: (transfer full) (element-type guint32): the ids that were set
 */
GArray *gst_zc_v4l2_encoder_settings_apply (
    const GstZcV4l2EncoderSettings *settings, GstZcV4l2Controls *controls,
    guint32 fourcc, GPtrArray *complaints);

/**
 * gst_zc_v4l2_encoder_settings_apply_one:
 * @n: the one that has changed
 *
 * The same for one, while frames flow. Where the driver has it grabbed, that is
 * a complaint, and the next gst_zc_v4l2_encoder_settings_apply() sets it.
 *
 * Returns: as above; empty if @n is of texts
 */
GArray *gst_zc_v4l2_encoder_settings_apply_one (
    const GstZcV4l2EncoderSettings *settings, guint n,
    GstZcV4l2Controls *controls, guint32 fourcc, GPtrArray *complaints);

/**
 * gst_zc_v4l2_encoder_settings_describe:
 * @name: of the structure
 *
 * Asks the device for each: not for each frame.
 *
 * Returns: (transfer full): for each property that the device has a control
 *   for, a structure by its name, as gst_zc_v4l2_controls_describe() makes it:
 *   label, minimum, maximum, step, default, value, menu
 */
GstStructure *gst_zc_v4l2_encoder_settings_describe (
    GstZcV4l2Controls *controls, guint32 fourcc, const gchar *name);

/**
 * gst_zc_v4l2_encoder_settings_restrict:
 * @wanted: what downstream takes, of the encoder's output
 *
 * Leaves of the profiles, tiers and levels in @wanted those of the user.
 *
 * Returns: (nullable): %NULL, or the name of the property whose value
 *   downstream does not take: it is in @wanted all the same
 */
const gchar *gst_zc_v4l2_encoder_settings_restrict (
    const GstZcV4l2EncoderSettings *settings, GstStructure *wanted);

/**
 * gst_zc_v4l2_encoder_settings_get_peak:
 *
 * For a level that has the bits (#GstZcV4l2Load): what the user has set, and
 * what the driver is set to where the user has not.
 *
 * Returns: the most that is sent, bits per second; 0 if nothing bounds it, or
 *   the device does not say
 */
guint64 gst_zc_v4l2_encoder_settings_get_peak (
    const GstZcV4l2EncoderSettings *settings,
    const struct zc_v4l2_device *device);

/**
 * gst_zc_v4l2_encoder_force_key_frame:
 *
 * The next frame that is queued becomes a key frame. From any thread.
 *
 * Returns: 0, or -errno; -EINVAL: the device cannot be told
 */
gint gst_zc_v4l2_encoder_force_key_frame (const struct zc_v4l2_device *device);

G_END_DECLS

#endif /* __GST_ZC_V4L2_ENCODER_SETTINGS_H__ */
