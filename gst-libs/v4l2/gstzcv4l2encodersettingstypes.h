/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_ENCODER_SETTINGS_TYPES_H__
#define __GST_ZC_V4L2_ENCODER_SETTINGS_TYPES_H__

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The enumerations among an encoder's settings. -1 is "driver" in each; the
 * others are the entries of V4L2's menus, but for GST_ZC_V4L2_RATE_FIXED_QP.
 */

/* V4L2 has it as V4L2_CID_MPEG_VIDEO_FRAME_RC_ENABLE: no mode of rates. */
#define GST_ZC_V4L2_RATE_FIXED_QP 3

GType gst_zc_v4l2_rate_control_get_type (void);
GType gst_zc_v4l2_header_mode_get_type (void);
GType gst_zc_v4l2_frame_skip_get_type (void);

/* Whether something is done: 0 and 1 are %FALSE and %TRUE. */
GType gst_zc_v4l2_switch_get_type (void);

G_END_DECLS

#endif /* __GST_ZC_V4L2_ENCODER_SETTINGS_TYPES_H__ */
