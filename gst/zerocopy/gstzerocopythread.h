/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_THREAD_H__
#define __GST_ZEROCOPY_THREAD_H__

#include "gstzerocopyledger.h"

G_BEGIN_DECLS

/*
 * Whose code runs in this thread: the element whose chain function was called
 * last, or whose task the thread is. Takes no lock.
 */

/* ELEMENT's chain function is called; NULL: as before, one level deeper. */
void gst_zerocopy_thread_enter (GstZerocopyElement *element);
void gst_zerocopy_thread_leave (void);

/* The thread is a task of ELEMENT's; NULL: no more. */
void gst_zerocopy_thread_set_owner (GstZerocopyElement *element);

/* NULL: not known. */
GstZerocopyElement *gst_zerocopy_thread_get_element (void);

/* Maps that the thread makes are not counted, until it is as often unmuted. */
void gst_zerocopy_thread_mute (void);
void gst_zerocopy_thread_unmute (void);
gboolean gst_zerocopy_thread_is_muted (void);

G_END_DECLS

#endif /* __GST_ZEROCOPY_THREAD_H__ */
