/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-private.h"

/* What the card says of its objects: drm_mode_config.c, drm_connector.c,
 * drm_plane.c, drm_crtc.c, drm_encoder.c, drm_mode_object.c, drm_property.c. */

/* A list of the program's, of which it said how much fits. */
struct list {
  uint32_t *at;
  uint32_t room, n;
};

static struct list
list_of (uint64_t pointer, uint32_t room)
{
  return (struct list) { (void *) (uintptr_t) pointer, room, 0 };
}

static void
put (struct list *list, uint32_t id)
{
  if (list->n < list->room)
    list->at[list->n] = id;
  list->n++;
}

static uint32_t
count_and_put (struct card *card, const struct card_client *client,
    uint32_t type, struct list list)
{
  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *object = card->objects->pdata[i];

    if (object->type == type && card_find_object (card, client, object->id))
      put (&list, object->id);
  }
  return list.n;
}

/* drm_lease_filter_crtcs(): a lessee counts only its own. */
static uint32_t
mask_for (struct card *card, const struct card_client *client, uint32_t mask)
{
  uint32_t seen = 0, bit = 0;

  for (unsigned i = 0;; i++) {
    const struct card_object *crtc = card_nth (card, DRM_MODE_OBJECT_CRTC, i);

    if (!crtc)
      return seen;
    if (!card_client_sees (client, crtc->id))
      continue;
    if (mask & (1u << i))
      seen |= 1u << bit;
    bit++;
  }
}

static int
get_resources (
    struct card *card, struct card_client *client, struct drm_mode_card_res *r)
{
  struct list fbs = list_of (r->fb_id_ptr, r->count_fbs);

  for (unsigned i = 0; i < card->fbs->len; i++) {
    const struct card_framebuffer *fb = card->fbs->pdata[i];

    if (fb->owner == client)
      put (&fbs, fb->info.id);
  }
  r->count_fbs = fbs.n;
  r->count_crtcs = count_and_put (card, client, DRM_MODE_OBJECT_CRTC,
      list_of (r->crtc_id_ptr, r->count_crtcs));
  r->count_connectors = count_and_put (card, client, DRM_MODE_OBJECT_CONNECTOR,
      list_of (r->connector_id_ptr, r->count_connectors));
  r->count_encoders = count_and_put (card, client, DRM_MODE_OBJECT_ENCODER,
      list_of (r->encoder_id_ptr, r->count_encoders));
  r->min_width = card->min_width;
  r->max_width = card->max_width;
  r->min_height = card->min_height;
  r->max_height = card->max_height;
  return 0;
}

static int
get_plane_resources (struct card *card, struct card_client *client,
    struct drm_mode_get_plane_res *r)
{
  struct list planes = list_of (r->plane_id_ptr, r->count_planes);

  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *plane = card->objects->pdata[i];

    if (plane->type == DRM_MODE_OBJECT_PLANE &&
        card_client_sees (client, plane->id) &&
        (client->universal || plane->plane.type == DRM_PLANE_TYPE_OVERLAY))
      put (&planes, plane->id);
  }
  r->count_planes = planes.n;
  return 0;
}

static uint64_t
value_of (struct card *card, uint32_t object, const char *name)
{
  return card_value_at (card, card_find_property (card, object, name));
}

static int
get_crtc (
    struct card *card, struct card_client *client, struct drm_mode_crtc *r)
{
  struct card_object *crtc = card_find_typed (
      card, client, r->crtc_id, DRM_MODE_OBJECT_CRTC);
  struct card_blob *mode;

  if (!crtc)
    return ENOENT;
  r->gamma_size = 0;
  r->x = r->y = r->fb_id = 0;
  for (unsigned i = 0; i < card->objects->len; i++) {
    const struct card_object *plane = card->objects->pdata[i];

    if (plane->type == DRM_MODE_OBJECT_PLANE &&
        plane->plane.type == DRM_PLANE_TYPE_PRIMARY &&
        value_of (card, plane->id, "CRTC_ID") == crtc->id) {
      r->fb_id = value_of (card, plane->id, "FB_ID");
      r->x = value_of (card, plane->id, "SRC_X") >> 16;
      r->y = value_of (card, plane->id, "SRC_Y") >> 16;
    }
  }
  mode = card_find_blob (card, value_of (card, crtc->id, "MODE_ID"));
  r->mode_valid = mode != NULL;
  if (mode)
    memcpy (&r->mode, mode->data, sizeof (r->mode));
  return 0;
}

static int
get_encoder (struct card *card, struct card_client *client,
    struct drm_mode_get_encoder *r)
{
  struct card_object *encoder = card_find_typed (
      card, client, r->encoder_id, DRM_MODE_OBJECT_ENCODER);
  uint64_t crtc;
  unsigned n = 0;

  if (!encoder)
    return ENOENT;
  crtc = value_of (card, encoder->connector, "CRTC_ID");
  while (card_nth (card, DRM_MODE_OBJECT_CRTC, n))
    n++;
  r->crtc_id = crtc && card_client_sees (client, crtc) ? crtc : 0;
  r->encoder_type = DRM_MODE_ENCODER_TMDS;
  r->possible_crtcs = mask_for (
      card, client, encoder->possible_crtcs & ((1u << n) - 1));
  r->possible_clones = 1u << encoder->index;
  return 0;
}

static unsigned
get_values (struct card *card, const struct card_client *client,
    uint32_t object, uint64_t ids, uint64_t values, uint32_t room)
{
  struct list list = list_of (ids, room);
  uint64_t *out = (void *) (uintptr_t) values;

  for (unsigned i = 0; i < card->properties->len; i++) {
    const struct card_property *p = card_property_at (card, i);

    if (p->object != object ||
        (p->flags & DRM_MODE_PROP_ATOMIC && !client->atomic))
      continue;
    if (list.n < room)
      out[list.n] = card_value_at (card, i);
    put (&list, p->id);
  }
  return list.n;
}

