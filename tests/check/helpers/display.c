/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "display.h"

#include "devices.h"
#include "runner.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

static uint64_t
plane_property (struct display *self, uint32_t plane, const char *name,
    drmModePropertyPtr *out)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      self->fd, plane, DRM_MODE_OBJECT_PLANE);
  uint64_t value = 0;

  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (self->fd, all->props[i]);

    if (strcmp (p->name, name) != 0) {
      drmModeFreeProperty (p);
      continue;
    }
    value = all->prop_values[i];
    if (out)
      *out = p;
    else
      drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
  return value;
}

static void
find_primary (struct display *self)
{
  drmModePlaneRes *planes = drmModeGetPlaneResources (self->fd);

  for (uint32_t i = 0; i < planes->count_planes; i++)
    if (plane_property (self, planes->planes[i], "type", NULL) ==
        DRM_PLANE_TYPE_PRIMARY)
      self->primary_id = planes->planes[i];
  drmModeFreePlaneResources (planes);
  fail_unless (self->primary_id != 0);
}

static void
find_connector (struct display *self, const drmModeRes *resources)
{
  for (int i = 0; i < resources->count_connectors; i++) {
    drmModeConnector *c = drmModeGetConnector (
        self->fd, resources->connectors[i]);

    if (c->connector_type == DRM_MODE_CONNECTOR_VIRTUAL)
      self->connector_id = c->connector_id;
    drmModeFreeConnector (c);
  }
  fail_unless (self->connector_id != 0);
}

void
display_open (struct display *self)
{
  drmModeRes *resources;

  memset (self, 0, sizeof (*self));
  fail_unless (devices_find_card (self->path, sizeof (self->path)));
  self->fd = open (self->path, O_RDWR | O_CLOEXEC);
  fail_unless (self->fd >= 0);
  fail_unless_equals_int (
      drmSetClientCap (self->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1), 0);

  resources = drmModeGetResources (self->fd);
  fail_unless (resources && resources->count_crtcs > 0);
  self->crtc_id = resources->crtcs[0];
  find_connector (self, resources);
  drmModeFreeResources (resources);
  find_primary (self);
}

void
display_close (struct display *self)
{
  close (self->fd);
}

void
display_look_at_screens (int fd)
{
  drmModeRes *resources = drmModeGetResources (fd);

  for (int i = 0; resources && i < resources->count_connectors; i++)
    drmModeFreeConnector (drmModeGetConnector (fd, resources->connectors[i]));
  drmModeFreeResources (resources);
}

void
display_become_master (struct display *self)
{
  fail_unless_equals_int (drmSetMaster (self->fd), 0);
}

void
display_drop_master (struct display *self)
{
  fail_unless_equals_int (drmDropMaster (self->fd), 0);
}

gboolean
display_has_format (struct display *self, uint32_t fourcc)
{
  drmModePlane *plane = drmModeGetPlane (self->fd, self->primary_id);
  gboolean has = FALSE;

  for (uint32_t i = 0; i < plane->count_formats; i++)
    has = has || plane->formats[i] == fourcc;
  drmModeFreePlane (plane);
  return has;
}

void
display_require_format (uint32_t fourcc)
{
  struct display display;
  gboolean has;

  display_open (&display);
  drmDropMaster (display.fd);
  has = display_has_format (&display, fourcc);
  display_close (&display);
  if (!has)
    runner_skip_always ("this display does not have the format");
}

unsigned
display_count_framebuffers (void)
{
  g_autofree char *path = NULL, *text = NULL;
  char card[64];
  unsigned n = 0;

  fail_unless (devices_find_card_debugfs (card, sizeof (card)));
  path = g_build_filename (card, "framebuffer", NULL);
  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *at = text; (at = strstr (at, "framebuffer[")); at++)
    n++;
  return n;
}

/* Memory to scan out, mapped. */
static void *
make_memory (struct display *self, uint32_t width, uint32_t height,
    uint32_t bpp, uint32_t *handle, uint32_t *stride)
{
  uint64_t size, offset;
  void *data;

  fail_unless_equals_int (drmModeCreateDumbBuffer (self->fd, width, height, bpp,
                              0, handle, stride, &size),
      0);
  fail_unless_equals_int (drmModeMapDumbBuffer (self->fd, *handle, &offset), 0);
  data = mmap (
      NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, offset);
  fail_unless (data != MAP_FAILED);
  return data;
}

