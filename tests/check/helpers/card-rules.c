/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <limits.h>

/* What the kernel itself refuses: drm_atomic_uapi.c for each value,
 * drm_atomic.c for the whole, drm_atomic_helper.c for what drivers share. */

static int64_t
proposed (const struct card_state *state, const struct card_object *object,
    const char *name)
{
  return state->values[card_find_property (state->card, object->id, name)];
}

static int64_t
old (const struct card_state *state, const struct card_object *object,
    const char *name)
{
  return card_value_at (
      state->card, card_find_property (state->card, object->id, name));
}

static struct card_object *
crtc_of (const struct card_state *state, uint64_t id)
{
  return card_find_typed (state->card, NULL, id, DRM_MODE_OBJECT_CRTC);
}

/* It is in the state now, and the CRTC that it is on. */
void
card_touch (struct card_state *state, struct card_object *object)
{
  struct card_object *crtc = NULL;

  state->touched[card_place (state->card, object)] = true;
  if (object->type != DRM_MODE_OBJECT_CRTC)
    crtc = crtc_of (state, old (state, object, "CRTC_ID"));
  if (crtc)
    state->touched[card_place (state->card, crtc)] = true;
}

static bool
is_touched (const struct card_state *state, const struct card_object *object)
{
  return state->touched[card_place (state->card, object)];
}

/* An async flip changes pictures of primary planes alone; what stays as it is
 * may be named. */
static int
check_async (const struct card_state *state, const struct card_object *object,
    const char *name, int place, uint64_t value)
{
  if (card_value_at (state->card, place) == value)
    return 0;
  if (object->type != DRM_MODE_OBJECT_PLANE)
    return EINVAL;
  if (strcmp (name, "FB_ID") != 0 && strcmp (name, "IN_FENCE_FD") != 0 &&
      strcmp (name, "FB_DAMAGE_CLIPS") != 0)
    return EINVAL;
  return object->plane.type == DRM_PLANE_TYPE_PRIMARY ? 0 : EINVAL;
}

static int
set_crtc_id (struct card_state *state, uint64_t value)
{
  struct card_object *crtc = crtc_of (state, value);

  if (!crtc)
    return 0;
  if (!card_client_sees (state->client, value))
    return EACCES;
  state->touched[card_place (state->card, crtc)] = true;
  return 0;
}

static int
set_in_fence (const struct card_state *state, int place, uint64_t value)
{
  if ((int64_t) state->values[place] != -1)
    return EINVAL;
  if ((int64_t) value == -1)
    return 0;
  return card_is_fence (value) ? 0 : EINVAL;
}

static int
set_out_fence (
    struct card_state *state, struct card_object *crtc, uint64_t value)
{
  int32_t *out = (void *) (uintptr_t) value;

  if (!out)
    return 0;
  *out = -1;
  state->out_fence[card_place (state->card, crtc)] = out;
  return 0;
}

static int
check_mode (const struct card_state *state, uint64_t value)
{
  const struct card_blob *blob = card_find_blob (state->card, value);
  const struct drm_mode_modeinfo *mode = blob ? blob->data : NULL;

  if (!mode)
    return 0;
  if (mode->hdisplay == 0 || mode->vdisplay == 0 || mode->clock == 0 ||
      mode->hsync_start < mode->hdisplay ||
      mode->hsync_end < mode->hsync_start || mode->htotal < mode->hsync_end ||
      mode->vsync_start < mode->vdisplay ||
      mode->vsync_end < mode->vsync_start || mode->vtotal < mode->vsync_end)
    return EINVAL;
  return 0;
}

/* What a property has of its own. */
static int
check_named (struct card_state *state, struct card_object *object,
    const char *name, int place, uint64_t value)
{
  struct card_blob *blob;

  if (strcmp (name, "CRTC_ID") == 0)
    return set_crtc_id (state, value);
  if (strcmp (name, "IN_FENCE_FD") == 0)
    return set_in_fence (state, place, value);
  if (strcmp (name, "OUT_FENCE_PTR") == 0)
    return set_out_fence (state, object, value);
  if (strcmp (name, "MODE_ID") == 0)
    return check_mode (state, value);
  if (strcmp (name, "DPMS") == 0)
    return EINVAL; /* by the old ioctls alone */
  if (strcmp (name, "rotation") == 0)
    return __builtin_popcountll (value & DRM_MODE_ROTATE_MASK) == 1 ? 0
                                                                    : EINVAL;
  if (strcmp (name, "FB_DAMAGE_CLIPS") == 0) {
    blob = card_find_blob (state->card, value);
    return blob && blob->size % sizeof (struct drm_mode_rect) ? EINVAL : 0;
  }
  return 0;
}

int
card_set_property (struct card_state *state, struct card_object *object,
    int place, uint64_t value)
{
  const struct card_property *p = card_property_at (state->card, place);
  int error;

  if (!card_property_takes (state->card, p, value))
    return EINVAL;
  card_touch (state, object);
  if (state->flags & DRM_MODE_PAGE_FLIP_ASYNC) {
    error = check_async (state, object, p->name, place, value);
    if (error)
      return error;
  }
  error = check_named (state, object, p->name, place, value);
  if (error)
    return error;
  /* a link is made bad by the hardware alone */
  if (strcmp (p->name, "link-status") == 0 &&
      state->values[place] == DRM_MODE_LINK_STATUS_GOOD)
    return 0;
  state->values[place] = value;
  return 0;
}

