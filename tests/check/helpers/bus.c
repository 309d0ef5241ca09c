/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus.h"

gchar *
bus_take (GstBus *bus, GstMessageType type)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, type);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (!message)
    return NULL;
  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  else
    gst_message_parse_warning (message, &error, &debug);
  return g_strdup_printf ("%s\n%s", error->message, debug);
}
