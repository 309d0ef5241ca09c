/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-scene.h"

#include "kms-mode.h"

#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>

/* Below all layers: their positions are smaller numbers. */
#define BOTTOM (-(1 << 19))

static void
add_item (struct zc_kms_scene *scene, struct zc_kms_layer *layer,
    enum zc_kms_part part, const struct zc_kms_fb *fb,
    const struct zc_kms_look *look, int zpos)
{
  scene->item[scene->n] = (struct zc_kms_plan_item) {
    .fb = fb,
    .look = look,
    .now = layer ? layer->part[part].plane : scene->output->background.plane,
    .zpos = (zpos * ZC_KMS_SCENE_MAX_ITEMS + (int) scene->n) * ZC_KMS_N_PARTS +
            (int) part,
  };
  scene->of[scene->n].layer = layer;
  scene->of[scene->n].part = part;
  scene->n++;
}

static void
add_layer (struct zc_kms_scene *scene, struct zc_kms_layer *layer)
{
  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS; p++) {
    if (layer == scene->layer && scene->wish && scene->wish->part[p].fb)
      add_item (scene, layer, p, scene->wish->part[p].fb,
          &scene->wish->part[p].look, scene->wish->zpos);
    else if (layer != scene->layer && layer->part[p].plane)
      add_item (scene, layer, p, layer->part[p].example, &layer->part[p].look,
          layer->zpos);
  }
}

void
zc_kms_scene_compose (struct zc_kms_scene *scene, struct zc_kms_layer *layer,
    const struct zc_kms_wish *wish)
{
  struct zc_kms_output *output = layer->output;
  struct zc_kms_presenter *presenter = &output->presenter;

  *scene = (struct zc_kms_scene) {
    .output = output, .layer = layer, .wish = wish
  };
  scene->needs_modeset =
      wish &&
      (!output->is_lit ||
          !zc_kms_mode_same_timing (&wish->setup.mode, &output->setup.mode) ||
          !zc_kms_signal_equal (&wish->setup.signal, &output->setup.signal));
  pthread_mutex_lock (&presenter->lock);
  for (unsigned i = 0; i < presenter->n_layers; i++)
    if (presenter->layers[i]->is_placed || presenter->layers[i] == layer)
      add_layer (scene, presenter->layers[i]);
  pthread_mutex_unlock (&presenter->lock);
}

void
zc_kms_scene_clear (struct zc_kms_scene *scene)
{
  zc_kms_setup_blobs_destroy (scene->output, &scene->blobs);
  zc_kms_fb_unref (scene->black);
}

const struct zc_kms_setup *
zc_kms_scene_get_setup (const struct zc_kms_scene *scene)
{
  return scene->wish ? &scene->wish->setup : &scene->output->setup;
}

static uint32_t
modeset_flag (const struct zc_kms_scene *scene)
{
  return scene->needs_modeset ? DRM_MODE_ATOMIC_ALLOW_MODESET : 0;
}

int
zc_kms_scene_get_background (struct zc_kms_scene *scene)
{
  struct zc_kms_fb *shown = scene->output->background.example;
  const drmModeModeInfo *mode = &zc_kms_scene_get_setup (scene)->mode;
  struct zc_kms_rect all = { 0, 0, mode->hdisplay, mode->vdisplay };
  int ret = 0;

  if (scene->black)
    return 0;
  if (shown && shown->image.width == all.w && shown->image.height == all.h)
    scene->black = zc_kms_fb_ref (shown);
  else
    ret = zc_kms_fb_new_black (
        scene->output->device, all.w, all.h, &scene->black);
  if (ret == 0)
    scene->black_look = zc_kms_look_of (scene->black, all);
  return ret;
}

void
zc_kms_scene_add_background (struct zc_kms_scene *scene)
{
  add_item (scene, NULL, ZC_KMS_VIDEO, scene->black, &scene->black_look, 0);
  scene->item[scene->n - 1].zpos = BOTTOM;
}

