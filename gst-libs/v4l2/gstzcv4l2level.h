/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_LEVEL_H__
#define __GST_ZC_V4L2_LEVEL_H__

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What the levels of codecs allow, as their specifications have it. Constant:
 * any thread.
 */

/**
 * GstZcV4l2Load:
 * @width: pixels of a line
 * @height: lines of a frame
 * @fps_n: frames in @fps_d seconds; 0 if unknown
 * @fps_d: not 0
 * @bitrate: the most that is sent, bits per second; 0 if unknown
 * @depth: bits of a sample; 0 if unknown. Of no matter for levels, but for
 *   profiles (gstzcv4l2grades.h)
 *
 * What a stream asks of its level. What is unknown asks for nothing.
 */
typedef struct {
  guint width, height;
  gint fps_n, fps_d;
  guint64 bitrate;
  guint depth;
} GstZcV4l2Load;

/* The levels of one codec. */
typedef struct _GstZcV4l2Levels GstZcV4l2Levels;

extern const GstZcV4l2Levels gst_zc_v4l2_levels_h264;
extern const GstZcV4l2Levels gst_zc_v4l2_levels_hevc;
extern const GstZcV4l2Levels gst_zc_v4l2_levels_vp9;
extern const GstZcV4l2Levels gst_zc_v4l2_levels_av1;
extern const GstZcV4l2Levels gst_zc_v4l2_levels_mpeg2;
extern const GstZcV4l2Levels gst_zc_v4l2_levels_mpeg4;

/**
 * gst_zc_v4l2_levels_fit:
 * @level: as in caps
 * @profile: (nullable): as in caps: some have more bits than others
 * @high_tier: of HEVC and AV1: more bits
 *
 * Returns: whether a stream of @level can be @load; not if the specification
 *   has no such level, or does not say what it allows
 */
gboolean gst_zc_v4l2_levels_fit (const GstZcV4l2Levels *levels,
    const gchar *level, const gchar *profile, gboolean high_tier,
    const GstZcV4l2Load *load);

/**
 * gst_zc_v4l2_levels_least:
 *
 * Arguments are those of gst_zc_v4l2_levels_fit().
 *
 * Returns: (nullable): the lowest level that fits, as in caps; %NULL if none
 */
const gchar *gst_zc_v4l2_levels_least (const GstZcV4l2Levels *levels,
    const gchar *profile, gboolean high_tier, const GstZcV4l2Load *load);

G_END_DECLS

#endif /* __GST_ZC_V4L2_LEVEL_H__ */
