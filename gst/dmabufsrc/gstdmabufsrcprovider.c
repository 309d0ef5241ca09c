/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:provider-dmabufsrcdeviceprovider
 * @title: dmabufsrcdeviceprovider
 * @short_description: lists the cameras that dmabufsrc can use
 *
 * Lists the cameras that work by themselves, with the formats and sizes that
 * dmabufsrc delivers of them, and tells when one comes or goes (with udev).
 * Rates are left out of the caps: asking for all takes thousands of calls.
 * Nodes of media-controller pipelines are not listed, because they need to be
 * set up.
 *
 * It hides no other provider, and ranks below v4l2deviceprovider: a camera is
 * listed by both, that one first.
 *
 * |[
 * gst-device-monitor-1.0 Video/Source
 * ]|
 */

#include "gstdmabufsrcprovider.h"

#include "config.h"
#include "gstdmabufsrcdevice.h"

#include "gst-libs/udev/gstzcwatch.h"

#include <stdlib.h>

GST_DEBUG_CATEGORY (gst_dmabuf_src_provider_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_provider_debug

typedef struct {
  GstDeviceProvider parent;
  GstZcWatch *watch; /* between start and stop */
} GstDmabufSrcProvider;

typedef struct {
  GstDeviceProviderClass parent;
} GstDmabufSrcProviderClass;

#define GST_DMABUF_SRC_PROVIDER(obj) ((GstDmabufSrcProvider *) (obj))

static GType gst_dmabuf_src_provider_get_type (void);
G_DEFINE_TYPE (
    GstDmabufSrcProvider, gst_dmabuf_src_provider, GST_TYPE_DEVICE_PROVIDER)

/* A rank above NONE: GstDeviceMonitor asks no others. */
GST_DEVICE_PROVIDER_REGISTER_DEFINE (dmabufsrcdeviceprovider,
    "dmabufsrcdeviceprovider", GST_RANK_MARGINAL,
    gst_dmabuf_src_provider_get_type ())

static GList *
gst_dmabuf_src_provider_probe (GstDeviceProvider *provider)
{
  struct zc_v4l2_node *nodes;
  gint n = zc_v4l2_node_list (&nodes);
  GList *devices = NULL;

  for (gint i = 0; i < n; i++) {
    GstDevice *device = gst_dmabuf_src_device_probe (&nodes[i]);

    if (device)
      devices = g_list_append (devices, gst_object_ref_sink (device));
  }
  free (nodes);
  GST_DEBUG_OBJECT (provider, "%u cameras", g_list_length (devices));
  return devices;
}

#ifdef HAVE_GUDEV
static GstDevice *
find_device (GstDeviceProvider *provider, const gchar *path)
{
  GstDevice *found = NULL;

  GST_OBJECT_LOCK (provider);
  for (GList *l = provider->devices; l && !found; l = l->next)
    if (g_str_equal (gst_dmabuf_src_device_get_path (l->data), path))
      found = gst_object_ref (l->data);
  GST_OBJECT_UNLOCK (provider);
  return found;
}

/* A node may be told twice: when the watch begins, and by udev. */
static void
add_device (const gchar *path, gpointer data)
{
  GstDeviceProvider *provider = data;
  g_autoptr (GstDevice) known = find_device (provider, path);
  struct zc_v4l2_node node;
  GstDevice *device;

  if (known)
    return;
  zc_v4l2_node_query (&node, path);
  device = gst_dmabuf_src_device_probe (&node);
  if (device) {
    GST_INFO_OBJECT (provider, "%s is here", path);
    gst_device_provider_device_add (provider, device);
  }
}

static void
remove_device (const gchar *path, gpointer data)
{
  GstDeviceProvider *provider = data;
  g_autoptr (GstDevice) device = find_device (provider, path);

  if (device) {
    GST_INFO_OBJECT (provider, "%s is gone", path);
    gst_device_provider_device_remove (provider, device);
  }
}

static gboolean
gst_dmabuf_src_provider_start (GstDeviceProvider *provider)
{
  static const GstZcWatchFuncs funcs = { .added = add_device,
    .removed = remove_device };
  GstDmabufSrcProvider *self = GST_DMABUF_SRC_PROVIDER (provider);

  self->watch = gst_zc_watch_new (
      "video4linux", "/dev/video", &funcs, provider);
  return TRUE;
}

static void
gst_dmabuf_src_provider_stop (GstDeviceProvider *provider)
{
  GstDmabufSrcProvider *self = GST_DMABUF_SRC_PROVIDER (provider);

  g_clear_pointer (&self->watch, gst_zc_watch_free);
}
#endif

static void
gst_dmabuf_src_provider_init (GstDmabufSrcProvider *self)
{
#ifndef HAVE_GUDEV
  GST_INFO_OBJECT (self, "built without gudev: cameras that come or go are not "
                         "told");
#else
  (void) self;
#endif
}

static void
gst_dmabuf_src_provider_class_init (GstDmabufSrcProviderClass *klass)
{
  GstDeviceProviderClass *provider_class = GST_DEVICE_PROVIDER_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_dmabuf_src_provider_debug,
      "dmabufsrcdeviceprovider", 0, "cameras for dmabufsrc");
  provider_class->probe = gst_dmabuf_src_provider_probe;
#ifdef HAVE_GUDEV
  provider_class->start = gst_dmabuf_src_provider_start;
  provider_class->stop = gst_dmabuf_src_provider_stop;
#endif
  gst_device_provider_class_set_static_metadata (provider_class,
      "V4L2 dma-buf camera provider", "Source/Video/Hardware",
      "Lists the cameras that dmabufsrc captures from without a copy",
      "The gst-dmabuf developers");
}
