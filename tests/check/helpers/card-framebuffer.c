/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <limits.h>
#include <sys/stat.h>

/* drm_framebuffer.c and drm_gem_framebuffer_helper.c */

static const struct card_layout layouts[] = {
  { DRM_FORMAT_C8, 1, { 1 }, 1, 1 },
  { DRM_FORMAT_R8, 1, { 1 }, 1, 1 },
  { DRM_FORMAT_RGB565, 1, { 2 }, 1, 1 },
  { DRM_FORMAT_BGR565, 1, { 2 }, 1, 1 },
  { DRM_FORMAT_RGB888, 1, { 3 }, 1, 1 },
  { DRM_FORMAT_BGR888, 1, { 3 }, 1, 1 },
  { DRM_FORMAT_XRGB8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_ARGB8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_XBGR8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_ABGR8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_RGBX8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_RGBA8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_BGRX8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_BGRA8888, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_XRGB2101010, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_ARGB2101010, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_XBGR2101010, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_ABGR2101010, 1, { 4 }, 1, 1 },
  { DRM_FORMAT_XRGB16161616, 1, { 8 }, 1, 1 },
  { DRM_FORMAT_ARGB16161616, 1, { 8 }, 1, 1 },
  { DRM_FORMAT_YUYV, 1, { 2 }, 2, 1 },
  { DRM_FORMAT_YVYU, 1, { 2 }, 2, 1 },
  { DRM_FORMAT_UYVY, 1, { 2 }, 2, 1 },
  { DRM_FORMAT_VYUY, 1, { 2 }, 2, 1 },
  { DRM_FORMAT_NV12, 2, { 1, 2 }, 2, 2 },
  { DRM_FORMAT_NV21, 2, { 1, 2 }, 2, 2 },
  { DRM_FORMAT_NV16, 2, { 1, 2 }, 2, 1 },
  { DRM_FORMAT_NV61, 2, { 1, 2 }, 2, 1 },
  { DRM_FORMAT_NV24, 2, { 1, 2 }, 1, 1 },
  { DRM_FORMAT_NV42, 2, { 1, 2 }, 1, 1 },
  { DRM_FORMAT_P010, 2, { 2, 4 }, 2, 2 },
  { DRM_FORMAT_P012, 2, { 2, 4 }, 2, 2 },
  { DRM_FORMAT_P016, 2, { 2, 4 }, 2, 2 },
  { DRM_FORMAT_YUV420, 3, { 1, 1, 1 }, 2, 2 },
  { DRM_FORMAT_YVU420, 3, { 1, 1, 1 }, 2, 2 },
  { DRM_FORMAT_YUV422, 3, { 1, 1, 1 }, 2, 1 },
  { DRM_FORMAT_YVU422, 3, { 1, 1, 1 }, 2, 1 },
  { DRM_FORMAT_YUV444, 3, { 1, 1, 1 }, 1, 1 },
  { DRM_FORMAT_YVU444, 3, { 1, 1, 1 }, 1, 1 },
};

const struct card_layout *
card_layout_of (uint32_t fourcc)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (layouts); i++)
    if (layouts[i].fourcc == fourcc)
      return &layouts[i];
  return NULL;
}

struct card_framebuffer *
card_find_fb (struct card *card, uint32_t id)
{
  for (unsigned i = 0; i < card->fbs->len; i++) {
    struct card_framebuffer *fb = card->fbs->pdata[i];

    if (fb->info.id == id)
      return fb;
  }
  return NULL;
}

bool
card_get_fb (struct card *card, uint32_t id, struct card_fb *info)
{
  struct card_framebuffer *fb;

  card_lock ();
  fb = card_find_fb (card, id);
  if (fb)
    *info = fb->info;
  card_unlock ();
  return fb != NULL;
}

unsigned
card_n_fbs (struct card *card)
{
  unsigned n;

  card_lock ();
  card_reap (card);
  n = card->fbs->len;
  card_unlock ();
  return n;
}

bool
card_shows_memory (struct card *card, int fd)
{
  bool shows = false;
  struct stat s;

  if (fstat (fd, &s) < 0)
    card_die ("a descriptor that is closed");
  card_lock ();
  for (unsigned i = 0; i < card->objects->len && !shows; i++) {
    const struct card_object *plane = card->objects->pdata[i];
    struct card_framebuffer *fbs[2];

    if (plane->type != DRM_MODE_OBJECT_PLANE)
      continue;
    fbs[0] = card_find_fb (card, plane->shown_fb);
    fbs[1] = card_find_fb (card, card_get (card, plane->id, "FB_ID"));
    for (unsigned k = 0; k < 2; k++)
      for (unsigned n = 0; fbs[k] && n < fbs[k]->n_planes; n++)
        shows = shows || (fbs[k]->bo[n]->device == s.st_dev &&
                             fbs[k]->bo[n]->inode == s.st_ino);
  }
  card_unlock ();
  return shows;
}

