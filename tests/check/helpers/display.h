/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DISPLAY_H
#define DISPLAY_H

#include <glib.h>
#include <stdint.h>
#include <xf86drmMode.h>

/*
 * The vkms display as another program sees and uses it, by libdrm alone.
 */
struct display {
  int fd;
  char path[64];
  uint32_t crtc_id;
  uint32_t connector_id;
  uint32_t primary_id;
};

/* Opens it without the right to change it, unless nobody else is there. */
void display_open (struct display *display);
void display_close (struct display *display);

/* Asks which screens there are, as a compositor does at first: the kernel looks
 * only for the master. */
void display_look_at_screens (int fd);

/* Both fail the test if they fail. */
void display_become_master (struct display *display);
void display_drop_master (struct display *display);

/* Whether the primary plane shows FOURCC (DRM_FORMAT_*). */
gboolean display_has_format (struct display *display, uint32_t fourcc);

/* Skips the test if the display of this kernel cannot show FOURCC: vkms has
 * YUV since Linux 7.0. */
void display_require_format (uint32_t fourcc);

/* How many framebuffers there are, whoever made them. */
unsigned display_count_framebuffers (void);

/* A framebuffer of WIDTH x HEIGHT with every pixel XRGB. */
uint32_t display_make_picture (
    struct display *display, uint32_t width, uint32_t height, uint32_t xrgb);

/* A framebuffer over a copy of SIZE bytes of NV12, lines unpadded. */
uint32_t display_make_nv12 (struct display *display, uint32_t width,
    uint32_t height, const void *data, gsize size);

/* Shows a framebuffer in the mode of WIDTH x HEIGHT; blocks until it is. */
void display_light (
    struct display *display, uint32_t fb, uint32_t width, uint32_t height);

/* Sets an enum property of the primary plane, by names. */
void display_set_enum (
    struct display *display, const char *property, const char *value);

/* Shows a framebuffer on the primary plane of a lit display, by an atomic
 * commit that blocks: its part SOURCE (x, y, w, h in 16.16) at DESTINATION (in
 * pixels), turned by ROTATION (DRM_MODE_ROTATE_* | DRM_MODE_REFLECT_*). */
void display_place (struct display *display, uint32_t fb,
    const uint32_t source[4], const int32_t destination[4], uint32_t rotation);

/* What it shows. */
struct display_state {
  gboolean lit;
  uint32_t width, height; /* of the mode */
  uint32_t primary_fb;    /* 0: none */
  unsigned n_planes_on;
};

void display_read (struct display *display, struct display_state *state);

#endif