/* --- commits ----------------------------------------------------------- */

bool
zc_kms_scene_uses (
    const struct zc_kms_scene *scene, const struct zc_kms_plane *plane)
{
  for (unsigned i = 0; i < scene->n; i++)
    if (scene->item[i].plane == plane)
      return true;
  return false;
}

/* The picture that an item is to show now: the new one of the layer that
 * changes, or what is there. */
static const struct zc_kms_fb *
picture_of (const struct zc_kms_scene *scene, unsigned i,
    const struct zc_kms_frame *frame)
{
  const struct zc_kms_layer *layer = scene->of[i].layer;

  if (!layer)
    return scene->black;
  if (layer == scene->layer && frame)
    return frame->fb[scene->of[i].part];
  return layer->has_scanout ? layer->scanout.fb[scene->of[i].part] : NULL;
}

/* Whether an item is shown as it is to be: the layer that changes is not. */
static bool
is_there (const struct zc_kms_scene *scene, unsigned i)
{
  const struct zc_kms_layer *layer = scene->of[i].layer;
  const struct zc_kms_placement *now = &scene->output->background;

  if (layer == scene->layer)
    return false;
  if (layer)
    now = &layer->part[scene->of[i].part];
  else if (now->example != scene->black)
    return false;
  return now->plane == scene->item[i].plane;
}

/* What stays as it is need not be named. */
static void
add_item_state (struct zc_kms_atomic *atomic, const struct zc_kms_scene *scene,
    unsigned i, const struct zc_kms_fb *fb)
{
  const struct zc_kms_plan_item *item = &scene->item[i];

  if (is_there (scene, i))
    return;
  if (fb)
    zc_kms_plane_add (atomic, scene->output->device, item->plane,
        scene->output->crtc_id, fb->id, item->look);
  else
    zc_kms_plane_add_off (atomic, item->plane);
}

int
zc_kms_scene_commit (const struct zc_kms_scene *scene,
    const struct zc_kms_frame *frame, uint32_t flags)
{
  bool is_test = flags & DRM_MODE_ATOMIC_TEST_ONLY;
  struct zc_kms_output *output = scene->output;
  struct zc_kms_atomic atomic;

  zc_kms_atomic_init (&atomic);
  if (scene->needs_modeset ||
      output->setup.variable_refresh !=
          zc_kms_scene_get_setup (scene)->variable_refresh)
    zc_kms_output_add_setup (
        &atomic, output, zc_kms_scene_get_setup (scene), &scene->blobs);
  for (unsigned i = 0; i < output->n_planes; i++)
    if (output->planes[i].is_on &&
        !zc_kms_scene_uses (scene, &output->planes[i]))
      zc_kms_plane_add_off (&atomic, &output->planes[i]);
  for (unsigned i = 0; i < scene->n; i++)
    add_item_state (&atomic, scene, i,
        is_test ? scene->item[i].fb : picture_of (scene, i, frame));
  return zc_kms_atomic_commit (&atomic, output->device,
      flags | modeset_flag (scene), output->presenter.listener.serial);
}

/* --- plans ------------------------------------------------------------- */

static int
search (struct zc_kms_scene *scene)
{
  struct zc_kms_output *output = scene->output;
  int ret = 0;

  if (!output->planner)
    ret = zc_kms_planner_new (&output->planner, output);
  if (ret == 0)
    ret = zc_kms_planner_plan (output->planner, scene->item, scene->n,
        scene->blobs.mode, modeset_flag (scene));
  return ret;
}

static int
test (const struct zc_kms_scene *scene)
{
  return zc_kms_scene_commit (scene, NULL, DRM_MODE_ATOMIC_TEST_ONLY);
}

/* The only picture, or the only one of the layer that changes; N if there are
 * several. */
