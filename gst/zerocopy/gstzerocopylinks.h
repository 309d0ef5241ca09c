/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_LINKS_H__
#define __GST_ZEROCOPY_LINKS_H__

#include "gstzerocopyledger.h"

G_BEGIN_DECLS

/*
 * Which link a sink pad is the end of. What GStreamer says of it (peer, caps,
 * names) is asked once, and again after something changed anywhere.
 */

/* The link that ends in PAD, an element's own; NULL: a ghost's, or that of a
 * bin, through which buffers only pass. Without the lock. */
GstZerocopyLink *gst_zerocopy_links_get (GstPad *pad);

/* The record of ELEMENT, made if there is none. Without the lock. */
GstZerocopyElement *gst_zerocopy_links_get_element (GstElement *element);

/* Links or caps changed: all are asked anew. */
void gst_zerocopy_links_changed (void);

/* OBJECT is gone. Without the lock. */
void gst_zerocopy_links_forget (gpointer object);

G_END_DECLS

#endif /* __GST_ZEROCOPY_LINKS_H__ */
