/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef V4L2_ENCODER_H
#define V4L2_ENCODER_H

#include "gst-libs/v4l2/v4l2-device.h"

#include <glib.h>

/*
 * The kernel's side of the controls of an encoder that is not there: each that
 * a test adds, as the control framework keeps it (v4l2-ctrls-core.c): values
 * outside a range or a menu are ERANGE, one that is in use is EBUSY.
 */
#define ENCODER_CONTROLS 24

struct encoder_control {
  struct v4l2_query_ext_ctrl info;
  guint64 skipped; /* of a menu */
  gint32 value;
  gint32 at_most; /* the hardware makes this of what is more */
  guint order;    /* of its last setting, from 1; 0: never */
};

extern struct encoder {
  struct encoder_control control[ENCODER_CONTROLS];
  guint n_controls;
  guint n_set;                  /* calls */
  guint n_menu;                 /* entries that were asked for */
  unsigned long failing;        /* this request ... */
  int error;                    /* ... fails so */
  struct zc_v4l2_device device; /* to be asked */
} encoder;

/* No controls; the seam is played until the end of the test. */
void encoder_set_up (void);

/* One more. What it is called is of no matter. */
struct encoder_control *encoder_add (
    guint32 id, guint32 type, gint minimum, gint maximum, gint value);

/* A menu without the entries that are set in SKIPPED. */
struct encoder_control *encoder_add_menu (
    guint32 id, gint minimum, gint maximum, guint64 skipped, gint value);

struct encoder_control *encoder_find (guint32 id); /* NULL: none */

#endif
