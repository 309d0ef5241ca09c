/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_DEFS_H__
#define __GST_ZC_DEFS_H__

#include <gst/gst.h>

/* What the library shows to others; all else is hidden. */
#ifndef GST_ZC_API
#define GST_ZC_API __attribute__ ((visibility ("default"))) extern
#endif

#endif /* __GST_ZC_DEFS_H__ */
