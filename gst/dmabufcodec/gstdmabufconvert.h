/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CONVERT_H__
#define __GST_DMABUF_CONVERT_H__

#include <gst/gst.h>

G_BEGIN_DECLS

GST_ELEMENT_REGISTER_DECLARE (dmabufconvert)

G_END_DECLS

#endif /* __GST_DMABUF_CONVERT_H__ */
