/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes and connectors of the played card as vkms has none. */
#include "../helpers/runner.h"
#include "card-toy.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <unistd.h>
#include <xf86drm.h>

GST_START_TEST (planes_scale_as_far_as_they_can)
{
  uint32_t overlay, small;

  toy_set_up ();
  overlay = card_add_plane (
      toy.card, &(struct card_plane) {
                    .min_scale = 0x10000 / 2, .max_scale = 0x10000 * 4 });
  toy_light ();
  small = toy_new_fb (320, 240);
  fail_unless_equals_int (toy_show_at (overlay, small, 320, 240), 0);
  fail_unless_equals_int (toy_show_at (overlay, small, 640, 480), 0);
  fail_unless_equals_int (toy_show_at (overlay, small, 642, 480), ERANGE);
  fail_unless_equals_int (toy_show_at (overlay, small, 80, 60), 0);
  fail_unless_equals_int (toy_show_at (overlay, small, 79, 60), ERANGE);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_plane_may_have_to_cover_the_screen)
{
  uint32_t cover;

  toy_set_up ();
  cover = card_add_plane (
      toy.card, &(struct card_plane) { .must_cover = true });
  toy_light ();
  fail_unless_equals_int (
      toy_show_at (cover, toy_new_fb (1280, 720), 1280, 720), 0);
  fail_unless_equals_int (
      toy_show_at (cover, toy_new_fb (640, 720), 640, 720), EINVAL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_cursor_is_small)
{
  uint32_t cursor;

  toy_set_up ();
  cursor = card_add_plane (toy.card,
      &(struct card_plane) {
          .type = DRM_PLANE_TYPE_CURSOR, .max_width = 64, .max_height = 64 });
  toy_light ();
  fail_unless_equals_int (toy_show_at (cursor, toy_new_fb (64, 64), 64, 64), 0);
  fail_unless_equals_int (
      toy_show_at (cursor, toy_new_fb (65, 64), 65, 64), EINVAL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_plane_reaches_its_own_crtcs)
{
  uint32_t crtc2, own;

  toy_set_up ();
  crtc2 = card_add_crtc (toy.card);
  own = card_add_plane (toy.card, &(struct card_plane) { .possible_crtcs = 2 });
  toy_light ();
  fail_unless_equals_int (
      toy_show_at (own, toy_new_fb (64, 64), 64, 64), EINVAL);
  fail_unless_equals_int (card_get (toy.card, crtc2, "ACTIVE"), 0);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_depth_may_be_fixed)
{
  uint32_t overlay;

  toy_set_up ();
  overlay = card_add_plane (toy.card, &(struct card_plane) { 0 });
  card_add_zpos (toy.card, toy.plane, 0, 0, 0);
  card_add_zpos (toy.card, overlay, 1, 3, 1);
  fail_unless_equals_int (toy_try_one (toy.plane, "zpos", 0, TOY_TEST), EINVAL);
  fail_unless_equals_int (toy_try_one (overlay, "zpos", 3, TOY_LEAVE), 0);
  fail_unless_equals_int (card_get (toy.card, overlay, "zpos"), 3);
  fail_unless_equals_int (toy_try_one (overlay, "zpos", 4, TOY_TEST), EINVAL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (alpha_blending_and_rotation_have_their_values)
{
  drmModePropertyRes *p;

  toy_set_up ();
  card_add_alpha (toy.card, toy.plane);
  card_add_blend_modes (toy.card, toy.plane);
  card_add_colours (toy.card, toy.plane);
  card_add_rotation (
      toy.card, toy.plane, DRM_MODE_ROTATE_0 | DRM_MODE_ROTATE_180);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "alpha", 0x8000, TOY_TEST), 0);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "alpha", 0x10000, TOY_TEST), EINVAL);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "COLOR_ENCODING", 2, TOY_TEST), 0);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "COLOR_RANGE", 2, TOY_TEST), EINVAL);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "rotation", DRM_MODE_ROTATE_180, TOY_TEST), 0);
  fail_unless_equals_int (
      toy_try_one (toy.plane, "rotation", DRM_MODE_ROTATE_90, TOY_TEST),
      EINVAL);
  p = drmModeGetProperty (
      toy.fd, card_property (toy.card, toy.plane, "pixel blend mode"));
  fail_unless_equals_int (p->count_enums, 3);
  fail_unless_equals_string (p->enums[1].name, "Coverage");
  drmModeFreeProperty (p);
  p = drmModeGetProperty (
      toy.fd, card_property (toy.card, toy.plane, "rotation"));
  fail_unless_equals_int (p->count_enums, 2);
  fail_unless_equals_string (p->enums[1].name, "rotate-180");
  fail_unless_equals_int (p->enums[1].value, 2);
  drmModeFreeProperty (p);
  toy_tear_down ();
}
GST_END_TEST;

