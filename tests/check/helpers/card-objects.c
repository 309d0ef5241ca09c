/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#include <limits.h>
#include <stdio.h>

/* What the card consists of. */

static struct card_object *
add_object (struct card *card, uint32_t type)
{
  struct card_object *object = g_new0 (struct card_object, 1);

  object->type = type;
  object->id = card_new_id (card);
  object->pending.out_fence = -1;
  while (card_nth (card, type, object->index))
    object->index++;
  if (object->index >= 31)
    card_die ("too many objects of a kind");
  g_ptr_array_add (card->objects, object);
  return object;
}

uint32_t
card_add_crtc (struct card *card)
{
  struct card_object *crtc;

  card_lock ();
  crtc = add_object (card, DRM_MODE_OBJECT_CRTC);
  card_add_range (card, crtc->id, "ACTIVE",
      DRM_MODE_PROP_ATOMIC | CARD_NEEDS_MODESET, 0, 1, 0);
  card_add_blob (card, crtc->id, "MODE_ID", DRM_MODE_PROP_ATOMIC,
      sizeof (struct drm_mode_modeinfo), NULL, 0);
  card_add_range (
      card, crtc->id, "OUT_FENCE_PTR", DRM_MODE_PROP_ATOMIC, 0, UINT64_MAX, 0);
  card_unlock ();
  return crtc->id;
}

struct drm_mode_modeinfo
card_mode (uint32_t width, uint32_t height, uint32_t vrefresh)
{
  struct drm_mode_modeinfo mode = {
    .hdisplay = width,
    .hsync_start = width + 40,
    .hsync_end = width + 80,
    .htotal = width + 160,
    .vdisplay = height,
    .vsync_start = height + 4,
    .vsync_end = height + 8,
    .vtotal = height + 40,
    .vrefresh = vrefresh,
    .type = DRM_MODE_TYPE_DRIVER,
  };

  mode.clock = (uint64_t) mode.htotal * mode.vtotal * vrefresh / 1000;
  snprintf (mode.name, sizeof (mode.name), "%ux%u", width, height);
  return mode;
}

static void
add_connector_properties (struct card *card, uint32_t id)
{
  static const char *const dpms[] = { "On", "Standby", "Suspend", "Off", NULL };
  static const char *const link[] = { "Good", "Bad", NULL };

  card_add_blob (card, id, "EDID", DRM_MODE_PROP_IMMUTABLE, 0, NULL, 0);
  card_add_enum (card, id, "DPMS", 0, dpms, 0);
  card_add_enum (card, id, "link-status", CARD_NEEDS_MODESET, link, 0);
  card_add_range (card, id, "non-desktop", DRM_MODE_PROP_IMMUTABLE, 0, 1, 0);
  card_add_object_property (card, id, "CRTC_ID",
      DRM_MODE_PROP_ATOMIC | CARD_NEEDS_MODESET, DRM_MODE_OBJECT_CRTC);
}

static unsigned
count_connectors (struct card *card, uint32_t type)
{
  unsigned n = 0;

  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *object = card->objects->pdata[i];

    n += object->type == DRM_MODE_OBJECT_CONNECTOR &&
         object->connector_type == type;
  }
  return n;
}

uint32_t
card_add_connector (struct card *card, uint32_t type,
    const struct drm_mode_modeinfo *modes, unsigned n_modes)
{
  const struct drm_mode_modeinfo usual[] = { card_mode (1920, 1080, 60),
    card_mode (1920, 1080, 50), card_mode (1280, 720, 60),
    card_mode (640, 480, 60) };
  struct card_object *connector, *encoder;
  unsigned type_id;

  card_lock ();
  type_id = count_connectors (card, type) + 1;
  encoder = add_object (card, DRM_MODE_OBJECT_ENCODER);
  encoder->possible_crtcs = UINT32_MAX;
  connector = add_object (card, DRM_MODE_OBJECT_CONNECTOR);
  encoder->connector = connector->id;
  connector->encoder = encoder->id;
  connector->connector_type = type;
  connector->type_id = type_id;
  connector->status = DRM_MODE_CONNECTED;
  connector->modes = g_array_new (
      FALSE, TRUE, sizeof (struct drm_mode_modeinfo));
  card_set_modes (card, connector->id, modes ? modes : usual,
      modes ? n_modes : G_N_ELEMENTS (usual));
  add_connector_properties (card, connector->id);
  card_unlock ();
  return connector->id;
}

static struct card_object *
must_find (struct card *card, uint32_t id, uint32_t type)
{
  struct card_object *object = card_find_typed (card, NULL, id, type);

  if (!object)
    card_die ("there is no object %u of type %#x", id, type);
  return object;
}

void
card_set_status (
    struct card *card, uint32_t connector, drmModeConnection status)
{
  card_lock ();
  must_find (card, connector, DRM_MODE_OBJECT_CONNECTOR)->status = status;
  card_unlock ();
}

void
card_set_modes (struct card *card, uint32_t connector,
    const struct drm_mode_modeinfo *modes, unsigned n_modes)
{
  GArray *list;

  card_lock ();
  list = must_find (card, connector, DRM_MODE_OBJECT_CONNECTOR)->modes;
  g_array_set_size (list, 0);
  if (n_modes > 0) {
    g_array_append_vals (list, modes, n_modes);
    g_array_index (list, struct drm_mode_modeinfo, 0).type |=
        DRM_MODE_TYPE_PREFERRED;
  }
  card_unlock ();
}

