/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufcodecproperties.h"

#include "gst-libs/allocators/gstzccopypolicy.h"

void
gst_dmabuf_codec_install_properties (GObjectClass *klass, const gchar *device,
    const gchar *controls, const gchar *stats)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags = readable | G_PARAM_WRITABLE;

  g_object_class_install_property (klass, GST_DMABUF_CODEC_PROP_DEVICE,
      g_param_spec_string ("device", "Device", device, NULL, flags));
  g_object_class_install_property (klass, GST_DMABUF_CODEC_PROP_CONTROLS,
      g_param_spec_boxed (
          "controls", "Controls", controls, GST_TYPE_STRUCTURE, flags));
  g_object_class_install_property (klass, GST_DMABUF_CODEC_PROP_DEVICE_CONTROLS,
      g_param_spec_boxed ("device-controls", "Device controls",
          "All controls of the device that is in use, with their ranges",
          GST_TYPE_STRUCTURE, readable));
  g_object_class_install_property (klass, GST_DMABUF_CODEC_PROP_COPY_POLICY,
      gst_zc_copy_policy_param_spec ());
  g_object_class_install_property (klass, GST_DMABUF_CODEC_PROP_STATS,
      g_param_spec_boxed (
          "stats", "Statistics", stats, GST_TYPE_STRUCTURE, readable));
}

gboolean
gst_dmabuf_codec_set_property (
    GstDmabufCodec *self, guint id, const GValue *value)
{
  switch (id) {
    case GST_DMABUF_CODEC_PROP_DEVICE:
      gst_dmabuf_codec_set_name (self, g_value_get_string (value));
      return TRUE;
    case GST_DMABUF_CODEC_PROP_CONTROLS:
      gst_dmabuf_codec_set_controls (self, gst_value_get_structure (value));
      return TRUE;
    case GST_DMABUF_CODEC_PROP_COPY_POLICY:
      g_atomic_int_set (&self->forbids,
          g_value_get_enum (value) == GST_ZC_COPY_POLICY_FORBID);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
gst_dmabuf_codec_get_property (GstDmabufCodec *self, guint id, GValue *value)
{
  switch (id) {
    case GST_DMABUF_CODEC_PROP_DEVICE:
      g_value_take_string (value, gst_dmabuf_codec_get_path (self));
      return TRUE;
    case GST_DMABUF_CODEC_PROP_CONTROLS:
      g_value_take_boxed (value, gst_dmabuf_codec_get_controls (self));
      return TRUE;
    case GST_DMABUF_CODEC_PROP_DEVICE_CONTROLS:
      g_value_take_boxed (value, gst_dmabuf_codec_describe_controls (self));
      return TRUE;
    case GST_DMABUF_CODEC_PROP_COPY_POLICY:
      g_value_set_enum (value, g_atomic_int_get (&self->forbids)
                                   ? GST_ZC_COPY_POLICY_FORBID
                                   : GST_ZC_COPY_POLICY_ALLOW);
      return TRUE;
    default:
      return FALSE;
  }
}

void
gst_dmabuf_codec_add_pad_template (GstElementClass *klass, const gchar *name,
    GstPadDirection direction, GstCaps *caps)
{
  gst_element_class_add_pad_template (
      klass, gst_pad_template_new (name, direction, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);
}
