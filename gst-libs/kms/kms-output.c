/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-output.h"

#include "kms-planner.h"
#include "kms-sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const crtc_names[ZC_KMS_CRTC_N] = {
  "ACTIVE",
  "MODE_ID",
  "VRR_ENABLED",
  "OUT_FENCE_PTR",
};

/* --- found ------------------------------------------------------------- */

/* CRTCs of our other outputs, as a mask of their indices. */
static uint32_t
own_crtcs (const struct zc_kms_device *device)
{
  uint32_t mask = 0;

  for (const struct zc_kms_output *o = device->outputs; o; o = o->next)
    mask |= 1u << o->crtc_index;
  return mask;
}

/* The same of those that drive a connector. */
static uint32_t
lit_crtcs (struct zc_kms_device *device, const drmModeRes *resources)
{
  uint32_t mask = 0;

  for (int i = 0; i < resources->count_encoders; i++) {
    drmModeEncoder *encoder = zc_kms_sys.get_encoder (
        device->fd, resources->encoders[i]);

    for (int j = 0; encoder && j < resources->count_crtcs; j++)
      if (encoder->crtc_id == resources->crtcs[j])
        mask |= 1u << j;
    drmModeFreeEncoder (encoder);
  }
  return mask;
}

/* The one that drives it already, but not if another output of ours has that:
 * who lit the screens may have cloned one. */
static int
choose_crtc (struct zc_kms_output *self, const drmModeRes *resources)
{
  uint32_t own = own_crtcs (self->device);
  uint32_t usable = self->connector.possible_crtcs & ~own &
                    ~lit_crtcs (self->device, resources);

  for (int i = 0; i < resources->count_crtcs; i++)
    if (resources->crtcs[i] == self->connector.crtc_id && !(own & 1u << i))
      usable = 1u << i;
  for (int i = 0; i < resources->count_crtcs; i++)
    if (usable & 1u << i) {
      self->crtc_id = resources->crtcs[i];
      self->crtc_index = i;
      return 0;
    }
  return -EUSERS;
}

static int
read_crtc (struct zc_kms_output *self)
{
  drmModeCrtc *crtc = zc_kms_sys.get_crtc (self->device->fd, self->crtc_id);

  if (!crtc)
    return -errno;
  self->was_lit = crtc->mode_valid;
  self->found_mode = crtc->mode;
  drmModeFreeCrtc (crtc);
  return zc_kms_properties_read (self->device, self->crtc_id,
      DRM_MODE_OBJECT_CRTC, crtc_names, ZC_KMS_CRTC_N, self->crtc);
}

static int
read_all (struct zc_kms_output *self, uint32_t connector_id)
{
  drmModeRes *resources = zc_kms_sys.get_resources (self->device->fd);
  int ret;

  if (!resources)
    return -errno;
  ret = zc_kms_connector_read (self->device, connector_id, &self->connector);
  if (ret == 0 && !self->connector.is_connected)
    ret = -ENXIO;
  if (ret == 0)
    ret = choose_crtc (self, resources);
  if (ret == 0)
    ret = read_crtc (self);
  if (ret == 0)
    ret = zc_kms_planes_read (self->device, self->crtc_id, self->crtc_index,
        &self->planes, &self->n_planes);
  drmModeFreeResources (resources);
  return ret;
}

/* --- shared ------------------------------------------------------------ */

static void
output_free (struct zc_kms_output *self)
{
  zc_kms_presenter_clear (&self->presenter);
  pthread_mutex_destroy (&self->lock);
  zc_kms_planes_free (self->planes, self->n_planes);
  zc_kms_signal_clear (&self->signal);
  zc_kms_connector_clear (&self->connector);
  free (self);
}

/* With the device's lock held. */
static int
output_new (struct zc_kms_output **out, struct zc_kms_device *device,
    uint32_t connector_id)
{
  struct zc_kms_output *self = calloc (1, sizeof (*self));
  int ret;

  if (!self)
    return -ENOMEM;
  self->device = device;
  self->connector_id = connector_id;
  self->refcount = 1;
  pthread_mutex_init (&self->lock, NULL);
  ret = read_all (self, connector_id);
  zc_kms_presenter_init (&self->presenter, device, self->crtc_id,
      self->crtc[ZC_KMS_CRTC_OUT_FENCE_PTR]);
  if (ret < 0) {
    output_free (self);
    return ret;
  }
  self->next = device->outputs;
  device->outputs = self;
  *out = self;
  return 0;
}

