/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzckmscard.h"

#include "../allocators/gstzcdumbheap.h"

#include <sys/stat.h>

/* Guards the list and the counts; held while a card is opened, so that nobody
 * opens it twice. Not taken for a frame, but by whoever frees the last memory
 * of a card. */
static GMutex lock;
static GList *cards;

typedef struct {
  const struct zc_kms_seat_funcs *funcs;
  gpointer data;
} Listener;

static void
on_enabled (void *data)
{
  GstZcKmsCard *card = data;

  g_mutex_lock (&card->lock);
  card->is_away = FALSE;
  for (GList *l = card->listeners; l; l = l->next) {
    Listener *listener = l->data;

    if (listener->funcs->enabled)
      listener->funcs->enabled (listener->data);
  }
  g_mutex_unlock (&card->lock);
}

static void
on_disabled (void *data)
{
  GstZcKmsCard *card = data;

  g_mutex_lock (&card->lock);
  card->is_away = TRUE;
  for (GList *l = card->listeners; l; l = l->next) {
    Listener *listener = l->data;

    if (listener->funcs->disabled)
      listener->funcs->disabled (listener->data);
  }
  g_mutex_unlock (&card->lock);
}

static void
on_lost (int error, void *data)
{
  GstZcKmsCard *card = data;

  GST_WARNING ("the seat is gone: %s", g_strerror (-error));
  g_mutex_lock (&card->lock);
  for (GList *l = card->listeners; l; l = l->next) {
    Listener *listener = l->data;

    if (listener->funcs->lost)
      listener->funcs->lost (error, listener->data);
  }
  g_mutex_unlock (&card->lock);
}

static GstZcKmsCard *
card_new (void)
{
  GstZcKmsCard *card = g_new0 (GstZcKmsCard, 1);

  g_mutex_init (&card->lock);
  card->refcount = 1;
  return card;
}

static void
card_free (GstZcKmsCard *card)
{
  g_clear_object (&card->heap);
  zc_kms_access_close (&card->access);
  g_mutex_clear (&card->lock);
  g_free (card);
}

/* With the lock held. Paths are of cards that came as descriptors. */
static GstZcKmsCard *
find (dev_t node, const gchar *path)
{
  for (GList *l = cards; l; l = l->next) {
    GstZcKmsCard *card = l->data;

    if (path ? g_str_equal (card->device->path, path)
             : card->node == node && node != 0)
      return card;
  }
  return NULL;
}

/* With the lock held: its device is open. */
static void
add (GstZcKmsCard *card, dev_t node)
{
  g_autoptr (GError) error = NULL;

  card->device = card->access.device;
  card->node = node;
  card->heap = gst_zc_heap_new_dumb_for_fd (card->device->fd, &error);
  if (!card->heap)
    GST_WARNING (
        "no memory to show frames of system memory from: %s", error->message);
  cards = g_list_prepend (cards, card);
}

GstZcKmsCard *
gst_zc_kms_card_open_by (const gchar *path, enum zc_kms_access_way way,
    gint *error, gint *seat_error)
{
  static const struct zc_kms_seat_funcs funcs = { on_enabled, on_disabled,
    on_lost };
  struct stat st = { 0 };
  GstZcKmsCard *card = NULL;

  *error = *seat_error = 0;
  g_mutex_lock (&lock);
  if (stat (path, &st) == 0)
    card = find (st.st_rdev, NULL);
  if (card) {
    card->refcount++;
  } else {
    card = card_new ();
    *error = zc_kms_access_open (&card->access, path, way, &funcs, card);
    *seat_error = card->access.seat_error;
    if (*error == 0)
      add (card, st.st_rdev);
    else
      g_clear_pointer (&card, card_free);
  }
  g_mutex_unlock (&lock);
  return card;
}

GstZcKmsCard *
gst_zc_kms_card_open_fd (gint fd, gint *error)
{
  g_autofree gchar *path = g_strdup_printf ("fd %d", fd);
  GstZcKmsCard *card;

  *error = 0;
  g_mutex_lock (&lock);
  card = find (0, path);
  if (card) {
    card->refcount++;
  } else {
    card = card_new ();
    *error = zc_kms_device_open_fd (&card->access.device, fd);
    if (*error == 0)
      add (card, 0);
    else
      g_clear_pointer (&card, card_free);
  }
  g_mutex_unlock (&lock);
  return card;
}

gboolean
gst_zc_kms_card_listen (
    GstZcKmsCard *card, const struct zc_kms_seat_funcs *funcs, gpointer data)
{
  Listener *listener = g_new (Listener, 1);
  gboolean is_ours;

  *listener = (Listener) { funcs, data };
  g_mutex_lock (&card->lock);
  card->listeners = g_list_append (card->listeners, listener);
  is_ours = !card->is_away;
  if (!is_ours && funcs->disabled)
    funcs->disabled (data);
  g_mutex_unlock (&card->lock);
  return is_ours;
}

void
gst_zc_kms_card_unlisten (
    GstZcKmsCard *card, const struct zc_kms_seat_funcs *funcs, gpointer data)
{
  g_mutex_lock (&card->lock);
  for (GList *l = card->listeners; l; l = l->next) {
    Listener *listener = l->data;

    if (listener->funcs == funcs && listener->data == data) {
      card->listeners = g_list_delete_link (card->listeners, l);
      g_free (listener);
      break;
    }
  }
  g_mutex_unlock (&card->lock);
}

gboolean
gst_zc_kms_card_is_of_seat (const GstZcKmsCard *card)
{
  return card->access.card != NULL;
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
  if (last)
    card_free (card);
}
