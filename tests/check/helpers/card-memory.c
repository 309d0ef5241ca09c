/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Buffer objects with their handles, dma-bufs, and property blobs: drm_gem.c,
 * drm_prime.c, drm_dumb_buffers.c, drm_property.c. */

struct card_blob *
card_find_blob (struct card *card, uint32_t id)
{
  for (unsigned i = 0; i < card->blobs->len; i++) {
    struct card_blob *blob = card->blobs->pdata[i];

    if (blob->id == id)
      return blob;
  }
  return NULL;
}

uint32_t
card_new_blob (
    struct card *card, struct card_client *owner, const void *data, size_t size)
{
  struct card_blob *blob = g_new0 (struct card_blob, 1);

  blob->id = card_new_id (card);
  blob->data = g_memdup2 (data, size);
  blob->size = size;
  blob->owner = owner;
  blob->of_kernel = owner == NULL;
  g_ptr_array_add (card->blobs, blob);
  return blob->id;
}

static void
blob_free (struct card *card, struct card_blob *blob)
{
  g_ptr_array_remove (card->blobs, blob);
  g_free (blob->data);
  g_free (blob);
}

static void
bo_free (struct card *card, struct card_bo *bo)
{
  g_ptr_array_remove (card->bos, bo);
  close (bo->fd);
  g_free (bo);
}

/* Whether a property of the kind TYPE has the value ID. */
static bool
is_value (struct card *card, uint32_t type, uint64_t id)
{
  for (unsigned i = 0; i < card->properties->len; i++) {
    const struct card_property *p = card_property_at (card, i);

    if (card_value_at (card, i) != id)
      continue;
    if (type == DRM_MODE_OBJECT_BLOB && p->flags & DRM_MODE_PROP_BLOB)
      return true;
    if ((p->flags & DRM_MODE_PROP_EXTENDED_TYPE) == DRM_MODE_PROP_OBJECT &&
        p->values[0] == type)
      return true;
  }
  return false;
}

static bool
is_shown (struct card *card, uint32_t fb)
{
  for (unsigned i = 0; i < card->objects->len; i++)
    if (((struct card_object *) card->objects->pdata[i])->shown_fb == fb)
      return true;
  return false;
}

static bool
has_user (struct card *card, const struct card_bo *bo)
{
  for (unsigned i = 0; i < card->fbs->len; i++) {
    const struct card_framebuffer *fb = card->fbs->pdata[i];

    for (unsigned k = 0; k < fb->n_planes; k++)
      if (fb->bo[k] == bo)
        return true;
  }
  for (unsigned i = 0; i < card->clients->len; i++)
    if (card_handle_of (card->clients->pdata[i], (struct card_bo *) bo))
      return true;
  return false;
}

void
card_collect (struct card *card)
{
  for (unsigned i = card->fbs->len; i-- > 0;) {
    struct card_framebuffer *fb = card->fbs->pdata[i];

    if (!fb->owner && !is_value (card, DRM_MODE_OBJECT_FB, fb->info.id) &&
        !is_shown (card, fb->info.id)) {
      g_ptr_array_remove_index (card->fbs, i);
      g_free (fb);
    }
  }
  for (unsigned i = card->blobs->len; i-- > 0;) {
    struct card_blob *blob = card->blobs->pdata[i];

    if (!blob->owner && !blob->of_kernel &&
        !is_value (card, DRM_MODE_OBJECT_BLOB, blob->id))
      blob_free (card, blob);
  }
  for (unsigned i = card->bos->len; i-- > 0;)
    if (!has_user (card, card->bos->pdata[i]))
      bo_free (card, card->bos->pdata[i]);
}

void
card_memory_free (struct card *card)
{
  while (card->fbs->len > 0)
    g_free (g_ptr_array_remove_index (card->fbs, 0));
  while (card->blobs->len > 0)
    blob_free (card, card->blobs->pdata[0]);
  while (card->bos->len > 0)
    bo_free (card, card->bos->pdata[0]);
  g_ptr_array_unref (card->fbs);
  g_ptr_array_unref (card->blobs);
  g_ptr_array_unref (card->bos);
}

