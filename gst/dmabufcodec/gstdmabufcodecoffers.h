/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_DMABUF_CODEC_OFFERS_H__
#define __GST_DMABUF_CODEC_OFFERS_H__

#include "gst-libs/v4l2/v4l2-m2m.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * GstDmabufCodecOffers:
 *
 * What the memory-to-memory devices there are can make of what: the one place
 * that chooses a device. Does not change once it is made: any thread.
 */
typedef struct _GstDmabufCodecOffers GstDmabufCodecOffers;

/* The two ends of a device. */
typedef enum {
  GST_DMABUF_CODEC_IN,  /* its OUTPUT queue */
  GST_DMABUF_CODEC_OUT, /* its CAPTURE queue */
} GstDmabufCodecEnd;

/**
 * GstDmabufCodecChoice:
 * @path: the device
 * @fourcc: V4L2_PIX_FMT_* by #GstDmabufCodecEnd
 */
typedef struct {
  const gchar *path;
  guint32 fourcc[2];
} GstDmabufCodecChoice;

/**
 * gst_dmabuf_codec_offers_new:
 * @job: what devices are to do
 * @name: (nullable): the only one to look at, as of zc_v4l2_node_resolve();
 *   %NULL: all, in the order of their numbers
 * @path: (out) (transfer full) (nullable): the node that @error is about
 * @error: (out): negative errno if there is none: -ENODEV, -ENXIO if @name does
 *   something else, -EACCES, -EPERM, -EBUSY
 *
 * Opens each device for a moment.
 *
 * Returns: (transfer full) (nullable): what they can do
 */
GstDmabufCodecOffers *gst_dmabuf_codec_offers_new (
    enum zc_v4l2_job job, const gchar *name, gchar **path, gint *error);
void gst_dmabuf_codec_offers_free (GstDmabufCodecOffers *offers);

/**
 * gst_dmabuf_codec_offers_get_caps:
 * @end: which end is asked for
 * @other: (nullable): caps at the other end, %NULL for any
 *
 * Returns: (transfer full): what can be at @end, dma-bufs first, better devices
 *   first
 */
GstCaps *gst_dmabuf_codec_offers_get_caps (
    GstDmabufCodecOffers *offers, GstDmabufCodecEnd end, GstCaps *other);

/**
 * gst_dmabuf_codec_offers_choose:
 * @in: fixed caps
 * @out: caps at the other end
 * @choice: (out): the first device that makes one of the other, valid as long
 *   as @offers
 *
 * Returns: whether there is one
 */
gboolean gst_dmabuf_codec_offers_choose (GstDmabufCodecOffers *offers,
    GstCaps *in, GstCaps *out, GstDmabufCodecChoice *choice);

G_END_DECLS

#endif /* __GST_DMABUF_CODEC_OFFERS_H__ */
