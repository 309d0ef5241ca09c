/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-output.h"

#include "kms-plane.h"
#include "kms-sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const connector_names[ZC_KMS_CONNECTOR_N] = { "CRTC_ID" };
static const char *const crtc_names[ZC_KMS_CRTC_N] = { "ACTIVE", "MODE_ID" };

static void
connector_name (const drmModeConnector *connector, char *name, size_t size)
{
  const char *type = drmModeGetConnectorTypeName (connector->connector_type);

  snprintf (name, size, "%s-%u", type ? type : "Unknown",
      connector->connector_type_id);
}

/* How good a choice: 0 unusable, 1 connected, 2 showing something already. */
static int
rank_connector (struct zc_kms_device *device, const drmModeConnector *connector)
{
  drmModeEncoder *encoder;
  int rank = 1;

  if (connector->connection != DRM_MODE_CONNECTED ||
      connector->count_modes == 0)
    return 0;
  encoder = zc_kms_sys.get_encoder (device->fd, connector->encoder_id);
  if (encoder && encoder->crtc_id != 0)
    rank = 2;
  drmModeFreeEncoder (encoder);
  return rank;
}

int
zc_kms_output_find_connector (
    struct zc_kms_device *device, const char *name, uint32_t *id)
{
  drmModeRes *resources = zc_kms_sys.get_resources (device->fd);
  int ret = -ENODEV, best = 0;

  if (!resources)
    return -errno;
  for (int i = 0; i < resources->count_connectors; i++) {
    drmModeConnector *connector = zc_kms_sys.get_connector (
        device->fd, resources->connectors[i]);
    char its_name[32];
    int rank;

    if (!connector)
      continue;
    connector_name (connector, its_name, sizeof (its_name));
    if (!name || strcmp (name, its_name) == 0) {
      rank = rank_connector (device, connector);
      if (ret == -ENODEV)
        ret = -ENXIO;
      if (rank > best) {
        best = rank;
        ret = 0;
        if (id)
          *id = connector->connector_id;
      }
    }
    drmModeFreeConnector (connector);
  }
  drmModeFreeResources (resources);
  return ret;
}

static int
copy_modes (struct zc_kms_output *output, const drmModeConnector *connector)
{
  unsigned preferred = 0;

  output->n_modes = connector->count_modes;
  output->modes = calloc (output->n_modes, sizeof (output->modes[0]));
  if (!output->modes)
    return -ENOMEM;
  memcpy (output->modes, connector->modes,
      output->n_modes * sizeof (output->modes[0]));

  for (unsigned i = output->n_modes; i-- > 0;)
    if (output->modes[i].type & DRM_MODE_TYPE_PREFERRED)
      preferred = i;
  if (preferred != 0) {
    drmModeModeInfo mode = output->modes[preferred];

    memmove (&output->modes[1], &output->modes[0],
        preferred * sizeof (output->modes[0]));
    output->modes[0] = mode;
  }
  return 0;
}

/* CRTCs that drive another connector, as a mask of their indices. */
static uint32_t
busy_crtcs (const struct zc_kms_output *output, const drmModeRes *resources)
{
  uint32_t mask = 0;

  for (int i = 0; i < resources->count_encoders; i++) {
    drmModeEncoder *encoder = zc_kms_sys.get_encoder (
        output->device->fd, resources->encoders[i]);

    for (int j = 0; encoder && j < resources->count_crtcs; j++)
      if (encoder->crtc_id == resources->crtcs[j])
        mask |= 1u << j;
    drmModeFreeEncoder (encoder);
  }
  return mask;
}

/* CRTCs that can drive the connector, as a mask; *CURRENT is the one that
 * does, or 0. */
static uint32_t
possible_crtcs (const struct zc_kms_output *output,
    const drmModeConnector *connector, uint32_t *current)
{
  uint32_t mask = 0;

  *current = 0;
  for (int i = 0; i < connector->count_encoders; i++) {
    drmModeEncoder *encoder = zc_kms_sys.get_encoder (
        output->device->fd, connector->encoders[i]);

    if (!encoder)
      continue;
    mask |= encoder->possible_crtcs;
    if (encoder->encoder_id == connector->encoder_id)
      *current = encoder->crtc_id;
    drmModeFreeEncoder (encoder);
  }
  return mask;
}

static int
choose_crtc (struct zc_kms_output *output, const drmModeConnector *connector,
    const drmModeRes *resources)
{
  uint32_t current;
  uint32_t possible = possible_crtcs (output, connector, &current);
  uint32_t busy = busy_crtcs (output, resources);

  for (int i = 0; i < resources->count_crtcs; i++) {
    bool usable = current ? resources->crtcs[i] == current
                          : possible & ~busy & 1u << i;

    if (usable) {
      output->crtc_id = resources->crtcs[i];
      output->crtc_index = i;
      return 0;
    }
  }
  return -EUSERS;
}

