/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_IDENTITY_H
#define ZC_V4L2_IDENTITY_H

#include <limits.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * What stays of a device while it is unplugged, by which it is known again: the
 * number of its node may be another one then. Any thread may call these.
 */
struct zc_v4l2_identity {
  char bus_info[32];
  char card[32];
  char link[NAME_MAX + 1]; /* in /dev/v4l/by-id; "" if it had none */
  int index; /* which of its device's nodes (sysfs); -1 if that is not known */
};

/* Of the node at PATH, which is its real name and says CAPABILITY. */
void zc_v4l2_identity_get (struct zc_v4l2_identity *identity, const char *path,
    const struct v4l2_capability *capability);

/*
 * Whether NOW is what BEFORE was: the same place on the bus, card and index of
 * the node. A link of NOW's own that is another one says that another device of
 * the kind is at the same place; that it has none says nothing, as links of
 * devices without a serial number go to any of them.
 */
bool zc_v4l2_identity_is_same (
    const struct zc_v4l2_identity *before, const struct zc_v4l2_identity *now);

/* The node under /dev that has this identity and captures: PATH gets its name.
 * Returns 0, -ENODEV if it is not there (or may not be opened), -ENOMEM, or
 * -ENAMETOOLONG. */
int zc_v4l2_identity_find (
    const struct zc_v4l2_identity *identity, char *path, size_t size);

#endif
