/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_FIND_H
#define ZC_KMS_FIND_H

#include "kms-access.h"

#include <stddef.h>

/*
 * The first card with a connected connector, of the driver or bus id WHICH
 * (i915, 0000:00:02.0) if that is not NULL, with the connector CONNECTOR if
 * that is not NULL. PATH gets its name. Cards are looked at by WAY; that
 * another program is master is no matter. Returns 0, -ENODEV if there is no
 * such card, -ENXIO if one is there but nothing is connected to it, -EACCES if
 * none could be opened for lack of permission; SEAT_ERROR says then why the
 * seat did not help, for zc_kms_seat_explain(), or is 0.
 */
int zc_kms_access_find (char *path, size_t size, const char *which,
    const char *connector, enum zc_kms_access_way way, int *seat_error);

#endif
