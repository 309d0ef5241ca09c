/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-flip.h"

static const struct zc_kms_fb *
shown_by (const struct zc_kms_layer *layer, enum zc_kms_part part)
{
  return layer->has_scanout ? layer->scanout.fb[part] : NULL;
}

/* Returns whether there was something to add. */
static bool
add_part (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    uint32_t crtc_id, const struct zc_kms_layer *layer, enum zc_kms_part part)
{
  const struct zc_kms_placement *at = &layer->part[part];
  const struct zc_kms_fb *old = shown_by (layer, part);
  const struct zc_kms_fb *new = layer->in_flight.fb[part];

  if (!at->plane || old == new)
    return false;
  if (!new)
    zc_kms_plane_add_off (atomic, at->plane);
  else if (old)
    zc_kms_plane_add_flip (atomic, at->plane, new->id);
  else
    zc_kms_plane_add (atomic, device, at->plane, crtc_id, new->id, &at->look);
  return true;
}

void
zc_kms_flip_add (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    uint32_t crtc_id, const struct zc_kms_layer *layer)
{
  bool named = false;

  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS; p++)
    named |= add_part (atomic, device, crtc_id, layer, p);
  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS && !named; p++)
    if (layer->part[p].plane && layer->in_flight.fb[p]) {
      zc_kms_plane_add_flip (
          atomic, layer->part[p].plane, layer->in_flight.fb[p]->id);
      named = true;
    }
}

bool
zc_kms_flip_is_pure (const struct zc_kms_layer *layer)
{
  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS; p++)
    if (layer->part[p].plane && !shown_by (layer, p) != !layer->in_flight.fb[p])
      return false;
  return true;
}
