/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_KMS_CARD_H__
#define __GST_ZC_KMS_CARD_H__

#include "../allocators/gstzcheap.h"
#include "kms-fb.h"

G_BEGIN_DECLS

/**
 * GstZcKmsCard:
 * @device: the card
 * @heap: (nullable): memory that its display can scan out, if it has some
 *
 * A card that several objects use: it is closed with the last of them.
 * Atomically reference counted with g_atomic_rc_box_acquire() and
 * gst_zc_kms_card_unref().
 */
typedef struct {
  struct zc_kms_device *device;
  GstZcHeap *heap;
} GstZcKmsCard;

/* Takes over @device. */
GstZcKmsCard *gst_zc_kms_card_new (struct zc_kms_device *device);
void gst_zc_kms_card_unref (GstZcKmsCard *card);

G_END_DECLS

#endif /* __GST_ZC_KMS_CARD_H__ */