static int
read_connector (struct zc_kms_output *output, const drmModeRes *resources)
{
  drmModeConnector *connector = zc_kms_sys.get_connector (
      output->device->fd, output->connector_id);
  int ret;

  if (!connector)
    return -errno;
  connector_name (connector, output->name, sizeof (output->name));
  ret = copy_modes (output, connector);
  if (ret == 0)
    ret = choose_crtc (output, connector, resources);
  drmModeFreeConnector (connector);
  return ret;
}

static int
read_crtc (struct zc_kms_output *output)
{
  drmModeCrtc *crtc = zc_kms_sys.get_crtc (output->device->fd, output->crtc_id);
  int ret;

  if (!crtc)
    return -errno;
  output->was_lit = crtc->mode_valid;
  output->found_mode = crtc->mode;
  drmModeFreeCrtc (crtc);

  ret = zc_kms_properties_read (output->device, output->crtc_id,
      DRM_MODE_OBJECT_CRTC, crtc_names, ZC_KMS_CRTC_N, output->crtc);
  if (ret == 0)
    ret = zc_kms_properties_read (output->device, output->connector_id,
        DRM_MODE_OBJECT_CONNECTOR, connector_names, ZC_KMS_CONNECTOR_N,
        output->connector);
  return ret;
}

int
zc_kms_output_open (struct zc_kms_output **out, struct zc_kms_device *device,
    const char *connector)
{
  struct zc_kms_output *output = calloc (1, sizeof (*output));
  drmModeRes *resources = zc_kms_sys.get_resources (device->fd);
  int ret;

  *out = NULL;
  if (!output || !resources) {
    free (output);
    drmModeFreeResources (resources);
    return -ENOMEM;
  }
  output->device = device;

  ret = zc_kms_output_find_connector (device, connector, &output->connector_id);
  if (ret == 0)
    ret = read_connector (output, resources);
  if (ret == 0)
    ret = read_crtc (output);
  if (ret == 0)
    ret = zc_kms_planes_read (device, output->crtc_id, output->crtc_index,
        &output->planes, &output->n_planes);
  drmModeFreeResources (resources);
  if (ret < 0) {
    zc_kms_output_close (output);
    return ret;
  }
  *out = output;
  return 0;
}

void
zc_kms_output_close (struct zc_kms_output *output)
{
  if (!output)
    return;
  zc_kms_planes_free (output->planes, output->n_planes);
  free (output->modes);
  free (output);
}

const drmModeModeInfo *
zc_kms_output_current_mode (const struct zc_kms_output *output)
{
  return output->was_lit ? &output->found_mode : &output->modes[0];
}

uint32_t
zc_kms_mode_rate_mhz (const drmModeModeInfo *mode)
{
  uint64_t pixels = (uint64_t) mode->htotal * mode->vtotal;
  uint64_t rate = pixels ? (uint64_t) mode->clock * 1000000 / pixels : 0;

  if (mode->flags & DRM_MODE_FLAG_INTERLACE)
    rate *= 2;
  if (mode->flags & DRM_MODE_FLAG_DBLSCAN)
    rate /= 2;
  return rate;
}

static uint32_t
distance (uint32_t a, uint32_t b)
{
  return a > b ? a - b : b - a;
}

/* Whether mode A is better than B: smaller, then nearer to the rate. */
static bool
is_better (
    const drmModeModeInfo *a, const drmModeModeInfo *b, uint32_t rate_mhz)
{
  uint32_t area_a = a->hdisplay * a->vdisplay;
  uint32_t area_b = b->hdisplay * b->vdisplay;

  if (area_a != area_b)
    return area_a < area_b;
  return distance (zc_kms_mode_rate_mhz (a), rate_mhz) <
         distance (zc_kms_mode_rate_mhz (b), rate_mhz);
}

const drmModeModeInfo *
zc_kms_output_find_mode (const struct zc_kms_output *output, uint32_t width,
    uint32_t height, uint32_t rate_mhz, bool exact)
{
  const drmModeModeInfo *best = NULL;

  for (unsigned i = 0; i < output->n_modes; i++) {
    const drmModeModeInfo *mode = &output->modes[i];
    bool fits = mode->hdisplay >= width && mode->vdisplay >= height;

    if (exact)
      fits = mode->hdisplay == width && mode->vdisplay == height;
    if (fits && !(mode->flags & DRM_MODE_FLAG_INTERLACE) &&
        (!best || is_better (mode, best, rate_mhz)))
      best = mode;
  }
  return best;
}

