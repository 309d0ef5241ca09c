/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcfields.h"

#include "gst-libs/v4l2/v4l2-input.h"

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_debug

#define FIELD_FLAGS                                               \
  (GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF | \
      GST_VIDEO_BUFFER_FLAG_RFF | GST_VIDEO_BUFFER_FLAG_ONEFIELD)

/* What the driver makes of a wish, ANY if it refuses. */
static guint32
try_field (const struct zc_v4l2_device *device, guint32 fourcc, guint32 width,
    guint32 height, guint32 field)
{
  struct zc_v4l2_format format = {
    .fourcc = fourcc,
    .width = width,
    .height = field == V4L2_FIELD_ALTERNATE ? height / 2 : height,
    .field = field,
  };

  if (zc_v4l2_format_try (device, &format) < 0)
    return V4L2_FIELD_ANY;
  return format.field;
}

GstDmabufSrcModes
gst_dmabuf_src_modes_ask (const struct zc_v4l2_device *device, guint32 fourcc,
    guint32 width, guint32 height)
{
  guint32 field = try_field (
      device, fourcc, width, height, V4L2_FIELD_INTERLACED);
  GstDmabufSrcModes modes = 0;

  if (field == V4L2_FIELD_NONE)
    return GST_DMABUF_SRC_PROGRESSIVE;
  if (gst_dmabuf_src_mode_is (GST_DMABUF_SRC_INTERLEAVED, field))
    modes |= GST_DMABUF_SRC_INTERLEAVED;
  if (try_field (device, fourcc, width, height, V4L2_FIELD_NONE) ==
      V4L2_FIELD_NONE)
    modes |= GST_DMABUF_SRC_PROGRESSIVE;
  if (field == V4L2_FIELD_ALTERNATE ||
      try_field (device, fourcc, width, height, V4L2_FIELD_ALTERNATE) ==
          V4L2_FIELD_ALTERNATE)
    modes |= GST_DMABUF_SRC_ALTERNATE;

  if (modes == 0)
    GST_INFO ("%s: %" GST_FOURCC_FORMAT " %ux%u is left out: its fields come "
              "in an order (V4L2_FIELD_* %u) that GStreamer has no words for",
        device->path, GST_FOURCC_ARGS (fourcc), width, height, field);
  return modes;
}

/* System memory goes unsaid beside other features. */
static void
set_alternate (GstCaps *caps)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    GstCapsFeatures *features = gst_caps_features_copy (
        gst_caps_get_features (caps, i));

    gst_caps_features_remove (features, GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY);
    gst_caps_features_add (features, GST_CAPS_FEATURE_FORMAT_INTERLACED);
    gst_caps_set_features (caps, i, features);
  }
}

void
gst_dmabuf_src_mode_to_caps (GstDmabufSrcModes mode, GstCaps *caps)
{
  const gchar *name = mode == GST_DMABUF_SRC_PROGRESSIVE   ? "progressive"
                      : mode == GST_DMABUF_SRC_INTERLEAVED ? "interleaved"
                                                           : "alternate";

  gst_caps_set_simple (caps, "interlace-mode", G_TYPE_STRING, name, NULL);
  if (mode == GST_DMABUF_SRC_ALTERNATE)
    set_alternate (caps);
}

GstDmabufSrcModes
gst_dmabuf_src_mode_from_info (const GstVideoInfo *info)
{
  switch (GST_VIDEO_INFO_INTERLACE_MODE (info)) {
    case GST_VIDEO_INTERLACE_MODE_PROGRESSIVE:
      return GST_DMABUF_SRC_PROGRESSIVE;
    case GST_VIDEO_INTERLACE_MODE_INTERLEAVED:
      return GST_DMABUF_SRC_INTERLEAVED;
    case GST_VIDEO_INTERLACE_MODE_ALTERNATE:
      return GST_DMABUF_SRC_ALTERNATE;
    default:
      return 0;
  }
}

guint32
gst_dmabuf_src_mode_to_field (GstDmabufSrcModes mode)
{
  switch (mode) {
    case GST_DMABUF_SRC_INTERLEAVED:
      return V4L2_FIELD_INTERLACED;
    case GST_DMABUF_SRC_ALTERNATE:
      return V4L2_FIELD_ALTERNATE;
    default:
      return V4L2_FIELD_NONE;
  }
}

gboolean
gst_dmabuf_src_mode_is (GstDmabufSrcModes mode, guint32 field)
{
  switch (field) {
    case V4L2_FIELD_NONE:
      return mode == GST_DMABUF_SRC_PROGRESSIVE;
    case V4L2_FIELD_INTERLACED:
    case V4L2_FIELD_INTERLACED_TB:
    case V4L2_FIELD_INTERLACED_BT:
      return mode == GST_DMABUF_SRC_INTERLEAVED;
    case V4L2_FIELD_ALTERNATE:
      return mode == GST_DMABUF_SRC_ALTERNATE;
    default:
      return FALSE;
  }
}

guint32
gst_dmabuf_src_frame_height (const struct zc_v4l2_format *format)
{
  return V4L2_FIELD_HAS_T_OR_B (format->field) ? format->height * 2
                                               : format->height;
}

GstVideoFieldOrder
gst_dmabuf_src_field_order (const struct zc_v4l2_device *device, guint32 field)
{
  v4l2_std_id standard = 0;

  if (field == V4L2_FIELD_INTERLACED_TB)
    return GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST;
  if (field == V4L2_FIELD_INTERLACED_BT)
    return GST_VIDEO_FIELD_ORDER_BOTTOM_FIELD_FIRST;
  if (field != V4L2_FIELD_INTERLACED ||
      zc_v4l2_standard_get (device, &standard) < 0 || standard == 0)
    return GST_VIDEO_FIELD_ORDER_UNKNOWN;
  return standard & V4L2_STD_525_60 ? GST_VIDEO_FIELD_ORDER_BOTTOM_FIELD_FIRST
                                    : GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST;
}

static guint
flags_of (const GstVideoInfo *info, guint32 field)
{
  switch (field) {
    case V4L2_FIELD_TOP:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TOP_FIELD;
    case V4L2_FIELD_BOTTOM:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED |
             GST_VIDEO_BUFFER_FLAG_BOTTOM_FIELD;
    case V4L2_FIELD_INTERLACED_TB:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF;
    case V4L2_FIELD_INTERLACED_BT:
      return GST_VIDEO_BUFFER_FLAG_INTERLACED;
    case V4L2_FIELD_INTERLACED:
      return GST_VIDEO_INFO_FIELD_ORDER (info) ==
                     GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST
                 ? GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF
                 : GST_VIDEO_BUFFER_FLAG_INTERLACED;
    default:
      return 0;
  }
}

/* A meta has the height of the frame: gst_video_frame_map() halves it. */
void
gst_dmabuf_src_mark_field (
    GstBuffer *buffer, const GstVideoInfo *info, guint32 field)
{
  GstVideoMeta *meta;

  if (!GST_VIDEO_INFO_IS_INTERLACED (info))
    return;
  GST_BUFFER_FLAG_UNSET (buffer, FIELD_FLAGS);
  GST_BUFFER_FLAG_SET (buffer, flags_of (info, field));
  if (GST_VIDEO_INFO_INTERLACE_MODE (info) !=
      GST_VIDEO_INTERLACE_MODE_ALTERNATE)
    return;
  meta = gst_buffer_get_video_meta (buffer);
  if (meta)
    meta->height = (guint) GST_VIDEO_INFO_HEIGHT (info);
}
