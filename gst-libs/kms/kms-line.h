/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_LINE_H
#define ZC_KMS_LINE_H

#include "kms-frame.h"

#define ZC_KMS_MAX_WAITING 2

/*
 * Frames of a layer that wait for the screen, shown in their order. One whose
 * turn has come while a device still draws it is due: it is not replaced, or of
 * a device that is always late nothing would be seen. Newer ones that come
 * meanwhile replace each other as ever.
 *
 * The presenter's lock guards it. Nothing here makes a system call: fences of
 * frames that are taken out are the caller's.
 */
struct zc_kms_line {
  unsigned depth; /* how many may wait behind, 1 to ZC_KMS_MAX_WAITING */
  unsigned n_waiting;
  struct zc_kms_frame waiting[ZC_KMS_MAX_WAITING]; /* the oldest first */
  bool has_due;
  struct zc_kms_frame due;
};

bool zc_kms_line_is_empty (const struct zc_kms_line *line);

/* Whether nothing goes on because of a fence. */
bool zc_kms_line_is_held_up (const struct zc_kms_line *line);

/* The newest frame, valid until the line is changed, or NULL. */
const struct zc_kms_frame *zc_kms_line_newest (const struct zc_kms_line *line);

/* FRAME waits, instead of the oldest that waits if those are enough: whether
 * there is such a one, in *REPLACED. */
bool zc_kms_line_add (struct zc_kms_line *line,
    const struct zc_kms_frame *frame, struct zc_kms_frame *replaced);

/* Whether there is a frame to be shown, which is taken out into *FRAME. */
bool zc_kms_line_next (struct zc_kms_line *line, struct zc_kms_frame *frame);

/* FRAME, which next() gave, is the next again; false if enough newer ones
 * wait. */
bool zc_kms_line_put_back (
    struct zc_kms_line *line, const struct zc_kms_frame *frame);

/* The frame whose fence has that serial is drawn; its fence is in *OVER then,
 * for the caller to close. False if there is none. */
bool zc_kms_line_note_drawn (
    struct zc_kms_line *line, uint64_t serial, struct zc_kms_fence *over);

/* Takes out the oldest, drawn or not: whether there is one. */
bool zc_kms_line_take (struct zc_kms_line *line, struct zc_kms_frame *frame);

#endif
