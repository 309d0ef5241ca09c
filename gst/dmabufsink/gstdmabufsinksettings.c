/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsinksettings.h"

GST_DEBUG_CATEGORY_EXTERN (gst_dmabuf_sink_debug);
#define GST_CAT_DEFAULT gst_dmabuf_sink_debug

#define MAX_ZPOS 1000

/* A frame that is late by a refresh or so is still worth showing. */
#define MAX_LATENESS (20 * GST_MSECOND)

GType
gst_dmabuf_sink_present_mode_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_DMABUF_SINK_PRESENT_LOW_LATENCY,
        "The newest frame is shown at the next refresh, one waits at most",
        "low-latency" },
    { GST_DMABUF_SINK_PRESENT_SMOOTH,
        "Two frames may wait, so that fewer are lost to jitter", "smooth" },
    { GST_DMABUF_SINK_PRESENT_IMMEDIATE,
        "Frames are shown without waiting for a refresh, torn, if the driver "
        "can",
        "immediate" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSinkPresentMode", values));
  return type;
}

GType
gst_dmabuf_sink_seat_get_type (void)
{
  static const GEnumValue values[] = {
    { ZC_KMS_ACCESS_AUTO,
        "Open the card directly, and through the seat if permission lacks",
        "auto" },
    { ZC_KMS_ACCESS_DIRECT, "Never ask the seat", "none" },
    { ZC_KMS_ACCESS_SEAT,
        "Open the card through the seat (seatd, logind), which takes turns "
        "with other sessions",
        "libseat" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstDmabufSinkSeat", values));
  return type;
}

void
gst_dmabuf_sink_settings_init (GstDmabufSinkSettings *self)
{
  *self = (GstDmabufSinkSettings) {
    .fd = -1,
    .qos = TRUE,
    .max_lateness = MAX_LATENESS,
    .rotate_method = GST_VIDEO_ORIENTATION_IDENTITY,
    .tagged = GST_VIDEO_ORIENTATION_IDENTITY,
    .style = { .force_aspect_ratio = TRUE, .alpha = 1. },
  };
}

void
gst_dmabuf_sink_settings_clear (GstDmabufSinkSettings *self)
{
  g_free (self->device);
  g_free (self->connector);
  g_free (self->mode);
}

GstDmabufSinkStyle
gst_dmabuf_sink_settings_get_style (const GstDmabufSinkSettings *self)
{
  GstDmabufSinkStyle style = self->style;

  style.orientation = self->rotate_method == GST_VIDEO_ORIENTATION_AUTO
                          ? self->tagged
                          : self->rotate_method;
  return style;
}

static void
install_screen (GObjectClass *klass, GParamFlags flags)
{
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_DEVICE,
      g_param_spec_string ("device", "Device",
          "Path of the display card, such as /dev/dri/card0, the name of its "
          "driver, or its bus id, such as 0000:00:02.0; none means the first "
          "with something connected; read when leaving NULL (default: none)",
          NULL, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_FD,
      g_param_spec_int ("fd", "Descriptor",
          "A card that is open already, instead of device: a DRM lease, or "
          "what a compositor or sandbox gives; it is duplicated, and who is "
          "DRM master is the caller's business; -1 means none; read when "
          "leaving NULL (default: -1)",
          -1, G_MAXINT, -1, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_SEAT,
      g_param_spec_enum ("seat", "Seat",
          "Who opens the card; what is open already in this process is shared; "
          "read when leaving NULL (default: auto)",
          gst_dmabuf_sink_seat_get_type (), ZC_KMS_ACCESS_AUTO, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_CONNECTOR,
      g_param_spec_string ("connector", "Connector",
          "Name of the connector, such as HDMI-A-1; none means one that is "
          "lit, else the first connected; read when leaving NULL (default: "
          "none)",
          NULL, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_MODE,
      g_param_spec_string ("mode", "Mode",
          "Mode to set: a size (1920x1080) with or without a rate "
          "(1920x1080@59.94, 1920x1080i@50), preferred, current, or match "
          "(the one nearest to the video in size and rate, which may be "
          "interlaced); any other is an error with a list of those there are; "
          "none keeps what is set if a plane can scale to it, and otherwise "
          "takes that of the video's size; a sink that joins another on its "
          "display does not change it (default: none)",
          NULL, flags));
}

static void
install_presenting (GObjectClass *klass, GParamFlags flags)
{
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_PRESENT_MODE,
      g_param_spec_enum ("present-mode", "Presentation mode",
          "How frames wait for the display; read when leaving READY (default: "
          "low-latency)",
          gst_dmabuf_sink_present_mode_get_type (),
          GST_DMABUF_SINK_PRESENT_LOW_LATENCY, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_VARIABLE_REFRESH,
      g_param_spec_boolean ("variable-refresh", "Variable refresh",
          "Let the display refresh when frames come, if it can and no other "
          "sink was on it before (default: false)",
          FALSE, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_EARLY_RELEASE,
      g_param_spec_boolean ("early-release", "Early release",
          "Give a frame back when the next one is on its way to the display, "
          "with a fence until that is there: only for producers that wait for "
          "the fences of dma-bufs before they write, such as GPUs; read when "
          "leaving READY (default: false)",
          FALSE, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_QOS,
      g_param_spec_boolean ("qos", "Quality of service",
          "Tell upstream when frames are late, and post messages about those "
          "that are dropped (default: true)",
          TRUE, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_MAX_LATENESS,
      g_param_spec_int64 ("max-lateness", "Maximum lateness",
          "Frames that are later than so many nanoseconds are dropped, but "
          "one a second is shown; -1 means none is (default: 20000000)",
          -1, G_MAXINT64, MAX_LATENESS, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_COPY_POLICY,
      gst_zc_copy_policy_param_spec ());
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_ON_DISCONNECT,
      g_param_spec_enum ("on-disconnect", "On disconnect",
          "What to do when the monitor is unplugged; one that is plugged in "
          "is shown on with its own modes (default: error)",
          gst_dmabuf_sink_on_disconnect_get_type (),
          GST_DMABUF_SINK_ON_DISCONNECT_ERROR, flags));
}

static void
install_looks (GObjectClass *klass, GParamFlags flags)
{
  g_object_class_install_property (klass,
      GST_DMABUF_SINK_PROP_FORCE_ASPECT_RATIO,
      g_param_spec_boolean ("force-aspect-ratio", "Force aspect ratio",
          "Keep the picture's proportions, with black around it; otherwise it "
          "fills the rectangle (default: true)",
          TRUE, flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_ROTATE_METHOD,
      g_param_spec_enum ("rotate-method", "Rotate method",
          "How the picture is turned, clockwise; auto does what the stream's "
          "orientation tag says, custom nothing, with a warning (default: "
          "identity)",
          GST_TYPE_VIDEO_ORIENTATION_METHOD, GST_VIDEO_ORIENTATION_IDENTITY,
          flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_ALPHA,
      g_param_spec_double ("alpha", "Alpha",
          "How opaque the picture is, from 0 to 1 (default: 1)", 0., 1., 1.,
          flags));
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_ZPOS,
      g_param_spec_int ("zpos", "Z position",
          "Of sinks that share a display the higher ones are above the lower "
          "ones; of equal ones the later (default: 0)",
          -MAX_ZPOS, MAX_ZPOS, 0, flags));
}

void
gst_dmabuf_sink_settings_install (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  install_screen (klass, flags);
  install_presenting (klass, flags);
  install_looks (klass, flags);
  g_object_class_install_property (klass, GST_DMABUF_SINK_PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Counts since the start: frames shown, dropped (late, or replaced "
          "by a newer one before their turn), copies (frames) and "
          "bytes-copied by the CPU, copy-reason (why), imports (framebuffers "
          "made), early (frames given back with a fence), fenced (frames that "
          "came "
          "before a device had drawn them), texts (pictures of "
          "text drawn for a plane), blends (frames) and bytes-blended with "
          "text by the CPU, latency-median and latency-p99 (from capture to "
          "flip, in nanoseconds, to 0.1 ms), the path taken, fields (woven, "
          "if the video is interlaced), the monitor with its connector, the "
          "mode, what the display could not do (refused), and those of every "
          "sink (rendered, average-rate)",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
set_mode (GstDmabufSinkSettings *self, const gchar *string)
{
  GstDmabufSinkStyle *style = &self->style;

  g_free (self->mode);
  self->mode = g_strdup (string);
  style->has_mode = string != NULL;
  style->mode = (struct zc_kms_mode_request) { 0 };
  style->mode_wrong[0] = '\0';
  if (string)
    zc_kms_mode_parse (
        &style->mode, string, style->mode_wrong, sizeof (style->mode_wrong));
}

static void
set_string (gchar **string, const GValue *value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

gboolean
gst_dmabuf_sink_settings_set (
    GstDmabufSinkSettings *self, guint id, const GValue *value)
{
  switch (id) {
    case GST_DMABUF_SINK_PROP_DEVICE:
      set_string (&self->device, value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_FD:
      self->fd = g_value_get_int (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_SEAT:
      self->seat = g_value_get_enum (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_CONNECTOR:
      set_string (&self->connector, value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_MODE:
      set_mode (self, g_value_get_string (value));
      return TRUE;
    case GST_DMABUF_SINK_PROP_PRESENT_MODE:
      self->present_mode = g_value_get_enum (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_EARLY_RELEASE:
      self->early_release = g_value_get_boolean (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_QOS:
      self->qos = g_value_get_boolean (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_MAX_LATENESS:
      self->max_lateness = g_value_get_int64 (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_COPY_POLICY:
      self->copy_policy = g_value_get_enum (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ON_DISCONNECT:
      self->on_disconnect = g_value_get_enum (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_VARIABLE_REFRESH:
      self->style.variable_refresh = g_value_get_boolean (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_FORCE_ASPECT_RATIO:
      self->style.force_aspect_ratio = g_value_get_boolean (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ROTATE_METHOD:
      self->rotate_method = g_value_get_enum (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ALPHA:
      self->style.alpha = g_value_get_double (value);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ZPOS:
      self->style.zpos = g_value_get_int (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
gst_dmabuf_sink_settings_get (
    const GstDmabufSinkSettings *self, guint id, GValue *value)
{
  switch (id) {
    case GST_DMABUF_SINK_PROP_DEVICE:
      g_value_set_string (value, self->device);
      return TRUE;
    case GST_DMABUF_SINK_PROP_FD:
      g_value_set_int (value, self->fd);
      return TRUE;
    case GST_DMABUF_SINK_PROP_SEAT:
      g_value_set_enum (value, self->seat);
      return TRUE;
    case GST_DMABUF_SINK_PROP_CONNECTOR:
      g_value_set_string (value, self->connector);
      return TRUE;
    case GST_DMABUF_SINK_PROP_MODE:
      g_value_set_string (value, self->mode);
      return TRUE;
    case GST_DMABUF_SINK_PROP_PRESENT_MODE:
      g_value_set_enum (value, self->present_mode);
      return TRUE;
    case GST_DMABUF_SINK_PROP_EARLY_RELEASE:
      g_value_set_boolean (value, self->early_release);
      return TRUE;
    case GST_DMABUF_SINK_PROP_QOS:
      g_value_set_boolean (value, self->qos);
      return TRUE;
    case GST_DMABUF_SINK_PROP_MAX_LATENESS:
      g_value_set_int64 (value, self->max_lateness);
      return TRUE;
    case GST_DMABUF_SINK_PROP_COPY_POLICY:
      g_value_set_enum (value, self->copy_policy);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ON_DISCONNECT:
      g_value_set_enum (value, self->on_disconnect);
      return TRUE;
    case GST_DMABUF_SINK_PROP_VARIABLE_REFRESH:
      g_value_set_boolean (value, self->style.variable_refresh);
      return TRUE;
    case GST_DMABUF_SINK_PROP_FORCE_ASPECT_RATIO:
      g_value_set_boolean (value, self->style.force_aspect_ratio);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ROTATE_METHOD:
      g_value_set_enum (value, self->rotate_method);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ALPHA:
      g_value_set_double (value, self->style.alpha);
      return TRUE;
    case GST_DMABUF_SINK_PROP_ZPOS:
      g_value_set_int (value, self->style.zpos);
      return TRUE;
    default:
      return FALSE;
  }
}