static int
get_connector (struct card *card, struct card_client *client,
    struct drm_mode_get_connector *r)
{
  struct card_object *connector = card_find_typed (
      card, client, r->connector_id, DRM_MODE_OBJECT_CONNECTOR);
  struct list encoders = list_of (r->encoders_ptr, r->count_encoders);
  unsigned n_modes;

  if (!connector)
    return ENOENT;
  n_modes = connector->status == DRM_MODE_CONNECTED ? connector->modes->len : 0;
  if (n_modes > 0 && r->count_modes >= n_modes)
    memcpy ((void *) (uintptr_t) r->modes_ptr, connector->modes->data,
        n_modes * sizeof (struct drm_mode_modeinfo));
  r->count_modes = n_modes;
  put (&encoders, connector->encoder);
  r->count_encoders = encoders.n;
  r->count_props = get_values (card, client, connector->id, r->props_ptr,
      r->prop_values_ptr, r->count_props);
  r->encoder_id = value_of (card, connector->id, "CRTC_ID") ? connector->encoder
                                                            : 0;
  r->connector_type = connector->connector_type;
  r->connector_type_id = connector->type_id;
  r->connection = connector->status;
  r->mm_width = connector->status == DRM_MODE_CONNECTED ? 600 : 0;
  r->mm_height = connector->status == DRM_MODE_CONNECTED ? 340 : 0;
  r->subpixel = 1; /* unknown */
  return 0;
}

static int
get_plane (
    struct card *card, struct card_client *client, struct drm_mode_get_plane *r)
{
  struct card_object *plane = card_find_typed (
      card, client, r->plane_id, DRM_MODE_OBJECT_PLANE);
  g_autofree uint32_t *formats = NULL;
  struct list list = { NULL, 0, 0 };
  uint64_t crtc;

  if (!plane)
    return ENOENT;
  crtc = value_of (card, plane->id, "CRTC_ID");
  r->crtc_id = crtc && card_client_sees (client, crtc) ? crtc : 0;
  r->fb_id = value_of (card, plane->id, "FB_ID");
  r->possible_crtcs = mask_for (card, client, plane->plane.possible_crtcs);
  r->gamma_size = 0;

  formats = g_new0 (uint32_t, plane->formats->len + 1);
  list.at = formats;
  list.room = plane->formats->len;
  for (unsigned i = 0; i < plane->formats->len; i++) {
    uint32_t fourcc =
        g_array_index (plane->formats, struct card_format, i).fourcc;
    bool known = false;

    for (unsigned k = 0; k < list.n; k++)
      known = known || formats[k] == fourcc;
    if (!known)
      put (&list, fourcc);
  }
  if (list.n > 0 && r->count_format_types >= list.n)
    memcpy ((void *) (uintptr_t) r->format_type_ptr, formats,
        list.n * sizeof (uint32_t));
  r->count_format_types = list.n;
  return 0;
}

static int
get_properties (struct card *card, struct card_client *client,
    struct drm_mode_obj_get_properties *r)
{
  struct card_object *object = card_find_object (card, client, r->obj_id);

  if (!object ||
      (r->obj_type != DRM_MODE_OBJECT_ANY && r->obj_type != object->type))
    return ENOENT;
  if (object->type == DRM_MODE_OBJECT_ENCODER)
    return EINVAL; /* has none */
  r->count_props = get_values (card, client, object->id, r->props_ptr,
      r->prop_values_ptr, r->count_props);
  return 0;
}

static int
get_property (struct card *card, struct drm_mode_get_property *r)
{
  struct card_property *p = NULL;
  struct drm_mode_property_enum *enums = (void *) (uintptr_t) r->enum_blob_ptr;
  uint64_t *values = (void *) (uintptr_t) r->values_ptr;

  for (unsigned i = 0; i < card->properties->len && !p; i++)
    if (card_property_at (card, i)->id == r->prop_id)
      p = card_property_at (card, i);
  if (!p)
    return ENOENT;
  memcpy (r->name, p->name, sizeof (r->name));
  r->flags = p->flags;
  for (unsigned i = 0; i < p->n_values && i < r->count_values; i++)
    values[i] = p->values[i];
  r->count_values = p->n_values;
  for (unsigned i = 0; p->names && i < p->n_values && i < r->count_enum_blobs;
      i++) {
    enums[i].value = p->values[i];
    memcpy (enums[i].name, p->names[i], sizeof (enums[i].name));
  }
  r->count_enum_blobs = p->names ? p->n_values : 0;
  return 0;
}

static int
get_blob (struct card *card, struct drm_mode_get_blob *r)
{
  struct card_blob *blob = card_find_blob (card, r->blob_id);

  if (!blob)
    return ENOENT;
  if (r->length == blob->size)
    memcpy ((void *) (uintptr_t) r->data, blob->data, blob->size);
  r->length = blob->size;
  return 0;
}

/* -1: of somebody else. */
int
card_object_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg)
{
  switch (nr) {
    case _IOC_NR (DRM_IOCTL_MODE_GETRESOURCES):
      return get_resources (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETPLANERESOURCES):
      return get_plane_resources (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETCRTC):
      return get_crtc (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETENCODER):
      return get_encoder (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETCONNECTOR):
      return get_connector (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETPLANE):
      return get_plane (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_OBJ_GETPROPERTIES):
      return get_properties (card, client, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETPROPERTY):
      return get_property (card, arg);
    case _IOC_NR (DRM_IOCTL_MODE_GETPROPBLOB):
      return get_blob (card, arg);
    default:
      return -1;
  }
}
