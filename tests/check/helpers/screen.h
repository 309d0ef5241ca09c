/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SCREEN_H
#define SCREEN_H

#include "card.h"

/*
 * A screen that a test drives by libdrm alone: of vkms, or of a played card
 * (card.h) that is like it and flips by itself at some 60 Hz. It is how tests
 * of both are written that may not see which it is. What fails here fails the
 * test.
 */
#define SCREEN_WIDTH 640
#define SCREEN_HEIGHT 480

struct screen {
  struct card *card; /* NULL: vkms */
  char path[64];
  int fd; /* atomic, and master */
  uint32_t crtc, connector, plane;
  uint32_t handle, fb;       /* XRGB8888 of its size; both freed at the end */
  drmModeModeInfo mode_info; /* of its size */
  uint32_t mode;             /* the blob of it */
};

extern struct screen screen;

void screen_open (bool is_vkms);
void screen_close (void);

/* A framebuffer over dumb memory; the caller frees both. */
uint32_t screen_new_fb (uint32_t width, uint32_t height, uint32_t *handle);

/* By name. */
uint32_t screen_property (uint32_t object, const char *name);
uint64_t screen_value (uint32_t object, const char *name);
void screen_set (drmModeAtomicReq *request, uint32_t object, const char *name,
    uint64_t value);

/* The framebuffer on the plane, over the whole screen. */
drmModeAtomicReq *screen_picture (void);

/* That, and the screen lit. */
drmModeAtomicReq *screen_lit (void);

/* Frees the request; the data of its event are 0x1234. Returns 0 or an
 * errno. */
int screen_commit (drmModeAtomicReq *request, uint32_t flags);

/* Lit, in a commit that waits. */
void screen_light (void);

#endif
