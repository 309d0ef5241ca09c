/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_KMS_CARD_H__
#define __GST_ZC_KMS_CARD_H__

#include "../allocators/gstzcheap.h"
#include "kms-access.h"
#include "kms-fb.h"
#include "kms-find.h"

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
  dev_t node; /* what was opened; 0: a descriptor */
  struct zc_kms_access access;
  GMutex lock; /* guards what follows; held while listeners are told */
  gboolean is_away;
  GList *listeners;
} GstZcKmsCard;

/**
 * gst_zc_kms_card_open_by:
 * @path: a node, such as /dev/dri/card0
 * @way: see zc_kms_access_open(); not heeded if the process has the card open
 *   already
 * @error: (out): 0, or as zc_kms_access_open()
 * @seat_error: (out): why the seat did not help, for zc_kms_seat_explain();
 *   0: it did, or was not asked
 *
 * Returns: (transfer full) (nullable): the card
 */
GstZcKmsCard *gst_zc_kms_card_open_by (const gchar *path,
    enum zc_kms_access_way way, gint *error, gint *seat_error);

/**
 * gst_zc_kms_card_listen:
 * @funcs: see zc_kms_seat_funcs: told from now on, if the card came through
 *   the seat. They call neither this function nor the next
 *
 * Whoever listens holds a reference of the card.
 *
 * Returns: %FALSE if the card is another session's at the moment: disabled()
 *   was called, and enabled() will be
 */
gboolean gst_zc_kms_card_listen (
    GstZcKmsCard *card, const struct zc_kms_seat_funcs *funcs, gpointer data);

/* When it returns they are not called any more: not to be called with a lock
 * held that they take. */
void gst_zc_kms_card_unlisten (
    GstZcKmsCard *card, const struct zc_kms_seat_funcs *funcs, gpointer data);

/* Whether it came through the seat, which may take it away. */
gboolean gst_zc_kms_card_is_of_seat (const GstZcKmsCard *card);

/* As gst_zc_kms_card_open_by() of a descriptor, see zc_kms_device_open_fd().
 * Whoever brings the same descriptor meanwhile gets the same card. */
GstZcKmsCard *gst_zc_kms_card_open_fd (gint fd, gint *error);

GstZcKmsCard *gst_zc_kms_card_ref (GstZcKmsCard *card);
void gst_zc_kms_card_unref (GstZcKmsCard *card);

G_END_DECLS

#endif /* __GST_ZC_KMS_CARD_H__ */
