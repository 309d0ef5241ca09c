/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-fence.h"

#include "kms-sys.h"

#include <errno.h>
#include <linux/sync_file.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MAX_INFOS 16

static uint64_t
new_serial (void)
{
  static _Atomic uint64_t serials;

  return atomic_fetch_add (&serials, 1) + 1;
}

int
zc_kms_fence_add (struct zc_kms_fence *fence, int fd)
{
  struct sync_merge_data merge = { .name = "dmabufsink", .fd2 = fd };
  int ret;

  if (!zc_kms_fence_is_set (fence)) {
    *fence = (struct zc_kms_fence) { new_serial (), fd };
    return 0;
  }
  ret = zc_kms_ioctl (fence->fd, SYNC_IOC_MERGE, &merge);
  zc_kms_sys.close (fd);
  if (ret < 0)
    return ret;
  zc_kms_sys.close (fence->fd);
  fence->fd = merge.fence;
  return 0;
}

void
zc_kms_fence_close (struct zc_kms_fence *fence)
{
  if (zc_kms_fence_is_set (fence))
    zc_kms_sys.close (fence->fd);
  fence->serial = 0;
}

const char *
zc_kms_fence_describe (
    const struct zc_kms_fence *fence, char *text, size_t size)
{
  struct sync_fence_info infos[MAX_INFOS];
  struct sync_file_info file = {
    .num_fences = MAX_INFOS,
    .sync_fence_info = (uintptr_t) infos,
  };
  unsigned i = 0;
  int ret;

  memset (infos, 0, sizeof (infos));
  ret = zc_kms_ioctl (fence->fd, SYNC_IOC_FILE_INFO, &file);
  while (ret >= 0 && i < file.num_fences && infos[i].status != 0)
    i++;
  if (ret < 0)
    snprintf (text, size, "unknown: %s", strerror (-ret));
  else if (i == file.num_fences)
    snprintf (text, size, "signalled by now");
  else
    snprintf (text, size, "driver %s, timeline %s", infos[i].driver_name,
        infos[i].obj_name);
  return text;
}
