/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_CONTROLS_H__
#define __GST_ZC_V4L2_CONTROLS_H__

#include "v4l2-control.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstZcV4l2Controls:
 *
 * The controls of a device by their names, which are those of v4l2-ctl:
 * lower case, with underscores; other spellings are taken too ("-" for "_").
 * "0x00980900" is the control with that id, and "brightness@0x00980900" is so
 * too, but called so in complaints. What there is, is listed when it is first
 * needed, and kept. For one thread at a time.
 */
typedef struct _GstZcV4l2Controls GstZcV4l2Controls;

/**
 * gst_zc_v4l2_controls_new:
 * @device: stays open as long as this lives
 */
GstZcV4l2Controls *gst_zc_v4l2_controls_new (
    const struct zc_v4l2_device *device);
void gst_zc_v4l2_controls_free (GstZcV4l2Controls *controls);

/**
 * gst_zc_v4l2_controls_apply:
 * @wanted: values by name; see gstzcv4l2controlvalue.h for their types
 * @complaints: (element-type utf8): gets a text, to be freed, for each that is
 *   not as wanted: no such name, no such value, an errno, a value that the
 *   driver made another of, or one without effect
 *
 * Sets all in one VIDIOC_S_EXT_CTRLS, so that those which belong together
 * change together. Those that cannot be had are left out and do not keep the
 * others from being set: a program that sets ten, of which a camera lacks one,
 * gets nine. A value out of range is tried once more after the others: the
 * range may depend on them.
 *
 * Returns: (transfer full) (element-type guint32): the ids that were set
 */
GArray *gst_zc_v4l2_controls_apply (GstZcV4l2Controls *controls,
    const GstStructure *wanted, GPtrArray *complaints);

/**
 * gst_zc_v4l2_controls_describe:
 * @name: of the structure
 *
 * Asks the device for everything: not for each frame.
 *
 * Returns: (transfer full): for each control a structure by its name, with
 *   id (guint), label and type (string), flags (string, if any), minimum,
 *   maximum (gint64), step (guint64), default and value (as they can be set),
 *   menu (array of structures with index and name), dims (array of int)
 */
GstStructure *gst_zc_v4l2_controls_describe (
    GstZcV4l2Controls *controls, const gchar *name);

/**
 * gst_zc_v4l2_controls_describe_one:
 * @id: of the control
 *
 * Returns: (transfer full) (nullable): its structure, as above; %NULL if the
 *   device does not have it
 */
GstStructure *gst_zc_v4l2_controls_describe_one (
    GstZcV4l2Controls *controls, guint32 id);

/* Whether the device has the control: 1, 0, or -errno if it does not answer,
 * which it has to once, for all of them. */
gint gst_zc_v4l2_controls_has (GstZcV4l2Controls *controls, guint32 id);

G_END_DECLS

#endif /* __GST_ZC_V4L2_CONTROLS_H__ */
