/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-mode.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- in words ---------------------------------------------------------- */

/* Reads a number of at most MAX at *S, and moves *S behind it. */
static bool
read_number (const char **s, uint32_t max, uint32_t *number)
{
  const char *p = *s;
  uint32_t value = 0;

  for (; *p >= '0' && *p <= '9'; p++) {
    value = value * 10 + (*p - '0');
    if (value > max)
      return false;
  }
  if (p == *s || value == 0)
    return false;
  *number = value;
  *s = p;
  return true;
}

/* Reads "60" or "59.94" at *S, in mHz; what is below 1 mHz is cut. */
static bool
read_rate (const char **s, uint32_t *mhz)
{
  uint32_t hz;

  if (!read_number (s, 10000, &hz))
    return false;
  *mhz = hz * 1000;
  if (**s != '.')
    return true;

  ++*s;
  if (**s < '0' || **s > '9')
    return false;
  for (uint32_t unit = 100; **s >= '0' && **s <= '9'; ++*s, unit /= 10)
    *mhz += (**s - '0') * unit;
  return true;
}

static const char *
read_size (struct zc_kms_mode_request *request, const char *s)
{
  if (!read_number (&s, UINT16_MAX, &request->width) || *s != 'x')
    return "begins with no size";
  s++;
  if (!read_number (&s, UINT16_MAX, &request->height))
    return "has no height";
  if (*s == 'i') {
    request->interlaced = true;
    s++;
  }
  if (*s == '\0')
    return NULL;
  if (*s != '@')
    return "goes on after the size";
  s++;
  if (!read_rate (&s, &request->rate_mhz))
    return "has no rate after the @";
  return *s == '\0' ? NULL : "goes on after the rate";
}

int
zc_kms_mode_parse (struct zc_kms_mode_request *request, const char *string,
    char *why, size_t size)
{
  static const struct {
    const char *word;
    enum zc_kms_mode_kind kind;
  } words[] = {
    { "preferred", ZC_KMS_MODE_PREFERRED },
    { "current", ZC_KMS_MODE_CURRENT },
    { "match", ZC_KMS_MODE_MATCH },
  };
  struct zc_kms_mode_request read = { .kind = ZC_KMS_MODE_SIZE };
  const char *wrong;

  for (size_t i = 0; i < sizeof (words) / sizeof (words[0]); i++) {
    if (strcmp (string, words[i].word) == 0) {
      *request = (struct zc_kms_mode_request) { .kind = words[i].kind };
      return 0;
    }
  }
  wrong = read_size (&read, string);
  if (!wrong) {
    *request = read;
    return 0;
  }
  if (why && size > 0)
    snprintf (why, size,
        "\"%.40s\" %s: modes are preferred, current, match, or like 1920x1080, "
        "1920x1080@59.94, 1920x1080i@50",
        string, wrong);
  return -EINVAL;
}

const char *
zc_kms_mode_name (const drmModeModeInfo *mode, char *name, size_t size)
{
  uint32_t mhz = zc_kms_mode_refresh_mhz (mode);
  char rate[16];
  int n = snprintf (rate, sizeof (rate), "%u.%03u", mhz / 1000, mhz % 1000);

  while (rate[n - 1] == '0')
    rate[--n] = '\0';
  if (rate[n - 1] == '.')
    rate[--n] = '\0';
  snprintf (name, size, "%ux%u%s@%s", mode->hdisplay, mode->vdisplay,
      mode->flags & DRM_MODE_FLAG_INTERLACE ? "i" : "", rate);
  return name;
}

static bool
is_listed (const drmModeModeInfo modes[], unsigned n_modes, const char *name)
{
  char its_name[ZC_KMS_MODE_NAME_SIZE];

  for (unsigned i = 0; i < n_modes; i++)
    if (strcmp (name,
            zc_kms_mode_name (&modes[i], its_name, sizeof (its_name))) == 0)
      return true;
  return false;
}

const char *
zc_kms_mode_names (
    const drmModeModeInfo modes[], unsigned n_modes, char *text, size_t size)
{
  static const char cut[] = "...";
  size_t used = 0;

  if (size > 0)
    text[0] = '\0';
  for (unsigned i = 0; i < n_modes; i++) {
    char name[ZC_KMS_MODE_NAME_SIZE];

    zc_kms_mode_name (&modes[i], name, sizeof (name));
    if (is_listed (modes, i, name))
      continue;
    /* Room for what may follow: ", " and the end. */
    if (used + strlen (name) + 2 + sizeof (cut) + 2 > size) {
      snprintf (text + used, size - used, "%s%s", used ? ", " : "", cut);
      break;
    }
    used += snprintf (text + used, size - used, "%s%s", used ? ", " : "", name);
  }
  return text;
}

/* --- what a mode is ---------------------------------------------------- */