static bool
has_format (const struct card_object *plane, const struct card_fb *fb)
{
  uint64_t modifier = fb->modifier == DRM_FORMAT_MOD_INVALID ? 0 : fb->modifier;

  for (unsigned i = 0; i < plane->formats->len; i++) {
    const struct card_format *f = &g_array_index (
        plane->formats, struct card_format, i);

    if (f->fourcc == fb->fourcc && f->modifier == modifier)
      return true;
  }
  return false;
}

static int
check_rectangles (const struct card_state *state,
    const struct card_object *plane, const struct card_fb *fb)
{
  uint64_t src_w = proposed (state, plane, "SRC_W");
  uint64_t src_h = proposed (state, plane, "SRC_H");
  int64_t w = proposed (state, plane, "CRTC_W");
  int64_t h = proposed (state, plane, "CRTC_H");
  uint64_t width = (uint64_t) fb->width << 16;
  uint64_t height = (uint64_t) fb->height << 16;

  if (proposed (state, plane, "CRTC_X") > INT_MAX - w ||
      proposed (state, plane, "CRTC_Y") > INT_MAX - h)
    return ERANGE;
  if (src_w > width || src_h > height ||
      (uint64_t) proposed (state, plane, "SRC_X") > width - src_w ||
      (uint64_t) proposed (state, plane, "SRC_Y") > height - src_h)
    return ENOSPC;
  return 0;
}

/* drm_atomic_plane_check() */
static int
check_plane (const struct card_state *state, const struct card_object *plane)
{
  struct card_object *crtc = crtc_of (
      state, proposed (state, plane, "CRTC_ID"));
  struct card_framebuffer *fb = card_find_fb (
      state->card, proposed (state, plane, "FB_ID"));
  int64_t old_crtc = old (state, plane, "CRTC_ID");
  int error;

  if (!crtc != !fb)
    return EINVAL;
  if (!crtc)
    return 0;
  if (!(plane->plane.possible_crtcs & (1u << crtc->index)))
    return EINVAL;
  if (!has_format (plane, &fb->info))
    return EINVAL;
  error = check_rectangles (state, plane, &fb->info);
  if (error)
    return error;
  return old_crtc && old_crtc != crtc->id ? EINVAL : 0;
}

/* drm_atomic_crtc_check() */
static int
check_crtc (const struct card_state *state, const struct card_object *crtc)
{
  bool wants_event = !(state->flags & DRM_MODE_ATOMIC_TEST_ONLY) &&
                     (state->flags & DRM_MODE_PAGE_FLIP_EVENT ||
                         state->out_fence[card_place (state->card, crtc)]);

  if (proposed (state, crtc, "ACTIVE") && !proposed (state, crtc, "MODE_ID"))
    return EINVAL;
  if (wants_event && !proposed (state, crtc, "ACTIVE") &&
      !old (state, crtc, "ACTIVE"))
    return EINVAL;
  return 0;
}

static bool
is_same_mode (const struct card_state *state, const struct card_object *crtc)
{
  const struct card_blob *a = card_find_blob (
      state->card, old (state, crtc, "MODE_ID"));
  const struct card_blob *b = card_find_blob (
      state->card, proposed (state, crtc, "MODE_ID"));

  if (!a || !b)
    return a == b;
  return memcmp (a->data, b->data, sizeof (struct drm_mode_modeinfo)) == 0;
}

static void
needs_modeset (struct card_state *state, uint64_t crtc_id)
{
  struct card_object *crtc = crtc_of (state, crtc_id);

  if (crtc)
    state->modeset[card_place (state->card, crtc)] = true;
}

/* What differs in a property that needs it. */
static void
find_modesets (struct card_state *state, const struct card_object *object)
{
  for (unsigned i = 0; i < state->card->properties->len; i++) {
    const struct card_property *p = card_property_at (state->card, i);

    if (p->object != object->id || !p->needs_modeset ||
        state->values[i] == card_value_at (state->card, i))
      continue;
    if (object->type == DRM_MODE_OBJECT_CRTC) {
      needs_modeset (state, object->id);
    } else {
      needs_modeset (state, old (state, object, "CRTC_ID"));
      needs_modeset (state, proposed (state, object, "CRTC_ID"));
    }
  }
  if (object->type == DRM_MODE_OBJECT_CRTC && !is_same_mode (state, object))
    needs_modeset (state, object->id);
}

/* update_connector_routing(), and whether CRTC is shared, which no encoder
 * here can. */
