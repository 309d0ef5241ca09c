/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_SCENE_H
#define ZC_KMS_SCENE_H

#include "kms-layer.h"
#include "kms-planner.h"

#define ZC_KMS_SCENE_MAX_ITEMS (ZC_KMS_MAX_LAYERS * ZC_KMS_N_PARTS + 1)

/*
 * What a screen is to be: all placed layers, one of them anew. All functions
 * are called with the output's lock held, which keeps layers where they are.
 */
struct zc_kms_scene {
  struct zc_kms_output *output;
  struct zc_kms_layer *layer;     /* the one that changes */
  const struct zc_kms_wish *wish; /* NULL: it goes */
  bool needs_modeset;

  /* Owned, NULL or 0 until they are needed: what the setup needs, and what lies
   * under all others. */
  struct zc_kms_setup_blobs blobs;
  struct zc_kms_fb *black;
  struct zc_kms_look black_look;

  struct zc_kms_plan_item item[ZC_KMS_SCENE_MAX_ITEMS];
  struct {
    struct zc_kms_layer *layer; /* NULL: the background */
    enum zc_kms_part part;
  } of[ZC_KMS_SCENE_MAX_ITEMS];
  unsigned n;
};

/* Composes what is there with LAYER as it WISHes, or without it. To be cleared
 * in any case. LAYER and WISH must live as long. */
void zc_kms_scene_compose (struct zc_kms_scene *scene,
    struct zc_kms_layer *layer, const struct zc_kms_wish *wish);
void zc_kms_scene_clear (struct zc_kms_scene *scene);

/* Of the screen, then. */
const struct zc_kms_setup *zc_kms_scene_get_setup (
    const struct zc_kms_scene *scene);

/* Gets black of the size of the scene's mode, what is shown already if that
 * will do, and adds it under all others. 0 or -errno. */
int zc_kms_scene_get_background (struct zc_kms_scene *scene);
void zc_kms_scene_add_background (struct zc_kms_scene *scene);

/* Finds a plane for each item. Hardware that cannot leave the primary plane off
 * gets black for it. 0 or -errno, -ENOSPC if there are too few planes. */
int zc_kms_scene_plan (struct zc_kms_scene *scene);

/* Whether an item is on the plane. */
bool zc_kms_scene_uses (
    const struct zc_kms_scene *scene, const struct zc_kms_plane *plane);

/* While the presenter is claimed: commits the scene with FRAME of its layer, or
 * NULL for what that shows now. With DRM_MODE_ATOMIC_TEST_ONLY in FLAGS at any
 * time: tests it with examples of its pictures. 0 or -errno. */
int zc_kms_scene_commit (const struct zc_kms_scene *scene,
    const struct zc_kms_frame *frame, uint32_t flags);

#endif
