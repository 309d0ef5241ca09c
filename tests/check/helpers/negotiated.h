/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NEGOTIATED_H
#define NEGOTIATED_H

#include <gst/gst.h>

/* What a source makes of the demands of downstream, and its first frames. */

/* The caps (transfer full) that come out of SOURCE, text as for gst-launch,
 * where downstream takes CAPS, after a few frames. An error fails the test. */
GstCaps *negotiated_caps (const char *source, const char *caps);

/* The same, PROBE being called for each of N_BUFFERS frames. */
GstCaps *negotiated_frames (const char *source, const char *caps,
    unsigned n_buffers, GstPadProbeCallback probe, gpointer data);

/* What the open SOURCE answers to a query with FILTER, which may be NULL. */
GstCaps *negotiated_query (const char *source, const char *filter);

#endif
