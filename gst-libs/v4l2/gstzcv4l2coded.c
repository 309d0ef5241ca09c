/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2coded.h"

#include <linux/videodev2.h>

#ifndef V4L2_PIX_FMT_AV1 /* Linux 6.17 */
#define V4L2_PIX_FMT_AV1 v4l2_fourcc ('A', 'V', '0', '1')
#endif

/* Four mosaics, by the colours of the first two pixels of two lines; the
 * packed ones (V4L2_PIX_FMT_SBGGR10P) have no name in GStreamer. */
#define MOSAIC(code, memory, caps) \
  { code, memory, NULL, "video/x-bayer,format=" caps, NULL }
#define MOSAICS(bits, memory, suffix)                           \
  MOSAIC (V4L2_PIX_FMT_SBGGR##bits, memory, "bggr" suffix),     \
      MOSAIC (V4L2_PIX_FMT_SGBRG##bits, memory, "gbrg" suffix), \
      MOSAIC (V4L2_PIX_FMT_SGRBG##bits, memory, "grbg" suffix), \
      MOSAIC (V4L2_PIX_FMT_SRGGB##bits, memory, "rggb" suffix)

#define CODEC(name) 0, &gst_zc_v4l2_codec_##name

/* Decoders want whole frames in each buffer (dev-decoder.rst). Caps without an
 * alignment promise them by "parsed", where the format can come from files
 * without a container; there, nobody but parsers does so. */
#define PARSED "parsed=(boolean)true"

#define AU "stream-format=byte-stream,alignment=au"

static const struct {
  guint32 fourcc;
  guint bits;
  const GstZcV4l2Codec *codec;
  const gchar *caps;
  const gchar *decoder; /* what a decoder asks for besides */
} table[] = {
  { V4L2_PIX_FMT_MJPEG, CODEC (jpeg), "image/jpeg", NULL },
  { V4L2_PIX_FMT_JPEG, CODEC (jpeg), "image/jpeg", NULL },
  { V4L2_PIX_FMT_H264, CODEC (h264), "video/x-h264," AU, NULL },
  { V4L2_PIX_FMT_H264_NO_SC, CODEC (h264),
      "video/x-h264,stream-format=avc,alignment=au", NULL },
  { V4L2_PIX_FMT_HEVC, CODEC (hevc), "video/x-h265," AU, NULL },
  { V4L2_PIX_FMT_VP8, CODEC (vp8), "video/x-vp8", NULL },
  { V4L2_PIX_FMT_VP9, CODEC (vp9), "video/x-vp9", NULL },
  { V4L2_PIX_FMT_AV1, CODEC (av1),
      "video/x-av1,stream-format=obu-stream,alignment=tu", NULL },
  { V4L2_PIX_FMT_MPEG1, CODEC (mpeg1),
      "video/mpeg,mpegversion=1,systemstream=(boolean)false", PARSED },
  { V4L2_PIX_FMT_MPEG2, CODEC (mpeg2),
      "video/mpeg,mpegversion=2,systemstream=(boolean)false", PARSED },
  { V4L2_PIX_FMT_MPEG4, CODEC (mpeg4),
      "video/mpeg,mpegversion=4,systemstream=(boolean)false", PARSED },
  { V4L2_PIX_FMT_XVID, CODEC (mpeg4),
      "video/mpeg,mpegversion=4,systemstream=(boolean)false", PARSED },
  { V4L2_PIX_FMT_H263, CODEC (h263), "video/x-h263,variant=itu", PARSED },
  { V4L2_PIX_FMT_FWHT, CODEC (fwht), "video/x-fwht", NULL },
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

GstCaps *
gst_zc_v4l2_coded_to_decoder_caps (guint32 fourcc)
{
  guint i = find (fourcc);
  g_autofree gchar *text = NULL;

  if (i == G_N_ELEMENTS (table) || !table[i].codec)
    return NULL;
  text = g_strconcat (table[i].caps, table[i].decoder ? "," : "",
      table[i].decoder ? table[i].decoder : "", NULL);
  return gst_caps_from_string (text);
}

const GstZcV4l2Codec *
gst_zc_v4l2_coded_get_codec (guint32 fourcc)
{
  guint i = find (fourcc);

  return i < G_N_ELEMENTS (table) ? table[i].codec : NULL;
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

/* What small pictures and their headers may need. */
#define LEAST_ROOM (1 << 20)

guint32
gst_zc_v4l2_coded_get_room (guint width, guint height)
{
  guint64 pixels = (guint64) width * height;

  return (guint32) CLAMP (pixels * 3 / 4, LEAST_ROOM, G_MAXUINT32);
}