static unsigned
count_pairs (uint32_t of, uint32_t fourcc)
{
  uint64_t id = card_get (toy.card, of, "IN_FORMATS");
  drmModePropertyBlobRes *blob = drmModeGetPropertyBlob (toy.fd, id);
  drmModeFormatModifierIterator i = { 0 };
  unsigned n = 0;

  while (drmModeFormatModifierBlobIterNext (blob, &i))
    n += i.fmt == fourcc;
  drmModeFreePropertyBlob (blob);
  return n;
}

GST_START_TEST (a_plane_has_modifiers_of_its_own)
{
  static const struct card_format formats[] = {
    { DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR },
    { DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_X_TILED },
    { DRM_FORMAT_NV12, DRM_FORMAT_MOD_LINEAR },
    { 0, 0 },
  };
  uint32_t overlay, tiled;
  int memory;

  toy_set_up ();
  overlay = card_add_plane (
      toy.card, &(struct card_plane) { .formats = formats });
  toy_light ();
  fail_unless_equals_int (count_pairs (overlay, DRM_FORMAT_XRGB8888), 2);
  fail_unless_equals_int (count_pairs (overlay, DRM_FORMAT_NV12), 1);
  fail_unless_equals_int (count_pairs (toy.plane, DRM_FORMAT_XRGB8888), 1);
  memory = card_dmabuf_new (toy.card, 64 * 64 * 4);
  tiled = toy_fb_of (memory, 64, 64, I915_FORMAT_MOD_X_TILED);
  close (memory);
  fail_unless_equals_int (toy_show_at (overlay, tiled, 64, 64), 0);
  fail_unless_equals_int (toy_show_at (toy.plane, tiled, 64, 64), EINVAL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (each_screen_flips_by_itself)
{
  uint32_t crtc2, other, primary, one, two;

  toy_set_up ();
  crtc2 = card_add_crtc (toy.card);
  other = card_add_connector (toy.card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
  primary = card_add_plane (
      toy.card, &(struct card_plane) {
                    .type = DRM_PLANE_TYPE_PRIMARY, .possible_crtcs = 2 });
  one = toy_light ();
  two = toy_new_fb (1280, 720);
  fail_unless_equals_int (
      toy_commit (toy_lit (crtc2, other, primary, two), TOY_LEAVE), 0);
  fail_unless_equals_int (toy_flip_to (one), 0);
  fail_unless (card_is_pending (toy.card, toy.crtc) &&
               !card_is_pending (toy.card, crtc2));
  fail_unless_equals_int (toy_flip_to (one), EBUSY);
  fail_unless_equals_int (toy_try_one (primary, "FB_ID", two, TOY_FLIP), 0);
  fail_unless (card_flip_at (toy.card, crtc2, 1000000, 9));
  fail_unless_equals_int (toy_read_events (), 1);
  fail_unless_equals_int (toy.seen.crtc, crtc2);
  fail_unless (card_is_pending (toy.card, toy.crtc));
  fail_unless_equals_int (card_flip (toy.card), 1);
  fail_unless_equals_int (toy_read_events (), 1);
  fail_unless_equals_int (toy.seen.crtc, toy.crtc);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_connector_reaches_its_own_crtcs)
{
  uint32_t fb;

  toy_set_up ();
  card_add_crtc (toy.card);
  card_set_possible_crtcs (toy.card, toy.connector, 2);
  fb = toy_new_fb (1280, 720);
  fail_unless_equals_int (
      toy_commit (toy_lit (toy.crtc, toy.connector, toy.plane, fb), TOY_TEST),
      EINVAL);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (metadata_have_their_size_and_need_leave)
{
  struct hdr_output_metadata metadata = { .metadata_type = 1 };
  const struct hdr_output_metadata *set_now;
  size_t n_bytes;
  uint32_t blob, wrong;

  toy_set_up ();
  card_add_hdr (toy.card, toy.connector, CARD_NEEDS_MODESET);
  toy_light ();
  drmModeCreatePropertyBlob (toy.fd, &metadata, sizeof (metadata), &blob);
  drmModeCreatePropertyBlob (toy.fd, &metadata, 5, &wrong);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "HDR_OUTPUT_METADATA", wrong, TOY_LEAVE),
      EINVAL);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "HDR_OUTPUT_METADATA", blob, 0), EINVAL);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "HDR_OUTPUT_METADATA", blob, TOY_LEAVE), 0);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "max bpc", 10, 0), EINVAL);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "max bpc", 10, TOY_LEAVE), 0);
  drmModeDestroyPropertyBlob (toy.fd, blob);
  drmModeDestroyPropertyBlob (toy.fd, wrong);
  set_now = card_get_blob (
      toy.card, toy.connector, "HDR_OUTPUT_METADATA", &n_bytes);
  fail_unless (set_now && set_now->metadata_type == 1);
  fail_unless_equals_int (n_bytes, sizeof (metadata));
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_bad_link_is_mended_by_a_modeset)
{
  toy_set_up ();
  toy_light ();
  card_set (toy.card, toy.connector, "link-status", DRM_MODE_LINK_STATUS_BAD);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "link-status", 0, 0), EINVAL);
  fail_unless_equals_int (
      toy_try_one (toy.connector, "link-status", 0, TOY_LEAVE), 0);
  /* and made bad by the hardware alone */
  fail_unless_equals_int (
      toy_try_one (toy.connector, "link-status", 1, TOY_LEAVE), 0);
  fail_unless_equals_int (card_get (toy.card, toy.connector, "link-status"), 0);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (a_property_may_be_missing)
{
  drmModeObjectProperties *all;
  uint32_t gone;

  toy_set_up ();
  card_add_vrr (toy.card, toy.connector, toy.crtc);
  fail_unless_equals_int (
      toy_try_one (toy.crtc, "VRR_ENABLED", 1, TOY_LEAVE), 0);
  gone = card_property (toy.card, toy.crtc, "VRR_ENABLED");
  card_remove_property (toy.card, toy.crtc, "VRR_ENABLED");
  fail_unless_equals_int (card_property (toy.card, toy.crtc, "VRR_ENABLED"), 0);
  all = drmModeObjectGetProperties (toy.fd, toy.crtc, DRM_MODE_OBJECT_CRTC);
  for (uint32_t i = 0; i < all->count_props; i++)
    fail_unless (all->props[i] != gone);
  drmModeFreeObjectProperties (all);
  toy_tear_down ();
}
GST_END_TEST;