static bool
any_plane_has (struct card *card, uint32_t fourcc, uint64_t modifier)
{
  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *plane = card->objects->pdata[i];

    for (unsigned k = 0; plane->formats && k < plane->formats->len; k++) {
      const struct card_format *f = &g_array_index (
          plane->formats, struct card_format, k);

      if (f->fourcc == fourcc && f->modifier == modifier)
        return true;
    }
  }
  return false;
}

/* framebuffer_check() of one plane that the format has. */
static int
check_used (
    const struct drm_mode_fb_cmd2 *r, const struct card_layout *layout, int i)
{
  uint32_t width = i ? (r->width + layout->hsub - 1) / layout->hsub : r->width;
  uint32_t height = i ? (r->height + layout->vsub - 1) / layout->vsub
                      : r->height;

  if (!r->handles[i])
    return EINVAL;
  if ((uint64_t) height * r->pitches[i] + r->offsets[i] > UINT_MAX)
    return ERANGE;
  if (r->pitches[i] < (uint64_t) width * layout->cpp[i])
    return EINVAL;
  if (r->modifier[i] && !(r->flags & DRM_MODE_FB_MODIFIERS))
    return EINVAL;
  if (r->flags & DRM_MODE_FB_MODIFIERS && r->modifier[i] != r->modifier[0])
    return EINVAL;
  return 0;
}

static int
check_layout (
    const struct drm_mode_fb_cmd2 *r, const struct card_layout *layout)
{
  for (int i = 0; i < layout->n_planes; i++) {
    int error = check_used (r, layout, i);

    if (error)
      return error;
  }
  for (int i = layout->n_planes; i < 4; i++) {
    if (r->modifier[i])
      return EINVAL;
    if (r->flags & DRM_MODE_FB_MODIFIERS &&
        (r->handles[i] || r->pitches[i] || r->offsets[i]))
      return EINVAL;
  }
  return 0;
}

/* drm_internal_framebuffer_create() */
static int
check_request (struct card *card, const struct drm_mode_fb_cmd2 *r,
    const struct card_layout *layout)
{
  if (r->flags & ~(DRM_MODE_FB_INTERLACED | DRM_MODE_FB_MODIFIERS))
    return EINVAL;
  if (r->width < card->min_width || r->width > card->max_width ||
      r->height < card->min_height || r->height > card->max_height)
    return EINVAL;
  if (r->flags & DRM_MODE_FB_MODIFIERS && !card->caps[DRM_CAP_ADDFB2_MODIFIERS])
    return EINVAL;
  if (!layout || r->width == 0 || r->height == 0)
    return EINVAL;
  return check_layout (r, layout);
}

/* drm_gem_fb_init_with_funcs() */
static int
find_memory (struct card_client *client, const struct drm_mode_fb_cmd2 *r,
    const struct card_layout *layout, struct card_framebuffer *fb)
{
  for (int i = 0; i < layout->n_planes; i++) {
    uint64_t width = i ? (r->width + layout->hsub - 1) / layout->hsub
                       : r->width;
    uint64_t height = i ? (r->height + layout->vsub - 1) / layout->vsub
                        : r->height;
    struct card_bo *bo = card_handle_bo (client, r->handles[i]);

    if (!bo)
      return ENOENT;
    if (bo->size <
        (height - 1) * r->pitches[i] + width * layout->cpp[i] + r->offsets[i])
      return EINVAL;
    fb->bo[i] = bo;
    fb->info.inode[i] = bo->inode;
    fb->info.pitches[i] = r->pitches[i];
    fb->info.offsets[i] = r->offsets[i];
  }
  return 0;
}

static int
add_fb (
    struct card *card, struct card_client *client, struct drm_mode_fb_cmd2 *r)
{
  const struct card_layout *layout = card_layout_of (r->pixel_format);
  int error = check_request (card, r, layout);
  struct card_framebuffer *fb;

  if (error)
    return error;
  if (!any_plane_has (card, r->pixel_format, r->modifier[0]))
    return EINVAL;
  fb = g_new0 (struct card_framebuffer, 1);
  error = find_memory (client, r, layout, fb);
  if (error) {
    g_free (fb);
    return error;
  }
  fb->n_planes = layout->n_planes;
  fb->owner = client;
  fb->info.id = r->fb_id = card_new_id (card);
  fb->info.width = r->width;
  fb->info.height = r->height;
  fb->info.fourcc = r->pixel_format;
  fb->info.modifier = r->flags & DRM_MODE_FB_MODIFIERS ? r->modifier[0]
                                                       : DRM_FORMAT_MOD_INVALID;
  g_ptr_array_add (card->fbs, fb);
  return 0;
}

