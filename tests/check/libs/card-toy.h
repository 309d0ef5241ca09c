/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_TOY_H
#define CARD_TOY_H

#include "../helpers/card.h"

/*
 * A played card with one screen of one plane, open, for tests of the card
 * itself. By hand: it flips when the test says so.
 */
#define TOY_LEAVE DRM_MODE_ATOMIC_ALLOW_MODESET
#define TOY_TEST (DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY)
#define TOY_FLIP (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

struct toy {
  struct card *card;
  int fd;
  uint32_t crtc, connector, plane;
  uint32_t modes[2]; /* blobs of what toy_lit() lights */
  unsigned n_modes;
  uint32_t fbs[8]; /* removed at the end */
  unsigned n_fbs;

  /* The last event, and how many toy_read_events() read. */
  struct {
    unsigned n, sequence, crtc;
    int64_t time_us;
    void *data;
  } seen;
};

extern struct toy toy;

void toy_set_up (void);
void toy_tear_down (void);

/* Of XRGB8888. */
uint32_t toy_fb_of (
    int memory, uint32_t width, uint32_t height, uint64_t modifier);
uint32_t toy_new_fb (uint32_t width, uint32_t height);

void toy_set (
    drmModeAtomicReq *r, uint32_t object, const char *name, uint64_t value);

/* All of FB on ON through FROM, as WIDTH x HEIGHT. */
void toy_show (drmModeAtomicReq *r, uint32_t on, uint32_t from, uint32_t fb,
    uint32_t width, uint32_t height);

/* FB of 1280 x 720 through FROM on the whole of ON, TO lit. */
drmModeAtomicReq *toy_lit (
    uint32_t on, uint32_t to, uint32_t from, uint32_t fb);

/* These return 0 or an errno. Frees the request; data of events are 0x77. */
int toy_commit (drmModeAtomicReq *r, uint32_t flags);
int toy_try_one (
    uint32_t object, const char *name, uint64_t value, uint32_t flags);
int toy_show_at (uint32_t from, uint32_t fb, uint32_t width, uint32_t height);
int toy_flip_to (uint32_t fb);

/* The screen, with a new framebuffer, which it returns. */
uint32_t toy_light (void);

unsigned toy_read_events (void);

#endif
