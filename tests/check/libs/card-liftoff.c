/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* That libliftoff runs on the played card and finds its planes by what the card
 * refuses. */
#include "../helpers/card.h"
#include "../helpers/runner.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <libliftoff.h>
#include <unistd.h>
#include <xf86drm.h>

static struct card *card;
static int fd;
static uint32_t crtc, connector, primary, overlay[2], mode;
static struct liftoff_device *device;
static struct liftoff_output *output;
static uint32_t fbs[3];
static struct liftoff_layer *layer[3];

/* A primary plane at the bottom and two overlays above it. */
static void
set_up (const struct card_plane *first, const struct card_plane *other)
{
  struct drm_mode_modeinfo info = card_mode (1280, 720, 60);

  card = card_new ();
  crtc = card_add_crtc (card);
  connector = card_add_connector (card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  primary = card_add_plane (
      card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
  overlay[0] = card_add_plane (card, first);
  overlay[1] = card_add_plane (card, other);
  card_add_zpos (card, primary, 0, 0, 0);
  card_add_zpos (card, overlay[0], 1, 1, 1);
  card_add_zpos (card, overlay[1], 2, 2, 2);

  fd = card_open (card);
  fail_unless_equals_int (drmSetClientCap (fd, DRM_CLIENT_CAP_ATOMIC, 1), 0);
  drmModeCreatePropertyBlob (fd, &info, sizeof (info), &mode);
  /* it makes a copy, whatever its header says */
  device = liftoff_device_create (fd);
  fail_unless (device != NULL);
  fail_unless_equals_int (liftoff_device_register_all_planes (device), 0);
  output = liftoff_output_create (device, crtc);
}

static uint32_t
new_fb (uint32_t width, uint32_t height)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { width * 4 }, offsets[4] = { 0 };
  int memory = card_dmabuf_new (card, width * height * 4);
  uint32_t id;

  fail_unless_equals_int (drmPrimeFDToHandle (fd, memory, &handles[0]), 0);
  fail_unless_equals_int (drmModeAddFB2 (fd, width, height, DRM_FORMAT_XRGB8888,
                              handles, pitches, offsets, &id, 0),
      0);
  drmCloseBufferHandle (fd, handles[0]);
  close (memory);
  return id;
}

static void
add_layer (unsigned n, uint32_t width, uint32_t height, uint32_t w, uint32_t h)
{
  fbs[n] = new_fb (width, height);
  layer[n] = liftoff_layer_create (output);
  liftoff_layer_set_property (layer[n], "FB_ID", fbs[n]);
  liftoff_layer_set_property (layer[n], "SRC_X", 0);
  liftoff_layer_set_property (layer[n], "SRC_Y", 0);
  liftoff_layer_set_property (layer[n], "SRC_W", (uint64_t) width << 16);
  liftoff_layer_set_property (layer[n], "SRC_H", (uint64_t) height << 16);
  liftoff_layer_set_property (layer[n], "CRTC_X", n * 10);
  liftoff_layer_set_property (layer[n], "CRTC_Y", n * 10);
  liftoff_layer_set_property (layer[n], "CRTC_W", w);
  liftoff_layer_set_property (layer[n], "CRTC_H", h);
  liftoff_layer_set_property (layer[n], "zpos", n);
}

static void
apply (void)
{
  drmModeAtomicReq *r = drmModeAtomicAlloc ();
  const uint32_t flags = DRM_MODE_ATOMIC_ALLOW_MODESET;
  /* it gives up after a millisecond by itself, which is no time under
   * valgrind */
  const struct liftoff_output_apply_options options = {
    .timeout_ns = INT64_C (10000000000),
  };

  drmModeAtomicAddProperty (
      r, crtc, card_property (card, crtc, "MODE_ID"), mode);
  drmModeAtomicAddProperty (r, crtc, card_property (card, crtc, "ACTIVE"), 1);
  drmModeAtomicAddProperty (
      r, connector, card_property (card, connector, "CRTC_ID"), crtc);
  fail_unless_equals_int (liftoff_output_apply (output, r, flags, &options), 0);
  fail_unless_equals_int (drmModeAtomicCommit (fd, r, flags, NULL), 0);
  drmModeAtomicFree (r);
}

/* The plane that shows the layer. */
static uint32_t
plane_of (unsigned n)
{
  struct liftoff_plane *plane = liftoff_layer_get_plane (layer[n]);
  uint32_t id = plane ? liftoff_plane_get_id (plane) : 0;

  if (id)
    fail_unless_equals_int (card_get (card, id, "FB_ID"), fbs[n]);
  return id;
}

static void
tear_down (void)
{
  for (unsigned n = 0; n < 3; n++) {
    if (layer[n])
      liftoff_layer_destroy (layer[n]);
    if (fbs[n])
      drmModeRmFB (fd, fbs[n]);
  }
  liftoff_output_destroy (output);
  liftoff_device_destroy (device);
  drmModeDestroyPropertyBlob (fd, mode);
  close (fd);
  card_free (card);
}

static const struct card_plane plain;
static const struct card_plane scales = { .min_scale = 0x10000 / 8,
  .max_scale = 0x10000 * 8 };

GST_START_TEST (layers_find_planes_by_their_depth)
{
  set_up (&plain, &plain);
  add_layer (0, 1280, 720, 1280, 720);
  add_layer (1, 320, 240, 320, 240);
  apply ();
  fail_unless_equals_int (plane_of (0), primary);
  fail_unless (plane_of (1) == overlay[0] || plane_of (1) == overlay[1]);
  fail_unless (!liftoff_output_needs_composition (output));
  fail_unless_equals_int (card_n_commits (card), 1);
  fail_unless (card_n_attempts (card) > 1);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_layer_that_is_scaled_finds_the_plane_that_scales)
{
  set_up (&scales, &plain);
  add_layer (0, 1280, 720, 1280, 720);
  add_layer (1, 320, 240, 640, 480);
  apply ();
  fail_unless_equals_int (plane_of (1), overlay[0]);
  fail_unless_equals_int (card_get (card, overlay[0], "CRTC_W"), 640);
  tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_layer_that_no_plane_takes_is_left_over)
{
  set_up (&plain, &plain);
  add_layer (0, 1280, 720, 1280, 720);
  add_layer (1, 320, 240, 640, 480);
  apply ();
  fail_unless_equals_int (plane_of (0), primary);
  fail_unless_equals_int (plane_of (1), 0);
  fail_unless (liftoff_layer_needs_composition (layer[1]));
  tear_down ();
}
GST_END_TEST;

/* No bandwidth for a third plane. */
static int
two_planes_at_most (const struct card_state *state, void *data)
{
  unsigned n = 0;

  (void) data;
  n += card_state_fourcc (state, primary) != 0;
  n += card_state_fourcc (state, overlay[0]) != 0;
  n += card_state_fourcc (state, overlay[1]) != 0;
  return n > 2 ? ENOSPC : 0;
}

GST_START_TEST (what_the_driver_refuses_is_left_over)
{
  set_up (&plain, &plain);
  card_set_check (card, two_planes_at_most, NULL);
  add_layer (0, 1280, 720, 1280, 720);
  add_layer (1, 320, 240, 320, 240);
  add_layer (2, 320, 240, 320, 240);
  apply ();
  fail_unless (liftoff_output_needs_composition (output));
  fail_unless_equals_int (
      (plane_of (0) != 0) + (plane_of (1) != 0) + (plane_of (2) != 0), 2);
  card_set_check (card, NULL, NULL);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (layers_find_planes_by_their_depth),
    RUNNER_TEST (a_layer_that_is_scaled_finds_the_plane_that_scales),
    RUNNER_TEST (a_layer_that_no_plane_takes_is_left_over),
    RUNNER_TEST (what_the_driver_refuses_is_left_over))