static bool
driver_agrees (struct card *card)
{
  struct card_state state = { .card = card };
  bool agrees;

  if (!card->check)
    return true;
  state.values = g_memdup2 (
      card->values->data, card->values->len * sizeof (uint64_t));
  agrees = card->check (&state, card->check_data) == 0;
  g_free (state.values);
  return agrees;
}

static void
turn_off (struct card *card, uint32_t crtc)
{
  card_set (card, crtc, "ACTIVE", 0);
  card_set (card, crtc, "MODE_ID", 0);
  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *connector = card->objects->pdata[i];

    if (connector->type == DRM_MODE_OBJECT_CONNECTOR &&
        card_get (card, connector->id, "CRTC_ID") == crtc)
      card_set (card, connector->id, "CRTC_ID", 0);
  }
}

/* atomic_remove_fb(): off the planes that show it, and the CRTC off with its
 * primary plane if the driver cannot do without. */
void
card_remove_fb (struct card *card, struct card_framebuffer *fb)
{
  fb->owner = NULL;
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *plane = card->objects->pdata[i];
    struct card_object *crtc;

    if (plane->type != DRM_MODE_OBJECT_PLANE ||
        (card_get (card, plane->id, "FB_ID") != fb->info.id &&
            plane->shown_fb != fb->info.id))
      continue;
    crtc = card_find_object (card, NULL, card_get (card, plane->id, "CRTC_ID"));
    if (card_get (card, plane->id, "FB_ID") == fb->info.id) {
      card_set (card, plane->id, "FB_ID", 0);
      card_set (card, plane->id, "CRTC_ID", 0);
    }
    if (crtc && plane->plane.type == DRM_PLANE_TYPE_PRIMARY &&
        !driver_agrees (card))
      turn_off (card, crtc->id);
    if (plane->shown_fb == fb->info.id)
      plane->shown_fb = plane->shown_crtc = 0;
  }
}

static int
remove_fb (
    struct card *card, struct card_client *client, uint32_t id, bool keep)
{
  struct card_framebuffer *fb = card_find_fb (card, id);

  if (!fb || fb->owner != client)
    return ENOENT;
  if (keep)
    fb->owner = NULL;
  else
    card_remove_fb (card, fb);
  card_collect (card);
  return 0;
}

/* New handles each time, even for buffers that have one already. */
static int
get_fb2 (
    struct card *card, struct card_client *client, struct drm_mode_fb_cmd2 *r)
{
  struct card_framebuffer *fb = card_find_fb (card, r->fb_id);
  uint64_t modifier;

  if (!fb)
    return ENOENT;
  modifier = fb->info.modifier == DRM_FORMAT_MOD_INVALID ? 0
                                                         : fb->info.modifier;
  r->width = fb->info.width;
  r->height = fb->info.height;
  r->pixel_format = fb->info.fourcc;
  r->flags = card->caps[DRM_CAP_ADDFB2_MODIFIERS] ? DRM_MODE_FB_MODIFIERS : 0;
  memset (r->handles, 0, sizeof (r->handles));
  memset (r->modifier, 0, sizeof (r->modifier));
  memcpy (r->pitches, fb->info.pitches, sizeof (r->pitches));
  memcpy (r->offsets, fb->info.offsets, sizeof (r->offsets));
  for (unsigned i = 0; i < fb->n_planes; i++) {
    if (card->caps[DRM_CAP_ADDFB2_MODIFIERS])
      r->modifier[i] = modifier;
    for (unsigned k = 0; k < i; k++)
      if (fb->bo[k] == fb->bo[i])
        r->handles[i] = r->handles[k];
    if (r->handles[i] == 0 &&
        (card_client_is_master (client) || !card->unprivileged))
      r->handles[i] = card_new_handle (client, fb->bo[i]);
  }
  return 0;
}

/* -1: of somebody else. */
int
card_framebuffer_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg)
{
  const struct drm_mode_closefb *close = arg;

  switch (nr) {
    case _IOC_NR (DRM_IOCTL_MODE_ADDFB2):
      return add_fb (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_RMFB):
      return remove_fb (card, client, *(uint32_t *) arg, false);
    case _IOC_NR (DRM_IOCTL_MODE_CLOSEFB):
      if (close->pad)
        return EINVAL;
      return remove_fb (card, client, close->fb_id, true);
    case _IOC_NR (DRM_IOCTL_MODE_GETFB2):
      return get_fb2 (card, client, arg);
    default:
      return -1;
  }
}
