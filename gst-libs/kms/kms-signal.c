/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-signal.h"

#include "kms-sys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLORSPACES 32

bool
zc_kms_signal_equal (
    const struct zc_kms_signal *a, const struct zc_kms_signal *b)
{
  struct hdr_output_metadata of_a, of_b;

  zc_kms_hdr_metadata (&a->hdr, &of_a);
  zc_kms_hdr_metadata (&b->hdr, &of_b);
  return memcmp (&of_a, &of_b, sizeof (of_a)) == 0 && a->gamut == b->gamut &&
         a->bits == b->bits;
}

static const struct zc_kms_property *
property_of (const struct zc_kms_connector *connector,
    enum zc_kms_connector_property property)
{
  return &connector->property[property];
}

static drmModePropertyBlobRes *
get_blob (struct zc_kms_device *device, const struct zc_kms_property *property)
{
  if (property->id == 0 || property->value == 0)
    return NULL;
  return zc_kms_sys.get_blob (device->fd, property->value);
}

int
zc_kms_signal_read (struct zc_kms_device *device,
    const struct zc_kms_connector *connector, struct zc_kms_signal_found *found)
{
  drmModePropertyBlobRes *edid = get_blob (
      device, property_of (connector, ZC_KMS_CONNECTOR_EDID));
  drmModePropertyBlobRes *hdr = get_blob (
      device, property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA));
  int ret = 0;

  *found = (struct zc_kms_signal_found) { 0 };
  zc_kms_edid_parse (
      &found->monitor, edid ? edid->data : NULL, edid ? edid->length : 0);
  if (hdr && hdr->length > 0) {
    found->hdr = malloc (hdr->length);
    if (found->hdr) {
      found->hdr_size = hdr->length;
      memcpy (found->hdr, hdr->data, hdr->length);
    } else {
      ret = -ENOMEM;
    }
  }
  drmModeFreePropertyBlob (edid);
  drmModeFreePropertyBlob (hdr);
  return ret;
}

void
zc_kms_signal_clear (struct zc_kms_signal_found *found)
{
  free (found->hdr);
  *found = (struct zc_kms_signal_found) { 0 };
}

/* --- blobs ------------------------------------------------------------- */

int
zc_kms_blob_create (const struct zc_kms_device *device, const void *data,
    size_t size, uint32_t *id)
{
  struct drm_mode_create_blob blob = {
    .data = (uintptr_t) data,
    .length = size,
  };
  int ret = zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_CREATEPROPBLOB, &blob);

  *id = ret == 0 ? blob.blob_id : 0;
  return ret;
}

void
zc_kms_blob_destroy (const struct zc_kms_device *device, uint32_t id)
{
  struct drm_mode_destroy_blob blob = { .blob_id = id };

  if (id != 0)
    zc_kms_ioctl (device->fd, DRM_IOCTL_MODE_DESTROYPROPBLOB, &blob);
}

int
zc_kms_signal_blob_create (const struct zc_kms_device *device,
    const struct zc_kms_connector *connector,
    const struct zc_kms_signal *signal, uint32_t *id)
{
  struct hdr_output_metadata metadata;

  *id = 0;
  if (signal->hdr.eotf == ZC_KMS_EOTF_SDR ||
      property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA)->id == 0)
    return 0;
  zc_kms_hdr_metadata (&signal->hdr, &metadata);
  return zc_kms_blob_create (device, &metadata, sizeof (metadata), id);
}

int
zc_kms_signal_blob_create_found (const struct zc_kms_device *device,
    const struct zc_kms_signal_found *found, uint32_t *id)
{
  *id = 0;
  if (!found->hdr)
    return 0;
  return zc_kms_blob_create (device, found->hdr, found->hdr_size, id);
}

/* --- requests ---------------------------------------------------------- */

static void
add_colorspace (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    const struct zc_kms_connector *connector, const struct zc_kms_edid *monitor,
    enum zc_kms_gamut gamut)
{
  struct zc_kms_property property = *property_of (
      connector, ZC_KMS_CONNECTOR_COLORSPACE);
  const char *names[MAX_COLORSPACES], *name;
  unsigned n = zc_kms_property_names (device, property, names, MAX_COLORSPACES);
  uint64_t value;

  name = zc_kms_hdr_colorspace (monitor, gamut, names, n);
  if (name && zc_kms_property_enum (device, property, name, &value) == 0)
    zc_kms_atomic_set (atomic, property, value);
}

static void
add_bits (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    const struct zc_kms_connector *connector, const struct zc_kms_edid *monitor,
    const struct zc_kms_signal *signal)
{
  struct zc_kms_property property = *property_of (
      connector, ZC_KMS_CONNECTOR_MAX_BPC);
  uint64_t min, max;

  if (signal->bits == 0 ||
      zc_kms_property_range (device, property, &min, &max) < 0)
    zc_kms_atomic_set_optional (atomic, property, property.value);
  else
    zc_kms_atomic_set (atomic, property,
        zc_kms_hdr_max_bpc (
            monitor, signal->hdr.eotf, signal->bits, property.value, min, max));
}

void
zc_kms_signal_add (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    const struct zc_kms_connector *connector,
    const struct zc_kms_signal_found *found, const struct zc_kms_signal *signal,
    uint32_t blob)
{
  zc_kms_atomic_set_optional (atomic,
      *property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA), blob);
  add_colorspace (atomic, device, connector, &found->monitor, signal->gamut);
  add_bits (atomic, device, connector, &found->monitor, signal);
}

void
zc_kms_signal_add_found (struct zc_kms_atomic *atomic,
    const struct zc_kms_connector *connector, uint32_t blob)
{
  static const enum zc_kms_connector_property others[] = {
    ZC_KMS_CONNECTOR_COLORSPACE,
    ZC_KMS_CONNECTOR_MAX_BPC,
  };

  zc_kms_atomic_set_optional (atomic,
      *property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA), blob);
  for (unsigned i = 0; i < 2; i++)
    zc_kms_atomic_set_optional (atomic, *property_of (connector, others[i]),
        property_of (connector, others[i])->value);
}
