/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_MEMFD_PRIVATE_H__
#define __GST_ZC_MEMFD_PRIVATE_H__

#include "gstzcdefs.h"

/*
 * An anonymous file of SIZE zeros, in whole pages already, that can be sealed
 * and is not inherited (memfd_create(2)). FLAGS are more MFD_* of the caller's.
 * Returns the descriptor, or -errno; *STEP is the call that failed.
 */
gint gst_zc_memfd_new (
    const gchar *name, gsize size, guint flags, const gchar **step);

#endif /* __GST_ZC_MEMFD_PRIVATE_H__ */
