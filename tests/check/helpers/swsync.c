/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "swsync.h"

#include "runner.h"

#include <fcntl.h>
#include <linux/types.h>
#include <sys/ioctl.h>

/* drivers/dma-buf/sw_sync.c; no header of the kernel has it */
struct sw_sync_create_fence_data {
  __u32 value;
  char name[32];
  __s32 fence;
};

#define SW_SYNC_IOC_CREATE_FENCE \
  _IOWR ('W', 0, struct sw_sync_create_fence_data)
#define SW_SYNC_IOC_INC _IOW ('W', 1, __u32)

int
swsync_timeline (void)
{
  int fd = open ("/sys/kernel/debug/sync/sw_sync", O_RDWR | O_CLOEXEC);

  if (fd < 0)
    runner_skip ("the kernel has no sw_sync");
  return fd;
}

int
swsync_fence (int timeline, unsigned value)
{
  struct sw_sync_create_fence_data data = { .value = value, .name = "test" };

  fail_unless_equals_int (ioctl (timeline, SW_SYNC_IOC_CREATE_FENCE, &data), 0);
  return data.fence;
}

void
swsync_advance (int timeline, unsigned by)
{
  __u32 value = by;

  runner_require (
      ioctl (timeline, SW_SYNC_IOC_INC, &value) == 0, "cannot signal a fence");
}
