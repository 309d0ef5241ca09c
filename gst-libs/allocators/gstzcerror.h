/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_ERROR_H__
#define __GST_ZC_ERROR_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/**
 * GST_ZC_ERROR:
 *
 * The domain of the library's errors. Every message names the cause, the errno
 * where there is one, what it was about, and the cure where there is one.
 *
 * Since: 0.2
 */
#define GST_ZC_ERROR (gst_zc_error_quark ())

/**
 * GstZcError:
 * @GST_ZC_ERROR_FAILED: the kernel said an errno that has no code of its own
 * @GST_ZC_ERROR_INVALID: the caller asked for what cannot be
 * @GST_ZC_ERROR_NOT_DMABUF: the file descriptor or memory is no dma-buf
 * @GST_ZC_ERROR_TOO_LARGE: more than the dma-buf has, or the heap can give
 * @GST_ZC_ERROR_NO_MEMORY: there is not enough memory of that kind
 * @GST_ZC_ERROR_PERMISSION: no right to use the device, or to write
 * @GST_ZC_ERROR_NOT_FOUND: there is no such device
 * @GST_ZC_ERROR_BUSY: someone else uses the device or memory
 * @GST_ZC_ERROR_NOT_SUPPORTED: this kernel or driver cannot do it
 * @GST_ZC_ERROR_TIMED_OUT: a fence was not signalled in time
 *
 * Causes, for programs that act on them.
 *
 * Since: 0.2
 */
typedef enum {
  GST_ZC_ERROR_FAILED,
  GST_ZC_ERROR_INVALID,
  GST_ZC_ERROR_NOT_DMABUF,
  GST_ZC_ERROR_TOO_LARGE,
  GST_ZC_ERROR_NO_MEMORY,
  GST_ZC_ERROR_PERMISSION,
  GST_ZC_ERROR_NOT_FOUND,
  GST_ZC_ERROR_BUSY,
  GST_ZC_ERROR_NOT_SUPPORTED,
  GST_ZC_ERROR_TIMED_OUT,
} GstZcError;

/**
 * gst_zc_error_quark:
 *
 * Returns: the domain of the library's errors
 *
 * Since: 0.2
 */
GST_ZC_API GQuark gst_zc_error_quark (void);

G_END_DECLS

#endif /* __GST_ZC_ERROR_H__ */
