/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe-ask.h"

/* GST_ELEMENT_ERROR puts where it was called before what it says. */
static const gchar *
skip_place (const gchar *debug)
{
  const gchar *line = debug ? strchr (debug, '\n') : NULL;

  return line ? line + 1 : "";
}

gchar *
probe_error_read (GstMessage *message, gboolean *is_busy)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  gchar *text;

  gst_message_parse_error (message, &error, &debug);
  text = g_strdup_printf ("%s %s", error->message, skip_place (debug));
  *is_busy = g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY);
  return g_strdelimit (g_strstrip (text), "\n", ' ');
}

static void
take_trouble (ProbeEnd *end, GstBus *bus)
{
  g_autoptr (GstMessage)
      message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  end->trouble = message ? probe_error_read (message, &end->is_busy)
                         : g_strdup ("it cannot be opened, and nobody says "
                                     "why: the log may (GST_DEBUG=dmabuf*:4)");
}

static GstCaps *
ask (ProbeEnd *end, GstElement *element, const gchar *name)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  GstCaps *caps = NULL;

  gst_element_set_bus (element, bus);
  if (gst_element_set_state (element, GST_STATE_READY) ==
      GST_STATE_CHANGE_FAILURE)
    take_trouble (end, bus);
  else
    caps = gst_pad_query_caps (pad, NULL);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  return caps;
}

GstCaps *
probe_ask_caps (ProbeEnd *end, const gchar *element, const gchar *pad)
{
  GstElement *made = gst_element_factory_make (element, NULL);
  GstCaps *caps;

  if (!made) {
    end->trouble = g_strdup_printf ("there is no element %s", element);
    return NULL;
  }
  gst_object_ref_sink (made);
  g_object_set (made, "device", end->path, NULL);
  if (end->connector)
    g_object_set (made, "connector", end->connector, NULL);
  caps = ask (end, made, pad);
  gst_object_unref (made);
  return caps;
}
