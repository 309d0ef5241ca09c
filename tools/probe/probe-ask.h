/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROBE_ASK_H
#define PROBE_ASK_H

#include "probe-end.h"

G_BEGIN_DECLS

/* What an error MESSAGE of an element says, in one line, to be freed; and
 * whether it is that somebody else has the device. */
gchar *probe_error_read (GstMessage *message, gboolean *is_busy);

/*
 * Opens the device of END by ELEMENT, one of ours, which has properties called
 * "device" and, if it needs one, "connector", and asks what its PAD has: what
 * the element offers is what there is. Returns NULL if it cannot be opened:
 * END has the trouble then. gst_caps_unref().
 */
GstCaps *probe_ask_caps (ProbeEnd *end, const gchar *element, const gchar *pad);

G_END_DECLS

#endif
