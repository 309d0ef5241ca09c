/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

#define N_ENUMS_MAX 64

int
card_find_property (struct card *card, uint32_t object, const char *name)
{
  for (unsigned i = 0; i < card->properties->len; i++) {
    struct card_property *p = card->properties->pdata[i];

    if (p->object == object && strcmp (p->name, name) == 0)
      return i;
  }
  return -1;
}

struct card_property *
card_property_at (struct card *card, int place)
{
  return card->properties->pdata[place];
}

uint64_t
card_value_at (struct card *card, int place)
{
  return g_array_index (card->values, uint64_t, place);
}

void
card_put_value (struct card *card, int place, uint64_t value)
{
  g_array_index (card->values, uint64_t, place) = value;
}

void
card_property_free (void *data)
{
  struct card_property *property = data;

  g_free (property->values);
  g_free (property->names);
  g_free (property);
}

static int
must_find (struct card *card, uint32_t object, const char *name)
{
  int place = card_find_property (card, object, name);

  if (place < 0)
    card_die ("object %u has no property %s", object, name);
  return place;
}

/* What drm_atomic_helper.c does not carry over to the next state. */
static bool
is_momentary (const char *name)
{
  return strcmp (name, "IN_FENCE_FD") == 0 ||
         strcmp (name, "OUT_FENCE_PTR") == 0 ||
         strcmp (name, "FB_DAMAGE_CLIPS") == 0;
}

static struct card_property *
add (struct card *card, uint32_t object, const char *name, uint32_t flags,
    const uint64_t *values, unsigned n_values, uint64_t value)
{
  struct card_property *p = g_new0 (struct card_property, 1);

  card_lock ();
  if (!card_find_object (card, NULL, object))
    card_die ("no object %u for the property %s", object, name);
  if (card_find_property (card, object, name) >= 0)
    card_die ("object %u has a property %s already", object, name);
  if (strlen (name) >= sizeof (p->name))
    card_die ("%s is too long for a property", name);
  p->id = card_new_id (card);
  p->object = object;
  g_strlcpy (p->name, name, sizeof (p->name));
  p->needs_modeset = flags & CARD_NEEDS_MODESET;
  p->flags = flags & ~CARD_NEEDS_MODESET;
  p->first = value;
  p->momentary = is_momentary (name);
  p->n_values = n_values;
  p->values = g_memdup2 (values, n_values * sizeof (*values));
  g_ptr_array_add (card->properties, p);
  g_array_append_val (card->values, value);
  card_unlock ();
  return p;
}

uint32_t
card_add_range (struct card *card, uint32_t object, const char *name,
    uint32_t flags, uint64_t min, uint64_t max, uint64_t value)
{
  return add (card, object, name, flags | DRM_MODE_PROP_RANGE,
      (uint64_t[]) { min, max }, 2, value)
      ->id;
}

uint32_t
card_add_signed_range (struct card *card, uint32_t object, const char *name,
    uint32_t flags, int64_t min, int64_t max, int64_t value)
{
  return add (card, object, name, flags | DRM_MODE_PROP_SIGNED_RANGE,
      (uint64_t[]) { min, max }, 2, value)
      ->id;
}

uint32_t
card_add_object_property (struct card *card, uint32_t object, const char *name,
    uint32_t flags, uint32_t type)
{
  return add (card, object, name, flags | DRM_MODE_PROP_OBJECT,
      (uint64_t[]) { type }, 1, 0)
      ->id;
}

static uint32_t
add_named (struct card *card, uint32_t object, const char *name, uint32_t flags,
    const char *const *names, uint64_t value)
{
  char list[N_ENUMS_MAX][DRM_PROP_NAME_LEN] = { 0 };
  uint64_t values[N_ENUMS_MAX];
  struct card_property *p;
  unsigned n = 0;

  for (unsigned i = 0; names[i]; i++) {
    if (i >= N_ENUMS_MAX)
      card_die ("too many values of %s", name);
    if (*names[i] == '\0')
      continue;
    g_strlcpy (list[n], names[i], sizeof (list[n]));
    values[n++] = i;
  }
  p = add (card, object, name, flags, values, n, value);
  p->names = g_memdup2 (list, n * sizeof (list[0]));
  return p->id;
}

uint32_t
card_add_enum (struct card *card, uint32_t object, const char *name,
    uint32_t flags, const char *const *names, uint64_t value)
{
  return add_named (
      card, object, name, flags | DRM_MODE_PROP_ENUM, names, value);
}

uint32_t
card_add_bitmask (struct card *card, uint32_t object, const char *name,
    uint32_t flags, const char *const *names, uint64_t value)
{
  return add_named (
      card, object, name, flags | DRM_MODE_PROP_BITMASK, names, value);
}

uint32_t
card_add_blob (struct card *card, uint32_t object, const char *name,
    uint32_t flags, size_t size, const void *data, size_t n_bytes)
{
  struct card_property *p;

  card_lock ();
  p = add (card, object, name, flags | DRM_MODE_PROP_BLOB, NULL, 0,
      n_bytes > 0 ? card_new_blob (card, NULL, data, n_bytes) : 0);
  p->blob_size = size;
  card_unlock ();
  return p->id;
}

uint32_t
card_add_zpos (struct card *card, uint32_t plane, uint64_t min, uint64_t max,
    uint64_t value)
{
  return card_add_range (card, plane, "zpos",
      min == max ? DRM_MODE_PROP_IMMUTABLE : 0, min, max, value);
}

uint32_t
card_add_alpha (struct card *card, uint32_t plane)
{
  return card_add_range (card, plane, "alpha", 0, 0, 0xffff, 0xffff);
}

