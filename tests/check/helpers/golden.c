/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "golden.h"

#include "crc.h"
#include "runner.h"

#include <drm_fourcc.h>
#include <drm_mode.h>

#define OPAQUE 0xffff

struct pixel {
  guint16 a, r, g, b;
};

G_STATIC_ASSERT (sizeof (struct pixel) == CRC_PIXEL_BYTES);
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

/* --- formats ----------------------------------------------------------- */

enum kind {
  KIND_BYTES, /* RGB, a byte each, at these places; no alpha: -1 */
  KIND_WORDS, /* 16 bits each */
  KIND_565,   /* r: the lowest bit of red, b: of blue */
  KIND_GREY,
  KIND_YUV,    /* a byte each */
  KIND_YUV_16, /* 16 bits each */
};

struct format {
  guint32 fourcc;
  enum kind kind;
  gint8 a, r, g, b;    /* RGB */
  guint8 sub_x, sub_y; /* YUV: so many pixels share a chroma sample */
  gboolean interleaved, v_first;
};

#define RGB(fourcc, kind, a, r, g, b) \
  { DRM_FORMAT_##fourcc, KIND_##kind, a, r, g, b, 0, 0, FALSE, FALSE }
#define YUV(fourcc, kind, sub_x, sub_y, interleaved, v_first)                \
  { DRM_FORMAT_##fourcc, KIND_##kind, 0, 0, 0, 0, sub_x, sub_y, interleaved, \
    v_first }

/* drm_fourcc.h names words from the highest bits down; these are memory. */
static const struct format formats[] = {
  RGB (ARGB8888, BYTES, 3, 2, 1, 0),
  RGB (ABGR8888, BYTES, 3, 0, 1, 2),
  RGB (RGBA8888, BYTES, 0, 3, 2, 1),
  RGB (BGRA8888, BYTES, 0, 1, 2, 3),
  RGB (XRGB8888, BYTES, -1, 2, 1, 0),
  RGB (XBGR8888, BYTES, -1, 0, 1, 2),
  RGB (RGB888, BYTES, -1, 2, 1, 0),
  RGB (BGR888, BYTES, -1, 0, 1, 2),
  RGB (ARGB16161616, WORDS, 3, 2, 1, 0),
  RGB (ABGR16161616, WORDS, 3, 0, 1, 2),
  RGB (XRGB16161616, WORDS, -1, 2, 1, 0),
  RGB (XBGR16161616, WORDS, -1, 0, 1, 2),
  RGB (RGB565, 565, -1, 11, 5, 0),
  RGB (BGR565, 565, -1, 0, 5, 11),
  RGB (R8, GREY, -1, 0, 0, 0),
  YUV (NV12, YUV, 2, 2, TRUE, FALSE),
  YUV (NV21, YUV, 2, 2, TRUE, TRUE),
  YUV (NV16, YUV, 2, 1, TRUE, FALSE),
  YUV (NV61, YUV, 2, 1, TRUE, TRUE),
  YUV (NV24, YUV, 1, 1, TRUE, FALSE),
  YUV (NV42, YUV, 1, 1, TRUE, TRUE),
  YUV (P010, YUV_16, 2, 2, TRUE, FALSE),
  YUV (P012, YUV_16, 2, 2, TRUE, FALSE),
  YUV (P016, YUV_16, 2, 2, TRUE, FALSE),
  YUV (YUV420, YUV, 2, 2, FALSE, FALSE),
  YUV (YVU420, YUV, 2, 2, FALSE, TRUE),
  YUV (YUV422, YUV, 2, 1, FALSE, FALSE),
  YUV (YVU422, YUV, 2, 1, FALSE, TRUE),
  YUV (YUV444, YUV, 1, 1, FALSE, FALSE),
  YUV (YVU444, YUV, 1, 1, FALSE, TRUE),
};

static const struct format *
find_format (guint32 fourcc)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].fourcc == fourcc)
      return &formats[i];
  return NULL;
}

gboolean
golden_has_format (guint32 fourcc)
{
  return find_format (fourcc) != NULL;
}

/* --- YUV to RGB -------------------------------------------------------- */

/* 32 bits before the point and 32 behind it (include/drm/drm_fixed.h). */
typedef gint64 fixed;

/* The place of the highest bit that is not the sign. */
static guint
highest_bit (fixed x)
{
  return MAX (0, 62 - __builtin_clrsbll (x));
}

/* drm_fixp_mul(): what does not fit loses its lowest bits first, half of them
 * each; shifts to the right round down. */
static fixed
multiply (fixed a, fixed b)
{
  guint bits = highest_bit (a) + highest_bit (b);
  guint lost = bits > 61 ? bits - 61 : 0;

  a >>= lost - lost / 2;
  b >>= lost / 2;
  return lost > 32 ? a * b << (lost - 32) : a * b >> (32 - lost);
}

static guint16
clamp_to_16_bits (fixed x)
{
  return CLAMP ((x + (G_GINT64_CONSTANT (1) << 31)) >> 32, 0, 0xffff);
}

