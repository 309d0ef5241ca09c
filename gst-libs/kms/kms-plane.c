/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-plane.h"

#include "kms-sys.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[ZC_KMS_PLANE_N] = {
  "type",
  "IN_FORMATS",
  "IN_FENCE_FD",
  "zpos",
  "FB_ID",
  "CRTC_ID",
  "SRC_X",
  "SRC_Y",
  "SRC_W",
  "SRC_H",
  "CRTC_X",
  "CRTC_Y",
  "CRTC_W",
  "CRTC_H",
  "rotation",
  "alpha",
  "pixel blend mode",
  "COLOR_ENCODING",
  "COLOR_RANGE",
};

static int
append_format (struct zc_kms_plane *plane, uint32_t fourcc, uint64_t modifier)
{
  struct zc_kms_format *more = realloc (
      plane->formats, (plane->n_formats + 1) * sizeof (plane->formats[0]));

  if (!more)
    return -ENOMEM;
  more[plane->n_formats] = (struct zc_kms_format) { fourcc, modifier };
  plane->formats = more;
  plane->n_formats++;
  return 0;
}

/* Without IN_FORMATS a driver knows no modifiers: all it has is linear. */
static int
read_plain_formats (struct zc_kms_plane *plane, const drmModePlane *kernel)
{
  int ret = 0;

  for (uint32_t i = 0; i < kernel->count_formats && ret == 0; i++)
    ret = append_format (plane, kernel->formats[i], DRM_FORMAT_MOD_LINEAR);
  return ret;
}

static int
read_formats (struct zc_kms_device *device, struct zc_kms_plane *plane,
    const drmModePlane *kernel)
{
  drmModeFormatModifierIterator iterator = { 0 };
  drmModePropertyBlobRes *blob = NULL;
  uint32_t blob_id = plane->property[ZC_KMS_PLANE_IN_FORMATS].value;
  int ret = 0;

  if (device->has_modifiers && blob_id != 0)
    blob = zc_kms_sys.get_blob (device->fd, blob_id);
  if (!blob)
    return read_plain_formats (plane, kernel);

  while (ret == 0 && drmModeFormatModifierBlobIterNext (blob, &iterator))
    ret = append_format (plane, iterator.fmt, iterator.mod);
  drmModeFreePropertyBlob (blob);
  return ret;
}

/* What others left on our CRTC is ours to turn off and to bring back. */
static bool
is_usable (const drmModePlane *kernel, uint32_t crtc_id, unsigned crtc_index)
{
  return kernel->possible_crtcs & 1u << crtc_index &&
         (kernel->crtc_id == 0 || kernel->crtc_id == crtc_id);
}

/* The order in which planes are taken: the kernel's numbers are no order. */
static int
rank (const struct zc_kms_plane *plane)
{
  switch (plane->type) {
    case DRM_PLANE_TYPE_PRIMARY:
      return 0;
    case DRM_PLANE_TYPE_OVERLAY:
      return 1;
    default:
      return 2;
  }
}

static void
put (struct zc_kms_plane *planes, unsigned *n, struct zc_kms_plane plane)
{
  unsigned at = (*n)++;

  for (; at > 0 && rank (&planes[at - 1]) > rank (&plane); at--)
    planes[at] = planes[at - 1];
  planes[at] = plane;
}

static int
read_plane (struct zc_kms_device *device, uint32_t id, uint32_t crtc_id,
    unsigned crtc_index, struct zc_kms_plane *planes, unsigned *n)
{
  struct zc_kms_plane plane = { .id = id };
  drmModePlane *kernel = zc_kms_sys.get_plane (device->fd, id);
  int ret = 0;

  if (!kernel)
    return -errno;
  if (is_usable (kernel, crtc_id, crtc_index)) {
    plane.is_shared = kernel->possible_crtcs & ~(1u << crtc_index);
    ret = zc_kms_planes_refresh (device, crtc_id, &plane, 1);
    if (ret == 0)
      ret = read_formats (device, &plane, kernel);
    plane.type = plane.property[ZC_KMS_PLANE_TYPE].value;
    if (ret == 0)
      put (planes, n, plane);
    else
      free (plane.formats);
  }
  drmModeFreePlane (kernel);
  return ret;
}

int
zc_kms_planes_read (struct zc_kms_device *device, uint32_t crtc_id,
    unsigned crtc_index, struct zc_kms_plane **planes, unsigned *n_planes)
{
  drmModePlaneRes *all = zc_kms_sys.get_plane_resources (device->fd);
  int ret = 0;

  if (!all)
    return -errno;
  *n_planes = 0;
  *planes = calloc (all->count_planes + 1, sizeof ((*planes)[0]));
  if (!*planes)
    ret = -ENOMEM;
  for (uint32_t i = 0; i < all->count_planes && ret == 0; i++)
    ret = read_plane (
        device, all->planes[i], crtc_id, crtc_index, *planes, n_planes);
  drmModeFreePlaneResources (all);

  if (ret == 0 &&
      (*n_planes == 0 || (*planes)[0].type != DRM_PLANE_TYPE_PRIMARY))
    ret = -ENODEV;
  return ret;
}