uint32_t
display_make_picture (
    struct display *self, uint32_t width, uint32_t height, uint32_t xrgb)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, fb;
  uint32_t *pixels = make_memory (
      self, width, height, 32, &handles[0], &pitches[0]);

  for (uint32_t i = 0; i < pitches[0] / 4 * height; i++)
    pixels[i] = xrgb;
  fail_unless_equals_int (
      drmModeAddFB2 (self->fd, width, height, DRM_FORMAT_XRGB8888, handles,
          pitches, offsets, &fb, 0),
      0);
  munmap (pixels, (gsize) pitches[0] * height);
  return fb;
}

uint32_t
display_make_nv12 (struct display *self, uint32_t width, uint32_t height,
    const void *data, gsize size)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, fb;
  void *memory = make_memory (
      self, width, height * 3 / 2, 8, &handles[0], &pitches[0]);

  fail_unless_equals_int (pitches[0], width);
  memcpy (memory, data, size);
  handles[1] = handles[0];
  pitches[1] = pitches[0];
  offsets[1] = width * height;
  fail_unless_equals_int (
      drmModeAddFB2 (self->fd, width, height, DRM_FORMAT_NV12, handles, pitches,
          offsets, &fb, 0),
      0);
  munmap (memory, size);
  return fb;
}

void
display_light (
    struct display *self, uint32_t fb, uint32_t width, uint32_t height)
{
  drmModeConnector *c = drmModeGetConnector (self->fd, self->connector_id);
  drmModeModeInfo *mode = NULL;

  for (int i = 0; i < c->count_modes; i++)
    if (c->modes[i].hdisplay == width && c->modes[i].vdisplay == height)
      mode = &c->modes[i];
  fail_unless (mode != NULL, "there is no mode %ux%u", width, height);
  fail_unless_equals_int (drmModeSetCrtc (self->fd, self->crtc_id, fb, 0, 0,
                              &self->connector_id, 1, mode),
      0);
  drmModeFreeConnector (c);
}

void
display_set_enum (struct display *self, const char *property, const char *value)
{
  drmModePropertyPtr p = NULL;
  int ret = -1;

  plane_property (self, self->primary_id, property, &p);
  fail_unless (p != NULL, "%s", property);
  for (int i = 0; i < p->count_enums; i++)
    if (strcmp (p->enums[i].name, value) == 0)
      ret = drmModeObjectSetProperty (self->fd, self->primary_id,
          DRM_MODE_OBJECT_PLANE, p->prop_id, p->enums[i].value);
  fail_unless_equals_int (ret, 0);
  drmModeFreeProperty (p);
}

static void
set_plane (struct display *self, drmModeAtomicReq *request, const char *name,
    uint64_t value)
{
  drmModePropertyPtr p = NULL;

  plane_property (self, self->primary_id, name, &p);
  fail_unless (p != NULL, "%s", name);
  drmModeAtomicAddProperty (request, self->primary_id, p->prop_id, value);
  drmModeFreeProperty (p);
}

void
display_place (struct display *self, uint32_t fb, const uint32_t source[4],
    const int32_t destination[4], uint32_t rotation)
{
  static const char *const sources[] = { "SRC_X", "SRC_Y", "SRC_W", "SRC_H" };
  static const char *const destinations[] = { "CRTC_X", "CRTC_Y", "CRTC_W",
    "CRTC_H" };
  drmModeAtomicReq *request;

  fail_unless_equals_int (
      drmSetClientCap (self->fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  request = drmModeAtomicAlloc ();
  set_plane (self, request, "FB_ID", fb);
  for (unsigned i = 0; i < 4; i++) {
    set_plane (self, request, sources[i], source[i]);
    set_plane (self, request, destinations[i], destination[i]);
  }
  set_plane (self, request, "rotation", rotation);
  fail_unless_equals_int (drmModeAtomicCommit (self->fd, request, 0, NULL), 0);
  drmModeAtomicFree (request);
}

void
display_read (struct display *self, struct display_state *state)
{
  drmModeCrtc *crtc = drmModeGetCrtc (self->fd, self->crtc_id);
  drmModePlaneRes *planes = drmModeGetPlaneResources (self->fd);

  *state = (struct display_state) {
    .lit = crtc->mode_valid,
    .width = crtc->mode_valid ? crtc->mode.hdisplay : 0,
    .height = crtc->mode_valid ? crtc->mode.vdisplay : 0,
  };
  for (uint32_t i = 0; i < planes->count_planes; i++) {
    drmModePlane *plane = drmModeGetPlane (self->fd, planes->planes[i]);

    state->n_planes_on += plane->fb_id != 0;
    if (plane->plane_id == self->primary_id)
      state->primary_fb = plane->fb_id;
    drmModeFreePlane (plane);
  }
  drmModeFreePlaneResources (planes);
  drmModeFreeCrtc (crtc);
}
