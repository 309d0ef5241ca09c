/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DEVICES_H
#define DEVICES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The devices of the lab, found by the names of their drivers: numbers change
 * with what else is there. PATH gets the node; false if there is none.
 */
bool devices_find_camera (char *path, size_t size); /* vivid, captures */
bool devices_find_card (char *path, size_t size);   /* vkms */

/* A V4L2 node of DRIVER that has CAPABILITY (V4L2_CAP_*). */
bool devices_find_node (
    const char *driver, unsigned capability, char *path, size_t size);

/* Reads /sys/kernel/debug/dri for vkms: the directory's path. */
bool devices_find_card_debugfs (char *path, size_t size);

#endif
