/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "screen.h"

#include "devices.h"
#include "runner.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <unistd.h>
#include <xf86drm.h>

struct screen screen;

static void
play_card (void)
{
  screen.card = card_new ();
  screen.crtc = card_add_crtc (screen.card);
  screen.connector = card_add_connector (
      screen.card, DRM_MODE_CONNECTOR_VIRTUAL, NULL, 0);
  screen.plane = card_add_plane (
      screen.card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  card_add_rotation (screen.card, screen.plane, 0x3f);
  card_set_auto_flip (screen.card, 16000);
  g_strlcpy (screen.path, card_path (screen.card), sizeof (screen.path));
}

static uint32_t
find_primary (void)
{
  drmModePlaneRes *planes = drmModeGetPlaneResources (screen.fd);
  uint32_t found = 0;

  for (uint32_t i = 0; i < planes->count_planes && !found; i++) {
    drmModeObjectProperties *all = drmModeObjectGetProperties (
        screen.fd, planes->planes[i], DRM_MODE_OBJECT_PLANE);

    for (uint32_t k = 0; k < all->count_props; k++) {
      drmModePropertyRes *p = drmModeGetProperty (screen.fd, all->props[k]);

      if (strcmp (p->name, "type") == 0 &&
          all->prop_values[k] == DRM_PLANE_TYPE_PRIMARY)
        found = planes->planes[i];
      drmModeFreeProperty (p);
    }
    drmModeFreeObjectProperties (all);
  }
  drmModeFreePlaneResources (planes);
  return found;
}

uint32_t
screen_new_fb (uint32_t width, uint32_t height, uint32_t *out_handle)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };
  uint32_t id = 0;
  uint64_t size;

  fail_unless_equals_int (drmModeCreateDumbBuffer (screen.fd, width, height, 32,
                              0, &handles[0], &pitches[0], &size),
      0);
  fail_unless_equals_int (
      drmModeAddFB2 (screen.fd, width, height, DRM_FORMAT_XRGB8888, handles,
          pitches, offsets, &id, 0),
      0);
  *out_handle = handles[0];
  return id;
}

static void
find_mode (void)
{
  drmModeConnector *c = drmModeGetConnector (screen.fd, screen.connector);

  for (int i = 0; i < c->count_modes; i++)
    if (c->modes[i].hdisplay == SCREEN_WIDTH &&
        c->modes[i].vdisplay == SCREEN_HEIGHT)
      screen.mode_info = c->modes[i];
  drmModeFreeConnector (c);
  fail_unless_equals_int (screen.mode_info.hdisplay, SCREEN_WIDTH);
  fail_unless_equals_int (
      drmModeCreatePropertyBlob (screen.fd, &screen.mode_info,
          sizeof (screen.mode_info), &screen.mode),
      0);
}

void
screen_open (bool is_vkms)
{
  drmModeRes *resources;

  if (is_vkms)
    fail_unless (devices_find_card (screen.path, sizeof (screen.path)));
  else
    play_card ();
  screen.fd = open (screen.path, O_RDWR | O_CLOEXEC);
  fail_unless (screen.fd >= 0);
  fail_unless_equals_int (
      drmSetClientCap (screen.fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  resources = drmModeGetResources (screen.fd);
  fail_unless (resources->count_crtcs > 0 && resources->count_connectors > 0);
  screen.crtc = resources->crtcs[0];
  screen.connector = resources->connectors[0];
  drmModeFreeResources (resources);
  screen.plane = find_primary ();
  find_mode ();
  screen.fb = screen_new_fb (SCREEN_WIDTH, SCREEN_HEIGHT, &screen.handle);
}

void
screen_close (void)
{
  drmModeDestroyPropertyBlob (screen.fd, screen.mode);
  drmModeRmFB (screen.fd, screen.fb);
  drmCloseBufferHandle (screen.fd, screen.handle);
  close (screen.fd);
  if (screen.card)
    card_free (screen.card);
}

uint32_t
screen_property (uint32_t object, const char *name)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      screen.fd, object, DRM_MODE_OBJECT_ANY);
  uint32_t id = 0;

  fail_unless (all != NULL);
  for (uint32_t i = 0; i < all->count_props; i++) {
    drmModePropertyRes *p = drmModeGetProperty (screen.fd, all->props[i]);

    if (strcmp (p->name, name) == 0)
      id = p->prop_id;
    drmModeFreeProperty (p);
  }
  drmModeFreeObjectProperties (all);
  fail_unless (id != 0, "no property %s", name);
  return id;
}

uint64_t
screen_value (uint32_t object, const char *name)
{
  drmModeObjectProperties *all = drmModeObjectGetProperties (
      screen.fd, object, DRM_MODE_OBJECT_ANY);
  uint32_t id = screen_property (object, name);
  uint64_t value = 0;

  for (uint32_t i = 0; i < all->count_props; i++)
    if (all->props[i] == id)
      value = all->prop_values[i];
  drmModeFreeObjectProperties (all);
  return value;
}

void
screen_set (drmModeAtomicReq *request, uint32_t object, const char *name,
    uint64_t value)
{
  drmModeAtomicAddProperty (
      request, object, screen_property (object, name), value);
}

/* 0 or an errno; frees the request. */
int
screen_commit (drmModeAtomicReq *request, uint32_t flags)
{
  int ret = drmModeAtomicCommit (
      screen.fd, request, flags, (void *) (uintptr_t) 0x1234);

  drmModeAtomicFree (request);
  return -ret;
}

/* The whole plane over the whole screen. */
drmModeAtomicReq *
screen_picture (void)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  screen_set (r, screen.plane, "FB_ID", screen.fb);
  screen_set (r, screen.plane, "CRTC_ID", screen.crtc);
  screen_set (r, screen.plane, "SRC_X", 0);
  screen_set (r, screen.plane, "SRC_Y", 0);
  screen_set (r, screen.plane, "SRC_W", SCREEN_WIDTH << 16);
  screen_set (r, screen.plane, "SRC_H", SCREEN_HEIGHT << 16);
  screen_set (r, screen.plane, "CRTC_X", 0);
  screen_set (r, screen.plane, "CRTC_Y", 0);
  screen_set (r, screen.plane, "CRTC_W", SCREEN_WIDTH);
  screen_set (r, screen.plane, "CRTC_H", SCREEN_HEIGHT);
  return r;
}

drmModeAtomicReq *
screen_lit (void)
{
  drmModeAtomicReq *r = screen_picture ();

  screen_set (r, screen.crtc, "MODE_ID", screen.mode);
  screen_set (r, screen.crtc, "ACTIVE", 1);
  screen_set (r, screen.connector, "CRTC_ID", screen.crtc);
  return r;
}

void
screen_light (void)
{
  fail_unless_equals_int (
      screen_commit (screen_lit (), DRM_MODE_ATOMIC_ALLOW_MODESET), 0);
}
