/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-plane.h"

#include "kms-sys.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>

static const char *const names[ZC_KMS_PLANE_N] = {
  "type",
  "IN_FORMATS",
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

static bool
is_usable (const drmModePlane *kernel, const struct zc_kms_plane *plane,
    uint32_t crtc_id, unsigned crtc_index)
{
  if (!(kernel->possible_crtcs & 1u << crtc_index))
    return false;
  if (plane->type == DRM_PLANE_TYPE_PRIMARY)
    return kernel->crtc_id == 0 || kernel->crtc_id == crtc_id;
  return plane->type == DRM_PLANE_TYPE_OVERLAY && kernel->crtc_id == 0;
}

static void
put (struct zc_kms_plane *planes, unsigned *n, struct zc_kms_plane plane)
{
  if (plane.type == DRM_PLANE_TYPE_PRIMARY && *n > 0) {
    planes[*n] = planes[0];
    planes[0] = plane;
  } else {
    planes[*n] = plane;
  }
  (*n)++;
}

static int
read_plane (struct zc_kms_device *device, uint32_t id, uint32_t crtc_id,
    unsigned crtc_index, struct zc_kms_plane *planes, unsigned *n)
{
  struct zc_kms_plane plane = { .id = id };
  drmModePlane *kernel = zc_kms_sys.get_plane (device->fd, id);
  int ret;

  if (!kernel)
    return -errno;
  ret = zc_kms_properties_read (
      device, id, DRM_MODE_OBJECT_PLANE, names, ZC_KMS_PLANE_N, plane.property);
  plane.type = plane.property[ZC_KMS_PLANE_TYPE].value;
  if (ret == 0 && is_usable (kernel, &plane, crtc_id, crtc_index)) {
    ret = read_formats (device, &plane, kernel);
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

void
zc_kms_plane_add (struct zc_kms_atomic *atomic,
    const struct zc_kms_plane *plane, uint32_t crtc_id,
    const struct zc_kms_fb *fb, const struct zc_kms_rect *destination)
{
  const struct zc_kms_property *p = plane->property;

  zc_kms_atomic_object (atomic, plane->id);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_FB_ID], fb->id);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_ID], crtc_id);
  /* the source in 16.16 fixed point */
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_SRC_X], 0);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_SRC_Y], 0);
  zc_kms_atomic_set (
      atomic, p[ZC_KMS_PLANE_SRC_W], (uint64_t) fb->image.width << 16);
  zc_kms_atomic_set (
      atomic, p[ZC_KMS_PLANE_SRC_H], (uint64_t) fb->image.height << 16);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_X], (int64_t) destination->x);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_Y], (int64_t) destination->y);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_W], destination->w);
  zc_kms_atomic_set (atomic, p[ZC_KMS_PLANE_CRTC_H], destination->h);
}

static void
add_enum (struct zc_kms_atomic *atomic, const struct zc_kms_device *device,
    struct zc_kms_property property, const char *name)
{
  uint64_t value;

  if (name && zc_kms_property_enum (device, property, name, &value) == 0)
    zc_kms_atomic_set (atomic, property, value);
}

void
zc_kms_plane_add_color (struct zc_kms_atomic *atomic,
    const struct zc_kms_device *device, const struct zc_kms_plane *plane,
    const char *encoding, const char *range)
{
  add_enum (
      atomic, device, plane->property[ZC_KMS_PLANE_COLOR_ENCODING], encoding);
  add_enum (atomic, device, plane->property[ZC_KMS_PLANE_COLOR_RANGE], range);
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
