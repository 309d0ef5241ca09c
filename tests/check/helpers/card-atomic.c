/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/* drm_mode_atomic_ioctl(), and what drm_atomic_helper_commit() does. */

static int
must_find (const struct card *card, uint32_t object, const char *name)
{
  int place = card_find_property ((struct card *) card, object, name);

  if (place < 0)
    card_die ("object %u has no property %s", object, name);
  return place;
}

uint64_t
card_state_get (
    const struct card_state *state, uint32_t object, const char *name)
{
  return state->values[must_find (state->card, object, name)];
}

uint64_t
card_state_old (
    const struct card_state *state, uint32_t object, const char *name)
{
  return card_get (state->card, object, name);
}

uint32_t
card_state_flags (const struct card_state *state)
{
  return state->flags;
}

uint32_t
card_state_fourcc (const struct card_state *state, uint32_t plane)
{
  struct card_framebuffer *fb = card_find_fb (
      state->card, card_state_get (state, plane, "FB_ID"));

  return fb ? fb->info.fourcc : 0;
}

static struct card_state *
state_new (struct card *card, struct card_client *client, uint32_t flags)
{
  struct card_state *state = g_new0 (struct card_state, 1);
  unsigned n = card->objects->len;

  state->card = card;
  state->client = client;
  state->flags = flags;
  state->values = g_memdup2 (
      card->values->data, card->values->len * sizeof (uint64_t));
  state->touched = g_new0 (bool, n);
  state->modeset = g_new0 (bool, n);
  state->out_fence = g_new0 (int32_t *, n);
  return state;
}

static void
state_free (struct card_state *state)
{
  g_free (state->values);
  g_free (state->touched);
  g_free (state->modeset);
  g_free (state->out_fence);
  g_free (state);
}

static int
check_call (const struct card *card, const struct card_client *client,
    const struct drm_mode_atomic *arg)
{
  if (!card->has_atomic)
    return EOPNOTSUPP;
  if (!client->atomic || arg->flags & ~DRM_MODE_ATOMIC_FLAGS || arg->reserved)
    return EINVAL;
  if (arg->flags & DRM_MODE_PAGE_FLIP_ASYNC &&
      !card->caps[DRM_CAP_ATOMIC_ASYNC_PAGE_FLIP])
    return EINVAL;
  if (arg->flags & DRM_MODE_ATOMIC_TEST_ONLY &&
      arg->flags & DRM_MODE_PAGE_FLIP_EVENT)
    return EINVAL;
  return 0;
}

static int
place_of (struct card *card, uint32_t object, uint32_t property)
{
  for (unsigned i = 0; i < card->properties->len; i++) {
    const struct card_property *p = card_property_at (card, i);

    if (p->object == object && p->id == property)
      return i;
  }
  return -1;
}

static int
set_all (struct card_state *state, const struct drm_mode_atomic *arg)
{
  const uint32_t *objects = (void *) (uintptr_t) arg->objs_ptr;
  const uint32_t *counts = (void *) (uintptr_t) arg->count_props_ptr;
  const uint32_t *properties = (void *) (uintptr_t) arg->props_ptr;
  const uint64_t *values = (void *) (uintptr_t) arg->prop_values_ptr;

  for (uint32_t i = 0; i < arg->count_objs; i++) {
    struct card_object *object = card_find_object (
        state->card, state->client, objects[i]);

    if (!object || object->type == DRM_MODE_OBJECT_ENCODER)
      return ENOENT;
    for (uint32_t k = 0; k < counts[i]; k++, properties++, values++) {
      int place = place_of (state->card, object->id, *properties);
      int error = place < 0 ? ENOENT
                            : card_set_property (state, object, place, *values);

      if (error)
        return error;
    }
  }
  return 0;
}

static struct card_commit *
record (struct card *card, const struct drm_mode_atomic *arg)
{
  struct card_commit *commit = g_new0 (struct card_commit, 1);
  const uint32_t *objects = (void *) (uintptr_t) arg->objs_ptr;
  const uint32_t *counts = (void *) (uintptr_t) arg->count_props_ptr;
  const uint32_t *properties = (void *) (uintptr_t) arg->props_ptr;
  const uint64_t *values = (void *) (uintptr_t) arg->prop_values_ptr;

  commit->flags = arg->flags;
  commit->user_data = arg->user_data;
  for (uint32_t i = 0; i < arg->count_objs; i++)
    commit->n_values += counts[i];
  commit->values = g_new0 (struct card_value, commit->n_values + 1);
  for (uint32_t i = 0, n = 0; i < arg->count_objs; i++) {
    for (uint32_t k = 0; k < counts[i]; k++, n++) {
      int place = place_of (card, objects[i], properties[n]);

      commit->values[n] = (struct card_value) {
        .object = objects[i],
        .property = properties[n],
        .name = place < 0 ? "?" : card_property_at (card, place)->name,
        .value = values[n],
      };
    }
  }
  g_ptr_array_add (card->attempts, commit);
  return commit;
}

static bool
is_crtc_in (const struct card_state *state, unsigned i)
{
  const struct card_object *object = state->card->objects->pdata[i];

  return state->touched[i] && object->type == DRM_MODE_OBJECT_CRTC;
}