uint32_t
card_add_blend_modes (struct card *card, uint32_t plane)
{
  /* DRM_MODE_BLEND_PREMULTI is 0, COVERAGE 1, PIXEL_NONE 2 */
  static const char *const names[] = { "Pre-multiplied", "Coverage", "None",
    NULL };

  return card_add_enum (card, plane, "pixel blend mode", 0, names, 0);
}

uint32_t
card_add_rotation (struct card *card, uint32_t plane, uint32_t mask)
{
  static const char *const all[] = { "rotate-0", "rotate-90", "rotate-180",
    "rotate-270", "reflect-x", "reflect-y" };
  const char *names[G_N_ELEMENTS (all) + 1] = { NULL };

  for (unsigned i = 0; i < G_N_ELEMENTS (all); i++)
    names[i] = mask & (1u << i) ? all[i] : "";
  return card_add_bitmask (
      card, plane, "rotation", 0, names, DRM_MODE_ROTATE_0);
}

void
card_add_colours (struct card *card, uint32_t plane)
{
  static const char *const encodings[] = { "ITU-R BT.601 YCbCr",
    "ITU-R BT.709 YCbCr", "ITU-R BT.2020 YCbCr", NULL };
  static const char *const ranges[] = { "YCbCr limited range",
    "YCbCr full range", NULL };

  card_add_enum (card, plane, "COLOR_ENCODING", 0, encodings, 0);
  card_add_enum (card, plane, "COLOR_RANGE", 0, ranges, 0);
}

void
card_add_hdr (struct card *card, uint32_t connector, uint32_t flags)
{
  static const char *const colorspaces[] = { "Default", "SMPTE_170M_YCC",
    "BT709_YCC", "XVYCC_601", "XVYCC_709", "SYCC_601", "opYCC_601", "opRGB",
    "BT2020_CYCC", "BT2020_RGB", "BT2020_YCC", "DCI-P3_RGB_D65",
    "DCI-P3_RGB_Theater", NULL };

  card_add_blob (card, connector, "HDR_OUTPUT_METADATA", flags,
      sizeof (struct hdr_output_metadata), NULL, 0);
  card_add_enum (card, connector, "Colorspace", flags, colorspaces, 0);
  card_add_range (card, connector, "max bpc", CARD_NEEDS_MODESET, 6, 16, 8);
}

void
card_add_vrr (struct card *card, uint32_t connector, uint32_t crtc)
{
  card_add_range (
      card, connector, "vrr_capable", DRM_MODE_PROP_IMMUTABLE, 0, 1, 1);
  card_add_range (card, crtc, "VRR_ENABLED", 0, 0, 1, 0);
}

void
card_remove_property (struct card *card, uint32_t object, const char *name)
{
  struct card_property *p;

  card_lock ();
  p = card_property_at (card, must_find (card, object, name));
  p->object = 0; /* of nobody: the places of the others stay */
  card_unlock ();
}

uint32_t
card_property (struct card *card, uint32_t object, const char *name)
{
  uint32_t id;
  int place;

  card_lock ();
  place = card_find_property (card, object, name);
  id = place >= 0 ? card_property_at (card, place)->id : 0;
  card_unlock ();
  return id;
}

uint64_t
card_get (struct card *card, uint32_t object, const char *name)
{
  uint64_t value;

  card_lock ();
  value = card_value_at (card, must_find (card, object, name));
  card_unlock ();
  return value;
}

void
card_set (struct card *card, uint32_t object, const char *name, uint64_t value)
{
  card_lock ();
  card_put_value (card, must_find (card, object, name), value);
  card_unlock ();
}

const void *
card_get_blob (
    struct card *card, uint32_t object, const char *name, size_t *n_bytes)
{
  struct card_blob *blob;
  const void *data;

  card_lock ();
  blob = card_find_blob (card, card_get (card, object, name));
  data = blob ? blob->data : NULL;
  *n_bytes = blob ? blob->size : 0;
  card_unlock ();
  return data;
}

static bool
takes_blob (
    struct card *card, const struct card_property *property, uint64_t value)
{
  struct card_blob *blob = card_find_blob (card, value);

  if (value == 0)
    return true;
  return blob &&
         (property->blob_size == 0 || blob->size == property->blob_size);
}

static bool
takes_object (
    struct card *card, const struct card_property *property, uint64_t value)
{
  if (value == 0)
    return true;
  if (property->values[0] == DRM_MODE_OBJECT_FB)
    return card_find_fb (card, value) != NULL;
  return card_find_typed (card, NULL, value, property->values[0]) != NULL;
}

/* As drm_property_change_valid_get() does. */
bool
card_property_takes (
    struct card *card, const struct card_property *p, uint64_t value)
{
  uint64_t bits = 0;

  if (p->flags & DRM_MODE_PROP_IMMUTABLE)
    return false;
  switch (
      p->flags & (DRM_MODE_PROP_LEGACY_TYPE | DRM_MODE_PROP_EXTENDED_TYPE)) {
    case DRM_MODE_PROP_RANGE:
      return value >= p->values[0] && value <= p->values[1];
    case DRM_MODE_PROP_SIGNED_RANGE:
      return (int64_t) value >= (int64_t) p->values[0] &&
             (int64_t) value <= (int64_t) p->values[1];
    case DRM_MODE_PROP_BLOB:
      return takes_blob (card, p, value);
    case DRM_MODE_PROP_OBJECT:
      return takes_object (card, p, value);
    case DRM_MODE_PROP_BITMASK:
      for (unsigned i = 0; i < p->n_values; i++)
        bits |= UINT64_C (1) << p->values[i];
      return (value & ~bits) == 0;
    default:
      for (unsigned i = 0; i < p->n_values; i++)
        if (p->values[i] == value)
          return true;
      return false;
  }
}
