/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcv4l2level.h"

/* What a picture is counted in: blocks, or pixels of whole blocks. */
typedef struct {
  const gchar *level;
  guint64 picture;      /* at most in a picture */
  guint64 rate;         /* at most in a second */
  guint width, height;  /* pixels; 0: see aspect */
  guint fps;            /* frames a second; 0: as many as rate allows */
  guint kbps[2];        /* thousands of bits a second; [1]: in the high tier;
                         * 0: there is no such tier */
  const gchar *profile; /* the only one that it is for, or NULL */
} Limits;

/* Bits that a profile may have, in thousandths of the table's. */
typedef struct {
  const gchar *profile;
  guint permille;
} Factor;

struct _GstZcV4l2Levels {
  const Limits *limits;
  guint n_limits;
  const Factor *factors;
  guint n_factors;
  guint block;     /* pixels of a block's side */
  gboolean pixels; /* pictures are counted in pixels */
  guint aspect;    /* no side is longer than the root of so many largest
                    * pictures; 0: such a rule is not */
};

#define ANY 0, 0, ANY_FPS
#define ANY_FPS 0

/* Rec. ITU-T H.264, Table A-1: MaxFS and MaxMBPS in macroblocks, MaxBR. A.3.1
 * bounds the sides by Sqrt (MaxFS * 8). */
static const Limits h264[] = {
  { "1", 99, 1485, ANY, { 64 }, NULL },
  { "1b", 99, 1485, ANY, { 128 }, NULL },
  { "1.1", 396, 3000, ANY, { 192 }, NULL },
  { "1.2", 396, 6000, ANY, { 384 }, NULL },
  { "1.3", 396, 11880, ANY, { 768 }, NULL },
  { "2", 396, 11880, ANY, { 2000 }, NULL },
  { "2.1", 792, 19800, ANY, { 4000 }, NULL },
  { "2.2", 1620, 20250, ANY, { 4000 }, NULL },
  { "3", 1620, 40500, ANY, { 10000 }, NULL },
  { "3.1", 3600, 108000, ANY, { 14000 }, NULL },
  { "3.2", 5120, 216000, ANY, { 20000 }, NULL },
  { "4", 8192, 245760, ANY, { 20000 }, NULL },
  { "4.1", 8192, 245760, ANY, { 50000 }, NULL },
  { "4.2", 8704, 522240, ANY, { 50000 }, NULL },
  { "5", 22080, 589824, ANY, { 135000 }, NULL },
  { "5.1", 36864, 983040, ANY, { 240000 }, NULL },
  { "5.2", 36864, 2073600, ANY, { 240000 }, NULL },
  { "6", 139264, 4177920, ANY, { 240000 }, NULL },
  { "6.1", 139264, 8355840, ANY, { 480000 }, NULL },
  { "6.2", 139264, 16711680, ANY, { 800000 }, NULL },
};

/* Table A-2, cpbBrVclFactor. */
static const Factor h264_factors[] = {
  { "high", 1250 },
  { "constrained-high", 1250 },
  { "scalable-high", 1250 },
  { "stereo-high", 1250 },
  { "multiview-high", 1250 },
  { "high-10", 3000 },
  { "high-10-intra", 3000 },
  { "high-4:2:2", 4000 },
  { "high-4:2:2-intra", 4000 },
  { "high-4:4:4", 4000 },
  { "high-4:4:4-intra", 4000 },
  { "cavlc-4:4:4-intra", 4000 },
};

const GstZcV4l2Levels gst_zc_v4l2_levels_h264 = {
  .limits = h264,
  .n_limits = G_N_ELEMENTS (h264),
  .factors = h264_factors,
  .n_factors = G_N_ELEMENTS (h264_factors),
  .block = 16,
  .aspect = 8,
};

/* Rec. ITU-T H.265, Table A.8: MaxLumaPs; Table A.9: MaxLumaSr, MaxBR of both
 * tiers. A.4.1 bounds the sides by Sqrt (MaxLumaPs * 8). Pictures are multiples
 * of the smallest coding block, which is at least 8. */
static const Limits hevc[] = {
  { "1", 36864, 552960, ANY, { 128 }, NULL },
  { "2", 122880, 3686400, ANY, { 1500 }, NULL },
  { "2.1", 245760, 7372800, ANY, { 3000 }, NULL },
  { "3", 552960, 16588800, ANY, { 6000 }, NULL },
  { "3.1", 983040, 33177600, ANY, { 10000 }, NULL },
  { "4", 2228224, 66846720, ANY, { 12000, 30000 }, NULL },
  { "4.1", 2228224, 133693440, ANY, { 20000, 50000 }, NULL },
  { "5", 8912896, 267386880, ANY, { 25000, 100000 }, NULL },
  { "5.1", 8912896, 534773760, ANY, { 40000, 160000 }, NULL },
  { "5.2", 8912896, 1069547520, ANY, { 60000, 240000 }, NULL },
  { "6", 35651584, 1069547520, ANY, { 60000, 240000 }, NULL },
  { "6.1", 35651584, 2139095040, ANY, { 120000, 480000 }, NULL },
  { "6.2", 35651584, 4278190080, ANY, { 240000, 800000 }, NULL },
};

