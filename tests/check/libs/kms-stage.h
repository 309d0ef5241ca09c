/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KMS_STAGE_H
#define KMS_STAGE_H

#include "../helpers/card.h"

#include "gst-libs/kms/kms-layer.h"

/*
 * A played card with one screen of 1280 x 720 or 640 x 480, its output active,
 * and layers that know each frame they were given: it comes back exactly once.
 */
#define STAGE_MAX_PLANES 32
#define STAGE_FLIP (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

struct stage {
  struct card *card;
  uint32_t crtc, connector;
  uint32_t plane[STAGE_MAX_PLANES]; /* as given, the lowest first */
  unsigned n_planes;
  struct zc_kms_device *device;
  struct zc_kms_output *output;
};

extern struct stage stage;

/* The card alone. NULL: a primary plane and overlays. Each lies above the one
 * before it. */
void stage_build (const struct card_plane *planes, unsigned n);

/* The card is opened, and the output got and made active. */
void stage_begin (void);

/* Both. */
void stage_set_up (const struct card_plane *planes, unsigned n);

/* The card must have nothing left of us then. */
void stage_end (void);
void stage_tear_down (void);

drmModeModeInfo stage_mode (uint32_t width, uint32_t height);

/* Tests, failures and commits since the attempt FIRST that are real. */
unsigned stage_n_commits_since (unsigned first);

/* How many objects the commit names. */
unsigned stage_n_objects (const struct card_commit *commit);

#define ACTOR_MAX_FRAMES 64
#define ACTOR_N_FBS 4

struct ticket {
  struct actor *actor;
  unsigned n_flipped, n_released;
  bool was_shown; /* when it was released */
};

/* Who has a layer. Frame N has framebuffer N % ACTOR_N_FBS. */
struct actor {
  struct zc_kms_output *output;
  struct zc_kms_layer *layer;
  struct zc_kms_wish wish;
  struct zc_kms_fb *fb[ACTOR_N_FBS];
  struct ticket ticket[ACTOR_MAX_FRAMES];
  unsigned n_given; /* to the layer */

  GMutex lock;
  GCond changed;
  unsigned n_flipped, n_released;
  void (*on_released) (struct actor *actor); /* or NULL */
};

/* W x H pixels at X, Y, as they are, in a screen of 1280 x 720. */
void actor_enter (struct actor *actor, int x, int y, unsigned w, unsigned h);

/* The same on another output, with frames that may wait. */
void actor_enter_on (struct actor *actor, struct zc_kms_output *output, int x,
    int y, unsigned w, unsigned h, unsigned depth, bool async);

/* With the next frame. 0 or -errno. */
int actor_place (struct actor *actor);
int actor_show (struct actor *actor);

/* The same with a frame of framebuffer N. */
int actor_show_fb (struct actor *actor, unsigned n);

/* A frame that is drawn when the eventfd FENCE, which stays the caller's, can
 * be read. */
int actor_show_with_fence (struct actor *actor, int fence);

void actor_wait_for_flips (struct actor *actor, unsigned n);
void actor_wait_for_releases (struct actor *actor, unsigned n);

/* Of the part that is video. */
uint32_t actor_plane (struct actor *actor);

/* The layer goes, and all frames have come back once. */
void actor_leave (struct actor *actor);

#endif
