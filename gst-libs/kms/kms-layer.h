/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_LAYER_H
#define ZC_KMS_LAYER_H

#include "kms-output.h"

/*
 * What the user of a layer wants to show, built by the caller, tested and
 * placed. A part without a framebuffer is not wanted.
 */
struct zc_kms_wish {
  struct zc_kms_setup setup; /* of the screen, for all of its layers */
  int zpos; /* higher ones are above lower ones; -1000 to 1000 */
  struct {
    struct zc_kms_fb *fb; /* a picture like those to come */
    struct zc_kms_look look;
  } part[ZC_KMS_N_PARTS];
};

/*
 * Something to show on OUTPUT, which must be active as long as the layer is.
 * DEPTH is how many frames may wait for their turn (1 to ZC_KMS_MAX_WAITING);
 * if ASYNC, flips need not wait for the blanking where the driver can. EVENTS
 * must live as long as the layer. Returns 0, -ENOMEM, -EUSERS.
 */
int zc_kms_layer_new (struct zc_kms_layer **layer, struct zc_kms_output *output,
    unsigned depth, bool async, const struct zc_kms_layer_events *events,
    void *data);

/* Hides it, gives all frames back, and ends it. May be NULL. */
void zc_kms_layer_free (struct zc_kms_layer *layer);

/*
 * Whether the hardware would show WISH together with all other layers: 0, or
 * why not as -errno. -ENOSPC: there are not enough planes for all.
 */
int zc_kms_layer_test (
    struct zc_kms_layer *layer, const struct zc_kms_wish *wish);

/*
 * Sets the mode of SETUP, black, if nothing is shown yet: a change of mode
 * takes long, and should be over before frames come. Returns 0 or -errno.
 */
int zc_kms_layer_light (
    struct zc_kms_layer *layer, const struct zc_kms_setup *setup);

/*
 * Shows FRAME as WISH says, or if FRAME is NULL what is shown already. Waits
 * for the flip in flight, and for the screen if its mode has to change; other
 * layers stay as they are. FRAME must be drawn, and has no fence: all layers
 * would wait for it. Returns 0 if the frame is the layer's now, else
 * -errno and nothing has changed: -EAGAIN if the layer does not lead, and the
 * setup is not, or no longer, the one of the layer that does.
 */
int zc_kms_layer_place (struct zc_kms_layer *layer,
    const struct zc_kms_wish *wish, const struct zc_kms_frame *frame);

/* As zc_kms_presenter_show(); the layer must be placed. */
int zc_kms_layer_show (
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame);

/* Gives back frames that wait; they are not shown. */
void zc_kms_layer_flush (struct zc_kms_layer *layer);

/* As zc_kms_presenter_describe_fence(). */
bool zc_kms_layer_describe_fence (
    struct zc_kms_layer *layer, char *text, size_t size);

/* As zc_kms_presenter_drain() and zc_kms_presenter_let_go(). */
int zc_kms_layer_drain (struct zc_kms_layer *layer);
void zc_kms_layer_let_go (struct zc_kms_layer *layer);

/* Takes it from the screen and gives all frames back. Returns 0 or the errno
 * that kept others from being shown as before. */
int zc_kms_layer_hide (struct zc_kms_layer *layer);

/* Whether OWNER's frame is the newest of those on or on their way to the
 * screen. */
bool zc_kms_layer_has_newest (struct zc_kms_layer *layer, const void *owner);

/* Whether no other layer is on its screen. */
bool zc_kms_layer_is_alone (struct zc_kms_layer *layer);

/*
 * Whether the screen is driven as this layer wishes: refresh and signal are for
 * whoever is placed first, then for who has been there longest. Others wish for
 * what there is (zc_kms_output_get_setup()). True if nothing is placed yet.
 */
bool zc_kms_layer_leads (struct zc_kms_layer *layer);

/* Whether its flips need not wait for the blanking: false as well if the driver
 * has refused one. */
bool zc_kms_layer_is_async (struct zc_kms_layer *layer);

/* The plane of a part, NULL if it has none. */
const struct zc_kms_plane *zc_kms_layer_get_plane (
    const struct zc_kms_layer *layer, enum zc_kms_part part);

#endif
