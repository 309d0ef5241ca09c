/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcerror-private.h"

#include <errno.h>

GQuark
gst_zc_error_quark (void)
{
  return g_quark_from_static_string ("gst-zc-error-quark");
}

static const struct {
  gint err;
  GstZcError code;
} codes[] = {
  { EINVAL, GST_ZC_ERROR_INVALID },
  { EBADF, GST_ZC_ERROR_INVALID },
  { EFBIG, GST_ZC_ERROR_TOO_LARGE },
  { ENOMEM, GST_ZC_ERROR_NO_MEMORY },
  { ENOSPC, GST_ZC_ERROR_NO_MEMORY },
  { EMFILE, GST_ZC_ERROR_NO_MEMORY },
  { ENFILE, GST_ZC_ERROR_NO_MEMORY },
  { EACCES, GST_ZC_ERROR_PERMISSION },
  { EPERM, GST_ZC_ERROR_PERMISSION },
  { ENOENT, GST_ZC_ERROR_NOT_FOUND },
  { ENODEV, GST_ZC_ERROR_NOT_FOUND },
  { ENXIO, GST_ZC_ERROR_NOT_FOUND },
  { EBUSY, GST_ZC_ERROR_BUSY },
  { ENOTTY, GST_ZC_ERROR_NOT_SUPPORTED },
  { ENOSYS, GST_ZC_ERROR_NOT_SUPPORTED },
  { EOPNOTSUPP, GST_ZC_ERROR_NOT_SUPPORTED },
  { ETIMEDOUT, GST_ZC_ERROR_TIMED_OUT },
};

static GstZcError
code_of (gint err)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].err == err)
      return codes[i].code;
  return GST_ZC_ERROR_FAILED;
}

void
gst_zc_error_set_errno (GError **error, gint err, const gchar *format, ...)
{
  g_autofree gchar *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GST_ZC_ERROR, code_of (err), "%s: %s (errno %d)", what,
      g_strerror (err), err);
}
