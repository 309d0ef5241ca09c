/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_FRAME_H
#define ZC_KMS_FRAME_H

#include "kms-fb.h"
#include "kms-fence.h"

/* What a frame can have: its picture and, above that, text. */
enum zc_kms_part { ZC_KMS_VIDEO, ZC_KMS_OVERLAY, ZC_KMS_N_PARTS };

/* Pictures that appear together and who they belong to. */
struct zc_kms_frame {
  struct zc_kms_fb *fb[ZC_KMS_N_PARTS]; /* NULL: nothing there */
  void *owner[ZC_KMS_N_PARTS];          /* opaque, given back by released() */
  /* CLOCK_MONOTONIC, or 0 if unknown; only passed on: when it was captured and
   * when it was to be shown. */
  int64_t captured_ns, due_ns;
  /* Owned: what is not signalled while a device still draws. Frames that are
   * given back have none. */
  struct zc_kms_fence fence;
};

#endif