/* The kernel asks a monitor what it can only for the master
 * (drm_mode_getconnector()). For others there is what is known already. */
static int
find_connector (struct zc_kms_device *device, const char *name, uint32_t *id)
{
  bool is_master = zc_kms_device_become_master (device) == 0;
  int ret = zc_kms_connector_find (device, name, id);

  if (is_master)
    zc_kms_device_drop_master (device);
  return ret;
}

int
zc_kms_output_get (
    struct zc_kms_output **out, struct zc_kms_device *device, const char *name)
{
  struct zc_kms_output *self;
  uint32_t connector_id;
  int ret;

  *out = NULL;
  ret = find_connector (device, name, &connector_id);
  if (ret < 0)
    return ret;
  pthread_mutex_lock (&device->lock);
  self = device->outputs;
  while (self && self->connector_id != connector_id)
    self = self->next;
  if (self) {
    self->refcount++;
    *out = self;
  } else {
    ret = output_new (out, device, connector_id);
  }
  pthread_mutex_unlock (&device->lock);
  return ret;
}

void
zc_kms_output_put (struct zc_kms_output *self)
{
  struct zc_kms_device *device;
  struct zc_kms_output **link;
  bool last;

  if (!self)
    return;
  device = self->device;
  pthread_mutex_lock (&device->lock);
  last = --self->refcount == 0;
  if (last) {
    for (link = &device->outputs; *link != self;)
      link = &(*link)->next;
    *link = self->next;
  }
  pthread_mutex_unlock (&device->lock);
  if (last)
    output_free (self);
}

/* With the lock held: what we changed ourselves was not found, whatever the
 * kernel says now. */
static void
take_signal (struct zc_kms_output *self, const struct zc_kms_connector *fresh)
{
  static const enum zc_kms_connector_property ours[] = {
    ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA,
    ZC_KMS_CONNECTOR_COLORSPACE,
    ZC_KMS_CONNECTOR_MAX_BPC,
  };
  struct zc_kms_property found[3];

  for (unsigned i = 0; i < 3; i++)
    found[i] = self->connector.property[ours[i]];
  memcpy (self->connector.property, fresh->property, sizeof (fresh->property));
  if (self->changed) {
    for (unsigned i = 0; i < 3; i++)
      self->connector.property[ours[i]].value = found[i].value;
    zc_kms_signal_read_monitor (
        self->device, &self->connector, &self->signal.monitor);
  } else {
    zc_kms_signal_clear (&self->signal);
    zc_kms_signal_read (self->device, &self->connector, &self->signal);
  }
}

/* With the lock held. The name stays, which others read. */
static void
take_connector (struct zc_kms_output *self, struct zc_kms_connector *fresh)
{
  struct zc_kms_connector *own = &self->connector;

  free (own->modes);
  own->modes = fresh->modes;
  own->n_modes = fresh->n_modes;
  own->is_connected = fresh->is_connected;
  own->width_mm = fresh->width_mm;
  own->height_mm = fresh->height_mm;
  take_signal (self, fresh);
  self->is_lit = false;
}

int
zc_kms_output_probe (struct zc_kms_output *self)
{
  struct zc_kms_connector fresh;
  bool is_connected;
  int ret;

  find_connector (self->device, NULL, NULL);
  ret = zc_kms_connector_read (self->device, self->connector_id, &fresh);
  if (ret < 0)
    return ret;
  is_connected = fresh.is_connected;
  pthread_mutex_lock (&self->lock);
  take_connector (self, &fresh);
  pthread_mutex_unlock (&self->lock);
  return is_connected ? 0 : -ENXIO;
}

void
zc_kms_output_forget (struct zc_kms_output *self)
{
  pthread_mutex_lock (&self->lock);
  self->is_lit = false;
  pthread_mutex_unlock (&self->lock);
}

void
zc_kms_output_get_monitor (
    struct zc_kms_output *self, struct zc_kms_monitor *monitor)
{
  const struct zc_kms_connector *connector = &self->connector;

