/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_LAYOUT_PRIVATE_H__
#define __GST_ZC_LAYOUT_PRIVATE_H__

#include "gstzcerror.h"
#include "gstzclayout.h"

/* Always FALSE, with ERROR set. */
gboolean gst_zc_layout_refuse (GError **error, GstZcError code,
    const gchar *format, ...) G_GNUC_PRINTF (3, 4);

gboolean gst_zc_layout_is_tiled (const GstZcLayout *layout);

/* All bytes of a plane; 0 if they overflow. */
gsize gst_zc_layout_plane_bytes (const GstZcLayout *layout, guint plane);

gsize gst_zc_layout_memory_bytes (const GstZcLayout *layout, guint memory);

/* Whether CONSTRAINTS ask for several memories, where there is more than one
 * plane to put there. */
gboolean gst_zc_layout_wants_memories (
    const GstZcLayout *layout, const GstZcConstraints *constraints);

/* A layout of FORMAT with nothing but what the format says. */
gboolean gst_zc_layout_begin (
    GstZcLayout *layout, GstVideoFormat format, GError **error);

/* Whether lines fit strides, planes fit memories, and none overlaps. Every
 * layout that leaves the library was checked. */
gboolean gst_zc_layout_check (const GstZcLayout *layout, GError **error);

/* The bytes from the first plane to what follows it: another plane, or the end
 * of its memory. */
gsize gst_zc_layout_room_of_first_plane (const GstZcLayout *layout);

/* The lines that lie there, if that is a number of lines; else the height. */
guint gst_zc_layout_guess_coded_height (const GstZcLayout *layout);

#endif /* __GST_ZC_LAYOUT_PRIVATE_H__ */