uint32_t
zc_kms_mode_refresh_mhz (const drmModeModeInfo *mode)
{
  uint64_t pixels = (uint64_t) mode->htotal * mode->vtotal;
  uint64_t rate = (uint64_t) mode->clock * 1000000;

  if (pixels == 0)
    return 0;
  if (mode->flags & DRM_MODE_FLAG_INTERLACE)
    rate *= 2;
  if (mode->flags & DRM_MODE_FLAG_DBLSCAN)
    pixels *= 2;
  if (mode->vscan > 1)
    pixels *= mode->vscan;
  rate = (rate + pixels / 2) / pixels;
  return rate < UINT32_MAX ? rate : 0;
}

bool
zc_kms_mode_same_timing (const drmModeModeInfo *a, const drmModeModeInfo *b)
{
  uint16_t vscan_a = a->vscan > 1 ? a->vscan : 1;
  uint16_t vscan_b = b->vscan > 1 ? b->vscan : 1;

  return a->clock == b->clock && a->hdisplay == b->hdisplay &&
         a->hsync_start == b->hsync_start && a->hsync_end == b->hsync_end &&
         a->htotal == b->htotal && a->hskew == b->hskew &&
         a->vdisplay == b->vdisplay && a->vsync_start == b->vsync_start &&
         a->vsync_end == b->vsync_end && a->vtotal == b->vtotal &&
         vscan_a == vscan_b &&
         ((a->flags ^ b->flags) & ~DRM_MODE_FLAG_PIC_AR_MASK) == 0;
}

/* --- pixels ------------------------------------------------------------ */

static bool
stated_aspect (const drmModeModeInfo *mode, uint64_t *width, uint64_t *height)
{
  static const struct {
    uint32_t flag;
    uint16_t width, height;
  } ratios[] = {
    { DRM_MODE_FLAG_PIC_AR_4_3, 4, 3 },
    { DRM_MODE_FLAG_PIC_AR_16_9, 16, 9 },
    { DRM_MODE_FLAG_PIC_AR_64_27, 64, 27 },
    { DRM_MODE_FLAG_PIC_AR_256_135, 256, 135 },
  };

  for (size_t i = 0; i < sizeof (ratios) / sizeof (ratios[0]); i++) {
    if ((mode->flags & DRM_MODE_FLAG_PIC_AR_MASK) == ratios[i].flag) {
      *width = ratios[i].width;
      *height = ratios[i].height;
      return true;
    }
  }
  return false;
}

/* Of the screen, if its size can be true: a "1 cm x 1 cm" is none, and a
 * product must fit into an int. */
static bool
measured_aspect (
    uint32_t mm_width, uint32_t mm_height, uint64_t *width, uint64_t *height)
{
  const uint32_t least = 11, most = 30000;

  if (mm_width < least || mm_width > most || mm_height < least ||
      mm_height > most)
    return false;
  *width = mm_width;
  *height = mm_height;
  return true;
}

/* Within 5 % of 1, or not even half or twice. */
static bool
is_as_good_as_square (uint64_t w, uint64_t h)
{
  bool is_near = w * 100 <= h * 105 && h * 100 <= w * 105;
  bool is_absurd = w > 2 * h || h > 2 * w;

  return is_near || is_absurd;
}

void
zc_kms_mode_pixel_aspect (const drmModeModeInfo *mode, uint32_t mm_width,
    uint32_t mm_height, uint32_t *width, uint32_t *height)
{
  uint64_t w, h, a, b;

  *width = *height = 1;
  if (mode->hdisplay == 0 || mode->vdisplay == 0)
    return;
  if (!stated_aspect (mode, &w, &h) &&
      !measured_aspect (mm_width, mm_height, &w, &h))
    return;
  w *= mode->vdisplay;
  h *= mode->hdisplay;
  if (is_as_good_as_square (w, h))
    return;

  for (a = w, b = h; b != 0;) {
    uint64_t rest = a % b;

    a = b;
    b = rest;
  }
  *width = w / a;
  *height = h / a;
}

/* --- choosing ---------------------------------------------------------- */

/* What a mode is compared by, in this order: less is better. */
struct rank {
  uint64_t size;
  uint64_t rate[3]; /* kind, multiple, deviation */
  unsigned scan, use;
};

struct choice {
  const struct zc_kms_mode_request *request;
  const struct zc_kms_mode_video *video;
  const drmModeModeInfo *current;
};

/* Whether A and B differ by at most PARTS in 10000 of B. */
static bool
is_near (uint64_t a, uint64_t b, uint32_t parts)
{
  uint64_t difference = a > b ? a - b : b - a;

  return difference * 10000 <= b * parts;
}

static uint64_t
distance (uint64_t a, uint64_t b)
{
  return a > b ? a - b : b - a;
}

