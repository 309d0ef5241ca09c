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

void
zc_kms_signal_read_monitor (struct zc_kms_device *device,
    const struct zc_kms_connector *connector, struct zc_kms_edid *monitor)
{
  drmModePropertyBlobRes *edid = get_blob (
      device, property_of (connector, ZC_KMS_CONNECTOR_EDID));

  zc_kms_edid_parse (
      monitor, edid ? edid->data : NULL, edid ? edid->length : 0);
  drmModeFreePropertyBlob (edid);
}

int
zc_kms_signal_read (struct zc_kms_device *device,
    const struct zc_kms_connector *connector, struct zc_kms_signal_found *found)
{
  drmModePropertyBlobRes *hdr = get_blob (
      device, property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA));
  int ret = 0;

  *found = (struct zc_kms_signal_found) { 0 };
  zc_kms_signal_read_monitor (device, connector, &found->monitor);
  if (hdr && hdr->length > 0) {
    found->hdr = malloc (hdr->length);
    if (found->hdr) {
      found->hdr_size = hdr->length;
      memcpy (found->hdr, hdr->data, hdr->length);
    } else {
      ret = -ENOMEM;
    }
  }
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

/* The name of the "Colorspace" for GAMUT, NULL if there is no such property. */
static const char *
name_colorspace (struct zc_kms_device *device,
    const struct zc_kms_connector *connector, const struct zc_kms_edid *monitor,
    enum zc_kms_gamut gamut)
{
  const char *names[MAX_COLORSPACES];
  unsigned n = zc_kms_property_names (device,
      *property_of (connector, ZC_KMS_CONNECTOR_COLORSPACE), names,
      MAX_COLORSPACES);

  return zc_kms_hdr_colorspace (monitor, gamut, names, n);
}

static void
add_colorspace (struct zc_kms_atomic *atomic, struct zc_kms_device *device,
    const struct zc_kms_connector *connector, const struct zc_kms_edid *monitor,
    enum zc_kms_gamut gamut)
{
  struct zc_kms_property property = *property_of (
      connector, ZC_KMS_CONNECTOR_COLORSPACE);
  const char *name = name_colorspace (device, connector, monitor, gamut);
  uint64_t value;

  if (name && zc_kms_property_enum (device, property, name, &value) == 0)
    zc_kms_atomic_set (atomic, property, value);
}

/* The "max bpc" for SIGNAL, what was found if it has none. */
static uint64_t
choose_max_bpc (struct zc_kms_device *device,
    const struct zc_kms_connector *connector, const struct zc_kms_edid *monitor,
    const struct zc_kms_signal *signal)
{
  struct zc_kms_property property = *property_of (
      connector, ZC_KMS_CONNECTOR_MAX_BPC);
  uint64_t min, max;

  if (signal->bits == 0 || property.id == 0 ||
      zc_kms_property_range (device, property, &min, &max) < 0)
    return property.value;
  return zc_kms_hdr_max_bpc (
      monitor, signal->hdr.eotf, signal->bits, property.value, min, max);
}

static bool
is_default (const char *colorspace)
{
  return !colorspace || strcmp (colorspace, "Default") == 0;
}

const char *
zc_kms_signal_fit (struct zc_kms_device *device,
    const struct zc_kms_connector *connector,
    const struct zc_kms_signal_found *found, struct zc_kms_signal *signal)
{
  const struct zc_kms_edid *monitor = &found->monitor;
  const char *why = NULL;

  if (signal->hdr.eotf != ZC_KMS_EOTF_SDR)
    why = property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA)->id == 0
              ? "is on a connector without HDR_OUTPUT_METADATA"
              : zc_kms_hdr_refusal (monitor, signal->hdr.eotf);
  if (why)
    signal->hdr = (struct zc_kms_hdr) { 0 };
  if (is_default (name_colorspace (device, connector, monitor, signal->gamut)))
    signal->gamut = ZC_KMS_GAMUT_DEFAULT;
  if (choose_max_bpc (device, connector, monitor, signal) ==
      property_of (connector, ZC_KMS_CONNECTOR_MAX_BPC)->value)
    signal->bits = 0;
  return why;
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
  zc_kms_atomic_set_optional (atomic,
      *property_of (connector, ZC_KMS_CONNECTOR_MAX_BPC),
      choose_max_bpc (device, connector, &found->monitor, signal));
}

void
zc_kms_signal_add_plain (struct zc_kms_atomic *atomic,
    struct zc_kms_device *device, const struct zc_kms_connector *connector)
{
  static const struct zc_kms_edid unknown;

  zc_kms_atomic_set_optional (atomic,
      *property_of (connector, ZC_KMS_CONNECTOR_HDR_OUTPUT_METADATA), 0);
  add_colorspace (atomic, device, connector, &unknown, ZC_KMS_GAMUT_DEFAULT);
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
