/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BUS_H
#define BUS_H

#include <gst/gst.h>

/* The next message of TYPE, which is GST_MESSAGE_ERROR or GST_MESSAGE_WARNING,
 * that is there: its text and, on the next line, its details; NULL if there is
 * none. To be freed. */
gchar *bus_take (GstBus *bus, GstMessageType type);

#endif