/* drm_fb_release(), drm_property_destroy_user_blobs(), drm_gem_release() */
void
card_release_client_memory (struct card *card, struct card_client *client)
{
  card->left_behind.handles += client->handles->len;
  g_array_set_size (client->handles, 0);
  for (unsigned i = card->fbs->len; i-- > 0;) {
    struct card_framebuffer *fb = card->fbs->pdata[i];

    if (fb->owner == client) {
      card->left_behind.framebuffers++;
      card_remove_fb (card, fb);
    }
  }
  for (unsigned i = 0; i < card->blobs->len; i++) {
    struct card_blob *blob = card->blobs->pdata[i];

    if (blob->owner == client) {
      card->left_behind.blobs++;
      blob->owner = NULL;
    }
  }
  card_collect (card);
}

struct card_bo *
card_handle_bo (struct card_client *client, uint32_t handle)
{
  for (unsigned i = 0; i < client->handles->len; i++) {
    struct card_handle *h = &g_array_index (
        client->handles, struct card_handle, i);

    if (h->handle == handle)
      return h->bo;
  }
  return NULL;
}

uint32_t
card_handle_of (struct card_client *client, struct card_bo *bo)
{
  for (unsigned i = 0; i < client->handles->len; i++) {
    struct card_handle *h = &g_array_index (
        client->handles, struct card_handle, i);

    if (h->bo == bo)
      return h->handle;
  }
  return 0;
}

/* The lowest that is free, as an idr gives it: a stale handle names another
 * buffer. */
uint32_t
card_new_handle (struct card_client *client, struct card_bo *bo)
{
  struct card_handle h = { 1, bo };

  while (card_handle_bo (client, h.handle))
    h.handle++;
  g_array_append_val (client->handles, h);
  return h.handle;
}

static int
close_handle (struct card_client *client, uint32_t handle)
{
  for (unsigned i = 0; i < client->handles->len; i++) {
    if (g_array_index (client->handles, struct card_handle, i).handle ==
        handle) {
      g_array_remove_index_fast (client->handles, i);
      card_collect (client->card);
      return 0;
    }
  }
  return EINVAL;
}

static bool
is_dmabuf (int fd)
{
  char link[32], target[64] = "";

  snprintf (link, sizeof (link), "/proc/self/fd/%d", fd);
  if (readlink (link, target, sizeof (target) - 1) < 0)
    return false;
  return g_str_has_prefix (target, "/memfd:") ||
         g_str_has_prefix (target, "/dmabuf:") ||
         g_str_has_prefix (target, "anon_inode:dmabuf");
}

static struct card_bo *
find_bo (struct card *card, const struct stat *s)
{
  for (unsigned i = 0; i < card->bos->len; i++) {
    struct card_bo *bo = card->bos->pdata[i];

    if (bo->device == s->st_dev && bo->inode == s->st_ino)
      return bo;
  }
  return NULL;
}

/* Over FD, which it takes. */
static struct card_bo *
new_bo (struct card *card, int fd)
{
  struct card_bo *bo = g_new0 (struct card_bo, 1);
  off_t end = lseek (fd, 0, SEEK_END);
  struct stat s;

  fstat (fd, &s);
  bo->device = s.st_dev;
  bo->inode = s.st_ino;
  bo->fd = fd;
  bo->size = end > 0 ? end : 0;
  g_ptr_array_add (card->bos, bo);
  return bo;
}

/* The same handle for the same dma-buf, and not counted. */
static int
import (
    struct card *card, struct card_client *client, struct drm_prime_handle *r)
{
  struct card_bo *bo;
  struct stat s;

