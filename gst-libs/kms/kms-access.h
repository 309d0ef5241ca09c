/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_ACCESS_H
#define ZC_KMS_ACCESS_H

#include "kms-device.h"
#include "kms-seat.h"

/* By which way a card is opened. */
enum zc_kms_access_way {
  /* Directly, if that makes us master; if permission lacks, through the seat.
   * What is opened directly knows nothing of the seat: who wants to share
   * consoles with others asks for the seat. */
  ZC_KMS_ACCESS_AUTO,
  ZC_KMS_ACCESS_DIRECT, /* never through the seat: over SSH, in services */
  ZC_KMS_ACCESS_SEAT,   /* never directly */
};

struct zc_kms_access {
  struct zc_kms_device *device;
  struct zc_kms_seat_card *card; /* NULL: opened directly */
  int seat_error; /* why the seat did not help; 0: it did, or was not asked */
};

/*
 * Opens the card at PATH. FUNCS are told of the seat, if it was used, from now
 * on: the device is not there yet when the first is called. Returns 0, or as
 * zc_kms_device_open(); -EBUSY if another program is master; with
 * ZC_KMS_ACCESS_SEAT as zc_kms_seat_open_card(). That access is closed then,
 * and its seat_error can be explained by zc_kms_seat_explain().
 */
int zc_kms_access_open (struct zc_kms_access *access, const char *path,
    enum zc_kms_access_way way, const struct zc_kms_seat_funcs *funcs,
    void *data);

/* As zc_kms_device_close() and zc_kms_seat_close_card(). */
void zc_kms_access_close (struct zc_kms_access *access);

#endif
