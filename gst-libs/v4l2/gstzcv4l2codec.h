/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_V4L2_CODEC_H__
#define __GST_ZC_V4L2_CODEC_H__

#include "gstzcv4l2level.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What codecs have that is theirs alone: the controls which choose profile,
 * tier and level, what these are called in caps, and the ids of controls that
 * V4L2 has once for each codec. Rests on
 * Documentation/userspace-api/media/v4l/ext-ctrls-codec.rst. The table of
 * codes (gstzcv4l2coded.h) says which code is of which codec. Constant: any
 * thread.
 */

/* In the order in which they are set: drivers bound each by those before. */
typedef enum {
  GST_ZC_V4L2_MENU_PROFILE,
  GST_ZC_V4L2_MENU_TIER,
  GST_ZC_V4L2_MENU_LEVEL,
  GST_ZC_V4L2_N_MENUS
} GstZcV4l2MenuKind;

/**
 * GstZcV4l2Menu:
 * @id: the control; 0 if V4L2 has none for this codec
 * @names: (array zero-terminated=1): what its entries are called in caps, by
 *   their index, from the lowest to the highest; fewer than 64
 */
typedef struct {
  guint32 id;
  const gchar *const *names;
} GstZcV4l2Menu;

/* Controls of which each codec has its own. */
typedef enum {
  GST_ZC_V4L2_CODEC_QUALITY,
  GST_ZC_V4L2_CODEC_PERIOD, /* of key frames, where GOP_SIZE is not had */
  GST_ZC_V4L2_CODEC_BUFFER, /* the decoder's, where VBV_SIZE is not meant */
  GST_ZC_V4L2_CODEC_QP_I,
  GST_ZC_V4L2_CODEC_QP_P,
  GST_ZC_V4L2_CODEC_QP_B,
  GST_ZC_V4L2_CODEC_QP_MIN,
  GST_ZC_V4L2_CODEC_QP_MAX,
  GST_ZC_V4L2_N_CODEC_CONTROLS
} GstZcV4l2CodecControl;

/**
 * GstZcV4l2Codec:
 * @name: for people
 * @menu: by #GstZcV4l2MenuKind
 * @control: ids by #GstZcV4l2CodecControl; 0: this codec has no such thing
 * @deep_profiles: bit N: profile N has samples of 10 bits
 * @levels: (nullable): what they allow; %NULL: it has none, or nobody says
 */
typedef struct {
  const gchar *name;
  GstZcV4l2Menu menu[GST_ZC_V4L2_N_MENUS];
  guint32 control[GST_ZC_V4L2_N_CODEC_CONTROLS];
  guint64 deep_profiles;
  const GstZcV4l2Levels *levels;
} GstZcV4l2Codec;

extern const GstZcV4l2Codec gst_zc_v4l2_codec_h264;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_hevc;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_vp8;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_vp9;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_av1;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_mpeg1;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_mpeg2;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_mpeg4;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_h263;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_jpeg;
extern const GstZcV4l2Codec gst_zc_v4l2_codec_fwht;

/* The field of caps that KIND is in. */
const gchar *gst_zc_v4l2_menu_get_field (GstZcV4l2MenuKind kind);

/* How many entries have a name; 0 if there is no such control. */
guint gst_zc_v4l2_menu_count (const GstZcV4l2Menu *menu);

G_END_DECLS

#endif /* __GST_ZC_V4L2_CODEC_H__ */