  if (!(card->caps[DRM_CAP_PRIME] & DRM_PRIME_CAP_IMPORT))
    return EOPNOTSUPP;
  if (fstat (r->fd, &s) < 0)
    return EBADF;
  if (!is_dmabuf (r->fd))
    return EINVAL;
  bo = find_bo (card, &s);
  if (!bo)
    bo = new_bo (card, fcntl (r->fd, F_DUPFD_CLOEXEC, 0));
  r->handle = card_handle_of (client, bo);
  if (r->handle == 0)
    r->handle = card_new_handle (client, bo);
  return 0;
}

static int export (
    struct card *card, struct card_client *client, struct drm_prime_handle *r)
{
  struct card_bo *bo = card_handle_bo (client, r->handle);

  if (!(card->caps[DRM_CAP_PRIME] & DRM_PRIME_CAP_EXPORT))
    return EOPNOTSUPP;
  if (r->flags & ~(DRM_CLOEXEC | DRM_RDWR))
    return EINVAL;
  if (!bo)
    return ENOENT;
  r->fd = fcntl (bo->fd, r->flags & DRM_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0);
  return r->fd < 0 ? errno : 0;
}

static int
create_dumb (struct card *card, struct card_client *client,
    struct drm_mode_create_dumb *r)
{
  uint64_t pitch, size;

  if (!card->caps[DRM_CAP_DUMB_BUFFER])
    return ENOSYS;
  if (r->width == 0 || r->height == 0 || r->bpp == 0)
    return EINVAL;
  pitch = (uint64_t) r->width * ((r->bpp + 7) / 8);
  pitch = (pitch + card->pitch_align - 1) & ~((uint64_t) card->pitch_align - 1);
  size = (pitch * r->height + 4095) & ~UINT64_C (4095);
  if (pitch > UINT32_MAX || size > UINT32_MAX)
    return EINVAL;
  r->pitch = pitch;
  r->size = size;
  r->handle = card_new_handle (
      client, new_bo (card, card_dmabuf_new (card, size)));
  return 0;
}

static int
map_dumb (struct card_client *client, struct drm_mode_map_dumb *r)
{
  if (!card_handle_bo (client, r->handle))
    return ENOENT;
  r->offset = (uint64_t) r->handle << 32;
  return 0;
}

int
card_dumb_memory (struct card *card, uint32_t handle)
{
  struct card_bo *bo = NULL;

  card_lock ();
  for (unsigned i = 0; i < card->clients->len && !bo; i++)
    bo = card_handle_bo (card->clients->pdata[i], handle);
  card_unlock ();
  if (!bo)
    card_die ("there is no handle %u", handle);
  return bo->fd;
}

static int
create_blob (struct card *card, struct card_client *client,
    struct drm_mode_create_blob *r)
{
  if (r->length == 0 || r->length > INT32_MAX)
    return EINVAL;
  r->blob_id = card_new_blob (
      card, client, (void *) (uintptr_t) r->data, r->length);
  return 0;
}

static int
destroy_blob (struct card *card, struct card_client *client, uint32_t id)
{
  struct card_blob *blob = card_find_blob (card, id);

  if (!blob)
    return ENOENT;
  if (blob->owner != client)
    return EPERM;
  blob->owner = NULL;
  card_collect (card);
  return 0;
}

/* -1: of somebody else. */
int
card_memory_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg)
{
  switch (nr) {
    case _IOC_NR (DRM_IOCTL_GEM_CLOSE):
      return close_handle (client, ((struct drm_gem_close *) arg)->handle);
    case _IOC_NR (DRM_IOCTL_PRIME_FD_TO_HANDLE):
      return import (card, client, arg);
    case _IOC_NR (DRM_IOCTL_PRIME_HANDLE_TO_FD):
      return export (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_CREATE_DUMB):
      return create_dumb (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_MAP_DUMB):
      return map_dumb (client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_DESTROY_DUMB):
      return close_handle (
          client, ((struct drm_mode_destroy_dumb *) arg)->handle);
    case _IOC_NR (DRM_IOCTL_MODE_CREATEPROPBLOB):
      return create_blob (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_DESTROYPROPBLOB):
      return destroy_blob (
          card, client, ((struct drm_mode_destroy_blob *) arg)->blob_id);
    default:
      return -1;
  }
}