const GstZcV4l2Levels gst_zc_v4l2_levels_hevc = {
  .limits = hevc,
  .n_limits = G_N_ELEMENTS (hevc),
  .block = 8,
  .pixels = TRUE,
  .aspect = 8,
};

/* "VP9 Levels", webmproject.org/vp9/levels: luma picture size, sample rate and
 * breadth, bitrate. */
static const Limits vp9[] = {
  { "1", 36864, 829440, 512, 512, ANY_FPS, { 200 }, NULL },
  { "1.1", 73728, 2764800, 768, 768, ANY_FPS, { 800 }, NULL },
  { "2", 122880, 4608000, 960, 960, ANY_FPS, { 1800 }, NULL },
  { "2.1", 245760, 9216000, 1344, 1344, ANY_FPS, { 3600 }, NULL },
  { "3", 552960, 20736000, 2048, 2048, ANY_FPS, { 7200 }, NULL },
  { "3.1", 983040, 36864000, 2752, 2752, ANY_FPS, { 12000 }, NULL },
  { "4", 2228224, 83558400, 4160, 4160, ANY_FPS, { 18000 }, NULL },
  { "4.1", 2228224, 160432128, 4160, 4160, ANY_FPS, { 30000 }, NULL },
  { "5", 8912896, 311951360, 8384, 8384, ANY_FPS, { 60000 }, NULL },
  { "5.1", 8912896, 588251136, 8384, 8384, ANY_FPS, { 120000 }, NULL },
  { "5.2", 8912896, 1176502272, 8384, 8384, ANY_FPS, { 180000 }, NULL },
  { "6", 35651584, 1176502272, 16832, 16832, ANY_FPS, { 180000 }, NULL },
  { "6.1", 35651584, 2353004544, 16832, 16832, ANY_FPS, { 240000 }, NULL },
  { "6.2", 35651584, 4706009088, 16832, 16832, ANY_FPS, { 480000 }, NULL },
};

const GstZcV4l2Levels gst_zc_v4l2_levels_vp9 = {
  .limits = vp9,
  .n_limits = G_N_ELEMENTS (vp9),
  .block = 1,
  .pixels = TRUE,
};

/* AV1 Bitstream & Decoding Process Specification, A.3: MaxPicSize,
 * MaxDisplayRate, MaxHSize, MaxVSize, MainMbps, HighMbps. Those that are left
 * out (2.2, 7.0) are reserved. */
static const Limits av1[] = {
  { "2.0", 147456, 4423680, 2048, 1152, ANY_FPS, { 1500 }, NULL },
  { "2.1", 278784, 8363520, 2816, 1584, ANY_FPS, { 3000 }, NULL },
  { "3.0", 665856, 19975680, 4352, 2448, ANY_FPS, { 6000 }, NULL },
  { "3.1", 1065024, 31950720, 5504, 3096, ANY_FPS, { 10000 }, NULL },
  { "4.0", 2359296, 70778880, 6144, 3456, ANY_FPS, { 12000, 30000 }, NULL },
  { "4.1", 2359296, 141557760, 6144, 3456, ANY_FPS, { 20000, 50000 }, NULL },
  { "5.0", 8912896, 267386880, 8192, 4352, ANY_FPS, { 30000, 100000 }, NULL },
  { "5.1", 8912896, 534773760, 8192, 4352, ANY_FPS, { 40000, 160000 }, NULL },
  { "5.2", 8912896, 1069547520, 8192, 4352, ANY_FPS, { 60000, 240000 }, NULL },
  { "5.3", 8912896, 1069547520, 8192, 4352, ANY_FPS, { 60000, 240000 }, NULL },
  { "6.0", 35651584, 1069547520, 16384, 8704, ANY_FPS, { 60000, 240000 },
      NULL },
  { "6.1", 35651584, 2139095040, 16384, 8704, ANY_FPS, { 100000, 480000 },
      NULL },
  { "6.2", 35651584, 4278190080, 16384, 8704, ANY_FPS, { 160000, 800000 },
      NULL },
  { "6.3", 35651584, 4278190080, 16384, 8704, ANY_FPS, { 160000, 800000 },
      NULL },
};

/* A.3, BitrateProfileFactor. */
static const Factor av1_factors[] = {
  { "high", 2000 },
  { "professional", 3000 },
};

const GstZcV4l2Levels gst_zc_v4l2_levels_av1 = {
  .limits = av1,
  .n_limits = G_N_ELEMENTS (av1),
  .factors = av1_factors,
  .n_factors = G_N_ELEMENTS (av1_factors),
  .block = 1,
  .pixels = TRUE,
};

/* Rec. ITU-T H.262, Table 8-11: sides, frames a second; Table 8-12: luminance
 * samples a second; Table 8-13: bits, of Main profile. Samples are counted as
 * they are shown, not as macroblocks. */
