/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_ERROR_PRIVATE_H__
#define __GST_ZC_ERROR_PRIVATE_H__

#include "gstzcerror.h"

/* Sets ERROR to what the errno ERR (positive) stands for, with the message
 * followed by the errno in words and as a number. */
void gst_zc_error_set_errno (GError **error, gint err, const gchar *format, ...)
    G_GNUC_PRINTF (3, 4);

#endif /* __GST_ZC_ERROR_PRIVATE_H__ */
