/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_FLIP_H
#define ZC_KMS_FLIP_H

#include "kms-presenter.h"

/*
 * From the frame of a layer that is on the screen to the one in flight. The
 * layer must be placed, and stay as it is.
 */

/* Adds it to a request. A commit that names nothing is refused, and never
 * flips: memory that is shown already is named again. */
void zc_kms_flip_add (struct zc_kms_atomic *atomic,
    struct zc_kms_device *device, uint32_t crtc_id,
    const struct zc_kms_layer *layer);

/* Whether no plane is turned on or off, which has to wait for the blanking. */
bool zc_kms_flip_is_pure (const struct zc_kms_layer *layer);

#endif
