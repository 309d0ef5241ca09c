/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-planner.h"

#include <errno.h>
#include <libliftoff.h>
#include <stdlib.h>

/* For a search that tries many combinations: longer is not worth waiting. A
 * busy machine, whose answers take their time, must not look like too few
 * planes. */
#define TIMEOUT_NS (150 * 1000000LL)

#define MAX_ITEMS (ZC_KMS_N_PARTS * ZC_KMS_MAX_LAYERS + 1)

struct zc_kms_planner {
  const struct zc_kms_output *output;
  struct liftoff_device *device;
  struct liftoff_output *liftoff;
  unsigned n_registered; /* of the output's planes, the first ones */
};

int
zc_kms_planner_new (
    struct zc_kms_planner **out, const struct zc_kms_output *output)
{
  struct zc_kms_planner *self = calloc (1, sizeof (*self));

  *out = NULL;
  if (!self)
    return -ENOMEM;
  self->output = output;
  self->device = liftoff_device_create (output->device->fd);
  if (self->device)
    self->liftoff = liftoff_output_create (self->device, output->crtc_id);
  if (!self->liftoff) {
    int error = errno ? -errno : -ENOMEM;

    zc_kms_planner_free (self);
    return error;
  }
  *out = self;
  return 0;
}

void
zc_kms_planner_free (struct zc_kms_planner *self)
{
  if (!self)
    return;
  if (self->liftoff)
    liftoff_output_destroy (self->liftoff);
  if (self->device)
    liftoff_device_destroy (self->device);
  free (self);
}

static int
register_planes (struct zc_kms_planner *self, unsigned n)
{
  for (; self->n_registered < n; self->n_registered++)
    if (!liftoff_plane_create (
            self->device, self->output->planes[self->n_registered].id))
      return errno ? -errno : -ENOMEM;
  return 0;
}

static const struct zc_kms_plane *
find_plane (const struct zc_kms_planner *self, struct liftoff_layer *layer)
{
  struct liftoff_plane *plane = liftoff_layer_get_plane (layer);

  for (unsigned i = 0; plane && i < self->output->n_planes; i++)
    if (self->output->planes[i].id == liftoff_plane_get_id (plane))
      return &self->output->planes[i];
  return NULL;
}

/* What cannot be seen would get no plane. */
static uint16_t
visible (uint16_t alpha)
{
  return alpha ? alpha : 1;
}

static bool
overlap (const struct zc_kms_plan_item *a, const struct zc_kms_plan_item *b)
{
  const struct zc_kms_rect *r = &a->look->destination;
  const struct zc_kms_rect *s = &b->look->destination;

  return r->x < s->x + (int64_t) s->w && s->x < r->x + (int64_t) r->w &&
         r->y < s->y + (int64_t) s->h && s->y < r->y + (int64_t) r->h;
}

/* --- guesses ----------------------------------------------------------- */

static int
rank (const struct zc_kms_plane *plane)
{
  return plane->type == DRM_PLANE_TYPE_PRIMARY ? 0 : 1;
}

/* Whether A lies above B for sure. Overlays that do not tell, or say the same,
 * may lie either way. */
static bool
is_above (const struct zc_kms_plane *a, const struct zc_kms_plane *b)
{
  const struct zc_kms_property *p = &a->property[ZC_KMS_PLANE_ZPOS];
  const struct zc_kms_property *q = &b->property[ZC_KMS_PLANE_ZPOS];

  return p->id && q->id ? p->value > q->value : rank (a) > rank (b);
}

/* Whether item ME may be on PLANE, for all that have theirs. */
static bool
fits (const struct zc_kms_plan_item items[], unsigned n, unsigned me,
    const struct zc_kms_plane *plane)
{
  for (unsigned i = 0; i < n; i++) {
    const struct zc_kms_plane *other = items[i].plane;

    if (i == me || !other)
      continue;
    if (other == plane)
      return false;
    if (overlap (&items[i], &items[me]) &&
        (items[i].zpos < items[me].zpos ? !is_above (plane, other)
                                        : !is_above (other, plane)))
      return false;
  }
  return true;
}

bool
zc_kms_plan_step (const struct zc_kms_output *output,
    struct zc_kms_plan_item items[], unsigned n, unsigned me)
{
  const struct zc_kms_image *image = &items[me].fb->image;
  unsigned i = items[me].plane ? items[me].plane - output->planes + 1 : 0;

  for (; i < output->n_planes; i++) {
    const struct zc_kms_plane *plane = &output->planes[i];

    if (plane->type != DRM_PLANE_TYPE_CURSOR &&
        zc_kms_plane_has_format (plane, image->fourcc, image->modifier) &&
        fits (items, n, me, plane)) {
      items[me].plane = plane;
      return true;
    }
  }
  return false;
}

/* The lowest of those that have no plane, or N. */
static unsigned
lowest (const struct zc_kms_plan_item items[], unsigned n)
{
  unsigned found = n;

  for (unsigned i = 0; i < n; i++)
    if (!items[i].plane && (found == n || items[i].zpos < items[found].zpos))
      found = i;
  return found;
}