/* Times 2^32. With a scale of 256 / 219 and 256 / 224 where the range is
 * limited, as vkms has it: white is a little beyond white. */
struct matrix {
  fixed y, v_to_r, u_to_g, v_to_g, u_to_b;
};

static const struct matrix matrices[][2] = {
  [GOLDEN_BT601] = {
    { 5020601039, 6881764740, -1689204679, -3505362278, 8697922339 },
    { 4294967296, 6021544149, -1478054095, -3067191994, 7610682049 },
  },
  [GOLDEN_BT709] = {
    { 5020601039, 7729959424, -919487572, -2297803934, 9108275786 },
    { 4294967296, 6763714498, -804551626, -2010578443, 7969741314 },
  },
  [GOLDEN_BT2020] = {
    { 5020601039, 7238124312, -807714626, -2804506279, 9234915964 },
    { 4294967296, 6333358775, -706750298, -2453942994, 8080551471 },
  },
};

/* Samples of 16 bits; those of 8 bits come twice in them. */
static struct pixel
rgb_of_yuv (const struct golden_picture *picture, gint y, gint u, gint v)
{
  const struct matrix *m = &matrices[picture->encoding][picture->full_range];
  fixed from_y = ((fixed) y - (picture->full_range ? 0 : 16 * 257)) *
                 (G_GINT64_CONSTANT (1) << 32);
  fixed from_u = ((fixed) u - 128 * 257) * (G_GINT64_CONSTANT (1) << 32);
  fixed from_v = ((fixed) v - 128 * 257) * (G_GINT64_CONSTANT (1) << 32);
  fixed luma = multiply (m->y, from_y);

  return (struct pixel) {
    .a = OPAQUE,
    .r = clamp_to_16_bits (luma + multiply (m->v_to_r, from_v)),
    .g = clamp_to_16_bits (
        luma + multiply (m->u_to_g, from_u) + multiply (m->v_to_g, from_v)),
    .b = clamp_to_16_bits (luma + multiply (m->u_to_b, from_u)),
  };
}

/* --- one pixel of a picture -------------------------------------------- */

/* Of plane PLANE, the sample at X, Y in units of BYTES; N samples lie side by
 * side, and it is the INDEXth. */
static guint
sample (const struct golden_picture *picture, guint plane, guint x, guint y,
    guint bytes, guint n, guint index)
{
  const guint8 *at = picture->data[plane] + (gsize) y * picture->stride[plane] +
                     (gsize) (x * n + index) * bytes;

  return bytes == 1 ? at[0] * 257 : at[0] | at[1] << 8;
}

static struct pixel
pixel_of_yuv (const struct golden_picture *picture, const struct format *format,
    guint x, guint y)
{
  guint bytes = format->kind == KIND_YUV_16 ? 2 : 1;
  guint chroma_x = x / format->sub_x, chroma_y = y / format->sub_y;
  guint uv[2];

  for (guint i = 0; i < 2; i++)
    uv[i] = format->interleaved
                ? sample (picture, 1, chroma_x, chroma_y, bytes, 2, i)
                : sample (picture, 1 + i, chroma_x, chroma_y, bytes, 1, 0);
  return rgb_of_yuv (picture, sample (picture, 0, x, y, bytes, 1, 0),
      uv[format->v_first], uv[!format->v_first]);
}

/* N bits become 16, rounded. */
static guint16
widen (guint value, guint bits)
{
  guint max = (1u << bits) - 1;

  return (value * 0xffff + max / 2) / max;
}

static struct pixel
pixel_of_565 (const struct golden_picture *picture, const struct format *format,
    guint x, guint y)
{
  guint word = sample (picture, 0, x, y, 2, 1, 0);

  return (struct pixel) {
    .a = OPAQUE,
    .r = widen (word >> format->r & 0x1f, 5),
    .g = widen (word >> format->g & 0x3f, 6),
    .b = widen (word >> format->b & 0x1f, 5),
  };
}

static struct pixel
pixel_of_rgb (const struct golden_picture *picture, const struct format *format,
    guint x, guint y)
{
  guint bytes = format->kind == KIND_WORDS ? 2 : 1;
  gboolean is_24_bits = format->fourcc == DRM_FORMAT_RGB888 ||
                        format->fourcc == DRM_FORMAT_BGR888;
  guint n = format->kind == KIND_GREY ? 1 : is_24_bits ? 3 : 4;

  return (struct pixel) {
    .a = format->a < 0 ? OPAQUE
                       : sample (picture, 0, x, y, bytes, n, format->a),
    .r = sample (picture, 0, x, y, bytes, n, format->r),
    .g = sample (picture, 0, x, y, bytes, n, format->g),
    .b = sample (picture, 0, x, y, bytes, n, format->b),
  };
}

static struct pixel
pixel_at (const struct golden_picture *picture, const struct format *format,
    guint x, guint y)
{
  switch (format->kind) {
    case KIND_YUV:
    case KIND_YUV_16:
      return pixel_of_yuv (picture, format, x, y);
    case KIND_565:
      return pixel_of_565 (picture, format, x, y);
    default:
      return pixel_of_rgb (picture, format, x, y);
  }
}

