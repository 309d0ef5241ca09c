/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-layer.h"

#include "kms-scene.h"

#include <errno.h>
#include <stdlib.h>

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
note_planes (const struct zc_kms_scene *scene)
{
  struct zc_kms_output *output = scene->output;

  for (unsigned i = 0; i < output->n_planes; i++)
    output->planes[i].is_on = zc_kms_scene_uses (scene, &output->planes[i]);
}

/* The background of the scene, or none. */
static void
adopt_background (const struct zc_kms_scene *scene)
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
adopt (const struct zc_kms_scene *scene)
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
flip_to (const struct zc_kms_scene *scene, const struct zc_kms_frame *frame)
{
  struct zc_kms_presenter *presenter = &scene->output->presenter;
  int ret;

  if (frame)
    zc_kms_presenter_load (presenter, scene->layer, frame);
  ret = zc_kms_scene_commit (
      scene, frame, DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT);
  if (ret == -EBUSY)
    ret = zc_kms_scene_commit (scene, frame, DRM_MODE_PAGE_FLIP_EVENT);
  if (ret < 0 && frame)
    zc_kms_presenter_unload (presenter, scene->layer);
  return ret;
}

/* Makes the scene real, with FRAME for its layer, before which no other of the
 * layer is shown. A change of mode is waited for, all else flips like any
 * frame. A display that no longer flips may do so once its mode is set. */
static int
perform (const struct zc_kms_scene *scene, const struct zc_kms_frame *frame)
{
  struct zc_kms_presenter *presenter = &scene->output->presenter;
  int ret = zc_kms_presenter_claim (presenter);

  if (scene->needs_modeset)
    ret = zc_kms_scene_commit (scene, frame, 0);
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
prepare (struct zc_kms_scene *scene, struct zc_kms_layer *layer,
    const struct zc_kms_wish *wish)
{
  int ret;

  zc_kms_scene_compose (scene, layer, wish);
  ret = zc_kms_setup_blobs_create (layer->output, &wish->setup, &scene->blobs);
  return ret < 0 ? ret : zc_kms_scene_plan (scene);
}

int
zc_kms_layer_test (struct zc_kms_layer *self, const struct zc_kms_wish *wish)
{
  struct zc_kms_scene scene;
  int ret;

  pthread_mutex_lock (&self->output->lock);
  ret = prepare (&scene, self, wish);
  zc_kms_scene_clear (&scene);
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
  struct zc_kms_scene scene;
  int ret;

  pthread_mutex_lock (&self->output->lock);
  if (contradicts (self, &wish->setup)) {
    pthread_mutex_unlock (&self->output->lock);
    return -EAGAIN;
  }
  ret = prepare (&scene, self, wish);
  if (ret == 0)
    ret = perform (&scene, frame);
  zc_kms_scene_clear (&scene);
  pthread_mutex_unlock (&self->output->lock);
  return ret;
}

/* While the presenter is claimed, and nothing else is placed. */
static int
light (struct zc_kms_scene *scene)
{
  struct zc_kms_output *output = scene->output;
  int ret = zc_kms_scene_get_background (scene);

  if (ret < 0)
    return ret;
  zc_kms_scene_add_background (scene);
  scene->item[0].plane = &output->planes[0];
  ret = zc_kms_scene_commit (scene, NULL, 0);
  if (ret < 0)
    return ret;
  note_planes (scene);
  adopt_background (scene);
  zc_kms_presenter_settle (&output->presenter, NULL, NULL);
  output->setup = *zc_kms_scene_get_setup (scene);
  output->is_lit = output->changed = true;
  return 0;
}

int
zc_kms_layer_light (struct zc_kms_layer *self, const struct zc_kms_setup *setup)
{
  const struct zc_kms_wish wish = { .setup = *setup };
  struct zc_kms_output *output = self->output;
  struct zc_kms_scene scene;
  int ret = 0;

  pthread_mutex_lock (&output->lock);
  zc_kms_scene_compose (&scene, self, &wish);
  if (scene.n == 0 && scene.needs_modeset && !self->is_placed) {
    ret = zc_kms_setup_blobs_create (output, setup, &scene.blobs);
    zc_kms_presenter_claim (&output->presenter);
    if (ret == 0)
      ret = light (&scene);
    zc_kms_presenter_release (&output->presenter, false);
  }
  zc_kms_scene_clear (&scene);
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
clear_screen (struct zc_kms_scene *scene)
{
  struct zc_kms_output *output = scene->output;

  if (output->n_users <= 1 || zc_kms_scene_commit (scene, NULL, 0) < 0)
    return zc_kms_output_restore (output);
  note_planes (scene);
  return 0;
}

/* Everything else stays on its plane, N items of layers and the background. */
static void
keep_planes (struct zc_kms_scene *scene, unsigned n)
{
  struct zc_kms_output *output = scene->output;

  scene->n = n;
  for (unsigned i = 0; i < n; i++)
    scene->item[i].plane = scene->of[i].layer->part[scene->of[i].part].plane;
  if (output->background.plane && zc_kms_scene_get_background (scene) == 0) {
    zc_kms_scene_add_background (scene);
    scene->item[n].plane = output->background.plane;
  }
}

/* Hardware that needs the plane that became free gets another plan. */
static int
take_off (struct zc_kms_scene *scene)
{
  struct zc_kms_output *output = scene->output;
  unsigned n = scene->n;
  int ret;

  if (n == 0)
    return clear_screen (scene);
  keep_planes (scene, n);
  ret = zc_kms_scene_commit (scene, NULL, 0);
  if (ret < 0 && zc_kms_planner_is_refusal (ret)) {
    scene->n = n;
    ret = zc_kms_setup_blobs_create (output, &output->setup, &scene->blobs);
    if (ret == 0)
      ret = zc_kms_scene_plan (scene);
    if (ret == 0)
      ret = zc_kms_scene_commit (scene, NULL, 0);
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
  struct zc_kms_scene scene;
  int ret = 0;

  pthread_mutex_lock (&output->lock);
  zc_kms_presenter_claim (&output->presenter);
  if (self->is_placed) {
    zc_kms_scene_compose (&scene, self, NULL);
    ret = take_off (&scene);
    adopt (&scene);
    if (ret == 0)
      zc_kms_presenter_settle (&output->presenter, NULL, NULL);
    zc_kms_scene_clear (&scene);
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
