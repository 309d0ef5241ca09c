/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who has the card open: drm_file.c, drm_auth.c, drm_lease.c, drm_ioctl.c. */

bool
card_client_is_master (const struct card_client *client)
{
  return client->is_lessee || client->card->master == client;
}

bool
card_client_sees (const struct card_client *client, uint32_t id)
{
  if (!client->is_lessee)
    return true;
  for (unsigned i = 0; i < client->leased->len; i++)
    if (g_array_index (client->leased, uint32_t, i) == id)
      return true;
  return false;
}

static struct card_client *
client_new (struct card *card, int *fd)
{
  struct card_client *client = g_new0 (struct card_client, 1);
  struct stat s;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 ||
      fstat (pair[0], &s) < 0)
    card_die ("no socket pair: %s", g_strerror (errno));
  client->card = card;
  client->device = s.st_dev;
  client->inode = s.st_ino;
  client->peer = pair[1];
  client->handles = g_array_new (FALSE, TRUE, sizeof (struct card_handle));
  client->leased = g_array_new (FALSE, TRUE, sizeof (uint32_t));
  g_ptr_array_add (card->clients, client);
  *fd = pair[0];
  return client;
}

int
card_open (struct card *card)
{
  struct card_client *client;
  int fd;

  card_lock ();
  card_reap (card);
  client = client_new (card, &fd);
  if (!card->master && !card->other_is_master) {
    card->master = client;
    client->was_master = true;
  }
  card_unlock ();
  return fd;
}

int
card_open_lease (struct card *card, const uint32_t *objects, unsigned n_objects)
{
  struct card_client *client;
  int fd;

  card_lock ();
  for (unsigned i = 0; i < n_objects; i++)
    if (!card_find_object (card, NULL, objects[i]))
      card_die ("there is no object %u to lease", objects[i]);
  client = client_new (card, &fd);
  client->is_lessee = true;
  client->universal = true;
  g_array_append_vals (client->leased, objects, n_objects);
  card_unlock ();
  return fd;
}

void
card_client_free (struct card_client *client)
{
  struct card *card = client->card;

  if (card->master == client)
    card->master = NULL;
  for (unsigned i = 0; i < card->objects->len; i++) {
    struct card_object *crtc = card->objects->pdata[i];

    if (crtc->pending.client == client)
      crtc->pending.client = NULL;
  }
  g_ptr_array_remove (card->clients, client);
  card_release_client_memory (card, client);
  close (client->peer);
  g_array_unref (client->handles);
  g_array_unref (client->leased);
  g_free (client);
}

/* Those that closed their last descriptor. */
void
card_reap (struct card *card)
{
  for (unsigned i = card->clients->len; i-- > 0;) {
    struct card_client *client = card->clients->pdata[i];
    struct pollfd p = { .fd = client->peer, .events = 0 };

    if (poll (&p, 1, 0) == 1 && p.revents & POLLHUP)
      card_client_free (client);
  }
}

void
card_take_master (struct card *card)
{
  card_lock ();
  card->master = NULL;
  card->other_is_master = true;
  card_unlock ();
}

void
card_drop_master (struct card *card)
{
  card_lock ();
  card->other_is_master = false;
  card_unlock ();
}

void
card_set_unprivileged (struct card *card, bool unprivileged)
{
  card_lock ();
  card->unprivileged = unprivileged;
  card_unlock ();
}

/* drm_setmaster_ioctl() */
static int
set_master (struct card *card, struct card_client *client)
{
  if (card->unprivileged && !client->was_master)
    return EACCES;
  if (card_client_is_master (client))
    return 0;
  if (card->master || card->other_is_master)
    return EBUSY;
  card->master = client;
  client->was_master = true;
  return 0;
}

static int
drop_master (struct card *card, struct card_client *client)
{
  if (card->unprivileged && !client->was_master)
    return EACCES;
  if (card->master != client)
    return EINVAL;
  card->master = NULL;
  return 0;
}

static int
get_cap (const struct card *card, struct drm_get_cap *r)
{
  if (r->capability >= CARD_N_CAPS || r->capability == 0)
    return EINVAL;
  r->value = card->caps[r->capability];
  return 0;
}

static int
set_client_cap (const struct card *card, struct card_client *client,
    const struct drm_set_client_cap *r)
{
  switch (r->capability) {
    case DRM_CLIENT_CAP_STEREO_3D:
    case DRM_CLIENT_CAP_ASPECT_RATIO:
      return r->value > 1 ? EINVAL : 0;
    case DRM_CLIENT_CAP_UNIVERSAL_PLANES:
      if (r->value > 1)
        return EINVAL;
      client->universal = r->value;
      return 0;
    case DRM_CLIENT_CAP_ATOMIC:
      if (!card->has_atomic)
        return EOPNOTSUPP;
      if (r->value > 2)
        return EINVAL;
      client->atomic = client->universal = r->value;
      return 0;
    case DRM_CLIENT_CAP_WRITEBACK_CONNECTORS:
      return !client->atomic || r->value > 1 ? EINVAL : 0;
    default:
      return EINVAL;
  }
}

static void
answer (char *at, size_t *room, const char *text)
{
  if (at && *room > 0)
    memcpy (at, text, MIN (*room, strlen (text)));
  *room = strlen (text);
}

static int
get_version (const struct card *card, struct drm_version *r)
{
  r->version_major = 1;
  r->version_minor = r->version_patchlevel = 0;
  answer (r->name, &r->name_len, card->driver);
  answer (r->date, &r->date_len, "0");
  answer (r->desc, &r->desc_len, "Played display card");
  return 0;
}

static int
get_lease (const struct card_client *client, struct drm_mode_get_lease *r)
{
  uint32_t *ids = (void *) (uintptr_t) r->objects_ptr;

  if (r->pad)
    return EINVAL;
  for (unsigned i = 0; i < client->leased->len && i < r->count_objects; i++)
    ids[i] = g_array_index (client->leased, uint32_t, i);
  r->count_objects = client->leased->len;
  return 0;
}

/* -1: of somebody else. */
int
card_client_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg)
{
  switch (nr) {
    case _IOC_NR (DRM_IOCTL_VERSION):
      return get_version (card, arg);
    case _IOC_NR (DRM_IOCTL_GET_CAP):
      return get_cap (card, arg);
    case _IOC_NR (DRM_IOCTL_SET_CLIENT_CAP):
      return set_client_cap (card, client, arg);
    case _IOC_NR (DRM_IOCTL_SET_MASTER):
      return set_master (card, client);
    case _IOC_NR (DRM_IOCTL_DROP_MASTER):
      return drop_master (card, client);
    case _IOC_NR (DRM_IOCTL_AUTH_MAGIC): /* drmIsMaster() */
      return card_client_is_master (client) ? EINVAL : EACCES;
    case _IOC_NR (DRM_IOCTL_MODE_GET_LEASE):
      return card_client_is_master (client) ? get_lease (client, arg) : EACCES;
    default:
      return -1;
  }
}
