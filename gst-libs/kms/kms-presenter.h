/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PRESENTER_H
#define ZC_KMS_PRESENTER_H

#include "kms-output.h"

/* A picture and who it belongs to. */
struct zc_kms_frame {
  uint32_t fb_id;
  void *owner;         /* opaque, given back by released() */
  int64_t captured_ns; /* CLOCK_MONOTONIC, or 0 if unknown; only passed on */
};

/* Called without locks held, from the event thread or from the thread that
 * calls show() or stop(). */
struct zc_kms_presenter_events {
  /* The frame is on the screen since TIME_NS (CLOCK_MONOTONIC). */
  void (*flipped) (
      const struct zc_kms_frame *frame, int64_t time_ns, void *data);
  /* Nothing reads the frame any more. SHOWN is false if it never was on the
   * screen. */
  void (*released) (const struct zc_kms_frame *frame, bool shown, void *data);
};

struct zc_kms_presenter;

/*
 * Flips one plane from picture to picture without ever blocking: one commit
 * in flight, one frame waiting for its turn. Further ones replace that which
 * waits. A frame belongs to the presenter until released().
 *
 * FIRST is on the screen already (zc_kms_output_commit()). The geometry of the
 * plane stays as it was committed. Returns 0 or -errno.
 */
int zc_kms_presenter_start (struct zc_kms_presenter **presenter,
    const struct zc_kms_output *output, const struct zc_kms_plane *plane,
    const struct zc_kms_frame *first,
    const struct zc_kms_presenter_events *events, void *data);

/*
 * Shows FRAME as soon as may be. Returns 0 if the presenter has it now, or
 * the errno of the commit (this one's, or one that failed since the last
 * call), -ETIMEDOUT if the display stopped flipping; then the frame is still
 * the caller's.
 */
int zc_kms_presenter_show (
    struct zc_kms_presenter *presenter, const struct zc_kms_frame *frame);

/* Whether OWNER's frame is the newest of those on or on their way to the
 * screen. */
bool zc_kms_presenter_has_newest (
    struct zc_kms_presenter *presenter, const void *owner);

/*
 * Waits for the flip in flight, at most a second, and ends the thread. The
 * last frame stays on the screen and, in *LAST, becomes the caller's; all
 * others are released.
 */
void zc_kms_presenter_stop (
    struct zc_kms_presenter *presenter, struct zc_kms_frame *last);

#endif
