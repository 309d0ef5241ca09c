/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-connector.h"

#include "kms-sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[ZC_KMS_CONNECTOR_N] = {
  "CRTC_ID",
  "EDID",
  "link-status",
  "vrr_capable",
  "HDR_OUTPUT_METADATA",
  "Colorspace",
  "max bpc",
};

static void
get_name (const drmModeConnector *kernel, char *name, size_t size)
{
  const char *type = drmModeGetConnectorTypeName (kernel->connector_type);

  snprintf (
      name, size, "%s-%u", type ? type : "Unknown", kernel->connector_type_id);
}

static uint32_t
get_crtc (struct zc_kms_device *device, uint32_t encoder_id)
{
  drmModeEncoder *encoder = NULL;
  uint32_t crtc_id;

  if (encoder_id != 0)
    encoder = zc_kms_sys.get_encoder (device->fd, encoder_id);
  crtc_id = encoder ? encoder->crtc_id : 0;
  drmModeFreeEncoder (encoder);
  return crtc_id;
}

/* Those that cannot tell whether a monitor is there (VGA, composite) can have
 * modes all the same. */
static bool
is_connected (const drmModeConnector *kernel)
{
  return kernel->connection != DRM_MODE_DISCONNECTED && kernel->count_modes > 0;
}

/* How good a choice: 0 unusable, 1 perhaps connected, 2 connected, 3 showing
 * something already. */
static int
rank (struct zc_kms_device *device, const drmModeConnector *kernel)
{
  if (!is_connected (kernel))
    return 0;
  if (kernel->connection != DRM_MODE_CONNECTED)
    return 1;
  return get_crtc (device, kernel->encoder_id) != 0 ? 3 : 2;
}

static int
find_named (struct zc_kms_device *device, const drmModeRes *resources,
    const char *name, uint32_t *id)
{
  for (int i = 0; i < resources->count_connectors; i++) {
    drmModeConnector *kernel = zc_kms_sys.get_connector (
        device->fd, resources->connectors[i]);
    char its_name[32] = "";

    if (!kernel)
      continue;
    get_name (kernel, its_name, sizeof (its_name));
    *id = kernel->connector_id;
    drmModeFreeConnector (kernel);
    if (strcmp (name, its_name) == 0)
      return 0;
  }
  return -ENODEV;
}

static int
find_best (
    struct zc_kms_device *device, const drmModeRes *resources, uint32_t *id)
{
  int best = 0;

  for (int i = 0; i < resources->count_connectors; i++) {
    drmModeConnector *kernel = zc_kms_sys.get_connector (
        device->fd, resources->connectors[i]);
    int its_rank;

    if (!kernel)
      continue;
    its_rank = rank (device, kernel);
    if (its_rank > best) {
      best = its_rank;
      *id = kernel->connector_id;
    }
    drmModeFreeConnector (kernel);
  }
  if (best > 0)
    return 0;
  return resources->count_connectors > 0 ? -ENXIO : -ENODEV;
}

int
zc_kms_connector_find (
    struct zc_kms_device *device, const char *name, uint32_t *id)
{
  drmModeRes *resources = zc_kms_sys.get_resources (device->fd);
  uint32_t found;
  int ret;

  if (!resources)
    return -errno;
  if (name)
    ret = find_named (device, resources, name, &found);
  else
    ret = find_best (device, resources, &found);
  drmModeFreeResources (resources);
  if (ret == 0 && id)
    *id = found;
  return ret;
}

static int
copy_modes (struct zc_kms_connector *self, const drmModeConnector *kernel)
{
  unsigned preferred = 0;

  self->n_modes = kernel->count_modes;
  if (self->n_modes == 0)
    return 0;
  self->modes = calloc (self->n_modes, sizeof (self->modes[0]));
  if (!self->modes)
    return -ENOMEM;
  memcpy (self->modes, kernel->modes, self->n_modes * sizeof (self->modes[0]));

  for (unsigned i = self->n_modes; i-- > 0;)
    if (self->modes[i].type & DRM_MODE_TYPE_PREFERRED)
      preferred = i;
  if (preferred != 0) {
    drmModeModeInfo mode = self->modes[preferred];

    memmove (
        &self->modes[1], &self->modes[0], preferred * sizeof (self->modes[0]));
    self->modes[0] = mode;
  }
  return 0;
}

static uint32_t
possible_crtcs (struct zc_kms_device *device, const drmModeConnector *kernel)
{
  uint32_t mask = 0;

  for (int i = 0; i < kernel->count_encoders; i++) {
    drmModeEncoder *encoder = zc_kms_sys.get_encoder (
        device->fd, kernel->encoders[i]);

    if (encoder)
      mask |= encoder->possible_crtcs;
    drmModeFreeEncoder (encoder);
  }
  return mask;
}

int
zc_kms_connector_read (
    struct zc_kms_device *device, uint32_t id, struct zc_kms_connector *self)
{
  drmModeConnector *kernel = zc_kms_sys.get_connector_current (device->fd, id);
  int ret;

  *self = (struct zc_kms_connector) { .id = id };
  if (!kernel)
    return -errno;
  get_name (kernel, self->name, sizeof (self->name));
  self->is_connected = is_connected (kernel);
  self->width_mm = kernel->mmWidth;
  self->height_mm = kernel->mmHeight;
  self->possible_crtcs = possible_crtcs (device, kernel);
  self->crtc_id = get_crtc (device, kernel->encoder_id);
  ret = copy_modes (self, kernel);
  if (ret == 0)
    ret = zc_kms_connector_refresh (device, self);
  drmModeFreeConnector (kernel);
  if (ret < 0)
    zc_kms_connector_clear (self);
  return ret;
}

int
zc_kms_connector_refresh (
    struct zc_kms_device *device, struct zc_kms_connector *self)
{
  return zc_kms_properties_read (device, self->id, DRM_MODE_OBJECT_CONNECTOR,
      names, ZC_KMS_CONNECTOR_N, self->property);
}

void
zc_kms_connector_clear (struct zc_kms_connector *self)
{
  free (self->modes);
  *self = (struct zc_kms_connector) { 0 };
}
