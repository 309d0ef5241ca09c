/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-display.h"

#include "probe-ask.h"

#include "gst-libs/allocators/gstzcnode.h"
#include "gst-libs/kms/kms-connector.h"
#include "gst-libs/kms/kms-holders.h"

#include <errno.h>
#include <glob.h>

static gchar *
explain (const gchar *path, gint error)
{
  g_autofree gchar *cure = NULL;

  if (error == -EACCES || error == -EPERM)
    cure = gst_zc_node_explain_permission (
        path, "SUBSYSTEM==\"drm\", KERNEL==\"card*\"", -error);
  else if (error == -EOPNOTSUPP)
    cure = g_strdup ("its driver has no atomic mode setting, or cannot import "
                     "dma-bufs: cards that only draw are such");
  else
    cure = g_strdup ("the kernel's log may say more (dmesg)");
  return g_strdup_printf (
      "open: %s (errno %d): %s", g_strerror (-error), -error, cure);
}

static void
ask_formats (ProbeEnd *end)
{
  GstCaps *caps = probe_ask_caps (end, "dmabufsink", "sink");

  if (caps)
    probe_formats_add_caps (end->in, caps);
  gst_clear_caps (&caps);
}

static void
add_connector (GPtrArray *ends, struct zc_kms_device *device, uint32_t id)
{
  struct zc_kms_connector connector;
  ProbeEnd *end;

  if (zc_kms_connector_read (device, id, &connector) < 0)
    return;
  if (connector.is_connected) {
    end = probe_end_new (
        PROBE_DISPLAY, device->path, connector.name, device->driver);
    end->in = probe_formats_new ();
    g_ptr_array_add (ends, end);
  }
  zc_kms_connector_clear (&connector);
}

/* Why nothing is connected to a card. Monitors are asked for who is master. */
static void
explain_darkness (ProbeEnd *end, struct zc_kms_device *device)
{
  gint ret = zc_kms_device_become_master (device);
  char names[256] = "";

  if (ret == 0) {
    zc_kms_device_drop_master (device);
    end->trouble = g_strdup ("nothing is connected to it: plug a monitor in; "
                             "/sys/class/drm/*/status tells");
    return;
  }
  zc_kms_holders_describe (device->path, names, sizeof (names));
  end->is_busy = TRUE;
  end->trouble = g_strdup_printf (
      "drmSetMaster: %s (errno %d): another program has it, and has asked for "
      "no monitor: end that%s%s",
      g_strerror (-ret), -ret, names[0] ? ", " : "", names);
}

static void
add_connectors (GPtrArray *ends, struct zc_kms_device *device)
{
  drmModeRes *resources = drmModeGetResources (device->fd);
  guint before = ends->len;
  ProbeEnd *end;

  /* The monitors are asked by that, if nobody shows there who has done it. */
  zc_kms_connector_find (device, NULL, NULL);
  for (int i = 0; resources && i < resources->count_connectors; i++)
    add_connector (ends, device, resources->connectors[i]);
  if (resources)
    drmModeFreeResources (resources);
  if (ends->len > before)
    return;
  end = probe_end_new (PROBE_OTHER, device->path, NULL, device->driver);
  explain_darkness (end, device);
  g_ptr_array_add (ends, end);
}

/* The card is closed again before a sink opens it. */
static void
add_card (GPtrArray *ends, const gchar *path)
{
  struct zc_kms_device *device;
  gint ret = zc_kms_device_open (&device, path);
  guint first = ends->len;

  if (ret < 0) {
    ProbeEnd *end = probe_end_new (PROBE_OTHER, path, NULL, "card");

    end->trouble = explain (path, ret);
    g_ptr_array_add (ends, end);
    return;
  }
  add_connectors (ends, device);
  zc_kms_device_close (device);
  for (guint i = first; i < ends->len; i++) {
    ProbeEnd *end = ends->pdata[i];

    if (end->kind == PROBE_DISPLAY)
      ask_formats (end);
  }
}

guint
probe_display_list (GPtrArray *ends)
{
  glob_t found = { 0 };
  guint n;

  if (glob ("/dev/dri/card[0-9]*", 0, NULL, &found) == 0)
    for (gsize i = 0; i < found.gl_pathc; i++)
      add_card (ends, found.gl_pathv[i]);
  n = found.gl_pathc;
  globfree (&found);
  return n;
}
