/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufencfields.h"

#include <linux/videodev2.h>

guint32
gst_dmabuf_enc_fields_wish (const GstVideoInfo *info)
{
  if (!GST_VIDEO_INFO_IS_INTERLACED (info))
    return V4L2_FIELD_NONE;
  switch (GST_VIDEO_INFO_FIELD_ORDER (info)) {
    case GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST:
      return V4L2_FIELD_INTERLACED_TB;
    case GST_VIDEO_FIELD_ORDER_BOTTOM_FIELD_FIRST:
      return V4L2_FIELD_INTERLACED_BT;
    default:
      return V4L2_FIELD_INTERLACED;
  }
}

GstDmabufEncFields
gst_dmabuf_enc_fields_judge (const GstVideoInfo *info, guint32 field)
{
  if (!GST_VIDEO_INFO_IS_INTERLACED (info))
    return GST_DMABUF_ENC_FIELDS_NONE;
  return V4L2_FIELD_IS_INTERLACED (field) ? GST_DMABUF_ENC_FIELDS_CODED
                                          : GST_DMABUF_ENC_FIELDS_WOVEN;
}

const gchar *
gst_dmabuf_enc_fields_get_name (GstDmabufEncFields fields)
{
  static const gchar *const names[] = {
    [GST_DMABUF_ENC_FIELDS_NONE] = "none",
    [GST_DMABUF_ENC_FIELDS_CODED] = "coded",
    [GST_DMABUF_ENC_FIELDS_WOVEN] = "woven",
  };

  return names[fields];
}
