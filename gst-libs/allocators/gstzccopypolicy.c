/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzccopypolicy.h"

GType
gst_zc_copy_policy_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_ZC_COPY_POLICY_ALLOW,
        "Copy what cannot be used where it is, and say so", "allow" },
    { GST_ZC_COPY_POLICY_FORBID, "A copy is an error, with its reason",
        "forbid" },
    { 0, NULL, NULL },
  };
  static GType type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstZcCopyPolicy", values));
  return type;
}

GParamSpec *
gst_zc_copy_policy_param_spec (void)
{
  return g_param_spec_enum ("copy-policy", "Copy policy",
      "What becomes of frames whose memory cannot be used where it is: allow "
      "copies them with the CPU and warns once, with the reason; forbid makes "
      "that an error, with the reason (default allow)",
      GST_TYPE_ZC_COPY_POLICY, GST_ZC_COPY_POLICY_ALLOW,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
}
