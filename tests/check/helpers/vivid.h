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
  VIVID_PERCENT_DROPPED = VIVID_BASE + 64,
  VIVID_DISCONNECT = VIVID_BASE + 65,
  VIVID_DQBUF_ERROR = VIVID_BASE + 66,
  VIVID_REQBUFS_ERROR = VIVID_BASE + 67,
  VIVID_QBUF_ERROR = VIVID_BASE + 68,
  VIVID_STREAMON_ERROR = VIVID_BASE + 69,
  VIVID_FATAL_ERROR = VIVID_BASE + 70,
};

/* Opens the capture node; its path is in vivid_path(). */
int vivid_open (void);
const char *vivid_path (void);

void vivid_set (enum vivid_control control, int value);

/* The format that is set now, whoever set it. */
void vivid_get_format (struct v4l2_format *format);

/* A second user: takes the queue of the camera, or lets it go. Returns the
 * file descriptor that holds it. */
int vivid_occupy (void);

#endif
