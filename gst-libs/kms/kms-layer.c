/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-layer.h"

#include "kms-mode.h"
#include "kms-planner.h"

#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>
#include <stdlib.h>

#define MAX_ITEMS (ZC_KMS_MAX_LAYERS * ZC_KMS_N_PARTS + 1)

/* Below all layers: their positions are smaller numbers. */
#define BOTTOM (-(1 << 19))

/* What the screen is to be: all placed layers, one of them anew. */
struct scene {
  struct zc_kms_output *output;
  struct zc_kms_layer *layer;     /* the one that changes */
  const struct zc_kms_wish *wish; /* NULL: it goes */
  bool needs_modeset;

  /* Owned, NULL or 0 until they are needed: what the setup needs, and what lies
   * under all others. */
  struct zc_kms_setup_blobs blobs;
  struct zc_kms_fb *black;
  struct zc_kms_look black_look;

  struct zc_kms_plan_item item[MAX_ITEMS];
  struct {
    struct zc_kms_layer *layer; /* NULL: the background */
    enum zc_kms_part part;
  } of[MAX_ITEMS];
  unsigned n;
};

int
zc_kms_layer_new (struct zc_kms_layer **out, struct zc_kms_output *output,
    unsigned depth, bool async, const struct zc_kms_layer_events *events,
    void *data)
{
  struct zc_kms_layer *self = calloc (1, sizeof (*self));
  int ret;

  *out = NULL;
  if (!self)
    return -ENOMEM;
  self->output = output;
  self->line.depth = depth;
  self->wants_async = async;
  self->events = events;
  self->data = data;
  ret = zc_kms_presenter_add (&output->presenter, self);
  if (ret < 0)
    free (self);
  else
    *out = self;
  return ret;
}

void
zc_kms_layer_free (struct zc_kms_layer *self)
{
  if (!self)
    return;
  zc_kms_layer_hide (self);
  zc_kms_presenter_remove (&self->output->presenter, self);
  free (self);
}

/* --- scenes ------------------------------------------------------------ */

static void
add_item (struct scene *scene, struct zc_kms_layer *layer,
    enum zc_kms_part part, const struct zc_kms_fb *fb,
    const struct zc_kms_look *look, int zpos)
{
  scene->item[scene->n] = (struct zc_kms_plan_item) {
    .fb = fb,
    .look = look,
    .now = layer ? layer->part[part].plane : scene->output->background.plane,
    .zpos = (zpos * MAX_ITEMS + (int) scene->n) * ZC_KMS_N_PARTS + (int) part,
  };
  scene->of[scene->n].layer = layer;
  scene->of[scene->n].part = part;
  scene->n++;
}

static void
add_layer (struct scene *scene, struct zc_kms_layer *layer)
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

/* With the output's lock held: the presenter's list of layers changes only
 * under its own, but those that are placed stay. */