bool
zc_kms_plan_guess (const struct zc_kms_output *output,
    struct zc_kms_plan_item items[], unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i++)
    items[i].plane = items[i].now;
  for (i = 0; i < n; i++)
    if (items[i].now && !fits (items, n, i, items[i].now))
      return false;
  while ((i = lowest (items, n)) < n)
    if (!zc_kms_plan_step (output, items, n, i))
      return false;
  return true;
}

/* --- libliftoff -------------------------------------------------------- */

/* Above how many others each item has to be. Where items lie side by side
 * libliftoff must not learn of their order, or it would keep to it. */
static void
get_levels (const struct zc_kms_plan_item items[], unsigned n, unsigned level[])
{
  bool done[MAX_ITEMS] = { false };

  for (unsigned round = 0; round < n; round++) {
    unsigned next = n;

    for (unsigned i = 0; i < n; i++)
      if (!done[i] && (next == n || items[i].zpos < items[next].zpos))
        next = i;
    level[next] = 0;
    for (unsigned i = 0; i < n; i++)
      if (done[i] && level[i] >= level[next] &&
          overlap (&items[i], &items[next]))
        level[next] = level[i] + 1;
    done[next] = true;
  }
}

static struct liftoff_layer *
make_layer (struct zc_kms_planner *self, const struct zc_kms_plan_item *item,
    unsigned level)
{
  struct liftoff_layer *layer = liftoff_layer_create (self->liftoff);
  const struct zc_kms_look *look = item->look;
  const struct {
    const char *name;
    uint64_t value;
  } properties[] = {
    { "FB_ID", item->fb->id },
    { "SRC_X", look->source.x },
    { "SRC_Y", look->source.y },
    { "SRC_W", look->source.w },
    { "SRC_H", look->source.h },
    { "CRTC_X", (int64_t) look->destination.x },
    { "CRTC_Y", (int64_t) look->destination.y },
    { "CRTC_W", look->destination.w },
    { "CRTC_H", look->destination.h },
    { "rotation", look->rotation },
    { "alpha", visible (look->alpha) },
    { "zpos", level },
  };

  for (unsigned i = 0;
      layer && i < sizeof (properties) / sizeof (properties[0]); i++)
    if (liftoff_layer_set_property (
            layer, properties[i].name, properties[i].value) < 0) {
      liftoff_layer_destroy (layer);
      return NULL;
    }
  return layer;
}

static int
add_output (const struct zc_kms_output *output, drmModeAtomicReq *request,
    uint32_t mode_blob)
{
  const struct {
    uint32_t object, property;
    uint64_t value;
  } properties[] = {
    { output->connector_id,
        output->connector.property[ZC_KMS_CONNECTOR_CRTC_ID].id,
        output->crtc_id },
    { output->crtc_id, output->crtc[ZC_KMS_CRTC_MODE_ID].id, mode_blob },
    { output->crtc_id, output->crtc[ZC_KMS_CRTC_ACTIVE].id, 1 },
  };
  int ret = 0;

  for (unsigned i = 0; i < 3 && ret >= 0; i++)
    ret = drmModeAtomicAddProperty (request, properties[i].object,
        properties[i].property, properties[i].value);
  return ret < 0 ? ret : 0;
}

/* With the planes that are registered. */
static int
try (struct zc_kms_planner *self, struct liftoff_layer *const layers[],
    struct zc_kms_plan_item items[], unsigned n, uint32_t mode_blob,
    uint32_t flags)
{
  const struct liftoff_output_apply_options options = { TIMEOUT_NS };
  drmModeAtomicReq *request = drmModeAtomicAlloc ();
  int ret = request ? add_output (self->output, request, mode_blob) : -ENOMEM;

  if (ret == 0)
    ret = liftoff_output_apply (self->liftoff, request, flags, &options);
  drmModeAtomicFree (request);
  for (unsigned i = 0; i < n && ret == 0; i++) {
    items[i].plane = find_plane (self, layers[i]);
    if (!items[i].plane)
      ret = -ENOSPC;
  }
  return ret;
}

bool
zc_kms_planner_is_refusal (int error)
{
  return error == -EINVAL || error == -ERANGE || error == -ENOSPC;
}

int
zc_kms_planner_plan (struct zc_kms_planner *self,
    struct zc_kms_plan_item items[], unsigned n, uint32_t mode_blob,
    uint32_t flags)
{
  struct liftoff_layer *layers[MAX_ITEMS] = { NULL };
  unsigned level[MAX_ITEMS];
  unsigned n_planes = self->output->n_planes;
  int ret = 0;

  get_levels (items, n, level);
  for (unsigned i = 0; i < n && ret == 0; i++) {
    layers[i] = make_layer (self, &items[i], level[i]);
    if (!layers[i])
      ret = -ENOMEM;
  }
  if (ret == 0)
    ret = register_planes (self, n < n_planes ? n : n_planes);
  if (ret == 0)
    ret = try (self, layers, items, n, mode_blob, flags);
  if (zc_kms_planner_is_refusal (ret) && self->n_registered < n_planes) {
    ret = register_planes (self, n_planes);
    if (ret == 0)
      ret = try (self, layers, items, n, mode_blob, flags);
  }
  for (unsigned i = 0; i < n; i++)
    if (layers[i])
      liftoff_layer_destroy (layers[i]);
  return ret;
}
