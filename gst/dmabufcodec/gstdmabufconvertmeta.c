/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufconvert-private.h"

/*
 * What is told beside a picture, and is true of what was made of it.
 */

/* Regions move with the scale; who cuts or turns would have to do more. */
static void
scale_meta (
    GstDmabufConvert *self, GstBuffer *result, GstMeta *meta, GstBuffer *frame)
{
  GstVideoMetaTransform scale = { &self->info[GST_DMABUF_CODEC_IN],
    &self->info[GST_DMABUF_CODEC_OUT] };

  if (meta->info->transform_func && self->view.part.w == 0 &&
      gst_dmabuf_convert_turn_is_none (self->turn))
    meta->info->transform_func (result, meta, frame,
        gst_video_meta_transform_scale_get_quark (), &scale);
}

static gboolean
has_tag (const GstMetaInfo *info, const gchar *tag)
{
  return gst_meta_api_type_has_tag (info->api, g_quark_from_string (tag));
}

/* Whether what is told here of tags is all there is. */
static gboolean
is_understood (const GstMetaInfo *info)
{
  static const gchar *const known[] = { GST_META_TAG_VIDEO_STR,
    GST_META_TAG_VIDEO_SIZE_STR, GST_META_TAG_VIDEO_ORIENTATION_STR,
    GST_META_TAG_VIDEO_COLORSPACE_STR, NULL };
  const gchar *const *tags = gst_meta_api_type_get_tags (info->api);

  for (guint i = 0; tags[i]; i++)
    if (!g_strv_contains (known, tags[i]))
      return FALSE;
  return TRUE;
}

static gboolean
stays_true (GstDmabufConvert *self, const GstMetaInfo *info)
{
  const GstVideoInfo *in = &self->info[GST_DMABUF_CODEC_IN];
  const GstVideoInfo *out = &self->info[GST_DMABUF_CODEC_OUT];

  if (!is_understood (info))
    return FALSE;
  if (has_tag (info, GST_META_TAG_VIDEO_ORIENTATION_STR) &&
      !gst_dmabuf_convert_turn_is_none (self->turn))
    return FALSE;
  return !has_tag (info, GST_META_TAG_VIDEO_COLORSPACE_STR) ||
         (GST_VIDEO_INFO_FORMAT (in) == GST_VIDEO_INFO_FORMAT (out) &&
             gst_video_colorimetry_is_equal (
                 &in->colorimetry, &out->colorimetry));
}

gboolean
gst_dmabuf_convert_transform_meta (
    GstBaseTransform *trans, GstBuffer *result, GstMeta *meta, GstBuffer *frame)
{
  GstDmabufConvert *self = GST_DMABUF_CONVERT (trans);
  const gchar *const *tags = gst_meta_api_type_get_tags (meta->info->api);

  /* of the memory that was read */
  if (meta->info->api == GST_VIDEO_META_API_TYPE ||
      meta->info->api == GST_VIDEO_CROP_META_API_TYPE ||
      meta->info->api == GST_PARENT_BUFFER_META_API_TYPE)
    return FALSE;
  if (!tags || !tags[0])
    return TRUE;
  if (!stays_true (self, meta->info))
    return FALSE;
  if (!has_tag (meta->info, GST_META_TAG_VIDEO_SIZE_STR))
    return TRUE;
  scale_meta (self, result, meta, frame);
  return FALSE;
}