  pthread_mutex_lock (&self->lock);
  monitor->width_mm = connector->width_mm;
  monitor->height_mm = connector->height_mm;
  monitor->can_vary = connector->property[ZC_KMS_CONNECTOR_VRR_CAPABLE].value ==
                          1 &&
                      self->crtc[ZC_KMS_CRTC_VRR_ENABLED].id != 0;
  monitor->n_modes = connector->n_modes < ZC_KMS_MAX_MODES ? connector->n_modes
                                                           : ZC_KMS_MAX_MODES;
  if (monitor->n_modes > 0)
    memcpy (monitor->modes, connector->modes,
        monitor->n_modes * sizeof (monitor->modes[0]));
  pthread_mutex_unlock (&self->lock);
}

const char *
zc_kms_output_describe (struct zc_kms_output *self, char *name, size_t size)
{
  const char *connector = self->connector.name;
  char monitor[ZC_KMS_OUTPUT_NAME_SIZE - sizeof (self->connector.name)];

  pthread_mutex_lock (&self->lock);
  zc_kms_edid_name (&self->signal.monitor, monitor, sizeof (monitor));
  pthread_mutex_unlock (&self->lock);
  if (monitor[0])
    snprintf (name, size, "%s (%s)", connector, monitor);
  else
    snprintf (name, size, "%s", connector);
  return name;
}

/* --- modes ------------------------------------------------------------- */

drmModeModeInfo
zc_kms_output_current_mode (struct zc_kms_output *self)
{
  drmModeModeInfo mode;

  pthread_mutex_lock (&self->lock);
  if (self->is_lit)
    mode = self->setup.mode;
  else if (self->was_lit)
    mode = self->found_mode;
  else if (self->connector.n_modes > 0)
    mode = self->connector.modes[0];
  else
    mode = (drmModeModeInfo) { 0 }; /* unplugged */
  pthread_mutex_unlock (&self->lock);
  return mode;
}

int
zc_kms_setup_blobs_create (const struct zc_kms_output *self,
    const struct zc_kms_setup *setup, struct zc_kms_setup_blobs *blobs)
{
  int ret = zc_kms_blob_create (
      self->device, &setup->mode, sizeof (setup->mode), &blobs->mode);

  blobs->hdr = 0;
  if (ret == 0)
    ret = zc_kms_signal_blob_create (
        self->device, &self->connector, &setup->signal, &blobs->hdr);
  return ret;
}

void
zc_kms_setup_blobs_destroy (
    const struct zc_kms_output *self, const struct zc_kms_setup_blobs *blobs)
{
  zc_kms_blob_destroy (self->device, blobs->mode);
  zc_kms_blob_destroy (self->device, blobs->hdr);
}

const char *
zc_kms_output_fit (struct zc_kms_output *self, struct zc_kms_signal *signal)
{
  const char *why;

  pthread_mutex_lock (&self->lock);
  why = zc_kms_signal_fit (
      self->device, &self->connector, &self->signal, signal);
  pthread_mutex_unlock (&self->lock);
  return why;
}

bool
zc_kms_output_get_setup (struct zc_kms_output *self, struct zc_kms_setup *setup)
{
  bool is_lit;

  pthread_mutex_lock (&self->lock);
  is_lit = self->is_lit;
  if (is_lit)
    *setup = self->setup;
  pthread_mutex_unlock (&self->lock);
  return is_lit;
}

/* --- lighting and restoring -------------------------------------------- */

/* A link that was lost (a bad cable) is tried again with a mode. */
static void
add_connector (struct zc_kms_atomic *atomic, const struct zc_kms_output *self,
    uint32_t mode_blob)
{
  zc_kms_atomic_object (atomic, self->connector_id);
  zc_kms_atomic_set (atomic, self->connector.property[ZC_KMS_CONNECTOR_CRTC_ID],
      mode_blob ? self->crtc_id : 0);
  zc_kms_atomic_set_optional (atomic,
      self->connector.property[ZC_KMS_CONNECTOR_LINK_STATUS],
      DRM_MODE_LINK_STATUS_GOOD);
}

