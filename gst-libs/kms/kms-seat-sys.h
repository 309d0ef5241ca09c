/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_SEAT_SYS_H
#define ZC_KMS_SEAT_SYS_H

struct libseat;

/* What a session calls, from inside any call but close(). Lives as long as the
 * session. */
struct zc_kms_seat_hooks {
  void (*enabled) (void *data);
  void (*disabled) (void *data);
  void *data;
};

/*
 * The seam to libseat, so that a test can play the seat. The functions behave
 * as those of libseat.h that they stand for (-1 or NULL, and errno). Without
 * libseat there is open() alone, which fails with EOPNOTSUPP.
 */
struct zc_kms_seat_sys {
  struct libseat *(*open) (const struct zc_kms_seat_hooks *hooks);
  int (*close) (struct libseat *seat);
  int (*disable) (struct libseat *seat);
  int (*open_device) (struct libseat *seat, const char *path, int *fd);
  int (*close_device) (struct libseat *seat, int id);
  int (*get_fd) (struct libseat *seat);
  int (*dispatch) (struct libseat *seat, int timeout_ms);
};

extern struct zc_kms_seat_sys zc_kms_seat_sys;

#endif
