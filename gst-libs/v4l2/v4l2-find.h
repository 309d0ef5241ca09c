/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_FIND_H
#define ZC_V4L2_FIND_H

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Which video devices there are, and which one a name means. To know a node it
 * has to be opened for a moment. Any thread may call these.
 */

/* What a node tells of itself. */
struct zc_v4l2_node {
  char path[64];
  int error; /* 0, or why it could not be asked, as -errno */
  struct v4l2_capability capability; /* zeros if there is an error */
};

/* Asks the node at PATH. Returns 0 or an errno of open(), -ENOTTY if it is no
 * V4L2 device, -ENAMETOOLONG; NODE is filled in any case. */
int zc_v4l2_node_query (struct zc_v4l2_node *node, const char *path);

/* It can capture video by streaming. */
bool zc_v4l2_node_captures (const struct zc_v4l2_node *node);

/* And is a camera that needs no other nodes to be set up first, as those of a
 * media-controller pipeline do; no touch sensor. */
bool zc_v4l2_node_works_alone (const struct zc_v4l2_node *node);

/*
 * All video nodes under /dev, in the order of their numbers. NODES is the
 * caller's, to free(). Returns how many there are, or -ENOMEM.
 */
int zc_v4l2_node_list (struct zc_v4l2_node **nodes);

/*
 * Whether a node is of the kind that is looked for; DATA is the caller's. If it
 * cannot be known, because the node is busy or not for us, node->error says.
 */
typedef bool (*zc_v4l2_node_test) (struct zc_v4l2_node *node, const void *data);

/*
 * The first node under /dev that FITS. PATH gets its name. Returns 0; -EACCES,
 * -EPERM or -EBUSY if there is none, but a node that could not be asked for
 * that reason, whose name PATH gets; -ENODEV, and PATH is empty.
 */
int zc_v4l2_node_find (
    zc_v4l2_node_test fits, const void *data, char *path, size_t size);

/*
 * The node that NAME means. PATH gets its real name, links followed. NAME is
 * - a path: taken as it is, whether there is something or not;
 * - the name of a node, or of a link that udev makes below /dev/v4l/by-id and
 *   /dev/v4l/by-path, with or without the folders before it;
 * - what the device says of its place ("platform:vivid-000"), or its card
 *   name ("vivid"): of several such nodes the first that FITS.
 * Returns 0; -ENODEV if nothing has this name; -ENXIO if what has it does not
 * fit, or why FITS could not know, PATH being its name; -EACCES, -EPERM or
 * -EBUSY if no node could be asked, the first of them for that reason: PATH
 * gets its name; -ENAMETOOLONG.
 */
int zc_v4l2_node_resolve (const char *name, zc_v4l2_node_test fits,
    const void *data, char *path, size_t size);

/*
 * The first node under /dev that captures and works alone, as
 * zc_v4l2_node_find() tells it.
 */
int zc_v4l2_device_find (char *path, size_t size);

/* The node that NAME means, of several that captures, as
 * zc_v4l2_node_resolve() tells it. */
int zc_v4l2_device_resolve (const char *name, char *path, size_t size);

#endif
