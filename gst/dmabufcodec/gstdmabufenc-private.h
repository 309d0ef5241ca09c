/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_ENC_PRIVATE_H__
#define __GST_DMABUF_ENC_PRIVATE_H__

/* What the files of the element share. */

#include "gstdmabufcodec.h"
#include "gstdmabufcodecerror.h"

#include "gst-libs/v4l2/gstzcv4l2encodersettings.h"
#include "gst-libs/v4l2/gstzcv4l2grades.h"

#include <gst/video/gstvideoencoder.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_codec_debug);

typedef struct {
  GstVideoEncoder parent;

  GstDmabufCodec codec;
  GstZcV4l2Grades grades;    /* of the device; of the streaming thread */
  GstBuffer *nothing;        /* stands for what went back to upstream */
  gboolean cannot_force_key; /* the device has no such control */

  /* The object lock guards what follows. */
  gchar *device;
  GstZcV4l2EncoderSettings settings;
  GstFlowReturn flow; /* of the source pad's thread */
} GstDmabufEnc;

#define GST_DMABUF_ENC(obj) ((GstDmabufEnc *) (obj))

/* What the user wants of the device: gstdmabufencsettings.c. */

/**
 * gst_dmabuf_enc_set_grades:
 * @info: the video
 * @coded: (inout): what downstream takes, which gets what is true
 *
 * Sets profile, tier and level. The device's formats must be set.
 *
 * Returns: %FALSE, with an error message, if the device has none of them
 */
gboolean gst_dmabuf_enc_set_grades (
    GstDmabufEnc *self, const GstVideoInfo *info, GstStructure *coded);

/* Sets all that the user has set; what cannot be had is a warning. Any
 * thread. */
void gst_dmabuf_enc_apply_settings (GstDmabufEnc *self);

/* The same for one setting, while frames flow. */
void gst_dmabuf_enc_apply_setting (GstDmabufEnc *self, guint n);

/* What the device has of them: (transfer full) (nullable), %NULL while it is
 * closed. Any thread. */
GstStructure *gst_dmabuf_enc_describe_settings (GstDmabufEnc *self);

/* The frame that is pushed next is to be a key frame. */
void gst_dmabuf_enc_force_key (GstDmabufEnc *self);

G_END_DECLS

#endif /* __GST_DMABUF_ENC_PRIVATE_H__ */
