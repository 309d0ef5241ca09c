/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_SIGNAL_H__
#define __GST_ZEROCOPY_SIGNAL_H__

#include <glib.h>

G_BEGIN_DECLS

/* Calls FUNCTION in a thread of its own after each SIGUSR1. FALSE, with the
 * reason in the log, if the program has a handler for it already. */
gboolean gst_zerocopy_signal_start (void (*function) (void));

/* The signal is as it was; no call is running any more. */
void gst_zerocopy_signal_stop (void);

G_END_DECLS

#endif /* __GST_ZEROCOPY_SIGNAL_H__ */