static uint64_t
rank_size (const drmModeModeInfo *mode, const struct zc_kms_mode_video *video)
{
  const uint64_t too_small = UINT64_C (1) << 62;
  uint64_t area = (uint64_t) mode->hdisplay * mode->vdisplay;

  if (mode->hdisplay == video->width && mode->vdisplay == video->height)
    return 0;
  if (mode->hdisplay >= video->width && mode->vdisplay >= video->height)
    return area;
  return too_small - area;
}

static void
rank_rate (const drmModeModeInfo *mode, uint32_t video, uint64_t rank[3])
{
  uint64_t rate = zc_kms_mode_refresh_mhz (mode);
  uint64_t times;

  if (video == 0)
    return;
  times = (rate + video / 2) / video;
  rank[1] = times;
  rank[2] = distance (rate, times * video);
  if (times > 0 && is_near (rate, times * video, 5)) {
    rank[0] = 0;
  } else if (times > 0 && is_near (rate, times * video, 100)) {
    rank[0] = 1;
  } else {
    rank[0] = 2;
    rank[1] = UINT32_MAX - rate;
  }
}

static unsigned
rank_use (const drmModeModeInfo *mode, const drmModeModeInfo *current)
{
  if (current && zc_kms_mode_same_timing (mode, current))
    return 0;
  return mode->type & DRM_MODE_TYPE_PREFERRED ? 1 : 2;
}

static struct rank
rank_mode (const drmModeModeInfo *mode, const struct choice *choice)
{
  struct rank rank = { 0 };

  if (choice->request->kind == ZC_KMS_MODE_MATCH)
    rank.size = rank_size (mode, choice->video);
  if (choice->request->rate_mhz != 0)
    rank.rate[0] = distance (
        zc_kms_mode_refresh_mhz (mode), choice->request->rate_mhz);
  else
    rank_rate (mode, choice->video->rate_mhz, rank.rate);
  rank.scan = mode->flags & DRM_MODE_FLAG_INTERLACE ? 1 : 0;
  rank.use = rank_use (mode, choice->current);
  return rank;
}

static bool
is_less (const struct rank *a, const struct rank *b)
{
  if (a->size != b->size)
    return a->size < b->size;
  for (int i = 0; i < 3; i++)
    if (a->rate[i] != b->rate[i])
      return a->rate[i] < b->rate[i];
  if (a->scan != b->scan)
    return a->scan < b->scan;
  return a->use < b->use;
}

static bool
will_do (const drmModeModeInfo *mode, const struct zc_kms_mode_request *request)
{
  bool interlaced = mode->flags & DRM_MODE_FLAG_INTERLACE;

  /* Two pictures in one: only for those who ask for it. */
  if (mode->flags & DRM_MODE_FLAG_3D_MASK)
    return false;
  if (request->kind != ZC_KMS_MODE_SIZE)
    return true;
  return mode->hdisplay == request->width &&
         mode->vdisplay == request->height &&
         interlaced == request->interlaced &&
         (request->rate_mhz == 0 ||
             is_near (zc_kms_mode_refresh_mhz (mode), request->rate_mhz, 100));
}

static const drmModeModeInfo *
choose_preferred (const drmModeModeInfo modes[], unsigned n_modes)
{
  for (unsigned i = 0; i < n_modes; i++)
    if (modes[i].type & DRM_MODE_TYPE_PREFERRED)
      return &modes[i];
  return n_modes > 0 ? &modes[0] : NULL;
}

static const drmModeModeInfo *
choose_current (const drmModeModeInfo modes[], unsigned n_modes,
    const drmModeModeInfo *current)
{
  for (unsigned i = 0; i < n_modes; i++)
    if (zc_kms_mode_same_timing (&modes[i], current))
      return &modes[i];
  return current;
}

const drmModeModeInfo *
zc_kms_mode_choose (const drmModeModeInfo modes[], unsigned n_modes,
    const struct zc_kms_mode_request *request,
    const struct zc_kms_mode_video *video, const drmModeModeInfo *current)
{
  struct choice choice = { request, video, current };
  const drmModeModeInfo *best = NULL;
  struct rank least = { 0 };

  if (request->kind == ZC_KMS_MODE_CURRENT && current)
    return choose_current (modes, n_modes, current);
  if (request->kind == ZC_KMS_MODE_PREFERRED ||
      request->kind == ZC_KMS_MODE_CURRENT)
    return choose_preferred (modes, n_modes);

  for (unsigned i = 0; i < n_modes; i++) {
    struct rank rank;

    if (!will_do (&modes[i], request))
      continue;
    rank = rank_mode (&modes[i], &choice);
    if (!best || is_less (&rank, &least)) {
      best = &modes[i];
      least = rank;
    }
  }
  return best;
}
