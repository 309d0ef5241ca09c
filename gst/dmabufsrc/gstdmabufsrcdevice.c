/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcdevice.h"

#include "gstdmabufsrcformats.h"

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_src_provider_debug);
#define GST_CAT_DEFAULT gst_dmabuf_src_provider_debug

struct _GstDmabufSrcDevice {
  GstDevice parent;
  gchar *path; /* does not change */
};

enum { PROP_0, PROP_DEVICE_PATH };

G_DEFINE_FINAL_TYPE (GstDmabufSrcDevice, gst_dmabuf_src_device, GST_TYPE_DEVICE)

static GstElement *
gst_dmabuf_src_device_create_element (GstDevice *device, const gchar *name)
{
  GstElement *element = gst_element_factory_make ("dmabufsrc", name);

  if (element)
    g_object_set (
        element, "device", GST_DMABUF_SRC_DEVICE (device)->path, NULL);
  return element;
}

/* The element reads its property when it leaves NULL. */
static gboolean
gst_dmabuf_src_device_reconfigure_element (
    GstDevice *device, GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (!factory || !g_str_equal (GST_OBJECT_NAME (factory), "dmabufsrc") ||
      GST_STATE (element) != GST_STATE_NULL)
    return FALSE;
  g_object_set (element, "device-fd", -1, "device",
      GST_DMABUF_SRC_DEVICE (device)->path, NULL);
  return TRUE;
}

static void
gst_dmabuf_src_device_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DEVICE_PATH)
    GST_DMABUF_SRC_DEVICE (object)->path = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_dmabuf_src_device_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DEVICE_PATH)
    g_value_set_string (value, GST_DMABUF_SRC_DEVICE (object)->path);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_dmabuf_src_device_finalize (GObject *object)
{
  g_free (GST_DMABUF_SRC_DEVICE (object)->path);
  G_OBJECT_CLASS (gst_dmabuf_src_device_parent_class)->finalize (object);
}

static void
gst_dmabuf_src_device_init (GstDmabufSrcDevice *self)
{
  (void) self;
}

static void
gst_dmabuf_src_device_class_init (GstDmabufSrcDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstDeviceClass *device_class = GST_DEVICE_CLASS (klass);

  object_class->set_property = gst_dmabuf_src_device_set_property;
  object_class->get_property = gst_dmabuf_src_device_get_property;
  object_class->finalize = gst_dmabuf_src_device_finalize;
  device_class->create_element = gst_dmabuf_src_device_create_element;
  device_class->reconfigure_element = gst_dmabuf_src_device_reconfigure_element;

  g_object_class_install_property (object_class, PROP_DEVICE_PATH,
      g_param_spec_string ("device-path", "Device path",
          "The path of the camera's node", NULL,
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

/* Drivers pass on what cameras say of themselves: any bytes. */
static gchar *
text_of (const __u8 *bytes)
{
  return g_utf8_make_valid ((const gchar *) bytes, -1);
}

/* By the names that v4l2deviceprovider gave them, which applications know. */
static GstStructure *
describe (const struct zc_v4l2_node *node)
{
  const struct v4l2_capability *c = &node->capability;
  g_autofree gchar *driver = text_of (c->driver);
  g_autofree gchar *card = text_of (c->card);
  g_autofree gchar *bus_info = text_of (c->bus_info);

  return gst_structure_new ("v4l2-proplist", "device.api", G_TYPE_STRING,
      "v4l2", "device.path", G_TYPE_STRING, node->path, "v4l2.device.driver",
      G_TYPE_STRING, driver, "v4l2.device.card", G_TYPE_STRING, card,
      "v4l2.device.bus_info", G_TYPE_STRING, bus_info, "v4l2.device.version",
      G_TYPE_UINT, c->version, "v4l2.device.capabilities", G_TYPE_UINT,
      c->capabilities, "v4l2.device.device_caps", G_TYPE_UINT, c->device_caps,
      NULL);
}

static GstCaps *
probe_caps (const gchar *path)
{
  GstDmabufSrcFormats *formats;
  struct zc_v4l2_device *device;
  GstCaps *caps;
  gint ret = zc_v4l2_device_open (&device, path);

  if (ret < 0) {
    GST_WARNING ("%s cannot be asked for formats: %s", path, g_strerror (-ret));
    return NULL;
  }
  formats = gst_dmabuf_src_formats_new (device);
  caps = gst_dmabuf_src_formats_get_sizes (formats);
  gst_dmabuf_src_formats_free (formats);
  zc_v4l2_device_close (device);
  return caps;
}

GstDevice *
gst_dmabuf_src_device_probe (const struct zc_v4l2_node *node)
{
  g_autoptr (GstStructure) properties = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autofree gchar *name = NULL;

  if (node->error != 0) {
    GST_WARNING ("%s is left out: %s", node->path, g_strerror (-node->error));
    return NULL;
  }
  if (!zc_v4l2_node_works_alone (node)) {
    GST_DEBUG ("%s is no camera that works by itself", node->path);
    return NULL;
  }
  caps = probe_caps (node->path);
  if (!caps || gst_caps_is_empty (caps)) {
    GST_INFO ("%s is left out: no format of it is known", node->path);
    return NULL;
  }

  properties = describe (node);
  name = text_of (node->capability.card);
  return g_object_new (GST_TYPE_DMABUF_SRC_DEVICE, "device-path", node->path,
      "display-name", name, "caps", caps, "device-class", "Video/Source",
      "properties", properties, NULL);
}

const gchar *
gst_dmabuf_src_device_get_path (GstDmabufSrcDevice *self)
{
  return self->path;
}
