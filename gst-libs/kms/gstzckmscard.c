/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzckmscard.h"

#include "../allocators/gstzcdumbheap.h"

GstZcKmsCard *
gst_zc_kms_card_new (struct zc_kms_device *device)
{
  GstZcKmsCard *card = g_atomic_rc_box_new0 (GstZcKmsCard);
  g_autoptr (GError) error = NULL;

  card->device = device;
  card->heap = gst_zc_heap_new_dumb_for_fd (device->fd, &error);
  if (!card->heap)
    GST_WARNING (
        "no memory to show frames of system memory from: %s", error->message);
  return card;
}

static void
card_clear (gpointer data)
{
  GstZcKmsCard *card = data;

  g_clear_object (&card->heap);
  zc_kms_device_close (card->device);
}

void
gst_zc_kms_card_unref (GstZcKmsCard *card)
{
  g_atomic_rc_box_release_full (card, card_clear);
}
