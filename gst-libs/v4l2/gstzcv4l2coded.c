/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2coded.h"

#include <linux/videodev2.h>

#ifndef V4L2_PIX_FMT_AV1 /* Linux 6.17 */
#define V4L2_PIX_FMT_AV1 v4l2_fourcc ('A', 'V', '0', '1')
#endif

/* Four mosaics, by the colours of the first two pixels of two lines; the
 * packed ones (V4L2_PIX_FMT_SBGGR10P) have no name in GStreamer. */
#define MOSAICS(bits, memory, suffix)                                       \
  { V4L2_PIX_FMT_SBGGR##bits, memory, "video/x-bayer,format=bggr" suffix }, \
      { V4L2_PIX_FMT_SGBRG##bits, memory,                                   \
        "video/x-bayer,format=gbrg" suffix },                               \
      { V4L2_PIX_FMT_SGRBG##bits, memory,                                   \
        "video/x-bayer,format=grbg" suffix },                               \
  {                                                                         \
    V4L2_PIX_FMT_SRGGB##bits, memory, "video/x-bayer,format=rggb" suffix    \
  }

#define AU "stream-format=byte-stream,alignment=au"

static const struct {
  guint32 fourcc;
  guint bits;
  const gchar *caps;
} table[] = {
  { V4L2_PIX_FMT_MJPEG, 0, "image/jpeg" },
  { V4L2_PIX_FMT_JPEG, 0, "image/jpeg" },
  { V4L2_PIX_FMT_H264, 0, "video/x-h264," AU },
  { V4L2_PIX_FMT_H264_NO_SC, 0, "video/x-h264,stream-format=avc,alignment=au" },
  { V4L2_PIX_FMT_HEVC, 0, "video/x-h265," AU },
  { V4L2_PIX_FMT_VP8, 0, "video/x-vp8" },
  { V4L2_PIX_FMT_VP9, 0, "video/x-vp9" },
  { V4L2_PIX_FMT_AV1, 0, "video/x-av1,stream-format=obu-stream,alignment=tu" },
  { V4L2_PIX_FMT_MPEG1, 0,
      "video/mpeg,mpegversion=1,systemstream=(boolean)false" },
  { V4L2_PIX_FMT_MPEG2, 0,
      "video/mpeg,mpegversion=2,systemstream=(boolean)false" },
  { V4L2_PIX_FMT_MPEG4, 0,
      "video/mpeg,mpegversion=4,systemstream=(boolean)false" },
  { V4L2_PIX_FMT_XVID, 0,
      "video/mpeg,mpegversion=4,systemstream=(boolean)false" },
  { V4L2_PIX_FMT_H263, 0, "video/x-h263,variant=itu" },
  { V4L2_PIX_FMT_FWHT, 0, "video/x-fwht" },
  MOSAICS (8, 8, ""),
  MOSAICS (10, 16, "10le"),
  MOSAICS (12, 16, "12le"),
  MOSAICS (14, 16, "14le"),
  MOSAICS (16, 16, "16le"),
};

static guint
find (guint32 fourcc)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (table) && table[i].fourcc != fourcc)
    i++;
  return i;
}

guint32
gst_zc_v4l2_coded_nth (guint n)
{
  return n < G_N_ELEMENTS (table) ? table[n].fourcc : 0;
}

GstCaps *
gst_zc_v4l2_coded_to_caps (guint32 fourcc)
{
  guint i = find (fourcc);

  return i < G_N_ELEMENTS (table) ? gst_caps_from_string (table[i].caps) : NULL;
}

gboolean
gst_zc_v4l2_coded_is (guint32 fourcc, const GstStructure *s)
{
  g_autoptr (GstCaps) caps = gst_zc_v4l2_coded_to_caps (fourcc);

  return caps &&
         gst_structure_can_intersect (gst_caps_get_structure (caps, 0), s);
}

guint
gst_zc_v4l2_coded_get_bits (guint32 fourcc)
{
  guint i = find (fourcc);

  return i < G_N_ELEMENTS (table) ? table[i].bits : 0;
}

guint
gst_zc_v4l2_coded_get_stride (guint32 fourcc, guint width)
{
  guint bits = gst_zc_v4l2_coded_get_bits (fourcc);

  if (width > G_MAXINT / 2)
    return 0;
  return GST_ROUND_UP_4 (width * bits / 8);
}