void
card_set_edid (
    struct card *card, uint32_t connector, const void *edid, size_t n_bytes)
{
  card_lock ();
  card_set (card, connector, "EDID",
      n_bytes > 0 ? card_new_blob (card, NULL, edid, n_bytes) : 0);
  card_unlock ();
}

void
card_set_possible_crtcs (struct card *card, uint32_t connector, uint32_t mask)
{
  struct card_object *object;

  card_lock ();
  object = must_find (card, connector, DRM_MODE_OBJECT_CONNECTOR);
  must_find (card, object->encoder, DRM_MODE_OBJECT_ENCODER)->possible_crtcs =
      mask;
  card_unlock ();
}

static void
set_formats (struct card_object *plane, const struct card_format *formats)
{
  static const struct card_format usual[] = { { DRM_FORMAT_XRGB8888, 0 },
    { DRM_FORMAT_ARGB8888, 0 }, { DRM_FORMAT_NV12, 0 }, { 0, 0 } };

  plane->formats = g_array_new (FALSE, TRUE, sizeof (struct card_format));
  for (const struct card_format *f = formats ? formats : usual; f->fourcc; f++)
    g_array_append_vals (plane->formats, f, 1);
}

/* DRM_FORMAT_BLOB: fourccs once each, then modifiers with a mask of up to 64
 * fourccs from an offset. One entry a pair does, as the kernel's consumers must
 * take any. */
static void
add_in_formats (struct card *card, const struct card_object *plane)
{
  unsigned n = plane->formats->len;
  size_t at_formats = sizeof (struct drm_format_modifier_blob);
  size_t at_modifiers = (at_formats + n * sizeof (uint32_t) + 7) & ~7ul;
  size_t size = at_modifiers + n * sizeof (struct drm_format_modifier);
  g_autofree char *data = g_malloc0 (size);
  struct drm_format_modifier_blob *blob = (void *) data;
  struct drm_format_modifier *modifiers = (void *) (data + at_modifiers);
  uint32_t *fourccs = (void *) (data + at_formats);

  blob->version = FORMAT_BLOB_CURRENT;
  blob->formats_offset = at_formats;
  blob->modifiers_offset = at_modifiers;
  for (unsigned i = 0; i < n; i++) {
    const struct card_format *f = &g_array_index (
        plane->formats, struct card_format, i);
    unsigned k = 0;

    while (k < blob->count_formats && fourccs[k] != f->fourcc)
      k++;
    if (k == blob->count_formats)
      fourccs[blob->count_formats++] = f->fourcc;
    modifiers[blob->count_modifiers++] = (struct drm_format_modifier) {
      .formats = UINT64_C (1) << (k % 64),
      .offset = k / 64 * 64,
      .modifier = f->modifier,
    };
  }
  card_add_blob (
      card, plane->id, "IN_FORMATS", DRM_MODE_PROP_IMMUTABLE, 0, data, size);
}

static void
add_plane_properties (struct card *card, uint32_t id, uint32_t type)
{
  static const char *const types[] = { "Overlay", "Primary", "Cursor", NULL };
  static const char *const sources[] = { "SRC_X", "SRC_Y", "SRC_W", "SRC_H" };
  const uint32_t atomic = DRM_MODE_PROP_ATOMIC;

  card_add_enum (card, id, "type", DRM_MODE_PROP_IMMUTABLE, types, type);
  card_add_object_property (card, id, "FB_ID", atomic, DRM_MODE_OBJECT_FB);
  card_add_signed_range (card, id, "IN_FENCE_FD", atomic, -1, INT_MAX, -1);
  card_add_object_property (card, id, "CRTC_ID", atomic, DRM_MODE_OBJECT_CRTC);
  card_add_signed_range (card, id, "CRTC_X", atomic, INT_MIN, INT_MAX, 0);
  card_add_signed_range (card, id, "CRTC_Y", atomic, INT_MIN, INT_MAX, 0);
  card_add_range (card, id, "CRTC_W", atomic, 0, INT_MAX, 0);
  card_add_range (card, id, "CRTC_H", atomic, 0, INT_MAX, 0);
  for (unsigned i = 0; i < G_N_ELEMENTS (sources); i++)
    card_add_range (card, id, sources[i], atomic, 0, UINT_MAX, 0);
}

uint32_t
card_add_plane (struct card *card, const struct card_plane *wish)
{
  struct card_object *plane;
  unsigned n = 0;

  card_lock ();
  while (card_nth (card, DRM_MODE_OBJECT_CRTC, n))
    n++;
  plane = add_object (card, DRM_MODE_OBJECT_PLANE);
  plane->plane = *wish;
  plane->plane.formats = NULL; /* the caller's own */
  if (wish->possible_crtcs == 0)
    plane->plane.possible_crtcs = (1u << n) - 1;
  if (wish->max_scale == 0)
    plane->plane.min_scale = plane->plane.max_scale = 0x10000;
  set_formats (plane, wish->formats);
  add_plane_properties (card, plane->id, wish->type);
  if (card->caps[DRM_CAP_ADDFB2_MODIFIERS])
    add_in_formats (card, plane);
  card_unlock ();
  return plane->id;
}

uint32_t
card_shown (struct card *card, uint32_t plane)
{
  uint32_t fb;

  card_lock ();
  fb = must_find (card, plane, DRM_MODE_OBJECT_PLANE)->shown_fb;
  card_unlock ();
  return fb;
}
