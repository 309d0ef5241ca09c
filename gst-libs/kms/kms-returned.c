/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-returned.h"

struct zc_kms_returned
zc_kms_returned_from_screen (struct zc_kms_layer *layer)
{
  struct zc_kms_returned returned = { layer, layer->scanout, true,
    layer->holds_scanout };

  layer->holds_scanout = false;
  return returned;
}

bool
zc_kms_returned_hold (struct zc_kms_returned *self, struct zc_kms_layer *layer)
{
  if (!layer->has_scanout || layer->holds_scanout)
    return false;
  *self = (struct zc_kms_returned) { layer, layer->scanout, true, false };
  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS; p++) {
    if (layer->scanout.fb[p])
      zc_kms_fb_ref (layer->scanout.fb[p]);
    layer->scanout.owner[p] = NULL;
  }
  layer->holds_scanout = true;
  return true;
}

void
zc_kms_returned_drop_fbs (const struct zc_kms_returned *self)
{
  for (enum zc_kms_part p = 0; p < ZC_KMS_N_PARTS; p++)
    zc_kms_fb_unref (self->frame.fb[p]);
}

void
zc_kms_returned_give_back (struct zc_kms_returned *self)
{
  zc_kms_fence_close (&self->frame.fence);
  if (self->is_held)
    zc_kms_returned_drop_fbs (self);
  else
    self->layer->events->released (
        &self->frame, self->shown, self->layer->data);
}