static void
add_crtc (struct zc_kms_atomic *atomic, const struct zc_kms_output *self,
    uint32_t mode_blob, uint64_t active, uint64_t variable_refresh)
{
  zc_kms_atomic_object (atomic, self->crtc_id);
  zc_kms_atomic_set (atomic, self->crtc[ZC_KMS_CRTC_MODE_ID], mode_blob);
  zc_kms_atomic_set (atomic, self->crtc[ZC_KMS_CRTC_ACTIVE], active);
  zc_kms_atomic_set_optional (
      atomic, self->crtc[ZC_KMS_CRTC_VRR_ENABLED], variable_refresh);
}

void
zc_kms_output_add_setup (struct zc_kms_atomic *atomic,
    const struct zc_kms_output *self, const struct zc_kms_setup *setup,
    const struct zc_kms_setup_blobs *blobs)
{
  add_connector (atomic, self, blobs->mode);
  zc_kms_signal_add (atomic, self->device, &self->connector, &self->signal,
      &setup->signal, blobs->hdr);
  add_crtc (atomic, self, blobs->mode, 1, setup->variable_refresh);
}

/* What another CRTC has meanwhile is not ours to touch, nor what it had when we
 * came and has left since. */
static bool
is_ours (const struct zc_kms_output *self, const struct zc_kms_plane *plane)
{
  uint64_t found = plane->property[ZC_KMS_PLANE_CRTC_ID].value;
  drmModePlane *kernel;
  bool ours;

  if (!plane->is_shared)
    return true;
  kernel = zc_kms_sys.get_plane (self->device->fd, plane->id);
  ours = kernel && (kernel->crtc_id == self->crtc_id ||
                       (kernel->crtc_id == 0 && found == self->crtc_id));
  drmModeFreePlane (kernel);
  return ours;
}

static void
add_found (struct zc_kms_atomic *atomic, const struct zc_kms_output *self,
    const struct zc_kms_plane *plane)
{
  uint64_t found = plane->property[ZC_KMS_PLANE_CRTC_ID].value;

  if (found == 0 || found == self->crtc_id)
    zc_kms_plane_add_found (atomic, plane);
  else
    zc_kms_plane_add_off (atomic, plane);
}

/* What others made is told to the monitor again; without their pictures it is
 * told nothing, because who comes next expects that. */
static int
create_found_blobs (struct zc_kms_output *self, bool with_pictures,
    struct zc_kms_setup_blobs *blobs)
{
  int ret = 0;

  *blobs = (struct zc_kms_setup_blobs) { 0 };
  if (!with_pictures)
    return 0;
  if (self->was_lit)
    ret = zc_kms_blob_create (self->device, &self->found_mode,
        sizeof (self->found_mode), &blobs->mode);
  if (ret == 0)
    ret = zc_kms_signal_blob_create_found (
        self->device, &self->signal, &blobs->hdr);
  return ret;
}

static void
add_found_planes (struct zc_kms_atomic *atomic,
    const struct zc_kms_output *self, bool with_pictures)
{
  for (unsigned i = 0; i < self->n_planes; i++) {
    if (!is_ours (self, &self->planes[i]))
      continue;
    if (with_pictures)
      add_found (atomic, self, &self->planes[i]);
    else
      zc_kms_plane_add_off (atomic, &self->planes[i]);
  }
}

