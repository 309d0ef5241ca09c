/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzckmscard.h"

#include "../allocators/gstzcdumbheap.h"

#include <sys/stat.h>

/* Guards the list and the counts; held while a card is opened, so that nobody
 * opens it twice. Not taken for a frame, but by whoever frees the last memory
 * of a card. */
static GMutex lock;
static GList *cards;

static GstZcKmsCard *
card_new (struct zc_kms_device *device)
{
  GstZcKmsCard *card = g_new0 (GstZcKmsCard, 1);
  g_autoptr (GError) error = NULL;

  card->device = device;
  card->refcount = 1;
  card->heap = gst_zc_heap_new_dumb_for_fd (device->fd, &error);
  if (!card->heap)
    GST_WARNING (
        "no memory to show frames of system memory from: %s", error->message);
  return card;
}

/* With the lock held. */
static GstZcKmsCard *
find (dev_t node, const gchar *path)
{
  for (GList *l = cards; l; l = l->next) {
    GstZcKmsCard *card = l->data;

    if (path ? g_str_equal (card->device->path, path)
             : !card->device->is_borrowed && card->node == node)
      return card;
  }
  return NULL;
}

/* With the lock held. */
static GstZcKmsCard *
add (struct zc_kms_device *device, dev_t node)
{
  GstZcKmsCard *card = card_new (device);

  card->node = node;
  cards = g_list_prepend (cards, card);
  return card;
}

GstZcKmsCard *
gst_zc_kms_card_open (const gchar *path, gint *error)
{
  struct zc_kms_device *device;
  struct stat st = { 0 };
  GstZcKmsCard *card = NULL;

  *error = 0;
  g_mutex_lock (&lock);
  if (stat (path, &st) == 0)
    card = find (st.st_rdev, NULL);
  if (card)
    card->refcount++;
  else if ((*error = zc_kms_device_open (&device, path)) == 0)
    card = add (device, st.st_rdev);
  g_mutex_unlock (&lock);
  return card;
}

GstZcKmsCard *
gst_zc_kms_card_open_fd (gint fd, gint *error)
{
  g_autofree gchar *path = g_strdup_printf ("fd %d", fd);
  struct zc_kms_device *device;
  GstZcKmsCard *card;

  *error = 0;
  g_mutex_lock (&lock);
  card = find (0, path);
  if (card)
    card->refcount++;
  else if ((*error = zc_kms_device_open_fd (&device, fd)) == 0)
    card = add (device, 0);
  g_mutex_unlock (&lock);
  return card;
}

GstZcKmsCard *
gst_zc_kms_card_ref (GstZcKmsCard *card)
{
  g_mutex_lock (&lock);
  card->refcount++;
  g_mutex_unlock (&lock);
  return card;
}

void
gst_zc_kms_card_unref (GstZcKmsCard *card)
{
  gboolean last;

  g_mutex_lock (&lock);
  last = --card->refcount == 0;
  if (last)
    cards = g_list_remove (cards, card);
  g_mutex_unlock (&lock);
  if (!last)
    return;
  g_clear_object (&card->heap);
  zc_kms_device_close (card->device);
  g_free (card);
}
