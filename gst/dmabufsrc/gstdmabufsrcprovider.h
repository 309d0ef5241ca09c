/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_PROVIDER_H__
#define __GST_DMABUF_SRC_PROVIDER_H__

#include <gst/gst.h>

G_BEGIN_DECLS

GST_DEVICE_PROVIDER_REGISTER_DECLARE (dmabufsrcdeviceprovider)

G_END_DECLS

#endif /* __GST_DMABUF_SRC_PROVIDER_H__ */