static bool
has_any_crtc (const struct card_state *state)
{
  for (unsigned i = 0; i < state->card->objects->len; i++)
    if (is_crtc_in (state, i))
      return true;
  return false;
}

/* drm_atomic_helper_setup_commit() */
static int
check_busy (const struct card_state *state)
{
  for (unsigned i = 0; i < state->card->objects->len; i++) {
    struct card_object *crtc = state->card->objects->pdata[i];

    if (!is_crtc_in (state, i) || !crtc->pending.is_pending)
      continue;
    if (state->flags & DRM_MODE_ATOMIC_NONBLOCK)
      return EBUSY;
    card_complete (state->card, crtc, -1, crtc->sequence + 1, true);
  }
  return 0;
}

static void
take_fence (struct card_pending *pending, int fence)
{
  if (fence >= 0 && pending->n_in_fences < CARD_MAX_FENCES)
    pending->in_fences[pending->n_in_fences++] = fcntl (
        fence, F_DUPFD_CLOEXEC, 0);
}

/* drm_gem_plane_helper_prepare_fb(): the fences of the memory are for those
 * that bring none. */
static void
take_in_fences (const struct card_state *state, struct card_object *crtc)
{
  struct card *card = state->card;

  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *plane = card->objects->pdata[i];
    struct card_framebuffer *fb;
    int fence;

    if (plane->type != DRM_MODE_OBJECT_PLANE || !state->touched[i] ||
        card_state_get (state, plane->id, "CRTC_ID") != crtc->id)
      continue;
    fence = card_state_get (state, plane->id, "IN_FENCE_FD");
    take_fence (&crtc->pending, fence);
    fb = card_find_fb (card, card_state_get (state, plane->id, "FB_ID"));
    for (unsigned k = 0; fence < 0 && fb && k < fb->n_planes; k++)
      take_fence (&crtc->pending, card_inode_fence (card, fb->bo[k]->inode));
  }
}

static void
begin_flip (const struct card_state *state, unsigned place, uint64_t user_data)
{
  struct card_object *crtc = state->card->objects->pdata[place];
  struct card_pending *pending = &crtc->pending;

  pending->is_pending = true;
  pending->client = state->flags & DRM_MODE_PAGE_FLIP_EVENT ? state->client
                                                            : NULL;
  pending->user_data = user_data;
  take_in_fences (state, crtc);
  if (state->out_fence[place]) {
    pending->out_fence = card_fence_new ();
    *state->out_fence[place] = fcntl (pending->out_fence, F_DUPFD_CLOEXEC, 0);
  }
}

static void
swap (const struct card_state *state)
{
  struct card *card = state->card;

  for (unsigned i = 0; i < card->properties->len; i++) {
    const struct card_property *p = card_property_at (card, i);

    card_put_value (card, i, p->momentary ? p->first : state->values[i]);
  }
}

/* The state is good. */
static void
commit (struct card_state *state, uint64_t user_data)
{
  struct card *card = state->card;
  bool at_once = !(state->flags & DRM_MODE_ATOMIC_NONBLOCK);
  g_autofree bool *lit = g_new0 (bool, card->objects->len);

  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *crtc = card->objects->pdata[i];

    lit[i] = is_crtc_in (state, i) &&
             (card_get (card, crtc->id, "ACTIVE") ||
                 card_state_get (state, crtc->id, "ACTIVE"));
    if (lit[i])
      begin_flip (state, i, user_data);
  }
  swap (state);
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *crtc = card->objects->pdata[i];

    if (!is_crtc_in (state, i))
      continue;
    if (!lit[i])
      card_show_now (card, crtc);
    else if (at_once || card->flips == CARD_FLIPS_AT_ONCE)
      card_complete (card, crtc, -1, crtc->sequence + 1, at_once);
  }
}

static int
try_commit (struct card_state *state, const struct drm_mode_atomic *arg)
{
  int error = set_all (state, arg);

  if (error)
    return error;
  if (arg->flags & DRM_MODE_PAGE_FLIP_EVENT && !has_any_crtc (state))
    return EINVAL;
  error = card_check_state (state);
  if (error || arg->flags & DRM_MODE_ATOMIC_TEST_ONLY)
    return error;
  error = check_busy (state);
  if (error)
    return error;
  commit (state, arg->user_data);
  return 0;
}

int
card_atomic (
    struct card *card, struct card_client *client, struct drm_mode_atomic *arg)
{
  bool is_real = !(arg->flags & DRM_MODE_ATOMIC_TEST_ONLY);
  struct card_commit *recorded = record (card, arg);
  int error = card_take_fault (card, _IOC_NR (DRM_IOCTL_MODE_ATOMIC), is_real);

  if (!error && !card_client_is_master (client))
    error = EACCES;
  if (!error)
    error = check_call (card, client, arg);
  if (!error) {
    struct card_state *state = state_new (card, client, arg->flags);

    error = try_commit (state, arg);
    state_free (state);
  }
  recorded->error = error;
  if (!error && is_real)
    g_ptr_array_add (card->commits, recorded);
  card_collect (card);
  card_changed ();
  return error;
}