static const Limits mpeg2[] = {
  { "low", 101376, 3041280, 352, 288, 30, { 4000 }, NULL },
  { "main", 414720, 10368000, 720, 576, 30, { 15000 }, NULL },
  { "high-1440", 1658880, 47001600, 1440, 1152, 60, { 60000 }, NULL },
  { "high", 2211840, 62668800, 1920, 1152, 60, { 80000 }, NULL },
};

const GstZcV4l2Levels gst_zc_v4l2_levels_mpeg2 = {
  .limits = mpeg2,
  .n_limits = G_N_ELEMENTS (mpeg2),
  .block = 1,
  .pixels = TRUE,
};

/* ISO/IEC 14496-2, Table N.1: macroblocks of a VOP and of a second, bits. Of
 * the profiles that it has, the two that drivers have. */
static const Limits mpeg4[] = {
  { "0", 99, 1485, ANY, { 64 }, "simple" },
  { "0b", 99, 1485, ANY, { 128 }, "simple" },
  { "1", 99, 1485, ANY, { 64 }, "simple" },
  { "2", 396, 5940, ANY, { 128 }, "simple" },
  { "3", 396, 11880, ANY, { 384 }, "simple" },
  { "4", 1200, 36000, ANY, { 4000 }, "simple" },
  { "5", 1620, 40500, ANY, { 8000 }, "simple" },
  { "0", 99, 2970, ANY, { 128 }, "advanced-simple" },
  { "1", 99, 2970, ANY, { 128 }, "advanced-simple" },
  { "2", 396, 5940, ANY, { 384 }, "advanced-simple" },
  { "3", 396, 11880, ANY, { 768 }, "advanced-simple" },
  { "3b", 396, 11880, ANY, { 1500 }, "advanced-simple" },
  { "4", 792, 23760, ANY, { 3000 }, "advanced-simple" },
  { "5", 1620, 48600, ANY, { 8000 }, "advanced-simple" },
};

const GstZcV4l2Levels gst_zc_v4l2_levels_mpeg4 = {
  .limits = mpeg4,
  .n_limits = G_N_ELEMENTS (mpeg4),
  .block = 16,
};

static guint64
blocks (guint pixels, guint block)
{
  return ((guint64) pixels + block - 1) / block;
}

static guint
factor (const GstZcV4l2Levels *self, const gchar *profile)
{
  for (guint i = 0; i < self->n_factors; i++)
    if (g_strcmp0 (self->factors[i].profile, profile) == 0)
      return self->factors[i].permille;
  return 1000;
}

static gboolean
sides_fit (
    const GstZcV4l2Levels *self, const Limits *limits, guint64 w, guint64 h)
{
  guint64 longest = limits->picture * self->aspect;

  return !self->aspect || (w * w <= longest && h * h <= longest);
}

static gboolean
picture_fits (const GstZcV4l2Levels *self, const Limits *limits,
    const GstZcV4l2Load *load)
{
  const guint unit = self->pixels ? self->block : 1;
  const guint64 w = blocks (load->width, self->block) * unit;
  const guint64 h = blocks (load->height, self->block) * unit;

  if ((limits->width && load->width > limits->width) ||
      (limits->height && load->height > limits->height) ||
      !sides_fit (self, limits, w, h) || w * h > limits->picture)
    return FALSE;
  return w * h * (guint64) MAX (load->fps_n, 0) <=
             limits->rate * (guint64) load->fps_d &&
         (!limits->fps || (guint64) MAX (load->fps_n, 0) <=
                              (guint64) limits->fps * (guint64) load->fps_d);
}

static gboolean
is_for (const Limits *limits, const gchar *profile)
{
  return !limits->profile || !profile || g_str_equal (limits->profile, profile);
}

static gboolean
limits_fit (const GstZcV4l2Levels *self, const Limits *limits,
    const gchar *profile, gboolean high_tier, const GstZcV4l2Load *load)
{
  const guint64 kbps = limits->kbps[high_tier ? 1 : 0];

  return is_for (limits, profile) && kbps > 0 &&
         load->bitrate <= kbps * factor (self, profile) &&
         picture_fits (self, limits, load);
}

gboolean
gst_zc_v4l2_levels_fit (const GstZcV4l2Levels *self, const gchar *level,
    const gchar *profile, gboolean high_tier, const GstZcV4l2Load *load)
{
  for (guint i = 0; i < self->n_limits; i++)
    if (g_str_equal (self->limits[i].level, level) &&
        limits_fit (self, &self->limits[i], profile, high_tier, load))
      return TRUE;
  return FALSE;
}

const gchar *
gst_zc_v4l2_levels_least (const GstZcV4l2Levels *self, const gchar *profile,
    gboolean high_tier, const GstZcV4l2Load *load)
{
  for (guint i = 0; i < self->n_limits; i++)
    if (limits_fit (self, &self->limits[i], profile, high_tier, load))
      return self->limits[i].level;
  return NULL;
}
