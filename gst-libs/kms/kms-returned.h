/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_RETURNED_H
#define ZC_KMS_RETURNED_H

#include "kms-presenter.h"

/*
 * A frame of a layer on its way back to its owner.
 */
struct zc_kms_returned {
  struct zc_kms_layer *layer;
  struct zc_kms_frame frame;
  bool shown;
  bool is_held; /* by us alone: its owner has let go of it before */
};

/* With the presenter's lock held: what was on the screen of the layer. */
struct zc_kms_returned zc_kms_returned_from_screen (struct zc_kms_layer *layer);

/* With the presenter's lock held: what is on the screen stays there, and is its
 * owner's again. False if it is so already. */
bool zc_kms_returned_hold (
    struct zc_kms_returned *returned, struct zc_kms_layer *layer);

/* Lets go of the framebuffers that hold() keeps. */
void zc_kms_returned_drop_fbs (const struct zc_kms_returned *returned);

/* Tells the owner, without locks. The fence that the frame may have is over. */
void zc_kms_returned_give_back (struct zc_kms_returned *returned);

#endif
