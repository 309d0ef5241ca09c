/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_CONTROL_VALUE_H__
#define __GST_ZC_V4L2_CONTROL_VALUE_H__

#include "v4l2-control.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The value of one control, as the kernel and as GStreamer have it.
 *
 *   integers, 64 bits too   any GType of integers; doubles that are whole
 *                           numbers (what a text without a type becomes
 *                           if it is longer than 32 bits); texts of numbers
 *   booleans                gboolean, 0 and 1, "true", "yes", "on", "false"...
 *   menus                   an entry's name, without regard to case and to what
 *                           is no letter or digit; or its index
 *   menus of integers       an entry's integer as a text; or its index as a
 *                           number
 *   bitmasks                a number, or GST_TYPE_BITMASK; -1 has all 32 bits
 *   texts                   a string; a number is written out
 *   buttons                 as booleans: true presses
 *   arrays                  a GstValueArray, nested or not, of as many numbers
 *                           as there are elements; or one number for all
 *   areas, rectangles       arrays of width and height; of left, top, width and
 *                           height
 */

/**
 * gst_zc_v4l2_control_value_parse:
 * @value: what it shall be
 * @out: (out): the same for VIDIOC_S_EXT_CTRLS, to be cleared by
 *   gst_zc_v4l2_control_value_clear()
 *
 * Menus are asked of the device: an ioctl for each entry.
 *
 * Returns: %FALSE if @value is nothing that this control can be; @out need not
 *   be cleared then
 */
gboolean gst_zc_v4l2_control_value_parse (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, const GValue *value,
    struct v4l2_ext_control *out);

/* Memory for a value of control @info, all zeros. */
void gst_zc_v4l2_control_value_init (
    const struct v4l2_query_ext_ctrl *info, struct v4l2_ext_control *value);
void gst_zc_v4l2_control_value_clear (
    const struct v4l2_query_ext_ctrl *info, struct v4l2_ext_control *value);

/**
 * gst_zc_v4l2_control_value_copy:
 * @copy: (out): to be cleared as well
 */
void gst_zc_v4l2_control_value_copy (const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, struct v4l2_ext_control *copy);
gboolean gst_zc_v4l2_control_value_equal (
    const struct v4l2_query_ext_ctrl *info, const struct v4l2_ext_control *a,
    const struct v4l2_ext_control *b);

/**
 * gst_zc_v4l2_control_value_to_gvalue:
 * @value: what the device has
 * @out: (out): the same, so that it can be parsed again; of no type before
 *
 * Returns: %FALSE if it cannot be told: buttons have no value, and structures
 *   of codecs have no GType
 */
gboolean gst_zc_v4l2_control_value_to_gvalue (
    const struct zc_v4l2_device *device, const struct v4l2_query_ext_ctrl *info,
    const struct v4l2_ext_control *value, GValue *out);

/* What the control takes, in words: ranges, entries, lengths. Free it. */
gchar *gst_zc_v4l2_control_value_describe (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info);

/* Appends the entries of a menu: structures "item" with an index (int) and a
 * name (string). */
void gst_zc_v4l2_control_value_list_items (const struct zc_v4l2_device *device,
    const struct v4l2_query_ext_ctrl *info, GValue *array);

G_END_DECLS

#endif /* __GST_ZC_V4L2_CONTROL_VALUE_H__ */