int
zc_kms_planes_refresh (struct zc_kms_device *device, uint32_t crtc_id,
    struct zc_kms_plane *planes, unsigned n_planes)
{
  int ret = 0;

  for (unsigned i = 0; i < n_planes && ret == 0; i++) {
    const struct zc_kms_property *p = planes[i].property;

    ret = zc_kms_properties_read (device, planes[i].id, DRM_MODE_OBJECT_PLANE,
        names, ZC_KMS_PLANE_N, planes[i].property);
    planes[i].is_on = p[ZC_KMS_PLANE_CRTC_ID].value == crtc_id;
  }
  return ret;
}

void
zc_kms_planes_free (struct zc_kms_plane *planes, unsigned n_planes)
{
  for (unsigned i = 0; i < n_planes; i++)
    free (planes[i].formats);
  free (planes);
}

bool
zc_kms_plane_has_format (
    const struct zc_kms_plane *plane, uint32_t fourcc, uint64_t modifier)
{
  for (unsigned i = 0; i < plane->n_formats; i++)
    if (plane->formats[i].fourcc == fourcc &&
        plane->formats[i].modifier == modifier)
      return true;
  return false;
}

struct zc_kms_look
zc_kms_look_of (const struct zc_kms_fb *fb, struct zc_kms_rect destination)
{
  return (struct zc_kms_look) {
    .source = { .w = fb->image.width << 16, .h = fb->image.height << 16 },
    .destination = destination,
    .rotation = DRM_MODE_ROTATE_0,
    .alpha = ZC_KMS_ALPHA_OPAQUE,
  };
}

static void
add_enum (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    struct zc_kms_property property, const char *name)
{
  uint64_t value;

  if (name && zc_kms_property_enum (device, property, name, &value) == 0)
    zc_kms_atomic_set (atomic, property, value);
}

/* Whoever had the plane before may have set them; not all planes have them, or
 * need them. */
static void
add_unless_default (struct zc_kms_atomic *atomic,
    struct zc_kms_property property, uint64_t value, uint64_t usual)
{
  if (value == usual)
    zc_kms_atomic_set_optional (atomic, property, value);
  else
    zc_kms_atomic_set (atomic, property, value);
}

void
zc_kms_plane_add (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    const struct zc_kms_plane *plane, uint32_t crtc_id, uint32_t fb_id,
    const struct zc_kms_look *look)
{
  const struct zc_kms_property *p = plane->property;

  zc_kms_plane_add_flip (atomic, plane, fb_id);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_ID], crtc_id);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_SRC_X], look->source.x);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_SRC_Y], look->source.y);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_SRC_W], look->source.w);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_SRC_H], look->source.h);
  zc_kms_atomic_set (
      atomic, p[ZC_KMS_PLANE_CRTC_X], (int64_t) look->destination.x);
  zc_kms_atomic_set (
      atomic, p[ZC_KMS_PLANE_CRTC_Y], (int64_t) look->destination.y);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_W], look->destination.w);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_H], look->destination.h);
  add_unless_default (
      atomic, p[ZC_KMS_PLANE_ROTATION], look->rotation, DRM_MODE_ROTATE_0);
  add_unless_default (
      atomic, p[ZC_KMS_PLANE_ALPHA], look->alpha, ZC_KMS_ALPHA_OPAQUE);
  add_enum (atomic, device, p[ZC_KMS_PLANE_BLEND_MODE], "Pre-multiplied");
  add_enum (
      atomic, device, p[ZC_KMS_PLANE_COLOR_ENCODING], look->color_encoding);
  add_enum (atomic, device, p[ZC_KMS_PLANE_COLOR_RANGE], look->color_range);
}

void
zc_kms_plane_add_flip (struct zc_kms_atomic *atomic,
    const struct zc_kms_plane *plane, uint32_t fb_id)
{
  zc_kms_atomic_object (atomic, plane->id);
  zc_kms_atomic_set (atomic, plane->property[ZC_KMS_PLANE_FB_ID], fb_id);
}

void
zc_kms_plane_add_off (
    struct zc_kms_atomic *atomic, const struct zc_kms_plane *plane)
{
  zc_kms_atomic_object (atomic, plane->id);
  zc_kms_atomic_set (atomic, plane->property[ZC_KMS_PLANE_FB_ID], 0);
  zc_kms_atomic_set (atomic, plane->property[ZC_KMS_PLANE_CRTC_ID], 0);
}

void
zc_kms_plane_add_found (
    struct zc_kms_atomic *atomic, const struct zc_kms_plane *plane)
{
  zc_kms_atomic_object (atomic, plane->id);
  for (unsigned i = ZC_KMS_PLANE_FB_ID; i < ZC_KMS_PLANE_N; i++)
    zc_kms_atomic_set_optional (
        atomic, plane->property[i], plane->property[i].value);
}