static int
create_mode_blob (const struct zc_kms_device *device,
    const drmModeModeInfo *mode, uint32_t *id)
{
  struct drm_mode_create_blob blob = {
    .data = (uintptr_t) mode,
    .length = sizeof (*mode),
  };
  int ret = zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_CREATEPROPBLOB, &blob);

  *id = ret == 0 ? blob.blob_id : 0;
  return ret;
}

/* Whoever uses the blob holds it. */
static void
destroy_mode_blob (const struct zc_kms_device *device, uint32_t id)
{
  struct drm_mode_destroy_blob blob = { .blob_id = id };

  if (id != 0)
    zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_DESTROYPROPBLOB, &blob);
}

static void
add_lit (struct zc_kms_atomic *atomic, const struct zc_kms_output *output,
    uint32_t mode_blob, uint64_t active)
{
  zc_kms_atomic_object (atomic, output->connector_id);
  zc_kms_atomic_set (atomic, output->connector[ZC_KMS_CONNECTOR_CRTC_ID],
      mode_blob ? output->crtc_id : 0);
  zc_kms_atomic_object (atomic, output->crtc_id);
  zc_kms_atomic_set (atomic, output->crtc[ZC_KMS_CRTC_MODE_ID], mode_blob);
  zc_kms_atomic_set (atomic, output->crtc[ZC_KMS_CRTC_ACTIVE], active);
}

static void
add_planes (struct zc_kms_atomic *atomic, const struct zc_kms_output *output,
    const struct zc_kms_state *state)
{
  struct zc_kms_rect screen = { 0, 0, state->mode->hdisplay,
    state->mode->vdisplay };

  for (unsigned i = 0; i < output->n_planes; i++) {
    const struct zc_kms_plane *plane = &output->planes[i];

    if (plane == state->plane) {
      zc_kms_plane_add (
          atomic, plane, output->crtc_id, state->fb, &state->destination);
      zc_kms_plane_add_color (atomic, output->device, plane,
          state->color_encoding, state->color_range);
    } else if (plane->type == DRM_PLANE_TYPE_PRIMARY && state->background) {
      zc_kms_plane_add (
          atomic, plane, output->crtc_id, state->background, &screen);
    } else {
      zc_kms_plane_add_off (atomic, plane);
    }
  }
}

static int
commit_state (struct zc_kms_output *output, const struct zc_kms_state *state,
    uint32_t flags)
{
  struct zc_kms_atomic atomic;
  uint32_t blob;
  int ret = create_mode_blob (output->device, state->mode, &blob);

  if (ret < 0)
    return ret;
  zc_kms_atomic_init (&atomic);
  add_lit (&atomic, output, blob, 1);
  add_planes (&atomic, output, state);
  ret = zc_kms_atomic_commit (
      &atomic, output->device, flags | DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
  destroy_mode_blob (output->device, blob);
  return ret;
}

int
zc_kms_output_test (
    struct zc_kms_output *output, const struct zc_kms_state *state)
{
  return commit_state (output, state, DRM_MODE_ATOMIC_TEST_ONLY);
}

int
zc_kms_output_commit (
    struct zc_kms_output *output, const struct zc_kms_state *state)
{
  int ret = commit_state (output, state, 0);

  if (ret == 0)
    output->changed = true;
  return ret;
}

static int
commit_found (struct zc_kms_output *output, bool with_pictures)
{
  struct zc_kms_atomic atomic;
  uint32_t blob = 0;
  int ret = 0;

  if (output->was_lit && with_pictures)
    ret = create_mode_blob (output->device, &output->found_mode, &blob);
  if (ret < 0)
    return ret;

  zc_kms_atomic_init (&atomic);
  /* It may have had a mode and been asleep. */
  add_lit (
      &atomic, output, blob, blob ? output->crtc[ZC_KMS_CRTC_ACTIVE].value : 0);
  for (unsigned i = 0; i < output->n_planes; i++) {
    if (with_pictures)
      zc_kms_plane_add_found (&atomic, &output->planes[i]);
    else
      zc_kms_plane_add_off (&atomic, &output->planes[i]);
  }
  ret = zc_kms_atomic_commit (
      &atomic, output->device, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
  destroy_mode_blob (output->device, blob);
  return ret;
}

int
zc_kms_output_restore (struct zc_kms_output *output)
{
  int ret;

  if (!output->changed)
    return 0;
  output->changed = false;

  /* The old picture may be gone: framebuffers die with their owner. */
  ret = commit_found (output, true);
  if (ret < 0)
    commit_found (output, false);
  return ret;
}
