/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Flips, their events and fences. */

int
card_fence_new (void)
{
  int fence = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

  if (fence < 0)
    card_die ("no eventfd: %s", g_strerror (errno));
  return fence;
}

void
card_fence_signal (int fence)
{
  eventfd_write (fence, 1);
}

bool
card_fence_is_signalled (int fence)
{
  struct pollfd p = { .fd = fence, .events = POLLIN };

  return poll (&p, 1, 0) == 1 && p.revents & POLLIN;
}

bool
card_is_fence (int fd)
{
  char link[32], target[64] = "";

  snprintf (link, sizeof (link), "/proc/self/fd/%d", fd);
  if (readlink (link, target, sizeof (target) - 1) < 0)
    return false;
  return strcmp (target, "anon_inode:[eventfd]") == 0 ||
         g_str_has_prefix (target, "anon_inode:sync_file");
}

static int64_t
now_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C (1000000000) + t.tv_nsec;
}

static void
send_event (struct card_client *client, const struct card_object *crtc,
    uint64_t user_data, int64_t time_ns, uint32_t sequence)
{
  struct drm_event_vblank event = {
    .base = { .type = DRM_EVENT_FLIP_COMPLETE, .length = sizeof (event) },
    .user_data = user_data,
    .tv_sec = time_ns / 1000000000,
    .tv_usec = time_ns / 1000 % 1000000,
    .sequence = sequence,
    .crtc_id = crtc->id,
  };

  send (client->peer, &event, sizeof (event), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The planes that were on CRTC, or are now, scan out what is committed. */
void
card_show_now (struct card *card, const struct card_object *crtc)
{
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *plane = card->objects->pdata[i];
    uint32_t on;

    if (plane->type != DRM_MODE_OBJECT_PLANE)
      continue;
    on = card_get (card, plane->id, "CRTC_ID");
    if (on != crtc->id && plane->shown_crtc != crtc->id)
      continue;
    plane->shown_crtc = card_get (card, crtc->id, "ACTIVE") ? on : 0;
    plane->shown_fb = plane->shown_crtc ? card_get (card, plane->id, "FB_ID")
                                        : 0;
  }
}

static bool
waits_for_fence (const struct card_pending *pending)
{
  for (unsigned i = 0; i < pending->n_in_fences; i++)
    if (!card_fence_is_signalled (pending->in_fences[i]))
      return true;
  return false;
}

/* TIME_NS of -1: now. */
bool
card_complete (struct card *card, struct card_object *crtc, int64_t time_ns,
    uint32_t sequence, bool ignore_fences)
{
  struct card_pending *pending = &crtc->pending;

  if (!pending->is_pending || (!ignore_fences && waits_for_fence (pending)))
    return false;
  pending->is_pending = false;
  crtc->sequence = sequence;
  card_show_now (card, crtc);
  if (pending->client)
    send_event (pending->client, crtc, pending->user_data,
        time_ns < 0 ? now_ns () : time_ns, sequence);
  pending->client = NULL;
  if (pending->out_fence >= 0) {
    card_fence_signal (pending->out_fence);
    close (pending->out_fence);
    pending->out_fence = -1;
  }
  while (pending->n_in_fences > 0)
    close (pending->in_fences[--pending->n_in_fences]);
  card_collect (card);
  card_changed ();
  return true;
}

static struct card_object *
must_find (struct card *card, uint32_t crtc)
{
  struct card_object *object = card_find_typed (
      card, NULL, crtc, DRM_MODE_OBJECT_CRTC);

  if (!object)
    card_die ("there is no CRTC %u", crtc);
  return object;
}

unsigned
card_flip (struct card *card)
{
  unsigned n = 0;

  card_lock ();
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *crtc = card->objects->pdata[i];

    n += card_complete (card, crtc, -1, crtc->sequence + 1, false);
  }
  card_unlock ();
  return n;
}

bool
card_flip_at (
    struct card *card, uint32_t crtc, int64_t time_ns, uint32_t sequence)
{
  bool flipped;

  card_lock ();
  flipped = card_complete (
      card, must_find (card, crtc), time_ns, sequence, false);
  card_unlock ();
  return flipped;
}

bool
card_is_pending (struct card *card, uint32_t crtc)
{
  bool pending;

  card_lock ();
  pending = must_find (card, crtc)->pending.is_pending;
  card_unlock ();
  return pending;
}

void
card_set_flips (struct card *card, enum card_flips flips)
{
  card_lock ();
  card->flips = flips;
  card_unlock ();
}

void
card_send_flip (struct card *card, uint32_t crtc, uint64_t user_data,
    int64_t time_ns, uint32_t sequence)
{
  card_lock ();
  for (unsigned i = 0; i < card->clients->len; i++)
    send_event (card->clients->pdata[i], must_find (card, crtc), user_data,
        time_ns, sequence);
  card_unlock ();
}

/* A display that goes on counts, whether or not anything changes. */
static void
vblank (struct card *card)
{
  card_lock ();
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *crtc = card->objects->pdata[i];

    if (!card_complete (card, crtc, -1, crtc->sequence + 1, false))
      crtc->sequence++;
  }
  card_unlock ();
}

static void *
flip_thread (void *data)
{
  struct card *card = data;
  unsigned period_us;

  do {
    card_lock ();
    period_us = card->flip_period_us;
    card_unlock ();
    if (period_us > 0) {
      vblank (card);
      usleep (period_us);
    }
  } while (period_us > 0);
  return NULL;
}

void
card_stop_thread (struct card *card)
{
  card_lock ();
  card->flip_period_us = 0;
  card_unlock ();
  if (card->has_thread)
    pthread_join (card->thread, NULL);
  card->has_thread = false;
}

void
card_set_auto_flip (struct card *card, unsigned period_us)
{
  card_stop_thread (card);
  if (period_us == 0)
    return;
  card_lock ();
  card->flip_period_us = period_us;
  card_unlock ();
  card->has_thread = true;
  if (pthread_create (&card->thread, NULL, flip_thread, card) != 0)
    card_die ("no thread");
}
