/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_SRC_BALANCE_H__
#define __GST_DMABUF_SRC_BALANCE_H__

#include <gst/video/colorbalance.h>

G_BEGIN_DECLS

#define GST_DMABUF_SRC_N_CHANNELS 4

/**
 * GstDmabufSrcBalance:
 * @channels: brightness, contrast, saturation, hue
 * @lists: by the set of those that a device has, made when first asked for
 *
 * The channels of GstColorBalance. Its lists are handed out without a
 * reference and without a lock: they live as long as the element, whatever
 * device is opened.
 */
typedef struct {
  GstColorBalanceChannel *channels[GST_DMABUF_SRC_N_CHANNELS];
  GList *lists[1 << GST_DMABUF_SRC_N_CHANNELS]; /* under the camera's lock */
} GstDmabufSrcBalance;

struct _GstDmabufSrc;

void gst_dmabuf_src_balance_init (GstDmabufSrcBalance *balance);
void gst_dmabuf_src_balance_clear (GstDmabufSrcBalance *balance);

/* For G_IMPLEMENT_INTERFACE: live, from any thread, also while nothing is
 * captured; without an open device there are no channels. */
void gst_dmabuf_src_balance_interface_init (GstColorBalanceInterface *iface);

/* Tells who listens (value-changed) what is set now, of those of @ids (of
 * guint32) that are channels. To be called without a lock. */
void gst_dmabuf_src_balance_announce (
    struct _GstDmabufSrc *self, const GArray *ids);

G_END_DECLS

#endif /* __GST_DMABUF_SRC_BALANCE_H__ */