static void
compose (struct scene *scene, struct zc_kms_layer *layer,
    const struct zc_kms_wish *wish)
{
  struct zc_kms_output *output = layer->output;
  struct zc_kms_presenter *presenter = &output->presenter;

  *scene = (struct scene) { .output = output, .layer = layer, .wish = wish };
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

static void
scene_clear (struct scene *scene)
{
  zc_kms_setup_blobs_destroy (scene->output, &scene->blobs);
  zc_kms_fb_unref (scene->black);
}

static const struct zc_kms_setup *
setup_of (const struct scene *scene)
{
  return scene->wish ? &scene->wish->setup : &scene->output->setup;
}

static uint32_t
modeset_flag (const struct scene *scene)
{
  return scene->needs_modeset ? DRM_MODE_ATOMIC_ALLOW_MODESET : 0;
}

/* With the output's lock held: black of the size of the scene's mode, what is
 * shown already if that will do. */
static int
get_background (struct scene *scene)
{
  struct zc_kms_fb *shown = scene->output->background.example;
  const drmModeModeInfo *mode = &setup_of (scene)->mode;
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

static void
add_background (struct scene *scene)
{
  add_item (scene, NULL, ZC_KMS_VIDEO, scene->black, &scene->black_look, 0);
  scene->item[scene->n - 1].zpos = BOTTOM;
}

/* --- commits ----------------------------------------------------------- */

static bool
is_used (const struct scene *scene, const struct zc_kms_plane *plane)
{
  for (unsigned i = 0; i < scene->n; i++)
    if (scene->item[i].plane == plane)
      return true;
  return false;
}

/* The picture that an item is to show now: the new one of the layer that
 * changes, or what is there. */
static const struct zc_kms_fb *
picture_of (
    const struct scene *scene, unsigned i, const struct zc_kms_frame *frame)
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
is_there (const struct scene *scene, unsigned i)
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
add_item_state (struct zc_kms_atomic *atomic, const struct scene *scene,
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

/* While the presenter is claimed, or to test the scene with examples of its
 * pictures. */
static int
commit (
    const struct scene *scene, const struct zc_kms_frame *frame, uint32_t flags)
{
  bool is_test = flags & DRM_MODE_ATOMIC_TEST_ONLY;
  struct zc_kms_output *output = scene->output;
  struct zc_kms_atomic atomic;

  zc_kms_atomic_init (&atomic);
  if (scene->needs_modeset ||
      output->setup.variable_refresh != setup_of (scene)->variable_refresh)
    zc_kms_output_add_setup (&atomic, output, setup_of (scene), &scene->blobs);
  for (unsigned i = 0; i < output->n_planes; i++)
    if (output->planes[i].is_on && !is_used (scene, &output->planes[i]))
      zc_kms_plane_add_off (&atomic, &output->planes[i]);
  for (unsigned i = 0; i < scene->n; i++)
    add_item_state (&atomic, scene, i,
        is_test ? scene->item[i].fb : picture_of (scene, i, frame));
  return zc_kms_atomic_commit (&atomic, output->device,
      flags | modeset_flag (scene), output->presenter.listener.serial);
}

/* --- plans ------------------------------------------------------------- */

static int
search (struct scene *scene)
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
test (const struct scene *scene)
{
  return commit (scene, NULL, DRM_MODE_ATOMIC_TEST_ONLY);
}

/* The only picture, or the only one of the layer that changes; N if there are
 * several. */
static unsigned
find_movable (const struct scene *scene)
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
guess (struct scene *scene)
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
with_black (struct scene *scene, int (*way) (struct scene *scene))
{
  int ret = get_background (scene);

  if (ret < 0)
    return ret;
  add_background (scene);
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
needs_primary (const struct scene *scene)
{
  struct zc_kms_output *output = scene->output;
  const struct zc_kms_plane *overlay = find_overlay (output);
  struct scene bare = {
    .output = output,
    .layer = scene->layer,
    .wish = scene->wish,
    .needs_modeset = scene->needs_modeset,
    .blobs = scene->blobs,
  };

  if (output->primary == ZC_KMS_NOT_ASKED && overlay &&
      get_background (&bare) == 0) {
    add_background (&bare);
    bare.item[0].plane = overlay;
    output->primary = test (&bare) == 0 ? ZC_KMS_NEEDLESS : ZC_KMS_NEEDED;
    zc_kms_fb_unref (bare.black);
  }
  return output->primary != ZC_KMS_NEEDLESS;
}

/* With the output's lock held: finds a plane for each item. Hardware that
 * cannot leave the primary plane off gets black for it. Where there is one
 * picture alone nothing is left to search for: it has tried all planes. */
static int
plan (struct scene *scene)
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

/* --- placements -------------------------------------------------------- */

static void
set_placement (struct zc_kms_placement *placement,
    const struct zc_kms_plane *plane, const struct zc_kms_look *look,
    struct zc_kms_fb *example)
{
  struct zc_kms_fb *old = placement->example;

  *placement = (struct zc_kms_placement) { plane, *look,
    example ? zc_kms_fb_ref (example) : NULL };
  zc_kms_fb_unref (old);
}

/* The scene has been committed. */
static void
note_planes (const struct scene *scene)
{
  struct zc_kms_output *output = scene->output;

  for (unsigned i = 0; i < output->n_planes; i++)
    output->planes[i].is_on = is_used (scene, &output->planes[i]);
}

/* The background of the scene, or none. */
static void
adopt_background (const struct scene *scene)
{
  static const struct zc_kms_look none;
  const struct zc_kms_plane *plane = NULL;

  for (unsigned i = 0; i < scene->n; i++)
    if (!scene->of[i].layer)
      plane = scene->item[i].plane;
  set_placement (&scene->output->background, plane,
      plane ? &scene->black_look : &none, plane ? scene->black : NULL);
}

/* With the output's lock held: who is left the longest is told to lead. As long
 * as it is placed it stays. */
static void
pass_lead (struct zc_kms_output *output)
{
  struct zc_kms_presenter *presenter = &output->presenter;
  struct zc_kms_layer *next = NULL;

  pthread_mutex_lock (&presenter->lock);
  for (unsigned i = presenter->n_layers; i-- > 0;)
    if (presenter->layers[i]->is_placed)
      next = presenter->layers[i];
  pthread_mutex_unlock (&presenter->lock);
  output->leader = next;
  if (next && next->events->leads)
    next->events->leads (next->data);
}

/* While the presenter is claimed: the scene is what is shown from now on. */
static void
adopt (const struct scene *scene)
{
  static const struct zc_kms_look none;
  struct zc_kms_output *output = scene->output;
  struct zc_kms_layer *self = scene->layer;
  const struct zc_kms_wish *wish = scene->wish;

  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS; p++)
    set_placement (&self->part[p], NULL, wish ? &wish->part[p].look : &none,
        wish ? wish->part[p].fb : NULL);
  for (unsigned i = 0; i < scene->n; i++)
    if (scene->of[i].layer)
      scene->of[i].layer->part[scene->of[i].part].plane = scene->item[i].plane;
  adopt_background (scene);
  self->is_placed = wish != NULL;
  if (wish) {
    self->zpos = wish->zpos;
    output->setup = wish->setup;
    output->is_lit = true;
    output->changed = true;
    if (!output->leader)
      output->leader = self;
  } else if (output->leader == self) {
    pass_lead (output);
  }
}

/* While the presenter is claimed, with nothing in flight: flips to the scene.
 * What others have in flight on the CRTC is waited for. */
static int
flip_to (const struct scene *scene, const struct zc_kms_frame *frame)
{
  struct zc_kms_presenter *presenter = &scene->output->presenter;
  int ret;

  if (frame)
    zc_kms_presenter_load (presenter, scene->layer, frame);
  ret = commit (
      scene, frame, DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT);
  if (ret == -EBUSY)
    ret = commit (scene, frame, DRM_MODE_PAGE_FLIP_EVENT);
  if (ret < 0 && frame)
    zc_kms_presenter_unload (presenter, scene->layer);
  return ret;
}

/* Makes the scene real, with FRAME for its layer, before which no other of the
 * layer is shown. A change of mode is waited for, all else flips like any
 * frame. A display that no longer flips may do so once its mode is set. */
static int
perform (const struct scene *scene, const struct zc_kms_frame *frame)
{
  struct zc_kms_presenter *presenter = &scene->output->presenter;
  int ret = zc_kms_presenter_claim (presenter);

  if (scene->needs_modeset)
    ret = commit (scene, frame, 0);
  else if (ret == 0)
    ret = flip_to (scene, frame);
  if (ret == 0) {
    note_planes (scene);
    adopt (scene);
  }
  if (ret == 0 && scene->needs_modeset)
    zc_kms_presenter_settle (presenter, scene->layer, frame);
  if (ret == 0 && frame)
    zc_kms_presenter_flush (presenter, scene->layer);
  zc_kms_presenter_release (presenter, ret == 0 && !scene->needs_modeset);
  return ret;
}

/* --- for users --------------------------------------------------------- */

/* With the output's lock held: what the layer wants, and how. To be cleared in
 * any case. */
static int
prepare (struct scene *scene, struct zc_kms_layer *layer,
    const struct zc_kms_wish *wish)
{
  int ret;

  compose (scene, layer, wish);
  ret = zc_kms_setup_blobs_create (layer->output, &wish->setup, &scene->blobs);
  return ret < 0 ? ret : plan (scene);
}

int
zc_kms_layer_test (struct zc_kms_layer *self, const struct zc_kms_wish *wish)
{
  struct scene scene;
  int ret;

  pthread_mutex_lock (&self->output->lock);
  ret = prepare (&scene, self, wish);
  scene_clear (&scene);
  pthread_mutex_unlock (&self->output->lock);
  return ret;
}

/* With the output's lock held: whether the layer would drive the screen
 * otherwise than the one that leads. */
static bool
contradicts (const struct zc_kms_layer *self, const struct zc_kms_setup *setup)
{
  const struct zc_kms_output *output = self->output;

  return output->leader && output->leader != self && output->is_lit &&
         (setup->variable_refresh != output->setup.variable_refresh ||
             !zc_kms_signal_equal (&setup->signal, &output->setup.signal));
}

int
zc_kms_layer_place (struct zc_kms_layer *self, const struct zc_kms_wish *wish,
    const struct zc_kms_frame *frame)
{
  struct scene scene;
  int ret;

  pthread_mutex_lock (&self->output->lock);
  if (contradicts (self, &wish->setup)) {
    pthread_mutex_unlock (&self->output->lock);
    return -EAGAIN;
  }
  ret = prepare (&scene, self, wish);
  if (ret == 0)
    ret = perform (&scene, frame);
  scene_clear (&scene);
  pthread_mutex_unlock (&self->output->lock);
  return ret;
}

/* While the presenter is claimed, and nothing else is placed. */
static int
light (struct scene *scene)
{
  struct zc_kms_output *output = scene->output;
  int ret = get_background (scene);

  if (ret < 0)
    return ret;
  add_background (scene);
  scene->item[0].plane = &output->planes[0];
  ret = commit (scene, NULL, 0);
  if (ret < 0)
    return ret;
  note_planes (scene);
  adopt_background (scene);
  zc_kms_presenter_settle (&output->presenter, NULL, NULL);
  output->setup = *setup_of (scene);
  output->is_lit = output->changed = true;
  return 0;
}

int
zc_kms_layer_light (struct zc_kms_layer *self, const struct zc_kms_setup *setup)
{
  const struct zc_kms_wish wish = { .setup = *setup };
  struct zc_kms_output *output = self->output;
  struct scene scene;
  int ret = 0;

  pthread_mutex_lock (&output->lock);
  compose (&scene, self, &wish);
  if (scene.n == 0 && scene.needs_modeset && !self->is_placed) {
    ret = zc_kms_setup_blobs_create (output, setup, &scene.blobs);
    zc_kms_presenter_claim (&output->presenter);
    if (ret == 0)
      ret = light (&scene);
    zc_kms_presenter_release (&output->presenter, false);
  }
  scene_clear (&scene);
  pthread_mutex_unlock (&output->lock);
  return ret;
}

int
zc_kms_layer_show (struct zc_kms_layer *self, const struct zc_kms_frame *frame)
{
  return zc_kms_presenter_show (&self->output->presenter, self, frame);
}

bool
zc_kms_layer_describe_fence (struct zc_kms_layer *self, char *text, size_t size)
{
  return zc_kms_presenter_describe_fence (
      &self->output->presenter, self, text, size);
}

void
zc_kms_layer_flush (struct zc_kms_layer *self)
{
  zc_kms_presenter_flush (&self->output->presenter, self);
}

int
zc_kms_layer_drain (struct zc_kms_layer *self)
{
  return zc_kms_presenter_drain (&self->output->presenter, self);
}

void
zc_kms_layer_let_go (struct zc_kms_layer *self)
{
  zc_kms_presenter_let_go (&self->output->presenter, self);
}

/* While the presenter is claimed, and no other layer is placed: what others
 * left there returns when the last goes; else black, or dark, is better than a
 * picture whose memory is given away. */
static int
clear_screen (struct scene *scene)
{
  struct zc_kms_output *output = scene->output;

  if (output->n_users <= 1 || commit (scene, NULL, 0) < 0)
    return zc_kms_output_restore (output);
  note_planes (scene);
  return 0;
}

/* Everything else stays on its plane, N items of layers and the background. */
static void
keep_planes (struct scene *scene, unsigned n)
{
  struct zc_kms_output *output = scene->output;

  scene->n = n;
  for (unsigned i = 0; i < n; i++)
    scene->item[i].plane = scene->of[i].layer->part[scene->of[i].part].plane;
  if (output->background.plane && get_background (scene) == 0) {
    add_background (scene);
    scene->item[n].plane = output->background.plane;
  }
}

/* Hardware that needs the plane that became free gets another plan. */
static int
take_off (struct scene *scene)
{
  struct zc_kms_output *output = scene->output;
  unsigned n = scene->n;
  int ret;

  if (n == 0)
    return clear_screen (scene);
  keep_planes (scene, n);
  ret = commit (scene, NULL, 0);
  if (ret < 0 && zc_kms_planner_is_refusal (ret)) {
    scene->n = n;
    ret = zc_kms_setup_blobs_create (output, &output->setup, &scene->blobs);
    if (ret == 0)
      ret = plan (scene);
    if (ret == 0)
      ret = commit (scene, NULL, 0);
  }
  if (ret == 0)
    note_planes (scene);
  else
    keep_planes (scene, n);
  return ret;
}

int
zc_kms_layer_hide (struct zc_kms_layer *self)
{
  struct zc_kms_output *output = self->output;
  struct scene scene;
  int ret = 0;

  pthread_mutex_lock (&output->lock);
  zc_kms_presenter_claim (&output->presenter);
  if (self->is_placed) {
    compose (&scene, self, NULL);
    ret = take_off (&scene);
    adopt (&scene);
    if (ret == 0)
      zc_kms_presenter_settle (&output->presenter, NULL, NULL);
    scene_clear (&scene);
  }
  zc_kms_presenter_take_off (&output->presenter, self);
  zc_kms_presenter_release (&output->presenter, false);
  pthread_mutex_unlock (&output->lock);
  return ret;
}

bool
zc_kms_layer_has_newest (struct zc_kms_layer *self, const void *owner)
{
  return zc_kms_presenter_has_newest (&self->output->presenter, self, owner);
}

bool
zc_kms_layer_is_alone (struct zc_kms_layer *self)
{
  struct zc_kms_presenter *presenter = &self->output->presenter;
  bool alone = true;

  pthread_mutex_lock (&self->output->lock);
  pthread_mutex_lock (&presenter->lock);
  for (unsigned i = 0; i < presenter->n_layers; i++)
    alone = alone &&
            (presenter->layers[i] == self || !presenter->layers[i]->is_placed);
  pthread_mutex_unlock (&presenter->lock);
  pthread_mutex_unlock (&self->output->lock);
  return alone;
}

bool
zc_kms_layer_leads (struct zc_kms_layer *self)
{
  bool leads;

  pthread_mutex_lock (&self->output->lock);
  leads = !self->output->leader || self->output->leader == self;
  pthread_mutex_unlock (&self->output->lock);
  return leads;
}

bool
zc_kms_layer_is_async (struct zc_kms_layer *self)
{
  struct zc_kms_presenter *presenter = &self->output->presenter;

  return self->wants_async && self->output->device->has_async &&
         !atomic_load (&presenter->async_refused);
}

const struct zc_kms_plane *
zc_kms_layer_get_plane (const struct zc_kms_layer *self, enum zc_kms_part part)
{
  const struct zc_kms_plane *plane;

  pthread_mutex_lock (&self->output->lock);
  plane = self->part[part].plane;
  pthread_mutex_unlock (&self->output->lock);
  return plane;
}
