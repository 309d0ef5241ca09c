/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VKMS_H
#define VKMS_H

#include <glib.h>

/*
 * Cards of any shape, made of vkms through configfs while the test runs
 * (Documentation/gpu/vkms.rst; Linux 7.0). The card that the driver makes by
 * itself stays as it is. Without configfs the test is skipped. What else goes
 * wrong fails the test.
 */
struct vkms_shape {
  unsigned n_crtcs;      /* 0 is 1; each has a primary plane */
  unsigned n_overlays;   /* of each CRTC, and of no other */
  gboolean cursor;       /* each CRTC has a cursor plane */
  gboolean writeback;    /* each CRTC has a writeback connector */
  unsigned n_connectors; /* 0 is 1; each can be lit by any CRTC */
  unsigned unplugged;    /* bit i: no screen is at connector i at first */
};

struct vkms {
  char *name;      /* of the device in sysfs */
  char *path;      /* the node: /dev/dri/card1 */
  char *debugfs;   /* the card's directory there, for crc.h */
  char *directory; /* in configfs */
  struct vkms_shape shape;
  char **connectors; /* names as drivers give them: Virtual-2 */
};

/* A card, called NAME in sysfs ("vkms" is taken), when its node is there. */
struct vkms *vkms_new (const char *name, const struct vkms_shape *shape);

/* A screen comes to a connector or goes from it, counted from 0. The kernel has
 * told of it when this returns. */
void vkms_plug (struct vkms *vkms, unsigned connector);
void vkms_unplug (struct vkms *vkms, unsigned connector);

/* Takes the card away, as a cable that is pulled: who has it open keeps a dead
 * descriptor. */
void vkms_remove (struct vkms *vkms);

#endif
