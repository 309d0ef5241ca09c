/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_DEVICE_H
#define ZC_V4L2_DEVICE_H

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An open device that captures, or one that turns pictures into others. Made
 * by zc_v4l2_device_open() or zc_v4l2_device_open_m2m(), ended by
 * zc_v4l2_device_close(). May be used by several threads: it does not change
 * while it is open but for zc_v4l2_device_emulate(), and the kernel serializes
 * the calls made on it.
 */
struct zc_v4l2_device {
  int fd;
  char *path; /* as it was named; of a descriptor, what /proc tells */
  struct v4l2_capability capability;
  enum v4l2_buf_type capture_type; /* single- or multi-planar */
  enum v4l2_buf_type output_type;  /* the same; 0 if it only captures */
  bool emulated;                   /* reached through libv4l2 */
  int emulated_fd;                 /* the same open file, in its hands */
};

/*
 * Opens the node at PATH. Returns 0, an errno of open(), or
 * -ENOTTY if it is no V4L2 device, -ENXIO if it is one that cannot capture
 * video by streaming.
 */
int zc_v4l2_device_open (struct zc_v4l2_device **device, const char *path);
void zc_v4l2_device_close (struct zc_v4l2_device *device); /* may be NULL */

/*
 * The same of a memory-to-memory device: a codec, a scaler. What is set of it
 * belongs to this opening, others are not disturbed
 * (Documentation/userspace-api/media/v4l/dev-mem2mem.rst). Returns 0, or an
 * error as above, -ENXIO being for a device that does not both take and give
 * video by streaming. zc_v4l2_device_open() refuses these devices.
 */
int zc_v4l2_device_open_m2m (struct zc_v4l2_device **device, const char *path);

/*
 * The same of a node that somebody else has opened, such as a portal for an
 * application in a sandbox: no node is opened. FD stays the caller's; the
 * device has a duplicate of it. Both stand for one open file: its O_NONBLOCK is
 * set for good, and who has the original can take frames away. Returns 0,
 * -EBADF, or an error as above.
 */
int zc_v4l2_device_open_fd (struct zc_v4l2_device **device, int fd);
int zc_v4l2_device_open_m2m_fd (struct zc_v4l2_device **device, int fd);

/*
 * Lets go of a device that was unplugged, so that the driver stops, which it
 * cannot be told any more: it may write into memory of ours until then. The
 * descriptor stays, and calls fail with -ENOTTY; who waits by poll() must be
 * through. libv4l2 lets go when the device is closed, which it is to be in any
 * case. Returns 0 or -errno.
 */
int zc_v4l2_device_abandon (const struct zc_v4l2_device *device);

/* The V4L2_CAP_* of the very node: those of a device are of all its nodes. */
__u32 zc_v4l2_capability_of_node (const struct v4l2_capability *capability);

/* An ioctl of the device, restarted when a signal interrupts: 0 or more, or
 * -errno. All that is asked of an open device goes through here. */
int zc_v4l2_device_ioctl (
    const struct zc_v4l2_device *device, unsigned long request, void *arg);

/* Maps memory of a queue that the device allocated, for reading and writing.
 * The mapping outlives queue and device. Returns 0 or -errno. */
int zc_v4l2_device_map (const struct zc_v4l2_device *device, size_t length,
    int64_t offset, void **address);
void zc_v4l2_device_unmap (bool emulated, void *address, size_t length);

/*
 * From now on reaches the device through libv4l2, which lists formats that it
 * converts to (V4L2_FMT_FLAG_EMULATED) and maps memory of its own; or ends
 * that. The device must have no buffers, and be in no other thread's use.
 * Returns 0, -ENOSYS without libv4l2, or what it failed with.
 */
int zc_v4l2_device_emulate (struct zc_v4l2_device *device, bool emulated);

/*
 * Starts libv4l2 anew if the device is reached through it, after a stream: it
 * lets neither buffers nor format go while one of its buffers is still mapped,
 * which the kernel does. The format must be set again. Not while others use the
 * device. Returns 0 or as above, and the device is not emulated any more then.
 */
int zc_v4l2_device_renew_emulation (struct zc_v4l2_device *device);

/* Of all its queues. */
bool zc_v4l2_device_is_multiplanar (const struct zc_v4l2_device *device);

#endif