GST_START_TEST (what_is_unplugged_has_no_modes)
{
  struct drm_mode_modeinfo mode = card_mode (800, 600, 75);
  const char edid[128] = { 0 };
  drmModePropertyBlobRes *blob;
  drmModeConnector *c;

  toy_set_up ();
  card_set_status (toy.card, toy.connector, DRM_MODE_DISCONNECTED);
  c = drmModeGetConnector (toy.fd, toy.connector);
  fail_unless_equals_int (c->connection, DRM_MODE_DISCONNECTED);
  fail_unless_equals_int (c->count_modes, 0);
  drmModeFreeConnector (c);
  card_set_modes (toy.card, toy.connector, &mode, 1);
  card_set_edid (toy.card, toy.connector, edid, sizeof (edid));
  card_set_status (toy.card, toy.connector, DRM_MODE_CONNECTED);
  c = drmModeGetConnector (toy.fd, toy.connector);
  fail_unless_equals_int (c->count_modes, 1);
  fail_unless_equals_int (c->modes[0].vrefresh, 75);
  fail_unless (c->modes[0].type & DRM_MODE_TYPE_PREFERRED);
  drmModeFreeConnector (c);
  blob = drmModeGetPropertyBlob (
      toy.fd, card_get (toy.card, toy.connector, "EDID"));
  fail_unless_equals_int (blob->length, 128);
  drmModeFreePropertyBlob (blob);
  toy_tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (planes_scale_as_far_as_they_can),
    RUNNER_TEST (a_plane_may_have_to_cover_the_screen),
    RUNNER_TEST (a_cursor_is_small),
    RUNNER_TEST (a_plane_reaches_its_own_crtcs),
    RUNNER_TEST (a_depth_may_be_fixed),
    RUNNER_TEST (alpha_blending_and_rotation_have_their_values),
    RUNNER_TEST (a_plane_has_modifiers_of_its_own),
    RUNNER_TEST (each_screen_flips_by_itself),
    RUNNER_TEST (a_connector_reaches_its_own_crtcs),
    RUNNER_TEST (metadata_have_their_size_and_need_leave),
    RUNNER_TEST (a_bad_link_is_mended_by_a_modeset),
    RUNNER_TEST (a_property_may_be_missing),
    RUNNER_TEST (what_is_unplugged_has_no_modes))
