/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_KMS_POOL_H__
#define __GST_ZC_KMS_POOL_H__

#include "kms-fb.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

#define GST_TYPE_ZC_KMS_POOL (gst_zc_kms_pool_get_type ())
G_DECLARE_FINAL_TYPE (
    GstZcKmsPool, gst_zc_kms_pool, GST, ZC_KMS_POOL, GstBufferPool)

/**
 * GstZcKmsCard:
 *
 * A card that several objects use: it is closed with the last of them, so that
 * a pool can outlive the element that offered it. Atomically reference
 * counted with g_atomic_rc_box_acquire() and gst_zc_kms_card_unref().
 */
typedef struct {
  struct zc_kms_device *device;
} GstZcKmsCard;

/* Takes over @device. */
GstZcKmsCard *gst_zc_kms_card_new (struct zc_kms_device *device);
void gst_zc_kms_card_unref (GstZcKmsCard *card);

/**
 * gst_zc_kms_pool_new:
 * @card: the card, referenced by the pool
 * @info: video of a linear format that has a DRM code
 * @min: how many buffers to have from the start
 *
 * A pool of memory that @card can scan out and a CPU can draw into, as
 * dma-bufs, configured and not yet active. Lines are as the driver wants them:
 * every buffer has a GstVideoMeta.
 *
 * Returns: (transfer full) (nullable): the pool, %NULL if the card has no such
 *   memory
 */
GstBufferPool *gst_zc_kms_pool_new (
    GstZcKmsCard *card, const GstVideoInfo *info, guint min);

G_END_DECLS

#endif /* __GST_ZC_KMS_POOL_H__ */
