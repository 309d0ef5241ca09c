/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_SYS_H
#define ZC_KMS_SYS_H

#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/*
 * The seam of this layer: what asks the kernel for something goes through
 * this table, so that a test can put any errno in its way. The functions
 * behave as those of libc and libdrm that they stand for; all set errno when
 * they return less than 0.
 */
struct zc_kms_sys {
  int (*open) (const char *path, int flags);
  int (*close) (int fd);
  ssize_t (*readlink) (const char *path, char *target, size_t size);
  int (*dup) (int fd); /* the new one is closed on exec */
  int (*ioctl) (int fd, unsigned long request, void *arg); /* drmIoctl */
  int (*poll) (struct pollfd *fds, nfds_t count, int timeout_ms);
  int (*eventfd) (unsigned int value, int flags);
  int (*eventfd_write) (int fd, unsigned long value);
  int (*eventfd_read) (int fd); /* and forgets the value */
  int (*epoll_create) (int flags);
  int (*epoll_ctl) (int epoll, int op, int fd, struct epoll_event *event);
  int (*epoll_wait) (
      int epoll, struct epoll_event *events, int count, int timeout_ms);
  int (*set_client_cap) (int fd, uint64_t capability, uint64_t value);
  int (*get_cap) (int fd, uint64_t capability, uint64_t *value);
  int (*set_master) (int fd);
  int (*drop_master) (int fd);
  int (*is_master) (int fd);
  drmVersion *(*get_version) (int fd);
  int (*handle_event) (int fd, drmEventContext *context);
  int (*prime_fd_to_handle) (int fd, int prime_fd, uint32_t *handle);
  int (*close_handle) (int fd, uint32_t handle);
  drmModeRes *(*get_resources) (int fd);
  drmModePlaneRes *(*get_plane_resources) (int fd);
  drmModeConnector *(*get_connector) (int fd, uint32_t id);
  drmModeConnector *(*get_connector_current) (int fd, uint32_t id);
  drmModeEncoder *(*get_encoder) (int fd, uint32_t id);
  drmModeCrtc *(*get_crtc) (int fd, uint32_t id);
  drmModePlane *(*get_plane) (int fd, uint32_t id);
  drmModeObjectProperties *(*get_properties) (
      int fd, uint32_t object, uint32_t type);
  drmModePropertyRes *(*get_property) (int fd, uint32_t id);
  drmModePropertyBlobRes *(*get_blob) (int fd, uint32_t id);
};

extern struct zc_kms_sys zc_kms_sys;

/* RET of any of them as 0 or more, or -errno. */
int zc_kms_result (int ret);

/* Restarted when a signal interrupts; 0 or more, or -errno. */
int zc_kms_ioctl (int fd, unsigned long request, void *arg);
int zc_kms_poll (struct pollfd *fds, nfds_t count, int timeout_ms);

#endif
