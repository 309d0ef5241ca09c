/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_ENC_FIELDS_H__
#define __GST_DMABUF_ENC_FIELDS_H__

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * Frames of two fields, line by line in one buffer (field-order.rst): what an
 * encoder is asked for, and what becomes of them.
 */
typedef enum {
  GST_DMABUF_ENC_FIELDS_NONE,
  GST_DMABUF_ENC_FIELDS_CODED, /* as such */
  GST_DMABUF_ENC_FIELDS_WOVEN, /* as if a frame were of one moment */
} GstDmabufEncFields;

/* V4L2_FIELD_* to ask for. */
guint32 gst_dmabuf_enc_fields_wish (const GstVideoInfo *info);

/* What an encoder that has set @field makes of such video. */
GstDmabufEncFields gst_dmabuf_enc_fields_judge (
    const GstVideoInfo *info, guint32 field);

/* For stats. */
const gchar *gst_dmabuf_enc_fields_get_name (GstDmabufEncFields fields);

G_END_DECLS

#endif /* __GST_DMABUF_ENC_FIELDS_H__ */
