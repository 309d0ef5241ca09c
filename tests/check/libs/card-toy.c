/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-toy.h"

#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <poll.h>
#include <unistd.h>
#include <xf86drm.h>

struct toy toy;

void
toy_set_up (void)
{
  toy.card = card_new ();
  toy.crtc = card_add_crtc (toy.card);
  toy.connector = card_add_connector (
      toy.card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  toy.plane = card_add_plane (
      toy.card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  toy.fd = card_open (toy.card);
  fail_unless_equals_int (
      drmSetClientCap (toy.fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  toy.n_modes = toy.n_fbs = 0;
}

void
toy_tear_down (void)
{
  while (toy.n_fbs > 0)
    drmModeRmFB (toy.fd, toy.fbs[--toy.n_fbs]);
  while (toy.n_modes > 0)
    drmModeDestroyPropertyBlob (toy.fd, toy.modes[--toy.n_modes]);
  close (toy.fd);
  card_free (toy.card);
}

uint32_t
toy_fb_of (int memory, uint32_t width, uint32_t height, uint64_t modifier)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { width * 4 }, offsets[4] = { 0 };
  uint64_t modifiers[4] = { modifier };
  uint32_t id;

  fail_unless_equals_int (drmPrimeFDToHandle (toy.fd, memory, &handles[0]), 0);
  fail_unless_equals_int (
      drmModeAddFB2WithModifiers (toy.fd, width, height, DRM_FORMAT_XRGB8888,
          handles, pitches, offsets, modifiers, &id, DRM_MODE_FB_MODIFIERS),
      0);
  drmCloseBufferHandle (toy.fd, handles[0]);
  toy.fbs[toy.n_fbs++] = id;
  return id;
}

uint32_t
toy_new_fb (uint32_t width, uint32_t height)
{
  int memory = card_dmabuf_new (toy.card, width * height * 4);
  uint32_t id = toy_fb_of (memory, width, height, DRM_FORMAT_MOD_LINEAR);

  close (memory);
  return id;
}

void
toy_set (drmModeAtomicReq *r, uint32_t object, const char *name, uint64_t value)
{
  uint32_t id = card_property (toy.card, object, name);

  fail_unless (id != 0, "no property %s", name);
  drmModeAtomicAddProperty (r, object, id, value);
}

void
toy_show (drmModeAtomicReq *r, uint32_t on, uint32_t from, uint32_t fb,
    uint32_t width, uint32_t height)
{
  struct card_fb info;

  fail_unless (card_get_fb (toy.card, fb, &info));
  toy_set (r, from, "FB_ID", fb);
  toy_set (r, from, "CRTC_ID", on);
  toy_set (r, from, "SRC_W", (uint64_t) info.width << 16);
  toy_set (r, from, "SRC_H", (uint64_t) info.height << 16);
  toy_set (r, from, "CRTC_W", width);
  toy_set (r, from, "CRTC_H", height);
}

int
toy_commit (drmModeAtomicReq *r, uint32_t flags)
{
  int ret = drmModeAtomicCommit (toy.fd, r, flags, (void *) (uintptr_t) 0x77);

  drmModeAtomicFree (r);
  return -ret;
}

int
toy_try_one (uint32_t object, const char *name, uint64_t value, uint32_t flags)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  toy_set (r, object, name, value);
  return toy_commit (r, flags);
}

/* FB of 1280 x 720 through FROM on the whole of ON, TO lit. */
drmModeAtomicReq *
toy_lit (uint32_t on, uint32_t to, uint32_t from, uint32_t fb)
{
  struct drm_mode_modeinfo mode = card_mode (1280, 720, 60);
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  fail_unless_equals_int (drmModeCreatePropertyBlob (toy.fd, &mode,
                              sizeof (mode), &toy.modes[toy.n_modes]),
      0);
  toy_set (r, on, "MODE_ID", toy.modes[toy.n_modes++]);
  toy_set (r, on, "ACTIVE", 1);
  toy_set (r, to, "CRTC_ID", on);
  toy_show (r, on, from, fb, 1280, 720);
  return r;
}

uint32_t
toy_light (void)
{
  uint32_t fb = toy_new_fb (1280, 720);

  fail_unless_equals_int (
      toy_commit (toy_lit (toy.crtc, toy.connector, toy.plane, fb), TOY_LEAVE),
      0);
  return fb;
}

int
toy_show_at (uint32_t from, uint32_t fb, uint32_t width, uint32_t height)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();

  toy_show (r, toy.crtc, from, fb, width, height);
  return toy_commit (r, TOY_TEST);
}

int
toy_flip_to (uint32_t fb)
{
  return toy_try_one (toy.plane, "FB_ID", fb, TOY_FLIP);
}

static void
on_flip (int of, unsigned sequence, unsigned s, unsigned us, unsigned crtc_id,
    void *data)
{
  fail_unless_equals_int (of, toy.fd);
  toy.seen.n++;
  toy.seen.sequence = sequence;
  toy.seen.crtc = crtc_id;
  toy.seen.time_us = s * INT64_C (1000000) + us;
  toy.seen.data = data;
}

/* How many events there are. */
unsigned
toy_read_events (void)
{
  drmEventContext context = { .version = 3, .page_flip_handler2 = on_flip };
  struct pollfd p = { .fd = toy.fd, .events = POLLIN };

  toy.seen.n = 0;
  while (poll (&p, 1, 0) == 1)
    fail_unless_equals_int (drmHandleEvent (toy.fd, &context), 0);
  return toy.seen.n;
}
