/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_HOLDERS_H
#define ZC_KMS_HOLDERS_H

#include <stddef.h>

/*
 * Who shows on the card at PATH, for messages that say that it is busy: "weston
 * (pid 712)". That is its master, where debugfs may be read, which is for root;
 * else all that have it open (zc_proc_holders_find()), without this process,
 * which is called "this program" where it is meant. Slow. Returns how many TEXT
 * names; it is "" if that is 0, because nobody tells. Any bytes: programs call
 * themselves as they like.
 */
int zc_kms_holders_describe (const char *path, char *text, size_t size);

#endif
