/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-fb.h"

#include "kms-sys.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static bool
same_picture (const struct zc_kms_fb *fb, const struct zc_kms_image *image,
    const GstZcIdentity identity[])
{
  if (fb->image.width != image->width || fb->image.height != image->height ||
      fb->image.fourcc != image->fourcc ||
      fb->image.modifier != image->modifier ||
      fb->image.n_planes != image->n_planes)
    return false;
  for (unsigned i = 0; i < image->n_planes; i++)
    if (!gst_zc_identity_equal (&fb->identity[i], &identity[i]) ||
        fb->image.offset[i] != image->offset[i] ||
        fb->image.stride[i] != image->stride[i])
      return false;
  return true;
}

/* The framebuffer holds the memory by itself: its handles are needed only to
 * make it. Planes in one dma-buf have the same handle, which is closed once. */
static void
close_handles (const struct zc_kms_device *device, uint32_t handle[])
{
  for (unsigned i = 0; i < ZC_KMS_MAX_PLANES; i++) {
    if (handle[i] == 0)
      continue;
    zc_kms_sys.close_handle (device->fd, handle[i]);
    for (unsigned j = ZC_KMS_MAX_PLANES; j-- > i;)
      if (handle[j] == handle[i])
        handle[j] = 0;
  }
}

static int
add_fb (const struct zc_kms_device *device, const struct zc_kms_image *image,
    const uint32_t handle[], uint32_t *id)
{
  struct drm_mode_fb_cmd2 cmd = {
    .width = image->width,
    .height = image->height,
    .pixel_format = image->fourcc,
  };
  int ret;

  if (device->has_modifiers)
    cmd.flags = DRM_MODE_FB_MODIFIERS;
  else if (image->modifier != DRM_FORMAT_MOD_LINEAR)
    return -EINVAL;

  for (unsigned i = 0; i < image->n_planes; i++) {
    cmd.handles[i] = handle[i];
    cmd.pitches[i] = image->stride[i];
    cmd.offsets[i] = image->offset[i];
    cmd.modifier[i] = device->has_modifiers ? image->modifier : 0;
  }
  ret = zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_ADDFB2, &cmd);
  if (ret == 0)
    *id = cmd.fb_id;
  return ret;
}

static int
import (const struct zc_kms_device *device, const struct zc_kms_image *image,
    uint32_t *id)
{
  uint32_t handle[ZC_KMS_MAX_PLANES] = { 0 };
  int ret = 0;

  for (unsigned i = 0; i < image->n_planes && ret == 0; i++)
    ret = zc_kms_result (
        zc_kms_sys.prime_fd_to_handle (device->fd, image->fd[i], &handle[i]));
  if (ret == 0)
    ret = add_fb (device, image, handle, id);
  close_handles (device, handle);
  return ret;
}

/* CLOSEFB leaves on the screen what is there (Linux 6.8); before it there was
 * only RMFB, which blanks. */
static void
close_fb (const struct zc_kms_device *device, uint32_t id)
{
  struct drm_mode_closefb closefb = { .fb_id = id };

  if (zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_CLOSEFB, &closefb) < 0)
    zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_RMFB, &id);
}

/* With fb_lock held. */
static void
link_fb (struct zc_kms_fb *fb, struct zc_kms_device *device,
    const struct zc_kms_image *image)
{
  fb->device = device;
  fb->refcount = 1;
  fb->image = *image;
  fb->next = device->fbs;
  device->fbs = fb;
}

/* With fb_lock held. */
static int
make (struct zc_kms_device *device, const struct zc_kms_image *image,
    const GstZcIdentity identity[], struct zc_kms_fb **out)
{
  struct zc_kms_fb *fb = calloc (1, sizeof (*fb));
  int ret;

  if (!fb)
    return -ENOMEM;
  ret = import (device, image, &fb->id);
  if (ret < 0) {
    free (fb);
    return ret;
  }
  memcpy (fb->identity, identity, sizeof (fb->identity));
  link_fb (fb, device, image);
  *out = fb;
  return 0;
}

/* The kernel gives such memory cleared, which is black. Its handle is nobody
 * else's. */
static int
add_black (const struct zc_kms_device *device, struct zc_kms_image *image,
    uint32_t *id)
{
  struct drm_mode_create_dumb dumb = {
    .width = image->width,
    .height = image->height,
    .bpp = 32,
  };
  uint32_t handle[ZC_KMS_MAX_PLANES] = { 0 };
  int ret = zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb);

  if (ret < 0)
    return ret;
  handle[0] = dumb.handle;
  image->stride[0] = dumb.pitch;
  ret = add_fb (device, image, handle, id);
  zc_kms_sys.close_handle (device->fd, dumb.handle);
  return ret;
}

int
zc_kms_fb_new_black (struct zc_kms_device *device, uint32_t width,
    uint32_t height, struct zc_kms_fb **out)
{
  struct zc_kms_image image = {
    .width = width,
    .height = height,
    .fourcc = DRM_FORMAT_XRGB8888,
    .modifier = DRM_FORMAT_MOD_LINEAR,
    .n_planes = 1,
  };
  struct zc_kms_fb *fb = calloc (1, sizeof (*fb));
  int ret = fb ? add_black (device, &image, &fb->id) : -ENOMEM;

  if (ret < 0) {
    free (fb);
    return ret;
  }
  pthread_mutex_lock (&device->fb_lock);
  link_fb (fb, device, &image);
  pthread_mutex_unlock (&device->fb_lock);
  *out = fb;
  return 0;
}

int
zc_kms_fb_get (struct zc_kms_device *device, const struct zc_kms_image *image,
    struct zc_kms_fb **out, bool *imported)
{
  GstZcIdentity identity[ZC_KMS_MAX_PLANES] = { 0 };
  struct zc_kms_fb *fb;
  int ret = 0;

  *imported = false;
  if (image->n_planes > ZC_KMS_MAX_PLANES)
    return -EINVAL;
  for (unsigned i = 0; i < image->n_planes && ret == 0; i++)
    ret = gst_zc_identity_from_fd (&identity[i], image->fd[i]);
  if (ret < 0)
    return ret;

  pthread_mutex_lock (&device->fb_lock);
  for (fb = device->fbs; fb; fb = fb->next)
    if (same_picture (fb, image, identity))
      break;
  if (fb) {
    fb->refcount++;
    *out = fb;
  } else {
    ret = make (device, image, identity, out);
    *imported = ret == 0;
  }
  pthread_mutex_unlock (&device->fb_lock);
  return ret;
}

struct zc_kms_fb *
zc_kms_fb_ref (struct zc_kms_fb *fb)
{
  pthread_mutex_lock (&fb->device->fb_lock);
  fb->refcount++;
  pthread_mutex_unlock (&fb->device->fb_lock);
  return fb;
}

void
zc_kms_fb_unref (struct zc_kms_fb *fb)
{
  struct zc_kms_device *device;
  struct zc_kms_fb **link;
  bool last;

  if (!fb)
    return;
  device = fb->device;

  pthread_mutex_lock (&device->fb_lock);
  last = --fb->refcount == 0;
  if (last) {
    for (link = &device->fbs; *link != fb;)
      link = &(*link)->next;
    *link = fb->next;
  }
  pthread_mutex_unlock (&device->fb_lock);

  if (last) {
    close_fb (device, fb->id);
    free (fb);
  }
}