static int
commit_found (struct zc_kms_output *self, bool with_pictures)
{
  struct zc_kms_setup_blobs blobs;
  struct zc_kms_atomic atomic;
  int ret = create_found_blobs (self, with_pictures, &blobs);

  if (ret == 0) {
    zc_kms_atomic_init (&atomic);
    add_connector (&atomic, self, blobs.mode);
    if (with_pictures)
      zc_kms_signal_add_found (&atomic, &self->connector, blobs.hdr);
    else
      zc_kms_signal_add_plain (&atomic, self->device, &self->connector);
    /* It may have had a mode and been asleep. */
    add_crtc (&atomic, self, blobs.mode,
        blobs.mode ? self->crtc[ZC_KMS_CRTC_ACTIVE].value : 0,
        self->crtc[ZC_KMS_CRTC_VRR_ENABLED].value);
    add_found_planes (&atomic, self, with_pictures);
    ret = zc_kms_atomic_commit (
        &atomic, self->device, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
  }
  zc_kms_setup_blobs_destroy (self, &blobs);
  for (unsigned i = 0; i < self->n_planes && ret == 0; i++)
    self->planes[i].is_on =
        with_pictures &&
        self->planes[i].property[ZC_KMS_PLANE_CRTC_ID].value == self->crtc_id;
  return ret;
}

/* The least that must go, since metadata stay until someone takes them away: a
 * console in PQ cannot be read. */
static int
commit_plain_signal (struct zc_kms_output *self)
{
  struct zc_kms_atomic atomic;

  zc_kms_atomic_init (&atomic);
  zc_kms_atomic_object (&atomic, self->connector_id);
  zc_kms_signal_add_plain (&atomic, self->device, &self->connector);
  if (atomic.n_properties == 0)
    return 0;
  return zc_kms_atomic_commit (
      &atomic, self->device, DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
}

/* Made for tests too, that changed nothing. */
static void
forget_background (struct zc_kms_output *self)
{
  zc_kms_fb_unref (self->background.example);
  self->background = (struct zc_kms_placement) { 0 };
}

/* A lit screen without any is what is left of a program that was killed. */
static bool
has_found_picture (const struct zc_kms_output *self)
{
  for (unsigned i = 0; i < self->n_planes; i++)
    if (self->planes[i].property[ZC_KMS_PLANE_CRTC_ID].value == self->crtc_id &&
        self->planes[i].property[ZC_KMS_PLANE_FB_ID].value != 0)
      return true;
  return false;
}

/* To what was found, else dark, else at least to what monitors expect. */
static int
go_back (struct zc_kms_output *self)
{
  bool with_pictures = !self->was_lit || has_found_picture (self);
  int ret = commit_found (self, with_pictures), dark = ret;

  if (ret < 0 && with_pictures)
    dark = commit_found (self, false);
  if (dark < 0)
    commit_plain_signal (self);
  return ret;
}

int
zc_kms_output_restore (struct zc_kms_output *self)
{
  int ret;

  if (!self->changed)
    return 0;
  self->changed = false;
  self->is_lit = false;

  /* The old picture may be gone: framebuffers die with their owner. */
  ret = go_back (self);
  forget_background (self);
  return ret;
}

static int
listen (struct zc_kms_output *self)
{
  int ret;

  pthread_mutex_lock (&self->device->lock);
  ret = zc_kms_events_listen (&self->device->events, &self->presenter.listener);
  pthread_mutex_unlock (&self->device->lock);
  return ret;
}

static void
unlisten (struct zc_kms_output *self)
{
  pthread_mutex_lock (&self->device->lock);
  zc_kms_events_unlisten (&self->device->events, &self->presenter.listener);
  pthread_mutex_unlock (&self->device->lock);
}

static int
read_signal (struct zc_kms_output *self)
{
  int ret = zc_kms_connector_refresh (self->device, &self->connector);

  zc_kms_signal_clear (&self->signal);
  if (ret == 0)
    ret = zc_kms_signal_read (self->device, &self->connector, &self->signal);
  return ret;
}

/* With the lock held. What was found may have changed since it was read: it
 * is read again when we become master. */
static int
activate (struct zc_kms_output *self)
{
  int ret = zc_kms_device_become_master (self->device);

  if (ret < 0)
    return ret;
  ret = read_crtc (self);
  if (ret == 0)
    ret = zc_kms_planes_refresh (
        self->device, self->crtc_id, self->planes, self->n_planes);
  if (ret == 0)
    ret = read_signal (self);
  if (ret == 0)
    ret = listen (self);
  if (ret < 0)
    zc_kms_device_drop_master (self->device);
  return ret;
}

int
zc_kms_output_activate (struct zc_kms_output *self)
{
  int ret = 0;

  pthread_mutex_lock (&self->lock);
  if (self->n_users == 0)
    ret = activate (self);
  if (ret == 0)
    self->n_users++;
  pthread_mutex_unlock (&self->lock);
  return ret;
}

static int
deactivate (struct zc_kms_output *self)
{
  int ret = zc_kms_output_restore (self);

  forget_background (self);
  unlisten (self);
  zc_kms_planner_free (self->planner);
  self->planner = NULL;
  zc_kms_device_drop_master (self->device);
  return ret;
}

int
zc_kms_output_deactivate (struct zc_kms_output *self)
{
  int ret = 0;

  pthread_mutex_lock (&self->lock);
  if (--self->n_users == 0)
    ret = deactivate (self);
  pthread_mutex_unlock (&self->lock);
  return ret;
}
