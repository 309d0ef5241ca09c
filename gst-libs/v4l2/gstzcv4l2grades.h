/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_GRADES_H__
#define __GST_ZC_V4L2_GRADES_H__

#include "gstzcv4l2codec.h"
#include "v4l2-device.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstZcV4l2Grades:
 * @codec: (nullable): whose they are
 * @menu: by #GstZcV4l2MenuKind: the entries that the device has, bit N for
 *   entry N, 0 if it has no such control; the one that was set when
 *   they were read, which is the driver's own, and the one that is set, or -1
 *
 * The profiles, tiers and levels of a device that encodes. Filled by
 * gst_zc_v4l2_grades_read(); nothing to free. For one thread at a time.
 */
typedef struct {
  const GstZcV4l2Codec *codec;
  struct {
    guint64 items;
    gint own;
    gint current;
  } menu[GST_ZC_V4L2_N_MENUS];
} GstZcV4l2Grades;

/**
 * GstZcV4l2GradeChoice:
 * @value: by #GstZcV4l2MenuKind: the entry to be set, or -1: left as it is
 * @refused: bit N: of menu N, nothing that was asked for can be had
 * @shallow: the profile has fewer bits a sample than there are
 * @exceeded: the level is the highest that can be had, and is too low
 *
 * What an encoder is to be set to.
 */
typedef struct {
  gint value[GST_ZC_V4L2_N_MENUS];
  guint refused;
  gboolean shallow;
  gboolean exceeded;
} GstZcV4l2GradeChoice;

/**
 * gst_zc_v4l2_grades_read:
 * @grades: (out)
 * @fourcc: what the encoder puts out; a code without a codec has no grades
 *
 * Asks the device, an ioctl for each entry: when it is opened, not when caps
 * are asked for.
 *
 * Returns: 0, or -errno of what is no answer at all (-ENODEV, -EIO); @grades is
 *   empty then
 */
gint gst_zc_v4l2_grades_read (GstZcV4l2Grades *grades,
    const struct zc_v4l2_device *device, guint32 fourcc);

/**
 * gst_zc_v4l2_grades_offer:
 * @s: caps of the encoder's output
 *
 * Adds to @s the fields "profile", "tier" and "level" with all that the device
 * has; a field that there is no control for stays away.
 */
void gst_zc_v4l2_grades_offer (const GstZcV4l2Grades *grades, GstStructure *s);

/**
 * gst_zc_v4l2_grades_choose:
 * @wanted: (nullable): what downstream takes; a field can be a list, and none
 *   at all takes everything
 * @load: what the level has to do; its bitrate is the peak
 * @choice: (out)
 *
 * The profile is the driver's own, if downstream takes that, else the first
 * that downstream names and the device has. For samples of more than 8 bits it
 * is one that keeps them, if there is such a one. The level is the lowest that
 * is enough for @load, which downstream takes and the device has; else the
 * highest of these, and @choice->exceeded. The tier is the main one, unless
 * downstream takes the high one alone or only that has the bits. A level whose
 * limits nobody knows is chosen only if there is no other.
 *
 * Returns: %FALSE if @choice->refused
 */
gboolean gst_zc_v4l2_grades_choose (const GstZcV4l2Grades *grades,
    const GstStructure *wanted, const GstZcV4l2Load *load,
    GstZcV4l2GradeChoice *choice);

/**
 * gst_zc_v4l2_grades_set:
 * @choice: as gst_zc_v4l2_grades_choose() made it
 * @failed: (out): the menu that could not be set; only if it fails
 *
 * Sets the profile, then the tier, then the level, and reads in @grades what
 * the driver made of them. Before buffers are allocated: drivers have them
 * grabbed afterwards.
 *
 * Returns: 0 or -errno; what comes before @failed is set
 */
gint gst_zc_v4l2_grades_set (GstZcV4l2Grades *grades,
    const struct zc_v4l2_device *device, const GstZcV4l2GradeChoice *choice,
    GstZcV4l2MenuKind *failed);

/**
 * gst_zc_v4l2_grades_tell:
 * @s: fixed caps of the encoder's output
 *
 * Sets in @s what is true of the stream: what the device is set to. A field
 * that nobody knows is removed.
 */
void gst_zc_v4l2_grades_tell (const GstZcV4l2Grades *grades, GstStructure *s);

G_END_DECLS

#endif /* __GST_ZC_V4L2_GRADES_H__ */
