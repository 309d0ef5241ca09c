/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include "runner.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

void
card_lock (void)
{
  pthread_mutex_lock (&lock);
}

void
card_unlock (void)
{
  pthread_mutex_unlock (&lock);
}

void
card_changed (void)
{
  pthread_cond_broadcast (&changed);
}

void
card_die (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  printf ("FAILED: played card: ");
  vprintf (format, args);
  printf ("\n");
  va_end (args);
  fflush (stdout);
  _exit (EXIT_FAILURE);
}

uint32_t
card_new_id (struct card *card)
{
  return ++card->last_id;
}

static void
object_free (void *data)
{
  struct card_object *object = data;

  if (object->modes)
    g_array_unref (object->modes);
  if (object->formats)
    g_array_unref (object->formats);
  g_free (object);
}

static void
attempt_free (void *data)
{
  struct card_commit *commit = data;

  g_free (commit->values);
  g_free (commit);
}

static void
set_first_caps (struct card *card)
{
  card->caps[DRM_CAP_DUMB_BUFFER] = 1;
  card->caps[DRM_CAP_VBLANK_HIGH_CRTC] = 1;
  card->caps[DRM_CAP_DUMB_PREFERRED_DEPTH] = 24;
  card->caps[DRM_CAP_PRIME] = DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT;
  card->caps[DRM_CAP_TIMESTAMP_MONOTONIC] = 1;
  card->caps[DRM_CAP_CURSOR_WIDTH] = 64;
  card->caps[DRM_CAP_CURSOR_HEIGHT] = 64;
  card->caps[DRM_CAP_ADDFB2_MODIFIERS] = 1;
  card->caps[DRM_CAP_CRTC_IN_VBLANK_EVENT] = 1;
}

struct card *
card_new (void)
{
  struct card *card = g_new0 (struct card, 1);
  static unsigned n;

  g_strlcpy (card->driver, "played", sizeof (card->driver));
  set_first_caps (card);
  card->has_atomic = true;
  card->min_width = card->min_height = 1;
  card->max_width = card->max_height = 8192;
  card->pitch_align = 64;
  card->last_id = 30;
  card->objects = g_ptr_array_new_with_free_func (object_free);
  card->properties = g_ptr_array_new_with_free_func (card_property_free);
  card->values = g_array_new (FALSE, TRUE, sizeof (uint64_t));
  card->clients = g_ptr_array_new ();
  card->bos = g_ptr_array_new ();
  card->fbs = g_ptr_array_new ();
  card->blobs = g_ptr_array_new ();
  card->dmabufs = g_hash_table_new (NULL, NULL);
  card->attempts = g_ptr_array_new_with_free_func (attempt_free);
  card->commits = g_ptr_array_new ();
  card->faults = g_ptr_array_new_with_free_func (g_free);

  card_lock ();
  card->number = 900 + n++;
  snprintf (card->path, sizeof (card->path), "/dev/dri/card%u", card->number);
  card_register (card);
  card_unlock ();
  return card;
}

struct card_left
card_left_of (struct card *card)
{
  struct card_left left;

  card_lock ();
  card_reap (card);
  left = card->left_behind;
  left.clients += card->clients->len;
  for (unsigned i = 0; i < card->clients->len; i++)
    left.handles +=
        ((struct card_client *) card->clients->pdata[i])->handles->len;
  for (unsigned i = 0; i < card->fbs->len; i++)
    left.framebuffers +=
        ((struct card_framebuffer *) card->fbs->pdata[i])->owner != NULL;
  for (unsigned i = 0; i < card->blobs->len; i++)
    left.blobs += ((struct card_blob *) card->blobs->pdata[i])->owner != NULL;
  card_unlock ();
  return left;
}

void
card_forgive (struct card *card)
{
  card_lock ();
  card_reap (card);
  memset (&card->left_behind, 0, sizeof (card->left_behind));
  card_unlock ();
}

void
card_free (struct card *card)
{
  struct card_left left;

  card_stop_thread (card);
  left = card_left_of (card);
  card_lock ();
  card_unregister (card);
  while (card->clients->len > 0)
    card_client_free (card->clients->pdata[0]);
  card_memory_free (card);
  card_unlock ();

  g_ptr_array_unref (card->commits);
  g_ptr_array_unref (card->attempts);
  g_ptr_array_unref (card->faults);
  g_ptr_array_unref (card->clients);
  g_ptr_array_unref (card->objects);
  g_ptr_array_unref (card->properties);
  g_array_unref (card->values);
  card_dmabufs_free (card);
  g_free (card);
  fail_unless (
      left.clients + left.handles + left.framebuffers + left.blobs == 0,
      "left on the card: %u open descriptors, %u handles, %u framebuffers, "
      "%u property blobs",
      left.clients, left.handles, left.framebuffers, left.blobs);
}