/* --- the display ------------------------------------------------------- */

static gboolean
is_upright (const struct golden_picture *picture)
{
  return !(picture->rotation & (DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_270));
}

/* Of what is shown, turned as it is on the display, the pixel at X, Y lies at
 * this place of the upright one, of W x H. The display reflects first, and then
 * turns counter-clockwise. */
static void
turn_back (guint rotation, gint w, gint h, gint *x, gint *y)
{
  gint from_x = *x, from_y = *y;

  if (rotation & DRM_MODE_ROTATE_90) {
    *x = w - 1 - from_y;
    *y = from_x;
  } else if (rotation & DRM_MODE_ROTATE_180) {
    *x = w - 1 - from_x;
    *y = h - 1 - from_y;
  } else if (rotation & DRM_MODE_ROTATE_270) {
    *x = from_y;
    *y = h - 1 - from_x;
  }
  if (rotation & DRM_MODE_REFLECT_X)
    *x = w - 1 - *x;
  if (rotation & DRM_MODE_REFLECT_Y)
    *y = h - 1 - *y;
}

/* 32 bits, which overflow where a colour is larger than its alpha, as in the
 * driver. */
static guint16
blend (guint32 above, guint32 below, guint32 alpha)
{
  return (above * 0xffff + below * (0xffff - alpha) + 0xffff / 2) / 0xffff;
}

static void
blend_pixel (struct pixel *out, const struct pixel *in)
{
  out->r = blend (in->r, out->r, in->a);
  out->g = blend (in->g, out->g, in->a);
  out->b = blend (in->b, out->b, in->a);
}

/* What a picture adds to line Y of the display. */
static void
blend_line (const struct golden_picture *picture, struct pixel *line,
    gint width, gint y)
{
  const struct format *format = find_format (picture->fourcc);
  gint w = picture->crop.w ? picture->crop.w : picture->width;
  gint h = picture->crop.w ? picture->crop.h : picture->height;
  gint shown_w = is_upright (picture) ? w : h;
  gint shown_h = is_upright (picture) ? h : w;

  g_return_if_fail (format != NULL);
  if (y < picture->y || y >= picture->y + shown_h)
    return;
  for (gint x = MAX (0, picture->x); x < MIN (width, picture->x + shown_w);
      x++) {
    gint from_x = x - picture->x, from_y = y - picture->y;
    struct pixel in;

    turn_back (picture->rotation, w, h, &from_x, &from_y);
    in = pixel_at (
        picture, format, picture->crop.x + from_x, picture->crop.y + from_y);
    blend_pixel (&line[x], &in);
  }
}

guint32
golden_crc (
    guint width, guint height, const struct golden_picture pictures[], guint n)
{
  g_autofree struct pixel *line = g_new (struct pixel, width);
  guint32 crc = 0;

  for (guint y = 0; y < height; y++) {
    for (guint x = 0; x < width; x++)
      line[x] = (struct pixel) { .a = OPAQUE };
    for (guint i = 0; i < n; i++)
      blend_line (&pictures[i], line, width, y);
    crc = crc_add (crc, (const guint8 *) line, width * sizeof (struct pixel));
  }
  return crc;
}

/* --- of GStreamer ------------------------------------------------------ */

static enum golden_encoding
encoding_of (const GstVideoInfo *info)
{
  switch (GST_VIDEO_INFO_COLORIMETRY (info).matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT709:
      return GOLDEN_BT709;
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      return GOLDEN_BT2020;
    default:
      return GOLDEN_BT601;
  }
}

struct golden_picture
golden_of_frame (
    const GstVideoFrame *frame, guint32 fourcc, guint width, guint height)
{
  const GstVideoInfo *info = &frame->info;
  struct golden_picture picture = {
    .fourcc = fourcc,
    .width = GST_VIDEO_INFO_WIDTH (info),
    .height = GST_VIDEO_INFO_HEIGHT (info),
    .encoding = encoding_of (info),
    .full_range = GST_VIDEO_INFO_COLORIMETRY (info).range ==
                  GST_VIDEO_COLOR_RANGE_0_255,
    .x = ((gint) width - GST_VIDEO_INFO_WIDTH (info)) / 2,
    .y = ((gint) height - GST_VIDEO_INFO_HEIGHT (info)) / 2,
  };

  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (frame); i++) {
    picture.data[i] = GST_VIDEO_FRAME_PLANE_DATA (frame, i);
    picture.stride[i] = GST_VIDEO_FRAME_PLANE_STRIDE (frame, i);
  }
  return picture;
}

guint32
golden_crc_of_buffer (GstBuffer *buffer, const GstVideoInfo *info,
    guint32 fourcc, guint width, guint height)
{
  struct golden_picture picture;
  GstVideoFrame frame;
  guint32 crc;

  runner_require (gst_video_frame_map (&frame, info, buffer, GST_MAP_READ),
      "the frame cannot be mapped");
  picture = golden_of_frame (&frame, fourcc, width, height);
  crc = golden_crc (width, height, &picture, 1);
  gst_video_frame_unmap (&frame);
  return crc;
}
