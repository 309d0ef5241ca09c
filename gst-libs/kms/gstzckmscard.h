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
 * A card that several objects use: it is closed with the last of them. All of
 * a process that ask for the same card get the same one, because only one
 * opening of it can change the display.
 */
typedef struct {
  struct zc_kms_device *device;
  GstZcHeap *heap;

  /*< private >*/
  guint refcount;
  dev_t node; /* what was opened */
} GstZcKmsCard;

/**
 * gst_zc_kms_card_open:
 * @path: a node, such as /dev/dri/card0
 * @error: (out): 0, or as zc_kms_device_open()
 *
 * Returns: (transfer full) (nullable): the card
 */
GstZcKmsCard *gst_zc_kms_card_open (const gchar *path, gint *error);

/* The same of a descriptor, see zc_kms_device_open_fd(). Whoever brings the
 * same descriptor meanwhile gets the same card. */
GstZcKmsCard *gst_zc_kms_card_open_fd (gint fd, gint *error);

GstZcKmsCard *gst_zc_kms_card_ref (GstZcKmsCard *card);
void gst_zc_kms_card_unref (GstZcKmsCard *card);

G_END_DECLS

#endif /* __GST_ZC_KMS_CARD_H__ */
