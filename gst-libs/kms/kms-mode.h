/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_MODE_H
#define ZC_KMS_MODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xf86drmMode.h>

/*
 * Modes: which one a user asks for in words, which one suits a video, and how
 * they are called. Plain arithmetic on struct drm_mode_modeinfo: nothing here
 * calls the kernel, allocates or keeps state; any thread.
 *
 * Rates are in mHz, refreshes in 1000 s. That of an interlaced mode counts
 * fields, as its name does: 1920x1080i@50 shows 25 frames a second.
 */

enum zc_kms_mode_kind {
  ZC_KMS_MODE_PREFERRED, /* what the monitor likes best */
  ZC_KMS_MODE_CURRENT,   /* what is lit, or the preferred one if dark */
  ZC_KMS_MODE_MATCH,     /* what suits the video best */
  ZC_KMS_MODE_SIZE,      /* exactly this size */
};

/* What a user asks for. */
struct zc_kms_mode_request {
  enum zc_kms_mode_kind kind;
  uint32_t width, height; /* of ZC_KMS_MODE_SIZE alone, as the rest */
  uint32_t rate_mhz;      /* 0: the one that suits the video best */
  bool interlaced;
};

/* What is to be shown. */
struct zc_kms_mode_video {
  uint32_t width, height; /* in pixels of the screen */
  uint32_t rate_mhz;      /* frames in 1000 s, 0 if unknown */
};

/* Enough for the name of any mode, and for why one is refused. */
#define ZC_KMS_MODE_NAME_SIZE 40
#define ZC_KMS_MODE_WHY_SIZE 160

/*
 * Reads "preferred", "current", "match", "1920x1080", "1920x1080@60",
 * "1920x1080i@50", "1920x1080@59.94". Returns 0, or -EINVAL, REQUEST is
 * untouched then and WHY, of SIZE bytes, says in a sentence what is wrong with
 * the string and what would be right. WHY may be NULL.
 */
int zc_kms_mode_parse (struct zc_kms_mode_request *request, const char *string,
    char *why, size_t size);

/*
 * The best of N_MODES MODES for REQUEST, or NULL if none will do.
 *
 * Of several that will do the best is, in this order:
 *  - for "match", the size: that of the video, else the smallest that holds
 *    it, else the largest;
 *  - the rate, so that each frame stays as long as the next: a multiple of the
 *    video's by 0.05 % (which tells 59.94 from 60 Hz), once before twice; a
 *    multiple by 1 %; else the fastest. All are alike if the video has none;
 *  - progressive before interlaced;
 *  - CURRENT, because nothing needs to change; then the preferred one; then
 *    the kernel's order.
 *
 * A rate that is asked for may be missed by 1 %, because people say 60 and
 * mean 59.94 or 60.02; the nearest wins. A size without "i" is progressive.
 *
 * CURRENT is the mode that is lit, or NULL. The answer is one of MODES, or
 * CURRENT itself if that is asked for and not listed.
 */
const drmModeModeInfo *zc_kms_mode_choose (const drmModeModeInfo modes[],
    unsigned n_modes, const struct zc_kms_mode_request *request,
    const struct zc_kms_mode_video *video, const drmModeModeInfo *current);

/* Refreshes in 1000 s, rounded; 0 if MODE makes no sense. */
uint32_t zc_kms_mode_refresh_mhz (const drmModeModeInfo *mode);

/* Whether A and B drive the monitor alike. Names, who listed them, and the
 * picture's aspect ratio, which is a mere note to the monitor, do not count. */
bool zc_kms_mode_same_timing (
    const drmModeModeInfo *a, const drmModeModeInfo *b);

/*
 * The shape of a pixel, width to height, as a fraction without a common
 * divisor; both fit into an int. The picture's aspect ratio that MODE states
 * (each format of CTA-861-G has one) comes first; else that of the screen,
 * MM_WIDTH x MM_HEIGHT millimetres as the connector says, which MODE fills.
 * Pixels are square if neither is known, if it is nearly so (sizes come in
 * whole centimetres), and if it is too far from it to be true.
 */
void zc_kms_mode_pixel_aspect (const drmModeModeInfo *mode, uint32_t mm_width,
    uint32_t mm_height, uint32_t *width, uint32_t *height);

/*
 * Writes "1920x1080@59.94" or "1920x1080i@50" into NAME, at most SIZE bytes
 * (ZC_KMS_MODE_NAME_SIZE is enough), by what the mode is and not by what the
 * kernel called it; zc_kms_mode_parse() reads it. Returns NAME.
 */
const char *zc_kms_mode_name (
    const drmModeModeInfo *mode, char *name, size_t size);

/*
 * Writes the names of all MODES into TEXT, for a message that says what could
 * be had instead: each once, with commas, "..." where SIZE ends. Returns TEXT.
 */
const char *zc_kms_mode_names (
    const drmModeModeInfo modes[], unsigned n_modes, char *text, size_t size);

#endif