const char *
card_path (struct card *card)
{
  return card->path;
}

void
card_set_driver (struct card *card, const char *name)
{
  card_lock ();
  g_strlcpy (card->driver, name, sizeof (card->driver));
  card_unlock ();
}

void
card_set_cap (struct card *card, uint64_t cap, uint64_t value)
{
  if (cap >= CARD_N_CAPS)
    card_die ("no capability %" PRIu64, cap);
  card_lock ();
  card->caps[cap] = value;
  card_unlock ();
}

void
card_set_atomic (struct card *card, bool atomic)
{
  card_lock ();
  card->has_atomic = atomic;
  card_unlock ();
}

void
card_set_limits (struct card *card, uint32_t min_width, uint32_t min_height,
    uint32_t max_width, uint32_t max_height)
{
  card_lock ();
  card->min_width = min_width;
  card->min_height = min_height;
  card->max_width = max_width;
  card->max_height = max_height;
  card_unlock ();
}

void
card_set_pitch_align (struct card *card, uint32_t align)
{
  card_lock ();
  card->pitch_align = align;
  card_unlock ();
}

struct card_object *
card_find_object (
    struct card *card, const struct card_client *client, uint32_t id)
{
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *object = card->objects->pdata[i];

    if (object->id != id)
      continue;
    /* drm_lease.c: encoders are everybody's */
    if (client && object->type != DRM_MODE_OBJECT_ENCODER &&
        !card_client_sees (client, id))
      return NULL;
    return object;
  }
  return NULL;
}

struct card_object *
card_find_typed (struct card *card, const struct card_client *client,
    uint32_t id, uint32_t type)
{
  struct card_object *object = card_find_object (card, client, id);

  return object && object->type == type ? object : NULL;
}

struct card_object *
card_nth (struct card *card, uint32_t type, unsigned n)
{
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *object = card->objects->pdata[i];

    if (object->type == type && object->index == n)
      return object;
  }
  return NULL;
}

unsigned
card_place (struct card *card, const struct card_object *object)
{
  guint place = 0;

  if (!g_ptr_array_find (card->objects, object, &place))
    card_die ("an object of another card");
  return place;
}

void
card_set_check (struct card *card, card_check check, void *data)
{
  card_lock ();
  card->check = check;
  card->check_data = data;
  card_unlock ();
}

static unsigned
length_of (GPtrArray *array)
{
  unsigned n;

  card_lock ();
  n = array->len;
  card_unlock ();
  return n;
}

static const struct card_commit *
nth_of (GPtrArray *array, unsigned n)
{
  const struct card_commit *commit;

  card_lock ();
  if (n >= array->len)
    card_die ("there is no commit %u, only %u", n, array->len);
  commit = array->pdata[n];
  card_unlock ();
  return commit;
}

unsigned
card_n_commits (struct card *card)
{
  return length_of (card->commits);
}

const struct card_commit *
card_commit_of (struct card *card, unsigned n)
{
  return nth_of (card->commits, n);
}

const struct card_commit *
card_last_commit (struct card *card)
{
  unsigned n = card_n_commits (card);

  return n > 0 ? card_commit_of (card, n - 1) : NULL;
}

unsigned
card_n_attempts (struct card *card)
{
  return length_of (card->attempts);
}

const struct card_commit *
card_attempt (struct card *card, unsigned n)
{
  return nth_of (card->attempts, n);
}

void
card_wait_for_commits (struct card *card, unsigned n)
{
  struct timespec until;
  unsigned have;
  int ret = 0;

  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_sec += 10;
  card_lock ();
  while (card->commits->len < n && ret != ETIMEDOUT)
    ret = pthread_cond_timedwait (&changed, &lock, &until);
  have = card->commits->len;
  card_unlock ();
  fail_unless (have >= n, "only %u of %u commits came", have, n);
}

bool
card_commit_sets (const struct card_commit *commit, uint32_t object,
    const char *name, uint64_t *value)
{
  bool sets = false;

  for (unsigned i = 0; i < commit->n_values; i++) {
    const struct card_value *v = &commit->values[i];

    if (v->object != object || strcmp (v->name, name) != 0)
      continue;
    sets = true;
    if (value)
      *value = v->value;
  }
  return sets;
}
