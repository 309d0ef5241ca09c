/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PLANNER_H
#define ZC_KMS_PLANNER_H

#include "kms-output.h"

/* A picture that needs a plane. */
struct zc_kms_plan_item {
  const struct zc_kms_fb *fb;
  const struct zc_kms_look *look;
  int zpos;                         /* those of items that overlap differ */
  const struct zc_kms_plane *now;   /* where it is already, or NULL */
  const struct zc_kms_plane *plane; /* the answer */
};

/*
 * Gives each of N items the plane that it has already, or the first that is
 * free, knows its format and lies where it should; the hardware is still to be
 * asked. Cursor planes are left alone. Returns whether there are enough.
 */
bool zc_kms_plan_guess (const struct zc_kms_output *output,
    struct zc_kms_plan_item items[], unsigned n);

/* Gives item ME the next plane after the one that it has, or the first, on
 * which it could be while others keep theirs. Returns false if there is none.
 */
bool zc_kms_plan_step (const struct zc_kms_output *output,
    struct zc_kms_plan_item items[], unsigned n, unsigned me);

/*
 * Which plane shows which picture, where a guess is wrong: libliftoff asks the
 * hardware. It learns of the output's planes when they are needed.
 */
struct zc_kms_planner;

int zc_kms_planner_new (
    struct zc_kms_planner **planner, const struct zc_kms_output *output);
void zc_kms_planner_free (struct zc_kms_planner *planner); /* may be NULL */

/*
 * Gives each of N items a plane, in the mode of property blob MODE_BLOB, by
 * test commits with FLAGS (DRM_MODE_ATOMIC_ALLOW_MODESET or 0); nothing is
 * changed. Returns 0, -ENOSPC if there are not enough planes for all, or the
 * errno of the test.
 */
int zc_kms_planner_plan (struct zc_kms_planner *planner,
    struct zc_kms_plan_item items[], unsigned n, uint32_t mode_blob,
    uint32_t flags);

/* Whether another arrangement may go where this ERROR came of one: the hardware
 * refused it, and not the kernel whoever asks. */
bool zc_kms_planner_is_refusal (int error);

#endif
