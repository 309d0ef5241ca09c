/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VIVID_H
#define VIVID_H

#include <linux/videodev2.h>
#include <stdbool.h>

/*
 * The vivid camera, seen as another program sees it, and its controls, which
 * make it misbehave on demand (drivers/media/test-drivers/vivid/
 * vivid-ctrls.c).
 */
#define VIVID_BASE (0x00f00000 | 0xf000)

enum vivid_control {
  VIVID_TEST_PATTERN = VIVID_BASE + 0,   /* 1: 100% colour bars */
  VIVID_OSD_TEXT_MODE = VIVID_BASE + 1,  /* 2: none */
  VIVID_STAMP_SOURCE = VIVID_BASE + 24,  /* 0: end of frame, 1: its start */
  VIVID_SEQUENCE_WRAP = VIVID_BASE + 38, /* 1: after 128 frames */
  VIVID_TIME_WRAP = VIVID_BASE + 39,     /* 2: stamps of far ahead */
  VIVID_CAN_CROP = VIVID_BASE + 31,
  VIVID_CAN_COMPOSE = VIVID_BASE + 32,
  VIVID_CAN_SCALE = VIVID_BASE + 33,
  VIVID_STANDARD_SIGNAL = VIVID_BASE + 60, /* enum vivid_signal */
  VIVID_STANDARD = VIVID_BASE + 61,        /* if the signal is VIVID_CHOSEN */
  VIVID_TIMINGS_SIGNAL = VIVID_BASE + 62,
  VIVID_TIMINGS = VIVID_BASE + 63,
  VIVID_PERCENT_DROPPED = VIVID_BASE + 64,
  VIVID_DISCONNECT = VIVID_BASE + 65,
  VIVID_DQBUF_ERROR = VIVID_BASE + 66,
  VIVID_REQBUFS_ERROR = VIVID_BASE + 67,
  VIVID_QBUF_ERROR = VIVID_BASE + 68,
  VIVID_STREAMON_ERROR = VIVID_BASE + 69,
  VIVID_FATAL_ERROR = VIVID_BASE + 70,
};

/* What comes in at the input that is chosen. */
enum vivid_signal {
  VIVID_CURRENT, /* as the receiver is set */
  VIVID_NO_SIGNAL,
  VIVID_NO_LOCK,
  VIVID_OUT_OF_RANGE,
  VIVID_CHOSEN,
};

/* Opens the capture node; its path is in vivid_path(). */
int vivid_open (void);
const char *vivid_path (void);

void vivid_set (enum vivid_control control, int value);

/* The entry of a menu by its name. */
void vivid_set_by_name (enum vivid_control control, const char *name);

void vivid_choose_input (int number);
int vivid_get_input (void);

/* A rectangle of the capture side, V4L2_SEL_TGT_*. */
void vivid_get_selection (unsigned target, struct v4l2_rect *rect);

/* The format that is set now, whoever set it. */
void vivid_get_format (struct v4l2_format *format);

/* A second user: takes the queue of the camera, or lets it go. Returns the
 * file descriptor that holds it. */
int vivid_occupy (void);

#endif