static unsigned
find_movable (const struct zc_kms_scene *scene)
{
  unsigned n_pictures = 0, n_own = 0, picture = scene->n, own = scene->n;

  for (unsigned i = 0; i < scene->n; i++)
    if (scene->of[i].layer) {
      n_pictures++;
      picture = i;
      if (scene->of[i].layer == scene->layer) {
        n_own++;
        own = i;
      }
    }
  if (n_pictures == 1)
    return picture;
  return n_own == 1 ? own : scene->n;
}

/* The planes as they are, or as they seem to be: mostly one test tells. A
 * single picture then tries one plane after the other while the rest stays; the
 * first answer tells best why not. */
static int
guess (struct zc_kms_scene *scene)
{
  struct zc_kms_plan_item *items = scene->item;
  unsigned me = find_movable (scene);
  const struct zc_kms_plane *tried;
  int ret, first;

  if (!zc_kms_plan_guess (scene->output, items, scene->n))
    return scene->n == 1 ? -EINVAL : -ENOSPC; /* not for want of planes */
  ret = first = test (scene);
  if (!zc_kms_planner_is_refusal (ret) || me == scene->n)
    return ret;
  tried = items[me].plane;
  items[me].plane = NULL;
  while (zc_kms_planner_is_refusal (ret) &&
         zc_kms_plan_step (scene->output, items, scene->n, me))
    if (items[me].plane != tried)
      ret = test (scene);
  return zc_kms_planner_is_refusal (ret) ? first : ret;
}

/* One of the two ways, with black under all items. */
static int
with_black (struct zc_kms_scene *scene, int (*way) (struct zc_kms_scene *scene))
{
  int ret = zc_kms_scene_get_background (scene);

  if (ret < 0)
    return ret;
  zc_kms_scene_add_background (scene);
  ret = way (scene);
  if (ret < 0)
    scene->n--;
  return ret;
}

/* Another plane than the primary one that can show black. */
static const struct zc_kms_plane *
find_overlay (const struct zc_kms_output *output)
{
  for (unsigned i = 1; i < output->n_planes; i++)
    if (output->planes[i].type == DRM_PLANE_TYPE_OVERLAY &&
        zc_kms_plane_has_format (
            &output->planes[i], DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR))
      return &output->planes[i];
  return NULL;
}

/* With the output's lock held: whether black on the primary plane can help,
 * because others show nothing without it. The hardware is asked once. */
static bool
needs_primary (const struct zc_kms_scene *scene)
{
  struct zc_kms_output *output = scene->output;
  const struct zc_kms_plane *overlay = find_overlay (output);
  struct zc_kms_scene bare = {
    .output = output,
    .layer = scene->layer,
    .wish = scene->wish,
    .needs_modeset = scene->needs_modeset,
    .blobs = scene->blobs,
  };

  if (output->primary == ZC_KMS_NOT_ASKED && overlay &&
      zc_kms_scene_get_background (&bare) == 0) {
    zc_kms_scene_add_background (&bare);
    bare.item[0].plane = overlay;
    output->primary = test (&bare) == 0 ? ZC_KMS_NEEDLESS : ZC_KMS_NEEDED;
    zc_kms_fb_unref (bare.black);
  }
  return output->primary != ZC_KMS_NEEDLESS;
}

/* Where there is one picture alone nothing is left to search for: it has tried
 * all planes. */
int
zc_kms_scene_plan (struct zc_kms_scene *scene)
{
  bool is_alone = scene->n == 1, with;
  int ret = guess (scene), first = ret;

  if (!zc_kms_planner_is_refusal (ret))
    return ret;
  with = needs_primary (scene);
  if (with && (is_alone || scene->output->background.plane))
    ret = with_black (scene, guess);
  if (zc_kms_planner_is_refusal (ret) && !is_alone)
    ret = search (scene);
  if (zc_kms_planner_is_refusal (ret) && !is_alone && with)
    ret = with_black (scene, search);
  if (!zc_kms_planner_is_refusal (ret))
    return ret;
  return is_alone ? first : -ENOSPC;
}