static int
check_routing (const struct card_state *state, const struct card_object *crtc)
{
  unsigned n = 0;

  for (unsigned i = 0; i < state->card->objects->len; i++) {
    const struct card_object *connector = state->card->objects->pdata[i];
    const struct card_object *encoder;

    if (connector->type != DRM_MODE_OBJECT_CONNECTOR ||
        proposed (state, connector, "CRTC_ID") != crtc->id)
      continue;
    n++;
    encoder = card_find_object (state->card, NULL, connector->encoder);
    if (!(encoder->possible_crtcs & (1u << crtc->index)))
      return EINVAL;
  }
  if (n > 1)
    return EINVAL;
  return (n > 0) == (proposed (state, crtc, "MODE_ID") != 0) ? 0 : EINVAL;
}

/* drm_rect_calc_hscale(), _vscale() */
static bool
is_scale_possible (const struct card_plane *plane, uint64_t src, uint64_t dst)
{
  uint64_t scale;

  if (dst == 0)
    return true;
  scale = src > dst << 16 ? (src + dst - 1) / dst : src / dst;
  return scale >= plane->min_scale && scale <= plane->max_scale;
}

static int
check_cover (const struct card_state *state, const struct card_object *plane,
    const struct card_object *crtc)
{
  const struct card_blob *blob = card_find_blob (
      state->card, proposed (state, crtc, "MODE_ID"));
  const struct drm_mode_modeinfo *mode = blob ? blob->data : NULL;
  int64_t x = proposed (state, plane, "CRTC_X");
  int64_t y = proposed (state, plane, "CRTC_Y");
  int64_t right = x + proposed (state, plane, "CRTC_W");
  int64_t bottom = y + proposed (state, plane, "CRTC_H");

  if (!mode || right <= 0 || bottom <= 0 || x >= mode->hdisplay ||
      y >= mode->vdisplay)
    return 0; /* not visible */
  return x <= 0 && y <= 0 && right >= mode->hdisplay && bottom >= mode->vdisplay
             ? 0
             : EINVAL;
}

/* drm_atomic_helper_check_plane_state(), with what nearly all drivers tell it:
 * planes may lie anywhere, and be set up on a CRTC that is dark. */
static int
check_plane_in_driver (
    const struct card_state *state, const struct card_object *plane)
{
  struct card_object *crtc = crtc_of (
      state, proposed (state, plane, "CRTC_ID"));
  uint64_t src_w = proposed (state, plane, "SRC_W");
  uint64_t src_h = proposed (state, plane, "SRC_H");
  uint64_t w, h;

  if (!crtc)
    return 0;
  w = proposed (state, plane, "CRTC_W");
  h = proposed (state, plane, "CRTC_H");
  if (card_find_property (state->card, plane->id, "rotation") >= 0 &&
      proposed (state, plane, "rotation") &
          (DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_270)) {
    uint64_t swap = src_w;

    src_w = src_h;
    src_h = swap;
  }
  if (!is_scale_possible (&plane->plane, src_w, w) ||
      !is_scale_possible (&plane->plane, src_h, h))
    return ERANGE;
  if ((plane->plane.max_width && w > plane->plane.max_width) ||
      (plane->plane.max_height && h > plane->plane.max_height))
    return EINVAL;
  return plane->plane.must_cover ? check_cover (state, plane, crtc) : 0;
}

static bool
is_affected (const struct card_state *state, const struct card_object *plane)
{
  struct card_object *crtc = crtc_of (
      state, proposed (state, plane, "CRTC_ID"));

  return is_touched (state, plane) ||
         (crtc && state->modeset[card_place (state->card, crtc)]);
}

typedef int (*rule) (
    const struct card_state *state, const struct card_object *object);

static int
check_each (const struct card_state *state, uint32_t type, rule check,
    bool (*which) (
        const struct card_state *state, const struct card_object *object))
{
  for (unsigned i = 0; i < state->card->objects->len; i++) {
    struct card_object *object = state->card->objects->pdata[i];
    int error;

    if (object->type != type || !which (state, object))
      continue;
    error = check (state, object);
    if (error)
      return error;
  }
  return 0;
}

static bool
is_refused_for_modeset (const struct card_state *state)
{
  if (state->flags & DRM_MODE_ATOMIC_ALLOW_MODESET)
    return false;
  for (unsigned i = 0; i < state->card->objects->len; i++)
    if (state->modeset[i])
      return true;
  return false;
}

/* drm_atomic_check_only() */
int
card_check_state (struct card_state *state)
{
  struct card *card = state->card;
  int error = check_each (
      state, DRM_MODE_OBJECT_PLANE, check_plane, is_touched);

  if (!error)
    error = check_each (state, DRM_MODE_OBJECT_CRTC, check_crtc, is_touched);
  if (error)
    return error;
  for (unsigned i = 0; i < card->objects->len; i++)
    if (state->touched[i])
      find_modesets (state, card->objects->pdata[i]);
  error = check_each (state, DRM_MODE_OBJECT_CRTC, check_routing, is_touched);
  if (!error)
    error = check_each (
        state, DRM_MODE_OBJECT_PLANE, check_plane_in_driver, is_affected);
  if (!error && card->check)
    error = card->check (state, card->check_data);
  if (error)
    return error < 0 ? -error : error;
  return is_refused_for_modeset (state) ? EINVAL : 0;
}
